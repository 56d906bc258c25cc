/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptCreatePersistedKey: algorithms, names, flags, what happens to a name that is taken (rows 3.1 to 3.34). */
#include "ncrypt_test.h"

static void test_arguments(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;

    check_status(NTE_INVALID_HANDLE, NCryptCreatePersistedKey(0, &key, L"RSA", NULL, 0, 0));    /* 3.1 */
    check_status(NULL_REFERENCE, NCryptCreatePersistedKey(provider, &key, NULL, NULL, 0, 0));   /* 3.2 */
    key = 0;
    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));                /* 3.3 */
    ok(key != 0, "no handle\n");
    check_success(NCryptFreeObject(key));

    /* 3.33: open question: the order of the checks */
    check_status(NTE_INVALID_HANDLE, NCryptCreatePersistedKey(0, &key, L"Foo", NULL, 0, 0));
    check_status(NTE_INVALID_HANDLE, NCryptCreatePersistedKey(0, NULL, NULL, NULL, 0, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptCreatePersistedKey(provider, NULL, L"RSA", NULL, 0, 0));

    key = 0xdeadbeef;
    check_status(NTE_NOT_SUPPORTED, NCryptCreatePersistedKey(provider, &key, L"Foo", NULL, 0, 0)); /* 3.34 */
    ok(!key, "got %p\n", (void *)key);
    check_status(NTE_NOT_SUPPORTED, NCryptCreatePersistedKey(provider, &key, L"SHA256", NULL, 0, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptCreatePersistedKey(provider, &key, L"RSA_SIGN", NULL, 0, 0));

    check_status(NTE_BAD_FLAGS, NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0x1));
    check_status(NTE_BAD_FLAGS, NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0x80000000));
    check_status(NTE_BAD_FLAGS, NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0,
                                                         NCRYPT_DO_NOT_FINALIZE_FLAG));
    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, NCRYPT_SILENT_FLAG));
    check_success(NCryptFreeObject(key));
}

/* An ephemeral and a named key of each curve: 3.7, 3.8 */
static void test_curves(NCRYPT_PROV_HANDLE provider)
{
    const WCHAR *algorithms[2];
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"curve");
    unsigned int i, j;

    for (i = 0; i < ARRAY_SIZE(curves); i++)
    {
        algorithms[0] = curves[i].ecdsa;
        algorithms[1] = curves[i].ecdh;
        for (j = 0; j < 2; j++)
        {
            winetest_push_context("%s", wine_dbgstr_w(algorithms[j]));
            check_success(NCryptFreeObject(make_key(provider, algorithms[j], NULL, 0, 0, 0)));
            remove_key(provider, name, 0);
            check_success(NCryptFreeObject(make_key(provider, algorithms[j], name, 0, 0, 0)));
            check_success(NCryptOpenKey(provider, &key, name, 0, 0));
            check_text(key, NCRYPT_ALGORITHM_PROPERTY, algorithms[j]);
            check_success(NCryptDeleteKey(key, 0));
            winetest_pop_context();
        }
    }
}

static void test_default_length(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_key(provider, L"RSA", NULL, 0, 0, 0);

    check_dword(key, NCRYPT_LENGTH_PROPERTY, 1024);                                             /* 3.16, E9 */
    check_success(NCryptFreeObject(key));
}

/* What tells one key from another. */
static void get_public(NCRYPT_PROV_HANDLE provider, const WCHAR *name, DWORD flags, BYTE blob[72])
{
    NCRYPT_KEY_HANDLE key;
    DWORD size;

    memset(blob, 0, 72);
    check_success(NCryptOpenKey(provider, &key, name, 0, flags));
    check_success(export_blob(key, BCRYPT_ECCPUBLIC_BLOB, blob, 72, &size));
    check_success(NCryptFreeObject(key));
}

