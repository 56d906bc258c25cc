/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files of the Windows half of the software provider share. */
#ifndef NCRYPTPROV_KSP_H
#define NCRYPTPROV_KSP_H

#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include <ncrypt_provider.h>

#include "lengths.h"
#include "unixlib.h"

/* --- bridge.c: the way to the engine --- */

/* Finds the engine and passes it the paths of the stores, once in a process; later calls return the first result.
 * NTE_PROVIDER_DLL_FAIL, and one line on stderr, when no route works. */
SECURITY_STATUS engine_attach(void);

/* One call into the engine, which engine_attach must have found. Leaves nothing in vector registers. */
SECURITY_STATUS engine_call(enum unix_call code, void *params);

static inline UINT64 address(const void *p)
{
    return (ULONG_PTR)p;
}

/* --- probe.c --- */

/* Touch the memory of a caller's argument here, where a bad pointer is an exception in the caller's own thread
 * as on Windows, and not a fault inside the engine. NULL is allowed. Of an output buffer the first most bytes are
 * touched, all that the call can write: overstating the size of a buffer does no harm. */
#define MOST_VALUE     0x10000      /* blobs and properties; for longer ones the caller asked for the size */

void probe_input(const void *data, DWORD size);

/* As probe_input, for input of limited size: FALSE, without touching anything, if it claims to be longer; the
 * caller then returns NTE_INVALID_PARAMETER. */
#define LONGEST_VALUE  0x100000     /* properties */
#define LONGEST_BLOB   0x4000000

BOOL probe_limited_input(const void *data, DWORD size, DWORD longest);
void probe_output(void *data, DWORD size, DWORD most);
void probe_string(const WCHAR *string);

/* --- vector_registers.c --- */

/* Clears the vector registers that a function may change. memcpy of Wine and of the C library leaves there what it
 * copied, and with the next system call Wine's ntdll saves them in the frame at the start of the thread's Unix stack.
 * Call it before the last copy of a secret is freed. */
void clear_vector_registers(void);

/* --- folders.c: where this prefix keeps its keys --- */

/* Unix paths of the Crypto\Keys directories and the MachineGuid; free each with HeapFree. Makes the folders above
 * if they are missing, and RSA\<SID>, which programs list (doc/architecture.md). Succeeds even if one cannot be made,
 * or the registry names a place that does not exist (row 18.6): the path is then one where the engine finds nothing
 * and cannot store. An unavailable MachineGuid is "". */
SECURITY_STATUS find_folders(char **user_dir, char **machine_dir, char **machine_guid);

/* The Windows path of one of the Crypto\Keys directories, which need not exist. FALSE: too long. */
BOOL find_keys_folder(BOOL machine, WCHAR path[MAX_PATH]);

/* The SID of the current user as text; LocalFree it. NULL if it is unavailable. */
WCHAR *current_user_sid(void);

/* --- the function table, ksp.c, and the chapters it points to --- */

struct legacy_key;
struct legacy_ops;

/* What our handles point to: the engine's number, which may be wider than a handle, and what only this half needs. */
struct ksp_object
{
    UINT64 object;
    struct legacy_key *legacy;      /* NULL unless the key is in a CAPI container */
    DWORD key_spec, flags;          /* of NCryptCreatePersistedKey, NCryptImportKey */
    const struct legacy_ops *containers;    /* provider: what it does about CAPI containers (legacy/legacy.h) */
    BOOL is_card;                   /* provider: that of smart cards */
};

static inline struct ksp_object *ksp_object(ULONG_PTR handle)
{
    return (struct ksp_object *)handle;
}

static inline UINT64 engine_object(ULONG_PTR handle)
{
    return ksp_object(handle)->object;
}

/* Wraps a new object of the engine; on NTE_NO_MEMORY the object is freed. */
SECURITY_STATUS ksp_object_new(UINT64 object, ULONG_PTR *handle);
SECURITY_STATUS ksp_object_close(ULONG_PTR handle);

/* A copy in lower case, for file names and comparisons; NULL: no memory. Free with HeapFree. */
WCHAR *fold_name(const WCHAR *name);

/* --- parameters.c --- */

