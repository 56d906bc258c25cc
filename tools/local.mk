# The demo program, and the scripts that travel with the source.

EXTRA_DIST += \
	%D%/bootstrap \
	%D%/build.sh \
	%D%/common.sh \
	%D%/demo/steps \
	%D%/fuzz.sh \
	%D%/kernels.sh \
	%D%/packages/build.sh \
	%D%/packages/upgrade.sh \
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

# --- the demo's programs ---

DEMO_FILES = \
	%D%/demo/certificate.c \
	%D%/demo/demo.c \
	%D%/demo/report.c \
	$(NULL)

EXTRA_DIST += $(DEMO_FILES)
noinst_HEADERS += %D%/demo/report.h
if HOST_X86_64
noinst_DATA += %D%/demo/certificate.exe %D%/demo/demo.exe
endif
CLEANFILES += %D%/demo/certificate.exe %D%/demo/demo.exe
PE_OBJECTS += $(DEMO_FILES:%.c=x86_64-windows/%.o)

%D%/demo/demo.exe: x86_64-windows/%D%/demo/demo.o x86_64-windows/%D%/demo/report.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lbcrypt

%D%/demo/certificate.exe: x86_64-windows/%D%/demo/certificate.o x86_64-windows/%D%/demo/report.o \
		x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lcrypt32 -lsecur32 -lws2_32