static void test_taken_name(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key, other;
    WCHAR buffer[128], upper[128];
    const WCHAR *name = key_name(buffer, L"taken");
    BYTE first[72], now[72];

    remove_key(provider, name, 0);
    check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", name, 0, 0, 0)));
    get_public(provider, name, 0, first);

    key = 0xdeadbeef;
    check_status(NTE_EXISTS, NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, 0)); /* 3.17 */
    ok(!key, "got %p\n", (void *)key);
    check_status(NTE_EXISTS, NCryptCreatePersistedKey(provider, &key, L"RSA", name, 0, NCRYPT_SILENT_FLAG));
    CharUpperW(lstrcpyW(upper, name));
    /* open question: case of names; the file name is the hash of the lower-cased name (windows-api 8.2) */
    check_status(NTE_EXISTS, NCryptCreatePersistedKey(provider, &key, L"RSA", upper, 0, 0));

    /* 3.19: open question: nothing is written before NCryptFinalizeKey */
    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, NCRYPT_OVERWRITE_KEY_FLAG));
    get_public(provider, name, 0, now);
    ok(!memcmp(first, now, sizeof(now)), "old key is gone\n");
    check_success(NCryptFreeObject(key));
    get_public(provider, name, 0, now);
    ok(!memcmp(first, now, sizeof(now)), "old key is gone\n");

    /* 3.18 */
    check_success(NCryptOpenKey(provider, &other, name, 0, 0));
    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, NCRYPT_OVERWRITE_KEY_FLAG));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(NCryptFreeObject(key));
    get_public(provider, name, 0, now);
    ok(memcmp(first, now, sizeof(now)), "not replaced\n");
    check_success(NCryptFreeObject(other));

    /* another algorithm takes the name as well, and a flag that finds nothing to overwrite does no harm */
    check_success(NCryptFreeObject(make_key(provider, L"RSA", name, 1024, 0, NCRYPT_OVERWRITE_KEY_FLAG)));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"RSA");
    check_success(NCryptDeleteKey(key, 0));
    check_success(NCryptFreeObject(make_key(provider, L"RSA", name, 1024, 0, NCRYPT_OVERWRITE_KEY_FLAG)));
    remove_key(provider, name, 0);
}

/* Two handles made while the name was free: the first to be finalized has it. */
static void test_race(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE first, second;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"race");

    remove_key(provider, name, 0);
    check_success(NCryptCreatePersistedKey(provider, &first, L"ECDSA_P256", name, 0, 0));
    check_success(NCryptCreatePersistedKey(provider, &second, L"ECDSA_P384", name, 0, 0));
    check_success(NCryptFinalizeKey(second, 0));
    check_status(NTE_EXISTS, NCryptFinalizeKey(first, 0));          /* F11: open question */
    check_success(NCryptFreeObject(first));                         /* 4.13 */
    check_success(NCryptFreeObject(second));
    check_success(NCryptOpenKey(provider, &first, name, 0, 0));
    check_text(first, NCRYPT_ALGORITHM_PROPERTY, L"ECDSA_P384");
    check_success(NCryptDeleteKey(first, 0));
}

/* 3.20, 3.21: two stores, each with its own keys. */
static void test_machine_key(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"machine");
    BYTE user[72], machine[72];

    remove_key(provider, name, 0);
    remove_key(provider, name, NCRYPT_MACHINE_KEY_FLAG);
    check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", name, 0, 0, NCRYPT_MACHINE_KEY_FLAG)));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", name, 0, 0, 0)));
    get_public(provider, name, 0, user);
    get_public(provider, name, NCRYPT_MACHINE_KEY_FLAG, machine);
    ok(memcmp(user, machine, sizeof(user)), "one key\n");
    check_status(NTE_EXISTS, NCryptCreatePersistedKey(provider, &key, L"RSA", name, 0, NCRYPT_MACHINE_KEY_FLAG));

    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_dword(key, NCRYPT_KEY_TYPE_PROPERTY, 0);
    check_success(NCryptDeleteKey(key, 0));
    check_success(NCryptOpenKey(provider, &key, name, 0, NCRYPT_MACHINE_KEY_FLAG));
    check_dword(key, NCRYPT_KEY_TYPE_PROPERTY, NCRYPT_MACHINE_KEY_FLAG);                        /* 6.78, E15 */
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, NCRYPT_MACHINE_KEY_FLAG));
}

