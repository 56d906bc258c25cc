/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Elliptic curves and keys on them. Numbers are big-endian, curve->size bytes, except on curve25519, whose
 * numbers are the little-endian strings of RFC 7748 and whose points have no y: it is zero. */
#ifndef ENGINE_EC_H
#define ENGINE_EC_H

#include "family.h"

#define EC_MAX_SIZE 66              /* bytes: P-521 */

struct ec_magics                    /* BCRYPT_ECCKEY_BLOB.dwMagic */
{
    uint32_t public_key, private_key;
};

struct ec_numbers                   /* y^2 = x^3 + a x + b modulo p; cofactor 1 */
{
    uint8_t p[EC_MAX_SIZE], a[EC_MAX_SIZE], b[EC_MAX_SIZE];
    uint8_t x[EC_MAX_SIZE], y[EC_MAX_SIZE];     /* the base point */
    uint8_t order[EC_MAX_SIZE];     /* of the base point; order_size bytes, the others have size */
    uint32_t size, order_size, order_bits;
};

struct ec_published                 /* the same, as printed in the standards */
{
    const char *p, *a, *b, *x, *y, *order;
};

struct curve
{
    const char *name;               /* the first of its names; "" when it has none */
    const char *oid;                /* NULL: none */
    uint32_t bits;                  /* of the field */
    uint32_t size;                  /* bytes of a number; not affected by an order that takes one byte more */
    struct ec_magics ecdh, ecdsa;   /* of the algorithms for this curve alone */
    struct ec_published published;
    const struct ec_numbers *numbers;   /* in place of published: explicit parameters */
    const struct ec_backend *backend;
    const void *(*nettle)(void);    /* for its backend */
    const struct ec_backend *(*faster)(void);   /* another, on some processors: NULL when it cannot run here */
};

/* --- ec_curve.c, ec_curve_*.c --- */

extern const struct curve curve_p256, curve_p384, curve_p521;

/* The names that a program may use (doc/facts/windows-api.md 3), in the order of the "ECCCurveNameList". A curve may
 * have several. */
struct curve_name
{
    const char *name;
    const struct curve *curve;
};

extern const struct curve_name curve_names[];
extern const size_t curve_name_count;

#define EC_MAX_NAME 64              /* characters with NUL; ours have less than half */

/* Ignores case; NULL: no curve has that name. */
const struct curve_name *curve_find(const uint16_t *name);
const struct curve *curve_find_oid(const char *oid);

/* Not for curve25519. */
void curve_numbers(const struct curve *curve, struct ec_numbers *numbers);
int curve_has_numbers(const struct curve *curve);

/* 1 when keys of alg can be on that curve. */
int curve_allowed(const struct algorithm *alg, const struct curve *curve);

/* 1 when both are the same curve. */
int curve_equal(const struct curve *a, const struct curve *b);

/* The magics in the blobs of such keys: those of alg->group and curve, or the generic ones of the group. */
const struct ec_magics *ec_magics(const struct algorithm *alg);
/* Those of the generic algorithm of its group. */
const struct ec_magics *ec_generic_magics(const struct algorithm *alg);
int is_ecdsa(const struct algorithm *alg);

/* The algorithm that a magic stands for; NULL: none. */
const struct algorithm *ec_find_magic(const struct algorithm_list *algorithms, uint32_t magic, int *has_private);

/* --- ec_domain.c: on which curve a key is --- */

struct ec_explicit;

struct ec_group
{
    const struct algorithm *alg;
    const struct curve *curve;
    const char *name;               /* "ECCCurveName": the one that was asked for; "" for explicit parameters */
    struct bytes parameters;        /* "ECCParameters" as they were given; empty after a name */
    struct ec_explicit *owned;      /* what holds them, freed by ec_group_free; or NULL */
};

/* If alg has a curve of its own, that curve; name and parameters are then ignored. For a generic alg exactly one of the
 * two must be given: NTE_INVALID_PARAMETER otherwise and for an unknown name, NTE_NOT_SUPPORTED for a curve that alg
 * cannot use. Parameters are checked as ec_explicit_open says. */
nte_status ec_group_choose(const struct algorithm *alg, const uint16_t *name, struct bytes parameters,
                           struct ec_group *group);
void ec_group_free(struct ec_group *group);

/* --- ec_explicit.c: BCRYPT_ECC_PARAMETER_HEADER and what follows it --- */

struct ec_explicit
{
    struct curve curve;
    struct ec_numbers numbers;
    uint8_t parameters[];           /* group.parameters */
};

