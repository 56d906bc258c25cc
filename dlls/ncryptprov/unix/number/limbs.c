/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Numbers as limbs; see limbs.h. */
#include <string.h>

#include "number/limbs.h"

size_t number_bits(struct bytes number)
{
    size_t bits;
    uint8_t top;

    if (!number.size) return 0;
    bits = (number.size - 1) * 8;
    for (top = number.data[0]; top; top >>= 1) bits++;
    return bits;
}

mp_size_t limbs_for_bytes(size_t bytes)
{
    return (bytes + LIMB_BYTES - 1) / LIMB_BYTES;
}

void limbs_from_bytes(mp_limb_t *limbs, mp_size_t count, struct bytes number)
{
    size_t i;

    memset(limbs, 0, count * LIMB_BYTES);
    for (i = 0; i < number.size; i++)
        limbs[i / LIMB_BYTES] |= (mp_limb_t)number.data[number.size - 1 - i] << (i % LIMB_BYTES * 8);
}

void limbs_to_bytes(uint8_t *data, size_t size, const mp_limb_t *limbs, mp_size_t count)
{
    size_t i;

    for (i = 0; i < size; i++)
        data[size - 1 - i] = i / LIMB_BYTES < (size_t)count ? limbs[i / LIMB_BYTES] >> (i % LIMB_BYTES * 8) : 0;
}

void limbs_write(struct writer *w, size_t size, const mp_limb_t *limbs, mp_size_t count)
{
    uint8_t *data = write_space(w, size);

    if (data) limbs_to_bytes(data, size, limbs, count);
}

int limbs_zero(const mp_limb_t *limbs, mp_size_t count)
{
    mp_limb_t any = 0;
    mp_size_t i;

    for (i = 0; i < count; i++) any |= limbs[i];
    return 1 ^ ((any | -any) >> (GMP_NUMB_BITS - 1));
}

int limbs_less(const mp_limb_t *a, const mp_limb_t *b, mp_size_t count)
{
    mp_limb_t borrow = 0, diff;
    mp_size_t i;

    for (i = 0; i < count; i++)
    {
        diff = a[i] - b[i];
        borrow = (((~a[i] & b[i]) | (~(a[i] ^ b[i]) & (diff - borrow))) >> (GMP_NUMB_BITS - 1)) & 1;
    }
    return borrow;
}

/* Newton's iteration: an odd number is its own inverse modulo 8, and each step doubles the bits. */
mp_limb_t limb_negative_inverse(mp_limb_t m)
{
    mp_limb_t x = m;
    int bits;

    for (bits = 3; bits < GMP_NUMB_BITS; bits *= 2) x *= 2 - m * x;
    return -x;
}

mp_limb_t limbs_redc(mp_limb_t *t, const mp_limb_t *m, mp_size_t count, mp_limb_t inverse)
{
    mp_limb_t carry = 0, high, sum;
    mp_size_t i;

    for (i = 0; i < count; i++)
    {
        high = mpn_addmul_1(t + i, m, count, t[i] * inverse);
        sum = t[i + count] + high;
        high = sum < high;
        t[i + count] = sum + carry;
        carry = high + (t[i + count] < carry);
    }
    return carry;
}

void mpz_wipe_clear(mpz_t x)
{
    if (x->_mp_alloc) wipe(x->_mp_d, x->_mp_alloc * LIMB_BYTES);
    mpz_clear(x);
}
