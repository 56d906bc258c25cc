/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The calls of CryptoAPI that Wine's crypt32 makes inside of its own functions: CryptSignMessage, CryptMsgUpdate and
 * the like hash, sign and unwrap keys with the handle that they have. An NCRYPT handle is answered here; hashing and
 * the content of messages are done by the software CSP, as for any other message. */
#ifndef CRYPT32_CAPI_H
#define CRYPT32_CAPI_H

#include "../bridge.h"

/* --- calls.c --- */

/* Puts the answers into that module's import table, and into no other's. Once. */
void answer_capi_calls(HMODULE wine_crypt32);

/* Once for the process; another thread's comes first and is kept. 0: there is none. */
HCRYPTPROV software_csp(void);

/* --- references.c: handles that are held more than once --- */

/* One more; each is given back by drop_reference or free_key. FALSE: no memory. */
BOOL add_reference(NCRYPT_KEY_HANDLE key);

/* FALSE: there was none beside the first, which is the caller's to free. */
BOOL drop_reference(NCRYPT_KEY_HANDLE key);

/* Drops a reference or frees the handle with its last. The program may have freed it by itself meanwhile: that is not
 * an error. Leaves the last error alone. */
void free_key(NCRYPT_KEY_HANDLE key);

/* --- import_key.c --- */

BOOL WINAPI capi_import_key(HCRYPTPROV handle, const BYTE *blob, DWORD size, HCRYPTKEY wrapping, DWORD flags,
                            HCRYPTKEY *key);

/* --- sign.c: hashes and signatures --- */

BOOL WINAPI capi_create_hash(HCRYPTPROV handle, ALG_ID algorithm, HCRYPTKEY key, DWORD flags, HCRYPTHASH *hash);
BOOL WINAPI capi_destroy_hash(HCRYPTHASH hash);
BOOL WINAPI capi_sign_hash(HCRYPTHASH hash, DWORD spec, const WCHAR *description, DWORD flags, BYTE *output,
                           DWORD *size);
BOOL WINAPI capi_verify_signature(HCRYPTHASH hash, const BYTE *signature, DWORD size, HCRYPTKEY key,
                                  const WCHAR *description, DWORD flags);

#endif
