# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# The command cards: certificates of smart cards in the user's store of the prefix.

cards_text()
{
    [ "$answered" = 0x00000000 ] || warn "$card_provider: $(meaning "$answered") ($answered); nothing was changed"
    grep -v '^status=' "$work/answer-cards" > "$work/changes" || say 'nothing to change'
    while IFS= read -r line; do say "$line"; done < "$work/changes"
}

# subjects WHAT: of the certificates that were added or removed, as JSON.
subjects()
{
    comma=
    sed -n "s/^\(would be \)\{0,1\}$1: //p" "$work/answer-cards" > "$work/subjects"
    printf '['
    while IFS= read -r subject; do
        printf '%s%s' "$comma" "$(json_string "$subject")"
        comma=,
    done < "$work/subjects"
    printf ']'
}

cards_json()
{
    printf '{"status":%s,"added":%s,"removed":%s}\n' "$(json_string "$answered")" "$(subjects added)" \
        "$(subjects removed)"
}

cards_once()
{
    time_limit=120 WINEDEBUG=-all run "$work/ncrypt-cards.exe" "$1" || :
    mv "$work/out" "$work/answer-cards"
    answered=$(answer cards status)
    [ -n "$answered" ] || die "Wine did not run ncrypt-cards.exe"
    if [ -n "$json" ]; then
        cards_json
    else
        cards_text
    fi
    [ "$answered" = 0x00000000 ] || exit 3
}

# cards_watch: until a signal comes, which the program in Wine gets as well; it has no limit of time.
cards_watch()
{
    WINEPREFIX=$prefix WINEDEBUG=-all "$wine" "$work/ncrypt-cards.exe" watch < /dev/null 2> /dev/null 9>&- &
    watcher=$!
    trap 'kill "$watcher" 2> /dev/null || :; exit 0' HUP INT TERM
    wait "$watcher" || exit 3
}

do_cards()
{
    case $action in
        ''|remove|watch) ;;
        *) misuse "cards has the commands watch and remove, not $action" ;;
    esac
    [ -z "$name" ] || misuse "only one command is allowed, not $action and $name"
    [ -z "$app" ] || misuse 'cards: certificates belong to a prefix, not to a directory (--app)'
    [ "$action" != watch ] || [ -z "$json$dry" ] || misuse 'cards watch takes neither --json nor --dry-run'
    [ "$action" != remove ] || [ -z "$dry" ] || misuse 'cards remove takes no --dry-run'
    find_wine || die 'Wine is not on PATH (see --wine)'
    create='' need_prefix
    take_program ncrypt-cards
    case $action in
        watch) cards_watch ;;
        remove) cards_once remove ;;
        *)
            if [ -n "$dry" ]; then
                cards_once dry
            else
                cards_once sync
            fi
            ;;
    esac
}
