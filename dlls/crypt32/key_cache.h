/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Handles that certificates keep. */
#ifndef CRYPT32_KEY_CACHE_H
#define CRYPT32_KEY_CACHE_H

#include "bridge.h"

/* One handle for all certificates that name the same key: Wine never frees a handle that a certificate
 * keeps, so each certificate context would otherwise leave one behind. A handle that the program has freed or deleted,
 * and one whose key has been replaced by another of the same name, is not used again. The caller must not free it. */
SECURITY_STATUS key_cache_open(const CRYPT_KEY_PROV_INFO *info, DWORD flags, NCRYPT_KEY_HANDLE *key);

/* Is it one of these handles? */
BOOL key_cache_has(NCRYPT_KEY_HANDLE key);

#endif
