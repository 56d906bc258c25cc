/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The store key: the file ".store-key" that contains it or names its keeper (doc/key-file.md), moving it between the
 * two, and the copy that a process keeps. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "store/store_internal.h"

#define FILE_NAME       ".store-key"
#define VERSION_FILE    1
#define VERSION_KEEPER  2
#define SECRET_SERVICE  1
#define CHECKSUM_SIZE   32
#define MAX_SIZE        (sizeof(magic) + sizeof(uint32_t) + STORE_KEY_SIZE + CHECKSUM_SIZE)

static const uint8_t magic[8] = {0x89, 'N', 'S', 'T', 'K', 0x0d, 0x0a, 0x1a};

enum place store_key_wish(void)
{
    const char *wish = getenv("NCRYPT_STORE_KEY");

    if (!wish || !*wish) return PLACE_NONE;
    if (!strcmp(wish, "file")) return PLACE_FILE;
    return strcmp(wish, "secret-service") ? PLACE_UNKNOWN : PLACE_KEEPER;
}

/* --- the file --- */

static nte_status encode(const struct store_key *key, enum place place, struct writer *w)
{
    uint8_t checksum[CHECKSUM_SIZE];

    write_bytes(w, magic, sizeof(magic));
    write_u32(w, place == PLACE_FILE ? VERSION_FILE : VERSION_KEEPER);
    if (place == PLACE_FILE) write_bytes(w, key->key, STORE_KEY_SIZE);
    else
    {
        write_u32(w, SECRET_SERVICE);
        write_bytes(w, key->id, STORE_KEY_ID_SIZE);
    }
    if (w->failed) return NTE_NO_MEMORY;
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, w->data, w->used, checksum)) return NTE_INTERNAL_ERROR;
    write_bytes(w, checksum, sizeof(checksum));
    return w->failed ? NTE_NO_MEMORY : NTE_SUCCESS;
}

static int is_intact(struct bytes image)
{
    uint8_t checksum[CHECKSUM_SIZE];
    size_t checked = image.size - CHECKSUM_SIZE;

    if (image.size < CHECKSUM_SIZE) return 0;
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, image.data, checked, checksum)) return 0;
    return !memcmp(image.data + checked, checksum, CHECKSUM_SIZE);
}

static nte_status decode_key(struct reader *r, struct store_key *key)
{
    struct bytes bytes = read_bytes(r, STORE_KEY_SIZE);

    if (r->failed || r->left != CHECKSUM_SIZE) return NTE_BAD_KEY_STATE;
    memcpy(key->key, bytes.data, STORE_KEY_SIZE);
    return store_key_derive_id(key);
}

static nte_status decode_reference(struct reader *r, struct store_key *key)
{
    uint32_t keeper = read_u32(r);
    struct bytes id = read_bytes(r, STORE_KEY_ID_SIZE);

    if (r->failed || r->left != CHECKSUM_SIZE || keeper != SECRET_SERVICE) return NTE_BAD_KEY_STATE;
    memcpy(key->id, id.data, STORE_KEY_ID_SIZE);
    return NTE_SUCCESS;
}

/* NTE_BAD_KEY_STATE for anything that this version did not write. PLACE_KEEPER: only the id of key is set. */
static nte_status decode(struct bytes image, struct store_key *key, enum place *place)
{
    struct reader r = {image.data, image.size, 0};
    struct bytes start = read_bytes(&r, sizeof(magic));

    if (r.failed || memcmp(start.data, magic, sizeof(magic))) return NTE_BAD_KEY_STATE;
    if (!is_intact(image)) return NTE_BAD_KEY_STATE;
    switch (read_u32(&r))
    {
    case VERSION_FILE:
        *place = PLACE_FILE;
        return decode_key(&r, key);
    case VERSION_KEEPER:
        *place = PLACE_KEEPER;
        return decode_reference(&r, key);
    default:
        return NTE_BAD_KEY_STATE;
    }
}

/* --- the copy of the process --- */

void store_key_remember(struct store *store, const struct store_key *key, enum place place)
{
    pthread_mutex_lock(&store->mutex);
    store->key = *key;
    store->has_key = 1;
    store->place = place;
    store->complained = 0;
    pthread_mutex_unlock(&store->mutex);
}

