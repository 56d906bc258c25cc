/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A small key storage provider: ECDSA P-256 through bcrypt.dll, keys in memory. It needs nothing but the headers
 * for providers, and works on Windows as well. */
#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include <ncrypt_provider.h>

#include "sampleksp.h"

#define NAME_MAX_CHARS  64
#define VALUE_MAX       256
#define SIGNATURE_SIZE  64
#define ITEM_MAGIC      0x53414d50

struct provider
{
    WCHAR opened_as[NAME_MAX_CHARS];
};

/* A key lives while it has handles or is stored. */
struct key
{
    struct key *next;               /* among those that are stored */
    unsigned int refs;
    BOOL finalized;
    WCHAR name[NAME_MAX_CHARS];     /* "" has none and is never stored */
    BCRYPT_KEY_HANDLE pair;
    WCHAR property[NAME_MAX_CHARS]; /* the last one that was set */
    BYTE value[VALUE_MAX];
    DWORD value_size, value_flags;
};

struct item                         /* stands before what FreeBuffer gets */
{
    DWORD magic, index;
    BYTE data[];
};

static SRWLOCK lock = SRWLOCK_INIT;
static struct key *stored;
static HANDLE watcher;
static volatile LONG buffers, handles;

static void *item_new(SIZE_T size)
{
    struct item *item = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*item) + size);

    if (!item) return NULL;
    item->magic = ITEM_MAGIC;
    InterlockedIncrement(&buffers);
    return item->data;
}

static SECURITY_STATUS WINAPI free_buffer(PVOID data)
{
    struct item *item = CONTAINING_RECORD(data, struct item, data);

    if (item->magic != ITEM_MAGIC) return NTE_INVALID_PARAMETER;
    item->magic = 0;
    HeapFree(GetProcessHeap(), 0, item);
    InterlockedDecrement(&buffers);
    return ERROR_SUCCESS;
}

static SECURITY_STATUS from_nt(NTSTATUS status)
{
    switch ((DWORD)status)
    {
    case 0: return ERROR_SUCCESS;
    case 0xc0000017: return NTE_NO_MEMORY;
    case 0xc0000023: return NTE_BUFFER_TOO_SMALL;
    case 0xc00000bb: return NTE_NOT_SUPPORTED;
    case 0xc000a000: return NTE_BAD_SIGNATURE;
    }
    return NTE_INVALID_PARAMETER;
}

static SECURITY_STATUS WINAPI open_provider(NCRYPT_PROV_HANDLE *handle, LPCWSTR name, DWORD flags)
{
    struct provider *provider;

    if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
    if (!(provider = HeapAlloc(GetProcessHeap(), 0, sizeof(*provider)))) return NTE_NO_MEMORY;
    lstrcpynW(provider->opened_as, name, NAME_MAX_CHARS);
    InterlockedIncrement(&handles);
    *handle = (ULONG_PTR)provider;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI free_provider(NCRYPT_PROV_HANDLE provider)
{
    HeapFree(GetProcessHeap(), 0, (void *)provider);
    InterlockedDecrement(&handles);
    return ERROR_SUCCESS;
}

static struct key **find_stored(const WCHAR *name)
{
    struct key **link = &stored;

    while (*link && lstrcmpW((*link)->name, name)) link = &(*link)->next;
    return link;
}

static struct key *key_new(const WCHAR *name)
{
    struct key *key = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*key));

    if (!key) return NULL;
    key->refs = 1;
    lstrcpynW(key->name, name, NAME_MAX_CHARS);
    InterlockedIncrement(&handles);
    return key;
}

static void key_release(struct key *key)
{
    if (--key->refs) return;
    if (key->pair) BCryptDestroyKey(key->pair);
    HeapFree(GetProcessHeap(), 0, key);
}

