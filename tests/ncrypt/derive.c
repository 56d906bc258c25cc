/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptDeriveKey: every function, its buffers, sizes and statuses (rows 13.4 to 13.15). The secret is that of
 * RFC 5903 8.1; what is derived of it was computed with Python's hashlib and hmac. */
#include "ncrypt_test.h"
#include "vectors.h"
#include "agree_sample.h"

static void test_hash(NCRYPT_SECRET_HANDLE secret)
{
    static const char sha1[] = "f18d89be1f0206d14f29f942842be1c516670180";
    static const char sha256[] = "d111466aca3e73ab770c4bcdb4c8d45e3217f552ae31a722ad366fec18efbffe";
    struct list list = NO_BUFFERS, unterminated = NO_BUFFERS, prepends = NO_BUFFERS;
    BYTE output[64];
    DWORD size;

    check_secret(secret, BCRYPT_KDF_HASH, NULL, 64, 0, sha1);                           /* 13.4 */
    check_secret(secret, BCRYPT_KDF_HASH, &list, 20, 0, sha1);
    check_secret(secret, BCRYPT_KDF_HASH, NULL, 20, KDF_USE_SECRET_AS_HMAC_KEY_FLAG, sha1);     /* 13.6 */
    check_secret(secret, BCRYPT_KDF_HASH, NULL, 20, NCRYPT_SILENT_FLAG, sha1);
    check_secret(secret, BCRYPT_KDF_HASH, NULL, 5, 0, "f18d89be1f");                    /* 13.9 */
    check_secret(secret, BCRYPT_KDF_HASH, NULL, 0, 0, "");

    add_hash(&list, L"SHA256");
    add_text(&list, KDF_SECRET_APPEND, "one");
    add_text(&list, KDF_SECRET_PREPEND, "pre");
    add_text(&list, KDF_SECRET_APPEND, "second");
    add_text(&list, 99, "of no use");
    add(&list, KDF_SECRET_APPEND, NULL, 0);
    list.desc.ulVersion = 77;                                                           /* 13.13 */
    check_secret(secret, BCRYPT_KDF_HASH, &list, 64, 0, sha256);                        /* 13.4, 13.10 */

    add(&unterminated, KDF_HASH_ALGORITHM, L"sha256", 12);
    add_text(&unterminated, KDF_SECRET_PREPEND, "pre");
    add_text(&unterminated, KDF_SECRET_APPEND, "one");
    add_text(&unterminated, KDF_SECRET_APPEND, "second");
    check_secret(secret, BCRYPT_KDF_HASH, &unterminated, 64, 0, sha256);

    add_text(&prepends, KDF_SECRET_PREPEND, "pre");
    add_text(&prepends, KDF_SECRET_PREPEND, "fix");
    add_hash(&prepends, L"SHA384");
    check_secret(secret, BCRYPT_KDF_HASH, &prepends, 64, 0, "fc193a9a8d1fa5a80e78a06eb4f4d1d10f8c4bedf68ff5051a469"
                 "dc239615471351bf1c64c7d50e7cc01924dc775555d");

    size = 0xdeadbeef;
    check_success(NCryptDeriveKey(secret, BCRYPT_KDF_HASH, &prepends.desc, NULL, 0, &size, 0));     /* 13.8 */
    ok(size == 48, "got %lu\n", size);
    size = 0xdeadbeef;
    check_success(NCryptDeriveKey(secret, BCRYPT_KDF_HASH, NULL, NULL, 7, &size, 0));
    ok(size == 20, "got %lu\n", size);
    check_status(NTE_INVALID_PARAMETER, NCryptDeriveKey(secret, NULL, NULL, output, 20, &size, 0));     /* 13.11 */
    check_status(NTE_INVALID_PARAMETER, NCryptDeriveKey(secret, BCRYPT_KDF_HASH, NULL, output, 20, NULL, 0));
}

