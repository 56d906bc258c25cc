/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Checking signed messages whose signatures are not RSA PKCS #1, but ECDSA, DSA or PSS, or whose signers are named
 * by key. Wine reads the message, hashes it and asks the CSP about the signature. For that it is shown a stand-in, an
 * RSA key that nobody has; capi/sign.c answers with the true key, which is in the scope.
 *
 * Where attributes are signed in place of the content, one of them has the hash of the content. Wine 8.0 does not
 * compare it, and takes any content for any such message. That is done here for every kind of signature. */
#include "message.h"

/* --- how a message is signed --- */

/* Some name the kind of the key where others name the signature: then its hash is the one of the content. */
static BOOL read_signer(const CMSG_SIGNER_INFO *signer, struct signing *signing)
{
    const char *oid = signer->HashEncryptionAlgorithm.pszObjId;

    ZeroMemory(signing, sizeof(*signing));
    if (!oid || !signer->HashAlgorithm.pszObjId) return FALSE;
    if (!lstrcmpA(oid, szOID_ECC_PUBLIC_KEY)) signing->kind = KEY_EC;
    else if (!lstrcmpA(oid, szOID_X957_DSA)) signing->kind = KEY_DSA;
    else
        return !read_signing(&signer->HashEncryptionAlgorithm, signing) && signing->hash
               && (signing->kind != KEY_RSA || signing->is_pss);
    return (signing->hash = hash_by_oid(signer->HashAlgorithm.pszObjId)) != NULL;
}

/* Is that signer's signature one that Wine cannot check? */
static BOOL is_special(HCRYPTMSG message, DWORD index, struct signing *signing)
{
    CMSG_SIGNER_INFO *signer = get_parameter(message, CMSG_SIGNER_INFO_PARAM, index);
    BOOL special = signer && read_signer(signer, signing);

    release(signer);
    return special;
}

static BOOL is_signer(HCRYPTMSG message, DWORD index, const CERT_INFO *cert)
{
    CERT_INFO *signer = get_parameter(message, CMSG_SIGNER_CERT_INFO_PARAM, index);
    BOOL is_it = signer && is_named_certificate(signer, cert);

    release(signer);
    return is_it;
}

/* Wine looks for the signer by issuer and serial number alone. */
static BOOL is_named_by_key(HCRYPTMSG message, DWORD index)
{
    CERT_INFO *signer = get_parameter(message, CMSG_SIGNER_CERT_INFO_PARAM, index);
    CRYPT_HASH_BLOB key_id;
    BOOL is_it = signer && read_key_id(&signer->Issuer, &key_id);

    release(signer);
    return is_it;
}

static BOOL find_signer(HCRYPTMSG message, const CERT_INFO *cert, DWORD *index)
{
    DWORD count, size = sizeof(count);

    if (!WINE(CryptMsgGetParam)(message, CMSG_SIGNER_COUNT_PARAM, 0, &count, &size)) return FALSE;
    for (*index = 0; *index < count; ++*index) if (is_signer(message, *index, cert)) return TRUE;
    return FALSE;
}

/* --- the stand-in --- */

#define STAND_IN_SIZE 128           /* bytes */

struct stand_in
{
    struct der bits;
    CERT_PUBLIC_KEY_INFO info;
};

static BOOL make_stand_in(struct stand_in *key)
{
    static const BYTE exponent[] = {1, 0, 1};
    BYTE modulus[STAND_IN_SIZE];

    ZeroMemory(key, sizeof(*key));
    FillMemory(modulus, sizeof(modulus), 0xc5);
    der_number(&key->bits, modulus, sizeof(modulus));
    der_number(&key->bits, exponent, sizeof(exponent));
    der_wrap(&key->bits, DER_SEQUENCE, 0);
    key->info.Algorithm.pszObjId = (char *)szOID_RSA_RSA;
    key->info.PublicKey.pbData = key->bits.data;
    key->info.PublicKey.cbData = key->bits.used;
    return !key->bits.failed || fail(ERROR_OUTOFMEMORY);
}

/* --- the hash of the content --- */

