/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of every kind that a released version could store. `make` writes them, with that version; `use` says of each, on
 * a line of its own, what cannot change from version to version: names, policies, the hash of the exported key, and
 * what an operation gives. `touch` writes a property into each file, `delete` removes them all. Exits with 0 when
 * nothing failed. */
#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include <stdio.h>
#include <string.h>

#define HASH_SIZE 32
#define PLAINTEXT NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG
#define MACHINE NCRYPT_MACHINE_KEY_FLAG
#define PASSWORD L"Sesam"
#define NOTE L"a note of the program"

enum use { SIGN, SIGN_RSA, LOCKED, AGREE, CIPHER, KDF };

static const struct row
{
    const WCHAR *name, *algorithm, *curve;
    DWORD bits, flags, policy, spec;
    const WCHAR *blob;                  /* of the private key */
    enum use use;
} rows[] =
{
    {L"old rsa", L"RSA", NULL, 1024, 0, PLAINTEXT, 0, BCRYPT_RSAFULLPRIVATE_BLOB, SIGN_RSA},
    {L"old rsa of the machine", L"RSA", NULL, 2048, MACHINE, PLAINTEXT, 0, BCRYPT_RSAFULLPRIVATE_BLOB, SIGN_RSA},
    {L"old rsa with a spec", L"RSA", NULL, 1024, 0, 0, 2, BCRYPT_RSAFULLPRIVATE_BLOB, SIGN_RSA},
    {L"old dsa", L"DSA", NULL, 1024, 0, PLAINTEXT, 0, BCRYPT_DSA_PRIVATE_BLOB, SIGN},
    {L"old dh", L"DH", NULL, 1024, 0, PLAINTEXT, 0, BCRYPT_DH_PRIVATE_BLOB, AGREE},
    {L"old ecdsa p256", L"ECDSA_P256", NULL, 0, 0, PLAINTEXT, 0, BCRYPT_ECCPRIVATE_BLOB, SIGN},
    {L"old ecdsa p384", L"ECDSA_P384", NULL, 0, 0, PLAINTEXT, 0, BCRYPT_ECCPRIVATE_BLOB, SIGN},
    {L"old ecdsa p521", L"ECDSA_P521", NULL, 0, MACHINE, PLAINTEXT, 0, BCRYPT_ECCPRIVATE_BLOB, SIGN},
    {L"old ecdh p256", L"ECDH_P256", NULL, 0, 0, PLAINTEXT, 0, BCRYPT_ECCPRIVATE_BLOB, AGREE},
    {L"old ecdh p384", L"ECDH_P384", NULL, 0, 0, PLAINTEXT, 0, BCRYPT_ECCPRIVATE_BLOB, AGREE},
    {L"old ecdh p521", L"ECDH_P521", NULL, 0, 0, PLAINTEXT, 0, BCRYPT_ECCPRIVATE_BLOB, AGREE},
    {L"old brainpool", L"ECDSA", L"brainpoolP256r1", 0, 0, PLAINTEXT, 0, BCRYPT_ECCPRIVATE_BLOB, SIGN},
    {L"old x25519", L"ECDH", L"curve25519", 0, 0, PLAINTEXT, 0, BCRYPT_ECCPRIVATE_BLOB, AGREE},
    {L"old aes", L"AES", NULL, 256, 0, PLAINTEXT, 0, NCRYPT_CIPHER_KEY_BLOB, CIPHER},
    {L"old 3des", L"3DES", NULL, 0, 0, PLAINTEXT, 0, NCRYPT_CIPHER_KEY_BLOB, CIPHER},
    {L"old 3des 112", L"3DES_112", NULL, 0, 0, PLAINTEXT, 0, NCRYPT_CIPHER_KEY_BLOB, CIPHER},
    {L"old des", L"DES", NULL, 0, 0, PLAINTEXT, 0, NCRYPT_CIPHER_KEY_BLOB, CIPHER},
    {L"old desx", L"DESX", NULL, 0, 0, PLAINTEXT, 0, NCRYPT_CIPHER_KEY_BLOB, CIPHER},
    {L"old rc2", L"RC2", NULL, 128, 0, PLAINTEXT, 0, NCRYPT_CIPHER_KEY_BLOB, CIPHER},
    {L"old sp800 108", L"SP800_108_CTR_HMAC", NULL, 0, 0, PLAINTEXT, 0, NCRYPT_KDF_KEY_BLOB, KDF},
    {L"old sp800 56a", L"SP800_56A_CONCAT", NULL, 0, 0, PLAINTEXT, 0, NCRYPT_KDF_KEY_BLOB, KDF},
    {L"old pbkdf2", L"PBKDF2", NULL, 0, 0, PLAINTEXT, 0, NCRYPT_KDF_KEY_BLOB, KDF},
    {L"old capi kdf", L"CAPI_KDF", NULL, 0, 0, PLAINTEXT, 0, NCRYPT_KDF_KEY_BLOB, KDF},
    {L"old hkdf", L"HKDF", NULL, 0, 0, PLAINTEXT, 0, NCRYPT_KDF_KEY_BLOB, KDF},
    {L"old tls 1.1", L"TLS1_1_KDF", NULL, 0, 0, PLAINTEXT, 0, NCRYPT_KDF_KEY_BLOB, KDF},
    {L"old tls 1.2", L"TLS1_2_KDF", NULL, 0, 0, PLAINTEXT, 0, NCRYPT_KDF_KEY_BLOB, KDF},
    {L"Old under a PASSWORD", L"ECDSA_P256", NULL, 0, 0, PLAINTEXT, 0, BCRYPT_ECCPRIVATE_BLOB, LOCKED},
};

