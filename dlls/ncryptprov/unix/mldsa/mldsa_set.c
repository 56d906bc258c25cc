/* SPDX-License-Identifier: LGPL-2.1-or-later
 * FIPS 204 4: the parameter sets. */
#include "mldsa/mldsa.h"

const struct mldsa_set mldsa_sets[MLDSA_SET_COUNT] =
{
    {"44", 128, 4, 4, 39, 80, 2, 1 << 17, 95232, 78, 3, 18, 6, 1312, 2560, 2420},
    {"65", 192, 6, 5, 49, 55, 4, 1 << 19, 261888, 196, 4, 20, 4, 1952, 4032, 3309},
    {"87", 256, 8, 7, 60, 75, 2, 1 << 19, 261888, 120, 3, 20, 4, 2592, 4896, 4627},
};