static void test_key_spec(NCRYPT_PROV_HANDLE provider)
{
    static const DWORD specs[] = { 0, AT_KEYEXCHANGE, AT_SIGNATURE };
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"spec");
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(specs); i++)                                                     /* 3.22 */
    {
        winetest_push_context("spec %lu", specs[i]);
        remove_key(provider, name, 0);
        check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", name, specs[i], 0));
        check_success(NCryptFinalizeKey(key, 0));
        check_success(NCryptFreeObject(key));
        check_success(NCryptOpenKey(provider, &key, name, specs[i], 0));                        /* 5.5 */
        check_success(NCryptDeleteKey(key, 0));
        winetest_pop_context();
    }
}

static void test_names(NCRYPT_PROV_HANDLE provider)
{
    static const WCHAR *tails[] =
    {
        L"unexportable-key-Ab+/9w==",                                                           /* 3.23 */
        L"{92761CBA-52AB-4531-9530-12533B1C9AF5}", L"two words", L"a.b-c_d", L"ssh-637-me@example.org", /* 3.24 */
        L"\x00e4\x00f6\x00fc \x65e5\x672c\x8a9e \xd83d\xdd11",                                  /* 3.24 */
        L"../../escape", L"..\\..\\escape", L"C:\\escape", L"con", L"nul.", L"trailing ",
        L"?*<>|\"\x01\n", L"%s%n",
    };
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(tails); i++)
    {
        name = key_name(buffer, tails[i]);
        winetest_push_context("%s", wine_dbgstr_w(name));
        remove_key(provider, name, 0);
        check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", name, 0, 0, 0)));
        check_success(NCryptOpenKey(provider, &key, name, 0, 0));
        check_text(key, NCRYPT_NAME_PROPERTY, name);
        check_success(NCryptDeleteKey(key, 0));
        check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
        winetest_pop_context();
    }
}

static void test_name_length(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR name[262];
    unsigned int i;

    key_name(name, L"length ");
    for (i = lstrlenW(name); i < 260; i++) name[i] = 'x';
    name[260] = 0;
    remove_key(provider, name, 0);
    check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", name, 0, 0, 0)));          /* 3.25 */
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(NCryptDeleteKey(key, 0));

    /* open question: which status, the limit is documented */
    lstrcatW(name, L"y");
    check_status(NTE_INVALID_PARAMETER, NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, 0));
    /* F5: open question */
    check_status(NTE_INVALID_PARAMETER, NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", L"", 0, 0));
}

/* 3.26: open question: these are the answers of a machine without virtualization-based security. */
static void test_isolation(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;

    if (!running_on_wine())
    {
        skip("The machine may offer virtualization-based security.\n");
        return;
    }
    check_status(NTE_VBS_UNAVAILABLE, NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", NULL, 0,
                                                               NCRYPT_REQUIRE_VBS_FLAG));
    check_status(NTE_VBS_UNAVAILABLE, NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0,
                                                               NCRYPT_USE_PER_BOOT_KEY_FLAG));
    check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", NULL, 0, 0, NCRYPT_PREFER_VBS_FLAG)));
}

START_TEST(create)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_arguments(provider);
    test_curves(provider);
    test_default_length(provider);
    test_taken_name(provider);
    test_race(provider);
    test_machine_key(provider);
    test_key_spec(provider);
    test_names(provider);
    test_name_length(provider);
    test_isolation(provider);
    check_success(NCryptFreeObject(provider));
}
