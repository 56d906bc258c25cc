/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The keys of CAPI containers, opened by NCryptOpenKey: an ephemeral key of the engine with a name, a place and
 * a policy that come from the container. */
#include "ksp.h"
#include "legacy/legacy.h"

static SECURITY_STATUS set_dword(UINT64 key, const WCHAR *name, DWORD value)
{
    return set_property(key, name, (BYTE *)&value, sizeof(value), 0);
}

/* A signature key does not decrypt (row 6.99). CAPI exports what it exports in clear. */
static SECURITY_STATUS finish_key(UINT64 key, const struct pair *pair)
{
    DWORD policy = pair->exportable ? NCRYPT_ALLOW_EXPORT_FLAG | NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG : 0;
    struct key_finalize_params finalize = {.key = key, .flags = NCRYPT_NO_KEY_VALIDATION};
    SECURITY_STATUS status;

    if ((status = set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, policy))) return status;
    if (pair->key_spec == AT_SIGNATURE)
        status = set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_SIGNING_FLAG);
    return status ? status : engine_call(unix_key_finalize, &finalize);
}

static SECURITY_STATUS import_pair(NCRYPT_PROV_HANDLE provider, const struct pair *pair, UINT64 *key)
{
    struct key_import_params import =
    {
        .provider = engine_object(provider),
        .blob_type = address(LEGACY_RSAPRIVATE_BLOB),
        .data = address(pair->blob),
        .size = pair->size,
        .flags = NCRYPT_DO_NOT_FINALIZE_FLAG | NCRYPT_NO_KEY_VALIDATION,
    };
    struct object_params imported;
    SECURITY_STATUS status;

    if ((status = engine_call(unix_key_import, &import))) return status;
    imported.object = import.key;
    if ((status = finish_key(import.key, pair))) engine_call(unix_object_free, &imported);
    else *key = import.key;
    return status;
}

static struct legacy_key *describe(const struct container *container, DWORD key_spec)
{
    SIZE_T size = (lstrlenW(container->name) + 1) * sizeof(WCHAR);
    struct legacy_key *legacy = HeapAlloc(GetProcessHeap(), 0, sizeof(*legacy) + size);

    if (!legacy) return NULL;
    legacy->key_spec = key_spec;
    legacy->machine = container->machine;
    CopyMemory(legacy->name, container->name, size);
    return legacy;
}

static SECURITY_STATUS make_key(NCRYPT_PROV_HANDLE provider, const struct container *container,
                                const struct pair *pair, NCRYPT_KEY_HANDLE *key)
{
    struct legacy_key *legacy = describe(container, pair->key_spec);
    UINT64 imported;
    SECURITY_STATUS status;

    if (!legacy) return NTE_NO_MEMORY;
    status = import_pair(provider, pair, &imported);
    if (!status) status = ksp_object_new(imported, key);
    if (status) HeapFree(GetProcessHeap(), 0, legacy);
    else ksp_object(*key)->legacy = legacy;
    return status;
}

SECURITY_STATUS legacy_open(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *key, const WCHAR *name, DWORD key_spec,
        DWORD flags)
{
    struct container container = {.name = name, .machine = !!(flags & NCRYPT_MACHINE_KEY_FLAG)};
    SECURITY_STATUS status;
    struct pair pair;

    if (key_spec > AT_SIGNATURE) return NTE_INVALID_PARAMETER;
    status = container_read(&container, key_spec ? key_spec : AT_KEYEXCHANGE, &pair);
    if (!key_spec && status == NTE_BAD_KEYSET) status = container_read(&container, AT_SIGNATURE, &pair);
    if (!status) status = make_key(provider, &container, &pair, key);
    pair_free(&pair);
    return status;
}

SECURITY_STATUS legacy_delete(NCRYPT_KEY_HANDLE key)
{
    const struct legacy_key *legacy = ksp_object(key)->legacy;
    struct container container = {.name = legacy->name, .machine = legacy->machine};
    BYTE blob[sizeof(BLOBHEADER) + sizeof(RSAPUBKEY) + MOST_RSA];
    struct key_export_params export =
    {
        .key = engine_object(key),
        .blob_type = address(LEGACY_RSAPUBLIC_BLOB),
        .output = address(blob),
        .output_size = sizeof(blob),
    };
    SECURITY_STATUS status;

    if ((status = engine_call(unix_key_export, &export))) return status;
    return container_delete(&container, legacy->key_spec, blob, export.result);
}

static BOOL is_name(const WCHAR *a, const WCHAR *b)
{
    return !lstrcmpW(a, b);
}

static SECURITY_STATUS give(const void *value, DWORD value_size, PBYTE output, DWORD size, DWORD *result)
{
    *result = value_size;
    if (!output) return ERROR_SUCCESS;
    if (size < value_size) return NTE_BUFFER_TOO_SMALL;
    CopyMemory(output, value, value_size);
    return ERROR_SUCCESS;
}

/* rsaenh.dll calls a container by its name and by no other. */
BOOL legacy_get_property(const struct legacy_key *legacy, LPCWSTR name, PBYTE output, DWORD size, DWORD *result,
        DWORD flags, SECURITY_STATUS *status)
{
    DWORD type = legacy->machine ? NCRYPT_MACHINE_KEY_FLAG : 0;

    if (flags & NCRYPT_PERSIST_ONLY_FLAG) return FALSE;
    if (is_name(name, NCRYPT_NAME_PROPERTY) || is_name(name, NCRYPT_UNIQUE_NAME_PROPERTY))
        *status = give(legacy->name, (lstrlenW(legacy->name) + 1) * sizeof(WCHAR), output, size, result);
    else if (is_name(name, NCRYPT_KEY_TYPE_PROPERTY)) *status = give(&type, sizeof(type), output, size, result);
    else if (is_name(name, NCRYPT_SECURITY_DESCR_PROPERTY)) *status = NTE_BAD_KEY_STATE;        /* row 6.89 */
    else return FALSE;
    if (flags & ~(NCRYPT_SILENT_FLAG | SECURITY_INFORMATION_PARTS)) *status = NTE_BAD_FLAGS;
    return TRUE;
}

/* Nothing can be stored with a container, and its policy is final as that of a key file is. */
BOOL legacy_set_property(LPCWSTR name, DWORD flags, SECURITY_STATUS *status)
{
    if (is_name(name, NCRYPT_SECURITY_DESCR_PROPERTY)) *status = NTE_BAD_KEY_STATE;
    else if (is_name(name, NCRYPT_EXPORT_POLICY_PROPERTY) || is_name(name, NCRYPT_CERTIFICATE_PROPERTY) ||
             (flags & (NCRYPT_PERSIST_FLAG | NCRYPT_PERSIST_ONLY_FLAG)))
        *status = NTE_NOT_SUPPORTED;
    else return FALSE;
    return TRUE;
}
