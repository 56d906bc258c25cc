/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The PIN that the configuration has: in its URI, or in a file that the URI names. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
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

/* What is longer than there is room for is not tried: the token would count it. */
static int read_line(int file, char *pin, size_t size)
{
    struct pollfd wanted = {file, POLLIN, 0};
    ssize_t got = poll(&wanted, 1, WAIT) > 0 ? read(file, pin, size) : 0;

    if (got <= 0 || (size_t)got == size) return 0;
    pin[got] = 0;
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
