/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The inside of crypt32.dll, the certificate bridge: Wine's crypt32 with CNG keys in it. doc/certificates.md says what
 * it does and how it gets in. Every file of this folder includes this header.
 *
 * A call is answered here only when it names a key of the key store: an NCRYPT handle, or a certificate whose
 * CERT_KEY_PROV_INFO has provider type 0. Everything else goes to Wine's function with the caller's own pointers,
 * unread, and with the last error that it leaves. */
#ifndef CRYPT32_BRIDGE_H
#define CRYPT32_BRIDGE_H

#define WINIMPM                     /* wincrypt.h and dpapi.h: this DLL has their functions, and imports none */
#define DPAPI_IMP
#include <windows.h>
#include <wincrypt.h>
#include <ncrypt.h>
#include <bcrypt.h>

#include "../ncrypt/hold.h"
#include "../ncrypt/trace.h"
#include "der.h"

/* --- load.c: Wine's own crypt32 --- */

enum wine_function
{
#define WINE_FUNCTION(name) WINE_##name,
#include "crypt32_names.h"
#undef WINE_FUNCTION
    WINE_FUNCTION_COUNT
};

/* Its functions, in the order of crypt32.spec; complete before any call can reach us. */
extern FARPROC wine_crypt32[WINE_FUNCTION_COUNT];

/* Wine's function of that name: WINE(CertGetNameStringW)(cert, ...). */
#define WINE(name) ((__typeof__(&name))(void *)wine_crypt32[WINE_##name])

/* When this DLL is loaded, before anything else. Finds Wine's crypt32, loads it and keeps it. When there is none, a
 * line on stderr says so, and every function is one that is missing. */
void load_wine_crypt32(HMODULE self);

/* NCRYPT_CERTIFICATES=off in the environment when the DLL was loaded: nothing is answered here. */
extern BOOL bridge_is_off;

/* --- caller.c --- */

/* Wine's own DLL of that name, such as "secur32.dll", if the code at that address is in it, or else NULL. Leaves the
 * last error alone, and takes no lock. */
HMODULE wine_dll_at(const void *address, const char *name);

/* --- ncrypt.c: ncrypt.dll, loaded when the first NCRYPT handle or key name turns up --- */

#define NCRYPT_FUNCTIONS(X) \
    X(NCryptCreatePersistedKey) \
    X(NCryptDecrypt) \
    X(NCryptDeleteKey) \
    X(NCryptDeriveKey) \
    X(NCryptEncrypt) \
    X(NCryptEnumKeys) \
    X(NCryptExportKey) \
    X(NCryptFinalizeKey) \
    X(NCryptFreeBuffer) \
    X(NCryptFreeObject) \
    X(NCryptGetProperty) \
    X(NCryptImportKey) \
    X(NCryptIsKeyHandle) \
    X(NCryptOpenKey) \
    X(NCryptOpenStorageProvider) \
    X(NCryptSecretAgreement) \
    X(NCryptSetProperty) \
    X(NCryptSignHash) \
    X(NCryptTranslateHandle) \
    X(NCryptVerifySignature)

struct ncrypt
{
#define X(name) __typeof__(&name) name;
    NCRYPT_FUNCTIONS(X)
#undef X
};

/* NULL when it cannot be loaded. ncrypt()->NCryptSignHash(...) is safe once is_ncrypt_key has said TRUE. */
const struct ncrypt *ncrypt(void);

/* Leaves the last error alone. FALSE for every CAPI handle, without a look at what it points to: those are aligned,
 * ours are odd. */
BOOL is_ncrypt_key(ULONG_PTR handle);

/* As NCryptExportKey, for a key that stays in the process: no policy bars that. The router takes this DLL's word for it
 * (doc/architecture.md). */
SECURITY_STATUS export_for_schannel(NCRYPT_KEY_HANDLE key, const WCHAR *type, BYTE *output, DWORD size, DWORD *result);

/* --- common.c: errors, memory and locks --- */

/* Sets the last error and returns FALSE: `return fail(NTE_BAD_ALGID);`. */
BOOL fail(DWORD error);

