/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Messages signed with EC keys. Wine's encoder names the algorithm of the signer's public key where a message has that of
 * the signature: for RSA the two are the same. It is given certificate data that say what it is to write. */
#include "bridge.h"

static BOOL is_ec_signer(const CMSG_SIGNER_ENCODE_INFO *signer)
{
    return signer->cbSize >= FIELD_OFFSET(CMSG_SIGNER_ENCODE_INFO, dwKeySpec) && is_ncrypt_key(signer->hNCryptKey)
           && get_key_kind(signer->hNCryptKey) == KEY_EC;
}

/* Signers are an array: its elements have the size that the first of them names. */
static BOOL has_ec_signer(const CMSG_SIGNED_ENCODE_INFO *info)
{
    DWORD i;

    if (!info || info->cbSize < FIELD_OFFSET(CMSG_SIGNED_ENCODE_INFO, cCertEncoded)) return FALSE;
    for (i = 0; i < info->cSigners; i++)
    {
        if (info->rgSigners[i].cbSize != sizeof(*info->rgSigners)) return FALSE;
        if (is_ec_signer(&info->rgSigners[i])) return TRUE;
    }
    return FALSE;
}

static void name_signature(CMSG_SIGNER_ENCODE_INFO *signer, CERT_INFO *cert)
{
    const WCHAR *hash = signer->HashAlgorithm.pszObjId ? hash_by_oid(signer->HashAlgorithm.pszObjId) : NULL;
    const struct signature_algorithm *algorithm = hash ? signature_algorithm_for(KEY_EC, hash) : NULL;

    if (!algorithm || !signer->pCertInfo) return;
    *cert = *signer->pCertInfo;
    cert->SubjectPublicKeyInfo.Algorithm.pszObjId = (char *)algorithm->oid;
    cert->SubjectPublicKeyInfo.Algorithm.Parameters.cbData = 0;
    signer->pCertInfo = cert;
}

static HCRYPTMSG open_signed(DWORD encoding, DWORD flags, const CMSG_SIGNED_ENCODE_INFO *info, LPSTR oid,
                             CMSG_STREAM_INFO *stream)
{
    CMSG_SIGNER_ENCODE_INFO *signers = allocate(info->cSigners * (sizeof(*signers) + sizeof(CERT_INFO)));
    CERT_INFO *certs = (CERT_INFO *)(signers + info->cSigners);
    CMSG_SIGNED_ENCODE_INFO *copy = allocate(max(info->cbSize, sizeof(*copy)));
    HCRYPTMSG message = NULL;
    DWORD i;

    if (signers && copy)
    {
        CopyMemory(copy, info, info->cbSize);
        CopyMemory(signers, info->rgSigners, info->cSigners * sizeof(*signers));
        copy->rgSigners = signers;
        for (i = 0; i < info->cSigners; i++)
            if (is_ec_signer(&signers[i])) name_signature(&signers[i], &certs[i]);
        message = WINE(CryptMsgOpenToEncode)(encoding, flags, CMSG_SIGNED, copy, oid, stream);
    }
    release(copy);
    release(signers);
    return message;
}

HCRYPTMSG WINAPI CryptMsgOpenToEncode(DWORD encoding, DWORD flags, DWORD type, void const *info, LPSTR oid,
                                      PCMSG_STREAM_INFO stream)
{
    if (bridge_is_off || type != CMSG_SIGNED || !has_ec_signer(info))
        return WINE(CryptMsgOpenToEncode)(encoding, flags, type, info, oid, stream);
    return open_signed(encoding, flags, info, oid, stream);
}

/* --- CryptSignMessage, which goes past the function above inside of Wine's crypt32 --- */

static BOOL is_ec_certificate(const CRYPT_SIGN_MESSAGE_PARA *para)
{
    if (!para || para->cbSize < FIELD_OFFSET(CRYPT_SIGN_MESSAGE_PARA, dwInnerContentType) || !para->pSigningCert) return FALSE;
    return !lstrcmpA(para->pSigningCert->pCertInfo->SubjectPublicKeyInfo.Algorithm.pszObjId, szOID_ECC_PUBLIC_KEY);
}

