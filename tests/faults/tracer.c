/* SPDX-License-Identifier: LGPL-2.1-or-later
 * System calls of a child, by ptrace; see tracer.h. x86_64 Linux. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer.h"

/* No such system call exists; the kernel says so and nothing happens. */
#define MARK_BEGIN 0x3b7a01
#define MARK_END   0x3b7a02

static const struct { long number; char letter; const char *name; } names[] =
{
    {SYS_brk, 0, "brk"},
    {SYS_chmod, 0, "chmod"},
    {SYS_close, 0, "close"},
    {SYS_fchmod, 'c', "fchmod"},
    {SYS_fcntl, 0, "fcntl"},
    {SYS_flock, 'f', "flock"},
    {SYS_fstat, 0, "fstat"},
    {SYS_fsync, 's', "fsync"},
    {SYS_getdents64, 0, "getdents64"},
    {SYS_geteuid, 0, "geteuid"},
    {SYS_getrandom, 0, "getrandom"},
    {SYS_lstat, 0, "lstat"},
    {SYS_mkdir, 'm', "mkdir"},
    {SYS_mmap, 0, "mmap"},
    {SYS_munmap, 0, "munmap"},
    {SYS_newfstatat, 0, "newfstatat"},
    {SYS_open, 0, "open"},
    {SYS_openat, 0, "openat"},
    {SYS_pread64, 0, "pread64"},
    {SYS_read, 0, "read"},
    {SYS_rename, 'r', "rename"},
    {SYS_renameat, 'r', "renameat"},
    {SYS_renameat2, 'r', "renameat2"},
    {SYS_unlink, 'u', "unlink"},
    {SYS_unlinkat, 'u', "unlinkat"},
    {SYS_utimensat, 0, "utimensat"},
    {SYS_write, 'w', "write"},
};

static size_t find_name(long number)
{
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]) && names[i].number != number; i++);
    return i;
}

const char *call_name(long number)
{
    size_t i = find_name(number);
    static char text[32];

    if (i < sizeof(names) / sizeof(names[0])) return names[i].name;
    snprintf(text, sizeof(text), "system call %ld", number);
    return text;
}

void trace_letters(const struct trace *trace, char *letters, size_t size)
{
    size_t used = 0, found;
    int i;

    for (i = 0; i < trace->count && used + 1 < size; i++)
    {
        found = find_name(trace->calls[i]);
        if (found < sizeof(names) / sizeof(names[0]) && names[found].letter) letters[used++] = names[found].letter;
    }
    letters[used] = 0;
}

void trace_begin(void)
{
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    raise(SIGSTOP);
    syscall(MARK_BEGIN);
}

void trace_end(void)
{
    syscall(MARK_END);
}

/* --- what happens to one call --- */

struct effect
{
    int error;                      /* what it gives back instead, 0: nothing else */
    int end;                        /* the process ends after it */
};

static int is_transfer(long number)
{
    return number == SYS_read || number == SYS_write;
}

static int is_failing(const struct fault *fault, const struct trace *trace, long number)
{
    int last = trace->count == fault->call;

    switch (fault->kind)
    {
    case FAIL_ONE: return last;
    case FAIL_FROM: return trace->count >= fault->call;
    case SHORTEN_AND_FAIL: return trace->count > fault->call && number == SYS_write;
    default: return 0;
    }
}

/* Nothing can be promised about a directory that vanishes once the last look was taken. */
static int is_letting_go(const struct user_regs_struct *regs)
{
    return regs->orig_rax == SYS_close || (regs->orig_rax == SYS_flock && regs->rsi == LOCK_UN);
}

/* The call has been entered and not been made. */
static struct effect enter_call(pid_t child, const struct fault *fault, struct trace *trace,
                                struct user_regs_struct *regs)
{
    long number = regs->orig_rax;
    int now = ++trace->count == fault->call && (fault->kind != VANISH || !is_letting_go(regs));
    struct effect effect = {0, 0};

    trace->calls[trace->count - 1] = number;
    if (is_failing(fault, trace, number)) effect.error = fault->error;
    else if (fault->refused.number && number == fault->refused.number) effect.error = fault->refused.error;
    if (now && fault->kind == KILL_AFTER) effect.end = 1;
    if (now && fault->kind == VANISH) fault->hook();
    if (now && (fault->kind == SHORTEN || fault->kind == SHORTEN_AND_FAIL))
    {
        if (!is_transfer(number) || regs->rdx < 2) return effect;
        regs->rdx /= 2;
        ptrace(PTRACE_SETREGS, child, NULL, regs);
    }
    if (now) trace->met = 1;
    /* close gives the descriptor back even when it fails */
    if (effect.error && number != SYS_close)
    {
        regs->orig_rax = -1;
        ptrace(PTRACE_SETREGS, child, NULL, regs);
    }
    return effect;
}

static void leave_call(pid_t child, struct effect effect, struct user_regs_struct *regs)
{
    if (effect.error)
    {
        regs->rax = -effect.error;
        ptrace(PTRACE_SETREGS, child, NULL, regs);
    }
    if (effect.end) kill(child, SIGKILL);
}

/* --- the child from stop to stop --- */

static int is_stopped(int status)
{
    return WIFSTOPPED(status);
}

static int is_call_stop(int status)
{
    return WIFSTOPPED(status) && WSTOPSIG(status) == (SIGTRAP | 0x80);
}

/* Goes on to the next stop, and passes on a signal that came. */
static int next_stop(pid_t child, int status)
{
    int signal = is_stopped(status) && !is_call_stop(status) && WSTOPSIG(status) != SIGSTOP ? WSTOPSIG(status) : 0;

    ptrace(PTRACE_SYSCALL, child, NULL, (void *)(long)signal);
    if (waitpid(child, &status, 0) != child) return 0;
    return status;
}

int trace_child(pid_t child, const struct fault *fault, struct trace *trace)
{
    struct effect effect = {0, 0};
    struct user_regs_struct regs;
    int status, inside = 0, watched = 0;

    trace->count = trace->met = 0;
    if (waitpid(child, &status, 0) != child || !is_stopped(status)) return status;
    ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
    while (is_stopped(status = next_stop(child, status)))
    {
        if (!is_call_stop(status)) continue;
        inside = !inside;
        ptrace(PTRACE_GETREGS, child, NULL, &regs);
        if (inside && (long)regs.orig_rax == MARK_END)
        {
            ptrace(PTRACE_DETACH, child, NULL, NULL);
            waitpid(child, &status, 0);
            return status;
        }
        if (inside && watched && trace->count == TRACE_MAX)
        {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            return -1;
        }
        if (inside && watched) effect = enter_call(child, fault, trace, &regs);
        else if (!inside && watched) leave_call(child, effect, &regs);
        if (!inside && (long)regs.orig_rax == MARK_BEGIN) watched = 1;
    }
    return status;
}
