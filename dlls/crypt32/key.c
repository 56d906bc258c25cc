/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The private key of a certificate: CryptAcquireCertificatePrivateKey (rows 15.1 to 15.4).
 *
 * Who asks without one of the NCRYPT flags understands CAPI handles only. A key of the key store has none. */
#include "bridge.h"

#include "key_cache.h"
#include "schannel.h"

#define KEY_SPEC_BOTH 3             /* AT_KEYEXCHANGE | AT_SIGNATURE: "the key of this container" (row 18.7) */

static SECURITY_STATUS open_in(NCRYPT_PROV_HANDLE provider, const CRYPT_KEY_PROV_INFO *info, DWORD flags,
                               NCRYPT_KEY_HANDLE *key)
{
    DWORD spec = info->dwKeySpec;

    if (spec == CERT_NCRYPT_KEY_SPEC || spec == KEY_SPEC_BOTH) spec = 0;
    return ncrypt()->NCryptOpenKey(provider, key, info->pwszContainerName, spec,
                                   flags | (info->dwFlags & CRYPT_MACHINE_KEYSET));
}

SECURITY_STATUS open_named_key(const CRYPT_KEY_PROV_INFO *info, DWORD flags, NCRYPT_KEY_HANDLE *key)
{
    NCRYPT_PROV_HANDLE provider;
    SECURITY_STATUS status;

    if (!ncrypt()) return NTE_PROVIDER_DLL_FAIL;
    if (!(status = ncrypt()->NCryptOpenStorageProvider(&provider, info->pwszProvName, 0)))
    {
        status = open_in(provider, info, flags, key);
        ncrypt()->NCryptFreeObject(provider);
    }
    TRACE("%ls in %ls: %08lx", info->pwszContainerName, info->pwszProvName, status);
    return status;
}

BOOL get_key_context(PCCERT_CONTEXT cert, CERT_KEY_CONTEXT *context)
{
    DWORD size = sizeof(*context), error = GetLastError();
    BOOL is_there = WINE(CertGetCertificateContextProperty)(cert, CERT_KEY_CONTEXT_PROP_ID, context, &size);

    SetLastError(error);
    return is_there;
}

BOOL set_key_context(PCCERT_CONTEXT cert, ULONG_PTR handle, DWORD spec)
{
    CERT_KEY_CONTEXT context = {.cbSize = sizeof(context), .hCryptProv = handle, .dwKeySpec = spec};

    return WINE(CertSetCertificateContextProperty)(cert, CERT_KEY_CONTEXT_PROP_ID, 0, &context);
}

static CRYPT_KEY_PROV_INFO *read_key_prov_info(PCCERT_CONTEXT cert)
{
    CRYPT_KEY_PROV_INFO *info;
    DWORD size;

    if (!WINE(CertGetCertificateContextProperty)(cert, CERT_KEY_PROV_INFO_PROP_ID, NULL, &size)) return NULL;
    if (!(info = allocate(size))) return NULL;
    if (WINE(CertGetCertificateContextProperty)(cert, CERT_KEY_PROV_INFO_PROP_ID, info, &size)) return info;
    release(info);
    return NULL;
}

CRYPT_KEY_PROV_INFO *get_key_prov_info(PCCERT_CONTEXT cert)
{
    DWORD error = GetLastError();
    CRYPT_KEY_PROV_INFO *info = read_key_prov_info(cert);

    SetLastError(error);
    return info;
}

BOOL names_cng_key(PCCERT_CONTEXT cert)
{
    CRYPT_KEY_PROV_INFO *info = get_key_prov_info(cert);
    BOOL is_cng = info && !info->dwProvType;

    release(info);
    return is_cng;
}

/* Which handles the caller takes. */
enum wanted
{
    ONLY_CAPI,
    ALLOW_NCRYPT,
    PREFER_NCRYPT,
    ONLY_NCRYPT,
};

static enum wanted wanted_by(DWORD flags)
{
    if (flags & CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG) return ONLY_NCRYPT;
    if (flags & CRYPT_ACQUIRE_PREFER_NCRYPT_KEY_FLAG) return PREFER_NCRYPT;
    return flags & CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG ? ALLOW_NCRYPT : ONLY_CAPI;
}

struct acquired
{
    NCRYPT_KEY_HANDLE key;
    BOOL is_kept;                   /* by the certificate: the caller must not free it */
};