/* A copy of size bytes for a caller that asks in the usual two ways: output NULL for the size, or a buffer of *size
 * bytes; ERROR_MORE_DATA when it is too small. */
BOOL give_bytes(const void *data, DWORD size, void *output, DWORD *output_size);

/* Zeroed; NULL, and the last error says so, when there is none. Freed with release. */
void *allocate(SIZE_T size);
void release(void *memory);

/* For a few instructions, never across a call into another DLL. When the process is ending, a thread that is gone may
 * have had the lock, so none is taken: there is one thread, and every list is whole at any moment, as it changes by one
 * store. */
void enter_lock(SRWLOCK *lock);
void leave_lock(SRWLOCK *lock);

/* --- curve.c --- */

/* NULL: none of that name, or OID, is known. A curve of several names has the first one here. */
const char *curve_oid(const WCHAR *name);
const WCHAR *curve_name(const char *oid);

/* One after another; FALSE: there are no more. */
BOOL curve_at(unsigned int index, const WCHAR **name, const char **oid);

/* --- algorithm.c: OIDs of signatures and hashes --- */

enum key_kind { KEY_RSA, KEY_EC, KEY_DSA, KEY_MLDSA, KEY_MLKEM, KEY_OTHER };

struct signature_algorithm
{
    const char *oid;
    enum key_kind kind;
    const WCHAR *hash;              /* the name of CNG; NULL: the parameters of the algorithm say which (RSASSA-PSS) */
};

/* By OID; NULL when unknown. */
const struct signature_algorithm *find_signature_algorithm(const char *oid);

/* By kind and hash name; NULL when there is none. RSA: PKCS #1. */
const struct signature_algorithm *signature_algorithm_for(enum key_kind kind, const WCHAR *hash);

/* The CNG name of a hash by its own OID, and by its ALG_ID; NULL when unknown. */
const WCHAR *hash_by_oid(const char *oid);
const WCHAR *hash_by_alg_id(ALG_ID id);

/* Back from the name of one of these. */
const char *hash_oid(const WCHAR *name);
DWORD hash_size(const WCHAR *name);             /* bytes */

/* --- public_key.c: SubjectPublicKeyInfo of a key --- */

struct public_key
{
    const char *oid;
    struct der parameters;          /* DER; nothing: no parameters */
    struct der bits;                /* contents of the BIT STRING */
};

/* Of a key of any provider. public_key_free in any case. NTE_NOT_SUPPORTED for a kind of key that certificates do not
 * know; else what NCryptExportKey and NCryptGetProperty answer. */
SECURITY_STATUS get_public_key(NCRYPT_KEY_HANDLE key, struct public_key *public);
void public_key_free(struct public_key *public);

/* Is this the public key of that key? An RSA key may have parameters or none; an EC key is compared with its curve. */
BOOL has_public_key(NCRYPT_KEY_HANDLE key, const CERT_PUBLIC_KEY_INFO *info);

/* Do both handles stand for the same key? */
BOOL have_one_public_key(NCRYPT_KEY_HANDLE one, NCRYPT_KEY_HANDLE other);

enum key_kind get_key_kind(NCRYPT_KEY_HANDLE key);

/* --- public_blob.c: SubjectPublicKeyInfo as CNG has it --- */

struct public_blob
{
    const WCHAR *algorithm;         /* of BCryptOpenAlgorithmProvider */
    const WCHAR *type;              /* of the blob */
    const WCHAR *curve;             /* NULL: the algorithm says it, or there is none */
    DWORD half;                     /* bytes of each number of a signature; 0 for RSA */
    struct der blob;
};

/* agreement: an EC key is one of ECDH. der_free the blob in any case. NTE_NOT_SUPPORTED: a kind of key or a curve that
 * nothing here knows; NTE_BAD_DATA: malformed. */
SECURITY_STATUS read_public_key(const CERT_PUBLIC_KEY_INFO *info, BOOL agreement, struct public_blob *public);

