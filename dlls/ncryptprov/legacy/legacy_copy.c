/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG: an RSA key in one of our files and in a CAPI container of the same name.
 *
 * The container comes first, because what was in it can be put back; a key file that was overwritten cannot. A
 * property of the file records that a container must be deleted with it. */
#include "ksp.h"
#include "legacy/legacy.h"

#define COPY_PROPERTY L"Legacy Copy"    /* DWORD: its key spec; 0: none. Found with NCRYPT_PERSIST_ONLY_FLAG alone */

struct copy
{
    WCHAR name[MAX_NAME_LENGTH + 1];    /* "": of no key that is stored */
    struct container container;
    struct pair pair;
    BOOL replaces;                      /* the container was there before, with these: */
    struct pair old[2];
};

static void copy_free(struct copy *copy)
{
    pair_free(&copy->pair);
    pair_free(&copy->old[0]);
    pair_free(&copy->old[1]);
}

static SECURITY_STATUS get_dword(UINT64 key, const WCHAR *name, DWORD *value, DWORD flags)
{
    DWORD size;

    return get_property(key, name, (BYTE *)value, sizeof(*value), &size, flags);
}

static SECURITY_STATUS set_marker(UINT64 key, DWORD value)
{
    return set_property(key, COPY_PROPERTY, (BYTE *)&value, sizeof(value),
                        NCRYPT_PERSIST_FLAG | NCRYPT_PERSIST_ONLY_FLAG);
}

/* Where the copy of a key is or would be. */
static SECURITY_STATUS locate(UINT64 key, struct copy *copy)
{
    SECURITY_STATUS status;
    DWORD type, size;

    status = get_property(key, NCRYPT_NAME_PROPERTY, (BYTE *)copy->name, sizeof(copy->name), &size, 0);
    if (status == NTE_NOT_SUPPORTED) return ERROR_SUCCESS;
    if (status || (status = get_dword(key, NCRYPT_KEY_TYPE_PROPERTY, &type, 0))) return status;
    copy->container.name = copy->name;
    copy->container.machine = !!type;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS export_blob(UINT64 key, const WCHAR *type, DWORD flags, struct pair *pair)
{
    struct key_export_params export = {.key = key, .blob_type = address(type), .flags = flags};
    SECURITY_STATUS status;

    if ((status = engine_call(unix_key_export, &export))) return status;
    if (!(pair->blob = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, export.result))) return NTE_NO_MEMORY;
    pair->size = export.output_size = export.result;
    export.output = address(pair->blob);
    return engine_call(unix_key_export, &export);
}

/* A container cannot ask for consent, and a key that was to be protected is not stored unprotected. */
static SECURITY_STATUS check_policy(UINT64 key)
{
    NCRYPT_UI_POLICY_BLOB *policy;
    SECURITY_STATUS status;
    DWORD size;

    if (get_property(key, NCRYPT_UI_POLICY_PROPERTY, NULL, 0, &size, 0) || size < sizeof(*policy))
        return ERROR_SUCCESS;
    if (!(policy = HeapAlloc(GetProcessHeap(), 0, size))) return NTE_NO_MEMORY;
    status = get_property(key, NCRYPT_UI_POLICY_PROPERTY, (BYTE *)policy, size, &size, 0);
    if (!status && policy->dwFlags) status = NTE_NOT_SUPPORTED;
    HeapFree(GetProcessHeap(), 0, policy);
    return status;
}

/* No key spec is that of key exchange (row 3.22). What may leave the key file only under encryption may not leave
 * the container, where CAPI would give it out in clear. */
static SECURITY_STATUS take_pair(NCRYPT_KEY_HANDLE handle, struct copy *copy)
{
    UINT64 key = engine_object(handle);
    BLOBHEADER *header;
    SECURITY_STATUS status;
    DWORD policy;

    if ((status = get_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, &policy, 0))) return status;
    if ((status = export_blob(key, LEGACY_RSAPRIVATE_BLOB, UNIX_EXPORT_UNFINISHED, &copy->pair))) return status;
    header = (BLOBHEADER *)copy->pair.blob;
    copy->pair.exportable = !!(policy & NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG);
    copy->pair.key_spec = ksp_object(handle)->key_spec == AT_SIGNATURE ? AT_SIGNATURE : AT_KEYEXCHANGE;
    header->aiKeyAlg = copy->pair.key_spec == AT_SIGNATURE ? CALG_RSA_SIGN : CALG_RSA_KEYX;
    return ERROR_SUCCESS;
}

/* The pairs that are in the container now; none of them is an error. */
static SECURITY_STATUS keep_old(struct copy *copy)
{
    SECURITY_STATUS status;

    status = container_read(&copy->container, AT_KEYEXCHANGE, &copy->old[0]);
    if (status && status != NTE_BAD_KEYSET) return status;
    status = container_read(&copy->container, AT_SIGNATURE, &copy->old[1]);
    return status == NTE_BAD_KEYSET ? ERROR_SUCCESS : status;
}

