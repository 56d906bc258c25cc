# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# Whose a directory is, and who else is at work there.

owner()
{
    stat -L -c %u "$1"
}

refuse_owner()
{
    die "$1 belongs to user $(stat -L -c %U "$1"): run ncrypt-wine as that user"
}

# check_owner DIRECTORY: Wine refuses prefixes of other users, too. What we wrote there as root would not be theirs,
# and where they can rename files, they choose what we write to.
check_owner()
{
    [ "$(owner "$1")" = "$(id -u)" ] || refuse_owner "$1"
}

# is_safe DIRECTORY: nobody but us and root decides what is in it. Mounted drives often belong to root.
is_safe()
{
    case $(owner "$1") in
        0|"$(id -u)") return 0 ;;
    esac
    return 1
}

need_safe()
{
    is_safe "$1" || refuse_owner "$1"
}

# holders DIRECTORY: the processes that have it open as lock does, as "(process N)".
holders()
{
    real=$(readlink -f "$1")
    for fd in /proc/[0-9]*/fd/9; do
        pid=${fd#/proc/} pid=${pid%%/*}
        if [ "$pid" != $$ ] && [ "$(readlink "$fd" 2> /dev/null)" = "$real" ]; then
            printf ' (process %s)' "$pid"
        fi
    done
}

# try_lock SECONDS: 0 locked, 75 somebody else has it, else there are no locks here.
try_lock()
{
    locked=0
    flock -E 75 -w "$1" 9 || locked=$?
    return "$locked"
}

# lock DIRECTORY: until we end, no other ncrypt-wine changes anything there. Programs must not inherit descriptor 9,
# as Wine's server lives on.
lock()
{
    [ -z "$dry" ] || return 0
    exec 9< "$1"
    soon=2
    [ "$patience" -ge 2 ] || soon=$patience
    result=0
    try_lock "$soon" || result=$?
    if [ "$result" = 75 ]; then
        warn "waiting for another ncrypt-wine that is changing $1$(holders "$1")"
        result=0
        try_lock "$patience" || result=$?
    fi
    [ "$result" != 75 ] || die "gave up: another ncrypt-wine is still changing $1$(holders "$1")"
    [ "$result" = 0 ] || warn "$1 cannot be locked: run no other ncrypt-wine on it at the same time"
}
