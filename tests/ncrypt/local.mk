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

NCRYPT_TOPICS = \
	%D%/winelib/abuse.topic \
	%D%/builtin/abuse.topic \
	%D%/winelib/abuse_random.topic \
	%D%/builtin/abuse_random.topic \
	%D%/winelib/abuse_threads.topic \
	%D%/builtin/abuse_threads.topic \
	%D%/winelib/agree.topic \
	%D%/builtin/agree.topic \
	%D%/winelib/agree_published.topic \
	%D%/builtin/agree_published.topic \
	%D%/winelib/algorithm.topic \
	%D%/builtin/algorithm.topic \
	%D%/winelib/capi_blob.topic \
	%D%/builtin/capi_blob.topic \
	%D%/winelib/cipher.topic \
	%D%/builtin/cipher.topic \
	%D%/winelib/cipher_blob.topic \
	%D%/builtin/cipher_blob.topic \
	%D%/winelib/cipher_padding.topic \
	%D%/builtin/cipher_padding.topic \
	%D%/winelib/clients.topic \
	%D%/builtin/clients.topic \
	%D%/winelib/clients_import.topic \
	%D%/builtin/clients_import.topic \
	%D%/winelib/consent.topic \
	%D%/builtin/consent.topic \
	%D%/winelib/coverage.topic \
	%D%/builtin/coverage.topic \
	%D%/winelib/create.topic \
	%D%/builtin/create.topic \
	%D%/winelib/crypt.topic \
	%D%/builtin/crypt.topic \
	%D%/winelib/dh.topic \
	%D%/builtin/dh.topic \
	%D%/winelib/dsa.topic \
	%D%/builtin/dsa.topic \
	%D%/winelib/ec_generic.topic \
	%D%/winelib/ec_import.topic \
	%D%/builtin/ec_generic.topic \
	%D%/builtin/ec_import.topic \
	%D%/winelib/derive.topic \
	%D%/builtin/derive.topic \
	%D%/winelib/enum.topic \
	%D%/builtin/enum.topic \
	%D%/winelib/export.topic \
	%D%/builtin/export.topic \
	%D%/winelib/exports.topic \
	%D%/builtin/exports.topic \
	%D%/winelib/finalize.topic \
	%D%/builtin/finalize.topic \
	%D%/winelib/handle.topic \
	%D%/builtin/handle.topic \
	%D%/winelib/import.topic \
	%D%/builtin/import.topic \
	%D%/winelib/import_named.topic \
	%D%/builtin/import_named.topic \
	%D%/winelib/kdf_key.topic \
	%D%/builtin/kdf_key.topic \
	%D%/winelib/ksp.topic \
	%D%/builtin/ksp.topic \
	%D%/winelib/ksp_odd.topic \
	%D%/builtin/ksp_odd.topic \
	%D%/winelib/lasterror.topic \
	%D%/builtin/lasterror.topic \
	%D%/winelib/key_derivation.topic \
	%D%/builtin/key_derivation.topic \
	%D%/winelib/legacy.topic \
	%D%/builtin/legacy.topic \
	%D%/winelib/legacy_copy.topic \
	%D%/builtin/legacy_copy.topic \
	%D%/winelib/legacy_translate.topic \
	%D%/builtin/legacy_translate.topic \
	%D%/winelib/notify.topic \
	%D%/builtin/notify.topic \
	%D%/winelib/open_delete.topic \
	%D%/builtin/open_delete.topic \
	%D%/winelib/pkcs7.topic \
	%D%/builtin/pkcs7.topic \
	%D%/winelib/pkcs8.topic \
	%D%/builtin/pkcs8.topic \
	%D%/winelib/process.topic \
	%D%/builtin/process.topic \
	%D%/winelib/property_get.topic \
	%D%/builtin/property_get.topic \
	%D%/winelib/property_named.topic \
	%D%/builtin/property_named.topic \
	%D%/winelib/property_set.topic \
	%D%/builtin/property_set.topic \
	%D%/winelib/protect.topic \
	%D%/builtin/protect.topic \
	%D%/winelib/protect_certificate.topic \
	%D%/builtin/protect_certificate.topic \
	%D%/winelib/protect_stream.topic \
	%D%/builtin/protect_stream.topic \
	%D%/winelib/provider.topic \
	%D%/builtin/provider.topic \
	%D%/winelib/sign.topic \
	%D%/builtin/sign.topic \
	%D%/winelib/sign_ec.topic \
	%D%/builtin/sign_ec.topic \
	%D%/winelib/threads.topic \
	%D%/builtin/threads.topic \
	%D%/winelib/transport.topic \
	%D%/builtin/transport.topic \
	%D%/winelib/waits.topic \
	%D%/builtin/waits.topic \
	%D%/winelib/waits_end.topic \
	%D%/builtin/waits_end.topic \
	%D%/winelib/wine_callers.topic \
	%D%/builtin/wine_callers.topic \
	%D%/winelib/x25519.topic \
	%D%/builtin/x25519.topic \
	%D%/winelib/wiped.topic \
	%D%/builtin/wiped.topic \
	$(NULL)
TESTS += $(NCRYPT_TOPICS)
CLEANFILES += $(NCRYPT_TOPICS)

%D%/winelib/ksp.topic %D%/builtin/ksp.topic %D%/winelib/ksp_odd.topic %D%/builtin/ksp_odd.topic: $(KSP_DLLS64)
%D%/winelib/waits.topic %D%/builtin/waits.topic: $(KSP_DLLS64)
%D%/winelib/waits_end.topic %D%/builtin/waits_end.topic: $(KSP_DLLS64)

$(NCRYPT_TOPICS): %D%/ncrypt_test.exe
	@$(MKDIR_P) $(@D) && touch $@
