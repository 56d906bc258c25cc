/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files of EC keys in PKCS#8 share. */
#ifndef ENGINE_PKCS8_EC_H
#define ENGINE_PKCS8_EC_H

#include "ec/ec.h"
#include "format/pkcs8.h"

/* parameters: what follows the OID of EC keys. group: "ECDSA" or "ECDH". NTE_NOT_SUPPORTED for a curve that is unknown
 * or that the group cannot use; numbers are checked as ec_explicit_open says. After success call ec_group_free, or
 * ec_new. */
nte_status pkcs8_read_curve(const struct algorithm_list *algorithms, struct reader parameters, const char *group,
                            struct ec_group *chosen);

/* By its OID, or by its numbers if it has none or was given by them (row 18.3). */
void pkcs8_write_curve(const struct ec_group *group, struct writer *w);

#endif
