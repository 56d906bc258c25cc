/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Messages signed with EC and DSA keys, and by RSA with PSS. Wine's encoder names the algorithm of the signer's public
 * key where a message has that of the signature: for RSA PKCS #1 the two are the same. It is given certificate data
 * that say what it is to write, and asks capi/sign.c for the signature, which finds in the scope how it is to be made.
 */
#define CMSG_SIGNER_ENCODE_INFO_HAS_CMS_FIELDS
#define CRYPT_SIGN_MESSAGE_PARA_HAS_CMS_FIELDS
#include "message.h"

#include "../capi/capi.h"

#define SMALLEST_SIGNER FIELD_OFFSET(CMSG_SIGNER_ENCODE_INFO, SignerId)    /* bytes: without the fields of CMS */

/* One for each signer; those that Wine can do itself stay empty. */
struct special_signer
{
    CERT_INFO cert;
    struct der parameters;          /* of the signature's algorithm */
    NCRYPT_KEY_HANDLE translated;   /* a key of CAPI as one of CNG */
    HCRYPTPROV released;            /* the context that it comes from, when the message has it for its own */
};

/* Signers are an array: its elements have the size that the first of them names. */
static const CMSG_SIGNER_ENCODE_INFO *signer_at(const CMSG_SIGNED_ENCODE_INFO *info, DWORD index)
{
    return (const void *)((const BYTE *)info->rgSigners + index * info->rgSigners->cbSize);
}

static BOOL is_pss(const CMSG_SIGNER_ENCODE_INFO *signer)
{
    const char *oid;

    if (signer->cbSize < FIELD_OFFSET(CMSG_SIGNER_ENCODE_INFO, pvHashEncryptionAuxInfo)) return FALSE;
    oid = signer->HashEncryptionAlgorithm.pszObjId;
    return oid && !lstrcmpA(oid, szOID_RSA_SSA_PSS);
}

/* Wine refuses every signer that says how it is to sign. CAPI has no PSS; a key of CAPI does it as a CNG key. */
static BOOL is_special(const CMSG_SIGNER_ENCODE_INFO *signer)
{
    enum key_kind kind;

    if (!is_ncrypt_key(signer->hNCryptKey)) return is_pss(signer);
    kind = get_key_kind(signer->hNCryptKey);
    return kind == KEY_EC || kind == KEY_DSA || signer->cbSize != SMALLEST_SIGNER;
}

BOOL has_special_signer(const CMSG_SIGNED_ENCODE_INFO *info)
{
    DWORD i;

    if (!info || info->cbSize < FIELD_OFFSET(CMSG_SIGNED_ENCODE_INFO, cCertEncoded) || !info->cSigners) return FALSE;
    if (info->rgSigners->cbSize != SMALLEST_SIGNER && info->rgSigners->cbSize != sizeof(*info->rgSigners)) return FALSE;
    for (i = 0; i < info->cSigners; i++)
        if (signer_at(info, i)->cbSize != info->rgSigners->cbSize) return FALSE;
    for (i = 0; i < info->cSigners; i++) if (is_special(signer_at(info, i))) return TRUE;
    return FALSE;
}

static SECURITY_STATUS choose_pss(const CMSG_SIGNER_ENCODE_INFO *signer, struct signing *signing,
                                  struct der *parameters)
{
    const CRYPT_ALGORITHM_IDENTIFIER *algorithm = &signer->HashEncryptionAlgorithm;
    const WCHAR *hash = signing->hash;
    SECURITY_STATUS status;

    if (!algorithm->Parameters.cbData)
    {
        signing->is_pss = TRUE;
        signing->salt_size = hash_size(hash);
        append_pss_parameters(signing, parameters);
        return ERROR_SUCCESS;
    }
    if ((status = read_signing(algorithm, signing))) return status;
    der_bytes(parameters, algorithm->Parameters.pbData, algorithm->Parameters.cbData);
    return lstrcmpW(hash, signing->hash) ? NTE_BAD_ALGID : ERROR_SUCCESS;
}

/* What the message is to name; NULL: the algorithm of the key, as Wine has it. */
static SECURITY_STATUS choose(const CMSG_SIGNER_ENCODE_INFO *signer, struct signing *signing, struct der *parameters,
                              const char **oid)
{
    const struct signature_algorithm *algorithm;

    *oid = NULL;
    signing->kind = get_key_kind(signer->hNCryptKey);
    if (!signer->HashAlgorithm.pszObjId || !(signing->hash = hash_by_oid(signer->HashAlgorithm.pszObjId)))
        return NTE_BAD_ALGID;
    if (signing->kind == KEY_RSA && !is_pss(signer)) return ERROR_SUCCESS;
    *oid = szOID_RSA_SSA_PSS;
    if (signing->kind == KEY_RSA) return choose_pss(signer, signing, parameters);
    if (!(algorithm = signature_algorithm_for(signing->kind, signing->hash))) return NTE_BAD_ALGID;
    *oid = algorithm->oid;
    return ERROR_SUCCESS;
}

