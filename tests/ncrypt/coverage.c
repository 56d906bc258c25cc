/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Every algorithm with every blob type, out and in again: the matrix of doc/coverage.md, which is made from the
 * lines that say "row:". An imported key must be the exported one: its own blobs are the same bytes. */
#include "ncrypt_test.h"

/* What a key can be; rows of blobs[] name the ones they are for. */
#define RSA    0x01
#define EC     0x02
#define DSA    0x04
#define DH     0x08
#define CIPHER 0x10
#define AES    0x20
#define KDF    0x40
#define X25519 0x80
#define MLDSA  0x100
#define MLKEM  0x200
#define ANY    0x3ff

#define HAS_SET (MLDSA | MLKEM)

static const struct subject
{
    const WCHAR *alg, *curve;       /* HAS_SET: the parameter set */
    DWORD bits;
    DWORD kind;
    const WCHAR *identity;          /* the blob that tells whether two keys are the same */
    const WCHAR *public_identity;
}
subjects[] =
{
    { L"RSA", NULL, 1024, RSA, L"RSAFULLPRIVATEBLOB", L"RSAPUBLICBLOB" },
    { L"DSA", NULL, 1024, DSA, L"DSAPRIVATEBLOB", L"DSAPUBLICBLOB" },
    { L"DH", NULL, 2048, DH, L"DHPRIVATEBLOB", L"DHPUBLICBLOB" },
    { L"ECDSA_P256", NULL, 0, EC, L"ECCPRIVATEBLOB", L"ECCPUBLICBLOB" },
    { L"ECDSA_P384", NULL, 0, EC, L"ECCPRIVATEBLOB", L"ECCPUBLICBLOB" },
    { L"ECDSA_P521", NULL, 0, EC, L"ECCPRIVATEBLOB", L"ECCPUBLICBLOB" },
    { L"ECDH_P256", NULL, 0, EC, L"ECCPRIVATEBLOB", L"ECCPUBLICBLOB" },
    { L"ECDH_P384", NULL, 0, EC, L"ECCPRIVATEBLOB", L"ECCPUBLICBLOB" },
    { L"ECDH_P521", NULL, 0, EC, L"ECCPRIVATEBLOB", L"ECCPUBLICBLOB" },
    { L"ECDSA", L"brainpoolP256r1", 0, EC, L"ECCPRIVATEBLOB", L"ECCPUBLICBLOB" },
    { L"ECDH", L"secP256k1", 0, EC, L"ECCPRIVATEBLOB", L"ECCPUBLICBLOB" },
    { L"ECDH", L"curve25519", 0, X25519, L"ECCPRIVATEBLOB", L"ECCPUBLICBLOB" },
    { L"ML-DSA", L"44", 0, MLDSA, L"PQDSAPRIVATESEEDBLOB", L"PQDSAPUBLICBLOB" },
    { L"ML-DSA", L"65", 0, MLDSA, L"PQDSAPRIVATESEEDBLOB", L"PQDSAPUBLICBLOB" },
    { L"ML-DSA", L"87", 0, MLDSA, L"PQDSAPRIVATESEEDBLOB", L"PQDSAPUBLICBLOB" },
    { L"ML-KEM", L"512", 0, MLKEM, L"MLKEMPRIVATESEEDBLOB", L"MLKEMPUBLICBLOB" },
    { L"ML-KEM", L"768", 0, MLKEM, L"MLKEMPRIVATESEEDBLOB", L"MLKEMPUBLICBLOB" },
    { L"ML-KEM", L"1024", 0, MLKEM, L"MLKEMPRIVATESEEDBLOB", L"MLKEMPUBLICBLOB" },
    { L"AES", NULL, 128, CIPHER | AES, L"CipherKeyBlob", NULL },
    { L"AES", NULL, 256, CIPHER | AES, L"CipherKeyBlob", NULL },
    { L"3DES", NULL, 0, CIPHER, L"CipherKeyBlob", NULL },
    { L"3DES_112", NULL, 0, CIPHER, L"CipherKeyBlob", NULL },
    { L"DES", NULL, 0, CIPHER, L"CipherKeyBlob", NULL },
    { L"DESX", NULL, 0, CIPHER, L"CipherKeyBlob", NULL },
    { L"RC2", NULL, 128, CIPHER, L"CipherKeyBlob", NULL },
    { L"SP800_108_CTR_HMAC", NULL, 0, KDF, L"KDFKeyBlob", NULL },
    { L"SP800_56A_CONCAT", NULL, 0, KDF, L"KDFKeyBlob", NULL },
    { L"PBKDF2", NULL, 0, KDF, L"KDFKeyBlob", NULL },
    { L"CAPI_KDF", NULL, 0, KDF, L"KDFKeyBlob", NULL },
    { L"HKDF", NULL, 0, KDF, L"KDFKeyBlob", NULL },
};

