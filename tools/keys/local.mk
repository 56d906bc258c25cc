# ncrypt-keys, the native program for the keys of a prefix.

KEYS_FILES = \
	%D%/adopt.c \
	%D%/archive.c \
	%D%/ask.c \
	%D%/backup.c \
	%D%/check.c \
	%D%/examine.c \
	%D%/key_files.c \
	%D%/leftover.c \
	%D%/list.c \
	%D%/main.c \
	%D%/new_key.c \
	%D%/owner.c \
	%D%/pin.c \
	%D%/prefix.c \
	%D%/provider.c \
	%D%/public_key.c \
	%D%/read_file.c \
	%D%/registry.c \
	%D%/restore.c \
	%D%/source.c \
	%D%/source_older.c \
	%D%/source_openssh.c \
	%D%/source_pem.c \
	%D%/source_pkcs12.c \
	%D%/source_purpose.c \
	%D%/text.c \
	%D%/token.c \
	%D%/tpm.c \
	%D%/transfer.c \
	$(NULL)

noinst_HEADERS += \
	%D%/keys.h \
	%D%/leftover.h \
	%D%/registry.h \
	%D%/source.h \
	$(NULL)

bin_PROGRAMS += %D%/ncrypt-keys
dist_man_MANS += doc/man/ncrypt-keys.1
%C%_ncrypt_keys_SOURCES = $(KEYS_FILES)
%C%_ncrypt_keys_SHORTNAME = keys
%C%_ncrypt_keys_CPPFLAGS = $(ENGINE_CPPFLAGS) -DTOOL_VERSION='"$(VERSION)"' -DINSTALLED='"$(pkglibdir)"'
%C%_ncrypt_keys_CFLAGS = $(WARNINGS)
%C%_ncrypt_keys_LDADD = dlls/ncryptprov/unix/libengine.a $(ENGINE_LIBS)
