/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The border, as in unixlib.h: PKCS #12 files. */
#ifndef NCRYPTPROV_UNIXLIB_ARCHIVE_H
#define NCRYPTPROV_UNIXLIB_ARCHIVE_H

#include <stdint.h>

#include "archive_list.h"

struct archive_params               /* archive_read: a file becomes a list; archive_write: the other way */
{
    uint64_t data;                  /* in */
    uint64_t password;              /* in: string; 0: the same as "" */
    uint64_t transfer;              /* in: string, not "" */
    uint64_t result;                /* out: for result_take; 0: there is none */
    uint64_t result_size;           /* out: bytes */
    uint32_t size;                  /* in: bytes of data */
    uint32_t flags;                 /* in: UNIX_ARCHIVE_LOOK to _CLEAR; archive_write 0 */
};

_Static_assert(sizeof(struct archive_params) == 48, "archive_params");

#endif
