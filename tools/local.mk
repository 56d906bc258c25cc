# The demo program, and the scripts that travel with the source.

EXTRA_DIST += \
	%D%/bootstrap \
	%D%/build.sh \
	%D%/common.sh \
	%D%/demo/demo.c \
	%D%/demo/steps \
	%D%/fuzz.sh \
	%D%/prefer-native \
	%D%/remove-prefixes \
	%D%/root.sh \
	%D%/run-bench \
	%D%/run-demo \
	%D%/run-faults \
	%D%/run-load \
	%D%/run-package-test \
	%D%/run-fuzz \
	%D%/run-in-wine \
	%D%/run-matrix \
	%D%/run-mutations \
	%D%/run-tests \
	%D%/spec2def \
	%D%/wine.sh \
	$(NULL)

noinst_DATA += %D%/demo/demo.exe
CLEANFILES += %D%/demo/demo.exe
PE_OBJECTS += x86_64-windows/%D%/demo/demo.o

%D%/demo/demo.exe: x86_64-windows/%D%/demo/demo.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lbcrypt
