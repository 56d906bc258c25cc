/* SPDX-License-Identifier: LGPL-2.1-or-later
 * How long a call may take: one deadline for all that it does, the wait for its turn included. */
#include <time.h>

#include "chip.h"

#define MOST_WAIT 180000            /* a slow chip needs a minute for an RSA key */

static uint32_t most_wait = MOST_WAIT;
static int64_t deadline;            /* of the call that has the turn */

static int64_t now(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000ll + at.tv_nsec / 1000000;
}

void chip_most_wait(uint32_t milliseconds)
{
    most_wait = milliseconds ? milliseconds : MOST_WAIT;
}

int64_t chip_clock_deadline(void)
{
    return now() + most_wait;
}

void chip_clock_start(int64_t own_deadline)
{
    deadline = own_deadline;
}

int chip_clock_left(void)
{
    int64_t left = deadline - now();

    return left > 0 ? left : 0;
}

struct timespec chip_clock_real(int64_t own_deadline)
{
    int64_t left = own_deadline - now(), nanoseconds;
    struct timespec at;

    clock_gettime(CLOCK_REALTIME, &at);
    nanoseconds = at.tv_nsec + left % 1000 * 1000000;
    return (struct timespec){at.tv_sec + left / 1000 + nanoseconds / 1000000000, nanoseconds % 1000000000};
}
