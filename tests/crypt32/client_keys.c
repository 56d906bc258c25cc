/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What real programs do with the key of a certificate, and to make one: the second half of the topic `clients`. Sources
 * and order of the calls are in doc/facts/windows-behaviour.md, part B. */
#include "credentials.h"
#include "pfx.h"

static struct identity rsa, ec;

static BOOL is_rsa(const struct identity *identity)
{
    return identity == &rsa;
}

static NCRYPT_KEY_HANDLE acquire(PCCERT_CONTEXT cert, DWORD flags, BOOL *must_free)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key = 0;
    DWORD spec = 0;

    *must_free = FALSE;
    check_capi(CryptAcquireCertificatePrivateKey(cert, flags, NULL, &key, &spec, must_free));
    ok(spec == CERT_NCRYPT_KEY_SPEC, "spec %#lx\n", spec);
    return key;
}

/* Both sizes must be the same, or the programs give up. */
static void sign_twice(NCRYPT_KEY_HANDLE key, void *padding, DWORD hash_size, DWORD flags)
{
    BYTE hash[64] = { 1 }, signature[512];
    DWORD asked = 0, got = 0;

    check_success(NCryptSignHash(key, padding, hash, hash_size, NULL, 0, &asked, flags));
    check_success(NCryptSignHash(key, padding, hash, hash_size, signature, asked, &got, flags));
    ok(got == asked, "%lu bytes, %lu were asked for\n", got, asked);
}

/* B.4, B.8, B.3: PKCS #1 with and without the name of the hash, PSS, ECDSA. */
static void sign_in_tls(const struct identity *identity, NCRYPT_KEY_HANDLE key, DWORD silent)
{
    BCRYPT_PKCS1_PADDING_INFO named = { BCRYPT_SHA256_ALGORITHM }, unnamed = { NULL };
    BCRYPT_PSS_PADDING_INFO pss = { BCRYPT_SHA256_ALGORITHM, 32 };

    if (!is_rsa(identity))
    {
        sign_twice(key, NULL, 32, silent);
        return;
    }
    sign_twice(key, &named, 32, BCRYPT_PAD_PKCS1 | silent);
    sign_twice(key, &unnamed, 36, BCRYPT_PAD_PKCS1 | silent);               /* MD5 and SHA-1 together */
    sign_twice(key, &pss, 32, BCRYPT_PAD_PSS | silent);
}

static void test_firefox(const struct identity *identity)
{
    BOOL must_free;
    NCRYPT_KEY_HANDLE key = acquire(identity->cert, CRYPT_ACQUIRE_PREFER_NCRYPT_KEY_FLAG, &must_free);

    ok(must_free, "the handle is not the caller's\n");
    sign_in_tls(identity, key, 0);
    check_success(NCryptFreeObject(key));
}

static void test_chromium(const struct identity *identity)
{
    NCRYPT_PROV_HANDLE provider = 0;
    WCHAR name[64];
    DWORD asked = 0, got = 0;
    BOOL must_free;
    NCRYPT_KEY_HANDLE key = acquire(identity->cert, CRYPT_ACQUIRE_PREFER_NCRYPT_KEY_FLAG, &must_free);

    check_success(NCryptGetProperty(key, NCRYPT_PROVIDER_HANDLE_PROPERTY, (BYTE *)&provider, sizeof(provider), &got,
                                    NCRYPT_SILENT_FLAG));
    check_success(NCryptGetProperty(provider, NCRYPT_NAME_PROPERTY, NULL, 0, &asked, NCRYPT_SILENT_FLAG));
    check_success(NCryptGetProperty(provider, NCRYPT_NAME_PROPERTY, (BYTE *)name, asked, &got, NCRYPT_SILENT_FLAG));
    ok(got == asked && !lstrcmpW(name, MS_KEY_STORAGE_PROVIDER), "%lu bytes: %ls\n", got, name);
    NCryptFreeObject(provider);
    sign_in_tls(identity, key, 0);
    if (must_free) check_success(NCryptFreeObject(key));
}

/* B.5: SunMSCAPI lists the store in silence, and opens the key anew to use it. */
static void test_java(const struct identity *identity)
{
    WCHAR name[16] = L"";
    BOOL must_free;
    NCRYPT_KEY_HANDLE key
        = acquire(identity->cert, CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG | CRYPT_ACQUIRE_SILENT_FLAG, &must_free);
    DWORD size;

    check_success(NCryptFreeObject(key));
    key = acquire(identity->cert, CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG, &must_free);
    check_success(NCryptGetProperty(key, NCRYPT_ALGORITHM_PROPERTY, (BYTE *)name, sizeof(name), &size,
                                    NCRYPT_SILENT_FLAG));
    ok(!lstrcmpW(name, is_rsa(identity) ? L"RSA" : L"ECDSA_P256"), "algorithm %ls\n", name);
    sign_in_tls(identity, key, 0);
    check_success(NCryptFreeObject(key));
}

