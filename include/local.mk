# Headers for programs; wine/ is for our tests only.

pkginclude_HEADERS += \
	%D%/ncrypt.h \
	%D%/ncrypt_provider.h \
	%D%/ncryptprotect.h \
	$(NULL)

noinst_HEADERS += \
	%D%/wine/debug.h \
	%D%/wine/test.h \
	%D%/wine/test_main.h \
	%D%/wine/test_output.h \
	$(NULL)
