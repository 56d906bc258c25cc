/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of curve25519 by the calls of .NET 11's X25519DiffieHellmanCng, in its order (row 18.9),
 * with the numbers of RFC 7748 6.1. */
#include "ncrypt_test.h"
#include "vectors.h"
#include "agree_sample.h"

#ifndef BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC
#define BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC 0x504b4345
#endif
#ifndef BCRYPT_NO_KEY_VALIDATION
#define BCRYPT_NO_KEY_VALIDATION 8
#endif

#define KEY_SIZE 32
#define EPHEMERAL L"CLR IsEphemeral"

static const char alice_public[] = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
static const char bob_private[] = "58ab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e06b";     /* clamped */
static const char bob_public[] = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
static const char shared_secret[] = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";

/* CngKey.Create, and Open of an ephemeral handle */
static void mark_ephemeral(NCRYPT_KEY_HANDLE key)
{
    BYTE one = 1, value = 0;
    DWORD size;

    check_success(NCryptSetProperty(key, EPHEMERAL, &one, 1, NCRYPT_PERSIST_ONLY_FLAG));
    check_success(NCryptGetProperty(key, EPHEMERAL, &value, 1, &size, NCRYPT_PERSIST_ONLY_FLAG));
    ok(value == 1 && size == 1, "got %u in %lu bytes\n", value, size);
}

static NCRYPT_KEY_HANDLE generate(NCRYPT_PROV_HANDLE provider, DWORD policy)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDH", NULL, 0, 0));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, policy, NCRYPT_PERSIST_FLAG));
    check_success(set_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, L"curve25519", 0));
    check_success(NCryptFinalizeKey(key, 0));
    mark_ephemeral(key);
    return key;
}

/* The constructor throws unless these are so. */
static void check_class(NCRYPT_KEY_HANDLE key)
{
    check_text(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, L"ECDH");
    check_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, L"curve25519");
}

/* x or d, the other numbers zero. */
static NCRYPT_KEY_HANDLE import(NCRYPT_PROV_HANDLE provider, const BYTE *number, BOOL is_private)
{
    BYTE blob[sizeof(BCRYPT_ECCKEY_BLOB) + 3 * KEY_SIZE] = { 0 };
    BCRYPT_ECCKEY_BLOB *header = (BCRYPT_ECCKEY_BLOB *)blob;
    DWORD size = sizeof(*header) + (is_private ? 3 : 2) * KEY_SIZE;
    struct list list = NO_BUFFERS;
    NCRYPT_KEY_HANDLE key = 0;

    header->dwMagic = is_private ? BCRYPT_ECDH_PRIVATE_GENERIC_MAGIC : BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC;
    header->cbKey = KEY_SIZE;
    memcpy(blob + sizeof(*header) + (is_private ? 2 : 0) * KEY_SIZE, number, KEY_SIZE);
    add(&list, NCRYPTBUFFER_ECC_CURVE_NAME, L"curve25519", sizeof(L"curve25519"));
    check_success(NCryptImportKey(provider, 0, is_private ? BCRYPT_ECCPRIVATE_BLOB : BCRYPT_ECCPUBLIC_BLOB, &list.desc,
                                  &key, blob, size, BCRYPT_NO_KEY_VALIDATION));
    return key;
}

/* ExportKeyFromBlob */
static SECURITY_STATUS export_number(NCRYPT_KEY_HANDLE key, BOOL is_private, BYTE *number)
{
    const WCHAR *type = is_private ? BCRYPT_ECCPRIVATE_BLOB : BCRYPT_ECCPUBLIC_BLOB;
    static const BYTE zero[KEY_SIZE];
    BCRYPT_ECCKEY_BLOB *header;
    SECURITY_STATUS status;
    BYTE blob[256];
    DWORD size;

    if ((status = export_blob(key, type, NULL, 0, &size))) return status;
    check_success(export_blob(key, type, blob, size, &size));
    header = (BCRYPT_ECCKEY_BLOB *)blob;
    ok(header->dwMagic == (is_private ? BCRYPT_ECDH_PRIVATE_GENERIC_MAGIC : BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC),
       "magic %#lx\n", header->dwMagic);
    ok(header->cbKey == KEY_SIZE, "cbKey %lu\n", header->cbKey);
    ok(size == sizeof(*header) + (is_private ? 3 : 2) * KEY_SIZE, "size %lu\n", size);
    ok(!memcmp(blob + sizeof(*header) + KEY_SIZE, zero, KEY_SIZE), "y is not zero\n");
    memcpy(number, blob + sizeof(*header) + (is_private ? 2 : 0) * KEY_SIZE, KEY_SIZE);
    return ERROR_SUCCESS;
}

