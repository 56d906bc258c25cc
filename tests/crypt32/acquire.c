/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptAcquireCertificatePrivateKey: keys of the key store by their names, keys of CAPI as CNG keys, and each flag
 * (rows 15.1 to 15.4). */
#include "crypt32_test.h"

#define ALLOW CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG
#define PREFER CRYPT_ACQUIRE_PREFER_NCRYPT_KEY_FLAG
#define ONLY CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG
#define CACHE CRYPT_ACQUIRE_CACHE_FLAG
#define COMPARE CRYPT_ACQUIRE_COMPARE_KEY_FLAG
#define SILENT CRYPT_ACQUIRE_SILENT_FLAG
#define USE_PROV_INFO CRYPT_ACQUIRE_USE_PROV_INFO_FLAG

static const DWORD ncrypt_flags[] = { ALLOW, PREFER, ONLY };

static DWORD acquire_error(PCCERT_CONTEXT cert, DWORD flags)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key = 0xdeadbeef;
    BOOL must_free;
    DWORD spec;

    SetLastError(0xdeadbeef);
    if (CryptAcquireCertificatePrivateKey(cert, flags, NULL, &key, &spec, &must_free)) return 0;
    ok(!key, "flags %#lx: a failure left handle %#Ix\n", flags, (size_t)key);
    return GetLastError();
}

/* A handle of the key, or 0; to be freed unless flags has CACHE. */
static NCRYPT_KEY_HANDLE acquire(PCCERT_CONTEXT cert, DWORD flags)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key = 0;
    BOOL must_free = 42;
    DWORD spec = 42;

    ok(CryptAcquireCertificatePrivateKey(cert, flags, NULL, &key, &spec, &must_free), "flags %#lx: error %#lx\n", flags,
       GetLastError());
    ok(spec == CERT_NCRYPT_KEY_SPEC, "flags %#lx: spec %#lx\n", flags, spec);
    ok(must_free == !(flags & CACHE), "flags %#lx: must_free %d\n", flags, must_free);
    return key;
}

static void acquire_and_sign(const struct identity *identity, DWORD flags)
{
    PCCERT_CONTEXT cert = linked_copy(identity);
    NCRYPT_KEY_HANDLE key = acquire(cert, flags);

    ok(signs_for(identity, key), "flags %#lx: not the key\n", flags);
    if (!(flags & CACHE)) check_success(NCryptFreeObject(key));
    CertFreeCertificateContext(cert);
}

/* Every combination of what a caller can say. */
static void test_flags(const WCHAR *algorithm)
{
    static const DWORD more[] = { CACHE, COMPARE, SILENT, USE_PROV_INFO };
    struct identity identity;
    unsigned int i, set, k;
    DWORD flags;

    make_identity(&identity, algorithm, algorithm, 0);
    for (i = 0; i < ARRAY_SIZE(ncrypt_flags); i++)
        for (set = 0; set < 1u << ARRAY_SIZE(more); set++)
        {
            for (flags = ncrypt_flags[i], k = 0; k < ARRAY_SIZE(more); k++) if (set & 1 << k) flags |= more[k];
            acquire_and_sign(&identity, flags);
        }
    remove_identity(&identity);
}

/* Who does not take CNG handles gets none. Which error Windows has is an open question: .NET Framework's users know
 * "Invalid provider type specified". */
static void test_capi_caller(void)
{
    struct identity identity;

    make_identity(&identity, L"RSA", L"capi caller", 0);
    check_status(NTE_BAD_PROV_TYPE, acquire_error(identity.cert, 0));
    check_status(NTE_BAD_PROV_TYPE, acquire_error(identity.cert, SILENT | COMPARE));
    check_status(NTE_BAD_PROV_TYPE, acquire_error(identity.cert, CACHE));
    remove_identity(&identity);
}

/* Both are optional. */
static void test_optional(void)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key = 0;
    struct identity identity;

    make_identity(&identity, L"RSA", L"optional", 0);
    check_capi(CryptAcquireCertificatePrivateKey(identity.cert, ONLY, NULL, &key, NULL, NULL));
    ok(signs_for(&identity, key), "not the key\n");
    check_success(NCryptFreeObject(key));
    remove_identity(&identity);
}

