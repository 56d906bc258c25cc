/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What an import takes from the blob of a private EC key, and what it computes: the public point is made of the
 * private number whatever the blob says (rows 18.1, 18.2), and explicit parameters stay explicit (6.72, 18.3). */
#include "ncrypt_test.h"

#ifndef BCRYPT_ECCFULLPUBLIC_BLOB
#define BCRYPT_ECCFULLPUBLIC_BLOB  L"ECCFULLPUBLICBLOB"
#define BCRYPT_ECCFULLPRIVATE_BLOB L"ECCFULLPRIVATEBLOB"
#endif

static const struct
{
    const WCHAR *name;
    DWORD bytes;
}
named[] =
{
    { L"nistP256", 32 }, { L"nistP521", 66 }, { L"secP160r1", 20 }, { L"secP256k1", 32 }, { L"brainpoolP384r1", 48 },
    { L"curve25519", 32 },
};

static const WCHAR *const types[] =
    { BCRYPT_ECCPRIVATE_BLOB, L"PRIVATEBLOB", BCRYPT_ECCFULLPRIVATE_BLOB, NCRYPT_PKCS8_PRIVATE_KEY_BLOB };

/* alg: one for a single curve, or a generic one. */
static NCRYPT_KEY_HANDLE create(NCRYPT_PROV_HANDLE provider, const WCHAR *alg, const WCHAR *curve)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, alg, NULL, 0, 0));
    if (!wcschr(alg, '_')) check_success(set_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, curve, 0));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, 0));
    check_success(NCryptFinalizeKey(key, 0));
    return key;
}

static void add_text(BCryptBufferDesc *desc, ULONG type, const WCHAR *text)
{
    BCryptBuffer *buffer = &desc->pBuffers[desc->cBuffers++];

    buffer->cbBuffer = (lstrlenW(text) + 1) * sizeof(WCHAR);
    buffer->BufferType = type;
    buffer->pvBuffer = (void *)text;
}

/* curve, name: may be NULL. The key can be exported. */
static SECURITY_STATUS import(NCRYPT_PROV_HANDLE provider, const WCHAR *type, const WCHAR *curve, const WCHAR *name,
                              const BYTE *blob, DWORD size, NCRYPT_KEY_HANDLE *key)
{
    BCryptBuffer buffers[2];
    BCryptBufferDesc desc = { BCRYPTBUFFER_VERSION, 0, buffers };
    SECURITY_STATUS status;

    if (curve) add_text(&desc, NCRYPTBUFFER_ECC_CURVE_NAME, curve);
    if (name) add_text(&desc, NCRYPTBUFFER_PKCS_KEY_NAME, name);
    status = NCryptImportKey(provider, 0, type, &desc, key, (BYTE *)blob, size,
                             NCRYPT_DO_NOT_FINALIZE_FLAG | NCRYPT_OVERWRITE_KEY_FLAG);
    if (status) return status;
    check_success(set_dword(*key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, 0));
    return NCryptFinalizeKey(*key, 0);
}

static BYTE *find(BYTE *data, DWORD size, const BYTE *wanted, DWORD wanted_size)
{
    DWORD i;

    for (i = 0; i + wanted_size <= size; i++)
        if (!memcmp(data + i, wanted, wanted_size)) return data + i;
    return NULL;
}

static void check_signs(NCRYPT_KEY_HANDLE key, NCRYPT_KEY_HANDLE public)
{
    BYTE hash[32] = { 7 }, signature[132];
    DWORD size;

    check_success(NCryptSignHash(key, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, 0));
    check_success(NCryptVerifySignature(public, NULL, hash, sizeof(hash), signature, size, 0));
}

/* points: x and y of the key and of others. */
static void check_form(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, const WCHAR *type, const WCHAR *curve,
                       DWORD bytes, const BYTE *own, const BYTE *other)
{
    static const BYTE zero[132];
    const BYTE *points[] = { own, zero, other };
    BYTE blob[1024], public_blob[256], *at;
    NCRYPT_KEY_HANDLE copy;
    DWORD size, public_size, i;

    check_success(export_blob(key, type, blob, sizeof(blob), &size));
    at = find(blob, size, own, 2 * bytes);
    ok(at != NULL, "no point\n");
    if (!at) return;
    for (i = 0; i < ARRAY_SIZE(points); i++)
    {
        winetest_push_context("point %lu", i);
        memcpy(at, points[i], 2 * bytes);
        check_success(import(provider, type, curve, NULL, blob, size, &copy));
        check_success(export_blob(copy, BCRYPT_ECCPUBLIC_BLOB, public_blob, sizeof(public_blob), &public_size));
        ok(public_size == 8 + 2 * bytes && !memcmp(public_blob + 8, own, 2 * bytes), "another point\n");
        if (lstrcmpW(curve, L"curve25519")) check_signs(copy, key);
        check_success(NCryptFreeObject(copy));
        winetest_pop_context();
    }
    memcpy(at, own, bytes);
    memset(at + bytes, 0x55, bytes);                /* on no curve: 8.23 */
    check_status(NTE_INVALID_PARAMETER, import(provider, type, curve, NULL, blob, size, &copy));
}