/* A CAPI key comes as one of CAPI with ALLOW, and is translated for PSS. */
static void test_java_capi(void)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE context = 0;
    BCRYPT_PSS_PADDING_INFO pss = { BCRYPT_SHA256_ALGORITHM, 32 };
    struct capi_identity identity;
    NCRYPT_KEY_HANDLE key = 0;
    BOOL must_free = FALSE;
    DWORD spec = 0;

    make_capi_identity(&identity, L"client java");
    check_capi(CryptAcquireCertificatePrivateKey(identity.cert, CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG, NULL, &context,
                                                 &spec, &must_free));
    ok(spec == AT_KEYEXCHANGE, "spec %#lx\n", spec);
    check_success(NCryptTranslateHandle(NULL, &key, context, 0, 0, 0));
    sign_twice(key, &pss, 32, BCRYPT_PAD_PSS);
    check_success(NCryptFreeObject(key));
    if (must_free) check_capi(CryptReleaseContext(context, 0));
    remove_capi_identity(&identity);
}

/* B.8: OpenVPN signs once, into a buffer that is large enough. */
static void test_openvpn(const struct identity *identity)
{
    BYTE digest[32] = { 1 }, signature[512];
    BOOL must_free;
    NCRYPT_KEY_HANDLE key = acquire(identity->cert,
                                    CRYPT_ACQUIRE_COMPARE_KEY_FLAG | CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG, &must_free);

    ok(sign_digest(key, digest, signature, sizeof(signature)) == (is_rsa(identity) ? 128 : 64), "no signature\n");
    if (must_free) check_success(NCryptFreeObject(key));
}

/* B.9, B.11: GnuTLS and PuTTY-CAC read the name in the certificate and open the key themselves. PuTTY-CAC asks CAPI
 * first, frees the provider before the key, and takes the key spec from the certificate. */
static void test_openers(const struct identity *identity)
{
    CRYPT_KEY_PROV_INFO *info = prov_info(identity->cert);
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key = 0;
    HCRYPTPROV context;
    WCHAR name[32];
    DWORD size;

    ok(!CryptAcquireContextW(&context, info->pwszContainerName, info->pwszProvName, info->dwProvType, 0),
       "a CAPI context\n");
    check_success(NCryptOpenStorageProvider(&provider, info->pwszProvName, 0));
    check_success(NCryptOpenKey(provider, &key, info->pwszContainerName, info->dwKeySpec, 0));
    check_success(NCryptGetProperty(key, NCRYPT_ALGORITHM_PROPERTY, (BYTE *)name, sizeof(name), &size, 0));
    NCryptFreeObject(provider);
    sign_in_tls(identity, key, 0);
    check_success(NCryptFreeObject(key));
}

/* --- .NET: new X509Certificate2(pfx, flags), and GetRSAPrivateKey --- */

static CRYPT_DATA_BLOB make_pfx(void)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCRYPT_KEY_HANDLE key = make_key(provider, L"RSA", NULL, 1024, NCRYPT_ALLOW_EXPORT_FLAG, 0);
    PCCERT_CONTEXT cert = self_sign(key, L"CN=client pfx", SHA256_RSA), added;
    CRYPT_DATA_BLOB pfx;

    check_capi(CertAddCertificateContextToStore(store, cert, CERT_STORE_ADD_ALWAYS, &added));
    check_capi(CertSetCertificateContextProperty(added, CERT_NCRYPT_KEY_HANDLE_PROP_ID, 0, (void *)key));
    pfx = export_store(store, L"password", EXPORT_PRIVATE_KEYS);
    CertFreeCertificateContext(added);
    CertFreeCertificateContext(cert);
    check_capi(CertCloseStore(store, 0));
    ok(!NCryptIsKeyHandle(key), "the certificate in the store does not free its key\n");
    NCryptFreeObject(provider);
    return pfx;
}

/* EphemeralKeySet leaves the key with the certificate; the other flags name it. */
static void test_dotnet_pfx(const CRYPT_DATA_BLOB *pfx, DWORD flags)
{
    HCERTSTORE store = import_pfx(pfx, L"password", flags);
    PCCERT_CONTEXT cert = cert_with_key(store);
    NCRYPT_KEY_HANDLE key = 0;
    DWORD size = sizeof(key);
    BOOL must_free = FALSE;

    ok(cert != NULL, "flags %#lx: no certificate\n", flags);
    if (!cert) return;
    if (flags & IN_MEMORY)
        check_capi(CertGetCertificateContextProperty(cert, CERT_NCRYPT_KEY_HANDLE_PROP_ID, &key, &size));
    else key = acquire(cert, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG, &must_free);
    ok(is_public_key_of(cert, key, CERT_NCRYPT_KEY_SPEC), "flags %#lx: another key\n", flags);
    if (must_free) check_success(NCryptFreeObject(key));
    CertFreeCertificateContext(cert);
    end_import(store);
    ok(!(flags & IN_MEMORY) || !NCryptIsKeyHandle(key), "flags %#lx: the key outlives its certificate\n", flags);
}