static NCRYPT_PROV_HANDLE provider;
static BYTE secret[HASH_SIZE] = "a secret of 32 bytes, made known";

static SECURITY_STATUS set_dword(NCRYPT_KEY_HANDLE key, const WCHAR *name, DWORD value)
{
    return NCryptSetProperty(key, name, (BYTE *)&value, sizeof(value), 0);
}

static DWORD text_size(const WCHAR *text)
{
    return (lstrlenW(text) + 1) * sizeof(WCHAR);
}

static SECURITY_STATUS set_text(NCRYPT_KEY_HANDLE key, const WCHAR *name, const WCHAR *text, DWORD flags)
{
    return NCryptSetProperty(key, name, (BYTE *)text, text_size(text), flags);
}

static SECURITY_STATUS lock(NCRYPT_KEY_HANDLE key)
{
    NCRYPT_UI_POLICY policy = {1, NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG, NULL, NULL, NULL};
    SECURITY_STATUS status;

    status = NCryptSetProperty(key, NCRYPT_UI_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy), NCRYPT_PERSIST_FLAG);
    return status ? status : set_text(key, NCRYPT_PIN_PROPERTY, PASSWORD, 0);
}

static SECURITY_STATUS make_one(const struct row *row)
{
    SECURITY_STATUS status;
    NCRYPT_KEY_HANDLE key;

    if ((status = NCryptCreatePersistedKey(provider, &key, row->algorithm, row->name, row->spec, row->flags)))
        return status;
    if (row->curve) status = set_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, row->curve, 0);
    if (!status && row->bits) status = set_dword(key, NCRYPT_LENGTH_PROPERTY, row->bits);
    if (!status) status = set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, row->policy);
    if (!status && row->use == KDF)
        status = NCryptSetProperty(key, NCRYPT_KDF_SECRET_VALUE, secret, sizeof(secret), 0);
    if (!status && row->use == LOCKED) status = lock(key);
    if (!status) status = set_text(key, L"Note", NOTE, NCRYPT_PERSIST_FLAG);
    if (!status) status = NCryptFinalizeKey(key, 0);
    NCryptFreeObject(key);
    return status;
}

