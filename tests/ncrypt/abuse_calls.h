/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Every documented function of the API as a row: what kind of argument stands where. The topics abuse* make calls
 * of it, good ones and bad ones. A crash or a hang says which call it was and ends the test. */
#ifndef ABUSE_CALLS_H
#define ABUSE_CALLS_H

#include "ncrypt_test.h"
#include <ncryptprotect.h>

/* One letter for each argument:
 *   V provider   K ECDSA key   R RSA key   E AES key   U key to be finalized   A ECDH key   Y derivation key
 *   S secret     D descriptor  T stream    0 another handle, usually none
 *   H where a handle goes      Q where a pointer goes              r where a size goes
 *   w string     P padding     L list of buffers   M memory   C stream callbacks
 *   I input      n its size    O output            m its size      f flags          d another number */
struct api
{
    const char *name;
    void *function;
    const char *arguments;
    const WCHAR *strings[2];
    DWORD input_size, flags;
};

#define MAX_ARGUMENTS 8
#define ROW(name, arguments, ...) { #name, (void *)name, arguments, __VA_ARGS__ }

static const struct api apis[] =
{
    ROW(NCryptOpenStorageProvider, "Hwf", { MS_KEY_STORAGE_PROVIDER }, 0, 0),
    ROW(NCryptEnumStorageProviders, "rQf", { NULL }, 0, 0),
    ROW(NCryptEnumAlgorithms, "VdrQf", { NULL }, 0, 0),
    ROW(NCryptIsAlgSupported, "Vwf", { L"RSA" }, 0, 0),
    ROW(NCryptEnumKeys, "VwQQf", { NULL }, 0, 0),
    ROW(NCryptFreeBuffer, "I", { NULL }, 16, 0),
    ROW(NCryptFreeObject, "U", { NULL }, 0, 0),
    ROW(NCryptOpenKey, "VHwdf", { L"no key has this name" }, 0, 0),
    ROW(NCryptCreatePersistedKey, "VHwwdf", { L"ECDSA_P256", NULL }, 0, 0),
    ROW(NCryptFinalizeKey, "Uf", { NULL }, 0, 0),
    ROW(NCryptDeleteKey, "Uf", { NULL }, 0, 0),
    ROW(NCryptIsKeyHandle, "K", { NULL }, 0, 0),
    ROW(NCryptGetProperty, "KwOmrf", { L"Algorithm Name" }, 0, 0),
    ROW(NCryptGetProperty, "VwOmrf", { L"Name" }, 0, 0),
    ROW(NCryptGetProperty, "SwOmrf", { L"Provider Handle" }, 0, 0),
    ROW(NCryptSetProperty, "KwInf", { L"Custom" }, 8, NCRYPT_PERSIST_ONLY_FLAG),
    ROW(NCryptSetProperty, "UwInf", { L"UI Policy" }, sizeof(NCRYPT_UI_POLICY), 0),
    ROW(NCryptSetProperty, "UwInf", { L"ECCPRIVATEBLOB" }, 104, 0),
    ROW(NCryptSetProperty, "RwInf", { L"Security Descr" }, 20, 4),
    ROW(NCryptEncrypt, "RInPOmrf", { NULL }, 16, NCRYPT_PAD_PKCS1_FLAG),
    ROW(NCryptDecrypt, "RInPOmrf", { NULL }, 128, NCRYPT_PAD_PKCS1_FLAG),
    ROW(NCryptEncrypt, "EInPOmrf", { NULL }, 32, 0),
    ROW(NCryptDecrypt, "EInPOmrf", { NULL }, 32, 0),
    ROW(NCryptSignHash, "RPInOmrf", { NULL }, 32, NCRYPT_PAD_PKCS1_FLAG),
    ROW(NCryptSignHash, "KPInOmrf", { NULL }, 32, 0),
    ROW(NCryptVerifySignature, "KPInInf", { NULL }, 64, 0),
    ROW(NCryptEncapsulate, "KOmrOmrf", { NULL }, 0, 0),
    ROW(NCryptDecapsulate, "KInOmrf", { NULL }, 32, 0),
    ROW(NCryptImportKey, "V0wLHInf", { L"ECCPUBLICBLOB" }, 72, 0),
    ROW(NCryptImportKey, "V0wLHInf", { L"PKCS8_PRIVATEKEY" }, 100, 0),
    ROW(NCryptImportKey, "V0wLHInf", { L"OpaqueTransport" }, 200, 0),
    ROW(NCryptExportKey, "K0wLOmrf", { L"ECCPUBLICBLOB" }, 0, 0),
    ROW(NCryptExportKey, "K0wLOmrf", { L"PKCS8_PRIVATEKEY" }, 0, 0),
    ROW(NCryptTranslateHandle, "HH00df", { NULL }, 0, 0),
    ROW(NCryptNotifyChangeKey, "VHf", { NULL }, 0, 0),
    ROW(NCryptSecretAgreement, "AAHf", { NULL }, 0, 0),
    ROW(NCryptDeriveKey, "SwLOmrf", { L"HASH" }, 0, 0),
    ROW(NCryptDeriveKey, "SwLOmrf", { L"TRUNCATE" }, 0, 0),
    ROW(NCryptKeyDerivation, "YLOmrf", { NULL }, 0, 0),
    ROW(NCryptCreateClaim, "00dLOmrf", { NULL }, 0, 0),
    ROW(NCryptVerifyClaim, "00dLInLf", { NULL }, 32, 0),
    ROW(NCryptRegisterProtectionDescriptorName, "wwf", { L"ncrypt abuse", NULL }, 0, 0),
    ROW(NCryptQueryProtectionDescriptorName, "wOrf", { L"ncrypt abuse" }, 0, 0),
    ROW(NCryptCreateProtectionDescriptor, "wfH", { L"LOCAL=user" }, 0, 0),
    ROW(NCryptCloseProtectionDescriptor, "0", { NULL }, 0, 0),
    ROW(NCryptGetProtectionDescriptorInfo, "DMdQ", { NULL }, 0, 0),
    ROW(NCryptProtectSecret, "DfInM0Qr", { NULL }, 16, 0),
    ROW(NCryptUnprotectSecret, "HfInM0Qr", { NULL }, 64, 0),
    ROW(NCryptStreamOpenToProtect, "Df0CH", { NULL }, 0, 0),
    ROW(NCryptStreamOpenToUnprotect, "Cf0H", { NULL }, 0, 0),
    ROW(NCryptStreamOpenToUnprotectEx, "Cf0H", { NULL }, 0, 0),
    ROW(NCryptStreamUpdate, "TInd", { NULL }, 64, 0),
    ROW(NCryptStreamClose, "0", { NULL }, 0, 0),
};

