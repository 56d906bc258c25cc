/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PFXExportCertStoreEx, PFXExportCertStore: a store as a PKCS #12 file, with the private keys that their policy lets go
 * (row 9.30). The engine encrypts with AES-256, whatever the flags say. */
#include "pfx.h"

struct export
{
    DWORD flags;
    const WCHAR *password;
    struct transfer transfer;
    struct der list;
    DWORD count;                    /* certificates so far */
};

/* --- the key of a certificate, as a key of NCrypt --- */

struct source
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE handle;
    DWORD spec;
    BOOL must_free;
    NCRYPT_KEY_HANDLE copy;         /* of a CAPI key; or 0 */
};

static void free_source(struct source *source)
{
    if (source->copy) ncrypt()->NCryptFreeObject(source->copy);
    if (source->must_free) free_acquired(source->handle);
}

/* PRIVATEKEYBLOB, to be wiped and released. CAPI decides whether the key may leave. */
static SECURITY_STATUS export_capi_key(const struct source *source, BYTE **blob, DWORD *size)
{
    SECURITY_STATUS status = ERROR_SUCCESS;
    HCRYPTKEY key;

    *blob = NULL;
    if (!CryptGetUserKey(source->handle, source->spec, &key)) return GetLastError();
    if (!CryptExportKey(key, 0, PRIVATEKEYBLOB, 0, NULL, size)) status = GetLastError();
    else if (!(*blob = allocate(*size))) status = NTE_NO_MEMORY;
    else if (!CryptExportKey(key, 0, PRIVATEKEYBLOB, 0, *blob, size)) status = GetLastError();
    CryptDestroyKey(key);
    return status;
}

static SECURITY_STATUS import_copy(BYTE *blob, DWORD size, NCRYPT_KEY_HANDLE *key)
{
    BOOL is_dsa = GET_ALG_TYPE(((const BLOBHEADER *)blob)->aiKeyAlg) == ALG_TYPE_DSS;
    const WCHAR *type = is_dsa ? LEGACY_DSA_PRIVATE_BLOB : LEGACY_RSAPRIVATE_BLOB;
    DWORD policy = NCRYPT_ALLOW_EXPORT_FLAG;
    NCRYPT_PROV_HANDLE provider;
    SECURITY_STATUS status;

    if (!ncrypt()) return NTE_PROVIDER_DLL_FAIL;
    if ((status = ncrypt()->NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0))) return status;
    status = ncrypt()->NCryptImportKey(provider, 0, type, NULL, key, blob, size, NCRYPT_DO_NOT_FINALIZE_FLAG);
    ncrypt()->NCryptFreeObject(provider);
    if (status) return status;
    status = ncrypt()->NCryptSetProperty(*key, NCRYPT_EXPORT_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy), 0);
    return status ? status : ncrypt()->NCryptFinalizeKey(*key, 0);
}

static SECURITY_STATUS copy_capi_key(struct source *source)
{
    SECURITY_STATUS status;
    BYTE *blob;
    DWORD size = 0;

    if (!(status = export_capi_key(source, &blob, &size))) status = import_copy(blob, size, &source->copy);
    if (blob) SecureZeroMemory(blob, size);
    release(blob);
    return status;
}

/* A key of a container is read by our provider, with its policy; what it cannot read CAPI is asked for. */
static SECURITY_STATUS open_source(PCCERT_CONTEXT cert, DWORD flags, struct source *source)
{
    DWORD how = CRYPT_ACQUIRE_PREFER_NCRYPT_KEY_FLAG;

    if (flags & PKCS12_EXPORT_SILENT) how |= CRYPT_ACQUIRE_SILENT_FLAG;
    if (!acquire_key(cert, how, NULL, &source->handle, &source->spec, &source->must_free)) return GetLastError();
    return is_ncrypt_key(source->handle) ? ERROR_SUCCESS : copy_capi_key(source);
}

/* EncryptedPrivateKeyInfo under the transfer password; release it. More iterations would only cost time: the password
 * is random. */
