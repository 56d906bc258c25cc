/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptEnumKeys (rows 14.1 to 14.9). Keys of others may be there: each check looks for its own names. */
#include "ncrypt_test.h"

/* The keys of this topic; each is made in the user's store and, under the same name, in the machine's. */
static const struct
{
    const WCHAR *tail, *alg;
    DWORD spec;
}
keys[] =
{
    { L"enum rsa exchange", L"RSA", AT_KEYEXCHANGE },
    { L"enum rsa signature", L"RSA", AT_SIGNATURE },
    { L"enum ecdsa", L"ECDSA_P256", 0 },
    { L"enum {ECDH} \x00fc/\\", L"ECDH_P521", 0 },
};

static void remove_keys(NCRYPT_PROV_HANDLE provider, DWORD flags)
{
    unsigned int i;
    WCHAR name[128];

    for (i = 0; i < ARRAY_SIZE(keys); i++) remove_key(provider, key_name(name, keys[i].tail), flags);
}

static void make_keys(NCRYPT_PROV_HANDLE provider, DWORD flags)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR name[128];
    unsigned int i;

    remove_keys(provider, flags);
    for (i = 0; i < ARRAY_SIZE(keys); i++)
    {
        check_success(NCryptCreatePersistedKey(provider, &key, keys[i].alg, key_name(name, keys[i].tail),
                                               keys[i].spec, flags));
        check_success(NCryptFinalizeKey(key, 0));
        check_success(NCryptFreeObject(key));
    }
}

/* Which row of keys[] an item is, -1 for none. */
static int row_of(const NCryptKeyName *item)
{
    WCHAR name[128];
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(keys); i++)
        if (!lstrcmpW(item->pszName, key_name(name, keys[i].tail))) return i;
    return -1;
}

static void check_item(NCRYPT_PROV_HANDLE provider, const NCryptKeyName *item, int row, DWORD store)
{
    NCRYPT_KEY_HANDLE key;

    winetest_push_context("%s", wine_dbgstr_w(item->pszName));
    ok(!lstrcmpW(item->pszAlgid, keys[row].alg), "got %s\n", wine_dbgstr_w(item->pszAlgid));    /* 14.7 */
    if (keys[row].spec)                         /* 3.22: of 0, certutil makes AT_KEYEXCHANGE for RSA keys */
        ok(item->dwLegacyKeySpec == keys[row].spec, "got %lu\n", item->dwLegacyKeySpec);        /* 14.7 */
    ok(item->dwFlags == store, "got %#lx\n", item->dwFlags);                                    /* 14.5 */
    check_success(NCryptOpenKey(provider, &key, item->pszName, item->dwLegacyKeySpec, item->dwFlags)); /* 5.12 */
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, keys[row].alg);
    check_success(NCryptFreeObject(key));
    winetest_pop_context();
}

static void test_loop(NCRYPT_PROV_HANDLE provider, DWORD flags)
{
    DWORD store = flags & NCRYPT_MACHINE_KEY_FLAG;
    unsigned int seen[ARRAY_SIZE(keys)] = { 0 }, i;
    NCryptKeyName *item = NULL;
    void *state = NULL;
    SECURITY_STATUS status;
    int row;

    winetest_push_context("flags %#lx", flags);
    while (!(status = NCryptEnumKeys(provider, NULL, &item, &state, flags)))                    /* 14.1, 14.6 */
    {
        ok(item && item->pszName && item->pszAlgid, "no item\n");
        ok(state != NULL, "no state\n");
        if ((row = row_of(item)) >= 0)
        {
            seen[row]++;
            check_item(provider, item, row, store);
        }
        check_success(NCryptFreeBuffer(item));                                                  /* 14.2 */
    }
    check_status(NTE_NO_MORE_ITEMS, status);                                                    /* 14.1 */
    for (i = 0; i < ARRAY_SIZE(keys); i++) ok(seen[i] == 1, "%u: seen %u times\n", i, seen[i]);
    check_status(NTE_NO_MORE_ITEMS, NCryptEnumKeys(provider, NULL, &item, &state, flags));
    if (state) check_success(NCryptFreeBuffer(state));                                          /* 14.2, 1.24 */
    winetest_pop_context();
}

