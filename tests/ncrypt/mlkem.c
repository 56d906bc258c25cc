/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-KEM by the calls of .NET 10's MLKemCng, in their order (rows A.33 to A.58). */
#include "pq_test.h"

static const struct { const WCHAR *set; DWORD public_size, private_size, ciphertext_size; } sets[] =
{
    { L"512", 800, 1632, 768 },
    { L"768", 1184, 2400, 1088 },
    { L"1024", 1568, 3168, 1568 },
};

static const WCHAR *const private_types[3] =
    { BCRYPT_MLKEM_PRIVATE_BLOB, BCRYPT_MLKEM_PRIVATE_SEED_BLOB, NCRYPT_PKCS8_PRIVATE_KEY_BLOB };

static BYTE sent[32], received[32], ciphertext[2048];

static SECURITY_STATUS encapsulate(NCRYPT_KEY_HANDLE key, DWORD size)
{
    ULONG secret_size = 0xdeadbeef, ciphertext_size = 0xdeadbeef;
    SECURITY_STATUS status;

    status = NCryptEncapsulate(key, sent, sizeof(sent), &secret_size, ciphertext, size, &ciphertext_size, 0);
    ok(status || (secret_size == 32 && ciphertext_size == size), "got %lu and %lu\n", secret_size, ciphertext_size);
    return status;
}

static SECURITY_STATUS decapsulate(NCRYPT_KEY_HANDLE key, DWORD size)
{
    ULONG secret_size = 0xdeadbeef;
    SECURITY_STATUS status;

    status = NCryptDecapsulate(key, ciphertext, size, received, sizeof(received), &secret_size, 0);
    ok(status || secret_size == 32, "got %lu\n", secret_size);
    return status;
}

static void test_class(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    unsigned int i;

    check_success(NCryptIsAlgSupported(provider, NCRYPT_MLKEM_ALGORITHM, 0));
    for (i = 0; i < ARRAY_SIZE(sets); i++)
    {
        key = make_pq_key(provider, NCRYPT_MLKEM_ALGORITHM, sets[i].set, NULL, 0);
        check_text(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, L"MLKEM");                             /* A.16 */
        check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"ML-KEM");
        check_text(key, NCRYPT_PARAMETER_SET_NAME_PROPERTY, sets[i].set);                       /* A.15 */
        check_dword(key, NCRYPT_KEM_SHARED_SECRET_LENGTH_PROPERTY, 32);                         /* A.18 */
        check_dword(key, NCRYPT_KEM_CIPHERTEXT_LENGTH_PROPERTY, sets[i].ciphertext_size);
        check_success(NCryptFreeObject(key));
    }
    check_success(NCryptCreatePersistedKey(provider, &key, NCRYPT_MLKEM_ALGORITHM, NULL, 0, 0));
    check_status(NTE_INVALID_PARAMETER, set_text(key, NCRYPT_PARAMETER_SET_NAME_PROPERTY, L"44", 0));
    check_status(NTE_INVALID_PARAMETER, NCryptFinalizeKey(key, 0));             /* A.22, open question: the code */
    check_success(NCryptFreeObject(key));
}

/* A.35a */
static void test_secrets(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    ULONG secret_size, size;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(sets); i++)
    {
        key = make_pq_key(provider, NCRYPT_MLKEM_ALGORITHM, sets[i].set, NULL, 0);
        check_success(NCryptEncapsulate(key, NULL, 0, &secret_size, NULL, 0, &size, 0));        /* A.34 */
        ok(secret_size == 32 && size == sets[i].ciphertext_size, "got %lu and %lu\n", secret_size, size);
        check_success(NCryptDecapsulate(key, NULL, 0, NULL, 0, &secret_size, 0));
        ok(secret_size == 32, "got %lu\n", secret_size);
        check_success(encapsulate(key, sets[i].ciphertext_size));
        check_success(decapsulate(key, sets[i].ciphertext_size));
        ok(!memcmp(sent, received, sizeof(sent)), "another secret\n");
        ciphertext[5] ^= 4;
        check_success(decapsulate(key, sets[i].ciphertext_size));                               /* A.36 */
        ok(memcmp(sent, received, sizeof(sent)), "the same secret\n");
        check_status(NTE_INVALID_PARAMETER, decapsulate(key, sets[i].ciphertext_size - 1));     /* A.35 */
        check_status(NTE_INVALID_PARAMETER, decapsulate(key, sets[i].ciphertext_size + 1));
        check_success(NCryptFreeObject(key));
    }
}

