/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Signatures with CNG keys, as certificates and messages have them: CryptSignCertificate and what it is made of. */
#include "bridge.h"

/* --- what is asked for --- */

static const WCHAR *read_hash(struct der_reader algorithm)
{
    struct der_reader oid = der_enter(&algorithm, DER_OID);
    char text[64];

    return !oid.failed && der_oid_text(&oid, text, sizeof(text)) ? hash_by_oid(text) : NULL;
}

/* MGF1: there is no other. */
static const WCHAR *read_mgf_hash(struct der_reader algorithm)
{
    struct der_reader oid = der_enter(&algorithm, DER_OID);
    char text[64];

    if (oid.failed || !der_oid_text(&oid, text, sizeof(text)) || lstrcmpA(text, "1.2.840.113549.1.1.8")) return NULL;
    return read_hash(der_enter(&algorithm, DER_SEQUENCE));
}

void read_hash_fields(struct der_reader *sequence, const WCHAR **hash, const WCHAR **mgf_hash)
{
    struct der_reader field;

    *hash = *mgf_hash = BCRYPT_SHA1_ALGORITHM;
    if (der_next(sequence) == DER_CONTEXT(0))
    {
        field = der_enter(sequence, DER_CONTEXT(0));
        *hash = read_hash(der_enter(&field, DER_SEQUENCE));
    }
    if (der_next(sequence) == DER_CONTEXT(1))
    {
        field = der_enter(sequence, DER_CONTEXT(1));
        *mgf_hash = read_mgf_hash(der_enter(&field, DER_SEQUENCE));
    }
}

