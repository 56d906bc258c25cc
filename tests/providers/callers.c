/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What programs do with keys of a TPM, call for call (rows T.45, T.47 to T.49, T.51, T.51b). */
#include "provider_test.h"

#include <wincrypt.h>

static NCRYPT_PROV_HANDLE provider;

/* Asks for the size, and then for the value. */
static DWORD export_twice(NCRYPT_KEY_HANDLE key, const WCHAR *type, BYTE *blob, DWORD room)
{
    DWORD size = 0, written = 0;

    check_success(NCryptExportKey(key, 0, type, NULL, NULL, 0, &size, 0));
    ok(size && size <= room, "size %lu\n", size);
    check_success(NCryptExportKey(key, 0, type, NULL, blob, size, &written, 0));
    ok(written == size, "size %lu, then %lu\n", size, written);
    return written;
}

static DWORD number_at(const BYTE *blob, DWORD offset)
{
    DWORD number;

    memcpy(&number, blob + offset, sizeof(number));
    return number;
}

/* --- Chromium: device-bound sessions. The key lives in the profile, wrapped (T.45, T.32) --- */

static DWORD make_bound(const WCHAR *algorithm, const WCHAR *public_type, BYTE *wrapped, BYTE *public)
{
    NCRYPT_PROV_HANDLE own = 0;
    NCRYPT_KEY_HANDLE key = 0;
    DWORD size;

    check_success(NCryptOpenStorageProvider(&own, MS_PLATFORM_CRYPTO_PROVIDER, 0));
    check_success(NCryptIsAlgSupported(own, algorithm, 0));
    check_success(NCryptCreatePersistedKey(own, &key, algorithm, NULL, 0, 0));
    check_success(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    size = export_twice(key, BCRYPT_OPAQUE_KEY_BLOB, wrapped, 1024);
    export_twice(key, public_type, public, 1024);
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(own));
    return size;
}

static NCRYPT_KEY_HANDLE load_bound(NCRYPT_PROV_HANDLE own, BYTE *wrapped, DWORD size, const WCHAR *algorithm)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptImportKey(own, 0, BCRYPT_OPAQUE_KEY_BLOB, NULL, &key, wrapped, size, NCRYPT_SILENT_FLAG));
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, algorithm);
    return key;
}

static void test_bound_ec(void)
{
    BYTE wrapped[1024], public[1024], again[1024], hash[32] = { 9 }, signature[64];
    NCRYPT_PROV_HANDLE own = 0;
    NCRYPT_KEY_HANDLE key;
    DWORD size = make_bound(BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, wrapped, public), bytes;

    ok(!memcmp(wrapped, "PCPM8\0", 6), "begins in another way\n");          /* UENQTTgA */
    ok(number_at(public, 0) == BCRYPT_ECDSA_PUBLIC_P256_MAGIC, "magic %#lx\n", number_at(public, 0));
    check_success(NCryptOpenStorageProvider(&own, MS_PLATFORM_CRYPTO_PROVIDER, 0));
    key = load_bound(own, wrapped, size, L"ECDSA");
    bytes = export_twice(key, BCRYPT_ECCPUBLIC_BLOB, again, sizeof(again));
    ok(bytes == 72 && !memcmp(public, again, bytes), "another key\n");
    check_success(NCryptSignHash(key, NULL, hash, 32, signature, 64, &bytes, NCRYPT_SILENT_FLAG));
    ok(bytes == 64, "size %lu\n", bytes);
    check_success(NCryptVerifySignature(key, NULL, hash, 32, signature, 64, 0));
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(own));
}

