/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Diffie-Hellman keys over the integers modulo a prime, and agreement with them. */
#ifndef ENGINE_DH_H
#define ENGINE_DH_H

#include "family.h"
#include "number/limbs.h"

#define DH_MIN_BITS 512
#define DH_MAX_BITS 4096

/* Immutable. The number members point into limbs and have count limbs each; the top of p is not zero. */
struct dh_key
{
    struct material material;
    size_t size;                    /* bytes of p */
    mp_size_t count;
    mp_limb_t *p, *g, *y, *x;       /* x is zero in a public key */
    mp_limb_t limbs[];
};

/* Big-endian, leading zeros allowed. y of size 0 in a private key: it is computed from x. */
struct dh_numbers
{
    struct bytes p, g, y, x;
};

/* --- dh.c --- */

/* These make keys without an algorithm: the caller has the row, and sets material.alg. */

/* The group is p and g of numbers. x is uniformly random in 1 .. p - 2. */
nte_status dh_generate(const struct dh_numbers *numbers, struct dh_key **key);

/* NTE_INVALID_PARAMETER unless p is odd and has 512 to 4096 bits, 1 < g < p - 1, 1 < y < p - 1, 0 < x < p - 1, and y
 * belongs to x. Whether p is prime is not checked: it is what the two parties agreed upon. */
nte_status dh_import_public(const struct dh_numbers *numbers, struct dh_key **key);
nte_status dh_import_private(const struct dh_numbers *numbers, struct dh_key **key);

/* Without the last check, which costs an exponentiation; y must be given. For our own key files. */
nte_status dh_import_trusted(const struct dh_numbers *numbers, struct dh_key **key);

void dh_free(struct dh_key *key);   /* wipes; accepts NULL */

/* *bits: the length of p. NTE_INVALID_PARAMETER for a p and g that no key may have. */
nte_status dh_check_group(const struct dh_numbers *numbers, uint32_t *bits);

/* The shared secret: dh_secret_size bytes, big-endian with leading zeros. Constant time. NTE_INVALID_PARAMETER when own
 * is public, when the two have different groups, or when the secret is 1 or p - 1, which would reveal a part of x. Both
 * are DH keys. */
size_t dh_secret_size(const struct material *own);
nte_status dh_agree(const struct material *own, const struct material *peer, uint8_t *secret);

/* --- dh_group.c --- */

/* A published group with a safe prime of that many bits, as p and g of *numbers: RFC 7919 for 2048, 3072 and 4096, RFC
 * 2409 for 768 and 1024, RFC 3526 for 1536. NTE_INVALID_PARAMETER for other lengths. */
nte_status dh_published_group(uint32_t bits, struct dh_numbers *numbers);

/* --- dh_blob.c --- */

/* DHPRIVATEBLOB, trusted: family.load. */
nte_status dh_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material);

/* The property "DHParameters": NTE_INVALID_PARAMETER for anything but a whole BCRYPT_DH_PARAMETER_HEADER with p and g
 * after it, of a group that dh_check_group accepts. */
nte_status dh_read_parameters(struct bytes data, struct dh_numbers *numbers, uint32_t *bits);
void dh_write_parameters(struct writer *w, const struct dh_key *key);

blob_import dh_import_public_blob, dh_import_private_blob;
blob_export dh_export_public_blob, dh_export_private_blob;

/* --- dh_capi.c --- */

blob_import dh_import_capi_public_blob, dh_import_capi_private_blob;
blob_export dh_export_capi_public_blob, dh_export_capi_private_blob;

/* --- dh_family.c --- */

extern const struct family dh_family;

#endif
