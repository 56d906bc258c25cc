/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of the key store for Wine's Schannel; see schannel.h. */
#include "schannel.h"

#include <bcrypt.h>

#include "imports.h"

#define CONTAINERS L"Software\\Wine\\Crypto\\RSA"
#define KEY_VALUE L"KeyExchangeKeyPair"
#define NAME_CHARS 48

/* secur32 takes for granted that a sealed key is longer than the key: this is longer than any RSA key of 16384 bits. */
#define TOKEN_SIZE 16384

#define TOKENS 64                   /* credentials that are being acquired at one time */

struct token_head
{
    char magic[24];
    DWORD slot;
    GUID nonce;
};

static const char token_magic[sizeof(((struct token_head *)0)->magic)] = "ncrypt: key for schannel";

static SRWLOCK lock = SRWLOCK_INIT;
static struct
{
    NCRYPT_KEY_HANDLE key;          /* 0: free; kept by the certificate meanwhile */
    GUID nonce;
    WCHAR container[NAME_CHARS];
} tokens[TOKENS];
static DWORD next_token;

BOOL is_old_schannel(const void *return_address)
{
    HMODULE secur32 = wine_dll_at(return_address, "secur32.dll");

    return secur32 && !imports_from(secur32, "ncrypt.dll");
}

/* Who calls is asked last: it takes a system call, and most certificates have no CNG handle. */
BOOL schannel_is_caller(PCCERT_CONTEXT cert, DWORD property, const void *return_address)
{
    CERT_KEY_CONTEXT context;

    if (property != CERT_KEY_CONTEXT_PROP_ID && property != CERT_KEY_PROV_INFO_PROP_ID) return FALSE;
    return get_key_context(cert, &context) && is_ncrypt_key(context.hNCryptKey) && is_old_schannel(return_address);
}

static void delete_container(const WCHAR *name)
{
    HKEY parent;

    if (RegOpenKeyExW(HKEY_CURRENT_USER, CONTAINERS, 0, KEY_WRITE, &parent)) return;
    RegDeleteKeyW(parent, name);
    RegCloseKey(parent);
}

/* The parent is made first: rsaenh could store no container in it if it became volatile along with the token. */
static LONG write_container(const WCHAR *name, const BYTE *token)
{
    HKEY parent, container;
    LONG error;

    if ((error = RegCreateKeyExW(HKEY_CURRENT_USER, CONTAINERS, 0, NULL, 0, KEY_WRITE, NULL, &parent, NULL)))
        return error;
    error = RegCreateKeyExW(parent, name, 0, NULL, REG_OPTION_VOLATILE, KEY_WRITE, NULL, &container, NULL);
    RegCloseKey(parent);
    if (error) return error;
    error = RegSetValueExW(container, KEY_VALUE, 0, REG_BINARY, token, TOKEN_SIZE);
    RegCloseKey(container);
    return error;
}

/* A free slot, or the oldest: what it stood for was never fetched. stale: the container that goes with it then. */
static DWORD take_slot(NCRYPT_KEY_HANDLE key, const GUID *nonce, WCHAR *name, WCHAR *stale)
{
    DWORD number, slot;

    enter_lock(&lock);
    number = next_token++;
    slot = number % TOKENS;
    lstrcpyW(stale, tokens[slot].key ? tokens[slot].container : L"");
    wsprintfW(name, L"ncrypt-schannel-%lx-%lx", GetCurrentProcessId(), number);
    lstrcpyW(tokens[slot].container, name);
    tokens[slot].key = key;
    tokens[slot].nonce = *nonce;
    leave_lock(&lock);
    return slot;
}

/* name: NAME_CHARS. */
static BOOL make_token(NCRYPT_KEY_HANDLE key, WCHAR *name)
{
    struct token_head head = {.magic = ""};
    WCHAR stale[NAME_CHARS];
    BYTE *token;
    LONG error;

    if (BCryptGenRandom(NULL, (BYTE *)&head.nonce, sizeof(head.nonce), BCRYPT_USE_SYSTEM_PREFERRED_RNG))
        return fail(NTE_FAIL);
    if (!(token = allocate(TOKEN_SIZE))) return FALSE;
    CopyMemory(head.magic, token_magic, sizeof(head.magic));
    head.slot = take_slot(key, &head.nonce, name, stale);
    if (*stale) delete_container(stale);
    CopyMemory(token, &head, sizeof(head));
    error = write_container(name, token);
    release(token);
    return error ? fail(error) : TRUE;
}

