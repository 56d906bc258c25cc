# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# The command verify.

# ask BITS: runs ncrypt-verify from a directory without DLLs, and puts its lines NAME=VALUE in $work/answer-BITS.
# Fails if ncrypt.dll is not ours or does not work.
ask()
{
    exe=$from/$(arch_name "$1")-windows/ncrypt-verify.exe
    [ -f "$exe" ] || return 1
    copy=$(mktemp "${app:-$work}/ncrypt-verify.XXXXXX.exe")
    cp "$exe" "$copy"
    time_limit=60 WINEDEBUG=-all,+ncrypt run "$copy" || :
    rm -f "$copy"
    copy=
    {
        tr -d '\r' < "$work/out"
        tr -d '\r' < "$work/err" |
            sed -n 's/.*route: \([a-z]*\).*/route=\1/p; s/.*engine: GnuTLS \((nettle [0-9.]*)\|[0-9.]*\).*/gnutls=\1/p
                s/.*attach user keys: /user_keys=/p; s/.*attach machine keys: /machine_keys=/p
                s/.*attach MachineGuid: */guid=/p'
    } > "$work/answer-$1"
    return "$result"
}

answer()
{
    sed -n "s/^$2=//p" "$work/answer-$1" | head -n 1
}

# arches_to_ask: those that the prefix and ncrypt-verify are made for.
arches_to_ask()
{
    for bits in 64 32; do
        [ "${arch:-both}" = both ] || [ "$arch" = "$bits" ] || continue
        [ -z "$app" ] || [ "${arch:-64}" = "$bits" ] || continue
        [ -f "$from/$(arch_name "$bits")-windows/ncrypt-verify.exe" ] || continue
        ! directory "$bits" > /dev/null || echo "$bits"
    done
}

# counts BITS: it is not a failure if 32-bit programs keep Wine's ncrypt.dll where only the 64-bit one was installed.
counts()
{
    [ "$1" = 64 ] || [ -n "$arch" ] || ! prefix_is_64 || is_beside_64
}

do_verify()
{
    find_wine || die 'Wine is not on PATH (see --wine)'
    create='' need_prefix
    set_root
    [ -z "$app" ] || need_safe "$app"
    need_manifest
    set_from
    worst=0
    comma=
    arches=$(arches_to_ask)
    [ -n "$arches" ] || die "$from has no program to ask with that suits $root"
    [ -z "$json" ] || printf '['
    for bits in $arches; do
        if ! can_run "$bits"; then
            [ -n "$json" ] || say "$bits bit: $(wine_version) cannot run such programs here"
            continue
        fi
        good=true
        ask "$bits" || good=false
        [ "$good" = true ] || ! counts "$bits" || worst=3
        ask_certificates "$bits" || ! has_certificates "$bits" || worst=3
        if [ -n "$json" ]; then
            printf '%s{"bits":%s,"works":%s' "$comma" "$bits" "$good"
            for key in file product version status route gnutls; do
                printf ',"%s":%s' "$key" "$(json_string "$(answer "$bits" "$key")")"
            done
            printf ',"certificates":%s' "$(json_string "$(who_answers "$bits")")"
            for key in crypt32 behind; do
                printf ',"%s":%s' "$key" "$(json_string "$(answer "certificates-$bits" "$key")")"
            done
            printf '}'
            comma=,
        else
            verify_text "$bits" "$good"
        fi
    done
    [ -z "$json" ] || printf ']\n'
    exit "$worst"
}

verify_text()
{
    say "$1 bit: $(answer "$1" file)"
    say "  product  $(answer "$1" product) $(answer "$1" version)"
    say "  route    $(answer "$1" route)"
    say "  GnuTLS   $(answer "$1" gnutls)"
    say "  creating and using a key: $(answer "$1" status)"
    say "  certificates: $(certificates_text "$1")"
    [ "$2" = true ] || say '  this is not ncrypt for Wine, or it does not work: try ncrypt-wine doctor'
}

# certificates_text BITS: which crypt32.dll answered.
certificates_text()
{
    crypt32=$(answer "certificates-$1" crypt32)
    case $(who_answers "$1") in
        bridge) printf '%s\n' "the bridge, $crypt32, in front of $(answer "certificates-$1" behind)" ;;
        off) printf '%s\n' "the bridge, $crypt32, switched off by NCRYPT_CERTIFICATES" ;;
        wine) echo "Wine's own crypt32.dll" ;;
        other) printf '%s\n' "neither the bridge nor Wine's: $crypt32" ;;
        nobody) echo 'a program that imports crypt32.dll does not start' ;;
    esac
}
