/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The store key: the file ".store-key" that holds it (doc/key-file.md), and the copy that a process keeps. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "store_internal.h"

#define FILE_NAME       ".store-key"
#define VERSION         1
#define CHECKSUM_SIZE   32
#define CHECKED_SIZE    (sizeof(magic) + sizeof(uint32_t) + STORE_KEY_SIZE)
#define FILE_SIZE       (CHECKED_SIZE + CHECKSUM_SIZE)

static const uint8_t magic[8] = {0x89, 'N', 'S', 'T', 'K', 0x0d, 0x0a, 0x1a};

static nte_status encode(const struct store_key *key, struct writer *w)
{
    uint8_t checksum[CHECKSUM_SIZE];

    write_bytes(w, magic, sizeof(magic));
    write_u32(w, VERSION);
    write_bytes(w, key->key, STORE_KEY_SIZE);
    if (w->failed) return NTE_NO_MEMORY;
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, w->data, w->used, checksum)) return NTE_INTERNAL_ERROR;
    write_bytes(w, checksum, sizeof(checksum));
    return w->failed ? NTE_NO_MEMORY : NTE_SUCCESS;
}

/* NTE_BAD_KEY_STATE for whatever this version did not write. */
static nte_status decode(struct bytes image, struct store_key *key)
{
    struct reader r = {image.data, image.size, 0};
    uint8_t checksum[CHECKSUM_SIZE];

    if (image.size != FILE_SIZE) return NTE_BAD_KEY_STATE;
    if (memcmp(read_bytes(&r, sizeof(magic)).data, magic, sizeof(magic))) return NTE_BAD_KEY_STATE;
    if (read_u32(&r) != VERSION) return NTE_BAD_KEY_STATE;
    memcpy(key->key, read_bytes(&r, STORE_KEY_SIZE).data, STORE_KEY_SIZE);
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, image.data, CHECKED_SIZE, checksum))
        return NTE_INTERNAL_ERROR;
    if (memcmp(read_bytes(&r, CHECKSUM_SIZE).data, checksum, CHECKSUM_SIZE)) return NTE_BAD_KEY_STATE;
    return store_key_derive_id(key);
}

static void cache(struct store *store, const struct store_key *key)
{
    pthread_mutex_lock(&store->mutex);
    store->key = *key;
    store->has_key = 1;
    store->complained = 0;
    pthread_mutex_unlock(&store->mutex);
}

static int get_cached(struct store *store, struct store_key *key)
{
    int has_key;

    pthread_mutex_lock(&store->mutex);
    if ((has_key = store->has_key)) *key = store->key;
    pthread_mutex_unlock(&store->mutex);
    return has_key;
}

static void complain(struct store *store)
{
    int first;

    pthread_mutex_lock(&store->mutex);
    first = !store->complained;
    store->complained = 1;
    pthread_mutex_unlock(&store->mutex);
    if (first) fprintf(stderr, "ncrypt: store key damaged or of another version: %s/" FILE_NAME "\n", store->path);
}

/* NTE_BAD_KEYSET when there is no file. */
static nte_status read_file(struct store *store, int dir, const char *name, struct store_key *key)
{
    struct bytes image;
    nte_status status = dir_read(dir, name, FILE_SIZE, &image);

    if (!status)
    {
        status = decode(image, key);
        secret_free((void *)image.data);
    }
    if (status == NTE_BAD_DATA) status = NTE_BAD_KEY_STATE;     /* too large */
    if (status == NTE_BAD_KEY_STATE) complain(store);
    if (!status) cache(store, key);
    return status;
}

nte_status store_key_reread(struct store *store, struct store_key *key)
{
    char *path = store_path(store, FILE_NAME);
    nte_status status;

    if (!path) return NTE_NO_MEMORY;
    status = read_file(store, AT_FDCWD, path, key);
    free(path);
    return status == NTE_BAD_KEYSET ? NTE_BAD_KEY_STATE : status;
}

nte_status store_key_get(struct store *store, struct store_key *key)
{
    return get_cached(store, key) ? NTE_SUCCESS : store_key_reread(store, key);
}

static nte_status make_key(struct store_key *key)
{
    if (gnutls_rnd(GNUTLS_RND_KEY, key->key, STORE_KEY_SIZE)) return NTE_INTERNAL_ERROR;
    return store_key_derive_id(key);
}

static nte_status write_file(struct store *store, const struct dir_lock *held, struct store_key *key)
{
    struct writer w = {0};
    struct bytes image;
    nte_status status;

    if (!get_cached(store, key) && (status = make_key(key))) return status;
    if (!(status = encode(key, &w)))
    {
        image.data = w.data;
        image.size = w.used;
        status = dir_write(held, FILE_NAME, image, 0);
    }
    writer_free(&w);
    if (!status) cache(store, key);
    return status;
}

nte_status store_key_for_write(struct store *store, const struct dir_lock *held, struct store_key *key)
{
    nte_status status = read_file(store, held->dir, FILE_NAME, key);

    if (status != NTE_BAD_KEYSET) return status;
    status = write_file(store, held, key);
    return status == NTE_EXISTS ? read_file(store, held->dir, FILE_NAME, key) : status;
}
