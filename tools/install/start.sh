#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2034 # the other parts use what is set here
# Installs the DLLs in a Wine prefix, uninstalls them, and shows which ncrypt.dll programs get. The manual is
# ncrypt-wine(1). The manifest beside the files records what we wrote and what was there before:
#
#   ncrypt-wine 1
#   wine VERSION
#   updated STAMP                              of the prefix's last update by Wine
#   from DIRECTORY                             where verify and doctor look for the program that they run
#   certificates STATE                         on ARCHES under VERSION; failed under VERSION: WHY; unwanted
#   override PREVIOUS                          crypt32 in the registry's DllOverrides: value TEXT or no-value
#   file PATH PREVIOUS sha256 HASH             PREVIOUS: what was at PATH is now called so, or "none"
#   file PATH PREVIOUS link TARGET
#
# Whatever else such a file says, we touch only the files of the table below, and only in a prefix of the user who
# runs this. New files are written under names from mktemp(1) and then renamed; a lock on the directory keeps a second
# ncrypt-wine out meanwhile.
#
# Made from the files of tools/install/, which are joined when the project is built.
set -eu

version=@VERSION@
installed=@pkglibdir@
manifest_name=ncrypt-wine.manifest
temporary_name=.ncrypt-wine.XXXXXX
program=ncrypt-wine

# The files of a directory of DLLs, in the order in which they are written: the name; the folder of the build, x86_64-
# or i386-, that has it; and the kind:
#   engine   native code, not needed where Wine finds it on WINEDLLPATH
#   part     of the engine, for what not everybody needs, and not built everywhere
#   new      a DLL that Wine does not have
#   instead  a DLL that replaces Wine's own, which uninstall restores
#   certificates  the same, and it comes and goes with the certificate bridge (certificates.sh)
# ncrypt.dll comes last of the others, because it enables them.
dlls='ncryptprov_pkcs11.so unix part
ncryptprov_tpm.so unix part
ncryptprov.dll.so unix engine
ncryptprov.dll windows new
ncrypt.dll windows instead
mssign32.dll windows certificates
crypt32.dll windows certificates'

# named_by KIND...: the names of that kind.
named_by()
{
    for which in "$@"; do
        printf '%s\n' "$dlls" | sed -n "s/ [^ ]* $which\$//p"
    done
}

# is_instead FILE: one that replaces Wine's own.
is_instead()
{
    named_by instead | grep -q -x -F "${1##*/}"
}
