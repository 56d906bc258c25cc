/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The other way from public_key.c: the public key of a certificate as a blob of CNG, and as a key of the key store's
 * provider that lives in memory. What is read comes from anywhere and is not trusted. */
#include "bridge.h"

#include <bcrypt.h>

#define LONGEST_KEY 2048            /* bytes of a number: RSA of 16384 bits */

#ifndef BCRYPT_ECDSA_PUBLIC_GENERIC_MAGIC
#define BCRYPT_ECDSA_PUBLIC_GENERIC_MAGIC 0x50444345
#endif
#ifndef BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC
#define BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC 0x504b4345
#endif

/* An INTEGER without its leading zeros; left 0 is a failure of the reader. */
static struct der_reader read_integer(struct der_reader *reader)
{
    struct der_reader number = der_enter(reader, DER_INTEGER);

    if (!number.failed && number.left && *number.data & 0x80) number.failed = TRUE;
    while (!number.failed && number.left && !*number.data) number.data++, number.left--;
    if (number.failed || !number.left || number.left > LONGEST_KEY) reader->failed = TRUE;
    return number;
}

static void append_padded(struct der *blob, const struct der_reader *number, DWORD size)
{
    static const BYTE zero = 0;
    DWORD i;

    for (i = number->left; i < size; i++) der_bytes(blob, &zero, 1);
    der_bytes(blob, number->data, number->left);
}

/* --- RSA --- */

static SECURITY_STATUS read_rsa(const CERT_PUBLIC_KEY_INFO *info, BOOL agreement, struct public_blob *public)
{
    struct der_reader all = {info->PublicKey.pbData, info->PublicKey.cbData, FALSE};
    struct der_reader sequence = der_enter(&all, DER_SEQUENCE), n = read_integer(&sequence),
                      e = read_integer(&sequence);
    BCRYPT_RSAKEY_BLOB header = {.Magic = BCRYPT_RSAPUBLIC_MAGIC};
    BYTE top;

    (void)agreement;
    if (sequence.failed) return NTE_BAD_DATA;
    header.cbPublicExp = e.left;
    header.cbModulus = n.left;
    header.BitLength = 8 * n.left;
    for (top = *n.data; !(top & 0x80); top <<= 1) header.BitLength--;
    public->algorithm = BCRYPT_RSA_ALGORITHM;
    public->type = BCRYPT_RSAPUBLIC_BLOB;
    der_bytes(&public->blob, &header, sizeof(header));
    der_bytes(&public->blob, e.data, e.left);
    der_bytes(&public->blob, n.data, n.left);
    return ERROR_SUCCESS;
}

/* --- EC --- */

/* Curves that have algorithms of their own; all others go by their names. */
static const struct
{
    const WCHAR *curve;
    const WCHAR *algorithm[2];      /* of signatures, of agreements; and so on */
    DWORD magic[2];
} own_algorithms[] =
{
    {L"nistP256", {BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECDH_P256_ALGORITHM},
                  {BCRYPT_ECDSA_PUBLIC_P256_MAGIC, BCRYPT_ECDH_PUBLIC_P256_MAGIC}},
    {L"nistP384", {BCRYPT_ECDSA_P384_ALGORITHM, BCRYPT_ECDH_P384_ALGORITHM},
                  {BCRYPT_ECDSA_PUBLIC_P384_MAGIC, BCRYPT_ECDH_PUBLIC_P384_MAGIC}},
    {L"nistP521", {BCRYPT_ECDSA_P521_ALGORITHM, BCRYPT_ECDH_P521_ALGORITHM},
                  {BCRYPT_ECDSA_PUBLIC_P521_MAGIC, BCRYPT_ECDH_PUBLIC_P521_MAGIC}},
};

static DWORD choose_algorithm(const WCHAR *curve, BOOL agreement, struct public_blob *public)
{
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(own_algorithms); i++)
    {
        if (lstrcmpW(own_algorithms[i].curve, curve)) continue;
        public->algorithm = own_algorithms[i].algorithm[agreement];
        return own_algorithms[i].magic[agreement];
    }
    public->algorithm = agreement ? L"ECDH" : L"ECDSA";
    public->curve = curve;
    return agreement ? BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC : BCRYPT_ECDSA_PUBLIC_GENERIC_MAGIC;
}

static SECURITY_STATUS read_ec(const CERT_PUBLIC_KEY_INFO *info, BOOL agreement, struct public_blob *public)
{
    const CRYPT_OBJID_BLOB *parameters = &info->Algorithm.Parameters;
    struct der_reader all = {parameters->pbData, parameters->cbData, FALSE}, oid = der_enter(&all, DER_OID);
    BCRYPT_ECCKEY_BLOB header;
    const WCHAR *curve;
    char text[64];

    if (oid.failed || !der_oid_text(&oid, text, sizeof(text)) || !(curve = curve_name(text))) return NTE_NOT_SUPPORTED;
    if (info->PublicKey.cbData < 3 || !(info->PublicKey.cbData & 1) || info->PublicKey.cbData > LONGEST_KEY)
        return NTE_BAD_DATA;
    if (*info->PublicKey.pbData != 4) return NTE_NOT_SUPPORTED;         /* a compressed point */
    header.dwMagic = choose_algorithm(curve, agreement, public);
    header.cbKey = public->half = (info->PublicKey.cbData - 1) / 2;
    public->type = BCRYPT_ECCPUBLIC_BLOB;
    der_bytes(&public->blob, &header, sizeof(header));
    der_bytes(&public->blob, info->PublicKey.pbData + 1, info->PublicKey.cbData - 1);
    return ERROR_SUCCESS;
}

/* --- DSA --- */

