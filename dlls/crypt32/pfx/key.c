/* SPDX-License-Identifier: LGPL-2.1-or-later
 * One private key of a PKCS #12 file, on its way into the key store or to CAPI (rows 15.6 to 15.10). */
#include "pfx.h"
#include "../owner.h"

static SECURITY_STATUS set_number(NCRYPT_KEY_HANDLE key, const WCHAR *name, DWORD value)
{
    return ncrypt()->NCryptSetProperty(key, name, (BYTE *)&value, sizeof(value), 0);
}

/* What is to become of it, as far as the key knows. CAPI takes a copy in clear out of the ephemeral one. */
static SECURITY_STATUS set_policy(NCRYPT_KEY_HANDLE key, BOOL is_for_capi, DWORD flags)
{
    DWORD policy = flags & CRYPT_EXPORTABLE ? NCRYPT_ALLOW_EXPORT_FLAG : 0;
    NCRYPT_UI_POLICY ui = {.dwVersion = 1, .dwFlags = NCRYPT_UI_PROTECT_KEY_FLAG};
    SECURITY_STATUS status;

    if (is_for_capi) policy = NCRYPT_ALLOW_EXPORT_FLAG | NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG;
    status = set_number(key, NCRYPT_EXPORT_POLICY_PROPERTY, policy);
    if (!status && !is_for_capi && (flags & CRYPT_USER_PROTECTED))
        status = ncrypt()->NCryptSetProperty(key, NCRYPT_UI_POLICY_PROPERTY, (BYTE *)&ui, sizeof(ui), 0);
    return status;
}

/* name NULL: ephemeral. Not finalized yet. */
static SECURITY_STATUS import_key(const struct pfx_item *item, const struct transfer *transfer, const WCHAR *name,
                                  DWORD flags, NCRYPT_KEY_HANDLE *key)
{
    NCryptBuffer buffers[] =
    {
        {sizeof(transfer->secret), NCRYPTBUFFER_PKCS_SECRET, (void *)transfer->secret},
        {name ? (lstrlenW(name) + 1) * sizeof(*name) : 0, NCRYPTBUFFER_PKCS_KEY_NAME, (void *)name},
    };
    NCryptBufferDesc desc = {NCRYPTBUFFER_VERSION, name ? 2 : 1, buffers};
    NCRYPT_PROV_HANDLE provider;
    SECURITY_STATUS status;

    if ((status = ncrypt()->NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0))) return status;
    status = ncrypt()->NCryptImportKey(provider, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, &desc, key, (BYTE *)item->data,
                                       item->data_size, flags | NCRYPT_DO_NOT_FINALIZE_FLAG);
    ncrypt()->NCryptFreeObject(provider);
    return status;
}

static BOOL is_named(const struct pfx_item *item, const WCHAR *provider)
{
    WCHAR *name = copy_text(item->provider, item->provider_size);
    BOOL is = name && !lstrcmpiW(name, provider);

    release(name);
    return is;
}

/* CAPI has RSA keys alone. A file that names a provider decides, unless the key store is demanded. */
static BOOL belongs_to_cng(const struct pfx_key *key, DWORD flags)
{
    if (get_key_kind(key->key) != KEY_RSA || (flags & PKCS12_ALWAYS_CNG_KSP)) return TRUE;
    if (key->item.provider_size) return is_named(&key->item, MS_KEY_STORAGE_PROVIDER);
    return (flags & PKCS12_PREFER_CNG_KSP) != 0;
}

SECURITY_STATUS pfx_key_open(struct pfx_key *key, const struct pfx_item *item, const struct transfer *transfer,
                             DWORD flags)
{
    DWORD protect = flags & PKCS12_NO_PERSIST_KEY ? flags : flags & ~CRYPT_USER_PROTECTED;
    SECURITY_STATUS status;

    key->item = *item;
    key->flags = flags;
    if (item->is_machine_key && !(flags & CRYPT_USER_KEYSET)) key->flags |= CRYPT_MACHINE_KEYSET;
    if ((status = import_key(item, transfer, NULL, 0, &key->key))) return status;
    key->is_cng = belongs_to_cng(key, flags);
    if (!(status = set_policy(key->key, !key->is_cng, protect)))
        status = ncrypt()->NCryptFinalizeKey(key->key, flags & PKCS12_IMPORT_SILENT ? NCRYPT_SILENT_FLAG : 0);
    return status;
}

