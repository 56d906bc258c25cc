/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Two processes and one store: what one makes the other finds, uses and deletes (rows 3.17, 5.16). A child is
 * `process ROW MODE NAME`; its exit code is the status of what it did. */
#include "provider_test.h"

#define SIGNERS 4

static NCRYPT_PROV_HANDLE provider;

static SECURITY_STATUS sign(const WCHAR *name)
{
    NCRYPT_KEY_HANDLE key;
    BYTE hash[32] = { 8 }, signature[64];
    SECURITY_STATUS status;
    DWORD size, i;

    if ((status = NCryptOpenKey(provider, &key, name, 0, 0))) return status;
    for (i = 0; !status && i < 10; i++)
    {
        status = NCryptSignHash(key, NULL, hash, 32, signature, 64, &size, 0);
        if (!status) status = NCryptVerifySignature(key, NULL, hash, 32, signature, size, 0);
    }
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
    if (!strcmp(mode, "sign")) return sign(name);
    if (!strcmp(mode, "delete")) return delete(name);
    return NTE_FAIL;
}

static void test_processes(void)
{
    HANDLE signers[SIGNERS];
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"process");
    BYTE hash[32] = { 1 }, signature[64];
    unsigned int i;
    DWORD size;

    remove_key(provider, name, 0);
    check_status(NTE_BAD_KEYSET, run_child("process", "sign", name));
    check_success(run_child("process", "create", name));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_signs(key, FALSE);
    for (i = 0; i < SIGNERS; i++) signers[i] = start_child("process", "sign", name);
    for (i = 0; i < SIGNERS; i++) check_success(end_child(signers[i]));
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
    if (is_child(&mode, name)) ExitProcess(child(mode, name));
    test_processes();
    check_success(NCryptFreeObject(provider));
}
