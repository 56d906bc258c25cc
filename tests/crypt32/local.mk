# Windows-style tests of the certificate bridge: topics (tests/local.mk), in prefixes that have it.

TOPIC_FILES += \
	%D%/acquire.c \
	%D%/client_keys.c \
	%D%/clients.c \
	%D%/encodings.c \
	%D%/find.c \
	%D%/making.c \
	%D%/message_enveloped.c \
	%D%/message_kinds.c \
	%D%/message_pieces.c \
	%D%/message_recipients.c \
	%D%/message_signers.c \
	%D%/messages.c \
	%D%/mutated.c \
	%D%/owner.c \
	%D%/pass_on.c \
	%D%/post_quantum.c \
	%D%/post_quantum_use.c \
	%D%/process.c \
	%D%/pfx.c \
	%D%/pfx_files.c \
	%D%/property.c \
	%D%/public_key.c \
	%D%/schannel.c \
	%D%/self_signed.c \
	%D%/threads.c \
	%D%/unwound.c \
	%D%/verifying.c \
	$(NULL)

noinst_HEADERS += \
	%D%/credentials.h \
	%D%/crypt32_test.h \
	%D%/pfx.h \
	%D%/recipients.h \
	$(NULL)

EXTRA_DIST += \
	%D%/bridge.sh \
	$(NULL)

# --- messages between OpenSSL and us ---

TESTS += %D%/check-openssl-messages
EXTRA_DIST += \
	%D%/check-openssl-messages \
	%D%/cmstool.c \
	$(NULL)
check_DATA += %D%/cmstool.exe
CLEANFILES += %D%/cmstool.exe
PE_OBJECTS += x86_64-windows/%D%/cmstool.o

%D%/cmstool.exe: x86_64-windows/%D%/cmstool.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) -municode $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lcrypt32 -ladvapi32

if BUILD_I386
PROBES32 += %D%/cmstool32.exe
endif

# --- the topic pfx_files, with files of OpenSSL that the check makes ---

HIDDEN_TOPICS += %D%/pfx_files.c
TESTS += %D%/check-pfx
EXTRA_DIST += %D%/check-pfx
