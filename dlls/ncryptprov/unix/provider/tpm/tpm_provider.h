/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files of the provider of the TPM share. The raw operations are tpm.h's. Rows T.n are of doc/facts/tpm.md. */
#ifndef ENGINE_TPM_PROVIDER_H
#define ENGINE_TPM_PROVIDER_H

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

struct tpm_material
{
    struct material material;
    struct material *numbers;
    struct bytes opaque;            /* all of the key, owned; secret_alloc'ed */
    struct tpm_blob blob;           /* in that */
};

/* alg: of tpm_algorithms; NULL: the one that its public part says. opaque is copied. Does not ask the chip. NTE_BAD_DATA;
 * NTE_NOT_SUPPORTED: no kind of key that alg or the engine knows. */
nte_status tpm_material_new(const struct algorithm *alg, struct bytes opaque, struct material **material);

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
struct tpm_use tpm_use_of(const struct material *material);

/* --- tpm_vault.c, tpm_make.c --- */

extern const struct vault tpm_keys;

nte_status tpm_make(struct store *store, const struct new_key *new, char unique[UNIQUE_NAME_MAX],
                    struct stored_key *stored);

/* --- tpm_property.c --- */

#define TPM_ROW_COUNT 4

extern const struct property_row tpm_rows[TPM_ROW_COUNT];

#endif
