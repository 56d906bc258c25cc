# One list of tests for every key storage provider of ours, and the tokens without hardware that some of them need.

TESTS += %D%/check-mock
EXTRA_DIST += \
	%D%/check-mock \
	%D%/token.sh \
	%D%/mock/control.c \
	%D%/mock/control.h \
	%D%/mock/mock.c \
	$(NULL)

if BUILD_PKCS11
check_DATA += %D%/mock/mock.so
endif
CLEANFILES += %D%/mock/mock.so

%D%/mock/mock.so: %D%/mock/control.c %D%/mock/control.h %D%/mock/mock.c
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) $(WARNINGS) $(P11_KIT_CFLAGS) -O2 -fPIC -fvisibility=hidden -shared -pthread -o $@ \
	    $(filter %.c,$^) -ldl
