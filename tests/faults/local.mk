# The key store under faults of the system: one program, with the engine as it is shipped.

EXTRA_PROGRAMS += %D%/faults
%C%_faults_SOURCES = \
	%D%/faults.c \
	%D%/scenario.c \
	%D%/tracer.c \
	%D%/world.c \
	$(NULL)
%C%_faults_CPPFLAGS = -I$(srcdir)/tests/unit $(ENGINE_CPPFLAGS) $(CMOCKA_CFLAGS)
%C%_faults_CFLAGS = $(WARNINGS)
%C%_faults_LDADD = dlls/ncryptprov/unix/libengine.a $(CMOCKA_LIBS) $(ENGINE_LIBS)

noinst_HEADERS += \
	%D%/faults.h \
	%D%/scenario.h \
	%D%/tracer.h \
	$(NULL)

if BUILD_UNIT_TESTS
check_PROGRAMS += %D%/faults
TESTS += %D%/faults
endif
