/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The TLS protocol provider. Only Windows' own schannel calls it and Wine's does without, so nothing is built:
 * each export says so, and takes the arguments that it has on Windows off the stack. */
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

#define NOT_BUILT(count, name) \
    SECURITY_STATUS WINAPI name(P##count) \
    { \
        TRACE(F##count ")", V##count); \
        return finish(__func__, NTE_NOT_SUPPORTED); \
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
    return finish(__func__, NTE_NOT_SUPPORTED);
}

SECURITY_STATUS WINAPI SslEncryptPacket(P7, ULONGLONG sequence, DWORD type, DWORD flags)
{
    TRACE(F7 ", %#lx%08lx, %#lx, %#lx)", V7, (DWORD)(sequence >> 32), (DWORD)sequence, type, flags);
    return finish(__func__, NTE_NOT_SUPPORTED);
}

NOT_BUILT(2, SslChangeNotify)
NOT_BUILT(6, SslCombineKeys)
NOT_BUILT(8, SslComputeClientAuthHash)
NOT_BUILT(8, SslComputeEapKeyBlock)
NOT_BUILT(6, SslComputeFinishedHash)
NOT_BUILT(7, SslComputeSessionHash)
NOT_BUILT(6, SslCreateClientAuthHash)
NOT_BUILT(9, SslCreateEphemeralKey)
NOT_BUILT(5, SslCreateHandshakeHash)
NOT_BUILT(1, SslDecrementProviderReferenceCount)
NOT_BUILT(5, SslDeriveSessionTicketKey)
NOT_BUILT(4, SslDuplicateTranscriptHash)
NOT_BUILT(5, SslEnumCipherSuites)
NOT_BUILT(5, SslEnumCipherSuitesEx)
NOT_BUILT(4, SslEnumEccCurves)
NOT_BUILT(4, SslEnumGroups)
NOT_BUILT(3, SslEnumProtocolProviders)
NOT_BUILT(5, SslExpandBinderKey)
NOT_BUILT(6, SslExpandExporterMasterKey)
NOT_BUILT(5, SslExpandNextGenTrafficKey)
NOT_BUILT(7, SslExpandPreSharedKey)
NOT_BUILT(6, SslExpandResumptionMasterKey)
NOT_BUILT(7, SslExpandTrafficKeys)
NOT_BUILT(5, SslExpandWriteKey)
NOT_BUILT(7, SslExportKey)
NOT_BUILT(10, SslExportKeyingMaterial)
NOT_BUILT(7, SslExtractEarlyKey)
NOT_BUILT(7, SslExtractHandshakeKey)
NOT_BUILT(5, SslExtractMasterKey)
NOT_BUILT(1, SslFreeBuffer)
NOT_BUILT(2, SslFreeObject)
NOT_BUILT(11, SslGenerateMasterKey)
NOT_BUILT(10, SslGeneratePreMasterKey)
NOT_BUILT(6, SslGenerateSessionKeys)
NOT_BUILT(6, SslGetCipherSuitePRFHashAlgorithm)
NOT_BUILT(5, SslGetKeyProperty)
NOT_BUILT(6, SslGetProviderProperty)
NOT_BUILT(3, SslGetSessionTicketProtectionHeaderSize)
NOT_BUILT(5, SslHashHandshake)
NOT_BUILT(6, SslImportKey)
NOT_BUILT(9, SslImportMasterKey)
NOT_BUILT(1, SslIncrementProviderReferenceCount)
NOT_BUILT(7, SslLookupCipherLengths)
NOT_BUILT(6, SslLookupCipherSuiteInfo)
NOT_BUILT(4, SslOpenPrivateKey)
NOT_BUILT(3, SslOpenProvider)
NOT_BUILT(8, SslProtectSessionTicket)
NOT_BUILT(8, SslSignHash)
NOT_BUILT(8, SslUnprotectSessionTicket)
NOT_BUILT(7, SslVerifySignature)
