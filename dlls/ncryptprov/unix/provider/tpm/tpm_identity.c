/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a key is for, as the provider of Windows says it; above all identity keys, with which the chip speaks for itself
 * (rows T.20, T.23, T.25). */
#include "key/property_value.h"
#include "provider/tpm/tpm_provider.h"

#define FOR_SIGNATURE  1u
#define FOR_ENCRYPTION 2u
#define FOR_BOTH       3u

/* --- PCP_KEY_USAGE_POLICY --- */

/* Signing or decrypting only: the engine sees to that, because a chip must let an RSA key do both for padding to be
 * done outside of it. */
static uint32_t usage_of(uint32_t policy)
{
    return policy == FOR_SIGNATURE ? USAGE_SIGNING : policy == FOR_ENCRYPTION ? USAGE_DECRYPT : USAGE_ALL;
}

nte_status tpm_set_usage_policy(struct object *object, const uint16_t *name, struct bytes value)
{
    struct key *key = as_key(object);
    nte_status status;
    uint32_t policy;

    if (!bytes_are_u32(value, &policy)) return NTE_INVALID_PARAMETER;
    if (policy != FOR_SIGNATURE && policy != FOR_ENCRYPTION && policy != FOR_BOTH && policy != TPM_IDENTITY)
        return NTE_NOT_SUPPORTED;
    pthread_mutex_lock(&object->mutex);
    status = key->state == KEY_NEW ? property_list_set(&key->parameters, name, value.data, value.size)
                                   : NTE_BAD_KEY_STATE;
    if (!status) key->key_usage = usage_of(policy);
    pthread_mutex_unlock(&object->mutex);
    return status;
}

nte_status tpm_get_usage_policy(struct object *object, const uint16_t *name, struct writer *w)
{
    const struct key *key = as_key(object);

    if (key->state != KEY_FINAL && !copy_value(&key->parameters, name, w)) return NTE_SUCCESS;
    if (is_tpm_material(key->material) && tpm_material_of(key->material)->is_identity) return put_u32(w, TPM_IDENTITY);
    if (key->key_usage == USAGE_SIGNING) return put_u32(w, FOR_SIGNATURE);
    return put_u32(w, key->key_usage == USAGE_DECRYPT ? FOR_ENCRYPTION : FOR_BOTH);
}

/* --- PCP_TPM12_IDBINDING: its nonce before, and then what the chip has said of the new key --- */

nte_status tpm_set_binding_nonce(struct object *object, const uint16_t *name, struct bytes value)
{
    struct key *key = as_key(object);
    nte_status status;

    if (value.size > TPM_MOST_BINDING_NONCE) return NTE_INVALID_PARAMETER;
    pthread_mutex_lock(&object->mutex);
    status = key->state == KEY_NEW ? property_list_set(&key->parameters, name, value.data, value.size)
                                   : NTE_BAD_KEY_STATE;
    pthread_mutex_unlock(&object->mutex);
    return status;
}

nte_status tpm_get_binding(struct object *object, const uint16_t *name, struct writer *w)
{
    const struct key *key = as_key(object);
    struct bytes binding;

    (void)name;
    if (key->state != KEY_FINAL) return NTE_BAD_KEY_STATE;
    if (!is_tpm_material(key->material)) return NTE_NOT_SUPPORTED;
    binding = tpm_material_of(key->material)->binding;
    if (!binding.size) return NTE_NOT_FOUND;
    write_bytes(w, binding.data, binding.size);
    return NTE_SUCCESS;
}

/* --- PCP_TPM12_IDACTIVATION: what somebody has encrypted for the chip that has this key --- */

nte_status tpm_set_activation(struct object *object, const uint16_t *name, struct bytes value)
{
    nte_status status;

    pthread_mutex_lock(&object->mutex);
    if (as_key(object)->state == KEY_FINAL) status = property_list_set(&object->local, name, value.data, value.size);
    else status = NTE_BAD_KEY_STATE;
    pthread_mutex_unlock(&object->mutex);
    return status;
}

static nte_status activate(const struct material *material, struct bytes request, struct writer *w)
{
    struct tpm_using using;
    nte_status status;

    if ((status = tpm_use_begin(material, &using))) return status;
    return tpm_use_end(&using, tpm_calls()->activate(&using.use, request, w));
}

nte_status tpm_get_activation(struct object *object, const uint16_t *name, struct writer *w)
{
    const struct material *material;
    struct writer request = {0};
    nte_status status;

    if ((status = key_material(as_key(object), &material))) return status;
    if (!is_tpm_material(material) || !tpm_material_of(material)->is_identity) return NTE_NOT_SUPPORTED;
    pthread_mutex_lock(&object->mutex);
    status = copy_value(&object->local, name, &request);
    pthread_mutex_unlock(&object->mutex);
    if (!status && request.failed) status = NTE_NO_MEMORY;
    if (!status) status = activate(material, bytes_of(request.data, request.used), w);
    writer_free(&request);
    return status;
}
