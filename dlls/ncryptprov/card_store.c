/* SPDX-License-Identifier: LGPL-2.1-or-later
 * "SmartCardUserCertStore": the certificates of the keys on cards, in a store in memory that the program closes (row
 * D.17). */
#include "ksp.h"
#include "late_crypt32.h"

#define NAME_ROOM 512               /* of a provider: what the registry lets one be called is shorter */

struct filling
{
    HCERTSTORE store;
    NCRYPT_PROV_HANDLE provider;
    WCHAR provider_name[NAME_ROOM];     /* as it was opened: the certificate leads back to it */
};

/* A certificate that cannot be read is left out. */
static void add(struct filling *filling, const BYTE *der, DWORD size, const NCryptKeyName *item)
{
    CRYPT_KEY_PROV_INFO info = {item->pszName, filling->provider_name, 0, 0, 0, NULL, item->dwLegacyKeySpec};
    PCCERT_CONTEXT cert;

    if (!crypt32.CertAddEncodedCertificateToStore(filling->store, X509_ASN_ENCODING, der, size,
                                                  CERT_STORE_ADD_REPLACE_EXISTING, &cert))
        return;
    crypt32.CertSetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, 0, &info);
    crypt32.CertFreeCertificateContext(cert);
}

/* A key without a certificate is left out as well. */
static SECURITY_STATUS add_key(struct filling *filling, UINT64 key, const NCryptKeyName *item)
{
    SECURITY_STATUS status;
    DWORD size;
    BYTE *der;

    status = get_property(key, NCRYPT_CERTIFICATE_PROPERTY, NULL, 0, &size, NCRYPT_SILENT_FLAG);
    if (status) return status == NTE_NOT_FOUND ? ERROR_SUCCESS : status;
    if (!(der = HeapAlloc(GetProcessHeap(), 0, size))) return NTE_NO_MEMORY;
    status = get_property(key, NCRYPT_CERTIFICATE_PROPERTY, der, size, &size, NCRYPT_SILENT_FLAG);
    if (!status) add(filling, der, size, item);
    HeapFree(GetProcessHeap(), 0, der);
    return status;
}

/* One that was deleted meanwhile is none. */
static SECURITY_STATUS add_item(struct filling *filling, const NCryptKeyName *item)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    status = ksp_OpenKey(filling->provider, &key, item->pszName, item->dwLegacyKeySpec, NCRYPT_SILENT_FLAG);
    if (status) return status == NTE_BAD_KEYSET ? ERROR_SUCCESS : status;
    status = add_key(filling, engine_object(key), item);
    ksp_FreeKey(filling->provider, key);
    return status;
}

/* scope: of one card; NULL: all. */
static SECURITY_STATUS fill(struct filling *filling, const WCHAR *scope)
{
    SECURITY_STATUS status = ERROR_SUCCESS;
    NCryptKeyName *item;
    void *state = NULL;

    while (!status && !(status = ksp_EnumKeys(filling->provider, scope, &item, &state, NCRYPT_SILENT_FLAG)))
    {
        status = add_item(filling, item);
        ksp_FreeBuffer(item);
    }
    if (state) ksp_FreeBuffer(state);
    return status == NTE_NO_MORE_ITEMS ? ERROR_SUCCESS : status;
}

#define READER_ROOM 80              /* characters: a slot's name has at most 64 bytes */

/* All keys on the card of this one: "\\.\READER\". */
static SECURITY_STATUS card_of(UINT64 key, WCHAR scope[READER_ROOM])
{
    WCHAR reader[READER_ROOM - 5];
    SECURITY_STATUS status;
    DWORD size;

    status = get_property(key, NCRYPT_READER_PROPERTY, (BYTE *)reader, sizeof(reader), &size, NCRYPT_SILENT_FLAG);
    if (status) return status;
    lstrcpyW(scope, L"\\\\.\\");
    lstrcatW(scope, reader);
    lstrcatW(scope, L"\\");
    return ERROR_SUCCESS;
}

static SECURITY_STATUS make_store(struct filling *filling, const WCHAR *scope)
{
    SECURITY_STATUS status;
    DWORD size;

    status = get_property(engine_object(filling->provider), NCRYPT_NAME_PROPERTY, (BYTE *)filling->provider_name,
                          sizeof(filling->provider_name), &size, NCRYPT_SILENT_FLAG);
    if (status) return status;
    if (!load_crypt32()) return NTE_NOT_SUPPORTED;
    filling->store = crypt32.CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, CERT_STORE_CREATE_NEW_FLAG, NULL);
    if (!filling->store) return NTE_NO_MEMORY;
    if ((status = fill(filling, scope))) crypt32.CertCloseStore(filling->store, 0);
    return status;
}

SECURITY_STATUS get_card_store(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, PBYTE output, DWORD size,
        DWORD *result, DWORD flags)
{
    struct filling filling = {.provider = provider};
    WCHAR scope[READER_ROOM];
    SECURITY_STATUS status;

    if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
    *result = sizeof(filling.store);
    if (!output) return ERROR_SUCCESS;
    if (size < sizeof(filling.store)) return NTE_BUFFER_TOO_SMALL;
    if (key && (status = card_of(engine_object(key), scope))) return status;
    if ((status = make_store(&filling, key ? scope : NULL))) return status;
    CopyMemory(output, &filling.store, sizeof(filling.store));
    return ERROR_SUCCESS;
}
