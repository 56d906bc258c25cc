/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptOpenKey and NCryptDeleteKey (rows 5.1 to 5.24). */
#include "ncrypt_test.h"

static void test_missing(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = 0xdeadbeef;
    WCHAR name[128];

    key_name(name, L"missing");
    check_status(NTE_BAD_KEYSET, NCryptOpenKey(provider, &key, name, 0, 0));                    /* 5.1, E1 */
    ok(!key, "got %p\n", (void *)key);
    check_status(NTE_BAD_KEYSET, NCryptOpenKey(provider, &key, name, AT_SIGNATURE, 0));
    check_status(NTE_BAD_KEYSET, NCryptOpenKey(provider, &key, name, 0, NCRYPT_SILENT_FLAG));
    check_status(NTE_BAD_KEYSET, NCryptOpenKey(provider, &key, name, 0, NCRYPT_MACHINE_KEY_FLAG));
    /* the form of a unique name, and of a path */
    check_status(NTE_BAD_KEYSET, NCryptOpenKey(provider, &key,
                 L"00000000000000000000000000000000_00000000-0000-0000-0000-000000000000", 0, 0));
    check_status(NTE_BAD_KEYSET, NCryptOpenKey(provider, &key, L"..\\..\\..\\system.reg", 0, 0));
    /* a name with a PIN, for check-traces */
    check_status(NTE_BAD_KEYSET, NCryptOpenKey(provider, &key, L"pkcs11:object=missing?pin-value=pin4711", 0, 0));
    check_status(NTE_BAD_KEYSET, NCryptOpenKey(provider, &key, L"PKCS11:object=missing?pin-value=pin4711", 0, 0));
}

static void test_arguments(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR name[300];
    int i;

    check_status(NTE_INVALID_HANDLE, NCryptOpenKey(0, &key, L"x", 0, 0));
    check_status(NTE_INVALID_HANDLE, NCryptOpenKey(0, NULL, NULL, 0, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptOpenKey(provider, NULL, L"x", 0, 0));
    /* 5.13, F5: open question */
    check_status(NTE_INVALID_PARAMETER, NCryptOpenKey(provider, &key, NULL, 0, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptOpenKey(provider, &key, L"", 0, 0));
    for (i = 0; i < 261; i++) name[i] = 'x';
    name[261] = 0;
    check_status(NTE_INVALID_PARAMETER, NCryptOpenKey(provider, &key, name, 0, 0));
    /* 5.14 */
    check_status(NTE_BAD_FLAGS, NCryptOpenKey(provider, &key, L"x", 0, 0x1));
    check_status(NTE_BAD_FLAGS, NCryptOpenKey(provider, &key, L"x", 0, NCRYPT_OVERWRITE_KEY_FLAG));
    check_status(NTE_BAD_FLAGS, NCryptOpenKey(provider, &key, L"x", 0, 0x80000000));
}

static void test_open(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128], other_case[128], unique[128];
    const WCHAR *name = key_name(buffer, L"Open");
    DWORD size;

    remove_key(provider, name, 0);
    check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", name, 0, 0, 0)));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));                                   /* 5.4 */
    check_success(NCryptGetProperty(key, NCRYPT_UNIQUE_NAME_PROPERTY, (BYTE *)unique, sizeof(unique), &size, 0));
    check_success(NCryptFreeObject(key));
    check_success(open_status(provider, name, NCRYPT_SILENT_FLAG));                             /* 5.10 */

    check_success(NCryptOpenKey(provider, &key, unique, 0, 0));                                 /* 5.9 */
    check_text(key, NCRYPT_NAME_PROPERTY, name);
    check_text(key, NCRYPT_UNIQUE_NAME_PROPERTY, unique);
    check_success(NCryptFreeObject(key));

    /* open question: names are found in any case, since the file name is made from the lower-cased one */
    CharUpperW(lstrcpyW(other_case, name));
    check_success(NCryptOpenKey(provider, &key, other_case, 0, 0));
    check_text(key, NCRYPT_NAME_PROPERTY, name);
    check_success(NCryptFreeObject(key));

    check_status(NTE_BAD_KEYSET, open_status(provider, name, NCRYPT_MACHINE_KEY_FLAG));         /* 5.11 */
    check_status(NTE_BAD_KEYSET, open_status(provider, unique, NCRYPT_MACHINE_KEY_FLAG));       /* 5.11 */

    check_success(NCryptOpenKey(provider, &key, unique, 0, 0));
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, unique, 0));
}

