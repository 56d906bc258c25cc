/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptFinalizeKey: when a key comes into being, and what may be done to one that has not (rows 4.1 to 4.13). */
#include "ncrypt_test.h"
#include "vectors.h"

static void test_once(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_success(NCryptFinalizeKey(key, 0));                               /* 4.1 */
    check_status(NTE_INVALID_HANDLE, NCryptFinalizeKey(key, 0));            /* 4.2 */
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 1024);
    check_success(NCryptFreeObject(key));
    check_status(NTE_INVALID_HANDLE, NCryptFinalizeKey(0, 0));              /* 4.3 */
    check_status(NTE_INVALID_HANDLE, NCryptFinalizeKey(provider, 0));
}

/* 4.4: open question: asserted for BCrypt, whose code is the same class of error */
static void test_final_already(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"final");
    BYTE blob[2048];
    DWORD size;

    size = make_rsa_blob(blob, BCRYPT_RSAPUBLIC_MAGIC, rsa_1024);
    check_success(import_blob(provider, BCRYPT_RSAPUBLIC_BLOB, blob, size, &key));
    check_status(NTE_INVALID_HANDLE, NCryptFinalizeKey(key, 0));
    check_success(NCryptFreeObject(key));

    size = make_rsa_blob(blob, BCRYPT_RSAPRIVATE_MAGIC, rsa_1024);
    check_success(import_blob(provider, BCRYPT_RSAPRIVATE_BLOB, blob, size, &key));
    check_status(NTE_INVALID_HANDLE, NCryptFinalizeKey(key, 0));
    check_success(NCryptFreeObject(key));

    remove_key(provider, name, 0);
    check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", name, 0, 0, 0)));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_status(NTE_INVALID_HANDLE, NCryptFinalizeKey(key, 0));
    check_success(NCryptDeleteKey(key, 0));
}

static void test_flags(NCRYPT_PROV_HANDLE provider)
{
    static const struct
    {
        const WCHAR *alg;
        DWORD flags;
        SECURITY_STATUS status;
    }
    tests[] =
    {
        { L"ECDSA_P256", NCRYPT_SILENT_FLAG, ERROR_SUCCESS },               /* 4.5 */
        { L"ECDSA_P256", NCRYPT_NO_KEY_VALIDATION, ERROR_SUCCESS },         /* 4.7 */
        { L"RSA", NCRYPT_NO_KEY_VALIDATION | NCRYPT_SILENT_FLAG, ERROR_SUCCESS },
        { L"ECDSA_P256", 0x1, NTE_BAD_FLAGS },
        { L"ECDSA_P256", NCRYPT_OVERWRITE_KEY_FLAG, NTE_BAD_FLAGS },
        { L"RSA", 0x80000000, NTE_BAD_FLAGS },
    };
    NCRYPT_KEY_HANDLE key;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(tests); i++)
    {
        winetest_push_context("flags %#lx", tests[i].flags);
        check_success(NCryptCreatePersistedKey(provider, &key, tests[i].alg, NULL, 0, 0));
        check_status(tests[i].status, NCryptFinalizeKey(key, tests[i].flags));
        if (tests[i].status) check_success(NCryptFinalizeKey(key, 0));      /* a refused call changes nothing */
        check_success(NCryptFreeObject(key));
        winetest_pop_context();
    }
}

static void test_legacy_store(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"legacy");

    remove_key(provider, name, 0);
    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", name, AT_KEYEXCHANGE, 0));
    check_success(NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));   /* 4.6 */
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, AT_KEYEXCHANGE, 0));
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
}

static void test_smallest(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_key(provider, L"RSA", NULL, 512, 0, 0);    /* 4.11 */

    check_dword(key, NCRYPT_LENGTH_PROPERTY, 512);
    check_dword(key, NCRYPT_BLOCK_LENGTH_PROPERTY, 64);
    check_success(NCryptFreeObject(key));
}

/* 1.18, 4.12: nothing is stored before. 4.13: both ways to end such a handle. */
static void test_unfinalized(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"unfinalized");

    remove_key(provider, name, 0);
    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));           /* 4.12 */
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"ECDSA_P256");              /* 1.18 */
    check_success(NCryptFreeObject(key));                                   /* 1.18, 4.13 */
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, 0));
    check_success(NCryptDeleteKey(key, 0));                                 /* 4.13 */
    check_status(NTE_INVALID_HANDLE, NCryptFreeObject(key));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_INVALID_HANDLE, NCryptFreeObject(key));

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(open_status(provider, name, 0));                          /* 4.12 */
    check_success(NCryptDeleteKey(key, 0));
}

START_TEST(finalize)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_once(provider);
    test_final_already(provider);
    test_flags(provider);
    test_legacy_store(provider);
    test_smallest(provider);
    test_unfinalized(provider);
    check_success(NCryptFreeObject(provider));
}