/* DeriveRawSecretAgreementWithPublicKey: the peer comes from a provider handle of its own. */
static void agree(NCRYPT_KEY_HANDLE own, const BYTE *peer, BYTE *result)
{
    NCryptBufferDesc nothing = { NCRYPTBUFFER_VERSION, 0, NULL };
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCRYPT_KEY_HANDLE key = import(provider, peer, FALSE);
    NCRYPT_SECRET_HANDLE secret = 0;
    BYTE truncated[KEY_SIZE];
    DWORD size = 0, i;

    check_success(NCryptSecretAgreement(own, key, &secret, 0));
    check_success(NCryptDeriveKey(secret, BCRYPT_KDF_RAW_SECRET, &nothing, truncated, sizeof(truncated), &size, 0));
    ok(size == KEY_SIZE, "got %lu bytes\n", size);
    for (i = 0; i < KEY_SIZE; i++) result[i] = truncated[KEY_SIZE - 1 - i];
    check_success(NCryptFreeObject(secret));
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(provider));
}

static void test_generated(NCRYPT_PROV_HANDLE provider)
{
    BYTE first_public[KEY_SIZE], second_public[KEY_SIZE], first_secret[KEY_SIZE], second_secret[KEY_SIZE];
    NCRYPT_KEY_HANDLE first = generate(provider, 3), second = generate(provider, 3);

    check_class(first);
    check_success(export_number(first, FALSE, first_public));
    check_success(export_number(second, FALSE, second_public));
    agree(first, second_public, first_secret);
    agree(second, first_public, second_secret);
    ok(!memcmp(first_secret, second_secret, KEY_SIZE), "two secrets\n");
    check_success(NCryptFreeObject(first));
    check_success(NCryptFreeObject(second));
}

static void test_imported(NCRYPT_PROV_HANDLE provider)
{
    BYTE number[KEY_SIZE], result[KEY_SIZE];
    NCRYPT_KEY_HANDLE bob;

    from_hex(number, bob_private);
    bob = import(provider, number, TRUE);
    mark_ephemeral(bob);
    check_success(set_dword(bob, NCRYPT_EXPORT_POLICY_PROPERTY, 3, 0));
    check_class(bob);
    check_success(export_number(bob, FALSE, result));
    ok(equals_hex(result, bob_public), "another public key\n");
    check_success(export_number(bob, TRUE, result));
    ok(!memcmp(result, number, KEY_SIZE), "another private key\n");
    from_hex(number, alice_public);
    agree(bob, number, result);
    ok(equals_hex(result, shared_secret), "another secret\n");
    check_success(NCryptFreeObject(bob));
}

/* The content of the element at *p, which moves behind it; NULL: another tag, or not whole. */
static const BYTE *enter(const BYTE **p, const BYTE *end, BYTE tag, DWORD *size)
{
    const BYTE *content = *p + 2;
    DWORD count;

    if (end - *p < 2 || (*p)[0] != tag) return NULL;
    *size = (*p)[1];
    if (*size & 0x80)
        for (count = *size & 0x7f, *size = 0; count && content < end; count--) *size = *size << 8 | *content++;
    if ((DWORD)(end - content) < *size) return NULL;
    *p = content + *size;
    return content;
}