static BOOL is_hash_attribute(const CRYPT_ATTRIBUTE *attribute, const BYTE *hash, DWORD size)
{
    struct der_reader value, octets;

    if (lstrcmpA(attribute->pszObjId, szOID_RSA_messageDigest) || attribute->cValue != 1) return FALSE;
    value.data = attribute->rgValue->pbData;
    value.left = attribute->rgValue->cbData;
    value.failed = FALSE;
    octets = der_enter(&value, DER_OCTET_STRING);
    return !octets.failed && octets.left == size && !memcmp(octets.data, hash, size);
}

static BOOL names_hash(const CRYPT_ATTRIBUTES *attributes, const BYTE *hash, DWORD size)
{
    DWORD i;

    for (i = 0; i < attributes->cAttr; i++) if (is_hash_attribute(&attributes->rgAttr[i], hash, size)) return TRUE;
    return FALSE;
}

static BOOL names_wines_hash(HCRYPTMSG message, DWORD index, const CRYPT_ATTRIBUTES *attributes)
{
    BYTE hash[LONGEST_HASH];
    DWORD size = sizeof(hash);

    return WINE(CryptMsgGetParam)(message, CMSG_COMPUTED_HASH_PARAM, index, hash, &size)
           && names_hash(attributes, hash, size);
}

static BOOL is_plain_data(HCRYPTMSG message)
{
    char *type = get_parameter(message, CMSG_INNER_CONTENT_TYPE_PARAM, 0);
    BOOL is_plain = type && !lstrcmpA(type, szOID_RSA_data);

    release(type);
    return is_plain;
}

/* Of a content of another type, such as that of Authenticode, the hash is without tag and length (RFC 2315, 9.3;
 * RFC 5652, 5.4). Wine's is with them. */
static BOOL names_hash_of_octets(HCRYPTMSG message, const CMSG_SIGNER_INFO *signer)
{
    const WCHAR *algorithm = hash_by_oid(signer->HashAlgorithm.pszObjId);
    struct der_reader content = {0}, octets;
    BYTE hash[LONGEST_HASH];
    DWORD size;
    void *data;
    BOOL names;

    if (!algorithm || is_plain_data(message)) return FALSE;
    if (!(data = get_sized_parameter(message, CMSG_CONTENT_PARAM, 0, &content.left))) return FALSE;
    content.data = data;
    octets = der_enter(&content, der_next(&content));
    names = !octets.failed && !content.left && !hash_data(algorithm, octets.data, octets.left, hash, &size)
            && names_hash(&signer->AuthAttrs, hash, size);
    release(data);
    return names;
}

static BOOL has_signed_hash(HCRYPTMSG message, DWORD index)
{
    CMSG_SIGNER_INFO *signer = get_parameter(message, CMSG_SIGNER_INFO_PARAM, index);
    BOOL has = signer != NULL;

    if (signer && signer->AuthAttrs.cAttr)
        has = names_wines_hash(message, index, &signer->AuthAttrs) || names_hash_of_octets(message, signer);
    release(signer);
    return has || fail(CRYPT_E_HASH_VALUE);
}

static BOOL has_signed_attributes(HCRYPTMSG message, DWORD index)
{
    CMSG_SIGNER_INFO *signer = get_parameter(message, CMSG_SIGNER_INFO_PARAM, index);
    BOOL has = signer && signer->AuthAttrs.cAttr;

    release(signer);
    return has;
}

/* --- CryptMsgControl --- */

static BOOL verify_special(HCRYPTMSG message, DWORD flags, const CERT_INFO *cert, const struct signing *signing)
{
    struct scope scope = {.verifying = &cert->SubjectPublicKeyInfo, .signing = signing};
    struct stand_in stand_in;
    CERT_INFO shown = *cert;
    BOOL verified;

    if ((verified = make_stand_in(&stand_in)))
    {
        shown.SubjectPublicKeyInfo = stand_in.info;
        verified = WITH_SCOPE(&scope, WINE(CryptMsgControl), message, flags, CMSG_CTRL_VERIFY_SIGNATURE, &shown);
    }
    der_free(&stand_in.bits);
    return verified;
}

static const CERT_PUBLIC_KEY_INFO *named_key(const CMSG_CTRL_VERIFY_SIGNATURE_EX_PARA *para)
{
    if (!para || para->cbSize != sizeof(*para) || !para->pvSigner) return NULL;
    if (para->dwSignerType == CMSG_VERIFY_SIGNER_PUBKEY) return para->pvSigner;
    if (para->dwSignerType == CMSG_VERIFY_SIGNER_CERT)
        return &((PCCERT_CONTEXT)para->pvSigner)->pCertInfo->SubjectPublicKeyInfo;
    return NULL;
}

