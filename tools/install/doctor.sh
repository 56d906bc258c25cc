# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# The command doctor.

# finding KIND TEXT [REMEDY]: KIND is ok, note or problem. Three lines each in $work/findings.
finding()
{
    [ "$1" != problem ] || worst=3
    for text in "$1" "$2" "${3:-}"; do
        printf '%s' "$text" | tr '\n' ' '
        echo
    done >> "$work/findings"
}

examine_wine()
{
    if ! find_wine; then
        finding problem 'Wine is not on PATH' 'install Wine, or give its loader with --wine'
        return 1
    fi
    number=$(wine_version | sed -n 's/^wine-\([0-9]*\).*/\1/p')
    if [ -n "$number" ] && [ "$number" -lt 8 ]; then
        finding problem "$(wine_version) is too old" 'Wine 8.0 or newer is needed'
    else
        finding ok "$(wine_version) ($wine)"
    fi
}

examine_prefix()
{
    if [ ! -f "$prefix/system.reg" ]; then
        finding problem "$prefix is not a Wine prefix" 'check --prefix and WINEPREFIX; --create lets Wine create it'
        return 1
    fi
    finding ok "prefix $prefix"
    if [ "$(owner "$prefix")" != "$(id -u)" ]; then
        finding problem "$prefix belongs to user $(stat -L -c %U "$prefix")" 'run Wine and ncrypt-wine as that user'
    elif [ ! -w "$prefix" ]; then
        finding problem "$prefix is not writable" 'change its mode, or mount it read-write'
    fi
}

# examine_engine: the host libraries that it needs. Without one, Wine only says "Bad EXE format". What only a part of it
# needs, few people miss.
examine_engine()
{
    for file in "$from"/*-unix/ncryptprov*.so; do
        [ -f "$file" ] || continue
        lacking=$(LC_ALL=C ldd "$file" 2> /dev/null | sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p' |
            grep -v -e '^ntdll\.' -e '^libwine' | tr '\n' ' ' || :)
        said="$file needs libraries that this system lacks: $lacking"
        if [ -z "$lacking" ]; then
            continue
        elif named_by part | grep -q -x -F "${file##*/}"; then
            finding note "$said" 'only keys on tokens need p11-kit, only keys in a TPM need tpm2-tss'
        else
            finding problem "$said" 'install GnuTLS, nettle, GMP and libtasn1 of that architecture'
        fi
    done
}

examine_files()
{
    if [ -n "$wrong" ]; then
        finding problem "$wrong" 'move it away, then run: ncrypt-wine install'
        return 0
    elif ! is_installed && [ -z "$app" ] && ask 64; then
        finding ok "not installed in $root, which is fine: a package has installed it in Wine's own directory"
        return 0
    elif ! is_installed; then
        finding problem "not installed in $root" "run: ncrypt-wine install${app:+ --app \"$app\"}"
        return 0
    fi
    entries > "$work/files"
    while IFS= read -r line; do
        take_apart "$line"
        how=$(condition "$path" "$what")
        case $how in
            ok) finding ok "$root/$path" ;;
            'dangling link') finding problem "$root/$path: dangling link to $(readlink "$root/$path")" \
                'the build it points to is gone: run ncrypt-wine install again' ;;
            *) finding problem "$root/$path: $how" 'run: ncrypt-wine install' ;;
        esac
        if is_instead "$path" && is_marked "$root/$path" && is_ours "$root/$path"; then
            finding problem "$root/$path carries Wine's builtin marker, so Wine loads its own DLL instead" \
                'it was marked after the build: run ncrypt-wine install again'
        fi
    done < "$work/files"
    examine_certificate_files
    ! was_updated || finding note 'Wine has updated this prefix since the installation'
}

# What keeps programs going when crypt32.dll is ours, and why it is not.
examine_certificate_files()
{
    certificate_entries > "$work/files"
    while IFS= read -r line; do
        take_apart "$line"
        is_marked "$root/$(kept_name "$path")" ||
            finding problem "Wine's own file is not in $root/$(kept_name "$path")" \
                'run: ncrypt-wine install --certificates'
    done < "$work/files"
    why=$(noted certificates)
    case $why in
        failed\ *) finding problem "certificates were left out: ${why#failed }" \
            'when that has changed: ncrypt-wine install --certificates' ;;
        unwanted) finding note 'certificates were left out (--no-certificates)' ;;
    esac
    for folder in system32 syswow64; do
        file=$prefix/dosdevices/c:/windows/$folder/crypt32.dll
        [ -n "$app" ] || [ ! -f "$file" ] || is_marked "$file" || is_ours "$file" ||
            finding problem "$file is neither Wine's nor ours" 'where did it come from? without it: wineboot -u'
    done
}

