/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A run of bytes sealed with AES-256-GCM, as key files have them: nonce, ciphertext, tag. */
#ifndef ENGINE_SEAL_H
#define ENGINE_SEAL_H

#include "base/memory.h"
#include "base/status.h"

#define SEAL_KEY_SIZE   32
#define SEAL_NONCE_SIZE 12
#define SEAL_TAG_SIZE   16
#define SEAL_OVERHEAD   (SEAL_NONCE_SIZE + SEAL_TAG_SIZE)

/* sealed: room for clear.size + SEAL_OVERHEAD bytes. header is authenticated as well. */
nte_status seal(const uint8_t key[SEAL_KEY_SIZE], struct bytes header, struct bytes clear, uint8_t *sealed);

/* sealed.size is SEAL_OVERHEAD at least. clear->data is secret_alloc'ed, which the caller frees whatever the status is.
 * NTE_BAD_DATA: another key, another header, or damaged. */
nte_status unseal(const uint8_t key[SEAL_KEY_SIZE], struct bytes header, struct bytes sealed, struct bytes *clear);

#endif
