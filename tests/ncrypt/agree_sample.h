/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the topics of agreement and derivation share: published pairs of keys with their secrets, lists of buffers
 * (rows of A.13). Include after ncrypt_test.h and vectors.h. */
#ifndef NCRYPT_AGREE_SAMPLE_H
#define NCRYPT_AGREE_SAMPLE_H

/* Names that older bcrypt.h lacks. */
#ifndef BCRYPT_HKDF_HASH_ALGORITHM
#define BCRYPT_HKDF_HASH_ALGORITHM L"HkdfHashAlgorithm"
#define BCRYPT_HKDF_SALT_AND_FINALIZE L"HkdfSaltAndFinalize"
#define BCRYPT_HKDF_PRK_AND_FINALIZE L"HkdfPrkAndFinalize"
#endif
#ifndef BCRYPT_ECDH_PRIVATE_GENERIC_MAGIC
#define BCRYPT_ECDH_PRIVATE_GENERIC_MAGIC 0x564b4345
#endif
#ifndef BCRYPT_CAPI_AES_FLAG
#define BCRYPT_CAPI_AES_FLAG 0x10
#endif

/* RFC 5903 8.1, the 256-bit random ECP group. */
static const struct ec_numbers ike_initiator =
{
    "dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180",
    "5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3",
    "c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433",
};
static const struct ec_numbers ike_responder =
{
    "d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63",
    "56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab",
    "c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53",
};
#define IKE_SECRET          "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de"
#define IKE_SECRET_REVERSED "de42944bd064248103ce7dce9e8eef2f206525e1e01631d1afedf6426b0f84d6"

static inline NCRYPT_KEY_HANDLE import_ecdh(NCRYPT_PROV_HANDLE provider, DWORD magic, const struct ec_numbers *k,
                                            BOOL is_private)
{
    NCRYPT_KEY_HANDLE key;
    BYTE blob[256];
    DWORD size;

    size = ec_blob(blob, is_private ? PRIVATE_MAGIC(magic) : magic, k->x, k->y, is_private ? k->d : NULL);
    check_success(import_blob(provider, is_private ? BCRYPT_ECCPRIVATE_BLOB : BCRYPT_ECCPUBLIC_BLOB, blob, size,
                              &key));
    return key;
}

/* The secret of RFC 5903. */
static inline NCRYPT_SECRET_HANDLE ike_secret(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE own = import_ecdh(provider, BCRYPT_ECDH_PUBLIC_P256_MAGIC, &ike_initiator, TRUE);
    NCRYPT_KEY_HANDLE peer = import_ecdh(provider, BCRYPT_ECDH_PUBLIC_P256_MAGIC, &ike_responder, FALSE);
    NCRYPT_SECRET_HANDLE secret = 0;

    check_success(NCryptSecretAgreement(own, peer, &secret, 0));
    NCryptFreeObject(own);
    NCryptFreeObject(peer);
    return secret;
}

/* A list of buffers that grows. */
struct list
{
    NCryptBufferDesc desc;
    NCryptBuffer buffers[16];
};
#define NO_BUFFERS { { 0 }, { { 0 } } }

static inline void add(struct list *list, DWORD type, const void *data, DWORD size)
{
    NCryptBuffer *buffer = &list->buffers[list->desc.cBuffers++];

    list->desc.pBuffers = list->buffers;
    buffer->BufferType = type;
    buffer->cbBuffer = size;
    buffer->pvBuffer = (void *)data;
}

static inline void add_text(struct list *list, DWORD type, const char *text)
{
    add(list, type, text, strlen(text));
}

/* With its NUL. */
static inline void add_hash(struct list *list, const WCHAR *hash)
{
    add(list, KDF_HASH_ALGORITHM, hash, (lstrlenW(hash) + 1) * sizeof(WCHAR));
}

/* A derivation that fills size bytes of a larger buffer, with exactly these. */
static inline void check_derived_(const char *file, int line, SECURITY_STATUS status, const BYTE *output,
                                  DWORD result, const char *expected)
{
    BYTE bytes[256];
    DWORD size = from_hex(bytes, expected);

    ok_(file, line)(!status, "got %#lx\n", status);
    ok_(file, line)(result == size, "got size %lu, expected %lu\n", result, size);
    ok_(file, line)(!memcmp(output, bytes, size), "wrong bytes, the first is %#x\n", output[0]);
    ok_(file, line)(output[size] == 0xcc, "wrote past the end\n");
}

static inline void check_secret_(const char *file, int line, NCRYPT_SECRET_HANDLE secret, const WCHAR *kdf,
                                 struct list *list, DWORD size, DWORD flags, const char *expected)
{
    BYTE output[256];
    DWORD result = 0xdeadbeef;
    SECURITY_STATUS status;

    memset(output, 0xcc, sizeof(output));
    status = NCryptDeriveKey(secret, kdf, list ? &list->desc : NULL, output, size, &result, flags);
    check_derived_(file, line, status, output, result, expected);
}
#define check_secret(secret, kdf, list, size, flags, expected) \
    check_secret_(__FILE__, __LINE__, secret, kdf, list, size, flags, expected)

static inline SECURITY_STATUS derive_status(NCRYPT_SECRET_HANDLE secret, const WCHAR *kdf, struct list *list,
                                            DWORD flags)
{
    BYTE output[256];
    DWORD result;

    return NCryptDeriveKey(secret, kdf, list ? &list->desc : NULL, output, 48, &result, flags);
}

#endif
