# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# Messages and JSON.

say()
{
    [ -n "$quiet" ] || printf '%s\n' "$*"
}

warn()
{
    printf '%s: %s\n' "$program" "$*" >&2
}

die()
{
    warn "$*"
    exit 1
}

misuse()
{
    warn "$* (see --help)"
    exit 2
}

json_string()
{
    printf '"%s"' "$(printf '%s' "$1" | tr '\001-\037' ' ' | sed 's/\\/\\\\/g; s/"/\\"/g')"
}

# truth COMMAND: whether it succeeds, in JSON.
truth()
{
    if "$1"; then
        echo true
    else
        echo false
    fi
}
