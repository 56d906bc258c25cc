# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# Wine and the prefix.

# Debian's wine is a script that complains when 32-bit support is missing, so use the loader behind it.
find_wine()
{
    [ -n "$wine" ] || wine=$(command -v wine || command -v wine64 || :)
    [ -n "$wine" ] || return 1
    if [ -z "${WINE:-}" ] && [ ! -x /usr/lib/wine/wine ] && [ -x /usr/lib/wine/wine64 ]; then
        case $(readlink -f "$wine") in
            /usr/bin/*) wine=/usr/lib/wine/wine64 ;;
        esac
    fi
    command -v "$wine" > /dev/null
}

# in_wine COMMAND...: without windows and downloads.
in_wine()
{
    WINEPREFIX=$prefix WINEDLLOVERRIDES="mscoree,mshtml=${WINEDLLOVERRIDES:+;$WINEDLLOVERRIDES}" \
        timeout -k 10 "${time_limit:-300}" "$wine" "$@" < /dev/null 9>&-
}

# began: by what was said, the program that failed did begin.
began()
{
    [ -s "$work/out" ] || { [ -s "$work/err" ] && ! grep -q -a '^wine' "$work/err"; }
}

# run COMMAND...: in_wine; what it says is in $work/out and $work/err. Under load Wine's server can fail to answer, or
# something of the system is where Wine's loader wants to be: then the program never begins, and there is no more than a
# line of Wine's. It is tried once more.
run()
{
    for attempt in 1 2; do
        result=0
        in_wine "$@" > "$work/out" 2> "$work/err" || result=$?
        if [ "$result" = 0 ] || began; then break; fi
    done
    return "$result"
}

# registry COMMAND...: what Wine's reg prints; fails when it does. Where there is a 32-bit Wine, its reg is what starts,
# and would see HKLM\Software as 32-bit programs do.
registry()
{
    time_limit=60 WINEDEBUG=-all run reg "$@" /reg:64 || return 1
    tr -d '\r' < "$work/out"
}

wine_version()
{
    timeout -k 10 60 "$wine" --version 2> /dev/null 9>&- | tr -d '\r' | head -n 1
}

update_stamp()
{
    if [ -f "$prefix/.update-timestamp" ]; then
        tr -d '\r' < "$prefix/.update-timestamp" | head -n 1
    else
        echo none
    fi
}

prefix_is_64()
{
    grep -q '^#arch=win64' "$prefix/system.reg"
}

need_prefix()
{
    [ ! -f "$prefix/system.reg" ] || return 0
    [ -n "$create" ] || die "$prefix is not a Wine prefix: it has no system.reg (--create lets Wine create it)"
    find_wine || die 'Wine is not on PATH (see --wine)'
    if [ -n "$dry" ]; then
        say "would let Wine create the prefix $prefix"
        exit 0
    fi
    [ -d "$prefix" ] || mkdir -p "$prefix"
    check_owner "$prefix"
    lock "$prefix"
    [ -f "$prefix/system.reg" ] || make_prefix
}

make_prefix()
{
    say "Wine creates the prefix $prefix"
    WINEDEBUG=-all in_wine wineboot --init > /dev/null 2>&1 || :
    seconds=0
    while [ ! -f "$prefix/system.reg" ] && [ "$seconds" -lt 60 ]; do    # written when Wine's server ends
        sleep 1
        seconds=$((seconds + 1))
    done
    if [ ! -f "$prefix/system.reg" ]; then
        rmdir "$prefix" 2> /dev/null || :
        die "Wine could not create the prefix $prefix"
    fi
}
