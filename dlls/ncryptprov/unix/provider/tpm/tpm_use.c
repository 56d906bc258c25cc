/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Passwords of keys. They belong to a handle and are tried when the key is used (row T.21a); none that was wrong is
 * tried again, and a key that has one is not tried without: each such try counts against all keys of the chip (row
 * T.72). */
#include <string.h>

#include "crypto/hash.h"
#include "provider/tpm/tpm_provider.h"

/* --- those that were wrong, as digests of key and password: the oldest go when there are too many --- */

#define MOST_WRONG  64
#define DIGEST_SIZE 32

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;    /* guards what follows */
static uint8_t wrong[MOST_WRONG][DIGEST_SIZE];
static unsigned int wrong_count;

static nte_status digest_of(const struct tpm_use *use, uint8_t digest[DIGEST_SIZE])
{
    struct writer w = {0};
    nte_status status = NTE_NO_MEMORY;

    write_bytes(&w, use->blob.private.data, use->blob.private.size);
    write_bytes(&w, use->auth.data, use->auth.size);
    if (!w.failed) status = hash_once(hash_find_ascii("SHA256"), bytes_of(w.data, w.used), digest);
    writer_free(&w);
    return status;
}

static int was_wrong(const uint8_t digest[DIGEST_SIZE])
{
    unsigned int i;
    int found = 0;

    pthread_mutex_lock(&lock);
    for (i = 0; i < MOST_WRONG && i < wrong_count; i++) found |= !memcmp(wrong[i], digest, DIGEST_SIZE);
    pthread_mutex_unlock(&lock);
    return found;
}

static void remember_wrong(const uint8_t digest[DIGEST_SIZE])
{
    pthread_mutex_lock(&lock);
    memcpy(wrong[wrong_count++ % MOST_WRONG], digest, DIGEST_SIZE);
    pthread_mutex_unlock(&lock);
}

/* --- the one of a handle --- */

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
    nte_status status;

    using->use = (struct tpm_use){tpm->blob, {NULL, 0}};
    if (!tpm->has_auth) return NTE_SUCCESS;         /* one that was given nevertheless has no meaning */
    using->use.auth = tpm_auth_get(material, using->value);
    status = using->use.auth.size ? digest_of(&using->use, using->digest) : NTE_PERM;
    if (!status && was_wrong(using->digest)) status = NTE_PERM;
    if (status) wipe(using->value, sizeof(using->value));
    return status;
}

nte_status tpm_use_end(struct tpm_using *using, nte_status status)
{
    if (!using->use.auth.size) return status;
    if (status == NTE_PERM) remember_wrong(using->digest);
    wipe(using->value, sizeof(using->value));
    return status;
}
