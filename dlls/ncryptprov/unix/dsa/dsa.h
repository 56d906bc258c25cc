/* SPDX-License-Identifier: LGPL-2.1-or-later
 * DSA keys (FIPS 186) and their two operations. */
#ifndef ENGINE_DSA_H
#define ENGINE_DSA_H

#include "family.h"
#include "number/limbs.h"

#define DSA_MIN_BITS 512
#define DSA_MAX_BITS 3072
#define DSA_STEP_BITS 64
#define DSA_OLD_BITS 1024           /* up to here FIPS 186-2: q of 160 bits, version 1 of the blobs */
#define DSA_OLD_Q_SIZE 20           /* bytes */
#define DSA_MAX_Q_SIZE 64
#define DSA_MAX_SEED_SIZE 64
#define DSA_NO_COUNT 0xffffffffu

/* How p and q were made, as blobs record it. Stored for the next export, never checked. */
struct dsa_origin
{
    uint32_t count;                 /* DSA_NO_COUNT: unknown, the seed is then all 0xff */
    uint32_t hash;                  /* 0 SHA-1, 1 SHA-256, 2 SHA-512 */
    uint32_t standard;              /* 0 FIPS 186-2, 1 FIPS 186-3 */
    size_t seed_size;               /* bytes */
    uint8_t seed[DSA_MAX_SEED_SIZE];/* the first byte is the most significant one */
};

/* Immutable. The number members point into limbs; tops of p and q are not zero. */
struct dsa_key
{
    struct material material;
    struct dsa_origin origin;
    size_t p_size, q_size;          /* bytes; 8 * q_size is the length of q in bits */
    mp_size_t pn, qn;               /* limbs */
    mp_limb_t *p, *g, *y;           /* pn limbs */
    mp_limb_t *q, *x;               /* qn limbs; x is zero in a public key */
    mp_limb_t limbs[];
};

/* Big-endian, leading zeros allowed. y of size 0 in a private key: it is computed from x. */
struct dsa_numbers
{
    struct bytes p, q, g, y, x;
};

/* --- dsa_key.c --- */

/* These make keys without an algorithm: the caller has the row, and sets material.alg. */

/* q has 160 bits up to DSA_OLD_BITS and 256 above. bits: what the algorithm allows. */
nte_status dsa_key_generate(uint32_t bits, struct dsa_key **key);

/* What blobs say about p and q from elsewhere. q_size: DSA_MAX_SEED_SIZE at most. */
void dsa_unknown_origin(size_t p_size, size_t q_size, struct dsa_origin *origin);

/* origin NULL: unknown. NTE_INVALID_PARAMETER unless p has an allowed length and is odd, q is a prime of 160 bits
 * (or, above DSA_OLD_BITS, of 160 to 512 in whole bytes) that divides p - 1, g and y generate its group, x is in
 * 1 .. q - 1 and belongs to y. That p is prime is not checked. */
nte_status dsa_import_public(const struct dsa_numbers *numbers, const struct dsa_origin *origin,
                             struct dsa_key **key);
nte_status dsa_import_private(const struct dsa_numbers *numbers, const struct dsa_origin *origin,
                              struct dsa_key **key);

/* Checks only what costs nothing; y must be given. For our own key files. */
nte_status dsa_import_trusted(const struct dsa_numbers *numbers, const struct dsa_origin *origin,
                              struct dsa_key **key);

void dsa_free(struct dsa_key *key); /* wipes; accepts NULL */

/* --- dsa.c --- */

/* Over the leftmost bits of the digest, as many as q has; the digest has one byte or more. signature: r, s, q_size
 * bytes each. Constant time except for the length of the digest. dsa_key_verify gives NTE_BAD_SIGNATURE for any r, s
 * that do not fit. */
nte_status dsa_key_sign(const struct dsa_key *key, struct bytes digest, uint8_t *signature);
nte_status dsa_key_verify(const struct dsa_key *key, struct bytes digest, const uint8_t *signature);

/* --- dsa_blob.c --- */

/* DSAPRIVATEBLOB, trusted: family.load. */
nte_status dsa_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material);

blob_import dsa_import_public_blob, dsa_import_private_blob;
blob_export dsa_export_public_blob, dsa_export_private_blob;

/* --- dsa_capi.c --- */

blob_import dsa_import_capi_public_blob, dsa_import_capi_private_blob;
blob_export dsa_export_capi_public_blob, dsa_export_capi_private_blob;
blob_export dsa_export_capi_v2_public_blob, dsa_export_capi_v2_private_blob;

/* --- dsa_family.c --- */

extern const struct family dsa_family;

/* --- pkcs8_dsa.c: as struct family has them --- */

extern const char *const pkcs8_dsa_oids[];
nte_status pkcs8_import_dsa(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                            struct material **material);
blob_export pkcs8_export_dsa;
/* The AlgorithmIdentifier of a DSA key, with its parameters. Fails only with NTE_NO_MEMORY. */
nte_status pkcs8_write_dsa_algorithm(const struct dsa_key *key, struct writer *w);

#endif