static void test_hash_names(NCRYPT_SECRET_HANDLE secret)
{
    static const WCHAR *const unknown[] = { L"SHA255", L"SHA2566", L"RSA", L"MD4", L"a long name of nothing" };
    struct list twice = NO_BUFFERS;
    DWORD i;

    for (i = 0; i < ARRAY_SIZE(unknown); i++)
    {
        struct list list = NO_BUFFERS;

        add_hash(&list, unknown[i]);
        check_status(NTE_NOT_SUPPORTED, derive_status(secret, BCRYPT_KDF_HASH, &list, 0));      /* 13.12 */
        check_status(NTE_NOT_SUPPORTED, derive_status(secret, BCRYPT_KDF_HMAC, &list, 1));
    }
    check_status(NTE_NOT_SUPPORTED, derive_status(secret, L"SHA1", NULL, 0));
    check_status(NTE_NOT_SUPPORTED, derive_status(secret, L"PBKDF2", NULL, 0));
    check_status(NTE_NOT_SUPPORTED, derive_status(secret, L"", NULL, 0));
    check_status(NTE_BAD_FLAGS, derive_status(secret, BCRYPT_KDF_HASH, NULL, 2));
    /* open question */
    add_hash(&twice, L"SHA1");
    add_hash(&twice, L"SHA1");
    check_status(NTE_INVALID_PARAMETER, derive_status(secret, BCRYPT_KDF_HASH, &twice, 0));
}

static void test_hmac(NCRYPT_SECRET_HANDLE secret)
{
    struct list list = NO_BUFFERS, none = NO_BUFFERS, empty = NO_BUFFERS;
    DWORD size;

    add_text(&list, KDF_SECRET_PREPEND, "pre");
    add_text(&list, KDF_HMAC_KEY, "key");
    add_text(&list, KDF_SECRET_APPEND, "one");
    add_hash(&list, L"SHA256");
    add_text(&list, KDF_SECRET_APPEND, "second");
    check_secret(secret, BCRYPT_KDF_HMAC, &list, 64, 0,                                 /* 13.5 */
                 "c688bc3f4d43f351ad5e6f8e29e46c1e27af4e0bb8e387c592d14db12b5dee18");
    check_secret(secret, BCRYPT_KDF_HMAC, &list, 4, 0, "c688bc3f");
    check_secret(secret, BCRYPT_KDF_HMAC, NULL, 64, KDF_USE_SECRET_AS_HMAC_KEY_FLAG,
                 "94524c9b5ab6048f9d9a72e0163ef88a6076cf32");
    check_success(NCryptDeriveKey(secret, BCRYPT_KDF_HMAC, &list.desc, NULL, 0, &size, 0));
    ok(size == 32, "got %lu\n", size);

    check_status(NTE_INVALID_PARAMETER, derive_status(secret, BCRYPT_KDF_HMAC, NULL, 0));
    check_status(NTE_INVALID_PARAMETER, derive_status(secret, BCRYPT_KDF_HMAC, &none, 0));
    add(&empty, KDF_HMAC_KEY, "", 0);
    check_success(derive_status(secret, BCRYPT_KDF_HMAC, &empty, 0));
    /* open question: a key and the wish for another */
    check_status(NTE_INVALID_PARAMETER, derive_status(secret, BCRYPT_KDF_HMAC, &list, 1));
}

static void add_tls(struct list *list, DWORD seed_size)
{
    static BYTE seed[65];
    DWORD i;

    for (i = 0; i < sizeof(seed); i++) seed[i] = i;
    add_text(list, KDF_TLS_PRF_LABEL, "master secret");
    add(list, KDF_TLS_PRF_SEED, seed, seed_size);
}

static const char tls10[] =
    "d42b75e298f9df4184ab3da52f665fcb8b962208c28c2a2c3208e2cef75bb73bde508b8d0272753b4abe3cc3f2d7ed92";

static void test_tls(NCRYPT_SECRET_HANDLE secret)
{
    static const DWORD bad_seeds[] = { 0, 63, 65 };
    struct list list = NO_BUFFERS, no_label = NO_BUFFERS, empty_label = NO_BUFFERS;
    BYTE output[64];
    DWORD size, i;

    add_tls(&list, 64);
    check_secret(secret, BCRYPT_KDF_TLS_PRF, &list, 48, 0, tls10);                      /* 13.7 */
    check_secret(secret, BCRYPT_KDF_TLS_PRF, &list, 60, KDF_USE_SECRET_AS_HMAC_KEY_FLAG, tls10);
    size = 0xdeadbeef;
    check_success(NCryptDeriveKey(secret, BCRYPT_KDF_TLS_PRF, &list.desc, NULL, 0, &size, 0));
    ok(size == 48, "got %lu\n", size);
    size = 0xdeadbeef;
    check_status(NTE_BUFFER_TOO_SMALL,
                 NCryptDeriveKey(secret, BCRYPT_KDF_TLS_PRF, &list.desc, output, 47, &size, 0));
    ok(size == 48, "got %lu\n", size);

    for (i = 0; i < ARRAY_SIZE(bad_seeds); i++)
    {
        struct list bad = NO_BUFFERS;

        add_tls(&bad, bad_seeds[i]);
        check_status(NTE_INVALID_PARAMETER, derive_status(secret, BCRYPT_KDF_TLS_PRF, &bad, 0));
    }
    check_status(NTE_INVALID_PARAMETER, derive_status(secret, BCRYPT_KDF_TLS_PRF, NULL, 0));
    no_label = list;
    no_label.desc.pBuffers = no_label.buffers + 1;
    no_label.desc.cBuffers = 1;
    check_status(NTE_INVALID_PARAMETER, derive_status(secret, BCRYPT_KDF_TLS_PRF, &no_label, 0));
    add_tls(&empty_label, 64);
    empty_label.buffers[0].cbBuffer = 0;
    check_success(derive_status(secret, BCRYPT_KDF_TLS_PRF, &empty_label, 0));
}

