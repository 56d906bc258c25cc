/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PKCS7_ENVELOPE: to the holder of a certificate and, with a serialized store that tells where the private key of
 * a certificate is, back in. */
#include "ncrypt_test.h"
#include "vectors.h"
#include "pkcs8_vectors.h"

#define AES_256_CBC "2.16.840.1.101.3.4.1.42"

static BYTE certificate[1024], envelope[2048], store_data[4096];
static DWORD certificate_size, envelope_size, store_size;

/* A store of one certificate whose key has this name; NULL: it says nothing of a key. */
static void make_store(const WCHAR *name, const WCHAR *provider, DWORD flags)
{
    CRYPT_KEY_PROV_INFO info = { (WCHAR *)name, (WCHAR *)provider, 0, flags, 0, NULL, 0 };
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    PCCERT_CONTEXT context = CertCreateCertificateContext(X509_ASN_ENCODING, certificate, certificate_size);
    CRYPT_DATA_BLOB blob = { 0, NULL };

    ok(store && context, "no store, or no certificate\n");
    if (name)
        ok(CertSetCertificateContextProperty(context, CERT_KEY_PROV_INFO_PROP_ID, 0, &info), "no property\n");
    ok(CertAddCertificateContextToStore(store, context, CERT_STORE_ADD_ALWAYS, NULL), "not added\n");
    ok(CertSaveStore(store, X509_ASN_ENCODING, CERT_STORE_SAVE_AS_STORE, CERT_STORE_SAVE_TO_MEMORY, &blob, 0),
       "no size: %#lx\n", GetLastError());
    blob.pbData = store_data;
    ok(blob.cbData <= sizeof(store_data), "%lu bytes\n", blob.cbData);
    ok(CertSaveStore(store, X509_ASN_ENCODING, CERT_STORE_SAVE_AS_STORE, CERT_STORE_SAVE_TO_MEMORY, &blob, 0),
       "not saved: %#lx\n", GetLastError());
    store_size = blob.cbData;
    CertFreeCertificateContext(context);
    CertCloseStore(store, 0);
}

static SECURITY_STATUS import_envelope(NCRYPT_PROV_HANDLE provider, const WCHAR *name, NCRYPT_KEY_HANDLE *key)
{
    NCryptBuffer buffers[2] = { { store_size, NCRYPTBUFFER_CERT_BLOB, store_data } };
    NCryptBufferDesc desc = { NCRYPTBUFFER_VERSION, 1, buffers };

    if (name)
    {
        buffers[1].cbBuffer = (lstrlenW(name) + 1) * sizeof(WCHAR);
        buffers[1].BufferType = NCRYPTBUFFER_PKCS_KEY_NAME;
        buffers[1].pvBuffer = (void *)name;
        desc.cBuffers++;
    }
    *key = 0xdeadbeef;
    return NCryptImportKey(provider, 0, NCRYPT_PKCS7_ENVELOPE_BLOB, &desc, key, envelope, envelope_size, 0);
}

static SECURITY_STATUS export_envelope(NCRYPT_KEY_HANDLE key, const void *recipient, DWORD recipient_size,
                                       const char *oid, DWORD capacity)
{
    NCryptBuffer buffers[2] = { { recipient_size, NCRYPTBUFFER_CERT_BLOB, (void *)recipient } };
    NCryptBufferDesc desc = { NCRYPTBUFFER_VERSION, 1, buffers };

    if (oid)
    {
        buffers[1].cbBuffer = strlen(oid) + 1;
        buffers[1].BufferType = NCRYPTBUFFER_PKCS_ALG_OID;
        buffers[1].pvBuffer = (void *)oid;
        desc.cBuffers++;
    }
    return NCryptExportKey(key, 0, NCRYPT_PKCS7_ENVELOPE_BLOB, &desc, capacity ? envelope : NULL, capacity,
                           &envelope_size, 0);
}

