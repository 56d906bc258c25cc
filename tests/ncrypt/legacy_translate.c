/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptTranslateHandle, as Java's SunMSCAPI uses it (15.15), and certificates whose key is a CAPI container's. */
#include "legacy.h"

static const WCHAR *container(WCHAR *buffer, const WCHAR *what)
{
    const WCHAR *name = key_name(buffer, what);

    remove_container(name, 0);
    remove_container(name, CRYPT_MACHINE_KEYSET);
    return name;
}

static SECURITY_STATUS translate(NCRYPT_KEY_HANDLE *key, HCRYPTPROV context, HCRYPTKEY capi_key, DWORD key_spec)
{
    *key = 0xdeadbeef;
    return NCryptTranslateHandle(NULL, key, context, capi_key, key_spec, 0);
}

static void test_arguments(void)
{
    NCRYPT_PROV_HANDLE provider = 0xdeadbeef;
    NCRYPT_KEY_HANDLE key;
    HCRYPTPROV context;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"arguments");

    check_capi(open_container(&context, name, CRYPT_NEWKEYSET));
    check_status(NTE_INVALID_PARAMETER, NCryptTranslateHandle(&provider, NULL, context, 0, 0, 0));
    ok(!provider, "provider is %p\n", (void *)provider);
    check_status(NTE_INVALID_PARAMETER, translate(&key, 0, 0, 0));
    ok(!key, "key is %p\n", (void *)key);
    check_status(NTE_BAD_FLAGS, NCryptTranslateHandle(NULL, &key, context, 0, 0, NCRYPT_SILENT_FLAG));
    check_status(NTE_INVALID_PARAMETER, translate(&key, context, 0, 4));
    check_status(NTE_BAD_KEYSET, translate(&key, context, 0, 3));                   /* 18.7: any key of it */
    check_status(NTE_BAD_KEYSET, translate(&key, context, 0, 0));                   /* the container is empty */
    check_status(NTE_BAD_KEYSET, translate(&key, context, 0, AT_SIGNATURE));
    ok(!key, "key is %p\n", (void *)key);
    check_capi(CryptReleaseContext(context, 0));
    remove_container(name, 0);
}

/* flags: CRYPT_MACHINE_KEYSET or 0. */
static void test_container(DWORD key_spec, BOOL exportable, DWORD flags)
{
    BCRYPT_PSS_PADDING_INFO pss = { BCRYPT_SHA256_ALGORITHM, 32 };
    BYTE digest[32] = { 1 }, signature[256];
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    HCRYPTKEY capi_key = 0;
    HCRYPTPROV context;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"translate");
    DWORD size;

    winetest_push_context("key spec %lu, exportable %d, flags %#lx", key_spec, exportable, flags);
    make_container(name, flags, key_spec, 1024, exportable);
    check_capi(open_container(&context, name, flags));
    check_capi(CryptGetUserKey(context, key_spec, &capi_key));

    check_success(translate(&key, context, capi_key, 0));                           /* B.5 */
    check_success(NCryptSignHash(key, &pss, digest, 32, signature, sizeof(signature), &size, BCRYPT_PAD_PSS));
    check_success(NCryptVerifySignature(key, &pss, digest, 32, signature, size, BCRYPT_PAD_PSS));
    check_same(key, name, flags, key_spec);
    check_text(key, NCRYPT_NAME_PROPERTY, name);
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, exportable ? 3 : 0);
    check_success(NCryptFreeObject(key));

    check_success(NCryptTranslateHandle(&provider, &key, context, 0, key_spec, 0));
    check_text(provider, NCRYPT_NAME_PROPERTY, MS_KEY_STORAGE_PROVIDER);
    check_success(NCryptFreeObject(provider));
    check_same(key, name, flags, key_spec);
    check_success(NCryptFreeObject(key));
    check_success(translate(&key, context, 0, 0));
    check_same(key, name, flags, key_spec);
    check_success(NCryptFreeObject(key));
    check_success(translate(&key, context, capi_key, 3));                           /* 18.7 */
    check_same(key, name, flags, key_spec);
    check_success(NCryptFreeObject(key));
    check_success(translate(&key, context, 0, 3));
    check_same(key, name, flags, key_spec);
    check_status(NTE_BAD_KEYSET, translate(&provider, context, 0, 3 - key_spec));

    /* what is translated outlives what it was made of */
    CryptDestroyKey(capi_key);
    CryptReleaseContext(context, 0);
    check_same(key, name, flags, key_spec);
    check_success(NCryptFreeObject(key));
    remove_container(name, flags);
    winetest_pop_context();
}