/* Those of a named curve are recognised, and that curve is used. Otherwise they must be those of a curve of prime order
 * with field numbers of 160 to 521 bits: NTE_INVALID_PARAMETER when they contradict each other (this is proved, except
 * that the two primes are only tested); NTE_NOT_SUPPORTED for other kinds and sizes of curves; NTE_BAD_DATA when the
 * sizes do not add up. trusted: skips these checks, for our own key files. */
nte_status ec_explicit_open(const struct algorithm *alg, struct bytes parameters, int trusted,
                            struct ec_group *group);

/* Takes the parameters off the front of r. */
struct bytes ec_explicit_read(struct reader *r);

/* Appends those of a group: as they were given, or made from the curve's numbers. NTE_NOT_SUPPORTED for curve25519. */
nte_status ec_explicit_write(const struct ec_group *group, struct writer *w);

/* Bytes that the order, and a private number, take in those. */
uint32_t ec_explicit_order_size(const struct ec_group *group);

/* The seed in the parameters that were given; data NULL when there is none. */
struct bytes ec_explicit_seed(const struct ec_group *group);

/* --- ec.c --- */

struct ec_key
{
    struct material material;
    const struct curve *curve;      /* group.curve */
    struct ec_group group;
    uint8_t x[EC_MAX_SIZE], y[EC_MAX_SIZE];
    uint8_t d[EC_MAX_SIZE];         /* when material.has_private */
    const struct ec_backend *backend;   /* curve->backend, or the faster one */
    struct ec_native *native;       /* what the backend stores with the key */
};

enum ec_check
{
    EC_TRUSTED,                     /* for our own key file: the point is assumed to be that of d */
    EC_CHECKED,
};

/* All of these take over *group, even when they fail. NTE_INVALID_PARAMETER unless the point is on the curve and is not
 * infinity, and d is in 1 .. order - 1. d NULL: a public key. With d, the point of a checked key is computed from d: a
 * point of another key is replaced, and x and y may be NULL or all zero (rows 18.1, 18.2). */
nte_status ec_new(struct ec_group *group, const uint8_t *x, const uint8_t *y, const uint8_t *d,
                  enum ec_check check, struct ec_key **key);
nte_status ec_new_random(struct ec_group *group, struct ec_key **key);

void ec_free(struct ec_key *key);   /* wipes; accepts NULL */

/* ECDSA (FIPS 186-4 6.4) over the leftmost bits of the digest, which has one byte or more. signature: r, s,
 * curve->size bytes each. ec_verify gives NTE_BAD_SIGNATURE for any r, s that do not fit. NTE_NOT_SUPPORTED on
 * curve25519. */
nte_status ec_sign(const struct ec_key *key, struct bytes digest, uint8_t *signature);
nte_status ec_verify(const struct ec_key *key, struct bytes digest, const uint8_t *signature);

/* Diffie-Hellman: the x coordinate of d * the peer's point, curve->size bytes (on curve25519 in that curve's byte
 * order). NTE_INVALID_PARAMETER for a peer on another curve, and for a point of small order. */
nte_status ec_agree(const struct ec_key *key, const struct ec_key *peer, uint8_t *secret);

/* --- ec_blob.c --- */

blob_import ec_import_public_blob, ec_import_private_blob;
blob_export ec_export_public_blob, ec_export_private_blob;

/* --- ec_full_blob.c --- */

blob_import ec_import_full_public_blob, ec_import_full_private_blob;
blob_export ec_export_full_public_blob, ec_export_full_private_blob;

nte_status ec_load_full(const struct algorithm_list *algorithms, struct bytes data, struct material **material);

/* --- ec_save.c: how a key file keeps a key --- */

blob_export ec_save_public, ec_save_private;
nte_status ec_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material);
blob_import ec_load_public;

/* --- ec_family.c --- */

extern const struct family ec_family;

/* The group that was set on a key before it is finalized, as ec_group_choose. parameters were checked when they were
 * set. */
nte_status ec_group_of_parameters(const struct algorithm *alg, const struct property_list *parameters,
                                  struct ec_group *group);

/* --- pkcs8_ec.c: as struct family has them --- */

extern const char *const pkcs8_ec_oids[];
nte_status pkcs8_import_ec(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                           struct material **material);
blob_export pkcs8_export_ec;
/* The attributes that say what an EC key of this group, "ECDSA" or "ECDH", is for. */
void pkcs8_write_usage(struct writer *w, const char *group);

#endif
