/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a key is: an algorithm (a row of algorithms[]), of a family (RSA, EC, ...) that knows the operations,
 * and material (the numbers), immutable once made. Each family is a file; adding an algorithm is adding a
 * row, adding a family is adding a file.
 *
 * Buffers are bytes. Every function that can fail returns an NTE_* status and then has changed nothing. */
#ifndef ENGINE_H
#define ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "memory.h"
#include "status.h"

/* Values of ncrypt.h and bcrypt.h that the engine acts on (spec/windows-api.md 0). */
#define PAD_NONE                     0x00000001u
#define PAD_PKCS1                    0x00000002u
#define PAD_OAEP                     0x00000004u
#define PAD_PSS                      0x00000008u
#define PAD_CIPHER                   0x00000010u
#define PAD_SCHEMES                  0x0000001fu

#define FLAG_NO_KEY_VALIDATION       0x00000008u
#define FLAG_MACHINE_KEY             0x00000020u
#define FLAG_SILENT                  0x00000040u
#define FLAG_OVERWRITE_KEY           0x00000080u
#define FLAG_WRITE_TO_LEGACY_STORE   0x00000200u
#define FLAG_DO_NOT_FINALIZE         0x00000400u
#define FLAG_PREFER_VBS              0x00010000u
#define FLAG_REQUIRE_VBS             0x00020000u
#define FLAG_PER_BOOT_KEY            0x00040000u
#define FLAG_PERSIST_ONLY            0x40000000u
#define FLAG_PERSIST                 0x80000000u

#define ALLOW_EXPORT                 0x00000001u
#define ALLOW_PLAINTEXT_EXPORT       0x00000002u
#define ALLOW_ARCHIVING              0x00000004u
#define ALLOW_PLAINTEXT_ARCHIVING    0x00000008u

#define USAGE_DECRYPT                0x00000001u
#define USAGE_SIGNING                0x00000002u
#define USAGE_KEY_AGREEMENT          0x00000004u
#define USAGE_ALL                    0x00ffffffu

#define INTERFACE_CIPHER             1u
#define INTERFACE_ASYMMETRIC         3u
#define INTERFACE_SECRET_AGREEMENT   4u
#define INTERFACE_SIGNATURE          5u
#define INTERFACE_KEY_DERIVATION     7u

#define OPERATION_CIPHER             0x01u
#define OPERATION_ASYMMETRIC         0x04u
#define OPERATION_SECRET_AGREEMENT   0x08u
#define OPERATION_SIGNATURE          0x10u
#define OPERATION_KEY_DERIVATION     0x40u

struct curve;

struct algorithm
{
    const char *id;                 /* "RSA", "ECDSA_P256": the names of bcrypt.h */
    const char *group;              /* "RSA", "ECDSA", "ECDH" */
    uint32_t interface;             /* NCryptAlgorithmName.dwClass */
    uint32_t operations;            /* NCryptAlgorithmName.dwAlgOperations */
    uint32_t min_bits, max_bits, step_bits, default_bits;
    const struct family *family;
    const struct curve *curve;      /* EC only */
};

/* The numbers of a key. Families put this first in a struct of their own. */
struct material
{
    const struct algorithm *alg;
    uint32_t bits;
    int has_private;
};

/* What a caller asked of one operation; belongs to that operation, never to a key. */
struct padding
{
    uint32_t scheme;                /* PAD_* bits of the call */
    int present;                    /* the caller gave a BCRYPT_*_PADDING_INFO */
    const uint16_t *alg;            /* its hash name, or NULL */
    struct bytes label;             /* OAEP */
    uint32_t salt_size;             /* PSS, bytes */
};

/* NULL in place of an operation: keys of this family cannot do it. Operations get finalized material only,
 * may run in many threads at once, and read nothing but their arguments. */
struct family
{
    nte_status (*generate)(const struct algorithm *alg, uint32_t bits, struct material **material);
    void (*free)(struct material *material);                /* wipes; NULL may be freed */

    /* How a key file keeps the material: both parts are blobs of bcrypt.h. load gets the private one, which
     * the seal has authenticated, and repeats no check that costs an exponentiation or point multiplication. */
    nte_status (*save_public)(const struct material *material, struct writer *w);
    nte_status (*save_private)(const struct material *material, struct writer *w);
    nte_status (*load)(struct bytes data, struct material **material);

    uint32_t (*block_length)(uint32_t bits);                /* "Block Length", bytes */
    uint32_t (*signature_length)(uint32_t bits);            /* "SignatureLength", bytes */

    /* signature holds signature_length bytes. Private material is present. */
    nte_status (*sign)(const struct material *material, const struct padding *padding, struct bytes hash,
                       uint8_t *signature);
    /* NTE_BAD_SIGNATURE when it does not match. */
    nte_status (*verify)(const struct material *material, const struct padding *padding, struct bytes hash,
                         struct bytes signature);

    /* output NULL asks for the size; *result is bytes written or needed; NTE_BUFFER_TOO_SMALL when size does
     * not suffice. input and output may overlap in any way. Decrypt is given private material. */
    nte_status (*encrypt)(const struct material *material, const struct padding *padding, struct bytes input,
                          uint8_t *output, uint32_t size, uint32_t *result);
    nte_status (*decrypt)(const struct material *material, const struct padding *padding, struct bytes input,
                          uint8_t *output, uint32_t size, uint32_t *result);
};

/* algorithm.c */
extern const struct algorithm algorithms[];
extern const size_t algorithm_count;
const struct algorithm *algorithm_find(const uint16_t *id);         /* NULL when there is none */
const struct algorithm *algorithm_find_ascii(const char *id);

/* rsa_family.c, ec_family.c: the operations; rsa_blob.c, ec_blob.c: BCRYPT_RSAKEY_BLOB and BCRYPT_ECCKEY_BLOB */
extern const struct family rsa_family, ec_family;

/* An import gives finalized material with its algorithm set; an export appends to w (check w->failed).
 * Statuses of an import, which never allocates more than a small multiple of data.size:
 * NTE_BAD_DATA for sizes that do not add up, NTE_INVALID_PARAMETER for a wrong magic or impossible numbers,
 * NTE_NOT_SUPPORTED for a kind of key that the engine does not know (spec/windows-behaviour.md A.8). */
typedef nte_status (*blob_import)(struct bytes data, struct material **material);
typedef nte_status (*blob_export)(const struct material *material, struct writer *w);

nte_status rsa_import_public_blob(struct bytes data, struct material **material);
nte_status rsa_import_private_blob(struct bytes data, struct material **material);
nte_status rsa_import_full_private_blob(struct bytes data, struct material **material);
nte_status rsa_export_public_blob(const struct material *material, struct writer *w);
nte_status rsa_export_private_blob(const struct material *material, struct writer *w);
nte_status rsa_export_full_private_blob(const struct material *material, struct writer *w);

nte_status ec_import_public_blob(struct bytes data, struct material **material);
nte_status ec_import_private_blob(struct bytes data, struct material **material);
nte_status ec_export_public_blob(const struct material *material, struct writer *w);
nte_status ec_export_private_blob(const struct material *material, struct writer *w);

#endif
