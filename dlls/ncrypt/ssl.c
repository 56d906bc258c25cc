/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The TLS protocol provider. Only Windows' own schannel calls it and Wine's does without, so there is none:
 * opening it fails, and no handle or buffer of it is ever valid. Each export takes the arguments that it has on Windows
 * off the stack, and answers with the code that is documented for that. */
#include "ncrypt_private.h"

#define P1  ULONG_PTR a
#define P2  P1, ULONG_PTR b
#define P3  P2, ULONG_PTR c
#define P4  P3, ULONG_PTR d
#define P5  P4, ULONG_PTR e
#define P6  P5, ULONG_PTR f
#define P7  P6, ULONG_PTR g
#define P8  P7, ULONG_PTR h
#define P9  P8, ULONG_PTR i
#define P10 P9, ULONG_PTR j
#define P11 P10, ULONG_PTR k

#define V1  (void *)a
#define V2  V1, (void *)b
#define V3  V2, (void *)c
#define V4  V3, (void *)d
#define V5  V4, (void *)e
#define V6  V5, (void *)f
#define V7  V6, (void *)g
#define V8  V7, (void *)h
#define V9  V8, (void *)i
#define V10 V9, (void *)j
#define V11 V10, (void *)k

#define F1  "(%p"
#define F2  F1 ", %p"
#define F3  F2 ", %p"
#define F4  F3 ", %p"
#define F5  F4 ", %p"
#define F6  F5 ", %p"
#define F7  F6 ", %p"
#define F8  F7 ", %p"
#define F9  F8 ", %p"
#define F10 F9 ", %p"
#define F11 F10 ", %p"

#define ANSWER(status, count, name) \
    SECURITY_STATUS WINAPI name(P##count) \
    { \
        TRACE(F##count ")", V##count); \
        return finish(__func__, status); \
    }

NTSTATUS WINAPI GetSChannelInterface(LPCWSTR name, void **table, DWORD flags)
{
    TRACE("(%ls, %p, %#lx)", name, table, flags);
    return finish(__func__, NT_NOT_SUPPORTED);
}

/* These two count their packets in 64 bits, the only arguments that are wider than a pointer on i386. */

SECURITY_STATUS WINAPI SslDecryptPacket(P7, ULONGLONG sequence, DWORD flags)
{
    TRACE(F7 ", %#lx%08lx, %#lx)", V7, (DWORD)(sequence >> 32), (DWORD)sequence, flags);
    return finish(__func__, NTE_INVALID_HANDLE);
}

SECURITY_STATUS WINAPI SslEncryptPacket(P7, ULONGLONG sequence, DWORD type, DWORD flags)
{
    TRACE(F7 ", %#lx%08lx, %#lx, %#lx)", V7, (DWORD)(sequence >> 32), (DWORD)sequence, type, flags);
    return finish(__func__, NTE_INVALID_HANDLE);
}

/* What needs no handle, and what has no public prototype. */
ANSWER(NTE_NOT_SUPPORTED, 2, SslChangeNotify)
ANSWER(NTE_NOT_SUPPORTED, 6, SslCombineKeys)
ANSWER(NTE_NOT_SUPPORTED, 5, SslDeriveSessionTicketKey)
ANSWER(NTE_NOT_SUPPORTED, 4, SslEnumGroups)
ANSWER(NTE_NOT_SUPPORTED, 3, SslEnumProtocolProviders)
ANSWER(NTE_NOT_SUPPORTED, 5, SslExpandNextGenTrafficKey)
ANSWER(NTE_NOT_SUPPORTED, 3, SslGetSessionTicketProtectionHeaderSize)
ANSWER(NTE_NOT_SUPPORTED, 3, SslOpenProvider)
ANSWER(NTE_NOT_SUPPORTED, 8, SslProtectSessionTicket)
ANSWER(NTE_NOT_SUPPORTED, 8, SslUnprotectSessionTicket)

ANSWER(NTE_INVALID_PARAMETER, 1, SslFreeBuffer)

/* What takes a handle. */
ANSWER(NTE_INVALID_HANDLE, 8, SslComputeClientAuthHash)
ANSWER(NTE_INVALID_HANDLE, 8, SslComputeEapKeyBlock)
ANSWER(NTE_INVALID_HANDLE, 6, SslComputeFinishedHash)
ANSWER(NTE_INVALID_HANDLE, 7, SslComputeSessionHash)
ANSWER(NTE_INVALID_HANDLE, 6, SslCreateClientAuthHash)
ANSWER(NTE_INVALID_HANDLE, 9, SslCreateEphemeralKey)
ANSWER(NTE_INVALID_HANDLE, 5, SslCreateHandshakeHash)
ANSWER(NT_INVALID_HANDLE, 1, SslDecrementProviderReferenceCount)
ANSWER(NTE_INVALID_HANDLE, 4, SslDuplicateTranscriptHash)
ANSWER(NTE_INVALID_HANDLE, 5, SslEnumCipherSuites)
ANSWER(NTE_INVALID_HANDLE, 5, SslEnumCipherSuitesEx)
ANSWER(NTE_INVALID_HANDLE, 4, SslEnumEccCurves)
ANSWER(NTE_INVALID_HANDLE, 5, SslExpandBinderKey)
ANSWER(NTE_INVALID_HANDLE, 6, SslExpandExporterMasterKey)
ANSWER(NTE_INVALID_HANDLE, 7, SslExpandPreSharedKey)
ANSWER(NTE_INVALID_HANDLE, 6, SslExpandResumptionMasterKey)
ANSWER(NTE_INVALID_HANDLE, 7, SslExpandTrafficKeys)
ANSWER(NTE_INVALID_HANDLE, 5, SslExpandWriteKey)
ANSWER(NTE_INVALID_HANDLE, 7, SslExportKey)
ANSWER(NTE_INVALID_HANDLE, 10, SslExportKeyingMaterial)
ANSWER(NTE_INVALID_HANDLE, 7, SslExtractEarlyKey)
ANSWER(NTE_INVALID_HANDLE, 7, SslExtractHandshakeKey)
ANSWER(NTE_INVALID_HANDLE, 5, SslExtractMasterKey)
ANSWER(NTE_INVALID_HANDLE, 2, SslFreeObject)
ANSWER(NTE_INVALID_HANDLE, 11, SslGenerateMasterKey)
ANSWER(NTE_INVALID_HANDLE, 10, SslGeneratePreMasterKey)
ANSWER(NTE_INVALID_HANDLE, 6, SslGenerateSessionKeys)
ANSWER(NTE_INVALID_HANDLE, 6, SslGetCipherSuitePRFHashAlgorithm)
ANSWER(NTE_INVALID_HANDLE, 5, SslGetKeyProperty)
ANSWER(NTE_INVALID_HANDLE, 6, SslGetProviderProperty)
ANSWER(NTE_INVALID_HANDLE, 5, SslHashHandshake)
ANSWER(NTE_INVALID_HANDLE, 6, SslImportKey)
ANSWER(NTE_INVALID_HANDLE, 9, SslImportMasterKey)
ANSWER(NTE_INVALID_HANDLE, 1, SslIncrementProviderReferenceCount)
ANSWER(NTE_INVALID_HANDLE, 7, SslLookupCipherLengths)
ANSWER(NTE_INVALID_HANDLE, 6, SslLookupCipherSuiteInfo)
ANSWER(NTE_INVALID_HANDLE, 4, SslOpenPrivateKey)
ANSWER(NTE_INVALID_HANDLE, 8, SslSignHash)
ANSWER(NTE_INVALID_HANDLE, 7, SslVerifySignature)
