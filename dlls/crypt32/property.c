/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Properties of certificates that are keys: CERT_NCRYPT_KEY_HANDLE_PROP_ID (78) and its relatives. They all live in
 * Wine's CERT_KEY_CONTEXT (rows 15.5, 15.9). */
#include "bridge.h"

#include "key_cache.h"
#include "owner.h"
#include "schannel.h"

#define CERT_NCRYPT_KEY_HANDLE_TRANSFER_PROP_ID 99

static BOOL is_key_handle(DWORD id)
{
    return id == CERT_NCRYPT_KEY_HANDLE_PROP_ID || id == CERT_HCRYPTPROV_OR_NCRYPT_KEY_HANDLE_PROP_ID
           || id == CERT_NCRYPT_KEY_HANDLE_TRANSFER_PROP_ID;
}

/* Which handles a property can be read from: 78 and 99 are NCRYPT handles, 1 is one of CAPI, 79 either. */
static BOOL fits(DWORD id, BOOL is_ncrypt)
{
    if (id == CERT_HCRYPTPROV_OR_NCRYPT_KEY_HANDLE_PROP_ID) return TRUE;
    return is_ncrypt == (id != CERT_KEY_PROV_HANDLE_PROP_ID);
}

static BOOL get_handle(PCCERT_CONTEXT cert, DWORD id, void *data, DWORD *size)
{
    CERT_KEY_CONTEXT context;

    if (!get_key_context(cert, &context) || !fits(id, is_ncrypt_key(context.hNCryptKey)))
        return fail(CRYPT_E_NOT_FOUND);
    return give_bytes(&context.hNCryptKey, sizeof(context.hNCryptKey), data, size);
}

/* A handle that is kept for several certificates stays theirs; the caller gets another one of the same key. */
static SECURITY_STATUS make_own(PCCERT_CONTEXT cert, NCRYPT_KEY_HANDLE *key)
{
    CRYPT_KEY_PROV_INFO *info = key_cache_has(*key) ? get_key_prov_info(cert) : NULL;
    SECURITY_STATUS status = info ? open_named_key(info, 0, key) : ERROR_SUCCESS;

    release(info);
    return status;
}

/* Property 99 goes with the handle that it gives, which is the caller's to free from then on. */
static BOOL hand_over(PCCERT_CONTEXT cert, void *data, DWORD *size)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if (!get_handle(cert, CERT_NCRYPT_KEY_HANDLE_TRANSFER_PROP_ID, data, size)) return FALSE;
    if (!data) return TRUE;
    CopyMemory(&key, data, sizeof(key));
    if ((status = make_own(cert, &key))) return fail(status);
    CopyMemory(data, &key, sizeof(key));
    disown_key(key);
    return WINE(CertSetCertificateContextProperty)(cert, CERT_KEY_CONTEXT_PROP_ID, CERT_STORE_NO_CRYPT_RELEASE_FLAG,
                                                   NULL);
}

BOOL WINAPI CertGetCertificateContextProperty(PCCERT_CONTEXT cert, DWORD id, void *data, DWORD *size)
{
    CERT_KEY_CONTEXT context;

    if (bridge_is_off) return WINE(CertGetCertificateContextProperty)(cert, id, data, size);
    if (schannel_is_caller(cert, id, __builtin_return_address(0))) return schannel_get_property(cert, id, data, size);
    if (id == CERT_NCRYPT_KEY_HANDLE_TRANSFER_PROP_ID) return hand_over(cert, data, size);
    if (is_key_handle(id)) return get_handle(cert, id, data, size);
    if (id == CERT_KEY_PROV_HANDLE_PROP_ID && get_key_context(cert, &context) && is_ncrypt_key(context.hNCryptKey))
        return fail(CRYPT_E_NOT_FOUND);
    return WINE(CertGetCertificateContextProperty)(cert, id, data, size);
}

/* A handle that the caller leaves to the certificate is freed by it. */
static BOOL set_context(PCCERT_CONTEXT cert, DWORD flags, const CERT_KEY_CONTEXT *context)
{
    BOOL is_own = context && !(flags & CERT_STORE_NO_CRYPT_RELEASE_FLAG);

    if (!WINE(CertSetCertificateContextProperty)(cert, CERT_KEY_CONTEXT_PROP_ID, flags, context)) return FALSE;
    give_key_to(cert, is_own && is_ncrypt_key(context->hNCryptKey) ? context->hNCryptKey : 0);
    return TRUE;
}

/* A handle of the other kind stays: it is not that property. */
static BOOL remove_handle(PCCERT_CONTEXT cert, DWORD id, DWORD flags)
{
    CERT_KEY_CONTEXT context;

    if (!get_key_context(cert, &context) || !fits(id, is_ncrypt_key(context.hNCryptKey))) return TRUE;
    return set_context(cert, flags, NULL);
}

/* The data is the handle itself, not a pointer to one. */
static BOOL set_handle(PCCERT_CONTEXT cert, DWORD id, DWORD flags, const void *data)
{
    BOOL is_ncrypt = is_ncrypt_key((ULONG_PTR)data);
    CERT_KEY_CONTEXT context = {.cbSize = sizeof(context), .dwKeySpec = is_ncrypt ? CERT_NCRYPT_KEY_SPEC : 0};

    context.hNCryptKey = (ULONG_PTR)data;
    if (!data) return remove_handle(cert, id, flags);
    if (!is_ncrypt && id != CERT_HCRYPTPROV_OR_NCRYPT_KEY_HANDLE_PROP_ID) return fail(E_INVALIDARG);
    return set_context(cert, flags, &context);
}

/* The name of the key. Of a certificate that is in a store, it is written there, and so is that it has gone. */
static BOOL set_name(PCCERT_CONTEXT cert, DWORD flags, const void *data)
{
    BOOL was_cng = names_cng_key(cert);

    if (!WINE(CertSetCertificateContextProperty)(cert, CERT_KEY_PROV_INFO_PROP_ID, flags, data)) return FALSE;
    if (!(flags & CERT_SET_PROPERTY_INHIBIT_PERSIST_FLAG) && cert->hCertStore && (was_cng || names_cng_key(cert)))
        write_store(cert->hCertStore);
    return TRUE;
}

BOOL WINAPI CertSetCertificateContextProperty(PCCERT_CONTEXT cert, DWORD id, DWORD flags, const void *data)
{
    if (!bridge_is_off && id == CERT_KEY_PROV_INFO_PROP_ID) return set_name(cert, flags, data);
    if (!bridge_is_off && id == CERT_KEY_CONTEXT_PROP_ID) return set_context(cert, flags, data);
    if (bridge_is_off || !is_key_handle(id)) return WINE(CertSetCertificateContextProperty)(cert, id, flags, data);
    TRACE("(%p, %lu, %#lx, %p)", cert, id, flags, data);
    return set_handle(cert, id, flags, data);
}