static void test_tls_versions(NCRYPT_SECRET_HANDLE secret)
{
    static const char sha256[] =
        "fcec41958d926bb98b391e7cf40ae8d81f8b443441f7eaaefdd31ac869bf03ce516a5b618cd3eb6d6f91152b4f2f22e6";
    static const char sha384[] =
        "fff5d468a115bc94d676b562737d94de48744809c51a687ba1b11f37e8a2dd6a1e3984ae5c0a72d11eaa51386bf43660";
    static const struct
    {
        DWORD protocol;
        const WCHAR *hash;
        const char *expected;
    }
    tests[] =
    {
        { 0x301, NULL, tls10 }, { 0x302, NULL, tls10 }, { 0xfeff, NULL, tls10 }, { 0x301, L"SHA256", tls10 },
        { 0x303, NULL, sha256 }, { 0x303, L"SHA256", sha256 }, { 0x303, L"SHA384", sha384 },
        { 0x303, L"SHA1", NULL }, { 0x300, NULL, NULL }, { 0x2, NULL, NULL }, { 0x304, NULL, NULL },
    };
    DWORD i, size;

    for (i = 0; i < ARRAY_SIZE(tests); i++)
    {
        struct list list = NO_BUFFERS;

        winetest_push_context("%lu", i);
        add_tls(&list, 64);
        add(&list, KDF_TLS_PRF_PROTOCOL, &tests[i].protocol, sizeof(tests[i].protocol));
        if (tests[i].hash) add_hash(&list, tests[i].hash);
        /* open question: the refusals */
        if (tests[i].expected) check_secret(secret, BCRYPT_KDF_TLS_PRF, &list, 48, 0, tests[i].expected);
        else check_status(NTE_NOT_SUPPORTED, derive_status(secret, BCRYPT_KDF_TLS_PRF, &list, 0));
        list.buffers[2].cbBuffer = 3;
        check_status(NTE_INVALID_PARAMETER,
                     NCryptDeriveKey(secret, BCRYPT_KDF_TLS_PRF, &list.desc, NULL, 0, &size, 0));
        winetest_pop_context();
    }
}

static void test_concat(NCRYPT_SECRET_HANDLE secret)
{
    static const char expected[] =
        "fb8dd83c0f6ca6296b55f899efdaffa5ce2a8c590a87456b3e82a293dd6e68de4351d8cf135a6aba";
    struct list list = NO_BUFFERS;
    DWORD size;

    add_text(&list, KDF_SUPPPRIVINFO, "priv");
    add_text(&list, KDF_SUPPPUBINFO, "pub");
    add_text(&list, KDF_PARTYUINFO, "U");
    add_text(&list, KDF_PARTYVINFO, "party V");
    check_status(NTE_INVALID_PARAMETER, derive_status(secret, BCRYPT_KDF_SP80056A_CONCAT, &list, 0));
    add_text(&list, KDF_ALGORITHMID, "alg");
    check_secret(secret, BCRYPT_KDF_SP80056A_CONCAT, &list, 40, 0, expected);           /* 13.15 */
    check_success(NCryptDeriveKey(secret, BCRYPT_KDF_SP80056A_CONCAT, &list.desc, NULL, 0, &size, 0));
    ok(size == 32, "got %lu\n", size);
    add_text(&list, KDF_PARTYUINFO, "U");
    check_status(NTE_INVALID_PARAMETER, derive_status(secret, BCRYPT_KDF_SP80056A_CONCAT, &list, 0));
}

/* 13.14 */
static void test_truncate(NCRYPT_SECRET_HANDLE secret)
{
    DWORD size;

    check_secret(secret, BCRYPT_KDF_RAW_SECRET, NULL, 100, 0, IKE_SECRET_REVERSED);
    check_secret(secret, BCRYPT_KDF_RAW_SECRET, NULL, 3, 0, "de4294");
    check_success(NCryptDeriveKey(secret, BCRYPT_KDF_RAW_SECRET, NULL, NULL, 0, &size, 0));
    ok(size == 32, "got %lu\n", size);
}