/* A field that may be left out: its number stays as it is then. */
static void read_optional_number(struct der_reader *sequence, BYTE tag, DWORD *number)
{
    struct der_reader field;
    BYTE bytes[4];

    if (der_next(sequence) != tag) return;
    field = der_enter(sequence, tag);
    der_read_number(&field, bytes, sizeof(bytes));
    sequence->failed |= field.failed || field.left;
    if (!sequence->failed) *number = bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

/* RSASSA-PSS-params (RFC 4055 3.1): what is left out is SHA-1, MGF1 with SHA-1, 20 bytes of salt, trailer field 1. */
static SECURITY_STATUS read_pss(const CRYPT_OBJID_BLOB *parameters, struct signing *signing)
{
    struct der_reader all = {parameters->pbData, parameters->cbData, FALSE}, sequence;
    const WCHAR *mgf_hash;
    DWORD trailer = 1;

    signing->is_pss = TRUE;
    signing->hash = BCRYPT_SHA1_ALGORITHM;
    signing->salt_size = 20;
    if (!parameters->cbData) return ERROR_SUCCESS;
    sequence = der_enter(&all, DER_SEQUENCE);
    read_hash_fields(&sequence, &signing->hash, &mgf_hash);
    read_optional_number(&sequence, DER_CONTEXT(2), &signing->salt_size);
    read_optional_number(&sequence, DER_CONTEXT(3), &trailer);
    if (sequence.failed || sequence.left || all.left || trailer != 1 || !signing->hash || !mgf_hash)
        return NTE_BAD_ALGID;
    return lstrcmpW(signing->hash, mgf_hash) ? NTE_NOT_SUPPORTED : ERROR_SUCCESS;
}

void append_hash(const WCHAR *hash, struct der *der)
{
    DWORD start = der->used;

    der_oid(der, hash_oid(hash));
    der_value(der, DER_NULL, NULL, 0);
    der_wrap(der, DER_SEQUENCE, start);
}

void append_pss_parameters(const struct signing *signing, struct der *der)
{
    const BYTE salt[]
        = {signing->salt_size >> 24, signing->salt_size >> 16, signing->salt_size >> 8, signing->salt_size};
    DWORD start = der->used, part = start, inner;

    append_hash(signing->hash, der);
    der_wrap(der, DER_CONTEXT(0), part);
    part = inner = der->used;
    der_oid(der, szOID_RSA_MGF1);
    append_hash(signing->hash, der);
    der_wrap(der, DER_SEQUENCE, inner);
    der_wrap(der, DER_CONTEXT(1), part);
    part = der->used;
    der_number(der, salt, sizeof(salt));
    der_wrap(der, DER_CONTEXT(2), part);
    der_wrap(der, DER_SEQUENCE, start);
}

/* The OID says it all. */
static SECURITY_STATUS read_set(const struct parameter_set *set, const CRYPT_OBJID_BLOB *parameters,
                                struct signing *signing)
{
    if (set->kind != KEY_MLDSA || parameters->cbData) return NTE_BAD_ALGID;
    signing->kind = set->kind;
    signing->set = set;
    return ERROR_SUCCESS;
}

SECURITY_STATUS read_signing(const CRYPT_ALGORITHM_IDENTIFIER *algorithm, struct signing *signing)
{
    const struct signature_algorithm *found
        = algorithm->pszObjId ? find_signature_algorithm(algorithm->pszObjId) : NULL;
    const struct parameter_set *set = parameter_set_by_oid(algorithm->pszObjId);

    ZeroMemory(signing, sizeof(*signing));
    if (set) return read_set(set, &algorithm->Parameters, signing);
    if (!found) return NTE_BAD_ALGID;
    signing->kind = found->kind;
    signing->hash = found->hash;
    return found->hash ? ERROR_SUCCESS : read_pss(&algorithm->Parameters, signing);
}

/* --- hashing and signing --- */

SECURITY_STATUS hash_data(const WCHAR *algorithm, const BYTE *data, DWORD size, BYTE *hash, DWORD *hash_size)
{
    BCRYPT_ALG_HANDLE provider;
    NTSTATUS status;
    DWORD got;

    if (BCryptOpenAlgorithmProvider(&provider, algorithm, NULL, 0)) return NTE_BAD_ALGID;
    status = BCryptGetProperty(provider, BCRYPT_HASH_LENGTH, (BYTE *)hash_size, sizeof(*hash_size), &got, 0);
    if (!status && *hash_size <= LONGEST_HASH)
        status = BCryptHash(provider, NULL, 0, (BYTE *)data, size, hash, *hash_size);
    BCryptCloseAlgorithmProvider(provider, 0);
    return status ? NTE_FAIL : ERROR_SUCCESS;
}

union padding *make_padding(const struct signing *signing, union padding *padding, DWORD *flags)
{
    *flags = 0;
    if (signing->kind != KEY_RSA) return NULL;
    *flags = signing->is_pss ? BCRYPT_PAD_PSS : BCRYPT_PAD_PKCS1;
    if (!signing->is_pss) padding->pkcs1.pszAlgId = signing->hash;
    else
    {
        padding->pss.pszAlgId = signing->hash;
        padding->pss.cbSalt = signing->salt_size;
    }
    return padding;
}

static void append_signature(enum key_kind kind, const BYTE *raw, DWORD size, struct der *signature)
{
    DWORD start = signature->used;

    if (kind == KEY_RSA || kind == KEY_MLDSA)
    {
        der_bytes(signature, raw, size);
        return;
    }
    der_number(signature, raw, size / 2);
    der_number(signature, raw + size / 2, size / 2);
    der_wrap(signature, DER_SEQUENCE, start);
}

/* What is signed is a hash, or the data of ML-DSA. */
static SECURITY_STATUS sign(NCRYPT_KEY_HANDLE key, const struct signing *signing, const BYTE *what, DWORD what_size,
                            struct der *signature)
{
    union padding padding, *used;
    DWORD flags, size;
    SECURITY_STATUS status;
    BYTE *raw;

    used = make_padding(signing, &padding, &flags);
    if ((status = ncrypt()->NCryptSignHash(key, used, (BYTE *)what, what_size, NULL, 0, &size, flags))) return status;
    if (!(raw = allocate(size))) return NTE_NO_MEMORY;
    if (!(status = ncrypt()->NCryptSignHash(key, used, (BYTE *)what, what_size, raw, size, &size, flags)))
        append_signature(signing->kind, raw, size, signature);
    release(raw);
    return !status && signature->failed ? NTE_NO_MEMORY : status;
}

SECURITY_STATUS sign_hash(NCRYPT_KEY_HANDLE key, const struct signing *signing, const BYTE *hash, DWORD hash_size,
                          struct der *signature)
{
    if (signing->kind == KEY_MLDSA || get_key_kind(key) != signing->kind) return NTE_BAD_ALGID;
    return sign(key, signing, hash, hash_size, signature);
}

SECURITY_STATUS longest_signature(NCRYPT_KEY_HANDLE key, DWORD *size)
{
    BYTE hash[20] = {0};
    SECURITY_STATUS status;
    struct der sample = {0};
    DWORD raw_size;
    BYTE *raw;

    if ((status = ncrypt()->NCryptSignHash(key, NULL, hash, sizeof(hash), NULL, 0, &raw_size, 0))) return status;
    if (!(raw = allocate(raw_size))) return NTE_NO_MEMORY;
    FillMemory(raw, raw_size, 0xff);                        /* numbers of full length, with a zero in front each */
    append_signature(get_key_kind(key), raw, raw_size, &sample);
    *size = sample.used;
    status = sample.failed ? NTE_NO_MEMORY : ERROR_SUCCESS;
    der_free(&sample);
    release(raw);
    return status;
}

static SECURITY_STATUS sign_data(NCRYPT_KEY_HANDLE key, const struct signing *signing, const BYTE *data, DWORD size,
                                 struct der *signature)
{
    BYTE hash[LONGEST_HASH];
    DWORD hash_size;
    SECURITY_STATUS status;

    if (signing->set)
        return parameter_set_of_key(key) == signing->set ? sign(key, signing, data, size, signature) : NTE_BAD_ALGID;
    if ((status = hash_data(signing->hash, data, size, hash, &hash_size))) return status;
    return sign_hash(key, signing, hash, hash_size, signature);
}

/* --- certificates --- */

BOOL give_reversed(const struct der *signature, BYTE *output, DWORD *size)
{
    DWORD room = *size, i;

    *size = signature->used;
    if (room < signature->used) return fail(ERROR_MORE_DATA);
    for (i = 0; i < signature->used; i++) output[i] = signature->data[signature->used - 1 - i];
    return TRUE;
}

static BOOL sign_certificate(NCRYPT_KEY_HANDLE key, const CRYPT_ALGORITHM_IDENTIFIER *algorithm, const BYTE *data,
                             DWORD data_size, BYTE *output, DWORD *size)
{
    struct der signature = {0};
    struct signing signing;
    SECURITY_STATUS status;
    BOOL given = FALSE;

    if ((status = read_signing(algorithm, &signing))) return fail(status);
    if (!output) return (status = longest_signature(key, size)) ? fail(status) : TRUE;
    if ((status = sign_data(key, &signing, data, data_size, &signature))) fail(status);
    else given = give_reversed(&signature, output, size);
    der_free(&signature);
    return given;
}

BOOL WINAPI CryptSignCertificate(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key, DWORD spec, DWORD encoding, const BYTE *data,
                                 DWORD data_size, PCRYPT_ALGORITHM_IDENTIFIER algorithm, const void *aux,
                                 BYTE *signature, DWORD *size)
{
    if (!is_ncrypt_key(key))
        return WINE(CryptSignCertificate)(key, spec, encoding, data, data_size, algorithm, aux, signature, size);
    return sign_certificate(key, algorithm, data, data_size, signature, size);
}

/* Parameters: RSA PKCS #1 has NULL, ECDSA none (RFC 4055, 5758); those of the caller otherwise. */
static void append_algorithm(const CRYPT_ALGORITHM_IDENTIFIER *algorithm, const struct signing *signing,
                             struct der *der)
{
    DWORD start = der->used;

    der_oid(der, algorithm->pszObjId);
    if (algorithm->Parameters.cbData) der_bytes(der, algorithm->Parameters.pbData, algorithm->Parameters.cbData);
    else if (signing->kind == KEY_RSA && !signing->is_pss) der_value(der, DER_NULL, NULL, 0);
    der_wrap(der, DER_SEQUENCE, start);
}

SECURITY_STATUS sign_encoded(NCRYPT_KEY_HANDLE key, const CRYPT_ALGORITHM_IDENTIFIER *algorithm, const BYTE *encoded,
                             DWORD size, struct der *signed_content)
{
    static const BYTE unused_bits = 0;
    DWORD start = signed_content->used, bits;
    struct signing signing;
    SECURITY_STATUS status;

    if ((status = read_signing(algorithm, &signing))) return status;
    der_bytes(signed_content, encoded, size);
    append_algorithm(algorithm, &signing, signed_content);
    bits = signed_content->used;
    der_bytes(signed_content, &unused_bits, 1);
    if ((status = sign_data(key, &signing, encoded, size, signed_content))) return status;
    der_wrap(signed_content, DER_BIT_STRING, bits);
    der_wrap(signed_content, DER_SEQUENCE, start);
    return signed_content->failed ? NTE_NO_MEMORY : ERROR_SUCCESS;
}

static BOOL sign_and_encode(NCRYPT_KEY_HANDLE key, const CRYPT_ALGORITHM_IDENTIFIER *algorithm, const BYTE *encoded,
                            DWORD encoded_size, BYTE *output, DWORD *size)
{
    struct der content = {0};
    SECURITY_STATUS status;
    BOOL given = FALSE;

    if ((status = sign_encoded(key, algorithm, encoded, encoded_size, &content))) fail(status);
    else given = give_bytes(content.data, content.used, output, size);
    if (given && !output) *size += SIGNATURE_GROWTH;
    der_free(&content);
    return given;
}

BOOL WINAPI CryptSignAndEncodeCertificate(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key, DWORD spec, DWORD encoding, LPCSTR type,
                                          const void *info, PCRYPT_ALGORITHM_IDENTIFIER algorithm, const void *aux,
                                          BYTE *output, DWORD *size)
{
    BYTE *encoded;
    DWORD encoded_size;
    BOOL signed_;

    if (!is_ncrypt_key(key))
        return WINE(CryptSignAndEncodeCertificate)(key, spec, encoding, type, info, algorithm, aux, output, size);
    if (!CryptEncodeObjectEx(encoding, type, info, CRYPT_ENCODE_ALLOC_FLAG, NULL, &encoded, &encoded_size))
        return FALSE;
    signed_ = sign_and_encode(key, algorithm, encoded, encoded_size, output, size);
    LocalFree(encoded);
    return signed_;
}
