# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154
# The row `portable` of tools/run-matrix, to be sourced there: the archive that the root of bookworm builds, in new
# roots of Debian 12, 13 and sid that have Wine and no compiler, used by somebody who is not root. Debian's own Wine
# comes first, then its files in another directory, then the same as a Wine is that has no 32-bit Unix libraries.

somebody='setpriv --reuid=somebody --regid=somebody --init-groups --no-new-privs env HOME=/home/somebody'

# build_archive: and the programs that try uses.
build_archive()
{
    [ ! -d "$roots/bookworm" ] || enter_root bookworm
    inside bookworm "make -C $home/build dist-binary tests/system/released_probe.exe tests/system/released_probe32.exe"
}

# install_wine ROOT: on some days sid has libraries for i386 that do not fit those for amd64. Then Wine's packages for
# i386 come without the libraries that they ask for, of which most programs need none.
install_wine()
{
    install='apt-get -q -y install --no-install-recommends'
    inside "$1" "$install wine wine32:i386 wine64" || inside "$1" "$install wine wine64 libc6:i386 libunwind8:i386 &&
        cd /tmp && apt-get -q download wine32:i386 libwine:i386 && dpkg --force-depends -i ./*wine*.deb"
}

# put_wine ROOT SUITE: a new root with Debian's Wine, and somebody to use it. A copy of sid that stands still, as those
# of snapshot.debian.org do, is not too old for this.
put_wine()
{
    forget_root "$1"
    debian_root "$2" "$roots/$1" "$roots/$1-root.log"
    cp /etc/resolv.conf "$roots/$1/etc/resolv.conf"
    echo 'Acquire::Check-Valid-Until "false";' > "$roots/$1/etc/apt/apt.conf.d/of-any-age"
    enter_root "$1"
    inside "$1" 'useradd -m somebody && dpkg --add-architecture i386 && apt-get -q update' && install_wine "$1"
}

# put_archive ROOT: with what tries it, into somebody's home.
put_archive()
{
    somewhere=$roots/$1/home/somebody
    rm -rf "$somewhere/source" "$somewhere/unpacked"
    mkdir "$somewhere/source" "$somewhere/unpacked"
    (cd "$top" && tar -c tools/common.sh tools/portable/try tests/check.sh) |
        tar -x -C "$somewhere/source"
    cp "$roots/bookworm$home/build/tests/system/released_probe"*.exe "$somewhere/unpacked"
    tar -xzf "$roots/bookworm$home/build"/ncrypt-wine-*-x86_64.tar.gz -C "$somewhere/unpacked"
    chown -R --reference="$somewhere" "$somewhere"
}

# move_wine ROOT: to /opt/wine. One of Debian's wineservers is a script that looks in Debian's directory, others find
# their tables of characters nowhere else, so these stay.
# shellcheck disable=SC2016 # the shell inside expands it
move_wine()
{
    inside "$1" 'set -e
        mkdir -p /opt/wine
        wine=$(ls -d usr/lib/wine usr/lib/*-linux-gnu/wine usr/share/wine 2> /dev/null) || :
        cp -a --parents $wine /opt/wine
        rm -r ${wine%usr/share/wine} usr/share/wine/wine.inf
        [ ! -d /opt/wine/usr/lib/wine ] || ln -sf wineserver64 /opt/wine/usr/lib/wine/wineserver'
}

# copy_new_wow64 ROOT: from /opt/wine to /opt/new-wow64, without 32-bit Unix libraries
copy_new_wow64()
{
    inside "$1" 'set -e
        cp -al /opt/wine /opt/new-wow64
        cd /opt/new-wow64/usr/lib
        rm -r x86_64-linux-gnu/wine/i386-windows
        mv i386-linux-gnu/wine/i386-windows x86_64-linux-gnu/wine
        rm -r i386-linux-gnu wine/wine'
}

# try_portable ROOT WINE PREFIX...
try_portable()
{
    root=$1
    wine=$2
    shift 2
    say "$root, $wine:"
    inside "$root" "cd ~somebody && $somebody source/tools/portable/try $wine unpacked/ncrypt-wine-* $*" || :
}

# try_old SUITE: where 32-bit programs have Unix libraries of their own, and where they have none
try_old()
{
    try_portable "portable-$1" /usr/bin/wine new before win32
    move_wine "portable-$1" && copy_new_wow64 "portable-$1" || return 1
    try_portable "portable-$1" /opt/wine/usr/lib/wine/wine new before win32
    try_portable "portable-$1" /opt/new-wow64/usr/lib/wine/wine64 wow64
}

# try_new SUITE: since 10.0~repack-12, Debian's Wine is "new WoW64" itself; its wine32 is for prefixes of their own.
try_new()
{
    try_portable "portable-$1" /usr/bin/wine wow64
    try_portable "portable-$1" /usr/bin/wine32 win32
    move_wine "portable-$1" || return 1
    try_portable "portable-$1" /opt/wine/usr/lib/x86_64-linux-gnu/wine/wine wow64
    try_portable "portable-$1" /opt/wine/usr/lib/i386-linux-gnu/wine/wine win32
}

# try_in SUITE
try_in()
{
    put_wine "portable-$1" "$1" && put_archive "portable-$1" || return 1
    case $1 in
        sid) try_new "$1" ;;
        *) try_old "$1" ;;
    esac
    leave_root "portable-$1"
}

try_everywhere()
{
    build_archive || :
    for suite in bookworm trixie sid; do
        try_in "$suite" || :
    done
}

# add_up LOG
add_up()
{
    awk '/^[0-9]* passed, [0-9]* failed$/ { passed += $1; failed += $3; wines += $1 > 0 && $3 == 0 }
        END { printf "the portable build: %d of 10 Wines, %d passed, %d failed\n", wines, passed, failed }' "$1"
}
