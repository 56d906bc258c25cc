/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The TPM as the engine sees it: raw operations, a table of functions in a module of its own (ncryptprov_tpm.so,
 * dlls/ncryptprov/unix_tpm/), which alone knows tpm2-tss and is loaded when the provider is first opened. Names,
 * paddings, files and policies are the engine's.
 *
 * Numbers are big-endian; sizes are bytes. Every function may be called from any thread; those that ask the chip take
 * turns, end within three minutes whatever the chip and the kernel do (row T.55a), and may return:
 *   NTE_DEVICE_NOT_READY     there is no chip, or it has stopped answering; one line on stderr says why, once
 *   TPM_20_E_LOCKOUT         too many wrong passwords (row T.42a)
 *   0x8028xxxx               what else the chip says (row T.42) */
#ifndef ENGINE_TPM_H
#define ENGINE_TPM_H

#include "base/module.h"

#define TPM_INTERFACE 4

enum tpm_kind { TPM_RSA, TPM_EC };

/* A key as the chip wraps it for itself: TPM2B_PUBLIC and TPM2B_PRIVATE, each with its length in front. */
struct tpm_blob
{
    struct bytes public, private;
};

/* A key, and what is needed to use it. */
struct tpm_use
{
    struct tpm_blob blob;
    struct bytes auth;              /* its authValue; empty: it has none */
};

/* A key to be made. */
struct tpm_new
{
    enum tpm_kind kind;
    uint32_t bits;                  /* of the modulus, or of the curve's field */
    int agrees;                     /* EC: for agreement as well */
    int is_identity;                /* signs what the chip itself says, and nothing else */
    struct bytes nonce;             /* of an identity: what the chip says of it has this in it */
    struct bytes auth;              /* at most 32 bytes; empty: there is nothing to guess, and no lockout */
    /* to be imported; secret empty: to be generated */
    struct bytes modulus;           /* RSA; the exponent is 65537 */
    struct bytes x, y;              /* EC */
    struct bytes secret;            /* one prime, or the scalar */
};

#define TPM_MOST_FIELD 66           /* P-521 */

/* What TPM2B_PUBLIC says. The numbers point into memory of the caller. */
struct tpm_public
{
    enum tpm_kind kind;
    uint32_t bits;
    uint32_t attributes;            /* TPMA_OBJECT */
    int is_identity;
    uint32_t exponent;              /* RSA */
    struct bytes modulus;           /* RSA, in the TPM2B_PUBLIC */
    uint8_t x[TPM_MOST_FIELD], y[TPM_MOST_FIELD];   /* EC: (bits + 7) / 8 bytes each */
};

struct tpm_version
{
    uint32_t level, revision;       /* of the specification; the revision times 100 */
    uint32_t firmware[2];
    uint32_t manufacturer;
    char vendor[5];                 /* the same as letters */
};

#define TPM_SHA1   0x0004           /* TPM_ALG_ID */
#define TPM_SHA256 0x000b

/* What an identity key is to say. */
struct tpm_attest
{
    struct tpm_use identity;
    const struct tpm_use *subject;  /* a key of the chip; NULL: of the registers: */
    uint16_t hash;                  /* the bank */
    uint32_t pcrs;                  /* bit i: register i, up to 23 */
    struct bytes nonce;             /* up to 64 bytes */
    struct writer *attest, *signature;      /* appended to: TPMS_ATTEST, TPMT_SIGNATURE */
};

#define TPM_MOST_SECRET 128         /* bytes of a secret that the chip seals (row T.40b) */

/* A secret that the chip is to seal. */
struct tpm_secret
{
    struct bytes clear;             /* 1 to TPM_MOST_SECRET bytes */
    struct bytes auth;              /* at most 32 bytes; empty: there is nothing to guess, and no lockout */
    int no_lockout;                 /* wrong ones do not count */
};

struct tpm_calls
{
    uint32_t interface;             /* TPM_INTERFACE */

    /* Connects to the chip, unless that has been done; a lost connection is made anew. */
    nte_status (*connect)(void);
    /* For tests: milliseconds after which calls give up; 0: as ever, three minutes. */
    void (*most_wait)(uint32_t milliseconds);
    /* 1 when the chip makes such keys. Asks nothing that connect has not asked. */
    int (*can)(enum tpm_kind kind, uint32_t bits);

    /* Appends both parts of a new key. NTE_NOT_SUPPORTED: the chip makes no such keys; NTE_INVALID_PARAMETER: numbers
     * that are none of a key. */
    nte_status (*create)(const struct tpm_new *new, struct writer *public, struct writer *private);
    /* Does not ask the chip. NTE_BAD_DATA; NTE_NOT_SUPPORTED: neither RSA nor one of the NIST curves. */
    nte_status (*read_public)(struct bytes public, struct tpm_public *numbers);

    /* Whether the chip takes the key. NTE_BAD_DATA: it is of another chip, of one that has been cleared, or damaged. So
     * do all that use a key; NTE_PERM: auth is wrong, or was so before, when the chip is not asked again; or the
     * password of something else is wanted, which is not taken for that of the key. */
    nte_status (*check)(const struct tpm_blob *blob);
    /* input ^ d mod n, of as many bytes as n has. is_secret: what comes back does not cross in clear. */
    nte_status (*rsa)(const struct tpm_use *use, int is_secret, struct bytes input, uint8_t *output);
    /* ECDSA: r and s of field bytes each. digest: at most field bytes, of which the chip takes 64. */
    nte_status (*ecdsa)(const struct tpm_use *use, struct bytes digest, uint32_t field, uint8_t *signature);
    /* x coordinate, of field bytes, of the point that both agree upon. x, y: the other's. */
    nte_status (*ecdh)(const struct tpm_use *use, const uint8_t *x, const uint8_t *y, uint32_t field, uint8_t *z);

    nte_status (*version)(struct tpm_version *version);
    /* TPM2B_PUBLIC of the key by which the chip is known, and of the one that wraps ours. */
    nte_status (*endorsement)(enum tpm_kind kind, struct writer *public);
    nte_status (*root)(struct writer *public);
    /* What the maker of the chip has put into it about the first of these: a certificate in DER, and what is behind it
     * there. NTE_NOT_FOUND: there is none. */
    nte_status (*certificate)(enum tpm_kind kind, struct writer *der);
    /* All 24 registers. NTE_NOT_SUPPORTED: there is no such bank, or it does not have all of them. */
    nte_status (*pcrs)(uint16_t hash, struct writer *values);

    /* create for an identity key. binding: TPM2B_PUBLIC, TPM2B_CREATION_DATA, TPM2B_ATTEST, TPMT_SIGNATURE. */
    nte_status (*identity)(const struct tpm_new *new, struct writer *public, struct writer *private,
                           struct writer *binding);
    nte_status (*attest)(struct tpm_attest *request);
    /* request: TPM2B_ID_OBJECT, TPM2B_ENCRYPTED_SECRET, made for the RSA endorsement key and this identity. */
    nte_status (*activate)(const struct tpm_use *identity, struct bytes request, struct writer *secret);

    /* Appends both parts of what unseal opens; statuses as those of keys. NTE_BAD_DATA also: it is no such secret. */
    nte_status (*seal)(const struct tpm_secret *secret, struct writer *public, struct writer *private);
    nte_status (*unseal)(const struct tpm_use *use, struct writer *clear);
};

/* The one symbol of the module, a module_entry that gives out a struct tpm_calls. */
#define TPM_MODULE_ENTRY "ncryptprov_tpm"

#endif
