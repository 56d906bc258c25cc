/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Recipients of encrypted messages: keys with certificates. Those of EC keys, which cannot sign, are signed by an RSA
 * key. */
#ifndef CRYPT32_RECIPIENTS_H
#define CRYPT32_RECIPIENTS_H

#include "crypt32_test.h"

struct message
{
    BYTE data[4096];
    DWORD size;
};

struct recipient
{
    WCHAR name[128];
    NCRYPT_KEY_HANDLE key;
    PCCERT_CONTEXT cert;
};

static inline PCCERT_CONTEXT certify(const struct identity *authority, NCRYPT_KEY_HANDLE key, const WCHAR *name)
{
    BYTE room[1024], serial[] = { (BYTE)key | 1, 2, 3 }, *encoded;
    CERT_PUBLIC_KEY_INFO *public = (CERT_PUBLIC_KEY_INFO *)room;
    CRYPT_ALGORITHM_IDENTIFIER algorithm = { .pszObjId = (char *)SHA256_RSA };
    CERT_INFO info = *authority->cert->pCertInfo;
    PCCERT_CONTEXT cert;
    DWORD size = sizeof(room);

    check_capi(CryptExportPublicKeyInfo(key, 0, X509_ASN_ENCODING, public, &size));
    info.SubjectPublicKeyInfo = *public;
    info.SerialNumber.cbData = sizeof(serial);
    info.SerialNumber.pbData = serial;
    size = 0;
    check_capi(CryptSignAndEncodeCertificate(authority->key, 0, X509_ASN_ENCODING, X509_CERT_TO_BE_SIGNED, &info,
                                             &algorithm, NULL, NULL, &size));
    encoded = malloc(size);
    check_capi(CryptSignAndEncodeCertificate(authority->key, 0, X509_ASN_ENCODING, X509_CERT_TO_BE_SIGNED, &info,
                                             &algorithm, NULL, encoded, &size));
    cert = CertCreateCertificateContext(X509_ASN_ENCODING, encoded, size);
    ok(cert != NULL, "error %#lx\n", GetLastError());
    free(encoded);
    link_to(cert, name, 0);
    return cert;
}

static inline void make_recipient(const struct identity *authority, const WCHAR *algorithm, const WCHAR *what,
                                  struct recipient *recipient)
{
    DWORD bits = !lstrcmpW(algorithm, L"RSA") ? 1024 : 0;

    key_name(recipient->name, what);
    recipient->key = make_key(authority->provider, algorithm, recipient->name, bits, 0, NCRYPT_OVERWRITE_KEY_FLAG);
    recipient->cert = certify(authority, recipient->key, recipient->name);
}

static inline void remove_recipient(struct recipient *recipient)
{
    CertFreeCertificateContext(recipient->cert);
    check_success(NCryptDeleteKey(recipient->key, 0));
}

static inline HCRYPTMSG decode(const struct message *message)
{
    HCRYPTMSG handle = CryptMsgOpenToDecode(MESSAGE_ENCODING, 0, 0, 0, NULL, NULL);

    check_capi(CryptMsgUpdate(handle, message->data, message->size, TRUE));
    return handle;
}

#endif
