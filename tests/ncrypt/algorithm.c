/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptIsAlgSupported and NCryptEnumAlgorithms (rows 2.1 to 2.20). */
#include "ncrypt_test.h"

#define ALL_OPERATIONS 0

/* What the list says about an algorithm. 2.14, 2.15, 2.16 */
static const struct
{
    const WCHAR *name;
    DWORD class, operations;
}
known[] =
{
    { L"RSA", NCRYPT_ASYMMETRIC_ENCRYPTION_INTERFACE,
      NCRYPT_ASYMMETRIC_ENCRYPTION_OPERATION | NCRYPT_SIGNATURE_OPERATION },
    { L"ECDSA_P256", NCRYPT_SIGNATURE_INTERFACE, NCRYPT_SIGNATURE_OPERATION },
    { L"ECDSA_P384", NCRYPT_SIGNATURE_INTERFACE, NCRYPT_SIGNATURE_OPERATION },
    { L"ECDSA_P521", NCRYPT_SIGNATURE_INTERFACE, NCRYPT_SIGNATURE_OPERATION },
    { L"ECDH_P256", NCRYPT_SECRET_AGREEMENT_INTERFACE, NCRYPT_SECRET_AGREEMENT_OPERATION },
    { L"ECDH_P384", NCRYPT_SECRET_AGREEMENT_INTERFACE, NCRYPT_SECRET_AGREEMENT_OPERATION },
    { L"ECDH_P521", NCRYPT_SECRET_AGREEMENT_INTERFACE, NCRYPT_SECRET_AGREEMENT_OPERATION },
    { L"DSA", NCRYPT_SIGNATURE_INTERFACE, NCRYPT_SIGNATURE_OPERATION },                 /* 2.7 */
    { L"DH", NCRYPT_SECRET_AGREEMENT_INTERFACE, NCRYPT_SECRET_AGREEMENT_OPERATION },
    { L"AES", NCRYPT_CIPHER_INTERFACE, NCRYPT_CIPHER_OPERATION },                       /* 2.6 */
    { L"3DES", NCRYPT_CIPHER_INTERFACE, NCRYPT_CIPHER_OPERATION },                      /* 2.6 */
    { L"PBKDF2", NCRYPT_KEY_DERIVATION_INTERFACE, NCRYPT_KEY_DERIVATION_OPERATION },
    { L"ML-DSA", NCRYPT_SIGNATURE_INTERFACE, NCRYPT_SIGNATURE_OPERATION },              /* A.5 */
    { L"ML-KEM", NCRYPT_KEY_ENCAPSULATION_INTERFACE, NCRYPT_KEY_ENCAPSULATION_OPERATION },
};

static void test_supported(NCRYPT_PROV_HANDLE provider)
{
    static const WCHAR *unsupported[] =
    {
        L"SHA1", L"SHA256", L"SHA384", L"SHA512", L"MD2", L"MD4", L"MD5",               /* 2.8 */
        L"SLH-DSA", L"LMS", L"XMSS",                                                    /* A.2 */
        L"RSA_SIGN", L"RNG",                                                            /* 2.9 */
        L"Foo", L"",                                                                    /* 2.10 */
    };
    unsigned int i;

    check_status(NTE_INVALID_HANDLE, NCryptIsAlgSupported(0, L"RSA", 0));               /* 2.1 */
    check_status(NULL_REFERENCE, NCryptIsAlgSupported(provider, NULL, 0));              /* 2.2 */
    check_status(NTE_BAD_FLAGS, NCryptIsAlgSupported(provider, L"RSA", 20));            /* 2.3 */
    check_status(NTE_BAD_FLAGS, NCryptIsAlgSupported(provider, L"RSA_SIGN", 20));       /* 2.4 */
    check_success(NCryptIsAlgSupported(provider, L"RSA", 0));                           /* 2.5 */
    check_success(NCryptIsAlgSupported(provider, L"RSA", NCRYPT_SILENT_FLAG));          /* 2.5 */
    for (i = 0; i < ARRAY_SIZE(known); i++)                                             /* 2.7, 2.11 */
    {
        winetest_push_context("%s", wine_dbgstr_w(known[i].name));
        check_success(NCryptIsAlgSupported(provider, known[i].name, 0));
        winetest_pop_context();
    }
    for (i = 0; i < ARRAY_SIZE(unsupported); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(unsupported[i]));
        check_status(NTE_NOT_SUPPORTED, NCryptIsAlgSupported(provider, unsupported[i], 0));
        winetest_pop_context();
    }
}

