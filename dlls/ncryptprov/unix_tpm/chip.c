/* SPDX-License-Identifier: LGPL-2.1-or-later
 * One connection of the process to the chip, over which calls take turns: what a chip does, it does one after the other
 * anyway. A call begins anew when the chip had no room for it, was reset, or has to be connected to again. */
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "chip.h"

#define ROOM_TRIES   400            /* at most; each waits up to twice ROOM_WAIT */
#define ROOM_WAIT    25             /* milliseconds */
#define LOST_TRIES   2

/* Robust: TerminateThread may end a thread in its turn. */
static pthread_mutex_t turn;
static struct chip chip = {.parent = ESYS_TR_NONE, .root = ESYS_TR_NONE};

static void make_turn(void)
{
    pthread_mutexattr_t robust;

    pthread_mutexattr_init(&robust);
    pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&turn, &robust);
    pthread_mutexattr_destroy(&robust);
}

/* --- the connection --- */

static void forget(struct chip *chip)
{
    chip->esys = NULL;
    chip->tcti = NULL;
    chip->parent = chip->root = ESYS_TR_NONE;
    chip->held_count = 0;
}

static void disconnect(struct chip *chip)
{
    if (!chip->esys) return;
    chip_flush(chip);
    Esys_Finalize(&chip->esys);
    chip_link_close(chip->tcti);
    forget(chip);
}

static nte_status begin(struct chip *chip)
{
    TSS2_RC rc;

    chip_flush_left(chip);
    if (!(rc = Esys_Initialize(&chip->esys, chip->tcti, NULL))) rc = chip_ask(chip);
    else chip->esys = NULL;
    return chip_status(rc);
}

static nte_status connect_chip(struct chip *chip)
{
    nte_status status;

    if (chip->esys) return NTE_SUCCESS;
    if ((status = chip_link_open(&chip->tcti, &chip->managed))) return status;
    if (!(status = begin(chip))) return NTE_SUCCESS;
    if (status == NTE_DEVICE_NOT_READY) chip_link_silent();
    if (chip->esys) disconnect(chip);
    else chip_link_close(chip->tcti);
    return status;
}

/* --- what a call holds --- */

void chip_hold(struct chip *chip, ESYS_TR handle)
{
    if (chip->held_count < CHIP_MOST_HELD) chip->held[chip->held_count++] = handle;
}

void chip_release(struct chip *chip, ESYS_TR handle)
{
    size_t i, kept = 0;

    for (i = 0; i < chip->held_count; i++) if (chip->held[i] != handle) chip->held[kept++] = chip->held[i];
    chip->held_count = kept;
    Esys_FlushContext(chip->esys, handle);
}

/* Without a manager the chip has three places for all processes, and the parent would take one for good (row T.57). */
static void release_all(struct chip *chip)
{
    while (chip->held_count) chip_release(chip, chip->held[chip->held_count - 1]);
    if (!chip->managed) chip_parent_forget(chip);
}

/* --- trying again --- */

struct tries
{
    unsigned int room, lost;
};

/* Not as long as whoever else is waiting. */
static void wait_for_room(void)
{
    struct timespec rest = {0, 0};

    clock_gettime(CLOCK_MONOTONIC, &rest);
    rest = (struct timespec){0, ROOM_WAIT * 1000000l + rest.tv_nsec / 1000 % (ROOM_WAIT * 1000000l)};
    nanosleep(&rest, NULL);
}

/* A chip that was reset, and a connection that others have closed: a password that may have reached it is not sent
 * again. */
static int begin_anew(struct chip *chip, struct tries *tries)
{
    if (chip->spent || ++tries->lost >= LOST_TRIES) return 0;
    if (chip->esys) chip_parent_forget(chip);
    return 1;
}

static int again(struct chip *chip, struct tries *tries, TSS2_RC rc)
{
    if (!chip_clock_left()) return 0;
    if (chip_is_full(rc) && ++tries->room < ROOM_TRIES)
    {
        chip_parent_forget(chip);
        wait_for_room();
        return 1;
    }
    return (chip_is_lost(rc) || chip_forgot(rc)) && begin_anew(chip, tries);
}

static nte_status run(struct chip *chip, chip_body *body, void *context)
{
    struct tries tries = {0, 0};
    nte_status status;
    TSS2_RC rc;

    chip->spent = 0;
    do
    {
        chip->refused = TSS2_RC_SUCCESS;
        chip->other_parent = 0;
        if ((status = connect_chip(chip))) return status;
        rc = body(chip, context);
        if (chip_is_broken(rc)) disconnect(chip);
        else release_all(chip);
    }
    while (again(chip, &tries, rc));
    return chip_status(rc);
}

/* What a thread that was ended in its turn left is in no known state: it stays as it is, and is not used again. */
static int take_turn(int64_t deadline)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const struct timespec most = chip_clock_real(deadline);
    int error;

    pthread_once(&once, make_turn);
    error = pthread_mutex_timedlock(&turn, &most);
    if (error != EOWNERDEAD) return !error;
    pthread_mutex_consistent(&turn);
    forget(&chip);
    return 1;
}

nte_status chip_run(chip_body *body, void *context)
{
    int64_t deadline = chip_clock_deadline();
    nte_status status;

    if (!take_turn(deadline)) return NTE_DEVICE_NOT_READY;
    chip_clock_start(deadline);
    status = run(&chip, body, context);
    pthread_mutex_unlock(&turn);
    return status;
}
