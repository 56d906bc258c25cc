/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Creating, finding, replacing and deleting keys (rows 3.1 to 5.21; C.26 to C.31). */
#include "provider_test.h"

static NCRYPT_PROV_HANDLE provider;

static void test_life(const WCHAR *algorithm, BOOL rsa)
{
    NCRYPT_KEY_HANDLE key, same;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"life");

    winetest_push_context("%s", wine_dbgstr_w(algorithm));
    remove_key(provider, name, 0);
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    check_success(NCryptCreatePersistedKey(provider, &key, algorithm, name, 0, 0));
    if (rsa) check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 2048, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));       /* not yet finalized: 4.12 */
    check_success(NCryptFinalizeKey(key, 0));
    check_failure(NCryptFinalizeKey(key, 0));
    check_success(NCryptOpenKey(provider, &same, name, 0, 0));
    check_signs(same, rsa);
    check_success(NCryptFreeObject(key));
    check_signs(same, rsa);
    check_status(NTE_EXISTS, NCryptCreatePersistedKey(provider, &key, algorithm, name, 0, 0));
    check_success(NCryptDeleteKey(same, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    winetest_pop_context();
}

/* A second key of one name takes the place of the first, and only when that is asked for. */
static void test_overwrite(void)
{
    BYTE before[256], after[256];
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"overwrite");
    DWORD size, again;

    remove_key(provider, name, 0);
    key = new_key(provider, L"ECDSA_P256", name, 0);
    check_success(export_blob(key, BCRYPT_ECCPUBLIC_BLOB, before, sizeof(before), &size));
    check_success(NCryptFreeObject(key));
    check_status(NTE_EXISTS, try_algorithm(provider, L"ECDSA_P256", name));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(export_blob(key, BCRYPT_ECCPUBLIC_BLOB, after, sizeof(after), &again));
    ok(again == size && !memcmp(before, after, size), "another key\n");
    check_success(NCryptFreeObject(key));

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, NCRYPT_OVERWRITE_KEY_FLAG));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(export_blob(key, BCRYPT_ECCPUBLIC_BLOB, after, sizeof(after), &again));
    ok(again == size && memcmp(before, after, size), "the same key\n");
    check_signs(key, FALSE);
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));       /* the first one is gone as well */
}

static void test_ephemeral(void)
{
    NCRYPT_KEY_HANDLE key = new_key(provider, L"ECDSA_P256", NULL, 0);

    check_signs(key, FALSE);
    check_success(NCryptFreeObject(key));
}

/* Between creating and finalizing a key another one may come first. */
static void test_late(void)
{
    NCRYPT_KEY_HANDLE early, late;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"late");

    remove_key(provider, name, 0);
    check_success(NCryptCreatePersistedKey(provider, &early, L"ECDSA_P256", name, 0, 0));
    check_success(NCryptCreatePersistedKey(provider, &late, L"ECDSA_P256", name, 0, 0));
    check_success(NCryptFinalizeKey(late, 0));
    check_status(NTE_EXISTS, NCryptFinalizeKey(early, 0));
    check_success(NCryptFreeObject(early));
    check_signs(late, FALSE);
    check_success(NCryptDeleteKey(late, 0));
}

static void test_algorithms(void)
{
    static const WCHAR *const curve[] = { L"ECDSA_P256", L"ECDSA_P384", L"ECDSA_P521", L"ECDH_P256", L"ECDH_P384" };
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"algorithm");
    unsigned int i;

    remove_key(provider, name, 0);
    for (i = 0; i < ARRAY_SIZE(curve); i++) check_success(try_algorithm(provider, curve[i], name));
    check_status(row->dsa, try_algorithm(provider, L"DSA", name));
    check_status(row->aes, try_algorithm(provider, L"AES", name));
    check_status(NTE_NOT_SUPPORTED, try_algorithm(provider, L"no such algorithm", name));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
}

static void test_machine(void)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"machine");
    SECURITY_STATUS status;

    key = new_key(provider, L"ECDSA_P256", name, 0);
    status = open_status(provider, name, NCRYPT_MACHINE_KEY_FLAG);
    ok(status == (row->machine_keys ? NTE_BAD_KEYSET : ERROR_SUCCESS), "got %#lx\n", status);
    check_success(NCryptDeleteKey(key, 0));
}

static void test_names(void)
{
    NCRYPT_KEY_HANDLE key;

    check_failure(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", L"", 0, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, L"no such key", 0));
    check_status(NTE_BAD_FLAGS, open_status(provider, L"no such key", 0x80000000));
}

START_TEST(create)
{
    if (!(provider = open_row())) return;
    test_life(L"RSA", TRUE);
    test_life(L"ECDSA_P256", FALSE);
    test_overwrite();
    test_ephemeral();
    test_late();
    test_algorithms();
    test_machine();
    test_names();
    check_success(NCryptFreeObject(provider));
}
