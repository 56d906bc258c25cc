# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# PKCS #11 tokens without hardware; to be sourced after tests/check.sh, whose $scratch holds them, so that they go with
# the script. Servers that were started here end with it too.

token_pin=1234
servers=

# find_module NAME [ARCH]: the module of that name, of 64 bit if not said otherwise (i386); fails when its package is
# missing.
find_module()
{
    places="/usr/lib/${2:-x86_64}-linux-gnu/pkcs11 /usr/lib/${2:-x86_64}-linux-gnu/softhsm"
    [ -n "${2:-}" ] || places="$places /usr/lib/softhsm /usr/lib64/pkcs11"
    for directory in $places; do
        [ ! -f "$directory/$1" ] || { printf '%s\n' "$directory/$1"; return 0; }
    done
    return 1
}

# need_softhsm: or the test is skipped.
need_softhsm()
{
    have softhsm2-util || skip 'softhsm2 is not installed'
    softhsm=$(find_module libsofthsm2.so) || skip 'libsofthsm2.so is not where softhsm2 installs it'
}

# need_mock: or the test is skipped.
need_mock()
{
    need_softhsm
    mock=$build/tests/providers/mock/mock.so
    [ -f "$mock" ] || skip 'the mock module was not built: libp11-kit-dev is not installed'
    MOCK_PKCS11_MODULE=$softhsm
    MOCK_PKCS11_RULES=$scratch/rules
    MOCK_PKCS11_LOG=$scratch/calls
    export MOCK_PKCS11_MODULE MOCK_PKCS11_RULES MOCK_PKCS11_LOG
    rules ''
}

# rules RULE...: the mock's from now on; the log starts anew.
rules()
{
    printf '%s\n' "$@" > "$scratch/rules.new"
    mv "$scratch/rules.new" "$scratch/rules"
    : > "$scratch/calls"
}

# called PATTERN: how many lines of the mock's log match.
called()
{
    grep -c -e "$1" "$scratch/calls" || :
}

# make_tokens REMOVABLE LABEL...: tokens of SoftHSM in a directory of their own; REMOVABLE is true or false.
make_tokens()
{
    mkdir -p "$scratch/tokens"
    printf '%s\n' "directories.tokendir = $scratch/tokens" 'objectstore.backend = file' 'log.level = ERROR' \
        "slots.removable = $1" > "$scratch/softhsm2.conf"
    SOFTHSM2_CONF=$scratch/softhsm2.conf
    P11_KIT_NO_USER_CONFIG=1
    export SOFTHSM2_CONF P11_KIT_NO_USER_CONFIG
    shift
    for label in "$@"; do
        softhsm2-util --init-token --free --label "$label" --pin "$token_pin" --so-pin 5678 > "$scratch/said" 2>&1 ||
            { cat "$scratch/said" >&2; die "no token $label"; }
    done
    printf %s "$token_pin" > "$scratch/pin"
}

# token_uri MODULE LABEL: with the PIN in a file, as services have it.
token_uri()
{
    printf 'pkcs11:token=%s?module-path=%s&pin-source=file:%s\n' "$2" "$1" "$scratch/pin"
}

# configure NAME URI: in $WINEPREFIX the provider of that name uses that token from now on.
configure()
{
    in_wine 300 reg add "HKLM\\Software\\ncrypt for Wine\\Providers\\$1" /v Uri /t REG_SZ /d "$2" /f /reg:64 \
        > "$scratch/said" 2>&1 || { cat "$scratch/said" >&2; die "no configuration of $1"; }
}

# serve_token MODULE LABEL: a process that offers the token to others by a socket; p11-kit-client.so in $remote is the
# way to it. The server's process is $server; processes for single connections are in its group.
serve_token()
{
    have p11-kit || skip 'p11-kit is not installed'
    remote=$(find_module p11-kit-client.so) || skip 'p11-kit-client.so (p11-kit-modules) is not installed'
    setsid p11-kit server --foreground --name "$scratch/socket" --provider "$1" "pkcs11:token=$2" \
        > "$scratch/server" 2>&1 < /dev/null 7>&- 9>&- &
    server=$!
    servers="$servers $server"
    trap 'end_servers; rm -rf "$scratch"' EXIT
    await_socket "$scratch/socket" "$server" "$scratch/server" 'the p11-kit server'
    P11_KIT_SERVER_ADDRESS=unix:path=$scratch/socket
    export P11_KIT_SERVER_ADDRESS
}

# end_servers: with the processes of their connections.
end_servers()
{
    for server in $servers; do
        kill -- "-$server" 2> /dev/null || :
        wait "$server" 2> /dev/null || :
    done
    servers=
    rm -f "$scratch/socket"
}
