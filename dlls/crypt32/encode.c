/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptEncodeObject(Ex) and CryptDecodeObject(Ex) for what Wine lacks: ECDSA signatures (it reads, but does not write
 * them), EC private keys (RFC 5915), and, to be written, requests for certificates (RFC 2986). Wine is asked first;
 * ERROR_FILE_NOT_FOUND is its answer to what it does not know. Public keys of ML-DSA and ML-KEM by themselves, to which
 * it would add NULL parameters, are written here (RFC 9881, RFC 9935); in a certificate it adds none. */
#include "bridge.h"

#ifndef X509_ECC_PRIVATE_KEY
#define X509_ECC_PRIVATE_KEY ((LPCSTR)82)
#endif

/* wincrypt.h has it since Windows 8. */
struct ecc_private_key
{
    DWORD version;                  /* 1 */
    CRYPT_DER_BLOB key;
    char *curve;                    /* OID; NULL: none */
    CRYPT_BIT_BLOB public;          /* cbData 0: none */
};

/* --- encoding --- */

static void append_reversed_number(const CRYPT_UINT_BLOB *number, struct der *der)
{
    struct der reversed = {0};
    DWORD i;

    for (i = number->cbData; i--;) der_bytes(&reversed, &number->pbData[i], 1);
    if (reversed.failed) der->failed = TRUE;
    der_number(der, reversed.data, reversed.used);
    der_free(&reversed);
}

static void encode_signature(const void *info, struct der *der)
{
    const CERT_ECC_SIGNATURE *signature = info;

    append_reversed_number(&signature->r, der);
    append_reversed_number(&signature->s, der);
    der_wrap(der, DER_SEQUENCE, 0);
}

static void encode_private_key(const void *info, struct der *der)
{
    const struct ecc_private_key *key = info;
    const BYTE version = key->version, unused_bits = key->public.cUnusedBits;
    DWORD part;

    der_number(der, &version, 1);
    der_value(der, DER_OCTET_STRING, key->key.pbData, key->key.cbData);
    if (key->curve)
    {
        part = der->used;
        der_oid(der, key->curve);
        der_wrap(der, DER_CONTEXT(0), part);
    }
    if (key->public.cbData)
    {
        part = der->used;
        der_bytes(der, &unused_bits, 1);
        der_bytes(der, key->public.pbData, key->public.cbData);
        der_wrap(der, DER_BIT_STRING, part);
        der_wrap(der, DER_CONTEXT(1), part);
    }
    der_wrap(der, DER_SEQUENCE, 0);
}

static BOOL is_set_key(const CERT_PUBLIC_KEY_INFO *key)
{
    return !key->Algorithm.Parameters.cbData && parameter_set_by_oid(key->Algorithm.pszObjId);
}

static void encode_set_key(const void *info, struct der *der)
{
    const CERT_PUBLIC_KEY_INFO *key = info;
    const BYTE unused_bits = key->PublicKey.cUnusedBits;
    DWORD start = der->used, bits;

    der_oid(der, key->Algorithm.pszObjId);
    der_wrap(der, DER_SEQUENCE, start);
    bits = der->used;
    der_bytes(der, &unused_bits, 1);
    der_bytes(der, key->PublicKey.pbData, key->PublicKey.cbData);
    der_wrap(der, DER_BIT_STRING, bits);
    der_wrap(der, DER_SEQUENCE, start);
}

/* What Wine can encode. */
static void append_encoded(const char *type, const void *info, struct der *der)
{
    BYTE *encoded;
    DWORD size;

    if (!WINE(CryptEncodeObjectEx)(X509_ASN_ENCODING | PKCS_7_ASN_ENCODING, type, info, CRYPT_ENCODE_ALLOC_FLAG, NULL,
                                   &encoded, &size))
    {
        der->failed = TRUE;
        return;
    }
    der_bytes(der, encoded, size);
    LocalFree(encoded);
}

