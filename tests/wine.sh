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
