/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys from which others are derived: a secret of any length for a derivation function, and its KDFKeyBlob. Rows are
 * those of doc/facts/windows-behaviour.md. */
#include <string.h>

#include "derive/kdf_key.h"
#include "format/key_blob.h"
#include "base/property_list.h"

static const char *const parameter_names[] = {"KDFKeySecret", NULL};

static nte_status make(const struct algorithm *alg, struct bytes secret, struct material **material)
{
    struct kdf_key *key;

    if (secret.size > alg->max_bits / 8) return NTE_INVALID_PARAMETER;
    if (!(key = secret_alloc(sizeof(*key) + secret.size))) return NTE_NO_MEMORY;
    key->material.alg = alg;
    key->material.family = &kdf_family;
    key->material.bits = secret.size * 8;
    key->material.has_private = 1;
    key->size = secret.size;
    if (secret.size) memcpy(key->secret, secret.data, secret.size);
    *material = &key->material;
    return NTE_SUCCESS;
}

/* Never a random secret: nobody else would know it (rows 3.30, 7.28). */
static nte_status kdf_generate(const struct algorithm *alg, uint32_t bits, const struct property_list *parameters,
                               struct material **material)
{
    const struct property *secret;

    (void)bits;
    if (!(secret = property_list_find_ascii(parameters, parameter_names[0]))) return NTE_INVALID_PARAMETER;
    return make(alg, (struct bytes){secret->data, secret->size}, material);
}

static nte_status kdf_check_parameter(const struct algorithm *alg, const uint16_t *name, struct bytes value,
                                      uint32_t *bits)
{
    (void)name;
    if (value.size > alg->max_bits / 8) return NTE_INVALID_PARAMETER;
    *bits = value.size * 8;
    return NTE_SUCCESS;
}

/* The secret cannot be read back. */
static nte_status kdf_get_parameter(const struct material *material, const uint16_t *name, struct writer *w)
{
    (void)material, (void)name, (void)w;
    return NTE_NOT_SUPPORTED;
}

static void kdf_free(struct material *material)
{
    secret_free(material);
}

static nte_status kdf_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material)
{
    uint16_t name[KEY_BLOB_NAME_MAX];
    const struct algorithm *alg;
    struct bytes secret;
    nte_status status;

    if ((status = key_blob_read(data, MAGIC_KDF_KEY, name, &secret))) return status;
    if (!(alg = family_algorithm_named(algorithms, &kdf_family, name))) return NTE_NOT_SUPPORTED;
    return make(alg, secret, material);
}

nte_status kdf_import_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return kdf_load(options->algorithms, data, material);
}

nte_status kdf_export_blob(const struct material *material, const struct blob_options *options, struct writer *w)
{
    const struct kdf_key *key = (const struct kdf_key *)material;

    (void)options;
    key_blob_write(w, MAGIC_KDF_KEY, material->alg->id, key->size);
    write_bytes(w, key->secret, key->size);
    return NTE_SUCCESS;
}

const struct family kdf_family =
{
    .generate = kdf_generate,
    .parameter_names = parameter_names,
    .check_parameter = kdf_check_parameter,
    .get_parameter = kdf_get_parameter,
    .free = kdf_free,
    .save_private = kdf_export_blob,
    .load = kdf_load,
};
