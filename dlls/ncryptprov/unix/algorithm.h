/* SPDX-License-Identifier: LGPL-2.1-or-later
 * All algorithms, a row each. The rows name the families, so that no family asks for one. */
#ifndef ENGINE_ALGORITHM_H
#define ENGINE_ALGORITHM_H

#include "family.h"

extern const struct algorithm algorithms[];
extern const size_t algorithm_count;
extern const struct algorithm_list all_algorithms;

/* The row of that name, in whatever case; NULL when there is none. */
const struct algorithm *algorithm_in(const struct algorithm_list *list, const uint16_t *id);
const struct algorithm *algorithm_in_ascii(const struct algorithm_list *list, const char *id);
/* Among all_algorithms. */
const struct algorithm *algorithm_find(const uint16_t *id);
const struct algorithm *algorithm_find_ascii(const char *id);

#endif
