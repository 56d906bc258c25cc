/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Reports what a call did, through one of Wine's debug channels (WINEDEBUG=+ncrypt) and through the last error.
 *
 * Each export starts with TRACE of all its arguments and ends with "return finish(__func__, status)". Handles and
 * pointers are printed with %p, strings with %ls, never what a buffer holds: it may be a secret. */
#ifndef NCRYPT_TRACE_H
#define NCRYPT_TRACE_H

#include <windows.h>

extern BOOL trace_is_on;

/* Understands %p, %ls, %s, %u, %lu, %x, %lx, the last two with # or 08, and %%; the line end is added. */
void trace_line(const char *function, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define TRACE(...) do { if (trace_is_on) trace_line(__func__, __VA_ARGS__); } while (0)

/* Finds Wine's debug functions; outside Wine tracing stays off. Called once, when the DLL is loaded. */
void trace_init(const char *channel);

/* Sets the last error (0 after a success), traces the status and returns it. */
LONG finish(const char *function, LONG status);

/* As finish, for a result that is not a status: the last error is 0 afterwards. */
BOOL finish_bool(const char *function, BOOL result);

/* One line on the standard error of the process, whatever WINEDEBUG says. %ls prints a file name as it is. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
