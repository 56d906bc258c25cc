/* SPDX-License-Identifier: LGPL-2.1-or-later
 * How all sides of the bench measure. To be included after `static double now(void)`, which gives seconds. */
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
