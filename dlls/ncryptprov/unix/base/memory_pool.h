/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Where secret_alloc gets its memory: pages that are left out of core dumps (MADV_DONTDUMP), if the system can do that.
 * Under a sanitizer and with NO_MEMORY_POOL it is the heap, so that the tools see each block. */
#ifndef ENGINE_MEMORY_POOL_H
#define ENGINE_MEMORY_POOL_H

#include <stddef.h>

/* Larger blocks, in bytes, are mappings of their own: each costs system calls. */
#define POOL_LARGEST 0x8000

/* Zeroed, aligned to 16 bytes; NULL when out of memory. */
void *pool_alloc(size_t size);
/* block: of size bytes. The caller has zeroed again whatever it wrote there. */
void pool_free(void *block, size_t size);

#endif
