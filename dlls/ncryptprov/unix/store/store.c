/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key store: reading, creating, changing and deleting keys in a directory; see store.h. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "store/store_internal.h"

#define SECONDS_1601_TO_1970 11644473600ull
#define CREATE_TRIES         10

nte_status store_open(const char *path, struct store **store)
{
    struct store *opened = secret_alloc(sizeof(*opened) + strlen(path) + 1);

    if (!opened) return NTE_NO_MEMORY;
    if (pthread_mutex_init(&opened->mutex, NULL))
    {
        secret_free(opened);
        return NTE_NO_MEMORY;
    }
    strcpy(opened->path, path);
    opened->keeper = &secret_service;
    opened->wish = store_key_wish();
    *store = opened;
    return NTE_SUCCESS;
}

void store_close(struct store *store)
{
    if (!store) return;
    pthread_mutex_destroy(&store->mutex);
    secret_free(store);
}

char *store_path(const struct store *store, const char *name)
{
    size_t dir_length = strlen(store->path);
    char *path = malloc(dir_length + 1 + strlen(name) + 1);

    if (!path) return NULL;
    memcpy(path, store->path, dir_length);
    path[dir_length] = '/';
    strcpy(path + dir_length + 1, name);
    return path;
}

const char *store_directory(const struct store *store)
{
    return store->path;
}

/* Not dprintf, which leaks its buffer when the write fails (glibc 2.36). */
void store_tell(const char *format, ...)
{
    va_list args;
    char *line;
    int length;

    va_start(args, format);
    length = vasprintf(&line, format, args);
    va_end(args);
    if (length < 0) return;
    if (write(STDERR_FILENO, line, length) < 0) length = 0;     /* there is nowhere else to report it */
    free(line);
}

static uint64_t now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (ts.tv_sec + SECONDS_1601_TO_1970) * 10000000 + ts.tv_nsec / 100;
}

/* Without a store key a whole file cannot be told from one with a broken seal: only a malformed one is damaged. */
static nte_status decode_unsealed(struct bytes image, nte_status key_status)
{
    struct stored_key peeked;
    nte_status status = keyfile_decode(image, NULL, &peeked);

    if (status) return status;
    stored_key_free(&peeked);
    return key_status;
}

/* Another process may have made a new store key since this one cached its own. */
static nte_status decode(struct store *store, struct bytes image, struct stored_key *stored, struct store_key *key)
{
    struct store_key cached;
    nte_status status;

    if ((status = store_key_get(store, key))) return decode_unsealed(image, status);
    if ((status = keyfile_decode(image, key, stored)) != NTE_BAD_KEY_STATE) return status;
    cached = *key;
    if (!(status = store_key_reread(store, key)) && memcmp(key->id, cached.id, STORE_KEY_ID_SIZE))
        status = keyfile_decode(image, key, stored);
    else if (!status) status = NTE_BAD_KEY_STATE;
    wipe(&cached, sizeof(cached));
    return status;
}

static nte_status decode_fitting(struct store *store, const char *unique, struct bytes image,
                                 struct stored_key *stored, struct store_key *key)
{
    nte_status status;

    if ((status = decode(store, image, stored, key))) return status;
    if ((status = store_fits(store, unique, stored))) stored_key_free(stored);
    return status;
}

/* dir and path as for dir_read; *key is the store key that opened the seal. NTE_BAD_DATA: damaged, or not the file of
 * that name. */
static nte_status load(struct store *store, int dir, const char *path, const char *unique,
                       struct stored_key *stored, struct store_key *key)
{
    struct bytes image;
    nte_status status;

    if ((status = dir_read(dir, path, KEYFILE_MAX, &image))) return status;
    status = decode_fitting(store, unique, image, stored, key);
    bytes_free(&image);
    return status;
}

static nte_status set_aside(struct store *store, const struct dir_lock *held, const char *unique)
{
    char aside[ASIDE_NAME_MAX];
    nte_status status;

    if ((status = dir_set_aside(held, unique, aside))) return status;
    store_tell("ncrypt: damaged key file moved aside: %s/%s\n", store->path, aside);
    return NTE_BAD_KEYSET;
}

/* The same under the lock, where a damaged file is moved aside and then counts as missing. */
static nte_status load_locked(struct store *store, const struct dir_lock *held, const char *unique,
                              struct stored_key *stored, struct store_key *key)
{
    nte_status status = load(store, held->dir, unique, unique, stored, key);

    return status == NTE_BAD_DATA ? set_aside(store, held, unique) : status;
}

/* A file that was found damaged: another process may have replaced it or moved it by now. */
static nte_status load_damaged(struct store *store, const char *unique, struct stored_key *stored,
                               struct store_key *key)
{
    struct dir_lock held;
    nte_status status;

    if ((status = dir_lock(store->path, 0, &held))) return status;
    status = load_locked(store, &held, unique, stored, key);
    dir_unlock(&held);
    return status;
}

nte_status store_read(struct store *store, const char *unique, struct stored_key *stored)
{
    struct store_key key;
    nte_status status;
    char *path;

    if (!is_unique_name(unique)) return NTE_INVALID_PARAMETER;
    if (!(path = store_path(store, unique))) return NTE_NO_MEMORY;
    status = load(store, AT_FDCWD, path, unique, stored, &key);
    if (status == NTE_BAD_DATA) status = load_damaged(store, unique, stored, &key);
    wipe(&key, sizeof(key));
    free(path);
    if (!status) store_key_move(store);
    return status;
}

