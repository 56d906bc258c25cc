/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PKCS8_PRIVATEKEY through NCryptImportKey and NCryptExportKey (rows 8.31 to 8.37, 8.41 to 8.47, 9.7 to 9.10), and
 * the programs that use it (B.1, B.12, B.14). */
#include "ncrypt_test.h"
#include "vectors.h"
#include "pkcs8_vectors.h"
#include "pkcs8_old_vectors.h"

#define PBE_3DES "1.2.840.113549.1.12.1.3"
#define PBES2 "1.2.840.113549.1.5.13"

/* What stands in a parameter list; NULL: that buffer is not there. */
struct list
{
    const WCHAR *name, *secret;
    const char *oid;
    const BYTE *param;
    DWORD param_size;
};

static void add(NCryptBufferDesc *desc, ULONG type, const void *data, ULONG size)
{
    NCryptBuffer *buffer = &desc->pBuffers[desc->cBuffers++];

    buffer->cbBuffer = size;
    buffer->BufferType = type;
    buffer->pvBuffer = (void *)data;
}

static ULONG text_size(const WCHAR *text)
{
    return (lstrlenW(text) + 1) * sizeof(WCHAR);
}

static void fill(NCryptBufferDesc *desc, NCryptBuffer *buffers, const struct list *list)
{
    desc->ulVersion = NCRYPTBUFFER_VERSION;
    desc->cBuffers = 0;
    desc->pBuffers = buffers;
    if (list->name) add(desc, NCRYPTBUFFER_PKCS_KEY_NAME, list->name, text_size(list->name));
    if (list->secret) add(desc, NCRYPTBUFFER_PKCS_SECRET, list->secret, text_size(list->secret));
    if (list->oid) add(desc, NCRYPTBUFFER_PKCS_ALG_OID, list->oid, strlen(list->oid) + 1);
    if (list->param) add(desc, NCRYPTBUFFER_PKCS_ALG_PARAM, list->param, list->param_size);
}

static SECURITY_STATUS import_list(NCRYPT_PROV_HANDLE provider, const struct list *list, const void *data,
                                   DWORD size, DWORD flags, NCRYPT_KEY_HANDLE *key)
{
    NCryptBuffer buffers[4];
    NCryptBufferDesc desc;

    fill(&desc, buffers, list);
    *key = 0xdeadbeef;
    return NCryptImportKey(provider, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, &desc, key, (BYTE *)data, size, flags);
}

static SECURITY_STATUS import_hex(NCRYPT_PROV_HANDLE provider, const struct list *list, const char *digits,
                                  DWORD flags, NCRYPT_KEY_HANDLE *key)
{
    BYTE data[1024];

    return import_list(provider, list, data, from_hex(data, digits), flags, key);
}

static SECURITY_STATUS export_list(NCRYPT_KEY_HANDLE key, const struct list *list, void *data, DWORD capacity,
                                   DWORD *size)
{
    NCryptBuffer buffers[4];
    NCryptBufferDesc desc;

    fill(&desc, buffers, list);
    *size = 0xdeadbeef;
    return NCryptExportKey(key, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, &desc, data, capacity, size, 0);
}

static void check_signs(NCRYPT_KEY_HANDLE key, void *padding, DWORD flags)
{
    BYTE hash[20] = { 1, 2, 3 }, signature[512];
    DWORD size;

    check_success(NCryptSignHash(key, padding, hash, sizeof(hash), NULL, 0, &size, flags));
    check_success(NCryptSignHash(key, padding, hash, sizeof(hash), signature, sizeof(signature), &size, flags));
    check_success(NCryptVerifySignature(key, padding, hash, sizeof(hash), signature, size, flags));
}

