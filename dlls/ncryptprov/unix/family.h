/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a key is: an algorithm (a row of algorithms[]), of a family (RSA, EC, ...) that knows the operations,
 * and material (the numbers), immutable once made. Each family is a folder; adding an algorithm is adding a
 * row, adding a family is adding a folder.
 *
 * Buffers are bytes. Every function that can fail returns an NTE_* status and then has changed nothing. */
#ifndef ENGINE_FAMILY_H
#define ENGINE_FAMILY_H

#include "base/constants.h"
#include "base/memory.h"
#include "base/status.h"

struct curve;
struct cipher_state;
struct pkcs8_info;
struct property_list;

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

/* The algorithms that there are for a key that is imported: algorithms[], or less. The family chooses the row. */
struct algorithm_list
{
    const struct algorithm *rows;
    size_t count;
};

/* The numbers of a key. Families put this first in a struct of their own. */
struct material
{
    const struct algorithm *alg;
    const struct family *family;    /* what is done with these numbers; alg->family makes new ones */
    uint32_t bits;
    int has_private;
};

/* What a caller asked of one operation; belongs to that operation, never to a key. */
struct padding
{
    uint32_t scheme;                /* PAD_* bits and no others: operation_calls.c masks the flags of the call */
    int present;                    /* the caller gave a BCRYPT_*_PADDING_INFO */
    const uint16_t *alg;            /* its hash name, or NULL */
    struct bytes label;             /* OAEP; with PAD_PQDSA the context; of a seal the password, or empty */
    uint32_t salt_size;             /* PSS, bytes */
    int no_lockout;                 /* of a seal: wrong passwords do not count */
    const struct cipher_padding *cipher;    /* PAD_CIPHER with a structure, or NULL */
    uintptr_t caller_input;         /* symmetric keys: where the caller's own buffers are, of which the engine has */
    uintptr_t caller_output;        /* copies; 0: at input and output */
};

/* NCRYPT_CIPHER_PADDING_INFO and the BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO within it. */
struct cipher_padding
{
    uint32_t flags;                 /* CIPHER_* */
    uint8_t *iv;                    /* in, and out: the one for the next call; NULL: that of the handle */
    uint32_t iv_size;
    int authenticated;              /* the caller gave the second structure */
    struct bytes nonce, aad;
    uint8_t *tag;                   /* in for decryption, out for encryption */
    uint32_t tag_size;
};

#define CIPHER_BLOCK_PADDING         0x00000001u
#define CIPHER_OTHER_PADDING         0x00000002u

/* Parameters of one import or export, from its NCryptBufferDesc; what is not given is zero. */
struct blob_options
{
    const struct algorithm_list *algorithms;    /* for an import */
    const uint16_t *curve_name;     /* NCRYPTBUFFER_ECC_CURVE_NAME */
    struct bytes ecc_parameters;    /* NCRYPTBUFFER_ECC_PARAMETERS */
    int has_secret;                 /* NCRYPTBUFFER_PKCS_SECRET was given, empty or not */
    const uint16_t *secret;         /* its password; NULL when empty */
    const char *alg_oid;            /* NCRYPTBUFFER_PKCS_ALG_OID */
    struct bytes alg_param;         /* NCRYPTBUFFER_PKCS_ALG_PARAM */
    int rfc8410;                    /* export of PKCS8_PRIVATEKEY: curve25519 as everybody but Windows writes it */
    struct bytes certificate;       /* export of PKCS7_ENVELOPE: DER of the recipient's certificate */
    const struct material *wrapping;/* hImportKey, hExportKey */
    uint32_t usage;                 /* export of WRAPPED: what the key may be used for, USAGE_* */
};

/* An import gives finalized material with its algorithm set; an export appends to w (check w->failed).
 * Statuses of an import, which never allocates more than a small multiple of data.size:
 * NTE_BAD_DATA for sizes that do not add up, NTE_INVALID_PARAMETER for a wrong magic or impossible numbers,
 * NTE_NOT_SUPPORTED for a kind of key that the engine does not know (doc/facts/windows-behaviour.md A.8).
 * options is never NULL. */
typedef nte_status blob_import(struct bytes data, const struct blob_options *options, struct material **material);
typedef nte_status blob_export(const struct material *material, const struct blob_options *options,
                               struct writer *w);

/* NULL in place of an operation: keys of this family cannot do it. Operations get finalized material only,
 * may run in many threads at once, and read nothing but their arguments. */
struct family
{
    /* parameters: what was set on the key by the names in parameter_names, by the same names. */
    nte_status (*generate)(const struct algorithm *alg, uint32_t bits, const struct property_list *parameters,
                           struct material **material);

