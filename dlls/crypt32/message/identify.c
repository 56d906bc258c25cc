/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which certificate a message means: by issuer and serial number, or by its key. For a key identifier Windows has a
 * Name with szOID_KEYID_RDN and the serial number 0; so has Wine for signers, and update.c for recipients. */
#include "message.h"

BOOL read_key_id(const CERT_NAME_BLOB *issuer, CRYPT_HASH_BLOB *key_id)
{
    struct der_reader all = {issuer->pbData, issuer->cbData, FALSE}, inside, oid, value;
    char text[64];

    inside = der_enter(&all, DER_SEQUENCE);
    inside = der_enter(&inside, DER_SET);
    inside = der_enter(&inside, DER_SEQUENCE);
    oid = der_enter(&inside, DER_OID);
    if (oid.failed || !der_oid_text(&oid, text, sizeof(text)) || lstrcmpA(text, szOID_KEYID_RDN)) return FALSE;
    value = der_enter(&inside, DER_OCTET_STRING);
    key_id->pbData = (BYTE *)value.data;
    key_id->cbData = value.left;
    return !value.failed;
}

/* The identifier that the certificate says it has; FALSE: it says none. */
static BOOL get_said_key_id(const CERT_INFO *cert, CRYPT_HASH_BLOB *key_id)
{
    struct der_reader value, octets;
    DWORD i;

    for (i = 0; i < cert->cExtension; i++)
    {
        if (lstrcmpA(cert->rgExtension[i].pszObjId, szOID_SUBJECT_KEY_IDENTIFIER)) continue;
        value = (struct der_reader){cert->rgExtension[i].Value.pbData, cert->rgExtension[i].Value.cbData, FALSE};
        octets = der_enter(&value, DER_OCTET_STRING);
        key_id->pbData = (BYTE *)octets.data;
        key_id->cbData = octets.left;
        return !octets.failed;
    }
    return FALSE;
}

static SECURITY_STATUS hash_public_key(const CERT_PUBLIC_KEY_INFO *public, BYTE *hash, DWORD *size)
{
    *size = LONGEST_HASH;
    return WINE(CryptHashPublicKeyInfo)(0, CALG_SHA1, 0, X509_ASN_ENCODING, (CERT_PUBLIC_KEY_INFO *)public, hash, size)
           ? ERROR_SUCCESS : (SECURITY_STATUS)GetLastError();
}

/* For one that says none, Windows hashes all that is said of the key. */
SECURITY_STATUS get_key_id(const CERT_INFO *cert, BYTE *hash, CRYPT_HASH_BLOB *key_id)
{
    if (get_said_key_id(cert, key_id)) return ERROR_SUCCESS;
    key_id->pbData = hash;
    return hash_public_key(&cert->SubjectPublicKeyInfo, hash, &key_id->cbData);
}

static BOOL is_id(const CRYPT_HASH_BLOB *key_id, const BYTE *id, DWORD size)
{
    return key_id->cbData == size && !memcmp(key_id->pbData, id, size);
}

/* Others hash the key alone (RFC 5280 4.2.1.2). */
static BOOL has_key_id(const CERT_INFO *cert, const CRYPT_HASH_BLOB *key_id)
{
    const CRYPT_BIT_BLOB *key = &cert->SubjectPublicKeyInfo.PublicKey;
    BYTE hash[LONGEST_HASH];
    CRYPT_HASH_BLOB said;
    DWORD size;

    if (get_said_key_id(cert, &said)) return is_id(key_id, said.pbData, said.cbData);
    if (!hash_public_key(&cert->SubjectPublicKeyInfo, hash, &size) && is_id(key_id, hash, size)) return TRUE;
    return !hash_data(BCRYPT_SHA1_ALGORITHM, key->pbData, key->cbData, hash, &size) && is_id(key_id, hash, size);
}

BOOL is_named_certificate(CERT_INFO *named, const CERT_INFO *cert)
{
    CRYPT_HASH_BLOB key_id;

    if (read_key_id(&named->Issuer, &key_id)) return has_key_id(cert, &key_id);
    return WINE(CertCompareIntegerBlob)(&named->SerialNumber, (CRYPT_INTEGER_BLOB *)&cert->SerialNumber)
           && WINE(CertCompareCertificateName)(X509_ASN_ENCODING, &named->Issuer, (CERT_NAME_BLOB *)&cert->Issuer);
}

/* Wine 8.0 has no identifier for a certificate that says none, so its own search does not suffice. */
PCCERT_CONTEXT find_named_certificate(HCERTSTORE store, DWORD encoding, CERT_INFO *named)
{
    PCCERT_CONTEXT cert = NULL;
    CRYPT_HASH_BLOB key_id;

    if (!read_key_id(&named->Issuer, &key_id))
        return WINE(CertGetSubjectCertificateFromStore)(store, encoding, named);
    do cert = WINE(CertEnumCertificatesInStore)(store, cert); while (cert && !has_key_id(cert->pCertInfo, &key_id));
    return cert;
}
