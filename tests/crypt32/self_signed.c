/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CertCreateSelfSignCertificate for CNG keys: what is in the certificate, and the name that leads from it to its key.
 * The topic `making` looks at the signatures. */
#include "crypt32_test.h"

/* Does the property lead to the key of the identity? */
static void check_link(const struct identity *identity, PCCERT_CONTEXT cert)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key = 0;
    DWORD spec;
    BOOL must_free;

    check_capi(CryptAcquireCertificatePrivateKey(
        cert, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG | CRYPT_ACQUIRE_COMPARE_KEY_FLAG, NULL, &key, &spec, &must_free));
    ok(signs_for(identity, key), "another key\n");
    NCryptFreeObject(key);
}

/* By handle and by name, with the algorithm left to the function; it writes the name of the key into the certificate.
 */
static void test_names(const WCHAR *algorithm, DWORD flags)
{
    CRYPT_KEY_PROV_INFO info = { .pwszProvName = (WCHAR *)MS_KEY_STORAGE_PROVIDER };
    BYTE encoded[128];
    CERT_NAME_BLOB name = { sizeof(encoded), encoded };
    struct identity identity;
    PCCERT_CONTEXT cert;

    make_identity(&identity, algorithm, L"making", flags);
    check_capi(make_name(L"CN=names", &name));
    cert = CertCreateSelfSignCertificate(identity.key, &name, 0, NULL, NULL, NULL, NULL, NULL);
    ok(cert != NULL, "by handle: error %#lx\n", GetLastError());
    check_link(&identity, cert);
    ok(is_self_signed(cert), "by handle: not verified: %#lx\n", GetLastError());
    ok(cert->pCertInfo->dwVersion == CERT_V3, "version %lu\n", cert->pCertInfo->dwVersion);
    ok(CertCompareCertificateName(X509_ASN_ENCODING, &cert->pCertInfo->Issuer, &name)
       && CertCompareCertificateName(X509_ASN_ENCODING, &cert->pCertInfo->Subject, &name), "other names\n");
    CertFreeCertificateContext(cert);

    info.pwszContainerName = identity.name;
    info.dwFlags = flags;
    cert = CertCreateSelfSignCertificate(0, &name, 0, &info, NULL, NULL, NULL, NULL);
    ok(cert != NULL, "by name: error %#lx\n", GetLastError());
    check_link(&identity, cert);
    ok(is_self_signed(cert), "by name: not verified: %#lx\n", GetLastError());
    CertFreeCertificateContext(cert);

    cert = CertCreateSelfSignCertificate(identity.key, &name, CERT_CREATE_SELFSIGN_NO_KEY_INFO, NULL, NULL, NULL, NULL,
                                         NULL);
    ok(cert && !has_property(cert, CERT_KEY_PROV_INFO_PROP_ID), "it has the property\n");
    CertFreeCertificateContext(cert);
    info.pwszContainerName = (WCHAR *)L"ncrypt test of no key";
    check_fails(NTE_BAD_KEYSET, CertCreateSelfSignCertificate(0, &name, 0, &info, NULL, NULL, NULL, NULL) != NULL);
    remove_identity(&identity);
}

static void test_contents(void)
{
    BYTE usage[] = { 3, 2, 7, 0x80 }, encoded[128];
    CERT_EXTENSION extension = { (char *)szOID_KEY_USAGE, TRUE, { sizeof(usage), usage } }, *found;
    CERT_EXTENSIONS extensions = { 1, &extension };
    SYSTEMTIME from = {.wYear = 2020, .wMonth = 2, .wDay = 29, .wHour = 12},
               to = {.wYear = 2031, .wMonth = 3, .wDay = 4};
    CERT_NAME_BLOB name = { sizeof(encoded), encoded };
    struct identity identity;
    FILETIME time;
    PCCERT_CONTEXT cert;

    make_identity(&identity, L"ECDSA_P256", L"contents", 0);
    check_capi(make_name(L"CN=contents, O=tests", &name));
    cert = CertCreateSelfSignCertificate(identity.key, &name, 0, NULL, NULL, &from, &to, &extensions);
    ok(cert != NULL, "error %#lx\n", GetLastError());
    SystemTimeToFileTime(&from, &time);
    ok(!CompareFileTime(&time, &cert->pCertInfo->NotBefore), "another start\n");
    SystemTimeToFileTime(&to, &time);
    ok(!CompareFileTime(&time, &cert->pCertInfo->NotAfter), "another end\n");
    found = CertFindExtension(szOID_KEY_USAGE, cert->pCertInfo->cExtension, cert->pCertInfo->rgExtension);
    ok(found && found->fCritical && found->Value.cbData == sizeof(usage)
           && !memcmp(found->Value.pbData, usage, sizeof(usage)),
       "no extension\n");
    CertFreeCertificateContext(cert);

    cert = CertCreateSelfSignCertificate(identity.key, &name, 0, NULL, NULL, &from, NULL, NULL);
    from.wYear++;
    from.wDay = 28;
    SystemTimeToFileTime(&from, &time);
    ok(cert && !CompareFileTime(&time, &cert->pCertInfo->NotAfter), "not a year, from a leap day\n");
    CertFreeCertificateContext(cert);
    remove_identity(&identity);
}