static const struct blob
{
    const WCHAR *type;
    const char *column;             /* when it is not the type */
    DWORD kinds;                    /* that it exists for */
    BOOL is_private;
    DWORD policy;                   /* the least that lets it out */
}
blobs[] =
{
    { L"RSAPUBLICBLOB", NULL, RSA, FALSE, 0 },
    { L"RSAPRIVATEBLOB", NULL, RSA, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"RSAFULLPRIVATEBLOB", NULL, RSA, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"ECCPUBLICBLOB", NULL, EC | X25519, FALSE, 0 },
    { L"ECCPRIVATEBLOB", NULL, EC | X25519, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"ECCFULLPUBLICBLOB", NULL, EC, FALSE, 0 },
    { L"ECCFULLPRIVATEBLOB", NULL, EC, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"DSAPUBLICBLOB", NULL, DSA, FALSE, 0 },
    { L"DSAPRIVATEBLOB", NULL, DSA, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"DHPUBLICBLOB", NULL, DH, FALSE, 0 },
    { L"DHPRIVATEBLOB", NULL, DH, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"PUBLICBLOB", NULL, RSA | EC | X25519 | DSA | DH | HAS_SET, FALSE, 0 },
    { L"PRIVATEBLOB", NULL, RSA | EC | X25519 | DSA | DH, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"CAPIPUBLICBLOB", NULL, RSA, FALSE, 0 },
    { L"CAPIPRIVATEBLOB", NULL, RSA, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"CAPIDSAPUBLICBLOB", NULL, DSA, FALSE, 0 },
    { L"CAPIDSAPRIVATEBLOB", NULL, DSA, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"V2CAPIDSAPUBLICBLOB", NULL, DSA, FALSE, 0 },
    { L"V2CAPIDSAPRIVATEBLOB", NULL, DSA, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"CAPIDHPUBLICBLOB", NULL, DH, FALSE, 0 },
    { L"CAPIDHPRIVATEBLOB", NULL, DH, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"PQDSAPUBLICBLOB", NULL, MLDSA, FALSE, 0 },
    { L"PQDSAPRIVATESEEDBLOB", NULL, MLDSA, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"MLKEMPUBLICBLOB", NULL, MLKEM, FALSE, 0 },
    { L"MLKEMPRIVATESEEDBLOB", NULL, MLKEM, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"PQPrivateKeyBlob", NULL, HAS_SET, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"CipherKeyBlob", NULL, CIPHER, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"Rfc3565KeyWrapBlob", NULL, AES, TRUE, NCRYPT_ALLOW_EXPORT_FLAG },
    { L"KDFKeyBlob", NULL, KDF, TRUE, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"PKCS8_PRIVATEKEY", "PKCS8_PRIVATEKEY, plain", RSA | EC | X25519 | DSA | HAS_SET, TRUE,
      NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG },
    { L"PKCS8_PRIVATEKEY", "PKCS8_PRIVATEKEY, encrypted", RSA | EC | X25519 | DSA | HAS_SET, TRUE,
      NCRYPT_ALLOW_EXPORT_FLAG },
    { L"OpaqueTransport", NULL, ANY, TRUE, NCRYPT_ALLOW_EXPORT_FLAG },
};

/* --- parameters that some cells take --- */

static NCRYPT_KEY_HANDLE wrapping_key;

struct parameters
{
    NCryptBuffer buffers[3];
    NCryptBufferDesc desc;
    NCRYPT_KEY_HANDLE wrapping;
    struct { INT iterations; ULONG salt_size; BYTE salt[8]; } pbe;
};

static void add_buffer(struct parameters *params, ULONG type, const void *data, ULONG size)
{
    NCryptBuffer *buffer = &params->buffers[params->desc.cBuffers++];

    buffer->BufferType = type;
    buffer->cbBuffer = size;
    buffer->pvBuffer = (void *)data;
}

