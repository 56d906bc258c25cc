/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the store is asked to do while the world fails, and how the disk looks before and after each step. Include
 * after cmocka.h. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include "store_scratch.h"

#define STEPS_MAX 6

/* The two keys that scenarios deal with: the private part of each, NULL where there is no such key. */
struct disk_state
{
    const char *old, *key;
    int property;                   /* the first one has the property "p" */
};

struct scenario
{
    const char *name;
    void (*prepare)(struct scratch *scratch);
    nte_status (*steps[STEPS_MAX])(struct store *store);
    struct disk_state states[STEPS_MAX + 1];                    /* before the first, after each */
    int (*matches)(struct scratch *scratch, int steps);         /* in place of states: as after so many steps */
    const char *order;              /* trace_letters; nothing is missing and nothing costs time for no reason */
    const char *order_two_steps;    /* without renameat2; NULL where it is the same */
    int keeps_old;                  /* what is asked is about "key", and "old" is a bystander */
    int leftovers;                  /* temporary files that were there before, and need not be cleared away */
};

extern const struct scenario scenarios[];
extern const size_t scenario_count;

/* What a process says of itself, in memory that it shares with its parent. */
struct report
{
    int done;                       /* steps that were reported as done */
    nte_status status;              /* of the next one */
    int descriptors;                /* leaked */
    long bytes;                     /* leaked */
    uint32_t image_size;            /* of what the step of "seal" gave */
    uint8_t image[1024];
    struct store_key kept;          /* by the keeper, which outlives the process */
};
extern struct report *report;

/* With a keeper that keeps one key in the report. */
nte_status scenario_open(struct scratch *scratch, struct store **store);

int scenario_steps(const struct scenario *scenario);

/* An empty parent directory, then what the scenario needs. */
void scenario_prepare(const struct scenario *scenario, struct scratch *scratch);

/* In the child: all steps, up to the first that fails. */
void scenario_run(const struct scenario *scenario, struct store *store);

/* Whether the disk is as after so many steps, to a process that knows nothing of what was. */
int scenario_matches(const struct scenario *scenario, struct scratch *scratch, int steps);

/* The same for the key alone that the scenario is about. */
int scenario_matches_part(const struct scenario *scenario, struct scratch *scratch, int steps);

#endif
