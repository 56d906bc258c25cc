# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# Which crypt32.dll the programs of a prefix get, and what answers there.

# ask_certificates BITS [OVERRIDE]: runs ncrypt-certificates, and puts its lines into $work/answer-certificates-BITS.
# With an override it runs beside our crypt32.dll, and finds that one. Fails if not all is as it should be.
ask_certificates()
{
    exe=$from/$(arch_name "$1")-windows/ncrypt-certificates.exe
    : > "$work/answer-certificates-$1"
    [ -f "$exe" ] || return 1
    rm -rf "$work/certificates"
    mkdir "$work/certificates"
    cp "$exe" "$work/certificates"
    [ -z "${2:-}" ] || cp "$from/$(arch_name "$1")-windows/crypt32.dll" "$work/certificates"
    time_limit=120 WINEDEBUG=-all run "$work/certificates/ncrypt-certificates.exe" || :
    tr -d '\r' < "$work/out" > "$work/answer-certificates-$1"
    return "$result"
}

# proves BITS [OVERRIDE]: ask_certificates, whatever is set in our environment.
proves()
{
    (unset NCRYPT_CERTIFICATES && WINEDLLOVERRIDES=${2:-} ask_certificates "$@")
}

# has_certificates BITS: the bridge is installed for these programs.
has_certificates()
{
    where=$(directory "$1") && [ -n "$(entry "$where/crypt32.dll")" ]
}

# who_answers BITS: of the answer: bridge, wine, other, off or nobody.
who_answers()
{
    if [ -z "$(answer "certificates-$1" wine_answers)" ]; then
        echo nobody
    elif [ "$(answer "certificates-$1" bridge)" = no ]; then
        [ "$(answer "certificates-$1" product)" = Wine ] && echo wine || echo other
    elif [ "$(answer "certificates-$1" bridge_answers)" = no ]; then
        echo off
    else
        echo bridge
    fi
}

# failure BITS: why the answer is not good enough.
failure()
{
    lacking=$(answer "certificates-$1" lacking)
    case $(who_answers "$1") in
        nobody) echo "a $1-bit program that imports crypt32.dll does not start with it" ;;
        wine) echo "$1-bit programs keep Wine's own crypt32.dll" ;;
        other) printf '%s\n' "$1-bit programs get $(answer "certificates-$1" crypt32)" ;;
        off) echo "for $1-bit programs it is switched off (NCRYPT_CERTIFICATES)" ;;
        bridge) [ -z "$lacking" ] && echo "Wine's own crypt32.dll does not answer $1-bit programs" ||
            echo "$1-bit programs would miss functions of this Wine's crypt32.dll: $lacking" ;;
    esac
}
