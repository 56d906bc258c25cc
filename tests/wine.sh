# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154
# What tests that run Windows programs share; to be sourced after `set -eu` with $top, the source tree.

. "$top/tools/common.sh"
. "$top/tools/wine.sh"

# need_wine: or the test is skipped.
need_wine()
{
    find_wine || skip 'Wine is not installed'
    isolate_wine
}

# What Wine says when the program has not been started at all, because the server of the prefix was about to end or
# could not be reached in time (ntdll, on stderr whatever WINEDEBUG says).
wine_did_not_start='a wine server seems to be running, but I cannot connect to it|wine client error|wineserver crashed'

session=                            # the FIFO that keeps them: nothing is ever written to it

# start_stay: the program that keeps the session; $stay is its process. Fails when it does not say so in 300 seconds.
start_stay()
{
    : > "$WINEPREFIX.stay"
    "$wine" "$build/tests/system/stay.exe" < "$session" > "$WINEPREFIX.stay" 2> "$WINEPREFIX.stay-stderr" \
        7>&- 9>&- &
    stay=$!
    tenths=0
    while ! grep -q ready "$WINEPREFIX.stay"; do
        kill -0 "$stay" 2> /dev/null && [ "$tenths" -lt 3000 ] || return 1
        sleep 0.1
        tenths=$((tenths + 1))
    done
}

# hold_session: Wine's session in $WINEPREFIX goes on until this script ends. Otherwise it ends soon after each program,
# and a program that comes just then, as happens under load, may find a server that does not answer and print nothing.
# Only this start is tried again, and only when Wine says that this is what happened. For as many prefixes as needed.
hold_session()
{
    if [ -z "$session" ]; then
        session=$WINEPREFIX.fifo
        rm -f "$session"
        mkfifo "$session"
        exec 7<> "$session"
    fi
    for attempt in 1 2 3; do
        ! start_stay || return 0
        kill "$stay" 2> /dev/null || :
        grep -q -E "$wine_did_not_start" "$WINEPREFIX.stay-stderr" || break
        say "Wine did not start, attempt $attempt:" >&2
        cat "$WINEPREFIX.stay-stderr" >&2
        stop_prefix "$WINEPREFIX"
    done
    cat "$WINEPREFIX.stay" "$WINEPREFIX.stay-stderr" >&2
    die "Wine starts no program in $WINEPREFIX (load $(cat /proc/loadavg))"
}

# release_sessions: they end as they do without hold_session.
release_sessions()
{
    exec 7>&-
    session=
}

# take_session NAME ROUTE: take_prefix, and its session is held. Windows programs are run with `7>&- 9>&-`, as in_wine
# does: Wine's server lives on and must keep neither session nor lock.
take_session()
{
    take_prefix "$1" "$2"
    hold_session
}
