/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The scalars of a curve; see ec_backend.h. */
#include "ec/ec_backend.h"

void scalar_range_init(struct scalar_range *range, const struct ec_numbers *numbers)
{
    struct bytes order = {numbers->order, numbers->order_size};
    uint32_t spare = 0;

    limbs_from_bytes(range->order, EC_LIMBS, order);
    range->size = numbers->size;
    if (numbers->order_bits < 8 * numbers->size) spare = 8 * numbers->size - numbers->order_bits;
    range->top_mask = 0xff >> spare;
}

int scalar_take(const struct scalar_range *range, mp_limb_t *scalar, const uint8_t *data)
{
    struct bytes number = {data, range->size};

    limbs_from_bytes(scalar, EC_LIMBS, number);
    return limbs_less(scalar, range->order, EC_LIMBS) & !limbs_zero(scalar, EC_LIMBS);
}

nte_status scalar_draw(const struct scalar_range *range, struct random_source *random, mp_limb_t *scalar)
{
    uint8_t data[EC_MAX_SIZE];

    do
    {
        random_fill(random, range->size, data);
        data[0] &= range->top_mask;
    } while (!scalar_take(range, scalar, data));
    wipe(data, sizeof(data));
    return random->failed ? NTE_INTERNAL_ERROR : NTE_SUCCESS;
}
