/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Our providers: the table that ncrypt.dll calls (doc/facts/windows-api.md 7), one for all of them. */
#include "ksp.h"
#include "legacy/legacy.h"
#include "token_configuration.h"
#include "../ncrypt/trace.h"

SECURITY_STATUS ksp_object_new(UINT64 object, ULONG_PTR *handle)
{
    struct ksp_object *box = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*box));
    struct object_params params = {.object = object};

    if (!box)
    {
        engine_call(unix_object_free, &params);
        return NTE_NO_MEMORY;
    }
    box->object = object;
    *handle = (ULONG_PTR)box;
    return ERROR_SUCCESS;
}

SECURITY_STATUS ksp_object_close(ULONG_PTR handle)
{
    struct object_params params = {.object = engine_object(handle)};

    engine_call(unix_object_free, &params);
    HeapFree(GetProcessHeap(), 0, ksp_object(handle)->legacy);
    HeapFree(GetProcessHeap(), 0, (void *)handle);
    return ERROR_SUCCESS;
}

/* The providers of this DLL; what distinguishes them further is in the engine's rows (unix/provider/). */
static const struct ksp_class
{
    const WCHAR *opened_as;
    const WCHAR *name;
    const struct legacy_ops *containers;
    BOOL is_configured;             /* the registry says which tokens it has (token_configuration.h) */
} classes[] =
{
    {MS_KEY_STORAGE_PROVIDER, .name = MS_KEY_STORAGE_PROVIDER, .containers = &rsa_containers},
    {TOKEN_PROVIDER, .name = TOKEN_PROVIDER, .containers = &no_containers, .is_configured = TRUE},
    {MS_SMART_CARD_KEY_STORAGE_PROVIDER, .name = MS_SMART_CARD_KEY_STORAGE_PROVIDER, .containers = &no_containers,
     .is_configured = TRUE},
    {MS_PLATFORM_KEY_STORAGE_PROVIDER, .name = MS_PLATFORM_KEY_STORAGE_PROVIDER, .containers = &no_containers},
    {MS_DEF_DSS_PROV_W, .name = MS_KEY_STORAGE_PROVIDER, .containers = &foreign_containers},
    {MS_DEF_DSS_DH_PROV_W, .name = MS_KEY_STORAGE_PROVIDER, .containers = &foreign_containers},
    {MS_ENH_DSS_DH_PROV_W, .name = MS_KEY_STORAGE_PROVIDER, .containers = &foreign_containers},
    {MS_DEF_DH_SCHANNEL_PROV_W, .name = MS_KEY_STORAGE_PROVIDER, .containers = &foreign_containers},
};

static const struct ksp_class *find_name(LPCWSTR name)
{
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(classes); i++)
        if (CompareStringOrdinal(name, -1, classes[i].opened_as, -1, TRUE) == CSTR_EQUAL) return &classes[i];
    return NULL;
}

/* What a name means: *uri is to be freed with HeapFree. ncrypt.dll lets through the names of configurations, and those
 * of CSPs; what is neither a row nor configured means the first row. */
static const struct ksp_class *find_class(LPCWSTR name, WCHAR **uri)
{
    const struct ksp_class *class = name ? find_name(name) : &classes[0];
    HKEY key;

    *uri = NULL;
    if (class && !class->is_configured) return class;
    if (!token_configuration_open(name, &key)) return class ? class : &classes[0];
    if (!class)
        class = find_name(token_configuration_is_card(key) ? MS_SMART_CARD_KEY_STORAGE_PROVIDER : TOKEN_PROVIDER);
    *uri = token_configuration_uri(key);
    RegCloseKey(key);
    return class;
}

static SECURITY_STATUS open_engine_provider(const struct ksp_class *class, LPCWSTR name, const WCHAR *uri,
        NCRYPT_PROV_HANDLE *provider)
{
    struct provider_open_params params = {.name = address(class->name), .uri = address(uri)};
    SECURITY_STATUS status;

    if (class->is_configured && name && lstrcmpiW(name, class->name)) params.opened_as = address(name);
    if ((status = engine_call(unix_provider_open, &params))) return status;
    if ((status = ksp_object_new(params.provider, provider))) return status;
    ksp_object(*provider)->containers = class->containers;
    ksp_object(*provider)->is_card = !lstrcmpW(class->name, MS_SMART_CARD_KEY_STORAGE_PROVIDER);
    return ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI ksp_OpenProvider(NCRYPT_PROV_HANDLE *provider, LPCWSTR name, DWORD flags)
{
    const struct ksp_class *class;
    SECURITY_STATUS status;
    WCHAR *uri;

    if (flags & ~(NCRYPT_SILENT_FLAG | NCRYPT_IGNORE_DEVICE_STATE_FLAG)) return NTE_BAD_FLAGS;
    if ((status = engine_attach())) return status;
    class = find_class(name, &uri);
    status = open_engine_provider(class, name, uri, provider);
    HeapFree(GetProcessHeap(), 0, uri);
    return status;
}

static SECURITY_STATUS WINAPI ksp_FreeProvider(NCRYPT_PROV_HANDLE provider)
{
    return ksp_object_close(provider);
}

static NCRYPT_KEY_STORAGE_FUNCTION_TABLE function_table =
{
    .Version = NCRYPT_KEY_STORAGE_INTERFACE_VERSION_3,
    .OpenProvider = ksp_OpenProvider,
    .OpenKey = ksp_OpenKey,
    .CreatePersistedKey = ksp_CreatePersistedKey,
    .GetProviderProperty = ksp_GetProviderProperty,
    .GetKeyProperty = ksp_GetKeyProperty,
    .SetProviderProperty = ksp_SetProviderProperty,
    .SetKeyProperty = ksp_SetKeyProperty,
    .FinalizeKey = ksp_FinalizeKey,
    .DeleteKey = ksp_DeleteKey,
    .FreeProvider = ksp_FreeProvider,
    .FreeKey = ksp_FreeKey,
    .FreeBuffer = ksp_FreeBuffer,
    .Encrypt = ksp_Encrypt,
    .Decrypt = ksp_Decrypt,
    .IsAlgSupported = ksp_IsAlgSupported,
    .EnumAlgorithms = ksp_EnumAlgorithms,
    .EnumKeys = ksp_EnumKeys,
    .ImportKey = ksp_ImportKey,
    .ExportKey = ksp_ExportKey,
    .SignHash = ksp_SignHash,
    .VerifySignature = ksp_VerifySignature,
    .NotifyChangeKey = ksp_NotifyChangeKey,
    .SecretAgreement = ksp_SecretAgreement,
    .DeriveKey = ksp_DeriveKey,
    .FreeSecret = ksp_FreeSecret,
    .KeyDerivation = ksp_KeyDerivation,
    .CreateClaim = ksp_CreateClaim,
    .VerifyClaim = ksp_VerifyClaim,
};

NTSTATUS WINAPI GetKeyStorageInterface(LPCWSTR name, NCRYPT_KEY_STORAGE_FUNCTION_TABLE **table, DWORD flags)
{
    (void)name, (void)flags;
    *table = &function_table;
    return 0;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    (void)reserved;
    if (reason != DLL_PROCESS_ATTACH) return TRUE;
    DisableThreadLibraryCalls(instance);
    trace_init("ncrypt");
    return TRUE;
}
