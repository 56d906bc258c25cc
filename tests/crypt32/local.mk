# Windows-style tests of the certificate bridge: as tests/ncrypt, in prefixes that have it. One test of `make check` for
# each topic and route: tests/crypt32/ROUTE/TOPIC.topic, an empty file.

CRYPT32_TEST_FILES = \
	%D%/acquire.c \
	%D%/clients.c \
	%D%/encodings.c \
	%D%/find.c \
	%D%/making.c \
	%D%/message_kinds.c \
	%D%/message_recipients.c \
	%D%/messages.c \
	%D%/pass_on.c \
	%D%/process.c \
	%D%/pfx.c \
	%D%/pfx_files.c \
	%D%/property.c \
	%D%/public_key.c \
	%D%/threads.c \
	$(NULL)

noinst_HEADERS += \
	%D%/crypt32_test.h \
	%D%/pfx.h \
	$(NULL)

EXTRA_DIST += \
	$(CRYPT32_TEST_FILES) \
	%D%/bridge.sh \
	%D%/check-pfx \
	$(NULL)

check_DATA += %D%/crypt32_test.exe
CLEANFILES += %D%/crypt32_test.exe %D%/crypt32_test32.exe %D%/testlist.c
CRYPT32_TEST_LIBS = -lbcrypt -lcrypt32 -ladvapi32 -lsecur32 -lwinhttp -luser32

CRYPT32_TEST_OBJECTS64 = $(CRYPT32_TEST_FILES:%.c=x86_64-windows/%.o) x86_64-windows/%D%/testlist.o
PE_OBJECTS += $(CRYPT32_TEST_OBJECTS64)

%D%/crypt32_test.exe: $(CRYPT32_TEST_OBJECTS64) x86_64-windows/libncrypt.a
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ $(CRYPT32_TEST_LIBS)

if BUILD_I386
check_DATA += %D%/crypt32_test32.exe
CRYPT32_TEST_OBJECTS32 = $(CRYPT32_TEST_FILES:%.c=i386-windows/%.o) i386-windows/%D%/testlist.o
PE_OBJECTS += $(CRYPT32_TEST_OBJECTS32)

%D%/crypt32_test32.exe: $(CRYPT32_TEST_OBJECTS32) i386-windows/libncrypt.a
	$(AM_V_CCLD)$(I386_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ $(CRYPT32_TEST_LIBS)
endif

# The table that wine/test.h wants of a program of several tests.
%D%/testlist.c: Makefile
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN){ topics='$(basename $(notdir $(CRYPT32_TEST_FILES)))'; \
	  echo '#define WIN32_LEAN_AND_MEAN'; echo '#include <windows.h>'; \
	  echo '#define STANDALONE'; echo '#include "wine/test.h"'; \
	  for t in $$topics; do echo "extern void func_$$t(void);"; done; \
	  echo 'const struct test winetest_testlist[] ='; echo '{'; \
	  for t in $$topics; do echo "    { \"$$t\", func_$$t },"; done; \
	  echo '    { 0, 0 }'; echo '};'; } > $@

# As in tests/ncrypt; pfx_files is run by check-pfx, which makes the files.
CRYPT32_TOPICS = $(foreach topic,$(filter-out pfx_files,$(basename $(notdir $(CRYPT32_TEST_FILES)))),\
	%D%/winelib/$(topic).topic %D%/builtin/$(topic).topic)
$(eval TESTS += $$(CRYPT32_TOPICS))
CLEANFILES += $(CRYPT32_TOPICS)

$(CRYPT32_TOPICS): %D%/crypt32_test.exe
	@$(MKDIR_P) $(@D) && touch $@

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
# The topic pfx_files, with files of OpenSSL.
TESTS += %D%/check-pfx
