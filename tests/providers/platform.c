/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the provider of the TPM alone has: sealing, as programs that keep secrets under a PIN do it, certificates of the
 * chip, and the salt that it chooses itself (rows T.11, T.17, T.40, T.42a, T.51a). */
#include "provider_test.h"

#include <wincrypt.h>

static NCRYPT_PROV_HANDLE provider;

/* --- sealing --- */

static SECURITY_STATUS unseal(NCRYPT_KEY_HANDLE key, BYTE *blob, DWORD size, NCryptBufferDesc *desc, BYTE *secret,
                              DWORD *length)
{
    return NCryptDecrypt(key, blob, size, desc, secret, 128, length, NCRYPT_SEALING_FLAG);
}

static void test_seal(NCRYPT_KEY_HANDLE key, NCryptBufferDesc *desc)
{
    BYTE secret[32] = { 5, 4, 3 }, blob[2048], back[128];
    DWORD size = 0, written = 0;

    check_success(NCryptEncrypt(key, secret, sizeof(secret), desc, NULL, 0, &size, NCRYPT_SEALING_FLAG));
    ok(size > sizeof(secret) && size < sizeof(blob) && size != 256, "size %lu\n", size);
    check_status(NTE_BUFFER_TOO_SMALL, NCryptEncrypt(key, secret, sizeof(secret), desc, blob, size - 1, &written,
                                                     NCRYPT_SEALING_FLAG));
    check_success(NCryptEncrypt(key, secret, sizeof(secret), desc, blob, size, &written, NCRYPT_SEALING_FLAG));
    ok(written == size, "size %lu, then %lu\n", size, written);
    check_success(unseal(key, blob, size, desc, back, &written));
    ok(written == sizeof(secret) && !memcmp(back, secret, sizeof(secret)), "another secret\n");
    blob[size - 1] ^= 1;
    check_status(NTE_BAD_DATA, unseal(key, blob, size, desc, back, &written));
}

static void test_wrong_pin(NCRYPT_KEY_HANDLE key, NCryptBufferDesc *right, NCryptBufferDesc *wrong)
{
    BYTE secret[] = "a secret", blob[2048], back[128];
    DWORD size = 0, written = 0;

    check_success(NCryptEncrypt(key, secret, sizeof(secret), right, blob, sizeof(blob), &size, NCRYPT_SEALING_FLAG));
    check_status(NTE_PERM, unseal(key, blob, size, wrong, back, &written));
    check_status(NTE_PERM, unseal(key, blob, size, NULL, back, &written));
    check_success(unseal(key, blob, size, right, back, &written));
    ok(written == sizeof(secret) && !memcmp(back, secret, written), "another secret\n");
}

static void test_policies(NCRYPT_KEY_HANDLE key)
{
    BYTE secret[8] = { 1 }, blob[2048], policy[4] = { 0 };
    NCryptBuffer buffer = { sizeof(policy), NCRYPTBUFFER_TPM_SEAL_POLICYINFO, policy };
    NCryptBufferDesc desc = { NCRYPTBUFFER_VERSION, 1, &buffer };
    DWORD size;

    check_status(NTE_NOT_SUPPORTED, NCryptEncrypt(key, secret, 8, &desc, blob, sizeof(blob), &size,
                                                  NCRYPT_SEALING_FLAG));
    buffer.BufferType = NCRYPTBUFFER_TPM_SEAL_TICKET;
    check_status(NTE_NOT_SUPPORTED, NCryptEncrypt(key, secret, 8, &desc, blob, sizeof(blob), &size,
                                                  NCRYPT_SEALING_FLAG));
    check_status(NTE_BAD_FLAGS, NCryptEncrypt(key, secret, 8, NULL, blob, sizeof(blob), &size,
                                              NCRYPT_SEALING_FLAG | NCRYPT_PAD_PKCS1_FLAG));
}

