/* SPDX-License-Identifier: LGPL-2.1-or-later
 * How all sides of the bench measure. To be included after `static double now(void)`, which gives seconds. */
#include <stdio.h>
#include <string.h>

#define SECONDS 0.1

/* Microseconds a call: the fastest batch of those of about SECONDS, since whatever else the machine does only ever
 * adds. A batch takes a millisecond or more, so that the clock does not matter. The first call warms up. */
static double measure(void (*op)(void))
{
    double start, before, after, best = 0;
    unsigned int batch = 1, i;

    op();
    start = now();
    do
    {
        before = now();
        for (i = 0; i < batch; i++) op();
        after = now();
        if (after - before < 0.001) batch *= 2;
        else if (!best || (after - before) / batch < best) best = (after - before) / batch;
    } while (after - start < SECONDS);
    return best * 1e6;
}

/* Keys in a batch that is measured: how long one takes is chance. */
#define GENERATED 6

/* Signatures of ML-DSA likewise: how often one is begun anew is chance. */
#define SIGNED 200

/* Microseconds a call, of one batch of so many. */
static inline double measure_batch(void (*op)(void), unsigned int count)
{
    double start = now();
    unsigned int i;

    for (i = 0; i < count; i++) op();
    return (now() - start) * 1e6 / count;
}

struct operation
{
    const char *name;
    void (*setup)(void);
    void (*op)(void);
    void (*cleanup)(void);
    unsigned int batch;             /* so many calls are measured; 0: the fastest of many batches */
    unsigned int count;             /* what op does so many times; 0: once */
};

/* Prints what the one of that name costs, once. 0: there is none. */
static inline int run_operation(const struct operation *operations, size_t count, const char *name)
{
    const struct operation *operation;
    double cost;

    for (operation = operations; operation < operations + count; operation++)
    {
        if (strcmp(name, operation->name)) continue;
        if (operation->setup) operation->setup();
        cost = operation->batch ? measure_batch(operation->op, operation->batch) : measure(operation->op);
        printf("%.4f\n", cost / (operation->count ? operation->count : 1));
        if (operation->cleanup) operation->cleanup();
        return 1;
    }
    return 0;
}

#define RUN_OPERATION(operations, name) run_operation(operations, sizeof(operations) / sizeof(*(operations)), name)
