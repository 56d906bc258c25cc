# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154
# Roots of Debian, to try things in; to be sourced after common.sh.

# is_debian_root DIRECTORY: debian_root has made it.
is_debian_root()
{
    [ "$(sed -n 2p "$1/usr/sbin/policy-rc.d" 2> /dev/null)" = 'exit 101' ]
}

# debian_root SUITE DIRECTORY LOG [ARCHITECTURE]: a new root, unless it is there already. Whole or not at all.
# DEBIAN_MIRROR says from where, if not from debootstrap's own mirror. No service starts in it.
debian_root()
{
    [ ! -d "$2" ] || return 0
    have debootstrap || die 'needs debootstrap'
    say "$program: making a root of $1${4:+ for $4}" >&2
    rm -rf "$2.new"
    quietly "$3" debootstrap --variant=minbase --include=ca-certificates ${4:+--arch="$4"} "$1" "$2.new" \
        ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"}
    printf '#!/bin/sh\nexit 101\n' > "$2.new/usr/sbin/policy-rc.d"
    chmod +x "$2.new/usr/sbin/policy-rc.d"
    mv "$2.new" "$2"
}
