/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the parts of the fault test share: counting, and a look at the disk afterwards. Include after cmocka.h. */
#ifndef FAULTS_H
#define FAULTS_H

#include "scenario.h"

extern int points;                  /* tried so far */
extern int lost;                    /* of these, went wrong */

/* One point is done; text says what was wrong with it, NULL nothing. what names the point. */
void count_point(const char *what, const char *text);

/* What is wrong on disk after the report; NULL when nothing is. exact: a step that was not reported as done has
 * not happened. temps: how many temporary files may be left. */
const char *look_at_disk(const struct scenario *scenario, struct scratch *scratch, int exact, int temps);

/* The same after the directory was gone for a while: a store can be made there again. */
const char *look_at_new_key(struct scratch *scratch);

/* world.c: file systems that are full or read-only. Each prints its count, or why it was skipped. */
void try_full_disk(struct scratch *scratch);
void try_read_only(struct scratch *scratch);

#endif
