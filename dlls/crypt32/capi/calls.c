/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The table of calls of CryptoAPI that are answered here, and those about contexts. */
#include "capi.h"

#include "../imports.h"

HCRYPTPROV software_csp(void)
{
    static HCRYPTPROV csp;
    HCRYPTPROV new, none = 0;

    if (__atomic_load_n(&csp, __ATOMIC_ACQUIRE)) return csp;
    if (!CryptAcquireContextW(&new, NULL, MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES, CRYPT_VERIFYCONTEXT)) return 0;
    if (!__atomic_compare_exchange_n(&csp, &none, new, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        CryptReleaseContext(new, 0);
    return csp;
}

/* --- contexts --- */

/* Wine before 10.13 drops CRYPT_MACHINE_KEYSET when it opens the container that a certificate names. */
static BOOL open_csp(HCRYPTPROV *handle, const WCHAR *container, const WCHAR *provider, DWORD type, DWORD flags)
{
    if (CryptAcquireContextW(handle, container, provider, type, flags)) return TRUE;
    if (!container || (flags & ~CRYPT_SILENT) || GetLastError() != (DWORD)NTE_BAD_KEYSET) return FALSE;
    return CryptAcquireContextW(handle, container, provider, type, flags | CRYPT_MACHINE_KEYSET);
}

/* Provider type 0 is a key storage provider, and CryptoAPI has none of that type. */
static BOOL WINAPI acquire_context(HCRYPTPROV *handle, const WCHAR *container, const WCHAR *provider, DWORD type,
                                   DWORD flags)
{
    CRYPT_KEY_PROV_INFO info = {.pwszContainerName = (WCHAR *)container, .pwszProvName = (WCHAR *)provider,
                                .dwFlags = flags & CRYPT_MACHINE_KEYSET};
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if (type || bridge_is_off) return open_csp(handle, container, provider, type, flags);
    if ((status = open_named_key(&info, flags & CRYPT_SILENT ? NCRYPT_SILENT_FLAG : 0, &key))) return fail(status);
    *handle = key;
    return TRUE;
}

static BOOL WINAPI add_context_reference(HCRYPTPROV handle, DWORD *reserved, DWORD flags)
{
    return is_ncrypt_key(handle) ? add_reference(handle) : CryptContextAddRef(handle, reserved, flags);
}

static BOOL WINAPI release_context(HCRYPTPROV handle, DWORD flags)
{
    SECURITY_STATUS status;

    if (!is_ncrypt_key(handle)) return CryptReleaseContext(handle, flags);
    if (drop_reference(handle)) return TRUE;
    return (status = ncrypt()->NCryptFreeObject(handle)) ? fail(status) : TRUE;
}

/* --- keys: the one of an NCRYPT handle is the handle itself --- */

static BOOL WINAPI get_user_key(HCRYPTPROV handle, DWORD spec, HCRYPTKEY *key)
{
    if (!is_ncrypt_key(handle)) return CryptGetUserKey(handle, spec, key);
    *key = handle;
    return TRUE;
}

static BOOL WINAPI destroy_key(HCRYPTKEY key)
{
    return is_ncrypt_key(key) ? TRUE : CryptDestroyKey(key);
}

void answer_capi_calls(HMODULE wine_crypt32)
{
    static const struct import imports[] =
    {
        {"CryptAcquireContextW", acquire_context},
        {"CryptContextAddRef", add_context_reference},
        {"CryptCreateHash", capi_create_hash},
        {"CryptDestroyHash", capi_destroy_hash},
        {"CryptDestroyKey", destroy_key},
        {"CryptGetUserKey", get_user_key},
        {"CryptImportKey", capi_import_key},
        {"CryptReleaseContext", release_context},
        {"CryptSignHashW", capi_sign_hash},
        {"CryptVerifySignatureW", capi_verify_signature},
    };
    unsigned int done = replace_imports(wine_crypt32, "advapi32.dll", imports, ARRAYSIZE(imports));

    TRACE("%u of %u calls of Wine's crypt32 are answered here", done, (unsigned int)ARRAYSIZE(imports));
}
