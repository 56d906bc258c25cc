/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The way to the engine's reader and writer of PKCS #12; PFXIsPFXBlob, PFXVerifyPassword. */
#include "pfx.h"

#include <bcrypt.h>

/* Our provider is loaded by our ncrypt.dll, from a place that it alone knows. */
static SECURITY_STATUS find_table(const struct archive_table **table)
{
    GetKeyArchiveInterfaceFn get;
    NCRYPT_PROV_HANDLE provider;
    SECURITY_STATUS status;

    if (!ncrypt()) return NTE_PROVIDER_DLL_FAIL;
    if ((status = ncrypt()->NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0)))
        return NTE_PROVIDER_DLL_FAIL;
    ncrypt()->NCryptFreeObject(provider);
    get = (void *)GetProcAddress(GetModuleHandleW(L"ncryptprov.dll"), "GetKeyArchiveInterface");
    if (!get || get(table) || (*table)->version != ARCHIVE_TABLE_VERSION) return NTE_PROVIDER_DLL_FAIL;
    return ERROR_SUCCESS;
}

SECURITY_STATUS make_transfer(struct transfer *transfer)
{
    static const WCHAR digits[] = L"0123456789abcdef";
    BYTE random[TRANSFER_SIZE / 2];
    unsigned int i;

    if (BCryptGenRandom(NULL, random, sizeof(random), BCRYPT_USE_SYSTEM_PREFERRED_RNG)) return NTE_FAIL;
    for (i = 0; i < TRANSFER_SIZE - 1; i++) transfer->secret[i] = digits[random[i / 2] >> 4 * (i % 2) & 15];
    transfer->secret[i] = 0;
    SecureZeroMemory(random, sizeof(random));
    return ERROR_SUCCESS;
}

static const BYTE *take_run(const BYTE *list, DWORD *position, DWORD size)
{
    const BYTE *run = list + *position;

    *position += size;
    return run;
}

BOOL next_item(const BYTE *list, DWORD size, DWORD *position, struct pfx_item *item)
{
    struct unix_archive_item header;

    if (*position + sizeof(header) > size) return FALSE;
    CopyMemory(&header, take_run(list, position, sizeof(header)), sizeof(header));
    item->kind = header.kind;
    item->data = take_run(list, position, item->data_size = header.data_size);
    item->name = take_run(list, position, item->name_size = header.name_size);
    item->id = take_run(list, position, item->id_size = header.id_size);
    item->provider = take_run(list, position, item->provider_size = header.provider_size);
    item->is_machine_key = header.is_machine_key;
    return TRUE;
}

void append_item(struct der *list, const struct pfx_item *item)
{
    struct unix_archive_item header =
    {
        .kind = item->kind, .data_size = item->data_size, .name_size = item->name_size, .id_size = item->id_size,
        .provider_size = item->provider_size, .is_machine_key = item->is_machine_key,
    };

    der_bytes(list, &header, sizeof(header));
    der_bytes(list, item->data, item->data_size);
    der_bytes(list, item->name, item->name_size);
    der_bytes(list, item->id, item->id_size);
    der_bytes(list, item->provider, item->provider_size);
}

WCHAR *copy_text(const BYTE *text, DWORD size)
{
    WCHAR *copy = size ? allocate(size + sizeof(*copy)) : NULL;

    if (copy) CopyMemory(copy, text, size);
    return copy;
}

SECURITY_STATUS archive_read(const CRYPT_DATA_BLOB *file, const WCHAR *password, const struct transfer *transfer,
                             DWORD flags, BYTE **list, DWORD *size)
{
    const struct archive_table *table;
    SECURITY_STATUS status;

    if ((status = find_table(&table))) return status;
    return table->Read(file->pbData, file->cbData, password, transfer ? transfer->secret : NULL, flags, list, size);
}

SECURITY_STATUS archive_write(const struct der *list, const WCHAR *password, const struct transfer *transfer,
                              BYTE **file, DWORD *size)
{
    const struct archive_table *table;
    SECURITY_STATUS status;

    if ((status = find_table(&table))) return status;
    return table->Write(list->data, list->used, password, transfer->secret, file, size);
}

DWORD pfx_error(SECURITY_STATUS status)
{
    switch (status)
    {
    case NTE_INCORRECT_PASSWORD: return ERROR_INVALID_PASSWORD;
    case NTE_BAD_DATA: return CRYPT_E_BAD_ENCODE;
    default: return status;
    }
}

BOOL WINAPI PFXIsPFXBlob(CRYPT_DATA_BLOB *pfx)
{
    SECURITY_STATUS status = NTE_PROVIDER_DLL_FAIL;

    if (!bridge_is_off && pfx) status = archive_read(pfx, NULL, NULL, UNIX_ARCHIVE_LOOK, NULL, NULL);
    if (status == NTE_PROVIDER_DLL_FAIL) return WINE(PFXIsPFXBlob)(pfx);
    return !status;
}

BOOL WINAPI PFXVerifyPassword(CRYPT_DATA_BLOB *pfx, LPCWSTR password, DWORD flags)
{
    SECURITY_STATUS status = NTE_PROVIDER_DLL_FAIL;

    if (!bridge_is_off && pfx) status = archive_read(pfx, password, NULL, UNIX_ARCHIVE_VERIFY, NULL, NULL);
    if (status == NTE_PROVIDER_DLL_FAIL) return WINE(PFXVerifyPassword)(pfx, password, flags);
    return status ? fail(pfx_error(status)) : TRUE;
}