/* --- use --- */

static void print_hash(const char *what, BYTE *data, DWORD size)
{
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BYTE hash[HASH_SIZE] = {0};
    DWORD i;

    BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0);
    BCryptHash(algorithm, NULL, 0, data, size, hash, sizeof(hash));
    BCryptCloseAlgorithmProvider(algorithm, 0);
    printf(" %s ", what);
    for (i = 0; i < 8; i++) printf("%02x", hash[i]);
}

static void print_export(NCRYPT_KEY_HANDLE key, const WCHAR *type)
{
    BYTE blob[4096];
    DWORD size;
    SECURITY_STATUS status = NCryptExportKey(key, 0, type, NULL, blob, sizeof(blob), &size, NCRYPT_SILENT_FLAG);

    if (status) printf(" export 0x%08lx", (unsigned long)status);
    else print_hash("export", blob, size);
}

/* What RSA signs is printed: there is one answer. The others are verified. */
static SECURITY_STATUS sign(const struct row *row, NCRYPT_KEY_HANDLE key)
{
    BCRYPT_PKCS1_PADDING_INFO padding = {BCRYPT_SHA256_ALGORITHM};
    DWORD size, flags = row->use == SIGN_RSA ? BCRYPT_PAD_PKCS1 : 0;
    DWORD hash_size = wcscmp(row->algorithm, L"DSA") ? HASH_SIZE : 20;
    void *info = row->use == SIGN_RSA ? &padding : NULL;
    SECURITY_STATUS status;
    BYTE signature[512];

    if ((status = NCryptSignHash(key, info, secret, hash_size, signature, sizeof(signature), &size,
                                 flags | NCRYPT_SILENT_FLAG))) return status;
    if (row->use == SIGN_RSA) print_hash("signature", signature, size);
    return NCryptVerifySignature(key, info, secret, hash_size, signature, size, flags);
}

/* With its own public key. */
static SECURITY_STATUS agree(const struct row *row, NCRYPT_KEY_HANDLE key)
{
    const WCHAR *type = wcscmp(row->algorithm, L"DH") ? BCRYPT_ECCPUBLIC_BLOB : BCRYPT_DH_PUBLIC_BLOB;
    NCryptBuffer curve = {row->curve ? text_size(row->curve) : 0, NCRYPTBUFFER_ECC_CURVE_NAME, (void *)row->curve};
    NCryptBufferDesc parameters = {NCRYPTBUFFER_VERSION, row->curve ? 1 : 0, &curve};
    NCRYPT_SECRET_HANDLE shared = 0;
    NCRYPT_KEY_HANDLE other = 0;
    SECURITY_STATUS status;
    BYTE blob[1024];
    DWORD size;

    if ((status = NCryptExportKey(key, 0, type, NULL, blob, sizeof(blob), &size, 0))) return status;
    if ((status = NCryptImportKey(provider, 0, type, &parameters, &other, blob, size, 0))) return status;
    status = NCryptSecretAgreement(key, other, &shared, NCRYPT_SILENT_FLAG);
    if (!status) status = NCryptDeriveKey(shared, BCRYPT_KDF_HASH, NULL, blob, sizeof(blob), &size, 0);
    if (!status) print_hash("agreed", blob, size);
    if (shared) NCryptFreeObject(shared);
    NCryptFreeObject(other);
    return status;
}

static SECURITY_STATUS encrypt(NCRYPT_KEY_HANDLE key)
{
    SECURITY_STATUS status = set_text(key, NCRYPT_CHAINING_MODE_PROPERTY, BCRYPT_CHAIN_MODE_ECB, 0);
    BYTE sealed[64], opened[64];
    DWORD size, back;

    if (!status) status = NCryptEncrypt(key, secret, 16, NULL, sealed, sizeof(sealed), &size, 0);
    if (!status) print_hash("encrypted", sealed, size);
    if (!status) status = NCryptDecrypt(key, sealed, size, NULL, opened, sizeof(opened), &back, 0);
    return status ? status : back == 16 && !memcmp(opened, secret, 16) ? ERROR_SUCCESS : NTE_BAD_DATA;
}

