# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154
# The roots of tools/run-package-test, and the packages built in them; to be sourced after common.sh and root.sh. The
# script has set $roots, $suite and $log; a root is called by its name without the suite.

# inside ROOT COMMAND
inside()
{
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive HOME=/root \
        LC_ALL=C.UTF-8 WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml= DEB_BUILD_OPTIONS=parallel="$(processors)" \
        chroot "$roots/$suite-$1" /bin/sh -c "$2" < /dev/null
}

install_packages()
{
    root=$1
    shift
    quietly "$log" inside "$root" "apt-get -q -y --no-install-recommends --allow-downgrades install $*"
}

remove_packages()
{
    quietly "$log" inside install "apt-get -q -y remove $*"
}

# purge_packages: all of ours.
purge_packages()
{
    # shellcheck disable=SC2016 # dpkg-query expands it
    names=$(inside install 'dpkg-query -W -f "\${db:Status-Abbrev} \${binary:Package}\n" "ncrypt-wine*"' |
        sed -n 's/^.[ci]. *//p' | tr '\n' ' ')
    quietly "$log" inside install "apt-get -q -y purge $names"
}

# fresh_root NAME [ARCHITECTURE]: of amd64, or the other.
fresh_root()
{
    bare=$roots/$suite-bare${2:+-$2}
    debian_root "$suite" "$bare" "$log" ${2:+"$2"}
    leave_root "$1"
    rm -rf "${roots:?}/$suite-$1"
    cp -a "$bare" "$roots/$suite-$1"
    cp /etc/resolv.conf "$roots/$suite-$1/etc/resolv.conf"
    echo force-unsafe-io > "$roots/$suite-$1/etc/dpkg/dpkg.cfg.d/unsafe-io"
    mount -t proc proc "$roots/$suite-$1/proc"
    quietly "$log" inside "$1" 'apt-get -q update'
}

leave_root()
{
    ! mountpoint -q "$roots/$suite-$1/proc" || umount "$roots/$suite-$1/proc"
}

# --- the source ---

# What git knows, as it is now.
tree_now()
{
    (cd "$top" && git ls-files -z | tar -c --null --ignore-failed-read -T -)
}

# commit_of_release: version 0.1.0 is the last commit of 23 November 2026; nothing without the history.
commit_of_release()
{
    git -C "$top" rev-list -1 --before='2026-11-24 00:00 +0000' HEAD 2> /dev/null || :
}

# --- building ---

# build_in_root ROOT DIRECTORY COMMAND...: what the command writes as a tar file becomes /root/DIRECTORY/ncrypt-wine
# there. The packages are beside it then, and in $roots/$suite-packages/DIRECTORY.
build_in_root()
{
    root=$1
    directory=$2
    shift 2
    place=$roots/$suite-$root/root/$directory
    rm -rf "$place"
    mkdir -p "$place/ncrypt-wine" "$roots/$suite-packages/$directory"
    "$@" | tar -x --no-same-owner -C "$place/ncrypt-wine"
    quietly "$log" inside "$root" \
        "cd /root/$directory/ncrypt-wine && apt-get -q -y --no-install-recommends build-dep ./"
    quietly "$log" inside "$root" "cd /root/$directory/ncrypt-wine && dpkg-buildpackage -us -uc -b"
    cp "$place"/ncrypt-wine*_*.* "$roots/$suite-packages/$directory"
}

# run_lintian: on the packages of today, of both architectures.
run_lintian()
{
    install_packages build lintian
    rm -rf "$roots/$suite-build/root/packages"
    cp -r "$roots/$suite-packages/today" "$roots/$suite-build/root/packages"
    inside build 'lintian --allow-root --fail-on error /root/packages/*.changes' > "$roots/$suite-lintian.log" 2>&1 &&
        found=0 || found=$?
    cat "$roots/$suite-lintian.log"
    check 'lintian finds no error' "$found" 0
}

# build_programs ROOT CPU SUFFIX: what the checks run, where build_in_root has built today/.
build_programs()
{
    directory=/root/today/ncrypt-wine/debian/build
    built=$roots/$suite-$1$directory
    quietly "$log" inside "$1" "make -C $directory tests/system/keys_probe$3.exe"
    cp "$built/tests/system/keys_probe$3.exe" "$roots/$suite-packages"
    for file in ncrypt-verify ncrypt-certificates; do
        cp "$built/$2-windows/$file.exe" "$roots/$suite-packages/$file$3.exe"
    done
}
