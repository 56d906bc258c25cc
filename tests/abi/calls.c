/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Every function with a public prototype, by its plain types (windows-api 1.2, 6.1 and 7): the compiler compares the
 * prototypes of our headers, the linker the names and, on i386, the bytes of arguments in the import library. */
#include "abi.h"

typedef SECURITY_STATUS S;
typedef ULONG_PTR H;
typedef NCryptBufferDesc *B;
typedef NCRYPT_DESCRIPTOR_HANDLE D;
typedef NCRYPT_STREAM_HANDLE T;
typedef const NCRYPT_ALLOC_PARA *A;

/* volatile: what nobody uses is linked all the same. */
#define CALL(name, ...) static S (WINAPI * volatile call_##name)(__VA_ARGS__) = name

CALL(NCryptOpenStorageProvider, H *, LPCWSTR, DWORD);
CALL(NCryptEnumAlgorithms, H, DWORD, DWORD *, NCryptAlgorithmName **, DWORD);
CALL(NCryptIsAlgSupported, H, LPCWSTR, DWORD);
CALL(NCryptEnumKeys, H, LPCWSTR, NCryptKeyName **, PVOID *, DWORD);
CALL(NCryptEnumStorageProviders, DWORD *, NCryptProviderName **, DWORD);
CALL(NCryptFreeBuffer, PVOID);
CALL(NCryptOpenKey, H, H *, LPCWSTR, DWORD, DWORD);
CALL(NCryptCreatePersistedKey, H, H *, LPCWSTR, LPCWSTR, DWORD, DWORD);
CALL(NCryptGetProperty, H, LPCWSTR, PBYTE, DWORD, DWORD *, DWORD);
CALL(NCryptSetProperty, H, LPCWSTR, PBYTE, DWORD, DWORD);
CALL(NCryptFinalizeKey, H, DWORD);
CALL(NCryptEncrypt, H, PBYTE, DWORD, VOID *, PBYTE, DWORD, DWORD *, DWORD);
CALL(NCryptDecrypt, H, PBYTE, DWORD, VOID *, PBYTE, DWORD, DWORD *, DWORD);
CALL(NCryptEncapsulate, H, PBYTE, ULONG, ULONG *, PBYTE, ULONG, ULONG *, ULONG);
CALL(NCryptDecapsulate, H, PBYTE, ULONG, PBYTE, ULONG, ULONG *, ULONG);
CALL(NCryptImportKey, H, H, LPCWSTR, B, H *, PBYTE, DWORD, DWORD);
CALL(NCryptExportKey, H, H, LPCWSTR, B, PBYTE, DWORD, DWORD *, DWORD);
CALL(NCryptSignHash, H, VOID *, PBYTE, DWORD, PBYTE, DWORD, DWORD *, DWORD);
CALL(NCryptVerifySignature, H, VOID *, PBYTE, DWORD, PBYTE, DWORD, DWORD);
CALL(NCryptDeleteKey, H, DWORD);
CALL(NCryptFreeObject, H);
CALL(NCryptTranslateHandle, H *, H *, HCRYPTPROV, HCRYPTKEY, DWORD, DWORD);
CALL(NCryptNotifyChangeKey, H, HANDLE *, DWORD);
CALL(NCryptSecretAgreement, H, H, H *, DWORD);
CALL(NCryptDeriveKey, H, LPCWSTR, B, PBYTE, DWORD, DWORD *, ULONG);
CALL(NCryptKeyDerivation, H, B, PUCHAR, DWORD, DWORD *, ULONG);
CALL(NCryptCreateClaim, H, H, DWORD, B, PBYTE, DWORD, DWORD *, DWORD);
CALL(NCryptVerifyClaim, H, H, DWORD, B, PBYTE, DWORD, B, DWORD);

CALL(NCryptRegisterProtectionDescriptorName, LPCWSTR, LPCWSTR, DWORD);
CALL(NCryptQueryProtectionDescriptorName, LPCWSTR, LPWSTR, SIZE_T *, DWORD);
CALL(NCryptCreateProtectionDescriptor, LPCWSTR, DWORD, D *);
CALL(NCryptCloseProtectionDescriptor, D);
CALL(NCryptGetProtectionDescriptorInfo, D, A, DWORD, void **);
CALL(NCryptProtectSecret, D, DWORD, const BYTE *, ULONG, A, HWND, BYTE **, ULONG *);
CALL(NCryptUnprotectSecret, D *, DWORD, const BYTE *, ULONG, A, HWND, BYTE **, ULONG *);
CALL(NCryptStreamOpenToProtect, D, DWORD, HWND, NCRYPT_PROTECT_STREAM_INFO *, T *);
CALL(NCryptStreamOpenToUnprotect, NCRYPT_PROTECT_STREAM_INFO *, DWORD, HWND, T *);
CALL(NCryptStreamOpenToUnprotectEx, NCRYPT_PROTECT_STREAM_INFO_EX *, DWORD, HWND, T *);
CALL(NCryptStreamUpdate, T, const BYTE *, SIZE_T, BOOL);
CALL(NCryptStreamClose, T);