static SECURITY_STATUS export_sealed(NCRYPT_KEY_HANDLE key, const struct transfer *transfer, DWORD flags, BYTE **data,
                                     DWORD *size)
{
    struct
    {
        CRYPT_PKCS12_PBE_PARAMS params;
        BYTE salt[8];
    } cost = {{1, 8}, {1, 2, 3, 4, 5, 6, 7, 8}};
    NCryptBuffer buffers[] =
    {
        {sizeof(transfer->secret), NCRYPTBUFFER_PKCS_SECRET, (void *)transfer->secret},
        {sizeof(cost), NCRYPTBUFFER_PKCS_ALG_PARAM, &cost},
    };
    NCryptBufferDesc desc = {NCRYPTBUFFER_VERSION, ARRAYSIZE(buffers), buffers};
    const WCHAR *type = NCRYPT_PKCS8_PRIVATE_KEY_BLOB;
    DWORD silent = flags & PKCS12_EXPORT_SILENT ? NCRYPT_SILENT_FLAG : 0;
    SECURITY_STATUS status;

    if ((status = ncrypt()->NCryptExportKey(key, 0, type, &desc, NULL, 0, size, silent))) return status;
    if (!(*data = allocate(*size))) return NTE_NO_MEMORY;
    return ncrypt()->NCryptExportKey(key, 0, type, &desc, *data, *size, size, silent);
}

/* --- items of the file --- */

static void set_text(const BYTE **text, DWORD *size, const WCHAR *value)
{
    *text = (const BYTE *)value;
    *size = value ? lstrlenW(value) * sizeof(*value) : 0;
}

static void append_key(struct export *export, PCCERT_CONTEXT cert, const struct source *source, const BYTE *data,
                       DWORD size)
{
    struct pfx_item item = {.kind = UNIX_ARCHIVE_KEY, .data = data, .data_size = size,
                            .id = (const BYTE *)&export->count, .id_size = sizeof(export->count)};
    CRYPT_KEY_PROV_INFO *info = get_key_prov_info(cert);
    const WCHAR *provider = info ? info->pwszProvName : NULL;

    if (!provider && is_ncrypt_key(source->handle)) provider = MS_KEY_STORAGE_PROVIDER;
    set_text(&item.provider, &item.provider_size, provider);
    set_text(&item.name, &item.name_size, info ? info->pwszContainerName : NULL);
    item.is_machine_key = info && (info->dwFlags & CRYPT_MACHINE_KEYSET);
    append_item(&export->list, &item);
    release(info);
}

static SECURITY_STATUS export_key(struct export *export, PCCERT_CONTEXT cert)
{
    struct source source = {0};
    SECURITY_STATUS status;
    BYTE *data = NULL;
    DWORD size = 0;

    if (!(status = open_source(cert, export->flags, &source)))
        status = export_sealed(source.copy ? source.copy : source.handle, &export->transfer, export->flags, &data,
                               &size);
    if (!status) append_key(export, cert, &source, data, size);
    release(data);
    free_source(&source);
    return status;
}

static BOOL names_key(PCCERT_CONTEXT cert)
{
    CRYPT_KEY_PROV_INFO *info = get_key_prov_info(cert);
    CERT_KEY_CONTEXT context;

    release(info);
    return info || get_key_context(cert, &context);
}

/* What the export is to fail with when a key does not come along, or success when that is no failure. */
static SECURITY_STATUS report(DWORD flags, SECURITY_STATUS status)
{
    switch (status)
    {
    case ERROR_SUCCESS:
    case NTE_NO_MEMORY:
    case NTE_PROVIDER_DLL_FAIL:
        return status;
    case NTE_BAD_KEYSET:                /* the certificate names a key that is not there */
    case CRYPT_E_NO_KEY_PROPERTY:
        return flags & REPORT_NO_PRIVATE_KEY ? NTE_NO_KEY : ERROR_SUCCESS;
    case NTE_NOT_SUPPORTED:             /* its policy */
    case NTE_PERM:
        status = NTE_BAD_KEY_STATE;
        break;
    }
    return flags & REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY ? status : ERROR_SUCCESS;
}

/* *exported: there is a key of this certificate on the list. */
static SECURITY_STATUS add_key(struct export *export, PCCERT_CONTEXT cert, BOOL *exported)
{
    SECURITY_STATUS status;

    *exported = FALSE;
    if (!(export->flags & EXPORT_PRIVATE_KEYS)) return ERROR_SUCCESS;
    if (!names_key(cert)) return export->flags & REPORT_NO_PRIVATE_KEY ? CRYPT_E_NOT_FOUND : ERROR_SUCCESS;
    status = export_key(export, cert);
    TRACE("key of certificate %lu: %08lx", export->count, status);
    *exported = !status;
    return report(export->flags, status);
}

