/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-DSA by the calls of .NET 10's MLDsaCng, in their order (rows A.38 to A.57). */
#include "pq_test.h"

static const struct { const WCHAR *set; DWORD public_size, private_size, signature_size; } sets[] =
{
    { L"44", 1312, 2560, 2420 },
    { L"65", 1952, 4032, 3309 },
    { L"87", 2592, 4896, 4627 },
};

static const WCHAR *const private_types[3] =
    { BCRYPT_PQDSA_PRIVATE_BLOB, BCRYPT_PQDSA_PRIVATE_SEED_BLOB, NCRYPT_PKCS8_PRIVATE_KEY_BLOB };

static BYTE message[] = "a message", signature[8192];

static SECURITY_STATUS sign(NCRYPT_KEY_HANDLE key, BCRYPT_PQDSA_PADDING_INFO *padding, BYTE *data, DWORD data_size)
{
    DWORD size;

    return NCryptSignHash(key, padding, data, data_size, signature, sizeof(signature), &size,
                          padding ? NCRYPT_PAD_PQDSA_FLAG : 0);
}

static SECURITY_STATUS verify(NCRYPT_KEY_HANDLE key, BCRYPT_PQDSA_PADDING_INFO *padding, BYTE *data, DWORD data_size,
                              DWORD size)
{
    return NCryptVerifySignature(key, padding, data, data_size, signature, size, padding ? NCRYPT_PAD_PQDSA_FLAG : 0);
}

/* No key has so long a signature. */
static SECURITY_STATUS verify_long(NCRYPT_KEY_HANDLE key, BCRYPT_PQDSA_PADDING_INFO *padding)
{
    const DWORD size = 0x20000;
    BYTE *data = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size);
    SECURITY_STATUS status = NCryptVerifySignature(key, padding, message, sizeof(message), data, size,
                                                   padding ? NCRYPT_PAD_PQDSA_FLAG : 0);

    HeapFree(GetProcessHeap(), 0, data);
    return status;
}

static void test_class(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    unsigned int i;
    DWORD length;

    check_success(NCryptIsAlgSupported(provider, NCRYPT_MLDSA_ALGORITHM, 0));
    for (i = 0; i < ARRAY_SIZE(sets); i++)
    {
        key = make_pq_key(provider, NCRYPT_MLDSA_ALGORITHM, sets[i].set, NULL, 0);
        check_text(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, L"MLDSA");                             /* A.16 */
        check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"ML-DSA");
        check_text(key, NCRYPT_PARAMETER_SET_NAME_PROPERTY, sets[i].set);                       /* A.15 */
        check_dword(key, NCRYPT_SIGNATURE_LENGTH_PROPERTY, sets[i].signature_size);             /* A.19 */
        check_success(NCryptFreeObject(key));
    }
    check_success(NCryptCreatePersistedKey(provider, &key, NCRYPT_MLDSA_ALGORITHM, NULL, 0, 0));
    /* open question: the code */
    check_status(NTE_BAD_KEY_STATE, get_dword(key, NCRYPT_SIGNATURE_LENGTH_PROPERTY, &length));
    check_status(NTE_INVALID_PARAMETER, set_text(key, NCRYPT_PARAMETER_SET_NAME_PROPERTY, L"46", 0));
    check_status(NTE_INVALID_PARAMETER, NCryptFinalizeKey(key, 0));             /* A.22, open question: the code */
    check_success(NCryptFreeObject(key));
}

static void test_signatures(NCRYPT_PROV_HANDLE provider)
{
    BCRYPT_PQDSA_PADDING_INFO none = { NULL, 0, NULL }, context = { (UCHAR *)"context", 7, NULL };
    NCRYPT_KEY_HANDLE key;
    unsigned int i;
    DWORD size, n;

    for (i = 0; i < ARRAY_SIZE(sets); i++)
    {
        n = sets[i].signature_size;
        key = make_pq_key(provider, NCRYPT_MLDSA_ALGORITHM, sets[i].set, NULL, 0);
        check_success(NCryptSignHash(key, NULL, NULL, 0, NULL, 0, &size, 0));                   /* A.41 */
        ok(size == n, "got %lu\n", size);
        check_success(sign(key, &none, message, sizeof(message)));
        check_success(verify(key, &none, message, sizeof(message), n));
        check_success(verify(key, NULL, message, sizeof(message), n));                          /* A.39 */
        check_status(NTE_BAD_SIGNATURE, verify(key, &context, message, sizeof(message), n));
        check_status(NTE_BAD_SIGNATURE, verify(key, &none, message, sizeof(message) - 1, n));
        check_status(NTE_BAD_SIGNATURE, verify(key, &none, message, sizeof(message), n - 1));   /* A.43 */
        check_status(NTE_BAD_SIGNATURE, verify(key, &none, message, sizeof(message), n + 1));
        check_status(NTE_BAD_SIGNATURE, verify_long(key, &none));
        check_success(sign(key, &context, message, sizeof(message)));
        check_success(verify(key, &context, message, sizeof(message), n));
        check_success(sign(key, &none, NULL, 0));                                               /* A.42 */
        check_success(verify(key, &none, message, 0, n));
        check_status(NTE_BUFFER_TOO_SMALL, NCryptSignHash(key, NULL, message, 4, signature, n - 1, &size, 0));
        ok(size == n, "got %lu\n", size);
        check_success(NCryptFreeObject(key));
    }
}