/* These return something else. */
static BOOL (WINAPI * volatile call_NCryptIsKeyHandle)(H) = NCryptIsKeyHandle;
static NTSTATUS (WINAPI * volatile call_GetKeyStorageInterface)(LPCWSTR, NCRYPT_KEY_STORAGE_FUNCTION_TABLE **, DWORD) =
        GetKeyStorageInterface;

/* --- Callbacks --- */

static LPVOID WINAPI allocate(SIZE_T size) { (void)size; return NULL; }
static VOID WINAPI release(LPVOID p) { (void)p; }
static S WINAPI output(void *context, const BYTE *data, SIZE_T size, BOOL final)
{
    return context || data || size || final;
}
static S WINAPI output_ex(void *context, const BYTE *data, SIZE_T size, D descriptor, BOOL final)
{
    return output(context, data, size, final) || descriptor;
}

static const NCRYPT_ALLOC_PARA memory = { sizeof(memory), allocate, release };
static const NCRYPT_PROTECT_STREAM_INFO stream = { output, NULL };
static const NCRYPT_PROTECT_STREAM_INFO_EX stream_ex = { output_ex, NULL };

/* --- Slots of a provider's table: the same with the provider's handle in front --- */

typedef NCRYPT_KEY_STORAGE_FUNCTION_TABLE TABLE;

#define FILLED(slot, ...) static S (WINAPI *slot)(__VA_ARGS__)

FILLED(OpenProvider, H *, LPCWSTR, DWORD);
FILLED(OpenKey, H, H *, LPCWSTR, DWORD, DWORD);
FILLED(CreatePersistedKey, H, H *, LPCWSTR, LPCWSTR, DWORD, DWORD);
FILLED(GetProviderProperty, H, LPCWSTR, PBYTE, DWORD, DWORD *, DWORD);
FILLED(GetKeyProperty, H, H, LPCWSTR, PBYTE, DWORD, DWORD *, DWORD);
FILLED(SetProviderProperty, H, LPCWSTR, PBYTE, DWORD, DWORD);
FILLED(SetKeyProperty, H, H, LPCWSTR, PBYTE, DWORD, DWORD);
FILLED(FinalizeKey, H, H, DWORD);
FILLED(DeleteKey, H, H, DWORD);
FILLED(FreeProvider, H);
FILLED(FreeKey, H, H);
FILLED(FreeBuffer, PVOID);
FILLED(Encrypt, H, H, PBYTE, DWORD, VOID *, PBYTE, DWORD, DWORD *, DWORD);
FILLED(Decrypt, H, H, PBYTE, DWORD, VOID *, PBYTE, DWORD, DWORD *, DWORD);
FILLED(IsAlgSupported, H, LPCWSTR, DWORD);
FILLED(EnumAlgorithms, H, DWORD, DWORD *, NCryptAlgorithmName **, DWORD);
FILLED(EnumKeys, H, LPCWSTR, NCryptKeyName **, PVOID *, DWORD);
FILLED(ImportKey, H, H, LPCWSTR, B, H *, PBYTE, DWORD, DWORD);
FILLED(ExportKey, H, H, H, LPCWSTR, B, PBYTE, DWORD, DWORD *, DWORD);
FILLED(SignHash, H, H, VOID *, PBYTE, DWORD, PBYTE, DWORD, DWORD *, DWORD);
FILLED(VerifySignature, H, H, VOID *, PBYTE, DWORD, PBYTE, DWORD, DWORD);
FILLED(PromptUser, H, H, LPCWSTR, DWORD);
FILLED(NotifyChangeKey, H, HANDLE *, DWORD);
FILLED(SecretAgreement, H, H, H, H *, DWORD);
FILLED(DeriveKey, H, H, LPCWSTR, B, PBYTE, DWORD, DWORD *, ULONG);
FILLED(FreeSecret, H, H);
FILLED(KeyDerivation, H, H, B, PUCHAR, DWORD, DWORD *, ULONG);
FILLED(CreateClaim, H, H, H, DWORD, B, PBYTE, DWORD, DWORD *, DWORD);
FILLED(VerifyClaim, H, H, H, DWORD, B, PBYTE, DWORD, B, DWORD);

int main(void)
{
    TABLE table = { NCRYPT_KEY_STORAGE_INTERFACE_VERSION_3, OpenProvider, OpenKey, CreatePersistedKey,
            GetProviderProperty, GetKeyProperty, SetProviderProperty, SetKeyProperty, FinalizeKey, DeleteKey,
            FreeProvider, FreeKey, FreeBuffer, Encrypt, Decrypt, IsAlgSupported, EnumAlgorithms, EnumKeys, ImportKey,
            ExportKey, SignHash, VerifySignature, PromptUser, NotifyChangeKey, SecretAgreement, DeriveKey, FreeSecret,
            KeyDerivation, CreateClaim, VerifyClaim };

    return table.Version.MajorVersion != 3 || table.Version.MinorVersion != 0 || memory.pfnFree != release ||
           stream.pfnStreamOutput != output || stream_ex.pfnStreamOutput != output_ex;
}
