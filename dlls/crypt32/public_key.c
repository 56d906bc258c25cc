/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The public half of a CNG key as certificates have it: SubjectPublicKeyInfo (RFC 3279, 5480). */
#include "bridge.h"

#include <bcrypt.h>

static SECURITY_STATUS get_string(NCRYPT_KEY_HANDLE key, const WCHAR *name, WCHAR *value, DWORD size)
{
    DWORD got;

    ZeroMemory(value, size);
    return ncrypt()->NCryptGetProperty(key, name, (BYTE *)value, size - sizeof(*value), &got, 0);
}

enum key_kind get_key_kind(NCRYPT_KEY_HANDLE key)
{
    WCHAR group[32];

    if (get_string(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, group, sizeof(group))) return KEY_OTHER;
    if (!lstrcmpW(group, NCRYPT_RSA_ALGORITHM_GROUP)) return KEY_RSA;
    if (!lstrcmpW(group, NCRYPT_ECDSA_ALGORITHM_GROUP) || !lstrcmpW(group, NCRYPT_ECDH_ALGORITHM_GROUP)) return KEY_EC;
    if (!lstrcmpW(group, NCRYPT_DSA_ALGORITHM_GROUP)) return KEY_DSA;
    if (!lstrcmpW(group, NCRYPT_MLDSA_ALGORITHM_GROUP)) return KEY_MLDSA;
    if (!lstrcmpW(group, NCRYPT_MLKEM_ALGORITHM_GROUP)) return KEY_MLKEM;
    return KEY_OTHER;
}

/* release the blob. */
static SECURITY_STATUS export_blob(NCRYPT_KEY_HANDLE key, const WCHAR *type, BYTE **blob, DWORD *size)
{
    SECURITY_STATUS status;

    *blob = NULL;
    if ((status = ncrypt()->NCryptExportKey(key, 0, type, NULL, NULL, 0, size, 0))) return status;
    if (!(*blob = allocate(*size))) return NTE_NO_MEMORY;
    return ncrypt()->NCryptExportKey(key, 0, type, NULL, *blob, *size, size, 0);
}

static SECURITY_STATUS write_rsa(NCRYPT_KEY_HANDLE key, const BYTE *blob, DWORD size, struct public_key *public)
{
    const BCRYPT_RSAKEY_BLOB *header = (const void *)blob;
    const BYTE *exponent = blob + sizeof(*header);

    (void)key;
    if (size < sizeof(*header) || header->cbPublicExp > size - sizeof(*header)) return NTE_BAD_DATA;
    if (header->cbModulus > size - sizeof(*header) - header->cbPublicExp) return NTE_BAD_DATA;
    public->oid = szOID_RSA_RSA;
    der_value(&public->parameters, DER_NULL, NULL, 0);
    der_number(&public->bits, exponent + header->cbPublicExp, header->cbModulus);
    der_number(&public->bits, exponent, header->cbPublicExp);
    der_wrap(&public->bits, DER_SEQUENCE, 0);
    return ERROR_SUCCESS;
}

/* A provider that does not name the curve has one of those that have algorithm names of their own. */
static const char *oid_of_curve(NCRYPT_KEY_HANDLE key, DWORD bytes)
{
    WCHAR name[64];

    if (!get_string(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, name, sizeof(name))) return curve_oid(name);
    switch (bytes)
    {
    case 32: return curve_oid(L"nistP256");
    case 48: return curve_oid(L"nistP384");
    case 66: return curve_oid(L"nistP521");
    }
    return NULL;
}

static SECURITY_STATUS write_ec(NCRYPT_KEY_HANDLE key, const BYTE *blob, DWORD size, struct public_key *public)
{
    static const BYTE uncompressed = 4;
    const BCRYPT_ECCKEY_BLOB *header = (const void *)blob;
    const char *curve;

    if (size < sizeof(*header) || header->cbKey > (size - sizeof(*header)) / 2) return NTE_BAD_DATA;
    if (!(curve = oid_of_curve(key, header->cbKey))) return NTE_NOT_SUPPORTED;
    public->oid = szOID_ECC_PUBLIC_KEY;
    der_oid(&public->parameters, curve);
    der_bytes(&public->bits, &uncompressed, 1);
    der_bytes(&public->bits, blob + sizeof(*header), 2 * header->cbKey);
    return ERROR_SUCCESS;
}

static SECURITY_STATUS write_dsa_numbers(const BYTE *q, DWORD q_size, const BYTE *p, DWORD p_size,
                                         struct public_key *public)
{
    public->oid = szOID_X957_DSA;
    der_number(&public->parameters, p, p_size);
    der_number(&public->parameters, q, q_size);
    der_number(&public->parameters, p + p_size, p_size);            /* g */
    der_wrap(&public->parameters, DER_SEQUENCE, 0);
    der_number(&public->bits, p + 2 * p_size, p_size);              /* y */
    return ERROR_SUCCESS;
}

/* Up to 1024 bits the header has q of 20 bytes in it; above it is followed by the seed and q. */
static SECURITY_STATUS write_dsa(NCRYPT_KEY_HANDLE key, const BYTE *blob, DWORD size, struct public_key *public)
{
    const BCRYPT_DSA_KEY_BLOB *old = (const void *)blob;
    const BCRYPT_DSA_KEY_BLOB_V2 *new = (const void *)blob;
    const BYTE *q;

    (void)key;
    if (size < sizeof(*old)) return NTE_BAD_DATA;
    if (old->dwMagic == BCRYPT_DSA_PUBLIC_MAGIC)
    {
        if (old->cbKey > (size - sizeof(*old)) / 3) return NTE_BAD_DATA;
        return write_dsa_numbers(old->q, sizeof(old->q), blob + sizeof(*old), old->cbKey, public);
    }
    if (new->cbSeedLength > 0x100 || new->cbGroupSize > 0x100 || new->cbKey > 0x1000) return NTE_BAD_DATA;
    if (size < sizeof(*new) + new->cbSeedLength + new->cbGroupSize + 3 * new->cbKey) return NTE_BAD_DATA;
    q = blob + sizeof(*new) + new->cbSeedLength;
    return write_dsa_numbers(q, new->cbGroupSize, q + new->cbGroupSize, new->cbKey, public);
}