/* ExportPrivateKeyFromEncryptedPkcs8 wants this of the PKCS #8: OID of EC keys, ECPrivateKey with 32 bytes. */
static const BYTE *private_number(const BYTE *data, DWORD size)
{
    static const BYTE ec_public_key[] = { 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
    const BYTE *p = data, *end = data + size, *identifier, *number;

    if (!(p = enter(&p, end, 0x30, &size)) || !enter(&p, end, 0x02, &size)) return NULL;
    if (!(identifier = enter(&p, end, 0x30, &size))) return NULL;
    if (size < sizeof(ec_public_key) || memcmp(identifier, ec_public_key, sizeof(ec_public_key))) return NULL;
    if (!(p = enter(&p, end, 0x04, &size))) return NULL;
    if (!(p = enter(&p, end, 0x30, &size)) || !enter(&p, end, 0x02, &size)) return NULL;
    number = enter(&p, end, 0x04, &size);
    return size == KEY_SIZE ? number : NULL;
}

/* ExportPkcs8KeyBlob */
static void export_sealed(NCRYPT_KEY_HANDLE key, BYTE *blob, DWORD capacity, DWORD *size)
{
    struct { int iterations; ULONG salt_size; BYTE salt[8]; } pbe = { 1, 8, { 1, 2, 3, 4, 5, 6, 7, 8 } };
    struct list list = NO_BUFFERS;

    add(&list, NCRYPTBUFFER_PKCS_ALG_OID, "1.2.840.113549.1.12.1.3", sizeof("1.2.840.113549.1.12.1.3"));
    add(&list, NCRYPTBUFFER_PKCS_ALG_PARAM, &pbe, sizeof(pbe));
    add(&list, NCRYPTBUFFER_PKCS_SECRET, L"DotnetExportPhrase", sizeof(L"DotnetExportPhrase"));
    check_success(NCryptExportKey(key, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, &list.desc, NULL, 0, size, 0));
    ok(*size <= capacity, "size %lu\n", *size);
    check_success(NCryptExportKey(key, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, &list.desc, blob, capacity, size, 0));
}

/* With AllowExport alone the private number leaves the provider only so. Here the provider opens the seal itself. */
static void test_sealed(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = generate(provider, NCRYPT_ALLOW_EXPORT_FLAG), copy = 0;
    BYTE blob[1024], plain[1024], number[KEY_SIZE], point[KEY_SIZE], copied[KEY_SIZE];
    struct list list = NO_BUFFERS;
    const BYTE *found;
    DWORD size;

    check_success(export_number(key, FALSE, point));
    check_status(NTE_NOT_SUPPORTED, export_number(key, TRUE, number));
    export_sealed(key, blob, sizeof(blob), &size);
    check_success(NCryptFreeObject(key));

    add(&list, NCRYPTBUFFER_PKCS_SECRET, L"DotnetExportPhrase", sizeof(L"DotnetExportPhrase"));
    check_success(NCryptImportKey(provider, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, &list.desc, &copy, blob, size, 0));
    check_success(set_dword(copy, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_class(copy);
    check_success(export_number(copy, FALSE, copied));
    ok(!memcmp(copied, point, KEY_SIZE), "another public key\n");
    check_success(export_number(copy, TRUE, number));
    check_success(export_blob(copy, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, plain, sizeof(plain), &size));
    found = private_number(plain, size);
    ok(found && !memcmp(found, number, KEY_SIZE), "not as .NET reads it\n");
    check_success(NCryptFreeObject(copy));
}

static void test_not_exportable(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = generate(provider, 0);
    BYTE number[KEY_SIZE];

    check_success(export_number(key, FALSE, number));
    check_status(NTE_NOT_SUPPORTED, export_number(key, TRUE, number));
    check_success(NCryptFreeObject(key));
}

/* A peer of small order: .NET throws for an error as it does for a secret of zeros. */
static void test_small_order(NCRYPT_PROV_HANDLE provider)
{
    static const BYTE zero[KEY_SIZE];
    NCRYPT_KEY_HANDLE key = generate(provider, 3), peer = import(provider, zero, FALSE);
    NCRYPT_SECRET_HANDLE secret = 0;

    check_status(NTE_INVALID_PARAMETER, NCryptSecretAgreement(key, peer, &secret, 0));      /* open question */
    check_success(NCryptFreeObject(peer));
    check_success(NCryptFreeObject(key));
}

/* RFC 8410, as OpenSSL writes it: .NET takes it apart itself, other programs hand it on. */
static void test_rfc8410(NCRYPT_PROV_HANDLE provider)
{
    BYTE file[64], result[KEY_SIZE];
    NCRYPT_KEY_HANDLE key;
    DWORD size;

    size = from_hex(file, "302e020100300506032b656e04220420");
    size += from_hex(file + size, bob_private);
    check_success(import_blob(provider, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, file, size, &key));
    check_class(key);
    check_success(export_number(key, FALSE, result));
    ok(equals_hex(result, bob_public), "another public key\n");
    check_success(NCryptFreeObject(key));
}

START_TEST(x25519)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_generated(provider);
    test_imported(provider);
    test_sealed(provider);
    test_not_exportable(provider);
    test_small_order(provider);
    test_rfc8410(provider);
    check_success(NCryptFreeObject(provider));
}
