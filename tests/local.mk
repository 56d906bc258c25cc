# How `make check` runs the tests. A test is a program or script that says why it failed and exits 0 (passed),
# 77 (skipped) or anything else. Tests that need Wine share prefixes in the build directory and take turns in
# each (tests/wine.sh); all others may run side by side.

AM_TESTS_ENVIRONMENT = \
	abs_top_builddir='$(abs_top_builddir)'; export abs_top_builddir; \
	X86_64_OBJDUMP='$(X86_64_OBJDUMP)'; export X86_64_OBJDUMP; \
	I386_OBJDUMP='$(I386_OBJDUMP)'; export I386_OBJDUMP; \
	VECTOR_TESTS='$(VECTOR_TESTS)'; export VECTOR_TESTS; \
	KERNEL_TESTS='$(KERNEL_TESTS)'; export KERNEL_TESTS; \
	PORTABLE_TESTS='$(PORTABLE_TESTS)'; export PORTABLE_TESTS; \
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

# --- topics: Windows-style tests ---
# A suite is a folder of them, one topic in each file. For each architecture it becomes one program of all its topics,
# and for each topic and route one test of `make check`: tests/SUITE/ROUTE/TOPIC.topic, an empty file.

TOPIC_FILES =
HIDDEN_TOPICS =
TOPIC_SUITES = ncrypt crypt32 providers
TOPIC_LISTS = $(TOPIC_SUITES:%=%D%/%/testlist.c)
TOPIC_LIBS = -lbcrypt -lcrypt32 -ladvapi32 -lsecur32 -lwinhttp -luser32 -lntdll

EXTRA_DIST += $(TOPIC_FILES)
CLEANFILES += $(TOPIC_LISTS)

TOPIC_OBJECTS64 = $(TOPIC_FILES:%.c=x86_64-windows/%.o) $(TOPIC_LISTS:%.c=x86_64-windows/%.o)
TOPIC_PROGRAMS64 = $(foreach suite,$(TOPIC_SUITES),%D%/$(suite)/$(suite)_test.exe)
PE_OBJECTS += $(TOPIC_OBJECTS64)
check_DATA += $(TOPIC_PROGRAMS64)
CLEANFILES += $(TOPIC_PROGRAMS64)

$(TOPIC_PROGRAMS64): $(TOPIC_OBJECTS64) x86_64-windows/libncrypt.a
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $(filter x86_64-windows/$(@D)/% %.a,$^) $(TOPIC_LIBS)

if BUILD_I386
TOPIC_OBJECTS32 = $(TOPIC_FILES:%.c=i386-windows/%.o) $(TOPIC_LISTS:%.c=i386-windows/%.o)
TOPIC_PROGRAMS32 = $(TOPIC_PROGRAMS64:%.exe=%32.exe)
PE_OBJECTS += $(TOPIC_OBJECTS32)
check_DATA += $(TOPIC_PROGRAMS32)
CLEANFILES += $(TOPIC_PROGRAMS32)

$(TOPIC_PROGRAMS32): $(TOPIC_OBJECTS32) i386-windows/libncrypt.a
	$(AM_V_CCLD)$(I386_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $(filter i386-windows/$(@D)/% %.a,$^) $(TOPIC_LIBS)
endif

# The table that wine/test.h wants of a program of several tests.
$(TOPIC_LISTS): Makefile
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN){ topics='$(basename $(notdir $(filter $(@D)/%,$(TOPIC_FILES))))'; \
	  echo '#include <windows.h>'; \
	  echo '#define STANDALONE'; echo '#include "wine/test.h"'; \
	  for t in $$topics; do echo "extern void func_$$t(void);"; done; \
	  echo 'const struct test winetest_testlist[] ='; echo '{'; \
	  for t in $$topics; do echo "    { \"$$t\", func_$$t },"; done; \
	  echo '    { 0, 0 }'; echo '};'; } > $@

# Both routes of each topic, side by side in the list since each route has a prefix and a lock of its own. Added to
# TESTS by make: automake would take the words of the function for names of tests.
TOPICS = $(foreach file,$(filter-out $(HIDDEN_TOPICS),$(TOPIC_FILES)),\
	$(foreach route,winelib builtin,$(dir $(file))$(route)/$(basename $(notdir $(file))).topic))
$(eval TESTS += $$(TOPICS))
CLEANFILES += $(TOPICS)

$(TOPICS): $(TOPIC_PROGRAMS64)
	@$(MKDIR_P) $(@D) && touch $@

# --- what scripts start as a 32-bit program: from the same file as the 64-bit one, with wmain ---

PROBES32 =
PROBE_LIBS32 = -lcrypt32 -ladvapi32 -lbcrypt -lsecur32 -lws2_32
check_DATA += $(PROBES32)
CLEANFILES += $(PROBES32)
PE_OBJECTS += $(PROBES32:%32.exe=i386-windows/%.o)

if BUILD_I386
$(PROBES32): %32.exe: i386-windows/%.o i386-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(I386_CC) -municode $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ $(PROBE_LIBS32)
endif

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