#define API_COUNT (sizeof(apis) / sizeof(*apis))

/* --- living objects: made again when a call has ended them --- */

struct living
{
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key, rsa, aes, fresh, agreement, derivation;
    NCRYPT_SECRET_HANDLE secret;
    NCRYPT_DESCRIPTOR_HANDLE descriptor;
    NCRYPT_STREAM_HANDLE stream;
};

static SECURITY_STATUS WINAPI take_output(void *context, const BYTE *data, SIZE_T size, BOOL final)
{
    (void)context, (void)data, (void)size, (void)final;
    return ERROR_SUCCESS;
}

static inline BOOL is_alive(NCRYPT_HANDLE handle, const WCHAR *property)
{
    DWORD size;

    return NCryptGetProperty(handle, property, NULL, 0, &size, 0) != NTE_INVALID_HANDLE;
}

static inline NCRYPT_KEY_HANDLE ready_key(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, const WCHAR *alg)
{
    return NCryptIsKeyHandle(key) ? key : make_key(provider, alg, NULL, 0, 3, 0);
}

static inline NCRYPT_KEY_HANDLE kdf_key(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;

    check_success(NCryptCreatePersistedKey(provider, &key, L"HKDF", NULL, 0, 0));
    check_success(NCryptSetProperty(key, L"KDFKeySecret", (BYTE *)"secret", 6, 0));
    check_success(NCryptFinalizeKey(key, 0));
    return key;
}

/* Keys that must be new each time are: what is left of the last one is freed. */
static inline void make_ready(struct living *living)
{
    NCRYPT_PROTECT_STREAM_INFO info = { take_output, NULL };

    if (!living->provider || !is_alive(living->provider, L"Name")) living->provider = open_provider();
    living->key = ready_key(living->provider, living->key, L"ECDSA_P256");
    living->rsa = ready_key(living->provider, living->rsa, L"RSA");
    living->aes = ready_key(living->provider, living->aes, L"AES");
    living->agreement = ready_key(living->provider, living->agreement, L"ECDH_P256");
    if (!NCryptIsKeyHandle(living->derivation)) living->derivation = kdf_key(living->provider);
    if (!living->secret || !is_alive(living->secret, L"Name"))
        check_success(NCryptSecretAgreement(living->agreement, living->agreement, &living->secret, 0));
    if (!living->descriptor)
    {
        check_success(NCryptCreateProtectionDescriptor(L"LOCAL=user", 0, &living->descriptor));
        check_success(NCryptStreamOpenToProtect(living->descriptor, 0, NULL, &info, &living->stream));
    }
    NCryptFreeObject(living->fresh);
    check_success(NCryptCreatePersistedKey(living->provider, &living->fresh, L"ECDSA_P256", NULL, 0, 0));
}

static inline void end_living(struct living *living)
{
    NCryptFreeObject(living->fresh);
    NCryptFreeObject(living->secret);
    NCryptFreeObject(living->derivation);
    NCryptFreeObject(living->agreement);
    NCryptFreeObject(living->rsa);
    NCryptFreeObject(living->aes);
    NCryptFreeObject(living->key);
    NCryptFreeObject(living->provider);
    NCryptStreamClose(living->stream);
    NCryptCloseProtectionDescriptor(living->descriptor);
}

/* --- one call --- */

#define BUFFER_SIZE 0x2000