/* CertificationRequestInfo. The attributes are there even when there are none: a SET that is called [0]. */
static void encode_request(const void *info, struct der *der)
{
    const CERT_REQUEST_INFO *request = info;
    CRYPT_ATTRIBUTES attributes = {request->cAttribute, request->rgAttribute};
    const BYTE version = request->dwVersion;
    DWORD set;

    der_number(der, &version, 1);
    der_bytes(der, request->Subject.pbData, request->Subject.cbData);
    if (is_set_key(&request->SubjectPublicKeyInfo)) encode_set_key(&request->SubjectPublicKeyInfo, der);
    else append_encoded(X509_PUBLIC_KEY_INFO, &request->SubjectPublicKeyInfo, der);
    set = der->used;
    if (!attributes.cAttr) der_value(der, DER_SET, NULL, 0);
    else append_encoded(PKCS_ATTRIBUTES, &attributes, der);
    if (!der->failed) der->data[set] = DER_CONTEXT(0);
    der_wrap(der, DER_SEQUENCE, 0);
}

static const struct
{
    const char *type;
    void (*encode)(const void *info, struct der *der);
} encoders[] =
{
    {X509_CERT_REQUEST_TO_BE_SIGNED, encode_request},
    {X509_ECC_SIGNATURE, encode_signature},
    {X509_ECC_PRIVATE_KEY, encode_private_key},
    {X509_PUBLIC_KEY_INFO, encode_set_key},
};

/* allocate_by: NULL, or the caller's function. */
static BOOL give_allocated(const void *data, DWORD size, void *(__stdcall *allocate_by)(size_t), void *output,
                           DWORD *output_size)
{
    void *memory = allocate_by ? allocate_by(size) : LocalAlloc(0, size);

    if (!memory) return fail(ERROR_OUTOFMEMORY);
    *(void **)output = CopyMemory(memory, data, size);
    *output_size = size;
    return TRUE;
}

static BOOL give_encoded(const struct der *der, DWORD flags, const CRYPT_ENCODE_PARA *para, void *output, DWORD *size)
{
    if (der->failed) return fail(CRYPT_E_ASN1_ERROR);
    if (!(flags & CRYPT_ENCODE_ALLOC_FLAG)) return give_bytes(der->data, der->used, output, size);
    return give_allocated(der->data, der->used, para ? (void *)para->pfnAlloc : NULL, output, size);
}

static BOOL encode(DWORD encoding, const char *type, const void *info, DWORD flags, const CRYPT_ENCODE_PARA *para,
                   void *output, DWORD *size)
{
    struct der der = {0};
    unsigned int i;
    BOOL given;

    if (bridge_is_off || !(encoding & X509_ASN_ENCODING) || !info) return FALSE;
    for (i = 0; i < ARRAYSIZE(encoders) && encoders[i].type != type; i++);
    if (i == ARRAYSIZE(encoders)) return FALSE;
    encoders[i].encode(info, &der);
    given = give_encoded(&der, flags, para, output, size);
    der_free(&der);
    return given;
}

/* Wine, which survives memory that is not there, looks at info first. */
static BOOL is_encoded_here(DWORD encoding, const char *type, const void *info)
{
    DWORD size;

    if (bridge_is_off || !(encoding & X509_ASN_ENCODING) || type != X509_PUBLIC_KEY_INFO) return FALSE;
    return WINE(CryptEncodeObjectEx)(encoding, type, info, 0, NULL, NULL, &size) && is_set_key(info);
}

BOOL WINAPI CryptEncodeObjectEx(DWORD encoding, LPCSTR type, const void *info, DWORD flags, PCRYPT_ENCODE_PARA para,
                                void *output, DWORD *size)
{
    if (is_encoded_here(encoding, type, info)) return encode(encoding, type, info, flags, para, output, size);
    if (WINE(CryptEncodeObjectEx)(encoding, type, info, flags, para, output, size)) return TRUE;
    return GetLastError() == ERROR_FILE_NOT_FOUND && encode(encoding, type, info, flags, para, output, size);
}

BOOL WINAPI CryptEncodeObject(DWORD encoding, LPCSTR type, const void *info, BYTE *output, DWORD *size)
{
    if (is_encoded_here(encoding, type, info)) return encode(encoding, type, info, 0, NULL, output, size);
    if (WINE(CryptEncodeObject)(encoding, type, info, output, size)) return TRUE;
    return GetLastError() == ERROR_FILE_NOT_FOUND && encode(encoding, type, info, 0, NULL, output, size);
}

/* --- decoding: EC private keys --- */

