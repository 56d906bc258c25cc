# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# The certificate bridge, crypt32.dll, and what comes with it. Every program that imports crypt32.dll depends on this,
# so whenever we are killed, Wine still finds one that works: a bridge is tried from a directory of ours before it goes
# into the prefix, its file comes before the override that makes Wine take it, and goes after that.

override_key='HKCU\Software\Wine\DllOverrides'
override='native,builtin'
record_name='ncrypt for Wine'

is_certificates()
{
    named_by certificates | grep -q -x -F "${1##*/}"
}

# Where the file is kept that Wine has in the place of such a DLL. The bridge looks there, too.
kept_name()
{
    printf '%s\n' "${1%/*}/ncrypt-wine/${1##*/}"
}

# certificate_entries: their lines of the manifest.
certificate_entries()
{
    entries | grep -a -F -e "$(named_by certificates | sed 's|.*|/& |')" || [ $? = 1 ]
}

# --- Wine's own file ---

# wine_file PATH: Wine's own DLL for that place, in its library directory; fails if it is not found.
wine_file()
{
    find_wine || return 1
    folder=x86_64-windows
    ! prefix_is_64 || case $1 in */syswow64/*) folder=i386-windows ;; esac
    prefix_is_64 || folder=i386-windows
    loader=$(readlink -f "$(command -v "$wine")")
    loader=${loader%/*}/..
    for libraries in "$loader"/lib*/wine "$loader"/*-linux-gnu/wine "$loader"/lib/*-linux-gnu/wine "$loader" \
        "$loader"/wine "$loader"/../*-linux-gnu/wine; do
        file=$libraries/$folder/${1##*/}
        is_marked "$file" || continue
        readlink -f "$file"
        return 0
    done
    return 1
}

# find_own PATH: $own is the file to keep: what Wine has there; nothing when it is kept already, because ours is there.
# Fails, and $reason says why, when neither is known: there would be nothing to restore.
find_own()
{
    own=$root/$1
    kept=$root/$(kept_name "$1")
    if [ -L "${kept%/*}" ] || { exists "${kept%/*}" && [ ! -d "${kept%/*}" ]; }; then
        reason="${kept%/*} is in the way"
        return 1
    elif is_marked "$own"; then
        return 0
    elif ! exists "$own"; then
        reason="$own is missing (wineboot -u makes it)"
        return 1
    elif ! is_ours "$own"; then
        reason="$own is neither Wine's nor ours"
        return 1
    elif is_marked "$kept"; then
        own=
    else
        reason="Wine's own ${1##*/} is not found"
        own=$(wine_file "$1")
    fi
}