/* 5.11, 5.12 */
static void test_machine_key(NCRYPT_PROV_HANDLE provider)
{
    WCHAR buffer[128], unique[128];
    const WCHAR *name = key_name(buffer, L"open machine");
    NCRYPT_KEY_HANDLE key;
    DWORD size;

    remove_key(provider, name, NCRYPT_MACHINE_KEY_FLAG);
    key = make_key(provider, L"ECDSA_P256", name, 0, 0, NCRYPT_MACHINE_KEY_FLAG);
    check_success(NCryptGetProperty(key, NCRYPT_UNIQUE_NAME_PROPERTY, (BYTE *)unique, sizeof(unique), &size, 0));
    check_success(NCryptFreeObject(key));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, unique, 0));
    check_success(open_status(provider, name, NCRYPT_MACHINE_KEY_FLAG));
    check_success(open_status(provider, unique, NCRYPT_MACHINE_KEY_FLAG));
    check_success(NCryptOpenKey(provider, &key, name, 0, NCRYPT_MACHINE_KEY_FLAG | NCRYPT_SILENT_FLAG));
    check_success(NCryptDeleteKey(key, 0));
}

static void test_delete(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"delete");

    remove_key(provider, name, 0);
    check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", name, 0, 0, 0)));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_status(NTE_BAD_FLAGS, NCryptDeleteKey(key, 0x1));
    check_success(open_status(provider, name, 0));
    check_success(NCryptDeleteKey(key, 0));                                                     /* 5.16 */
    check_status(NTE_INVALID_HANDLE, NCryptFreeObject(key));                                    /* 1.17, 5.24 */
    check_status(NTE_INVALID_HANDLE, NCryptDeleteKey(key, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));                               /* 5.22 */

    key = make_key(provider, L"ECDSA_P256", name, 0, 0, 0);         /* the handle that made the key will do */
    check_success(NCryptDeleteKey(key, NCRYPT_SILENT_FLAG));                                    /* 5.17 */
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));

    key = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    check_success(NCryptDeleteKey(key, 0));                                                     /* 5.19 */
    check_status(NTE_INVALID_HANDLE, NCryptFreeObject(key));
    check_status(NTE_INVALID_HANDLE, NCryptDeleteKey(0, 0));                                    /* 5.20 */
    check_status(NTE_INVALID_HANDLE, NCryptDeleteKey(provider, 0));
}

static void test_second_handle(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE first, second;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"second");
    BYTE hash[32] = { 7 }, signature[64];
    DWORD size;

    remove_key(provider, name, 0);
    first = make_key(provider, L"ECDSA_P256", name, 0, 0, 0);
    check_success(NCryptOpenKey(provider, &second, name, 0, 0));
    check_success(NCryptDeleteKey(second, 0));

    /* open question: the other handle works on until it is freed (5.21 shows the freeing) */
    check_success(NCryptSignHash(first, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, 0));
    check_success(NCryptVerifySignature(first, NULL, hash, sizeof(hash), signature, size, 0));
    check_text(first, NCRYPT_NAME_PROPERTY, name);

    check_status(NTE_BAD_KEYSET, NCryptDeleteKey(first, 0));        /* open question: which status */
    check_dword(first, NCRYPT_LENGTH_PROPERTY, 256);                /* 5.18: the handle lives on */
    check_success(NCryptFreeObject(first));                                                     /* 5.18, 5.21 */

    /* a handle does not delete its successor of the same name */
    first = make_key(provider, L"ECDSA_P256", name, 0, 0, 0);
    check_success(NCryptOpenKey(provider, &second, name, 0, 0));
    check_success(NCryptDeleteKey(second, 0));
    second = make_key(provider, L"ECDSA_P256", name, 0, 0, 0);
    check_status(NTE_BAD_KEYSET, NCryptDeleteKey(first, 0));        /* open question: no source has tried */
    check_success(NCryptFreeObject(first));
    check_success(open_status(provider, name, 0));
    check_success(NCryptDeleteKey(second, 0));
}

static unsigned int count_keys(NCRYPT_PROV_HANDLE provider)
{
    NCryptKeyName *item;
    unsigned int count = 0;
    void *state = NULL;

    while (!NCryptEnumKeys(provider, NULL, &item, &state, NCRYPT_SILENT_FLAG))
    {
        count++;
        NCryptFreeBuffer(item);
    }
    if (state) NCryptFreeBuffer(state);
    return count;
}

static void test_count(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    unsigned int before = count_keys(provider);
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"count");

    key = make_key(provider, L"ECDSA_P256", name, 0, 0, 0);
    ok(count_keys(provider) == before + 1, "got %u, before %u\n", count_keys(provider), before); /* 5.23 */
    check_success(NCryptDeleteKey(key, 0));
    ok(count_keys(provider) == before, "got %u, before %u\n", count_keys(provider), before);    /* 5.23 */
    key = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    ok(count_keys(provider) == before, "an ephemeral key is listed\n");
    check_success(NCryptFreeObject(key));
}

START_TEST(open_delete)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_missing(provider);
    test_arguments(provider);
    test_open(provider);
    test_machine_key(provider);
    test_delete(provider);
    test_second_handle(provider);
    test_count(provider);
    check_success(NCryptFreeObject(provider));
}
