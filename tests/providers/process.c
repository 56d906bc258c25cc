/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Two processes and one store: what one makes the other finds, uses and deletes (rows 3.17, 5.16). A child is
 * `process ROW MODE NAME`; its exit code is the status of what it did. */
#include "provider_test.h"

#define SIGNERS 4

static NCRYPT_PROV_HANDLE provider;
static HANDLE has_signed, all_have;     /* shared by all processes */

static SECURITY_STATUS sign(NCRYPT_KEY_HANDLE key)
{
    BYTE hash[32] = { 8 }, signature[64];
    SECURITY_STATUS status;
    DWORD size;

    status = NCryptSignHash(key, NULL, hash, 32, signature, 64, &size, 0);
    return status ? status : NCryptVerifySignature(key, NULL, hash, 32, signature, size, 0);
}

/* Once alone, so that each process logs in by itself: what SoftHSM 2.6 writes to its token then hides all objects from
 * a process that reads it meanwhile. Then all at once. */
static SECURITY_STATUS open_and_sign(const WCHAR *name)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;
    DWORD i;

    if ((status = NCryptOpenKey(provider, &key, name, 0, 0))) return status;
    status = sign(key);
    SetEvent(has_signed);
    if (WaitForSingleObject(all_have, 60000)) status = NTE_FAIL;
    for (i = 0; !status && i < 10; i++) status = sign(key);
    NCryptFreeObject(key);
    return status;
}

static SECURITY_STATUS delete(const WCHAR *name)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status = NCryptOpenKey(provider, &key, name, 0, 0);

    return status ? status : NCryptDeleteKey(key, 0);
}

static SECURITY_STATUS child(const char *mode, const WCHAR *name)
{
    if (!strcmp(mode, "create")) return NCryptFreeObject(new_key(provider, L"ECDSA_P256", name, 0));
    if (!strcmp(mode, "sign")) return open_and_sign(name);
    if (!strcmp(mode, "delete")) return delete(name);
    return NTE_FAIL;
}

static void test_signers(const WCHAR *name)
{
    HANDLE signers[SIGNERS];
    unsigned int i;

    for (i = 0; i < SIGNERS; i++)
    {
        signers[i] = start_child("process", "sign", name);
        ok(!WaitForSingleObject(has_signed, 60000), "signer %u has not signed\n", i);
    }
    SetEvent(all_have);
    for (i = 0; i < SIGNERS; i++) check_success(end_child(signers[i]));
}

static void test_processes(void)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"process");
    BYTE hash[32] = { 1 }, signature[64];
    DWORD size;

    remove_key(provider, name, 0);
    check_status(NTE_BAD_KEYSET, run_child("process", "sign", name));
    check_success(run_child("process", "create", name));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_signs(key, FALSE);
    test_signers(name);
    check_success(run_child("process", "delete", name));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    check_status(NTE_BAD_KEYSET, run_child("process", "sign", name));
    if (!row->keeps_deleted) check_failure(NCryptSignHash(key, NULL, hash, 32, signature, 64, &size, 0));
    else check_success(NCryptSignHash(key, NULL, hash, 32, signature, 64, &size, 0));
    check_success(NCryptFreeObject(key));
}

START_TEST(process)
{
    const char *mode;
    WCHAR name[128];

    if (!(provider = open_row())) return;
    has_signed = CreateEventA(NULL, FALSE, FALSE, "ncrypt: has signed");
    all_have = CreateEventA(NULL, TRUE, FALSE, "ncrypt: all have signed");
    if (is_child(&mode, name)) ExitProcess(child(mode, name));
    test_processes();
    check_success(NCryptFreeObject(provider));
}
