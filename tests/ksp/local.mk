# Providers to be loaded by ncrypt.dll: a sample that works, one of many that do not, one that calls back.

KSPS = sampleksp oddksp waitksp
KSP_FILES = $(KSPS:%=%D%/%.c)

noinst_HEADERS += %D%/sampleksp.h
EXTRA_DIST += $(KSP_FILES) %D%/sampleksp.reg

KSP_DLLS64 = $(KSPS:%=%D%/%.dll)
PE_OBJECTS += $(KSP_FILES:%.c=x86_64-windows/%.o)
check_DATA += $(KSP_DLLS64)
CLEANFILES += $(KSP_DLLS64)

$(KSP_DLLS64): %.dll: x86_64-windows/%.o
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lbcrypt

if BUILD_I386
KSP_DLLS32 = $(KSPS:%=%D%/%32.dll)
PE_OBJECTS += $(KSP_FILES:%.c=i386-windows/%.o)
check_DATA += $(KSP_DLLS32)
CLEANFILES += $(KSP_DLLS32)

$(KSP_DLLS32): %32.dll: i386-windows/%.o
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(I386_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -Wl,--kill-at -o $@ $^ -lbcrypt
endif
