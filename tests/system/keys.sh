# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154,SC2034
# For the checks of ncrypt-keys that need no Wine; to be sourced after common.sh.

tool=$build/tools/keys/ncrypt-keys

# make_prefix DIRECTORY GUID: as much of a Wine prefix as ncrypt-keys looks at; $keys is where its keys are
make_prefix()
{
    mkdir -p "$1/drive_c/users/somebody/AppData/Roaming/Microsoft/Crypto" "$1/drive_c/ProgramData" "$1/dosdevices"
    ln -s ../drive_c "$1/dosdevices/c:"
    printf 'WINE REGISTRY Version 2\n\n[Software\\\\Microsoft\\\\Cryptography] 1\n"MachineGuid"="%s"\n' "$2" \
        > "$1/system.reg"
    printf 'WINE REGISTRY Version 2\n' > "$1/user.reg"
    crypto=$1/drive_c/users/somebody/AppData/Roaming/Microsoft/Crypto
    keys=$crypto/Keys
    WINEPREFIX=$1 USER=somebody
    export WINEPREFIX USER
}

# keys ARGUMENT...: what it prints is in $scratch/said and $scratch/complained, its exit status in $status. No terminal.
keys()
{
    status=0
    timeout -k 10 60 setsid -w "$tool" "$@" > "$scratch/said" 2> "$scratch/complained" < /dev/null || status=$?
}

# complained TEXT: how many lines have it
complained()
{
    grep -c -e "$1" "$scratch/complained" || :
}