static SECURITY_STATUS operate(const struct row *row, NCRYPT_KEY_HANDLE key)
{
    switch (row->use)
    {
    case AGREE: return agree(row, key);
    case CIPHER: return encrypt(key);
    case SIGN:
    case SIGN_RSA:
    case LOCKED: return sign(row, key);
    default: return ERROR_SUCCESS;
    }
}

static void print_properties(NCRYPT_KEY_HANDLE key)
{
    static const WCHAR *const numbers[] = {NCRYPT_LENGTH_PROPERTY, NCRYPT_EXPORT_POLICY_PROPERTY,
                                           NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_KEY_TYPE_PROPERTY};
    WCHAR text[64] = {0};
    DWORD value, size, i;

    for (i = 0; i < 4; i++)
        if (!NCryptGetProperty(key, numbers[i], (BYTE *)&value, sizeof(value), &size, 0))
            printf(" %lx", (unsigned long)value);
    NCryptGetProperty(key, NCRYPT_ALGORITHM_PROPERTY, (BYTE *)text, sizeof(text) - 2, &size, 0);
    printf(" %ls", text);
    if (!NCryptGetProperty(key, NCRYPT_UNIQUE_NAME_PROPERTY, (BYTE *)text, 16, &size, 0) || size > 16)
        printf(" %lu", (unsigned long)size);
    if (NCryptGetProperty(key, L"Note", (BYTE *)text, sizeof(text), &size, 0) || wcscmp(text, NOTE))
        printf(" no note");
}

static SECURITY_STATUS use_one(const struct row *row)
{
    SECURITY_STATUS status;
    NCRYPT_KEY_HANDLE key;

    printf("%ls:", row->name);
    status = NCryptOpenKey(provider, &key, row->name, 0, row->flags | NCRYPT_SILENT_FLAG);
    if (!status)
    {
        print_properties(key);
        if (row->use == LOCKED) print_export(key, row->blob);   /* not without its password */
        if (row->use == LOCKED) status = set_text(key, NCRYPT_PIN_PROPERTY, PASSWORD, NCRYPT_SILENT_FLAG);
        print_export(key, row->blob);
        if (!status) status = operate(row, key);
        NCryptFreeObject(key);
    }
    printf(" 0x%08lx\n", (unsigned long)status);
    return status;
}

static SECURITY_STATUS change_one(const struct row *row, int remove)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status = NCryptOpenKey(provider, &key, row->name, 0, row->flags | NCRYPT_SILENT_FLAG);

    if (status) return status;
    if (remove) return NCryptDeleteKey(key, NCRYPT_SILENT_FLAG);
    status = set_text(key, L"Touched", L"yes", NCRYPT_PERSIST_FLAG);
    NCryptFreeObject(key);
    return status;
}

int wmain(int argc, WCHAR **argv)
{
    const WCHAR *command = argc > 1 ? argv[1] : L"";
    SECURITY_STATUS status, worst = NCryptOpenStorageProvider(&provider, NULL, 0);
    size_t i;

    for (i = 0; !worst && i < sizeof(rows) / sizeof(*rows); i++)
    {
        if (!wcscmp(command, L"make")) status = make_one(&rows[i]);
        else if (!wcscmp(command, L"use")) status = use_one(&rows[i]);
        else status = change_one(&rows[i], !wcscmp(command, L"delete"));
        if (!status) continue;
        fprintf(stderr, "%ls: 0x%08lx\n", rows[i].name, (unsigned long)status);
        if (wcscmp(command, L"use")) worst = status;
    }
    return worst != 0;
}
