/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Where secret_alloc gets its memory from: pages that are left out of core dumps (MADV_DONTDUMP), where the system
 * can do that. Under a sanitizer and with NO_MEMORY_POOL it is the heap, so that the tools see each block. */
#ifndef ENGINE_MEMORY_POOL_H
#define ENGINE_MEMORY_POOL_H

#include <stddef.h>

/* Zeroed, aligned to 16 bytes; NULL when there is none. */
void *pool_alloc(size_t size);
/* block: of size bytes, all zero again but what pool_alloc's caller never wrote to. */
void pool_free(void *block, size_t size);

#endif
