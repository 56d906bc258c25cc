# mssign32.dll, Authenticode signatures: a plain PE in front of Wine's own mssign32 (doc/certificates.md).

MSSIGN32_OWN_FILES = \
	%D%/certificates.c \
	%D%/content.c \
	%D%/hash.c \
	%D%/main.c \
	%D%/pe_file.c \
	%D%/signature.c \
	%D%/signer.c \
	$(NULL)

MSSIGN32_FILES = \
	$(MSSIGN32_OWN_FILES) \
	dlls/crypt32/der.c \
	dlls/crypt32/issuer_serial.c \
	dlls/crypt32/wine_module.c \
	dlls/ncrypt/trace.c \
	dlls/ncrypt/wine_directory.c \
	$(NULL)

MSSIGN32_LIBS = -lcrypt32 -ladvapi32 -lbcrypt -luser32 -lntdll

noinst_HEADERS += \
	%D%/mssign32.h \
	$(NULL)

EXTRA_DIST += \
	$(MSSIGN32_OWN_FILES) \
	%D%/mssign32.spec \
	%D%/version.rc \
	$(NULL)

DLLS64 += \
	x86_64-windows/mssign32.dll \
	$(NULL)

MSSIGN32_OBJECTS64 = $(MSSIGN32_FILES:%.c=x86_64-windows/%.o) x86_64-windows/%D%/mssign32_jumps.o
PE_OBJECTS += $(MSSIGN32_OWN_FILES:%.c=x86_64-windows/%.o)
MSSIGN32_PARTS64 = $(MSSIGN32_OBJECTS64) x86_64-windows/%D%/version.res x86_64-windows/%D%/mssign32_bridge.def

x86_64-windows/mssign32.dll: $(MSSIGN32_PARTS64) x86_64-windows/libncrypt.a
	$(AM_V_CCLD)$(X86_64_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ $(MSSIGN32_LIBS)

if BUILD_I386
dlls32_DATA += \
	i386-windows/mssign32.dll \
	$(NULL)

MSSIGN32_OBJECTS32 = $(MSSIGN32_FILES:%.c=i386-windows/%.o) i386-windows/%D%/mssign32_jumps.o
PE_OBJECTS += $(MSSIGN32_OWN_FILES:%.c=i386-windows/%.o)
MSSIGN32_PARTS32 = $(MSSIGN32_OBJECTS32) i386-windows/%D%/version.res i386-windows/%D%/mssign32_bridge.def

i386-windows/mssign32.dll: $(MSSIGN32_PARTS32) i386-windows/libncrypt.a
	$(AM_V_CCLD)$(I386_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ $(MSSIGN32_LIBS)
endif

# Every file sees the names (Makefile.am makes them of the .spec).
CLEANFILES += %D%/mssign32_names.h
$(MSSIGN32_OWN_FILES:%.c=x86_64-windows/%.o) $(MSSIGN32_OWN_FILES:%.c=i386-windows/%.o): %D%/mssign32_names.h
