/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptSecretAgreement: which keys agree, and upon what (rows 10.33, 13.1 to 13.3, 13.14, 13.16, 13.22). */
#include "ncrypt_test.h"
#include "vectors.h"
#include "agree_sample.h"

/* Both sides, by their reversed bytes; returns how many. */
static DWORD check_agreement(NCRYPT_KEY_HANDLE a, NCRYPT_KEY_HANDLE b, BYTE output[512])
{
    NCRYPT_SECRET_HANDLE secret = 0;
    BYTE other[512];
    DWORD size = 0, other_size = 0;

    check_success(NCryptSecretAgreement(a, b, &secret, 0));
    check_success(NCryptDeriveKey(secret, BCRYPT_KDF_RAW_SECRET, NULL, output, 512, &size, 0));
    check_success(NCryptFreeObject(secret));
    check_success(NCryptSecretAgreement(b, a, &secret, NCRYPT_SILENT_FLAG));
    check_success(NCryptDeriveKey(secret, BCRYPT_KDF_RAW_SECRET, NULL, other, 512, &other_size, 0));
    check_success(NCryptFreeObject(secret));
    ok(size && size == other_size && !memcmp(output, other, size), "the two disagree, %lu and %lu bytes\n", size,
       other_size);
    return size;
}

static SECURITY_STATUS agree_status(NCRYPT_KEY_HANDLE own, NCRYPT_KEY_HANDLE peer)
{
    NCRYPT_SECRET_HANDLE secret = 0xdead;
    SECURITY_STATUS status = NCryptSecretAgreement(own, peer, &secret, 0);

    if (!status) NCryptFreeObject(secret);
    else ok(!secret, "got a handle\n");
    return status;
}

static void test_known_answer(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE a = import_ecdh(provider, BCRYPT_ECDH_PUBLIC_P256_MAGIC, &ike_initiator, TRUE);
    NCRYPT_KEY_HANDLE b = import_ecdh(provider, BCRYPT_ECDH_PUBLIC_P256_MAGIC, &ike_responder, TRUE);
    BYTE output[512];
    DWORD size;

    size = check_agreement(a, b, output);                                               /* 13.1, 13.14 */
    ok(size == 32 && equals_hex(output, IKE_SECRET_REVERSED), "wrong secret\n");
    check_success(NCryptFreeObject(a));
    check_success(NCryptFreeObject(b));
}

static void test_curves(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key, peer, public, other = make_key(provider, L"ECDH_P256", NULL, 0, 0, 0);
    NCRYPT_SECRET_HANDLE secret;
    BYTE blob[256], output[512];
    DWORD size, i;

    for (i = 0; i < ARRAY_SIZE(curves); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(curves[i].ecdh));
        key = make_key(provider, curves[i].ecdh, NULL, 0, 0, 0);
        peer = make_key(provider, curves[i].ecdh, NULL, 0, 0, 0);
        size = check_agreement(key, peer, output);
        ok(size == curves[i].bytes, "got %lu\n", size);

        check_success(export_blob(peer, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof(blob), &size));
        check_success(import_blob(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size, &public));
        check_success(NCryptSecretAgreement(key, public, &secret, 0));                  /* 13.1 */
        check_success(NCryptFreeObject(secret));
        check_success(agree_status(key, key));                                          /* 13.2 */
        /* open question: what BCrypt answers for signing */
        check_status(NTE_INVALID_PARAMETER, agree_status(public, key));
        if (i) check_status(NTE_INVALID_PARAMETER, agree_status(key, other));           /* 13.3 */
        if (i) check_status(NTE_INVALID_PARAMETER, agree_status(other, public));
        check_success(NCryptFreeObject(public));
        check_success(NCryptFreeObject(peer));
        check_success(NCryptFreeObject(key));
        winetest_pop_context();
    }
    check_success(NCryptFreeObject(other));
}

static NCRYPT_KEY_HANDLE make_on_curve(NCRYPT_PROV_HANDLE provider, const WCHAR *curve)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDH", NULL, 0, 0));
    check_success(set_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, curve, 0));
    check_success(NCryptFinalizeKey(key, 0));
    return key;
}

static SECURITY_STATUS import_on_curve(NCRYPT_PROV_HANDLE provider, const WCHAR *type, const void *blob,
                                       DWORD size, const WCHAR *curve, NCRYPT_KEY_HANDLE *key)
{
    struct list list = NO_BUFFERS;

    add(&list, NCRYPTBUFFER_ECC_CURVE_NAME, curve, (lstrlenW(curve) + 1) * sizeof(WCHAR));
    return NCryptImportKey(provider, 0, type, &list.desc, key, (BYTE *)blob, size, 0);
}

