# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154
# What all checks share; to be sourced with $top, the source tree. A check prints `ok WHAT` or `not ok WHAT` for each
# thing it looks at and ends with `finish`. $scratch is a directory that goes with it.

. "$top/tools/common.sh"

passed=0
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

right()
{
    say "ok $1"
    passed=$((passed + 1))
}

# wrong WHAT [FILE]: with what the file says
wrong()
{
    say "not ok $1"
    [ ! -s "${2:-}" ] || sed 's/^/    /' "$2"
    failed=$((failed + 1))
    wine_trouble "$scratch"
}

# wine_trouble DIRECTORY: what Wine says there, and not its programs.
wine_trouble()
{
    grep -r -a -h -e '^wine: ' -e '^wine client error' "$1" 2> /dev/null | sort -u | sed 's/^/    /'
}

# check WHAT ACTUAL EXPECTED: also shows what the last program said on stderr, where that is in $scratch/stderr.
check()
{
    if [ "$2" = "$3" ]; then
        right "$1"
    else
        wrong "$1"
        say "    expected: $3"
        say "    got:      $2"
        [ ! -s "$scratch/stderr" ] || sed 's/^/    stderr:   /' "$scratch/stderr"
    fi
}

# try WHAT COMMAND...: it must succeed; when it does not, what it said is shown.
try()
{
    trying=$1
    shift
    if "$@" > "$scratch/said-by-command" 2>&1 < /dev/null; then
        right "$trying"
    else
        wrong "$trying" "$scratch/said-by-command"
    fi
}

# refused WHAT COMMAND...: it must fail.
refused()
{
    trying=$1
    shift
    if "$@" > "$scratch/said-by-command" 2>&1 < /dev/null; then
        wrong "$trying: accepted"
    else
        right "$trying"
    fi
}

# said PATTERN: how many lines of $scratch/said match.
said()
{
    grep -c -e "$1" "$scratch/said" || :
}

# enough LEAST: fewer things that were right would mean nothing.
enough()
{
    [ "$passed" -ge "$1" ] || wrong "only $passed things were looked at, where $1 are the least"
}

finish()
{
    say "$passed passed, $failed failed"
    [ "$failed" = 0 ] || exit 1
    [ "$passed" != 0 ] || die 'nothing was looked at'
    exit 0
}