/* A key of the software provider that is not stored; NCryptFreeObject. Loads ncrypt.dll. */
SECURITY_STATUS import_blob(const struct public_blob *public, NCRYPT_KEY_HANDLE *key);
SECURITY_STATUS import_public_key(const CERT_PUBLIC_KEY_INFO *info, BOOL agreement, NCRYPT_KEY_HANDLE *key);

/* --- parameter_set.c: ML-DSA and ML-KEM in certificates --- */

struct parameter_set
{
    const char *oid;                /* of the key, and of a signature with it */
    enum key_kind kind;
    const WCHAR *name;              /* "ParameterSetName" */
    DWORD public_size;              /* bytes */
};

/* NULL: it is none of these. */
const struct parameter_set *parameter_set_by_oid(const char *oid);
const struct parameter_set *parameter_set_of_key(NCRYPT_KEY_HANDLE key);

/* What get_public_key and read_public_key do with such keys. Parameters are NTE_BAD_DATA: the RFCs forbid them. */
SECURITY_STATUS parameter_set_write(NCRYPT_KEY_HANDLE key, const BYTE *blob, DWORD size, struct public_key *public);
SECURITY_STATUS parameter_set_read(const struct parameter_set *set, const CERT_PUBLIC_KEY_INFO *info,
                                   struct public_blob *public);

/* --- key.c: the key that a certificate names --- */

/* Opens what the property names; NCRYPT_SILENT_FLAG or 0. Key spec 3, which Wine's PFX import writes, means the key of
 * the container (row 18.7). */
SECURITY_STATUS open_named_key(const CRYPT_KEY_PROV_INFO *info, DWORD flags, NCRYPT_KEY_HANDLE *key);

/* Wine's property, not ours. FALSE when it is not there. get_key_context, get_key_prov_info and names_cng_key
 * leave the last error alone: who passes the call on must. */
BOOL get_key_context(PCCERT_CONTEXT cert, CERT_KEY_CONTEXT *context);
BOOL set_key_context(PCCERT_CONTEXT cert, ULONG_PTR handle, DWORD spec);

/* CERT_KEY_PROV_INFO; release it. NULL when it is not there. */
CRYPT_KEY_PROV_INFO *get_key_prov_info(PCCERT_CONTEXT cert);

/* Has the certificate a property that names a key of a KSP? */
BOOL names_cng_key(PCCERT_CONTEXT cert);

/* CryptAcquireCertificatePrivateKey for callers in here. */
BOOL acquire_key(PCCERT_CONTEXT cert, DWORD flags, void *parameters, HCRYPTPROV_OR_NCRYPT_KEY_HANDLE *handle,
                 DWORD *spec, BOOL *must_free);

/* A handle of either kind that acquire_key says is to be freed. */
void free_acquired(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key);

/* --- store.c --- */

/* Leaves the last error alone: that a store cannot be written, such as one in memory, is no failure of the call. */
void write_store(HCERTSTORE store);

/* --- sign.c: signatures as certificates and messages have them --- */

#define LONGEST_HASH 64             /* bytes */

/* What is signed in the next call may be longer than what was signed to find out the size: each number of an ECDSA
 * signature by the zeros that this one lacks, and the lengths around it by a byte each. */
#define SIGNATURE_GROWTH 8          /* bytes */

struct signing
{
    enum key_kind kind;
    const WCHAR *hash;              /* NULL for ML-DSA, which signs messages */
    BOOL is_pss;
    ULONG salt_size;                /* bytes; PSS alone */
    const struct parameter_set *set;            /* ML-DSA alone */
};

/* AlgorithmIdentifier of a hash, with the NULL that everybody writes; and RSASSA-PSS-params, in full. */
void append_hash(const WCHAR *hash, struct der *der);
void append_pss_parameters(const struct signing *signing, struct der *der);

/* The two fields that the parameters of PSS and OAEP begin with, of which each may be left out; NULL: a hash that is
 * not known. */
void read_hash_fields(struct der_reader *sequence, const WCHAR **hash, const WCHAR **mgf_hash);

/* What an algorithm identifier asks for. NTE_BAD_ALGID: nothing that we know; NTE_NOT_SUPPORTED: PSS with two hashes.
 */