static void check_curve(NCRYPT_PROV_HANDLE provider, const WCHAR *alg, const WCHAR *curve, DWORD bytes)
{
    NCRYPT_KEY_HANDLE key = create(provider, alg, curve), other = create(provider, alg, curve);
    BYTE own_blob[256], other_blob[256];
    DWORD size, i;

    check_success(export_blob(key, BCRYPT_ECCPUBLIC_BLOB, own_blob, sizeof(own_blob), &size));
    check_success(export_blob(other, BCRYPT_ECCPUBLIC_BLOB, other_blob, sizeof(other_blob), &size));
    for (i = 0; i < ARRAY_SIZE(types); i++)
    {
        if (!lstrcmpW(curve, L"curve25519") && i >= 2) break;       /* nothing with a point in it */
        winetest_push_context("%ls %ls %ls", alg, curve, types[i]);
        check_form(provider, key, types[i], curve, bytes, own_blob + 8, other_blob + 8);
        winetest_pop_context();
    }
    check_success(NCryptFreeObject(other));
    check_success(NCryptFreeObject(key));
}

static void test_points(NCRYPT_PROV_HANDLE provider)
{
    DWORD i;

    for (i = 0; i < ARRAY_SIZE(curves); i++)
    {
        check_curve(provider, curves[i].ecdsa, curves[i].name, curves[i].bytes);
        check_curve(provider, curves[i].ecdh, curves[i].name, curves[i].bytes);
    }
    for (i = 0; i < ARRAY_SIZE(named); i++) check_curve(provider, L"ECDH", named[i].name, named[i].bytes);
}

/* A name in size and value. */
static void check_no_name(NCRYPT_KEY_HANDLE key)
{
    WCHAR text[64];
    DWORD size;

    check_status(NTE_NOT_FOUND, NCryptGetProperty(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, NULL, 0, &size, 0));
    check_status(NTE_NOT_FOUND, NCryptGetProperty(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, (BYTE *)text, sizeof(text),
                                                  &size, 0));
}

/* A key on the curve's numbers, as PKCS #8 under a name, stored, opened, exported: the same bytes. */
static void check_explicit(NCRYPT_PROV_HANDLE provider, const WCHAR *alg, const WCHAR *curve)
{
    static const BYTE prime_field[] = { 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x01, 0x01 };
    NCRYPT_KEY_HANDLE key = create(provider, alg, curve), copy, opened;
    BYTE blob[1024], again[1024];
    DWORD size, again_size;
    WCHAR name[128];

    check_success(export_blob(key, BCRYPT_ECCFULLPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_success(import(provider, BCRYPT_ECCFULLPRIVATE_BLOB, NULL, NULL, blob, size, &copy));
    check_no_name(copy);
    check_success(export_blob(copy, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, blob, sizeof(blob), &size));
    ok(find(blob, size, prime_field, sizeof(prime_field)) != NULL, "not explicit\n");
    check_success(NCryptFreeObject(copy));

    key_name(name, L"explicit");
    check_success(import(provider, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, NULL, name, blob, size, &copy));
    check_no_name(copy);
    check_success(NCryptOpenKey(provider, &opened, name, 0, 0));
    check_no_name(opened);
    check_text(opened, NCRYPT_ALGORITHM_PROPERTY, alg);
    check_success(export_blob(opened, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, again, sizeof(again), &again_size));
    ok(size == again_size && !memcmp(blob, again, size), "other bytes\n");
    check_signs(opened, key);
    check_success(NCryptFreeObject(opened));
    check_success(NCryptDeleteKey(copy, 0));
    check_success(NCryptFreeObject(key));
}

static void test_explicit(NCRYPT_PROV_HANDLE provider)
{
    static const WCHAR *const algs[] = { L"ECDSA", L"ECDH" };
    DWORD i, j;

    for (i = 0; i < ARRAY_SIZE(algs); i++)
        for (j = 0; j < ARRAY_SIZE(named); j++)
        {
            if (!lstrcmpW(named[j].name, L"curve25519")) continue;
            winetest_push_context("%ls %ls", algs[i], named[j].name);
            check_explicit(provider, algs[i], named[j].name);
            winetest_pop_context();
        }
}

START_TEST(ec_import)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_points(provider);
    test_explicit(provider);
    check_success(NCryptFreeObject(provider));
}