static BOOL verify_special_ex(HCRYPTMSG message, DWORD flags, const CMSG_CTRL_VERIFY_SIGNATURE_EX_PARA *para,
                              const CERT_PUBLIC_KEY_INFO *key, const struct signing *signing)
{
    CMSG_CTRL_VERIFY_SIGNATURE_EX_PARA shown = *para;
    struct scope scope = {.verifying = key, .signing = signing};
    struct stand_in stand_in;
    BOOL verified;

    shown.dwSignerType = CMSG_VERIFY_SIGNER_PUBKEY;
    shown.pvSigner = &stand_in.info;
    if ((verified = make_stand_in(&stand_in)))
    {
        verified = WITH_SCOPE(&scope, WINE(CryptMsgControl), message, flags, CMSG_CTRL_VERIFY_SIGNATURE_EX, &shown);
    }
    der_free(&stand_in.bits);
    return verified;
}

BOOL message_verify_ex(HCRYPTMSG message, DWORD flags, const CMSG_CTRL_VERIFY_SIGNATURE_EX_PARA *para)
{
    const CERT_PUBLIC_KEY_INFO *key = named_key(para);
    struct signing signing;
    BOOL verified;

    if (key && is_special(message, para->dwSignerIndex, &signing))
        verified = verify_special_ex(message, flags, para, key, &signing);
    else verified = WINE(CryptMsgControl)(message, flags, CMSG_CTRL_VERIFY_SIGNATURE_EX, para);
    return verified && (!key || has_signed_hash(message, para->dwSignerIndex));
}

/* By its number, whatever the message names it by. */
static BOOL verify_by_key(HCRYPTMSG message, DWORD flags, DWORD index, const CERT_INFO *cert)
{
    CMSG_CTRL_VERIFY_SIGNATURE_EX_PARA para =
    {
        .cbSize = sizeof(para),
        .dwSignerIndex = index,
        .dwSignerType = CMSG_VERIFY_SIGNER_PUBKEY,
        .pvSigner = (void *)&cert->SubjectPublicKeyInfo,
    };

    return message_verify_ex(message, flags, &para);
}

static BOOL verify_signer(HCRYPTMSG message, DWORD flags, DWORD index, const CERT_INFO *cert)
{
    struct signing signing;
    BOOL verified;

    if (is_named_by_key(message, index)) return verify_by_key(message, flags, index, cert);
    if (is_special(message, index, &signing)) verified = verify_special(message, flags, cert, &signing);
    else verified = WINE(CryptMsgControl)(message, flags, CMSG_CTRL_VERIFY_SIGNATURE, cert);
    return verified && has_signed_hash(message, index);
}

BOOL message_verify(HCRYPTMSG message, DWORD flags, const CERT_INFO *cert)
{
    DWORD index;

    if (cert && find_signer(message, cert, &index)) return verify_signer(message, flags, index, cert);
    return WINE(CryptMsgControl)(message, flags, CMSG_CTRL_VERIFY_SIGNATURE, cert);
}

/* --- CryptVerifyMessageSignature and its sister, which go past the function above inside of Wine's crypt32 --- */

static HCRYPTMSG open_message(const CRYPT_VERIFY_MESSAGE_PARA *para, DWORD flags, const BYTE *data, DWORD size)
{
    HCRYPTMSG message = WINE(CryptMsgOpenToDecode)(para->dwMsgAndCertEncodingType, flags, 0, 0, NULL, NULL);

    if (!message || WINE(CryptMsgUpdate)(message, data, size, TRUE)) return message;
    WINE(CryptMsgClose)(message);
    return NULL;
}

static PCCERT_CONTEXT find_certificate(HCRYPTMSG message, const CRYPT_VERIFY_MESSAGE_PARA *para, DWORD index)
{
    DWORD encoding = para->dwMsgAndCertEncodingType;
    CERT_INFO *signer = get_parameter(message, CMSG_SIGNER_CERT_INFO_PARAM, index);
    HCERTSTORE store = WINE(CertOpenStore)(CERT_STORE_PROV_MSG, encoding, 0, 0, message);
    PCCERT_CONTEXT cert = NULL;

    if (signer && store && para->pfnGetSignerCertificate)
        cert = para->pfnGetSignerCertificate(para->pvGetArg, encoding, signer, store);
    else if (signer && store)
        cert = find_named_certificate(store, encoding, signer);
    if (store) WINE(CertCloseStore)(store, 0);
    release(signer);
    if (!cert) SetLastError(CRYPT_E_NOT_FOUND);
    return cert;
}

