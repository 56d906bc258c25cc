# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# Who owns a directory, and who else is changing it.

owner()
{
    stat -L -c %u "$1"
}

refuse_owner()
{
    die "$1 belongs to user $(stat -L -c %U "$1"): run ncrypt-wine as that user"
}

# check_owner DIRECTORY: like Wine, refuses other users' prefixes. Files that we wrote there as root would not be
# theirs, and a user who can rename files there can choose what we write to.
check_owner()
{
    [ "$(owner "$1")" = "$(id -u)" ] || refuse_owner "$1"
}

# is_safe DIRECTORY: only we and root control its contents. Mounted drives often belong to root.
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

# holders DIRECTORY: the other processes that have it open the way lock does, as "(process N)". The subshell of $( ) has
# inherited our descriptor: it closes it, or it would name itself.
holders()
{
    real=$(readlink -f "$1")
    for fd in /proc/[0-9]*/fd/9; do
        pid=${fd#/proc/} pid=${pid%%/*}
        if [ "$pid" != $$ ] && [ "$(readlink "$fd" 2> /dev/null)" = "$real" ]; then
            printf ' (process %s)' "$pid"
        fi
    done
} 9<&-

# try_lock SECONDS: 0 locked, 75 held by another process, anything else: locks are not supported here.
try_lock()
{
    locked=0
    flock -E 75 -w "$1" 9 || locked=$?
    return "$locked"
}

# lock DIRECTORY: until we exit, no other ncrypt-wine changes anything there. Programs must not inherit descriptor 9,
# because Wine's server outlives us.
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
