/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which key belongs to a certificate, and which certificates have one: CryptFindCertificateKeyProvInfo and
 * CertFindChainInStore. */
#include "crypt32_test.h"

/* --- CryptFindCertificateKeyProvInfo --- */

static void check_found(PCCERT_CONTEXT cert, const WCHAR *name, const WCHAR *provider, DWORD flags)
{
    BYTE buffer[1024];
    CRYPT_KEY_PROV_INFO *info = (CRYPT_KEY_PROV_INFO *)buffer;
    DWORD size = sizeof(buffer);

    check_capi(CertGetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, buffer, &size));
    ok(!lstrcmpiW(info->pwszContainerName, name), "name %ls, expected %ls\n", info->pwszContainerName, name);
    ok(!lstrcmpW(info->pwszProvName, provider), "provider %ls\n", info->pwszProvName);
    ok(info->dwFlags == flags, "flags %#lx\n", info->dwFlags);
}

static void test_own(const WCHAR *algorithm, DWORD flags)
{
    DWORD own = flags ? CRYPT_FIND_MACHINE_KEYSET_FLAG : CRYPT_FIND_USER_KEYSET_FLAG;
    DWORD other = flags ? CRYPT_FIND_USER_KEYSET_FLAG : CRYPT_FIND_MACHINE_KEYSET_FLAG;
    struct identity identity;
    PCCERT_CONTEXT cert;

    make_identity(&identity, algorithm, L"find", flags);
    cert = bare_copy(identity.cert);
    ok(!CryptFindCertificateKeyProvInfo(cert, other, NULL), "found in the other store\n");
    ok(!has_property(cert, CERT_KEY_PROV_INFO_PROP_ID), "a property\n");
    check_capi(CryptFindCertificateKeyProvInfo(cert, 0, NULL));
    check_found(cert, identity.name, MS_KEY_STORAGE_PROVIDER, flags);
    CertFreeCertificateContext(cert);
    cert = bare_copy(identity.cert);
    check_capi(CryptFindCertificateKeyProvInfo(cert, own, NULL));
    check_found(cert, identity.name, MS_KEY_STORAGE_PROVIDER, flags);
    CertFreeCertificateContext(cert);
    remove_identity(&identity);
}

/* A certificate whose key is nobody's gets no property. */
static void test_none(void)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCRYPT_KEY_HANDLE key = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    PCCERT_CONTEXT cert = self_sign(key, L"CN=none", SHA256_ECDSA);

    ok(!CryptFindCertificateKeyProvInfo(cert, 0, NULL), "found\n");
    ok(!has_property(cert, CERT_KEY_PROV_INFO_PROP_ID), "a property\n");
    CertFreeCertificateContext(cert);
    NCryptFreeObject(key);
    NCryptFreeObject(provider);
}

static PCCERT_CONTEXT self_sign_container(HCRYPTPROV context, WCHAR *name, DWORD spec)
{
    CRYPT_KEY_PROV_INFO info = { .pwszContainerName = name, .pwszProvName = (WCHAR *)CSP_NAME, .dwProvType = CSP_TYPE };

    info.dwKeySpec = spec;
    return self_sign_with(context, L"CN=find capi", SHA256_RSA, &info);
}

/* A key of a container is a key of CAPI: that it can also be reached as a CNG key does not change its name. Which CSP
 * is named, of those that have the container, is an open question. */
static void test_container(DWORD scope, DWORD spec)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE handle = 0;
    CRYPT_KEY_PROV_INFO *info;
    BYTE buffer[1024];
    DWORD size = sizeof(buffer), got = 0;
    BOOL must_free = FALSE;
    HCRYPTPROV context;
    PCCERT_CONTEXT cert, bare;
    WCHAR name[128];

    key_name(name, L"find capi");
    remove_container(name, scope);
    make_container(name, scope, spec, 1024, TRUE);
    check_capi(open_container(&context, name, scope));
    cert = self_sign_container(context, name, spec);
    bare = bare_copy(cert);
    check_capi(CryptFindCertificateKeyProvInfo(bare, 0, NULL));
    check_capi(CertGetCertificateContextProperty(bare, CERT_KEY_PROV_INFO_PROP_ID, buffer, &size));
    info = (CRYPT_KEY_PROV_INFO *)buffer;
    ok(info->dwProvType, "a key of %ls\n", info->pwszProvName);
    ok(info->dwKeySpec == spec && info->dwFlags == scope, "spec %lu, flags %#lx\n", info->dwKeySpec, info->dwFlags);
    ok(!lstrcmpiW(info->pwszContainerName, name), "name %ls\n", info->pwszContainerName);
    check_capi(CryptAcquireCertificatePrivateKey(bare, 0, NULL, &handle, &got, &must_free));
    ok(got == spec, "spec %lu\n", got);
    if (must_free) CryptReleaseContext(handle, 0);
    CertFreeCertificateContext(bare);
    CertFreeCertificateContext(cert);
    CryptReleaseContext(context, 0);
    remove_container(name, scope);
}

