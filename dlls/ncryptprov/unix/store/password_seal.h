/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A private part under a password (doc/key-file.md, "A private part under a password"). What the key file then
 * seals with the store key is the locked part, so that either alone opens nothing. */
#ifndef ENGINE_PASSWORD_SEAL_H
#define ENGINE_PASSWORD_SEAL_H

#include "crypto/seal.h"
#include "store/store.h"

#ifndef LOCK_MAX_ITERATIONS         /* the fuzz targets have less patience */
#define LOCK_ITERATIONS     600000u /* what new locks take */
#define LOCK_MAX_ITERATIONS 10000000u
#endif
#define LOCK_MIN_ITERATIONS 1000u   /* what a lock may say */
#define LOCK_BINDING_SIZE   32
#define LOCK_KEY_SIZE       SEAL_KEY_SIZE
#define MAX_PASSWORD_SIZE   2048    /* bytes of UTF-16, without NUL */

/* The digest of what a private part belongs to: algorithm, public part, key spec, policies. It opens together
 * with these and no others. */
nte_status lock_binding(const struct stored_key *stored, uint8_t binding[LOCK_BINDING_SIZE]);

/* password: UTF-16 without NUL, not empty. Appends the locked form of clear to w. */
nte_status lock_part(struct bytes clear, struct bytes password, const uint8_t binding[LOCK_BINDING_SIZE],
                     uint32_t iterations, struct writer *w);

/* The same, and gives the key that the password makes for it; a secret, to be wiped whatever the status. */
nte_status lock_part_and_key(struct bytes clear, struct bytes password, const uint8_t binding[LOCK_BINDING_SIZE],
                             uint32_t iterations, struct writer *w, uint8_t key[LOCK_KEY_SIZE]);

/* The key that a password makes for one locked part, with the salt in it; a secret, and opens no other part.
 * NTE_BAD_DATA: no locked part. A wrong password makes a key that does not fit. */
nte_status lock_key(struct bytes locked, struct bytes password, uint8_t key[LOCK_KEY_SIZE]);

/* unlock_part with that key in place of the password: takes no time worth mentioning. */
nte_status unlock_part_with_key(struct bytes locked, const uint8_t key[LOCK_KEY_SIZE],
                                const uint8_t binding[LOCK_BINDING_SIZE], struct bytes *clear);

/* *clear is to be freed with secret_free after a success.
 *   NTE_INCORRECT_PASSWORD   another password, another binding, or changed by somebody
 *   NTE_BAD_DATA             no locked part */
nte_status unlock_part(struct bytes locked, struct bytes password, const uint8_t binding[LOCK_BINDING_SIZE],
                       struct bytes *clear);

#endif
