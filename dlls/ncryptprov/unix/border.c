/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copies of callers' memory, one set a thread; see border.h. */
#include <string.h>

#include "border.h"

#define NEAR_SIZE  2048             /* bytes: a hash, a signature, the names; no allocation for these */
#define MOST_KEPT  4

struct far_block
{
    struct far_block *next;
    uint64_t padding;               /* keeps data aligned to 16 bytes */
    uint8_t data[];
};

/* In place of the stack of the call, which is gone after an exception. */
static _Thread_local struct
{
    _Alignas(16) uint8_t near[NEAR_SIZE];
    size_t used;                    /* of near */
    struct far_block *far;
    void *kept[MOST_KEPT];
    unsigned int kept_count;
    int failed;
} copies;

static void free_all(void)
{
    struct far_block *block;

    while ((block = copies.far))
    {
        copies.far = block->next;
        secret_free(block);
    }
    wipe(copies.near, copies.used);
    copies.used = 0;
    copies.kept_count = 0;
    copies.failed = 0;
}

void border_begin(void)
{
    while (copies.kept_count) secret_free(copies.kept[--copies.kept_count]);
    free_all();
}

nte_status border_end(nte_status status)
{
    free_all();
    wipe_stack();                   /* __tls_get_addr of Debian 13 saves vector registers there, for 32-bit programs */
    return status;
}

nte_status border_status(void)
{
    return copies.failed ? NTE_NO_MEMORY : NTE_SUCCESS;
}

void border_keep(void *block)
{
    if (copies.kept_count < MOST_KEPT) copies.kept[copies.kept_count++] = block;
    else copies.failed = 1;
}

static void *far_alloc(size_t size)
{
    struct far_block *block = NULL;

    if (size <= SIZE_MAX - sizeof(*block)) block = secret_alloc(sizeof(*block) + size);
    if (!block)
    {
        copies.failed = 1;
        return NULL;
    }
    block->next = copies.far;
    copies.far = block;
    return block->data;
}

static void *alloc(size_t size)
{
    size_t rounded = size ? (size + 15) & ~(size_t)15 : 16;
    void *data = copies.near + copies.used;

    if (size > NEAR_SIZE || rounded > NEAR_SIZE - copies.used) return far_alloc(size);
    copies.used += rounded;
    return data;
}

struct bytes border_take(uint64_t address, uint64_t size)
{
    struct bytes run = {NULL, size};
    void *copy;

    if (!address || !(copy = alloc(size))) return run;
    if (size) memcpy(copy, pointer(address), size);
    run.data = copy;
    return run;
}

/* A string that changes meanwhile still ends where it was seen to end. */
const uint16_t *border_take_string(uint64_t address)
{
    size_t length;
    uint16_t *copy;

    if (!address) return NULL;
    length = u16_length(pointer(address));
    if (!(copy = (uint16_t *)border_take(address, (length + 1) * sizeof(*copy)).data)) return NULL;
    copy[length] = 0;
    return copy;
}

uint8_t *border_room(uint64_t address, uint32_t size, uint32_t most)
{
    return address ? alloc(size < most ? size : most) : NULL;
}

void border_give(uint64_t address, const void *room, size_t size)
{
    if (address && size) memcpy(pointer(address), room, size);
}