/* The handle belongs to the certificate (row 15.4), and every context that is a duplicate has it. */
static void test_cache(void)
{
    NCRYPT_KEY_HANDLE first, key = 0;
    DWORD size = sizeof(key);
    struct identity identity;
    PCCERT_CONTEXT copy;

    make_identity(&identity, L"ECDSA_P256", L"cache", 0);
    first = acquire(identity.cert, CACHE | ONLY);
    ok(acquire(identity.cert, CACHE | PREFER) == first, "another handle\n");
    copy = CertDuplicateCertificateContext(identity.cert);
    ok(acquire(copy, CACHE | ALLOW) == first, "another handle for a duplicate\n");
    check_capi(CertGetCertificateContextProperty(copy, CERT_NCRYPT_KEY_HANDLE_PROP_ID, &key, &size));
    ok(key == first, "the property has %#Ix\n", (size_t)key);
    CertFreeCertificateContext(copy);
    ok(signs_for(&identity, first), "the handle ended with a duplicate\n");
    remove_identity(&identity);
}

static NCRYPT_KEY_HANDLE acquire_for_copy(PCCERT_CONTEXT cert, const WCHAR *name)
{
    PCCERT_CONTEXT copy = bare_copy(cert);
    NCRYPT_KEY_HANDLE key;

    link_to(copy, name, 0);
    key = acquire(copy, CACHE | ONLY);
    CertFreeCertificateContext(copy);
    return key;
}

/* Wine never frees what a certificate keeps. So a program that asks for ever new contexts gets one handle for each key,
 * even if the certificates name a key that is not theirs, or names are so alike that lstrcmp cannot tell them apart. */
static void test_cache_is_bounded(void)
{
    NCRYPT_KEY_HANDLE own, other;
    struct identity one, two;
    unsigned int i;

    if (!running_on_wine()) return;
    make_identity(&one, L"ECDSA_P256", L"bounded", 0);
    make_identity(&two, L"ECDSA_P256", L"boun\x200d" L"ded", 0);
    own = acquire_for_copy(one.cert, one.name);
    other = acquire_for_copy(one.cert, two.name);
    ok(own != other, "one handle for two keys\n");
    for (i = 0; i < 5; i++)
    {
        ok(acquire_for_copy(one.cert, one.name) == own, "%u: another handle\n", i);
        ok(acquire_for_copy(one.cert, two.name) == other, "%u: another handle of the key of another\n", i);
    }
    remove_identity(&one);
    remove_identity(&two);
}

/* A key that is made anew, or is gone, is not served from the cache. */
static void test_cache_is_current(void)
{
    struct identity old, new;
    PCCERT_CONTEXT copy;

    make_identity(&old, L"ECDSA_P256", L"current", 0);
    copy = linked_copy(&old);
    acquire(copy, CACHE | ONLY);
    make_identity(&new, L"ECDSA_P256", L"current", 0);
    ok(signs_for(&new, acquire(new.cert, CACHE | ONLY)), "the key of before\n");
    CertFreeCertificateContext(copy);
    CertFreeCertificateContext(old.cert);
    NCryptFreeObject(old.key);

    check_success(NCryptDeleteKey(new.key, 0));
    copy = linked_copy(&new);
    check_status(NTE_BAD_KEYSET, acquire_error(copy, CACHE | ONLY));
    CertFreeCertificateContext(copy);
    CertFreeCertificateContext(new.cert);
}

static void test_compare(void)
{
    struct identity one, two;
    PCCERT_CONTEXT cert;
    unsigned int i;

    make_identity(&one, L"RSA", L"compare one", 0);
    make_identity(&two, L"RSA", L"compare two", 0);
    cert = bare_copy(one.cert);
    link_to(cert, two.name, 0);
    for (i = 0; i < ARRAY_SIZE(ncrypt_flags); i++)
    {
        check_status(NTE_BAD_PUBLIC_KEY, acquire_error(cert, ncrypt_flags[i] | COMPARE));
        check_status(NTE_BAD_PUBLIC_KEY, acquire_error(cert, ncrypt_flags[i] | COMPARE | CACHE));
    }
    ok(!has_property(cert, CERT_KEY_CONTEXT_PROP_ID), "the wrong key was kept\n");
    ok(signs_for(&two, acquire(cert, CACHE | ONLY)), "not the key that is named\n");
    acquire(cert, CACHE | COMPARE | ONLY);              /* a kept handle is not compared, says the documentation */
    CertFreeCertificateContext(cert);
    remove_identity(&one);
    remove_identity(&two);
}