/* A.40 */
static void test_prehashed(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_pq_key(provider, NCRYPT_MLDSA_ALGORITHM, L"44", NULL, 0);
    BCRYPT_PQDSA_PADDING_INFO sha256 = { NULL, 0, BCRYPT_SHA256_ALGORITHM }, none = { NULL, 0, NULL };
    BCRYPT_PQDSA_PADDING_INFO sha512 = { (UCHAR *)"c", 1, BCRYPT_SHA512_ALGORITHM };
    BYTE digest[64] = { 1, 2, 3 };

    check_success(sign(key, &sha256, digest, 32));
    check_success(verify(key, &sha256, digest, 32, 2420));
    check_status(NTE_BAD_SIGNATURE, verify(key, &none, digest, 32, 2420));
    check_status(NTE_INVALID_PARAMETER, sign(key, &sha256, digest, 31));
    check_success(sign(key, &sha512, digest, 64));
    check_success(verify(key, &sha512, digest, 64, 2420));
    check_success(NCryptFreeObject(key));
}

static void test_padding(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_pq_key(provider, NCRYPT_MLDSA_ALGORITHM, L"44", NULL, 0);
    BYTE context[256] = { 0 };
    BCRYPT_PQDSA_PADDING_INFO padding = { context, 255, NULL };

    check_success(sign(key, &padding, message, 4));
    padding.cbCtx = 256;
    check_status(NTE_INVALID_PARAMETER, sign(key, &padding, message, 4));
    padding.cbCtx = 0xffffffff;
    check_status(NTE_INVALID_PARAMETER, sign(key, &padding, message, 4));
    padding.pbCtx = NULL;
    check_status(NTE_INVALID_PARAMETER, sign(key, &padding, message, 4));
    check_success(NCryptFreeObject(key));
}

/* The message is megabytes long; of other keys, what is longer than any digest is refused unread. */
static void test_long_message(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_pq_key(provider, NCRYPT_MLDSA_ALGORITHM, L"65", NULL, 0), ec;
    const DWORD size = 5 << 20;
    BYTE *data = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size);

    check_success(sign(key, NULL, data, size));
    check_success(verify(key, NULL, data, size, 3309));
    data[size - 1] ^= 1;
    check_status(NTE_BAD_SIGNATURE, verify(key, NULL, data, size, 3309));
    ec = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    check_status(NTE_INVALID_PARAMETER, sign(ec, NULL, (BYTE *)16, 0x10001));
    check_status(NTE_INVALID_PARAMETER, verify(ec, NULL, (BYTE *)16, 0x10001, 64));
    check_status(NTE_BAD_SIGNATURE, verify_long(ec, NULL));
    HeapFree(GetProcessHeap(), 0, data);
    check_success(NCryptFreeObject(ec));
    check_success(NCryptFreeObject(key));
}