static int get_cached(struct store *store, struct store_key *key, enum place *place)
{
    int has_key;

    pthread_mutex_lock(&store->mutex);
    if ((has_key = store->has_key))
    {
        *key = store->key;
        *place = store->place;
    }
    pthread_mutex_unlock(&store->mutex);
    return has_key;
}

enum place store_key_place(struct store *store)
{
    struct store_key key;
    enum place place = PLACE_NONE;

    if (get_cached(store, &key, &place)) wipe(&key, sizeof(key));
    return place;
}

void store_complain(struct store *store, const char *what, const char *why)
{
    int first;

    pthread_mutex_lock(&store->mutex);
    first = !store->complained;
    store->complained = 1;
    pthread_mutex_unlock(&store->mutex);
    if (first) store_tell("ncrypt: store key %s: %s/" FILE_NAME "%s\n", what, store->path, why);
}

/* --- the keeper --- */

static void complain_of_keeper(struct store *store, const char *what, const char *why)
{
    char text[64 + KEEPER_TEXT_MAX];

    snprintf(text, sizeof(text), " (%s: %s)", store->keeper->name, why);
    store_complain(store, what, text);
}

/* Fills in the key that has key->id. */
static nte_status ask_keeper(struct store *store, struct store_key *key, char why[KEEPER_TEXT_MAX])
{
    struct store_key got = *key;
    nte_status status;

    if (!(status = store->keeper->get(&got, why))) status = store_key_derive_id(&got);
    if (!status && memcmp(got.id, key->id, STORE_KEY_ID_SIZE))
    {
        snprintf(why, KEEPER_TEXT_MAX, "it has another key in its place");
        status = NTE_BAD_KEY_STATE;
    }
    if (!status) *key = got;
    wipe(&got, sizeof(got));
    return status;
}

/* With the key cached there is no need to ask: the same id means the same key. */
static nte_status fetch(struct store *store, struct store_key *key)
{
    char why[KEEPER_TEXT_MAX] = "";
    struct store_key cached;
    enum place place;
    nte_status status;

    if (get_cached(store, &cached, &place) && !memcmp(cached.id, key->id, STORE_KEY_ID_SIZE))
    {
        *key = cached;
        wipe(&cached, sizeof(cached));
        return NTE_SUCCESS;
    }
    wipe(&cached, sizeof(cached));
    if ((status = ask_keeper(store, key, why))) complain_of_keeper(store, "unavailable", why);
    return status;
}

/* The keeper has the key only if it gives it back. */
static nte_status entrust(struct store *store, const struct store_key *key)
{
    char why[KEEPER_TEXT_MAX] = "";
    struct store_key back = {0};
    nte_status status;

    memcpy(back.id, key->id, STORE_KEY_ID_SIZE);
    if (!(status = store->keeper->put(key, store->path, why))) status = ask_keeper(store, &back, why);
    wipe(&back, sizeof(back));
    if (status) complain_of_keeper(store, "not taken by its keeper", why);
    return status == NTE_BAD_KEY_STATE ? NTE_DEVICE_NOT_READY : status;
}

/* --- reading --- */

/* Only a process that has the key can move it back from a keeper to a file. */
static nte_status check_place(struct store *store, const struct store_key *key, enum place place)
{
    struct store_key cached;
    enum place was;
    int other;

    if (place != PLACE_FILE || !get_cached(store, &cached, &was)) return NTE_SUCCESS;
    other = was == PLACE_KEEPER && memcmp(cached.id, key->id, STORE_KEY_ID_SIZE);
    wipe(&cached, sizeof(cached));
    if (!other) return NTE_SUCCESS;
    store_complain(store, "not used, its keeper had another one", "");
    return NTE_BAD_KEY_STATE;
}

static nte_status check_owners(struct store *store, int dir, const char *name)
{
    nte_status status;

    if ((status = trust_directory(store))) return status;
    return trust_store_key(store, dir, name);
}

/* NTE_BAD_KEYSET when there is no file. */
static nte_status read_file(struct store *store, int dir, const char *name, struct store_key *key,
                            enum place *place)
{
    struct bytes image;
    nte_status status = check_owners(store, dir, name);

