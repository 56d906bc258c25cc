# crypt32.dll, the certificate bridge: a plain PE in front of Wine's own crypt32 (doc/certificates.md).

CRYPT32_FILES = \
	dlls/ncrypt/hold.c \
	dlls/ncrypt/lock.c \
	dlls/ncrypt/trace.c \
	dlls/ncrypt/wine_directory.c \
	%D%/algorithm.c \
	%D%/caller.c \
	%D%/capi/calls.c \
	%D%/capi/import_key.c \
	%D%/capi/references.c \
	%D%/capi/sign.c \
	%D%/chain.c \
	%D%/common.c \
	%D%/curve.c \
	%D%/der.c \
	%D%/encode.c \
	%D%/find.c \
	%D%/find_certificate.c \
	%D%/import_public.c \
	%D%/imports.c \
	%D%/issuer_serial.c \
	%D%/key.c \
	%D%/key_cache.c \
	%D%/load.c \
	%D%/main.c \
	%D%/message/ber.c \
	%D%/message/content.c \
	%D%/message/control.c \
	%D%/message/decrypt.c \
	%D%/message/encrypt.c \
	%D%/message/envelope_read.c \
	%D%/message/envelope_write.c \
	%D%/message/enveloping.c \
	%D%/message/get_param.c \
	%D%/message/identify.c \
	%D%/message/key_agreement.c \
	%D%/message/key_wrap.c \
	%D%/message/oaep.c \
	%D%/message/open.c \
	%D%/message/recipient_info.c \
	%D%/message/recipient_open.c \
	%D%/message/recipient_write.c \
	%D%/message/sign.c \
	%D%/message/state.c \
	%D%/message/stream.c \
	%D%/message/update.c \
	%D%/message/verify.c \
	%D%/ncrypt.c \
	%D%/oid.c \
	%D%/oid_set.c \
	%D%/owner.c \
	%D%/parameter_set.c \
	%D%/pfx/archive.c \
	%D%/pfx/container.c \
	%D%/pfx/export.c \
	%D%/pfx/import.c \
	%D%/pfx/key.c \
	%D%/property.c \
	%D%/public_blob.c \
	%D%/public_key.c \
	%D%/schannel.c \
	%D%/scope.c \
	%D%/self_signed.c \
	%D%/sign.c \
	%D%/sip.c \
	%D%/store.c \
	%D%/verify.c \
	%D%/verify_certificate.c \
	%D%/wine_module.c \
	$(NULL)

CRYPT32_LIBS = -ladvapi32 -lbcrypt -luser32 -lntdll

noinst_HEADERS += \
	%D%/bridge.h \
	%D%/capi/capi.h \
	%D%/der.h \
	%D%/imports.h \
	%D%/issuer_serial.h \
	%D%/key_cache.h \
	%D%/message/envelope.h \
	%D%/message/message.h \
	%D%/message/recipient.h \
	%D%/oid.h \
	%D%/owner.h \
	%D%/pfx/pfx.h \
	%D%/schannel.h \
	%D%/wine_module.h \
	$(NULL)

EXTRA_DIST += \
	$(CRYPT32_FILES) \
	%D%/crypt32.spec \
	%D%/version.rc \
	tools/spec2bridge \
	$(NULL)

DLLS64 += \
	x86_64-windows/crypt32.dll \
	$(NULL)

CRYPT32_OBJECTS64 = $(CRYPT32_FILES:%.c=x86_64-windows/%.o) x86_64-windows/%D%/crypt32_jumps.o
PE_OBJECTS += $(CRYPT32_FILES:%.c=x86_64-windows/%.o)
CRYPT32_PARTS64 = $(CRYPT32_OBJECTS64) x86_64-windows/%D%/version.res x86_64-windows/%D%/crypt32_bridge.def

x86_64-windows/crypt32.dll: $(CRYPT32_PARTS64)
	$(AM_V_CCLD)$(X86_64_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ $(CRYPT32_LIBS)

if BUILD_I386
dlls32_DATA += \
	i386-windows/crypt32.dll \
	$(NULL)

CRYPT32_OBJECTS32 = $(CRYPT32_FILES:%.c=i386-windows/%.o) i386-windows/%D%/crypt32_jumps.o
PE_OBJECTS += $(CRYPT32_FILES:%.c=i386-windows/%.o)
CRYPT32_PARTS32 = $(CRYPT32_OBJECTS32) i386-windows/%D%/version.res i386-windows/%D%/crypt32_bridge.def

i386-windows/crypt32.dll: $(CRYPT32_PARTS32)
	$(AM_V_CCLD)$(I386_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ $(CRYPT32_LIBS)
endif

# Every file sees the names (Makefile.am makes them of the .spec).
CLEANFILES += %D%/crypt32_names.h
$(CRYPT32_FILES:%.c=x86_64-windows/%.o) $(CRYPT32_FILES:%.c=i386-windows/%.o): %D%/crypt32_names.h
