# How `make check` runs the tests. A test is a program or script that says why it failed and exits 0 (passed),
# 77 (skipped) or anything else. Tests that need Wine share prefixes in the build directory and take turns in
# each (tests/wine.sh); all others may run side by side.

AM_TESTS_ENVIRONMENT = \
	abs_top_builddir='$(abs_top_builddir)'; export abs_top_builddir; \
	X86_64_OBJDUMP='$(X86_64_OBJDUMP)'; export X86_64_OBJDUMP; \
	I386_OBJDUMP='$(I386_OBJDUMP)'; export I386_OBJDUMP; \
	VECTOR_TESTS='$(VECTOR_TESTS)'; export VECTOR_TESTS; \
	THREAD_TESTS='$(THREAD_TESTS)'; export THREAD_TESTS; \
	VALGRIND_TESTS='$(VALGRIND_TESTS)'; export VALGRIND_TESTS; \
	FUZZ_TARGETS='$(BUILT_FUZZ_TARGETS)'; export FUZZ_TARGETS; \
	$(NULL)

TEST_EXTENSIONS = .topic
TOPIC_LOG_COMPILER = $(srcdir)/%D%/run-topic
LOG_COMPILER = timeout
AM_LOG_FLAGS = -k 10 900

EXTRA_DIST += \
	%D%/check.sh \
	%D%/mutations/list \
	%D%/run-topic \
	%D%/wine.sh \
	$(NULL)

print-tests:
	@for test in $(TESTS); do echo $$test; done
.PHONY: print-tests

# What the tests need to be built.
check-programs: $(check_PROGRAMS) $(check_DATA)
.PHONY: check-programs

# --- the test kit ---

SELFTEST_FILES = \
	%D%/selftest/selftest.c \
	%D%/selftest/single.c \
	$(NULL)
SELFTEST_EXES = $(SELFTEST_FILES:.c=.exe)

TESTS += %D%/check-test-kit
EXTRA_DIST += $(SELFTEST_FILES) %D%/check-test-kit %D%/check-wine-test-header
check_DATA += $(SELFTEST_EXES)
PE_OBJECTS += $(SELFTEST_FILES:%.c=x86_64-windows/%.o)
CLEANFILES += $(SELFTEST_EXES)

$(SELFTEST_EXES): %.exe: x86_64-windows/%.o
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^
