/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Signatures and hashes by their OIDs (RFC 3279, 4055, 5754, 5758). */
#include "bridge.h"

#include <bcrypt.h>

static const struct signature_algorithm signatures[] =
{
    {"1.2.840.113549.1.1.5", KEY_RSA, BCRYPT_SHA1_ALGORITHM},
    {"1.2.840.113549.1.1.11", KEY_RSA, BCRYPT_SHA256_ALGORITHM},
    {"1.2.840.113549.1.1.12", KEY_RSA, BCRYPT_SHA384_ALGORITHM},
    {"1.2.840.113549.1.1.13", KEY_RSA, BCRYPT_SHA512_ALGORITHM},
    {"1.2.840.113549.1.1.4", KEY_RSA, BCRYPT_MD5_ALGORITHM},
    {"1.3.14.3.2.29", KEY_RSA, BCRYPT_SHA1_ALGORITHM},
    {"1.2.840.113549.1.1.10", KEY_RSA, NULL},
    {"1.2.840.10045.4.1", KEY_EC, BCRYPT_SHA1_ALGORITHM},
    {"1.2.840.10045.4.3.2", KEY_EC, BCRYPT_SHA256_ALGORITHM},
    {"1.2.840.10045.4.3.3", KEY_EC, BCRYPT_SHA384_ALGORITHM},
    {"1.2.840.10045.4.3.4", KEY_EC, BCRYPT_SHA512_ALGORITHM},
    {"1.2.840.10040.4.3", KEY_DSA, BCRYPT_SHA1_ALGORITHM},
    {"2.16.840.1.101.3.4.3.2", KEY_DSA, BCRYPT_SHA256_ALGORITHM},
};

static const struct
{
    const char *oid;
    ALG_ID id;
    const WCHAR *name;
    DWORD size;                     /* bytes */
} hashes[] =
{
    {"1.3.14.3.2.26", CALG_SHA1, BCRYPT_SHA1_ALGORITHM, 20},
    {"2.16.840.1.101.3.4.2.1", CALG_SHA_256, BCRYPT_SHA256_ALGORITHM, 32},
    {"2.16.840.1.101.3.4.2.2", CALG_SHA_384, BCRYPT_SHA384_ALGORITHM, 48},
    {"2.16.840.1.101.3.4.2.3", CALG_SHA_512, BCRYPT_SHA512_ALGORITHM, 64},
    {"1.2.840.113549.2.5", CALG_MD5, BCRYPT_MD5_ALGORITHM, 16},
};

const struct signature_algorithm *find_signature_algorithm(const char *oid)
{
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(signatures); i++) if (!lstrcmpA(signatures[i].oid, oid)) return &signatures[i];
    return NULL;
}

const struct signature_algorithm *signature_algorithm_for(enum key_kind kind, const WCHAR *hash)
{
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(signatures); i++)
        if (signatures[i].kind == kind && signatures[i].hash && !lstrcmpW(signatures[i].hash, hash))
            return &signatures[i];
    return NULL;
}

const WCHAR *hash_by_oid(const char *oid)
{
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(hashes); i++) if (!lstrcmpA(hashes[i].oid, oid)) return hashes[i].name;
    return NULL;
}

const WCHAR *hash_by_alg_id(ALG_ID id)
{
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(hashes); i++) if (hashes[i].id == id) return hashes[i].name;
    return NULL;
}

const char *hash_oid(const WCHAR *name)
{
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(hashes); i++) if (!lstrcmpW(hashes[i].name, name)) return hashes[i].oid;
    return NULL;
}

DWORD hash_size(const WCHAR *name)
{
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(hashes); i++) if (!lstrcmpW(hashes[i].name, name)) return hashes[i].size;
    return 0;
}
