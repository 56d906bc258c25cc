/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files of the provider of the TPM share. The raw operations are tpm.h's. Rows T.n are of doc/facts/tpm.md. */
#ifndef ENGINE_TPM_PROVIDER_H
#define ENGINE_TPM_PROVIDER_H

#include "key/blob_type.h"
#include "key/key.h"
#include "provider/tpm/tpm.h"

/* --- tpm_module.c --- */

/* The module, loaded from the engine's own directory when this is first called, and connected to the chip. Of any
 * failure one line on stderr says why, once: NTE_DEVICE_NOT_READY. */
nte_status tpm_module(void);

/* Once tpm_module has succeeded, which opening the provider makes sure of. */
const struct tpm_calls *tpm_calls(void);

/* For tests: the module is this file. */
void tpm_module_is(const char *path);

/* --- tpm_class.c --- */

/* Those that the chip makes keys of, once the provider has been opened. */
const struct algorithm_list *tpm_algorithms(void);

/* --- tpm_opaque.c: a key as Windows writes it, "OpaqueKeyBlob" and our key files (row T.31) --- */

void tpm_opaque_write(struct writer *w, const struct tpm_blob *blob, int has_auth);
/* The parts are those of data. NTE_BAD_DATA: sizes that do not add up; NTE_NOT_SUPPORTED: of a TPM 1.2, or bound to
 * more than a password. */
nte_status tpm_opaque_read(struct bytes data, struct tpm_blob *blob, int *has_auth);

/* --- tpm_material.c: public numbers here, private ones wrapped --- */

#define TPM_MOST_AUTH 32            /* bytes of an authValue: a digest of SHA-1 or SHA-256 (row T.21) */

struct tpm_auth                     /* what a handle was given */
{
    pthread_mutex_t mutex;
    size_t size;
    uint8_t value[TPM_MOST_AUTH];
};

struct tpm_material
{
    struct material material;
    struct material *numbers;
    struct bytes opaque;            /* all of the key, owned; secret_alloc'ed */
    struct tpm_blob blob;           /* in that */
    int has_auth;                   /* the key cannot be used without */
    int is_identity;
    struct bytes binding;           /* owned: what the chip said when it made this identity key; or empty */
    struct tpm_auth *auth;
};

/* alg: of tpm_algorithms; NULL: the one that its public part says. opaque is copied. Does not ask the chip.
 * NTE_BAD_DATA; NTE_NOT_SUPPORTED: no kind of key that alg or the engine knows. */
nte_status tpm_material_new(const struct algorithm *alg, struct bytes opaque, struct material **material);

/* The public numbers of a TPM2B_PUBLIC, in the same way. */
nte_status tpm_public_numbers(const struct algorithm *alg, struct bytes public, struct material **numbers);

/* 0 for NULL and for public keys. */
int is_tpm_material(const struct material *material);

static inline const struct tpm_material *tpm_material_of(const struct material *material)
{
    return (const struct tpm_material *)material;
}

/* --- tpm_rsa.c, tpm_ec.c --- */

extern const struct family tpm_rsa_family, tpm_ec_family;

/* What both have in common. */
void tpm_material_free(struct material *material);
const struct material *tpm_material_numbers(const struct material *material);
nte_status tpm_material_extract(const struct material *material, struct material **whole);

/* --- tpm_use.c: a key and its password, for one operation --- */

struct tpm_using
{
    struct tpm_use use;
    uint8_t value[TPM_MOST_AUTH];
};

/* NTE_PERM: the key has a password, and none was given. Else call tpm_use_end with the status of the operation, which
 * it returns. */
nte_status tpm_use_begin(const struct material *material, struct tpm_using *using);
nte_status tpm_use_end(struct tpm_using *using, nte_status status);

/* For the operations from now on; empty: none. NTE_INVALID_PARAMETER: too long. */
nte_status tpm_auth_set(const struct material *material, struct bytes auth);
/* In value, which the caller wipes. */
struct bytes tpm_auth_get(const struct material *material, uint8_t value[TPM_MOST_AUTH]);

/* --- tpm_seal.c, tpm_seal_key.c: secrets for this chip alone (rows T.40, T.40b) --- */

#define TPM_MOST_SEALED 0x400       /* bytes */
#define TPM_SEAL_KEY "MICROSOFT_PCP_KSP_RSA_SEAL_KEY_3BD1C4BF-004E-4E2F-8A4D-0BF633DCB074"

/* padding->label: the password, or empty. NTE_INVALID_PARAMETER: more than TPM_MOST_SEALED bytes. */
nte_status tpm_seal(const struct material *material, const struct padding *padding, struct bytes input,
                    struct writer *w);
/* NTE_BAD_DATA: damaged, or of another chip; NTE_PERM: a wrong password, or none. */
nte_status tpm_unseal(const struct material *material, const struct padding *padding, struct bytes input,
                      uint8_t *output, uint32_t size, uint32_t *result);

/* The key that does so has this name, in any case, and is always there: no file is its own. */
int tpm_is_seal_key(const uint16_t *name);
nte_status tpm_open_seal_key(uint32_t flags, char unique[UNIQUE_NAME_MAX], struct stored_key *stored);

/* --- tpm_transfer.c --- */

#define TPM_BLOB_COUNT 1

extern const struct blob_type tpm_blobs[TPM_BLOB_COUNT];

/* tpm_import.c: the numbers of a software key for the chip, which are those of material and of w. NTE_NOT_SUPPORTED. */
nte_status tpm_import_numbers(const struct material *material, struct tpm_new *new, struct writer *w);

/* --- tpm_vault.c, tpm_make.c --- */

extern const struct vault tpm_keys;

nte_status tpm_make(struct store *store, const struct new_key *new, char unique[UNIQUE_NAME_MAX],
                    struct stored_key *stored);

/* --- tpm_fact.c, tpm_identity.c: properties --- */

#define TPM_MOST_BINDING_NONCE 20   /* bytes (row T.23) */
#define TPM_IDENTITY 8u             /* in PCP_KEY_USAGE_POLICY, NCRYPT_PCP_IDENTITY_KEY */
#define TPM_USAGE_POLICY "PCP_KEY_USAGE_POLICY"
#define TPM_BINDING "PCP_TPM12_IDBINDING"

property_getter
    tpm_get_platform_type, tpm_get_provider_version, tpm_get_rsa_endorsement, tpm_get_ec_endorsement, tpm_get_root,
    tpm_get_rsa_certificate, tpm_get_ec_certificate, tpm_get_pcrs, tpm_get_usage_policy, tpm_get_binding,
    tpm_get_activation;
property_setter
    tpm_set_usage_policy, tpm_set_binding_nonce, tpm_set_activation;

/* --- tpm_property.c --- */

#define TPM_ROW_COUNT 25

/* A value of this name, set on a key before it is finalized, becomes its authValue. */
#define TPM_USAGE_AUTH "PCP_USAGEAUTH"

extern const struct property_row tpm_rows[TPM_ROW_COUNT];

#endif