/* RFC 7748 6.1, with Bob's private key. The bytes come in the reverse of the order of the RFC, as all curves have
 * them reversed: .NET turns them round, and SSH.NET gets what SSH wants. */
static void test_x25519(NCRYPT_PROV_HANDLE provider)
{
    static const char zero[] = "0000000000000000000000000000000000000000000000000000000000000000";
    NCRYPT_KEY_HANDLE bob, alice, key, peer;
    BYTE blob[256], output[512];
    NCRYPT_SECRET_HANDLE secret;
    DWORD size, i;

    size = ec_blob(blob, BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC,
                   "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", zero, NULL);
    check_success(import_on_curve(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size, L"curve25519", &alice));
    size = ec_blob(blob, BCRYPT_ECDH_PRIVATE_GENERIC_MAGIC,
                   "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", zero,
                   "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    check_success(import_on_curve(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size, L"curve25519", &bob));
    check_success(NCryptSecretAgreement(bob, alice, &secret, 0));                       /* 13.22 */
    memset(output, 0xcc, sizeof(output));
    check_success(NCryptDeriveKey(secret, BCRYPT_KDF_RAW_SECRET, NULL, output, 64, &size, 0));
    for (i = 0; i < 16; i++)
    {
        BYTE swap = output[i];
        output[i] = output[31 - i];
        output[31 - i] = swap;
    }
    ok(size == 32 && equals_hex(output, "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"),
       "wrong secret\n");
    check_success(NCryptFreeObject(secret));

    key = make_on_curve(provider, L"curve25519");
    peer = make_on_curve(provider, L"Curve25519");
    ok(check_agreement(key, peer, output) == 32, "wrong size\n");
    size = ec_blob(blob, BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC, zero, zero, NULL);           /* small order */
    check_success(NCryptFreeObject(peer));
    if (!import_on_curve(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size, L"curve25519", &peer))
    {
        check_status(NTE_INVALID_PARAMETER, agree_status(key, peer));
        check_success(NCryptFreeObject(peer));
    }
    peer = make_on_curve(provider, L"secP256k1");
    check_status(NTE_INVALID_PARAMETER, agree_status(key, peer));
    check_success(NCryptFreeObject(peer));
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(bob));
    check_success(NCryptFreeObject(alice));
}

/* The generic algorithm on a curve that has one of its own agrees with that one. */
static void test_generic(NCRYPT_PROV_HANDLE provider)
{
    static const WCHAR *const names[] = { L"nistP224", L"brainpoolP320r1", L"secP256k1", L"nistP521" };
    NCRYPT_KEY_HANDLE key, peer;
    BYTE output[512];
    DWORD i;

    for (i = 0; i < ARRAY_SIZE(names); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(names[i]));
        key = make_on_curve(provider, names[i]);
        peer = make_on_curve(provider, names[i]);
        check_agreement(key, peer, output);
        check_success(NCryptFreeObject(peer));
        check_success(NCryptFreeObject(key));
        winetest_pop_context();
    }
    key = make_on_curve(provider, L"nistP256");
    peer = make_key(provider, L"ECDH_P256", NULL, 0, 0, 0);
    ok(check_agreement(key, peer, output) == 32, "wrong size\n");
    check_success(NCryptFreeObject(peer));
    check_success(NCryptFreeObject(key));
}

static void test_dh(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_key(provider, L"DH", NULL, 1024, 0, 0), peer, ec;
    BYTE output[512], blob[1024];
    DWORD size;

    peer = make_key(provider, L"DH", NULL, 1024, 0, 0);
    ok(check_agreement(key, peer, output) == 128, "wrong size\n");
    check_status(NTE_NOT_SUPPORTED, NCryptSignHash(key, NULL, output, 20, blob, 512, &size, 0));    /* 13.16 */
    check_status(NTE_NOT_SUPPORTED, NCryptEncrypt(key, output, 20, NULL, blob, 512, &size, 0));

    /* a peer of y = 1, which would make the secret 1, is no key, and neither is p - 1 */
    check_success(export_blob(peer, BCRYPT_DH_PUBLIC_BLOB, blob, sizeof(blob), &size));
    check_success(NCryptFreeObject(peer));
    memset(blob + size - 128, 0, 127);
    blob[size - 1] = 1;
    check_failure(import_blob(provider, BCRYPT_DH_PUBLIC_BLOB, blob, size, &peer));
    memcpy(blob + size - 128, blob + sizeof(BCRYPT_DH_KEY_BLOB), 128);
    blob[size - 1]--;
    check_failure(import_blob(provider, BCRYPT_DH_PUBLIC_BLOB, blob, size, &peer));

    peer = make_key(provider, L"DH", NULL, 768, 0, 0);
    check_status(NTE_INVALID_PARAMETER, agree_status(key, peer));
    check_success(NCryptFreeObject(peer));
    ec = make_key(provider, L"ECDH_P256", NULL, 0, 0, 0);
    check_status(NTE_INVALID_PARAMETER, agree_status(key, ec));
    check_status(NTE_INVALID_PARAMETER, agree_status(ec, key));
    check_success(NCryptFreeObject(ec));
    check_success(NCryptFreeObject(key));
}

