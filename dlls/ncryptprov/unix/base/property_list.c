/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A list of named values; see property_list.h. A property is one block of secret memory: the struct, its
 * name, its data. */
#include <string.h>

#include "base/property_list.h"

static int equal_names(const uint16_t *a, const uint16_t *b)
{
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

/* The link that leads to the property, or the one at the end of the list. */
static struct property **find_link(struct property_list *list, const uint16_t *name)
{
    struct property **link = &list->first;

    while (*link && !equal_names((*link)->name, name)) link = &(*link)->next;
    return link;
}

static struct property *new_property(const uint16_t *name, const void *data, uint32_t size)
{
    size_t name_size = (u16_length(name) + 1) * sizeof(*name);
    struct property *property;

    if (size > SIZE_MAX - sizeof(*property) - name_size) return NULL;
    if (!(property = secret_alloc(sizeof(*property) + name_size + size))) return NULL;
    property->name = (uint16_t *)(property + 1);
    property->data = (uint8_t *)property->name + name_size;
    property->size = size;
    memcpy(property->name, name, name_size);
    if (size) memcpy(property->data, data, size);
    return property;
}

const struct property *property_list_find(const struct property_list *list, const uint16_t *name)
{
    const struct property *property = list->first;

    while (property && !equal_names(property->name, name)) property = property->next;
    return property;
}

const struct property *property_list_find_ascii(const struct property_list *list, const char *name)
{
    const struct property *property = list->first;

    while (property && !u16_equal(property->name, name)) property = property->next;
    return property;
}

nte_status property_list_set(struct property_list *list, const uint16_t *name, const void *data, uint32_t size)
{
    struct property *property = new_property(name, data, size), **link, *old;

    if (!property) return NTE_NO_MEMORY;
    link = find_link(list, name);
    old = *link;
    if (old) property->next = old->next;
    *link = property;
    secret_free(old);
    return NTE_SUCCESS;
}

nte_status property_list_copy(struct property_list *dst, const struct property_list *src)
{
    struct property **link = &dst->first;
    const struct property *property;

    for (property = src->first; property; property = property->next)
    {
        if (!(*link = new_property(property->name, property->data, property->size)))
        {
            property_list_free(dst);
            return NTE_NO_MEMORY;
        }
        link = &(*link)->next;
    }
    return NTE_SUCCESS;
}

void property_list_free(struct property_list *list)
{
    struct property *property;

    while ((property = list->first))
    {
        list->first = property->next;
        secret_free(property);
    }
}
