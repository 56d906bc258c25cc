# Windows-style tests: one program of all topics for each architecture, and one test of `make check` for each topic
# and route: tests/ncrypt/ROUTE/TOPIC.topic, an empty file.

NCRYPT_TEST_FILES = \
	%D%/abuse.c \
	%D%/abuse_random.c \
	%D%/abuse_threads.c \
	%D%/agree.c \
	%D%/agree_published.c \
	%D%/algorithm.c \
	%D%/capi_blob.c \
	%D%/cipher.c \
	%D%/cipher_blob.c \
	%D%/cipher_padding.c \
	%D%/clients.c \
	%D%/clients_import.c \
	%D%/consent.c \
	%D%/coverage.c \
	%D%/create.c \
	%D%/crypt.c \
	%D%/dh.c \
	%D%/dsa.c \
	%D%/ec_generic.c \
	%D%/ec_import.c \
	%D%/derive.c \
	%D%/enum.c \
	%D%/export.c \
	%D%/exports.c \
	%D%/finalize.c \
	%D%/handle.c \
	%D%/import.c \
	%D%/import_named.c \
	%D%/kdf_key.c \
	%D%/ksp.c \
	%D%/ksp_odd.c \
	%D%/lasterror.c \
	%D%/key_derivation.c \
	%D%/legacy.c \
	%D%/legacy_copy.c \
	%D%/legacy_translate.c \
	%D%/notify.c \
	%D%/open_delete.c \
	%D%/pkcs7.c \
	%D%/pkcs8.c \
	%D%/process.c \
	%D%/property_get.c \
	%D%/property_named.c \
	%D%/property_set.c \
	%D%/protect.c \
	%D%/protect_certificate.c \
	%D%/protect_stream.c \
	%D%/provider.c \
	%D%/sign.c \
	%D%/sign_ec.c \
	%D%/threads.c \
	%D%/transport.c \
	%D%/waits.c \
	%D%/waits_end.c \
	%D%/wine_callers.c \
	%D%/x25519.c \
	%D%/wiped.c \
	$(NULL)

noinst_HEADERS += \
	%D%/abuse_calls.h \
	%D%/abuse_one.h \
	%D%/cipher_test.h \
	%D%/agree_sample.h \
	%D%/legacy.h \
	%D%/ksp_test.h \
	%D%/ncrypt_test.h \
	%D%/pkcs8_old_vectors.h \
	%D%/pkcs8_vectors.h \
	%D%/vectors.h \
	%D%/waits.h \
	$(NULL)

EXTRA_DIST += \
	$(NCRYPT_TEST_FILES) \
	$(NULL)

check_DATA += %D%/ncrypt_test.exe
CLEANFILES += %D%/ncrypt_test.exe %D%/ncrypt_test32.exe %D%/testlist.c
NCRYPT_TEST_LIBS = -lbcrypt -lcrypt32 -ladvapi32 -lntdll

NCRYPT_TEST_OBJECTS64 = $(NCRYPT_TEST_FILES:%.c=x86_64-windows/%.o) x86_64-windows/%D%/testlist.o
PE_OBJECTS += $(NCRYPT_TEST_OBJECTS64)

%D%/ncrypt_test.exe: $(NCRYPT_TEST_OBJECTS64) x86_64-windows/libncrypt.a
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ $(NCRYPT_TEST_LIBS)

if BUILD_I386
check_DATA += %D%/ncrypt_test32.exe
NCRYPT_TEST_OBJECTS32 = $(NCRYPT_TEST_FILES:%.c=i386-windows/%.o) i386-windows/%D%/testlist.o
PE_OBJECTS += $(NCRYPT_TEST_OBJECTS32)

%D%/ncrypt_test32.exe: $(NCRYPT_TEST_OBJECTS32) i386-windows/libncrypt.a
	$(AM_V_CCLD)$(I386_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ $(NCRYPT_TEST_LIBS)
endif

# The table that wine/test.h wants of a program of several tests.
%D%/testlist.c: Makefile
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN){ topics='$(basename $(notdir $(NCRYPT_TEST_FILES)))'; \
	  echo '#define WIN32_LEAN_AND_MEAN'; echo '#include <windows.h>'; \
	  echo '#define STANDALONE'; echo '#include "wine/test.h"'; \
	  for t in $$topics; do echo "extern void func_$$t(void);"; done; \
	  echo 'const struct test winetest_testlist[] ='; echo '{'; \
	  for t in $$topics; do echo "    { \"$$t\", func_$$t },"; done; \
	  echo '    { 0, 0 }'; echo '};'; } > $@

# Both routes of each topic, side by side in the list since each route has a prefix and a lock of its own. Added to
# TESTS by make: automake would take the words of the function for names of tests.
NCRYPT_TOPICS = $(foreach topic,$(basename $(notdir $(NCRYPT_TEST_FILES))),\
	%D%/winelib/$(topic).topic %D%/builtin/$(topic).topic)
$(eval TESTS += $$(NCRYPT_TOPICS))
CLEANFILES += $(NCRYPT_TOPICS)

# These load providers of tests/ksp.
$(filter %/ksp.topic %/ksp_odd.topic %/waits.topic %/waits_end.topic,$(NCRYPT_TOPICS)): $(KSP_DLLS64)

$(NCRYPT_TOPICS): %D%/ncrypt_test.exe
	@$(MKDIR_P) $(@D) && touch $@
