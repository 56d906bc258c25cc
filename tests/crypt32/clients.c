/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What real programs call to reach the key of a certificate, in their order and with their flags. A TLS handshake is in
 * tests/system/check-tls; here the credentials are acquired. */
#include "credentials.h"

static struct identity rsa, ec;

static const struct identity *const identities[] = { &rsa, &ec };

/* --- .NET: CertificatePal --- */

static BOOL dotnet_has_private_key(PCCERT_CONTEXT cert)
{
    return has_property(cert, CERT_KEY_CONTEXT_PROP_ID) || has_property(cert, CERT_KEY_PROV_INFO_PROP_ID);
}

/* What CngKey.Open(handle, options) asks of a handle. */
static void dotnet_use(const struct identity *identity, NCRYPT_KEY_HANDLE key)
{
    NCRYPT_PROV_HANDLE provider = 0;
    SECURITY_STATUS status;
    BYTE is_ephemeral = 42;
    DWORD size;

    status = NCryptGetProperty(key, L"CLR IsEphemeral", &is_ephemeral, 1, &size, NCRYPT_PERSIST_ONLY_FLAG);
    ok(!status || status == NTE_NOT_FOUND, "IsEphemeral: %#lx\n", status);
    check_success(
        NCryptGetProperty(key, NCRYPT_PROVIDER_HANDLE_PROPERTY, (BYTE *)&provider, sizeof(provider), &size, 0));
    NCryptFreeObject(provider);
    ok(signs_for(identity, key), "not the key\n");
}

/* GetRSAPrivateKey, GetECDsaPrivateKey. */
static void dotnet_get_private_key(const struct identity *identity, PCCERT_CONTEXT cert)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key = 0;
    DWORD size = sizeof(key), spec = 0;
    BOOL must_free = FALSE;

    ok(dotnet_has_private_key(cert), "no private key\n");
    if (!has_property(cert, CERT_KEY_PROV_INFO_PROP_ID)
        && CertGetCertificateContextProperty(cert, CERT_NCRYPT_KEY_HANDLE_PROP_ID, &key, &size))
    {
        dotnet_use(identity, key);
        return;
    }
    check_capi(
        CryptAcquireCertificatePrivateKey(cert, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG, NULL, &key, &spec, &must_free));
    ok(spec == CERT_NCRYPT_KEY_SPEC, "spec %#lx\n", spec);
    dotnet_use(identity, key);
    if (must_free) NCryptFreeObject(key);
}

/* Handles of .NET are duplicates; this one belongs to the certificate from then on. */
static void dotnet_copy_with_private_key(const struct identity *identity)
{
    PCCERT_CONTEXT cert = linked_copy(identity);
    NCRYPT_KEY_HANDLE key = 0;

    dotnet_get_private_key(identity, cert);
    CertFreeCertificateContext(cert);
    cert = bare_copy(identity->cert);
    ok(!dotnet_has_private_key(cert), "a private key\n");
    check_success(NCryptOpenKey(identity->provider, &key, identity->name, 0, 0));
    check_capi(CertSetCertificateContextProperty(cert, CERT_NCRYPT_KEY_HANDLE_PROP_ID,
                                                 CERT_SET_PROPERTY_INHIBIT_PERSIST_FLAG, (void *)key));
    dotnet_get_private_key(identity, cert);
    CertFreeCertificateContext(cert);
    ok(!NCryptIsKeyHandle(key), "the handle is left behind\n");
}

/* X509Store.Add, and what a later Find gives. */
static void dotnet_store(const struct identity *identity)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_SYSTEM_W, MESSAGE_ENCODING, 0,
                                     CERT_SYSTEM_STORE_CURRENT_USER | CERT_STORE_MAXIMUM_ALLOWED_FLAG, L"NcryptTest");
    CRYPT_HASH_BLOB hash;
    BYTE thumbprint[20];
    DWORD size = sizeof(thumbprint);
    PCCERT_CONTEXT found;

    check_capi(CertAddCertificateContextToStore(store, identity->cert,
                                                CERT_STORE_ADD_REPLACE_EXISTING_INHERIT_PROPERTIES, NULL));
    check_capi(CertGetCertificateContextProperty(identity->cert, CERT_SHA1_HASH_PROP_ID, thumbprint, &size));
    hash.cbData = size;
    hash.pbData = thumbprint;
    found = CertFindCertificateInStore(store, MESSAGE_ENCODING, 0, CERT_FIND_SHA1_HASH, &hash, NULL);
    ok(found != NULL, "error %#lx\n", GetLastError());
    dotnet_get_private_key(identity, found);
    check_capi(CertDeleteCertificateFromStore(found));
    check_capi(CertCloseStore(store, 0));
}

/* --- who acquires: OpenVPN, Firefox, Chromium, Java, smimesign --- */

static void test_acquirers(const struct identity *identity)
{
    static const struct { const char *who; DWORD flags; } calls[] =
    {
        { "OpenVPN", CRYPT_ACQUIRE_COMPARE_KEY_FLAG | CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG },
        { "Firefox", CRYPT_ACQUIRE_PREFER_NCRYPT_KEY_FLAG },
        { "Chromium", CRYPT_ACQUIRE_PREFER_NCRYPT_KEY_FLAG },
        { "smimesign", CRYPT_ACQUIRE_CACHE_FLAG | CRYPT_ACQUIRE_SILENT_FLAG | CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG },
        { "rustls-cng", CRYPT_ACQUIRE_SILENT_FLAG | CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG },
        { "Java", CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG | CRYPT_ACQUIRE_SILENT_FLAG },
    };
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key;
    PCCERT_CONTEXT cert;
    unsigned int i;
    BOOL must_free;
    DWORD spec;

    for (i = 0; i < ARRAY_SIZE(calls); i++)
    {
        winetest_push_context("%s", calls[i].who);
        cert = linked_copy(identity);
        key = spec = must_free = 0;
        check_capi(CryptAcquireCertificatePrivateKey(cert, calls[i].flags, NULL, &key, &spec, &must_free));
        ok(spec == CERT_NCRYPT_KEY_SPEC, "spec %#lx\n", spec);
        ok(signs_for(identity, key), "not the key\n");
        if (must_free) NCryptFreeObject(key);
        CertFreeCertificateContext(cert);
        winetest_pop_context();
    }
}

