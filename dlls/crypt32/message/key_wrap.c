/* SPDX-License-Identifier: LGPL-2.1-or-later
 * AES key wrap (RFC 3394), for content keys under agreed ones. */
#include "recipient.h"

#define HALF 8                      /* bytes of a semiblock */
#define MOST_HALVES (LONGEST_CONTENT_KEY / HALF)

static const BYTE integrity_check[HALF] = {0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6};

static NTSTATUS open_aes(const BYTE *kek, DWORD kek_size, BCRYPT_ALG_HANDLE *aes, BCRYPT_KEY_HANDLE *key)
{
    NTSTATUS status;

    if ((status = BCryptOpenAlgorithmProvider(aes, BCRYPT_AES_ALGORITHM, NULL, 0))) return status;
    status = BCryptSetProperty(*aes, BCRYPT_CHAINING_MODE, (BYTE *)BCRYPT_CHAIN_MODE_ECB, sizeof(BCRYPT_CHAIN_MODE_ECB),
                               0);
    if (!status) status = BCryptGenerateSymmetricKey(*aes, key, NULL, 0, (BYTE *)kek, kek_size, 0);
    if (status) BCryptCloseAlgorithmProvider(*aes, 0);
    return status;
}

static void close_aes(BCRYPT_ALG_HANDLE aes, BCRYPT_KEY_HANDLE key)
{
    BCryptDestroyKey(key);
    BCryptCloseAlgorithmProvider(aes, 0);
}

/* The number of the step goes into the end of the first half. */
static void add_step(BYTE *half, DWORD step)
{
    DWORD i;

    for (i = 0; i < sizeof(step); i++) half[HALF - 1 - i] ^= step >> (8 * i);
}

SECURITY_STATUS wrap_key(const BYTE *kek, DWORD kek_size, const BYTE *key, DWORD size, BYTE *wrapped)
{
    DWORD count = size / HALF, i, j, got;
    BCRYPT_ALG_HANDLE aes;
    BCRYPT_KEY_HANDLE handle;
    NTSTATUS status = 0;
    BYTE block[2 * HALF];

    if (size % HALF || count < 2 || count > MOST_HALVES) return NTE_BAD_LEN;
    if (open_aes(kek, kek_size, &aes, &handle)) return NTE_FAIL;
    CopyMemory(block, integrity_check, HALF);
    MoveMemory(wrapped + HALF, key, size);
    for (j = 0; j < 6; j++)
        for (i = 1; !status && i <= count; i++)
        {
            CopyMemory(block + HALF, wrapped + i * HALF, HALF);
            status = BCryptEncrypt(handle, block, sizeof(block), NULL, NULL, 0, block, sizeof(block), &got, 0);
            add_step(block, count * j + i);
            CopyMemory(wrapped + i * HALF, block + HALF, HALF);
        }
    CopyMemory(wrapped, block, HALF);
    SecureZeroMemory(block, sizeof(block));
    close_aes(aes, handle);
    return status ? NTE_FAIL : ERROR_SUCCESS;
}

/* Every byte is looked at, wherever the first wrong one is. */
static BOOL is_intact(const BYTE *half)
{
    BYTE difference = 0;
    DWORD i;

    for (i = 0; i < HALF; i++) difference |= half[i] ^ integrity_check[i];
    return !difference;
}

SECURITY_STATUS unwrap_key(const BYTE *kek, DWORD kek_size, const BYTE *wrapped, DWORD size, BYTE *key)
{
    DWORD count = size / HALF - 1, i, j, got;
    BCRYPT_ALG_HANDLE aes;
    BCRYPT_KEY_HANDLE handle;
    NTSTATUS status = 0;
    BYTE block[2 * HALF];

    if (size % HALF || size < 3 * HALF || count > MOST_HALVES) return NTE_BAD_DATA;
    if (open_aes(kek, kek_size, &aes, &handle)) return NTE_FAIL;
    CopyMemory(block, wrapped, HALF);
    MoveMemory(key, wrapped + HALF, size - HALF);
    for (j = 6; j--;)
        for (i = count; !status && i; i--)
        {
            add_step(block, count * j + i);
            CopyMemory(block + HALF, key + (i - 1) * HALF, HALF);
            status = BCryptDecrypt(handle, block, sizeof(block), NULL, NULL, 0, block, sizeof(block), &got, 0);
            CopyMemory(key + (i - 1) * HALF, block + HALF, HALF);
        }
    if (!status && !is_intact(block)) status = -1;
    SecureZeroMemory(block, sizeof(block));
    close_aes(aes, handle);
    return status ? NTE_BAD_DATA : ERROR_SUCCESS;
}