static void check_rsa_1024(NCRYPT_KEY_HANDLE key)
{
    BCRYPT_PKCS1_PADDING_INFO sha1 = { BCRYPT_SHA1_ALGORITHM };
    BYTE blob[2048], expected[2048];
    DWORD size, full = make_rsa_blob(expected, BCRYPT_RSAFULLPRIVATE_MAGIC, rsa_1024);

    check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"RSA");
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 1024);
    check_signs(key, &sha1, BCRYPT_PAD_PKCS1);
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_success(export_blob(key, BCRYPT_RSAFULLPRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(size == full && !memcmp(blob, expected, full), "another key\n");                 /* 8.13 */
}

static void check_ec_p256(NCRYPT_KEY_HANDLE key, const WCHAR *alg, DWORD magic)
{
    BYTE blob[256], expected[256];
    DWORD size, full = ec_blob(expected, magic, ec_p256.x, ec_p256.y, ec_p256.d);

    check_text(key, NCRYPT_ALGORITHM_PROPERTY, alg);
    check_signs(key, NULL, 0);
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_success(export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(size == full && !memcmp(blob, expected, full), "another key\n");
}

/* 8.31, 8.41 */
static void test_plain(NCRYPT_PROV_HANDLE provider)
{
    const struct list none = { 0 };
    NCRYPT_KEY_HANDLE key;
    BYTE data[1024];
    DWORD size;

    check_success(import_hex(provider, &none, p8_rsa, 0, &key));
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, NCRYPT_NAME_PROPERTY, NULL, 0, &size, 0));
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);
    check_rsa_1024(key);
    check_success(export_blob(key, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, data, sizeof(data), &size));
    ok(size == strlen(p8_rsa) / 2 && equals_hex(data, p8_rsa), "another file\n");
    check_success(NCryptFreeObject(key));

    check_success(import_hex(provider, &none, p8_ec, 0, &key));
    check_ec_p256(key, L"ECDH_P256", BCRYPT_ECDH_PRIVATE_P256_MAGIC);                   /* 8.34 */
    check_success(NCryptFreeObject(key));

    check_success(import_hex(provider, &none, p8_dsa, 0, &key));
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"DSA");
    check_signs(key, NULL, 0);
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_success(export_blob(key, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, data, sizeof(data), &size));
    ok(size == strlen(p8_dsa) / 2 && equals_hex(data, p8_dsa), "another file\n");
    check_success(NCryptFreeObject(key));

    check_success(import_blob(provider, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, data, size, &key));  /* no list at all */
    check_success(NCryptFreeObject(key));
}

