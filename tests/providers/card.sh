# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# A reader and PIV cards without hardware; to be sourced after tests/providers/token.sh. The reader's driver listens on
# every address and pcscd has one socket for the whole system, so the script that wants them first calls
# enter_namespace, and has a network and a /run/pcscd of its own from then on.

card=
pcscd=

# need_card_packages: or the test is skipped.
need_card_packages()
{
    PATH=$PATH:/usr/sbin:/sbin
    have pcscd || skip 'pcscd is not installed'
    have openssl || skip 'openssl is not installed'
    have python3 || skip 'python3 is not installed'
    vpcd=$(find /usr/lib/pcsc/drivers -name libifdvpcd.so | head -n 1)
    [ -n "$vpcd" ] || skip 'vsmartcard-vpcd is not installed'
    opensc=$(find_module opensc-pkcs11.so) || skip 'opensc-pkcs11 is not installed'
}

# enter_namespace "$0" ARGUMENT...: the script goes on as a new process with IN_NAMESPACE set; or the test is skipped.
enter_namespace()
{
    [ -z "${IN_NAMESPACE:-}" ] || return 0
    [ "$(id -u)" = 0 ] || skip 'only root can make a network namespace here'
    unshare -n -m true 2> /dev/null || skip 'no network namespaces here'
    IN_NAMESPACE=yes
    export IN_NAMESPACE
    exec unshare -n -m "$@"
}

# loopback_up: the new network has one device, which is down. (ip is not on every system.)
loopback_up()
{
    python3 -c '
import fcntl, socket, struct
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 1 | 0x40))     # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING'
}

# wait_for WHAT COMMAND...: at most two minutes. A look at a card takes seconds, and more on a machine that is busy.
wait_for()
{
    what=$1
    shift
    began=$(date +%s)
    while ! "$@" > /dev/null 2>&1; do
        [ "$(($(date +%s) - began))" -lt 120 ] || die "$what does not happen"
        sleep 0.1
    done
}

# start_reader: pcscd with the virtual reader alone. Newer ones would ask polkit, which has no D-Bus here.
start_reader()
{
    loopback_up
    mkdir -p /run/pcscd
    mount -t tmpfs tmpfs /run/pcscd
    printf '%s\n' 'FRIENDLYNAME "Virtual PCD"' 'DEVICENAME /dev/null:0x8C7B' "LIBPATH $vpcd" 'CHANNELID 0x8C7B' \
        > "$scratch/reader.conf"
    trap 'end_reader; end_servers; rm -rf "$scratch"' EXIT
    option=$(pcscd --help 2>&1 | grep -o -e '--disable-polkit' || :)
    # shellcheck disable=SC2086 # an option or nothing
    pcscd --foreground $option --config "$scratch/reader.conf" > "$scratch/pcscd" 2>&1 < /dev/null 7>&- 9>&- &
    pcscd=$!
    wait_for 'the socket of pcscd' test -S /run/pcscd/pcscd.comm
}

# insert_card NAME: the card of that name, made when it is new.
insert_card()
{
    python3 "$top/tests/providers/pivcard.py" "$scratch/card-$1" > "$scratch/card-said" 2>&1 < /dev/null 7>&- 9>&- &
    card=$!
    wait_for "the card $1 in its reader" is_inserted
}

is_inserted()
{
    kill -0 "$card" || { cat "$scratch/card-said" >&2; die 'the card has ended'; }
    timeout 60 p11tool --provider "$opensc" --list-tokens 2> /dev/null | grep -q 'Manufacturer: piv_II'
}

remove_card()
{
    [ -z "$card" ] || kill "$card" 2> /dev/null || :
    [ -z "$card" ] || wait "$card" 2> /dev/null || :
    card=
}

end_reader()
{
    remove_card
    [ -z "$pcscd" ] || kill "$pcscd" 2> /dev/null || :
    [ -z "$pcscd" ] || wait "$pcscd" 2> /dev/null || :
    pcscd=
}
