/* SPDX-License-Identifier: LGPL-2.1-or-later
 * How both sides of the bench measure. To be included after `static double now(void)`, which gives seconds. */
#define SECONDS 0.1

/* Microseconds a call, over about SECONDS. The clock is read after batches that take a millisecond. The first call
 * warms up. */
static double measure(void (*op)(void))
{
    unsigned int batch = 1, total = 0, i;
    double start, before, after;

    op();
    start = now();
    do
    {
        before = now();
        for (i = 0; i < batch; i++) op();
        after = now();
        total += batch;
        if (after - before < 0.001) batch *= 2;
    } while (after - start < SECONDS);
    return (after - start) / total * 1e6;
}
