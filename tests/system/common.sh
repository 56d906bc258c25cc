# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154
# For the checks of this folder, and for others that may need Wine; to be sourced after `set -eu`.

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/wine.sh"
. "$top/tests/check.sh"

# said_by PROGRAM ARGUMENT...: what it prints, one of tests/system; what went to stderr is in $scratch/stderr. All of
# them print something. Once in a thousand times Wine ends with status 1 and has not begun the program; so it is tried
# once more. One that prints nothing has told nobody what happened, so that is told here.
said_by()
{
    said_by=$1
    shift
    for attempt in 1 2; do
        status=0
        in_wine 300 "$build/tests/system/$said_by" "$@" > "$scratch/stdout" 2> "$scratch/stderr" || status=$?
        [ -s "$scratch/stdout" ] || continue
        tr -d '\r' < "$scratch/stdout"
        return
    done
    say "nothing; exit status $status, load $(cat /proc/loadavg)"
}

# probe ARGUMENT...: the line that call_probe.exe prints
probe()
{
    said_by call_probe.exe "$@"
}

# registry ARGUMENT...: what reg.exe says is in $scratch/reg, and stays in $scratch/reg-failed when it fails. Where
# there is a 32-bit Wine, its reg is what starts. Now and then Wine does not begin it, so one that fails is tried once
# more.
registry()
{
    for attempt in 1 2; do
        ! in_wine 120 reg "$@" /reg:64 > "$scratch/reg" 2>&1 || return 0
        cat "$scratch/reg" >> "$scratch/reg-failed"
    done
    return 1
}
