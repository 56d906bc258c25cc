# The programs of tools/run-bench: `make bench`.

noinst_HEADERS += %D%/measure.h

EXTRA_DIST += \
	%D%/bench_crypt32.c \
	%D%/bench_first.c \
	%D%/bench_openssl.c \
	%D%/bench_pq.c \
	%D%/bench_wine.c \
	%D%/report.awk \
	%D%/run-timing \
	$(NULL)

EXTRA_PROGRAMS += %D%/bench_native
%C%_bench_native_SOURCES = %D%/bench_native.c
%C%_bench_native_CPPFLAGS = $(GNUTLS_CFLAGS)
%C%_bench_native_CFLAGS = $(WARNINGS)
%C%_bench_native_LDADD = $(GNUTLS_LIBS)

# Measures constant time, with the engine as it is shipped: for run-timing.
EXTRA_PROGRAMS += %D%/timing
%C%_timing_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_timing_CFLAGS = $(WARNINGS)
%C%_timing_LDADD = dlls/ncryptprov/unix/libengine.a $(ENGINE_LIBS) -lm

# Made by itself: configure asks for nothing that only the bench needs.
%D%/bench_openssl: %D%/bench_openssl.c %D%/measure.h
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) $(WARNINGS) $(CFLAGS) -o $@ $< -lcrypto

CLEANFILES += %D%/bench_native %D%/timing %D%/bench_openssl %D%/bench_crypt32.exe %D%/bench_first.exe %D%/bench_pq.exe \
	%D%/bench_wine.exe
PE_OBJECTS += x86_64-windows/%D%/bench_crypt32.o x86_64-windows/%D%/bench_first.o x86_64-windows/%D%/bench_pq.o \
	x86_64-windows/%D%/bench_wine.o

%D%/bench_pq.exe: x86_64-windows/%D%/bench_pq.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

%D%/bench_wine.exe: x86_64-windows/%D%/bench_wine.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

%D%/bench_crypt32.exe: x86_64-windows/%D%/bench_crypt32.o
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lcrypt32

%D%/bench_first.exe: x86_64-windows/%D%/bench_first.o
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^

bench-openssl: %D%/bench_openssl
.PHONY: bench-openssl

bench: all-am %D%/bench_native %D%/bench_crypt32.exe %D%/bench_first.exe %D%/bench_pq.exe %D%/bench_wine.exe
.PHONY: bench
