# One list of tests for every key storage provider of ours, and the tokens without hardware that some of them need.

PROVIDERS_TEST_FILES = \
	%D%/agree.c \
	%D%/callers.c \
	%D%/card_store.c \
	%D%/create.c \
	%D%/decrypt.c \
	%D%/enumerate.c \
	%D%/fault.c \
	%D%/lacks.c \
	%D%/platform.c \
	%D%/policy.c \
	%D%/process.c \
	%D%/property.c \
	%D%/sign.c \
	%D%/thread.c \
	%D%/transfer.c \
	$(NULL)

TOPIC_FILES += $(PROVIDERS_TEST_FILES)
HIDDEN_TOPICS += $(PROVIDERS_TEST_FILES)

# Each is a row in rows.c, and a test by either route.
PROVIDERS = software pkcs11 smartcard tpm

noinst_HEADERS += %D%/provider_test.h
EXTRA_DIST += \
	%D%/card.sh \
	%D%/check-card \
	%D%/check-card-keys \
	%D%/check-cards \
	%D%/check-demo-token \
	%D%/check-demo-tpm \
	%D%/check-keys-token \
	%D%/check-keys-tpm \
	%D%/check-mock \
	%D%/check-token-faults \
	%D%/check-tpm-callers \
	%D%/pivcard.py \
	%D%/rows.c \
	%D%/run \
	%D%/token.sh \
	%D%/tpm.sh \
	%D%/mock/change.c \
	%D%/mock/change.h \
	%D%/mock/control.c \
	%D%/mock/control.h \
	%D%/mock/lies.c \
	%D%/mock/lies.h \
	%D%/mock/mock.c \
	$(NULL)

# What the topics share is in no list of topics.
PROVIDERS_SHARED = x86_64-windows/%D%/rows.o
PE_OBJECTS += $(PROVIDERS_SHARED)
%D%/providers_test.exe: $(PROVIDERS_SHARED)

if BUILD_I386
PROVIDERS_SHARED32 = i386-windows/%D%/rows.o
PE_OBJECTS += $(PROVIDERS_SHARED32)
%D%/providers_test32.exe: $(PROVIDERS_SHARED32)
endif

PROVIDERS_TOPICS = $(foreach row,$(PROVIDERS),%D%/winelib/$(row).topic %D%/builtin/$(row).topic)
$(eval TESTS += $$(PROVIDERS_TOPICS))
CLEANFILES += $(PROVIDERS_TOPICS)

$(PROVIDERS_TOPICS): %D%/providers_test.exe
	@$(MKDIR_P) $(@D) && touch $@

# --- tokens, and the TPM ---

TESTS += %D%/check-card %D%/check-card-keys %D%/check-cards %D%/check-demo-token %D%/check-keys-token %D%/check-mock \
	%D%/check-token-faults
TESTS += %D%/check-demo-tpm %D%/check-keys-tpm %D%/check-tpm-callers

EXTRA_PROGRAMS += %D%/card_probe
%C%_card_probe_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_card_probe_CFLAGS = $(WARNINGS)
%C%_card_probe_LDADD = dlls/ncryptprov/unix/libengine.a $(ENGINE_LIBS)

if BUILD_PKCS11
check_DATA += %D%/mock/mock.so
check_PROGRAMS += %D%/card_probe
endif
CLEANFILES += %D%/mock/mock.so

MOCK_FILES = $(addprefix %D%/mock/,change.c change.h control.c control.h lies.c lies.h mock.c)

%D%/mock/mock.so: $(MOCK_FILES)
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) $(WARNINGS) $(P11_KIT_CFLAGS) -O2 -fPIC -fvisibility=hidden -shared -pthread -o $@ \
	    $(filter %.c,$^) -ldl