/* release it. */
static WCHAR *friendly_name(PCCERT_CONTEXT cert)
{
    WCHAR *name;
    DWORD size;

    if (!WINE(CertGetCertificateContextProperty)(cert, CERT_FRIENDLY_NAME_PROP_ID, NULL, &size)) return NULL;
    if (!(name = allocate(size + sizeof(*name)))) return NULL;
    WINE(CertGetCertificateContextProperty)(cert, CERT_FRIENDLY_NAME_PROP_ID, name, &size);
    return name;
}

static SECURITY_STATUS add_certificate(struct export *export, PCCERT_CONTEXT cert)
{
    struct pfx_item item = {.kind = UNIX_ARCHIVE_CERTIFICATE, .data = cert->pbCertEncoded,
                            .data_size = cert->cbCertEncoded};
    SECURITY_STATUS status;
    BOOL has_key;
    WCHAR *name;

    export->count++;
    if ((status = add_key(export, cert, &has_key))) return status;
    name = friendly_name(cert);
    set_text(&item.name, &item.name_size, name);
    item.id = (const BYTE *)&export->count;
    item.id_size = has_key ? sizeof(export->count) : 0;
    append_item(&export->list, &item);
    release(name);
    return export->list.failed ? NTE_NO_MEMORY : ERROR_SUCCESS;
}

static SECURITY_STATUS add_store(struct export *export, HCERTSTORE store)
{
    PCCERT_CONTEXT cert = NULL;
    SECURITY_STATUS status = ERROR_SUCCESS;

    while (!status && (cert = WINE(CertEnumCertificatesInStore)(store, cert))) status = add_certificate(export, cert);
    if (status) WINE(CertFreeCertificateContext)(cert);
    return status;
}

/* --- the whole --- */

/* There is one set of algorithms, and it has this name. */
static SECURITY_STATUS check_request(const PKCS12_PBES2_EXPORT_PARAMS *params, DWORD flags)
{
    if (flags & PKCS12_PROTECT_TO_DOMAIN_SIDS) return NTE_NOT_SUPPORTED;
    if (!(flags & PKCS12_EXPORT_PBES2_PARAMS) || !params || !params->pwszPbes2Alg) return ERROR_SUCCESS;
    return lstrcmpW(params->pwszPbes2Alg, PKCS12_PBES2_ALG_AES256_SHA256) ? NTE_NOT_SUPPORTED : ERROR_SUCCESS;
}

static SECURITY_STATUS make_file(HCERTSTORE store, const WCHAR *password, DWORD flags, BYTE **file, DWORD *size)
{
    struct export export = {.flags = flags, .password = password};
    SECURITY_STATUS status;

    *file = NULL;
    if (!(status = make_transfer(&export.transfer)) && !(status = add_store(&export, store)))
        status = archive_write(&export.list, password, &export.transfer, file, size);
    der_free(&export.list);
    SecureZeroMemory(&export.transfer, sizeof(export.transfer));
    return status;
}

BOOL WINAPI PFXExportCertStoreEx(HCERTSTORE store, CRYPT_DATA_BLOB *pfx, LPCWSTR password, void *parameters,
                                 DWORD flags)
{
    SECURITY_STATUS status = NTE_PROVIDER_DLL_FAIL;
    BYTE *file = NULL;
    DWORD size;
    BOOL given;

    TRACE("(%p, %p, %#lx)", store, pfx, flags);
    if (!bridge_is_off && !(status = check_request(parameters, flags)))
        status = make_file(store, password, flags, &file, &size);
    if (status == NTE_PROVIDER_DLL_FAIL) return WINE(PFXExportCertStoreEx)(store, pfx, password, parameters, flags);
    given = status ? fail(pfx_error(status)) : give_bytes(file, size, pfx->pbData, &pfx->cbData);
    release(file);
    return given;
}

BOOL WINAPI PFXExportCertStore(HCERTSTORE store, CRYPT_DATA_BLOB *pfx, LPCWSTR password, DWORD flags)
{
    if (bridge_is_off) return WINE(PFXExportCertStore)(store, pfx, password, flags);
    return PFXExportCertStoreEx(store, pfx, password, NULL, flags);
}
