# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154
# What tests that run Windows programs share; to be sourced after `set -eu` with $top, the source tree.

. "$top/tools/common.sh"

skip()
{
    say "skipped: $*"
    exit 77
}

# need_wine: or the test is skipped.
need_wine()
{
    find_wine || skip 'Wine is not installed'
    isolate_wine
}

# take_prefix NAME ROUTE: use_prefix, and no other test uses it until this one ends. Windows programs are run
# with `9>&-`, as in_wine does: Wine's server lives on and must not keep the lock.
take_prefix()
{
    use_prefix "$1" "$2"
    exec 9> "$WINEPREFIX.lock"
    flock 9
}
