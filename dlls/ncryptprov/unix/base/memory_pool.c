/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Blocks of powers of two on free lists, cut from pages that stay with the process; see memory_pool.h. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/memory_pool.h"

#if defined(__SANITIZE_ADDRESS__) || defined(NO_MEMORY_POOL)
#define USE_POOL 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define USE_POOL 0
#endif
#endif
#ifndef USE_POOL
#define USE_POOL 1
#endif

#define SMALLEST 64                 /* bytes */
#define CLASSES  10                 /* up to POOL_LARGEST */
#define ARENA    0x40000            /* bytes that are mapped at a time */

struct free_block
{
    struct free_block *next;
};

static struct
{
    pthread_mutex_t mutex;          /* held for a few instructions, or one mmap */
    struct free_block *free[CLASSES];
    uint8_t *arena;                 /* what is left of the last one */
    size_t left;
} pool = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void *map_pages(size_t size)
{
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (pages == MAP_FAILED) return NULL;
    madvise(pages, size, MADV_DONTDUMP);                    /* not a reason to fail if the kernel lacks it */
    return pages;
}

_Static_assert(SMALLEST << (CLASSES - 1) == POOL_LARGEST, "classes");

/* CLASSES: larger than any. */
static int class_of(size_t size)
{
    int class = 0;

    while (class < CLASSES && (size_t)SMALLEST << class < size) class++;
    return class;
}

/* When a block does not fit, the rest of the arena is lost: an eighth of it at most. */
static void *cut_block(size_t size)
{
    void *block;

    if (pool.left < size)
    {
        if (!(block = map_pages(ARENA))) return NULL;
        pool.arena = block;
        pool.left = ARENA;
    }
    block = pool.arena;
    pool.arena += size;
    pool.left -= size;
    return block;
}

static void *take_block(int class)
{
    struct free_block *block;

    pthread_mutex_lock(&pool.mutex);
    if ((block = pool.free[class]))
    {
        pool.free[class] = block->next;
        block->next = NULL;
    }
    else block = cut_block((size_t)SMALLEST << class);
    pthread_mutex_unlock(&pool.mutex);
    return block;
}

void *pool_alloc(size_t size)
{
    int class = class_of(size);

    if (!USE_POOL) return calloc(1, size);
    return class < CLASSES ? take_block(class) : map_pages(size);
}

void pool_free(void *data, size_t size)
{
    int class = class_of(size);
    struct free_block *block = data;

    if (!USE_POOL)
    {
        free(data);
        return;
    }
    if (class == CLASSES)
    {
        munmap(data, size);
        return;
    }
    pthread_mutex_lock(&pool.mutex);
    block->next = pool.free[class];
    pool.free[class] = block;
    pthread_mutex_unlock(&pool.mutex);
}