/* A key of CAPI becomes one of CNG, which the message keeps; a context that the message is to release is not needed any
 * more. */
static SECURITY_STATUS take_key(CMSG_SIGNER_ENCODE_INFO *signer, DWORD flags, struct special_signer *special)
{
    HCRYPTPROV context = signer->hCryptProv;
    SECURITY_STATUS status;

    if (is_ncrypt_key(signer->hNCryptKey)) return ERROR_SUCCESS;
    if (!ncrypt()) return NTE_PROVIDER_DLL_FAIL;
    status = ncrypt()->NCryptTranslateHandle(NULL, &special->translated, context, 0, signer->dwKeySpec, 0);
    if (status) return status;
    signer->hNCryptKey = special->translated;
    if (flags & CMSG_CRYPT_RELEASE_CONTEXT_FLAG) special->released = context;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS prepare(CMSG_SIGNER_ENCODE_INFO *signer, struct special_signer *special, struct signing *signing)
{
    CRYPT_ALGORITHM_IDENTIFIER *shown = &special->cert.SubjectPublicKeyInfo.Algorithm;
    SECURITY_STATUS status;
    const char *oid;

    if (!signer->pCertInfo || signer->SignerId.dwIdChoice > CERT_ID_KEY_IDENTIFIER) return E_INVALIDARG;
    if ((status = choose(signer, signing, &special->parameters, &oid))) return status;
    special->cert = *signer->pCertInfo;
    if (oid)
    {
        shown->pszObjId = (char *)oid;
        shown->Parameters.cbData = special->parameters.used;
        shown->Parameters.pbData = special->parameters.data;
    }
    ZeroMemory(&signer->HashEncryptionAlgorithm, sizeof(signer->HashEncryptionAlgorithm));
    signer->pCertInfo = &special->cert;
    return ERROR_SUCCESS;
}

/* A copy of the caller's, whose signers are those at `signers`. */
static HCRYPTMSG open_prepared(DWORD encoding, DWORD flags, const CMSG_SIGNED_ENCODE_INFO *info,
                               CMSG_SIGNER_ENCODE_INFO *signers, LPSTR oid, CMSG_STREAM_INFO *stream)
{
    CMSG_SIGNED_ENCODE_INFO *copy = allocate(max(info->cbSize, sizeof(*copy)));
    HCRYPTMSG message;

    if (!copy) return NULL;
    CopyMemory(copy, info, info->cbSize);
    copy->rgSigners = signers;
    message = WINE(CryptMsgOpenToEncode)(encoding, flags, CMSG_SIGNED, copy, oid, stream);
    release(copy);
    return message;
}

/* All signers get the size of those with the fields of CMS: one step is right for all, however Wine counts it. */
static SECURITY_STATUS prepare_all(const CMSG_SIGNED_ENCODE_INFO *info, DWORD flags, struct special_signer *specials,
                                   struct signer_padding *paddings, CMSG_SIGNER_ENCODE_INFO *signers)
{
    SECURITY_STATUS status = ERROR_SUCCESS;
    BOOL is_ours;
    DWORD i;

    for (i = 0; !status && i < info->cSigners; i++)
    {
        CopyMemory(&signers[i], signer_at(info, i), info->rgSigners->cbSize);
        is_ours = is_special(&signers[i]);
        if (is_ours) status = take_key(&signers[i], flags, &specials[i]);
        if (is_ours && !status) status = prepare(&signers[i], &specials[i], &paddings[i].signing);
        if (is_ours) paddings[i].key = signers[i].hNCryptKey;
        signers[i].cbSize = sizeof(signers[i]);
    }
    return status;
}

/* The message has references of its own to translated keys, if it keeps them at all. */
static void free_specials(struct special_signer *specials, DWORD count, DWORD flags, BOOL is_open)
{
    BOOL is_kept = is_open && (flags & CMSG_CRYPT_RELEASE_CONTEXT_FLAG);
    DWORD i;

    for (i = 0; i < count; i++)
    {
        der_free(&specials[i].parameters);
        if (specials[i].translated && !is_kept) free_key(specials[i].translated);
        if (specials[i].released && is_open) CryptReleaseContext(specials[i].released, 0);
    }
}

HCRYPTMSG open_signed(DWORD encoding, DWORD flags, const CMSG_SIGNED_ENCODE_INFO *info, LPSTR oid,
                      CMSG_STREAM_INFO *stream)
{
    DWORD count = info->cSigners;
    struct special_signer *specials
        = allocate(count * (sizeof(*specials) + sizeof(struct signer_padding) + sizeof(CMSG_SIGNER_ENCODE_INFO)));
    struct signer_padding *paddings = (void *)(specials + count);
    CMSG_SIGNER_ENCODE_INFO *signers = (void *)(paddings + count);
    struct scope scope = {.signers = paddings, .signer_count = count};
    HCRYPTMSG message = NULL;
    SECURITY_STATUS status;

    if (!specials) return NULL;
    if ((status = prepare_all(info, flags, specials, paddings, signers))) SetLastError(status);
    else message = WITH_SCOPE(&scope, open_prepared, encoding, flags, info, signers, oid, stream);
    free_specials(specials, count, flags, message != NULL);
    release(specials);
    return message;
}

/* --- CryptSignMessage, which goes past the function above inside of Wine's crypt32 --- */

static BOOL has_certificate(const CRYPT_SIGN_MESSAGE_PARA *para)
{
    return para && para->cbSize >= FIELD_OFFSET(CRYPT_SIGN_MESSAGE_PARA, dwInnerContentType) && para->pSigningCert;
}

static BOOL has_cms_fields(const CRYPT_SIGN_MESSAGE_PARA *para)
{
    return para->cbSize >= FIELD_OFFSET(CRYPT_SIGN_MESSAGE_PARA, pvHashEncryptionAuxInfo);
}

/* Is it one that open_signed may have to look after, if the key is of CNG? Wine refuses the fields of CMS here too. */
static BOOL may_be_special(const CRYPT_SIGN_MESSAGE_PARA *para)
{
    if (!has_certificate(para)) return FALSE;
    return has_cms_fields(para) || (para->dwFlags & CRYPT_MESSAGE_KEYID_SIGNER_FLAG)
           || lstrcmpA(para->pSigningCert->pCertInfo->SubjectPublicKeyInfo.Algorithm.pszObjId, szOID_RSA_RSA);
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

/* hash: LONGEST_HASH bytes for the identifier. */
static SECURITY_STATUS name_by_key(const CRYPT_SIGN_MESSAGE_PARA *para, BYTE *hash, CERT_ID *id)
{
    if (!(para->dwFlags & CRYPT_MESSAGE_KEYID_SIGNER_FLAG)) return ERROR_SUCCESS;
    id->dwIdChoice = CERT_ID_KEY_IDENTIFIER;
    return get_key_id(para->pSigningCert->pCertInfo, hash, &id->KeyId);
}

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
    BYTE hash[LONGEST_HASH];
    SECURITY_STATUS status = name_by_key(para, hash, &signer.SignerId);
    HCRYPTMSG message;
    void *carried;
    BOOL signed_;

    if (status) return fail(status);
    if (!(carried = collect(para, &info))) return FALSE;
    if (has_cms_fields(para)) signer.HashEncryptionAlgorithm = para->HashEncryptionAlgorithm;
    message = open_signed(para->dwMsgEncodingType, content->is_detached ? CMSG_DETACHED_FLAG : 0, &info, NULL, NULL);
    signed_
        = message
          && write_message(message, content->count, content->parts, content->sizes, CMSG_CONTENT_PARAM, output, size);
    if (message) WINE(CryptMsgClose)(message);
    if (signed_ && !output) *size += SIGNATURE_GROWTH;
    release(carried);
    return signed_;
}

/* A key that Wine's function can sign with needs no more than to be kept by the certificate, where that function looks
 * first: else it would keep a handle of its own for each context, with another key spec. When the key cannot be had,
 * that function finds so, too. */
static void keep_key(const CRYPT_SIGN_MESSAGE_PARA *para)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key;
    DWORD error = GetLastError();

    if (has_certificate(para) && names_cng_key(para->pSigningCert))
        acquire_key(para->pSigningCert, CRYPT_ACQUIRE_CACHE_FLAG | CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG, NULL, &key, NULL,
                    NULL);
    SetLastError(error);
}

BOOL WINAPI CryptSignMessage(PCRYPT_SIGN_MESSAGE_PARA para, BOOL detached, DWORD count, const BYTE *parts[],
                             DWORD sizes[], BYTE *output, DWORD *size)
{
    struct content content = {detached, count, parts, sizes};
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key;
    BOOL must_free = FALSE, signed_;
    DWORD spec;

    if (bridge_is_off || !may_be_special(para))
    {
        if (!bridge_is_off) keep_key(para);
        return WINE(CryptSignMessage)(para, detached, count, parts, sizes, output, size);
    }
    if (!acquire_key(para->pSigningCert, CRYPT_ACQUIRE_CACHE_FLAG | CRYPT_ACQUIRE_PREFER_NCRYPT_KEY_FLAG, NULL, &key,
                     &spec, &must_free))
        return FALSE;
    if (!is_ncrypt_key(key))
    {
        if (must_free) free_acquired(key);
        return WINE(CryptSignMessage)(para, detached, count, parts, sizes, output, size);
    }
    signed_ = sign_message(para, key, &content, output, size);
    if (must_free) free_acquired(key);
    return signed_;
}
