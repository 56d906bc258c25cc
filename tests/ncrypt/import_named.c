/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptImportKey under a name, for the machine, and in two steps (rows 8.36 to 8.46). */
#include "ncrypt_test.h"
#include "vectors.h"

/* What the imports below have in common. */
struct import
{
    NCRYPT_PROV_HANDLE provider;
    const WCHAR *type, *name;
    BYTE blob[2048];
    DWORD size;
};

/* name_size: bytes told in the buffer; 0 for the name with its NUL. */
static SECURITY_STATUS import_named(struct import *import, NCRYPT_KEY_HANDLE *key, DWORD name_size, DWORD flags)
{
    NCryptBuffer buffer = { name_size, NCRYPTBUFFER_PKCS_KEY_NAME, (void *)import->name };
    NCryptBufferDesc list = { NCRYPTBUFFER_VERSION, 1, &buffer };

    if (!name_size) buffer.cbBuffer = (lstrlenW(import->name) + 1) * sizeof(WCHAR);
    *key = 0xdeadbeef;
    return NCryptImportKey(import->provider, 0, import->type, &list, key, import->blob, import->size, flags);
}

static void test_stored(struct import *import, const WCHAR *alg)
{
    NCRYPT_KEY_HANDLE key, again;
    BYTE exported[2048];
    DWORD size;

    remove_key(import->provider, import->name, 0);
    check_success(import_named(import, &key, 0, 0));                                    /* 8.38, E5 */
    check_text(key, NCRYPT_NAME_PROPERTY, import->name);
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);                                 /* 8.46 */
    check_status(NTE_INVALID_HANDLE, NCryptFinalizeKey(key, 0));
    check_success(NCryptFreeObject(key));

    check_success(NCryptOpenKey(import->provider, &key, import->name, 0, 0));
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, alg);
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);                                 /* 8.46 */
    check_status(NTE_NOT_SUPPORTED, export_blob(key, import->type, exported, sizeof(exported), &size));

    check_status(NTE_EXISTS, import_named(import, &again, 0, 0));                       /* 8.36 */
    ok(!again, "got a handle\n");                                                       /* 8.36 */
    check_status(NTE_EXISTS, import_named(import, &again, 0, NCRYPT_SILENT_FLAG));
    check_success(import_named(import, &again, 0, NCRYPT_OVERWRITE_KEY_FLAG));          /* 8.37, 8.38 */
    check_success(NCryptFreeObject(again));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(import->provider, &key, import->name, 0, 0));
    check_success(NCryptDeleteKey(key, 0));
    check_success(import_named(import, &key, 0, NCRYPT_OVERWRITE_KEY_FLAG | NCRYPT_SILENT_FLAG));
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_BAD_KEYSET, open_status(import->provider, import->name, 0));
}

/* 8.42: the size of the name with and without its NUL. */
static void test_name_size(struct import *import)
{
    WCHAR buffer[128], *end;
    const WCHAR *name = import->name;
    NCRYPT_KEY_HANDLE key;

    lstrcpyW(buffer, name);
    end = buffer + lstrlenW(buffer);
    lstrcpyW(end, L"more");
    import->name = buffer;
    check_success(import_named(import, &key, (end - buffer) * sizeof(WCHAR), 0));
    check_text(key, NCRYPT_NAME_PROPERTY, name);
    check_success(NCryptFreeObject(key));
    import->name = name;
    check_success(NCryptOpenKey(import->provider, &key, name, 0, 0));
    check_success(NCryptDeleteKey(key, 0));
}

/* 8.45; 3.21 */
static void test_machine(struct import *import)
{
    NCRYPT_KEY_HANDLE key;

    remove_key(import->provider, import->name, NCRYPT_MACHINE_KEY_FLAG);
    check_success(import_named(import, &key, 0, NCRYPT_MACHINE_KEY_FLAG));
    check_dword(key, NCRYPT_KEY_TYPE_PROPERTY, NCRYPT_MACHINE_KEY_FLAG);
    check_success(NCryptFreeObject(key));
    check_status(NTE_BAD_KEYSET, open_status(import->provider, import->name, 0));
    check_status(NTE_EXISTS, import_named(import, &key, 0, NCRYPT_MACHINE_KEY_FLAG));
    check_success(NCryptOpenKey(import->provider, &key, import->name, 0, NCRYPT_MACHINE_KEY_FLAG));
    check_success(NCryptDeleteKey(key, 0));
}

