/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Import and export, and the policy that decides whether a key may be exported. */
#include <string.h>

#include "shared.h"
#include "ec/ec.h"
#include "key/blob_type.h"
#include "key/key.h"

struct set_parameters               /* what was set on a key that a blob is set on now */
{
    struct property_list list;
    uint16_t curve_name[EC_MAX_NAME];
    struct blob_options options;
};

static nte_status copy_parameters(struct key *key, struct set_parameters *set)
{
    const struct property *value;
    nte_status status;

    pthread_mutex_lock(&key->object.mutex);
    status = property_list_copy(&set->list, &key->parameters);
    pthread_mutex_unlock(&key->object.mutex);
    if (status) return status;
    value = property_list_find_ascii(&set->list, "ECCCurveName");
    if (value && value->size < sizeof(set->curve_name))
    {
        memcpy(set->curve_name, value->data, value->size);
        set->options.curve_name = set->curve_name;
    }
    if ((value = property_list_find_ascii(&set->list, "ECCParameters")))
    {
        set->options.ecc_parameters.data = value->data;
        set->options.ecc_parameters.size = value->size;
    }
    return NTE_SUCCESS;
}

/* The set that was chosen before, by name. The lock of the key is held. */
static int is_of_other_set(const struct key *key, const struct material *material)
{
    const struct property *name = property_list_find_ascii(&key->parameters, "ParameterSetName");
    uint32_t bits = material->bits;

    if (name) key->alg->family->check_parameter(key->alg, name->name, bytes_of(name->data, name->size), &bits);
    return bits != material->bits;
}

nte_status key_set_blob(struct key *key, const uint16_t *blob_type, struct bytes data)
{
    struct set_parameters set = {0};
    const struct blob_type *type;
    struct material *material, *old;
    nte_status status;

    if ((status = blob_find_import(key->object.provider, blob_type, data, &type))) return status;
    set.options.algorithms = key->object.provider->algorithms;
    if (!(status = copy_parameters(key, &set))) status = type->import(data, &set.options, &material);
    property_list_free(&set.list);
    if (status) return status;
    if (material->alg != key->alg)
    {
        material->family->free(material);
        return NTE_INVALID_PARAMETER;
    }
    pthread_mutex_lock(&key->object.mutex);
    if (key->state != KEY_NEW) status = NTE_BAD_KEY_STATE;
    else if (is_of_other_set(key, material)) status = NTE_INVALID_PARAMETER;
    old = status ? material : key->material;
    if (!status)
    {
        key->material = material;
        key->bits = material->bits;
    }
    pthread_mutex_unlock(&key->object.mutex);
    if (old) old->family->free(old);
    return status;
}

#define IMPORT_FLAGS (FLAG_NO_KEY_VALIDATION | FLAG_MACHINE_KEY | FLAG_SILENT | FLAG_OVERWRITE_KEY | \
                      FLAG_DO_NOT_FINALIZE | FLAG_PREFER_VBS | FLAG_REQUIRE_VBS | FLAG_PER_BOOT_KEY)

/* Public keys are never stored by themselves, and there is nothing to finalize about them (rows 8.44, F.12). */
static nte_status check_import(const struct blob_type *type, struct key_name name, uint32_t flags)
{
    if (flags & (FLAG_REQUIRE_VBS | FLAG_PER_BOOT_KEY)) return NTE_VBS_UNAVAILABLE;
    if (type->content != PUBLIC) return NTE_SUCCESS;
    if (flags & FLAG_DO_NOT_FINALIZE) return NTE_BAD_FLAGS;
    return name.name ? NTE_NOT_SUPPORTED : NTE_SUCCESS;
}

static nte_status import_new_key(const struct provider_class *provider, const struct algorithm *alg,
                                 const struct stored_key *carried, struct key_name name, uint32_t flags,
                                 struct key **key)
{
    if (carried->name) return transport_new_key(provider, alg, carried, name, flags, key);
    return key_new(provider, alg, name, 0, flags, key);
}

nte_status key_import(const struct provider_class *provider, const uint16_t *blob_type, struct bytes data,
                      const struct blob_options *options, struct key_name name, uint32_t flags, struct key **key)
{
    const struct blob_type *type;
    struct blob_options with = *options;
    struct stored_key carried = {0};
    struct material *material;
    struct key *new;
    nte_status status;

    with.algorithms = provider->algorithms;
    if (flags & ~IMPORT_FLAGS) return NTE_BAD_FLAGS;
    if (!data.data) return NTE_INVALID_PARAMETER;
    if ((status = blob_find_import(provider, blob_type, data, &type))) return status;
    if ((status = check_import(type, name, flags))) return status;
    if (type->flags & TYPE_WHOLE_KEY) status = transport_import(provider, data, &material, &carried);
    else status = type->import(data, &with, &material);
    if (status) return status;
    status = import_new_key(provider, material->alg, &carried, name, flags, &new);
    stored_key_free(&carried);
    if (status)
    {
        material->family->free(material);
        return status;
    }
    new->material = material;
    new->bits = material->bits;
    if (!(flags & FLAG_DO_NOT_FINALIZE)) status = key_finalize(new, flags & FLAG_NO_KEY_VALIDATION);
    if (status)
    {
        key_free(new);
        return status;
    }
    *key = new;
    return NTE_SUCCESS;
}

static int is_sealed(const struct blob_type *type, const struct blob_options *options)
{
    return type->content == SEALED || (type->content == SEALABLE && (options->has_secret || options->wrapping));
}