/* The container is meant, and not a key file that has its name. */
static void test_key_file(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key, file;
    HCRYPTPROV context;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"both");

    remove_key(provider, name, 0);
    make_container(name, 0, AT_KEYEXCHANGE, 1024, FALSE);
    file = make_key(provider, L"RSA", name, 1024, 0, 0);
    check_capi(open_container(&context, name, 0));
    check_success(translate(&key, context, 0, 0));
    check_same(key, name, 0, AT_KEYEXCHANGE);
    check_success(NCryptFreeObject(key));
    check_capi(CryptReleaseContext(context, 0));
    check_success(NCryptDeleteKey(file, 0));
    remove_container(name, 0);
}

/* Keys that no container holds: what CAPI exports can be translated. Open question. */
static void test_ephemeral(void)
{
    const DWORD bits = 1024 << 16;
    NCRYPT_KEY_HANDLE key;
    HCRYPTKEY capi_key = 0;
    HCRYPTPROV context;
    BYTE ours[1024], theirs[1024];
    DWORD size, capi_size = sizeof(theirs);

    check_capi(open_container(&context, NULL, CRYPT_VERIFYCONTEXT));
    check_status(NTE_BAD_KEYSET, translate(&key, context, 0, 0));
    check_capi(CryptGenKey(context, AT_SIGNATURE, bits | CRYPT_EXPORTABLE, &capi_key));
    check_success(translate(&key, context, capi_key, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, NCRYPT_NAME_PROPERTY, NULL, 0, &size, 0));
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_SIGNING_FLAG);
    check_capi(CryptExportKey(capi_key, 0, PRIVATEKEYBLOB, 0, theirs, &capi_size));
    check_success(export_blob(key, LEGACY_RSAPRIVATE_BLOB, ours, sizeof(ours), &size));
    ok(size == capi_size && !memcmp(ours + 8, theirs + 8, 12 + 128), "another key, %lu and %lu bytes\n", size,
       capi_size);
    check_success(NCryptFreeObject(key));
    check_capi(CryptDestroyKey(capi_key));

    check_capi(CryptGenKey(context, AT_KEYEXCHANGE, bits, &capi_key));
    check_status(NTE_NOT_SUPPORTED, translate(&key, context, capi_key, 0));
    check_capi(CryptDestroyKey(capi_key));

    check_capi(CryptGenKey(context, CALG_AES_128, CRYPT_EXPORTABLE, &capi_key));
    check_status(NTE_NOT_SUPPORTED, translate(&key, context, capi_key, 0));
    check_capi(CryptDestroyKey(capi_key));
    check_capi(CryptReleaseContext(context, 0));
}

/* CAPI's key is new, and its context still open. Wine's rsaenh.dll stores it when the context is released. */
static void test_new_key(BOOL exportable)
{
    NCRYPT_KEY_HANDLE key;
    HCRYPTKEY capi_key = 0;
    HCRYPTPROV context;
    SECURITY_STATUS status;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"new");

    check_capi(open_container(&context, name, CRYPT_NEWKEYSET));
    check_capi(CryptGenKey(context, AT_SIGNATURE, 512 << 16 | (exportable ? CRYPT_EXPORTABLE : 0), &capi_key));
    status = translate(&key, context, capi_key, 0);
    todo_wine_if(!exportable) ok(!status, "got %#lx\n", status);
    if (!status) check_success(NCryptFreeObject(key));
    else ok(status == NTE_NOT_SUPPORTED, "got %#lx\n", status);
    check_capi(CryptDestroyKey(capi_key));
    check_capi(CryptReleaseContext(context, 0));
    check_capi(open_container(&context, name, 0));
    check_success(translate(&key, context, 0, 0));
    check_success(NCryptFreeObject(key));
    check_capi(CryptReleaseContext(context, 0));
    remove_container(name, 0);
}

/* The key in hand is another one than that of its context's container. */
static void test_other_key(void)
{
    const WCHAR *name;
    NCRYPT_KEY_HANDLE key;
    HCRYPTKEY capi_key = 0, imported = 0;
    HCRYPTPROV context, ephemeral;
    BYTE blob[1024], public_blob[512], ours[1024];
    DWORD size = sizeof(blob), public_size = sizeof(public_blob);
    WCHAR buffer[128];

    check_capi(open_container(&ephemeral, NULL, CRYPT_VERIFYCONTEXT));
    check_capi(CryptGenKey(ephemeral, AT_KEYEXCHANGE, 1024 << 16 | CRYPT_EXPORTABLE, &capi_key));
    check_capi(CryptExportKey(capi_key, 0, PRIVATEKEYBLOB, 0, blob, &size));
    check_capi(CryptExportKey(capi_key, 0, PUBLICKEYBLOB, 0, public_blob, &public_size));
    check_capi(CryptDestroyKey(capi_key));
    check_capi(CryptReleaseContext(ephemeral, 0));

    name = container(buffer, L"other");
    make_container(name, 0, AT_KEYEXCHANGE, 1024, FALSE);
    check_capi(open_container(&context, name, 0));
    check_capi(CryptImportKey(context, public_blob, public_size, 0, 0, &imported));
    check_failure(translate(&key, context, imported, 0));
    ok(!key, "somebody else's key\n");
    check_capi(CryptDestroyKey(imported));
    check_capi(CryptImportKey(context, blob, size, 0, CRYPT_EXPORTABLE, &imported));
    check_success(translate(&key, context, imported, 0));
    check_success(export_blob(key, LEGACY_RSAPUBLIC_BLOB, ours, sizeof(ours), &size));
    ok(size == public_size && !memcmp(ours + 8, public_blob + 8, size - 8), "another key\n");
    check_success(NCryptFreeObject(key));
    check_capi(CryptDestroyKey(imported));
    check_capi(CryptReleaseContext(context, 0));
    remove_container(name, 0);
}

