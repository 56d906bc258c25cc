# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034
# What the scripts here and in tests/ share: packages, the build directory, Wine prefixes. To be sourced after
# `set -eu`; failures end the script.
#
# $top is the source tree, set by the script. Environment: abs_top_builddir as `make check` sets it (default: build/
# in the source tree), WINE and WINESERVER to choose another Wine.

program=$(basename "$0")
build=${abs_top_builddir:-$top/build}
wine32_loader=/usr/lib/wine/wine

say()
{
    printf '%s\n' "$*"
}

die()
{
    printf '%s: %s\n' "${blame:-$program}" "$*" >&2
    exit 1
}

have()
{
    command -v "$1" > /dev/null
}

# take_lock FD SECONDS WHAT: waits so long, and says for what, for the lock of the file that FD has open.
take_lock()
{
    ! flock -w 5 "$1" || return 0
    say "$program: waiting for $3" >&2
    flock -w "$2" "$1" || die "gave up waiting for $3"
}

# --- packages ---

build_packages='autoconf automake binutils-mingw-w64-x86-64 gcc gcc-mingw-w64-x86-64-win32 libc6-dev libgmp-dev
    libgnutls28-dev libtasn1-6-dev libwine-dev make nettle-dev openssl pkg-config wine wine64 wine64-tools'
test_packages='binutils-mingw-w64-i686 dbus-daemon g++-mingw-w64-x86-64-win32 gcc-mingw-w64-i686-win32
    gnome-keyring gnutls-bin libcmocka-dev libsecret-1-0 osslsigncode python3-cryptography-vectors valgrind xvfb'
fuzz_packages='clang libclang-rt-dev'

# Wine may come from elsewhere (WineHQ's packages are called otherwise). A package of another architecture does not
# count.
packages_missing()
{
    native=$(dpkg --print-architecture)
    for package in "$@"; do
        case $package in
            wine|wine64) ! have wine || continue ;;
            wine64-tools|libwine-dev) ! have winegcc || continue ;;
        esac
        dpkg-query -W -f '${Architecture} ${Status}\n' "$package" 2> /dev/null |
            grep -q "^\(all\|$native\) install ok installed" || printf ' %s' "$package"
    done
}

is_debian()
{
    [ -r /etc/os-release ] && grep -q '^ID=debian$' /etc/os-release && have apt-get && have dpkg-query
}

# need_packages PACKAGE...: installs what is missing on Debian as root; elsewhere says what is wanted and stops.
# A build directory that was configured by hand on another system counts as proof that all is there.
need_packages()
{
    if ! is_debian; then
        [ ! -f "$build/config.status" ] || return 0
        say "$program: these are needed (Debian's names for them):"
        printf '  %s\n' "$@"
        say "With all of them installed, run tools/bootstrap, then in build/: ../configure && make."
        exit 1
    fi
    missing=$(packages_missing "$@")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        say "$program: these packages are missing; as root:"
        say "  apt-get install --no-install-recommends$missing"
        exit 1
    fi
    mkdir -p "$build"
    say "$program: installing$missing"
    quietly "$build/packages.log" apt_get update
    # shellcheck disable=SC2086 # one word for each package
    quietly "$build/packages.log" apt_get install -y --no-install-recommends $missing
}

apt_get()
{
    PATH=$PATH:/usr/sbin:/sbin DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \
        -o DPkg::Lock::Timeout=120 "$@"
}

# quietly LOG COMMAND...: the output goes to LOG; when the command fails, its end is shown and that is the end.
quietly()
{
    log=$1
    shift
    if ! "$@" >> "$log" 2>&1 < /dev/null; then
        tail -n 40 "$log" >&2
        die "failed: $* (all of it: $log)"
    fi
}

# --- building ---

processors()
{
    nproc 2>/dev/null || echo 1
}

# machine: the packages here that decide what configure finds.
machine()
{
    is_debian || return 0
    dpkg-query -W -f '${db:Status-Status} ${Package}:${Architecture}\n' |
        grep -E -e '^installed (.*mingw.*|gcc|gcc-multilib|clang|libclang-rt-.*|wine.*):' \
            -e '^installed (nettle|lib(cmocka|gmp|gnutls28|tasn1-6|wine))-dev:'
}

# is_configured OPTION...: with at least these, and for the packages that are there now. Who configures by hand
# decides when to do so again.
is_configured()
{
    [ -f "$build/config.status" ] || return 1
    [ ! -f "$build/machine" ] || [ "$(machine)" = "$(cat "$build/machine")" ] || return 1
    for option in "$@"; do
        case " $("$build/config.status" --config) " in
            *" $option "*) ;;
            *) return 1 ;;
        esac
    done
}

# lock_build: until unlock_build no other of these scripts builds here.
lock_build()
{
    mkdir -p "$build"
    exec 8>> "$build/build.lock"
    take_lock 8 3600 "another build in $build"
}

unlock_build()
{
    exec 8>&-
}

