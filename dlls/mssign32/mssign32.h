/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The inside of mssign32.dll: Authenticode signatures of PE files. doc/certificates.md says what it does. The
 * structures are in no header of the SDK; they are those of Microsoft's documentation of SignerSign and its relatives.
 */
#ifndef MSSIGN32_H
#define MSSIGN32_H

#include <windows.h>
#include <wincrypt.h>

#include "../crypt32/der.h"
#include "../ncrypt/trace.h"

/* --- structures of the interface --- */

typedef struct
{
    DWORD cbSize;
    const WCHAR *pwszFileName;
    HANDLE hFile;                   /* NULL or INVALID_HANDLE_VALUE: the file is opened by its name */
} SIGNER_FILE_INFO;

#define SIGNER_SUBJECT_FILE 1

typedef struct
{
    DWORD cbSize;
    DWORD *pdwIndex;
    DWORD dwSubjectChoice;
    SIGNER_FILE_INFO *pSignerFileInfo;
} SIGNER_SUBJECT_INFO;

#define SIGNER_CERT_POLICY_STORE            1
#define SIGNER_CERT_POLICY_CHAIN            2
#define SIGNER_CERT_POLICY_CHAIN_NO_ROOT    8

typedef struct
{
    DWORD cbSize;
    PCCERT_CONTEXT pSigningCert;
    DWORD dwCertPolicy;
    HCERTSTORE hCertStore;
} SIGNER_CERT_STORE_INFO;

#define SIGNER_CERT_STORE 2

typedef struct
{
    DWORD cbSize;
    DWORD dwCertChoice;
    SIGNER_CERT_STORE_INFO *pCertStoreInfo;
    HWND hwnd;
} SIGNER_CERT;

typedef struct
{
    DWORD cbSize;
    BOOL fCommercial;
    BOOL fIndividual;
    const WCHAR *pwszName;
    const WCHAR *pwszInfo;
} SIGNER_ATTR_AUTHCODE;

#define SIGNER_AUTHCODE_ATTR 1

typedef struct
{
    DWORD cbSize;
    ALG_ID algidHash;
    DWORD dwAttrChoice;
    SIGNER_ATTR_AUTHCODE *pAttrAuthcode;
    CRYPT_ATTRIBUTES *psAuthenticated;
    CRYPT_ATTRIBUTES *psUnauthenticated;
} SIGNER_SIGNATURE_INFO;

#define PVK_TYPE_KEYCONTAINER 2

typedef struct
{
    DWORD cbSize;
    const WCHAR *pwszProviderName;
    DWORD dwProviderType;
    DWORD dwKeySpec;
    DWORD dwPvkChoice;
    WCHAR *pwszKeyContainer;
} SIGNER_PROVIDER_INFO;

typedef struct
{
    DWORD cbSize;
    DWORD cbBlob;
    BYTE *pbBlob;
} SIGNER_CONTEXT;

#define SPC_INC_PE_PAGE_HASHES_FLAG         0x100
#define SIG_APPEND                          0x1000
#define SPC_DIGEST_SIGN_FLAG                0x800
#define SPC_DIGEST_SIGN_EX_FLAG             0x4000

/* --- hash.c --- */

#define LONGEST_HASH 64             /* bytes */

struct hash
{
    ALG_ID id;
    const char *oid;
    const WCHAR *name;              /* of CNG */
    DWORD size;                     /* bytes */
    const char *rsa, *ecdsa;        /* what a signature over it is called */
};

/* NULL: Authenticode does not have it here. */
const struct hash *find_hash(ALG_ID id);

struct span
{
    const void *data;
    DWORD size;
};

/* Of all spans one after another; result: hash->size bytes. */
HRESULT hash_spans(const struct hash *hash, const struct span *spans, unsigned int count, BYTE *result);

/* --- pe_file.c: the image that is signed --- */

struct pe_file
{
    HANDLE file;
    BOOL must_close;
    BYTE *data;                     /* up to the old signature, zeros up to a multiple of 8 bytes behind it */
    DWORD size;                     /* a multiple of 8 */
    DWORD checksum;                 /* offsets: of the sum, */
    DWORD directory;                /* and of the directory's entry for signatures */
};

/* pe_close in any case. TRUST_E_SUBJECT_FORM_UNKNOWN: no PE image; TRUST_E_BAD_DIGEST: one whose headers contradict. */
HRESULT pe_open(const SIGNER_FILE_INFO *info, struct pe_file *pe);
void pe_close(struct pe_file *pe);

/* The hash of Authenticode: of all but the sum, the directory's entry and the signatures. */
HRESULT pe_hash(const struct pe_file *pe, const struct hash *hash, BYTE *result);

/* Puts the signature into the file in place of any that is there, and a new sum. */
HRESULT pe_write(struct pe_file *pe, const struct der *signature);

/* --- content.c: what is said of the image, in DER --- */

#define OID_INDIRECT_DATA "1.3.6.1.4.1.311.2.1.4"

/* SpcIndirectDataContent. */
void append_indirect_data(const struct hash *hash, const BYTE *image_hash, struct der *der);

/* AlgorithmIdentifier with NULL for parameters. */
void append_algorithm(const char *oid, struct der *der);

/* The signed attributes as a SET in the order of DER; content_hash: of the content of SpcIndirectDataContent. */
void append_signed_attributes(const SIGNER_SIGNATURE_INFO *info, const struct hash *hash, const BYTE *content_hash,
                              struct der *der);

/* Attributes of a caller as a SET; nothing when there are none. */
void append_attributes(const CRYPT_ATTRIBUTES *attributes, BYTE tag, struct der *der);

/* --- signature.c: the PKCS #7 message --- */

struct signer
{
    PCCERT_CONTEXT cert;
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key;
    DWORD key_spec;
    const struct hash *hash;
    HCERTSTORE certificates;        /* what else goes into the message */
};

HRESULT make_signature(const struct signer *signer, const SIGNER_SIGNATURE_INFO *info, const BYTE *image_hash,
                       struct der *signature);

/* --- certificates.c --- */

/* A store in memory with the certificates that the policy asks for, the signer's among them. CertCloseStore. */
HRESULT collect_certificates(const SIGNER_CERT_STORE_INFO *info, HCERTSTORE *store);

/* The key of the certificate, or the one that provider names; release_key in any case. */
struct signing_key
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE handle;
    DWORD spec;
    BOOL must_free;
};

HRESULT acquire_signing_key(PCCERT_CONTEXT cert, const SIGNER_PROVIDER_INFO *provider, struct signing_key *key);
void release_key(const struct signing_key *key);

#endif
