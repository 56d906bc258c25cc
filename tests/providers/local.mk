# One list of tests for every key storage provider of ours, and the tokens without hardware that some of them need.

PROVIDERS_TEST_FILES = \
	%D%/agree.c \
	%D%/create.c \
	%D%/decrypt.c \
	%D%/enumerate.c \
	%D%/policy.c \
	%D%/process.c \
	%D%/property.c \
	%D%/sign.c \
	%D%/thread.c \
	%D%/transfer.c \
	$(NULL)

# Each is a row in rows.c, and a test by either route.
PROVIDERS = software pkcs11 smartcard

noinst_HEADERS += %D%/provider_test.h
EXTRA_DIST += \
	$(PROVIDERS_TEST_FILES) \
	%D%/card.sh \
	%D%/check-card \
	%D%/check-mock \
	%D%/pivcard.py \
	%D%/rows.c \
	%D%/run \
	%D%/token.sh \
	%D%/mock/control.c \
	%D%/mock/control.h \
	%D%/mock/mock.c \
	$(NULL)

check_DATA += %D%/providers_test.exe
CLEANFILES += %D%/providers_test.exe %D%/providers_test32.exe %D%/testlist.c
PROVIDERS_TEST_SOURCES = $(PROVIDERS_TEST_FILES) %D%/rows.c %D%/testlist.c
PROVIDERS_TEST_OBJECTS64 = $(PROVIDERS_TEST_SOURCES:%.c=x86_64-windows/%.o)
PE_OBJECTS += $(PROVIDERS_TEST_OBJECTS64)

%D%/providers_test.exe: $(PROVIDERS_TEST_OBJECTS64) x86_64-windows/libncrypt.a
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

if BUILD_I386
check_DATA += %D%/providers_test32.exe
PROVIDERS_TEST_OBJECTS32 = $(PROVIDERS_TEST_SOURCES:%.c=i386-windows/%.o)
PE_OBJECTS += $(PROVIDERS_TEST_OBJECTS32)

%D%/providers_test32.exe: $(PROVIDERS_TEST_OBJECTS32) i386-windows/libncrypt.a
	$(AM_V_CCLD)$(I386_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^
endif

%D%/testlist.c: Makefile
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(srcdir)/tests/make-testlist $(PROVIDERS_TEST_FILES) > $@

PROVIDERS_TOPICS = $(foreach row,$(PROVIDERS),%D%/winelib/$(row).topic %D%/builtin/$(row).topic)
$(eval TESTS += $$(PROVIDERS_TOPICS))
CLEANFILES += $(PROVIDERS_TOPICS)

$(PROVIDERS_TOPICS): %D%/providers_test.exe
	@$(MKDIR_P) $(@D) && touch $@

# --- tokens ---

TESTS += %D%/check-card %D%/check-mock

if BUILD_PKCS11
check_DATA += %D%/mock/mock.so
endif
CLEANFILES += %D%/mock/mock.so

%D%/mock/mock.so: %D%/mock/control.c %D%/mock/control.h %D%/mock/mock.c
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) $(WARNINGS) $(P11_KIT_CFLAGS) -O2 -fPIC -fvisibility=hidden -shared -pthread -o $@ \
	    $(filter %.c,$^) -ldl
