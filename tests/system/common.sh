# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# For the checks of this folder; to be sourced after `set -eu`. A check prints `ok WHAT` or `not ok WHAT` for
# each thing it looks at and ends with `finish`.

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/wine.sh"

failures=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# check WHAT ACTUAL EXPECTED
check()
{
    if [ "$2" = "$3" ]; then
        say "ok $1"
    else
        say "not ok $1"
        say "    expected: $3"
        say "    got:      $2"
        [ ! -s "$scratch/stderr" ] || sed 's/^/    stderr:   /' "$scratch/stderr"
        failures=$((failures + 1))
    fi
}

# probe ARGUMENT...: the line that probe.exe prints; what went to stderr is in $scratch/stderr. A program that prints
# nothing has told nobody what happened, so that is told here.
probe()
{
    status=0
    in_wine 300 "$build/tests/system/probe.exe" "$@" > "$scratch/stdout" 2> "$scratch/stderr" || status=$?
    if [ -s "$scratch/stdout" ]; then
        tr -d '\r' < "$scratch/stdout"
    else
        say "nothing; exit status $status, load $(cat /proc/loadavg)"
    fi
}

finish()
{
    [ "$failures" = 0 ] || exit 1
    exit 0
}