/* --- CertFindChainInStore --- */

static DWORD count_chains(HCERTSTORE store, DWORD flags, CERT_CHAIN_FIND_BY_ISSUER_PARA *para)
{
    PCCERT_CHAIN_CONTEXT chain = NULL;
    DWORD count = 0;

    while ((chain = CertFindChainInStore(store, X509_ASN_ENCODING, flags, CERT_CHAIN_FIND_BY_ISSUER, para, chain)))
        if (++count > 10) break;
    ok(GetLastError() == (DWORD)CRYPT_E_NOT_FOUND, "error %#lx\n", GetLastError());
    return count;
}

static PCCERT_CONTEXT wanted;

static BOOL WINAPI is_wanted(PCCERT_CONTEXT cert, void *arg)
{
    ok(arg == &wanted, "another argument\n");
    return CertCompareCertificate(X509_ASN_ENCODING, cert->pCertInfo, wanted->pCertInfo);
}

static void test_chains(void)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL), collection;
    CERT_CHAIN_FIND_BY_ISSUER_PARA para = { .cbSize = sizeof(para) };
    CERT_NAME_BLOB issuers[2];
    struct identity one, two;
    PCCERT_CONTEXT keyless;

    make_identity(&one, L"RSA", L"chain one", 0);
    make_identity(&two, L"ECDSA_P256", L"chain two", 0);
    keyless = self_sign(two.key, L"CN=keyless", SHA256_ECDSA);
    ok(!count_chains(store, 0, &para), "chains in an empty store\n");
    check_capi(CertAddCertificateContextToStore(store, one.cert, CERT_STORE_ADD_ALWAYS, NULL));
    check_capi(CertAddCertificateContextToStore(store, keyless, CERT_STORE_ADD_ALWAYS, NULL));
    check_capi(CertAddCertificateContextToStore(store, two.cert, CERT_STORE_ADD_ALWAYS, NULL));
    ok(count_chains(store, 0, &para) == 2, "not the two with keys\n");
    ok(count_chains(store, CERT_CHAIN_FIND_BY_ISSUER_NO_KEY_FLAG, &para) == 3, "not all three\n");

    issuers[0] = keyless->pCertInfo->Subject;
    issuers[1] = two.cert->pCertInfo->Subject;
    para.cIssuer = 1;
    para.rgIssuer = issuers;
    ok(!count_chains(store, 0, &para), "an issuer of a certificate without a key\n");
    para.cIssuer = 2;
    ok(count_chains(store, 0, &para) == 1, "not the one of that issuer\n");
    para.cIssuer = 0;
    para.pszUsageIdentifier = szOID_PKIX_KP_CLIENT_AUTH;
    ok(count_chains(store, 0, &para) == 2, "certificates that name no usage are for any\n");
    wanted = two.cert;
    para.pfnFindCallback = is_wanted;
    para.pvFindArg = &wanted;
    ok(count_chains(store, 0, &para) == 1, "not the one that the caller wants\n");
    para.pfnFindCallback = NULL;                /* the certificate of before, once more */
    check_capi(CertAddCertificateContextToStore(store, one.cert, CERT_STORE_ADD_ALWAYS, NULL));
    ok(count_chains(store, 0, &para) == 3, "a certificate that is there twice\n");
    collection = CertOpenStore(CERT_STORE_PROV_COLLECTION, 0, 0, 0, NULL);
    check_capi(CertAddStoreToCollection(collection, store, 0, 0));
    ok(count_chains(collection, 0, &para) == 3, "not the three of a collection\n");
    check_capi(CertCloseStore(collection, 0));
    CertFreeCertificateContext(keyless);
    check_capi(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));     /* no context was lost */
    remove_identity(&one);
    remove_identity(&two);
}

