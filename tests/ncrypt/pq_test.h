/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys with a parameter set, for the topics mldsa and mlkem. Numbers like A.47 are rows of the project's list of what
 * Windows 11 and .NET 10 do with such keys. */
#ifndef PQ_TEST_H
#define PQ_TEST_H

#include "ncrypt_test.h"

#ifndef NCRYPT_PARAMETER_SET_NAME_PROPERTY
#define NCRYPT_PARAMETER_SET_NAME_PROPERTY L"ParameterSetName"
#endif

#define EXPORTABLE (NCRYPT_ALLOW_EXPORT_FLAG | NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG)
#define BLOB_ROOM 8192

struct pq_blob_header { DWORD magic, name_size, key_size; };

/* A.47: the calls of MLDsaCng and MLKemCng, in their order. */
static inline NCRYPT_KEY_HANDLE make_pq_key(NCRYPT_PROV_HANDLE provider, const WCHAR *alg, const WCHAR *set,
                                            const WCHAR *name, DWORD policy)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, alg, name, 0, name ? NCRYPT_OVERWRITE_KEY_FLAG : 0));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, policy, NCRYPT_PERSIST_FLAG));
    check_success(set_text(key, NCRYPT_PARAMETER_SET_NAME_PROPERTY, set, 0));
    check_success(NCryptFinalizeKey(key, 0));
    return key;
}

/* A.52: asks for the size, then for the blob, and looks at its header. blob: BLOB_ROOM. Returns its size. */
static inline DWORD export_pq_blob(NCRYPT_KEY_HANDLE key, const WCHAR *type, DWORD magic, const WCHAR *set,
                                   DWORD key_size, BYTE *blob)
{
    const struct pq_blob_header *header = (const struct pq_blob_header *)blob;
    const DWORD name_size = (lstrlenW(set) + 1) * sizeof(WCHAR), total = sizeof(*header) + name_size + key_size;
    DWORD size;

    check_success(export_blob(key, type, NULL, 0, &size));
    ok(size == total, "%s: got %lu bytes, expected %lu\n", wine_dbgstr_w(type), size, total);
    check_success(export_blob(key, type, blob, size, &size));
    ok(header->magic == magic, "%s: magic %#lx\n", wine_dbgstr_w(type), header->magic);
    ok(header->name_size == name_size, "%s: name of %lu bytes\n", wine_dbgstr_w(type), header->name_size);
    ok(header->key_size == key_size, "%s: key of %lu bytes\n", wine_dbgstr_w(type), header->key_size);
    ok(!memcmp(header + 1, set, name_size), "%s: wrong name\n", wine_dbgstr_w(type));
    return size;
}

/* A.48: a blob is set on a key that is being created; here for one with a name. */
static inline NCRYPT_KEY_HANDLE create_from_blob(NCRYPT_PROV_HANDLE provider, const WCHAR *alg, const WCHAR *name,
                                                 const WCHAR *type, BYTE *blob, DWORD size)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, alg, name, 0, NCRYPT_OVERWRITE_KEY_FLAG));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, EXPORTABLE, NCRYPT_PERSIST_FLAG));
    check_success(NCryptSetProperty(key, type, blob, size, 0));
    check_success(NCryptFinalizeKey(key, 0));
    return key;
}

/* A.53: the private types of a key with that policy fail as .NET expects. */
static inline void check_closed(NCRYPT_KEY_HANDLE key, const WCHAR *const types[3])
{
    DWORD size, i;

    for (i = 0; i < 3; i++) check_status(NTE_NOT_SUPPORTED, export_blob(key, types[i], NULL, 0, &size));
}

#define PBE_3DES "1.2.840.113549.1.12.1.3"

/* A.54: what .NET does with a key that may be exported under a password only. data: BLOB_ROOM. Returns the size. */
static inline DWORD export_encrypted(NCRYPT_KEY_HANDLE key, BYTE *data)
{
    struct { DWORD iterations, salt_size; BYTE salt[8]; } params = { 1, 8, { 1, 2, 3, 4, 5, 6, 7, 8 } };
    WCHAR password[] = L"DotnetExportPhrase";
    char oid[] = PBE_3DES;
    NCryptBuffer buffers[] =
    {
        { sizeof(password), NCRYPTBUFFER_PKCS_SECRET, password },
        { sizeof(oid), NCRYPTBUFFER_PKCS_ALG_OID, oid },
        { sizeof(params), NCRYPTBUFFER_PKCS_ALG_PARAM, &params },
    };
    NCryptBufferDesc desc = { NCRYPTBUFFER_VERSION, ARRAY_SIZE(buffers), buffers };
    DWORD size = 0;

    check_success(NCryptExportKey(key, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, &desc, data, BLOB_ROOM, &size, 0));
    return size;
}

static inline NCRYPT_KEY_HANDLE import_encrypted(NCRYPT_PROV_HANDLE provider, BYTE *data, DWORD size)
{
    WCHAR password[] = L"DotnetExportPhrase";
    NCryptBuffer buffer = { sizeof(password), NCRYPTBUFFER_PKCS_SECRET, password };
    NCryptBufferDesc desc = { NCRYPTBUFFER_VERSION, 1, &buffer };
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptImportKey(provider, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, &desc, &key, data, size, 0));
    return key;
}

#endif
