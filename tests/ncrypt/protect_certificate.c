/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CERTIFICATE= protectors: a certificate of the user whose key a CAPI provider has, and then our own
 * (windows-api.md 6.2, 6.3). Open question: the form that the recipient has on Windows. */
#include "ncrypt_test.h"
#include <ncryptprotect.h>

#define HASH_RULE L"CERTIFICATE=HashId:"
#define BLOB_RULE L"CERTIFICATE=CertBlob:"

static const WCHAR container[] = L"ncrypt test certificate";
static const BYTE secret[] = "for the holder of the certificate";

static SECURITY_STATUS protect(const WCHAR *rule, BYTE **blob, ULONG *size)
{
    NCRYPT_DESCRIPTOR_HANDLE descriptor = NULL;
    SECURITY_STATUS status;

    *blob = NULL;
    *size = 0;
    if ((status = NCryptCreateProtectionDescriptor(rule, 0, &descriptor))) return status;
    status = NCryptProtectSecret(descriptor, 0, secret, sizeof(secret), NULL, NULL, blob, size);
    NCryptCloseProtectionDescriptor(descriptor);
    return status;
}

static SECURITY_STATUS protect_status(const WCHAR *rule)
{
    SECURITY_STATUS status;
    BYTE *blob;
    ULONG size;

    status = protect(rule, &blob, &size);
    LocalFree(blob);
    return status;
}

static SECURITY_STATUS open_blob(const BYTE *blob, ULONG size)
{
    BYTE *data = NULL;
    ULONG data_size = 0;
    SECURITY_STATUS status;

    status = NCryptUnprotectSecret(NULL, NCRYPT_SILENT_FLAG, blob, size, NULL, NULL, &data, &data_size);
    if (status) ok(!data && !data_size, "output after a failure\n");
    else ok(data_size == sizeof(secret) && !memcmp(data, secret, sizeof(secret)), "other data\n");
    LocalFree(data);
    return status;
}

/* --- rules --- */

/* A key on P-256, made for this test. */
static const WCHAR ec_certificate[] = BLOB_RULE
    L"MIIBgzCCASmgAwIBAgIUa60AocSnJxb1w7mfKbNwbbvcfVQwCgYIKoZIzj0EAwIwFjEUMBIGA1UEAwwLbmNyeXB0IHRl"
    L"c3QwIBcNMjYxMTIyMjIyNDAwWhgPMjEyNjEwMjkyMjI0MDBaMBYxFDASBgNVBAMMC25jcnlwdCB0ZXN0MFkwEwYHKoZI"
    L"zj0CAQYIKoZIzj0DAQcDQgAEmzWfFOqfo7N4ZEWZkvCz61kAy/niM+viKYYmCrPagIzzaa1MS+F5bWLBGouWN3LMYOFH"
    L"JiAwBGrjel+/vxWCTKNTMFEwHQYDVR0OBBYEFFqzSM0hEyrR8QeoP6qKklwPVtZqMB8GA1UdIwQYMBaAFFqzSM0hEyrR"
    L"8QeoP6qKklwPVtZqMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgJj/qjklqgjdxzedM4OfRzb4QrgLw"
    L"dQuBmyfLZj2VBCkCIQDDzfK1OW3gTXHo8rfxWfYUF8hWPtpvXzcgeFJz5iPtdQ==";

/* Those that the grammar refuses are in the native tests. */
static void test_rules(void)
{
    check_status(NTE_INVALID_PARAMETER, protect_status(HASH_RULE L"0011"));
    check_status(NTE_INVALID_PARAMETER, protect_status(L"CERTIFICATE=Subject:somebody"));
    check_status(NTE_INVALID_PARAMETER, protect_status(BLOB_RULE L"AAAA*AAA"));
    check_status(NTE_INVALID_PARAMETER, protect_status(BLOB_RULE L"MIIBgzCCASmgAwIBAgIUa60AocSn"));
    check_status(NTE_INVALID_PARAMETER, protect_status(BLOB_RULE L"AAAA OR LOCAL=user"));
    check_status(NTE_NOT_FOUND, protect_status(HASH_RULE L"00112233445566778899aabbccddeeff00112233"));
    check_status(NTE_NOT_FOUND, protect_status(L"LOCAL=user OR " HASH_RULE
                                               L"00112233445566778899aabbccddeeff00112233"));
    check_status(NTE_NOT_SUPPORTED, protect_status(ec_certificate));        /* open question: which status */
}

