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

# One pkg-config file of the same name for each architecture: a cross build chooses by the directory, with
# PKG_CONFIG_LIBDIR or PKG_CONFIG_PATH.
EXTRA_DIST += %D%/ncrypt-wine.pc.in
FILL_PC = sed -e 's|@''prefix@|$(prefix)|' -e 's|@''pkgincludedir@|$(pkgincludedir)|' -e 's|@''VERSION@|$(VERSION)|'

if HOST_X86_64
pc64dir = $(dlls64dir)/pkgconfig
pc64_DATA = x86_64-windows/pkgconfig/ncrypt-wine.pc
x86_64-windows/pkgconfig/ncrypt-wine.pc: $(srcdir)/%D%/ncrypt-wine.pc.in Makefile
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(FILL_PC) -e 's|@''dllsdir@|$(dlls64dir)|' $< > $@.tmp && mv $@.tmp $@
endif

if BUILD_I386
pc32dir = $(dlls32dir)/pkgconfig
pc32_DATA = i386-windows/pkgconfig/ncrypt-wine.pc
i386-windows/pkgconfig/ncrypt-wine.pc: $(srcdir)/%D%/ncrypt-wine.pc.in Makefile
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)$(FILL_PC) -e 's|@''dllsdir@|$(dlls32dir)|' $< > $@.tmp && mv $@.tmp $@
endif

# CMake's way to the same: paths from where its file is, so that what is installed can be moved.
EXTRA_DIST += %D%/ncrypt-wine-config.cmake.in %D%/ncrypt-wine-config-version.cmake.in
cmakedir = $(libdir)/cmake/ncrypt-wine
cmake_DATA = %D%/ncrypt-wine-config.cmake %D%/ncrypt-wine-config-version.cmake
CLEANFILES += $(cmake_DATA)
FROM_CMAKE = realpath -m --relative-to='$(cmakedir)'

$(cmake_DATA): %: $(srcdir)/%.in Makefile
	@$(MKDIR_P) $(@D)
	$(AM_V_GEN)sed -e 's|@''VERSION@|$(VERSION)|' -e "s|@""dlls64@|`$(FROM_CMAKE) '$(dlls64dir)'`|" \
	    -e "s|@""dlls32@|`$(FROM_CMAKE) '$(dlls32dir)'`|" \
	    -e "s|@""headers@|`$(FROM_CMAKE) '$(pkgincludedir)'`|" $< > $@.tmp && mv $@.tmp $@

# The examples build with what is installed, and are installed themselves.
examplesdir = $(docdir)/examples
dist_examples_DATA = \
	doc/examples/CMakeLists.txt \
	doc/examples/Makefile \
	doc/examples/meson.build \
	doc/examples/show-certificate.c \
	doc/examples/sign-file.c \
	$(NULL)
