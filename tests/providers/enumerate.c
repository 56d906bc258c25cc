/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a provider lists: its keys, its algorithms, itself (rows 12.1 to 12.10; C.27, D.25). */
#include "provider_test.h"

static NCRYPT_PROV_HANDLE provider;

/* How often a key of that name is listed; *algorithm is its algorithm. */
static unsigned int listed(const WCHAR *name, WCHAR algorithm[32])
{
    NCryptKeyName *item;
    SECURITY_STATUS status;
    unsigned int count = 0;
    void *state = NULL;

    while (!(status = NCryptEnumKeys(provider, NULL, &item, &state, NCRYPT_SILENT_FLAG)))
    {
        if (!lstrcmpW(item->pszName, name))
        {
            count++;
            lstrcpynW(algorithm, item->pszAlgid, 32);
        }
        NCryptFreeBuffer(item);
    }
    ok(status == NTE_NO_MORE_ITEMS, "got %#lx\n", status);
    if (state) NCryptFreeBuffer(state);
    return count;
}

static void test_keys(void)
{
    static const WCHAR *const algorithms[] = { L"RSA", L"ECDSA_P384" };
    WCHAR names[2][128], algorithm[32];
    NCRYPT_KEY_HANDLE keys[2];
    unsigned int i;

    key_name(names[0], L"listed, one");
    key_name(names[1], L"listed, two");
    for (i = 0; i < 2; i++)
    {
        remove_key(provider, names[i], 0);
        ok(!listed(names[i], algorithm), "listed before it is there\n");
        keys[i] = new_key(provider, algorithms[i], names[i], 0);
    }
    for (i = 0; i < 2; i++)
    {
        ok(listed(names[i], algorithm) == 1, "not listed once\n");
        ok(!lstrcmpW(algorithm, algorithms[i]), "algorithm %s\n", wine_dbgstr_w(algorithm));
        check_success(NCryptDeleteKey(keys[i], 0));
        ok(!listed(names[i], algorithm), "listed after it is gone\n");
    }
}

static BOOL has_algorithm(const WCHAR *name, DWORD class)
{
    NCryptAlgorithmName *list;
    DWORD count = 0, i;
    BOOL found = FALSE;

    check_success(NCryptEnumAlgorithms(provider, class, &count, &list, 0));
    for (i = 0; i < count; i++) found |= !lstrcmpW(list[i].pszName, name);
    NCryptFreeBuffer(list);
    return found;
}

/* What is listed can be made, what cannot is not listed (D.7: without asking the token). */
static void test_algorithms(void)
{
    static const WCHAR *const all[] = { L"RSA", L"ECDSA_P256", L"ECDSA_P384", L"ECDSA_P521", L"ECDH_P256" };
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(all); i++)
    {
        ok(has_algorithm(all[i], 0), "%s is not listed\n", wine_dbgstr_w(all[i]));
        check_success(NCryptIsAlgSupported(provider, all[i], 0));
    }
    ok(has_algorithm(L"RSA", NCRYPT_SIGNATURE_OPERATION), "RSA does not sign\n");
    ok(!has_algorithm(L"ECDH_P256", NCRYPT_SIGNATURE_OPERATION), "ECDH signs\n");
    ok(has_algorithm(L"DSA", 0) == !row->dsa, "DSA\n");
    ok(has_algorithm(L"AES", 0) == !row->aes, "AES\n");
    check_status(row->dsa, NCryptIsAlgSupported(provider, L"DSA", 0));
    check_status(row->aes, NCryptIsAlgSupported(provider, L"AES", 0));
}

static void test_providers(void)
{
    NCryptProviderName *list;
    DWORD count = 0, i, found = 0;

    check_success(NCryptEnumStorageProviders(&count, &list, 0));
    for (i = 0; i < count; i++) found += !lstrcmpW(list[i].pszName, row->provider);
    ok(found == 1, "listed %lu times\n", found);
    NCryptFreeBuffer(list);
}

START_TEST(enumerate)
{
    if (!(provider = open_row())) return;
    test_keys();
    test_algorithms();
    test_providers();
    check_success(NCryptFreeObject(provider));
}