/* To write into a container that was there: only with NCRYPT_OVERWRITE_KEY_FLAG. */
static SECURITY_STATUS open_for_copy(struct copy *copy, DWORD flags, HCRYPTPROV *context)
{
    SECURITY_STATUS status = container_open(&copy->container, CRYPT_NEWKEYSET, context);

    if (status == NTE_BAD_KEYSET) return NTE_INVALID_PARAMETER;        /* no container can be called that */
    if (status != NTE_EXISTS || !(flags & NCRYPT_OVERWRITE_KEY_FLAG)) return status;
    if ((status = keep_old(copy))) return status;
    copy->replaces = TRUE;
    return container_open(&copy->container, 0, context);
}

/* rsaenh.dll says nothing when it cannot store a container, as under a name of more than 235 characters. */
static SECURITY_STATUS check_written(const struct copy *copy)
{
    SECURITY_STATUS status;
    struct pair written;

    status = container_read(&copy->container, copy->pair.key_spec, &written);
    if (!status && !is_same_key(written.blob, written.size, copy->pair.blob, copy->pair.size)) status = NTE_FAIL;
    pair_free(&written);
    return status == NTE_BAD_KEYSET ? NTE_INVALID_PARAMETER : status;
}

/* Puts back what was there, as far as that can be done. */
static void undo(const struct copy *copy)
{
    HCRYPTPROV context;
    unsigned int i;

    container_open(&copy->container, CRYPT_DELETEKEYSET, &context);
    if (!copy->replaces || container_open(&copy->container, CRYPT_NEWKEYSET, &context)) return;
    for (i = 0; i < ARRAYSIZE(copy->old); i++) if (copy->old[i].blob) container_write(context, &copy->old[i]);
    CryptReleaseContext(context, 0);
}

static SECURITY_STATUS write_copy(struct copy *copy, DWORD flags)
{
    HCRYPTPROV context;
    SECURITY_STATUS status;

    if ((status = open_for_copy(copy, flags, &context))) return status;
    status = container_write(context, &copy->pair);
    CryptReleaseContext(context, 0);
    if (!status) status = check_written(copy);
    if (status) undo(copy);
    return status;
}

static SECURITY_STATUS finalize(UINT64 key, DWORD flags)
{
    struct key_finalize_params params = {.key = key, .flags = flags};

    return engine_call(unix_key_finalize, &params);
}

static SECURITY_STATUS finalize_both(NCRYPT_KEY_HANDLE key, struct copy *copy, DWORD flags)
{
    SECURITY_STATUS status;

    if ((status = check_policy(engine_object(key)))) return status;
    if ((status = take_pair(key, copy))) return status;
    if ((status = write_copy(copy, ksp_object(key)->flags))) return status;
    status = set_marker(engine_object(key), copy->pair.key_spec);
    if (!status) status = finalize(engine_object(key), flags);
    if (!status) return ERROR_SUCCESS;
    undo(copy);
    set_marker(engine_object(key), 0);
    return status;
}

#define FINALIZE_FLAGS (NCRYPT_NO_KEY_VALIDATION | NCRYPT_SILENT_FLAG | NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG)

SECURITY_STATUS finalize_with_copy(NCRYPT_KEY_HANDLE key, DWORD flags)
{
    struct copy copy = {0};
    SECURITY_STATUS status;
    WCHAR group[16];
    DWORD size;

    if (flags & ~FINALIZE_FLAGS) return NTE_BAD_FLAGS;
    flags &= ~NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG;
    status = get_property(engine_object(key), NCRYPT_ALGORITHM_GROUP_PROPERTY, (BYTE *)group, sizeof(group), &size, 0);
    if (!status && lstrcmpW(group, BCRYPT_RSA_ALGORITHM)) status = NTE_NOT_SUPPORTED;
    if (!status) status = locate(engine_object(key), &copy);
    if (!status && *copy.name) status = finalize_both(key, &copy, flags);
    else if (!status) status = finalize(engine_object(key), flags);
    copy_free(&copy);
    return status;
}

SECURITY_STATUS delete_copy(NCRYPT_KEY_HANDLE key)
{
    struct copy copy = {0};
    DWORD key_spec = 0;
    SECURITY_STATUS status;

    if (get_dword(engine_object(key), COPY_PROPERTY, &key_spec, NCRYPT_PERSIST_ONLY_FLAG) || !key_spec)
        return ERROR_SUCCESS;
    if ((status = locate(engine_object(key), &copy)) || !*copy.name) return status;
    status = export_blob(engine_object(key), LEGACY_RSAPUBLIC_BLOB, 0, &copy.pair);
    if (!status) status = container_delete(&copy.container, key_spec, copy.pair.blob, copy.pair.size);
    copy_free(&copy);
    return status == NTE_BAD_KEYSET ? ERROR_SUCCESS : status;
}
