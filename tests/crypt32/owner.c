/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Who frees a handle that is a property of a certificate: the certificate, unless CERT_STORE_NO_CRYPT_RELEASE_FLAG was
 * given; and who takes it back by property 99. What becomes of a handle when a store copies its certificate is an open
 * question: documented is that the copy has none, and Wine copies it. */
#include "crypt32_test.h"

#define HANDLE_ID CERT_NCRYPT_KEY_HANDLE_PROP_ID
#define TRANSFER_ID CERT_NCRYPT_KEY_HANDLE_TRANSFER_PROP_ID
#define KEEP CERT_STORE_NO_CRYPT_RELEASE_FLAG

static struct identity identity;

static NCRYPT_KEY_HANDLE open_key(void)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptOpenKey(identity.provider, &key, identity.name, 0, 0));
    return key;
}

static PCCERT_CONTEXT cert_with(DWORD id, DWORD flags, NCRYPT_KEY_HANDLE key)
{
    CERT_KEY_CONTEXT context = { .cbSize = sizeof(context), .dwKeySpec = CERT_NCRYPT_KEY_SPEC };
    PCCERT_CONTEXT cert = bare_copy(identity.cert);

    context.hNCryptKey = key;
    check_capi(CertSetCertificateContextProperty(cert, id, flags, id == CERT_KEY_CONTEXT_PROP_ID ? (void *)&context
                                                                                                  : (void *)key));
    return cert;
}

static void check_alive(NCRYPT_KEY_HANDLE key, BOOL alive)
{
    ok(NCryptIsKeyHandle(key) == alive, "the handle is %s\n", alive ? "freed" : "not freed");
}

static void test_last_reference(DWORD id)
{
    NCRYPT_KEY_HANDLE own = open_key(), kept = open_key();
    PCCERT_CONTEXT cert = cert_with(id, 0, own), copy = CertDuplicateCertificateContext(cert);

    winetest_push_context("property %lu", id);
    CertFreeCertificateContext(cert);
    check_alive(own, TRUE);
    CertFreeCertificateContext(copy);
    check_alive(own, FALSE);
    CertFreeCertificateContext(cert_with(id, KEEP, kept));
    check_alive(kept, TRUE);
    check_success(NCryptFreeObject(kept));
    winetest_pop_context();
}

static void test_change(void)
{
    NCRYPT_KEY_HANDLE first = open_key(), second = open_key();
    PCCERT_CONTEXT cert = cert_with(HANDLE_ID, 0, first);

    check_capi(CertSetCertificateContextProperty(cert, HANDLE_ID, 0, (void *)first));
    check_alive(first, TRUE);
    check_capi(CertSetCertificateContextProperty(cert, HANDLE_ID, 0, (void *)second));
    check_alive(first, FALSE);
    check_capi(CertSetCertificateContextProperty(cert, HANDLE_ID, 0, NULL));
    check_alive(second, FALSE);
    CertFreeCertificateContext(cert);
}

/* The caller has freed it: nothing of his is freed in its place. */
static void test_freed_before(void)
{
    NCRYPT_KEY_HANDLE key = open_key(), next[20];
    PCCERT_CONTEXT cert = cert_with(HANDLE_ID, 0, key);
    unsigned int i;

    check_success(NCryptFreeObject(key));
    for (i = 0; i < ARRAY_SIZE(next); i++) next[i] = open_key();
    CertFreeCertificateContext(cert);
    for (i = 0; i < ARRAY_SIZE(next); i++) check_success(NCryptFreeObject(next[i]));
}

static void test_store(BOOL wants_copy)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    NCRYPT_KEY_HANDLE key = open_key();
    PCCERT_CONTEXT cert = cert_with(HANDLE_ID, 0, key), copy = NULL;

    check_capi(CertAddCertificateContextToStore(store, cert, CERT_STORE_ADD_ALWAYS, wants_copy ? &copy : NULL));
    CertFreeCertificateContext(cert);
    check_alive(key, TRUE);
    if (wants_copy) CertFreeCertificateContext(copy);
    check_alive(key, TRUE);
    check_capi(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
    check_alive(key, FALSE);
}

/* --- property 99 --- */

static NCRYPT_KEY_HANDLE take(PCCERT_CONTEXT cert)
{
    NCRYPT_KEY_HANDLE key = 0;
    DWORD size = 0;

    check_capi(CertGetCertificateContextProperty(cert, TRANSFER_ID, NULL, &size));
    ok(size == sizeof(key), "size %lu\n", size);
    size--;
    check_fails(ERROR_MORE_DATA, CertGetCertificateContextProperty(cert, TRANSFER_ID, &key, &size));
    check_capi(CertGetCertificateContextProperty(cert, TRANSFER_ID, &key, &size));
    ok(!has_property(cert, TRANSFER_ID) && !has_property(cert, HANDLE_ID), "the property is still there\n");
    check_fails(CRYPT_E_NOT_FOUND, CertGetCertificateContextProperty(cert, TRANSFER_ID, &key, &size));
    ok(signs_for(&identity, key), "not the key\n");
    return key;
}

static void test_transfer(void)
{
    NCRYPT_KEY_HANDLE key = open_key();
    PCCERT_CONTEXT cert = cert_with(TRANSFER_ID, 0, key);

    ok(take(cert) == key, "another handle\n");
    CertFreeCertificateContext(cert);
    check_alive(key, TRUE);
    check_success(NCryptFreeObject(key));
}

/* A handle that certificates share is not given away. */
static void test_transfer_of_kept(void)
{
    DWORD flags = CRYPT_ACQUIRE_CACHE_FLAG | CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG, spec;
    PCCERT_CONTEXT one = linked_copy(&identity), other = linked_copy(&identity);
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE kept = 0, again = 0;
    BOOL must_free;

    check_capi(CryptAcquireCertificatePrivateKey(one, flags, NULL, &kept, &spec, &must_free));
    check_capi(CryptAcquireCertificatePrivateKey(other, flags, NULL, &again, &spec, &must_free));
    check_success(NCryptFreeObject(take(one)));
    check_alive(again, TRUE);
    ok(signs_for(&identity, again), "not the key\n");
    CertFreeCertificateContext(one);
    CertFreeCertificateContext(other);
}

START_TEST(owner)
{
    make_identity(&identity, L"ECDSA_P256", L"owner", 0);
    test_last_reference(HANDLE_ID);
    test_last_reference(CERT_HCRYPTPROV_OR_NCRYPT_KEY_HANDLE_PROP_ID);
    test_last_reference(TRANSFER_ID);
    test_last_reference(CERT_KEY_CONTEXT_PROP_ID);
    test_change();
    test_freed_before();
    test_store(FALSE);
    test_store(TRUE);
    test_transfer();
    test_transfer_of_kept();
    remove_identity(&identity);
}
