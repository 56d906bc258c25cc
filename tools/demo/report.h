/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the programs of the demo print: each call with its status. */
#ifndef DEMO_REPORT_H
#define DEMO_REPORT_H

#include <windows.h>
#include <ncrypt.h>

/* Prints the reason, and ends the program with exit code 1. */
void fail(const char *format, ...);

/* Prints a call (format and what follows) with its status, and ends the program when it is another one. */
void report(SECURITY_STATUS status, SECURITY_STATUS expected, const char *format, ...);

/* size in bytes */
void write_file(const char *name, const void *data, size_t size);

NCRYPT_PROV_HANDLE open_provider(const WCHAR *name);

#endif