static void test_sealing(void)
{
    BYTE pin[32] = { 7 }, other[32] = { 8 };
    NCryptBuffer buffers[] =
    {
        { sizeof(pin), NCRYPTBUFFER_TPM_SEAL_PASSWORD, pin },
        { 0, NCRYPTBUFFER_TPM_SEAL_NO_DA_PROTECTION, NULL },
    };
    NCryptBuffer wrong_buffer = { sizeof(other), NCRYPTBUFFER_TPM_SEAL_PASSWORD, other };
    NCryptBufferDesc desc = { NCRYPTBUFFER_VERSION, 1, buffers }, uncounted = { NCRYPTBUFFER_VERSION, 2, buffers };
    NCryptBufferDesc wrong = { NCRYPTBUFFER_VERSION, 1, &wrong_buffer };
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptOpenKey(provider, &key, TPM_RSA_SRK_SEAL_KEY, 0, 0));
    test_seal(key, NULL);
    test_seal(key, &desc);
    test_seal(key, &uncounted);
    test_wrong_pin(key, &uncounted, &wrong);
    test_policies(key);
    check_status(NTE_PERM, NCryptDeleteKey(key, 0));
    check_success(NCryptFreeObject(key));
}

/* --- certificates of the chip; the script has put one there, or it has not --- */

static DWORD count_certificates(HCERTSTORE store)
{
    const CERT_CONTEXT *certificate = NULL;
    DWORD count = 0;

    while ((certificate = CertEnumCertificatesInStore(store, certificate))) count++;
    return count;
}

static void test_store(const WCHAR *name)
{
    HCERTSTORE store = NULL;
    DWORD size = 0;

    check_success(NCryptGetProperty(provider, name, NULL, 0, &size, 0));
    ok(size == sizeof(store), "size %lu\n", size);
    check_status(NTE_BUFFER_TOO_SMALL, NCryptGetProperty(provider, name, (BYTE *)&store, 2, &size, 0));
    check_success(NCryptGetProperty(provider, name, (BYTE *)&store, sizeof(store), &size, 0));
    if (!store) return;
    ok(count_certificates(store) == 1, "%lu certificates\n", count_certificates(store));
    ok(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG), "error %#lx\n", GetLastError());
}

static void test_certificates(void)
{
    BYTE value[8];
    DWORD size;

    check_status(NTE_NOT_FOUND, NCryptGetProperty(provider, NCRYPT_PCP_ECC_EKCERT_PROPERTY, value, 8, &size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(provider, NCRYPT_PCP_INTERMEDIATE_CA_EKCERT_PROPERTY, value, 8,
                                                      &size, 0));
    if (!GetEnvironmentVariableA("NCRYPT_TEST_EKCERT", NULL, 0))
    {
        check_status(NTE_NOT_FOUND, NCryptGetProperty(provider, NCRYPT_PCP_EKCERT_PROPERTY, NULL, 0, &size, 0));
        skip("no certificate in the chip\n");
        return;
    }
    test_store(NCRYPT_PCP_EKCERT_PROPERTY);
    test_store(NCRYPT_PCP_EKNVCERT_PROPERTY);
    test_store(NCRYPT_PCP_RSA_EKCERT_PROPERTY);
    test_store(NCRYPT_PCP_RSA_EKNVCERT_PROPERTY);
}

/* --- the salt of PSS --- */

static void test_salt(void)
{
    BCRYPT_PSS_PADDING_INFO wrong = { BCRYPT_SHA256_ALGORITHM, 11 }, right = { BCRYPT_SHA256_ALGORITHM, 32 };
    NCRYPT_KEY_HANDLE key = new_key(provider, BCRYPT_RSA_ALGORITHM, NULL, 0);
    BYTE hash[32] = { 1, 2 }, signature[256];
    DWORD size;

    check_success(NCryptSignHash(key, &wrong, hash, 32, signature, 256, &size,
                                 NCRYPT_PAD_PSS_FLAG | NCRYPT_TPM_PAD_PSS_IGNORE_SALT));
    check_success(NCryptVerifySignature(key, &right, hash, 32, signature, 256, NCRYPT_PAD_PSS_FLAG));
    check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, &wrong, hash, 32, signature, 256, NCRYPT_PAD_PSS_FLAG));
    check_success(NCryptFreeObject(key));
}

START_TEST(platform)
{
    if (!(provider = open_row())) return;
    test_sealing();
    test_certificates();
    test_salt();
    check_success(NCryptFreeObject(provider));
}
