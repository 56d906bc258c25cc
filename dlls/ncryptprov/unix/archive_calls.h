/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The calls of unixlib_archive.h, for the table of unixlib.c. */
#ifndef ENGINE_ARCHIVE_CALLS_H
#define ENGINE_ARCHIVE_CALLS_H

#include <stdint.h>

int32_t call_archive_read(void *args);
int32_t call_archive_write(void *args);

#endif