/* 8.47, and damage */
static void test_refused(NCRYPT_PROV_HANDLE provider)
{
    const struct list none = { 0 };
    NCRYPT_KEY_HANDLE key;
    BYTE data[1024];
    DWORD size = from_hex(data, p8_rsa), i;

    check_failure(import_list(provider, &none, data + 26, size - 26, 0, &key));         /* 8.47 */
    ok(!key, "got a handle\n");
    for (i = 0; i < size; i += 7) check_status(NTE_BAD_DATA, import_list(provider, &none, data, i, 0, &key));
    check_status(NTE_BAD_DATA, import_list(provider, &none, data, size + 1, 0, &key));

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    /* 7.27 */
    check_status(NTE_NOT_SUPPORTED, NCryptSetProperty(key, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, data, size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptSetProperty(key, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, data, size,
                                                      NCRYPT_PERSIST_FLAG));
    check_success(NCryptFreeObject(key));
}

/* 8.32, 8.33 */
static void test_encrypted(NCRYPT_PROV_HANDLE provider)
{
    struct list list = { .secret = L"secret" }, other = { .secret = L"Secret" }, none = { 0 };
    NCRYPT_KEY_HANDLE key;

    check_success(import_hex(provider, &list, p8_rsa_3des, 0, &key));
    check_rsa_1024(key);
    check_success(NCryptFreeObject(key));
    check_success(import_hex(provider, &list, p8_ec_pbes2, 0, &key));
    check_ec_p256(key, L"ECDH_P256", BCRYPT_ECDH_PRIVATE_P256_MAGIC);
    check_success(NCryptFreeObject(key));

    check_failure(import_hex(provider, &other, p8_rsa_3des, 0, &key));   /* open question: the code */
    ok(!key, "got a handle\n");
    check_failure(import_hex(provider, &other, p8_ec_pbes2, 0, &key));
    check_failure(import_hex(provider, &none, p8_ec_pbes2, 0, &key));
    check_failure(import_hex(provider, &list, p8_ec_utf8, 0, &key));
    list.secret = L"p\x00e4ssw\x00f6rd \x20ac";
    check_success(import_hex(provider, &list, p8_ec_utf8, 0, &key));
    check_success(NCryptFreeObject(key));
}

/* Encryptions that are read and never written: .NET hands them over as they are. */
static void test_old_encryptions(NCRYPT_PROV_HANDLE provider)
{
    struct list list = { .secret = L"secret" }, other = { .secret = L"Secret" };
    NCRYPT_KEY_HANDLE key;
    BYTE data[512];
    DWORD i, size;

    for (i = 0; i < ARRAY_SIZE(p8_old); i++)
    {
        winetest_push_context("%s", p8_old[i].encryption);
        check_success(import_hex(provider, &list, p8_old[i].file, 0, &key));
        check_ec_p256(key, L"ECDH_P256", BCRYPT_ECDH_PRIVATE_P256_MAGIC);
        check_success(NCryptFreeObject(key));
        check_failure(import_hex(provider, &other, p8_old[i].file, 0, &key));   /* open question: the code */
        ok(!key, "got a handle\n");
        winetest_pop_context();
    }
    size = from_hex(data, p8_old[0].file);
    ok(data[15] == 3, "got %#x\n", data[15]);               /* the last arc of the object identifier */
    data[15] = 1;                                           /* pbeWithMD2AndDES-CBC; open question: the code */
    check_status(NTE_NOT_SUPPORTED, import_list(provider, &list, data, size, 0, &key));
    data[15] = 3;
    data[size - 1] ^= 1;
    check_status(NTE_BAD_DATA, import_list(provider, &list, data, size, 0, &key));
}

/* CRYPT_PKCS12_PBE_PARAMS and 8 bytes of salt behind it (9.9). */
static const BYTE pbe_params[] = { 0xd0, 0x07, 0, 0, 8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8 };

/* 9.7, 9.8, 9.9, 9.10 */
static void test_export(NCRYPT_PROV_HANDLE provider)
{
    struct list list = { .secret = L"secret", .oid = PBE_3DES, .param = pbe_params,
                         .param_size = sizeof(pbe_params) };
    const struct list none = { 0 };
    NCRYPT_KEY_HANDLE key, again;
    BYTE data[1024];
    DWORD size, result;

    check_success(import_hex(provider, &none, p8_rsa, 0, &key));
    check_status(NTE_NOT_SUPPORTED, export_list(key, &none, data, sizeof(data), &size));    /* 9.6 */
    check_status(NTE_NOT_SUPPORTED, export_list(key, &list, data, sizeof(data), &size));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, NCRYPT_ALLOW_EXPORT_FLAG, NCRYPT_PERSIST_FLAG));
    check_status(NTE_NOT_SUPPORTED, export_list(key, &none, data, sizeof(data), &size));    /* 9.7 */
    check_success(export_list(key, &list, NULL, 0, &size));                                 /* 9.8 */
    memset(data, 0xcc, sizeof(data));
    check_status(NTE_BUFFER_TOO_SMALL, export_list(key, &list, data, size - 1, &result));   /* 9.10 */
    ok(result == size && data[0] == 0xcc, "got size %lu, %#x\n", result, data[0]);
    check_success(export_list(key, &list, data, size, &result));
    ok(result == size, "got %lu, expected %lu\n", result, size);
    check_success(import_list(provider, &list, data, size, 0, &again));
    check_rsa_1024(again);
    check_success(NCryptFreeObject(again));

    list.oid = PBES2;
    list.param = NULL;
    check_success(export_list(key, &list, data, sizeof(data), &size));
    check_success(import_list(provider, &list, data, size, 0, &again));
    check_success(NCryptFreeObject(again));
    list.secret = L"";                                      /* a password like any other */
    check_success(export_list(key, &list, data, sizeof(data), &size));
    check_success(import_list(provider, &list, data, size, 0, &again));
    check_success(NCryptFreeObject(again));
    list.secret = NULL;
    check_failure(export_list(key, &list, data, sizeof(data), &size));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_failure(export_list(key, &list, data, sizeof(data), &size));
    list.secret = L"secret";
    list.oid = "1.2.3.4";
    check_failure(export_list(key, &list, data, sizeof(data), &size));
    check_success(export_list(key, &none, data, sizeof(data), &size));
    check_success(NCryptFreeObject(key));
}

/* 8.34: the attribute goes out and comes in. */
static void test_group(NCRYPT_PROV_HANDLE provider)
{
    const struct list none = { 0 };
    NCRYPT_KEY_HANDLE key, again;
    BYTE data[512];
    DWORD size, i;

    for (i = 0; i < ARRAY_SIZE(curves); i++)
    {
        key = make_key(provider, curves[i].ecdsa, NULL, 0, 3, 0);
        check_success(export_list(key, &none, data, sizeof(data), &size));
        check_success(import_list(provider, &none, data, size, 0, &again));
        check_text(again, NCRYPT_ALGORITHM_PROPERTY, curves[i].ecdsa);
        check_success(NCryptFreeObject(again));
        check_success(NCryptFreeObject(key));
        key = make_key(provider, curves[i].ecdh, NULL, 0, 3, 0);
        check_success(export_list(key, &none, data, sizeof(data), &size));
        check_success(import_list(provider, &none, data, size, 0, &again));
        check_text(again, NCRYPT_ALGORITHM_PROPERTY, curves[i].ecdh);
        check_success(NCryptFreeObject(again));
        check_success(NCryptFreeObject(key));
    }
}

