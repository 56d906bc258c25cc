/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys that have a parameter set (ML-DSA, ML-KEM): to certificates each set is an algorithm of its own (RFC 9881, RFC
 * 9935). */
#include "bridge.h"

static const struct parameter_set sets[] =
{
    {"2.16.840.1.101.3.4.3.17", KEY_MLDSA, BCRYPT_MLDSA_PARAMETER_SET_44, 1312},
    {"2.16.840.1.101.3.4.3.18", KEY_MLDSA, BCRYPT_MLDSA_PARAMETER_SET_65, 1952},
    {"2.16.840.1.101.3.4.3.19", KEY_MLDSA, BCRYPT_MLDSA_PARAMETER_SET_87, 2592},
    {"2.16.840.1.101.3.4.4.1", KEY_MLKEM, BCRYPT_MLKEM_PARAMETER_SET_512, 800},
    {"2.16.840.1.101.3.4.4.2", KEY_MLKEM, BCRYPT_MLKEM_PARAMETER_SET_768, 1184},
    {"2.16.840.1.101.3.4.4.3", KEY_MLKEM, BCRYPT_MLKEM_PARAMETER_SET_1024, 1568},
};

const struct parameter_set *parameter_set_by_oid(const char *oid)
{
    unsigned int i;

    for (i = 0; oid && i < ARRAYSIZE(sets); i++) if (!lstrcmpA(sets[i].oid, oid)) return &sets[i];
    return NULL;
}

const struct parameter_set *parameter_set_of_key(NCRYPT_KEY_HANDLE key)
{
    const enum key_kind kind = get_key_kind(key);
    WCHAR name[16] = L"";
    unsigned int i;
    DWORD got;

    if (kind != KEY_MLDSA && kind != KEY_MLKEM) return NULL;
    if (ncrypt()->NCryptGetProperty(key, NCRYPT_PARAMETER_SET_NAME_PROPERTY, (BYTE *)name, sizeof(name) - sizeof(*name),
                                    &got, 0)) return NULL;
    for (i = 0; i < ARRAYSIZE(sets); i++) if (sets[i].kind == kind && !lstrcmpW(sets[i].name, name)) return &sets[i];
    return NULL;
}

SECURITY_STATUS parameter_set_write(NCRYPT_KEY_HANDLE key, const BYTE *blob, DWORD size, struct public_key *public)
{
    const struct parameter_set *set = parameter_set_of_key(key);
    const BCRYPT_PQDSA_KEY_BLOB *header = (const void *)blob;

    if (!set) return NTE_NOT_SUPPORTED;
    if (size < sizeof(*header) || header->cbParameterSet > size - sizeof(*header)) return NTE_BAD_DATA;
    if (header->cbKey != set->public_size || header->cbKey != size - sizeof(*header) - header->cbParameterSet)
        return NTE_BAD_DATA;
    public->oid = set->oid;
    der_bytes(&public->bits, blob + size - header->cbKey, header->cbKey);
    return ERROR_SUCCESS;
}

SECURITY_STATUS parameter_set_read(const struct parameter_set *set, const CERT_PUBLIC_KEY_INFO *info,
                                   struct public_blob *public)
{
    const BOOL signs = set->kind == KEY_MLDSA;
    BCRYPT_PQDSA_KEY_BLOB header =
    {
        .dwMagic = signs ? BCRYPT_MLDSA_PUBLIC_MAGIC : BCRYPT_MLKEM_PUBLIC_MAGIC,
        .cbParameterSet = (lstrlenW(set->name) + 1) * sizeof(*set->name),
        .cbKey = set->public_size,
    };

    if (info->Algorithm.Parameters.cbData || info->PublicKey.cUnusedBits) return NTE_BAD_DATA;
    if (info->PublicKey.cbData != set->public_size) return NTE_BAD_DATA;
    public->algorithm = signs ? NCRYPT_MLDSA_ALGORITHM : NCRYPT_MLKEM_ALGORITHM;
    public->type = signs ? BCRYPT_PQDSA_PUBLIC_BLOB : BCRYPT_MLKEM_PUBLIC_BLOB;
    der_bytes(&public->blob, &header, sizeof(header));
    der_bytes(&public->blob, set->name, header.cbParameterSet);
    der_bytes(&public->blob, info->PublicKey.pbData, info->PublicKey.cbData);
    return ERROR_SUCCESS;
}