static const struct
{
    const WCHAR *blob;
    SECURITY_STATUS (*write)(NCRYPT_KEY_HANDLE key, const BYTE *blob, DWORD size, struct public_key *public);
} kinds[] =
{
    [KEY_RSA] = {BCRYPT_RSAPUBLIC_BLOB, write_rsa},
    [KEY_EC] = {BCRYPT_ECCPUBLIC_BLOB, write_ec},
    [KEY_DSA] = {BCRYPT_DSA_PUBLIC_BLOB, write_dsa},
    [KEY_MLDSA] = {BCRYPT_PQDSA_PUBLIC_BLOB, parameter_set_write},
    [KEY_MLKEM] = {BCRYPT_MLKEM_PUBLIC_BLOB, parameter_set_write},
};

SECURITY_STATUS get_public_key(NCRYPT_KEY_HANDLE key, struct public_key *public)
{
    enum key_kind kind = get_key_kind(key);
    SECURITY_STATUS status;
    BYTE *blob;
    DWORD size;

    ZeroMemory(public, sizeof(*public));
    if (kind == KEY_OTHER) return NTE_NOT_SUPPORTED;
    if (!(status = export_blob(key, kinds[kind].blob, &blob, &size)))
        status = kinds[kind].write(key, blob, size, public);
    release(blob);
    if (!status && (public->parameters.failed || public->bits.failed)) status = NTE_NO_MEMORY;
    return status;
}

void public_key_free(struct public_key *public)
{
    der_free(&public->parameters);
    der_free(&public->bits);
}

static BOOL is_same(const struct der *der, const BYTE *data, DWORD size)
{
    return der->used == size && !memcmp(der->data, data, size);
}

BOOL have_one_public_key(NCRYPT_KEY_HANDLE one, NCRYPT_KEY_HANDLE other)
{
    struct public_key a, b = {NULL, {0}, {0}};
    BOOL same;

    same = !get_public_key(one, &a) && !get_public_key(other, &b) && !lstrcmpA(a.oid, b.oid)
           && is_same(&a.bits, b.bits.data, b.bits.used)
           && is_same(&a.parameters, b.parameters.data, b.parameters.used);
    public_key_free(&a);
    public_key_free(&b);
    return same;
}

BOOL has_public_key(NCRYPT_KEY_HANDLE key, const CERT_PUBLIC_KEY_INFO *info)
{
    struct public_key public;
    BOOL same;

    same = !get_public_key(key, &public) && !lstrcmpA(public.oid, info->Algorithm.pszObjId)
           && is_same(&public.bits, info->PublicKey.pbData, info->PublicKey.cbData);
    if (same && lstrcmpA(public.oid, szOID_RSA_RSA))
        same = is_same(&public.parameters, info->Algorithm.Parameters.pbData, info->Algorithm.Parameters.cbData);
    public_key_free(&public);
    return same;
}

/* Everything in one buffer: the structure, then what its pointers name. */
static void fill_info(const struct public_key *public, CERT_PUBLIC_KEY_INFO *info)
{
    BYTE *next = (BYTE *)(info + 1);

    ZeroMemory(info, sizeof(*info));
    info->PublicKey.pbData = CopyMemory(next, public->bits.data, public->bits.used);
    info->PublicKey.cbData = public->bits.used;
    next += public->bits.used;
    info->Algorithm.Parameters.pbData = CopyMemory(next, public->parameters.data, public->parameters.used);
    info->Algorithm.Parameters.cbData = public->parameters.used;
    info->Algorithm.pszObjId = lstrcpyA((char *)next + public->parameters.used, public->oid);
}

static BOOL export_info(NCRYPT_KEY_HANDLE key, CERT_PUBLIC_KEY_INFO *info, DWORD *size)
{
    struct public_key public;
    SECURITY_STATUS status = get_public_key(key, &public);
    DWORD room, needed;

    if (!status)
    {
        room = *size;
        needed = *size = sizeof(*info) + public.bits.used + public.parameters.used + lstrlenA(public.oid) + 1;
        if (info && room < needed) status = ERROR_MORE_DATA;
        else if (info) fill_info(&public, info);
    }
    public_key_free(&public);
    return status ? fail(status) : TRUE;
}

BOOL WINAPI CryptExportPublicKeyInfo(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key, DWORD spec, DWORD encoding,
                                     PCERT_PUBLIC_KEY_INFO info, DWORD *size)
{
    if (!is_ncrypt_key(key)) return WINE(CryptExportPublicKeyInfo)(key, spec, encoding, info, size);
    return export_info(key, info, size);
}

BOOL WINAPI CryptExportPublicKeyInfoEx(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key, DWORD spec, DWORD encoding, LPSTR oid,
                                       DWORD flags, void *aux, PCERT_PUBLIC_KEY_INFO info, DWORD *size)
{
    if (!is_ncrypt_key(key))
        return WINE(CryptExportPublicKeyInfoEx)(key, spec, encoding, oid, flags, aux, info, size);
    return export_info(key, info, size);
}
