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

# probe ARGUMENT...: the line that probe.exe prints; what went to stderr is in $scratch/stderr.
probe()
{
    in_wine 60 "$build/tests/system/probe.exe" "$@" 2> "$scratch/stderr" | tr -d '\r'
}

finish()
{
    [ "$failures" = 0 ] || exit 1
    exit 0
}
