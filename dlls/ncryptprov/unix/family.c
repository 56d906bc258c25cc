/* SPDX-License-Identifier: LGPL-2.1-or-later
 * How a family finds its rows among those that it was given; see family.h. */
#include "family.h"

const struct algorithm *family_algorithm(const struct algorithm_list *list, const struct family *family)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        if (list->rows[i].family == family) return &list->rows[i];
    return NULL;
}

const struct algorithm *family_algorithm_named(const struct algorithm_list *list, const struct family *family,
                                               const uint16_t *id)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        if (list->rows[i].family == family && u16_equal_nocase(id, list->rows[i].id)) return &list->rows[i];
    return NULL;
}