struct memory                       /* what pointers point to */
{
    BYTE input[BUFFER_SIZE], output[BUFFER_SIZE];
    ULONG_PTR handle[2], pointer[2];
    SIZE_T size[2];
    NCryptBufferDesc list;
    NCRYPT_PROTECT_STREAM_INFO callbacks;
    WCHAR string[2][64];
};

struct abuse_call
{
    const struct api *api;
    ULONG_PTR arguments[MAX_ARGUMENTS];
};

/* What each thread does just now: for the report of a crash, and of a hang. */
static __thread struct abuse_call *current;

/* The good call: of this memory and these objects. */
static inline void prepare(struct abuse_call *call, const struct api *api, const struct living *living,
                           struct memory *memory)
{
    unsigned int i, strings = 0, handles = 0, pointers = 0, sizes = 0;

    memset(memory, 0, sizeof(*memory));
    memset(call, 0, sizeof(*call));
    call->api = api;
    memory->list.ulVersion = NCRYPTBUFFER_VERSION;
    memory->callbacks.pfnStreamOutput = take_output;
    for (i = 0; api->arguments[i]; i++)
    {
        ULONG_PTR *argument = &call->arguments[i];

        switch (api->arguments[i])
        {
        case 'V': *argument = living->provider; break;
        case 'K': *argument = living->key; break;
        case 'R': *argument = living->rsa; break;
        case 'E': *argument = living->aes; break;
        case 'U': *argument = living->fresh; break;
        case 'A': *argument = living->agreement; break;
        case 'Y': *argument = living->derivation; break;
        case 'S': *argument = living->secret; break;
        case 'D': *argument = (ULONG_PTR)living->descriptor; break;
        case 'T': *argument = (ULONG_PTR)living->stream; break;
        case 'H': *argument = (ULONG_PTR)&memory->handle[handles++ % 2]; break;
        case 'Q': *argument = (ULONG_PTR)&memory->pointer[pointers++ % 2]; break;
        case 'r': *argument = (ULONG_PTR)&memory->size[sizes++ % 2]; break;
        case 'w':
            if (api->strings[strings])
                *argument = (ULONG_PTR)lstrcpyW(memory->string[strings], api->strings[strings]);
            strings++;
            break;
        case 'L': *argument = (ULONG_PTR)&memory->list; break;
        case 'C': *argument = (ULONG_PTR)&memory->callbacks; break;
        case 'I': *argument = (ULONG_PTR)memory->input; break;
        case 'n': *argument = api->input_size; break;
        case 'O': *argument = (ULONG_PTR)memory->output; break;
        case 'm': *argument = BUFFER_SIZE; break;
        case 'f': *argument = api->flags; break;
        }
    }
}

#define P ULONG_PTR
static inline SECURITY_STATUS make_call(struct abuse_call *call)
{
    void *f = call->api->function;
    P *a = call->arguments;
    SECURITY_STATUS status = 0;

    current = call;
    switch (strlen(call->api->arguments))
    {
    case 1: status = ((SECURITY_STATUS (WINAPI *)(P))f)(a[0]); break;
    case 2: status = ((SECURITY_STATUS (WINAPI *)(P, P))f)(a[0], a[1]); break;
    case 3: status = ((SECURITY_STATUS (WINAPI *)(P, P, P))f)(a[0], a[1], a[2]); break;
    case 4: status = ((SECURITY_STATUS (WINAPI *)(P, P, P, P))f)(a[0], a[1], a[2], a[3]); break;
    case 5: status = ((SECURITY_STATUS (WINAPI *)(P, P, P, P, P))f)(a[0], a[1], a[2], a[3], a[4]); break;
    case 6: status = ((SECURITY_STATUS (WINAPI *)(P, P, P, P, P, P))f)(a[0], a[1], a[2], a[3], a[4], a[5]); break;
    case 7:
        status = ((SECURITY_STATUS (WINAPI *)(P, P, P, P, P, P, P))f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
        break;
    case 8:
        status = ((SECURITY_STATUS (WINAPI *)(P, P, P, P, P, P, P, P))f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6],
                                                                        a[7]);
        break;
    }
    current = NULL;
    return status;
}
#undef P

/* --- crashes --- */

static inline const char *describe(const struct abuse_call *call)
{
    static char text[400];
    unsigned int i, length;

    if (!call) return "no call";
    length = snprintf(text, sizeof(text), "%s [%s](", call->api->name, call->api->arguments);
    for (i = 0; call->api->arguments[i] && length < sizeof(text) - 40; i++)
        length += snprintf(text + length, sizeof(text) - length, "%s%#llx", i ? ", " : "",
                           (unsigned long long)call->arguments[i]);
    snprintf(text + length, sizeof(text) - length, ")");
    return text;
}

static LONG WINAPI report_crash(EXCEPTION_POINTERS *info)
{
    ok(0, "exception %#lx at %p in %s\n", info->ExceptionRecord->ExceptionCode,
       info->ExceptionRecord->ExceptionAddress, describe(current));
    fflush(stdout);
    TerminateProcess(GetCurrentProcess(), 1);
    return EXCEPTION_EXECUTE_HANDLER;
}

#endif
