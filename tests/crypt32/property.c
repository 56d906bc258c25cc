/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Properties of certificates that are keys: 78, 79, 99, 1 and 5, and the name of a key, 2 (rows 15.1, 15.5, 15.9). */
#include "crypt32_test.h"

#define NCRYPT_HANDLE_ID CERT_NCRYPT_KEY_HANDLE_PROP_ID
#define EITHER_ID CERT_HCRYPTPROV_OR_NCRYPT_KEY_HANDLE_PROP_ID
#define TRANSFER_ID CERT_NCRYPT_KEY_HANDLE_TRANSFER_PROP_ID
#define KEEP CERT_STORE_NO_CRYPT_RELEASE_FLAG

static void check_handle(PCCERT_CONTEXT cert, DWORD id, ULONG_PTR expected)
{
    ULONG_PTR handle[2] = { 0xdeadbeef, 0xdeadbeef };
    DWORD size = 0xdeadbeef;

    check_capi(CertGetCertificateContextProperty(cert, id, NULL, &size));
    ok(size == sizeof(*handle), "property %lu: size %lu\n", id, size);
    size = sizeof(handle);
    check_capi(CertGetCertificateContextProperty(cert, id, handle, &size));
    ok(size == sizeof(*handle), "property %lu: size %lu\n", id, size);
    ok(handle[0] == expected, "property %lu: %#Ix, expected %#Ix\n", id, (size_t)handle[0], (size_t)expected);
    ok(handle[1] == 0xdeadbeef, "property %lu: wrote past the end\n", id);
    size = sizeof(*handle) - 1;
    check_fails(ERROR_MORE_DATA, CertGetCertificateContextProperty(cert, id, handle, &size));
    ok(size == sizeof(*handle), "property %lu: size %lu\n", id, size);
}

static void check_missing(PCCERT_CONTEXT cert, DWORD id)
{
    ULONG_PTR handle = 0;
    DWORD size = sizeof(handle);

    check_fails(CRYPT_E_NOT_FOUND, CertGetCertificateContextProperty(cert, id, &handle, &size));
    check_fails(CRYPT_E_NOT_FOUND, CertGetCertificateContextProperty(cert, id, NULL, &size));
}

static void check_context(PCCERT_CONTEXT cert, ULONG_PTR handle, DWORD spec)
{
    CERT_KEY_CONTEXT context = { .cbSize = 0 };
    DWORD size = sizeof(context);

    check_capi(CertGetCertificateContextProperty(cert, CERT_KEY_CONTEXT_PROP_ID, &context, &size));
    ok(context.cbSize == sizeof(context) && size == sizeof(context), "sizes %lu, %lu\n", context.cbSize, size);
    ok(context.hNCryptKey == handle, "handle %#Ix\n", (size_t)context.hNCryptKey);
    ok(context.dwKeySpec == spec, "spec %#lx\n", context.dwKeySpec);
}

static void check_nothing(PCCERT_CONTEXT cert)
{
    check_missing(cert, NCRYPT_HANDLE_ID);
    check_missing(cert, EITHER_ID);
    check_missing(cert, TRANSFER_ID);
    check_missing(cert, CERT_KEY_PROV_HANDLE_PROP_ID);
    check_missing(cert, CERT_KEY_CONTEXT_PROP_ID);
    check_missing(cert, CERT_KEY_PROV_INFO_PROP_ID);
}

/* However the handle gets in, it is seen as each of them, and not as one of CAPI. */
static void check_ncrypt(PCCERT_CONTEXT cert, NCRYPT_KEY_HANDLE key)
{
    check_handle(cert, NCRYPT_HANDLE_ID, key);
    check_handle(cert, EITHER_ID, key);
    check_context(cert, key, CERT_NCRYPT_KEY_SPEC);
    check_missing(cert, CERT_KEY_PROV_HANDLE_PROP_ID);
}

static void test_ncrypt_handle(const struct identity *identity, DWORD id)
{
    PCCERT_CONTEXT cert = bare_copy(identity->cert), copy;

    check_nothing(cert);
    check_capi(CertSetCertificateContextProperty(cert, id, KEEP, (void *)identity->key));
    check_ncrypt(cert, identity->key);
    copy = CertDuplicateCertificateContext(cert);
    check_ncrypt(copy, identity->key);
    CertFreeCertificateContext(copy);
    check_capi(CertSetCertificateContextProperty(cert, id, KEEP, NULL));
    check_nothing(cert);
    CertFreeCertificateContext(cert);
    ok(signs_for(identity, identity->key), "the caller's handle was freed\n");
}

static void test_key_context(const struct identity *identity)
{
    CERT_KEY_CONTEXT context = { .cbSize = sizeof(context), .dwKeySpec = CERT_NCRYPT_KEY_SPEC };
    PCCERT_CONTEXT cert = bare_copy(identity->cert);

    context.hNCryptKey = identity->key;
    check_capi(CertSetCertificateContextProperty(cert, CERT_KEY_CONTEXT_PROP_ID, KEEP, &context));
    check_ncrypt(cert, identity->key);
    check_capi(CertSetCertificateContextProperty(cert, CERT_KEY_CONTEXT_PROP_ID, KEEP, NULL));
    check_nothing(cert);
    CertFreeCertificateContext(cert);
}

