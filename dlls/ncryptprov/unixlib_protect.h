/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The border, as in unixlib.h: protection of data to principals (DPAPI-NG, doc/protection.md).
 *
 * The engine knows the grammar, the format and the keys; the Windows half knows who the caller is, which certificates
 * exist and what belongs to this logon session. So it asks for each protector of a descriptor or a blob
 * (protector_get), and answers with one unix_answer each, all of them in one array. */
#ifndef NCRYPTPROV_UNIXLIB_PROTECT_H
#define NCRYPTPROV_UNIXLIB_PROTECT_H

#include <stdint.h>

#include "shared.h"

struct unix_answer
{
    uint64_t data;
    uint32_t size;                  /* bytes */
    uint32_t key;                   /* UNIX_KEY_* */
    int32_t status;                 /* why UNIX_KEY_NONE */
    uint32_t reserved;
};

struct descriptor_create_params
{
    uint64_t rule;                  /* in: string */
    uint64_t descriptor;            /* out */
    uint32_t count;                 /* out: protectors */
    uint32_t reserved;
};

struct descriptor_text_params
{
    uint64_t descriptor;            /* in */
    uint64_t result;                /* out: the canonical rule as a string, for result_take */
    uint64_t size;                  /* out: bytes with NUL */
};

struct protector_get_params
{
    uint64_t descriptor;            /* in */
    uint64_t result;                /* out: the value as a string, for result_take */
    uint64_t size;                  /* out: bytes with NUL */
    uint64_t wrapped;               /* out: UNIX_KEY_CERTIFICATE of a blob: the encrypted key, for result_take */
    uint32_t wrapped_size;          /* out: bytes; 0: no such result */
    uint32_t index;                 /* in */
    uint32_t type;                  /* out: UNIX_PROTECTOR_* */
    uint32_t key;                   /* out: UNIX_KEY_* of a blob */
};

struct result_take_params           /* ends the result */
{
    uint64_t result;                /* in */
    uint64_t output;                /* out; 0 to forget the result */
    uint64_t size;                  /* in: bytes, as promised */
};

struct protect_params
{
    uint64_t descriptor;            /* in */
    uint64_t answers;               /* in: struct unix_answer [count] */
    uint64_t data;                  /* in */
    uint64_t size;                  /* in: bytes */
    uint64_t result;                /* out: for result_take */
    uint64_t result_size;           /* out: bytes */
};

struct envelope_open_params
{
    uint64_t data;                  /* in: a blob; copied */
    uint64_t size;                  /* in: bytes */
    uint64_t envelope;              /* out */
    uint64_t descriptor;            /* out: part of the envelope */
    uint32_t count;                 /* out: protectors */
    uint32_t reserved;
};

struct unprotect_params
{
    uint64_t envelope;              /* in */
    uint64_t answers;               /* in: struct unix_answer [count] */
    uint64_t result;                /* out: for result_take */
    uint64_t result_size;           /* out: bytes */
};

struct stream_open_params
{
    uint64_t descriptor;            /* in: 0 to unprotect */
    uint64_t answers;               /* in: struct unix_answer [count], when there is a descriptor */
    uint64_t stream;                /* out */
};

struct stream_update_params
{
    uint64_t stream;                /* in */
    uint64_t data;                  /* in */
    uint64_t size;                  /* in: bytes */
    uint64_t output;                /* out: UNIX_STREAM_OUTPUT bytes */
    uint64_t consumed;              /* out: bytes of data */
    uint64_t descriptor;            /* out: UNIX_STREAM_LOCKED: part of the stream */
    uint32_t produced;              /* out: bytes of output */
    uint32_t state;                 /* out: UNIX_STREAM_* */
    uint32_t count;                 /* out: protectors of descriptor */
    uint32_t final;                 /* in: data is the last of the input */
};

struct stream_unlock_params
{
    uint64_t stream;                /* in */
    uint64_t answers;               /* in: struct unix_answer [count] */
};

#define UNIXLIB_PROTECT_ASSERT(type, size) _Static_assert(sizeof(struct type) == (size), #type)
UNIXLIB_PROTECT_ASSERT(unix_answer, 24);
UNIXLIB_PROTECT_ASSERT(descriptor_create_params, 24);
UNIXLIB_PROTECT_ASSERT(descriptor_text_params, 24);
UNIXLIB_PROTECT_ASSERT(protector_get_params, 48);
UNIXLIB_PROTECT_ASSERT(result_take_params, 24);
UNIXLIB_PROTECT_ASSERT(protect_params, 48);
UNIXLIB_PROTECT_ASSERT(envelope_open_params, 40);
UNIXLIB_PROTECT_ASSERT(unprotect_params, 32);
UNIXLIB_PROTECT_ASSERT(stream_open_params, 24);
UNIXLIB_PROTECT_ASSERT(stream_update_params, 64);
UNIXLIB_PROTECT_ASSERT(stream_unlock_params, 16);

#endif
