/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The interface between ncrypt.dll and a key storage provider DLL (windows-api.md 7): the provider exports
 * GetKeyStorageInterface, which returns a table of functions for ncrypt.dll to call.
 *
 * The contracts are those of the NCrypt* calls in ncrypt.h, and also these:
 * - hProvider comes from OpenProvider, hKey and hSecret from the provider's other functions; ncrypt.dll passes no
 *   other value, and frees each one once (FreeProvider after everything that came from that provider).
 * - Many threads may call at once, also with one key; during FreeKey and DeleteKey no other call uses that key.
 * - pcbResult, phKey and other out pointers are not NULL. Other pointers are passed on as the program gave them.
 * - Memory that EnumAlgorithms and EnumKeys allocate is passed to FreeBuffer, once.
 * - "UI Policy" is NCRYPT_UI_POLICY_BLOB here; "Provider Handle" of a key is never asked for. */
#ifndef __NCRYPT_PROVIDER_H__
#define __NCRYPT_PROVIDER_H__

#include <ncrypt.h>

#ifdef __cplusplus
extern "C"
{
#endif

#ifndef BCRYPT_MAKE_INTERFACE_VERSION
#define BCRYPT_MAKE_INTERFACE_VERSION(major, minor)     {(USHORT)(major), (USHORT)(minor)}
#endif

#define NCRYPT_KEY_STORAGE_INTERFACE_VERSION            BCRYPT_MAKE_INTERFACE_VERSION(1, 0)
#define NCRYPT_KEY_STORAGE_INTERFACE_VERSION_2          BCRYPT_MAKE_INTERFACE_VERSION(2, 0)
#define NCRYPT_KEY_STORAGE_INTERFACE_VERSION_3          BCRYPT_MAKE_INTERFACE_VERSION(3, 0)
#define NCRYPT_KEY_STORAGE_INTERFACE_VERSION_4          BCRYPT_MAKE_INTERFACE_VERSION(4, 0)

/* The value of "UI Policy": this header, then the three strings with their NULs in the same order.
 * A size of 0: the default text. */
typedef struct __NCRYPT_UI_POLICY_BLOB
{
    DWORD dwVersion;                                    /* NCRYPT_UI_POLICY_VERSION */
    DWORD dwFlags;
    DWORD cbCreationTitle;                              /* bytes with NUL, or 0 */
    DWORD cbFriendlyName;
    DWORD cbDescription;
} NCRYPT_UI_POLICY_BLOB;

typedef SECURITY_STATUS (WINAPI *NCryptOpenStorageProviderFn)(NCRYPT_PROV_HANDLE *phProvider,
        LPCWSTR pszProviderName, DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptOpenKeyFn)(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE *phKey,
        LPCWSTR pszKeyName, DWORD dwLegacyKeySpec, DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptCreatePersistedKeyFn)(NCRYPT_PROV_HANDLE hProvider,
        NCRYPT_KEY_HANDLE *phKey, LPCWSTR pszAlgId, LPCWSTR pszKeyName, DWORD dwLegacyKeySpec, DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptGetProviderPropertyFn)(NCRYPT_PROV_HANDLE hProvider, LPCWSTR pszProperty,
        PBYTE pbOutput, DWORD cbOutput, DWORD *pcbResult, DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptGetKeyPropertyFn)(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hKey,
        LPCWSTR pszProperty, PBYTE pbOutput, DWORD cbOutput, DWORD *pcbResult, DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptSetProviderPropertyFn)(NCRYPT_PROV_HANDLE hProvider, LPCWSTR pszProperty,
        PBYTE pbInput, DWORD cbInput, DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptSetKeyPropertyFn)(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hKey,
        LPCWSTR pszProperty, PBYTE pbInput, DWORD cbInput, DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptFinalizeKeyFn)(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hKey,
        DWORD dwFlags);
/* Success ends hKey, failure leaves it. */
typedef SECURITY_STATUS (WINAPI *NCryptDeleteKeyFn)(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hKey,
        DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptFreeProviderFn)(NCRYPT_PROV_HANDLE hProvider);
typedef SECURITY_STATUS (WINAPI *NCryptFreeKeyFn)(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hKey);
typedef SECURITY_STATUS (WINAPI *NCryptFreeBufferFn)(PVOID pvInput);
typedef SECURITY_STATUS (WINAPI *NCryptEncryptFn)(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hKey,
        PBYTE pbInput, DWORD cbInput, VOID *pPaddingInfo, PBYTE pbOutput, DWORD cbOutput, DWORD *pcbResult,
        DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptDecryptFn)(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hKey,
        PBYTE pbInput, DWORD cbInput, VOID *pPaddingInfo, PBYTE pbOutput, DWORD cbOutput, DWORD *pcbResult,
        DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptIsAlgSupportedFn)(NCRYPT_PROV_HANDLE hProvider, LPCWSTR pszAlgId,
        DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptEnumAlgorithmsFn)(NCRYPT_PROV_HANDLE hProvider, DWORD dwAlgOperations,
        DWORD *pdwAlgCount, NCryptAlgorithmName **ppAlgList, DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptEnumKeysFn)(NCRYPT_PROV_HANDLE hProvider, LPCWSTR pszScope,
        NCryptKeyName **ppKeyName, PVOID *ppEnumState, DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptImportKeyFn)(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hImportKey,
        LPCWSTR pszBlobType, NCryptBufferDesc *pParameterList, NCRYPT_KEY_HANDLE *phKey, PBYTE pbData,
        DWORD cbData, DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptExportKeyFn)(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hKey,
        NCRYPT_KEY_HANDLE hExportKey, LPCWSTR pszBlobType, NCryptBufferDesc *pParameterList, PBYTE pbOutput,
        DWORD cbOutput, DWORD *pcbResult, DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptSignHashFn)(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hKey,
        VOID *pPaddingInfo, PBYTE pbHashValue, DWORD cbHashValue, PBYTE pbSignature, DWORD cbSignature,
        DWORD *pcbResult, DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptVerifySignatureFn)(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hKey,
        VOID *pPaddingInfo, PBYTE pbHashValue, DWORD cbHashValue, PBYTE pbSignature, DWORD cbSignature,
        DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptPromptUserFn)(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hKey,
        LPCWSTR pszOperation, DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptNotifyChangeKeyFn)(NCRYPT_PROV_HANDLE hProvider, HANDLE *phEvent,
        DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptSecretAgreementFn)(NCRYPT_PROV_HANDLE hProvider,
        NCRYPT_KEY_HANDLE hPrivKey, NCRYPT_KEY_HANDLE hPubKey, NCRYPT_SECRET_HANDLE *phAgreedSecret,
        DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptDeriveKeyFn)(NCRYPT_PROV_HANDLE hProvider,
        NCRYPT_SECRET_HANDLE hSharedSecret, LPCWSTR pwszKDF, NCryptBufferDesc *pParameterList,
        PBYTE pbDerivedKey, DWORD cbDerivedKey, DWORD *pcbResult, ULONG dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptFreeSecretFn)(NCRYPT_PROV_HANDLE hProvider,
        NCRYPT_SECRET_HANDLE hSharedSecret);
typedef SECURITY_STATUS (WINAPI *NCryptKeyDerivationFn)(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hKey,
        NCryptBufferDesc *pParameterList, PUCHAR pbDerivedKey, DWORD cbDerivedKey, DWORD *pcbResult,
        ULONG dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptCreateClaimFn)(NCRYPT_PROV_HANDLE hProvider,
        NCRYPT_KEY_HANDLE hSubjectKey, NCRYPT_KEY_HANDLE hAuthorityKey, DWORD dwClaimType,
        NCryptBufferDesc *pParameterList, PBYTE pbClaimBlob, DWORD cbClaimBlob, DWORD *pcbResult,
        DWORD dwFlags);
typedef SECURITY_STATUS (WINAPI *NCryptVerifyClaimFn)(NCRYPT_PROV_HANDLE hProvider,
        NCRYPT_KEY_HANDLE hSubjectKey, NCRYPT_KEY_HANDLE hAuthorityKey, DWORD dwClaimType,
        NCryptBufferDesc *pParameterList, PBYTE pbClaimBlob, DWORD cbClaimBlob, NCryptBufferDesc *pOutput,
        DWORD dwFlags);

/* A function may be NULL: the call then returns NTE_NOT_SUPPORTED. Members past the table's version are not read. The
 * table lives as long as the DLL. */
typedef struct _NCRYPT_KEY_STORAGE_FUNCTION_TABLE
{
    BCRYPT_INTERFACE_VERSION    Version;
    NCryptOpenStorageProviderFn OpenProvider;           /* must be there */
    NCryptOpenKeyFn             OpenKey;
    NCryptCreatePersistedKeyFn  CreatePersistedKey;
    NCryptGetProviderPropertyFn GetProviderProperty;
    NCryptGetKeyPropertyFn      GetKeyProperty;
    NCryptSetProviderPropertyFn SetProviderProperty;
    NCryptSetKeyPropertyFn      SetKeyProperty;
    NCryptFinalizeKeyFn         FinalizeKey;
    NCryptDeleteKeyFn           DeleteKey;
    NCryptFreeProviderFn        FreeProvider;           /* must be there */
    NCryptFreeKeyFn             FreeKey;                /* must be there */
    NCryptFreeBufferFn          FreeBuffer;             /* must be there */
    NCryptEncryptFn             Encrypt;
    NCryptDecryptFn             Decrypt;
    NCryptIsAlgSupportedFn      IsAlgSupported;
    NCryptEnumAlgorithmsFn      EnumAlgorithms;
    NCryptEnumKeysFn            EnumKeys;
    NCryptImportKeyFn           ImportKey;
    NCryptExportKeyFn           ExportKey;
    NCryptSignHashFn            SignHash;
    NCryptVerifySignatureFn     VerifySignature;
    NCryptPromptUserFn          PromptUser;
    NCryptNotifyChangeKeyFn     NotifyChangeKey;
    NCryptSecretAgreementFn     SecretAgreement;
    NCryptDeriveKeyFn           DeriveKey;
    NCryptFreeSecretFn          FreeSecret;
    NCryptKeyDerivationFn       KeyDerivation;          /* since version 2 */
    NCryptCreateClaimFn         CreateClaim;            /* since version 3 */
    NCryptVerifyClaimFn         VerifyClaim;            /* since version 3 */
} NCRYPT_KEY_STORAGE_FUNCTION_TABLE;

/* What a provider DLL exports. pszProviderName: the name it is registered under, for a DLL with several providers. */
typedef NTSTATUS (WINAPI *GetKeyStorageInterfaceFn)(LPCWSTR pszProviderName,
        NCRYPT_KEY_STORAGE_FUNCTION_TABLE **ppFunctionTable, DWORD dwFlags);

NTSTATUS WINAPI GetKeyStorageInterface(LPCWSTR pszProviderName,
        NCRYPT_KEY_STORAGE_FUNCTION_TABLE **ppFunctionTable, DWORD dwFlags);

#ifdef __cplusplus
}
#endif

#endif
