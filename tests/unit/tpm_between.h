/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Somebody between the engine and swtpm, who changes what the chip answers. Include after cmocka.h. */
#ifndef TESTS_TPM_BETWEEN_H
#define TESTS_TPM_BETWEEN_H

#include <poll.h>
#include <pthread.h>

#include "tpm_raw.h"

#define BETWEEN_ROOM 4096

#define COMMAND_CREATE_PRIMARY 0x131u
#define COMMAND_FLUSH          0x165u
#define COMMAND_LOAD           0x157u
#define COMMAND_SIGN           0x15du
#define COMMAND_PCR_READ       0x17eu
#define COMMAND_TEST_PARMS     0x18au

/* The answer of the chip to that command, with its size; the new size. 0: nothing comes back. */
typedef size_t change_answer(uint32_t command, uint8_t *answer, size_t size);

struct between
{
    const struct swtpm *tpm;
    int listener;
    pthread_t thread;
    change_answer *change;          /* NULL: as it is */
    int commands;                   /* that went by */
};

static inline int between_socket(const char *root, const char *name, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(address->sun_path, sizeof(address->sun_path), "%s/%s", root, name);
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static inline uint32_t between_number(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

static inline void between_put(uint8_t *at, uint32_t number)
{
    at[0] = number >> 24;
    at[1] = number >> 16;
    at[2] = number >> 8;
    at[3] = number;
}

/* A whole command or answer, which has its size in it. */
static inline size_t between_read(int fd, uint8_t *data)
{
    size_t have = 0;
    ssize_t got;

    while (have < 6 || have < between_number(data + 2))
    {
        if ((got = read(fd, data + have, BETWEEN_ROOM - have)) <= 0) return 0;
        have += got;
    }
    return have;
}

static inline size_t between_ask(const struct between *between, const uint8_t *command, size_t size, uint8_t *answer)
{
    struct sockaddr_un address;
    int chip = between_socket(between->tpm->root, "s", &address);
    size_t length = 0;

    if (!connect(chip, (struct sockaddr *)&address, sizeof(address)) && write(chip, command, size) == (ssize_t)size)
        length = between_read(chip, answer);
    close(chip);
    return length;
}

static inline void between_serve(struct between *between, int fd)
{
    uint8_t command[BETWEEN_ROOM], answer[BETWEEN_ROOM];
    struct pollfd gone = {.fd = fd, .events = POLLIN};
    size_t size = between_read(fd, command), length;
    change_answer *change = __atomic_load_n(&between->change, __ATOMIC_SEQ_CST);

    if (!size) return;
    __atomic_add_fetch(&between->commands, 1, __ATOMIC_SEQ_CST);
    length = between_ask(between, command, size, answer);
    if (length && change) length = change(between_number(command + 6), answer, length);
    if (!length) poll(&gone, 1, 60000);
    else if (send(fd, answer, length, MSG_NOSIGNAL) < 0) return;
}

static inline void *between_run(void *context)
{
    struct between *between = context;
    int fd;

    while ((fd = accept(between->listener, NULL, NULL)) >= 0)
    {
        between_serve(between, fd);
        close(fd);
    }
    return NULL;
}

/* From then on this is the chip. Its control socket, which tpm2-tools want, is that of swtpm. */
static inline int start_between(struct between *between, const struct swtpm *tpm)
{
    struct sockaddr_un address;
    char way[128], control[128];

    between->tpm = tpm;
    between->listener = between_socket(tpm->root, "between", &address);
    if (bind(between->listener, (struct sockaddr *)&address, sizeof(address))) return -1;
    if (listen(between->listener, 8)) return -1;
    snprintf(way, sizeof(way), "swtpm:path=%s", address.sun_path);
    snprintf(control, sizeof(control), "%s.ctrl", address.sun_path);
    if (symlink("s.ctrl", control)) return -1;
    setenv("NCRYPT_TPM_TCTI", way, 1);
    return pthread_create(&between->thread, NULL, between_run, between) ? -1 : 0;
}

static inline void stop_between(struct between *between)
{
    shutdown(between->listener, SHUT_RDWR);
    pthread_join(between->thread, NULL);
    close(between->listener);
}

static inline void change_answers(struct between *between, change_answer *change)
{
    __atomic_store_n(&between->change, change, __ATOMIC_SEQ_CST);
}

/* --- the chip of a test, and somebody before it --- */

static struct between between;

static inline int set_up_between(void **state)
{
    (void)state;
    return start_swtpm(&tpm) || start_between(&between, &tpm) || tpm_module() ? -1 : 0;
}

static inline int remove_between(void **state)
{
    (void)state;
    stop_between(&between);
    return remove_swtpm(&tpm);
}

static inline int take_back_between(void **state)
{
    change_answers(&between, NULL);
    if (!access("/usr/bin/tpm2_getcap", X_OK) &&
        !(tool_does("getcap handles-transient | { ! grep . ; }") &&
          tool_does("getcap handles-loaded-session | { ! grep . ; }"))) return -1;
    return take_back(state);
}

static inline nte_status sign_between(const struct made *made)
{
    uint8_t signature[64];

    return tpm_calls()->ecdsa(&made->use, text("digest"), 32, signature);
}

#endif
