# Checks of the whole: scripts, and call_probe.exe that they run under Wine.

SYSTEM_TESTS = \
	%D%/check-bench-report \
	%D%/check-bridge-safety \
	%D%/check-broken-installation \
	%D%/check-combinations \
	%D%/check-consent \
	%D%/check-commits \
	%D%/check-coverage \
	%D%/check-demo \
	%D%/check-devkit \
	%D%/check-devkit-finders \
	%D%/check-documents \
	%D%/check-exports \
	%D%/check-facts \
	%D%/check-installation \
	%D%/check-keys-create \
	%D%/check-keys-import \
	%D%/check-keys-restore \
	%D%/check-keys-owner \
	%D%/check-installer-safety \
	%D%/check-layers \
	%D%/check-load \
	%D%/check-matrix-roots \
	%D%/check-ncrypt-keys \
	%D%/check-ncrypt-wine \
	%D%/check-ncrypt-wine-certificates \
	%D%/check-ncrypt-wine-interrupted \
	%D%/check-no-profile \
	%D%/check-package-scripts \
	%D%/check-portable \
	%D%/check-protect \
	%D%/check-promises \
	%D%/check-provider-kit \
	%D%/check-provider-tool \
	%D%/check-released \
	%D%/check-routes \
	%D%/check-run-in-wine \
	%D%/check-scripts \
	%D%/check-run-mutations \
	%D%/check-secret-service \
	%D%/check-spec2def \
	%D%/check-tls \
	%D%/check-traces \
	%D%/check-stream-memory \
	%D%/check-style \
	%D%/check-terminated-thread \
	%D%/check-two-prefixes \
	%D%/check-wine-start \
	$(NULL)
TESTS += $(SYSTEM_TESTS)

EXTRA_DIST += \
	$(SYSTEM_TESTS) \
	%D%/bridge_probe.c \
	%D%/check-wine-tests \
	%D%/certificate_probe.c \
	%D%/call_probe.c \
	%D%/common.sh \
	%D%/consent.c \
	%D%/consent_claim.c \
	%D%/dialog_hand.h \
	%D%/fake_crypt32.c \
	%D%/installer.sh \
	%D%/interrupt.c \
	%D%/keys.sh \
	%D%/keys_probe.c \
	%D%/load.c \
	%D%/released/0.1.0.answers \
	%D%/released/0.1.0.backup-machine \
	%D%/released/0.1.0.backup-user \
	%D%/released/0.1.0.files \
	%D%/released/README \
	%D%/released_probe.c \
	%D%/stay.c \
	%D%/reconcile.awk \
	%D%/protect_probe.c \
	$(NULL)

check_DATA += %D%/interrupt.so
CLEANFILES += %D%/interrupt.so

%D%/interrupt.so: %D%/interrupt.c
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) $(WARNINGS) -O2 -fPIC -shared -o $@ $< -ldl

check_DATA += %D%/call_probe.exe
CLEANFILES += %D%/call_probe.exe
PE_OBJECTS += x86_64-windows/%D%/call_probe.o

%D%/call_probe.exe: x86_64-windows/%D%/call_probe.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) -municode $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

check_DATA += %D%/released_probe.exe
CLEANFILES += %D%/released_probe.exe
PE_OBJECTS += x86_64-windows/%D%/released_probe.o

%D%/released_probe.exe: x86_64-windows/%D%/released_probe.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) -municode $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lbcrypt

check_DATA += %D%/stay.exe
CLEANFILES += %D%/stay.exe
PE_OBJECTS += x86_64-windows/%D%/stay.o

%D%/stay.exe: x86_64-windows/%D%/stay.o
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

check_DATA += %D%/bridge_probe.exe
CLEANFILES += %D%/bridge_probe.exe
PE_OBJECTS += x86_64-windows/%D%/bridge_probe.o

%D%/bridge_probe.exe: x86_64-windows/%D%/bridge_probe.o
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

check_DATA += %D%/fake_crypt32.dll
CLEANFILES += %D%/fake_crypt32.dll
PE_OBJECTS += x86_64-windows/%D%/fake_crypt32.o

%D%/fake_crypt32.dll: x86_64-windows/%D%/fake_crypt32.o
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

if BUILD_I386
PROBES32 += %D%/certificate_probe32.exe %D%/keys_probe32.exe %D%/released_probe32.exe

check_DATA += %D%/bridge_probe32.exe %D%/fake_crypt3232.dll
CLEANFILES += %D%/bridge_probe32.exe %D%/fake_crypt3232.dll
PE_OBJECTS += i386-windows/%D%/bridge_probe.o i386-windows/%D%/fake_crypt32.o

%D%/bridge_probe32.exe: i386-windows/%D%/bridge_probe.o
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(I386_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

%D%/fake_crypt3232.dll: i386-windows/%D%/fake_crypt32.o
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(I386_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -Wl,--kill-at -o $@ $^
endif

check_DATA += %D%/certificate_probe.exe
CLEANFILES += %D%/certificate_probe.exe
PE_OBJECTS += x86_64-windows/%D%/certificate_probe.o

%D%/certificate_probe.exe: x86_64-windows/%D%/certificate_probe.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) -municode $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lcrypt32 -lsecur32 -lws2_32

check_DATA += %D%/keys_probe.exe
CLEANFILES += %D%/keys_probe.exe
PE_OBJECTS += x86_64-windows/%D%/keys_probe.o

%D%/keys_probe.exe: x86_64-windows/%D%/keys_probe.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) -municode $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

check_DATA += %D%/consent.exe
CLEANFILES += %D%/consent.exe
PE_OBJECTS += x86_64-windows/%D%/consent.o

%D%/consent.exe: x86_64-windows/%D%/consent.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lgdi32

check_DATA += %D%/consent_claim.exe
CLEANFILES += %D%/consent_claim.exe
PE_OBJECTS += x86_64-windows/%D%/consent_claim.o

%D%/consent_claim.exe: x86_64-windows/%D%/consent_claim.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lgdi32

check_DATA += %D%/protect_probe.exe
CLEANFILES += %D%/protect_probe.exe
PE_OBJECTS += x86_64-windows/%D%/protect_probe.o

%D%/protect_probe.exe: x86_64-windows/%D%/protect_probe.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) -municode $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

check_PROGRAMS += %D%/stream_native
%C%_stream_native_SOURCES = %D%/stream_native.c
%C%_stream_native_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_stream_native_CFLAGS = $(WARNINGS)
%C%_stream_native_LDADD = dlls/ncryptprov/unix/libengine.a $(ENGINE_LIBS)

check_DATA += %D%/load.exe
CLEANFILES += %D%/load.exe
PE_OBJECTS += x86_64-windows/%D%/load.o

%D%/load.exe: x86_64-windows/%D%/load.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^
