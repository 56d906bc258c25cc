/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Handles that belong to certificates: who sets a property to a handle without CERT_STORE_NO_CRYPT_RELEASE_FLAG leaves
 * it to the certificate, which frees it when the property changes and with its last reference.
 *
 * Wine tells nobody that a certificate goes. But at the end it frees what it has decoded of the certificate with
 * LocalFree, and that call is seen in its import table: pCertInfo, which all contexts of a certificate share, stands
 * for the certificate. */
#ifndef CRYPT32_OWNER_H
#define CRYPT32_OWNER_H

#include "bridge.h"

/* The certificate owns that key from now on; 0: none. The one that it owned before is freed. */
void give_key_to(PCCERT_CONTEXT cert, NCRYPT_KEY_HANDLE key);

/* 0: none. */
NCRYPT_KEY_HANDLE owned_key(PCCERT_CONTEXT cert);

/* No certificate owns that key any more, and it is not freed. */
void disown_key(NCRYPT_KEY_HANDLE key);

/* Has the copy that a store has made got the handle that the certificate owns? Then both own it. */
void share_key(PCCERT_CONTEXT cert, PCCERT_CONTEXT copy);

/* Once. */
void watch_certificates(HMODULE wine_crypt32);

#endif
