/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys for wiped.c: made, opened, used and given up in few words. A status that is not success ends the program. */
#ifndef WIPED_KEYS_H
#define WIPED_KEYS_H

#include <stdlib.h>
#include <string.h>

#include "algorithm.h"
#include "key/key.h"
#include "wiped_search.h"

static int keeps_keys;              /* the keys stay open, and what a core dump leaves out may have them */

static void done_with(struct key *key)
{
    if (!keeps_keys) key_free(key);
}

static uint8_t data[8192];          /* blobs in and out, wiped after each use */

static void must(nte_status status, const char *what)
{
    if (!status) return;
    printf("%s: status %#x\n", what, (unsigned int)status);
    exit(2);
}

static uint16_t *wide(const char *s)
{
    static uint16_t ring[4][80];
    static unsigned int next;
    uint16_t *buffer = ring[next++ % 4];

    u16_from_ascii(buffer, s);
    return buffer;
}

static size_t put_words(size_t used, const uint32_t *words, size_t count)
{
    memcpy(data + used, words, count * sizeof(*words));
    return used + count * sizeof(*words);
}

/* Of no published key; none of them may stand in the program as bytes. */
static size_t put_random(size_t used, const char *name, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++) data[used + i] = 0x11 + 29 * (used + i) + (i * i ^ secret_count * 37);
    remember(name, data + used, 0);
    return used + size;
}

static struct key *import(const char *type, size_t size, const char *name, const struct blob_options *with)
{
    struct key_name pair = {name ? wide(name) : NULL, name ? wide(name) : NULL, NULL};
    static const struct blob_options none = {.algorithms = &all_algorithms};
    const uint32_t policy = 3;
    struct key *key;

    must(key_import(&software_provider, wide(type), (struct bytes){data, size}, with ? with : &none, pair,
                    FLAG_DO_NOT_FINALIZE | FLAG_OVERWRITE_KEY, &key), type);
    wipe(data, sizeof(data));
    must(property_set(&key->object, wide("Export Policy"), (struct bytes){(const uint8_t *)&policy, 4}, 0), "policy");
    return key;
}

static struct key *open_key(const char *name)
{
    struct key *key;

    must(key_open(&software_provider, (struct key_name){wide(name), wide(name), NULL}, 0, 0, &key), name);
    return key;
}

static void export(struct key *key, const char *type, const struct blob_options *with)
{
    static const struct blob_options none = {.algorithms = &all_algorithms};
    uint32_t size;

    must(key_export(key, wide(type), with ? with : &none, 0, data, sizeof(data), &size), type);
    wipe(data, sizeof(data));
}

static void sign(struct key *key, struct padding padding)
{
    static const uint8_t digest[32] = "a digest of thirty-two octets ..";
    const struct bytes signed_bytes = {digest, sizeof(digest)};
    static uint8_t signature[8192];
    nte_status status;
    uint32_t size;

    status = key_sign(key, &padding, padding.scheme, signed_bytes, signature, sizeof(signature), &size);
    copy_traces();
    search_traces();
    must(status, "sign");
}

static void set(struct key *key, const char *name, const void *value, size_t size)
{
    must(property_set(&key->object, wide(name), (struct bytes){value, size}, 0), name);
}

#endif
