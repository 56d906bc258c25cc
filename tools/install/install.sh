# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# The command install.

free_name()
{
    name=$1.old
    number=1
    while exists "$root/$name"; do
        name=$1.old$number
        number=$((number + 1))
    done
    echo "$name"
}

# put MODE SOURCE FILE: atomic. A link at FILE is replaced, never followed. MODE is link, copy, or keep: with all that
# a file has, and a link as it is.
put()
{
    temporary=$(mktemp -d "${3%/*}/$temporary_name") || die "cannot write in ${3%/*}"
    if ! case $1 in
        link) ln -s "$2" "$temporary/new" ;;
        copy) cp "$2" "$temporary/new" && chmod 644 "$temporary/new" ;;
        keep) cp -pP "$2" "$temporary/new" ;;
    esac || ! mv -fT "$temporary/new" "$3"; then
        die "cannot write $3"
    fi
    rmdir "$temporary"
    temporary=
}

# replaceable PATH LINE STATE: after the first installation, our own file, another build of it, and the DLL that a
# Wine update put in its place need not be kept. A file from anywhere else must be.
replaceable()
{
    [ -n "$2" ] || return 1
    ! was_interrupted "$1" "$(entry_previous "$2")" || return 1
    [ "$3" = "$(entry_state "$2")" ] || is_marked "$root/$1" || is_ours "$root/$1"
}

# was_interrupted PATH PREVIOUS: an ncrypt-wine that was killed had recorded this, and nothing more.
was_interrupted()
{
    [ "$2" != none ] && ! exists "$root/$2" && [ -f "$root/$1" ] && ! is_ours "$root/$1"
}

# install_one SOURCE PATH
install_one()
{
    if [ "$mode" = link ]; then
        new="link $1"
    else
        new="sha256 $(sha256 "$1")"
    fi
    old=$(state "$root/$2")
    [ -n "$old" ] || ! exists "$root/$2" || die "$root/$2 is in the way: it is not a file"
    line=$(entry "$2")
    if [ "$old" = "$new" ] && [ -n "$line" ]; then
        [ "$(entry_state "$line")" = "$new" ] || record "$2" "$(entry_previous "$line")" "$new"
        return 0
    fi
    if [ -n "$dry" ]; then
        say "would write $root/$2"
        return 0
    fi
    previous=none
    [ -z "$line" ] || previous=$(entry_previous "$line")
    backup=
    if [ -n "$old" ] && [ "$old" != "$new" ] && ! replaceable "$2" "$line" "$old"; then
        previous=$(free_name "$2")
        backup=yes
    fi
    record "$2" "$previous" "$new"
    [ -z "$backup" ] || put keep "$root/$2" "$root/$previous"
    put "$mode" "$1" "$root/$2"
    say "wrote $root/$2"
    wrote=yes
}

do_install()
{
    need_prefix
    set_root_for_writing
    need_manifest
    set_from
    recorded_wine=unknown
    ! find_wine || recorded_wine=$(wine_version)
    arches=$(wanted_arches) || exit 1
    [ -n "$arches" ] || die "nothing to install: $from has no files that suit $root"
    wrote=
    for bits in $arches; do
        files "$bits" part engine new instead > "$work/files"
        while IFS='|' read -r target source; do
            install_one "$source" "$target"
        done < "$work/files"
    done
    if [ -n "$wrote" ] && [ -z "$app" ] && prefix_is_64 && [ "${arches#*32}" = "$arches" ]; then
        say "installed for 64-bit programs; 32-bit programs keep Wine's ncrypt.dll"
    fi
    useless=
    [ ! -e "$work/no_engine_32" ] || useless="under $recorded_wine"
    [ -n "$dry" ] || note no_engine_32 "$useless"
    install_certificates
    [ ! -e "$work/unmet" ] || exit 1
}
