/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the tests of handles share: stores in a directory of their own, and short ways to make keys and to ask them.
 * Include after cmocka.h. */
#ifndef TESTS_KEY_SAMPLE_H
#define TESTS_KEY_SAMPLE_H

#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

#include "algorithm.h"
#include "crypto_sample.h"
#include "key/key.h"

static char stores_root[64];

static inline int attach_stores(void **state)
{
    char user[80], machine[80];

    (void)state;
    strcpy(stores_root, "/tmp/ncrypt-stores-XXXXXX");
    if (!mkdtemp(stores_root)) return -1;
    snprintf(user, sizeof(user), "%s/user", stores_root);
    snprintf(machine, sizeof(machine), "%s/machine", stores_root);
    return engine_attach(user, machine, "95bc46f5-3c31-4bdc-a198-e24071284e86");
}

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static inline int remove_stores(void **state)
{
    (void)state;
    store_close(key_store(0));
    store_close(key_store(FLAG_MACHINE_KEY));
    return nftw(stores_root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* NULL: of an ephemeral key */
static inline struct key_name named(const char *name)
{
    return (struct key_name){name ? wide(name) : NULL, name ? wide(name) : NULL, NULL};
}

static inline struct key *new_key(const char *alg, const char *name)
{
    struct key *key;

    assert_status(key_create(&software_provider, wide(alg), named(name), 0, FLAG_OVERWRITE_KEY, &key), NTE_SUCCESS);
    return key;
}

static inline struct key *final_key(const char *alg, const char *name)
{
    struct key *key = new_key(alg, name);

    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    return key;
}

static inline struct key *open_key(const char *name)
{
    struct key *key;

    assert_status(key_open(&software_provider, named(name), 0, 0, &key), NTE_SUCCESS);
    return key;
}

static inline nte_status set(struct key *key, const char *name, const void *value, size_t size)
{
    return property_set(&key->object, wide(name), run(value, size), 0);
}

static inline nte_status set_u32(struct key *key, const char *name, uint32_t value)
{
    return set(key, name, &value, sizeof(value));
}

static inline uint32_t get_u32(struct key *key, const char *name)
{
    uint32_t value = 0, size;

    assert_status(property_get(&key->object, wide(name), 0, (uint8_t *)&value, sizeof(value), &size), NTE_SUCCESS);
    assert_int_equal(size, sizeof(value));
    return value;
}

#endif
