# libFuzzer targets. `make fuzz` builds them with clang, tools/run-fuzz runs them, check-fuzz runs each for a moment.
# A row is all that a target needs; seeds are in corpus/, a directory of the target's name without "fuzz_".

FUZZ_TARGETS = \
	%D%/fuzz_engine \
	%D%/fuzz_import \
	%D%/fuzz_kdf \
	%D%/fuzz_keyfile \
	%D%/fuzz_operation \
	%D%/fuzz_pkcs12 \
	%D%/fuzz_pkcs8 \
	%D%/fuzz_property \
	%D%/fuzz_protect \
	%D%/fuzz_sealed \
	%D%/fuzz_tpm \
	$(NULL)

FUZZ_FILES = $(FUZZ_TARGETS:=.c)

SEED_FILES = \
	%D%/make_seeds.c \
	%D%/seeds_engine.c \
	%D%/seeds_parameters.c \
	%D%/seeds_protect.c \
	%D%/seeds_tpm.c \
	$(NULL)

noinst_HEADERS += \
	%D%/fuzz.h \
	%D%/fuzz_model.h \
	%D%/seeds.h \
	$(NULL)

EXTRA_DIST += \
	$(FUZZ_FILES) \
	%D%/check-fuzz \
	%D%/corpus \
	%D%/make-seeds \
	$(SEED_FILES) \
	$(NULL)

TESTS += %D%/check-fuzz
BUILT_FUZZ_TARGETS =
if BUILD_FUZZ
check_DATA += $(FUZZ_TARGETS)
BUILT_FUZZ_TARGETS += $(FUZZ_TARGETS)
endif

CLEANFILES += $(FUZZ_TARGETS) %D%/make_seeds $(FUZZ_OBJECTS)
FUZZ_FLAGS = -g -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
FUZZ_CPPFLAGS = -DPBE_MAX_ITERATIONS=1000 -DPBE_OWN_ITERATIONS=20 -DSCRYPT_MAX_WORK=1024u \
	-DSCRYPT_MAX_MEMORY=0x100000u \
	-DLOCK_ITERATIONS=1000u -DLOCK_MAX_ITERATIONS=1100u
FUZZ_OBJECTS = $(ENGINE_FILES:%.c=x86_64-fuzz/%.o)

fuzz: $(FUZZ_TARGETS)
print-fuzz:
	@for target in $(FUZZ_TARGETS); do echo $$target; done
.PHONY: fuzz print-fuzz

x86_64-fuzz/%.o: %.c
	@$(MKDIR_P) $(@D)
	$(AM_V_CC)$(FUZZ_CC) $(WARNINGS) $(FUZZ_FLAGS) $(FUZZ_CPPFLAGS) $(ENGINE_CPPFLAGS) -MMD -MP -c -o $@ $<

$(FUZZ_TARGETS): %: x86_64-fuzz/%.o $(FUZZ_OBJECTS)
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^ $(ENGINE_LIBS)

# For make-seeds, which writes the corpus anew.
%D%/make_seeds: $(SEED_FILES:%.c=x86_64-fuzz/%.o) $(FUZZ_OBJECTS)
	$(AM_V_CCLD)$(FUZZ_CC) $(FUZZ_FLAGS) -o $@ $^ $(ENGINE_LIBS)

-include $(FUZZ_OBJECTS:.o=.d) $(FUZZ_TARGETS:%=x86_64-fuzz/%.d) $(SEED_FILES:%.c=x86_64-fuzz/%.d)