static const NCryptAlgorithmName *find(const NCryptAlgorithmName *list, DWORD count, const WCHAR *name)
{
    DWORD i;

    for (i = 0; i < count; i++)
        if (!lstrcmpW(list[i].pszName, name)) return &list[i];
    return NULL;
}

/* The list for a filter: every algorithm that has one of the operations and no other. 2.12 to 2.16, 2.18, 2.20 */
static void test_list(NCRYPT_PROV_HANDLE provider, DWORD operations, DWORD flags)
{
    const NCryptAlgorithmName *entry;
    NCryptAlgorithmName *list = NULL;
    DWORD count = 0, i;
    BOOL wanted;

    winetest_push_context("operations %#lx", operations);
    check_success(NCryptEnumAlgorithms(provider, operations, &count, &list, flags));
    ok(count > 0 && list, "got %lu\n", count);                                          /* 2.12 */
    for (i = 0; i < ARRAY_SIZE(known); i++)
    {
        wanted = operations == ALL_OPERATIONS || (known[i].operations & operations);
        entry = find(list, count, known[i].name);
        ok(!entry == !wanted, "%s %s\n", wine_dbgstr_w(known[i].name), wanted ? "is missing" : "is listed");
        if (!entry) continue;
        ok(entry->dwClass == known[i].class, "%s: class %lu\n", wine_dbgstr_w(known[i].name), entry->dwClass);
        ok(entry->dwAlgOperations == known[i].operations, "%s: operations %#lx\n", wine_dbgstr_w(known[i].name),
           entry->dwAlgOperations);
        ok(!entry->dwFlags, "%s: flags %#lx\n", wine_dbgstr_w(known[i].name), entry->dwFlags); /* 2.16 */
    }
    for (i = 0; i < count; i++)
    {
        ok(operations == ALL_OPERATIONS || (list[i].dwAlgOperations & operations), "%s has operations %#lx\n",
           wine_dbgstr_w(list[i].pszName), list[i].dwAlgOperations);
        ok(find(list, count, list[i].pszName) == &list[i], "%s is listed twice\n", wine_dbgstr_w(list[i].pszName));
        check_success(NCryptIsAlgSupported(provider, list[i].pszName, 0));
    }
    check_success(NCryptFreeBuffer(list));                                              /* 1.24, 2.20 */
    winetest_pop_context();
}

static void test_enumerate(NCRYPT_PROV_HANDLE provider)
{
    NCryptAlgorithmName *list;
    DWORD count;

    test_list(provider, ALL_OPERATIONS, 0);                                             /* 2.18 */
    test_list(provider, NCRYPT_SIGNATURE_OPERATION, NCRYPT_SILENT_FLAG);                /* 2.13 */
    test_list(provider, NCRYPT_ASYMMETRIC_ENCRYPTION_OPERATION, 0);
    test_list(provider, NCRYPT_SECRET_AGREEMENT_OPERATION, 0);
    test_list(provider, NCRYPT_ASYMMETRIC_ENCRYPTION_OPERATION | NCRYPT_KEY_DERIVATION_OPERATION, 0); /* 2.12 */

    /* 2.17, F3: open question: real Windows was not asked for a filter that matches nothing */
    check_status(NTE_NOT_SUPPORTED, NCryptEnumAlgorithms(provider, NCRYPT_HASH_OPERATION, &count, &list, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptEnumAlgorithms(provider, NCRYPT_RNG_OPERATION, &count, &list, 0));

    check_status(NTE_INVALID_HANDLE, NCryptEnumAlgorithms(0, ALL_OPERATIONS, &count, &list, 0));
    /* 2.19 */
    check_status(NTE_INVALID_PARAMETER, NCryptEnumAlgorithms(provider, ALL_OPERATIONS, NULL, &list, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptEnumAlgorithms(provider, ALL_OPERATIONS, &count, NULL, 0));
    check_status(NTE_INVALID_HANDLE, NCryptEnumAlgorithms(0, ALL_OPERATIONS, NULL, NULL, 0));
    check_status(NTE_BAD_FLAGS, NCryptEnumAlgorithms(provider, ALL_OPERATIONS, &count, &list, 20));
    /* 2.19: open question: known from BCrypt alone, where the code is STATUS_INVALID_PARAMETER */
    check_status(NTE_INVALID_PARAMETER, NCryptEnumAlgorithms(provider, ~0u, &count, &list, 0));
}

START_TEST(algorithm)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_supported(provider);
    test_enumerate(provider);
    check_success(NCryptFreeObject(provider));
}