SECURITY_STATUS read_signing(const CRYPT_ALGORITHM_IDENTIFIER *algorithm, struct signing *signing);

union padding
{
    BCRYPT_PKCS1_PADDING_INFO pkcs1;
    BCRYPT_PSS_PADDING_INFO pss;
};

/* The flags of NCryptSignHash, and its structure; NULL for keys without padding. */
union padding *make_padding(const struct signing *signing, union padding *padding, DWORD *flags);

/* hash: LONGEST_HASH bytes. */
SECURITY_STATUS hash_data(const WCHAR *algorithm, const BYTE *data, DWORD size, BYTE *hash, DWORD *hash_size);

/* Appends the signature: RSA as a number, ECDSA and DSA as SEQUENCE { r, s }. NTE_BAD_ALGID for a key of another kind,
 * and for ML-DSA. */
SECURITY_STATUS sign_hash(NCRYPT_KEY_HANDLE key, const struct signing *signing, const BYTE *hash, DWORD hash_size,
                          struct der *signature);

/* As give_bytes, with the last byte first: so CAPI has signatures, and the functions of its time; ECDSA's too. */
BOOL give_reversed(const struct der *signature, BYTE *output, DWORD *size);

/* The size of the longest one in bytes: that of ECDSA differs from one to the next. */
SECURITY_STATUS longest_signature(NCRYPT_KEY_HANDLE key, DWORD *size);

/* CryptSignAndEncodeCertificate for callers in here: appends what is to be signed (DER), algorithm and signature as a
 * SEQUENCE. */
SECURITY_STATUS sign_encoded(NCRYPT_KEY_HANDLE key, const CRYPT_ALGORITHM_IDENTIFIER *algorithm, const BYTE *encoded,
                             DWORD size, struct der *signed_content);

/* --- verify.c: signatures checked --- */

/* signature: as certificates and messages have it. NTE_BAD_SIGNATURE when it is not of this key and hash, or data.
 * NTE_BAD_ALGID for a key of another kind; a hash is none of ML-DSA's. */
SECURITY_STATUS verify_hash(const CERT_PUBLIC_KEY_INFO *info, const struct signing *signing, const BYTE *hash,
                            DWORD hash_size, const BYTE *signature, DWORD size);
SECURITY_STATUS verify_data(const CERT_PUBLIC_KEY_INFO *info, const struct signing *signing, const BYTE *data,
                            DWORD data_size, const BYTE *signature, DWORD size);

/* --- scope.c: what Wine's crypt32 is called for --- */

struct signer_padding
{
    NCRYPT_KEY_HANDLE key;
    struct signing signing;
};

/* What stays NULL is not the matter of this call. */
struct scope
{
    const struct scope *outer;
    const struct signer_padding *signers;       /* a message is opened whose signatures are to be made so */
    DWORD signer_count;
    const CERT_PUBLIC_KEY_INFO *verifying;      /* a signature is checked: the true key, and how */
    const struct signing *signing;
    SECURITY_STATUS *status;                    /* a message is decrypted: why its key could not be opened, */
    const CRYPT_BIT_BLOB *originator;           /* and the sender's key, if the message only names it */
};

/* When this DLL is loaded. FALSE: the process has no TLS index left, and no scopes. */
BOOL scope_start(void);

/* status = WITH_SCOPE(&scope, function, arguments...): that call of Wine's crypt32 is made for the scope. It is left as
 * well when the call ends by an exception, such as one of a program's callback; an old one would lie on a stack that
 * has been left. Both leave the last error alone. */
#define WITH_SCOPE(what, function, ...) \
    ({ \
        struct scope *scope_ = (what); \
        __typeof__(function(__VA_ARGS__)) given_; \
        scope_enter(scope_); \
        given_ = HOLDING(scope_leave, scope_, function, __VA_ARGS__); \
        scope_leave(scope_); \
        given_; \
    })

void scope_enter(struct scope *scope);
void scope_leave(const struct scope *scope);

/* NULL: none. */
const struct scope *scope_current(void);

#endif
