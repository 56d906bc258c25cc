/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Checks whether the given numbers describe a curve for which our formulas hold. */
#ifndef ENGINE_EC_VALIDATE_H
#define ENGINE_EC_VALIDATE_H

#include "ec/ec.h"

/* NTE_INVALID_PARAMETER unless p and the order are odd primes and differ, a, b, x and y are less than p, the curve is
 * not singular, the base point is on it, its order is the given one, and that is the number of points (it is within
 * Hasse's bound). NTE_NOT_SUPPORTED unless p has 160 to 521 bits. */
nte_status ec_validate(const struct ec_numbers *numbers);

/* The part of that which costs next to nothing: no primality test and no point multiplication. With such numbers the
 * formulas terminate, whatever their result. */
nte_status ec_validate_plain(const struct ec_numbers *numbers);

#endif
