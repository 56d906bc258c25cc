/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptKeyDerivation: keys of each function, ephemeral and stored, their buffers and statuses (rows 3.30,
 * 13.18 to 13.21). Expected bytes were computed with Python's hashlib and hmac. */
#include "ncrypt_test.h"
#include "vectors.h"
#include "agree_sample.h"

static const BYTE key_secret[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

static const char counter_60[] = "3f7942350594d11b35761ccdb7bf0c0ee33839efb2f2e2e00704bab77ac8df24"
                                 "4362f960c0bbbe2b64919977a1d69a62e3e65885087b70dd7bcbce23";

static NCRYPT_KEY_HANDLE make_kdf_key(NCRYPT_PROV_HANDLE provider, const WCHAR *alg, const WCHAR *name)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, alg, name, 0, name ? NCRYPT_OVERWRITE_KEY_FLAG : 0));
    check_success(NCryptSetProperty(key, NCRYPT_KDF_SECRET_VALUE, (BYTE *)key_secret, sizeof(key_secret), 0));
    check_success(NCryptFinalizeKey(key, 0));
    return key;
}

static void check_key_(const char *file, int line, NCRYPT_KEY_HANDLE key, struct list *list, DWORD size,
                       DWORD flags, const char *expected)
{
    BYTE output[256];
    DWORD result = 0xdeadbeef;
    SECURITY_STATUS status;

    memset(output, 0xcc, sizeof(output));
    status = NCryptKeyDerivation(key, list ? &list->desc : NULL, output, size, &result, flags);
    check_derived_(file, line, status, output, result, expected);
}
#define check_key(key, list, size, flags, expected) \
    check_key_(__FILE__, __LINE__, key, list, size, flags, expected)

static SECURITY_STATUS key_status(NCRYPT_KEY_HANDLE key, struct list *list, DWORD size, DWORD flags)
{
    BYTE output[256];
    DWORD result;

    return NCryptKeyDerivation(key, list ? &list->desc : NULL, output, size, &result, flags);
}

static void test_counter(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_kdf_key(provider, NCRYPT_SP800108_CTR_HMAC_ALGORITHM, NULL);
    struct list generic = NO_BUFFERS, parts = NO_BUFFERS, bits = NO_BUFFERS;
    DWORD length = 256;

    add_hash(&generic, L"SHA256");
    add(&generic, KDF_GENERIC_PARAMETER, "label\0context", 13);
    check_key(key, &generic, 60, 0, counter_60);                                        /* 13.18 */
    check_key(key, &generic, 60, NCRYPT_SILENT_FLAG, counter_60);

    add_text(&parts, KDF_CONTEXT, "context");
    add_hash(&parts, L"SHA256");
    check_status(NTE_INVALID_PARAMETER, key_status(key, &parts, 60, 0));
    add_text(&parts, KDF_LABEL, "label");
    check_key(key, &parts, 60, 0, counter_60);
    bits = parts;
    bits.desc.pBuffers = bits.buffers;
    add(&bits, KDF_KEYBITLENGTH, &length, sizeof(length));
    check_key(key, &bits, 60, 0, "f8bd45f9279c1bf8c75b06cf7ae23bf1756306dc1e3e7db1e7dc2f89f4974977"
                                 "5f02284bae1c4a5e1560a8e7c3f769ab6fdadaf21fec51fff1bb49df");
    bits.buffers[3].cbBuffer = 2;
    check_status(NTE_INVALID_PARAMETER, key_status(key, &bits, 60, 0));
    add_text(&generic, KDF_LABEL, "label");             /* open question: the same twice */
    check_status(NTE_INVALID_PARAMETER, key_status(key, &generic, 60, 0));
    check_success(NCryptFreeObject(key));
}

static void test_concat(NCRYPT_PROV_HANDLE provider)
{
    static const char expected[] =
        "4a3d88d827534fe080c938fd1ff16c1d5c478298e32c4105b70f075b717e2c9cd369f5bb291835d1";
    NCRYPT_KEY_HANDLE key = make_kdf_key(provider, NCRYPT_SP80056A_CONCAT_ALGORITHM, NULL);
    struct list list = NO_BUFFERS, generic = NO_BUFFERS;

    add_text(&list, KDF_ALGORITHMID, "alg");
    add_text(&list, KDF_PARTYUINFO, "U");
    add_text(&list, KDF_PARTYVINFO, "party V");
    check_status(NTE_INVALID_PARAMETER, key_status(key, &list, 40, 0));
    add_hash(&list, L"SHA1");
    check_key(key, &list, 40, 0, expected);                                             /* 13.19 */
    add_hash(&generic, L"SHA1");
    add_text(&generic, KDF_GENERIC_PARAMETER, "algUparty V");
    check_key(key, &generic, 40, 0, expected);
    check_success(NCryptFreeObject(key));
}