/* What the message carries beside the signature; both arrays in one block, to be released. */
static void *collect(const CRYPT_SIGN_MESSAGE_PARA *para, CMSG_SIGNED_ENCODE_INFO *info)
{
    CERT_BLOB *blobs = allocate((para->cMsgCert + para->cMsgCrl) * sizeof(*blobs));
    DWORD i;

    if (!blobs) return NULL;
    info->cCertEncoded = para->cMsgCert;
    info->rgCertEncoded = blobs;
    info->cCrlEncoded = para->cMsgCrl;
    info->rgCrlEncoded = blobs + para->cMsgCert;
    for (i = 0; i < para->cMsgCert; i++)
    {
        blobs[i].cbData = para->rgpMsgCert[i]->cbCertEncoded;
        blobs[i].pbData = para->rgpMsgCert[i]->pbCertEncoded;
    }
    for (i = 0; i < para->cMsgCrl; i++)
    {
        info->rgCrlEncoded[i].cbData = para->rgpMsgCrl[i]->cbCrlEncoded;
        info->rgCrlEncoded[i].pbData = para->rgpMsgCrl[i]->pbCrlEncoded;
    }
    return blobs;
}

static BOOL write_message(HCRYPTMSG message, DWORD count, const BYTE *parts[], const DWORD sizes[], DWORD parameter,
                          BYTE *output, DWORD *size)
{
    BOOL done = TRUE;
    DWORD i;

    for (i = 0; done && i < count; i++) done = WINE(CryptMsgUpdate)(message, parts[i], sizes[i], i == count - 1);
    if (!count) done = WINE(CryptMsgUpdate)(message, NULL, 0, TRUE);
    return done && WINE(CryptMsgGetParam)(message, parameter, 0, output, size);
}

struct content
{
    BOOL is_detached;
    DWORD count;
    const BYTE **parts;
    const DWORD *sizes;
};

static BOOL sign_message(const CRYPT_SIGN_MESSAGE_PARA *para, NCRYPT_KEY_HANDLE key, const struct content *content,
                         BYTE *output, DWORD *size)
{
    CMSG_SIGNER_ENCODE_INFO signer =
    {
        .cbSize = sizeof(signer),
        .pCertInfo = para->pSigningCert->pCertInfo,
        .hNCryptKey = key,
        .dwKeySpec = CERT_NCRYPT_KEY_SPEC,
        .HashAlgorithm = para->HashAlgorithm,
        .cAuthAttr = para->cAuthAttr,
        .rgAuthAttr = para->rgAuthAttr,
        .cUnauthAttr = para->cUnauthAttr,
        .rgUnauthAttr = para->rgUnauthAttr,
    };
    CMSG_SIGNED_ENCODE_INFO info = {.cbSize = sizeof(info), .cSigners = 1, .rgSigners = &signer};
    void *carried = collect(para, &info);
    HCRYPTMSG message;
    BOOL signed_;

    if (!carried) return FALSE;
    message = open_signed(para->dwMsgEncodingType, content->is_detached ? CMSG_DETACHED_FLAG : 0, &info, NULL, NULL);
    signed_ = message && write_message(message, content->count, content->parts, content->sizes, CMSG_CONTENT_PARAM, output,
                                       size);
    if (message) WINE(CryptMsgClose)(message);
    release(carried);
    return signed_;
}

BOOL WINAPI CryptSignMessage(PCRYPT_SIGN_MESSAGE_PARA para, BOOL detached, DWORD count, const BYTE *parts[], DWORD sizes[],
                             BYTE *output, DWORD *size)
{
    struct content content = {detached, count, parts, sizes};
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key;
    BOOL must_free = FALSE, signed_;
    DWORD spec;

    if (bridge_is_off || !is_ec_certificate(para))
        return WINE(CryptSignMessage)(para, detached, count, parts, sizes, output, size);
    if (!acquire_key(para->pSigningCert, CRYPT_ACQUIRE_CACHE_FLAG | CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG, NULL, &key, &spec,
                     &must_free)) return FALSE;
    signed_ = sign_message(para, key, &content, output, size);
    if (must_free) ncrypt()->NCryptFreeObject(key);
    return signed_;
}