# Overrides that ask for Wine's own DLL.
examine_overrides()
{
    case ";${WINEDLLOVERRIDES:-};" in
        *[\;,]crypt32=n\;*|*[\;,]crypt32=native\;*|*[\;,]crypt32,*=n\;*|*[\;,]crypt32,*=native\;*)
            [ -z "$(certificate_entries)" ] || finding problem \
                "WINEDLLOVERRIDES keeps the bridge from Wine's own crypt32.dll: $WINEDLLOVERRIDES" 'unset it' ;;
    esac
    overridable=$(named_by instead)
    [ -z "$(certificate_entries)" ] || overridable="$overridable crypt32.dll"
    for dll in $overridable; do
        library=${dll%.dll}
        case ";${WINEDLLOVERRIDES:-};" in
            *[\;,]"$library"=b*|*[\;,]"$library"=\;*|*[\;,]"$library",*=b*)
                finding problem "WINEDLLOVERRIDES asks for Wine's own $dll: $WINEDLLOVERRIDES" 'unset it' ;;
        esac
    done
    for dll in $overridable $(named_by new); do
        library=${dll%.dll}
        if sed -n '/DllOverrides\]/,/^$/p' "$prefix/user.reg" 2> /dev/null |
            grep -q -i "^\"\*\{0,1\}$library\"=\"\(builtin\|disabled\|\)\""; then
            finding problem "an override in the prefix's registry asks for Wine's own $dll" \
                "winecfg, Libraries: remove the entry for $library"
        fi
    done
}

examine_answers()
{
    for bits in $(arches_to_ask); do
        if ! can_run "$bits"; then
            finding note "$bits bit: $(wine_version) cannot run such programs here"
            continue
        fi
        if ask "$bits"; then
            finding ok "$bits bit: $(answer "$bits" file), route $(answer "$bits" route)"
        elif ! counts "$bits"; then
            finding note "32 bit: not installed; these programs keep Wine's ncrypt.dll"
        elif [ "$bits" = 32 ] && ! can_load 32; then
            finding problem "32 bit: $(wine_version) cannot load the engine for them: $new_wow64" \
                "$(new_wow64_remedy)"
        else
            said=$(grep -v ':trace:' "$work/err" | tr -d '\r' | tail -n 3 | tr '\n' ' ')
            finding problem "$bits bit: $(answer "$bits" product) answered with $(answer "$bits" status) $said" \
                'if no other line explains it: install again, then run with WINEDEBUG=+ncrypt,+loaddll'
        fi
        examine_certificates "$bits"
    done
}

# examine_certificates BITS: which crypt32.dll programs get.
examine_certificates()
{
    ask_certificates "$1" && result=ok || result=problem
    if [ "$result" = ok ] || ! has_certificates "$1"; then
        [ "$(who_answers "$1")" != nobody ] || result=problem
        [ "$(who_answers "$1")" = nobody ] || result=ok
        finding "$result" "certificates for $1-bit programs: $(certificates_text "$1")"
    else
        finding problem "certificates for $1-bit programs: the bridge does not answer as it should: $(failure "$1")" \
            'if no other line explains it: ncrypt-wine install --certificates; without it: --no-certificates'
    fi
}

# examine_store WHOSE DIRECTORY: without one, programs run but cannot store keys.
examine_store()
{
    there=$2
    while [ ! -e "$there" ]; do there=$(dirname "$there"); done
    if [ "$2" = /dev/null/Keys ] || [ "${there##*/}" = dosdevices ]; then
        finding problem "$1 cannot be stored: their folder is on no drive of this prefix" \
            'see Shell Folders in its registry: AppData of HKEY_CURRENT_USER, Common AppData of HKEY_LOCAL_MACHINE'
    elif [ ! -d "$there" ]; then
        finding problem "$1 cannot be stored in $2: $there is not a directory" 'move that file away'
    elif [ ! -w "$there" ]; then
        finding problem "$1 cannot be stored in $2: $there is not writable" 'change its mode or its owner'
    elif [ ! -d "${2%/*}" ]; then
        finding problem "$1 cannot be stored in $2: nothing but $there exists" "make the directory ${2%/*}"
    else
        finding ok "$1: $2"
    fi
}

# The answers are those of examine_answers, if it reached the engine.
examine_stores()
{
    for bits in 64 32; do
        [ -f "$work/answer-$bits" ] || continue
        said=$(answer "$bits" user_keys)
        [ -n "$said" ] || continue
        examine_store 'keys of the user' "$said"
        examine_store 'keys of the machine' "$(answer "$bits" machine_keys)"
        [ -n "$(answer "$bits" guid)" ] || finding problem 'keys cannot be named: this prefix has no MachineGuid' \
            'see HKEY_LOCAL_MACHINE\Software\Microsoft\Cryptography in its registry'
        return 0
    done
}

do_doctor()
{
    worst=0
    : > "$work/findings"
    if examine_wine && examine_prefix; then
        set_root
        [ -z "$app" ] || need_safe "$app"
        load_manifest || :
        choose_from
        if [ -d "$from" ]; then
            from=$(cd "$from" && pwd)
            examine_engine
        else
            finding problem "$from is not there" 'give the directory of the built files with --from'
        fi
        examine_files
        examine_overrides
        examine_answers
        examine_stores
    fi
    if [ -n "$json" ]; then
        doctor_json
    else
        while read_finding; do
            say "$kind: $text"
            [ -z "$remedy" ] || say "    $remedy"
        done < "$work/findings"
    fi
    exit "$worst"
}

read_finding()
{
    IFS= read -r kind && IFS= read -r text && IFS= read -r remedy
}

doctor_json()
{
    comma=
    printf '['
    while read_finding; do
        printf '%s{"kind":%s,"text":%s,"remedy":%s}' "$comma" "$(json_string "$kind")" "$(json_string "$text")" \
            "$(json_string "$remedy")"
        comma=,
    done < "$work/findings"
    printf ']\n'
}