/* 8.35 to 8.37, 8.45; B.12: the MongoDB driver */
static void test_named(NCRYPT_PROV_HANDLE provider, DWORD machine)
{
    WCHAR buffer[128];
    struct list list = { .name = key_name(buffer, L"libmongoc-pkcs8") };
    NCRYPT_KEY_HANDLE key;

    remove_key(provider, list.name, machine);
    check_success(import_hex(provider, &list, p8_rsa, NCRYPT_SILENT_FLAG | machine, &key));     /* 8.35 */
    check_text(key, NCRYPT_NAME_PROPERTY, list.name);
    check_success(NCryptFreeObject(key));
    check_status(NTE_EXISTS, import_hex(provider, &list, p8_rsa, NCRYPT_SILENT_FLAG | machine, &key));  /* 8.36 */
    ok(!key, "got a handle\n");
    check_success(NCryptOpenKey(provider, &key, list.name, 0, machine));
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"RSA");
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);                                         /* 8.46 */
    check_success(NCryptFreeObject(key));

    check_success(import_hex(provider, &list, p8_ec, NCRYPT_OVERWRITE_KEY_FLAG | machine, &key));       /* 8.37 */
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, list.name, 0, machine));
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"ECDH_P256");
    check_success(NCryptDeleteKey(key, 0));

    list.secret = L"secret";                                /* both at once */
    check_success(import_hex(provider, &list, p8_ec_pbes2, machine, &key));
    check_success(NCryptDeleteKey(key, 0));
    list.secret = L"wrong";
    check_failure(import_hex(provider, &list, p8_ec_pbes2, machine, &key));
    check_status(NTE_BAD_KEYSET, open_status(provider, list.name, machine));
}

/* B.1, steps 3 and 4: .NET */
static void test_dotnet(void)
{
    struct list list = { .secret = L"secret", .oid = PBE_3DES, .param = pbe_params,
                         .param_size = sizeof(pbe_params) }, secret = { .secret = L"secret" };
    BYTE ephemeral = 1, data[1024];
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    DWORD size;

    check_success(NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0));
    check_success(import_hex(provider, &secret, p8_ec_pbes2, 0, &key));
    check_success(NCryptSetProperty(key, L"CLR IsEphemeral", &ephemeral, 1, 0x40000000));
    check_success(set_dword(key, L"Export Policy", 3, NCRYPT_PERSIST_FLAG));
    check_success(export_blob(key, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, NULL, 0, &size));
    check_success(export_blob(key, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, data, size, &size));
    check_success(export_list(key, &list, NULL, 0, &size));
    check_success(export_list(key, &list, data, size, &size));
    check_success(NCryptFreeObject(key));
    check_success(import_list(provider, &secret, data, size, 0, &key));
    check_success(NCryptSetProperty(key, L"CLR IsEphemeral", &ephemeral, 1, 0x40000000));
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(provider));
}

/* B.14: in two steps (8.43), out, and in again under a name */
static void test_two_steps(NCRYPT_PROV_HANDLE provider)
{
    WCHAR buffer[128];
    struct list none = { 0 }, named = { .name = key_name(buffer, L"two steps") };
    NCRYPT_KEY_HANDLE key;
    BYTE data[1024];
    DWORD size;

    remove_key(provider, named.name, 0);
    check_success(import_hex(provider, &none, p8_ec, NCRYPT_DO_NOT_FINALIZE_FLAG | NCRYPT_SILENT_FLAG, &key));
    check_success(set_dword(key, L"Export Policy", 3, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(export_blob(key, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, NULL, 0, &size));
    check_success(export_blob(key, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, data, size, &size));
    check_success(NCryptFreeObject(key));

    check_success(import_list(provider, &named, data, size, NCRYPT_OVERWRITE_KEY_FLAG, &key));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, named.name, 0, 0));
    check_signs(key, NULL, 0);
    check_success(NCryptDeleteKey(key, 0));

    check_success(import_list(provider, &named, data, size, NCRYPT_DO_NOT_FINALIZE_FLAG, &key));
    check_status(NTE_BAD_KEYSET, open_status(provider, named.name, 0));
    check_success(set_dword(key, L"Export Policy", 1, NCRYPT_PERSIST_FLAG));
    check_success(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, named.name, 0, 0));
    check_dword(key, L"Export Policy", 1);
    check_status(NTE_NOT_SUPPORTED, export_blob(key, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, data, sizeof(data), &size));
    check_success(NCryptDeleteKey(key, 0));
}

START_TEST(pkcs8)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_plain(provider);
    test_refused(provider);
    test_encrypted(provider);
    test_old_encryptions(provider);
    test_export(provider);
    test_group(provider);
    test_named(provider, 0);
    test_named(provider, NCRYPT_MACHINE_KEY_FLAG);
    test_dotnet();
    test_two_steps(provider);
    check_success(NCryptFreeObject(provider));
}