    if (status) return status;
    if (!(status = dir_read(dir, name, MAX_SIZE, &image)))
    {
        status = decode(image, key, place);
        bytes_free(&image);
    }
    if (status == NTE_BAD_DATA) status = NTE_BAD_KEY_STATE;     /* too large */
    if (status == NTE_BAD_KEY_STATE) store_complain(store, "damaged or of another version", "");
    if (!status) status = check_place(store, key, *place);
    if (!status && *place == PLACE_KEEPER) status = fetch(store, key);
    if (!status) store_key_remember(store, key, *place);
    return status;
}

nte_status store_key_reread(struct store *store, struct store_key *key)
{
    char *path = store_path(store, FILE_NAME);
    enum place place;
    nte_status status;

    if (!path) return NTE_NO_MEMORY;
    status = read_file(store, AT_FDCWD, path, key, &place);
    free(path);
    return status == NTE_BAD_KEYSET ? NTE_BAD_KEY_STATE : status;
}

nte_status store_key_get(struct store *store, struct store_key *key)
{
    enum place place;

    return get_cached(store, key, &place) ? NTE_SUCCESS : store_key_reread(store, key);
}

/* --- writing --- */

static nte_status write_image(const struct dir_lock *held, const struct store_key *key, enum place place,
                              int replace)
{
    struct writer w = {0};
    struct bytes image;
    nte_status status;

    if (!(status = encode(key, place, &w)))
    {
        image.data = w.data;
        image.size = w.used;
        status = dir_write(held, FILE_NAME, image, replace);
    }
    writer_free(&w);
    return status;
}

/* The keeper has the key before the file that held it is replaced by one that names it. */
static nte_status write_file(struct store *store, const struct dir_lock *held, const struct store_key *key,
                             enum place place, int replace)
{
    nte_status status = NTE_SUCCESS;

    if (place == PLACE_UNKNOWN)
    {
        store_complain(store, "cannot be kept where NCRYPT_STORE_KEY asks", "");
        return NTE_NOT_SUPPORTED;
    }
    if (place == PLACE_KEEPER) status = entrust(store, key);
    if (!status) status = write_image(held, key, place, replace);
    if (!status) store_key_remember(store, key, place);
    return status;
}

static nte_status make_key(struct store_key *key)
{
    if (gnutls_rnd(GNUTLS_RND_KEY, key->key, STORE_KEY_SIZE)) return NTE_INTERNAL_ERROR;
    return store_key_derive_id(key);
}

static nte_status write_missing(struct store *store, const struct dir_lock *held, struct store_key *key)
{
    enum place place = PLACE_FILE;
    int known = get_cached(store, key, &place);
    nte_status status;

    if ((status = trust_key_files(store, held, known ? key->id : NULL))) return status;
    if (!known && (status = make_key(key))) return status;
    if (store->wish) place = store->wish;
    return write_file(store, held, key, place, 0);
}

static nte_status move(struct store *store, const struct dir_lock *held, struct store_key *key, enum place place)
{
    if (!store->wish || store->wish == place) return NTE_SUCCESS;
    return write_file(store, held, key, store->wish, 1);
}

nte_status store_key_for_write(struct store *store, const struct dir_lock *held, struct store_key *key)
{
    enum place place;
    nte_status status = read_file(store, held->dir, FILE_NAME, key, &place);

    if (!status && !(status = trust_key_files(store, held, key->id))) return move(store, held, key, place);
    if (status != NTE_BAD_KEYSET) return status;
    status = write_missing(store, held, key);
    return status == NTE_EXISTS ? read_file(store, held->dir, FILE_NAME, key, &place) : status;
}

nte_status store_key_make(struct store *store, struct store_key *key)
{
    struct dir_lock held;
    nte_status status;

    if ((status = dir_lock(store->path, 1, &held))) return status;
    status = store_key_for_write(store, &held, key);
    dir_unlock(&held);
    return status;
}

static int should_move(struct store *store)
{
    int should;

    if (!store->wish) return 0;
    pthread_mutex_lock(&store->mutex);
    should = store->has_key && store->place != store->wish && !store->moved;
    store->moved |= should;
    pthread_mutex_unlock(&store->mutex);
    return should;
}

void store_key_move(struct store *store)
{
    struct store_key key;
    struct dir_lock held;
    nte_status status;

    if (!should_move(store)) return;
    if (!(status = dir_lock(store->path, 0, &held)))
    {
        status = store_key_for_write(store, &held, &key);
        dir_unlock(&held);
        wipe(&key, sizeof(key));
    }
    if (status) store_complain(store, "stays where it is", "");
}
