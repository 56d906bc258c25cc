# How `make check` runs the tests. A test is a program or script that says why it failed and exits 0 (passed),
# 77 (skipped) or anything else. tests/system/common.sh and tools/common.sh read the environment set here.

AM_TESTS_ENVIRONMENT = \
	abs_top_srcdir='$(abs_top_srcdir)'; export abs_top_srcdir; \
	abs_top_builddir='$(abs_top_builddir)'; export abs_top_builddir; \
	X86_64_OBJDUMP='$(X86_64_OBJDUMP)'; export X86_64_OBJDUMP; \
	I386_OBJDUMP='$(I386_OBJDUMP)'; export I386_OBJDUMP; \
	CC='$(CC)'; export CC; \
	$(NULL)

print-tests:
	@for test in $(TESTS); do echo $$test; done
.PHONY: print-tests
