/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A key to store, and what the tests of the store compare it with. Include after cmocka.h. */
#ifndef STORE_SAMPLE_H
#define STORE_SAMPLE_H

#include <stdlib.h>
#include <string.h>

#include "store/store.h"

#define GUID "01234567-89ab-cdef-0123-456789abcdef"

#define DIGITS "0123456789abcdef0123456789abcdef"   /* of the file that a sample is bound to, until it is stored */

/* buffer holds the characters of s and a NUL */
static inline uint16_t *u16(uint16_t *buffer, const char *s)
{
    u16_from_ascii(buffer, s);
    return buffer;
}

static inline struct bytes copy_bytes(const void *data, size_t size)
{
    uint8_t *copy = secret_alloc(size);
    struct bytes bytes = {copy, size};

    assert_non_null(copy);
    if (size) memcpy(copy, data, size);
    return bytes;
}

/* End it with stored_key_free. */
static inline void make_sample(struct stored_key *stored, const char *name, const char *private_part)
{
    memset(stored, 0, sizeof(*stored));
    stored->name = secret_alloc((strlen(name) + 1) * sizeof(*stored->name));
    assert_non_null(stored->name);
    u16(stored->name, name);
    strcpy(stored->algorithm, "ECDSA_P256");
    stored->kind = IMAGE_KEY_FILE;
    memcpy(stored->digits, DIGITS, NAME_DIGITS);
    stored->key_spec = 2;
    stored->export_policy = 3;
    stored->key_usage = 0xffffff;
    stored->public_part = copy_bytes("ECS1 public", 11);
    stored->private_part = copy_bytes(private_part, strlen(private_part));
}

static inline void set_part(struct bytes *part, size_t size)
{
    secret_free((void *)part->data);
    part->data = secret_alloc(size);
    assert_non_null(part->data);
    part->size = size;
}

static inline void assert_same_bytes(struct bytes a, struct bytes b)
{
    assert_int_equal(a.size, b.size);
    if (a.size) assert_memory_equal(a.data, b.data, a.size);
}

static inline void assert_same_name(const uint16_t *a, const uint16_t *b)
{
    assert_int_equal(u16_length(a), u16_length(b));
    assert_memory_equal(a, b, u16_length(a) * sizeof(*a));
}

static inline void assert_same_properties(const struct property_list *a, const struct property_list *b)
{
    const struct property *x = a->first, *y = b->first;

    for (; x && y; x = x->next, y = y->next)
    {
        assert_same_name(x->name, y->name);
        assert_int_equal(x->size, y->size);
        assert_memory_equal(x->data, y->data, x->size);
    }
    assert_null(x);
    assert_null(y);
}

static inline void assert_same_public(const struct stored_key *a, const struct stored_key *b)
{
    assert_same_name(a->name, b->name);
    assert_string_equal(a->algorithm, b->algorithm);
    assert_int_equal(a->key_spec, b->key_spec);
    assert_int_equal(a->flags, b->flags);
    assert_int_equal(a->export_policy, b->export_policy);
    assert_int_equal(a->key_usage, b->key_usage);
    assert_true(a->modified == b->modified);
    assert_memory_equal(a->id, b->id, KEY_ID_SIZE);
    assert_same_properties(&a->properties, &b->properties);
    assert_same_bytes(a->public_part, b->public_part);
}

static inline void assert_same_key(const struct stored_key *a, const struct stored_key *b)
{
    assert_same_public(a, b);
    assert_same_bytes(a->private_part, b->private_part);
}

/* --- images of key files --- */

static inline struct store_key make_store_key(uint8_t first)
{
    struct store_key key;
    size_t i;

    for (i = 0; i < STORE_KEY_SIZE; i++) key.key[i] = first + i;
    assert_int_equal(store_key_derive_id(&key), NTE_SUCCESS);
    return key;
}

static inline void set_text(struct stored_key *stored, const char *name, const void *data, uint32_t size)
{
    uint16_t buffer[64];

    assert_int_equal(property_list_set(&stored->properties, u16(buffer, name), data, size), NTE_SUCCESS);
}

static inline void make_full_sample(struct stored_key *stored)
{
    make_sample(stored, "Demo ..", "ECS2 private part");
    stored->name[5] = 0xe9;
    stored->name[6] = 0x4e2d;
    stored->flags = FLAG_MACHINE_KEY;
    stored->key_usage = USAGE_SIGNING;
    stored->modified = 0x01db000011223344;
    memcpy(stored->id, "\xa0\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae\xaf", KEY_ID_SIZE);
    set_text(stored, "Friendly Name", "\1\2\3", 3);
    set_text(stored, "empty", "", 0);
}

static inline struct bytes encode(const struct stored_key *stored, const struct store_key *key)
{
    struct writer w = {0};
    struct bytes image;

    assert_int_equal(keyfile_encode(stored, key, &w), NTE_SUCCESS);
    image = copy_bytes(w.data, w.used);
    writer_free(&w);
    return image;
}

static inline struct bytes sample_image(const struct store_key *key)
{
    struct stored_key stored;
    struct bytes image;

    make_full_sample(&stored);
    image = encode(&stored, key);
    stored_key_free(&stored);
    return image;
}

static inline nte_status decode_status(struct bytes image, const struct store_key *key)
{
    struct stored_key stored = {0};
    nte_status status = keyfile_decode(image, key, &stored);

    if (status) assert_null(stored.name);
    stored_key_free(&stored);
    return status;
}

#endif