static void test_arguments(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_pq_key(provider, NCRYPT_MLKEM_ALGORITHM, L"768", NULL, 0), rsa;
    ULONG secret_size = 1, size = 1;

    check_status(NTE_INVALID_HANDLE, NCryptEncapsulate(0, NULL, 0, &secret_size, NULL, 0, &size, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptEncapsulate(key, NULL, 0, NULL, NULL, 0, &size, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptEncapsulate(key, NULL, 0, &secret_size, NULL, 0, NULL, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptEncapsulate(key, sent, 32, &secret_size, NULL, 0, &size, 0));
    check_status(NTE_BAD_FLAGS, NCryptEncapsulate(key, NULL, 0, &secret_size, NULL, 0, &size, 1));
    check_status(NTE_INVALID_PARAMETER, NCryptDecapsulate(key, ciphertext, 1088, received, 32, NULL, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptDecapsulate(key, NULL, 1088, received, 32, &size, 0));
    check_status(NTE_BAD_FLAGS, NCryptDecapsulate(key, ciphertext, 1088, received, 32, &size, 1));
    ok(secret_size == 1 && size == 1, "sizes were set\n");

    check_status(NTE_BUFFER_TOO_SMALL, NCryptEncapsulate(key, sent, 32, &secret_size, ciphertext, 1087, &size, 0));
    ok(secret_size == 32 && size == 1088, "got %lu and %lu\n", secret_size, size);
    check_status(NTE_BUFFER_TOO_SMALL, NCryptDecapsulate(key, ciphertext, 1088, received, 31, &size, 0));
    ok(size == 32, "got %lu\n", size);

    rsa = make_key(provider, L"RSA", NULL, 1024, 0, 0);
    check_status(NTE_NOT_SUPPORTED, NCryptEncapsulate(rsa, NULL, 0, &secret_size, NULL, 0, &size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptDecapsulate(rsa, ciphertext, 128, received, 32, &size, 0));
    check_success(NCryptFreeObject(rsa));
    check_success(NCryptFreeObject(key));
}

static void check_blobs(NCRYPT_PROV_HANDLE provider, unsigned int i)
{
    NCRYPT_KEY_HANDLE key = make_pq_key(provider, NCRYPT_MLKEM_ALGORITHM, sets[i].set, NULL, EXPORTABLE), other;
    static BYTE public_blob[BLOB_ROOM], private_blob[BLOB_ROOM], seed_blob[BLOB_ROOM], blob[BLOB_ROOM];
    DWORD public_size, private_size, seed_size, size;

    public_size = export_pq_blob(key, BCRYPT_MLKEM_PUBLIC_BLOB, BCRYPT_MLKEM_PUBLIC_MAGIC, sets[i].set,
                                 sets[i].public_size, public_blob);
    private_size = export_pq_blob(key, BCRYPT_MLKEM_PRIVATE_BLOB, BCRYPT_MLKEM_PRIVATE_MAGIC, sets[i].set,
                                  sets[i].private_size, private_blob);
    seed_size = export_pq_blob(key, BCRYPT_MLKEM_PRIVATE_SEED_BLOB, BCRYPT_MLKEM_PRIVATE_SEED_MAGIC, sets[i].set, 64,
                               seed_blob);
    check_success(NCryptFreeObject(key));

    check_success(import_blob(provider, BCRYPT_MLKEM_PUBLIC_BLOB, public_blob, public_size, &key));     /* A.49 */
    check_success(encapsulate(key, sets[i].ciphertext_size));
    check_closed(key, private_types);
    check_failure(decapsulate(key, sets[i].ciphertext_size));                                           /* A.37 */
    check_success(NCryptFreeObject(key));

    check_success(import_blob(provider, BCRYPT_MLKEM_PRIVATE_SEED_BLOB, seed_blob, seed_size, &key));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, EXPORTABLE, 0));
    check_success(decapsulate(key, sets[i].ciphertext_size));
    ok(!memcmp(sent, received, sizeof(sent)), "another secret\n");
    check_success(export_blob(key, BCRYPT_MLKEM_PRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(size == private_size && !memcmp(blob, private_blob, size), "another key\n");
    check_success(export_blob(key, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, blob, sizeof(blob), &size));
    ok(size == 86, "got %lu\n", size);                                                                  /* A.61 */
    check_success(import_blob(provider, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, blob, size, &other));            /* A.50 */
    check_text(other, NCRYPT_PARAMETER_SET_NAME_PROPERTY, sets[i].set);
    check_success(NCryptFreeObject(other));
    check_success(NCryptFreeObject(key));

    check_success(import_blob(provider, BCRYPT_MLKEM_PRIVATE_BLOB, private_blob, private_size, &key));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, EXPORTABLE, 0));
    check_success(decapsulate(key, sets[i].ciphertext_size));
    ok(!memcmp(sent, received, sizeof(sent)), "another secret\n");
    check_status(NTE_NOT_SUPPORTED, export_blob(key, BCRYPT_MLKEM_PRIVATE_SEED_BLOB, NULL, 0, &size));  /* A.55 */
    check_success(NCryptFreeObject(key));
}

static void test_policies(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_pq_key(provider, NCRYPT_MLKEM_ALGORITHM, L"512", NULL, 0), other;
    static BYTE data[BLOB_ROOM];
    DWORD size;

    check_closed(key, private_types);                                                           /* A.53 */
    check_success(export_blob(key, BCRYPT_MLKEM_PUBLIC_BLOB, NULL, 0, &size));
    check_success(NCryptFreeObject(key));

    key = make_pq_key(provider, NCRYPT_MLKEM_ALGORITHM, L"512", NULL, NCRYPT_ALLOW_EXPORT_FLAG);
    check_closed(key, private_types);
    check_success(encapsulate(key, 768));
    other = import_encrypted(provider, data, export_encrypted(key, data));                      /* A.54 */
    check_success(decapsulate(other, 768));
    ok(!memcmp(sent, received, sizeof(sent)), "another secret\n");
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

    key = make_pq_key(provider, NCRYPT_MLKEM_ALGORITHM, L"1024", key_name(name, L"mlkem"), EXPORTABLE);
    check_success(encapsulate(key, 1568));
    check_success(NCryptOpenKey(provider, &again, name, 0, 0));
    check_success(decapsulate(again, 1568));
    ok(!memcmp(sent, received, sizeof(sent)), "another secret\n");
    check_success(NCryptFreeObject(again));
    size = export_pq_blob(key, BCRYPT_MLKEM_PRIVATE_SEED_BLOB, BCRYPT_MLKEM_PRIVATE_SEED_MAGIC, L"1024", 64, blob);
    ok(size == 86, "got %lu\n", size);                                                          /* A.29 */
    check_success(NCryptFreeObject(key));

    key = create_from_blob(provider, NCRYPT_MLKEM_ALGORITHM, name, BCRYPT_MLKEM_PRIVATE_SEED_BLOB, blob, size);
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(decapsulate(key, 1568));
    ok(!memcmp(sent, received, sizeof(sent)), "another secret\n");
    check_success(NCryptDeleteKey(key, 0));
}

START_TEST(mlkem)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    unsigned int i;

    test_class(provider);
    test_secrets(provider);
    test_arguments(provider);
    for (i = 0; i < ARRAY_SIZE(sets); i++) check_blobs(provider, i);
    test_policies(provider);
    test_persisted(provider);
    check_success(NCryptFreeObject(provider));
}
