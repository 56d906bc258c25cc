/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which pointers NCryptFreeBuffer accepts, and whose they are. A pointer is only looked up, never read. */
#include "ncrypt_private.h"

#define BUCKETS 256

static SRWLOCK lock = SRWLOCK_INIT;
static struct buffer *buckets[BUCKETS];

static struct buffer **bucket_of(void *data)
{
    ULONG_PTR value = (ULONG_PTR)data >> 4;         /* heap blocks are aligned */

    return &buckets[(value ^ (value >> 8) ^ (value >> 16)) % BUCKETS];
}

struct buffer *buffer_new(struct module *module, BOOL is_state)
{
    struct buffer *buffer = HeapAlloc(GetProcessHeap(), 0, sizeof(*buffer));

    if (!buffer) return NULL;
    buffer->next = NULL;
    buffer->data = NULL;
    buffer->module = module;
    buffer->is_state = is_state;
    return buffer;
}

void buffer_drop(struct buffer *buffer)
{
    HeapFree(GetProcessHeap(), 0, buffer);
}

/* At the head: an enumeration finds its state fast, however many names its program never frees. */
void buffer_put(struct buffer *buffer, void *data)
{
    struct buffer **bucket = bucket_of(data);

    buffer->data = data;
    if (!lock_exclusive(&lock)) return;
    buffer->next = *bucket;
    *bucket = buffer;
    unlock_exclusive(&lock);
}

static BOOL fits(const struct buffer *buffer, const struct module *state_of)
{
    return !state_of || (buffer->is_state && buffer->module == state_of);
}

static struct buffer *take(void *data, const struct module *state_of)
{
    struct buffer **link = bucket_of(data), *buffer;

    if (!lock_exclusive(&lock)) return NULL;
    while (*link && (*link)->data != data) link = &(*link)->next;
    buffer = *link;
    if (buffer && !fits(buffer, state_of)) buffer = NULL;
    if (buffer) *link = buffer->next;
    unlock_exclusive(&lock);
    return buffer;
}

struct buffer *buffer_take(void *data)
{
    return take(data, NULL);
}

struct buffer *buffer_take_state(void *data, const struct module *module)
{
    return take(data, module);
}

SECURITY_STATUS buffer_end(struct buffer *buffer)
{
    SECURITY_STATUS status = ERROR_SUCCESS;

    if (buffer->module) status = buffer->module->table.FreeBuffer(buffer->data);
    else HeapFree(GetProcessHeap(), 0, buffer->data);
    buffer_drop(buffer);
    return status;
}