# keep: what find_own has found. A relative link leads to the same file from one directory below.
keep()
{
    [ -n "$own" ] || return 0
    [ -d "${kept%/*}" ] || mkdir "${kept%/*}" || die "cannot make ${kept%/*}"
    target=$(readlink "$own") || target=
    case $target in
        ''|/*) put keep "$own" "$kept" ;;
        *) put link "../$target" "$kept" ;;
    esac
}

# --- the registry ---

# override_now: "value TEXT" or "no-value". Fails when Wine does not say. Programs that Wine starts make the key. The
# name is in any case, and the text can be empty: Wine loads no crypt32.dll then.
override_now()
{
    registry query "$override_key" > "$work/overrides" || return 1
    sed -n 's/$/ /; s/^ *crypt32  *REG_[A-Z_]*  *\(.*\) $/value \1/Ip' "$work/overrides" | head -n 1 | grep . ||
        echo no-value
}

# note_override: what is there before ours. Once: a second time it would be ours.
note_override()
{
    [ -z "$(noted override)" ] || return 0
    now=$(override_now) && note override "$now"
}

set_override()
{
    registry add "$override_key" /v crypt32 /t REG_SZ /d "$override" /f > /dev/null
}

# record_key BITS: as a program of the prefix's first architecture names it.
record_key()
{
    if [ "$1" = 32 ] && prefix_is_64; then
        printf '%s\n' "HKLM\\Software\\Wow6432Node\\$record_name"
    else
        printf '%s\n' "HKLM\\Software\\$record_name"
    fi
}

# record_library BITS: where the bridge finds Wine's crypt32 when all else fails.
record_library()
{
    library=$(answer "certificates-$1" library)
    [ -z "$library" ] ||
        registry add "$(record_key "$1")" /v "$(arch_name "$1")-windows" /t REG_SZ /d "$library" /f > /dev/null
}

# forget_library BITS: with its key, in one step, unless that has anything else, such as the providers of tokens. An
# installer that was killed may have left the key alone.
forget_library()
{
    key=$(record_key "$1")
    library=$(arch_name "$1")-windows
    registry query "$key" > "$work/library" || return 0
    if grep . "$work/library" | grep -v -i -e "^ *$library  *REG_SZ " -e "^HKEY_.*\\\\$record_name\$" | grep -q .; then
        registry delete "$key" /v "$library" /f > /dev/null || :
    else
        registry delete "$key" /f > /dev/null || :
    fi
}

# restore_override: to $was, unless somebody else has changed it since.
restore_override()
{
    now=$(override_now) || return 1
    [ "$now" = "value $override" ] || return 0
    case $was in
        value\ *) registry add "$override_key" /v crypt32 /t REG_SZ /d "${was#value }" /f ;;
        *) registry delete "$override_key" /v crypt32 /f ;;
    esac > /dev/null
}

# restore_registry: as note_override has found it. Fails when Wine does not do it.
restore_registry()
{
    was=$(noted override)
    [ -n "$was" ] || return 0
    find_wine && restore_override || return 1
    for bits in 64 32; do
        forget_library "$bits"
    done
    note override ''
}

# --- in ---

# certificate_arches: of $arches those whose programs can be asked.
certificate_arches()
{
    for bits in $arches; do
        folder=$from/$(arch_name "$bits")-windows
        [ ! -f "$folder/crypt32.dll" ] || [ ! -f "$folder/ncrypt-certificates.exe" ] || echo "$bits"
    done
}

# is_decided ARCHES: the last installation has settled it for these, under this Wine.
is_decided()
{
    [ -z "$certificates" ] || return 1
    case $(noted certificates) in
        unwanted) return 0 ;;
        "failed under $recorded_wine: "*) return 0 ;;
        "on "*" under $recorded_wine") ;;
        *) return 1 ;;
    esac
    for bits in $1; do
        case $(noted certificates) in
            *" $bits "*"under "*) ;;
            *) return 1 ;;
        esac
    done
    are_current
}

# are_current: the files are those of the build.
are_current()
{
    certificate_entries > "$work/certificate-files"
    while IFS= read -r line; do
        take_apart "$line"
        source=$(source_of "$path")
        [ "$(condition "$path" "$what")" = ok ] || return 1
        [ ! -f "$source" ] || [ "$what" = "sha256 $(sha256 "$source")" ] || return 1
    done < "$work/certificate-files"
}

# source_of PATH: the file of the build for that place.
source_of()
{
    for bits in 64 32; do
        [ "$(directory "$bits")" != "${1%/*}" ] || printf '%s\n' "$from/$(arch_name "$bits")-windows/${1##*/}"
    done
}

# can_try: whether Wine may run here for this; else $reason says why not.
can_try()
{
    if ! find_wine; then
        reason='Wine is not on PATH (see --wine)'
    elif [ -z "$certificates" ] && ! prefix_is_current; then
        reason="$recorded_wine has not run in this prefix since it was made or updated (--certificates runs it)"
    else
        return 0
    fi
    return 1
}

