# `make dist-binary`: one archive that runs where there are Wine 8.0 or newer and a C library as new as it asks for,
# whatever GnuTLS, nettle and GMP there are. The objects of the engine are those of every build; what they need of
# nettle, GMP and libtasn1 is linked in from the static libraries, and unix_portable/ stands for GnuTLS. None of that is
# exported, and none is taken from a library that is loaded already, as Wine's own GnuTLS is.

EXTRA_DIST += \
	%D%/README \
	%D%/pack \
	%D%/roots.sh \
	%D%/try \
	$(NULL)

PORTABLE_NAME = ncrypt-wine-$(VERSION)-x86_64
PORTABLE_ARCHIVE = $(PORTABLE_NAME).tar.gz
CLEANFILES += $(PORTABLE_ARCHIVE)

if PORTABLE
PORTABLE_HIDE = -Wl,-z,now,-z,relro,--exclude-libs,ALL
PORTABLE_LIBS = portable/x86_64/libgmp.a $(STATIC_TASN1) -pthread
PORTABLE_BUILT = \
	portable/x86_64-unix/ncryptprov.so \
	portable/x86_64-unix/ncryptprov.dll.so \
	portable/ncrypt-keys \
	$(NULL)

portable/x86_64/libgmp.a: $(STATIC_GMP)
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(OBJCOPY) --redefine-sym stderr=portable_stderr $< $@

portable/x86_64-unix/ncryptprov.so: $(ENGINE_OBJECTS) $(PORTABLE_OBJECTS) portable/x86_64/libgmp.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) -shared $(CFLAGS) $(LDFLAGS) $(PORTABLE_HIDE),-z,defs,-z,text,--as-needed,-soname,ncryptprov.so \
	    -o $@ $(filter %.o,$^) $(STATIC_HOGWEED) $(STATIC_NETTLE) $(PORTABLE_LIBS)

portable/x86_64-unix/ncryptprov.dll.so: dlls/ncryptprov/unix/ncryptprov_unix.spec $(ENGINE_OBJECTS) \
		$(PORTABLE_OBJECTS) portable/x86_64/libgmp.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(WINEGCC) -m64 -shared $(PORTABLE_HIDE) -o $@ $(filter %.spec %.o,$^) \
	    $(STATIC_HOGWEED) $(STATIC_NETTLE) $(PORTABLE_LIBS)

portable/ncrypt-keys: $(tools_keys_ncrypt_keys_OBJECTS) dlls/ncryptprov/unix/libengine.a $(PORTABLE_OBJECTS) \
		portable/x86_64/libgmp.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) $(CFLAGS) $(LDFLAGS) -Wl,-z,now,-z,relro -o $@ $(tools_keys_ncrypt_keys_OBJECTS) \
	    dlls/ncryptprov/unix/libengine.a $(PORTABLE_OBJECTS) $(STATIC_HOGWEED) $(STATIC_NETTLE) $(PORTABLE_LIBS)

# The backends, which need what the system has of p11-kit and tpm2-tss.
if BUILD_PKCS11
PORTABLE_BUILT += x86_64-unix/ncryptprov_pkcs11.so
endif
if BUILD_TPM
PORTABLE_BUILT += portable/x86_64-unix/ncryptprov_tpm.so

portable/x86_64-unix/ncryptprov_tpm.so: $(dlls_ncryptprov_unix_tpm_libtpm_a_OBJECTS)
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) -shared $(CFLAGS) $(LDFLAGS) $(PORTABLE_HIDE),-z,defs,-z,text,--as-needed,-soname,ncryptprov_tpm.so \
	    -o $@ $^ $(TSS2_LIBS) $(STATIC_NETTLE) -pthread
endif

# The same for 32-bit programs. Debian's libgmp.a for i386 is not made for shared objects: some of its code is
# relocated when it is loaded (DT_TEXTREL).
if PORTABLE32
PORTABLE32_OBJECTS = $(PORTABLE_FILES:%.c=i386-unix/%.o)
PORTABLE32_LIBS = portable/i386/libgmp.a $(STATIC32_TASN1) -pthread
PORTABLE_BUILT += portable/i386-unix/ncryptprov.so

portable/i386/libgmp.a: $(STATIC32_GMP)
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(OBJCOPY) --redefine-sym stderr=portable_stderr $< $@

portable/i386-unix/ncryptprov.so: $(ENGINE32_OBJECTS) $(PORTABLE32_OBJECTS) portable/i386/libgmp.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) -m32 -shared $(CFLAGS) $(LDFLAGS) \
	    $(PORTABLE_HIDE),-z,defs,-z,notext,--as-needed,-soname,ncryptprov.so \
	    -o $@ $(filter %.o,$^) $(STATIC32_HOGWEED) $(STATIC32_NETTLE) $(PORTABLE32_LIBS)

if BUILD_I386_WINELIB
PORTABLE_BUILT += portable/i386-unix/ncryptprov.dll.so

portable/i386-unix/ncryptprov.dll.so: dlls/ncryptprov/unix/ncryptprov_unix.spec $(ENGINE32_OBJECTS) \
		$(PORTABLE32_OBJECTS) portable/i386/libgmp.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(WINEGCC) -m32 -shared $(PORTABLE_HIDE),-z,notext -o $@ $(filter %.spec %.o,$^) \
	    $(STATIC32_HOGWEED) $(STATIC32_NETTLE) $(PORTABLE32_LIBS)
endif
if BUILD_I386_PKCS11
PORTABLE_BUILT += i386-unix/ncryptprov_pkcs11.so
endif
-include $(PORTABLE32_OBJECTS:.o=.d)
endif

$(PORTABLE_ARCHIVE): $(PORTABLE_BUILT) $(dlls64_DATA) $(dlls32_DATA) tools/install/ncrypt-wine $(dist_man_MANS) \
		$(srcdir)/%D%/README $(srcdir)/%D%/pack $(srcdir)/COPYING.LIB
	$(AM_V_GEN)STRIP='$(STRIP)' $(srcdir)/%D%/pack $(srcdir) portable/$(PORTABLE_NAME) $@ \
	    "$(STATIC_HOGWEED) $(STATIC_NETTLE) $(STATIC_GMP) $(STATIC_TASN1)" \
	    $(PORTABLE_BUILT) $(filter %.dll %.exe,$(dlls64_DATA) $(dlls32_DATA)) tools/install/ncrypt-wine

dist-binary: $(PORTABLE_ARCHIVE)
else
dist-binary:
	@echo 'dist-binary needs objcopy, winegcc, libhogweed.a, libnettle.a, libgmp.a and libtasn1.a' \
	    '(Debian: binutils nettle-dev libgmp-dev libtasn1-6-dev wine64-tools); then run configure again' >&2
	@false
endif
.PHONY: dist-binary
