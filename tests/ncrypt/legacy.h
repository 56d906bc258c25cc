/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the topics about CryptoAPI (CAPI) share: containers and their keys, and signatures that each side checks
 * for the other. CAPI has numbers and signatures the other way round. */
#ifndef NCRYPT_TEST_LEGACY_H
#define NCRYPT_TEST_LEGACY_H

#include "ncrypt_test.h"

#define CSP_NAME MS_ENH_RSA_AES_PROV_W
#define CSP_TYPE PROV_RSA_AES

static inline void capi_(const char *file, int line, BOOL result, const char *call)
{
    ok_(file, line)(result, "%s: error %#lx\n", call, GetLastError());
}
#define check_capi(call) capi_(__FILE__, __LINE__, call, #call)

static inline BOOL open_container(HCRYPTPROV *context, const WCHAR *name, DWORD flags)
{
    *context = 0;
    return CryptAcquireContextW(context, name, CSP_NAME, CSP_TYPE, flags | CRYPT_SILENT);
}

/* 0 or the error of opening it. */
static inline DWORD container_error(const WCHAR *name, DWORD flags)
{
    HCRYPTPROV context;

    if (!open_container(&context, name, flags)) return GetLastError();
    CryptReleaseContext(context, 0);
    return 0;
}

static inline void remove_container(const WCHAR *name, DWORD flags)
{
    HCRYPTPROV context;

    open_container(&context, name, flags | CRYPT_DELETEKEYSET);
}

static inline HCRYPTHASH capi_hash(HCRYPTPROV context, ALG_ID alg, const BYTE *digest)
{
    HCRYPTHASH hash = 0;

    check_capi(CryptCreateHash(context, alg, 0, 0, &hash));
    check_capi(CryptSetHashParam(hash, HP_HASHVAL, digest, 0));
    return hash;
}

/* Does CAPI accept what it signs with the key? About one key in 10,000 that Wine 10.0 makes has a wrong coefficient
 * (q^-1 modulo p), and with that all its signatures are wrong. */
static inline BOOL capi_key_works(HCRYPTPROV context, HCRYPTKEY key, DWORD key_spec)
{
    static const BYTE digest[32] = { 1 };
    HCRYPTHASH hash = capi_hash(context, CALG_SHA_256, digest);
    BYTE signature[2048];
    DWORD size = sizeof(signature);
    BOOL works;

    check_capi(CryptSignHashW(hash, key_spec, NULL, 0, signature, &size));
    works = CryptVerifySignatureW(hash, signature, size, key, NULL, 0);
    CryptDestroyHash(hash);
    return works;
}

/* A container with a new key; more keys go into the same one. flags: CRYPT_MACHINE_KEYSET or 0. */
static inline void make_container(const WCHAR *name, DWORD flags, DWORD key_spec, DWORD bits, BOOL exportable)
{
    HCRYPTPROV context;
    HCRYPTKEY key;
    BOOL works;

    if (!open_container(&context, name, flags)) check_capi(open_container(&context, name, flags | CRYPT_NEWKEYSET));
    do
    {
        check_capi(CryptGenKey(context, key_spec, bits << 16 | (exportable ? CRYPT_EXPORTABLE : 0), &key));
        works = capi_key_works(context, key, key_spec);
        check_capi(CryptDestroyKey(key));
    } while (!works);
    check_capi(CryptReleaseContext(context, 0));
}

static inline void reverse(BYTE *data, DWORD size)
{
    DWORD i;
    BYTE b;

    for (i = 0; i < size / 2; i++) b = data[i], data[i] = data[size - 1 - i], data[size - 1 - i] = b;
}

/* Does CAPI's key of the container accept a signature of ours of a SHA-256 digest? */
static inline BOOL capi_verifies(const WCHAR *name, DWORD flags, DWORD key_spec, const BYTE *digest,
                                 const BYTE *signature, DWORD size)
{
    HCRYPTPROV context;
    HCRYPTHASH hash;
    HCRYPTKEY key = 0;
    BYTE copy[2048];
    BOOL good;

    memcpy(copy, signature, size);
    reverse(copy, size);
    check_capi(open_container(&context, name, flags));
    check_capi(CryptGetUserKey(context, key_spec, &key));
    hash = capi_hash(context, CALG_SHA_256, digest);
    good = CryptVerifySignatureW(hash, copy, size, key, NULL, 0);
    CryptDestroyHash(hash);
    CryptDestroyKey(key);
    CryptReleaseContext(context, 0);
    return good;
}

/* CAPI signs a SHA-256 digest with a key of the container. Returns the size; the result is big-endian. */
static inline DWORD capi_signs(const WCHAR *name, DWORD flags, DWORD key_spec, const BYTE *digest, BYTE *signature,
                               DWORD size)
{
    HCRYPTPROV context;
    HCRYPTHASH hash;

    check_capi(open_container(&context, name, flags));
    hash = capi_hash(context, CALG_SHA_256, digest);
    check_capi(CryptSignHashW(hash, key_spec, NULL, 0, signature, &size));
    CryptDestroyHash(hash);
    CryptReleaseContext(context, 0);
    reverse(signature, size);
    return size;
}

/* The NCrypt key and the CAPI key of the container are one: each accepts what the other one signs. */
static inline void check_same_(const char *file, int line, NCRYPT_KEY_HANDLE key, const WCHAR *name, DWORD flags,
                               DWORD key_spec)
{
    BCRYPT_PKCS1_PADDING_INFO sha256 = { BCRYPT_SHA256_ALGORITHM };
    BYTE digest[32] = { 1, 2, 3 }, signature[2048];
    SECURITY_STATUS status;
    DWORD size;

    status = NCryptSignHash(key, &sha256, digest, 32, signature, sizeof(signature), &size, BCRYPT_PAD_PKCS1);
    ok_(file, line)(!status, "NCryptSignHash: %#lx\n", status);
    if (status) return;
    ok_(file, line)(capi_verifies(name, flags, key_spec, digest, signature, size),
                    "CAPI does not accept our signature\n");
    digest[0]++;
    ok_(file, line)(!capi_verifies(name, flags, key_spec, digest, signature, size), "CAPI accepts anything\n");
    size = capi_signs(name, flags, key_spec, digest, signature, sizeof(signature));
    status = NCryptVerifySignature(key, &sha256, digest, 32, signature, size, BCRYPT_PAD_PKCS1);
    ok_(file, line)(!status, "NCryptVerifySignature: %#lx\n", status);
}
#define check_same(key, name, flags, key_spec) check_same_(__FILE__, __LINE__, key, name, flags, key_spec)

#endif
