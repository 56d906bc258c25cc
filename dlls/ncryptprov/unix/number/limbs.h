/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Numbers in the form of GMP's mpn layer: limbs, least significant first. Blobs and signatures store them as
 * bytes, most significant first. Running times depend only on sizes, unless stated otherwise. */
#ifndef ENGINE_LIMBS_H
#define ENGINE_LIMBS_H

#include <gmp.h>

#include "base/memory.h"

#define LIMB_BYTES sizeof(mp_limb_t)

/* Bits of a number, from its length and its top byte; number is trimmed. */
size_t number_bits(struct bytes number);

/* Limbs needed for that many bytes. */
mp_size_t limbs_for_bytes(size_t bytes);

/* number takes at most count limbs; the rest become zero. */
void limbs_from_bytes(mp_limb_t *limbs, mp_size_t count, struct bytes number);

/* The low size bytes of the number, padded with leading zeros if it has fewer. */
void limbs_to_bytes(uint8_t *data, size_t size, const mp_limb_t *limbs, mp_size_t count);

/* Appends the result of limbs_to_bytes. */
void limbs_write(struct writer *w, size_t size, const mp_limb_t *limbs, mp_size_t count);

static inline mp_size_t larger_size(mp_size_t a, mp_size_t b)
{
    return a > b ? a : b;
}

/* 1 when the number is zero. */
int limbs_zero(const mp_limb_t *limbs, mp_size_t count);

/* 1 when a < b; both have count limbs. */
int limbs_less(const mp_limb_t *a, const mp_limb_t *b, mp_size_t count);

/* -1 / m modulo 2^(bits of a limb), for an odd m. */
mp_limb_t limb_negative_inverse(mp_limb_t m);

/* Montgomery's reduction: adds multiples of m to t, 2 * count limbs, until the lower half is zero. The upper half and
 * the carry that is returned, 0 or 1, are t / R then. inverse: limb_negative_inverse(m[0]). */
mp_limb_t limbs_redc(mp_limb_t *t, const mp_limb_t *m, mp_size_t count, mp_limb_t inverse);

/* Wipes all that x ever allocated last, then frees it. */
void mpz_wipe_clear(mpz_t x);

#endif
