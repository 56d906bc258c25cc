/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Montgomery arithmetic over GMP's mpn layer; see modulus.h. */
#include <string.h>

#include "number/modulus.h"

static void set_number(number r, const mpz_t z)
{
    memset(r, 0, sizeof(number));
    memcpy(r, mpz_limbs_read(z), mpz_size(z) * LIMB_BYTES);
}

void modulus_init(struct modulus *mod, const number m, mp_size_t count)
{
    mpz_t modulus, power;

    mod->count = count;
    memcpy(mod->m, m, sizeof(number));
    mod->inverse = limb_negative_inverse(m[0]);

    mpz_init(power);
    mpz_roinit_n(modulus, mod->m, count);
    mpz_setbit(power, count * GMP_NUMB_BITS);
    mpz_mod(power, power, modulus);
    set_number(mod->one, power);
    mpz_mul(power, power, power);
    mpz_mod(power, power, modulus);
    set_number(mod->square, power);
    mpz_clear(power);
}

/* r = a + carry * 2^(bits of count limbs), less m when that leaves no debt. */
static void subtract_once(const struct modulus *mod, number r, const mp_limb_t *a, mp_limb_t carry)
{
    mp_limb_t borrow = mpn_sub_n(r, a, mod->m, mod->count);

    mpn_cnd_add_n(borrow & (carry ^ 1), r, r, mod->m, mod->count);
}

void mod_reduce(const struct modulus *mod, number r, const number a)
{
    number copy;

    memcpy(copy, a, sizeof(number));
    memset(r, 0, sizeof(number));
    subtract_once(mod, r, copy, 0);
    wipe(copy, sizeof(copy));
}

void mod_mul(struct modulus *mod, number r, const number a, const number b)
{
    mp_limb_t *t = mod->product;
    mp_size_t n = mod->count;

    mpn_sec_mul(t, a, n, b, n, mod->scratch);
    subtract_once(mod, r, t + n, limbs_redc(t, mod->m, n, mod->inverse));
}

void mod_add(const struct modulus *mod, number r, const number a, const number b)
{
    mp_limb_t carry = mpn_add_n(r, a, b, mod->count);

    subtract_once(mod, r, r, carry);
}

void mod_sub(const struct modulus *mod, number r, const number a, const number b)
{
    mp_limb_t borrow = mpn_sub_n(r, a, b, mod->count);

    mpn_cnd_add_n(borrow, r, r, mod->m, mod->count);
}

void mod_enter(struct modulus *mod, number r, const number a)
{
    mod_mul(mod, r, a, mod->square);
}

void mod_leave(struct modulus *mod, number r, const number a)
{
    static const number plain_one = {1};

    mod_mul(mod, r, a, plain_one);
}

/* a^(m - 2): the exponent is public. */
void mod_invert(struct modulus *mod, number r, const number a)
{
    number exponent, power;
    mp_size_t bit;

    memcpy(exponent, mod->m, sizeof(exponent));
    mpn_sub_1(exponent, exponent, mod->count, 2);
    memcpy(power, mod->one, sizeof(power));
    for (bit = mod->count * GMP_NUMB_BITS - 1; bit >= 0; bit--)
    {
        mod_mul(mod, power, power, power);
        if (exponent[bit / GMP_NUMB_BITS] >> bit % GMP_NUMB_BITS & 1) mod_mul(mod, power, power, a);
    }
    memcpy(r, power, sizeof(power));
    wipe(power, sizeof(power));
}
