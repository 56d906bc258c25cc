/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The parts of make_seeds. */
#ifndef TESTS_SEEDS_H
#define TESTS_SEEDS_H

#include "memory.h"

/* Writes the file target/name of the corpus. */
void save_seed(const char *target, const char *name, struct bytes seed);

void save_protected(void);          /* seeds_protect.c */

#endif