/* Extended key usage decides. */
static void test_usage(void)
{
    char *server[] = { (char *)szOID_PKIX_KP_SERVER_AUTH };
    CERT_ENHKEY_USAGE usage = { 1, server };
    CERT_CHAIN_FIND_BY_ISSUER_PARA para = { .cbSize = sizeof(para), .pszUsageIdentifier = szOID_PKIX_KP_CLIENT_AUTH };
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    struct identity identity;
    PCCERT_CONTEXT added;

    make_identity(&identity, L"ECDSA_P256", L"usage", 0);
    check_capi(CertAddCertificateContextToStore(store, identity.cert, CERT_STORE_ADD_ALWAYS, &added));
    check_capi(CertSetEnhancedKeyUsage(added, &usage));
    ok(!count_chains(store, 0, &para), "a certificate for servers\n");
    para.pszUsageIdentifier = szOID_PKIX_KP_SERVER_AUTH;
    ok(count_chains(store, 0, &para) == 1, "not the certificate for servers\n");
    CertFreeCertificateContext(added);
    check_capi(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    remove_identity(&identity);
}

/* The key that is named must be the one of the certificate, of whichever kind. */
static void test_compare(void)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    CERT_CHAIN_FIND_BY_ISSUER_PARA para = { .cbSize = sizeof(para) };
    struct capi_identity capi;
    struct identity one, two;

    make_identity(&one, L"RSA", L"compare one", 0);
    make_identity(&two, L"ECDSA_P256", L"compare two", 0);
    make_capi_identity(&capi, L"compare capi");
    link_to(two.cert, one.name, 0);
    check_capi(CertAddCertificateContextToStore(store, one.cert, CERT_STORE_ADD_ALWAYS, NULL));
    check_capi(CertAddCertificateContextToStore(store, two.cert, CERT_STORE_ADD_ALWAYS, NULL));
    check_capi(CertAddCertificateContextToStore(store, capi.cert, CERT_STORE_ADD_ALWAYS, NULL));
    ok(count_chains(store, 0, &para) == 3, "not all three\n");
    ok(count_chains(store, CERT_CHAIN_FIND_BY_ISSUER_COMPARE_KEY_FLAG, &para) == 2, "not the two that fit\n");
    check_capi(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    remove_capi_identity(&capi);
    remove_identity(&one);
    remove_identity(&two);
}

/* A chain that is handed in is freed by a call that fails as well: the store can be closed. */
static void test_chain_arguments(void)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    CERT_CHAIN_FIND_BY_ISSUER_PARA para = { .cbSize = sizeof(para) };
    PCCERT_CHAIN_CONTEXT chain;
    struct identity identity;

    make_identity(&identity, L"ECDSA_P256", L"arguments", 0);
    check_capi(CertAddCertificateContextToStore(store, identity.cert, CERT_STORE_ADD_ALWAYS, NULL));
    chain = CertFindChainInStore(store, X509_ASN_ENCODING, 0, CERT_CHAIN_FIND_BY_ISSUER, &para, NULL);
    ok(chain != NULL, "error %#lx\n", GetLastError());
    para.cbSize = 4;

    check_fails(E_INVALIDARG,
                CertFindChainInStore(store, X509_ASN_ENCODING, 0, CERT_CHAIN_FIND_BY_ISSUER, NULL, NULL) != NULL);
    check_fails(E_INVALIDARG,
                CertFindChainInStore(store, X509_ASN_ENCODING, 0, CERT_CHAIN_FIND_BY_ISSUER, &para, chain) != NULL);
    check_fails(E_INVALIDARG, CertFindChainInStore(store, X509_ASN_ENCODING, 0, 42, &para, NULL) != NULL);
    check_capi(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    remove_identity(&identity);
}

START_TEST(find)
{
    test_own(L"RSA", 0);
    test_own(L"ECDSA_P384", 0);
    test_own(L"DSA", 0);
    test_own(L"RSA", NCRYPT_MACHINE_KEY_FLAG);
    test_none();
    test_container(0, AT_KEYEXCHANGE);
    test_container(0, AT_SIGNATURE);
    test_container(CRYPT_MACHINE_KEYSET, AT_KEYEXCHANGE);
    test_chains();
    test_usage();
    test_compare();
    test_chain_arguments();
}