static SECURITY_STATUS WINAPI free_key(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE handle)
{
    (void)provider;
    AcquireSRWLockExclusive(&lock);
    key_release((struct key *)handle);
    ReleaseSRWLockExclusive(&lock);
    InterlockedDecrement(&handles);
    return ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI open_key(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *handle, LPCWSTR name,
        DWORD key_spec, DWORD flags)
{
    struct key *key;

    (void)provider, (void)key_spec;
    if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
    AcquireSRWLockExclusive(&lock);
    if ((key = *find_stored(name))) key->refs++;
    ReleaseSRWLockExclusive(&lock);
    if (!key) return NTE_BAD_KEYSET;
    InterlockedIncrement(&handles);
    *handle = (ULONG_PTR)key;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI is_alg_supported(NCRYPT_PROV_HANDLE provider, LPCWSTR alg, DWORD flags)
{
    (void)provider, (void)flags;
    return lstrcmpW(alg, BCRYPT_ECDSA_P256_ALGORITHM) ? NTE_NOT_SUPPORTED : ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI create_key(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *handle, LPCWSTR alg,
        LPCWSTR name, DWORD key_spec, DWORD flags)
{
    struct key *key;

    (void)key_spec;
    if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
    if (!alg || is_alg_supported(provider, alg, 0)) return NTE_NOT_SUPPORTED;
    if (name && lstrlenW(name) >= NAME_MAX_CHARS) return NTE_INVALID_PARAMETER;
    if (!(key = key_new(name ? name : L""))) return NTE_NO_MEMORY;
    *handle = (ULONG_PTR)key;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS open_algorithm(BCRYPT_ALG_HANDLE *alg)
{
    return from_nt(BCryptOpenAlgorithmProvider(alg, BCRYPT_ECDSA_P256_ALGORITHM, NULL, 0));
}

static SECURITY_STATUS make_pair(struct key *key)
{
    BCRYPT_ALG_HANDLE alg;
    SECURITY_STATUS status;

    if ((status = open_algorithm(&alg))) return status;
    status = from_nt(BCryptGenerateKeyPair(alg, &key->pair, 256, 0));
    if (!status) status = from_nt(BCryptFinalizeKeyPair(key->pair, 0));
    BCryptCloseAlgorithmProvider(alg, 0);
    return status;
}

static SECURITY_STATUS finalize(struct key *key)
{
    SECURITY_STATUS status;

    if (key->finalized) return NTE_BAD_KEY_STATE;
    if (*key->name && *find_stored(key->name)) return NTE_EXISTS;
    if ((status = make_pair(key))) return status;
    key->finalized = TRUE;
    if (!*key->name) return ERROR_SUCCESS;
    key->refs++;
    key->next = stored;
    stored = key;
    if (watcher) SetEvent(watcher);
    return ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI finalize_key(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, DWORD flags)
{
    SECURITY_STATUS status;

    (void)provider;
    if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
    AcquireSRWLockExclusive(&lock);
    status = finalize((struct key *)key);
    ReleaseSRWLockExclusive(&lock);
    return status;
}

static SECURITY_STATUS WINAPI delete_key(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE handle, DWORD flags)
{
    struct key *key = (struct key *)handle, **link;

    (void)provider;
    if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
    AcquireSRWLockExclusive(&lock);
    link = find_stored(key->name);
    if (*key->name && *link == key)
    {
        *link = key->next;
        key->refs--;
        if (watcher) SetEvent(watcher);
    }
    key_release(key);
    ReleaseSRWLockExclusive(&lock);
    InterlockedDecrement(&handles);
    return ERROR_SUCCESS;
}

static SECURITY_STATUS give(const void *value, DWORD size, BYTE *output, DWORD capacity, DWORD *result)
{
    *result = size;
    if (!output) return ERROR_SUCCESS;
    if (capacity < size) return NTE_BUFFER_TOO_SMALL;
    CopyMemory(output, value, size);
    return ERROR_SUCCESS;
}

static SECURITY_STATUS give_text(const WCHAR *text, BYTE *output, DWORD capacity, DWORD *result)
{
    return give(text, (lstrlenW(text) + 1) * sizeof(*text), output, capacity, result);
}

static SECURITY_STATUS give_dword(DWORD value, BYTE *output, DWORD capacity, DWORD *result)
{
    return give(&value, sizeof(value), output, capacity, result);
}

static SECURITY_STATUS WINAPI get_provider_property(NCRYPT_PROV_HANDLE handle, LPCWSTR name, PBYTE output,
        DWORD size, DWORD *result, DWORD flags)
{
    struct provider *provider = (struct provider *)handle;

    (void)flags;
    if (!lstrcmpW(name, NCRYPT_NAME_PROPERTY)) return give_text(SAMPLE_PROVIDER, output, size, result);
    if (!lstrcmpW(name, SAMPLE_OPENED_AS)) return give_text(provider->opened_as, output, size, result);
    if (!lstrcmpW(name, SAMPLE_BUFFERS)) return give_dword(buffers, output, size, result);
    if (!lstrcmpW(name, SAMPLE_HANDLES)) return give_dword(handles, output, size, result);
    return NTE_NOT_SUPPORTED;
}

static SECURITY_STATUS WINAPI get_key_property(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE handle,
        LPCWSTR name, PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
    struct key *key = (struct key *)handle;

    (void)provider, (void)flags;
    if (!lstrcmpW(name, NCRYPT_NAME_PROPERTY)) return give_text(key->name, output, size, result);
    if (!lstrcmpW(name, NCRYPT_ALGORITHM_PROPERTY))
        return give_text(BCRYPT_ECDSA_P256_ALGORITHM, output, size, result);
    if (!lstrcmpW(name, NCRYPT_LENGTH_PROPERTY)) return give_dword(256, output, size, result);
    if (!lstrcmpW(name, SAMPLE_LAST_FLAGS)) return give_dword(key->value_flags, output, size, result);
    if (!lstrcmpW(name, key->property)) return give(key->value, key->value_size, output, size, result);
    return NTE_NOT_SUPPORTED;
}

static SECURITY_STATUS WINAPI set_key_property(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE handle,
        LPCWSTR name, PBYTE input, DWORD size, DWORD flags)
{
    struct key *key = (struct key *)handle;

    (void)provider;
    if (!input || size > VALUE_MAX) return NTE_INVALID_PARAMETER;
    lstrcpynW(key->property, name, NAME_MAX_CHARS);
    CopyMemory(key->value, input, size);
    key->value_size = size;
    key->value_flags = flags;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI enum_algorithms(NCRYPT_PROV_HANDLE provider, DWORD operations, DWORD *count,
        NCryptAlgorithmName **list, DWORD flags)
{
    static const WCHAR name[] = BCRYPT_ECDSA_P256_ALGORITHM;

    (void)provider, (void)flags;
    if (operations && !(operations & NCRYPT_SIGNATURE_OPERATION)) return NTE_NOT_SUPPORTED;
    if (!(*list = item_new(sizeof(**list) + sizeof(name)))) return NTE_NO_MEMORY;
    (*list)->pszName = lstrcpyW((WCHAR *)(*list + 1), name);
    (*list)->dwClass = NCRYPT_SIGNATURE_INTERFACE;
    (*list)->dwAlgOperations = NCRYPT_SIGNATURE_OPERATION;
    *count = 1;
    return ERROR_SUCCESS;
}

static NCryptKeyName *key_info(DWORD index)
{
    static const WCHAR alg[] = BCRYPT_ECDSA_P256_ALGORITHM;
    struct key *key = stored;
    NCryptKeyName *info;

    while (key && index--) key = key->next;
    if (!key || !(info = item_new(sizeof(*info) + sizeof(alg) + sizeof(key->name)))) return NULL;
    info->pszAlgid = lstrcpyW((WCHAR *)(info + 1), alg);
    info->pszName = lstrcpyW(info->pszAlgid + ARRAYSIZE(alg), key->name);
    return info;
}

/* The state is an item whose index says how far the enumeration is. */
static SECURITY_STATUS WINAPI enum_keys(NCRYPT_PROV_HANDLE provider, LPCWSTR scope, NCryptKeyName **name,
        PVOID *state, DWORD flags)
{
    (void)provider;
    if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
    if (scope) return NTE_INVALID_PARAMETER;
    if (!*state && !(*state = item_new(0))) return NTE_NO_MEMORY;
    AcquireSRWLockShared(&lock);
    *name = key_info(CONTAINING_RECORD(*state, struct item, data)->index++);
    ReleaseSRWLockShared(&lock);
    return *name ? ERROR_SUCCESS : NTE_NO_MORE_ITEMS;
}

static SECURITY_STATUS WINAPI import_key(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE import_key_handle,
        LPCWSTR type, NCryptBufferDesc *params, NCRYPT_KEY_HANDLE *handle, PBYTE data, DWORD size, DWORD flags)
{
    BCRYPT_ALG_HANDLE alg;
    SECURITY_STATUS status;
    struct key *key;

    (void)provider, (void)params;
    if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
    if (import_key_handle || lstrcmpW(type, BCRYPT_ECCPUBLIC_BLOB)) return NTE_NOT_SUPPORTED;
    if ((status = open_algorithm(&alg))) return status;
    if ((key = key_new(L"")))
    {
        status = from_nt(BCryptImportKeyPair(alg, NULL, type, &key->pair, data, size, 0));
        key->finalized = TRUE;
        if (status) free_key(provider, (ULONG_PTR)key);
        else *handle = (ULONG_PTR)key;
    }
    else status = NTE_NO_MEMORY;
    BCryptCloseAlgorithmProvider(alg, 0);
    return status;
}

static SECURITY_STATUS WINAPI export_key(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE handle,
        NCRYPT_KEY_HANDLE export_key_handle, LPCWSTR type, NCryptBufferDesc *params, PBYTE output, DWORD size,
        DWORD *result, DWORD flags)
{
    struct key *key = (struct key *)handle;

    (void)provider, (void)params, (void)flags;
    if (!key->finalized) return NTE_BAD_KEY_STATE;
    if (export_key_handle || lstrcmpW(type, BCRYPT_ECCPUBLIC_BLOB)) return NTE_NOT_SUPPORTED;
    return from_nt(BCryptExportKey(key->pair, NULL, type, output, size, result, 0));
}

static SECURITY_STATUS WINAPI sign_hash(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE handle, VOID *padding,
        PBYTE hash, DWORD hash_size, PBYTE signature, DWORD size, DWORD *result, DWORD flags)
{
    struct key *key = (struct key *)handle;

    (void)provider;
    if (padding || flags & ~NCRYPT_SILENT_FLAG) return NTE_INVALID_PARAMETER;
    if (!key->finalized) return NTE_BAD_KEY_STATE;
    *result = SIGNATURE_SIZE;
    if (!signature) return ERROR_SUCCESS;       /* bcrypt.dll of Wine 8.0 answers with half of it */
    if (!hash) return NTE_INVALID_PARAMETER;
    return from_nt(BCryptSignHash(key->pair, NULL, hash, hash_size, signature, size, result, 0));
}

static SECURITY_STATUS WINAPI verify_signature(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE handle,
        VOID *padding, PBYTE hash, DWORD hash_size, PBYTE signature, DWORD size, DWORD flags)
{
    struct key *key = (struct key *)handle;

    (void)provider;
    if (padding || flags & ~NCRYPT_SILENT_FLAG) return NTE_INVALID_PARAMETER;
    if (!key->finalized) return NTE_BAD_KEY_STATE;
    return from_nt(BCryptVerifySignature(key->pair, NULL, hash, hash_size, signature, size, 0));
}

/* One watcher at a time is enough for a sample. */
static SECURITY_STATUS WINAPI notify_change(NCRYPT_PROV_HANDLE provider, HANDLE *event, DWORD flags)
{
    SECURITY_STATUS status = ERROR_SUCCESS;

    (void)provider;
    AcquireSRWLockExclusive(&lock);
    if (flags == NCRYPT_REGISTER_NOTIFY_FLAG && !watcher)
    {
        if (!(watcher = *event = CreateEventW(NULL, FALSE, FALSE, NULL))) status = NTE_NO_MEMORY;
    }
    else if (flags == NCRYPT_UNREGISTER_NOTIFY_FLAG && watcher && *event == watcher)
    {
        CloseHandle(watcher);
        watcher = NULL;
        *event = INVALID_HANDLE_VALUE;
    }
    else status = NTE_INVALID_PARAMETER;
    ReleaseSRWLockExclusive(&lock);
    return status;
}

static NCRYPT_KEY_STORAGE_FUNCTION_TABLE table =
{
    .Version = NCRYPT_KEY_STORAGE_INTERFACE_VERSION,
    .OpenProvider = open_provider,
    .OpenKey = open_key,
    .CreatePersistedKey = create_key,
    .GetProviderProperty = get_provider_property,
    .GetKeyProperty = get_key_property,
    .SetKeyProperty = set_key_property,
    .FinalizeKey = finalize_key,
    .DeleteKey = delete_key,
    .FreeProvider = free_provider,
    .FreeKey = free_key,
    .FreeBuffer = free_buffer,
    .IsAlgSupported = is_alg_supported,
    .EnumAlgorithms = enum_algorithms,
    .EnumKeys = enum_keys,
    .ImportKey = import_key,
    .ExportKey = export_key,
    .SignHash = sign_hash,
    .VerifySignature = verify_signature,
    .NotifyChangeKey = notify_change,
};

NTSTATUS WINAPI GetKeyStorageInterface(LPCWSTR name, NCRYPT_KEY_STORAGE_FUNCTION_TABLE **result, DWORD flags)
{
    (void)name, (void)flags;
    *result = &table;
    return 0;
}