/* CERT_SET_KEY_CONTEXT_PROP_ID in the property asks for what CACHE does. */
static void test_use_prov_info(void)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key = 0;
    struct identity identity;
    BOOL must_free = 42;
    DWORD spec;

    make_identity(&identity, L"RSA", L"use prov info", 0);
    link_to(identity.cert, identity.name, CERT_SET_KEY_CONTEXT_PROP_ID);
    check_capi(CryptAcquireCertificatePrivateKey(identity.cert, USE_PROV_INFO | ONLY, NULL, &key, &spec, &must_free));
    ok(!must_free, "the caller must free\n");
    ok(has_property(identity.cert, CERT_KEY_CONTEXT_PROP_ID), "not kept\n");
    ok(signs_for(&identity, key), "not the key\n");
    remove_identity(&identity);
}

static void test_missing(void)
{
    CRYPT_KEY_PROV_INFO info = { .pwszContainerName = (WCHAR *)L"name", .pwszProvName = (WCHAR *)L"No Such KSP" };
    struct identity identity;
    PCCERT_CONTEXT cert;
    unsigned int i;

    make_identity(&identity, L"ECDSA_P256", L"missing", 0);
    for (i = 0; i < ARRAY_SIZE(ncrypt_flags); i++)
    {
        cert = bare_copy(identity.cert);
        check_status(CRYPT_E_NO_KEY_PROPERTY, acquire_error(cert, ncrypt_flags[i]));
        link_to(cert, L"ncrypt test of no key", 0);
        check_status(NTE_BAD_KEYSET, acquire_error(cert, ncrypt_flags[i]));
        check_status(NTE_BAD_KEYSET, acquire_error(cert, ncrypt_flags[i] | CACHE | COMPARE));
        check_capi(CertSetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, 0, &info));
        ok(acquire_error(cert, ncrypt_flags[i]), "a provider that is not there\n");
        CertFreeCertificateContext(cert);
    }
    remove_identity(&identity);
}

/* A property without names, and one that lies at an odd address. */
static void test_odd_properties(void)
{
    CRYPT_KEY_PROV_INFO info = { .pwszContainerName = NULL }, named;
    BYTE buffer[sizeof(info) + 1];
    struct identity identity;
    PCCERT_CONTEXT cert;

    make_identity(&identity, L"ECDSA_P256", L"odd", 0);
    cert = bare_copy(identity.cert);
    check_capi(CertSetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, 0, &info));
    ok(acquire_error(cert, ONLY), "a key without a name\n");
    ok(acquire_error(cert, ONLY | CACHE), "a key without a name\n");
    named = info;
    named.pwszContainerName = identity.name;                    /* the provider: NULL is the default one */
    memcpy(buffer + 1, &named, sizeof(named));
    check_capi(CertSetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, 0, buffer + 1));
    ok(signs_for(&identity, acquire(cert, ONLY | CACHE)), "not the key\n");
    CertFreeCertificateContext(cert);
    remove_identity(&identity);
}

/* CRYPT_MACHINE_KEYSET in the property is NCRYPT_MACHINE_KEY_FLAG; the two stores stay apart. */
static void test_machine(void)
{
    struct identity identity;

    make_identity(&identity, L"RSA", L"machine", NCRYPT_MACHINE_KEY_FLAG);
    acquire_and_sign(&identity, ONLY | COMPARE);
    acquire_and_sign(&identity, PREFER | CACHE);
    link_to(identity.cert, identity.name, 0);
    check_status(NTE_BAD_KEYSET, acquire_error(identity.cert, ONLY));
    remove_identity(&identity);
}

static void test_window(void)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key = 0;
    HWND window = GetDesktopWindow(), got = NULL;
    struct identity identity;
    DWORD spec, size;
    BOOL must_free;

    make_identity(&identity, L"ECDSA_P256", L"window", 0);
    check_capi(CryptAcquireCertificatePrivateKey(identity.cert, ONLY | CRYPT_ACQUIRE_WINDOW_HANDLE_FLAG, &window, &key,
                                                 &spec, &must_free));
    check_success(NCryptGetProperty(key, NCRYPT_WINDOW_HANDLE_PROPERTY, (BYTE *)&got, sizeof(got), &size, 0));
    ok(got == window, "window %p, expected %p\n", got, window);
    NCryptFreeObject(key);
    remove_identity(&identity);
}

