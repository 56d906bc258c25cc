/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Callers' memory. It can vanish at any time: another thread of the program unmaps or protects it, and the access ends
 * the Unix call with an exception that unwinds nothing here. So the calls of unixlib.c and unixlib_protect.c copy what
 * they are given before they enter the engine, have it write to memory of its own, and give results out after it has
 * returned. Nothing in the engine sees an address of the caller, and no lock is held where one is used.
 *
 * A call is border_begin, takes and rooms, border_status, the work, gives, border_end. The copies of a call that an
 * exception ended are wiped and freed by the next call of the same thread. Calls do not nest. */
#ifndef ENGINE_BORDER_H
#define ENGINE_BORDER_H

#include "base/memory.h"
#include "base/status.h"

/* Addresses and objects as the structs of unixlib.h carry them. */
static inline void *pointer(uint64_t address)
{
    return (void *)(uintptr_t)address;
}

static inline uint64_t number(const void *object)
{
    return (uintptr_t)object;
}

void border_begin(void);

/* A copy, which the work may change; data NULL for address 0, whatever the size. */
struct bytes border_take(uint64_t address, uint64_t size);

/* The same for a UTF-16 string with its NUL. */
const uint16_t *border_take_string(uint64_t address);

/* Memory for a result in place of the caller's: size bytes, but at most most. NULL for address 0. */
uint8_t *border_room(uint64_t address, uint32_t size, uint32_t most);

/* Has the engine's own memory freed with secret_free if this call does not come to its end. */
void border_keep(void *block);

/* NTE_NO_MEMORY when one of the above could not be had. */
nte_status border_status(void);

/* Writes size bytes of a room to the caller. */
void border_give(uint64_t address, const void *room, size_t size);

/* Wipes and frees all copies and rooms, and wipes the stack that the work has used; gives status back. */
nte_status border_end(nte_status status);

#endif