static BOOL verify_open(HCRYPTMSG message, const CRYPT_VERIFY_MESSAGE_PARA *para, DWORD index, PCCERT_CONTEXT *used)
{
    PCCERT_CONTEXT cert = find_certificate(message, para, index);
    BOOL verified = cert && verify_signer(message, 0, index, cert->pCertInfo);

    if (verified && used) *used = cert;
    else if (cert) WINE(CertFreeCertificateContext)(cert);
    return verified;
}

static BOOL is_readable(const CRYPT_VERIFY_MESSAGE_PARA *para)
{
    return para && para->cbSize >= FIELD_OFFSET(CRYPT_VERIFY_MESSAGE_PARA, pvGetArg) + sizeof(para->pvGetArg)
           && GET_CMSG_ENCODING_TYPE(para->dwMsgAndCertEncodingType) == PKCS_7_ASN_ENCODING;
}

/* with_all: those as well that Wine can check. NULL: the message is Wine's, or no message; the last error is then as it
 * was. */
static HCRYPTMSG open_ours(const CRYPT_VERIFY_MESSAGE_PARA *para, DWORD flags, DWORD index, BOOL with_all,
                           const BYTE *data, DWORD size)
{
    DWORD error = GetLastError();
    HCRYPTMSG message = NULL;
    struct signing signing;

    if (!bridge_is_off && is_readable(para) && data) message = open_message(para, flags, data, size);
    if (message && (with_all || is_special(message, index, &signing) || is_named_by_key(message, index)
                    || has_signed_attributes(message, index)))
        return message;
    if (message) WINE(CryptMsgClose)(message);
    SetLastError(error);
    return NULL;
}

BOOL WINAPI CryptVerifyMessageSignature(PCRYPT_VERIFY_MESSAGE_PARA para, DWORD index, const BYTE *data, DWORD data_size,
                                        BYTE *output, DWORD *size, PCCERT_CONTEXT *used)
{
    HCRYPTMSG message = open_ours(para, 0, index, FALSE, data, data_size);
    BOOL verified;

    if (!message) return WINE(CryptVerifyMessageSignature)(para, index, data, data_size, output, size, used);
    TRACE("(%p, %lu, %p, %lu, %p, %p, %p)", para, index, data, data_size, output, size, used);
    if (used) *used = NULL;
    verified = verify_open(message, para, index, used);
    if (verified && size) verified = WINE(CryptMsgGetParam)(message, CMSG_CONTENT_PARAM, 0, output, size);
    else if (!verified && size) *size = 0;
    WINE(CryptMsgClose)(message);
    return verified;
}

/* Wine takes content that is not in the message in one piece alone. */
static BOOL join(DWORD count, const BYTE *parts[], const DWORD sizes[], struct der *content)
{
    DWORD i;

    ZeroMemory(content, sizeof(*content));
    for (i = 0; i < count; i++) der_bytes(content, parts[i], sizes[i]);
    return !content->failed || fail(ERROR_OUTOFMEMORY);
}

BOOL WINAPI CryptVerifyDetachedMessageSignature(PCRYPT_VERIFY_MESSAGE_PARA para, DWORD index, const BYTE *data,
                                                DWORD data_size, DWORD count, const BYTE *parts[], DWORD sizes[],
                                                PCCERT_CONTEXT *used)
{
    HCRYPTMSG message = open_ours(para, CMSG_DETACHED_FLAG, index, count != 1, data, data_size);
    struct der content;
    BOOL verified;

    if (!message)
        return WINE(CryptVerifyDetachedMessageSignature)(para, index, data, data_size, count, parts, sizes, used);
    if (used) *used = NULL;
    verified = join(count, parts, sizes, &content) && WINE(CryptMsgUpdate)(message, content.data, content.used, TRUE)
               && verify_open(message, para, index, used);
    der_free(&content);
    WINE(CryptMsgClose)(message);
    return verified;
}