/* Under the friendly name that the file has for it (row 15.8). Another key of that name stays, and this one gets a
 * fresh name, unless it may be overwritten (row 15.7). */
static SECURITY_STATUS import_named(struct pfx_key *key, const struct transfer *transfer)
{
    DWORD how = key->flags & CRYPT_MACHINE_KEYSET ? NCRYPT_MACHINE_KEY_FLAG : 0;
    SECURITY_STATUS status = NTE_EXISTS;

    if (key->flags & PKCS12_ALLOW_OVERWRITE_KEY) how |= NCRYPT_OVERWRITE_KEY_FLAG;
    if (key->has_own_name && (key->name = copy_text(key->item.name, key->item.name_size)))
        status = import_key(&key->item, transfer, key->name, how, &key->stored);
    if (status != NTE_EXISTS && status != NTE_INVALID_PARAMETER) return status;
    release(key->name);
    if (!(key->name = fresh_name())) return NTE_NO_MEMORY;
    return import_key(&key->item, transfer, key->name, how, &key->stored);
}

static SECURITY_STATUS store_in_key_store(struct pfx_key *key, const struct transfer *transfer)
{
    DWORD silent = key->flags & PKCS12_IMPORT_SILENT ? NCRYPT_SILENT_FLAG : 0;
    SECURITY_STATUS status;

    if (key->flags & PKCS12_NO_PERSIST_KEY) return ERROR_SUCCESS;
    if ((status = import_named(key, transfer))) return status;
    if (!(status = set_policy(key->stored, FALSE, key->flags)))
        status = ncrypt()->NCryptFinalizeKey(key->stored, silent);
    if (!status) return ERROR_SUCCESS;
    ncrypt()->NCryptFreeObject(key->stored);
    key->stored = 0;
    return status;
}

SECURITY_STATUS pfx_key_store(struct pfx_key *key, const struct transfer *transfer)
{
    SECURITY_STATUS status = key->is_cng ? store_in_key_store(key, transfer) : container_store(key);

    key->is_stored = !status;
    TRACE("%ls, %s: %08lx", key->name ? key->name : L"(in memory)", key->is_cng ? "CNG" : "CAPI", status);
    return status;
}

BOOL pfx_key_name(struct pfx_key *key, PCCERT_CONTEXT cert)
{
    CRYPT_KEY_PROV_INFO info = {.pwszContainerName = key->name, .pwszProvName = (WCHAR *)MS_KEY_STORAGE_PROVIDER,
                                .dwFlags = key->flags & CRYPT_MACHINE_KEYSET};

    if (!key->is_cng) return container_name(key, cert);
    if (!key->name)
    {
        if (!set_key_context(cert, key->key, CERT_NCRYPT_KEY_SPEC)) return FALSE;
        give_key_to(cert, key->key);
        return TRUE;
    }
    return WINE(CertSetCertificateContextProperty)(cert, CERT_KEY_PROV_INFO_PROP_ID, 0, &info);
}

static void remove_stored(struct pfx_key *key)
{
    if (key->stored && !ncrypt()->NCryptDeleteKey(key->stored, NCRYPT_SILENT_FLAG)) key->stored = 0;
    if (!key->is_cng && key->name) container_remove(key);
    if (key->context) CryptReleaseContext(key->context, 0);
}

void pfx_key_close(struct pfx_key *key, BOOL undo)
{
    BOOL is_given = key->is_stored && !undo && key->is_cng && !key->name;

    if (key->is_stored && undo) remove_stored(key);
    if (key->stored) ncrypt()->NCryptFreeObject(key->stored);
    if (key->key && !is_given) ncrypt()->NCryptFreeObject(key->key);
    release(key->name);
}
