/* SPDX-License-Identifier: LGPL-2.1-or-later
 * RSA keys and the two operations of RSA on numbers. Padding is rsa_pad.h. */
#ifndef ENGINE_RSA_H
#define ENGINE_RSA_H

#include "family.h"
#include "number/montgomery.h"

#define RSA_MIN_BITS 384            /* Windows imports such keys (doc/facts/windows-behaviour.md 8.10) */
#define RSA_MAX_BITS 16384
#define RSA_MAX_EXPONENT_SIZE 8     /* bytes (doc/facts/windows-api.md 4.1) */

struct rsa_blinding;

/* Immutable but for the blinding, which has a lock of its own. The number members point into limbs; the ones
 * of the private part are NULL in a public key. Tops of n, p, q are not zero. */
struct rsa_key
{
    struct material material;
    size_t n_size, p_size, q_size;  /* bytes */
    mp_size_t nn, pn, qn;           /* limbs */
    mp_limb_t *n, *d;               /* nn limbs */
    mp_limb_t *p, *dp, *qinv;       /* pn limbs */
    mp_limb_t *q, *dq;              /* qn limbs */
    mp_limb_t e[RSA_MAX_EXPONENT_SIZE / LIMB_BYTES];
    mp_size_t en;
    size_t e_bits, p_bits, q_bits;
    struct montgomery mod_n;        /* and of a private key: */
    struct montgomery mod_p, mod_q;
    mp_size_t itch;                 /* limbs of scratch that suffice for any step */
    struct rsa_blinding *blinding;
    mp_limb_t limbs[];
};

/* Numbers of a key as a blob or a PKCS#8 structure has them: big-endian, leading zeros allowed. */
struct rsa_numbers
{
    struct bytes n, e, p, q, dp, dq, qinv, d;
};

/* --- rsa_key.c --- */

/* These make keys without an algorithm: the caller has the row, and sets material.alg. */

/* NTE_INVALID_PARAMETER for numbers that do not make a key: even, too small or too large, n other than p * q, e
 * without an inverse, p or q not prime (found by one operation with the key). d, dp, dq and qinv are
 * ignored and computed again, as Windows does: d is the inverse of e modulo (p - 1)(q - 1). */
nte_status rsa_import_public(const struct rsa_numbers *numbers, struct rsa_key **key);
nte_status rsa_import_private(const struct rsa_numbers *numbers, struct rsa_key **key);

/* Takes every number as given, checking only what costs nothing. For our own key file. */
nte_status rsa_import_trusted(const struct rsa_numbers *numbers, struct rsa_key **key);

void rsa_free(struct rsa_key *key); /* wipes; NULL may be freed */

/* --- rsa_generate.c --- */

/* e = 65537; p and q as FIPS 186-5 A.1.3 has them. bits: RSA_MIN_BITS to RSA_MAX_BITS, any multiple of 8. Uses a second
 * thread if it gets one, which ends before this returns and handles no signal. */
nte_status rsa_generate(uint32_t bits, struct rsa_key **key);

/* --- rsa.c: input and output have n_size bytes and may be the same memory --- */

/* input ^ e mod n, in constant time; NTE_INVALID_PARAMETER when input is not below n. */
nte_status rsa_public(const struct rsa_key *key, const uint8_t *input, uint8_t *output);

/* input ^ d mod n, the one operation with the private numbers: blinded, constant-time, proved with e before
 * it leaves. NTE_INVALID_PARAMETER when input is not below n; NTE_INTERNAL_ERROR when the proof fails (then
 * output is untouched). Many threads may use one key. */
nte_status rsa_private(const struct rsa_key *key, const uint8_t *input, uint8_t *output);

/* --- rsa_blind.c --- */

struct rsa_blinding *rsa_blinding_alloc(mp_size_t nn);
void rsa_blinding_free(struct rsa_blinding *blinding);      /* wipes; NULL may be freed */

/* a = r ^ e, b = 1 / r modulo n, in Montgomery form, for a random r that no other call gets. a, b: nn limbs;
 * tp: key->itch limbs. */
nte_status rsa_blinding_take(const struct rsa_key *key, mp_limb_t *a, mp_limb_t *b, mp_limb_t *tp);

/* After a failed proof: the next call draws a fresh r. */
void rsa_blinding_drop(struct rsa_blinding *blinding);

/* --- rsa_blob.c --- */

/* RSAFULLPRIVATEBLOB, trusted: family.load. */
nte_status rsa_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material);

blob_import rsa_import_public_blob, rsa_import_private_blob, rsa_import_full_private_blob;
blob_export rsa_export_public_blob, rsa_export_private_blob, rsa_export_full_private_blob;

/* --- rsa_capi.c --- */

blob_import rsa_import_capi_public_blob, rsa_import_capi_private_blob;
blob_export rsa_export_capi_public_blob, rsa_export_capi_private_blob;

/* --- rsa_family.c --- */

extern const struct family rsa_family;

/* Every padding over a private operation that is done by somebody else: keeper has the private numbers of key, and
 * private raises n_size bytes to their power, with statuses as rsa_private. Further statuses as struct family says. */
typedef nte_status rsa_operation(const void *keeper, const uint8_t *input, uint8_t *output);

nte_status rsa_sign_with(const struct rsa_key *key, const struct padding *padding, struct bytes digest,
                         rsa_operation *private, const void *keeper, uint8_t *signature);
nte_status rsa_decrypt_with(const struct rsa_key *key, const struct padding *padding, struct bytes input,
                            rsa_operation *private, const void *keeper, uint8_t *output, uint32_t size,
                            uint32_t *result);

/* The checks that come before those, for a keeper that pads by itself: the hash that the padding names, NULL if it
 * names none. */
struct hash;
nte_status rsa_signature_hash(const struct padding *padding, const struct hash **hash);
nte_status rsa_decryption_hash(const struct rsa_key *key, const struct padding *padding, struct bytes input,
                               const struct hash **hash);

/* A message that was decrypted, as struct family.decrypt gives it out. */
nte_status rsa_give_message(const uint8_t *message, size_t length, uint8_t *output, uint32_t size, uint32_t *result);

/* --- pkcs8_rsa.c: as struct family has them --- */

extern const char *const pkcs8_rsa_oids[];
nte_status pkcs8_import_rsa(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                            struct material **material);
blob_export pkcs8_export_rsa;

#endif
