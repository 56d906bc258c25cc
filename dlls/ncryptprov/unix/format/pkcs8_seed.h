/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Private keys of ML-DSA and ML-KEM in a PrivateKeyInfo (RFC 9881, RFC 9935): a seed, what is computed from it, or
 * both. */
#ifndef ENGINE_PKCS8_SEED_H
#define ENGINE_PKCS8_SEED_H

#include "format/pkcs8.h"

/* One of the two at least; data NULL: it is not there. */
struct seed_key
{
    struct bytes seed, expanded;
};

/* The three forms of the standards, and either value by itself, as early builds of Windows have it (row A.63). The
 * parts point into info and have the sizes that the set says. NTE_BAD_DATA: anything else, or parameters. */
nte_status pkcs8_read_seed_key(const struct pkcs8_info *info, size_t seed_size, size_t expanded_size,
                               struct seed_key *parts);

/* Appends the AlgorithmIdentifier and the OCTET STRING with the seed, or else with what is expanded. */
void pkcs8_write_seed_key(struct writer *w, const char *oid, const struct seed_key *parts);

#endif
