# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034
# What all scripts share; to be sourced after `set -eu`. Failures end the script. What more they need is in build.sh
# (packages, the build directory), wine.sh (Wine and its prefixes), fuzz.sh and root.sh beside this file.
#
# $top is the source tree, set by the script. Environment: abs_top_builddir as `make check` sets it (default: build/
# in the source tree).

program=$(basename "$0")
build=${abs_top_builddir:-$top/build}

say()
{
    printf '%s\n' "$*"
}

die()
{
    printf '%s: %s\n' "${blame:-$program}" "$*" >&2
    exit 1
}

# script_usage: what the script's own head says, from its third line on.
script_usage()
{
    sed -n '3,$ { /^#/!q; s/^# \{0,1\}//; p; }' "$0"
}

# help_if_asked ARGUMENT...
help_if_asked()
{
    case ${1:-} in
        -h|--help) script_usage; exit 0 ;;
    esac
}

# skip WHY: a test that cannot run here
skip()
{
    say "skipped: $*"
    exit 77
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

processors()
{
    nproc 2>/dev/null || echo 1
}

# await_socket PATH PROCESS LOG WHAT: until the process has made it; what it has said is shown when it does not.
await_socket()
{
    tenths=0
    while [ ! -S "$1" ]; do
        if [ "$tenths" -ge 100 ] || ! kill -0 "$2" 2> /dev/null; then
            cat "$3" >&2
            die "$4 does not start"
        fi
        sleep 0.1
        tenths=$((tenths + 1))
    done
}
