/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Signatures checked with the public keys of certificates: what Wine's crypt32 does with RSA PKCS #1 alone. */
#include "bridge.h"

#include <bcrypt.h>

/* SEQUENCE { r, s } as CNG has it: two numbers of one size. */
static SECURITY_STATUS read_pair(const BYTE *signature, DWORD size, DWORD half, BYTE *raw)
{
    struct der_reader all = {signature, size, FALSE}, sequence = der_enter(&all, DER_SEQUENCE);

    der_read_number(&sequence, raw, half);
    der_read_number(&sequence, raw + half, half);
    return sequence.failed || sequence.left || all.left ? NTE_BAD_SIGNATURE : ERROR_SUCCESS;
}

static SECURITY_STATUS verify_pair(NCRYPT_KEY_HANDLE key, const BYTE *hash, DWORD hash_size, const BYTE *signature,
                                   DWORD size, DWORD half)
{
    BYTE *raw = allocate(2 * half);
    SECURITY_STATUS status;

    if (!raw) return NTE_NO_MEMORY;
    if (!(status = read_pair(signature, size, half, raw)))
        status = ncrypt()->NCryptVerifySignature(key, NULL, (BYTE *)hash, hash_size, raw, 2 * half, 0);
    release(raw);
    return status;
}

static SECURITY_STATUS verify_whole(NCRYPT_KEY_HANDLE key, const struct signing *signing, const BYTE *what,
                                    DWORD what_size, const BYTE *signature, DWORD size)
{
    union padding padding, *used;
    DWORD flags;

    used = make_padding(signing, &padding, &flags);
    return ncrypt()->NCryptVerifySignature(key, used, (BYTE *)what, what_size, (BYTE *)signature, size, flags);
}

/* What was signed is a hash, or the data of ML-DSA. */
static SECURITY_STATUS verify(const CERT_PUBLIC_KEY_INFO *info, const struct signing *signing, const BYTE *what,
                              DWORD what_size, const BYTE *signature, DWORD size)
{
    struct public_blob public;
    NCRYPT_KEY_HANDLE key = 0;
    SECURITY_STATUS status;

    if (!(status = read_public_key(info, FALSE, &public)) && !(status = import_blob(&public, &key)))
    {
        if (get_key_kind(key) != signing->kind) status = NTE_BAD_ALGID;
        else if (signing->kind == KEY_EC || signing->kind == KEY_DSA)
            status = verify_pair(key, what, what_size, signature, size, public.half);
        else status = verify_whole(key, signing, what, what_size, signature, size);
    }
    if (key) ncrypt()->NCryptFreeObject(key);
    der_free(&public.blob);
    return status;
}

SECURITY_STATUS verify_hash(const CERT_PUBLIC_KEY_INFO *info, const struct signing *signing, const BYTE *hash,
                            DWORD hash_size, const BYTE *signature, DWORD size)
{
    return signing->set ? NTE_BAD_ALGID : verify(info, signing, hash, hash_size, signature, size);
}

SECURITY_STATUS verify_data(const CERT_PUBLIC_KEY_INFO *info, const struct signing *signing, const BYTE *data,
                            DWORD data_size, const BYTE *signature, DWORD size)
{
    BYTE hash[LONGEST_HASH];
    DWORD hash_size;
    SECURITY_STATUS status;

    if (signing->set && parameter_set_by_oid(info->Algorithm.pszObjId) != signing->set) return NTE_BAD_ALGID;
    if (signing->set) return verify(info, signing, data, data_size, signature, size);
    if ((status = hash_data(signing->hash, data, data_size, hash, &hash_size))) return status;
    return verify(info, signing, hash, hash_size, signature, size);
}