static void test_bound_rsa(void)
{
    BCRYPT_PKCS1_PADDING_INFO info = { BCRYPT_SHA256_ALGORITHM };
    BYTE wrapped[1024], public[1024], hash[32] = { 9 }, signature[256];
    NCRYPT_PROV_HANDLE own = 0;
    NCRYPT_KEY_HANDLE key;
    DWORD size = make_bound(BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, wrapped, public), bytes = 0;

    ok(number_at(public, 4) == 2048, "%lu bits\n", number_at(public, 4));
    check_success(NCryptOpenStorageProvider(&own, MS_PLATFORM_CRYPTO_PROVIDER, 0));
    key = load_bound(own, wrapped, size, L"RSA");
    check_success(NCryptSignHash(key, &info, hash, 32, NULL, 0, &bytes, BCRYPT_PAD_PKCS1 | NCRYPT_SILENT_FLAG));
    ok(bytes == 256, "size %lu\n", bytes);
    check_success(NCryptSignHash(key, &info, hash, 32, signature, bytes, &bytes,
                                 BCRYPT_PAD_PKCS1 | NCRYPT_SILENT_FLAG));
    check_success(NCryptVerifySignature(key, &info, hash, 32, signature, 256, BCRYPT_PAD_PKCS1));
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(own));
}

/* --- step-ca: takes the wrapped key apart, and goes on with the chip by itself (T.48) --- */

static void test_taken_apart(const WCHAR *algorithm, BOOL rsa)
{
    NCRYPT_KEY_HANDLE key = 0;
    BYTE blob[1024], *public, *private;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"step");
    DWORD size;

    remove_key(provider, name, 0);
    check_success(NCryptCreatePersistedKey(provider, &key, algorithm, name, 0, 0));
    if (rsa) check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 2048, 0));
    check_success(NCryptFinalizeKey(key, 0));
    size = export_twice(key, BCRYPT_OPAQUE_KEY_BLOB, blob, sizeof(blob));
    ok(number_at(blob, 0) == 0x4d504350 && number_at(blob, 4) == 56 && number_at(blob, 8) == 2, "another header\n");
    ok(56 + number_at(blob, 16) + number_at(blob, 20) == size, "sizes do not add up\n");
    public = blob + 56;
    private = public + number_at(blob, 16);
    ok(public[0] * 256u + public[1] + 2 == number_at(blob, 16), "no length before the public part\n");
    ok(private[0] * 256u + private[1] + 2 == number_at(blob, 20), "no length before the private part\n");
    ok(public[3] == (rsa ? 0x01 : 0x23), "type %#x\n", public[3]);          /* TPM_ALG_RSA, TPM_ALG_ECC */
    check_success(NCryptDeleteKey(key, 0));
}

/* --- certtostore: a key of the machine for a certificate (T.49) --- */

static void test_certificate_key(void)
{
    NCRYPT_PROV_HANDLE owner = 0;
    NCRYPT_KEY_HANDLE key = 0;
    WCHAR unique[512];
    DWORD size, impl = 0;
    int i;

    for (i = 0; i < 2; i++)             /* the second one replaces the first */
    {
        check_success(NCryptCreatePersistedKey(provider, &key, BCRYPT_RSA_ALGORITHM, L"certtostore", 0,
                                               NCRYPT_OVERWRITE_KEY_FLAG | NCRYPT_MACHINE_KEY_FLAG));
        check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 2048, 0));
        check_success(set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_DECRYPT_FLAG | NCRYPT_ALLOW_SIGNING_FLAG,
                                NCRYPT_PERSIST_FLAG));
        check_success(NCryptFinalizeKey(key, 0));
        if (!i) check_success(NCryptFreeObject(key));
    }
    check_success(NCryptGetProperty(key, NCRYPT_UNIQUE_NAME_PROPERTY, (BYTE *)unique, sizeof(unique), &size, 0));
    check_success(NCryptGetProperty(key, NCRYPT_PROVIDER_HANDLE_PROPERTY, (BYTE *)&owner, sizeof(owner), &size, 0));
    check_success(NCryptGetProperty(owner, NCRYPT_IMPL_TYPE_PROPERTY, (BYTE *)&impl, sizeof(impl), &size, 0));
    ok(impl & NCRYPT_IMPL_HARDWARE_FLAG, "impl type %#lx\n", impl);         /* T.7 */
    check_text(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, L"RSA");
    check_signs(key, TRUE);
    NCryptFreeObject(owner);
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, L"certtostore", NCRYPT_MACHINE_KEY_FLAG));
}

