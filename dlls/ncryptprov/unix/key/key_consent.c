/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Strong key protection of a handle: what its "UI Policy" asks for, the password that was given, and the private part
 * that opens with it; see key.h. The format is in password_seal.c. */
#include <errno.h>
#include <string.h>

#include "key/key.h"
#include "shared.h"

/* The flags of the key's policy; object.mutex is held. */
static uint32_t policy_flags(const struct key *key)
{
    const struct property *policy = property_list_find_ascii(&key->stored, "UI Policy");
    struct reader r = {NULL, 0, 0};

    if (!policy) return 0;
    r.data = policy->data;
    r.left = policy->size;
    read_u32(&r);
    return read_u32(&r);
}

int key_is_protected(struct key *key)
{
    int protected;

    pthread_mutex_lock(&key->object.mutex);
    protected = key->locked.data || policy_flags(key);
    pthread_mutex_unlock(&key->object.mutex);
    return protected;
}

/* NULL: the object is a provider. */
static struct key *key_of(struct object *object)
{
    return object->type == OBJECT_KEY ? (struct key *)object : NULL;
}

static int consent_is_not_enough(struct key *key)
{
    int wants;

    pthread_mutex_lock(&key->object.mutex);
    wants = key->locked.data || (policy_flags(key) & UI_FORCE_HIGH_PROTECTION);
    pthread_mutex_unlock(&key->object.mutex);
    return wants;
}

uint32_t object_asks_for(struct object *object)
{
    struct key *key = key_of(object);

    if (object->provider->login)
        return object->provider->impl_type & IMPL_REMOVABLE ? UNIX_ASK_CARD_PIN : UNIX_ASK_PIN;
    return key && consent_is_not_enough(key) ? UNIX_ASK_PASSWORD : UNIX_ASK_CONSENT;
}

nte_status key_check_protection(struct key *key)
{
    nte_status status = NTE_SUCCESS;
    uint32_t flags;

    pthread_mutex_lock(&key->object.mutex);
    flags = policy_flags(key);
    if (flags && !key->password.data && (!key->may_use || (flags & UI_FORCE_HIGH_PROTECTION)))
        status = NTE_SILENT_CONTEXT;
    pthread_mutex_unlock(&key->object.mutex);
    return status;
}

/* A copy, so that another thread may set another password meanwhile; data NULL when there is none. */
static nte_status copy_password(struct key *key, struct bytes *password)
{
    nte_status status = NTE_SUCCESS;
    uint8_t *copy;

    *password = (struct bytes){NULL, 0};
    pthread_mutex_lock(&key->object.mutex);
    if (policy_flags(key) && key->password.data)
    {
        if ((copy = secret_alloc(key->password.size)))
        {
            memcpy(copy, key->password.data, key->password.size);
            *password = (struct bytes){copy, key->password.size};
        }
        else status = NTE_NO_MEMORY;
    }
    pthread_mutex_unlock(&key->object.mutex);
    return status;
}

nte_status key_lock_stored(struct key *key, struct stored_key *stored, uint8_t lock_key[LOCK_KEY_SIZE])
{
    struct writer w = {0};
    struct bytes password;
    nte_status status;

    if ((status = copy_password(key, &password)) || !password.data) return status;
    status = lock_binding(stored, key->binding);
    if (!status)
        status = lock_part_and_key(stored->private_part, password, key->binding, LOCK_ITERATIONS, &w, lock_key);
    bytes_free(&password);
    if (status)
    {
        writer_free(&w);
        return status;
    }
    bytes_free(&stored->private_part);
    stored->private_part = (struct bytes){w.data, w.used};      /* moves: stored_key_free frees it */
    stored->locked = 1;
    return NTE_SUCCESS;
}

void key_keep_lock(struct key *key, struct stored_key *stored, const uint8_t lock_key[LOCK_KEY_SIZE])
{
    struct known_password *known;
    unsigned int round;

    if (!stored->locked || !(known = known_password_get(key->store, key->unique, stored->id))) return;
    round = known_password_round(known);
    known_password_remember(known, lock_key, round);
    pthread_mutex_lock(&key->object.mutex);
    key->known = known;
    key->round = round;
    key->locked = stored->private_part;
    stored->private_part = (struct bytes){NULL, 0};
    pthread_mutex_unlock(&key->object.mutex);
}

int key_may_use(const struct key *key)
{
    return key->may_use && (!key->known || key->round == known_password_round(key->known));
}

void key_settle_protection(struct key *key, int was_opened)
{
    key->may_use = !was_opened || !(key->locked.data || policy_flags(key));
    bytes_free(&key->password);
}

/* Takes the password that was given, if any. 1: the key may be used already. */
static int take_password(struct key *key, struct bytes *password)
{
    int usable;

    pthread_mutex_lock(&key->object.mutex);
    usable = key_may_use(key);
    *password = key->password;
    key->password = (struct bytes){NULL, 0};
    pthread_mutex_unlock(&key->object.mutex);
    return usable;
}

