/* SPDX-License-Identifier: LGPL-2.1-or-later
 * An Authenticode signature: a PKCS #7 message with one signer (RFC 2315). crypt32.dll makes the signature itself, as
 * it makes those of certificates, with a key of CAPI or of CNG. */
#include "mssign32.h"

#include "../crypt32/issuer_serial.h"

/* What a signature with that key is called: in the message, and to CryptSignCertificate. */
static BOOL name_algorithms(const struct signer *signer, const char **in_message, const char **to_sign)
{
    const char *key = signer->cert->pCertInfo->SubjectPublicKeyInfo.Algorithm.pszObjId;

    if (!lstrcmpA(key, szOID_RSA_RSA))
    {
        *in_message = szOID_RSA_RSA;
        *to_sign = signer->hash->rsa;
        return TRUE;
    }
    *in_message = *to_sign = signer->hash->ecdsa;
    return !lstrcmpA(key, szOID_ECC_PUBLIC_KEY);
}

/* CryptSignCertificate gives the last byte first. */
static HRESULT append_signature(const struct signer *signer, const char *oid, const struct der *attributes,
                                struct der *der)
{
    CRYPT_ALGORITHM_IDENTIFIER algorithm = {.pszObjId = (char *)oid};
    DWORD size, i;
    BYTE *signature, byte;
    HRESULT hr = S_OK;

    if (!CryptSignCertificate(signer->key, signer->key_spec, X509_ASN_ENCODING, attributes->data, attributes->used,
                              &algorithm, NULL, NULL, &size))
        return HRESULT_FROM_WIN32(GetLastError());
    if (!(signature = HeapAlloc(GetProcessHeap(), 0, size))) return E_OUTOFMEMORY;
    if (!CryptSignCertificate(signer->key, signer->key_spec, X509_ASN_ENCODING, attributes->data, attributes->used,
                              &algorithm, NULL, signature, &size))
        hr = HRESULT_FROM_WIN32(GetLastError());
    for (i = 0; i < size / 2; i++)
    {
        byte = signature[i];
        signature[i] = signature[size - 1 - i];
        signature[size - 1 - i] = byte;
    }
    if (SUCCEEDED(hr)) der_value(der, DER_OCTET_STRING, signature, size);
    HeapFree(GetProcessHeap(), 0, signature);
    return hr;
}

/* ECDSA has no parameters (RFC 5758), RSA has NULL. */
static void append_signature_algorithm(const char *oid, struct der *der)
{
    DWORD start = der->used;

    if (!lstrcmpA(oid, szOID_RSA_RSA)) append_algorithm(oid, der);
    else
    {
        der_oid(der, oid);
        der_wrap(der, DER_SEQUENCE, start);
    }
}

/* The attributes are signed as a SET and stand in the message as [0]. */
static HRESULT append_signer(const struct signer *signer, const SIGNER_SIGNATURE_INFO *info, const BYTE *content_hash,
                             struct der *der)
{
    static const BYTE version = 1;
    const CERT_INFO *cert = signer->cert->pCertInfo;
    DWORD start = der->used, signed_attributes;
    struct der attributes = {0};
    const char *oid, *to_sign;
    HRESULT hr = E_OUTOFMEMORY;

    if (!name_algorithms(signer, &oid, &to_sign)) return NTE_BAD_ALGID;
    der_number(der, &version, 1);
    append_issuer_serial(&cert->Issuer, &cert->SerialNumber, der);
    append_algorithm(signer->hash->oid, der);
    append_signed_attributes(info, signer->hash, content_hash, &attributes);
    if (!attributes.failed)
    {
        signed_attributes = der->used;
        der_bytes(der, attributes.data, attributes.used);
        if (!der->failed) der->data[signed_attributes] = DER_CONTEXT(0);
        append_signature_algorithm(oid, der);
        hr = append_signature(signer, to_sign, &attributes, der);
    }
    der_free(&attributes);
    append_attributes(info->psUnauthenticated, DER_CONTEXT(1), der);
    der_wrap(der, DER_SEQUENCE, start);
    return hr;
}

static void append_certificates(HCERTSTORE store, struct der *der)
{
    PCCERT_CONTEXT cert = NULL;
    DWORD start = der->used;

    while ((cert = CertEnumCertificatesInStore(store, cert))) der_bytes(der, cert->pbCertEncoded, cert->cbCertEncoded);
    der_wrap(der, DER_CONTEXT(0), start);
}

/* The hash is that of the content alone, without tag and length. */
static HRESULT hash_content(const struct hash *hash, const struct der *content, BYTE *result)
{
    struct der_reader all = {content->data, content->used, FALSE}, inside = der_enter(&all, DER_SEQUENCE);
    struct span span = {inside.data, inside.left};

    return inside.failed ? E_OUTOFMEMORY : hash_spans(hash, &span, 1, result);
}

static HRESULT append_signed_data(const struct signer *signer, const SIGNER_SIGNATURE_INFO *info,
                                  const struct der *content, struct der *der)
{
    static const BYTE version = 1;
    DWORD start = der->used, part;
    BYTE content_hash[LONGEST_HASH];
    HRESULT hr;

    if (FAILED(hr = hash_content(signer->hash, content, content_hash))) return hr;
    der_number(der, &version, 1);
    part = der->used;
    append_algorithm(signer->hash->oid, der);
    der_wrap(der, DER_SET, part);
    part = der->used;
    der_oid(der, OID_INDIRECT_DATA);
    der_value(der, DER_CONTEXT(0), content->data, content->used);
    der_wrap(der, DER_SEQUENCE, part);
    append_certificates(signer->certificates, der);
    part = der->used;
    hr = append_signer(signer, info, content_hash, der);
    der_wrap(der, DER_SET, part);
    der_wrap(der, DER_SEQUENCE, start);
    return hr;
}

HRESULT make_signature(const struct signer *signer, const SIGNER_SIGNATURE_INFO *info, const BYTE *image_hash,
                       struct der *signature)
{
    struct der content = {0};
    DWORD part;
    HRESULT hr;

    append_indirect_data(signer->hash, image_hash, &content);
    der_oid(signature, szOID_RSA_signedData);
    part = signature->used;
    hr = append_signed_data(signer, info, &content, signature);
    der_wrap(signature, DER_CONTEXT(0), part);
    der_wrap(signature, DER_SEQUENCE, 0);
    der_free(&content);
    return SUCCEEDED(hr) && signature->failed ? E_OUTOFMEMORY : hr;
}
