# Cross-checks with OpenSSL and GnuTLS: a Windows program, a native one and the script `run` that drives both;
# check-cross sets them up for `make check`. check-curves does without Wine: the engine and OpenSSL on every curve.

TESTS += %D%/check-blobs %D%/check-cross %D%/check-curves %D%/check-pkcs8
EXTRA_DIST += \
	%D%/check-agree \
	%D%/check-blobs \
	%D%/check-cross \
	%D%/check-curves \
	%D%/check-pkcs8 \
	%D%/crosstool.c \
	%D%/run \
	$(NULL)

check_PROGRAMS += %D%/native
%C%_native_SOURCES = %D%/native.c
%C%_native_CPPFLAGS = $(GNUTLS_CFLAGS)
%C%_native_CFLAGS = $(WARNINGS)
%C%_native_LDADD = $(GNUTLS_LIBS)

check_DATA += %D%/crosstool.exe
CLEANFILES += %D%/crosstool.exe
PE_OBJECTS += x86_64-windows/%D%/crosstool.o

%D%/crosstool.exe: x86_64-windows/%D%/crosstool.o x86_64-windows/libncrypt.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(X86_64_CC) $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@ $^ -lbcrypt

check_PROGRAMS += %D%/curves
%C%_curves_SOURCES = %D%/curves.c
%C%_curves_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_curves_CFLAGS = $(WARNINGS)
%C%_curves_LDADD = dlls/ncryptprov/unix/libengine.a $(ENGINE_LIBS)

check_PROGRAMS += %D%/pkcs8_engine
%C%_pkcs8_engine_SOURCES = %D%/pkcs8_engine.c
%C%_pkcs8_engine_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_pkcs8_engine_CFLAGS = $(WARNINGS)
%C%_pkcs8_engine_LDADD = dlls/ncryptprov/unix/libengine.a $(ENGINE_LIBS)

check_PROGRAMS += %D%/blob_engine
%C%_blob_engine_SOURCES = %D%/blob_engine.c
%C%_blob_engine_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_blob_engine_CFLAGS = $(WARNINGS)
%C%_blob_engine_LDADD = dlls/ncryptprov/unix/libengine.a $(ENGINE_LIBS)

# check-agree needs no Wine either; its program has the sanitizers of the unit tests.
if BUILD_UNIT_TESTS
check_PROGRAMS += %D%/agree
TESTS += %D%/check-agree
endif
EXTRA_PROGRAMS += %D%/agree
%C%_agree_SOURCES = %D%/agree.c
%C%_agree_LDADD = tests/unit/libengine.a $(ENGINE_LIBS)
