/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Properties that shape a key before it is finalized, and those of a symmetric key's chain; the table is in
 * property.c. */
#include "ec/ec.h"
#include "key/property_value.h"

static int is_parameter(const struct family *family, const uint16_t *name)
{
    const char *const *names = family->parameter_names;

    while (names && *names) if (u16_equal(name, *names++)) return 1;
    return 0;
}

/* For a finalized key, computed from its numbers; before that, the value that was set. */
nte_status get_parameter(struct object *object, const uint16_t *name, struct writer *w)
{
    struct key *key = as_key(object);
    const struct family *family = key->alg->family;
    nte_status status;

    if (!is_parameter(family, name)) return NTE_NOT_SUPPORTED;
    if (key->material && family->get_parameter)
        return family->get_parameter(material_numbers(key->material), name, w);
    if (key->alg->curve && u16_equal(name, "ECCCurveName")) return put_string(w, key->alg->curve->name);
    status = copy_value(&key->parameters, name, w);
    return status == NTE_NOT_FOUND ? NTE_NOT_SUPPORTED : status;
}

#define SAME_BITS UINT32_MAX        /* the value implies no length */

static nte_status keep_parameter(struct key *key, const uint16_t *name, struct bytes value, uint32_t bits)
{
    nte_status status;

    if (key->state != KEY_NEW || key->material) return NTE_BAD_KEY_STATE;           /* row 7.24 */
    if ((status = property_list_set(&key->parameters, name, value.data, value.size))) return status;
    if (bits != SAME_BITS) key->bits = bits;
    return NTE_SUCCESS;
}

nte_status set_parameter(struct object *object, const uint16_t *name, struct bytes value)
{
    struct key *key = as_key(object);
    const struct family *family = key->alg->family;
    uint32_t bits = SAME_BITS;
    nte_status status;

    if (!is_parameter(family, name) || !family->check_parameter) return NTE_NOT_SUPPORTED;
    if ((status = family->check_parameter(key->alg, name, value, &bits))) return status;
    pthread_mutex_lock(&object->mutex);
    status = keep_parameter(key, name, value, bits);
    pthread_mutex_unlock(&object->mutex);
    return status;
}

/* The names one after the other; the Windows half turns them into BCRYPT_ECC_CURVE_NAMES. */
nte_status get_curve_names(struct object *object, const uint16_t *name, struct writer *w)
{
    const struct algorithm *alg = object->type == OBJECT_KEY ? as_key(object)->alg : NULL;
    size_t i;

    (void)name;
    if (alg && alg->family != &ec_family) return NTE_NOT_SUPPORTED;
    for (i = 0; i < curve_name_count; i++)
        if (!alg || curve_allowed(alg, curve_names[i].curve)) put_string(w, curve_names[i].name);
    return NTE_SUCCESS;
}

nte_status get_chaining_mode(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return as_key(object)->alg->family->cipher ? cipher_get_mode(&as_key(object)->cipher, w) : NTE_NOT_SUPPORTED;
}

nte_status get_auth_tag_length(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return as_key(object)->alg->family->cipher ? cipher_get_tag_length(&as_key(object)->cipher, w)
                                               : NTE_NOT_SUPPORTED;
}

static nte_status set_chain(struct key *key, struct bytes value,
                            nte_status (*set)(const struct algorithm *, struct cipher_state *, struct bytes))
{
    nte_status status;

    if (!key->alg->family->cipher) return NTE_NOT_SUPPORTED;
    pthread_mutex_lock(&key->object.mutex);
    status = set(key->alg, &key->cipher, value);
    pthread_mutex_unlock(&key->object.mutex);
    return status;
}

nte_status set_chaining_mode(struct object *object, const uint16_t *name, struct bytes value)
{
    (void)name;
    return set_chain(as_key(object), value, cipher_set_mode);
}

nte_status set_iv(struct object *object, const uint16_t *name, struct bytes value)
{
    (void)name;
    return set_chain(as_key(object), value, cipher_set_iv);
}
