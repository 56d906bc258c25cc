/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A device of the kernel, which keeps whoever waits for it as long as it likes: poll, read and close wait for the chip,
 * and no caller can limit that (row T.55a). So a thread waits in place of the call. When the time is up the call goes
 * on without it, and the thread closes the device when the kernel lets it. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "chip.h"

struct chip_device
{
    int fd;
    pthread_mutex_t mutex;          /* guards what follows while a thread is at work */
    pthread_cond_t ended;
    int is_busy;                    /* a thread has the device */
    int is_left;                    /* for good: nobody comes back for it */
    size_t size;                    /* of the command, then of the answer; 0: there is none */
    uint8_t data[CHIP_MOST_ANSWER];
};

static void end_device(struct chip_device *device)
{
    close(device->fd);
    pthread_cond_destroy(&device->ended);
    pthread_mutex_destroy(&device->mutex);
    engine.free(device);
}

int chip_device_open(const char *path, struct chip_device **device)
{
    struct chip_device *new = engine.alloc(sizeof(*new));
    pthread_condattr_t monotonic;
    int error;

    if (!new) return ENOMEM;
    if ((new->fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY)) < 0)
    {
        error = errno;
        engine.free(new);
        return error;
    }
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&new->ended, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&new->mutex, NULL);
    *device = new;
    return 0;
}

/* --- the thread --- */

/* A device takes the whole command at once. */
static int write_command(const struct chip_device *device)
{
    ssize_t written;

    do written = write(device->fd, device->data, device->size);
    while (written < 0 && errno == EINTR);
    return written == (ssize_t)device->size;
}

static size_t read_answer(struct chip_device *device)
{
    size_t have = 0, wanted = 0;
    ssize_t got;

    do
    {
        got = read(device->fd, device->data + have, sizeof(device->data) - have);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return 0;
        have += got;
        wanted = chip_wire_size(device->data, have);
    }
    while (!wanted || (have < wanted && wanted != SIZE_MAX));
    return wanted == SIZE_MAX ? 0 : wanted;
}

static void *work(void *context)
{
    struct chip_device *device = context;
    size_t size = write_command(device) ? read_answer(device) : 0;
    int is_left;

    pthread_mutex_lock(&device->mutex);
    device->size = size;
    device->is_busy = 0;
    is_left = device->is_left;
    pthread_cond_signal(&device->ended);
    pthread_mutex_unlock(&device->mutex);
    if (is_left) end_device(device);
    return NULL;
}

/* Closing waits for the chip, too. */
static void *close_device(void *context)
{
    end_device(context);
    return NULL;
}

/* Signals are for the program's own threads. */
static int start_thread(struct chip_device *device, void *(*task)(void *device))
{
    pthread_attr_t detached;
    sigset_t all, before;
    pthread_t thread;
    int error;

    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&thread, &detached, task, device);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&detached);
    return !error;
}

/* --- the call --- */

int chip_device_send(struct chip_device *device, const uint8_t *command, size_t size)
{
    int may_start;

    pthread_mutex_lock(&device->mutex);
    if ((may_start = !device->is_busy && size <= sizeof(device->data) && chip_clock_left()))
    {
        memcpy(device->data, command, size);
        device->size = size;
        device->is_busy = 1;
    }
    pthread_mutex_unlock(&device->mutex);
    if (may_start && start_thread(device, work)) return 1;
    if (may_start) device->is_busy = 0;
    return 0;
}

static struct timespec moment_of_end(void)
{
    int64_t left = chip_clock_left(), nanoseconds;
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    nanoseconds = at.tv_nsec + left % 1000 * 1000000;
    return (struct timespec){at.tv_sec + left / 1000 + nanoseconds / 1000000000, nanoseconds % 1000000000};
}

size_t chip_device_receive(struct chip_device *device, uint8_t *answer)
{
    const struct timespec end = moment_of_end();
    size_t size = 0;
    int error = 0;

    pthread_mutex_lock(&device->mutex);
    while (device->is_busy && !error) error = pthread_cond_timedwait(&device->ended, &device->mutex, &end);
    if (!device->is_busy && (size = device->size))
    {
        memcpy(answer, device->data, size);
        explicit_bzero(device->data, size);
    }
    pthread_mutex_unlock(&device->mutex);
    return size;
}

void chip_device_close(struct chip_device *device)
{
    int is_busy;

    pthread_mutex_lock(&device->mutex);
    is_busy = device->is_busy;
    device->is_left = 1;
    pthread_mutex_unlock(&device->mutex);
    if (!is_busy && !start_thread(device, close_device)) end_device(device);
}
