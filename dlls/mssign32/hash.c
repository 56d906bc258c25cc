/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The hashes that Authenticode signs. */
#include "mssign32.h"

#include <bcrypt.h>

static const struct hash hashes[] = {
    {CALG_SHA1, "1.3.14.3.2.26", BCRYPT_SHA1_ALGORITHM, 20, "1.2.840.113549.1.1.5", "1.2.840.10045.4.1"},
    {CALG_SHA_256, "2.16.840.1.101.3.4.2.1", BCRYPT_SHA256_ALGORITHM, 32, "1.2.840.113549.1.1.11",
     "1.2.840.10045.4.3.2"},
    {CALG_SHA_384, "2.16.840.1.101.3.4.2.2", BCRYPT_SHA384_ALGORITHM, 48, "1.2.840.113549.1.1.12",
     "1.2.840.10045.4.3.3"},
    {CALG_SHA_512, "2.16.840.1.101.3.4.2.3", BCRYPT_SHA512_ALGORITHM, 64, "1.2.840.113549.1.1.13",
     "1.2.840.10045.4.3.4"},
};

const struct hash *find_hash(ALG_ID id)
{
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(hashes); i++) if (hashes[i].id == id) return &hashes[i];
    return NULL;
}

static NTSTATUS hash_all(BCRYPT_ALG_HANDLE algorithm, const struct span *spans, unsigned int count, BYTE *result,
                         DWORD size)
{
    BCRYPT_HASH_HANDLE handle;
    unsigned int i;
    NTSTATUS status;

    if ((status = BCryptCreateHash(algorithm, &handle, NULL, 0, NULL, 0, 0))) return status;
    for (i = 0; !status && i < count; i++) status = BCryptHashData(handle, (BYTE *)spans[i].data, spans[i].size, 0);
    if (!status) status = BCryptFinishHash(handle, result, size, 0);
    BCryptDestroyHash(handle);
    return status;
}

HRESULT hash_spans(const struct hash *hash, const struct span *spans, unsigned int count, BYTE *result)
{
    BCRYPT_ALG_HANDLE algorithm;
    NTSTATUS status;

    if (BCryptOpenAlgorithmProvider(&algorithm, hash->name, NULL, 0)) return NTE_BAD_ALGID;
    status = hash_all(algorithm, spans, count, result, hash->size);
    BCryptCloseAlgorithmProvider(algorithm, 0);
    return status ? NTE_FAIL : S_OK;
}
