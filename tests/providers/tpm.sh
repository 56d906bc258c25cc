# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154
# A TPM without hardware; to be sourced after tests/check.sh, whose $scratch holds its state and its sockets.

tpm_processes=

# need_swtpm: or the test is skipped.
need_swtpm()
{
    have swtpm || skip 'swtpm is not installed'
    [ -f "$build/x86_64-unix/ncryptprov_tpm.so" ] || skip 'built without tpm2-tss: no TPM can be reached'
}

# start_tpm NAME [FLAG...]: swtpm with the state of that name, a new one if there is none; from now on it is the chip of
# every program.
start_tpm()
{
    tpm=$scratch/$1
    mkdir -p "$tpm"
    swtpm socket --tpm2 --tpmstate "dir=$tpm" --server "type=unixio,path=$tpm/s" --ctrl "type=unixio,path=$tpm/s.ctrl" \
        --flags not-need-init,startup-clear > "$tpm/log" 2>&1 < /dev/null 7>&- 9>&- &
    tpm_process=$!
    tpm_processes="$tpm_processes $tpm_process"
    trap 'end_tpms; rm -rf "$scratch"' EXIT
    await_socket "$tpm/s.ctrl" "$tpm_process" "$tpm/log" swtpm
    NCRYPT_TPM_TCTI=swtpm:path=$tpm/s
    export NCRYPT_TPM_TCTI
}

# give_certificate: the chip gets one of its RSA endorsement key, as from its maker, and NCRYPT_TEST_EKCERT says so;
# without tpm2-tools it has none.
give_certificate()
{
    have tpm2_nvwrite && have openssl || return 0
    openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=chip -days 30 -outform DER \
        -out "$tpm/ek.der" 2> /dev/null
    size=$(wc -c < "$tpm/ek.der")
    for step in "nvdefine 0x01c00002 -C o -s $size -a ownerread|ownerwrite|authread" \
        "nvwrite 0x01c00002 -C o -i $tpm/ek.der"; do
        # shellcheck disable=SC2086 # a command and its arguments
        TPM2TOOLS_TCTI=$NCRYPT_TPM_TCTI tpm2_${step} >> "$tpm/log" 2>&1 || die "no certificate: $(cat "$tpm/log")"
    done
    NCRYPT_TEST_EKCERT=1
    export NCRYPT_TEST_EKCERT
}

# stop_tpm: as if somebody had pulled the plug.
stop_tpm()
{
    kill "$tpm_process" 2> /dev/null || :
    wait "$tpm_process" 2> /dev/null || :
    rm -f "$tpm/s" "$tpm/s.ctrl"
}

end_tpms()
{
    for tpm_process in $tpm_processes; do
        kill "$tpm_process" 2> /dev/null || :
        wait "$tpm_process" 2> /dev/null || :
    done
    tpm_processes=
}
