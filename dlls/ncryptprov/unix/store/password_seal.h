/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A private part under a password (doc/key-file.md, "A private part under a password"). The key file
 * then seals the locked part with the store key, so opening it takes both. */
#ifndef ENGINE_PASSWORD_SEAL_H
#define ENGINE_PASSWORD_SEAL_H

#include "crypto/seal.h"
#include "store/store.h"

#ifndef LOCK_MAX_ITERATIONS         /* the fuzz targets set lower limits */
#define LOCK_ITERATIONS     600000u /* of new locks */
#define LOCK_MAX_ITERATIONS 10000000u
#endif
#define LOCK_MIN_ITERATIONS 1000u   /* accepted in a stored lock */
#define LOCK_BINDING_SIZE   32
#define LOCK_KEY_SIZE       SEAL_KEY_SIZE
#define MAX_PASSWORD_SIZE   2048    /* bytes of UTF-16, without NUL */

/* The digest of what a private part belongs to: algorithm, public part, key spec, policies. The private part opens
 * only together with these. */
nte_status lock_binding(const struct stored_key *stored, uint8_t binding[LOCK_BINDING_SIZE]);

/* password: UTF-16 without NUL, not empty. Appends the locked form of clear to w. */
nte_status lock_part(struct bytes clear, struct bytes password, const uint8_t binding[LOCK_BINDING_SIZE],
                     uint32_t iterations, struct writer *w);

/* The same, and returns the key derived from the password; a secret, which the caller wipes whatever the status. */
nte_status lock_part_and_key(struct bytes clear, struct bytes password, const uint8_t binding[LOCK_BINDING_SIZE],
                             uint32_t iterations, struct writer *w, uint8_t key[LOCK_KEY_SIZE]);

/* Derives the key of one locked part from a password and the salt in the part; a secret, but one that opens no other
 * part. NTE_BAD_DATA: not a locked part. A wrong password gives a key that does not open it. */
nte_status lock_key(struct bytes locked, struct bytes password, uint8_t key[LOCK_KEY_SIZE]);

/* unlock_part with that key in place of the password; fast. */
nte_status unlock_part_with_key(struct bytes locked, const uint8_t key[LOCK_KEY_SIZE],
                                const uint8_t binding[LOCK_BINDING_SIZE], struct bytes *clear);

/* After success, free *clear with secret_free.
 *   NTE_INCORRECT_PASSWORD   wrong password, another binding, or tampered with
 *   NTE_BAD_DATA             not a locked part */
nte_status unlock_part(struct bytes locked, struct bytes password, const uint8_t binding[LOCK_BINDING_SIZE],
                       struct bytes *clear);

#endif