/* --- a certificate and its key --- */

struct holder
{
    HCRYPTPROV capi;
    HCERTSTORE store;
    PCCERT_CONTEXT made, stored;    /* stored: the copy of made in the store "MY" of the user */
    WCHAR by_hash[128], by_blob[4096];
};

/* Closed in between: Wine writes a container when it is. */
static HCRYPTPROV make_container(void)
{
    HCRYPTPROV provider = 0;
    HCRYPTKEY key;

    CryptAcquireContextW(&provider, container, MS_ENHANCED_PROV_W, PROV_RSA_FULL, CRYPT_DELETEKEYSET);
    ok(CryptAcquireContextW(&provider, container, MS_ENHANCED_PROV_W, PROV_RSA_FULL, CRYPT_NEWKEYSET),
       "no container, error %#lx\n", GetLastError());
    ok(CryptGenKey(provider, AT_KEYEXCHANGE, 2048 << 16 | CRYPT_EXPORTABLE, &key), "error %#lx\n", GetLastError());
    CryptDestroyKey(key);
    CryptReleaseContext(provider, 0);
    ok(CryptAcquireContextW(&provider, container, MS_ENHANCED_PROV_W, PROV_RSA_FULL, 0), "error %#lx\n",
       GetLastError());
    return provider;
}

static PCCERT_CONTEXT make_certificate(HCRYPTPROV provider)
{
    CRYPT_KEY_PROV_INFO info = {(WCHAR *)container, (WCHAR *)MS_ENHANCED_PROV_W, PROV_RSA_FULL, 0, 0, NULL,
                                AT_KEYEXCHANGE};
    BYTE name_data[64];
    CERT_NAME_BLOB name = {sizeof(name_data), name_data};
    PCCERT_CONTEXT certificate;

    ok(CertStrToNameW(X509_ASN_ENCODING, L"CN=ncrypt test", CERT_X500_NAME_STR, NULL, name_data, &name.cbData,
                      NULL), "error %#lx\n", GetLastError());
    certificate = CertCreateSelfSignCertificate(provider, &name, 0, &info, NULL, NULL, NULL, NULL);
    ok(certificate != NULL, "no certificate, error %#lx\n", GetLastError());
    return certificate;
}

static void write_rules(struct holder *holder)
{
    DWORD size = 20, capacity = ARRAYSIZE(holder->by_blob) - lstrlenW(BLOB_RULE), i;
    BYTE hash[20];

    CertGetCertificateContextProperty(holder->made, CERT_HASH_PROP_ID, hash, &size);
    lstrcpyW(holder->by_hash, HASH_RULE);
    for (i = 0; i < size; i++) swprintf(holder->by_hash + lstrlenW(holder->by_hash), 3, L"%02x", hash[i]);
    lstrcpyW(holder->by_blob, BLOB_RULE);
    CryptBinaryToStringW(holder->made->pbCertEncoded, holder->made->cbCertEncoded,
                         CRYPT_STRING_BASE64 | CRYPT_STRING_NOCRLF, holder->by_blob + lstrlenW(BLOB_RULE),
                         &capacity);
}

/* Wine writes a store when it is closed or told to. */
static void write_store(struct holder *holder)
{
    ok(CertControlStore(holder->store, 0, CERT_STORE_CTRL_COMMIT, NULL), "error %#lx\n", GetLastError());
}

static void store_certificate(struct holder *holder)
{
    if (holder->stored) CertDeleteCertificateFromStore(holder->stored);
    ok(CertAddCertificateContextToStore(holder->store, holder->made, CERT_STORE_ADD_REPLACE_EXISTING,
                                        &holder->stored), "not stored, error %#lx\n", GetLastError());
    write_store(holder);
}

/* Wine does not write a new property of a certificate that is in the store already. */
static void link_key(struct holder *holder, const CRYPT_KEY_PROV_INFO *info)
{
    ok(CertSetCertificateContextProperty(holder->made, CERT_KEY_PROV_INFO_PROP_ID, 0, info), "error %#lx\n",
       GetLastError());
    store_certificate(holder);
}