struct read_key
{
    DWORD version;
    struct der_reader key, public;
    char curve[64];
};

static BOOL read_private_key(const BYTE *data, DWORD size, struct read_key *read)
{
    struct der_reader all = {data, size, FALSE}, sequence = der_enter(&all, DER_SEQUENCE), field, oid;
    BYTE version = 0;

    ZeroMemory(read, sizeof(*read));
    der_read_number(&sequence, &version, 1);
    read->version = version;
    read->key = der_enter(&sequence, DER_OCTET_STRING);
    if (der_next(&sequence) == DER_CONTEXT(0))
    {
        field = der_enter(&sequence, DER_CONTEXT(0));
        oid = der_enter(&field, DER_OID);
        if (oid.failed || !der_oid_text(&oid, read->curve, sizeof(read->curve))) return FALSE;
    }
    if (der_next(&sequence) == DER_CONTEXT(1))
    {
        field = der_enter(&sequence, DER_CONTEXT(1));
        read->public = der_enter(&field, DER_BIT_STRING);
        if (field.failed || !read->public.left || *read->public.data > 7) return FALSE;
    }
    return !sequence.failed;
}

/* The structure and what it points to, in one block. */
static void fill_private_key(const struct read_key *read, struct ecc_private_key *key)
{
    BYTE *next = (BYTE *)(key + 1);

    ZeroMemory(key, sizeof(*key));
    key->version = read->version;
    key->key.cbData = read->key.left;
    key->key.pbData = CopyMemory(next, read->key.data, read->key.left);
    next += read->key.left;
    if (read->public.left)
    {
        key->public.cUnusedBits = *read->public.data;
        key->public.cbData = read->public.left - 1;
        key->public.pbData = CopyMemory(next, read->public.data + 1, read->public.left - 1);
        next += read->public.left - 1;
    }
    if (*read->curve) key->curve = lstrcpyA((char *)next, read->curve);
}

static BOOL give_private_key(const struct read_key *read, DWORD flags, const CRYPT_DECODE_PARA *para, void *output,
                             DWORD *size)
{
    DWORD needed = sizeof(struct ecc_private_key) + read->key.left + read->public.left + lstrlenA(read->curve) + 1;
    DWORD room = *size;
    void *memory = output;

    *size = needed;
    if (flags & CRYPT_DECODE_ALLOC_FLAG)
    {
        memory = para && para->pfnAlloc ? para->pfnAlloc(needed) : LocalAlloc(0, needed);
        if (!memory) return fail(ERROR_OUTOFMEMORY);
        *(void **)output = memory;
    }
    else if (!output) return TRUE;
    else if (room < needed) return fail(ERROR_MORE_DATA);
    fill_private_key(read, memory);
    return TRUE;
}

static BOOL decode(DWORD encoding, const char *type, const BYTE *data, DWORD data_size, DWORD flags,
                   const CRYPT_DECODE_PARA *para, void *output, DWORD *size)
{
    struct read_key read;

    if (bridge_is_off || !(encoding & X509_ASN_ENCODING) || type != X509_ECC_PRIVATE_KEY) return FALSE;
    if (!read_private_key(data, data_size, &read)) return fail(CRYPT_E_ASN1_CORRUPT);
    return give_private_key(&read, flags, para, output, size);
}

BOOL WINAPI CryptDecodeObjectEx(DWORD encoding, LPCSTR type, const BYTE *data, DWORD data_size, DWORD flags,
                                PCRYPT_DECODE_PARA para, void *output, DWORD *size)
{
    if (WINE(CryptDecodeObjectEx)(encoding, type, data, data_size, flags, para, output, size)) return TRUE;
    return GetLastError() == ERROR_FILE_NOT_FOUND && decode(encoding, type, data, data_size, flags, para, output, size);
}

BOOL WINAPI CryptDecodeObject(DWORD encoding, LPCSTR type, const BYTE *data, DWORD data_size, DWORD flags, void *output,
                              DWORD *size)
{
    if (WINE(CryptDecodeObject)(encoding, type, data, data_size, flags, output, size)) return TRUE;
    return GetLastError() == ERROR_FILE_NOT_FOUND
           && decode(encoding, type, data, data_size, flags & ~CRYPT_DECODE_ALLOC_FLAG, NULL, output, size);
}