/* 14.8 */
static void test_delete_in_loop(NCRYPT_PROV_HANDLE provider)
{
    unsigned int deleted = 0;
    NCryptKeyName *item;
    NCRYPT_KEY_HANDLE key;
    void *state = NULL;

    while (!NCryptEnumKeys(provider, NULL, &item, &state, NCRYPT_SILENT_FLAG))
    {
        if (row_of(item) >= 0)
        {
            check_success(NCryptOpenKey(provider, &key, item->pszName, item->dwLegacyKeySpec, item->dwFlags));
            check_success(NCryptDeleteKey(key, 0));
            deleted++;
        }
        NCryptFreeBuffer(item);
    }
    if (state) check_success(NCryptFreeBuffer(state));
    ok(deleted == ARRAY_SIZE(keys), "deleted %u\n", deleted);
}

static void test_call(NCRYPT_PROV_HANDLE provider)
{
    NCryptKeyName *item;
    void *state = NULL;

    check_status(NTE_INVALID_HANDLE, NCryptEnumKeys(0, NULL, &item, &state, 0));
    check_status(NTE_INVALID_HANDLE, NCryptEnumKeys(0, NULL, NULL, NULL, 0x1));
    check_status(NTE_INVALID_PARAMETER, NCryptEnumKeys(provider, NULL, NULL, &state, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptEnumKeys(provider, NULL, &item, NULL, 0));
    check_status(NTE_BAD_FLAGS, NCryptEnumKeys(provider, NULL, &item, &state, 0x1));
    ok(!state, "got a state\n");

    /* 14.4; a scope that is not empty: open question: documented as reserved */
    check_status(NTE_INVALID_PARAMETER, NCryptEnumKeys(provider, L"scope", &item, &state, 0));
    check_success(NCryptEnumKeys(provider, L"", &item, &state, 0));
    check_success(NCryptFreeBuffer(item));
    check_success(NCryptFreeBuffer(state));                         /* 14.3: before the end */

    state = NULL;                                                   /* 14.3: never freed, or after its provider */
    check_success(NCryptEnumKeys(provider, NULL, &item, &state, 0));
    check_success(NCryptFreeBuffer(item));
}

/* Two enumerations do not disturb each other. */
static void test_two_loops(NCRYPT_PROV_HANDLE provider)
{
    void *states[2] = { NULL, NULL };
    unsigned int counts[2] = { 0, 0 }, turn;
    NCryptKeyName *item;
    BOOL more[2] = { TRUE, TRUE };

    for (turn = 0; more[0] || more[1]; turn = !turn)
    {
        if (!more[turn]) continue;
        more[turn] = !NCryptEnumKeys(provider, NULL, &item, &states[turn], 0);
        if (!more[turn]) continue;
        if (row_of(item) >= 0) counts[turn]++;
        NCryptFreeBuffer(item);
    }
    ok(counts[0] == ARRAY_SIZE(keys) && counts[1] == ARRAY_SIZE(keys), "got %u and %u\n", counts[0], counts[1]);
    check_success(NCryptFreeBuffer(states[0]));
    check_success(NCryptFreeBuffer(states[1]));
}

/* 14.9 for a store that has nothing of ours: the first call already says so when there is no other key either. */
static void test_none(NCRYPT_PROV_HANDLE provider, DWORD flags)
{
    SECURITY_STATUS status, expected = NTE_NO_MORE_ITEMS;
    unsigned int count = 0;
    NCryptKeyName *item;
    void *state = NULL;

    while (!(status = NCryptEnumKeys(provider, NULL, &item, &state, flags)))
    {
        ok(row_of(item) < 0, "%s is left\n", wine_dbgstr_w(item->pszName));
        NCryptFreeBuffer(item);
        count++;
    }
    check_status(expected, status);
    if (state) check_success(NCryptFreeBuffer(state));
    if (count) skip("The store holds %u other keys.\n", count);
}

START_TEST(enum)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    make_keys(provider, 0);
    make_keys(provider, NCRYPT_MACHINE_KEY_FLAG);
    test_loop(provider, 0);
    test_loop(provider, NCRYPT_SILENT_FLAG);                                                    /* 14.6 */
    test_loop(provider, NCRYPT_MACHINE_KEY_FLAG);                                               /* 14.5 */
    test_loop(provider, NCRYPT_MACHINE_KEY_FLAG | NCRYPT_SILENT_FLAG);                          /* 14.6 */
    test_two_loops(provider);
    test_call(provider);
    test_delete_in_loop(provider);
    remove_keys(provider, NCRYPT_MACHINE_KEY_FLAG);
    test_none(provider, 0);
    test_none(provider, NCRYPT_MACHINE_KEY_FLAG);
    check_success(NCryptFreeObject(provider));
}
