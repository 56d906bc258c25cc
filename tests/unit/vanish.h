/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Memory of a caller that vanishes at any touch, and what must be free then. Include after cmocka.h. */
#ifndef VANISH_H
#define VANISH_H

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "../../dlls/ncryptprov/unixlib.h"
#include "key/key.h"
#include "key/agreement.h"

#define GUID        "95bc46f5-3c31-4bdc-a198-e24071284e86"
#define MEMORY      0x10000
#define TRAP_FLAG   0x100

extern int32_t (*const __wine_unix_call_funcs[])(void *args);

static char root[] = "/tmp/test_vanish.XXXXXX";
static char user_dir[64], machine_dir[64];
static uint8_t was_called[unix_call_count];

/* --- the caller's memory --- */

static struct
{
    uint8_t *start;
    size_t used;
    int touches, limit;
    sigjmp_buf gone;
} memory;

static inline void *hand(const void *data, size_t size)
{
    void *copy = memory.start + memory.used;

    memory.used += (size + 15) & ~(size_t)15;
    assert_true(memory.used <= MEMORY);
    if (data) memcpy(copy, data, size);
    return copy;
}

static inline uint64_t given(const void *data, size_t size)
{
    return (uintptr_t)hand(data, size);
}

static inline uint64_t text(const char *s)
{
    uint16_t *copy = hand(NULL, (strlen(s) + 1) * sizeof(*copy));

    u16_from_ascii(copy, s);
    return (uintptr_t)copy;
}

/* What the Windows half owns does not vanish. */
static inline uint64_t steady(const char *s)
{
    static uint16_t buffer[80];

    u16_from_ascii(buffer, s);
    return (uintptr_t)buffer;
}

static inline void protect_memory(int access)
{
    mprotect(memory.start, MEMORY, access);
}

static inline void step(ucontext_t *context, int on)
{
    greg_t *flags = &context->uc_mcontext.gregs[REG_EFL];

    *flags = on ? *flags | TRAP_FLAG : *flags & ~TRAP_FLAG;
}

/* One instruction gets at the memory, unless this was the touch at which it is gone. */
static inline void touched(int number, siginfo_t *info, void *context)
{
    uint8_t *at = info->si_addr;

    (void)number;
    if (at < memory.start || at >= memory.start + MEMORY) abort();
    if (memory.touches++ == memory.limit) siglongjmp(memory.gone, 1);
    protect_memory(PROT_READ | PROT_WRITE);
    step(context, 1);
}

static inline void stepped(int number, siginfo_t *info, void *context)
{
    (void)number, (void)info;
    protect_memory(PROT_NONE);
    step(context, 0);
}

/* cmocka catches these as well, anew for each test. */
static inline void catch_touches(void)
{
    struct sigaction on_touch = {.sa_sigaction = touched, .sa_flags = SA_SIGINFO | SA_NODEFER};
    struct sigaction on_step = {.sa_sigaction = stepped, .sa_flags = SA_SIGINFO};

    sigaction(SIGSEGV, &on_touch, NULL);
    sigaction(SIGTRAP, &on_step, NULL);
}

/* 1: the call came to its end. */
static inline int call_once(enum unix_call code, void *params, int limit, int32_t *status)
{
    volatile int done = 0;

    catch_touches();
    memory.touches = 0;
    memory.limit = limit;
    if (!sigsetjmp(memory.gone, 1))
    {
        protect_memory(PROT_NONE);
        *status = __wine_unix_call_funcs[code](params);
        done = 1;
    }
    protect_memory(PROT_READ | PROT_WRITE);
    return done;
}

/* --- what must be free --- */

static inline int is_free(pthread_mutex_t *mutex)
{
    if (pthread_mutex_trylock(mutex)) return 0;
    pthread_mutex_unlock(mutex);
    return 1;
}

static inline void check_lock_file(const char *dir)
{
    char path[80];
    int lock;

    snprintf(path, sizeof(path), "%s/.lock", dir);
    if ((lock = open(path, O_RDWR | O_CLOEXEC)) < 0) return;
    if (flock(lock, LOCK_EX | LOCK_NB)) fail_msg("the lock of the store is taken");
    close(lock);
}

static inline void check_locks(uint64_t address)
{
    struct object *object = (struct object *)(uintptr_t)address;
    struct key *key = (struct key *)object;

    check_lock_file(user_dir);
    check_lock_file(machine_dir);
    if (!object) return;
    assert_true(is_free(&object->mutex));
    if (object->type != OBJECT_KEY) return;
    assert_true(is_free(&key->write_mutex));
    assert_true(is_free(&key->chain_mutex));
}

/* The answer is expected, with the memory gone at each touch before that. object: whose locks are looked at; or 0. */
static inline void call_vanishing(enum unix_call code, void *params, size_t size, uint64_t object, int32_t expected)
{
    uint8_t original[128], *before = malloc(MEMORY);
    int32_t status = NTE_FAIL;
    int limit;

    was_called[code] = 1;
    assert_true(size <= sizeof(original));
    memcpy(original, params, size);
    memcpy(before, memory.start, MEMORY);
    for (limit = 0; !call_once(code, params, limit, &status); limit++)
    {
        check_locks(object);
        memcpy(params, original, size);
        memcpy(memory.start, before, MEMORY);
    }
    free(before);
    assert_int_equal(status, expected);
    assert_true(limit > 0);
    check_locks(object);
    memory.used = 0;
}
#define vanishing_to(expected, code, params, object) call_vanishing(code, &(params), sizeof(params), object, expected)
#define vanishing(code, params, object) vanishing_to(NTE_SUCCESS, code, params, object)

static inline int32_t call(enum unix_call code, void *params)
{
    was_called[code] = 1;
    return __wine_unix_call_funcs[code](params);
}

static inline void free_object(uint64_t object)
{
    assert_int_equal(call(unix_object_free, &(struct object_params){object}), NTE_SUCCESS);
}

#endif
