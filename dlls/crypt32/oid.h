/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The part of CryptFindOIDInfo's table that is in a file of its own. */
#ifndef CRYPT32_OID_H
#define CRYPT32_OID_H

#define CRYPT_OID_INFO_HAS_EXTRA_FIELDS
#include "bridge.h"

/* --- oid_set.c: keys first, then signatures, which have the same OIDs --- */

#define SET_OID_COUNT 9
extern const CRYPT_OID_INFO set_oids[SET_OID_COUNT];

#endif
