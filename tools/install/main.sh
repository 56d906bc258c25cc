# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# Cleanup on exit, and running the command.

read_options "$@"
work=$(mktemp -d)
temporary=
copy=
trap 'rm -rf "$work" ${temporary:+"$temporary"} ${copy:+"$copy"}' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
case $command in
    install) do_install ;;
    uninstall) do_uninstall ;;
    status) do_status ;;
    verify) do_verify ;;
    doctor) do_doctor ;;
    provider) do_provider ;;
    cards) do_cards ;;
    '') usage >&2; exit 2 ;;
    *) misuse "unknown command $command" ;;
esac
