# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154
# For the checks of this folder, and for others that may need Wine; to be sourced after `set -eu`.

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/wine.sh"
. "$top/tests/check.sh"

# probe ARGUMENT...: the line that call_probe.exe prints; what went to stderr is in $scratch/stderr. One that prints
# nothing has told nobody what happened, so that is told here.
probe()
{
    status=0
    in_wine 300 "$build/tests/system/call_probe.exe" "$@" > "$scratch/stdout" 2> "$scratch/stderr" || status=$?
    if [ -s "$scratch/stdout" ]; then
        tr -d '\r' < "$scratch/stdout"
    else
        say "nothing; exit status $status, load $(cat /proc/loadavg)"
    fi
}
