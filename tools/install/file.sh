# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# What a file is.

sha256()
{
    sha256sum < "$1" | cut -d ' ' -f 1
}

exists()
{
    [ -e "$1" ] || [ -L "$1" ]
}

# state FILE: as in the manifest; empty if there is no file.
state()
{
    if [ -L "$1" ]; then
        printf 'link %s\n' "$(readlink "$1")"
    elif [ -f "$1" ]; then
        echo "sha256 $(sha256 "$1")"
    fi
}

# Wine's marker after the DOS header.
is_marked()
{
    [ -f "$1" ] || return 1
    case $(dd if="$1" bs=1 skip=64 count=16 2> /dev/null | tr -d '\0') in
        'Wine builtin DLL'|'Wine placeholder') return 0 ;;
    esac
    return 1
}

# Any build of this project; its version resource says so.
is_ours()
{
    [ -f "$1" ] && tr -d '\0' < "$1" | grep -q 'ncrypt for Wine'
}

is_wines_own()
{
    is_marked "$1" && ! is_ours "$1"
}
