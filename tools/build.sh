# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# Packages and building; to be sourced after common.sh.

build_packages='autoconf automake binutils-mingw-w64-x86-64 gcc gcc-mingw-w64-x86-64-win32 libc6-dev libgmp-dev
    libgnutls28-dev libtasn1-6-dev libwine-dev make nettle-dev openssl pkg-config wine wine64 wine64-tools'
test_packages='binutils-mingw-w64-i686 cmake dbus-daemon g++-mingw-w64-x86-64-win32 gcc-mingw-w64-i686-win32
    gnome-keyring gnutls-bin libcmocka-dev libp11-kit-dev libsecret-1-0 libtss2-dev meson opensc-pkcs11 osslsigncode
    p11-kit p11-kit-modules pcscd python3-cryptography-vectors shellcheck softhsm2 swtpm swtpm-tools tpm2-tools valgrind
    vsmartcard-vpcd xvfb'
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

# machine: the packages here that decide what configure finds.
machine()
{
    is_debian || return 0
    dpkg-query -W -f '${db:Status-Status} ${Package}:${Architecture}\n' |
        grep -E -e '^installed (.*mingw.*|gcc|gcc-multilib|clang|libclang-rt-.*|wine.*):' \
            -e '^installed (nettle|lib(cmocka|gmp|gnutls28|p11-kit|tasn1-6|tss2|wine))-dev:'
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