/* From the container to a key of the same name of the key storage provider. */
static void move_key(NCRYPT_PROV_HANDLE provider, HCRYPTPROV capi)
{
    NCryptBuffer name = {sizeof(container), NCRYPTBUFFER_PKCS_KEY_NAME, (void *)container};
    NCryptBufferDesc list = {NCRYPTBUFFER_VERSION, 1, &name};
    NCRYPT_KEY_HANDLE key;
    HCRYPTKEY capi_key;
    BYTE blob[2048];
    DWORD size = sizeof(blob);

    ok(CryptGetUserKey(capi, AT_KEYEXCHANGE, &capi_key), "error %#lx\n", GetLastError());
    ok(CryptExportKey(capi_key, 0, PRIVATEKEYBLOB, 0, blob, &size), "error %#lx\n", GetLastError());
    CryptDestroyKey(capi_key);
    CryptReleaseContext(capi, 0);
    CryptAcquireContextW(&capi, container, MS_ENHANCED_PROV_W, PROV_RSA_FULL, CRYPT_DELETEKEYSET);
    remove_key(provider, container, 0);
    check_success(NCryptImportKey(provider, 0, LEGACY_RSAPRIVATE_BLOB, &list, &key, blob, size, 0));
    check_success(NCryptFreeObject(key));
}

/* --- what opens when --- */

/* The recipient of windows-api.md 6.3, with the OID of certificates. */
static void check_recipient(const BYTE *blob, ULONG size, const WCHAR *rule)
{
    static const BYTE oid[] = {0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x4a, 0x01, 0x0b};
    static const BYTE name[] = "\x0c\x0b" "CERTIFICATE\x0c";
    static const BYTE wrap[] = {0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2d, 0x04, 0x28};
    NCRYPT_DESCRIPTOR_HANDLE descriptor = NULL;
    ULONG i, j, found[3] = {0};
    WCHAR *text = NULL;

    for (i = 0; i + 60 < size; i++)
    {
        if (!memcmp(blob + i, oid, sizeof(oid))) found[0] = i;
        if (!memcmp(blob + i, name, sizeof(name) - 1)) found[1] = i;
        if (!memcmp(blob + i, wrap, sizeof(wrap))) found[2] = i;
    }
    for (j = 0; j < 3; j++) ok(found[j], "part %lu is missing\n", j);
    ok(found[0] < found[1] && found[1] < found[2], "wrong order\n");

    check_success(NCryptUnprotectSecret(&descriptor, NCRYPT_UNPROTECT_NO_DECRYPT, blob, size, NULL, NULL, NULL,
                                        NULL));
    check_success(NCryptGetProtectionDescriptorInfo(descriptor, NULL, 1, (void **)&text));
    ok(text && !lstrcmpW(text, rule), "got %s\n", wine_dbgstr_w(text));
    LocalFree(text);
    check_success(NCryptCloseProtectionDescriptor(descriptor));
}

/* With other clauses and protectors: one of OR opens without the key, AND wants it too. */
static void test_joined(struct holder *holder, BOOL has_key)
{
    SECURITY_STATUS expected = has_key ? ERROR_SUCCESS : NTE_DECRYPTION_FAILURE;
    WCHAR rule[256];
    ULONG size;
    BYTE *blob;

    swprintf(rule, ARRAYSIZE(rule), L"%ls OR LOCAL=user", holder->by_hash);
    check_success(protect(rule, &blob, &size));
    check_success(open_blob(blob, size));
    LocalFree(blob);
    swprintf(rule, ARRAYSIZE(rule), L"%ls AND LOCAL=user", holder->by_hash);
    check_success(protect(rule, &blob, &size));
    check_status(expected, open_blob(blob, size));
    LocalFree(blob);
}

/* One bit in each byte. */
static void test_damage(BYTE *blob, ULONG size)
{
    SECURITY_STATUS status;
    ULONG i;

    for (i = 0; i < size; i++)
    {
        blob[i] ^= 1 << i % 8;
        status = open_blob(blob, size);
        ok(status == NTE_BAD_DATA || status == NTE_DECRYPTION_FAILURE || status == NTE_NOT_SUPPORTED,
           "byte %lu: got %#lx\n", i, status);
        blob[i] ^= 1 << i % 8;
    }
    check_success(open_blob(blob, size));
}

