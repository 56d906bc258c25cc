/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A key pair that may not leave its container, read from where rsaenh.dll keeps it. On Windows the software provider
 * and the legacy CSPs have such keys in common; CAPI itself could neither sign with PSS nor decrypt OAEP but with SHA-1.
 * What is read stays within the engine, which refuses to export it as CAPI does.
 *
 * Observed with Wine 8.0: HKCU or HKLM \Software\Wine\Crypto\RSA\CONTAINER has the values KeyExchangeKeyPair and
 * SignatureKeyPair, each a PRIVATEKEYBLOB sealed with CryptProtectData without description and entropy. Whoever calls
 * compares what comes out with the public key. */
#include "ksp.h"
#include "legacy.h"

#define RSA_CONTAINERS L"Software\\Wine\\Crypto\\RSA\\"

typedef BOOL (WINAPI *unprotect_data)(DATA_BLOB *in, WCHAR **description, DATA_BLOB *entropy, void *reserved,
        CRYPTPROTECT_PROMPTSTRUCT *prompt, DWORD flags, DATA_BLOB *out);

static SECURITY_STATUS read_value(const struct container *container, const WCHAR *value, DATA_BLOB *data)
{
    HKEY root = container->machine ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER;
    WCHAR path[ARRAYSIZE(RSA_CONTAINERS) + MAX_PATH] = RSA_CONTAINERS;

    lstrcatW(path, container->name);            /* container_open has seen that it is short enough */
    if (RegGetValueW(root, path, value, RRF_RT_REG_BINARY, NULL, NULL, &data->cbData)) return NTE_BAD_KEY_STATE;
    if (!(data->pbData = HeapAlloc(GetProcessHeap(), 0, data->cbData))) return NTE_NO_MEMORY;
    if (!RegGetValueW(root, path, value, RRF_RT_REG_BINARY, NULL, data->pbData, &data->cbData)) return ERROR_SUCCESS;
    HeapFree(GetProcessHeap(), 0, data->pbData);
    return NTE_BAD_KEY_STATE;
}

static BOOL unseal(DATA_BLOB *sealed, DATA_BLOB *clear)
{
    HMODULE crypt32 = LoadLibraryW(L"crypt32.dll");
    unprotect_data unprotect = crypt32 ? (void *)GetProcAddress(crypt32, "CryptUnprotectData") : NULL;

    BOOL done = unprotect && unprotect(sealed, NULL, NULL, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN, clear);

    if (crypt32) FreeLibrary(crypt32);
    return done;
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

SECURITY_STATUS read_sealed_pair(const struct container *container, struct pair *pair)
{
    const WCHAR *value = pair->key_spec == AT_SIGNATURE ? L"SignatureKeyPair" : L"KeyExchangeKeyPair";
    DATA_BLOB sealed = {0}, clear = {0};
    SECURITY_STATUS status;

    if ((status = read_value(container, value, &sealed))) return status;
    if (unseal(&sealed, &clear)) status = take_clear(&clear, pair);
    else status = NTE_BAD_KEY_STATE;
    HeapFree(GetProcessHeap(), 0, sealed.pbData);
    return status;
}
