/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Protection of data to principals by ncrypt.dll (windows-api.md 6): descriptors, secrets, streams.
 *
 * Statuses and sizes as in ncrypt.h. Memory that a call allocates comes from pMemPara->pfnAlloc, or from
 * LocalAlloc when pMemPara is NULL, and the caller frees it with the counterpart. */
#ifndef __NCRYPTPROTECT_H__
#define __NCRYPTPROTECT_H__

#include <ncrypt.h>

#ifdef __cplusplus
extern "C"
{
#endif

DECLARE_HANDLE(NCRYPT_DESCRIPTOR_HANDLE);
DECLARE_HANDLE(NCRYPT_STREAM_HANDLE);

#define NCRYPT_NAMED_DESCRIPTOR_FLAG                    0x00000001
#define NCRYPT_UNPROTECT_NO_DECRYPT                     0x00000001
#define NCRYPT_PROTECTION_INFO_TYPE_DESCRIPTOR_STRING   0x00000001

/* The words of descriptors: NAME=value, joined by AND and OR */
#define NCRYPT_DESCR_DELIMITER_OR                       L"OR"
#define NCRYPT_DESCR_DELIMITER_AND                      L"AND"
#define NCRYPT_DESCR_EQUAL                              L"="

#define MS_KEY_PROTECTION_PROVIDER                      L"Microsoft Key Protection Provider"
#define NCRYPT_KEY_PROTECTION_ALGORITHM_SID             L"SID"
#define NCRYPT_KEY_PROTECTION_ALGORITHM_LOCAL           L"LOCAL"
#define NCRYPT_KEY_PROTECTION_LOCAL_LOGON               L"logon"
#define NCRYPT_KEY_PROTECTION_LOCAL_USER                L"user"
#define NCRYPT_KEY_PROTECTION_LOCAL_MACHINE             L"machine"
#define NCRYPT_KEY_PROTECTION_ALGORITHM_SDDL            L"SDDL"
#define NCRYPT_KEY_PROTECTION_ALGORITHM_WEBCREDENTIALS  L"WEBCREDENTIALS"
#define NCRYPT_KEY_PROTECTION_ALGORITHM_LOCKEDCREDENTIALS L"LOCKEDCREDENTIALS"
#define NCRYPT_KEY_PROTECTION_ALGORITHM_CERTIFICATE     L"CERTIFICATE"
#define NCRYPT_KEY_PROTECTION_CERT_HASHID               L"HashId"
#define NCRYPT_KEY_PROTECTION_CERT_CERTBLOB             L"CertBlob"

/* Takes one piece of output; fFinal with the last. Anything but ERROR_SUCCESS ends the stream's call with it. */
typedef SECURITY_STATUS (WINAPI *PFNCryptStreamOutputCallback)(void *pvCallbackCtxt, const BYTE *pbData,
        SIZE_T cbData, BOOL fFinal);

typedef SECURITY_STATUS (WINAPI *PFNCryptStreamOutputCallbackEx)(void *pvCallbackCtxt, const BYTE *pbData,
        SIZE_T cbData, NCRYPT_DESCRIPTOR_HANDLE hDescriptor, BOOL fFinal);

typedef struct NCRYPT_PROTECT_STREAM_INFO
{
    PFNCryptStreamOutputCallback pfnStreamOutput;
    void                        *pvCallbackCtxt;
} NCRYPT_PROTECT_STREAM_INFO;

typedef struct NCRYPT_PROTECT_STREAM_INFO_EX
{
    PFNCryptStreamOutputCallbackEx pfnStreamOutput;
    void                          *pvCallbackCtxt;
} NCRYPT_PROTECT_STREAM_INFO_EX;

/* Gives a rule string a name; NULL or "" removes it. Flags: 0 for the user, NCRYPT_MACHINE_KEY_FLAG. */
SECURITY_STATUS WINAPI NCryptRegisterProtectionDescriptorName(LPCWSTR pwszName, LPCWSTR pwszDescriptorString,
        DWORD dwFlags);

/* *pcDescriptorString: characters with NUL; pwszDescriptorString NULL asks for it. */
SECURITY_STATUS WINAPI NCryptQueryProtectionDescriptorName(LPCWSTR pwszName, LPWSTR pwszDescriptorString,
        SIZE_T *pcDescriptorString, DWORD dwFlags);

/* Flags: 0 for a rule string, NCRYPT_NAMED_DESCRIPTOR_FLAG [| NCRYPT_MACHINE_KEY_FLAG] for a name. */
SECURITY_STATUS WINAPI NCryptCreateProtectionDescriptor(LPCWSTR pwszDescriptorString, DWORD dwFlags,
        NCRYPT_DESCRIPTOR_HANDLE *phDescriptor);
SECURITY_STATUS WINAPI NCryptCloseProtectionDescriptor(NCRYPT_DESCRIPTOR_HANDLE hDescriptor);

/* dwInfoType: NCRYPT_PROTECTION_INFO_TYPE_DESCRIPTOR_STRING, *ppvInfo is a string then. */
SECURITY_STATUS WINAPI NCryptGetProtectionDescriptorInfo(NCRYPT_DESCRIPTOR_HANDLE hDescriptor,
        const NCRYPT_ALLOC_PARA *pMemPara, DWORD dwInfoType, void **ppvInfo);

SECURITY_STATUS WINAPI NCryptProtectSecret(NCRYPT_DESCRIPTOR_HANDLE hDescriptor, DWORD dwFlags,
        const BYTE *pbData, ULONG cbData, const NCRYPT_ALLOC_PARA *pMemPara, HWND hWnd, BYTE **ppbProtectedBlob,
        ULONG *pcbProtectedBlob);

/* phDescriptor may be NULL, else the caller closes it. NCRYPT_UNPROTECT_NO_DECRYPT: only the descriptor. */
SECURITY_STATUS WINAPI NCryptUnprotectSecret(NCRYPT_DESCRIPTOR_HANDLE *phDescriptor, DWORD dwFlags,
        const BYTE *pbProtectedBlob, ULONG cbProtectedBlob, const NCRYPT_ALLOC_PARA *pMemPara, HWND hWnd,
        BYTE **ppbData, ULONG *pcbData);

SECURITY_STATUS WINAPI NCryptStreamOpenToProtect(NCRYPT_DESCRIPTOR_HANDLE hDescriptor, DWORD dwFlags, HWND hWnd,
        NCRYPT_PROTECT_STREAM_INFO *pStreamInfo, NCRYPT_STREAM_HANDLE *phStream);
SECURITY_STATUS WINAPI NCryptStreamOpenToUnprotect(NCRYPT_PROTECT_STREAM_INFO *pStreamInfo, DWORD dwFlags,
        HWND hWnd, NCRYPT_STREAM_HANDLE *phStream);
SECURITY_STATUS WINAPI NCryptStreamOpenToUnprotectEx(NCRYPT_PROTECT_STREAM_INFO_EX *pStreamInfo, DWORD dwFlags,
        HWND hWnd, NCRYPT_STREAM_HANDLE *phStream);

/* Pieces of any size; fFinal TRUE with the last. */
SECURITY_STATUS WINAPI NCryptStreamUpdate(NCRYPT_STREAM_HANDLE hStream, const BYTE *pbData, SIZE_T cbData,
        BOOL fFinal);
SECURITY_STATUS WINAPI NCryptStreamClose(NCRYPT_STREAM_HANDLE hStream);

#ifdef __cplusplus
}
#endif

#endif
