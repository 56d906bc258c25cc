# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# Wine and its prefixes; to be sourced after common.sh. Environment: WINE and WINESERVER to choose another Wine.

wine32_loader=/usr/lib/wine/wine

# Sets wine and wineserver; fails when there is none. Debian's `wine` is a script that complains when 32-bit
# support is missing, so the loader behind it is used.
find_wine()
{
    wine=${WINE:-$(command -v wine || command -v wine64 || :)}
    wineserver=${WINESERVER:-$(command -v wineserver || :)}
    if [ -z "${WINE:-}" ] && [ ! -x /usr/lib/wine/wine ] && [ -x /usr/lib/wine/wine64 ]; then
        case $(readlink -f "$wine") in
            ''|/usr/bin/*) wine=/usr/lib/wine/wine64 ;;
        esac
    fi
    [ -n "$wine" ] || return 1
    [ -n "$wineserver" ] || wineserver=$(dirname "$(readlink -f "$(command -v "$wine")")")/wineserver
    [ -x "$wineserver" ]
}

# For throw-away prefixes: nothing of the caller's environment reaches Wine, no window, no download, and the
# caller's home directory stays as it is.
isolate_wine()
{
    unset DISPLAY WAYLAND_DISPLAY WINEARCH WINEDLLPATH WINELOADER XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME \
        DBUS_SESSION_BUS_ADDRESS NCRYPT_STORE_KEY
    HOME=$build/home
    XDG_RUNTIME_DIR=$HOME/run
    LC_ALL=C.UTF-8
    WINEDLLOVERRIDES='mscoree,mshtml='
    WINEDEBUG=${WINEDEBUG:-fixme-all,err-winediag,err-systray}
    NCRYPT_TPM_TCTI=none
    export HOME LC_ALL NCRYPT_TPM_TCTI WINEDLLOVERRIDES WINEDEBUG XDG_RUNTIME_DIR
    mkdir -p "$XDG_RUNTIME_DIR"
    chmod 700 "$XDG_RUNTIME_DIR"
}

# try_prefix DIRECTORY
try_prefix()
{
    rm -rf "$1"
    WINEPREFIX=$1 WINEDEBUG=-all timeout -k 10 300 "$wine" wineboot --init < /dev/null &&
        WINEPREFIX=$1 timeout -k 10 60 "$wineserver" -w && [ -f "$1/system.reg" ]
}

# make_prefix DIRECTORY: a new prefix, unless it is there already. Whole or not at all. Now and then Wine begins one and
# then cannot start its own wineboot, so it is tried once more.
make_prefix()
{
    [ ! -f "$1/system.reg" ] || return 0
    rm -rf "$1"
    if ! try_prefix "$1.new" > "$1.log" 2>&1 && ! try_prefix "$1.new" >> "$1.log" 2>&1; then
        tail -n 20 "$1.log" >&2
        die "Wine could not make the prefix $1"
    fi
    mv "$1.new" "$1"
}

# clone_prefix FROM DIRECTORY: the same at a fraction of the time and the space. Files are shared by hard
# links, which is safe for all that Wine and we replace instead of writing to it; the registry is a copy, with
# a MachineGuid of its own as every installation has.
clone_prefix()
{
    [ ! -f "$2/system.reg" ] || return 0
    rm -rf "$2" "$2.new"
    cp -al "$1" "$2.new"
    cp -a --remove-destination "$1"/*.reg "$2.new"
    sed -i "s/^\"MachineGuid\"=.*/\"MachineGuid\"=\"$(cat /proc/sys/kernel/random/uuid)\"/" "$2.new/system.reg"
    mv "$2.new" "$2"
}

stop_prefix()
{
    [ ! -d "$1" ] || WINEPREFIX=$1 timeout -k 10 30 "$wineserver" -k > /dev/null 2>&1 || :
}

# install_file SOURCE TARGET: a copy, made only when it differs. A link is replaced, never written through.
install_file()
{
    if [ -L "$2" ] || ! cmp -s "$1" "$2"; then
        new=$(mktemp "$2.XXXXXX")
        cp "$1" "$new"
        chmod 644 "$new"
        mv -fT "$new" "$2"
        say "$2"
    fi
}

# serves_32bit: the 32-bit DLLs were built, and Wine has made the prefix for 32-bit programs, too. Ask this and the
# next three once there is a prefix.
serves_32bit()
{
    [ -f "$build/i386-windows/ncrypt.dll" ] && [ -f "$build/i386-windows/ncryptprov.dll" ] &&
        [ -f "$build/prefix/dosdevices/c:/windows/syswow64/kernel32.dll" ]
}

