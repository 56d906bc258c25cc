/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The inside of crypt32.dll, the certificate bridge: Wine's crypt32 with CNG keys in it. doc/certificates.md says what it
 * does and how it gets in. Every file of this folder includes this header.
 *
 * A call is answered here only when it names a key of the key store: an NCRYPT handle, or a certificate whose
 * CERT_KEY_PROV_INFO has provider type 0. Everything else goes to Wine's function with the caller's own pointers, unread,
 * and with the last error that it leaves. */
#ifndef CRYPT32_BRIDGE_H
#define CRYPT32_BRIDGE_H

#define _CRYPT32_                   /* this DLL has the functions of wincrypt.h, it does not import them */
#include <windows.h>
#include <wincrypt.h>
#include <ncrypt.h>

#include "../ncrypt/trace.h"

/* --- load.c: Wine's own crypt32 --- */

enum wine_function
{
#define WINE_FUNCTION(name) WINE_##name,
#include "crypt32_names.h"
#undef WINE_FUNCTION
    WINE_FUNCTION_COUNT
};

/* Its functions, in the order of crypt32.spec; complete before any call can reach us. */
extern FARPROC wine_crypt32[WINE_FUNCTION_COUNT];

/* Wine's function of that name: WINE(CertGetNameStringW)(cert, ...). */
#define WINE(name) ((__typeof__(&name))(void *)wine_crypt32[WINE_##name])

/* When this DLL is loaded, before anything else. Finds Wine's crypt32, loads it and keeps it. FALSE: there is none,
 * which is said on stderr; the process then cannot start. */
BOOL load_wine_crypt32(HMODULE self);

/* Is address in Wine's own DLL of that name, such as L"secur32.dll"? */
BOOL is_in_wine_dll(const void *address, const WCHAR *name);

/* NCRYPT_CERTIFICATES=off in the environment when the DLL was loaded: nothing is answered here. */
extern BOOL bridge_is_off;

/* --- ncrypt.c: ncrypt.dll, loaded when the first NCRYPT handle or key name turns up --- */

#define NCRYPT_FUNCTIONS(X) \
    X(NCryptCreatePersistedKey) \
    X(NCryptDecrypt) \
    X(NCryptDeleteKey) \
    X(NCryptEnumKeys) \
    X(NCryptExportKey) \
    X(NCryptFinalizeKey) \
    X(NCryptFreeBuffer) \
    X(NCryptFreeObject) \
    X(NCryptGetProperty) \
    X(NCryptImportKey) \
    X(NCryptIsKeyHandle) \
    X(NCryptOpenKey) \
    X(NCryptOpenStorageProvider) \
    X(NCryptSetProperty) \
    X(NCryptSignHash) \
    X(NCryptTranslateHandle)

struct ncrypt
{
#define X(name) __typeof__(&name) name;
    NCRYPT_FUNCTIONS(X)
#undef X
};

/* NULL when it cannot be loaded. ncrypt()->NCryptSignHash(...) is safe once is_ncrypt_key has said TRUE. */
const struct ncrypt *ncrypt(void);

/* FALSE for every CAPI handle, without a look at what it points to: those are aligned, ours are odd. */
BOOL is_ncrypt_key(ULONG_PTR handle);

#endif
