# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# For the checks of ncrypt-wine with the certificate bridge; to be sourced after common.sh.

tool=$build/tools/install/ncrypt-wine
overrides='HKCU\Software\Wine\DllOverrides'
base=$build/prefix/drive_c/windows/system32

# take_installer NAME: a prefix as Wine has made it, with its session held.
take_installer()
{
    take_prefix "$1" winelib
    prefix=$WINEPREFIX
    system32=$prefix/drive_c/windows/system32
    kept=$system32/ncrypt-wine
    unset WINEDLLPATH
    export WINEDEBUG=-all
    arches=1
    ! has_i386_engine winelib || arches=2
    stop_prefix "$prefix"
    rm -rf "$prefix"
    clone_prefix "$build/prefix" "$prefix"
    hold_session
}

# tool ARGUMENT...: what it says is in $scratch/said, its exit status in $status.
tool()
{
    status=0
    WINE=$wine timeout -k 10 300 "$tool" --from "$build" "$@" > "$scratch/said" 2>&1 < /dev/null 7>&- 9>&- || status=$?
}

# bridge ARGUMENT...: the line that bridge_probe.exe prints
bridge()
{
    said_by bridge_probe.exe "$@" | head -n 1
}

# overrides_now: that of crypt32
overrides_now()
{
    registry query "$overrides" || echo failed
    tr -d '\r' < "$scratch/reg" | sed -n 's/^ *crypt32 *REG_SZ */value /p' | grep . || echo no-value
}

# listing: a line of the files that the installer may touch: names, modes, sizes, hashes.
listing()
{
    (cd "$prefix/drive_c/windows" && find system32 syswow64 -name '*crypt*' -printf '%p %m %s\n' \
        -o -name 'mssign32*' -printf '%p %m %s\n' -o -name .ncrypt-wine\* -print 2> /dev/null | sort &&
        sha256sum system32/*crypt*.dll system32/mssign32.dll syswow64/*crypt*.dll 2> /dev/null) | sha256sum
}

# everything: these files, the overrides, and the rest of the registry that is nobody else's. Wine's own programs write
# elsewhere in HKCU\Software\Wine, in the background and when they like.
everything()
{
    listing
    overrides_now
    for key in DllOverrides AppDefaults; do
        registry export "HKCU\\Software\\Wine\\$key" "Z:$(dos "$scratch/hkcu")" /y && sha256sum < "$scratch/hkcu"
    done
    registry query 'HKLM\Software' && sha256sum < "$scratch/reg"
    ! registry query 'HKLM\Software\Wow6432Node' || sha256sum < "$scratch/reg"
}

dos()
{
    printf '%s' "$1" | tr / '\134'
}
