/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The way to a chip, as a TCTI of our own: those of tpm2-tss wait for an answer as long as it takes. A device is opened
 * once; the socket of swtpm for each command, as it serves one client at a time (row T.78). */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "chip.h"

#define HEADER_SIZE 10             /* tag, size, code */

struct wire
{
    TSS2_TCTI_CONTEXT_COMMON_V2 common;
    struct chip_device *device;     /* NULL: a socket: */
    int fd;                         /* -1: between two commands */
    struct sockaddr_un address;
    size_t answer_size;             /* 0: none is here */
    uint8_t answer[CHIP_MOST_ANSWER];
};

static struct wire *wire_of(TSS2_TCTI_CONTEXT *tcti)
{
    return (struct wire *)tcti;
}

/* Others may be waiting in front of us: also that has an end. */
static int connect_socket(struct wire *wire)
{
    int left = chip_clock_left();
    const struct timeval most = {left / 1000, left % 1000 * 1000};

    if (!left) return ETIMEDOUT;
    if ((wire->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0) return errno;
    setsockopt(wire->fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most));
    if (!connect(wire->fd, (struct sockaddr *)&wire->address, sizeof(wire->address))) return 0;
    return errno;
}

static void disconnect(struct wire *wire)
{
    if (wire->fd >= 0) close(wire->fd);
    wire->fd = -1;
}

/* 1 when there is something to read, or room to write. Signals of the program's threads do not end the wait. */
static int await(const struct wire *wire, short events)
{
    struct pollfd waiting = {.fd = wire->fd, .events = events};
    int left, ready;

    while ((left = chip_clock_left()))
    {
        ready = poll(&waiting, 1, left);
        if (ready > 0) return 1;
        if (ready < 0 && errno != EINTR) return 0;
    }
    return 0;
}

static int write_all(const struct wire *wire, const uint8_t *data, size_t size)
{
    ssize_t written;

    while (size)
    {
        if (!await(wire, POLLOUT)) return 0;
        written = send(wire->fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (written <= 0) return 0;
        data += written;
        size -= written;
    }
    return 1;
}

static TSS2_RC transmit(TSS2_TCTI_CONTEXT *tcti, size_t size, const uint8_t *command)
{
    struct wire *wire = wire_of(tcti);

    wire->answer_size = 0;
    if (wire->device) return chip_device_send(wire->device, command, size) ? TSS2_RC_SUCCESS : TSS2_TCTI_RC_IO_ERROR;
    if (connect_socket(wire))
    {
        disconnect(wire);
        return TSS2_TCTI_RC_NO_CONNECTION;
    }
    return write_all(wire, command, size) ? TSS2_RC_SUCCESS : TSS2_TCTI_RC_IO_ERROR;
}

static size_t read_some(const struct wire *wire, uint8_t *data, size_t size)
{
    ssize_t got;

    do
    {
        if (!await(wire, POLLIN)) return 0;
        got = read(wire->fd, data, size);
    }
    while (got < 0 && (errno == EINTR || errno == EAGAIN));
    return got > 0 ? got : 0;
}

size_t chip_wire_size(const uint8_t *answer, size_t have)
{
    size_t size;

    if (have < HEADER_SIZE) return 0;
    size = (size_t)answer[2] << 24 | answer[3] << 16 | answer[4] << 8 | answer[5];
    return size < HEADER_SIZE || size > CHIP_MOST_ANSWER ? SIZE_MAX : size;
}

static TSS2_RC read_answer(struct wire *wire)
{
    size_t have = 0, wanted = 0, got;

    while (!wanted || have < wanted)
    {
        if (!(got = read_some(wire, wire->answer + have, sizeof(wire->answer) - have))) return TSS2_TCTI_RC_IO_ERROR;
        wanted = chip_wire_size(wire->answer, have += got);
        if (wanted == SIZE_MAX) return TSS2_TCTI_RC_MALFORMED_RESPONSE;
    }
    wire->answer_size = wanted;
    return TSS2_RC_SUCCESS;
}

static TSS2_RC take_answer(struct wire *wire)
{
    TSS2_RC rc;

    if (wire->device)
    {
        wire->answer_size = chip_device_receive(wire->device, wire->answer);
        return wire->answer_size ? TSS2_RC_SUCCESS : TSS2_TCTI_RC_IO_ERROR;
    }
    rc = read_answer(wire);
    disconnect(wire);
    return rc;
}

/* tpm2-tss asks for the size of an answer first, with NULL. */
static TSS2_RC receive(TSS2_TCTI_CONTEXT *tcti, size_t *size, uint8_t *answer, int32_t timeout)
{
    struct wire *wire = wire_of(tcti);
    size_t room = *size;
    TSS2_RC rc;

    (void)timeout;
    if (!wire->answer_size && (rc = take_answer(wire))) return rc;
    *size = wire->answer_size;
    if (!answer) return TSS2_RC_SUCCESS;
    if (room < wire->answer_size) return TSS2_TCTI_RC_INSUFFICIENT_BUFFER;
    memcpy(answer, wire->answer, wire->answer_size);
    explicit_bzero(wire->answer, wire->answer_size);
    wire->answer_size = 0;
    return TSS2_RC_SUCCESS;
}

static void finalize(TSS2_TCTI_CONTEXT *tcti)
{
    struct wire *wire = wire_of(tcti);

    if (wire->device) chip_device_close(wire->device);
    wire->device = NULL;
    disconnect(wire);
}

static TSS2_RC cancel(TSS2_TCTI_CONTEXT *tcti)
{
    (void)tcti;
    return TSS2_TCTI_RC_NOT_IMPLEMENTED;
}

static TSS2_RC get_poll_handles(TSS2_TCTI_CONTEXT *tcti, TSS2_TCTI_POLL_HANDLE *handles, size_t *count)
{
    (void)tcti, (void)handles, (void)count;
    return TSS2_TCTI_RC_NOT_IMPLEMENTED;
}

static TSS2_RC set_locality(TSS2_TCTI_CONTEXT *tcti, uint8_t locality)
{
    (void)tcti, (void)locality;
    return TSS2_TCTI_RC_NOT_IMPLEMENTED;
}

static TSS2_RC make_sticky(TSS2_TCTI_CONTEXT *tcti, TPM2_HANDLE *handle, uint8_t sticky)
{
    (void)tcti, (void)handle, (void)sticky;
    return TSS2_TCTI_RC_NOT_IMPLEMENTED;
}

static const TSS2_TCTI_CONTEXT_COMMON_V2 functions =
{
    .v1 = {CHIP_WIRE_MAGIC, 2, transmit, receive, finalize, cancel, get_poll_handles, set_locality},
    .makeSticky = make_sticky,
};

/* Tries the socket, so that opening fails where there is nobody. */
static int open_socket(struct wire *wire, const char *path)
{
    int error;

    wire->address.sun_family = AF_UNIX;
    if (strlen(path) >= sizeof(wire->address.sun_path)) return ENAMETOOLONG;
    strcpy(wire->address.sun_path, path);
    error = connect_socket(wire);
    disconnect(wire);
    return error;
}

int chip_wire_open(const char *path, int is_socket, TSS2_TCTI_CONTEXT **tcti)
{
    struct wire *wire = engine.alloc(sizeof(*wire));
    int error;

    if (!wire) return ENOMEM;
    wire->common = functions;
    wire->fd = -1;
    if (!(error = is_socket ? open_socket(wire, path) : chip_device_open(path, &wire->device)))
    {
        *tcti = (TSS2_TCTI_CONTEXT *)wire;
        return 0;
    }
    engine.free(wire);
    return error;
}