/* The key that was put there, or kept there by an earlier call. */
static BOOL take_from_context(PCCERT_CONTEXT cert, struct acquired *acquired)
{
    CERT_KEY_CONTEXT context;

    if (!get_key_context(cert, &context) || !is_ncrypt_key(context.hNCryptKey)) return FALSE;
    acquired->key = context.hNCryptKey;
    acquired->is_kept = TRUE;
    return TRUE;
}

/* A dialog about the key belongs to the caller's window. That the key has no such property is no failure. */
static void set_window(NCRYPT_KEY_HANDLE key, DWORD flags, void *parameters)
{
    if ((flags & CRYPT_ACQUIRE_WINDOW_HANDLE_FLAG) && parameters)
        ncrypt()->NCryptSetProperty(key, NCRYPT_WINDOW_HANDLE_PROPERTY, parameters, sizeof(HWND), 0);
}

static BOOL wants_cache(DWORD flags, const CRYPT_KEY_PROV_INFO *info)
{
    if (flags & CRYPT_ACQUIRE_CACHE_FLAG) return TRUE;
    return (flags & CRYPT_ACQUIRE_USE_PROV_INFO_FLAG) && (info->dwFlags & CERT_SET_KEY_CONTEXT_PROP_ID);
}

static SECURITY_STATUS open_for(PCCERT_CONTEXT cert, const CRYPT_KEY_PROV_INFO *info, DWORD flags, void *parameters,
                                struct acquired *acquired)
{
    DWORD silent = flags & CRYPT_ACQUIRE_SILENT_FLAG ? NCRYPT_SILENT_FLAG : 0;
    BOOL cached = wants_cache(flags, info);
    SECURITY_STATUS status;

    status = cached ? key_cache_open(info, silent, &acquired->key) : open_named_key(info, silent, &acquired->key);
    if (status) return status;
    if ((flags & CRYPT_ACQUIRE_COMPARE_KEY_FLAG)
        && !has_public_key(acquired->key, &cert->pCertInfo->SubjectPublicKeyInfo))
        status = NTE_BAD_PUBLIC_KEY;
    if (!status) set_window(acquired->key, flags, parameters);
    acquired->is_kept = cached && !status && set_key_context(cert, acquired->key, CERT_NCRYPT_KEY_SPEC);
    if (status && !cached) ncrypt()->NCryptFreeObject(acquired->key);
    return status;
}

static BOOL give(const struct acquired *acquired, HCRYPTPROV_OR_NCRYPT_KEY_HANDLE *handle, DWORD *spec, BOOL *must_free)
{
    *handle = acquired->key;
    if (spec) *spec = CERT_NCRYPT_KEY_SPEC;
    if (must_free) *must_free = !acquired->is_kept;
    SetLastError(ERROR_SUCCESS);
    return TRUE;
}

/* A certificate that has a CAPI handle and no name. The NCRYPT handle of the same key is the caller's, even with
 * CRYPT_ACQUIRE_CACHE_FLAG: the certificate keeps the handle that it was given (row 15.15). */
static BOOL translate_context(PCCERT_CONTEXT cert, struct acquired *acquired)
{
    DWORD error = GetLastError();
    CERT_KEY_CONTEXT context;
    BOOL translated;

    if (!get_key_context(cert, &context) || !context.hCryptProv || (context.hCryptProv & 1)) return FALSE;
    acquired->is_kept = FALSE;
    translated = ncrypt() && !ncrypt()->NCryptTranslateHandle(NULL, &acquired->key, context.hCryptProv, 0,
                                                              context.dwKeySpec, 0);
    SetLastError(error);
    return translated;
}

/* A certificate whose CAPI key lies in no container, as PKCS12_NO_PERSIST_KEY makes it: the handle is all there is.
 * Wine looks for it with CRYPT_ACQUIRE_CACHE_FLAG alone. */
static BOOL give_context(PCCERT_CONTEXT cert, HCRYPTPROV_OR_NCRYPT_KEY_HANDLE *handle, DWORD *spec, BOOL *must_free)
{
    CERT_KEY_CONTEXT context;

    if (!get_key_context(cert, &context) || !context.hCryptProv || (context.hCryptProv & 1)) return FALSE;
    *handle = context.hCryptProv;
    if (spec) *spec = context.dwKeySpec;
    if (must_free) *must_free = FALSE;
    SetLastError(ERROR_SUCCESS);
    return TRUE;
}