static const char pbe_oid[] = "1.2.840.113549.1.12.1.3";

static void fill_parameters(struct parameters *params, const struct subject *subject, const struct blob *blob,
                            BOOL importing)
{
    static const WCHAR password[] = L"correct horse";

    memset(params, 0, sizeof(*params));
    params->desc.pBuffers = params->buffers;
    if (!lstrcmpW(blob->type, L"Rfc3565KeyWrapBlob")) params->wrapping = wrapping_key;
    if (subject->curve && !(subject->kind & HAS_SET) && importing)
        add_buffer(params, NCRYPTBUFFER_ECC_CURVE_NAME, subject->curve,
                   (lstrlenW(subject->curve) + 1) * sizeof(WCHAR));
    if (!blob->column || !strstr(blob->column, "encrypted")) return;
    add_buffer(params, NCRYPTBUFFER_PKCS_SECRET, password, sizeof(password));
    if (importing) return;
    params->pbe.iterations = 2048;
    params->pbe.salt_size = sizeof(params->pbe.salt);
    memcpy(params->pbe.salt, "saltsalt", sizeof(params->pbe.salt));
    add_buffer(params, NCRYPTBUFFER_PKCS_ALG_OID, pbe_oid, sizeof(pbe_oid));
    add_buffer(params, NCRYPTBUFFER_PKCS_ALG_PARAM, &params->pbe, sizeof(params->pbe));
}

/* --- one cell --- */

static NCRYPT_KEY_HANDLE make_subject(NCRYPT_PROV_HANDLE provider, const struct subject *subject)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, subject->alg, NULL, 0, 0));
    if (subject->kind & HAS_SET) check_success(set_text(key, L"ParameterSetName", subject->curve, 0));
    else if (subject->curve) check_success(set_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, subject->curve, 0));
    if (subject->bits) check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, subject->bits, 0));
    if (subject->kind & KDF)
        check_success(NCryptSetProperty(key, L"KDFKeySecret", (BYTE *)"sixteen  octets.", 16, 0));
    check_success(NCryptFinalizeKey(key, 0));
    return key;
}

static SECURITY_STATUS export_cell(NCRYPT_KEY_HANDLE key, const struct subject *subject, const struct blob *blob,
                                   BYTE *data, DWORD capacity, DWORD *size)
{
    struct parameters params;
    SECURITY_STATUS status;
    DWORD asked = 0xdeadbeef;

    fill_parameters(&params, subject, blob, FALSE);
    *size = 0;
    status = NCryptExportKey(key, params.wrapping, blob->type, &params.desc, NULL, 0, &asked, 0);
    if (status) return status;
    status = NCryptExportKey(key, params.wrapping, blob->type, &params.desc, data, capacity, size, 0);
    ok(!status, "size query succeeded, then got %#lx\n", status);
    ok(*size == asked, "size %lu, asked %lu\n", *size, asked);
    return status;
}

static void check_same(NCRYPT_KEY_HANDLE key, NCRYPT_KEY_HANDLE copy, const WCHAR *identity)
{
    BYTE first[4096], second[4096];
    DWORD size1, size2;

    check_success(export_blob(key, identity, first, sizeof(first), &size1));
    check_success(export_blob(copy, identity, second, sizeof(second), &size2));
    ok(size1 == size2 && !memcmp(first, second, size1), "the imported key is another one\n");
}

static void check_text_of_both(NCRYPT_KEY_HANDLE key, NCRYPT_KEY_HANDLE copy, const WCHAR *name)
{
    WCHAR first[64], second[64];
    DWORD size;

    check_success(NCryptGetProperty(key, name, (BYTE *)first, sizeof(first), &size, 0));
    check_success(NCryptGetProperty(copy, name, (BYTE *)second, sizeof(second), &size, 0));
    ok(!lstrcmpW(first, second), "%s was %s, is %s\n", wine_dbgstr_w(name), wine_dbgstr_w(first),
       wine_dbgstr_w(second));
}

static void set_policy(NCRYPT_KEY_HANDLE key, DWORD policy)
{
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, policy, 0));
}

