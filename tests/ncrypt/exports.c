/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Every export: there, and those that no other topic calls answer with a status when they are called with nothing
 * but zeros. These are TLS (windows-api 1.5), key protectors, claims and what else this provider does without. */
#include "ncrypt_test.h"

#define NT_NOT_SUPPORTED     ((SECURITY_STATUS)0xc00000bb)
#define NT_INVALID_HANDLE    ((SECURITY_STATUS)0xc0000008)
#define NT_INVALID_PARAMETER ((SECURITY_STATUS)0xc000000d)

/* arguments: words of the stack on i386. open question: each status; documented ones where there is a page */
static const struct
{
    const char *name;
    unsigned int arguments;
    SECURITY_STATUS status;
}
answers[] =
{
    { "GetIsolationServerInterface", 3, NT_NOT_SUPPORTED },
    { "GetKeyStorageInterface", 3, NT_INVALID_PARAMETER },
    { "GetSChannelInterface", 3, NT_NOT_SUPPORTED },
    { "NCryptCloseKeyProtector", 1, NTE_INVALID_HANDLE },
    { "NCryptCreateClaim", 8, NTE_INVALID_HANDLE },
    { "NCryptDecapsulate", 7, NTE_INVALID_HANDLE },
    { "NCryptDuplicateKeyProtectorHandle", 3, NTE_INVALID_HANDLE },
    { "NCryptEncapsulate", 8, NTE_INVALID_HANDLE },
    { "NCryptOpenKeyProtector", 3, NTE_NOT_SUPPORTED },
    { "NCryptProtectKey", 8, NTE_NOT_SUPPORTED },
    { "NCryptSetAuditingInterface", 1, NTE_NOT_SUPPORTED },
    { "NCryptUnprotectKey", 7, NTE_NOT_SUPPORTED },
    { "NCryptVerifyClaim", 8, NTE_INVALID_HANDLE },
    { "SslChangeNotify", 2, NTE_NOT_SUPPORTED },
    { "SslCombineKeys", 6, NTE_NOT_SUPPORTED },
    { "SslComputeClientAuthHash", 8, NTE_INVALID_HANDLE },
    { "SslComputeEapKeyBlock", 8, NTE_INVALID_HANDLE },
    { "SslComputeFinishedHash", 6, NTE_INVALID_HANDLE },
    { "SslComputeSessionHash", 7, NTE_INVALID_HANDLE },
    { "SslCreateClientAuthHash", 6, NTE_INVALID_HANDLE },
    { "SslCreateEphemeralKey", 9, NTE_INVALID_HANDLE },
    { "SslCreateHandshakeHash", 5, NTE_INVALID_HANDLE },
    { "SslDecrementProviderReferenceCount", 1, NT_INVALID_HANDLE },
    { "SslDecryptPacket", 10, NTE_INVALID_HANDLE },
    { "SslDeriveSessionTicketKey", 5, NTE_NOT_SUPPORTED },
    { "SslDuplicateTranscriptHash", 4, NTE_INVALID_HANDLE },
    { "SslEncryptPacket", 11, NTE_INVALID_HANDLE },
    { "SslEnumCipherSuites", 5, NTE_INVALID_HANDLE },
    { "SslEnumCipherSuitesEx", 5, NTE_INVALID_HANDLE },
    { "SslEnumEccCurves", 4, NTE_INVALID_HANDLE },
    { "SslEnumGroups", 4, NTE_NOT_SUPPORTED },
    { "SslEnumProtocolProviders", 3, NTE_NOT_SUPPORTED },
    { "SslExpandBinderKey", 5, NTE_INVALID_HANDLE },
    { "SslExpandExporterMasterKey", 6, NTE_INVALID_HANDLE },
    { "SslExpandNextGenTrafficKey", 5, NTE_NOT_SUPPORTED },
    { "SslExpandPreSharedKey", 7, NTE_INVALID_HANDLE },
    { "SslExpandResumptionMasterKey", 6, NTE_INVALID_HANDLE },
    { "SslExpandTrafficKeys", 7, NTE_INVALID_HANDLE },
    { "SslExpandWriteKey", 5, NTE_INVALID_HANDLE },
    { "SslExportKey", 7, NTE_INVALID_HANDLE },
    { "SslExportKeyingMaterial", 10, NTE_INVALID_HANDLE },
    { "SslExtractEarlyKey", 7, NTE_INVALID_HANDLE },
    { "SslExtractHandshakeKey", 7, NTE_INVALID_HANDLE },
    { "SslExtractMasterKey", 5, NTE_INVALID_HANDLE },
    { "SslFreeBuffer", 1, NTE_INVALID_PARAMETER },
    { "SslFreeObject", 2, NTE_INVALID_HANDLE },
    { "SslGenerateMasterKey", 11, NTE_INVALID_HANDLE },
    { "SslGeneratePreMasterKey", 10, NTE_INVALID_HANDLE },
    { "SslGenerateSessionKeys", 6, NTE_INVALID_HANDLE },
    { "SslGetCipherSuitePRFHashAlgorithm", 6, NTE_INVALID_HANDLE },
    { "SslGetKeyProperty", 5, NTE_INVALID_HANDLE },
    { "SslGetProviderProperty", 6, NTE_INVALID_HANDLE },
    { "SslGetSessionTicketProtectionHeaderSize", 3, NTE_NOT_SUPPORTED },
    { "SslHashHandshake", 5, NTE_INVALID_HANDLE },
    { "SslImportKey", 6, NTE_INVALID_HANDLE },
    { "SslImportMasterKey", 9, NTE_INVALID_HANDLE },
    { "SslIncrementProviderReferenceCount", 1, NTE_INVALID_HANDLE },
    { "SslLookupCipherLengths", 7, NTE_INVALID_HANDLE },
    { "SslLookupCipherSuiteInfo", 6, NTE_INVALID_HANDLE },
    { "SslOpenPrivateKey", 4, NTE_INVALID_HANDLE },
    { "SslOpenProvider", 3, NTE_NOT_SUPPORTED },
    { "SslProtectSessionTicket", 8, NTE_NOT_SUPPORTED },
    { "SslSignHash", 8, NTE_INVALID_HANDLE },
    { "SslUnprotectSessionTicket", 8, NTE_NOT_SUPPORTED },
    { "SslVerifySignature", 7, NTE_INVALID_HANDLE },
};

