/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Watches the system calls of a child process, and at one of them does what the world might: fails it, does half
 * of it, ends the process, or takes the directory away. */
#ifndef TRACER_H
#define TRACER_H

#include <sys/types.h>

enum fault_kind
{
    NO_FAULT,
    FAIL_ONE,                       /* that call fails */
    FAIL_FROM,                      /* that call and all later ones fail */
    SHORTEN,                        /* a read or write does half of what it was asked */
    SHORTEN_AND_FAIL,               /* the same, and the next write fails, as on a disk that fills up */
    KILL_AFTER,                     /* the call is the last thing that the process does */
    VANISH,                         /* hook runs before that call, unless it only lets go of something */
};

/* What a file system cannot do: the call always fails. number 0: nothing. */
struct refusal
{
    long number;
    int error;                      /* errno */
};

struct fault
{
    enum fault_kind kind;
    int call;                       /* the first is 1 */
    int error;                      /* errno */
    struct refusal refused;
    void (*hook)(void);
};

#define TRACE_MAX 4096

struct trace
{
    long calls[TRACE_MAX];          /* numbers, in order */
    int count;
    int met;                        /* the fault came about */
};

/* In the child: calls between the two are watched. */
void trace_begin(void);
void trace_end(void);

/* In the parent: until the child has ended. Returns its wait status; -1 when it made more calls than TRACE_MAX,
 * and was ended for it. */
int trace_child(pid_t child, const struct fault *fault, struct trace *trace);

/* A letter for each call that changes something on disk (the names are in tracer.c), in order. */
void trace_letters(const struct trace *trace, char *letters, size_t size);

/* Name of a call for messages; a number where it has none here. */
const char *call_name(long number);

#endif
