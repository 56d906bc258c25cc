/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Containers of CryptoAPI, by its documented calls. advapi32 loads rsaenh.dll at the first of them. */
#include "ksp.h"
#include "legacy.h"

/* The CSP for all: every RSA CSP of rsaenh.dll has the same containers, and this one takes the longest keys. */
#define CSP_NAME MS_ENH_RSA_AES_PROV_W
#define CSP_TYPE PROV_RSA_AES

SECURITY_STATUS capi_error(void)
{
    DWORD error = GetLastError();

    if (error == ERROR_NOT_ENOUGH_MEMORY || error == ERROR_OUTOFMEMORY) return NTE_NO_MEMORY;
    return HRESULT_FACILITY(error) == FACILITY_SECURITY ? (SECURITY_STATUS)error : NTE_FAIL;
}

/* advapi32 unloads a CSP with its last context, and loading it is most of what it costs to learn that there is no
 * container: one context, which has no container, stays. */
static BOOL WINAPI keep_loaded(INIT_ONCE *once, void *param, void **result)
{
    HCRYPTPROV context;

    (void)once, (void)param, (void)result;
    CryptAcquireContextW(&context, NULL, CSP_NAME, CSP_TYPE, CRYPT_VERIFYCONTEXT | CRYPT_SILENT);
    return TRUE;
}

/* rsaenh.dll takes names in the ANSI code page and cuts long ones off: other names would meet in one container. */
static BOOL can_be_name(const WCHAR *name)
{
    char narrow[MAX_PATH];
    WCHAR wide[MAX_PATH];
    BOOL lossy = FALSE;

    if (!*name || lstrlenW(name) >= MAX_PATH) return FALSE;
    if (!WideCharToMultiByte(CP_ACP, WC_NO_BEST_FIT_CHARS, name, -1, narrow, sizeof(narrow), NULL, &lossy) || lossy)
        return FALSE;
    return MultiByteToWideChar(CP_ACP, 0, narrow, -1, wide, MAX_PATH) && !lstrcmpW(name, wide);
}

SECURITY_STATUS container_open(const struct container *container, DWORD flags, HCRYPTPROV *context)
{
    static INIT_ONCE once = INIT_ONCE_STATIC_INIT;

    if (!can_be_name(container->name)) return NTE_BAD_KEYSET;
    InitOnceExecuteOnce(&once, keep_loaded, NULL, NULL);
    flags |= CRYPT_SILENT;
    if (container->machine) flags |= CRYPT_MACHINE_KEYSET;
    if (CryptAcquireContextW(context, container->name, CSP_NAME, CSP_TYPE, flags)) return ERROR_SUCCESS;
    return capi_error();
}

void pair_free(struct pair *pair)
{
    if (pair->blob) SecureZeroMemory(pair->blob, pair->size);
    HeapFree(GetProcessHeap(), 0, pair->blob);
    pair->blob = NULL;
}

/* HeapAlloc'ed. NTE_BAD_KEY_STATE for a PRIVATEKEYBLOB: not exportable. */
static SECURITY_STATUS export_blob(HCRYPTKEY key, DWORD type, BYTE **blob, DWORD *size)
{
    SECURITY_STATUS status;

    if (!CryptExportKey(key, 0, type, 0, NULL, size)) return capi_error();
    if (!(*blob = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, *size))) return NTE_NO_MEMORY;
    if (CryptExportKey(key, 0, type, 0, *blob, size)) return ERROR_SUCCESS;
    status = capi_error();
    HeapFree(GetProcessHeap(), 0, *blob);
    *blob = NULL;
    return status;
}

/* RSAPUBKEY and the modulus, which are alike in both kinds of blob but for the magic. */
static const BYTE *public_part(const BYTE *blob, DWORD size, DWORD *part_size)
{
    const DWORD start = sizeof(BLOBHEADER) + FIELD_OFFSET(RSAPUBKEY, bitlen);
    RSAPUBKEY header;

    if (size < sizeof(BLOBHEADER) + sizeof(header)) return NULL;
    CopyMemory(&header, blob + sizeof(BLOBHEADER), sizeof(header));
    if (header.bitlen / 8 > size - sizeof(BLOBHEADER) - sizeof(header)) return NULL;
    *part_size = sizeof(header) - FIELD_OFFSET(RSAPUBKEY, bitlen) + header.bitlen / 8;
    return blob + start;
}