/* What opens the locked part: from the password that was given, or else known from another handle. */
static nte_status find_lock_key(const struct key *key, struct bytes password, uint8_t found[LOCK_KEY_SIZE])
{
    if (password.data) return lock_key(key->locked, password, found);
    return !key->asks_itself && known_password_recall(key->known, found) ? NTE_SUCCESS : NTE_SILENT_CONTEXT;
}

/* A handle that has been unlocked before already has its material, and only the password must be proved. */
static nte_status load_locked(const struct key *key, const uint8_t lock_key[LOCK_KEY_SIZE], struct material **material)
{
    struct bytes clear = {NULL, 0};
    nte_status status;

    *material = NULL;
    if ((status = unlock_part_with_key(key->locked, lock_key, key->binding, &clear))) return status;
    if (!key->material->has_private)
        status = key->material->family->load(key->object.provider->algorithms, clear, material);
    bytes_free(&clear);
    if (status || !*material || ((*material)->alg == key->alg && (*material)->has_private)) return status;
    (*material)->family->free(*material);
    return NTE_INTERNAL_ERROR;
}

static void use_material(struct key *key, struct material *material, unsigned int round)
{
    pthread_mutex_lock(&key->object.mutex);
    if (material)
    {
        key->public_material = key->material;
        key->material = material;
    }
    key->may_use = 1;
    key->round = round;
    pthread_mutex_unlock(&key->object.mutex);
}

static nte_status unlock(struct key *key, struct bytes password)
{
    unsigned int round = known_password_round(key->known);
    uint8_t found[LOCK_KEY_SIZE];
    struct material *material;
    nte_status status;

    if (!(status = find_lock_key(key, password, found))) status = load_locked(key, found, &material);
    if (!status) use_material(key, material, round);
    if (!status && !key->asks_itself) known_password_remember(key->known, found, round);
    wipe(found, sizeof(found));
    return status == NTE_INCORRECT_PASSWORD && !password.data ? NTE_SILENT_CONTEXT : status;
}

/* The derivation takes a good part of a second, during which nobody waits but those who want the same. */
nte_status key_open_private(struct key *key)
{
    nte_status status = NTE_SUCCESS;
    struct bytes password;

    if (!key->locked.data) return NTE_SILENT_CONTEXT;
    if (pthread_mutex_lock(&key->write_mutex) == EOWNERDEAD) pthread_mutex_consistent(&key->write_mutex);
    if (!take_password(key, &password)) status = unlock(key, password);
    pthread_mutex_unlock(&key->write_mutex);
    bytes_free(&password);
    return status;
}

/* Bytes before the first NUL. */
static size_t password_size(struct bytes value)
{
    size_t size = 0;

    while (size + 1 < value.size && (value.data[size] || value.data[size + 1])) size += 2;
    return size;
}

/* Only keys that may need it later keep it: those not yet finalized, and locked ones. */
static int wants_password(const struct key *key)
{
    return key->state != KEY_FINAL || (key->locked.data && !key_may_use(key));
}

static nte_status give_password(struct key *key, struct bytes value)
{
    struct bytes given = {NULL, value.size}, old;

    if (given.size > MAX_PASSWORD_SIZE) return NTE_INVALID_PARAMETER;
    if (given.size && !(given.data = secret_alloc(given.size))) return NTE_NO_MEMORY;
    if (given.size) memcpy((uint8_t *)given.data, value.data, given.size);

    pthread_mutex_lock(&key->object.mutex);
    if (!given.size && key->known) known_password_forget(key->known);
    old = given;
    if (wants_password(key))
    {
        old = key->password;
        key->password = given;
    }
    pthread_mutex_unlock(&key->object.mutex);
    bytes_free(&old);
    return NTE_SUCCESS;
}

nte_status object_give_password(struct object *object, struct bytes value)
{
    struct key *key = key_of(object);

    value.size = password_size(value);
    if (object->provider->login) return object->provider->login(object, value);
    return key ? give_password(key, value) : NTE_SUCCESS;
}

static void agree(struct key *key)
{
    pthread_mutex_lock(&key->object.mutex);
    if (!key->locked.data) key->may_use = 1;
    pthread_mutex_unlock(&key->object.mutex);
}

static nte_status unlock_with(struct key *key, struct bytes password)
{
    const struct material *material;
    nte_status status;

    if ((status = give_password(key, password))) return status;
    status = key_private(key, &material);
    return status == NTE_BAD_KEY_STATE ? NTE_SUCCESS : status;     /* to be finalized with it */
}

nte_status object_unlock(struct object *object, struct bytes answer)
{
    struct key *key = key_of(object);

    if (object->provider->login) return object->provider->login(object, answer);
    if (!key) return NTE_SILENT_CONTEXT;
    if (answer.size) return unlock_with(key, answer);
    agree(key);
    return NTE_SUCCESS;
}