static void check_blobs(NCRYPT_PROV_HANDLE provider, unsigned int i)
{
    NCRYPT_KEY_HANDLE key = make_pq_key(provider, NCRYPT_MLDSA_ALGORITHM, sets[i].set, NULL, EXPORTABLE), other;
    static BYTE public_blob[BLOB_ROOM], private_blob[BLOB_ROOM], seed_blob[BLOB_ROOM], blob[BLOB_ROOM];
    DWORD public_size, private_size, seed_size, size;

    public_size = export_pq_blob(key, BCRYPT_PQDSA_PUBLIC_BLOB, BCRYPT_MLDSA_PUBLIC_MAGIC, sets[i].set,
                                 sets[i].public_size, public_blob);
    private_size = export_pq_blob(key, BCRYPT_PQDSA_PRIVATE_BLOB, BCRYPT_MLDSA_PRIVATE_MAGIC, sets[i].set,
                                  sets[i].private_size, private_blob);
    seed_size = export_pq_blob(key, BCRYPT_PQDSA_PRIVATE_SEED_BLOB, BCRYPT_MLDSA_PRIVATE_SEED_MAGIC, sets[i].set, 32,
                               seed_blob);
    check_success(sign(key, NULL, message, sizeof(message)));
    check_success(NCryptFreeObject(key));

    check_success(import_blob(provider, BCRYPT_PQDSA_PUBLIC_BLOB, public_blob, public_size, &key));     /* A.49 */
    check_success(verify(key, NULL, message, sizeof(message), sets[i].signature_size));
    check_closed(key, private_types);
    check_status(NTE_INVALID_PARAMETER, sign(key, NULL, message, sizeof(message)));                     /* A.57 */
    check_success(NCryptFreeObject(key));

    check_success(import_blob(provider, BCRYPT_PQDSA_PRIVATE_SEED_BLOB, seed_blob, seed_size, &key));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, EXPORTABLE, 0));
    check_success(export_blob(key, BCRYPT_PQDSA_PRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(size == private_size && !memcmp(blob, private_blob, size), "another key\n");
    check_success(export_blob(key, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, blob, sizeof(blob), &size));
    ok(size == 54, "got %lu\n", size);                                                                  /* A.61 */
    check_success(import_blob(provider, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, blob, size, &other));            /* A.50 */
    check_text(other, NCRYPT_PARAMETER_SET_NAME_PROPERTY, sets[i].set);
    check_success(NCryptFreeObject(other));
    check_success(NCryptFreeObject(key));

    check_success(NCryptCreatePersistedKey(provider, &key, NCRYPT_MLDSA_ALGORITHM, NULL, 0, 0));
    check_success(set_text(key, NCRYPT_PARAMETER_SET_NAME_PROPERTY, sets[(i + 1) % 3].set, 0));
    /* open question: the code */
    check_status(NTE_INVALID_PARAMETER,
                 NCryptSetProperty(key, BCRYPT_PQDSA_PRIVATE_SEED_BLOB, seed_blob, seed_size, 0));
    check_success(NCryptFreeObject(key));

    check_success(import_blob(provider, BCRYPT_PQDSA_PRIVATE_BLOB, private_blob, private_size, &key));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, EXPORTABLE, 0));
    check_status(NTE_NOT_SUPPORTED, export_blob(key, BCRYPT_PQDSA_PRIVATE_SEED_BLOB, NULL, 0, &size));  /* A.55 */
    check_success(export_blob(key, BCRYPT_PQDSA_PRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(size == private_size && !memcmp(blob, private_blob, size), "another key\n");
    check_success(NCryptFreeObject(key));
}

static void test_policies(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_pq_key(provider, NCRYPT_MLDSA_ALGORITHM, L"65", NULL, 0), other;
    static BYTE data[BLOB_ROOM];
    DWORD size;

    check_closed(key, private_types);                                                           /* A.53 */
    check_success(export_blob(key, BCRYPT_PQDSA_PUBLIC_BLOB, NULL, 0, &size));
    check_success(NCryptFreeObject(key));

    key = make_pq_key(provider, NCRYPT_MLDSA_ALGORITHM, L"65", NULL, NCRYPT_ALLOW_EXPORT_FLAG);
    check_closed(key, private_types);
    check_success(sign(key, NULL, message, sizeof(message)));
    other = import_encrypted(provider, data, export_encrypted(key, data));                      /* A.54 */
    check_success(verify(other, NULL, message, sizeof(message), 3309));
    check_success(NCryptFreeObject(other));
    check_success(NCryptFreeObject(key));
}

/* A.48, A.51 */
static void test_persisted(NCRYPT_PROV_HANDLE provider)
{
    static BYTE blob[BLOB_ROOM];
    NCRYPT_KEY_HANDLE key, again;
    WCHAR name[128];
    DWORD size;

    key = make_pq_key(provider, NCRYPT_MLDSA_ALGORITHM, L"87", key_name(name, L"mldsa"), EXPORTABLE);
    check_success(NCryptOpenKey(provider, &again, name, 0, 0));
    check_text(again, NCRYPT_PARAMETER_SET_NAME_PROPERTY, L"87");
    check_success(sign(key, NULL, message, sizeof(message)));
    check_success(verify(again, NULL, message, sizeof(message), 4627));
    check_success(NCryptFreeObject(again));
    size = export_pq_blob(key, BCRYPT_PQDSA_PRIVATE_BLOB, BCRYPT_MLDSA_PRIVATE_MAGIC, L"87", 4896, blob);
    check_success(NCryptFreeObject(key));

    key = create_from_blob(provider, NCRYPT_MLDSA_ALGORITHM, name, BCRYPT_PQDSA_PRIVATE_BLOB, blob, size);
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(verify(key, NULL, message, sizeof(message), 4627));
    check_status(NTE_NOT_SUPPORTED, export_blob(key, BCRYPT_PQDSA_PRIVATE_SEED_BLOB, NULL, 0, &size));
    check_success(NCryptDeleteKey(key, 0));
}

START_TEST(mldsa)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    unsigned int i;

    test_class(provider);
    test_signatures(provider);
    test_prehashed(provider);
    test_padding(provider);
    test_long_message(provider);
    for (i = 0; i < ARRAY_SIZE(sets); i++) check_blobs(provider, i);
    test_policies(provider);
    test_persisted(provider);
    check_success(NCryptFreeObject(provider));
}
