/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The tables of curves, for ec_curve.c, which has their names. */
#ifndef ENGINE_EC_CURVE_H
#define ENGINE_EC_CURVE_H

#include "ec/ec.h"

/* ec_curve_nist.c */
extern const struct curve curve_p192, curve_p224, curve_25519;

/* ec_curve_brainpool.c */
extern const struct curve curve_brainpool_p160r1, curve_brainpool_p160t1, curve_brainpool_p192r1,
    curve_brainpool_p192t1, curve_brainpool_p224r1, curve_brainpool_p224t1, curve_brainpool_p256r1,
    curve_brainpool_p256t1, curve_brainpool_p320r1, curve_brainpool_p320t1, curve_brainpool_p384r1,
    curve_brainpool_p384t1, curve_brainpool_p512r1, curve_brainpool_p512t1;

/* ec_curve_secg.c */
extern const struct curve curve_secp160k1, curve_secp160r1, curve_secp160r2, curve_secp192k1, curve_secp224k1,
    curve_secp256k1, curve_wtls9, curve_wapi192;

/* ec_curve_x962.c */
extern const struct curve curve_x962_p192v2, curve_x962_p192v3, curve_x962_p239v1, curve_x962_p239v2,
    curve_x962_p239v3;

#endif
