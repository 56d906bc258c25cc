/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Sign, verify, encrypt, decrypt: the caller's structures become those of the border. */
#include "ksp.h"

static struct unix_padding read_padding(const void *info, DWORD flags)
{
    const BCRYPT_OAEP_PADDING_INFO *oaep = info;
    const BCRYPT_PKCS1_PADDING_INFO *pkcs1 = info;
    const BCRYPT_PSS_PADDING_INFO *pss = info;
    struct unix_padding padding = {0};

    if (!info) return padding;
    padding.present = 1;
    switch (flags & (BCRYPT_PAD_PKCS1 | BCRYPT_PAD_PSS | BCRYPT_PAD_OAEP))
    {
    case BCRYPT_PAD_PKCS1:
        padding.alg = address(pkcs1->pszAlgId);
        break;
    case BCRYPT_PAD_PSS:
        padding.alg = address(pss->pszAlgId);
        padding.salt_size = pss->cbSalt;
        break;
    case BCRYPT_PAD_OAEP:
        padding.alg = address(oaep->pszAlgId);
        padding.label = address(oaep->pbLabel);
        padding.label_size = oaep->pbLabel ? oaep->cbLabel : 0;
        probe_input(oaep->pbLabel, oaep->cbLabel);
        break;
    }
    probe_string((LPCWSTR)(ULONG_PTR)padding.alg);
    return padding;
}

SECURITY_STATUS WINAPI ksp_SignHash(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, VOID *padding, PBYTE hash,
        DWORD hash_size, PBYTE signature, DWORD size, DWORD *result, DWORD flags)
{
    struct key_sign_params params = {engine_object(key), read_padding(padding, flags), address(hash),
                                     address(signature), hash_size, size, 0, flags};
    SECURITY_STATUS status;

    (void)provider;
    probe_input(hash, hash_size);
    probe_output(signature, size);
    status = engine_call(unix_key_sign, &params);
    *result = params.result;
    return status;
}

SECURITY_STATUS WINAPI ksp_VerifySignature(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, VOID *padding,
        PBYTE hash, DWORD hash_size, PBYTE signature, DWORD size, DWORD flags)
{
    struct key_verify_params params = {engine_object(key), read_padding(padding, flags), address(hash),
                                       address(signature), hash_size, size, flags, 0};

    (void)provider;
    probe_input(hash, hash_size);
    probe_input(signature, size);
    return engine_call(unix_key_verify, &params);
}

static SECURITY_STATUS crypt(enum unix_call code, NCRYPT_KEY_HANDLE key, PBYTE input, DWORD input_size,
        VOID *padding, PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
    /* PKCS#1 encryption takes no structure, and what callers pass there is not looked at (row 11.23) */
    struct key_crypt_params params = {engine_object(key), {0}, address(input), address(output), input_size, size, 0,
                                      flags};
    SECURITY_STATUS status;

    if (flags & BCRYPT_PAD_OAEP) params.padding = read_padding(padding, flags);
    probe_input(input, input_size);
    probe_output(output, size);
    status = engine_call(code, &params);
    *result = params.result;
    return status;
}

SECURITY_STATUS WINAPI ksp_Encrypt(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, PBYTE input,
        DWORD input_size, VOID *padding, PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
    (void)provider;
    return crypt(unix_key_encrypt, key, input, input_size, padding, output, size, result, flags);
}

SECURITY_STATUS WINAPI ksp_Decrypt(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, PBYTE input,
        DWORD input_size, VOID *padding, PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
    (void)provider;
    return crypt(unix_key_decrypt, key, input, input_size, padding, output, size, result, flags);
}
