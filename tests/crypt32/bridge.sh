# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154
# Prefixes that have the certificate bridge; to be sourced after tests/wine.sh.

overrides='HKCU\Software\Wine\DllOverrides'

# install_one DIRECTORY ARCH: the bridge for one architecture. What Wine has in its place is kept beside it.
install_one()
{
    if [ ! -f "$1/ncrypt-wine/crypt32.dll" ]; then
        mkdir -p "$1/ncrypt-wine"
        cp "$1/crypt32.dll" "$1/ncrypt-wine/crypt32.dll"
    fi
    install_file "$build/$2-windows/crypt32.dll" "$1/crypt32.dll"
}

# install_bridge PREFIX ROUTE: the files. Wine takes them only when its registry says so (override_crypt32).
install_bridge()
{
    install_one "$1/dosdevices/c:/windows/system32" x86_64
    ! runs_32bit "$2" || install_one "$1/dosdevices/c:/windows/syswow64" i386
}

# override_crypt32: in the registry of $WINEPREFIX, as the installer does it, and not in the environment.
override_crypt32()
{
    in_wine 300 reg add "$overrides" /v crypt32 /t REG_SZ /d native,builtin /f > "$WINEPREFIX.reg" 2>&1 ||
        { cat "$WINEPREFIX.reg" >&2; die "no override in $WINEPREFIX"; }
}

# take_certificates ROUTE [NAME]: take_session of a prefix with the bridge.
take_certificates()
{
    take_session "${2:-certificates-$1}" "$1"
    install_bridge "$WINEPREFIX" "$1" > /dev/null
    grep -q '^"crypt32"="native,builtin"' "$WINEPREFIX/user.reg" || override_crypt32
}
