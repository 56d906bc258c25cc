/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Containers of CryptoAPI: made, written and deleted by its documented calls. advapi32 loads rsaenh.dll for them. */
#include "ksp.h"
#include "legacy/legacy.h"

/* The CSP for all: every RSA CSP of rsaenh.dll has the same containers, and this one takes the longest keys. */
#define CSP_NAME MS_ENH_RSA_AES_PROV_W
#define CSP_TYPE PROV_RSA_AES

static SECURITY_STATUS capi_error(void)
{
    DWORD error = GetLastError();

    if (error == ERROR_NOT_ENOUGH_MEMORY || error == ERROR_OUTOFMEMORY) return NTE_NO_MEMORY;
    return HRESULT_FACILITY(error) == FACILITY_SECURITY ? (SECURITY_STATUS)error : NTE_FAIL;
}

SECURITY_STATUS container_open(const struct container *container, DWORD flags, HCRYPTPROV *context)
{
    if (!can_be_container(container->name)) return NTE_BAD_KEYSET;
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

SECURITY_STATUS container_write(HCRYPTPROV context, const struct pair *pair)
{
    HCRYPTKEY key;

    if (!CryptImportKey(context, pair->blob, pair->size, 0, pair->exportable ? CRYPT_EXPORTABLE : 0, &key))
        return capi_error();
    CryptDestroyKey(key);
    return ERROR_SUCCESS;
}

SECURITY_STATUS container_delete(const struct container *container, DWORD key_spec, const BYTE *key, DWORD size)
{
    HCRYPTPROV context;
    SECURITY_STATUS status;
    struct pair pair;

    status = container_read(container, key_spec, &pair);
    if (!status && !is_same_key(pair.blob, pair.size, key, size)) status = NTE_BAD_KEYSET;
    pair_free(&pair);
    return status ? status : container_open(container, CRYPT_DELETEKEYSET, &context);
}
