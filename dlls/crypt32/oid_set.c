/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What CryptFindOIDInfo says of ML-DSA and ML-KEM (row A.101). */
#include "oid.h"

#define NO_NULL CRYPT_OID_NO_NULL_ALGORITHM_PARA_FLAG
#define SIGNS (NO_NULL | CRYPT_OID_PUBKEY_SIGN_ONLY_FLAG)
#define ENCAPSULATES (NO_NULL | CRYPT_OID_PUBKEY_ENCRYPT_ONLY_FLAG)

/* Of a key: flags, magic of the public blob, of the private one, 0, bytes of both keys and of a signature. The private
 * blob of the one example is that of the seed. Of a signature: flags, bytes. */
#define MLDSA_KEY(public_size, signature_size) \
    {SIGNS, BCRYPT_MLDSA_PUBLIC_MAGIC, BCRYPT_MLDSA_PRIVATE_SEED_MAGIC, 0, public_size, 32, signature_size}
#define MLKEM_KEY(public_size) \
    {ENCAPSULATES, BCRYPT_MLKEM_PUBLIC_MAGIC, BCRYPT_MLKEM_PRIVATE_SEED_MAGIC, 0, public_size, 64, 0}

static const DWORD keys[6][7] =
{
    MLDSA_KEY(1312, 2420), MLDSA_KEY(1952, 3309), MLDSA_KEY(2592, 4627),
    MLKEM_KEY(800), MLKEM_KEY(1184), MLKEM_KEY(1568),
};
static const DWORD signatures[3][2] = {{NO_NULL, 2420}, {NO_NULL, 3309}, {NO_NULL, 4627}};

#define KEY(oid, name, cng, i) \
    {.cbSize = sizeof(CRYPT_OID_INFO), .pszOID = oid, .pwszName = name, .dwGroupId = CRYPT_PUBKEY_ALG_OID_GROUP_ID, \
     .Algid = CALG_OID_INFO_CNG_ONLY, .ExtraInfo = {sizeof(keys[i]), (BYTE *)keys[i]}, .pwszCNGAlgid = cng, \
     .pwszCNGExtraAlgid = L""}
#define SIGNATURE(oid, name, cng, i) \
    {.cbSize = sizeof(CRYPT_OID_INFO), .pszOID = oid, .pwszName = name, .dwGroupId = CRYPT_SIGN_ALG_OID_GROUP_ID, \
     .Algid = CALG_OID_INFO_CNG_ONLY, .ExtraInfo = {sizeof(signatures[i]), (BYTE *)signatures[i]}, \
     .pwszCNGAlgid = L"NoHash", .pwszCNGExtraAlgid = cng}

const CRYPT_OID_INFO set_oids[SET_OID_COUNT] =
{
    KEY("2.16.840.1.101.3.4.3.17", L"ML-DSA-44", L"ML-DSA:44", 0),
    KEY("2.16.840.1.101.3.4.3.18", L"ML-DSA-65", L"ML-DSA:65", 1),
    KEY("2.16.840.1.101.3.4.3.19", L"ML-DSA-87", L"ML-DSA:87", 2),
    KEY("2.16.840.1.101.3.4.4.1", L"ML-KEM-512", L"ML-KEM:512", 3),
    KEY("2.16.840.1.101.3.4.4.2", L"ML-KEM-768", L"ML-KEM:768", 4),
    KEY("2.16.840.1.101.3.4.4.3", L"ML-KEM-1024", L"ML-KEM:1024", 5),
    SIGNATURE("2.16.840.1.101.3.4.3.17", L"ML-DSA-44", L"ML-DSA:44", 0),
    SIGNATURE("2.16.840.1.101.3.4.3.18", L"ML-DSA-65", L"ML-DSA:65", 1),
    SIGNATURE("2.16.840.1.101.3.4.3.19", L"ML-DSA-87", L"ML-DSA:87", 2),
};