/* The policy in such a blob is final in the key that comes out of it (topic "transport"). */
static BOOL carries_policy(const struct blob *blob)
{
    return !lstrcmpW(blob->type, NCRYPT_OPAQUETRANSPORT_BLOB);
}

static SECURITY_STATUS import_cell(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key,
                                   const struct subject *subject, const struct blob *blob, BYTE *data, DWORD size)
{
    const WCHAR *identity = blob->is_private ? subject->identity : subject->public_identity;
    struct parameters params;
    NCRYPT_KEY_HANDLE copy;
    SECURITY_STATUS status;

    fill_parameters(&params, subject, blob, TRUE);
    status = NCryptImportKey(provider, params.wrapping, blob->type, &params.desc, &copy, data, size, 0);
    if (status) return status;
    check_text_of_both(key, copy, NCRYPT_ALGORITHM_GROUP_PROPERTY);
    /* with explicit parameters a key of a fixed algorithm comes back as a generic one (8.25) */
    if (wcsstr(blob->type, L"ECCFULL")) identity = blob->type;
    else check_text_of_both(key, copy, NCRYPT_ALGORITHM_PROPERTY);
    if (blob->is_private && !carries_policy(blob)) set_policy(copy, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG);
    check_same(key, copy, identity);
    check_success(NCryptFreeObject(copy));
    return ERROR_SUCCESS;
}

/* TRUE: out and in. */
static BOOL test_cell(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, const struct subject *subject,
                      const struct blob *blob)
{
    SECURITY_STATUS status;
    BYTE data[8192];
    DWORD size;

    /* what the policy does not allow does not leave (9.6 to 9.11) */
    set_policy(key, blob->policy == NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG ? NCRYPT_ALLOW_EXPORT_FLAG : 0);
    status = export_cell(key, subject, blob, data, sizeof(data), &size);
    if (!(blob->kinds & subject->kind))
        ok(status == NTE_BAD_TYPE || status == NTE_NOT_SUPPORTED, "got %#lx\n", status);
    else ok(status == (blob->policy ? NTE_NOT_SUPPORTED : ERROR_SUCCESS), "policy too low: got %#lx\n", status);

    set_policy(key, blob->policy);
    status = export_cell(key, subject, blob, data, sizeof(data), &size);
    set_policy(key, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG);
    if (!(blob->kinds & subject->kind))
    {
        ok(status == NTE_BAD_TYPE || status == NTE_NOT_SUPPORTED, "got %#lx\n", status);
        return FALSE;
    }
    ok(!status, "export: got %#lx\n", status);
    if (status) return FALSE;
    if (carries_policy(blob))
    {
        set_policy(key, NCRYPT_ALLOW_EXPORT_FLAG | NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG);
        check_success(export_cell(key, subject, blob, data, sizeof(data), &size));
    }
    status = import_cell(provider, key, subject, blob, data, size);
    ok(!status, "import: got %#lx\n", status);
    return !status;
}

static void test_row(NCRYPT_PROV_HANDLE provider, const struct subject *subject)
{
    NCRYPT_KEY_HANDLE key = make_subject(provider, subject);
    char row[2048];
    unsigned int i;
    int length;

    length = sprintf(row, "%ls", subject->alg);
    if (subject->curve) length += sprintf(row + length, " %ls", subject->curve);
    if (subject->bits) length += sprintf(row + length, " %lu", subject->bits);
    for (i = 0; i < ARRAY_SIZE(blobs); i++)
    {
        winetest_push_context("%s %s, %s", wine_dbgstr_w(subject->alg), wine_dbgstr_w(subject->curve),
                              blobs[i].column ? blobs[i].column : wine_dbgstr_w(blobs[i].type));
        if (test_cell(provider, key, subject, &blobs[i]))
            length += blobs[i].column ? sprintf(row + length, "|%s", blobs[i].column)
                                      : sprintf(row + length, "|%ls", blobs[i].type);
        winetest_pop_context();
    }
    trace("row: %s\n", row);
    check_success(NCryptFreeObject(key));
}

START_TEST(coverage)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    unsigned int i;

    wrapping_key = make_key(provider, L"AES", NULL, 256, 0, 0);
    for (i = 0; i < ARRAY_SIZE(subjects); i++) test_row(provider, &subjects[i]);
    check_success(NCryptFreeObject(wrapping_key));
    check_success(NCryptFreeObject(provider));
}