static void test_pbkdf2(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_kdf_key(provider, NCRYPT_PBKDF2_ALGORITHM, NULL);
    struct list list = NO_BUFFERS, no_salt = NO_BUFFERS;
    ULONGLONG count = 3, large = 0x100000001, zero = 0;

    add_hash(&list, L"SHA256");
    add_text(&list, KDF_SALT, "salt");
    check_key(key, &list, 20, 0, "200b1bddfd20200aecd3882265a978df73f0db48");           /* 13.20 */
    add(&list, KDF_ITERATION_COUNT, &count, 8);
    check_key(key, &list, 20, 0, "bb6da4c930f4c465f45ba02990c23d0eb3b691d1");
    list.buffers[2].cbBuffer = 4;
    check_key(key, &list, 20, 0, "bb6da4c930f4c465f45ba02990c23d0eb3b691d1");
    list.buffers[1].BufferType = KDF_GENERIC_PARAMETER;
    check_key(key, &list, 20, 0, "bb6da4c930f4c465f45ba02990c23d0eb3b691d1");
    list.buffers[2].cbBuffer = 5;
    check_status(NTE_INVALID_PARAMETER, key_status(key, &list, 20, 0));
    list.buffers[2].cbBuffer = 0;
    check_status(NTE_INVALID_PARAMETER, key_status(key, &list, 20, 0));
    list.buffers[2].cbBuffer = 8;
    list.buffers[2].pvBuffer = &large;
    check_status(NTE_INVALID_PARAMETER, key_status(key, &list, 20, 0));
    list.buffers[2].pvBuffer = &zero;
    check_status(NTE_INVALID_PARAMETER, key_status(key, &list, 20, 0));

    add_hash(&no_salt, L"SHA256");                      /* open question: page and header disagree */
    add(&no_salt, KDF_ITERATION_COUNT, &count, 8);
    check_key(key, &no_salt, 20, 0, "35bee62c9590fe2c8723109f94e22c08e01b4e64");
    check_success(NCryptFreeObject(key));
}

static void test_capi(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_kdf_key(provider, NCRYPT_CAPI_KDF_ALGORITHM, NULL);
    struct list list = NO_BUFFERS, sha2 = NO_BUFFERS;

    check_status(NTE_INVALID_PARAMETER, key_status(key, NULL, 16, 0));
    add_hash(&list, L"SHA1");
    add_hash(&sha2, L"SHA256");
    check_key(key, &list, 20, 0, "56178b86a57fac22899a9964185c2cc96e7da589");           /* 13.21 */
    check_key(key, &list, 8, 0, "56178b86a57fac22");
    check_key(key, &list, 32, BCRYPT_CAPI_AES_FLAG,
              "1540aa755bf6b9e873edbfc213cbec4a9cf52aa88b4aadcd5f3e17457653b950");
    check_key(key, &list, 16, BCRYPT_CAPI_AES_FLAG | NCRYPT_SILENT_FLAG, "1540aa755bf6b9e873edbfc213cbec4a");
    check_status(NTE_INVALID_PARAMETER, key_status(key, &list, 41, BCRYPT_CAPI_AES_FLAG));
    check_key(key, &sha2, 32, BCRYPT_CAPI_AES_FLAG, "be45cb2605bf36bebde684841a28f0fd43c69850a3dce5fedba69928ee3a8991");
    check_key(key, &sha2, 60, 0, "d2b68bef2ee5073d6dad5382be283b2b6e553037e74a8be07cf3a34932b57c833be5de7a86c95eae"
                                 "da8d3ed68d6ecad255d799fb0d57896363163d3d");     /* open question */
    check_status(NTE_INVALID_PARAMETER, key_status(key, &sha2, 65, 0));
    check_status(NTE_BAD_FLAGS, key_status(key, &list, 20, 1));
    check_success(NCryptFreeObject(key));
}

static void test_hkdf(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_kdf_key(provider, L"HKDF", NULL);
    struct list list = NO_BUFFERS;

    add_text(&list, KDF_HKDF_INFO, "info");
    check_status(NTE_BAD_KEY_STATE, key_status(key, &list, 42, 0));
    check_success(set_text(key, BCRYPT_HKDF_HASH_ALGORITHM, L"SHA256", 0));
    check_success(NCryptSetProperty(key, BCRYPT_HKDF_SALT_AND_FINALIZE, (BYTE *)"salt", 4, 0));
    check_key(key, &list, 42, 0,
              "f83a387899f405fb64e48ee655b78972ca99400cb82f5bec0a484f1d2f1a8ab85e72e3134e394d741c61");
    check_success(NCryptFreeObject(key));
    key = make_kdf_key(provider, NCRYPT_PBKDF2_ALGORITHM, NULL);
    check_status(NTE_NOT_SUPPORTED, set_text(key, BCRYPT_HKDF_HASH_ALGORITHM, L"SHA256", 0));
    check_success(NCryptFreeObject(key));
}

