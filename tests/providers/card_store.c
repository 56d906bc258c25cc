/* SPDX-License-Identifier: LGPL-2.1-or-later
 * "SmartCardUserCertStore": the certificates of a card in a store in memory, each with the name of its key (row D.17).
 * crypt32.dll is loaded, so that the other topics run without it. */
#include "provider_test.h"

#define FUNCTIONS \
    FUNCTION(CertCloseStore) \
    FUNCTION(CertEnumCertificatesInStore) \
    FUNCTION(CertGetCertificateContextProperty) \
    FUNCTION(CryptStringToBinaryW)

static struct
{
#define FUNCTION(name) typeof(name) *name;
    FUNCTIONS
#undef FUNCTION
} crypt32;

static BOOL load_crypt32(void)
{
    HMODULE dll = LoadLibraryA("crypt32.dll");
    BOOL found = dll != NULL;

#define FUNCTION(name) if (!dll || !(crypt32.name = (void *)GetProcAddress(dll, #name))) found = FALSE;
    FUNCTIONS
#undef FUNCTION
    ok(found, "no crypt32.dll\n");
    return found;
}

static NCRYPT_PROV_HANDLE provider;

/* A key on P-256, made for this test and thrown away. */
static const WCHAR certificate[] =
    L"MIIBdjCCARugAwIBAgIUJCh17BWPbr/XeSu3+OTvOC0dLqcwCgYIKoZIzj0EAwIwDzENMAsGA1UEAwwEY2FyZDAgFw0y"
    L"NjExMjkxMDQwMTRaGA8yMTI2MTEwNTEwNDAxNFowDzENMAsGA1UEAwwEY2FyZDBZMBMGByqGSM49AgEGCCqGSM49AwEH"
    L"A0IABKjYm1C07GTbcxdo3gMtxwISp0NKnuRP9D8yk7HM72Z6coi4eXnuANyPfjPXj3orT3QCzBTjRkOFgOJHE133oQKj"
    L"UzBRMB0GA1UdDgQWBBQ26z8qMRs1pLCTz2crzvVpPxIt4zAfBgNVHSMEGDAWgBQ26z8qMRs1pLCTz2crzvVpPxIt4zAP"
    L"BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQD11DIcFfr4QBBI6EEiKsMhGUT84QUH5JW0DMjXy26hzgIh"
    L"AJW+ecwXF6rC6rvBEC3v/etQBZtUzpFkjQtCKzJPj/Rh";

static BYTE der[1024];
static DWORD der_size = sizeof(der);

/* One that names its key as it is to be opened: its provider, and the container there. */
static void check_key_info(PCCERT_CONTEXT cert, const WCHAR *name)
{
    union { CRYPT_KEY_PROV_INFO info; BYTE room[1024]; } value;
    const CRYPT_KEY_PROV_INFO *info = &value.info;
    DWORD size = sizeof(value);

    if (!crypt32.CertGetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, &value, &size))
    {
        ok(0, "no key, error %lu\n", GetLastError());
        return;
    }
    ok(!lstrcmpW(info->pwszProvName, row->provider), "provider %s\n", wine_dbgstr_w(info->pwszProvName));
    ok(!lstrcmpiW(info->pwszContainerName, name), "container %s\n", wine_dbgstr_w(info->pwszContainerName));
    ok(!info->dwProvType && !info->dwFlags && !info->dwKeySpec, "type %lu, flags %#lx, key spec %lu\n",
       info->dwProvType, info->dwFlags, info->dwKeySpec);
    check_success(open_status(provider, info->pwszContainerName, 0));
}

static BOOL is_ours(PCCERT_CONTEXT cert)
{
    return cert->cbCertEncoded == der_size && !memcmp(cert->pbCertEncoded, der, der_size);
}

/* How many certificates are in the store; and ours, if it has one. Closes the store, of which nothing is in use. */
static int look_into(HCERTSTORE store, const WCHAR *name, int *ours)
{
    PCCERT_CONTEXT cert = NULL;
    int count = 0;

    *ours = 0;
    while ((cert = crypt32.CertEnumCertificatesInStore(store, cert)))
    {
        count++;
        if (!is_ours(cert)) continue;
        check_key_info(cert, name);
        ++*ours;
    }
    ok(crypt32.CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG), "still in use\n");
    return count;
}

static void check_store(NCRYPT_HANDLE object, const WCHAR *name, int expected)
{
    HCERTSTORE store = NULL;
    DWORD size = 0;
    int ours = 0;

    check_success(NCryptGetProperty(object, NCRYPT_USER_CERTSTORE_PROPERTY, NULL, 0, &size, 0));
    ok(size == sizeof(store), "size %lu\n", size);
    check_status(NTE_BUFFER_TOO_SMALL,
                 NCryptGetProperty(object, NCRYPT_USER_CERTSTORE_PROPERTY, (BYTE *)&store, size - 1, &size, 0));
    ok(!store, "a store in too small a buffer\n");
    check_success(NCryptGetProperty(object, NCRYPT_USER_CERTSTORE_PROPERTY, (BYTE *)&store, sizeof(store), &size,
                                    NCRYPT_SILENT_FLAG));
    ok(size == sizeof(store) && store, "size %lu, store %p\n", size, store);
    if (!store) return;
    ok(look_into(store, name, &ours) >= expected, "some are missing\n");
    ok(ours == expected, "%d of ours\n", ours);
}

static void check_no_store(NCRYPT_HANDLE object, const WCHAR *property)
{
    HCERTSTORE store;
    DWORD size;

    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(object, property, (BYTE *)&store, sizeof(store), &size, 0));
}

static void test_card(NCRYPT_KEY_HANDLE key, const WCHAR *name)
{
    HCERTSTORE store;
    DWORD size;

    check_store(provider, name, 0);
    check_store(key, name, 0);
    check_success(NCryptSetProperty(key, NCRYPT_CERTIFICATE_PROPERTY, der, der_size, 0));
    check_store(provider, name, 1);
    check_store(key, name, 1);
    check_status(NTE_BAD_FLAGS, NCryptGetProperty(key, NCRYPT_USER_CERTSTORE_PROPERTY, (BYTE *)&store, sizeof(store),
                                                  &size, 0x10));
    check_status(NTE_NOT_FOUND, NCryptGetProperty(key, NCRYPT_USER_CERTSTORE_PROPERTY, (BYTE *)&store, sizeof(store),
                                                  &size, NCRYPT_PERSIST_ONLY_FLAG));
    check_failure(NCryptSetProperty(key, NCRYPT_USER_CERTSTORE_PROPERTY, (BYTE *)&store, sizeof(store), 0));
}

START_TEST(card_store)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"card store");

    if (!(provider = open_row()) || !load_crypt32()) return;
    ok(crypt32.CryptStringToBinaryW(certificate, 0, CRYPT_STRING_BASE64, der, &der_size, NULL, NULL), "base64\n");
    remove_key(provider, name, 0);
    key = new_key(provider, L"ECDSA_P256", name, 0);
    if (row->impl_type & NCRYPT_IMPL_REMOVABLE_FLAG) test_card(key, name);
    else
    {
        check_no_store(provider, NCRYPT_USER_CERTSTORE_PROPERTY);
        check_no_store(key, NCRYPT_USER_CERTSTORE_PROPERTY);
    }
    check_no_store(provider, NCRYPT_ROOT_CERTSTORE_PROPERTY);
    check_no_store(key, NCRYPT_ROOT_CERTSTORE_PROPERTY);
    check_success(NCryptDeleteKey(key, 0));
    check_success(NCryptFreeObject(provider));
}
