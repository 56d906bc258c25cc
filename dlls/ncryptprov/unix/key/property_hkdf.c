/* SPDX-License-Identifier: LGPL-2.1-or-later
 * HKDF takes its hash and salt as properties, which belong to the handle (doc/facts/windows-api.md 2.1);
 * see agreement.h. */
#include "derive/derive.h"
#include "key/agreement.h"

#define HASH_NAME "HkdfHashAlgorithm"
#define SALT_NAME "HkdfSaltAndFinalize"
#define PRK_NAME  "HkdfPrkAndFinalize"

static const struct property *find(const struct object *object, const char *name)
{
    return property_list_find_ascii(&object->local, name);
}

static int is_final(const struct object *object)
{
    return find(object, SALT_NAME) || find(object, PRK_NAME);
}

static nte_status check_value(const uint16_t *name, struct bytes value)
{
    const struct hash *hash;

    if (u16_equal(name, HASH_NAME)) return kdf_find_hash(value, &hash);
    return u16_equal(name, PRK_NAME) && value.size ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

nte_status hkdf_set(struct object *object, const uint16_t *name, struct bytes value)
{
    int needs_hash = !u16_equal(name, HASH_NAME);
    nte_status status;

    if ((status = check_value(name, value))) return status;
    pthread_mutex_lock(&object->mutex);
    if (is_final(object) || (needs_hash && !find(object, HASH_NAME))) status = NTE_BAD_KEY_STATE;
    else status = property_list_set(&object->local, name, value.data, value.size);
    pthread_mutex_unlock(&object->mutex);
    return status;
}

static struct bytes value_of(const struct property *property)
{
    return (struct bytes){property->data, property->size};
}

/* Once complete, the values no longer change, so the lock is not needed any longer. */
struct hkdf hkdf_get(struct object *object)
{
    const struct property *salt, *hash;
    struct hkdf hkdf = {0};
    int final;

    pthread_mutex_lock(&object->mutex);
    final = is_final(object);
    hash = find(object, HASH_NAME);
    salt = find(object, SALT_NAME);
    pthread_mutex_unlock(&object->mutex);

    if (!final || kdf_find_hash(value_of(hash), &hkdf.hash)) return hkdf;
    hkdf.is_prk = !salt;
    if (salt) hkdf.salt = value_of(salt);
    return hkdf;
}
