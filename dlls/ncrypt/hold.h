/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Releases what a call holds when an exception ends it. Windows programs may catch an access violation that a bad
 * pointer raises inside of a call, or leave a callback by longjmp; mingw-w64's gcc has no __finally for C.
 *
 *     status = HOLDING(drop, what, function, arguments...);
 *
 * calls function(arguments...), and drop(what) if the call is unwound; if it returns, what is still held.
 * Arguments and result are integers and pointers, and there are at most MOST_HELD_ARGUMENTS. */
#ifndef NCRYPT_HOLD_H
#define NCRYPT_HOLD_H

#include <windows.h>

#define MOST_HELD_ARGUMENTS 12

#ifdef __x86_64__

struct hold
{
    void *function;
    void (*drop)(void *what);
    void *what;
};

/* Passes its arguments on to the function of the struct hold in the static chain register, from a frame whose unwind
 * handler drops. */
void hold_call(void);

#define HOLDING(drop_, what_, function_, ...) \
    ({ \
        struct hold hold_ = {(void *)(function_), (void (*)(void *))(drop_), (what_)}; \
        __typeof__(&*(function_)) call_; \
        __asm__("" : "=r"(call_) : "0"(hold_call));     /* gcc sets no static chain for what it knows */ \
        __builtin_call_with_static_chain(call_(__VA_ARGS__), &hold_); \
    })

#else

/* Begins as the system wants the records in the thread's list of exception frames. */
struct hold
{
    struct hold *next;
    void *handler;
    void (*drop)(void *what);
    void *what;
};

void hold_enter(struct hold *hold);
void hold_leave(struct hold *hold);

#define HOLDING(drop_, what_, function_, ...) \
    ({ \
        struct hold hold_ = {NULL, NULL, (void (*)(void *))(drop_), (what_)}; \
        __typeof__(function_(__VA_ARGS__)) result_; \
        hold_enter(&hold_); \
        result_ = function_(__VA_ARGS__); \
        hold_leave(&hold_); \
        result_; \
    })

#endif

#endif
