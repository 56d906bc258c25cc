/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PFXImportCertStore: the certificates of a PKCS #12 file in a store in memory, and their keys where the flags say.
 *
 * First everything is read, then keys are stored; a failure takes back those that were stored before it. */
#include "pfx.h"

#define KNOWN_FLAGS (CRYPT_EXPORTABLE | CRYPT_USER_PROTECTED | CRYPT_MACHINE_KEYSET | CRYPT_USER_KEYSET | \
                     PKCS12_INCLUDE_EXTENDED_PROPERTIES | PKCS12_IMPORT_SILENT | PKCS12_PREFER_CNG_KSP | \
                     PKCS12_ALWAYS_CNG_KSP | PKCS12_ONLY_CERTIFICATES | PKCS12_ONLY_NOT_ENCRYPTED_CERTIFICATES | \
                     PKCS12_ALLOW_OVERWRITE_KEY | PKCS12_NO_PERSIST_KEY | PKCS12_VIRTUAL_ISOLATION_KEY)

struct certificate
{
    struct pfx_item item;
    PCCERT_CONTEXT context;
    struct pfx_key *key;            /* NULL: none */
};

struct import
{
    DWORD flags;
    struct transfer transfer;
    BYTE *list;
    DWORD size;
    HCERTSTORE store;
    struct certificate *certificates;
    DWORD certificate_count;
    struct pfx_key *keys;
    DWORD key_count;
};

/* --- reading --- */

static DWORD count_items(const struct import *import)
{
    struct pfx_item item;
    DWORD position = 0, count = 0;

    while (next_item(import->list, import->size, &position, &item)) count++;
    return count;
}

static SECURITY_STATUS add_certificate(struct import *import, const struct pfx_item *item)
{
    struct certificate *certificate = &import->certificates[import->certificate_count];

    certificate->item = *item;
    if (!WINE(CertAddEncodedCertificateToStore)(import->store, X509_ASN_ENCODING, item->data, item->data_size,
                                                CERT_STORE_ADD_ALWAYS, &certificate->context))
        return CRYPT_E_BAD_ENCODE;
    import->certificate_count++;
    return ERROR_SUCCESS;
}

/* A key that fails to open is counted, so that it is closed. */
static SECURITY_STATUS read_items(struct import *import)
{
    SECURITY_STATUS status = ERROR_SUCCESS;
    struct pfx_item item;
    DWORD position = 0;

    while (!status && next_item(import->list, import->size, &position, &item))
        if (item.kind == UNIX_ARCHIVE_CERTIFICATE) status = add_certificate(import, &item);
        else status = pfx_key_open(&import->keys[import->key_count++], &item, &import->transfer, import->flags);
    return status;
}

static DWORD reading_flags(DWORD flags)
{
    if (flags & PKCS12_ONLY_NOT_ENCRYPTED_CERTIFICATES) return UNIX_ARCHIVE_NO_KEYS | UNIX_ARCHIVE_CLEAR;
    return flags & PKCS12_ONLY_CERTIFICATES ? UNIX_ARCHIVE_NO_KEYS : 0;
}

static SECURITY_STATUS read_file(struct import *import, const CRYPT_DATA_BLOB *file, const WCHAR *password)
{
    SECURITY_STATUS status;
    DWORD count;

    if ((status = make_transfer(&import->transfer))) return status;
    status = archive_read(file, password, &import->transfer, reading_flags(import->flags), &import->list,
                          &import->size);
    if (status) return status;
    count = count_items(import);
    import->certificates = allocate(count * sizeof(*import->certificates));
    import->keys = allocate(count * sizeof(*import->keys));
    import->store = WINE(CertOpenStore)(CERT_STORE_PROV_MEMORY, 0, 0, CERT_STORE_CREATE_NEW_FLAG, NULL);
    if (!import->certificates || !import->keys || !import->store) return NTE_NO_MEMORY;
    return read_items(import);
}

/* --- which key is whose --- */

static BOOL has_same_id(const struct pfx_item *a, const struct pfx_item *b)
{
    return a->id_size && a->id_size == b->id_size && !memcmp(a->id, b->id, a->id_size);
}

/* By the id that the file gives both; a file without ids has keys that fit the certificates. */
static struct pfx_key *find_key(const struct import *import, const struct certificate *certificate)
{
    DWORD i;

