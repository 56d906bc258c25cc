/* SPDX-License-Identifier: LGPL-2.1-or-later
 * HKDF takes its hash and salt as properties, which belong to the handle (doc/facts/windows-api.md 2.1);
 * see secret.h. */
#include <string.h>

#include "crypto/kdf.h"
#include "key/agreement.h"

#define HASH_NAME "HkdfHashAlgorithm"
#define SALT_NAME "HkdfSaltAndFinalize"
#define PRK_NAME  "HkdfPrkAndFinalize"

struct hkdf
{
    const struct hash *hash;
    int is_prk;                     /* the secret is one, and not to be extracted from */
    struct bytes salt;
};

static const struct property *find(const struct object *object, const char *name)
{
    uint16_t wide[24];

    u16_from_ascii(wide, name);
    return property_list_find(&object->local, wide);
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

/* What was set stays as it is from the moment when it is complete: no lock is needed for longer. */
static nte_status get(struct object *object, struct hkdf *hkdf)
{
    const struct property *salt, *hash;
    int final;

    pthread_mutex_lock(&object->mutex);
    final = is_final(object);
    hash = find(object, HASH_NAME);
    salt = find(object, SALT_NAME);
    pthread_mutex_unlock(&object->mutex);

    if (!final) return NTE_BAD_KEY_STATE;
    hkdf->is_prk = !salt;
    if (salt) hkdf->salt = (struct bytes){salt->data, salt->size};
    return kdf_find_hash((struct bytes){hash->data, hash->size}, &hkdf->hash);
}

nte_status hkdf_hash(struct object *object, const struct hash **hash)
{
    struct hkdf hkdf = {0};
    nte_status status;

    if (!(status = get(object, &hkdf))) *hash = hkdf.hash;
    return status;
}

nte_status hkdf_derive(struct object *object, struct bytes secret, struct bytes info, uint8_t *output, size_t size)
{
    struct hkdf hkdf = {0};
    uint8_t prk[HASH_MAX_SIZE];
    struct bytes extracted = {prk, 0};
    nte_status status;

    if ((status = get(object, &hkdf))) return status;
    if (hkdf.is_prk) return kdf_hkdf_expand(hkdf.hash, secret, info, output, size);
    extracted.size = hkdf.hash->size;
    if (!(status = kdf_hkdf_extract(hkdf.hash, hkdf.salt, secret, prk)))
        status = kdf_hkdf_expand(hkdf.hash, extracted, info, output, size);
    wipe(prk, sizeof(prk));
    return status;
}