static void test_dss(void)
{
    HCRYPTPROV context;
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"dss");

    make_container(name, 0, AT_SIGNATURE, 512, FALSE);
    CryptAcquireContextW(&context, name, MS_DEF_DSS_PROV_W, PROV_DSS, CRYPT_DELETEKEYSET);
    if (!CryptAcquireContextW(&context, name, MS_DEF_DSS_PROV_W, PROV_DSS, CRYPT_NEWKEYSET))
    {
        skip("no DSS containers\n");
        remove_container(name, 0);
        return;
    }
    check_failure(translate(&key, context, 0, AT_SIGNATURE));       /* and not the RSA key of that name */
    check_capi(CryptReleaseContext(context, 0));
    CryptAcquireContextW(&context, name, MS_DEF_DSS_PROV_W, PROV_DSS, CRYPT_DELETEKEYSET);
    remove_container(name, 0);
}

/* 15.3, and what programs do with a context that they get instead. */
static void test_certificate(void)
{
    const WCHAR *name;
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE handle = 0;
    CRYPT_KEY_PROV_INFO info = { NULL, (WCHAR *)CSP_NAME, CSP_TYPE, 0, 0, NULL, AT_KEYEXCHANGE };
    CERT_NAME_BLOB subject = { 0, NULL };
    const CERT_CONTEXT *certificate;
    NCRYPT_KEY_HANDLE key;
    BYTE encoded[64];
    BOOL owned = FALSE;
    WCHAR buffer[128];
    DWORD key_spec = 0;

    info.pwszContainerName = (WCHAR *)(name = container(buffer, L"certificate"));
    make_container(name, 0, AT_KEYEXCHANGE, 1024, FALSE);
    subject.cbData = sizeof(encoded);
    subject.pbData = encoded;
    check_capi(CertStrToNameW(X509_ASN_ENCODING, L"CN=ncrypt test", CERT_X500_NAME_STR, NULL, encoded,
                              &subject.cbData, NULL));
    certificate = CertCreateSelfSignCertificate(0, &subject, 0, &info, NULL, NULL, NULL, NULL);
    check_capi(certificate != NULL);
    check_capi(CryptAcquireCertificatePrivateKey(certificate, CRYPT_ACQUIRE_PREFER_NCRYPT_KEY_FLAG |
                                                 CRYPT_ACQUIRE_SILENT_FLAG, NULL, &handle, &key_spec, &owned));
    ok(owned, "the handle is not ours\n");
    todo_wine ok(key_spec == CERT_NCRYPT_KEY_SPEC, "got key spec %#lx\n", key_spec);        /* 15.2, 15.3 */
    if (key_spec == CERT_NCRYPT_KEY_SPEC)
    {
        check_same(handle, name, 0, AT_KEYEXCHANGE);
        check_success(NCryptFreeObject(handle));
    }
    else
    {
        check_success(translate(&key, handle, 0, key_spec));
        check_same(key, name, 0, AT_KEYEXCHANGE);
        check_success(NCryptFreeObject(key));
        check_capi(CryptReleaseContext(handle, 0));
    }
    check_capi(CertFreeCertificateContext(certificate));
    remove_container(name, 0);
}

START_TEST(legacy_translate)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_arguments();
    test_container(AT_KEYEXCHANGE, TRUE, 0);
    test_container(AT_KEYEXCHANGE, FALSE, 0);
    test_container(AT_SIGNATURE, FALSE, 0);
    test_container(AT_KEYEXCHANGE, FALSE, CRYPT_MACHINE_KEYSET);
    test_key_file(provider);
    test_ephemeral();
    test_new_key(TRUE);
    test_new_key(FALSE);
    test_other_key();
    test_dss();
    test_certificate();
    check_success(NCryptFreeObject(provider));
}