/* --- keys of CAPI --- */

static void check_gives_capi(PCCERT_CONTEXT cert, DWORD flags)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE handle = 0;
    BOOL must_free = 42;
    DWORD spec = 42;

    check_capi(CryptAcquireCertificatePrivateKey(cert, flags, NULL, &handle, &spec, &must_free));
    ok(spec == AT_KEYEXCHANGE, "flags %#lx: spec %#lx\n", flags, spec);
    ok(must_free == TRUE, "flags %#lx: must_free %d\n", flags, must_free);
    check_capi(CryptReleaseContext(handle, 0));
}

/* Row 15.3. With COMPARE the key proves to be that of the certificate. */
static void check_gives_cng(PCCERT_CONTEXT cert, DWORD flags)
{
    BYTE digest[32] = { 1 }, signature[128];
    NCRYPT_KEY_HANDLE key = acquire(cert, flags | COMPARE);

    ok(sign_digest(key, digest, signature, sizeof(signature)) == 128, "flags %#lx: no signature\n", flags);
    if (!(flags & CACHE)) check_success(NCryptFreeObject(key));
}

static void test_capi_key(void)
{
    struct capi_identity identity;

    make_capi_identity(&identity, L"capi");
    check_gives_capi(identity.cert, 0);
    check_gives_capi(identity.cert, ALLOW);
    check_gives_capi(identity.cert, COMPARE | SILENT);
    check_gives_cng(identity.cert, PREFER);
    check_gives_cng(identity.cert, ONLY);
    link_to_container(identity.cert, identity.name, AT_KEYEXCHANGE | AT_SIGNATURE); /* Wine's PFX import (row 18.7) */
    check_gives_cng(identity.cert, PREFER);
    check_gives_cng(identity.cert, ONLY | SILENT);
    check_gives_cng(identity.cert, ONLY | CACHE);
    remove_capi_identity(&identity);
}

/* A certificate that has a handle of CAPI and no name (.NET: an X509Certificate2 with a CAPI key of the process). */
static void test_capi_handle(void)
{
    struct capi_identity identity;
    CERT_KEY_CONTEXT context = { .cbSize = sizeof(context) };
    PCCERT_CONTEXT cert;

    make_capi_identity(&identity, L"capi handle");
    cert = bare_copy(identity.cert);
    context.hCryptProv = identity.context;
    context.dwKeySpec = AT_KEYEXCHANGE;
    check_capi(
        CertSetCertificateContextProperty(cert, CERT_KEY_CONTEXT_PROP_ID, CERT_STORE_NO_CRYPT_RELEASE_FLAG, &context));
    check_gives_cng(cert, ONLY);
    check_gives_cng(cert, PREFER);
    CertFreeCertificateContext(cert);
    remove_capi_identity(&identity);
}

/* PREFER falls back on CAPI where the container bridge has nothing to give; ONLY fails. */
static void test_capi_missing(void)
{
    struct identity identity;
    PCCERT_CONTEXT cert;

    make_identity(&identity, L"RSA", L"capi missing", 0);
    cert = bare_copy(identity.cert);
    link_to_container(cert, L"ncrypt test of no container", AT_KEYEXCHANGE);
    check_status(NTE_BAD_KEYSET, acquire_error(cert, ONLY));
    ok(acquire_error(cert, PREFER), "a container that is not there\n");
    CertFreeCertificateContext(cert);
    remove_identity(&identity);
}

START_TEST(acquire)
{
    test_flags(L"RSA");
    test_flags(L"ECDSA_P256");
    test_flags(L"ECDH_P384");
    test_flags(L"DSA");
    test_capi_caller();
    test_optional();
    test_cache();
    test_cache_is_bounded();
    test_cache_is_current();
    test_compare();
    test_use_prov_info();
    test_missing();
    test_odd_properties();
    test_machine();
    test_window();
    test_capi_key();
    test_capi_handle();
    test_capi_missing();
}
