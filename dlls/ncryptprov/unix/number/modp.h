/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Arithmetic modulo a prime, for DSA and DH. Numbers are limbs in memory of the caller; moduli are odd and their
 * top limb is not zero. "Secret" functions run in a time that depends only on sizes, and leave no secrets in memory. */
#ifndef ENGINE_MODP_H
#define ENGINE_MODP_H

#include "number/limbs.h"
#include "base/random.h"
#include "base/status.h"

/* Reads a number of any length; 0 when it does not fit into count limbs. Time depends only on lengths. */
int modp_take(mp_limb_t *limbs, mp_size_t count, struct bytes number);

/* 1 when 0 < number < modulus. */
int modp_is_unit(const mp_limb_t *number, const mp_limb_t *modulus, mp_size_t count);

/* 1 when 1 < number < modulus - 1: neither 0 nor the elements of order 1 and 2. */
int modp_is_proper(const mp_limb_t *number, const mp_limb_t *modulus, mp_size_t count);

/* Uniformly random with 0 < number < limit, any limit; bits: its length. NTE_INTERNAL_ERROR when there is no
 * randomness. */
nte_status modp_draw(struct random_source *random, mp_limb_t *number, const mp_limb_t *limit, mp_size_t count,
                     size_t bits);

/* result = base ^ exponent mod modulus, of count limbs; result may be base. The exponent has at most bits bits
 * (0 < bits), and exactly that many are processed. */
nte_status modp_power_secret(mp_limb_t *result, const mp_limb_t *base, const mp_limb_t *exponent, size_t bits,
                             const mp_limb_t *modulus, mp_size_t count);

/* 1 when base ^ exponent = 1 mod modulus. For public numbers only. */
int modp_power_is_one(const mp_limb_t *base, const mp_limb_t *exponent, mp_size_t exponent_count,
                      const mp_limb_t *modulus, mp_size_t count);

#endif
