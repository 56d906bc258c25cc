/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG: CAPI programs find the key in a container of its name. */
#include "legacy.h"

static const WCHAR *fresh(NCRYPT_PROV_HANDLE provider, WCHAR *buffer, const WCHAR *what)
{
    const WCHAR *name = key_name(buffer, what);

    remove_key(provider, name, 0);
    remove_key(provider, name, NCRYPT_MACHINE_KEY_FLAG);
    remove_container(name, 0);
    remove_container(name, CRYPT_MACHINE_KEYSET);
    return name;
}

static NCRYPT_KEY_HANDLE new_rsa(NCRYPT_PROV_HANDLE provider, const WCHAR *name, DWORD key_spec, DWORD flags)
{
    NCRYPT_KEY_HANDLE key;

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", name, key_spec, flags));
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 1024, 0));
    return key;
}

/* Does CAPI give the private key of the container out? */
static BOOL capi_exports(const WCHAR *name, DWORD flags, DWORD key_spec)
{
    HCRYPTPROV context;
    HCRYPTKEY key = 0;
    DWORD size;
    BOOL result;

    check_capi(open_container(&context, name, flags));
    check_capi(CryptGetUserKey(context, key_spec, &key));
    result = CryptExportKey(key, 0, PRIVATEKEYBLOB, 0, NULL, &size);
    CryptDestroyKey(key);
    CryptReleaseContext(context, 0);
    return result;
}

/* 4.6, 15.12: a key file and a container, which go together. */
static void test_finalize(NCRYPT_PROV_HANDLE provider, DWORD key_spec, DWORD policy, DWORD flags)
{
    DWORD found = key_spec ? key_spec : AT_KEYEXCHANGE, capi_flags = flags ? CRYPT_MACHINE_KEYSET : 0;
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;
    WCHAR buffer[128];
    const WCHAR *name = fresh(provider, buffer, L"copy");
    DWORD size;

    winetest_push_context("key spec %lu, policy %lu, flags %#lx", key_spec, policy, flags);
    key = new_rsa(provider, name, key_spec, flags);
    status = NCryptExportKey(key, 0, LEGACY_RSAPRIVATE_BLOB, NULL, NULL, 0, &size, 0x04000000);
    check_status(NTE_BAD_FLAGS, status);        /* which is between the parts of the project */
    if (policy) check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, policy, 0));
    ok(container_error(name, capi_flags) == (DWORD)NTE_BAD_KEYSET, "there is a container already\n");
    check_success(NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
    check_status(NTE_INVALID_HANDLE, NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
    check_same(key, name, capi_flags, found);
    ok(capi_exports(name, capi_flags, found) == !!(policy & NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG), "wrong policy\n");
    check_success(NCryptFreeObject(key));

    /* the key file is what OpenKey finds */
    check_success(NCryptOpenKey(provider, &key, name, key_spec, flags));
    check_success(set_dword(key, L"Custom", 1, NCRYPT_PERSIST_FLAG));
    check_same(key, name, capi_flags, found);
    check_success(NCryptDeleteKey(key, 0));
    ok(container_error(name, capi_flags) == (DWORD)NTE_BAD_KEYSET, "the container stayed\n");      /* open question */
    check_status(NTE_BAD_KEYSET, open_status(provider, name, flags));                               /* 5.22 */
    winetest_pop_context();
}

/* Neither a key nor a container where only one of them can be. */
static void test_neither(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key, other;
    WCHAR buffer[128], longest[251];
    const WCHAR *const names[] = { L"ncrypt test \x416\x4d8", longest }, *const mangled = L"ncrypt test ??";
    const WCHAR *name = fresh(provider, buffer, L"neither");
    BYTE digest[32] = { 5 }, before[128], after[128];
    unsigned int i;

    /* a container of that name is somebody else's */
    make_container(name, 0, AT_SIGNATURE, 1024, FALSE);
    capi_signs(name, 0, AT_SIGNATURE, digest, before, sizeof(before));
    key = new_rsa(provider, name, 0, 0);
    check_status(NTE_EXISTS, NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
    capi_signs(name, 0, AT_SIGNATURE, digest, after, sizeof(after));
    ok(!memcmp(before, after, sizeof(after)), "another key is in the container\n");
    remove_container(name, 0);
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));

    /* the same handle again */
    check_success(NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
    check_same(key, name, 0, AT_KEYEXCHANGE);
    check_success(NCryptDeleteKey(key, 0));
    ok(container_error(name, 0) == (DWORD)NTE_BAD_KEYSET, "the container stayed\n");

    /* the key file cannot be made: somebody was faster */
    key = new_rsa(provider, name, 0, 0);
    check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", name, 0, 0, 0)));
    check_status(NTE_EXISTS, NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
    ok(container_error(name, 0) == (DWORD)NTE_BAD_KEYSET, "a container is left\n");
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &other, name, 0, 0));
    check_text(other, NCRYPT_ALGORITHM_PROPERTY, L"ECDSA_P256");
    check_success(NCryptDeleteKey(other, 0));

    /* flags are looked at before anything is written */
    key = new_rsa(provider, name, 0, 0);
    check_status(NTE_BAD_FLAGS, NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG | 1));
    ok(container_error(name, 0) == (DWORD)NTE_BAD_KEYSET, "a container is left\n");
    check_success(NCryptFreeObject(key));

    /* names that no container can have: open question */
    if (!running_on_wine()) return;
    make_container(mangled, 0, AT_KEYEXCHANGE, 512, FALSE);     /* what CAPI makes of the first one */
    for (i = 0; i < 250; i++) longest[i] = 'n';
    longest[i] = 0;
    for (i = 0; i < ARRAY_SIZE(names); i++)
    {
        winetest_push_context("%ls", names[i]);
        remove_key(provider, names[i], 0);
        key = new_rsa(provider, names[i], 0, NCRYPT_OVERWRITE_KEY_FLAG);
        check_status(NTE_INVALID_PARAMETER, NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
        check_status(NTE_BAD_KEYSET, open_status(provider, names[i], 0));
        check_success(NCryptFinalizeKey(key, 0));
        check_success(NCryptDeleteKey(key, 0));
        winetest_pop_context();
    }
    check_success(open_status(provider, mangled, 0));
    remove_container(mangled, 0);
}