struct dsa_numbers
{
    struct der_reader p, q, g, y;
};

static void write_old_dsa(const struct dsa_numbers *numbers, struct public_blob *public)
{
    BCRYPT_DSA_KEY_BLOB header = {.dwMagic = BCRYPT_DSA_PUBLIC_MAGIC, .cbKey = numbers->p.left};

    FillMemory(header.Count, sizeof(header.Count), 0xff);               /* no seed is known */
    FillMemory(header.Seed, sizeof(header.Seed), 0xff);
    CopyMemory(header.q, numbers->q.data, sizeof(header.q));
    der_bytes(&public->blob, &header, sizeof(header));
}

static void write_new_dsa(const struct dsa_numbers *numbers, struct public_blob *public)
{
    static const BYTE no_seed = 0xff;
    BCRYPT_DSA_KEY_BLOB_V2 header = {.dwMagic = BCRYPT_DSA_PUBLIC_MAGIC_V2, .cbKey = numbers->p.left,
                                     .standardVersion = DSA_FIPS186_3, .cbSeedLength = numbers->q.left,
                                     .cbGroupSize = numbers->q.left};
    DWORD i;

    header.hashAlgorithm = numbers->q.left <= 20 ? DSA_HASH_ALGORITHM_SHA1 : DSA_HASH_ALGORITHM_SHA256;
    FillMemory(header.Count, sizeof(header.Count), 0xff);
    der_bytes(&public->blob, &header, sizeof(header));
    for (i = 0; i < numbers->q.left; i++) der_bytes(&public->blob, &no_seed, 1);
    der_bytes(&public->blob, numbers->q.data, numbers->q.left);
}

static SECURITY_STATUS read_dsa(const CERT_PUBLIC_KEY_INFO *info, BOOL agreement, struct public_blob *public)
{
    const CRYPT_OBJID_BLOB *parameters = &info->Algorithm.Parameters;
    struct der_reader all = {parameters->pbData, parameters->cbData, FALSE}, sequence = der_enter(&all, DER_SEQUENCE);
    struct der_reader bits = {info->PublicKey.pbData, info->PublicKey.cbData, FALSE};
    struct dsa_numbers numbers;

    (void)agreement;
    numbers.p = read_integer(&sequence);
    numbers.q = read_integer(&sequence);
    numbers.g = read_integer(&sequence);
    numbers.y = read_integer(&bits);
    if (sequence.failed || bits.failed || numbers.g.left > numbers.p.left || numbers.y.left > numbers.p.left)
        return NTE_BAD_DATA;
    if (numbers.p.left <= 128 && numbers.q.left != 20) return NTE_BAD_DATA;
    public->algorithm = BCRYPT_DSA_ALGORITHM;
    public->type = BCRYPT_DSA_PUBLIC_BLOB;
    public->half = numbers.q.left;
    if (numbers.p.left <= 128) write_old_dsa(&numbers, public);
    else write_new_dsa(&numbers, public);
    append_padded(&public->blob, &numbers.p, numbers.p.left);
    append_padded(&public->blob, &numbers.g, numbers.p.left);
    append_padded(&public->blob, &numbers.y, numbers.p.left);
    return ERROR_SUCCESS;
}

/* --- all kinds --- */

static const struct
{
    const char *oid;
    SECURITY_STATUS (*read)(const CERT_PUBLIC_KEY_INFO *info, BOOL agreement, struct public_blob *public);
} readers[] =
{
    {szOID_RSA_RSA, read_rsa},
    {szOID_ECC_PUBLIC_KEY, read_ec},
    {szOID_X957_DSA, read_dsa},
};

SECURITY_STATUS read_public_key(const CERT_PUBLIC_KEY_INFO *info, BOOL agreement, struct public_blob *public)
{
    const struct parameter_set *set = parameter_set_by_oid(info->Algorithm.pszObjId);
    SECURITY_STATUS status = NTE_NOT_SUPPORTED;
    unsigned int i;

    ZeroMemory(public, sizeof(*public));
    if (!info->Algorithm.pszObjId) return NTE_BAD_DATA;
    for (i = 0; i < ARRAYSIZE(readers); i++)
        if (!lstrcmpA(readers[i].oid, info->Algorithm.pszObjId)) status = readers[i].read(info, agreement, public);
    if (set) status = parameter_set_read(set, info, public);
    return !status && public->blob.failed ? NTE_NO_MEMORY : status;
}

SECURITY_STATUS import_blob(const struct public_blob *public, NCRYPT_KEY_HANDLE *key)
{
    BCryptBuffer curve = {0, NCRYPTBUFFER_ECC_CURVE_NAME, (void *)public->curve};
    BCryptBufferDesc list = {BCRYPTBUFFER_VERSION, 1, &curve};
    NCRYPT_PROV_HANDLE provider;
    SECURITY_STATUS status;

    if (!ncrypt()) return NTE_PROVIDER_DLL_FAIL;
    if (public->curve) curve.cbBuffer = (lstrlenW(public->curve) + 1) * sizeof(WCHAR);
    if ((status = ncrypt()->NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0))) return status;
    status = ncrypt()->NCryptImportKey(provider, 0, public->type, public->curve ? &list : NULL, key, public->blob.data,
                                       public->blob.used, 0);
    ncrypt()->NCryptFreeObject(provider);
    return status;
}

SECURITY_STATUS import_public_key(const CERT_PUBLIC_KEY_INFO *info, BOOL agreement, NCRYPT_KEY_HANDLE *key)
{
    struct public_blob public;
    SECURITY_STATUS status = read_public_key(info, agreement, &public);

    *key = 0;
    if (!status) status = import_blob(&public, key);
    der_free(&public.blob);
    return status;
}
