# Headers and import libraries against the figures of Windows. Scripts that compile; nothing is run.

ABI_TESTS = \
	%D%/check-abi \
	%D%/check-headers \
	$(NULL)
TESTS += $(ABI_TESTS)

EXTRA_DIST += \
	$(ABI_TESTS) \
	%D%/abi.h \
	%D%/calls.c \
	%D%/constants \
	%D%/engine.c \
	%D%/exports \
	%D%/layout.c \
	$(NULL)