/* The policy bits of which one must be set (rows 9.6 to 9.12); 0: nothing is needed. */
static uint32_t needed_policy(const struct blob_type *type, const struct blob_options *options, uint32_t flags)
{
    if (type->content == PUBLIC || type->content == WRAPPED) return 0;
    if (flags & (UNIX_EXPORT_FOR_SCHANNEL | UNIX_EXPORT_UNFINISHED)) return 0;
    if (is_sealed(type, options) || (flags & UNIX_EXPORT_FOR_PFX)) return ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT;
    return ALLOW_PLAINTEXT_EXPORT;
}

/* The archiving bits allow one export, by the handle that made the key (row 9.34). */
static uint32_t archiving_policy(uint32_t needed)
{
    return (needed & ALLOW_EXPORT ? ALLOW_ARCHIVING : 0) |
           (needed & ALLOW_PLAINTEXT_EXPORT ? ALLOW_PLAINTEXT_ARCHIVING : 0);
}

/* *archiving: the export uses up the one that the archiving bits allow. */
static nte_status check_policy(struct key *key, uint32_t needed, int *archiving)
{
    nte_status status = NTE_SUCCESS;

    *archiving = 0;
    pthread_mutex_lock(&key->object.mutex);
    if (needed && !(key->export_policy & needed))
    {
        *archiving = key->may_archive && (key->export_policy & archiving_policy(needed));
        if (!*archiving) status = NTE_NOT_SUPPORTED;
    }
    pthread_mutex_unlock(&key->object.mutex);
    return status;
}

/* Two threads may get here; the first one wins. */
static nte_status use_archiving(struct key *key)
{
    nte_status status;

    pthread_mutex_lock(&key->object.mutex);
    status = key->may_archive ? NTE_SUCCESS : NTE_NOT_SUPPORTED;
    key->may_archive = 0;
    pthread_mutex_unlock(&key->object.mutex);
    return status;
}

static nte_status give_blob(struct key *key, const struct writer *w, int archiving, uint8_t *output, uint32_t size,
                            uint32_t *result)
{
    nte_status status;

    *result = w->used;
    if (!output) return NTE_SUCCESS;
    if (size < w->used) return NTE_BUFFER_TOO_SMALL;
    if (archiving && (status = use_archiving(key))) return status;
    memcpy(output, w->data, w->used);
    return NTE_SUCCESS;
}

/* Numbers that are in a token come out of it for the blob alone. */
static nte_status write_extracted(const struct blob_type *type, const struct material *material,
                                  const struct blob_options *options, struct writer *w)
{
    struct material *whole;
    nte_status status;

    if ((status = material->family->extract(material, &whole))) return status;
    status = type->export(whole, options, w);
    whole->family->free(whole);
    return status;
}

static nte_status write_wrapped(const struct blob_type *type, struct key *key, const struct material *material,
                                const struct blob_options *options, struct writer *w)
{
    struct blob_options with = *options;

    pthread_mutex_lock(&key->object.mutex);
    with.usage = key->key_usage;
    pthread_mutex_unlock(&key->object.mutex);
    return type->export(material, &with, w);
}

static nte_status write_blob(const struct blob_type *type, struct key *key, const struct material *material,
                             const struct blob_options *options, struct writer *w)
{
    nte_status status;

    if (type->flags & TYPE_WHOLE_KEY) status = transport_export(key, material, w);
    else if (type->content == PUBLIC) status = type->export(material_numbers(material), options, w);
    else if (type->content == WRAPPED) status = write_wrapped(type, key, material, options, w);
    else if (material->family->extract) status = write_extracted(type, material, options, w);
    else status = type->export(material, options, w);
    return !status && w->failed ? NTE_NO_MEMORY : status;
}

#define EXPORT_FLAGS (FLAG_SILENT | FLAG_EXPORT_LEGACY | UNIX_EXPORT_FOR_PFX | UNIX_EXPORT_FOR_SCHANNEL | \
                      UNIX_EXPORT_UNFINISHED)

static nte_status export_material(struct key *key, const struct material *material, const uint16_t *blob_type,
                                  const struct blob_options *options, uint32_t flags, uint8_t *output, uint32_t size,
                                  uint32_t *result)
{
    const struct blob_type *type;
    struct writer w = {0};
    nte_status status;
    int archiving;

    type = blob_find_export(key->object.provider, blob_type, material_numbers(material)->family);
    if (!type) return NTE_BAD_TYPE;
    if ((status = check_policy(key, needed_policy(type, options, flags), &archiving))) return status;
    if ((type->flags & TYPE_NOT_PROTECTED) && key_is_protected(key)) return NTE_NOT_SUPPORTED;
    if (type->content != PUBLIC && !(flags & UNIX_EXPORT_UNFINISHED) && (status = key_private(key, &material)))
        return status;
    if (type->content != PUBLIC && !material->has_private) return NTE_NOT_SUPPORTED;
    if (type->content == PRIVATE && options->wrapping) return NTE_NOT_SUPPORTED;    /* never in clear instead */

    status = write_blob(type, key, material, options, &w);
    if (!status) status = give_blob(key, &w, archiving, output, size, result);
    writer_free(&w);
    return status;
}

nte_status key_export(struct key *key, const uint16_t *blob_type, const struct blob_options *options, uint32_t flags,
                      uint8_t *output, uint32_t size, uint32_t *result)
{
    const struct material *material;
    nte_status status;

    if (flags & ~EXPORT_FLAGS) return NTE_BAD_FLAGS;
    if (flags & UNIX_EXPORT_UNFINISHED) status = key_prepare(key, &material);
    else status = key_material(key, &material);
    if (status) return status;
    status = export_material(key, material, blob_type, options, flags, output, size, result);
    if (flags & UNIX_EXPORT_UNFINISHED) key_prepared(key);
    return status;
}
