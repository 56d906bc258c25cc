/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Lists: algorithms and keys. A list is one block, array or struct first and its strings behind, so that one
 * FreeBuffer ends it (row 2.20). */
#include "ksp.h"

#define MAX_ALGORITHMS 64

/* What stands before every block that FreeBuffer gets. */
struct buffer
{
    UINT64 enumeration;             /* of the engine, for the state of EnumKeys; else 0 */
    UINT64 reserved;                /* keeps data aligned to 16 bytes */
    BYTE data[];
};

static void *buffer_alloc(SIZE_T size)
{
    struct buffer *buffer = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*buffer) + size);

    return buffer ? buffer->data : NULL;
}

static struct buffer *buffer_of(void *data)
{
    return CONTAINING_RECORD(data, struct buffer, data);
}

SECURITY_STATUS WINAPI ksp_FreeBuffer(PVOID data)
{
    struct buffer *buffer = buffer_of(data);
    struct object_params params = {.object = buffer->enumeration};

    if (buffer->enumeration) engine_call(unix_object_free, &params);
    HeapFree(GetProcessHeap(), 0, buffer);
    return ERROR_SUCCESS;
}

SECURITY_STATUS WINAPI ksp_IsAlgSupported(NCRYPT_PROV_HANDLE provider, LPCWSTR alg, DWORD flags)
{
    struct alg_supported_params params = {.provider = engine_object(provider), .alg = address(alg)};

    if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
    if (!alg) return HRESULT_FROM_WIN32(RPC_X_NULL_REF_POINTER);        /* row 2.2 */
    probe_string(alg);
    return engine_call(unix_alg_supported, &params);
}

static NCryptAlgorithmName *make_list(const struct alg_info *infos, DWORD count)
{
    NCryptAlgorithmName *list = buffer_alloc(count * (sizeof(*list) + sizeof(infos->name)));
    WCHAR *name;
    DWORD i;

    if (!list) return NULL;
    name = (WCHAR *)(list + count);
    for (i = 0; i < count; i++)
    {
        lstrcpyW(name, (const WCHAR *)infos[i].name);
        list[i].pszName = name;
        list[i].dwClass = infos[i].alg_class;
        list[i].dwAlgOperations = infos[i].operations;
        name += lstrlenW(name) + 1;
    }
    return list;
}

#define KNOWN_OPERATIONS (NCRYPT_CIPHER_OPERATION | NCRYPT_HASH_OPERATION | NCRYPT_ASYMMETRIC_ENCRYPTION_OPERATION | \
                          NCRYPT_SECRET_AGREEMENT_OPERATION | NCRYPT_SIGNATURE_OPERATION | NCRYPT_RNG_OPERATION | \
                          NCRYPT_KEY_DERIVATION_OPERATION | NCRYPT_KEY_ENCAPSULATION_OPERATION)

SECURITY_STATUS WINAPI ksp_EnumAlgorithms(NCRYPT_PROV_HANDLE provider, DWORD operations, DWORD *count,
        NCryptAlgorithmName **list, DWORD flags)
{
    struct alg_info infos[MAX_ALGORITHMS];
    struct enum_algorithms_params params =
    {
        .provider = engine_object(provider),
        .infos = address(infos),
        .capacity = MAX_ALGORITHMS,
        .operations = operations,
    };
    SECURITY_STATUS status;

    if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
    if (operations & ~KNOWN_OPERATIONS) return NTE_INVALID_PARAMETER;   /* as BCrypt does, rows 2.19, 16.11 */
    if ((status = engine_call(unix_enum_algorithms, &params))) return status;
    if (!params.count) return NTE_NOT_SUPPORTED;                        /* row 2.17 */
    if (!(*list = make_list(infos, params.count))) return NTE_NO_MEMORY;
    *count = params.count;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS start_enumeration(NCRYPT_PROV_HANDLE provider, LPCWSTR scope, DWORD flags, void **state)
{
    struct key_enum_open_params params = {.provider = engine_object(provider), .flags = flags};
    struct object_params free_params;
    WCHAR *folded = NULL;
    SECURITY_STATUS status;

    if (scope && *scope && !(folded = fold_name(scope))) return NTE_NO_MEMORY;
    params.scope = address(folded);
    status = engine_call(unix_key_enum_open, &params);
    HeapFree(GetProcessHeap(), 0, folded);
    if (status) return status;
    if (!(*state = buffer_alloc(0)))
    {
        free_params.object = params.enumeration;
        engine_call(unix_object_free, &free_params);
        return NTE_NO_MEMORY;
    }
    buffer_of(*state)->enumeration = params.enumeration;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS next_key(void *state, NCryptKeyName **key_name)
{
    WCHAR name[MAX_STORED_NAME + 1], alg[32];
    struct key_enum_next_params params =
    {
        .enumeration = buffer_of(state)->enumeration,
        .name = address(name),
        .alg = address(alg),
        .name_size = sizeof(name),
        .alg_size = sizeof(alg),
    };
    NCryptKeyName *item;
    SECURITY_STATUS status;
    int length;

    if ((status = engine_call(unix_key_enum_next, &params))) return status;
    length = lstrlenW(name) + 1;
    if (!(item = buffer_alloc(sizeof(*item) + (length + lstrlenW(alg) + 1) * sizeof(WCHAR)))) return NTE_NO_MEMORY;
    item->pszName = (WCHAR *)(item + 1);
    item->pszAlgid = item->pszName + length;
    lstrcpyW(item->pszName, name);
    lstrcpyW(item->pszAlgid, alg);
    item->dwLegacyKeySpec = params.key_spec;
    item->dwFlags = params.flags;
    *key_name = item;
    return ERROR_SUCCESS;
}

SECURITY_STATUS WINAPI ksp_EnumKeys(NCRYPT_PROV_HANDLE provider, LPCWSTR scope, NCryptKeyName **key_name,
        PVOID *enum_state, DWORD flags)
{
    void *state = *enum_state;
    SECURITY_STATUS status;

    if (flags & ~(NCRYPT_MACHINE_KEY_FLAG | NCRYPT_SILENT_FLAG)) return NTE_BAD_FLAGS;
    if (!state && (status = start_enumeration(provider, scope, flags, &state))) return status;
    status = next_key(state, key_name);
    if (!*enum_state && status) ksp_FreeBuffer(state);      /* nothing was handed out: nothing to free (row 14.3) */
    else *enum_state = state;
    return status;
}
