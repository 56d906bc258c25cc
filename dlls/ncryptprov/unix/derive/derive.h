/* SPDX-License-Identifier: LGPL-2.1-or-later
 * One row for each derivation function that programs know by name: which buffers it takes, what it computes.
 * derive.c reads the rows, derive_secret.c and derive_key.c have them. */
#ifndef ENGINE_DERIVE_H
#define ENGINE_DERIVE_H

#include "crypto/kdf.h"
#include "derive/kdf_parameter.h"
#include "family.h"
#include "lengths.h"

#define BIT(type) (1u << (type))

/* What was set by properties for HKDF; hash NULL: incomplete. */
struct hkdf
{
    const struct hash *hash;
    int is_prk;                     /* the secret is a pseudo-random key already: no extraction */
    struct bytes salt;
};

/* A call after its buffers have been sorted. */
struct derivation
{
    struct hkdf hkdf;               /* of the agreement or the key */
    const struct algorithm *alg;    /* of the keys that agreed, or of the key */
    uint32_t bits;                  /* of the keys that agreed */
    struct bytes secret;
    uint32_t flags;
    const struct kdf_parameters *all;       /* in the caller's order */
    uint32_t present;               /* BIT(type) of what was given */
    struct bytes value[KDF_TYPE_COUNT];     /* of those that may be given once */
    const struct hash *hash;        /* given, or the default of the row; NULL: neither */
};

enum derived_size
{
    SIZE_UP_TO,                     /* as much as there is, or as much as there is room for */
    SIZE_EXACT,
    SIZE_ANY,                       /* what is asked for */
};

struct kdf_row
{
    const char *name;
    uint32_t required, optional;    /* BIT(type) of the buffers that it reads */
    uint32_t generic;               /* those for which KDF_GENERIC_PARAMETER may stand; 0: none */
    uint32_t flags;
    const char *default_hash;
    enum derived_size kind;
    /* The full size, and what can be wrong with the buffers; NULL: the size of the digest. */
    nte_status (*measure)(const struct derivation *d, uint32_t *size);
    nte_status (*derive)(const struct derivation *d, uint8_t *output, uint32_t size);
};

/* derive_secret.c, derive_key.c; NULL: no such function */
const struct kdf_row *find_secret_row(const uint16_t *name);
const struct kdf_row *find_key_row(const char *name);

/* d has hkdf, alg, bits, secret, flags and all; see agreement.h for the rest. */
nte_status derive(const struct kdf_row *row, struct derivation *d, uint8_t *output, uint32_t size,
                  uint32_t *result);

/* The OtherInfo of SP 800-56A: five runs, empty if not given. */
#define OTHER_INFO_RUNS 5
struct chain other_info(const struct derivation *d, struct bytes runs[OTHER_INFO_RUNS]);

/* hkdf.c: NTE_BAD_KEY_STATE when hkdf is not complete. */
nte_status hkdf_derive(const struct hkdf *hkdf, struct bytes secret, struct bytes info, uint8_t *output, size_t size);

#endif