# build_all [--enable-...]...: everything `make` makes, configured with at least these options.
build_all()
{
    lock_build
    [ -x "$top/configure" ] || quietly "$build/configure.log" "$top/tools/bootstrap"
    if ! is_configured "$@"; then
        say "$program: configuring"
        rm -f "$build/config.status"
        (cd "$build" && quietly "$build/configure.log" "$top/configure" "$@")
        machine > "$build/machine"
    fi
    make_targets all
    unlock_build
}

# make_targets TARGET...: says so only when there is something to do.
make_targets()
{
    make -q -C "$build" "$@" > /dev/null 2>&1 && return 0
    say "$program: building"
    quietly "$build/build.log" make -C "$build" -j"$(processors)" "$@"
}

# --- fuzzing ---

# fuzz_target NAME LEAST OPTION...: runs the target and prints `NAME: R runs in S s, E edges, F findings` and what was
# found. Fails when something was, or when there were fewer than LEAST runs. Findings go to $build/fuzz/findings, new
# inputs to $build/fuzz/NAME, from where the next run takes them; a run from a fixed seed (-seed=N) begins and ends
# without them.
fuzz_target()
{
    fuzz_name=$1
    fuzz_least=$2
    shift 2
    fuzz_log=$build/fuzz/$fuzz_name.log
    fuzz_store=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")" ncrypt-fuzz-XXXXXX)
    fuzz_new=$build/fuzz/$fuzz_name
    case " $*" in
        *' -seed='*) fuzz_new=$fuzz_store/new ;;
    esac
    mkdir -p "$fuzz_new" "$build/fuzz/findings"
    fuzz_status=0
    TMPDIR=$fuzz_store ASAN_OPTIONS=detect_leaks=1:quarantine_size_mb=64 UBSAN_OPTIONS=print_stacktrace=1 \
        nice -n 10 "$build/tests/fuzz/fuzz_$fuzz_name" -rss_limit_mb=2048 -timeout=60 -max_len=4096 -detect_leaks=1 \
        -print_final_stats=1 -artifact_prefix="$build/fuzz/findings/$fuzz_name-" "$@" \
        "$fuzz_new" "$top/tests/fuzz/corpus/$fuzz_name" > "$fuzz_log" 2>&1 < /dev/null || fuzz_status=1
    rm -rf "$fuzz_store"
    awk -v name="$fuzz_name" -v findings=$fuzz_status -v least="$fuzz_least" '
        /^#[0-9]+\t/ { runs = substr($1, 2); for (i = 1; i < NF; i++) if ($i == "cov:") edges = $(i + 1) }
        /^stat::number_of_executed_units:/ { runs = $2 }
        /^Done [0-9]+ runs in / { seconds = $5 }
        END {
            printf "%s: %d runs in %d s, %d edges, %d findings\n", name, runs, seconds, edges, findings
            few = !findings && runs < least
            if (few) printf "%s: too few runs to mean anything: at least %d are wanted\n", name, least
            exit few
        }' "$fuzz_log" || return 1
    [ $fuzz_status = 1 ] || return 0
    grep -E 'does not hold|ERROR: |runtime error|Test unit written' "$fuzz_log" || tail -n 20 "$fuzz_log"
    return 1
}

# is_debian_root DIRECTORY: debian_root has made it.
is_debian_root()
{
    [ "$(sed -n 2p "$1/usr/sbin/policy-rc.d" 2> /dev/null)" = 'exit 101' ]
}

# debian_root SUITE DIRECTORY LOG: a new root, unless it is there already. Whole or not at all. DEBIAN_MIRROR says from
# where, if not from debootstrap's own mirror. No service starts in it.
debian_root()
{
    [ ! -d "$2" ] || return 0
    have debootstrap || die 'needs debootstrap'
    say "$program: making a root of $1" >&2
    rm -rf "$2.new"
    quietly "$3" debootstrap --variant=minbase --include=ca-certificates "$1" "$2.new" \
        ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"}
    printf '#!/bin/sh\nexit 101\n' > "$2.new/usr/sbin/policy-rc.d"
    chmod +x "$2.new/usr/sbin/policy-rc.d"
    mv "$2.new" "$2"
}

# --- Wine ---

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
    export HOME LC_ALL WINEDLLOVERRIDES WINEDEBUG XDG_RUNTIME_DIR
    mkdir -p "$HOME"
    mkdir -p -m 700 "$XDG_RUNTIME_DIR"
}

# make_prefix DIRECTORY: a new prefix, unless it is there already. Whole or not at all.
make_prefix()
{
    [ ! -f "$1/system.reg" ] || return 0
    rm -rf "$1" "$1.new"
    if ! WINEPREFIX=$1.new WINEDEBUG=-all timeout -k 10 300 "$wine" wineboot --init > "$1.log" 2>&1 < /dev/null ||
       ! WINEPREFIX=$1.new timeout -k 10 60 "$wineserver" -w >> "$1.log" 2>&1 ||
       [ ! -f "$1.new/system.reg" ]; then
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
        winelib) install_file "$build/$2-unix/ncryptprov.dll.so" "$1/ncryptprov.dll.so" ;;
        builtin) rm -f "$1/ncryptprov.dll.so" ;;
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