/* These have topics of their own. */
static const char *others[] =
{
    "NCryptCloseProtectionDescriptor", "NCryptCreatePersistedKey", "NCryptCreateProtectionDescriptor",
    "NCryptDecrypt", "NCryptDeleteKey", "NCryptDeriveKey", "NCryptEncrypt", "NCryptEnumAlgorithms",
    "NCryptEnumKeys", "NCryptEnumStorageProviders", "NCryptExportKey", "NCryptFinalizeKey", "NCryptFreeBuffer",
    "NCryptFreeObject", "NCryptGetProperty", "NCryptGetProtectionDescriptorInfo", "NCryptImportKey",
    "NCryptIsAlgSupported", "NCryptIsKeyHandle", "NCryptKeyDerivation", "NCryptNotifyChangeKey",
    "NCryptOpenKey", "NCryptOpenStorageProvider", "NCryptProtectSecret", "NCryptQueryProtectionDescriptorName",
    "NCryptRegisterProtectionDescriptorName", "NCryptSecretAgreement", "NCryptSetProperty", "NCryptSignHash",
    "NCryptStreamClose", "NCryptStreamOpenToProtect", "NCryptStreamOpenToUnprotect",
    "NCryptStreamOpenToUnprotectEx", "NCryptStreamUpdate", "NCryptTranslateHandle", "NCryptUnprotectSecret",
    "NCryptVerifySignature",
};

static const char *forwarded[] =
{
    "BCryptAddContextFunction", "BCryptAddContextFunctionProvider", "BCryptCloseAlgorithmProvider",
    "BCryptConfigureContext", "BCryptConfigureContextFunction", "BCryptCreateContext", "BCryptCreateHash",
    "BCryptCreateMultiHash", "BCryptDecapsulate", "BCryptDecrypt", "BCryptDeleteContext", "BCryptDeriveKey",
    "BCryptDeriveKeyCapi", "BCryptDeriveKeyPBKDF2", "BCryptDestroyHash", "BCryptDestroyKey",
    "BCryptDestroySecret", "BCryptDuplicateHash", "BCryptDuplicateKey", "BCryptEncapsulate", "BCryptEncrypt",
    "BCryptEnumAlgorithms", "BCryptEnumContextFunctionProviders", "BCryptEnumContextFunctions",
    "BCryptEnumContexts", "BCryptEnumProviders", "BCryptEnumRegisteredProviders", "BCryptExportKey",
    "BCryptFinalizeKeyPair", "BCryptFinishHash", "BCryptFreeBuffer", "BCryptGenRandom", "BCryptGenerateKeyPair",
    "BCryptGenerateSymmetricKey", "BCryptGetFipsAlgorithmMode", "BCryptGetProperty", "BCryptHash",
    "BCryptHashData", "BCryptImportKey", "BCryptImportKeyPair", "BCryptKeyDerivation",
    "BCryptOpenAlgorithmProvider", "BCryptProcessMultiOperations", "BCryptQueryContextConfiguration",
    "BCryptQueryContextFunctionConfiguration", "BCryptQueryContextFunctionProperty",
    "BCryptQueryProviderRegistration", "BCryptRegisterConfigChangeNotify", "BCryptRegisterProvider",
    "BCryptRemoveContextFunction", "BCryptRemoveContextFunctionProvider", "BCryptResolveProviders",
    "BCryptSecretAgreement", "BCryptSetAuditingInterface", "BCryptSetContextFunctionProperty",
    "BCryptSetProperty", "BCryptSignHash", "BCryptUnregisterConfigChangeNotify", "BCryptUnregisterProvider",
    "BCryptVerifySignature",
};

