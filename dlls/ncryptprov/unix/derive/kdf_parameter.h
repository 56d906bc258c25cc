/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The buffers of NCryptDeriveKey and NCryptKeyDerivation (doc/facts/windows-api.md 5). */
#ifndef ENGINE_KDF_PARAMETER_H
#define ENGINE_KDF_PARAMETER_H

#include "base/memory.h"

/* KDF_* of bcrypt.h. Import and export number their buffers differently. */
enum kdf_type
{
    KDF_HASH_ALGORITHM,             /* UTF-16, with or without NUL */
    KDF_SECRET_PREPEND,
    KDF_SECRET_APPEND,
    KDF_HMAC_KEY,
    KDF_TLS_PRF_LABEL,
    KDF_TLS_PRF_SEED,
    KDF_SECRET_HANDLE,
    KDF_TLS_PRF_PROTOCOL,           /* 4 bytes */
    KDF_ALGORITHMID,
    KDF_PARTYUINFO,
    KDF_PARTYVINFO,
    KDF_SUPPPUBINFO,
    KDF_SUPPPRIVINFO,
    KDF_LABEL,
    KDF_CONTEXT,
    KDF_SALT,
    KDF_ITERATION_COUNT,            /* 4 or 8 bytes */
    KDF_GENERIC_PARAMETER,
    KDF_KEYBITLENGTH,               /* 4 bytes */
    KDF_HKDF_SALT,
    KDF_HKDF_INFO,
    KDF_TYPE_COUNT,
};

/* One NCryptBuffer. A list of them is in the caller's order. */
struct kdf_parameter
{
    uint32_t type;                  /* enum kdf_type, or anything else */
    struct bytes value;
};

struct kdf_parameters
{
    const struct kdf_parameter *list;
    size_t count;
};

#endif
