/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Properties that say what a key is and what may be done with it; the table is in property.c. */
#include "key/property_value.h"

nte_status get_name(struct object *object, const uint16_t *name, struct writer *w)
{
    const uint16_t *key_name = as_key(object)->name;

    (void)name;
    if (!key_name) return NTE_NOT_SUPPORTED;                /* row 6.1 */
    write_bytes(w, key_name, (u16_length(key_name) + 1) * sizeof(*key_name));
    return NTE_SUCCESS;
}

nte_status get_unique_name(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return as_key(object)->name ? put_string(w, as_key(object)->unique) : NTE_NOT_SUPPORTED;
}

nte_status get_algorithm(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_string(w, as_key(object)->alg->id);
}

nte_status get_group(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_string(w, as_key(object)->alg->group);
}

nte_status get_length(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_u32(w, as_key(object)->bits);
}

static int length_allowed(const struct algorithm *alg, uint32_t bits)
{
    if (bits < alg->min_bits || bits > alg->max_bits) return 0;
    return !alg->step_bits || !((bits - alg->min_bits) % alg->step_bits);
}

nte_status set_length(struct object *object, const uint16_t *name, struct bytes value)
{
    struct key *key = as_key(object);
    uint32_t bits;

    (void)name;
    if (!bytes_are_u32(value, &bits) || !length_allowed(key->alg, bits)) return NTE_INVALID_PARAMETER;
    pthread_mutex_lock(&object->mutex);
    if (key->state == KEY_NEW && !key->material) key->bits = bits;  /* later: success, no effect (row 7.1) */
    pthread_mutex_unlock(&object->mutex);
    return NTE_SUCCESS;
}

nte_status get_lengths(struct object *object, const uint16_t *name, struct writer *w)
{
    const struct algorithm *alg = as_key(object)->alg;

    (void)name;
    write_u32(w, alg->min_bits);
    write_u32(w, alg->max_bits);
    write_u32(w, alg->step_bits);
    return put_u32(w, alg->default_bits);
}

nte_status get_block_length(struct object *object, const uint16_t *name, struct writer *w)
{
    struct key *key = as_key(object);

    (void)name;
    if (!key->alg->family->block_length) return NTE_NOT_SUPPORTED;
    return put_u32(w, key->alg->family->block_length(key->alg, key->bits));
}

/* Until its curve or parameter set is chosen a key has no length. */
nte_status get_signature_length(struct object *object, const uint16_t *name, struct writer *w)
{
    struct key *key = as_key(object);
    const struct material *numbers = key->material ? material_numbers(key->material) : NULL;
    const struct family *family = numbers ? numbers->family : key->alg->family;
    uint32_t length;

    (void)name;
    if (!(key->material ? key->material->family : family)->sign) return NTE_NOT_SUPPORTED;
    if (numbers && family->own_signature_length)
        return (length = family->own_signature_length(numbers)) ? put_u32(w, length) : NTE_NOT_SUPPORTED;
    return (length = family->signature_length(key->bits)) ? put_u32(w, length) : NTE_BAD_KEY_STATE;
}

/* Likewise. */
static nte_status put_kem_length(struct key *key, int of_ciphertext, struct writer *w)
{
    const struct family *family = key->alg->family;
    uint32_t secret, ciphertext;

    if (!family->kem_lengths) return NTE_NOT_SUPPORTED;
    family->kem_lengths(key->bits, &secret, &ciphertext);
    if (!ciphertext) return NTE_BAD_KEY_STATE;
    return put_u32(w, of_ciphertext ? ciphertext : secret);
}

nte_status get_kem_secret_length(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_kem_length(as_key(object), 0, w);
}

nte_status get_kem_ciphertext_length(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_kem_length(as_key(object), 1, w);
}

nte_status get_export_policy(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_u32(w, as_key(object)->export_policy);
}

/* Any time on an ephemeral key, never on one that is stored (rows 7.12 to 7.16). */
nte_status set_export_policy(struct object *object, const uint16_t *name, struct bytes value)
{
    struct key *key = as_key(object);
    nte_status status = NTE_SUCCESS;
    uint32_t policy;

    (void)name;
    if (!bytes_are_u32(value, &policy)) return NTE_INVALID_PARAMETER;
    pthread_mutex_lock(&object->mutex);
    if (key->store && key->state != KEY_NEW) status = NTE_NOT_SUPPORTED;
    else if (policy & ~key->policy_limit) status = NTE_NOT_SUPPORTED;
    else key->export_policy = policy;
    pthread_mutex_unlock(&object->mutex);
    return status;
}

nte_status get_key_usage(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_u32(w, as_key(object)->key_usage);
}

nte_status set_key_usage(struct object *object, const uint16_t *name, struct bytes value)
{
    struct key *key = as_key(object);
    nte_status status = NTE_SUCCESS;
    uint32_t usage;

    (void)name;
    if (!bytes_are_u32(value, &usage)) return NTE_INVALID_PARAMETER;
    pthread_mutex_lock(&object->mutex);
    if (key->state == KEY_NEW && !(usage & ~key->usage_limit)) key->key_usage = usage;
    else status = NTE_BAD_KEY_STATE;
    pthread_mutex_unlock(&object->mutex);
    return status;
}

nte_status get_key_type(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_u32(w, as_key(object)->flags & FLAG_MACHINE_KEY);
}

nte_status get_modified(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    if (!as_key(object)->modified) return NTE_NOT_FOUND;    /* row 6.15 */
    write_u64(w, as_key(object)->modified);
    return NTE_SUCCESS;
}

/* A key that is to be protected is never created unprotected: there must be a file, and a public part to work with
 * until the password is given. */
static int can_protect(const struct key *key, uint32_t flags)
{
    if (!flags) return 1;
    if (flags & ~(UI_PROTECT_KEY | UI_FORCE_HIGH_PROTECTION)) return 0;
    return key->store && key->alg->family->load_public && !key->object.provider->login;
}

/* Until the key is finalized; a policy from a transport image is final. */
static nte_status check_may_change(struct key *key, const uint16_t *name)
{
    nte_status status = NTE_SUCCESS;

    pthread_mutex_lock(&key->object.mutex);
    if (key->state != KEY_NEW) status = NTE_BAD_KEY_STATE;
    if (key->carried && property_list_find(&key->stored, name)) status = NTE_BAD_KEY_STATE;
    pthread_mutex_unlock(&key->object.mutex);
    return status;
}

/* NCRYPT_UI_POLICY_BLOB: five numbers and three strings. */
nte_status set_ui_policy(struct object *object, const uint16_t *name, struct bytes value)
{
    struct key *key = as_key(object);
    struct reader r = {value.data, value.size, 0};
    uint32_t version = read_u32(&r), flags = read_u32(&r);
    uint64_t strings = read_u32(&r);
    nte_status status;

    strings += read_u32(&r);
    strings += read_u32(&r);
    if (r.failed || version != 1 || strings != r.left) return NTE_INVALID_PARAMETER;
    if (!can_protect(key, flags)) return NTE_NOT_SUPPORTED;

    status = check_may_change(key, name);
    return status ? status : key_set_stored(key, name, value);
}

nte_status set_password(struct object *object, const uint16_t *name, struct bytes value)
{
    (void)name;
    return object_give_password(object, value);
}
