/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptTranslateHandle: keys of CryptoAPI (CAPI) contexts become keys of ours (doc/facts/windows-api.md 6.4). The name
 * of the context's CSP is an alias of a provider, which opens the context's container. */
#include "ncrypt_private.h"
#include "../ncryptprov/shared.h"

#include <wincrypt.h>

#define MAX_BLOB 0x4000                 /* bytes: PRIVATEKEYBLOB of a 16384-bit key has 9236 */

/* A context, and the key of it that is meant. */
struct source
{
    HCRYPTPROV context;
    HCRYPTKEY key;                      /* 0: the one of key_spec */
    DWORD key_spec;                     /* 0: any */
    DWORD flags;                        /* NCRYPT_MACHINE_KEY_FLAG or 0 */
    WCHAR csp[MAX_PATH];
    WCHAR container[MAX_PATH];          /* "": the context has none */
};

/* A handle that CAPI does not know is a wrong argument of this call. */
static SECURITY_STATUS capi_error(void)
{
    DWORD error = GetLastError();

    return HRESULT_FACILITY(error) == FACILITY_SECURITY ? (SECURITY_STATUS)error : NTE_INVALID_PARAMETER;
}

static SECURITY_STATUS get_text(HCRYPTPROV context, DWORD param, WCHAR text[MAX_PATH])
{
    char narrow[MAX_PATH];
    DWORD size = sizeof(narrow);

    if (!CryptGetProvParam(context, param, (BYTE *)narrow, &size, 0)) return capi_error();
    return MultiByteToWideChar(CP_ACP, 0, narrow, -1, text, MAX_PATH) ? ERROR_SUCCESS : NTE_INVALID_PARAMETER;
}

static SECURITY_STATUS get_key_spec(HCRYPTKEY key, DWORD *key_spec)
{
    DWORD size = sizeof(ALG_ID);
    ALG_ID alg;

    if (!CryptGetKeyParam(key, KP_ALGID, (BYTE *)&alg, &size, 0)) return capi_error();
    if (alg != CALG_RSA_KEYX && alg != CALG_RSA_SIGN) return NTE_NOT_SUPPORTED;
    if (!*key_spec) *key_spec = alg == CALG_RSA_SIGN ? AT_SIGNATURE : AT_KEYEXCHANGE;
    return ERROR_SUCCESS;
}

/* Contexts of CRYPT_VERIFYCONTEXT have an empty container name, or it cannot be read. */
static SECURITY_STATUS describe(struct source *source)
{
    DWORD type = 0, size = sizeof(type);
    SECURITY_STATUS status;

    if ((status = get_text(source->context, PP_NAME, source->csp))) return status;
    if (get_text(source->context, PP_CONTAINER, source->container)) *source->container = 0;
    if (CryptGetProvParam(source->context, PP_KEYSET_TYPE, (BYTE *)&type, &size, 0) && (type & CRYPT_MACHINE_KEYSET))
        source->flags = NCRYPT_MACHINE_KEY_FLAG;
    return source->key ? get_key_spec(source->key, &source->key_spec) : ERROR_SUCCESS;
}

static SECURITY_STATUS open_container(NCRYPT_PROV_HANDLE provider, const struct source *source, NCRYPT_KEY_HANDLE *key)
{
    struct object *object = object_grab(provider, OBJECT_PROVIDER);
    SECURITY_STATUS status;
    DWORD flags = source->flags;

    if (!object) return NTE_INVALID_HANDLE;
    if (object->module->own) flags |= UNIX_OPEN_CONTAINER;
    status = WITH_OBJECT(object, object_open_key, object, key, source->container, source->key_spec, flags);
    object_release(object);
    return status;
}

/* Is it the key that the program has in hand, and not another one that its context holds as well? The two blobs are
 * alike but for the algorithm, which is within the first eight bytes. */
static BOOL is_that_key(const struct source *source, NCRYPT_KEY_HANDLE key)
{
    BYTE ours[2500], theirs[2500];      /* PUBLICKEYBLOB of 16384 bits has 2068 */
    DWORD our_size, their_size = sizeof(theirs);

    if (!source->key) return TRUE;
    if (!CryptExportKey(source->key, 0, PUBLICKEYBLOB, 0, theirs, &their_size)) return FALSE;
    if (NCryptExportKey(key, 0, LEGACY_RSAPUBLIC_BLOB, NULL, ours, sizeof(ours), &our_size, 0)) return FALSE;
    return our_size == their_size && !memcmp(ours + sizeof(BLOBHEADER), theirs + sizeof(BLOBHEADER),
                                             our_size - sizeof(BLOBHEADER));
}