/* With OVERWRITE the pair of the same key spec is replaced, and the other one stays. */
static void test_overwrite(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key, first;
    WCHAR buffer[128];
    const WCHAR *name = fresh(provider, buffer, L"overwrite");
    BYTE digest[32] = { 9 }, before[128], after[128];

    make_container(name, 0, AT_SIGNATURE, 1024, FALSE);
    make_container(name, 0, AT_KEYEXCHANGE, 1024, FALSE);
    capi_signs(name, 0, AT_SIGNATURE, digest, before, sizeof(before));
    first = new_rsa(provider, name, AT_KEYEXCHANGE, NCRYPT_OVERWRITE_KEY_FLAG);
    check_success(NCryptFinalizeKey(first, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
    check_same(first, name, 0, AT_KEYEXCHANGE);
    capi_signs(name, 0, AT_SIGNATURE, digest, after, sizeof(after));
    ok(!memcmp(before, after, sizeof(after)), "the other key was replaced\n");

    key = new_rsa(provider, name, AT_KEYEXCHANGE, NCRYPT_OVERWRITE_KEY_FLAG);
    check_success(NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
    check_same(key, name, 0, AT_KEYEXCHANGE);
    check_status(NTE_BAD_KEYSET, NCryptDeleteKey(first, 0));        /* another key is there now */
    check_same(key, name, 0, AT_KEYEXCHANGE);
    check_success(NCryptFreeObject(first));
    check_success(NCryptDeleteKey(key, 0));
    ok(container_error(name, 0) == (DWORD)NTE_BAD_KEYSET, "the container stayed\n");
}

/* A CAPI program may have put a key of its own there since: it is not deleted with ours. */
static void test_replaced(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = fresh(provider, buffer, L"replaced");

    key = new_rsa(provider, name, 0, 0);
    check_success(NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
    make_container(name, 0, AT_KEYEXCHANGE, 1024, FALSE);
    check_success(NCryptDeleteKey(key, 0));
    ok(!container_error(name, 0), "another key was deleted\n");
    remove_container(name, 0);
}

static void test_others(NCRYPT_PROV_HANDLE provider)
{
    static const WCHAR *const algs[] = { L"DSA", L"ECDSA_P256", L"AES" };
    NCRYPT_UI_POLICY policy = { 1, NCRYPT_UI_PROTECT_KEY_FLAG, NULL, NULL, NULL };
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = fresh(provider, buffer, L"others");
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(algs); i++)
    {
        winetest_push_context("%ls", algs[i]);
        check_success(NCryptCreatePersistedKey(provider, &key, algs[i], name, 0, 0));
        check_status(NTE_NOT_SUPPORTED, NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
        check_success(NCryptFreeObject(key));
        ok(container_error(name, 0) == (DWORD)NTE_BAD_KEYSET, "a container is left\n");
        winetest_pop_context();
    }

    /* CAPI would not ask for consent: open question */
    key = new_rsa(provider, name, 0, 0);
    check_success(NCryptSetProperty(key, NCRYPT_UI_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy), 0));
    check_status(NTE_NOT_SUPPORTED, NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
    ok(container_error(name, 0) == (DWORD)NTE_BAD_KEYSET, "a container is left\n");
    check_success(NCryptFreeObject(key));

    /* a key without a name is in no store: open question */
    key = new_rsa(provider, NULL, 0, 0);
    check_success(NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
    check_success(NCryptFreeObject(key));
}

static SECURITY_STATUS import_named(NCRYPT_PROV_HANDLE provider, const WCHAR *type, const WCHAR *name, BYTE *blob,
                                    DWORD size, DWORD flags, NCRYPT_KEY_HANDLE *key)
{
    NCryptBuffer buffer = { (lstrlenW(name) + 1) * sizeof(WCHAR), NCRYPTBUFFER_PKCS_KEY_NAME, (void *)name };
    NCryptBufferDesc desc = { NCRYPTBUFFER_VERSION, 1, &buffer };

    return NCryptImportKey(provider, 0, type, &desc, key, blob, size, flags);
}

static void test_import(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key, source = make_key(provider, L"RSA", NULL, 1024, 3, 0);
    const DWORD copy = NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG;
    WCHAR buffer[128];
    const WCHAR *name = fresh(provider, buffer, L"import"), *type = BCRYPT_RSAPRIVATE_BLOB;
    BYTE blob[1024], public_blob[512];
    DWORD size, public_size;

    check_success(export_blob(source, type, blob, sizeof(blob), &size));
    check_success(export_blob(source, BCRYPT_RSAPUBLIC_BLOB, public_blob, sizeof(public_blob), &public_size));
    check_success(NCryptFreeObject(source));

    check_success(import_named(provider, type, name, blob, size, copy, &key));
    check_same(key, name, 0, AT_KEYEXCHANGE);
    check_success(NCryptFreeObject(key));
    check_status(NTE_EXISTS, import_named(provider, type, name, blob, size, copy, &key));
    check_success(import_named(provider, type, name, blob, size, copy | NCRYPT_OVERWRITE_KEY_FLAG, &key));
    check_same(key, name, 0, AT_KEYEXCHANGE);
    check_success(NCryptDeleteKey(key, 0));
    ok(container_error(name, 0) == (DWORD)NTE_BAD_KEYSET, "the container stayed\n");

    make_container(name, 0, AT_KEYEXCHANGE, 512, FALSE);
    check_status(NTE_EXISTS, import_named(provider, type, name, blob, size, copy, &key));
    ok(!key, "a handle of a failed call\n");
    remove_container(name, 0);
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));

    /* PKCS #8 into the machine's store, finalized in two steps */
    check_success(import_named(provider, type, name, blob, size,
                               NCRYPT_DO_NOT_FINALIZE_FLAG | NCRYPT_MACHINE_KEY_FLAG, &key));
    check_success(NCryptFinalizeKey(key, copy));
    check_same(key, name, CRYPT_MACHINE_KEYSET, AT_KEYEXCHANGE);
    check_success(NCryptDeleteKey(key, 0));
    ok(container_error(name, CRYPT_MACHINE_KEYSET) == (DWORD)NTE_BAD_KEYSET, "the container stayed\n");

    /* open questions: the flag would be forgotten; public keys are not stored */
    check_status(NTE_BAD_FLAGS, import_named(provider, type, name, blob, size, copy | NCRYPT_DO_NOT_FINALIZE_FLAG,
                                            &key));
    check_failure(NCryptImportKey(provider, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, &key, public_blob, public_size, copy));
}

/* The key that CAPI found under the name is the one that was imported there. */
static void test_round(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key, native;
    WCHAR buffer[128];
    const WCHAR *name = fresh(provider, buffer, L"round");
    BYTE ours[1024], theirs[1024];
    DWORD size, capi_size;

    key = new_rsa(provider, name, AT_SIGNATURE, 0);
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, 0));
    check_success(NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
    check_success(export_blob(key, BCRYPT_RSAFULLPRIVATE_BLOB, ours, sizeof(ours), &size));
    check_success(NCryptFreeObject(key));

    /* without its key file only the container is left */
    check_success(NCryptOpenKey(provider, &native, name, 0, 0));
    make_container(name, 0, AT_KEYEXCHANGE, 512, FALSE);        /* beside it */
    check_success(NCryptFreeObject(native));
    check_success(NCryptCreatePersistedKey(provider, &native, L"ECDSA_P256", name, 0, NCRYPT_OVERWRITE_KEY_FLAG));
    check_success(NCryptFinalizeKey(native, 0));
    check_success(NCryptDeleteKey(native, 0));

    check_success(NCryptOpenKey(provider, &key, name, AT_SIGNATURE, 0));
    check_success(export_blob(key, BCRYPT_RSAFULLPRIVATE_BLOB, theirs, sizeof(theirs), &capi_size));
    ok(size == capi_size && !memcmp(ours, theirs, size), "another key\n");
    check_success(NCryptDeleteKey(key, 0));
    ok(container_error(name, 0) == (DWORD)NTE_BAD_KEYSET, "the container stayed\n");
}

START_TEST(legacy_copy)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_finalize(provider, 0, 0, 0);
    test_finalize(provider, AT_KEYEXCHANGE, NCRYPT_ALLOW_EXPORT_FLAG, 0);
    test_finalize(provider, AT_SIGNATURE, 3, 0);
    test_finalize(provider, AT_SIGNATURE, 0, NCRYPT_MACHINE_KEY_FLAG);
    test_neither(provider);
    test_overwrite(provider);
    test_replaced(provider);
    test_others(provider);
    test_import(provider);
    test_round(provider);
    check_success(NCryptFreeObject(provider));
}