    /* Properties that shape a key before it is finalized ("ECCCurveName", "DHParameters"), NULL-terminated;
     * NULL: none. check_parameter sees a value before it is kept and sets *bits to the length of the key that
     * it implies, if any. get_parameter appends the value of finished material. */
    const char *const *parameter_names;
    nte_status (*check_parameter)(const struct algorithm *alg, const uint16_t *name, struct bytes value,
                                  uint32_t *bits);
    nte_status (*get_parameter)(const struct material *material, const uint16_t *name, struct writer *w);
    void (*free)(struct material *material);                /* wipes; NULL may be freed */

    /* Material whose private numbers are elsewhere, in a token: numbers is the material of another family that has the
     * public ones, for everything that is done with those; NULL: this material has its numbers itself.
     * extract makes material of that family which has the private numbers as well; NTE_NOT_SUPPORTED: they do not
     * leave the token. */
    const struct material *(*numbers)(const struct material *material);
    nte_status (*extract)(const struct material *material, struct material **whole);

    /* How a key file keeps the material: both parts are blobs of bcrypt.h. load gets the private one, which
     * the seal has authenticated, and repeats no check that costs an exponentiation or point multiplication. */
    blob_export *save_public;       /* NULL: there is no public part */
    blob_export *save_private;
    nte_status (*load)(const struct algorithm_list *algorithms, struct bytes data, struct material **material);
    blob_import *load_public;       /* what save_public wrote, for keys whose private part is under a password */

    /* PrivateKeyInfo (format/pkcs8.h), or NULL: the OIDs, NULL-terminated, of what pkcs8_import takes, with statuses as
     * blob_import. pkcs8_export appends the AlgorithmIdentifier, the OCTET STRING and the attributes, if any, of
     * private material. */
    const char *const *pkcs8_oids;
    nte_status (*pkcs8_import)(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                               struct material **material);
    blob_export *pkcs8_export;

    uint32_t (*block_length)(const struct algorithm *alg, uint32_t bits);   /* "Block Length", bytes; or NULL */
    uint32_t (*signature_length)(uint32_t bits);            /* "SignatureLength", bytes */
    /* Where the numbers decide it, 0 for a key that cannot sign; or NULL. */
    uint32_t (*own_signature_length)(const struct material *material);

    /* 1: signatures have no padding. Then sign and verify need not look at the scheme, see key_sign. */
    int unpadded;

    /* 1: what is signed is the message itself, of any length, and may be empty; PAD_PQDSA goes with such keys. */
    int signs_messages;

    /* signature holds as many bytes as that. Private material is present. */
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

    /* FLAG_SEALING: seal appends to w what unseal alone opens; both have padding->label as the password. Otherwise as
     * the two above. */
    nte_status (*seal)(const struct material *material, const struct padding *padding, struct bytes input,
                       struct writer *w);
    nte_status (*unseal)(const struct material *material, const struct padding *padding, struct bytes input,
                         uint8_t *output, uint32_t size, uint32_t *result);

    /* Symmetric keys, in place of encrypt and decrypt: state is what the handle remembers between calls, changed by
     * those that succeed and are no size query. */
    nte_status (*cipher)(const struct material *material, struct cipher_state *state, int encrypt,
                         const struct padding *padding, struct bytes input, uint8_t *output, uint32_t size,
                         uint32_t *result);

    /* Key encapsulation. kem_lengths: bytes of the shared secret and of a ciphertext, which the other two write or
     * take; a ciphertext of 0: there is no key of so many bits. decapsulate is given private material, and its
     * NTE_INVALID_PARAMETER is for a ciphertext of another size alone: one that was not made for this key gives a
     * secret that nobody knows. */
    void (*kem_lengths)(uint32_t bits, uint32_t *secret, uint32_t *ciphertext);
    nte_status (*encapsulate)(const struct material *material, uint8_t *secret, uint8_t *ciphertext);
    nte_status (*decapsulate)(const struct material *material, struct bytes ciphertext, uint8_t *secret);

    /* Appends to z what own, which is private, and peer agree upon: big-endian, with leading zeros as long as a
     * number of the keys (on curve25519 in the order of RFC 7748). NTE_INVALID_PARAMETER when the two are not on
     * one curve or in one group, and for a peer that leaves no secret. Both are of this family. */
    nte_status (*agree)(const struct material *own, const struct material *peer, struct writer *z);
};

/* The material, or that which has its public numbers. */
static inline const struct material *material_numbers(const struct material *material)
{
    return material->family->numbers ? material->family->numbers(material) : material;
}

/* family.c: the first row of this family, for those that have one only; the row of this family with that name, in any
 * case. NULL: there is none. */
const struct algorithm *family_algorithm(const struct algorithm_list *list, const struct family *family);
const struct algorithm *family_algorithm_named(const struct algorithm_list *list, const struct family *family,
                                               const uint16_t *id);

#endif
