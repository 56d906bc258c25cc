/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A list of named values, as a handle or a key file holds them. Names compare exactly. */
#ifndef ENGINE_PROPERTY_LIST_H
#define ENGINE_PROPERTY_LIST_H

#include "base/memory.h"
#include "base/status.h"

struct property
{
    struct property *next;
    uint16_t *name;                 /* NUL-terminated UTF-16 */
    uint8_t *data;
    uint32_t size;                  /* bytes; 0 is a value like any other */
};

struct property_list
{
    struct property *first;         /* in the order in which names were first set */
};

/* NULL when the name was never set. */
const struct property *property_list_find(const struct property_list *list, const uint16_t *name);
const struct property *property_list_find_ascii(const struct property_list *list, const char *name);
/* Adds or replaces; on NTE_NO_MEMORY the list is unchanged. */
nte_status property_list_set(struct property_list *list, const uint16_t *name, const void *data, uint32_t size);
nte_status property_list_copy(struct property_list *dst, const struct property_list *src); /* dst: empty */
void property_list_free(struct property_list *list);        /* wipes, and leaves the list empty */

#endif