static SECURITY_STATUS set_dword(NCRYPT_KEY_HANDLE key, const WCHAR *name, DWORD value)
{
    return NCryptSetProperty(key, name, (BYTE *)&value, sizeof(value), 0);
}

/* CAPI gave the key out in clear, and so will we. */
static SECURITY_STATUS import_blob(NCRYPT_PROV_HANDLE provider, const struct source *source, BYTE *blob, DWORD size,
                                   NCRYPT_KEY_HANDLE *key)
{
    DWORD policy = NCRYPT_ALLOW_EXPORT_FLAG | NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG;
    SECURITY_STATUS status;

    status = NCryptImportKey(provider, 0, LEGACY_RSAPRIVATE_BLOB, NULL, key, blob, size, NCRYPT_DO_NOT_FINALIZE_FLAG);
    if (status) return status;
    status = set_dword(*key, NCRYPT_EXPORT_POLICY_PROPERTY, policy);
    if (!status && source->key_spec == AT_SIGNATURE)
        status = set_dword(*key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_SIGNING_FLAG);
    if (!status) status = NCryptFinalizeKey(*key, 0);
    if (!status) return ERROR_SUCCESS;
    NCryptFreeObject(*key);
    *key = 0;
    return status;
}

/* A key that no container holds; what CAPI does not give out cannot be translated. */
static SECURITY_STATUS copy_key(NCRYPT_PROV_HANDLE provider, const struct source *source, NCRYPT_KEY_HANDLE *key)
{
    BYTE *blob = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, MAX_BLOB);
    DWORD size = MAX_BLOB;
    SECURITY_STATUS status;

    if (!blob) return NTE_NO_MEMORY;
    if (CryptExportKey(source->key, 0, PRIVATEKEYBLOB, 0, blob, &size))
        status = import_blob(provider, source, blob, size, key);
    else if ((status = capi_error()) == NTE_BAD_KEY_STATE) status = NTE_NOT_SUPPORTED;
    SecureZeroMemory(blob, MAX_BLOB);
    HeapFree(GetProcessHeap(), 0, blob);
    return status;
}

static SECURITY_STATUS translate_key(NCRYPT_PROV_HANDLE provider, const struct source *source, NCRYPT_KEY_HANDLE *key)
{
    SECURITY_STATUS status = NTE_BAD_KEYSET;

    if (*source->container) status = open_container(provider, source, key);
    if (!status && is_that_key(source, *key)) return ERROR_SUCCESS;
    if (!status) NCryptFreeObject(*key);
    *key = 0;
    return source->key ? copy_key(provider, source, key) : status;
}

static SECURITY_STATUS translate(NCRYPT_PROV_HANDLE *provider, NCRYPT_KEY_HANDLE *key, struct source *source)
{
    SECURITY_STATUS status;

    if ((status = describe(source))) return status;
    status = NCryptOpenStorageProvider(provider, source->csp, 0);
    if (status == NTE_BAD_PROVIDER) return NTE_NOT_FOUND;
    if (status) return status;
    if ((status = translate_key(*provider, source, key))) NCryptFreeObject(*provider);
    return status;
}

SECURITY_STATUS WINAPI NCryptTranslateHandle(NCRYPT_PROV_HANDLE *phProvider, NCRYPT_KEY_HANDLE *phKey,
        HCRYPTPROV hLegacyProv, HCRYPTKEY hLegacyKey, DWORD dwLegacyKeySpec, DWORD dwFlags)
{
    struct source source = {hLegacyProv, hLegacyKey, plain_key_spec(dwLegacyKeySpec), 0, {0}, {0}};
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key = 0;
    SECURITY_STATUS status;

    TRACE("(%p, %p, %p, %p, %lu, %#lx)", phProvider, phKey, (void *)hLegacyProv, (void *)hLegacyKey,
          dwLegacyKeySpec, dwFlags);

    if (phProvider) *phProvider = 0;
    if (phKey) *phKey = 0;
    if (dwFlags) return finish(__func__, NTE_BAD_FLAGS);
    if (!phKey || !hLegacyProv || source.key_spec > AT_SIGNATURE) return finish(__func__, NTE_INVALID_PARAMETER);
    if ((status = translate(&provider, &key, &source))) return finish(__func__, status);
    *phKey = key;
    if (phProvider) *phProvider = provider;
    else NCryptFreeObject(provider);
    return finish(__func__, ERROR_SUCCESS);
}
