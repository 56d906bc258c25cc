/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Encapsulate and decapsulate; see encapsulation.h. */
#include "encapsulation.h"
#include "ksp.h"

static SECURITY_STATUS encapsulate(NCRYPT_KEY_HANDLE key, BYTE *secret, DWORD secret_size, DWORD *secret_result,
        BYTE *ciphertext, DWORD size, DWORD *result, DWORD flags)
{
    struct key_encapsulate_params params =
    {
        .key = engine_object(key),
        .secret = address(secret),
        .ciphertext = address(ciphertext),
        .secret_size = secret_size,
        .ciphertext_size = size,
        .flags = flags,
    };
    SECURITY_STATUS status;

    probe_output(secret, secret_size, MOST_ENCAPSULATED);
    probe_output(ciphertext, size, MOST_ENCAPSULATED);
    status = engine_call(unix_key_encapsulate, &params);
    if (status && status != NTE_BUFFER_TOO_SMALL) return status;
    *secret_result = params.secret_size;
    *result = params.ciphertext_size;
    return status;
}

static SECURITY_STATUS decapsulate(NCRYPT_KEY_HANDLE key, BYTE *ciphertext, DWORD ciphertext_size, BYTE *secret,
        DWORD size, DWORD *result, DWORD flags)
{
    struct key_decapsulate_params params =
    {
        .key = engine_object(key),
        .ciphertext = address(ciphertext),
        .secret = address(secret),
        .ciphertext_size = ciphertext_size,
        .secret_size = size,
        .flags = flags,
    };
    SECURITY_STATUS status;

    if (!probe_limited_input(ciphertext, ciphertext_size, MOST_ENCAPSULATED)) return NTE_INVALID_PARAMETER;
    probe_output(secret, size, MOST_ENCAPSULATED);
    status = engine_call_asking(params.key, unix_key_decapsulate, &params, flags);
    if (status && status != NTE_BUFFER_TOO_SMALL) return status;
    *result = params.result;
    return status;
}

static const struct encapsulation_table table = {encapsulate, decapsulate};

const struct encapsulation_table *WINAPI GetKeyEncapsulationInterface(void)
{
    return &table;
}
