/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The passwords of keys that this process knows; see known_password.h. */
#include <pthread.h>
#include <string.h>

#include "key/known_password.h"

struct known_password
{
    struct known_password *next;
    const struct store *store;
    char unique[UNIQUE_NAME_MAX];
    uint8_t id[KEY_ID_SIZE];
    unsigned int references;        /* the entry also lives while has_key is set: for the handles to come */
    unsigned int round;
    int has_key, gone;
    uint8_t key[LOCK_KEY_SIZE];
};

static struct known_password *all;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;      /* taken last; held for moments */

static void drop_key(struct known_password *known)
{
    wipe(known->key, sizeof(known->key));
    known->has_key = 0;
}

/* Frees the entry at *link when nobody needs it any more. */
static void free_unused(struct known_password **link)
{
    struct known_password *known = *link;

    if (known->references || known->has_key) return;
    *link = known->next;
    secret_free(known);
}

static struct known_password **find_link(const struct known_password *known)
{
    struct known_password **link = &all;

    while (*link != known) link = &(*link)->next;
    return link;
}

static struct known_password *find(const struct store *store, const char *unique, const uint8_t *id)
{
    struct known_password *known = all;

    while (known && (known->store != store || strcmp(known->unique, unique) || memcmp(known->id, id, KEY_ID_SIZE)))
        known = known->next;
    return known;
}

static struct known_password *add(const struct store *store, const char *unique, const uint8_t *id)
{
    struct known_password *known = secret_alloc(sizeof(*known));

    if (!known) return NULL;
    known->store = store;
    strcpy(known->unique, unique);
    memcpy(known->id, id, KEY_ID_SIZE);
    known->next = all;
    return all = known;
}

struct known_password *known_password_get(const struct store *store, const char *unique,
                                          const uint8_t id[KEY_ID_SIZE])
{
    struct known_password *known;

    pthread_mutex_lock(&mutex);
    if (!(known = find(store, unique, id))) known = add(store, unique, id);
    if (known) known->references++;
    pthread_mutex_unlock(&mutex);
    return known;
}

void known_password_put(struct known_password *known)
{
    if (!known) return;
    pthread_mutex_lock(&mutex);
    known->references--;
    free_unused(find_link(known));
    pthread_mutex_unlock(&mutex);
}

unsigned int known_password_round(struct known_password *known)
{
    unsigned int round;

    pthread_mutex_lock(&mutex);
    round = known->round;
    pthread_mutex_unlock(&mutex);
    return round;
}

void known_password_remember(struct known_password *known, const uint8_t key[LOCK_KEY_SIZE], unsigned int round)
{
    pthread_mutex_lock(&mutex);
    if (known->round == round && !known->gone)
    {
        memcpy(known->key, key, LOCK_KEY_SIZE);
        known->has_key = 1;
    }
    pthread_mutex_unlock(&mutex);
}

int known_password_recall(struct known_password *known, uint8_t key[LOCK_KEY_SIZE])
{
    int has_key;

    pthread_mutex_lock(&mutex);
    if ((has_key = known->has_key)) memcpy(key, known->key, LOCK_KEY_SIZE);
    pthread_mutex_unlock(&mutex);
    return has_key;
}

void known_password_forget(struct known_password *known)
{
    pthread_mutex_lock(&mutex);
    drop_key(known);
    known->round++;
    pthread_mutex_unlock(&mutex);
}

static void mark_gone(struct known_password *known)
{
    drop_key(known);
    known->gone = 1;
}

void known_password_gone(struct known_password *known)
{
    pthread_mutex_lock(&mutex);
    mark_gone(known);
    pthread_mutex_unlock(&mutex);
}

void known_password_replaced(const struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE])
{
    struct known_password **link = &all, *known;

    pthread_mutex_lock(&mutex);
    while ((known = *link))
    {
        if (known->store == store && !strcmp(known->unique, unique) && memcmp(known->id, id, KEY_ID_SIZE))
        {
            mark_gone(known);
            free_unused(link);
        }
        if (*link == known) link = &known->next;
    }
    pthread_mutex_unlock(&mutex);
}