    for (i = 0; i < import->key_count; i++)
        if (has_same_id(&import->keys[i].item, &certificate->item)) return &import->keys[i];
    for (i = 0; i < import->key_count; i++)
        if (has_public_key(import->keys[i].key, &certificate->context->pCertInfo->SubjectPublicKeyInfo))
            return &import->keys[i];
    return NULL;
}

/* Keys of one file must not replace each other, even where they may replace others. */
static BOOL shares_name(const struct import *import, DWORD index)
{
    const struct pfx_item *item = &import->keys[index].item, *other;
    DWORD i;

    for (i = 0; i < index; i++)
    {
        other = &import->keys[i].item;
        if (other->name_size == item->name_size && !memcmp(other->name, item->name, item->name_size)) return TRUE;
    }
    return FALSE;
}

/* A key that no certificate names could not be found again: it is left out. */
static SECURITY_STATUS store_keys(struct import *import)
{
    SECURITY_STATUS status = ERROR_SUCCESS;
    DWORD i;

    for (i = 0; i < import->certificate_count; i++)
        if ((import->certificates[i].key = find_key(import, &import->certificates[i])))
            import->certificates[i].key->is_wanted = TRUE;
    for (i = 0; i < import->key_count; i++) import->keys[i].has_own_name = !shares_name(import, i);
    for (i = 0; i < import->key_count && !status; i++)
        if (import->keys[i].is_wanted) status = pfx_key_store(&import->keys[i], &import->transfer);
    return status;
}

/* --- properties of the certificates --- */

static BOOL set_friendly_name(const struct certificate *certificate)
{
    WCHAR *name = copy_text(certificate->item.name, certificate->item.name_size);
    CRYPT_DATA_BLOB blob = {certificate->item.name_size + sizeof(*name), (BYTE *)name};
    BOOL set = !name || WINE(CertSetCertificateContextProperty)(certificate->context, CERT_FRIENDLY_NAME_PROP_ID, 0,
                                                                &blob);

    release(name);
    return set;
}

static SECURITY_STATUS set_properties(struct import *import)
{
    struct certificate *certificate;
    DWORD i;

    for (i = 0; i < import->certificate_count; i++)
    {
        certificate = &import->certificates[i];
        if (!set_friendly_name(certificate)) return NTE_NO_MEMORY;
        if (certificate->key && !pfx_key_name(certificate->key, certificate->context)) return NTE_NO_MEMORY;
    }
    return ERROR_SUCCESS;
}

/* --- the whole --- */

static void end_import(struct import *import, BOOL undo)
{
    DWORD i;

    for (i = 0; i < import->certificate_count; i++) WINE(CertFreeCertificateContext)(import->certificates[i].context);
    if (undo && import->store) WINE(CertCloseStore)(import->store, 0);
    for (i = 0; i < import->key_count; i++) pfx_key_close(&import->keys[i], undo);
    release(import->certificates);
    release(import->keys);
    release(import->list);
    SecureZeroMemory(&import->transfer, sizeof(import->transfer));
}

static SECURITY_STATUS import_file(const CRYPT_DATA_BLOB *file, const WCHAR *password, DWORD flags, HCERTSTORE *store)
{
    struct import import = {.flags = flags};
    SECURITY_STATUS status;

    if (flags & ~KNOWN_FLAGS) return ERROR_INVALID_PARAMETER;
    if (!(status = read_file(&import, file, password)) && !(status = store_keys(&import)))
        status = set_properties(&import);
    end_import(&import, status != ERROR_SUCCESS);
    if (!status) *store = import.store;
    return status;
}

/* Without our key store the flags that do not ask for it are left to Wine. */
HCERTSTORE WINAPI PFXImportCertStore(CRYPT_DATA_BLOB *pfx, LPCWSTR password, DWORD flags)
{
    SECURITY_STATUS status = NTE_PROVIDER_DLL_FAIL;
    HCERTSTORE store = NULL;

    if (!bridge_is_off && pfx)
    {
        TRACE("(%lu bytes, %#lx)", pfx->cbData, flags);
        status = import_file(pfx, password, flags, &store);
    }
    if (status == NTE_PROVIDER_DLL_FAIL) return WINE(PFXImportCertStore)(pfx, password, flags);
    SetLastError(status ? pfx_error(status) : ERROR_SUCCESS);
    return store;
}
