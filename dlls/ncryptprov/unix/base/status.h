/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Status codes of the engine: the SECURITY_STATUS values of Windows, as winerror.h numbers them. */
#ifndef ENGINE_STATUS_H
#define ENGINE_STATUS_H

#include <stdint.h>

typedef int32_t nte_status;         /* 0 is success */

#define NTE_SUCCESS                     ((nte_status)0)
#define NTE_BAD_DATA                    ((nte_status)0x80090005)
#define NTE_BAD_SIGNATURE               ((nte_status)0x80090006)
#define NTE_BAD_VER                     ((nte_status)0x80090007)
#define NTE_BAD_ALGID                   ((nte_status)0x80090008)
#define NTE_BAD_FLAGS                   ((nte_status)0x80090009)
#define NTE_BAD_TYPE                    ((nte_status)0x8009000a)
#define NTE_BAD_KEY_STATE               ((nte_status)0x8009000b)
#define NTE_NO_MEMORY                   ((nte_status)0x8009000e)
#define NTE_EXISTS                      ((nte_status)0x8009000f)
#define NTE_PERM                        ((nte_status)0x80090010)
#define NTE_NOT_FOUND                   ((nte_status)0x80090011)
#define NTE_BAD_PROVIDER                ((nte_status)0x80090013)
#define NTE_BAD_KEYSET                  ((nte_status)0x80090016)
#define NTE_PROV_DLL_NOT_FOUND          ((nte_status)0x8009001e)
#define NTE_FAIL                        ((nte_status)0x80090020)
#define NTE_SYS_ERR                     ((nte_status)0x80090021)
#define NTE_SILENT_CONTEXT              ((nte_status)0x80090022)
#define NTE_TOKEN_KEYSET_STORAGE_FULL   ((nte_status)0x80090023)
#define NTE_INVALID_HANDLE              ((nte_status)0x80090026)
#define NTE_INVALID_PARAMETER           ((nte_status)0x80090027)
#define NTE_BUFFER_TOO_SMALL            ((nte_status)0x80090028)
#define NTE_NOT_SUPPORTED               ((nte_status)0x80090029)
#define NTE_NO_MORE_ITEMS               ((nte_status)0x8009002a)
#define NTE_BUFFERS_OVERLAP             ((nte_status)0x8009002b)
#define NTE_DECRYPTION_FAILURE          ((nte_status)0x8009002c)
#define NTE_INTERNAL_ERROR              ((nte_status)0x8009002d)
#define NTE_DEVICE_NOT_READY            ((nte_status)0x80090030)
#define NTE_INCORRECT_PASSWORD          ((nte_status)0x80090033)
#define NTE_DEVICE_NOT_FOUND            ((nte_status)0x80090035)
#define NTE_USER_CANCELLED              ((nte_status)0x80090036)
#define NTE_VBS_UNAVAILABLE             ((nte_status)0x80090039)
#define NTE_NULL_REFERENCE_POINTER      ((nte_status)0x800706f4) /* RPC_X_NULL_REF_POINTER as HRESULT */

/* of smart cards, winerror.h */
#define SCARD_E_NO_SMARTCARD            ((nte_status)0x8010000c)
#define SCARD_W_REMOVED_CARD            ((nte_status)0x80100069)
#define SCARD_W_WRONG_CHV               ((nte_status)0x8010006b)
#define SCARD_W_CHV_BLOCKED             ((nte_status)0x8010006c)
#define SCARD_W_CANCELLED_BY_USER       ((nte_status)0x8010006e)

#endif
