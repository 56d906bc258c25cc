# ncrypt.dll: a plain PE, never marked as builtin (doc/architecture.md).

NCRYPT_FILES = \
	%D%/buffer.c \
	%D%/claim.c \
	%D%/crypt.c \
	%D%/engine_part.c \
	%D%/enum.c \
	%D%/handle.c \
	%D%/hold.c \
	%D%/key.c \
	%D%/key_protector.c \
	%D%/load.c \
	%D%/lock.c \
	%D%/main.c \
	%D%/module.c \
	%D%/own_module.c \
	%D%/property.c \
	%D%/protect.c \
	%D%/protect_name.c \
	%D%/protect_stream.c \
	%D%/provider.c \
	%D%/registry.c \
	%D%/secret.c \
	%D%/sign.c \
	%D%/ssl.c \
	%D%/token_module.c \
	%D%/trace.c \
	%D%/transfer.c \
	%D%/translate.c \
	%D%/ui_policy.c \
	%D%/wine_directory.c \
	dlls/ncryptprov/token_configuration.c \
	$(NULL)

# Loading advapi32.dll and the two DLLs that it needs would be a third of the first use of a provider. So our 64-bit
# DLLs take from kernelbase.dll what it has, which advapi32.dll only forwards to, and load advapi32.dll for the rest
# when that is first called. Those for 32 bits load it at once.
LATE_LIBRARIES64 = x86_64-windows/libkernelbase.a x86_64-windows/libadvapi32_late.a
LATE_OBJECTS64 = x86_64-windows/%D%/late_imports.o
LATE_IMPORTS64 = $(LATE_OBJECTS64) $(LATE_LIBRARIES64)
PE_OBJECTS += $(LATE_OBJECTS64)
CLEANFILES += $(LATE_LIBRARIES64)

x86_64-windows/libkernelbase.a: $(srcdir)/%D%/kernelbase.def
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(X86_64_DLLTOOL) -d $< -l $@

x86_64-windows/libadvapi32_late.a: $(srcdir)/%D%/advapi32_late.def
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(X86_64_DLLTOOL) -d $< -y $@

noinst_HEADERS += \
	%D%/hold.h \
	%D%/lock.h \
	%D%/ncrypt_private.h \
	%D%/protect.h \
	%D%/registry.h \
	%D%/trace.h \
	%D%/wine_directory.h \
	$(NULL)

EXTRA_DIST += \
	$(NCRYPT_FILES) \
	%D%/advapi32_late.def \
	%D%/kernelbase.def \
	%D%/late_imports.c \
	%D%/ncrypt.spec \
	%D%/version.rc \
	$(NULL)

DLLS64 += \
	x86_64-windows/libncrypt.a \
	x86_64-windows/ncrypt.dll \
	$(NULL)

NCRYPT_OBJECTS64 = $(NCRYPT_FILES:%.c=x86_64-windows/%.o)
PE_OBJECTS += $(NCRYPT_OBJECTS64)

x86_64-windows/ncrypt.dll: $(NCRYPT_OBJECTS64) x86_64-windows/%D%/version.res x86_64-windows/%D%/ncrypt.def \
		$(LATE_IMPORTS64)
	$(AM_V_CCLD)$(X86_64_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -ldelayimp -lntdll

x86_64-windows/libncrypt.a: x86_64-windows/%D%/ncrypt.def
	$(AM_V_GEN)$(X86_64_DLLTOOL) -D ncrypt.dll -d $< -l $@

if BUILD_I386
dlls32_DATA += \
	i386-windows/libncrypt.a \
	i386-windows/ncrypt.dll \
	$(NULL)

NCRYPT_OBJECTS32 = $(NCRYPT_FILES:%.c=i386-windows/%.o)
PE_OBJECTS += $(NCRYPT_OBJECTS32)

i386-windows/ncrypt.dll: $(NCRYPT_OBJECTS32) i386-windows/%D%/version.res i386-windows/%D%/ncrypt.def
	$(AM_V_CCLD)$(I386_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -ladvapi32 -lntdll

# Callers want NAME@BYTES, the DLL exports NAME. What it forwards is a function like any other to them.
i386-windows/libncrypt.a: $(srcdir)/%D%/ncrypt.spec $(srcdir)/tools/spec2def Makefile
	@$(MKDIR_P) i386-windows/%D%/import
	$(AM_V_GEN)sed 's/) [a-z]*\.[A-Za-z0-9]*/)/' $< > i386-windows/%D%/import/ncrypt.spec && \
	    $(srcdir)/tools/spec2def i386 i386-windows/%D%/import/ncrypt.spec | \
	    sed 's/=[^@]*@/@/' > i386-windows/%D%/import/ncrypt.def && \
	    $(I386_DLLTOOL) -k -D ncrypt.dll -d i386-windows/%D%/import/ncrypt.def -l $@
endif