/* --- secret stores: a small secret under RSA (T.51) --- */

static void test_secret(void)
{
    BCRYPT_OAEP_PADDING_INFO oaep = { BCRYPT_SHA256_ALGORITHM, NULL, 0 };
    BYTE secret[32] = { 1, 2, 3 }, cipher[256], again[256];
    NCRYPT_KEY_HANDLE key = new_key(provider, BCRYPT_RSA_ALGORITHM, NULL, 0);
    DWORD size = 0;

    check_success(NCryptEncrypt(key, secret, 32, &oaep, cipher, sizeof(cipher), &size, BCRYPT_PAD_OAEP));
    check_success(NCryptDecrypt(key, cipher, size, &oaep, again, sizeof(again), &size, BCRYPT_PAD_OAEP));
    ok(size == 32 && !memcmp(secret, again, 32), "another secret\n");
    check_success(NCryptFreeObject(key));
}

/* --- IronPrivacyGuard: keys under a password, made with it and opened with it (T.51b, T.21a) --- */

static NCRYPT_KEY_HANDLE guarded(const WCHAR *algorithm, const WCHAR *name, BYTE auth[32])
{
    NCRYPT_KEY_HANDLE key = 0;

    remove_key(provider, name, 0);
    check_success(NCryptCreatePersistedKey(provider, &key, algorithm, name, 0, 0));
    check_success(NCryptSetProperty(key, NCRYPT_PCP_USAGEAUTH_PROPERTY, auth, 32, NCRYPT_SILENT_FLAG));
    check_success(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, NCRYPT_SILENT_FLAG));
    return key;
}

static void test_guarded(void)
{
    BYTE auth[32] = { 1, 2, 3 }, wrong[32] = { 3, 2, 1 }, hash[48] = { 7 }, signature[96];
    WCHAR buffer[128];
    NCRYPT_KEY_HANDLE key = guarded(BCRYPT_ECDSA_P384_ALGORITHM, key_name(buffer, L"guarded"), auth);
    DWORD size;

    check_status(NTE_PERM, NCryptSignHash(key, NULL, hash, 48, signature, 96, &size, NCRYPT_SILENT_FLAG));
    check_success(NCryptSetProperty(key, NCRYPT_PCP_USAGEAUTH_PROPERTY, wrong, 32, NCRYPT_SILENT_FLAG));
    check_status(NTE_PERM, NCryptSignHash(key, NULL, hash, 48, signature, 96, &size, NCRYPT_SILENT_FLAG));
    check_success(NCryptSetProperty(key, NCRYPT_PCP_USAGEAUTH_PROPERTY, auth, 32, NCRYPT_SILENT_FLAG));
    check_success(NCryptSignHash(key, NULL, hash, 48, signature, 96, &size, NCRYPT_SILENT_FLAG));
    check_success(NCryptVerifySignature(key, NULL, hash, 48, signature, 96, 0));
    check_success(NCryptDeleteKey(key, 0));
}

/* TRUNCATE gives the x coordinate, little-endian, as that of the software provider (T.4b). */
static void test_guarded_agreement(void)
{
    BYTE auth[32] = { 5 }, blob[256], ours[64], theirs[64];
    WCHAR buffer[128];
    NCRYPT_KEY_HANDLE key = guarded(BCRYPT_ECDH_P384_ALGORITHM, key_name(buffer, L"agreement"), auth), peer = 0, public;
    NCRYPT_PROV_HANDLE software = open_provider();
    NCRYPT_KEY_HANDLE other = make_key(software, BCRYPT_ECDH_P384_ALGORITHM, NULL, 0, 0, 0);
    NCRYPT_SECRET_HANDLE one = 0, two = 0;
    DWORD size;

    check_success(NCryptSetProperty(key, NCRYPT_PCP_USAGEAUTH_PROPERTY, auth, 32, NCRYPT_SILENT_FLAG));
    check_success(export_blob(other, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof(blob), &size));
    check_success(NCryptImportKey(provider, 0, BCRYPT_ECCPUBLIC_BLOB, NULL, &peer, blob, size, NCRYPT_SILENT_FLAG));
    check_success(NCryptSecretAgreement(key, peer, &one, NCRYPT_SILENT_FLAG));
    check_success(NCryptDeriveKey(one, BCRYPT_KDF_RAW_SECRET, NULL, ours, sizeof(ours), &size, 0));
    ok(size == 48, "size %lu\n", size);
    public = public_half(key, FALSE);
    check_success(NCryptSecretAgreement(other, public, &two, 0));
    check_success(NCryptDeriveKey(two, BCRYPT_KDF_RAW_SECRET, NULL, theirs, sizeof(theirs), &size, 0));
    ok(size == 48 && !memcmp(ours, theirs, 48), "another secret\n");
    NCryptFreeObject(one);
    NCryptFreeObject(two);
    NCryptFreeObject(public);
    NCryptFreeObject(peer);
    NCryptFreeObject(other);
    NCryptFreeObject(software);
    check_success(NCryptDeleteKey(key, 0));
}

