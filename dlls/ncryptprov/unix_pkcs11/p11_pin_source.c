/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The PIN that the configuration has: in its URI, or in a file that the URI names. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "p11.h"

#define WAIT 5000                   /* milliseconds, for a pipe */

static int open_source(const char *source)
{
    const char *path = strncmp(source, "file:", 5) ? source : source + 5;
    int file;

    if (!strncmp(path, "//", 2)) path += 2;
    file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0) p11_tell("the pin-source %s cannot be read", path);
    return file;
}

static int64_t now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000ll + ts.tv_nsec / 1000000;
}

/* What comes before the deadline: bytes; 0: the end; < 0: nothing. */
static ssize_t read_some(int file, char *data, size_t size, int64_t deadline)
{
    struct pollfd wanted = {file, POLLIN, 0};
    int64_t left = deadline - now();

    return left > 0 && poll(&wanted, 1, left) > 0 ? read(file, data, size) : -1;
}

/* Up to the end of a line or of all: a part of a PIN would cost a try, and so would what is longer than there is room
 * for. */
static int read_line(int file, char *pin, size_t size)
{
    int64_t deadline = now() + WAIT;
    size_t have = 0;
    ssize_t got;

    do
    {
        if ((got = read_some(file, pin + have, size - have, deadline)) < 0 || (have += got) == size) return 0;
        pin[have] = 0;
    }
    while (got && !strchr(pin, '\n'));
    pin[strcspn(pin, "\r\n")] = 0;
    return *pin != 0;
}

static int read_source(const char *source, char *pin, size_t size)
{
    int file = open_source(source), has_pin;

    if (file < 0) return 0;
    has_pin = read_line(file, pin, size);
    close(file);
    return has_pin;
}

int p11_configured_pin(const struct token_scope *scope, char *pin, size_t size)
{
    const char *value = p11_kit_uri_get_pin_value(scope->uri), *source = p11_kit_uri_get_pin_source(scope->uri);

    if (value && *value) return (size_t)snprintf(pin, size, "%s", value) < size;
    return source && *source && read_source(source, pin, size);
}