static void test_tls(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_kdf_key(provider, L"TLS1_1_KDF", NULL);
    struct list list = NO_BUFFERS;

    add_text(&list, KDF_TLS_PRF_LABEL, "label");
    check_status(NTE_INVALID_PARAMETER, key_status(key, &list, 50, 0));
    add_text(&list, KDF_TLS_PRF_SEED, "any seed");
    check_key(key, &list, 50, 0, "cdb470108eed453fb9185e902c25f1d4a59cfc52a22312f592090d14b0d7a880"
                                 "4c7221f0f44c2db47fe7883526b2d0af4c9f");
    check_success(NCryptFreeObject(key));

    key = make_kdf_key(provider, L"TLS1_2_KDF", NULL);
    check_status(NTE_INVALID_PARAMETER, key_status(key, &list, 50, 0));
    add_hash(&list, L"SHA512");
    check_key(key, &list, 50, 0, "554c3f735ddb5548751e19f5d017d5ef0b02254362ac8cfe61d84be2eced0102"
                                 "2651b9848f7aea6fb18e036cf0852e5cb737");
    check_success(NCryptFreeObject(key));
}

static void test_named(NCRYPT_PROV_HANDLE provider)
{
    static const WCHAR *const algs[] = { NCRYPT_SP800108_CTR_HMAC_ALGORITHM, NCRYPT_SP80056A_CONCAT_ALGORITHM,
                                         NCRYPT_PBKDF2_ALGORITHM, NCRYPT_CAPI_KDF_ALGORITHM };
    struct list list = NO_BUFFERS;
    NCRYPT_KEY_HANDLE key;
    BYTE first[32], second[32];
    WCHAR name[128];
    DWORD size, i;

    add_hash(&list, L"SHA256");
    add_text(&list, KDF_GENERIC_PARAMETER, "generic");
    for (i = 0; i < ARRAY_SIZE(algs); i++)                                              /* 3.30 */
    {
        winetest_push_context("%s", wine_dbgstr_w(algs[i]));
        key = make_kdf_key(provider, algs[i], key_name(name, L"kdf"));
        check_success(NCryptKeyDerivation(key, &list.desc, first, 32, &size, 0));
        check_success(NCryptFreeObject(key));
        check_success(NCryptOpenKey(provider, &key, name, 0, 0));
        memset(second, 0, 32);
        check_success(NCryptKeyDerivation(key, &list.desc, second, 32, &size, 0));
        ok(!memcmp(first, second, 32), "the stored key derives something else\n");
        check_success(NCryptDeleteKey(key, 0));
        winetest_pop_context();
    }
}

static void test_refused(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_kdf_key(provider, NCRYPT_PBKDF2_ALGORITHM, NULL), rsa;
    struct list list = NO_BUFFERS, unknown = NO_BUFFERS;
    BYTE output[32];
    DWORD size;

    add_hash(&list, L"SHA256");
    check_status(NTE_INVALID_PARAMETER, NCryptKeyDerivation(key, &list.desc, NULL, 0, &size, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptKeyDerivation(key, &list.desc, NULL, 32, &size, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptKeyDerivation(key, &list.desc, output, 32, NULL, 0));
    check_status(NTE_INVALID_PARAMETER, key_status(key, NULL, 32, 0));
    check_status(NTE_BAD_FLAGS, key_status(key, &list, 32, BCRYPT_CAPI_AES_FLAG));
    check_status(NTE_INVALID_HANDLE, key_status(provider, &list, 32, 0));
    add_hash(&unknown, L"SHA257");
    check_status(NTE_NOT_SUPPORTED, key_status(key, &unknown, 32, 0));
    check_success(NCryptFreeObject(key));

    check_success(NCryptCreatePersistedKey(provider, &key, NCRYPT_PBKDF2_ALGORITHM, NULL, 0, 0));
    check_status(NTE_BAD_KEY_STATE, key_status(key, &list, 32, 0));
    check_success(NCryptFreeObject(key));
    rsa = make_key(provider, L"RSA", NULL, 1024, 0, 0);
    check_status(NTE_NOT_SUPPORTED, key_status(rsa, &list, 32, 0));
    check_success(NCryptFreeObject(rsa));
}

START_TEST(key_derivation)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_counter(provider);
    test_concat(provider);
    test_pbkdf2(provider);
    test_capi(provider);
    test_hkdf(provider);
    test_tls(provider);
    test_named(provider);
    test_refused(provider);
    NCryptFreeObject(provider);
}