# install_certificates: for $arches.
install_certificates()
{
    [ -z "$app" ] || return 0
    if [ "$certificates" = no ]; then
        leave_certificates_out
        return 0
    fi
    wanted=$(certificate_arches)
    if [ -z "$wanted" ] || is_decided "$wanted"; then
        return 0
    elif [ -n "$dry" ]; then
        would_write
    elif ! can_try; then
        warn "certificates are left out: $reason"
    elif put_certificates_in; then
        note certificates "on" "$(printf '%s\n' "$wanted" | tr '\n' ' ')under $recorded_wine"
    else
        take_certificates_out || : > "$work/unmet"
        note certificates "failed under $recorded_wine:" "$reason"
        warn "certificates are left out: $reason"
    fi
}

leave_certificates_out()
{
    take_certificates_out || : > "$work/unmet"
    [ -n "$dry" ] || note certificates unwanted
}

would_write()
{
    for bits in $wanted; do
        files "$bits" certificates | while IFS='|' read -r target source; do
            [ "$(state "$root/$target")" = "sha256 $(sha256 "$source")" ] || say "would write $root/$target"
        done
    done
}

# put_certificates_in: for $wanted. If it fails, $reason says why.
put_certificates_in()
{
    reason='Wine does not write its registry'
    tried=
    note_override || return 1
    for bits in $wanted; do
        can_run "$bits" || continue
        proves "$bits" crypt32=n,b || { reason=$(failure "$bits"); return 1; }
        tried="$tried $bits"
        files "$bits" certificates > "$work/certificate-files"
        while IFS='|' read -r target source; do
            install_certificate "$source" "$target" || return 1
        done < "$work/certificate-files"
        record_library "$bits" || return 1
    done
    [ -n "$tried" ] || { reason="$recorded_wine runs no program here"; return 1; }
    set_override || return 1
    for bits in $tried; do
        proves "$bits" || { reason=$(failure "$bits"); return 1; }
    done
}

# install_certificate SOURCE PATH: always a copy. A link that leads nowhere would leave Wine no crypt32.dll at all.
install_certificate()
{
    find_own "$2" || return 1
    new="sha256 $(sha256 "$1")"
    record "$2" "$(kept_name "$2")" "$new"
    keep
    [ "$(state "$root/$2")" != "$new" ] || return 0
    put copy "$1" "$root/$2"
    say "wrote $root/$2"
}

# --- out ---

# take_certificates_out: all of it, as it was before. Fails if something has to stay, which then stays in the manifest.
take_certificates_out()
{
    out=0
    [ -n "$dry" ] || restore_registry || {
        warn "Wine does not write its registry: crypt32=$override stays in $override_key"
        out=1
    }
    certificate_entries > "$work/certificate-files" || die "cannot write $work"
    [ -s "$work/certificate-files" ] || return "$out"
    while IFS= read -r line; do
        take_apart "$line"
        take_certificate_out "$path" "$what" || out=1
    done < "$work/certificate-files"
    return "$out"
}

# take_certificate_out PATH STATE
take_certificate_out()
{
    there=$root/$1
    kept=$root/$(kept_name "$1")
    if ! is_marked "$there" && [ "$(state "$there")" != "$2" ] && [ -z "$force" ] && exists "$there"; then
        warn "$there was changed since; left as it is (--force removes it)"
        return 1
    elif [ -n "$dry" ]; then
        say "would restore $there"
        return 0
    fi
    is_marked "$there" || give_back "$1" || return 1
    rm -f "$kept"
    rmdir "${kept%/*}" 2> /dev/null || :
    forget "$1"
}

# give_back PATH: Wine's own file, by a rename, so that there is one at any moment.
give_back()
{
    target=$(readlink "$kept") || target=
    if is_marked "$kept" && [ "${target#../}" != "$target" ]; then
        put link "${target#../}" "$there"
    elif is_marked "$kept"; then
        mv -fT "$kept" "$there"
    elif own=$(wine_file "$1"); then
        put keep "$own" "$there"
    else
        warn "Wine's own ${1##*/} is not found: $there is left as it is, without the override Wine does not take it"
        return 1
    fi
    say "restored $there"
}
