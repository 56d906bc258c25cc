/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key pairs of containers, read from where rsaenh.dll stores them and not through CAPI, which exports only
 * exportable ones, and can neither sign with PSS nor decrypt OAEP except with SHA-1. Above all, reading through a CAPI
 * context has a side effect: when it is released, rsaenh.dll writes what it had read, over a key that another program
 * has stored or deleted in the meantime (observed with Wine 8.0). What is read stays within the engine, which
 * exports it only if CAPI would.
 *
 * HKCU or HKLM \Software\Wine\Crypto\RSA\CONTAINER has the values KeyExchangeKeyPair and SignatureKeyPair, each a
 * PRIVATEKEYBLOB sealed with CryptProtectData, and KeyExchangePermissions and SignaturePermissions, each a DWORD of
 * CRYPT_EXPORT and the like (observed with Wine 8.0). */
#include "ksp.h"
#include "late_crypt32.h"
#include "legacy/legacy.h"

#define RSA_CONTAINERS L"Software\\Wine\\Crypto\\RSA\\"

BOOL can_be_container(const WCHAR *name)
{
    char narrow[MAX_PATH];
    WCHAR wide[MAX_PATH];

    if (!*name || !WideCharToMultiByte(CP_ACP, 0, name, -1, narrow, sizeof(narrow), NULL, NULL)) return FALSE;
    if (!MultiByteToWideChar(CP_ACP, 0, narrow, -1, wide, MAX_PATH)) return FALSE;
    return CompareStringOrdinal(name, -1, wide, -1, FALSE) == CSTR_EQUAL;
}

static SECURITY_STATUS open_stored(const struct container *container, HKEY *key)
{
    HKEY root = container->machine ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER;
    WCHAR path[ARRAYSIZE(RSA_CONTAINERS) + MAX_PATH] = RSA_CONTAINERS;

    if (!can_be_container(container->name)) return NTE_BAD_KEYSET;
    lstrcatW(path, container->name);
    return RegOpenKeyExW(root, path, 0, KEY_QUERY_VALUE, key) ? NTE_BAD_KEYSET : ERROR_SUCCESS;
}

static BOOL is_exportable(HKEY key, DWORD key_spec)
{
    const WCHAR *value = key_spec == AT_SIGNATURE ? L"SignaturePermissions" : L"KeyExchangePermissions";
    DWORD permissions, size = sizeof(permissions);

    if (RegGetValueW(key, NULL, value, RRF_RT_REG_DWORD, NULL, &permissions, &size)) return FALSE;
    return !!(permissions & CRYPT_EXPORT);
}

static SECURITY_STATUS read_sealed(HKEY key, DWORD key_spec, DATA_BLOB *sealed)
{
    const WCHAR *value = key_spec == AT_SIGNATURE ? L"SignatureKeyPair" : L"KeyExchangeKeyPair";

    if (RegGetValueW(key, NULL, value, RRF_RT_REG_BINARY, NULL, NULL, &sealed->cbData)) return NTE_BAD_KEYSET;
    if (!(sealed->pbData = HeapAlloc(GetProcessHeap(), 0, sealed->cbData))) return NTE_NO_MEMORY;
    if (!RegGetValueW(key, NULL, value, RRF_RT_REG_BINARY, NULL, sealed->pbData, &sealed->cbData))
        return ERROR_SUCCESS;
    HeapFree(GetProcessHeap(), 0, sealed->pbData);
    return NTE_BAD_KEYSET;                      /* it was there a moment ago */
}

static BOOL unseal(DATA_BLOB *sealed, DATA_BLOB *clear)
{
    return load_crypt32() &&
           crypt32.CryptUnprotectData(sealed, NULL, NULL, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN, clear);
}

static SECURITY_STATUS take_clear(DATA_BLOB *clear, struct pair *pair)
{
    const BLOBHEADER *header = (const BLOBHEADER *)clear->pbData;
    SECURITY_STATUS status = NTE_BAD_KEY_STATE;

    if (clear->cbData >= sizeof(*header) && header->bType == PRIVATEKEYBLOB)
    {
        pair->size = clear->cbData;
        pair->blob = HeapAlloc(GetProcessHeap(), 0, pair->size);
        status = pair->blob ? ERROR_SUCCESS : NTE_NO_MEMORY;
    }
    if (!status) CopyMemory(pair->blob, clear->pbData, pair->size);
    SecureZeroMemory(clear->pbData, clear->cbData);
    LocalFree(clear->pbData);
    return status;
}

static SECURITY_STATUS read_pair(HKEY key, struct pair *pair)
{
    DATA_BLOB sealed = {0}, clear = {0};
    SECURITY_STATUS status;

    if ((status = read_sealed(key, pair->key_spec, &sealed))) return status;
    if (unseal(&sealed, &clear)) status = take_clear(&clear, pair);
    else status = NTE_BAD_KEY_STATE;
    HeapFree(GetProcessHeap(), 0, sealed.pbData);
    return status;
}

/* The permissions are looked at before and after, as the pair may be replaced at any moment. */
SECURITY_STATUS container_read(const struct container *container, DWORD key_spec, struct pair *pair)
{
    SECURITY_STATUS status;
    HKEY key;

    ZeroMemory(pair, sizeof(*pair));
    pair->key_spec = key_spec;
    if ((status = open_stored(container, &key))) return status;
    pair->exportable = is_exportable(key, key_spec);
    status = read_pair(key, pair);
    pair->exportable &= is_exportable(key, key_spec);
    RegCloseKey(key);
    return status;
}
