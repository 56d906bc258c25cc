# Authenticode signatures, and what others say of them.

MSSIGN32_TESTS = \
	%D%/check-authenticode \
	$(NULL)
TESTS += $(MSSIGN32_TESTS)

EXTRA_DIST += \
	$(MSSIGN32_TESTS) \
	%D%/authenticode.c \
	$(NULL)

check_DATA += %D%/authenticode.exe
CLEANFILES += %D%/authenticode.exe
PE_OBJECTS += x86_64-windows/%D%/authenticode.o

%D%/authenticode.exe: x86_64-windows/%D%/authenticode.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) -municode $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lcrypt32 -ladvapi32

if BUILD_I386
PROBES32 += %D%/authenticode32.exe
endif
