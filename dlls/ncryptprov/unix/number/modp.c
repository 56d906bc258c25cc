/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Arithmetic modulo a prime; see modp.h. */
#include <string.h>

#include "number/modp.h"

int modp_take(mp_limb_t *limbs, mp_size_t count, struct bytes number)
{
    size_t size = count * LIMB_BYTES;
    uint8_t excess = 0;

    while (number.size > size)
    {
        excess |= *number.data++;
        number.size--;
    }
    limbs_from_bytes(limbs, count, number);
    return !excess;
}

int modp_is_unit(const mp_limb_t *number, const mp_limb_t *modulus, mp_size_t count)
{
    return limbs_less(number, modulus, count) & !limbs_zero(number, count);
}

/* The modulus is odd, so modulus - 1 differs from it in one bit. */
int modp_is_proper(const mp_limb_t *number, const mp_limb_t *modulus, mp_size_t count)
{
    mp_limb_t to_one = number[0] ^ 1, to_minus_one = number[0] ^ modulus[0] ^ 1;
    mp_size_t i;

    for (i = 1; i < count; i++)
    {
        to_one |= number[i];
        to_minus_one |= number[i] ^ modulus[i];
    }
    return modp_is_unit(number, modulus, count) & !limbs_zero(&to_one, 1) & !limbs_zero(&to_minus_one, 1);
}

nte_status modp_draw(struct random_source *random, mp_limb_t *number, const mp_limb_t *limit, mp_size_t count,
                     size_t bits)
{
    struct bytes drawn = {NULL, (bits + 7) / 8};
    uint8_t *data;

    if (!(data = secret_alloc(drawn.size))) return NTE_NO_MEMORY;
    drawn.data = data;
    do
    {
        random_fill(random, drawn.size, data);
        data[0] &= 0xff >> (8 * drawn.size - bits);
        limbs_from_bytes(number, count, drawn);
    } while (!modp_is_unit(number, limit, count));
    secret_free(data);
    return random->failed ? NTE_INTERNAL_ERROR : NTE_SUCCESS;
}

nte_status modp_power_secret(mp_limb_t *result, const mp_limb_t *base, const mp_limb_t *exponent, size_t bits,
                             const mp_limb_t *modulus, mp_size_t count)
{
    mp_limb_t *copy;

    if (!(copy = secret_alloc((count + mpn_sec_powm_itch(count, bits, count)) * LIMB_BYTES))) return NTE_NO_MEMORY;
    memcpy(copy, base, count * LIMB_BYTES);
    mpn_sec_powm(result, copy, count, exponent, bits, modulus, count, copy + count);
    secret_free(copy);
    return NTE_SUCCESS;
}

int modp_power_is_one(const mp_limb_t *base, const mp_limb_t *exponent, mp_size_t exponent_count,
                      const mp_limb_t *modulus, mp_size_t count)
{
    mpz_t b, e, m, power;
    int is_one;

    mpz_init(power);
    mpz_powm(power, mpz_roinit_n(b, base, count), mpz_roinit_n(e, exponent, exponent_count),
             mpz_roinit_n(m, modulus, count));
    is_one = !mpz_cmp_ui(power, 1);
    mpz_clear(power);
    return is_one;
}
