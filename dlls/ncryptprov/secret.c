/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Secret agreement and key derivation, the Windows half. */
#include "ksp.h"

SECURITY_STATUS WINAPI ksp_SecretAgreement(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE own,
        NCRYPT_KEY_HANDLE peer, NCRYPT_SECRET_HANDLE *secret, DWORD flags)
{
    struct secret_agree_params params = {.own = engine_object(own), .peer = engine_object(peer), .flags = flags};
    SECURITY_STATUS status;

    (void)provider;
    if ((status = engine_call_asking(params.own, unix_secret_agree, &params, flags))) return status;
    return ksp_object_new(params.secret, secret);
}

SECURITY_STATUS WINAPI ksp_FreeSecret(NCRYPT_PROV_HANDLE provider, NCRYPT_SECRET_HANDLE secret)
{
    (void)provider;
    return ksp_object_close(secret);
}

static SECURITY_STATUS derive(enum unix_call code, ULONG_PTR object, LPCWSTR kdf, NCryptBufferDesc *desc,
                              PBYTE output, DWORD size, DWORD *result, ULONG flags)
{
    struct derive_params derive =
    {
        .object = engine_object(object),
        .kdf = address(kdf),
        .output = address(output),
        .output_size = size,
        .flags = flags,
    };
    struct parameters params;
    SECURITY_STATUS status;

    probe_string(kdf);
    /* of more than MAX_DERIVED only what a digest or a secret has is written, or nothing */
    probe_output(output, size, size > MAX_DERIVED ? MOST_AGREED : MAX_DERIVED);
    if ((status = read_kdf_parameters(desc, &params))) return status;
    derive.buffers = address(params.buffers);
    derive.buffer_count = params.count;
    status = engine_call(code, &derive);
    *result = derive.result;
    free_parameters(&params);
    return status;
}

SECURITY_STATUS WINAPI ksp_DeriveKey(NCRYPT_PROV_HANDLE provider, NCRYPT_SECRET_HANDLE secret, LPCWSTR kdf,
        NCryptBufferDesc *params, PBYTE output, DWORD size, DWORD *result, ULONG flags)
{
    (void)provider;
    return derive(unix_derive_key, secret, kdf, params, output, size, result, flags);
}

SECURITY_STATUS WINAPI ksp_KeyDerivation(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key,
        NCryptBufferDesc *params, PUCHAR output, DWORD size, DWORD *result, ULONG flags)
{
    (void)provider;
    return derive(unix_key_derivation, key, NULL, params, output, size, result, flags);
}