static BOOL give_container(NCRYPT_KEY_HANDLE key, CRYPT_KEY_PROV_INFO *info, DWORD *size)
{
    DWORD room = *size;
    WCHAR name[NAME_CHARS];

    *size = sizeof(*info) + (NAME_CHARS + 1) * sizeof(WCHAR);
    if (!info) return TRUE;
    if (room < *size) return fail(ERROR_MORE_DATA);
    if (!make_token(key, name)) return FALSE;
    ZeroMemory(info, *size);
    info->pwszContainerName = lstrcpyW((WCHAR *)(info + 1), name);
    info->pwszProvName = info->pwszContainerName + NAME_CHARS;      /* "" */
    info->dwProvType = PROV_RSA_FULL;
    TRACE("key %p as container %ls", (void *)key, name);
    return TRUE;
}

BOOL schannel_get_property(PCCERT_CONTEXT cert, DWORD property, void *data, DWORD *size)
{
    CERT_KEY_CONTEXT context;

    if (!get_key_context(cert, &context) || !is_ncrypt_key(context.hNCryptKey))
        return WINE(CertGetCertificateContextProperty)(cert, property, data, size);
    if (property == CERT_KEY_CONTEXT_PROP_ID) return fail(CRYPT_E_NOT_FOUND);
    return give_container(context.hNCryptKey, data, size);
}

static BOOL is_token(const DATA_BLOB *blob)
{
    return blob && blob->cbData == TOKEN_SIZE && blob->pbData
           && !memcmp(blob->pbData, token_magic, sizeof(token_magic));
}

/* The key of a token, which is good for one time; 0: it was used, or has nothing to do with this process. */
static NCRYPT_KEY_HANDLE redeem(const DATA_BLOB *blob, WCHAR *container)
{
    struct token_head head;
    NCRYPT_KEY_HANDLE key = 0;

    CopyMemory(&head, blob->pbData, sizeof(head));
    if (head.slot >= TOKENS) return 0;
    enter_lock(&lock);
    if (IsEqualGUID(&tokens[head.slot].nonce, &head.nonce))
    {
        key = tokens[head.slot].key;
        tokens[head.slot].key = 0;
        lstrcpyW(container, tokens[head.slot].container);
    }
    leave_lock(&lock);
    return key;
}

static SECURITY_STATUS unseal(NCRYPT_KEY_HANDLE key, DATA_BLOB *out)
{
    SECURITY_STATUS status;
    DWORD size;

    out->pbData = NULL;
    out->cbData = 0;
    if ((status = export_for_schannel(key, LEGACY_RSAPRIVATE_BLOB, NULL, 0, &size))) return status;
    if (!(out->pbData = LocalAlloc(0, size))) return NTE_NO_MEMORY;
    if (!(status = export_for_schannel(key, LEGACY_RSAPRIVATE_BLOB, out->pbData, size, &out->cbData)))
        return ERROR_SUCCESS;
    LocalFree(out->pbData);
    out->pbData = NULL;
    return status;
}

BOOL WINAPI CryptUnprotectData(DATA_BLOB *in, WCHAR **description, DATA_BLOB *entropy, PVOID reserved,
                               CRYPTPROTECT_PROMPTSTRUCT *prompt, DWORD flags, DATA_BLOB *out)
{
    WCHAR container[NAME_CHARS];
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if (bridge_is_off || !is_token(in) || !is_old_schannel(__builtin_return_address(0))
        || !(key = redeem(in, container)))
        return WINE(CryptUnprotectData)(in, description, entropy, reserved, prompt, flags, out);
    delete_container(container);
    status = unseal(key, out);
    TRACE("%ls: %08lx", container, status);
    return status ? fail(status) : TRUE;
}