BOOL is_same_key(const BYTE *a, DWORD a_size, const BYTE *b, DWORD b_size)
{
    DWORD a_part, b_part;

    if (!(a = public_part(a, a_size, &a_part)) || !(b = public_part(b, b_size, &b_part))) return FALSE;
    return a_part == b_part && !memcmp(a, b, a_part);
}

/* NTE_NO_KEY becomes NTE_BAD_KEYSET, the one code by which callers of NCryptOpenKey know that there is no key. */
static SECURITY_STATUS get_user_key(HCRYPTPROV context, DWORD key_spec, HCRYPTKEY *key)
{
    SECURITY_STATUS status;

    if (CryptGetUserKey(context, key_spec, key)) return ERROR_SUCCESS;
    status = capi_error();
    return status == NTE_NO_KEY ? NTE_BAD_KEYSET : status;
}

static SECURITY_STATUS check_sealed(HCRYPTKEY key, struct pair *pair)
{
    SECURITY_STATUS status;
    BYTE *blob = NULL;
    DWORD size = 0;

    if ((status = export_blob(key, PUBLICKEYBLOB, &blob, &size))) return status;
    if (!is_same_key(blob, size, pair->blob, pair->size)) status = NTE_BAD_KEY_STATE;
    HeapFree(GetProcessHeap(), 0, blob);
    return status;
}

static SECURITY_STATUS read_pair(HCRYPTKEY key, const struct container *container, struct pair *pair)
{
    SECURITY_STATUS status;

    status = export_blob(key, PRIVATEKEYBLOB, &pair->blob, &pair->size);
    pair->exportable = !status;
    if (status != NTE_BAD_KEY_STATE) return status;
    if (!(status = read_sealed_pair(container, pair))) status = check_sealed(key, pair);
    if (status) pair_free(pair);
    return status;
}

SECURITY_STATUS container_read(const struct container *container, DWORD key_spec, struct pair *pair)
{
    HCRYPTPROV context;
    HCRYPTKEY key;
    SECURITY_STATUS status;

    ZeroMemory(pair, sizeof(*pair));
    pair->key_spec = key_spec;
    if ((status = container_open(container, 0, &context))) return status;
    if (!(status = get_user_key(context, key_spec, &key)))
    {
        status = read_pair(key, container, pair);
        CryptDestroyKey(key);
    }
    CryptReleaseContext(context, 0);
    return status;
}

SECURITY_STATUS container_write(HCRYPTPROV context, const struct pair *pair)
{
    HCRYPTKEY key;

    if (!CryptImportKey(context, pair->blob, pair->size, 0, pair->exportable ? CRYPT_EXPORTABLE : 0, &key))
        return capi_error();
    CryptDestroyKey(key);
    return ERROR_SUCCESS;
}

static SECURITY_STATUS check_key(HCRYPTPROV context, DWORD key_spec, const BYTE *public_key, DWORD size)
{
    BYTE *blob = NULL;
    DWORD blob_size = 0;
    HCRYPTKEY key;
    SECURITY_STATUS status;

    if ((status = get_user_key(context, key_spec, &key))) return status;
    status = export_blob(key, PUBLICKEYBLOB, &blob, &blob_size);
    if (!status && !is_same_key(blob, blob_size, public_key, size)) status = NTE_BAD_KEYSET;
    HeapFree(GetProcessHeap(), 0, blob);
    CryptDestroyKey(key);
    return status;
}

SECURITY_STATUS container_delete(const struct container *container, DWORD key_spec, const BYTE *key, DWORD size)
{
    HCRYPTPROV context;
    SECURITY_STATUS status;

    if ((status = container_open(container, 0, &context))) return status;
    status = check_key(context, key_spec, key, size);
    CryptReleaseContext(context, 0);
    return status ? status : container_open(container, CRYPT_DELETEKEYSET, &context);
}