/* What PFXImportCertStore of Wine writes (row 18.7) means the key that the container has; a key spec proper means
 * that key and no other. */
static void test_key_specs(struct holder *holder, const BYTE *blob, ULONG size)
{
    static const struct { DWORD key_spec; SECURITY_STATUS expected; } specs[] =
    {
        {AT_KEYEXCHANGE | AT_SIGNATURE, ERROR_SUCCESS},
        {0, ERROR_SUCCESS},
        {AT_SIGNATURE, NTE_DECRYPTION_FAILURE},
        {AT_KEYEXCHANGE, ERROR_SUCCESS},
    };
    CRYPT_KEY_PROV_INFO info = {(WCHAR *)container, (WCHAR *)MS_ENHANCED_PROV_W, PROV_RSA_FULL, 0, 0, NULL, 0};
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(specs); i++)
    {
        winetest_push_context("key spec %lu", specs[i].key_spec);
        info.dwKeySpec = specs[i].key_spec;
        link_key(holder, &info);
        check_status(specs[i].expected, open_blob(blob, size));
        winetest_pop_context();
    }
}

/* The container gives its key to a provider of ours, which gives it up in the end. */
static void test_our_key(struct holder *holder, BYTE *hash_blob, ULONG hash_size, BYTE *cert_blob, ULONG cert_size)
{
    CRYPT_KEY_PROV_INFO info = {(WCHAR *)container, (WCHAR *)MS_KEY_STORAGE_PROVIDER, 0, 0, 0, NULL, 0};
    NCRYPT_PROV_HANDLE provider = open_provider();

    move_key(provider, holder->capi);
    check_status(NTE_DECRYPTION_FAILURE, open_blob(hash_blob, hash_size));      /* the container is gone */
    link_key(holder, &info);
    check_success(open_blob(hash_blob, hash_size));
    check_success(open_blob(cert_blob, cert_size));
    test_joined(holder, TRUE);
    test_damage(hash_blob, hash_size);

    info.pwszProvName = (WCHAR *)L"a provider of others";
    link_key(holder, &info);
    check_status(NTE_NOT_SUPPORTED, open_blob(hash_blob, hash_size));           /* open question: which status */
    info.pwszProvName = NULL;
    link_key(holder, &info);
    check_success(open_blob(hash_blob, hash_size));
    remove_key(provider, container, 0);
    check_status(NTE_DECRYPTION_FAILURE, open_blob(hash_blob, hash_size));
    check_status(NTE_DECRYPTION_FAILURE, open_blob(cert_blob, cert_size));
    test_joined(holder, FALSE);
    NCryptFreeObject(provider);
}

static void test_holder(void)
{
    ULONG hash_size, cert_size;
    BYTE *hash_blob, *cert_blob;
    struct holder holder = {0};

    holder.store = CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, L"MY");
    holder.capi = make_container();
    if (!(holder.made = make_certificate(holder.capi))) return;
    write_rules(&holder);

    /* a certificate that is at hand is enough to protect, not to open */
    check_status(NTE_NOT_FOUND, protect_status(holder.by_hash));
    check_success(protect(holder.by_blob, &cert_blob, &cert_size));
    check_status(NTE_DECRYPTION_FAILURE, open_blob(cert_blob, cert_size));

    store_certificate(&holder);
    check_success(protect(holder.by_hash, &hash_blob, &hash_size));
    check_recipient(hash_blob, hash_size, holder.by_hash);
    check_recipient(cert_blob, cert_size, holder.by_blob);
    check_success(open_blob(hash_blob, hash_size));
    check_success(open_blob(cert_blob, cert_size));
    test_joined(&holder, TRUE);
    test_key_specs(&holder, hash_blob, hash_size);
    test_our_key(&holder, hash_blob, hash_size, cert_blob, cert_size);

    CertDeleteCertificateFromStore(holder.stored);
    write_store(&holder);
    check_status(NTE_NOT_FOUND, protect_status(holder.by_hash));
    check_status(NTE_DECRYPTION_FAILURE, open_blob(hash_blob, hash_size));
    CertFreeCertificateContext(holder.made);
    CertCloseStore(holder.store, 0);
    LocalFree(hash_blob);
    LocalFree(cert_blob);
}

START_TEST(protect_certificate)
{
    test_rules();
    test_holder();
}
