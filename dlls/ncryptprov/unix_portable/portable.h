/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The portable build has no GnuTLS in it, because Debian's libgnutls.a cannot be linked into a shared object. What the
 * engine calls of GnuTLS is here instead, over nettle, under GnuTLS's own names, from GnuTLS's own headers: the same
 * objects of the engine are linked with either. What a function takes and returns is what the manual of GnuTLS says.
 * Not here: GnuTLS's configuration of the system and its FIPS mode. */
#ifndef PORTABLE_H
#define PORTABLE_H

#include <nettle/md5.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <nettle/sha3.h>

/* Room for the state of each hash. */
union hash_context
{
    struct md5_ctx md5;
    struct sha1_ctx sha1;
    struct sha256_ctx sha256;
    struct sha512_ctx sha512;
    struct sha3_256_ctx sha3_256;
    struct sha3_384_ctx sha3_384;
    struct sha3_512_ctx sha3_512;
};

/* The hash of a gnutls_digest_algorithm_t, or of the gnutls_mac_algorithm_t that is HMAC with it: both have one
 * number. NULL: none of those that the engine uses. */
const struct nettle_hash *portable_hash(int algorithm);

#endif