/* Is this for us: a key of a KSP, or one of CAPI that is wanted as an NCRYPT handle? */
static BOOL is_ours(const CRYPT_KEY_PROV_INFO *info, enum wanted wanted)
{
    return info && (!info->dwProvType || wanted == PREFER_NCRYPT || wanted == ONLY_NCRYPT);
}

/* NTE_BAD_PROV_TYPE is what CAPI says of provider type 0, and what .NET Framework's users know as "Invalid provider
 * type specified". */
static SECURITY_STATUS open_wanted(PCCERT_CONTEXT cert, const CRYPT_KEY_PROV_INFO *info, enum wanted wanted,
                                   DWORD flags, void *parameters, struct acquired *acquired)
{
    if (wanted == ONLY_CAPI) return NTE_BAD_PROV_TYPE;
    return open_for(cert, info, flags, parameters, acquired);
}

BOOL acquire_key(PCCERT_CONTEXT cert, DWORD flags, void *parameters, HCRYPTPROV_OR_NCRYPT_KEY_HANDLE *handle,
                 DWORD *spec, BOOL *must_free)
{
    enum wanted wanted = wanted_by(flags);
    struct acquired acquired = {0, FALSE};
    CRYPT_KEY_PROV_INFO *info;
    SECURITY_STATUS status;
    BOOL capi, named;

    if (wanted != ONLY_CAPI && take_from_context(cert, &acquired)) return give(&acquired, handle, spec, must_free);
    info = get_key_prov_info(cert);
    named = info != NULL;
    if (!is_ours(info, wanted))
    {
        release(info);
        if (wanted >= PREFER_NCRYPT && translate_context(cert, &acquired))
            return give(&acquired, handle, spec, must_free);
        if (!named && wanted != ONLY_NCRYPT && give_context(cert, handle, spec, must_free)) return TRUE;
        return WINE(CryptAcquireCertificatePrivateKey)(cert, flags, parameters, handle, spec, must_free);
    }
    status = open_wanted(cert, info, wanted, flags, parameters, &acquired);
    capi = info->dwProvType != 0;
    release(info);
    if (!status) return give(&acquired, handle, spec, must_free);
    if (capi && wanted == PREFER_NCRYPT)
        return WINE(CryptAcquireCertificatePrivateKey)(cert, flags, parameters, handle, spec, must_free);
    *handle = 0;
    return fail(status);
}

void free_acquired(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key)
{
    if (is_ncrypt_key(key)) ncrypt()->NCryptFreeObject(key);
    else CryptReleaseContext(key, 0);
}

/* Schannel that knows RSA keys alone hears of another kind what it hears without the bridge: that there is no key. It
 * would take the key otherwise, and say that something inside of it went wrong. */
static BOOL acquire_for_old_schannel(PCCERT_CONTEXT cert, DWORD flags, void *parameters,
                                     HCRYPTPROV_OR_NCRYPT_KEY_HANDLE *handle, DWORD *spec, BOOL *must_free)
{
    BOOL free_key = FALSE;

    if (!acquire_key(cert, flags | CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG, parameters, handle, spec, &free_key))
        return FALSE;
    if (must_free) *must_free = free_key;
    if (!is_ncrypt_key(*handle) || get_key_kind(*handle) == KEY_RSA) return TRUE;
    if (free_key) free_acquired(*handle);
    *handle = 0;
    return fail(CRYPT_E_NO_KEY_PROPERTY);
}

BOOL WINAPI CryptAcquireCertificatePrivateKey(PCCERT_CONTEXT cert, DWORD flags, void *parameters,
                                              HCRYPTPROV_OR_NCRYPT_KEY_HANDLE *handle, DWORD *spec, BOOL *must_free)
{
    const void *caller = __builtin_return_address(0);

    if (bridge_is_off) return WINE(CryptAcquireCertificatePrivateKey)(cert, flags, parameters, handle, spec, must_free);
    TRACE("(%p, %#lx, %p, %p, %p, %p)", cert, flags, parameters, handle, spec, must_free);
    if (is_old_schannel(caller)) return acquire_for_old_schannel(cert, flags, parameters, handle, spec, must_free);
    if (wine_dll_at(caller, "secur32.dll")) flags |= CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG;
    return acquire_key(cert, flags, parameters, handle, spec, must_free);
}
