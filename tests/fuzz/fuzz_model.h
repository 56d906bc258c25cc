/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What fuzz_engine.c holds the engine against: which names there are, which key each handle has, and a look at
 * whether the engine says the same. */
#ifndef TESTS_FUZZ_MODEL_H
#define TESTS_FUZZ_MODEL_H

#include "fuzz.h"

#define NAME_COUNT 3                /* two bits choose: the fourth is none */
#define STORE_COUNT 2               /* the user's and the machine's */
#define HANDLE_COUNT 6
#define CUSTOM_COUNT 2

/* What is true of a key, wherever it is. */
struct facts
{
    unsigned int id;                /* which key: counted up as keys are finalized; 0: not finalized */
    const struct algorithm *alg;
    uint32_t policy, usage;
    int has_private;
    struct bytes public_blob;
    struct bytes custom[CUSTOM_COUNT];  /* data NULL: never set */
};

struct stored
{
    int exists;
    struct facts facts;
};

struct handle
{
    uint64_t key;                   /* 0: free */
    struct stored *stored;          /* what its name means; NULL: ephemeral */
    uint32_t flags;                 /* of its creation */
    int is_final, may_archive;
    uint32_t policy_limit;          /* bits that the policy may be set to have */
    struct facts facts;
};

static struct stored stores[STORE_COUNT][NAME_COUNT];
static struct handle handles[HANDLE_COUNT];
static unsigned int last_id;

static const char *const names[NAME_COUNT] = {"one", "two words", "..\\three/.."};
static const char *const algs[] = {"ECDSA_P256", "ECDH_P256", "AES", "PBKDF2", "ECDH", "RSA"};

enum { RSA = 5 };                   /* too slow to generate: imported only */

/* --- choices --- */

static struct handle *take_handle(struct reader *input)
{
    return &handles[take_u8(input) % HANDLE_COUNT];
}

static struct handle *free_handle(void)
{
    size_t i;

    for (i = 0; i < HANDLE_COUNT; i++) if (!handles[i].key) return &handles[i];
    return NULL;
}

struct choice
{
    struct stored *stored;          /* NULL: no name */
    const char *name;
    uint32_t flags;                 /* FLAG_MACHINE_KEY, FLAG_OVERWRITE_KEY */
};

static struct choice take_choice(struct reader *input)
{
    uint8_t byte = take_u8(input);
    struct choice choice = {NULL, NULL, 0};
    unsigned int n = byte & 3;

    if (byte & 0x10) choice.flags |= FLAG_MACHINE_KEY;
    if (byte & 0x20) choice.flags |= FLAG_OVERWRITE_KEY;
    if (n == NAME_COUNT) return choice;
    choice.stored = &stores[byte >> 4 & 1][n];
    choice.name = names[n];
    return choice;
}

static uint64_t name_of(struct choice choice)
{
    return choice.name ? number(wide(choice.name)) : 0;
}

/* --- comparing --- */

static struct bytes get_public(const struct handle *handle)
{
    struct bytes blob = {NULL, 0};
    nte_status status = export(handle->key, "PUBLICBLOB", NULL, 0, 0, &blob);

    require(!status == (handle->facts.alg->family->sign || handle->facts.alg->family->agree));
    return blob;
}

static const uint16_t *custom_name(size_t i)
{
    return wide(i ? "Custom" : "Friendly Name");
}

static void check_text(uint64_t key, const char *property, const char *expected)
{
    struct bytes value;

    require(!get_property(key, wide(property), 0, &value));
    require(value.size == 2 * strlen(expected) + 2 && !memcmp(value.data, wide(expected), value.size));
}

static void check_handle(const struct handle *handle)
{
    struct bytes value;
    nte_status status;
    size_t i;

    check_text(handle->key, "Algorithm Name", handle->facts.alg->id);
    require(get_u32(handle->key, "Export Policy") == handle->facts.policy);
    require(get_u32(handle->key, "Key Usage") == handle->facts.usage);
    for (i = 0; i < CUSTOM_COUNT; i++)
    {
        status = get_property(handle->key, custom_name(i), FLAG_PERSIST_ONLY, &value);
        if (!handle->facts.custom[i].data) require(status == NTE_NOT_FOUND);
        else require(!status && same_bytes(value, handle->facts.custom[i]));
    }
    if (handle->is_final) require(same_bytes(get_public(handle), handle->facts.public_blob));
    if (!handle->stored) require(get_property(handle->key, wide("Name"), 0, &value) == NTE_NOT_SUPPORTED);
}

/* The key of the name is the one that the handle has. */
static int is_current(const struct handle *handle)
{
    return handle->stored->exists && handle->stored->facts.id == handle->facts.id;
}

#endif
