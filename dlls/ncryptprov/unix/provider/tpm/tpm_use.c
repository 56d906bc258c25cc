/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Passwords of keys. They belong to a handle and are tried when the key is used (row T.21a), and a key that has one is
 * not tried without: each such try counts against all keys of the chip (row T.72). */
#include <string.h>

#include "provider/tpm/tpm_provider.h"

nte_status tpm_auth_set(const struct material *material, struct bytes auth)
{
    struct tpm_auth *own = tpm_material_of(material)->auth;

    if (auth.size > TPM_MOST_AUTH) return NTE_INVALID_PARAMETER;
    pthread_mutex_lock(&own->mutex);
    wipe(own->value, sizeof(own->value));
    if (auth.size) memcpy(own->value, auth.data, auth.size);
    own->size = auth.size;
    pthread_mutex_unlock(&own->mutex);
    return NTE_SUCCESS;
}

struct bytes tpm_auth_get(const struct material *material, uint8_t value[TPM_MOST_AUTH])
{
    struct tpm_auth *own = tpm_material_of(material)->auth;
    size_t size;

    pthread_mutex_lock(&own->mutex);
    size = own->size;
    memcpy(value, own->value, size);
    pthread_mutex_unlock(&own->mutex);
    return bytes_of(value, size);
}

nte_status tpm_use_begin(const struct material *material, struct tpm_using *using)
{
    const struct tpm_material *tpm = tpm_material_of(material);

    using->use = (struct tpm_use){tpm->blob, {NULL, 0}};
    if (!tpm->has_auth) return NTE_SUCCESS;         /* one that was given nevertheless has no meaning */
    using->use.auth = tpm_auth_get(material, using->value);
    return using->use.auth.size ? NTE_SUCCESS : NTE_PERM;
}

nte_status tpm_use_end(struct tpm_using *using, nte_status status)
{
    if (using->use.auth.size) wipe(using->value, sizeof(using->value));
    return status;
}
