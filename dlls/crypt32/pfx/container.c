/* SPDX-License-Identifier: LGPL-2.1-or-later
 * RSA keys of PKCS #12 files in containers of CAPI, where programs that ask for nothing else look for them (row 15.6).
 *
 * Each gets a container of its own. Wine's own import puts all of them into the user's default container, where each
 * one replaces the one before. */
#include "pfx.h"

#include <bcrypt.h>

#define PROVIDER_NAME MS_ENHANCED_PROV_W
#define PROVIDER_TYPE PROV_RSA_FULL

WCHAR *fresh_name(void)
{
    WCHAR *name = allocate(39 * sizeof(*name));
    GUID id;

    if (!name) return NULL;
    if (BCryptGenRandom(NULL, (BYTE *)&id, sizeof(id), BCRYPT_USE_SYSTEM_PREFERRED_RNG))
    {
        release(name);
        return NULL;
    }
    wsprintfW(name, L"{%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}", id.Data1, id.Data2,
              (id.Data3 & 0xfff) | 0x4000,
              (id.Data4[0] & 0x3f) | 0x80, id.Data4[1], id.Data4[2], id.Data4[3], id.Data4[4], id.Data4[5], id.Data4[6],
              id.Data4[7]);
    return name;
}

/* PRIVATEKEYBLOB; free it with free_blob. */
static SECURITY_STATUS export_pair(NCRYPT_KEY_HANDLE key, BYTE **blob, DWORD *size)
{
    const WCHAR *type = LEGACY_RSAPRIVATE_BLOB;
    SECURITY_STATUS status;

    *blob = NULL;
    if ((status = ncrypt()->NCryptExportKey(key, 0, type, NULL, NULL, 0, size, 0))) return status;
    if (!(*blob = allocate(*size))) return NTE_NO_MEMORY;
    return ncrypt()->NCryptExportKey(key, 0, type, NULL, *blob, *size, size, 0);
}

static void free_blob(BYTE *blob, DWORD size)
{
    if (blob) SecureZeroMemory(blob, size);
    release(blob);
}

static SECURITY_STATUS import_pair(HCRYPTPROV context, const BYTE *blob, DWORD size, DWORD flags)
{
    HCRYPTKEY key;

    if (!CryptImportKey(context, blob, size, 0, flags & CRYPT_EXPORTABLE, &key)) return GetLastError();
    CryptDestroyKey(key);
    return ERROR_SUCCESS;
}

static BOOL open_container(HCRYPTPROV *context, const struct pfx_key *key, DWORD how)
{
    how |= key->flags & CRYPT_MACHINE_KEYSET;
    return CryptAcquireContextW(context, key->name, PROVIDER_NAME, PROVIDER_TYPE, how);
}

void container_remove(const struct pfx_key *key)
{
    HCRYPTPROV context;

    open_container(&context, key, CRYPT_DELETEKEYSET);
}

static SECURITY_STATUS write_blob(struct pfx_key *key, const BYTE *blob, DWORD size)
{
    SECURITY_STATUS status;
    HCRYPTPROV context;

    if (!open_container(&context, key, key->name ? CRYPT_NEWKEYSET : CRYPT_VERIFYCONTEXT)) return GetLastError();
    status = import_pair(context, blob, size, key->flags);
    if (!status && !key->name) key->context = context;
    else CryptReleaseContext(context, 0);
    if (status && key->name) container_remove(key);
    return status;
}

SECURITY_STATUS container_store(struct pfx_key *key)
{
    SECURITY_STATUS status;
    BYTE *blob;
    DWORD size = 0;

    if (!(key->flags & PKCS12_NO_PERSIST_KEY) && !(key->name = fresh_name())) return NTE_NO_MEMORY;
    if (!(status = export_pair(key->key, &blob, &size))) status = write_blob(key, blob, size);
    free_blob(blob, size);
    return status;
}

BOOL container_name(const struct pfx_key *key, PCCERT_CONTEXT cert)
{
    CRYPT_KEY_PROV_INFO info = {.pwszContainerName = key->name, .pwszProvName = (WCHAR *)PROVIDER_NAME,
                                .dwProvType = PROVIDER_TYPE, .dwFlags = key->flags & CRYPT_MACHINE_KEYSET,
                                .dwKeySpec = AT_KEYEXCHANGE};

    if (!key->name) return set_key_context(cert, key->context, AT_KEYEXCHANGE);
    return WINE(CertSetCertificateContextProperty)(cert, CERT_KEY_PROV_INFO_PROP_ID, 0, &info);
}
