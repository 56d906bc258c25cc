/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptVerifyCertificateSignature(Ex) for ECDSA and ML-DSA. Wine is asked first, so that ncrypt.dll is loaded for no
 * more than it refuses: Wine 8.0 puts the two numbers of a signature side by side as they come, and refuses a good one
 * in a hundred, where one of them is shorter than the other; and it knows two curves, and no ML-DSA. */
#include "bridge.h"

/* What certificates, lists of revoked ones and requests have in common. */
struct signed_content
{
    struct der_reader content;      /* whole: what is signed */
    struct signing signing;
    struct der_reader signature;
};

static BOOL read_signed(const BYTE *data, DWORD size, struct signed_content *read)
{
    struct der_reader all = {data, size, FALSE}, sequence = der_enter(&all, DER_SEQUENCE), algorithm, oid;
    CRYPT_ALGORITHM_IDENTIFIER identifier;
    char text[64];

    read->content = sequence;
    der_enter(&sequence, der_next(&sequence));
    read->content.left -= sequence.left;
    algorithm = der_enter(&sequence, DER_SEQUENCE);
    oid = der_enter(&algorithm, DER_OID);
    read->signature = der_enter(&sequence, DER_BIT_STRING);
    if (sequence.failed || sequence.left || oid.failed || !read->signature.left || *read->signature.data) return FALSE;
    read->signature.data++;         /* behind the count of unused bits */
    read->signature.left--;
    identifier.pszObjId = text;
    identifier.Parameters.pbData = (BYTE *)algorithm.data;
    identifier.Parameters.cbData = algorithm.left;
    return der_oid_text(&oid, text, sizeof(text)) && !read_signing(&identifier, &read->signing);
}

static BOOL verify_encoded(const BYTE *data, DWORD size, const CERT_PUBLIC_KEY_INFO *key)
{
    struct signed_content read;

    if (!read_signed(data, size, &read)) return FALSE;
    if (read.signing.kind != KEY_EC && read.signing.kind != KEY_MLDSA) return FALSE;
    return !verify_data(key, &read.signing, read.content.data, read.content.left, read.signature.data,
                        read.signature.left);
}

/* pbData NULL: the subject has no form that is read here. */
static CRYPT_DATA_BLOB encoded_subject(DWORD type, const void *subject)
{
    CRYPT_DATA_BLOB encoded = {0, NULL};
    const CERT_CONTEXT *cert = subject;
    const CRL_CONTEXT *crl = subject;

    if (type == CRYPT_VERIFY_CERT_SIGN_SUBJECT_BLOB) encoded = *(const CRYPT_DATA_BLOB *)subject;
    else if (type == CRYPT_VERIFY_CERT_SIGN_SUBJECT_CERT)
        encoded = (CRYPT_DATA_BLOB){cert->cbCertEncoded, cert->pbCertEncoded};
    else if (type == CRYPT_VERIFY_CERT_SIGN_SUBJECT_CRL)
        encoded = (CRYPT_DATA_BLOB){crl->cbCrlEncoded, crl->pbCrlEncoded};
    return encoded;
}

/* NULL: likewise. */
static const CERT_PUBLIC_KEY_INFO *issuer_key(DWORD type, const void *issuer)
{
    const CERT_CHAIN_CONTEXT *chain = issuer;
    const CERT_CONTEXT *cert = issuer;

    switch (type)
    {
    case CRYPT_VERIFY_CERT_SIGN_ISSUER_PUBKEY: return issuer;
    case CRYPT_VERIFY_CERT_SIGN_ISSUER_CERT: return &cert->pCertInfo->SubjectPublicKeyInfo;
    case CRYPT_VERIFY_CERT_SIGN_ISSUER_CHAIN:                           /* Wine 8.0 does not look at it */
        return &chain->rgpChain[0]->rgpElement[0]->pCertContext->pCertInfo->SubjectPublicKeyInfo;
    }
    return NULL;
}

static BOOL is_verified_here(const CERT_PUBLIC_KEY_INFO *key)
{
    if (!key || !key->Algorithm.pszObjId) return FALSE;
    return !lstrcmpA(key->Algorithm.pszObjId, szOID_ECC_PUBLIC_KEY) || parameter_set_by_oid(key->Algorithm.pszObjId);
}

/* The last error is Wine's when it is not verified here either, and `before` when it is. */
static BOOL verify_again(const BYTE *data, DWORD size, const CERT_PUBLIC_KEY_INFO *key, DWORD before)
{
    DWORD error = GetLastError();
    BOOL verified = !bridge_is_off && data && is_verified_here(key) && verify_encoded(data, size, key);

    if (verified) TRACE("%lu bytes, refused by Wine with %#lx", size, error);
    SetLastError(verified ? before : error);
    return verified;
}

BOOL WINAPI CryptVerifyCertificateSignature(HCRYPTPROV_LEGACY provider, DWORD encoding, const BYTE *data, DWORD size,
                                            PCERT_PUBLIC_KEY_INFO key)
{
    DWORD before = GetLastError();

    return WINE(CryptVerifyCertificateSignature)(provider, encoding, data, size, key)
           || verify_again(data, size, key, before);
}

BOOL WINAPI CryptVerifyCertificateSignatureEx(HCRYPTPROV_LEGACY provider, DWORD encoding, DWORD subject_type,
                                              void *subject, DWORD issuer_type, void *issuer, DWORD flags, void *extra)
{
    DWORD before = GetLastError();
    CRYPT_DATA_BLOB encoded;

    if (WINE(CryptVerifyCertificateSignatureEx)(provider, encoding, subject_type, subject, issuer_type, issuer, flags,
                                                extra)) return TRUE;
    if (!subject || !issuer) return FALSE;
    encoded = encoded_subject(subject_type, subject);
    return verify_again(encoded.pbData, encoded.cbData, issuer_key(issuer_type, issuer), before);
}