struct parameters
{
    struct unix_buffer *buffers;
    DWORD count;
    BOOL is_derivation;             /* types are KDF_*, not NCRYPTBUFFER_* */
    const WCHAR *name;              /* NCRYPTBUFFER_PKCS_KEY_NAME, or NULL */
    WCHAR *folded;                  /* the same in lower case */
};

/* Reads a program's list and copies its strings so that they end in NUL. NULL desc: an empty list. After success call
 * free_parameters. NTE_INVALID_PARAMETER: absurd counts or sizes. The second function is for derivation, whose buffers
 * have other numbers. */
SECURITY_STATUS read_parameters(const NCryptBufferDesc *desc, struct parameters *params);
SECURITY_STATUS read_kdf_parameters(const NCryptBufferDesc *desc, struct parameters *params);
void free_parameters(struct parameters *params);

/* consent.c: engine_call for something that may need the private part of a key, or the PIN of a token. If it does and
 * flags allow it, asks the user and repeats the call. object: the key, or its provider when there is no key yet.
 * NTE_SILENT_CONTEXT: the user could not be asked; NTE_USER_CANCELLED; NTE_INCORRECT_PASSWORD: three times. */
SECURITY_STATUS engine_call_asking(UINT64 object, enum unix_call code, void *params, DWORD flags);

/* import_envelope.c: the import of a PKCS7_ENVELOPE, all of import but the key that opens it being set. NTE_NOT_FOUND
 * when none of the certificates in params is a recipient whose key we have. */
SECURITY_STATUS import_envelope(struct key_import_params *import, const struct parameters *params);

/* key.c */
SECURITY_STATUS WINAPI ksp_OpenKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *key, LPCWSTR name,
        DWORD key_spec, DWORD flags);
SECURITY_STATUS WINAPI ksp_CreatePersistedKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *key, LPCWSTR alg,
        LPCWSTR name, DWORD key_spec, DWORD flags);
SECURITY_STATUS WINAPI ksp_FinalizeKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, DWORD flags);
SECURITY_STATUS WINAPI ksp_DeleteKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, DWORD flags);
SECURITY_STATUS WINAPI ksp_FreeKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key);
SECURITY_STATUS WINAPI ksp_ImportKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE import_key,
        LPCWSTR blob_type, NCryptBufferDesc *params, NCRYPT_KEY_HANDLE *key, PBYTE data, DWORD size, DWORD flags);
SECURITY_STATUS WINAPI ksp_ExportKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key,
        NCRYPT_KEY_HANDLE export_key, LPCWSTR blob_type, NCryptBufferDesc *params, PBYTE output, DWORD size,
        DWORD *result, DWORD flags);

/* property.c */
SECURITY_STATUS WINAPI ksp_GetProviderProperty(NCRYPT_PROV_HANDLE provider, LPCWSTR name, PBYTE output,
        DWORD size, DWORD *result, DWORD flags);
SECURITY_STATUS WINAPI ksp_SetProviderProperty(NCRYPT_PROV_HANDLE provider, LPCWSTR name, PBYTE input, DWORD size,
        DWORD flags);
SECURITY_STATUS WINAPI ksp_GetKeyProperty(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, LPCWSTR name,
        PBYTE output, DWORD size, DWORD *result, DWORD flags);
SECURITY_STATUS WINAPI ksp_SetKeyProperty(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, LPCWSTR name,
        PBYTE input, DWORD size, DWORD flags);

/* engine_property.c: of an engine object; ignores containers and does not probe the caller's memory. The user is not
 * asked. */
SECURITY_STATUS get_property(UINT64 object, LPCWSTR name, PBYTE output, DWORD size, DWORD *result, DWORD flags);
SECURITY_STATUS set_property(UINT64 object, LPCWSTR name, PBYTE input, DWORD size, DWORD flags);

/* curve_names.c: "ECCCurveNameList" of provider or key */
SECURITY_STATUS get_curve_names(UINT64 object, PBYTE output, DWORD size, DWORD *result, DWORD flags);

/* endorsement.c: properties of the provider whose value is an HCERTSTORE */
BOOL is_certificate_store(LPCWSTR name);
SECURITY_STATUS get_certificate_store(UINT64 object, LPCWSTR name, PBYTE output, DWORD size, DWORD *result,
        DWORD flags);
