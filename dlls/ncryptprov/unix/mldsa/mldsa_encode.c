/* SPDX-License-Identifier: LGPL-2.1-or-later
 * FIPS 204 7.1 and 7.2: polynomials and hints as bytes. */
#include <string.h>

#include "mldsa/mldsa_math.h"

/* c * sign + top of each coefficient. */
static void pack(uint8_t *bytes, const struct mldsa_poly *f, int32_t sign, int32_t top, unsigned int bits)
{
    unsigned int held = 0, i;
    uint32_t run = 0;

    for (i = 0; i < MLDSA_N; i++)
    {
        run |= (uint32_t)(f->c[i] * sign + top) << held;
        for (held += bits; held >= 8; held -= 8, run >>= 8) *bytes++ = run;
    }
}

static void unpack(struct mldsa_poly *f, const uint8_t *bytes, int32_t sign, int32_t top, unsigned int bits)
{
    unsigned int held = 0, i;
    uint32_t run = 0;

    for (i = 0; i < MLDSA_N; i++)
    {
        for (; held < bits; held += 8) run |= (uint32_t)*bytes++ << held;
        f->c[i] = (int32_t)(run & ((1u << bits) - 1)) * sign + top;
        run >>= bits;
        held -= bits;
    }
}

void mldsa_pack(uint8_t *bytes, const struct mldsa_poly *f, unsigned int bits)
{
    pack(bytes, f, 1, 0, bits);
}

void mldsa_unpack(struct mldsa_poly *f, const uint8_t *bytes, unsigned int bits)
{
    unpack(f, bytes, 1, 0, bits);
}

void mldsa_pack_from(uint8_t *bytes, const struct mldsa_poly *f, int32_t top, unsigned int bits)
{
    pack(bytes, f, -1, top, bits);
}

void mldsa_unpack_from(struct mldsa_poly *f, const uint8_t *bytes, int32_t top, unsigned int bits)
{
    unpack(f, bytes, -1, top, bits);
}

void mldsa_pack_hint(const struct mldsa_set *set, uint8_t *bytes, const struct mldsa_poly *h)
{
    unsigned int count = 0, i, j;

    memset(bytes, 0, set->omega + set->k);
    for (i = 0; i < set->k; i++)
    {
        for (j = 0; j < MLDSA_N; j++) if (h[i].c[j]) bytes[count++] = j;
        bytes[set->omega + i] = count;
    }
}

/* The ones of one polynomial, at bytes[first] to bytes[last - 1]. */
static int unpack_positions(struct mldsa_poly *h, const uint8_t *bytes, unsigned int first, unsigned int last)
{
    unsigned int i;

    memset(h, 0, sizeof(*h));
    for (i = first; i < last; i++)
    {
        if (i > first && bytes[i] <= bytes[i - 1]) return 0;
        h->c[bytes[i]] = 1;
    }
    return 1;
}

int mldsa_unpack_hint(const struct mldsa_set *set, struct mldsa_poly *h, const uint8_t *bytes)
{
    unsigned int count = 0, end, i;

    for (i = 0; i < set->k; i++, count = end)
    {
        end = bytes[set->omega + i];
        if (end < count || end > set->omega) return 0;
        if (!unpack_positions(&h[i], bytes, count, end)) return 0;
    }
    for (i = count; i < set->omega; i++) if (bytes[i]) return 0;
    return 1;
}
