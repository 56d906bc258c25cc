# libFuzzer targets: `make fuzz` builds them with clang, e.g. tests/fuzz/fuzz_keyfile -max_total_time=60 CORPUS.

FUZZ_FILES = \
	%D%/fuzz_keyfile.c \
	%D%/fuzz_pkcs8.c \
	$(NULL)

EXTRA_DIST += $(FUZZ_FILES)
FUZZ_TARGETS = $(FUZZ_FILES:.c=)
CLEANFILES += $(FUZZ_TARGETS)
FUZZ_FLAGS = -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -DPBE_MAX_ITERATIONS=1000

fuzz: $(FUZZ_TARGETS)
.PHONY: fuzz

$(FUZZ_TARGETS): %: %.c $(ENGINE_FILES)
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(FUZZ_CC) $(WARNINGS) $(FUZZ_FLAGS) $(ENGINE_CPPFLAGS) -o $@ $^ $(ENGINE_LIBS)
