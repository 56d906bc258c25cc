/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Debian's libgmp.a is made for programs: it reaches stderr, where it says that memory is out, in a way that a shared
 * object cannot. The portable build gives it this variable instead (tools/portable/local.mk). */
#include <stdio.h>

extern FILE *portable_stderr;
FILE *portable_stderr;

static __attribute__((constructor)) void find_stderr(void)
{
    portable_stderr = stderr;
}