/* 8.43, E6 */
static void test_two_steps(struct import *import)
{
    NCRYPT_KEY_HANDLE key, other;
    BYTE exported[2048];
    DWORD size;

    check_success(import_named(import, &key, 0, NCRYPT_DO_NOT_FINALIZE_FLAG));
    check_status(NTE_BAD_KEYSET, open_status(import->provider, import->name, 0));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, 0));
    check_success(set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_SIGNING_FLAG, NCRYPT_PERSIST_FLAG));
    check_status(NTE_BAD_KEY_STATE, export_blob(key, import->type, exported, sizeof(exported), &size));
    check_success(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    check_status(NTE_INVALID_HANDLE, NCryptFinalizeKey(key, 0));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(import->provider, &key, import->name, 0, 0));
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3);
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_SIGNING_FLAG);
    check_success(export_blob(key, import->type, exported, sizeof(exported), &size));
    ok(size == import->size && !memcmp(exported, import->blob, size), "another key\n");

    check_status(NTE_EXISTS, import_named(import, &other, 0, NCRYPT_DO_NOT_FINALIZE_FLAG));
    check_success(NCryptDeleteKey(key, 0));

    check_success(import_named(import, &key, 0, NCRYPT_DO_NOT_FINALIZE_FLAG));      /* left unfinished */
    check_success(NCryptFreeObject(key));
    check_status(NTE_BAD_KEYSET, open_status(import->provider, import->name, 0));

    /* without a name */
    check_success(NCryptImportKey(import->provider, 0, import->type, NULL, &key, import->blob, import->size,
                                  NCRYPT_DO_NOT_FINALIZE_FLAG));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(export_blob(key, import->type, exported, sizeof(exported), &size));
    check_success(NCryptFreeObject(key));
}

/* 8.41 */
static void test_unnamed(struct import *import)
{
    NCRYPT_KEY_HANDLE key;
    DWORD size;

    check_success(import_blob(import->provider, import->type, import->blob, import->size, &key));
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, NCRYPT_NAME_PROPERTY, NULL, 0, &size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, NCRYPT_UNIQUE_NAME_PROPERTY, NULL, 0, &size, 0));
    check_success(NCryptFreeObject(key));
}

static void test_public(struct import *import)
{
    NCRYPT_KEY_HANDLE key;

    import->type = BCRYPT_RSAPUBLIC_BLOB;
    import->size = make_rsa_blob(import->blob, BCRYPT_RSAPUBLIC_MAGIC, rsa_1024);
    /* 8.44: open question: which status; documented as not possible */
    check_failure(NCryptImportKey(import->provider, 0, import->type, NULL, &key, import->blob, import->size,
                                  NCRYPT_DO_NOT_FINALIZE_FLAG));
    /* F12: open question: whether the import is refused; documented: public keys are not stored */
    if (!import_named(import, &key, 0, 0)) check_success(NCryptFreeObject(key));
    check_status(NTE_BAD_KEYSET, open_status(import->provider, import->name, 0));
}

START_TEST(import_named)
{
    struct import import;
    WCHAR buffer[128];

    import.provider = open_provider();
    import.name = key_name(buffer, L"import");

    import.type = BCRYPT_RSAPRIVATE_BLOB;
    import.size = make_rsa_blob(import.blob, BCRYPT_RSAPRIVATE_MAGIC, rsa_1024);
    test_stored(&import, L"RSA");
    test_unnamed(&import);
    test_two_steps(&import);

    import.type = BCRYPT_RSAFULLPRIVATE_BLOB;
    import.size = make_rsa_blob(import.blob, BCRYPT_RSAFULLPRIVATE_MAGIC, rsa_1024);
    test_stored(&import, L"RSA");
    test_two_steps(&import);

    import.type = BCRYPT_ECCPRIVATE_BLOB;
    import.size = ec_blob(import.blob, BCRYPT_ECDSA_PRIVATE_P256_MAGIC, ec_p256.x, ec_p256.y, ec_p256.d);
    test_stored(&import, L"ECDSA_P256");
    test_name_size(&import);
    test_machine(&import);
    test_unnamed(&import);
    test_two_steps(&import);
    import.size = ec_blob(import.blob, BCRYPT_ECDH_PRIVATE_P521_MAGIC, ec_p521.x, ec_p521.y, ec_p521.d);
    test_stored(&import, L"ECDH_P521");

    test_public(&import);
    check_success(NCryptFreeObject(import.provider));
}
