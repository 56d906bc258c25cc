/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Encryption, decryption, key encapsulation. */
#include "ncrypt_private.h"

/* NCryptDecryptFn is the same type. */
static SECURITY_STATUS crypt(const struct object *key, NCryptEncryptFn function, PBYTE input, DWORD input_size,
                             void *padding, PBYTE output, DWORD output_size, DWORD *result, DWORD flags)
{
    SECURITY_STATUS status;
    DWORD size = 0;

    if (!result) return NTE_INVALID_PARAMETER;
    if (!function) return NTE_NOT_SUPPORTED;
    status = function(key->provider->inner, key->inner, input, input_size, padding, output, output_size, &size, flags);
    return give_size(status, size, result);
}

SECURITY_STATUS WINAPI NCryptEncrypt(NCRYPT_KEY_HANDLE hKey, PBYTE pbInput, DWORD cbInput, VOID *pPaddingInfo,
        PBYTE pbOutput, DWORD cbOutput, DWORD *pcbResult, DWORD dwFlags)
{
    struct object *key;
    SECURITY_STATUS status;

    TRACE("(%p, %p, %lu, %p, %p, %lu, %p, %#lx)", (void *)hKey, pbInput, cbInput, pPaddingInfo, pbOutput, cbOutput,
          pcbResult, dwFlags);

    if (!(key = object_grab(hKey, OBJECT_KEY))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(key, crypt, key, key->table->Encrypt, pbInput, cbInput, pPaddingInfo, pbOutput, cbOutput,
                         pcbResult, dwFlags);
    object_release(key);
    return finish(__func__, status);
}

SECURITY_STATUS WINAPI NCryptDecrypt(NCRYPT_KEY_HANDLE hKey, PBYTE pbInput, DWORD cbInput, VOID *pPaddingInfo,
        PBYTE pbOutput, DWORD cbOutput, DWORD *pcbResult, DWORD dwFlags)
{
    struct object *key;
    SECURITY_STATUS status;

    TRACE("(%p, %p, %lu, %p, %p, %lu, %p, %#lx)", (void *)hKey, pbInput, cbInput, pPaddingInfo, pbOutput, cbOutput,
          pcbResult, dwFlags);

    if (!(key = object_grab(hKey, OBJECT_KEY))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(key, crypt, key, key->table->Decrypt, pbInput, cbInput, pPaddingInfo, pbOutput, cbOutput,
                         pcbResult, dwFlags);
    object_release(key);
    return finish(__func__, status);
}

/* The provider interface up to version 3 has no slot for these two: those of others cannot do it. */
static SECURITY_STATUS encapsulate(struct object *key, PBYTE secret, ULONG secret_size, ULONG *secret_result,
                                   PBYTE ciphertext, ULONG size, ULONG *result, DWORD flags)
{
    const struct encapsulation_table *table = key->module->encapsulation;
    DWORD needed[2] = {0, 0};
    SECURITY_STATUS status;

    if (!secret_result || !result) return NTE_INVALID_PARAMETER;
    if (!table) return NTE_NOT_SUPPORTED;
    status = table->Encapsulate(key->inner, secret, secret_size, &needed[0], ciphertext, size, &needed[1], flags);
    give_size(status, needed[0], secret_result);
    return give_size(status, needed[1], result);
}

SECURITY_STATUS WINAPI NCryptEncapsulate(NCRYPT_KEY_HANDLE hKey, PBYTE pbSecretKey, ULONG cbSecretKey,
        ULONG *pcbSecretKey, PBYTE pbCipherText, ULONG cbCipherText, ULONG *pcbCipherText, ULONG dwFlags)
{
    struct object *key;
    SECURITY_STATUS status;

    TRACE("(%p, %p, %lu, %p, %p, %lu, %p, %#lx)", (void *)hKey, pbSecretKey, cbSecretKey, pcbSecretKey,
          pbCipherText, cbCipherText, pcbCipherText, dwFlags);

    if (!(key = object_grab(hKey, OBJECT_KEY))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(key, encapsulate, key, pbSecretKey, cbSecretKey, pcbSecretKey, pbCipherText, cbCipherText,
                         pcbCipherText, dwFlags);
    object_release(key);
    return finish(__func__, status);
}

static SECURITY_STATUS decapsulate(struct object *key, PBYTE ciphertext, ULONG ciphertext_size, PBYTE secret,
                                   ULONG size, ULONG *result, DWORD flags)
{
    const struct encapsulation_table *table = key->module->encapsulation;
    SECURITY_STATUS status;
    DWORD needed = 0;

    if (!result) return NTE_INVALID_PARAMETER;
    if (!table) return NTE_NOT_SUPPORTED;
    status = table->Decapsulate(key->inner, ciphertext, ciphertext_size, secret, size, &needed, flags);
    return give_size(status, needed, result);
}

SECURITY_STATUS WINAPI NCryptDecapsulate(NCRYPT_KEY_HANDLE hKey, PBYTE pbCipherText, ULONG cbCipherText,
        PBYTE pbSecretKey, ULONG cbSecretKey, ULONG *pcbSecretKey, ULONG dwFlags)
{
    struct object *key;
    SECURITY_STATUS status;

    TRACE("(%p, %p, %lu, %p, %lu, %p, %#lx)", (void *)hKey, pbCipherText, cbCipherText, pbSecretKey, cbSecretKey,
          pcbSecretKey, dwFlags);

    if (!(key = object_grab(hKey, OBJECT_KEY))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(key, decapsulate, key, pbCipherText, cbCipherText, pbSecretKey, cbSecretKey, pcbSecretKey,
                         dwFlags);
    object_release(key);
    return finish(__func__, status);
}