/* Chromium looks for what it can show, and duplicates the certificate into a store of its own. */
static BOOL WINAPI chromium_filter(PCCERT_CONTEXT cert, void *arg)
{
    (void)arg;
    return CertVerifyTimeValidity(NULL, cert->pCertInfo) == 0;
}

static void test_chromium(const struct identity *identity)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    CERT_CHAIN_FIND_BY_ISSUER_PARA para =
    {
        .cbSize = sizeof(para),
        .pszUsageIdentifier = szOID_PKIX_KP_CLIENT_AUTH,
        .pfnFindCallback = chromium_filter,
    };
    PCCERT_CHAIN_CONTEXT chain;
    PCCERT_CONTEXT copy = NULL;

    check_capi(CertAddCertificateContextToStore(store, identity->cert, CERT_STORE_ADD_ALWAYS, NULL));
    chain = CertFindChainInStore(store, X509_ASN_ENCODING, CERT_CHAIN_FIND_BY_ISSUER_CACHE_ONLY_FLAG,
                                 CERT_CHAIN_FIND_BY_ISSUER, &para, NULL);
    ok(chain != NULL, "error %#lx\n", GetLastError());
    if (!chain) return;
    check_capi(CertAddCertificateContextToStore(NULL, chain->rgpChain[0]->rgpElement[0]->pCertContext,
                                                CERT_STORE_ADD_USE_EXISTING, &copy));
    dotnet_get_private_key(identity, copy);
    CertFreeCertificateContext(copy);
    ok(!CertFindChainInStore(store, X509_ASN_ENCODING, CERT_CHAIN_FIND_BY_ISSUER_CACHE_ONLY_FLAG,
                             CERT_CHAIN_FIND_BY_ISSUER, &para, chain),
       "another chain\n");
    check_capi(CertCloseStore(store, 0));
}

/* --- who opens the key by what the certificate names: GnuTLS system keys, PuTTY-CAC, .NET's fallback --- */

static void test_openers(const struct identity *identity)
{
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    BYTE buffer[1024];
    CRYPT_KEY_PROV_INFO *info = (CRYPT_KEY_PROV_INFO *)buffer;
    DWORD size = sizeof(buffer);

    check_capi(CertGetCertificateContextProperty(identity->cert, CERT_KEY_PROV_INFO_PROP_ID, buffer, &size));
    ok(!info->dwProvType, "type %lu\n", info->dwProvType);
    check_success(NCryptOpenStorageProvider(&provider, info->pwszProvName, 0));
    check_success(NCryptOpenKey(provider, &key, info->pwszContainerName, 0, 0));
    ok(signs_for(identity, key), "not the key\n");
    NCryptFreeObject(key);
    NCryptFreeObject(provider);
}

/* --- who leaves it to Schannel: curl, aws-c-io, MongoDB, WinHTTP --- */

/* By name, by name after a store, and a certificate that has only the handle. An EC key is refused as clearly as
 * before: no Wine has EC keys in Schannel. */
static void test_schannel(void)
{
    PCCERT_CONTEXT cert = linked_copy(&rsa);

    check_success(acquire_credentials(cert));
    check_success(acquire_credentials(cert));
    CertFreeCertificateContext(cert);
    cert = bare_copy(rsa.cert);
    check_capi(CertSetCertificateContextProperty(cert, CERT_NCRYPT_KEY_HANDLE_PROP_ID, CERT_STORE_NO_CRYPT_RELEASE_FLAG,
                                                 (void *)rsa.key));
    check_success(acquire_credentials(cert));
    CertFreeCertificateContext(cert);
    cert = bare_copy(rsa.cert);
    check_failure(acquire_credentials(cert));
    CertFreeCertificateContext(cert);
    cert = linked_copy(&ec);
    todo_wine check_success(acquire_credentials(cert));
    CertFreeCertificateContext(cert);
    ok(signs_for(&ec, ec.key), "the handle was freed\n");
}

/* OpenZiti, step: the public key of the handle goes into a request. */
static void test_public_key(const struct identity *identity)
{
    BYTE buffer[2048];
    CERT_PUBLIC_KEY_INFO *info = (CERT_PUBLIC_KEY_INFO *)buffer;
    DWORD size = sizeof(buffer);

    check_capi(CryptExportPublicKeyInfo(identity->key, 0, X509_ASN_ENCODING, info, &size));
    ok(CertComparePublicKeyInfo(X509_ASN_ENCODING, info, &identity->cert->pCertInfo->SubjectPublicKeyInfo),
       "another key\n");
}

START_TEST(clients)
{
    unsigned int i;

    make_identity(&rsa, L"RSA", L"client rsa", 0);
    make_identity(&ec, L"ECDSA_P256", L"client ec", 0);
    for (i = 0; i < ARRAY_SIZE(identities); i++)
    {
        dotnet_copy_with_private_key(identities[i]);
        dotnet_store(identities[i]);
        test_acquirers(identities[i]);
        test_chromium(identities[i]);
        test_openers(identities[i]);
        test_public_key(identities[i]);
    }
    test_schannel();
    remove_identity(&rsa);
    remove_identity(&ec);
}
