# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# The command uninstall.

# is_back PATH PREVIOUS: there is what was there before. So it is when an ncrypt-wine was killed at the right moment.
is_back()
{
    was_interrupted "$1" "$2" || { [ "$2" != none ] && cmp -s "$root/$1" "$root/$2"; }
}

# remove_one PATH PREVIOUS STATE
remove_one()
{
    if is_back "$1" "$2"; then
        [ -n "$dry" ] || rm -f "$root/$2"
        return 0
    fi
    if [ "$(state "$root/$1")" != "$3" ] && [ -z "$force" ] && exists "$root/$1"; then
        warn "$root/$1 was changed since; left as it is (--force removes it)"
        printf 'file %s %s %s\n' "$1" "$2" "$3" >> "$work/kept"
        return 0
    fi
    if [ -n "$dry" ]; then
        say "would remove $root/$1"
        [ "$2" = none ] || say "would restore it from $root/$2"
        return 0
    fi
    if [ "$2" != none ] && { [ -f "$root/$2" ] || [ -L "$root/$2" ]; }; then
        mv -fT "$root/$2" "$root/$1"
        say "restored $root/$1"
    else
        rm -f "$root/$1"
        say "removed $root/$1"
    fi
}

# give_wines_own_back FILE: a prefix must always have a DLL of that name.
give_wines_own_back()
{
    [ ! -f "$1" ] || return 0
    find_wine || die "Wine's own ${1##*/} is missing; run wineboot -u"
    say "Wine restores its own ${1##*/}"
    WINEDEBUG=-all in_wine wineboot -u > /dev/null 2>&1 || :
    [ -f "$1" ] || die "Wine did not restore $1"
}

other_entries()
{
    entries | grep -a -v -F -e "$(named_by certificates | sed 's|.*|/& |')" || [ $? = 1 ]
}

do_uninstall()
{
    [ -n "$app" ] || create='' need_prefix
    set_root_for_writing
    need_manifest
    if ! is_installed; then
        say "not installed in $root"
        return 0
    fi
    : > "$work/kept"
    take_certificates_out || certificate_entries >> "$work/kept"
    other_entries > "$work/files" || die "cannot write $work"
    while IFS= read -r line; do
        take_apart "$line"
        remove_one "$path" "$previous" "$what"
    done < "$work/files"
    [ -z "$dry" ] || return 0
    [ -n "$(noted override)" ] || note certificates ''
    forget_removed
    while [ -z "$app" ] && read -r _ path _; do
        ! is_instead "$path" || give_wines_own_back "$root/$path"
    done < "$work/files"
    [ ! -s "$work/kept" ] && ! is_installed || exit 1
}

# forget_removed: files that stay are kept in the manifest, so that --force can still remove them.
forget_removed()
{
    if [ -s "$work/kept" ] || [ -n "$(noted override)" ]; then
        { grep -a -v '^file ' "$work/manifest" && cat "$work/kept"; } > "$work/manifest.new" || die "cannot write $work"
        write_manifest
    else
        rm -f "$manifest" "$work/manifest"
    fi
}
