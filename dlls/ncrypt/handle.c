/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The table of handles. A handle names a slot and the generation of its use, and is only ever compared: no value
 * that a program passes is dereferenced. See ncrypt_private.h. */
#include "ncrypt_private.h"

/* A handle is generation, slot and a 1 bit: never 0, never INVALID_HANDLE_VALUE, never an aligned pointer. Slots
 * are used again in the order in which they became free and only while RESERVE others are, so that a stale value
 * stays invalid for generations * RESERVE objects: 2^20 where handles have 32 bits. */
#ifdef _WIN64
#define SLOT_BITS       22
#define GENERATION_BITS 41
#else
#define SLOT_BITS       19
#define GENERATION_BITS 12
#endif
#define SLOT_MAX        (1u << SLOT_BITS)
#define SLOT_MASK       (SLOT_MAX - 1)
#define GENERATION_MASK (((ULONG_PTR)1 << GENERATION_BITS) - 1)

#define CHUNK_SLOTS     1024
#define RESERVE         256

C_ASSERT(1 + SLOT_BITS + GENERATION_BITS <= 8 * sizeof(NCRYPT_HANDLE));
C_ASSERT(SLOT_MAX % CHUNK_SLOTS == 0);

struct slot
{
    struct object *object;              /* NULL: free */
    ULONG_PTR generation;
    unsigned int next_free;
};

static SRWLOCK table_lock = SRWLOCK_INIT;       /* held for a few instructions, never over a provider's call */
static struct slot *chunks[SLOT_MAX / CHUNK_SLOTS];
static unsigned int slot_count;
static unsigned int first_free, last_free, free_count;

static struct slot *slot_at(unsigned int index)
{
    return &chunks[index / CHUNK_SLOTS][index % CHUNK_SLOTS];
}

static void slot_give(unsigned int index)
{
    struct slot *slot = slot_at(index);

    slot->object = NULL;
    slot->generation = (slot->generation + 1) & GENERATION_MASK;
    if (free_count++) slot_at(last_free)->next_free = index;
    else first_free = index;
    last_free = index;
}

static void add_chunk(void)
{
    struct slot *chunk;
    unsigned int i;

    if (slot_count >= SLOT_MAX - CHUNK_SLOTS) return;   /* the last chunk would hold INVALID_HANDLE_VALUE */
    chunk = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, CHUNK_SLOTS * sizeof(*chunk));
    if (!chunk) return;
    chunks[slot_count / CHUNK_SLOTS] = chunk;
    for (i = 0; i < CHUNK_SLOTS; i++) slot_give(slot_count++);
}

static BOOL slot_take(struct object *object)
{
    struct slot *slot;

    if (free_count <= RESERVE) add_chunk();
    if (!free_count) return FALSE;
    slot = slot_at(first_free);
    slot->object = object;
    object->slot = first_free;
    object->handle = (((slot->generation << SLOT_BITS) | first_free) << 1) | 1;
    first_free = slot->next_free;
    free_count--;
    return TRUE;
}

/* The caller holds table_lock. */
static struct object *find(NCRYPT_HANDLE handle, unsigned int types)
{
    unsigned int index = (handle >> 1) & SLOT_MASK;
    struct object *object;

    if (index >= slot_count) return NULL;
    object = slot_at(index)->object;
    if (!object || object->handle != handle || !object->opens || !(object->type & types)) return NULL;
    return object;
}

struct object *object_new(enum object_type type, object_end *end, struct module *module, struct object *provider)
{
    struct object *object = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*object));
    BOOL taken = FALSE;

    if (!object) return NULL;
    object->type = type;
    object->end = end;
    object->refs = 1;
    object->module = module;
    object->table = &module->table;
    object->provider = provider ? provider : object;

    if (lock_exclusive(&table_lock))
    {
        taken = slot_take(object);
        unlock_exclusive(&table_lock);
    }
    if (!taken)
    {
        HeapFree(GetProcessHeap(), 0, object);
        return NULL;
    }
    if (provider) InterlockedIncrement(&provider->refs);
    return object;
}

NCRYPT_HANDLE object_publish(struct object *object)
{
    NCRYPT_HANDLE handle = object->handle;

    if (!lock_exclusive(&table_lock)) return handle;
    object->opens = 1;
    unlock_exclusive(&table_lock);
    return handle;
}

void object_discard(struct object *object)
{
    struct object *provider = object->provider;

    if (!lock_exclusive(&table_lock)) return;
    slot_give(object->slot);
    unlock_exclusive(&table_lock);
    if (provider != object) object_release(provider);
    HeapFree(GetProcessHeap(), 0, object);
}

static void destroy(struct object *object)
{
    object->end(object);
    object_discard(object);
}

struct object *object_grab(NCRYPT_HANDLE handle, unsigned int types)
{
    struct object *object;

    if (!lock_shared(&table_lock)) return NULL;
    if ((object = find(handle, types))) InterlockedIncrement(&object->refs);
    unlock_shared(&table_lock);
    return object;
}

void object_release(struct object *object)
{
    if (!InterlockedDecrement(&object->refs)) destroy(object);
}

SECURITY_STATUS object_close_type(NCRYPT_HANDLE handle, unsigned int types)
{
    struct object *object;
    BOOL last = FALSE;

    if (!lock_exclusive(&table_lock)) return NTE_INVALID_HANDLE;
    if ((object = find(handle, types))) last = !--object->opens;
    unlock_exclusive(&table_lock);
    if (!object) return NTE_INVALID_HANDLE;
    if (last) object_release(object);
    return ERROR_SUCCESS;
}

SECURITY_STATUS object_close(NCRYPT_HANDLE handle)
{
    return object_close_type(handle, OBJECT_ANY);
}

NCRYPT_HANDLE object_reopen(struct object *object)
{
    if (!lock_exclusive(&table_lock)) return object->handle;
    if (!object->opens++) InterlockedIncrement(&object->refs);
    unlock_exclusive(&table_lock);
    return object->handle;
}

/* Only a valid handle gives new references, so that one alone stays alone. */
static SECURITY_STATUS withdraw(struct object *object)
{
    if (!object) return NTE_INVALID_HANDLE;
    if (!object->module->own && object->refs > 1) return NTE_DEVICE_NOT_READY;
    object->opens = 0;
    return ERROR_SUCCESS;
}

SECURITY_STATUS object_withdraw(NCRYPT_HANDLE handle, unsigned int types, struct object **object)
{
    SECURITY_STATUS status;

    if (!lock_exclusive(&table_lock)) return NTE_INVALID_HANDLE;
    status = withdraw(*object = find(handle, types));
    unlock_exclusive(&table_lock);
    return status;
}