/* By its certificate alone, from a store: the name is read back from it, and found by the public key. */
static void test_strange_name(const WCHAR *key_name, DWORD flags)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCRYPT_KEY_HANDLE key = make_key(provider, L"ECDSA_P256", key_name, 0, 0, flags | NCRYPT_OVERWRITE_KEY_FLAG);
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    struct identity identity = { .provider = provider, .key = key, .flags = flags };
    BYTE encoded[128];
    CERT_NAME_BLOB name = { sizeof(encoded), encoded };
    PCCERT_CONTEXT found, bare;

    check_capi(make_name(L"CN=strange", &name));
    identity.cert = CertCreateSelfSignCertificate(key, &name, 0, NULL, NULL, NULL, NULL, NULL);
    check_capi(CertAddCertificateContextToStore(store, identity.cert, CERT_STORE_ADD_ALWAYS, NULL));
    found = CertEnumCertificatesInStore(store, NULL);
    check_link(&identity, found);
    CertFreeCertificateContext(found);
    bare = bare_copy(identity.cert);
    check_capi(CryptFindCertificateKeyProvInfo(bare, 0, NULL));
    check_link(&identity, bare);
    CertFreeCertificateContext(bare);
    check_capi(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    remove_identity(&identity);
}

/* Names that a path, a registry key or a format string would take for something else; as long as they may be. */
static void test_strange_names(void)
{
    static const WCHAR *const names[] =
    {
        L"back\\slash", L"sla/sh", L"..", L"a%s%n%ls", L"quo\"te's", L" spaces ", L"colon:*?<>|", L"line\nend",
        L"\x00e9t\x00e9", L"\xd83d\xdd11 key", L"$_{}", L"{2e1d2f0e-93a4-4f5b-9c31-3f8a6a1f6c11}",
    };
    WCHAR name[260], longest[260];
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(longest) - 1; i++) longest[i] = 'x';
    longest[i] = 0;
    for (i = 0; i <= ARRAY_SIZE(names); i++)
    {
        _snwprintf(name, ARRAY_SIZE(name), L"ncrypt test %ls", i < ARRAY_SIZE(names) ? names[i] : longest);
        name[ARRAY_SIZE(name) - 1] = 0;
        winetest_push_context("%u", i);
        test_strange_name(name, 0);
        test_strange_name(name, NCRYPT_MACHINE_KEY_FLAG);
        winetest_pop_context();
    }
}

/* No certificate comes of a time that there is not. */
static void test_bad_times(void)
{
    SYSTEMTIME good = { .wYear = 2030, .wMonth = 1, .wDay = 1 }, bad = { .wYear = 2030, .wMonth = 13, .wDay = 1 };
    BYTE encoded[128];
    CERT_NAME_BLOB name = { sizeof(encoded), encoded };
    struct identity identity;

    make_identity(&identity, L"ECDSA_P256", L"times", 0);
    check_capi(make_name(L"CN=times", &name));
    check_fails(ERROR_INVALID_PARAMETER,
                CertCreateSelfSignCertificate(identity.key, &name, 0, NULL, NULL, &bad, &good, NULL) != NULL);
    check_fails(ERROR_INVALID_PARAMETER,
                CertCreateSelfSignCertificate(identity.key, &name, 0, NULL, NULL, NULL, &bad, NULL) != NULL);
    remove_identity(&identity);
}

START_TEST(self_signed)
{
    test_names(L"RSA", 0);
    test_names(L"RSA", NCRYPT_MACHINE_KEY_FLAG);
    test_names(L"ECDSA_P256", 0);
    test_contents();
    test_strange_names();
    test_bad_times();
}