/* card_store.c: "SmartCardUserCertStore", a HCERTSTORE that the program closes: of the card of a key; key 0: of all
 * cards that the provider sees. Each certificate has CERT_KEY_PROV_INFO of its key. */
SECURITY_STATUS get_card_store(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, PBYTE output, DWORD size,
        DWORD *result, DWORD flags);

/* security.c: "Security Descr", whose flags say which parts are meant (SECURITY_INFORMATION) */
#define SECURITY_INFORMATION_PARTS (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | \
                                    DACL_SECURITY_INFORMATION | SACL_SECURITY_INFORMATION | \
                                    LABEL_SECURITY_INFORMATION)
SECURITY_STATUS get_security_descr(UINT64 key, PBYTE output, DWORD size, DWORD *result, DWORD flags);
SECURITY_STATUS set_security_descr(UINT64 key, PBYTE input, DWORD size, DWORD flags);

/* operation.c */
SECURITY_STATUS WINAPI ksp_SignHash(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, VOID *padding, PBYTE hash,
        DWORD hash_size, PBYTE signature, DWORD size, DWORD *result, DWORD flags);
SECURITY_STATUS WINAPI ksp_VerifySignature(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, VOID *padding,
        PBYTE hash, DWORD hash_size, PBYTE signature, DWORD size, DWORD flags);
SECURITY_STATUS WINAPI ksp_Encrypt(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, PBYTE input,
        DWORD input_size, VOID *padding, PBYTE output, DWORD size, DWORD *result, DWORD flags);
SECURITY_STATUS WINAPI ksp_Decrypt(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, PBYTE input,
        DWORD input_size, VOID *padding, PBYTE output, DWORD size, DWORD *result, DWORD flags);

/* claim.c */
SECURITY_STATUS WINAPI ksp_CreateClaim(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE subject,
        NCRYPT_KEY_HANDLE authority, DWORD type, NCryptBufferDesc *desc, PBYTE blob, DWORD size, DWORD *result,
        DWORD flags);
SECURITY_STATUS WINAPI ksp_VerifyClaim(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE subject,
        NCRYPT_KEY_HANDLE authority, DWORD type, NCryptBufferDesc *desc, PBYTE blob, DWORD size,
        NCryptBufferDesc *output, DWORD flags);

/* secret.c */
SECURITY_STATUS WINAPI ksp_SecretAgreement(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE own,
        NCRYPT_KEY_HANDLE peer, NCRYPT_SECRET_HANDLE *secret, DWORD flags);
SECURITY_STATUS WINAPI ksp_DeriveKey(NCRYPT_PROV_HANDLE provider, NCRYPT_SECRET_HANDLE secret, LPCWSTR kdf,
        NCryptBufferDesc *params, PBYTE output, DWORD size, DWORD *result, ULONG flags);
SECURITY_STATUS WINAPI ksp_FreeSecret(NCRYPT_PROV_HANDLE provider, NCRYPT_SECRET_HANDLE secret);
SECURITY_STATUS WINAPI ksp_KeyDerivation(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key,
        NCryptBufferDesc *params, PUCHAR output, DWORD size, DWORD *result, ULONG flags);

/* notify.c */
SECURITY_STATUS WINAPI ksp_NotifyChangeKey(NCRYPT_PROV_HANDLE provider, HANDLE *event, DWORD flags);

/* enumerate.c */
SECURITY_STATUS WINAPI ksp_IsAlgSupported(NCRYPT_PROV_HANDLE provider, LPCWSTR alg, DWORD flags);
SECURITY_STATUS WINAPI ksp_EnumAlgorithms(NCRYPT_PROV_HANDLE provider, DWORD operations, DWORD *count,
        NCryptAlgorithmName **list, DWORD flags);
SECURITY_STATUS WINAPI ksp_EnumKeys(NCRYPT_PROV_HANDLE provider, LPCWSTR scope, NCryptKeyName **key_name,
        PVOID *enum_state, DWORD flags);
SECURITY_STATUS WINAPI ksp_FreeBuffer(PVOID buffer);

#endif