typedef ULONG_PTR Z;
typedef SECURITY_STATUS (WINAPI *call1)(Z);
typedef SECURITY_STATUS (WINAPI *call2)(Z, Z);
typedef SECURITY_STATUS (WINAPI *call3)(Z, Z, Z);
typedef SECURITY_STATUS (WINAPI *call4)(Z, Z, Z, Z);
typedef SECURITY_STATUS (WINAPI *call5)(Z, Z, Z, Z, Z);
typedef SECURITY_STATUS (WINAPI *call6)(Z, Z, Z, Z, Z, Z);
typedef SECURITY_STATUS (WINAPI *call7)(Z, Z, Z, Z, Z, Z, Z);
typedef SECURITY_STATUS (WINAPI *call8)(Z, Z, Z, Z, Z, Z, Z, Z);
typedef SECURITY_STATUS (WINAPI *call9)(Z, Z, Z, Z, Z, Z, Z, Z, Z);
typedef SECURITY_STATUS (WINAPI *call10)(Z, Z, Z, Z, Z, Z, Z, Z, Z, Z);
typedef SECURITY_STATUS (WINAPI *call11)(Z, Z, Z, Z, Z, Z, Z, Z, Z, Z, Z);

static SECURITY_STATUS call_with_zeros(FARPROC function, unsigned int arguments)
{
    void *f = (void *)function;

    switch (arguments)
    {
    case 1: return ((call1)f)(0);
    case 2: return ((call2)f)(0, 0);
    case 3: return ((call3)f)(0, 0, 0);
    case 4: return ((call4)f)(0, 0, 0, 0);
    case 5: return ((call5)f)(0, 0, 0, 0, 0);
    case 6: return ((call6)f)(0, 0, 0, 0, 0, 0);
    case 7: return ((call7)f)(0, 0, 0, 0, 0, 0, 0);
    case 8: return ((call8)f)(0, 0, 0, 0, 0, 0, 0, 0);
    case 9: return ((call9)f)(0, 0, 0, 0, 0, 0, 0, 0, 0);
    case 10: return ((call10)f)(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    case 11: return ((call11)f)(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }
    return ERROR_SUCCESS;
}

static void test_answers(HMODULE ncrypt)
{
    SECURITY_STATUS status;
    FARPROC function;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(answers); i++)
    {
        function = GetProcAddress(ncrypt, answers[i].name);
        ok(function || !running_on_wine(), "%s: not there\n", answers[i].name);
        if (!function || !running_on_wine()) continue;      /* Windows has TLS, and lacks the newest ones */
        SetLastError(0xdeadbeef);
        status = call_with_zeros(function, answers[i].arguments);
        ok(status == answers[i].status, "%s: got %#lx, expected %#lx\n", answers[i].name, status,
           answers[i].status);
        ok(GetLastError() == (DWORD)status, "%s: last error %#lx\n", answers[i].name, GetLastError());
    }
}

static void test_presence(HMODULE ncrypt)
{
    HMODULE bcrypt = LoadLibraryW(L"bcrypt.dll");
    unsigned int i, missing = 0;
    FARPROC function;

    for (i = 0; i < ARRAY_SIZE(others); i++)
        ok(!!GetProcAddress(ncrypt, others[i]), "%s: not there\n", others[i]);
    for (i = 0; i < ARRAY_SIZE(forwarded); i++)
    {
        function = GetProcAddress(bcrypt, forwarded[i]);
        ok(GetProcAddress(ncrypt, forwarded[i]) == function, "%s: another function\n", forwarded[i]);
        if (!function) missing++;
    }
    trace("bcrypt.dll lacks %u of %u\n", missing, (unsigned int)ARRAY_SIZE(forwarded));
    ok(ARRAY_SIZE(answers) + ARRAY_SIZE(others) + ARRAY_SIZE(forwarded) == 162, "some are left out\n");
}

/* A table that a program may have from ncrypt.dll is the software provider's. */
static void test_key_storage_interface(HMODULE ncrypt)
{
    SECURITY_STATUS (WINAPI *get)(LPCWSTR, void **, DWORD);
    USHORT *table = NULL;
    void *other = NULL;

    get = (void *)GetProcAddress(ncrypt, "GetKeyStorageInterface");
    check_success(get(MS_KEY_STORAGE_PROVIDER, (void **)&table, 0));
    ok(table && table[0] >= 3, "no table, or an old one\n");
    check_success(get(NULL, &other, 0));
    ok(other == table, "another table\n");
    check_status(NTE_BAD_PROVIDER, get(L"No Such Provider", &other, 0));
}

START_TEST(exports)
{
    HMODULE ncrypt = LoadLibraryW(L"ncrypt.dll");

    test_answers(ncrypt);
    test_presence(ncrypt);
    test_key_storage_interface(ncrypt);
}