/* 13.15 */
static void test_hkdf(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_SECRET_HANDLE secret = ike_secret(provider);
    struct list list = NO_BUFFERS;
    DWORD size;

    add_text(&list, KDF_HKDF_INFO, "info");
    /* open question: the statuses of a wrong order */
    check_status(NTE_BAD_KEY_STATE, derive_status(secret, BCRYPT_KDF_HKDF, &list, 0));
    check_status(NTE_BAD_KEY_STATE,
                 NCryptSetProperty(secret, BCRYPT_HKDF_SALT_AND_FINALIZE, (BYTE *)"salt", 4, 0));
    check_status(NTE_NOT_SUPPORTED, set_text(secret, BCRYPT_HKDF_HASH_ALGORITHM, L"SHA257", 0));
    check_status(NTE_INVALID_PARAMETER, NCryptSetProperty(secret, BCRYPT_HKDF_HASH_ALGORITHM, NULL, 0, 0));
    check_success(set_text(secret, BCRYPT_HKDF_HASH_ALGORITHM, L"SHA1", 0));
    check_success(set_text(secret, BCRYPT_HKDF_HASH_ALGORITHM, L"SHA256", 0));
    check_status(NTE_BAD_KEY_STATE, derive_status(secret, BCRYPT_KDF_HKDF, &list, 0));
    check_success(NCryptSetProperty(secret, BCRYPT_HKDF_SALT_AND_FINALIZE, (BYTE *)"salt", 4, 0));
    check_secret(secret, BCRYPT_KDF_HKDF, &list, 42, 0,
                 "92a2cf6402e1ea7e13e18d94071217360535df1a67d81a70275fa3c8e6e20f99b9b37245bd9095e48807");
    check_success(NCryptDeriveKey(secret, BCRYPT_KDF_HKDF, &list.desc, NULL, 0, &size, 0));
    ok(size == 32, "got %lu\n", size);
    check_status(NTE_BAD_KEY_STATE, set_text(secret, BCRYPT_HKDF_HASH_ALGORITHM, L"SHA1", 0));
    check_status(NTE_BAD_KEY_STATE, NCryptSetProperty(secret, BCRYPT_HKDF_PRK_AND_FINALIZE, NULL, 0, 0));
    check_success(NCryptFreeObject(secret));

    secret = ike_secret(provider);
    check_success(set_text(secret, BCRYPT_HKDF_HASH_ALGORITHM, L"SHA512", 0));
    check_status(NTE_INVALID_PARAMETER, NCryptSetProperty(secret, BCRYPT_HKDF_SALT_AND_FINALIZE, NULL, 9, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptSetProperty(secret, BCRYPT_HKDF_HASH_ALGORITHM, NULL, 9, 0));
    check_success(NCryptSetProperty(secret, BCRYPT_HKDF_SALT_AND_FINALIZE, NULL, 0, 0));
    check_secret(secret, BCRYPT_KDF_HKDF, NULL, 20, 0, "2053c46d77d2816ffa4609ce3c9217135672deed");
    check_success(NCryptFreeObject(secret));

    secret = ike_secret(provider);
    check_success(set_text(secret, BCRYPT_HKDF_HASH_ALGORITHM, L"SHA256", 0));
    check_status(NTE_INVALID_PARAMETER,
                 NCryptSetProperty(secret, BCRYPT_HKDF_PRK_AND_FINALIZE, (BYTE *)"x", 1, 0));
    check_success(NCryptSetProperty(secret, BCRYPT_HKDF_PRK_AND_FINALIZE, NULL, 0, 0));
    check_secret(secret, BCRYPT_KDF_HKDF, &list, 42, 0,
                 "4b09d254226300ed5ef0dc5ef7d7e219af0dd9d9981efe809998e49fa1580006d6e99e1f20b02e4e5bff");
    check_success(NCryptFreeObject(secret));
}

START_TEST(derive)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCRYPT_SECRET_HANDLE secret = ike_secret(provider);

    test_hash(secret);
    test_hash_names(secret);
    test_hmac(secret);
    test_tls(secret);
    test_tls_versions(secret);
    test_concat(secret);
    test_truncate(secret);
    test_hkdf(provider);
    NCryptFreeObject(secret);
    NCryptFreeObject(provider);
}
