/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Whether given numbers are those of a curve for which our formulas hold. */
#ifndef ENGINE_EC_VALIDATE_H
#define ENGINE_EC_VALIDATE_H

#include "ec/ec.h"

/* NTE_INVALID_PARAMETER unless p and the order are odd primes and differ, a, b, x and y are less than p, the
 * curve is not singular, the base point is on it, its order is the one given, and that is the number of points
 * (it is within Hasse's bound). NTE_NOT_SUPPORTED unless p has 160 to 521 bits. */
nte_status ec_validate(const struct ec_numbers *numbers);

/* What of that costs next to nothing: neither a primality test nor a point multiplication. With such numbers the
 * formulas end, whatever they give. */
nte_status ec_validate_plain(const struct ec_numbers *numbers);

#endif