# has_i386_engine ROUTE: the one for this route was built, and Wine can run what needs it.
has_i386_engine()
{
    case $1 in
        winelib) engine=$build/i386-unix/ncryptprov.dll.so ;;
        *) engine=$build/i386-unix/ncryptprov.so ;;
    esac
    [ -f "$engine" ] && [ -x "$wine32_loader" ] && serves_32bit
}

# has_new_wow64: Wine runs 32-bit programs without 32-bit Unix libraries, on the 64-bit engine, which only the route
# `builtin` can be there.
has_new_wow64()
{
    [ ! -x "$wine32_loader" ] && serves_32bit
}

# runs_32bit ROUTE
runs_32bit()
{
    has_i386_engine "$1" || { [ "$1" = builtin ] && has_new_wow64; }
}

# install_arch DIRECTORY ARCH ROUTE: the DLLs of one architecture.
install_arch()
{
    install_file "$build/$2-windows/ncrypt.dll" "$1/ncrypt.dll"
    install_file "$build/$2-windows/ncryptprov.dll" "$1/ncryptprov.dll"
    case $3 in
        winelib)
            install_file "$build/$2-unix/ncryptprov.dll.so" "$1/ncryptprov.dll.so"
            for part in ncryptprov_pkcs11.so ncryptprov_tpm.so; do
                [ ! -f "$build/$2-unix/$part" ] || install_file "$build/$2-unix/$part" "$1/$part"
            done
            ;;
        builtin) rm -f "$1/ncryptprov.dll.so" "$1/ncryptprov_pkcs11.so" "$1/ncryptprov_tpm.so" ;;
        *) die "no such route: $3" ;;
    esac
}

# install_dlls PREFIX ROUTE: puts the DLLs into the system directories so that the engine is reached by ROUTE,
# winelib or builtin, and prints the files that it wrote. `builtin` needs WINEDLLPATH=$build as well.
install_dlls()
{
    windows=$1/dosdevices/c:/windows
    grep -q '^#arch=win64' "$1/system.reg" || die "$1 is no 64-bit prefix"
    install_arch "$windows/system32" x86_64 "$2"
    ! runs_32bit "$2" || install_arch "$windows/syswow64" i386 "$2"
}

# remove_prefixes: all of the build directory, with what still runs in them.
remove_prefixes()
{
    for prefix in "$build"/prefix "$build"/prefix-*; do
        [ -d "$prefix" ] || continue
        ! find_wine || stop_prefix "$prefix"
        rm -rf "$prefix"
    done
}

# renew_prefixes: when 32-bit Wine was installed or removed since Wine made them, they lack its files or have too many;
# when the build has gained or lost its 32-bit half since, they have a 32-bit half of another build.
renew_prefixes()
{
    now='32 bit:'
    for part in "$wine32_loader" "$build/i386-windows/ncrypt.dll" "$build/i386-unix/ncryptprov.dll.so"; do
        [ ! -f "$part" ] || now="$now ${part#"$build/"}"
    done
    [ "$(cat "$build/prefix.made" 2> /dev/null)" != "$now" ] || return 0
    remove_prefixes
    printf '%s\n' "$now" > "$build/prefix.made"
}

# use_prefix NAME ROUTE: the prefix $build/prefix-NAME, made and filled when it is not, becomes $WINEPREFIX.
# Several tests may ask at the same moment. No child may inherit the lock: Wine's server lives on.
use_prefix()
{
    exec 9> "$build/prefix.lock"
    take_lock 9 900 "another script that makes a Wine prefix in $build"
    renew_prefixes 9>&-
    make_prefix "$build/prefix" 9>&-
    clone_prefix "$build/prefix" "$build/prefix-$1"
    install_dlls "$build/prefix-$1" "$2" > /dev/null
    exec 9>&-
    WINEPREFIX=$build/prefix-$1
    export WINEPREFIX
    [ "$2" != builtin ] || { WINEDLLPATH=$build; export WINEDLLPATH; }
}

# take_prefix NAME ROUTE: use_prefix, and nobody else takes it until this script ends. Windows programs are run with
# `9>&-`, as in_wine does: Wine's server lives on and must not keep the lock.
take_prefix()
{
    use_prefix "$1" "$2"
    exec 9> "$WINEPREFIX.lock"
    take_lock 9 900 "another script that uses the prefix $WINEPREFIX"
}

# in_wine SECONDS PROGRAM [ARGUMENT...]: runs it in $WINEPREFIX, at most so long.
in_wine()
{
    limit=$1
    shift
    timeout -k 10 "$limit" "$wine" "$@" < /dev/null 7>&- 9>&-
}