/* What reading says about a name: a key that cannot be opened now is still a key. */
static nte_status presence(nte_status status)
{
    if (status == NTE_BAD_VER || status == NTE_BAD_KEY_STATE || status == NTE_DEVICE_NOT_READY) return NTE_SUCCESS;
    return status;
}

nte_status store_exists(struct store *store, const char *unique)
{
    struct stored_key stored = {0};
    nte_status status = presence(store_read(store, unique, &stored));

    stored_key_free(&stored);
    return status;
}

static nte_status exists_locked(struct store *store, const struct dir_lock *held, const char *unique)
{
    struct stored_key stored = {0};
    struct store_key key;
    nte_status status = presence(load_locked(store, held, unique, &stored, &key));

    stored_key_free(&stored);
    wipe(&key, sizeof(key));
    return status;
}

static nte_status write_key(const struct dir_lock *held, const char *unique, const struct stored_key *stored,
                            const struct store_key *key, int replace)
{
    struct stored_key bound = *stored;
    struct writer w = {0};
    struct bytes image;
    nte_status status;

    bound.kind = IMAGE_KEY_FILE;
    memcpy(bound.digits, unique, NAME_DIGITS);
    if (!(status = keyfile_encode(&bound, key, &w)))
    {
        image.data = w.data;
        image.size = w.used;
        status = dir_write(held, unique, image, replace);
    }
    writer_free(&w);
    return status;
}

static nte_status create_locked(struct store *store, const struct dir_lock *held, const char *unique,
                                const struct stored_key *stored, int overwrite)
{
    struct store_key key;
    nte_status status = exists_locked(store, held, unique);

    if (!status && !overwrite) return NTE_EXISTS;
    if (status && status != NTE_BAD_KEYSET) return status;
    overwrite = !status;
    if (!(status = store_key_for_write(store, held, &key)))
        status = write_key(held, unique, stored, &key, overwrite);
    wipe(&key, sizeof(key));
    return status;
}

/* NTE_BAD_KEYSET: the directory went away meanwhile. */
static nte_status try_create(struct store *store, const char *unique, const struct stored_key *stored,
                             int overwrite)
{
    struct dir_lock held;
    nte_status status;

    if ((status = dir_lock(store->path, 1, &held))) return status;
    status = create_locked(store, &held, unique, stored, overwrite);
    dir_unlock(&held);
    return status;
}

nte_status store_create(struct store *store, const char *unique, struct stored_key *stored, int overwrite)
{
    struct stored_key written = *stored;
    nte_status status;
    int tries = 0;

    if (!is_unique_name(unique)) return NTE_INVALID_PARAMETER;
    if (gnutls_rnd(GNUTLS_RND_RANDOM, written.id, KEY_ID_SIZE)) return NTE_INTERNAL_ERROR;
    written.modified = now();
    do status = try_create(store, unique, &written, overwrite);
    while (status == NTE_BAD_KEYSET && ++tries < CREATE_TRIES);
    if (!status) *stored = written;
    return status;
}

/* The key that has this id; NTE_BAD_KEYSET for its successor. */
static nte_status load_same(struct store *store, const struct dir_lock *held, const char *unique,
                            const uint8_t id[KEY_ID_SIZE], struct stored_key *stored, struct store_key *key)
{
    nte_status status = load_locked(store, held, unique, stored, key);

    if (status || !memcmp(stored->id, id, KEY_ID_SIZE)) return status;
    stored_key_free(stored);
    return NTE_BAD_KEYSET;
}

static nte_status set_property_locked(struct store *store, const struct dir_lock *held, const char *unique,
                                      const uint8_t id[KEY_ID_SIZE], const uint16_t *name, struct bytes value,
                                      uint64_t *modified)
{
    struct stored_key stored = {0};
    struct store_key key;
    nte_status status = load_same(store, held, unique, id, &stored, &key);

    if (!status) status = store_key_for_write(store, held, &key);
    if (!status)
    {
        stored.modified = now();
        status = property_list_set(&stored.properties, name, value.data, value.size);
    }
    if (!status) status = write_key(held, unique, &stored, &key, 1);
    if (!status) *modified = stored.modified;
    stored_key_free(&stored);
    wipe(&key, sizeof(key));
    return status;
}

nte_status store_set_property(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE],
                              const uint16_t *name, struct bytes value, uint64_t *modified)
{
    struct dir_lock held;
    nte_status status;

    if (!is_unique_name(unique) || value.size > UINT32_MAX) return NTE_INVALID_PARAMETER;
    if ((status = dir_lock(store->path, 0, &held))) return status;
    status = set_property_locked(store, &held, unique, id, name, value, modified);
    dir_unlock(&held);
    return status;
}

nte_status store_make(struct store *store)
{
    struct dir_lock held;
    nte_status status;

    if (!(status = dir_lock(store->path, 1, &held))) dir_unlock(&held);
    return status;
}

nte_status store_delete(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE])
{
    struct stored_key stored = {0};
    struct store_key key;
    struct dir_lock held;
    nte_status status;

    if (!is_unique_name(unique)) return NTE_INVALID_PARAMETER;
    if ((status = dir_lock(store->path, 0, &held))) return status;
    status = load_same(store, &held, unique, id, &stored, &key);
    if (!status) status = dir_remove(&held, unique);
    dir_unlock(&held);
    stored_key_free(&stored);
    wipe(&key, sizeof(key));
    return status;
}
