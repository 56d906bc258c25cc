# The installer of a Wine prefix, and the program that it runs there to see what answers.

bin_SCRIPTS += %D%/ncrypt-wine
CLEANFILES += %D%/ncrypt-wine
dist_man_MANS += doc/man/ncrypt-wine.1

# Its parts, in this order: what is run as it is read comes first and last, between them are the functions.
NCRYPT_WINE_PARTS = \
	%D%/start.sh \
	%D%/say.sh \
	%D%/options.sh \
	%D%/file.sh \
	%D%/prefix.sh \
	%D%/lock.sh \
	%D%/places.sh \
	%D%/manifest.sh \
	%D%/certificates.sh \
	%D%/crypt32.sh \
	%D%/install.sh \
	%D%/uninstall.sh \
	%D%/status.sh \
	%D%/verify.sh \
	%D%/doctor.sh \
	%D%/provider.sh \
	%D%/cards.sh \
	%D%/main.sh \
	$(NULL)

EXTRA_DIST += \
	$(NCRYPT_WINE_PARTS) \
	$(INSTALLER_FILES) \
	$(NULL)

# One script. The first two lines of a part are its licence and what shellcheck must know of a part by itself.
%D%/ncrypt-wine: $(NCRYPT_WINE_PARTS) Makefile
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)awk 'NR == FNR { print; next } FNR == 1 { print "" } FNR > 2' $(filter %.sh,$^) | \
	    sed -e 's|@''pkglibdir@|$(pkglibdir)|' -e 's|@''VERSION@|$(VERSION)|' > $@.tmp && \
	    chmod +x $@.tmp && mv $@.tmp $@

# --- the programs that it runs ---

INSTALLER_FILES = \
	%D%/cards.c \
	%D%/certificates.c \
	%D%/provider.c \
	%D%/verify.c \
	%D%/version.c \
	$(NULL)

noinst_HEADERS += \
	%D%/version.h \
	$(NULL)

DLLS64 += \
	x86_64-windows/ncrypt-cards.exe \
	x86_64-windows/ncrypt-certificates.exe \
	x86_64-windows/ncrypt-provider.exe \
	x86_64-windows/ncrypt-verify.exe \
	$(NULL)

PE_OBJECTS += $(INSTALLER_FILES:%.c=x86_64-windows/%.o)

x86_64-windows/ncrypt-verify.exe: x86_64-windows/%D%/verify.o x86_64-windows/%D%/version.o
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

x86_64-windows/ncrypt-provider.exe: x86_64-windows/%D%/provider.o
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

x86_64-windows/ncrypt-cards.exe: x86_64-windows/%D%/cards.o
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lcrypt32

x86_64-windows/ncrypt-certificates.exe: x86_64-windows/%D%/certificates.o x86_64-windows/%D%/version.o \
		x86_64-windows/dlls/ncrypt/wine_directory.o
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lcrypt32 -lpsapi

if BUILD_I386
dlls32_DATA += \
	i386-windows/ncrypt-cards.exe \
	i386-windows/ncrypt-certificates.exe \
	i386-windows/ncrypt-provider.exe \
	i386-windows/ncrypt-verify.exe \
	$(NULL)

PE_OBJECTS += $(INSTALLER_FILES:%.c=i386-windows/%.o)

i386-windows/ncrypt-verify.exe: i386-windows/%D%/verify.o i386-windows/%D%/version.o
	$(AM_V_CCLD)$(I386_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

i386-windows/ncrypt-provider.exe: i386-windows/%D%/provider.o
	$(AM_V_CCLD)$(I386_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

i386-windows/ncrypt-cards.exe: i386-windows/%D%/cards.o
	$(AM_V_CCLD)$(I386_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lcrypt32

i386-windows/ncrypt-certificates.exe: i386-windows/%D%/certificates.o i386-windows/%D%/version.o \
		i386-windows/dlls/ncrypt/wine_directory.o
	$(AM_V_CCLD)$(I386_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lcrypt32 -lpsapi
endif

# For packages: `make install-into-wine WINELIBDIR=/usr/lib/.../wine` puts marked files there, so that every prefix,
# new or old, has ours (doc/packages.md). Wine's ncrypt.dll has to be out of the way. 32-bit programs are served when
# there is an engine for them: one that was built, or with NEW_WOW64=yes the 64-bit one. With CERTIFICATES=yes the
# certificate bridge, too, for 64-bit programs and for Wine before 10.17: Wine's crypt32.dll and mssign32.dll have to be
# beside ours then, as crypt32-wine.dll and mssign32-wine.dll. A build on i386 has only what is for 32-bit programs, and
# the bridge for them.
INTO_WINE32 = i386-windows/ncrypt.dll i386-windows/ncryptprov.dll
INTO_WINE =
if HOST_X86_64
INTO_WINE += x86_64-windows/ncrypt.dll x86_64-windows/ncryptprov.dll x86_64-unix/ncryptprov.so
BRIDGE_FOR = x86_64
if BUILD_PKCS11
INTO_WINE += x86_64-unix/ncryptprov_pkcs11.so
endif
if BUILD_TPM
INTO_WINE += x86_64-unix/ncryptprov_tpm.so
endif
else
BRIDGE_FOR = i386
endif
if BUILD_I386
if BUILD_I386_ENGINE
INTO_WINE += $(INTO_WINE32) i386-unix/ncryptprov.so
if BUILD_I386_PKCS11
INTO_WINE += i386-unix/ncryptprov_pkcs11.so
endif
else
INTO_WINE += $(if $(NEW_WOW64),$(INTO_WINE32))
endif
endif

INTO_WINE += $(if $(CERTIFICATES),$(BRIDGE_FOR)-windows/crypt32.dll $(BRIDGE_FOR)-windows/mssign32.dll)

install-into-wine: $(INTO_WINE)
	@test -n '$(WINELIBDIR)' || { echo 'WINELIBDIR=DIR: the directory that holds $(BRIDGE_FOR)-windows' >&2; exit 1; }
	@copy=`mktemp` && trap 'rm -f "$$copy"' 0 && for file in $(INTO_WINE); do \
	    cp $$file "$$copy" || exit 1; \
	    case $$file in \
	    */crypt32.dll) $(MARK_BUILTIN) of="$$copy" || exit 1 ;; \
	    */ncrypt.dll|*/mssign32.dll) $(MARK_BUILTIN) of="$$copy" && $(srcdir)/tools/prefer-native "$$copy" || exit 1 ;; \
	    esac; \
	    $(MKDIR_P) $(DESTDIR)$(WINELIBDIR)/$${file%/*} && \
	    $(INSTALL_DATA) "$$copy" $(DESTDIR)$(WINELIBDIR)/$$file || exit 1; \
	    echo "$(DESTDIR)$(WINELIBDIR)/$$file"; \
	done
	@test -z '$(CERTIFICATES)' || ln -sf crypt32.so $(DESTDIR)$(WINELIBDIR)/$(BRIDGE_FOR)-unix/crypt32-wine.so
.PHONY: install-into-wine