static void test_dotnet(void)
{
    CRYPT_DATA_BLOB pfx = make_pfx();

    test_dotnet_pfx(&pfx, 0);
    test_dotnet_pfx(&pfx, CRYPT_USER_KEYSET);
    test_dotnet_pfx(&pfx, CRYPT_EXPORTABLE);
    test_dotnet_pfx(&pfx, PKCS12_ALWAYS_CNG_KSP | IN_MEMORY);
    free(pfx.pbData);
}

/* --- keys that are made for Schannel --- */

/* B.12: MongoDB imports a PKCS #8 key under a name; B.13: the AWS SDK an EC key over what has that name. A certificate
 * names it, and Schannel is to find it. No Wine has EC keys in Schannel. */
static void test_import(const struct identity *identity, const WCHAR *type, DWORD flags)
{
    WCHAR name[128], *named = (WCHAR *)key_name(name, L"client import");
    NCryptBuffer buffer = { (lstrlenW(named) + 1) * sizeof(WCHAR), NCRYPTBUFFER_PKCS_KEY_NAME, named };
    NCryptBufferDesc parameters = { NCRYPTBUFFER_VERSION, 1, &buffer };
    NCRYPT_KEY_HANDLE source = make_key(identity->provider, is_rsa(identity) ? L"RSA" : L"ECDSA_P256", NULL,
                                        is_rsa(identity) ? 1024 : 0, 3, 0), key = 0;
    PCCERT_CONTEXT cert = self_sign(source, L"CN=client import", is_rsa(identity) ? SHA256_RSA : SHA256_ECDSA);
    BYTE blob[2048];
    DWORD size = 0;

    remove_key(identity->provider, named, 0);
    check_success(NCryptExportKey(source, 0, type, NULL, blob, sizeof(blob), &size, 0));
    NCryptFreeObject(source);
    check_success(NCryptImportKey(identity->provider, 0, type, &parameters, &key, blob, size, flags));
    NCryptFreeObject(key);
    link_to(cert, named, 0);
    if (is_rsa(identity)) check_success(acquire_credentials(cert));
    else todo_wine check_success(acquire_credentials(cert));
    CertFreeCertificateContext(cert);
    remove_key(identity->provider, named, 0);
}

/* curl --cert "CurrentUser\MY\thumbprint". */
static void test_curl(const struct identity *identity)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, L"MY");
    CRYPT_HASH_BLOB hash;
    BYTE thumbprint[20];
    DWORD size = sizeof(thumbprint);
    PCCERT_CONTEXT found;

    check_capi(CertAddCertificateContextToStore(store, identity->cert, CERT_STORE_ADD_REPLACE_EXISTING, NULL));
    check_capi(CertCloseStore(store, 0));
    check_capi(CertGetCertificateContextProperty(identity->cert, CERT_SHA1_HASH_PROP_ID, thumbprint, &size));
    hash.cbData = size;
    hash.pbData = thumbprint;
    store = CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0,
                          CERT_STORE_OPEN_EXISTING_FLAG | CERT_STORE_READONLY_FLAG | CERT_SYSTEM_STORE_CURRENT_USER,
                          L"MY");
    found = CertFindCertificateInStore(store, MESSAGE_ENCODING, 0, CERT_FIND_HASH, &hash, NULL);
    ok(found != NULL, "error %#lx\n", GetLastError());
    check_success(acquire_credentials(found));
    CertFreeCertificateContext(found);
    check_capi(CertCloseStore(store, 0));
    store = CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, L"MY");
    found = CertFindCertificateInStore(store, MESSAGE_ENCODING, 0, CERT_FIND_HASH, &hash, NULL);
    check_capi(CertDeleteCertificateFromStore(found));
    check_capi(CertCloseStore(store, 0));
}

/* B.10: tailscale deletes the key that it has signed with. */
static void test_tailscale(const struct identity *identity)
{
    BOOL must_free;
    NCRYPT_KEY_HANDLE key
        = acquire(identity->cert, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG | CRYPT_ACQUIRE_SILENT_FLAG, &must_free);

    sign_in_tls(identity, key, NCRYPT_SILENT_FLAG);
    check_success(NCryptDeleteKey(key, 0));
    ok(open_status(identity->provider, identity->name, 0) == NTE_BAD_KEYSET, "the key is still there\n");
}

START_TEST(client_keys)
{
    const struct identity *identity;

    make_identity(&rsa, L"RSA", L"client key rsa", 0);
    make_identity(&ec, L"ECDSA_P256", L"client key ec", 0);
    test_java_capi();
    test_dotnet();
    test_import(&rsa, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, NCRYPT_SILENT_FLAG);
    test_import(&ec, BCRYPT_ECCPRIVATE_BLOB, NCRYPT_OVERWRITE_KEY_FLAG);
    test_curl(&rsa);
    for (identity = &rsa; identity; identity = identity == &rsa ? &ec : NULL)
    {
        test_firefox(identity);
        test_chromium(identity);
        test_java(identity);
        test_openvpn(identity);
        test_openers(identity);
        test_tailscale(identity);
        CertFreeCertificateContext(identity->cert);
        NCryptFreeObject(identity->key);
        NCryptFreeObject(identity->provider);
    }
}