/* --- go-attestation: which chip, and a key with which it speaks for itself (T.47) --- */

/* A store, where the chip has a certificate from its maker: the script says so. */
static void test_chip_certificate(void)
{
    BOOL has_one = GetEnvironmentVariableA("NCRYPT_TEST_EKCERT", NULL, 0) != 0;
    HCERTSTORE store = NULL;
    DWORD size = 0;

    check_status(has_one ? ERROR_SUCCESS : NTE_NOT_FOUND,
                 NCryptGetProperty(provider, NCRYPT_PCP_RSA_EKCERT_PROPERTY, (BYTE *)&store, sizeof(store), &size, 0));
    if (store) ok(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG), "error %#lx\n", GetLastError());
}

static void test_chip(void)
{
    WCHAR type[256] = { 0 };
    BYTE blob[1024];
    DWORD size = 0;

    check_success(NCryptGetProperty(provider, NCRYPT_PCP_PLATFORM_TYPE_PROPERTY, NULL, 0, &size, 0));
    ok(size && size <= sizeof(type), "size %lu\n", size);
    check_success(NCryptGetProperty(provider, NCRYPT_PCP_PLATFORM_TYPE_PROPERTY, (BYTE *)type, size, &size, 0));
    ok(!wcsncmp(type, L"TPM-Version:2.0", 15), "%s\n", wine_dbgstr_w(type));
    check_success(NCryptGetProperty(provider, NCRYPT_PCP_PROVIDER_VERSION_PROPERTY, blob, sizeof(blob), &size, 0));
    check_success(NCryptGetProperty(provider, NCRYPT_PCP_RSA_EKPUB_PROPERTY, blob, sizeof(blob), &size, 0));
    ok(size == 283 && number_at(blob, 0) == BCRYPT_RSAPUBLIC_MAGIC, "size %lu\n", size);
    test_chip_certificate();
}

static void test_attestation_key(const WCHAR *algorithm, BOOL rsa)
{
    BYTE binding[4096];
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"attestation");
    NCRYPT_KEY_HANDLE key = 0;
    DWORD size = 0, part;

    remove_key(provider, name, 0);
    check_success(NCryptCreatePersistedKey(provider, &key, algorithm, name, 0, 0));
    if (rsa) check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 2048, 0));
    check_success(set_dword(key, NCRYPT_PCP_KEY_USAGE_POLICY_PROPERTY, NCRYPT_PCP_IDENTITY_KEY, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(NCryptGetProperty(key, NCRYPT_PCP_TPM12_IDBINDING_PROPERTY, binding, sizeof(binding), &size, 0));
    part = binding[0] * 256u + binding[1] + 2;                          /* TPM2B_PUBLIC */
    part += binding[part] * 256u + binding[part + 1] + 2;               /* TPM2B_CREATION_DATA */
    ok(part + 8 < size && !memcmp(binding + part + 2, "\xff" "TCG\x80\x1a", 6), "no attestation\n");
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_dword(key, NCRYPT_PCP_KEY_USAGE_POLICY_PROPERTY, NCRYPT_PCP_IDENTITY_KEY);
    check_success(NCryptDeleteKey(key, 0));
}

/* --- a claim about a key, and one about the machine (T.51b, T.34 to T.37) --- */

static NCRYPT_KEY_HANDLE new_identity(void)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, BCRYPT_RSA_ALGORITHM, NULL, 0, 0));
    check_success(set_dword(key, NCRYPT_PCP_KEY_USAGE_POLICY_PROPERTY, NCRYPT_PCP_IDENTITY_KEY, 0));
    check_success(NCryptFinalizeKey(key, 0));
    return key;
}