static void test_refused(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE ecdh = make_key(provider, L"ECDH_P256", NULL, 0, 0, 0), key;
    NCRYPT_KEY_HANDLE ecdsa = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    NCRYPT_KEY_HANDLE rsa = make_key(provider, L"RSA", NULL, 1024, 0, 0);
    NCRYPT_SECRET_HANDLE secret;

    check_status(NTE_NOT_SUPPORTED, agree_status(ecdsa, ecdh));         /* 10.33; open question: which status */
    check_status(NTE_INVALID_PARAMETER, agree_status(ecdh, ecdsa));
    check_status(NTE_NOT_SUPPORTED, agree_status(rsa, rsa));
    check_status(NTE_INVALID_PARAMETER, agree_status(ecdh, rsa));
    check_status(NTE_INVALID_PARAMETER, NCryptSecretAgreement(ecdh, ecdh, NULL, 0));
    check_status(NTE_BAD_FLAGS, NCryptSecretAgreement(ecdh, ecdh, &secret, 1));
    check_status(NTE_INVALID_HANDLE, agree_status(0, ecdh));
    check_status(NTE_INVALID_HANDLE, agree_status(ecdh, 0));
    check_status(NTE_INVALID_HANDLE, agree_status(provider, ecdh));

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDH_P256", NULL, 0, 0));
    check_status(NTE_BAD_KEY_STATE, agree_status(key, ecdh));
    check_status(NTE_BAD_KEY_STATE, agree_status(ecdh, key));
    check_success(set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_SIGNING_FLAG, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_status(NTE_PERM, agree_status(key, ecdh));
    check_success(agree_status(ecdh, key));                             /* of the peer it does not matter */
    check_success(NCryptFreeObject(key));
    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDH_P256", NULL, 0, 0));
    check_success(set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_KEY_AGREEMENT_FLAG, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(agree_status(key, ecdh));
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(rsa));
    check_success(NCryptFreeObject(ecdsa));
    check_success(NCryptFreeObject(ecdh));
}

/* A secret outlives its keys and its provider's handle, and is a handle of its own kind. */
static void test_handle(void)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCRYPT_SECRET_HANDLE secret = ike_secret(provider);
    BYTE output[64];
    DWORD size;

    check_success(NCryptFreeObject(provider));
    ok(!NCryptIsKeyHandle(secret), "a key\n");
    check_secret(secret, BCRYPT_KDF_RAW_SECRET, NULL, 64, 0, IKE_SECRET_REVERSED);
    check_status(NTE_INVALID_HANDLE, NCryptSignHash(secret, NULL, output, 20, output, 64, &size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(secret, NCRYPT_NAME_PROPERTY, output, 64, &size, 0));
    check_status(NTE_NOT_SUPPORTED, set_dword(secret, L"Something", 1, 0));
    check_success(NCryptFreeObject(secret));
    check_status(NTE_INVALID_HANDLE, NCryptFreeObject(secret));
    check_status(NTE_INVALID_HANDLE, NCryptDeriveKey(secret, BCRYPT_KDF_HASH, NULL, output, 64, &size, 0));
}

/* A key from the store agrees as the one that was put there. */
static void test_named(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE peer = make_key(provider, L"ECDH_P384", NULL, 0, 0, 0), key;
    BYTE first[512], second[512];
    WCHAR name[128];
    DWORD size;

    remove_key(provider, key_name(name, L"agree"), 0);
    key = make_key(provider, L"ECDH_P384", name, 0, 0, 0);
    size = check_agreement(key, peer, first);
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    ok(check_agreement(key, peer, second) == size && !memcmp(first, second, size), "another secret\n");
    check_success(NCryptDeleteKey(key, 0));
    check_success(NCryptFreeObject(peer));
}

START_TEST(agree)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_known_answer(provider);
    test_curves(provider);
    test_x25519(provider);
    test_generic(provider);
    test_dh(provider);
    test_refused(provider);
    test_handle();
    test_named(provider);
    NCryptFreeObject(provider);
}
