# mssign32.dll, Authenticode signatures: a plain PE in front of Wine's own mssign32 (doc/certificates.md).

MSSIGN32_OWN_FILES = \
	%D%/certificates.c \
	%D%/content.c \
	%D%/hash.c \
	%D%/main.c \
	%D%/pe_file.c \
	%D%/signature.c \
	%D%/signer.c \
	$(NULL)

MSSIGN32_FILES = \
	$(MSSIGN32_OWN_FILES) \
	dlls/crypt32/der.c \
	dlls/crypt32/wine_module.c \
	dlls/ncrypt/trace.c \
	dlls/ncrypt/wine_directory.c \
	$(NULL)

MSSIGN32_LIBS = -lcrypt32 -ladvapi32 -lbcrypt -luser32 -lntdll

noinst_HEADERS += \
	%D%/mssign32.h \
	$(NULL)

EXTRA_DIST += \
	$(MSSIGN32_OWN_FILES) \
	%D%/mssign32.spec \
	%D%/version.rc \
	$(NULL)

dlls64_DATA += \
	x86_64-windows/mssign32.dll \
	$(NULL)

MSSIGN32_OBJECTS64 = $(MSSIGN32_FILES:%.c=x86_64-windows/%.o) x86_64-windows/%D%/jumps.o
PE_OBJECTS += $(MSSIGN32_OWN_FILES:%.c=x86_64-windows/%.o)

x86_64-windows/mssign32.dll: $(MSSIGN32_OBJECTS64) x86_64-windows/%D%/version.res x86_64-windows/%D%/mssign32.def \
		x86_64-windows/libncrypt.a
	$(AM_V_CCLD)$(X86_64_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ $(MSSIGN32_LIBS)

if BUILD_I386
dlls32_DATA += \
	i386-windows/mssign32.dll \
	$(NULL)

MSSIGN32_OBJECTS32 = $(MSSIGN32_FILES:%.c=i386-windows/%.o) i386-windows/%D%/jumps.o
PE_OBJECTS += $(MSSIGN32_OWN_FILES:%.c=i386-windows/%.o)

i386-windows/mssign32.dll: $(MSSIGN32_OBJECTS32) i386-windows/%D%/version.res i386-windows/%D%/mssign32.def \
		i386-windows/libncrypt.a
	$(AM_V_CCLD)$(I386_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ $(MSSIGN32_LIBS)
endif

# --- what the table of exports becomes: definition, jumps, names ---

x86_64-windows/%D%/mssign32.def i386-windows/%D%/mssign32.def: $(srcdir)/%D%/mssign32.spec $(srcdir)/tools/spec2bridge
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(srcdir)/tools/spec2bridge $(@:-windows/%D%/mssign32.def=) def $< > $@.tmp && mv $@.tmp $@

x86_64-windows/%D%/jumps.S i386-windows/%D%/jumps.S: $(srcdir)/%D%/mssign32.spec $(srcdir)/tools/spec2bridge
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(srcdir)/tools/spec2bridge $(@:-windows/%D%/jumps.S=) jumps $< > $@.tmp && mv $@.tmp $@

x86_64-windows/%D%/jumps.o: x86_64-windows/%D%/jumps.S
	$(AM_V_CC)$(X86_64_CC) -c -o $@ $<

i386-windows/%D%/jumps.o: i386-windows/%D%/jumps.S
	$(AM_V_CC)$(I386_CC) -c -o $@ $<

%D%/mssign32_names.h: $(srcdir)/%D%/mssign32.spec $(srcdir)/tools/spec2bridge
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(srcdir)/tools/spec2bridge any names $< > $@.tmp && mv $@.tmp $@

CLEANFILES += %D%/mssign32_names.h
$(MSSIGN32_OWN_FILES:%.c=x86_64-windows/%.o) $(MSSIGN32_OWN_FILES:%.c=i386-windows/%.o): %D%/mssign32_names.h
