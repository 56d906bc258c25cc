# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# The command status.

# condition PATH STATE: of a file that we wrote.
condition()
{
    now=$(state "$root/$1")
    if [ -z "$now" ]; then
        echo missing
    elif [ "$now" != "$2" ]; then
        if { is_instead "$1" || is_certificates "$1"; } && is_wines_own "$root/$1"; then
            echo "replaced by Wine's"
        else
            echo changed
        fi
    elif [ -L "$root/$1" ] && [ ! -e "$root/$1" ]; then
        echo 'dangling link'
    else
        echo ok
    fi
}

do_status()
{
    [ -n "$app" ] || create='' need_prefix
    set_root
    need_manifest
    worst=3
    ! is_installed || worst=0
    entries > "$work/files"
    : > "$work/rows"
    while IFS= read -r line; do
        take_apart "$line"
        how=$(condition "$path" "$what")
        [ "$how" = ok ] || worst=3
        echo "$path|$how|$previous" >> "$work/rows"
    done < "$work/files"
    if [ -n "$json" ]; then
        status_json
    else
        status_text
    fi
    exit "$worst"
}

status_text()
{
    if ! is_installed; then
        say "not installed in $root"
        return 0
    fi
    say "installed in $root (under $(noted wine))"
    while IFS='|' read -r path how previous; do
        say "  $path: $how"
    done < "$work/rows"
    said=$(noted certificates)
    say "  certificates: ${said:-left out}"
    ! was_updated || say '  Wine has updated this prefix since'
}

status_json()
{
    printf '{"version":%s,"root":%s,"installed":%s,"wine":%s,"updated_since":%s,"certificates":%s,"files":[' \
        "$(json_string "$version")" "$(json_string "$root")" "$(truth is_installed)" \
        "$(json_string "$(noted wine)")" "$(truth was_updated)" "$(json_string "$(noted certificates)")"
    comma=
    while IFS='|' read -r path how previous; do
        printf '%s{"path":%s,"state":%s,"previous":%s}' "$comma" "$(json_string "$path")" \
            "$(json_string "$how")" "$(json_string "$previous")"
        comma=,
    done < "$work/rows"
    printf ']}\n'
}