static void check_ec_p256(NCRYPT_KEY_HANDLE key)
{
    BYTE blob[256], expected[256];
    DWORD size, full = ec_blob(expected, BCRYPT_ECDH_PRIVATE_P256_MAGIC, ec_p256.x, ec_p256.y, ec_p256.d);

    check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"ECDH_P256");
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_success(export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(size == full && !memcmp(blob, expected, full), "another key\n");
}

/* The recipient's key, user's or machine's, opens what OpenSSL made. */
static void test_import(NCRYPT_PROV_HANDLE provider, DWORD machine)
{
    WCHAR holder_buffer[128], buffer[128];
    const WCHAR *holder = key_name(holder_buffer, L"Holder"), *name = key_name(buffer, L"from an envelope");
    NCryptBuffer holder_name = { (lstrlenW(holder) + 1) * sizeof(WCHAR), NCRYPTBUFFER_PKCS_KEY_NAME,
                                 (void *)holder };
    NCryptBufferDesc desc = { NCRYPTBUFFER_VERSION, 1, &holder_name };
    NCRYPT_KEY_HANDLE recipient, key;
    BYTE blob[2048];
    DWORD size;

    remove_key(provider, holder, machine);
    remove_key(provider, name, 0);
    size = make_rsa_blob(blob, BCRYPT_RSAFULLPRIVATE_MAGIC, rsa_1024);
    envelope_size = from_hex(envelope, p8_envelope);
    make_store(holder, MS_KEY_STORAGE_PROVIDER, machine ? CRYPT_MACHINE_KEYSET : 0);
    check_failure(import_envelope(provider, NULL, &key));                   /* the key is not there yet */
    check_success(NCryptImportKey(provider, 0, BCRYPT_RSAFULLPRIVATE_BLOB, &desc, &recipient, blob, size,
                                  machine));
    check_success(import_envelope(provider, NULL, &key));
    check_ec_p256(key);
    check_success(NCryptFreeObject(key));

    check_success(import_envelope(provider, name, &key));                   /* and it can be named */
    check_success(NCryptFreeObject(key));
    check_status(NTE_EXISTS, import_envelope(provider, name, &key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(NCryptDeleteKey(key, 0));

    envelope[envelope_size - 1] ^= 1;
    check_failure(import_envelope(provider, NULL, &key));
    ok(!key, "got a handle\n");
    envelope[envelope_size - 1] ^= 1;
    envelope_size--;
    check_failure(import_envelope(provider, NULL, &key));
    envelope_size++;
    make_store(NULL, NULL, 0);
    check_failure(import_envelope(provider, NULL, &key));
    make_store(holder, L"Another provider", 0);
    check_failure(import_envelope(provider, NULL, &key));
    store_size = 3;
    check_failure(import_envelope(provider, NULL, &key));
    store_size = 0;
    check_failure(import_envelope(provider, NULL, &key));
    check_success(NCryptDeleteKey(recipient, 0));
}

/* Every kind of key, for doc/coverage.md. Needs the store that make_store has made. */
static void test_kinds(NCRYPT_PROV_HANDLE provider)
{
    static const struct { const WCHAR *alg; DWORD bits; const WCHAR *identity; } kinds[] =
    {
        { L"RSA", 1024, L"RSAFULLPRIVATEBLOB" }, { L"DSA", 1024, L"DSAPRIVATEBLOB" },
        { L"ECDSA_P256", 0, L"ECCPRIVATEBLOB" }, { L"ECDSA_P384", 0, L"ECCPRIVATEBLOB" },
        { L"ECDSA_P521", 0, L"ECCPRIVATEBLOB" }, { L"ECDH_P256", 0, L"ECCPRIVATEBLOB" },
        { L"ECDH_P384", 0, L"ECCPRIVATEBLOB" }, { L"ECDH_P521", 0, L"ECCPRIVATEBLOB" },
    };
    BYTE first[1024], second[1024];
    NCRYPT_KEY_HANDLE key, again;
    DWORD size, size2;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(kinds); i++)
    {
        key = make_key(provider, kinds[i].alg, NULL, kinds[i].bits, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG, 0);
        check_success(export_blob(key, kinds[i].identity, first, sizeof(first), &size));
        check_success(export_envelope(key, certificate, certificate_size, AES_256_CBC, sizeof(envelope)));
        check_success(import_envelope(provider, NULL, &again));
        check_success(set_dword(again, NCRYPT_EXPORT_POLICY_PROPERTY, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG, 0));
        check_success(export_blob(again, kinds[i].identity, second, sizeof(second), &size2));
        ok(size == size2 && !memcmp(first, second, size), "%s: the imported key is another one\n",
           wine_dbgstr_w(kinds[i].alg));
        if (size == size2 && !memcmp(first, second, size))
            trace("row: %ls%s|PKCS7_ENVELOPE\n", kinds[i].alg, kinds[i].bits ? " 1024" : "");
        check_success(NCryptFreeObject(again));
        check_success(NCryptFreeObject(key));
    }
}

/* Out under policy 1, for a certificate as it is or in a store; and in again. */
static void test_export(NCRYPT_PROV_HANDLE provider)
{
    WCHAR buffer[128];
    const WCHAR *holder = key_name(buffer, L"Holder");
    NCryptBuffer holder_name = { (lstrlenW(holder) + 1) * sizeof(WCHAR), NCRYPTBUFFER_PKCS_KEY_NAME,
                                 (void *)holder };
    NCryptBufferDesc desc = { NCRYPTBUFFER_VERSION, 1, &holder_name };
    NCRYPT_KEY_HANDLE recipient, key, again;
    BYTE blob[2048];
    DWORD size;

    remove_key(provider, holder, 0);
    size = make_rsa_blob(blob, BCRYPT_RSAFULLPRIVATE_MAGIC, rsa_1024);
    check_success(NCryptImportKey(provider, 0, BCRYPT_RSAFULLPRIVATE_BLOB, &desc, &recipient, blob, size, 0));
    make_store(holder, MS_KEY_STORAGE_PROVIDER, 0);
    size = ec_blob(blob, BCRYPT_ECDH_PRIVATE_P256_MAGIC, ec_p256.x, ec_p256.y, ec_p256.d);
    check_success(import_blob(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size, &key));

    check_status(NTE_NOT_SUPPORTED, export_envelope(key, certificate, certificate_size, AES_256_CBC, 2048));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 1, NCRYPT_PERSIST_FLAG));
    check_success(export_envelope(key, certificate, certificate_size, AES_256_CBC, 0));
    size = envelope_size;
    check_success(export_envelope(key, certificate, certificate_size, AES_256_CBC, size));
    ok(envelope_size == size, "got %lu, expected %lu\n", envelope_size, size);
    check_success(import_envelope(provider, NULL, &again));
    check_ec_p256(again);
    check_success(NCryptFreeObject(again));

    check_success(export_envelope(key, store_data, store_size, "1.2.840.113549.3.7", sizeof(envelope)));
    check_success(import_envelope(provider, NULL, &again));
    check_ec_p256(again);
    check_success(NCryptFreeObject(again));

    test_kinds(provider);

    check_failure(export_envelope(key, certificate, certificate_size, NULL, sizeof(envelope)));
    check_failure(export_envelope(key, certificate, certificate_size, "1.2.3.4", sizeof(envelope)));
    check_failure(export_envelope(key, certificate, certificate_size / 2, AES_256_CBC, sizeof(envelope)));
    check_failure(export_envelope(key, certificate, 0, AES_256_CBC, sizeof(envelope)));
    check_success(NCryptFreeObject(key));
    check_success(NCryptDeleteKey(recipient, 0));
}

START_TEST(pkcs7)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    certificate_size = from_hex(certificate, p8_certificate);
    test_import(provider, 0);
    test_import(provider, NCRYPT_MACHINE_KEY_FLAG);
    test_export(provider);
    check_success(NCryptFreeObject(provider));
}