static void test_claim(NCRYPT_KEY_HANDLE subject, NCRYPT_KEY_HANDLE authority, DWORD type, NCryptBufferDesc *parameters,
                       const char *magic)
{
    BYTE blob[8192];
    DWORD size = 0, written = 0;

    check_success(NCryptCreateClaim(subject, authority, type, parameters, NULL, 0, &size, 0));
    ok(size && size < sizeof(blob), "size %lu\n", size);
    check_status(NTE_BUFFER_TOO_SMALL, NCryptCreateClaim(subject, authority, type, parameters, blob, 10, &written, 0));
    check_success(NCryptCreateClaim(subject, authority, type, parameters, blob, size, &written, 0));
    ok(written == size && !memcmp(blob, magic, 4), "size %lu, then %lu\n", size, written);
    check_success(NCryptVerifyClaim(subject, authority, type, parameters, blob, size, NULL, 0));
    blob[size / 2] ^= 1;
    check_failure(NCryptVerifyClaim(subject, authority, type, parameters, blob, size, NULL, 0));
}

static void test_claims(void)
{
    BYTE nonce[32] = { 1, 2, 3 };
    ULONG mask = 0xffffff;
    NCryptBuffer key_buffer = { sizeof(nonce), NCRYPTBUFFER_CLAIM_KEYATTESTATION_NONCE, nonce };
    NCryptBuffer platform_buffers[] =
    {
        { sizeof(mask), NCRYPTBUFFER_TPM_PLATFORM_CLAIM_PCR_MASK, &mask },
        { sizeof(nonce), NCRYPTBUFFER_TPM_PLATFORM_CLAIM_NONCE, nonce },
    };
    NCryptBufferDesc of_key = { NCRYPTBUFFER_VERSION, 1, &key_buffer };
    NCryptBufferDesc of_platform = { NCRYPTBUFFER_VERSION, 2, platform_buffers };
    NCRYPT_KEY_HANDLE identity = new_identity(), key = new_key(provider, BCRYPT_ECDSA_P256_ALGORITHM, NULL, 0);
    DWORD size;

    test_claim(key, identity, NCRYPT_CLAIM_AUTHORITY_AND_SUBJECT, &of_key, "KAST");
    test_claim(identity, 0, NCRYPT_CLAIM_PLATFORM, &of_platform, "TPLA");
    test_claim(0, identity, NCRYPT_CLAIM_PLATFORM, &of_platform, "TPLA");
    check_status(E_INVALIDARG, NCryptCreateClaim(identity, 0, NCRYPT_CLAIM_PLATFORM, NULL, NULL, 0, &size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptCreateClaim(key, 0, NCRYPT_CLAIM_PLATFORM, &of_platform, NULL, 0, &size, 0));
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(identity));
}

START_TEST(callers)
{
    if (!(provider = open_row())) return;
    test_bound_ec();
    test_bound_rsa();
    test_taken_apart(BCRYPT_RSA_ALGORITHM, TRUE);
    test_taken_apart(BCRYPT_ECDSA_P256_ALGORITHM, FALSE);
    test_certificate_key();
    test_secret();
    test_guarded();
    test_guarded_agreement();
    test_chip();
    test_attestation_key(BCRYPT_RSA_ALGORITHM, TRUE);
    test_attestation_key(BCRYPT_ECDSA_P256_ALGORITHM, FALSE);
    test_claims();
    check_success(NCryptFreeObject(provider));
}