/* Property 78 has CNG handles alone. Which error Windows has for another is an open question. */
static void test_capi_handle(void)
{
    CERT_KEY_CONTEXT context = { .cbSize = sizeof(context), .dwKeySpec = AT_KEYEXCHANGE };
    struct capi_identity identity;
    PCCERT_CONTEXT cert;

    make_capi_identity(&identity, L"property capi");
    cert = bare_copy(identity.cert);
    check_fails(E_INVALIDARG,
                CertSetCertificateContextProperty(cert, NCRYPT_HANDLE_ID, KEEP, (void *)identity.context));
    check_nothing(cert);
    check_capi(CertSetCertificateContextProperty(cert, EITHER_ID, KEEP, (void *)identity.context));
    check_handle(cert, EITHER_ID, identity.context);
    check_handle(cert, CERT_KEY_PROV_HANDLE_PROP_ID, identity.context);
    check_missing(cert, NCRYPT_HANDLE_ID);
    CertFreeCertificateContext(cert);

    cert = bare_copy(identity.cert);
    context.hCryptProv = identity.context;
    check_capi(CertSetCertificateContextProperty(cert, CERT_KEY_CONTEXT_PROP_ID, KEEP, &context));
    check_handle(cert, CERT_KEY_PROV_HANDLE_PROP_ID, identity.context);
    check_handle(cert, EITHER_ID, identity.context);
    check_context(cert, identity.context, AT_KEYEXCHANGE);
    check_missing(cert, NCRYPT_HANDLE_ID);
    check_capi(CertSetCertificateContextProperty(cert, NCRYPT_HANDLE_ID, KEEP, NULL));
    check_context(cert, identity.context, AT_KEYEXCHANGE);      /* what is not there was removed */
    check_capi(CertSetCertificateContextProperty(cert, EITHER_ID, KEEP, NULL));
    check_nothing(cert);
    CertFreeCertificateContext(cert);
    remove_capi_identity(&identity);
}

/* What is no handle at all is not looked at. */
static void test_malformed(const struct identity *identity)
{
    PCCERT_CONTEXT cert = bare_copy(identity->cert);
    NCRYPT_KEY_HANDLE freed;

    check_fails(E_INVALIDARG, CertSetCertificateContextProperty(cert, NCRYPT_HANDLE_ID, KEEP, (void *)0xdeadbee1));
    check_fails(E_INVALIDARG, CertSetCertificateContextProperty(cert, NCRYPT_HANDLE_ID, KEEP, (void *)0xdeadbee0));
    check_success(NCryptOpenKey(identity->provider, &freed, identity->name, 0, 0));
    NCryptFreeObject(freed);
    check_fails(E_INVALIDARG, CertSetCertificateContextProperty(cert, NCRYPT_HANDLE_ID, KEEP, (void *)freed));
    check_fails(E_INVALIDARG,
                CertSetCertificateContextProperty(cert, NCRYPT_HANDLE_ID, KEEP, (void *)identity->provider));
    check_nothing(cert);
    CertFreeCertificateContext(cert);
}

/* The name of the key comes back as it was set: property 2 is Wine's, and type 0 does not change it. */
static void test_name(const struct identity *identity)
{
    CRYPT_KEY_PROV_INFO *info;
    BYTE buffer[1024];
    DWORD size = sizeof(buffer);

    check_capi(CertGetCertificateContextProperty(identity->cert, CERT_KEY_PROV_INFO_PROP_ID, buffer, &size));
    info = (CRYPT_KEY_PROV_INFO *)buffer;
    ok(!lstrcmpW(info->pwszContainerName, identity->name), "name %ls\n", info->pwszContainerName);
    ok(!lstrcmpW(info->pwszProvName, MS_KEY_STORAGE_PROVIDER), "provider %ls\n", info->pwszProvName);
    ok(!info->dwProvType && !info->dwFlags && !info->dwKeySpec && !info->cProvParam, "type %lu, flags %#lx, spec %lu\n",
       info->dwProvType, info->dwFlags, info->dwKeySpec);
}

/* A property of a certificate in a store is one of all its contexts; a handle is not written with the store. */
static void test_store(const struct identity *identity)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    PCCERT_CONTEXT added, found;
    DWORD size = 0, id = 0;

    check_capi(CertAddCertificateContextToStore(store, identity->cert, CERT_STORE_ADD_ALWAYS, &added));
    check_capi(CertSetCertificateContextProperty(added, NCRYPT_HANDLE_ID, KEEP, (void *)identity->key));
    found = CertEnumCertificatesInStore(store, NULL);
    check_ncrypt(found, identity->key);
    check_capi(CertSerializeCertificateStoreElement(found, 0, NULL, &size));
    while ((id = CertEnumCertificateContextProperties(found, id)))
        ok(id != NCRYPT_HANDLE_ID && id != TRANSFER_ID, "property %lu is listed\n", id);
    CertFreeCertificateContext(found);
    CertFreeCertificateContext(added);
    check_capi(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
}

START_TEST(property)
{
    struct identity identity;

    make_identity(&identity, L"ECDSA_P256", L"property", 0);
    test_ncrypt_handle(&identity, NCRYPT_HANDLE_ID);
    test_ncrypt_handle(&identity, EITHER_ID);
    test_ncrypt_handle(&identity, TRANSFER_ID);
    test_key_context(&identity);
    test_capi_handle();
    test_malformed(&identity);
    test_name(&identity);
    test_store(&identity);
    remove_identity(&identity);
}
