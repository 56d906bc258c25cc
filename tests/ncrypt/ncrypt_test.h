/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the topics share: checks of a status or a property, keys and blobs in one line, names that no other
 * process uses. Numbers like 6.17 in the topics are rows of the project's list of observed Windows behaviour. */
#ifndef NCRYPT_TEST_H
#define NCRYPT_TEST_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <wincrypt.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include "wine/test.h"

/* What Windows answers to a NULL algorithm, hash or signature: RPC_X_NULL_REF_POINTER as HRESULT. */
#define NULL_REFERENCE ((SECURITY_STATUS)0x800706f4)

/* Names that older ncrypt.h and winerror.h lack. */
#ifndef NTE_VBS_UNAVAILABLE
#define NTE_VBS_UNAVAILABLE ((SECURITY_STATUS)0x80090039)
#endif
#ifndef NCRYPT_PUBLIC_LENGTH_PROPERTY
#define NCRYPT_PUBLIC_LENGTH_PROPERTY L"PublicKeyLength"
#endif
#ifndef NCRYPT_SIGNATURE_LENGTH_PROPERTY
#define NCRYPT_SIGNATURE_LENGTH_PROPERTY L"SignatureLength"
#endif
#ifndef NCRYPT_ECC_CURVE_NAME_PROPERTY
#define NCRYPT_ECC_CURVE_NAME_PROPERTY L"ECCCurveName"
#endif
#ifndef NCRYPT_UNIQUE_NAME_PROPERTY
#define NCRYPT_UNIQUE_NAME_PROPERTY L"Unique Name"
#endif
#ifndef NCRYPT_IGNORE_DEVICE_STATE_FLAG
#define NCRYPT_IGNORE_DEVICE_STATE_FLAG 0x1000
#endif
#ifndef NCRYPT_PREFER_VBS_FLAG
#define NCRYPT_PREFER_VBS_FLAG 0x10000
#define NCRYPT_REQUIRE_VBS_FLAG 0x20000
#define NCRYPT_USE_PER_BOOT_KEY_FLAG 0x40000
#endif

/* The curves, for tables. */
static const struct curve
{
    const WCHAR *ecdsa, *ecdh, *name;
    DWORD bits, bytes;                      /* bytes of a coordinate */
    DWORD ecdsa_public, ecdh_public;        /* blob magics; those of private keys are one byte further up */
}
curves[] =
{
    { L"ECDSA_P256", L"ECDH_P256", L"nistP256", 256, 32,
      BCRYPT_ECDSA_PUBLIC_P256_MAGIC, BCRYPT_ECDH_PUBLIC_P256_MAGIC },
    { L"ECDSA_P384", L"ECDH_P384", L"nistP384", 384, 48,
      BCRYPT_ECDSA_PUBLIC_P384_MAGIC, BCRYPT_ECDH_PUBLIC_P384_MAGIC },
    { L"ECDSA_P521", L"ECDH_P521", L"nistP521", 521, 66,
      BCRYPT_ECDSA_PUBLIC_P521_MAGIC, BCRYPT_ECDH_PUBLIC_P521_MAGIC },
};
#define PRIVATE_MAGIC(magic) ((magic) + 0x01000000)

/* --- checks --- */

static inline void check_status_(const char *file, int line, SECURITY_STATUS expected, SECURITY_STATUS status,
                                 const char *call)
{
    ok_(file, line)(status == expected, "%s: got %#lx, expected %#lx\n", call, status, expected);
}
#define check_status(expected, call) check_status_(__FILE__, __LINE__, expected, call, #call)
#define check_success(call) check_status(ERROR_SUCCESS, call)

static inline void check_failure_(const char *file, int line, SECURITY_STATUS status, const char *call)
{
    ok_(file, line)(status != ERROR_SUCCESS, "%s: succeeded\n", call);
}
#define check_failure(call) check_failure_(__FILE__, __LINE__, call, #call)

/* A property whose value has exactly this size and these bytes, for a size query as well (6.52). */
static inline void check_property_(const char *file, int line, NCRYPT_HANDLE object, const WCHAR *name,
                                   const void *value, DWORD size)
{
    BYTE data[512];
    DWORD result = 0xdeadbeef;
    SECURITY_STATUS status;

    status = NCryptGetProperty(object, name, NULL, 0, &result, 0);
    ok_(file, line)(!status, "%s: size query got %#lx\n", wine_dbgstr_w(name), status);
    ok_(file, line)(result == size, "%s: size query gave %lu, expected %lu\n", wine_dbgstr_w(name), result, size);

    memset(data, 0xcc, sizeof(data));
    result = 0xdeadbeef;
    status = NCryptGetProperty(object, name, data, sizeof(data), &result, 0);
    ok_(file, line)(!status, "%s: got %#lx\n", wine_dbgstr_w(name), status);
    ok_(file, line)(result == size, "%s: got size %lu, expected %lu\n", wine_dbgstr_w(name), result, size);
    ok_(file, line)(!memcmp(data, value, size), "%s: wrong value, starts with %#lx\n", wine_dbgstr_w(name),
                    *(DWORD *)data);
    ok_(file, line)(data[size] == 0xcc, "%s: wrote past the end\n", wine_dbgstr_w(name));
}

static inline void check_dword_(const char *file, int line, NCRYPT_HANDLE object, const WCHAR *name, DWORD value)
{
    check_property_(file, line, object, name, &value, sizeof(value));
}

/* Strings come with their NUL. */
static inline void check_text_(const char *file, int line, NCRYPT_HANDLE object, const WCHAR *name,
                               const WCHAR *text)
{
    check_property_(file, line, object, name, text, (lstrlenW(text) + 1) * sizeof(WCHAR));
}
#define check_property(object, name, value, size) check_property_(__FILE__, __LINE__, object, name, value, size)
#define check_dword(object, name, value) check_dword_(__FILE__, __LINE__, object, name, value)
#define check_text(object, name, text) check_text_(__FILE__, __LINE__, object, name, text)

static inline SECURITY_STATUS get_dword(NCRYPT_HANDLE object, const WCHAR *name, DWORD *value)
{
    DWORD size;

    *value = 0xdeadbeef;
    return NCryptGetProperty(object, name, (BYTE *)value, sizeof(*value), &size, 0);
}

static inline SECURITY_STATUS set_dword(NCRYPT_HANDLE object, const WCHAR *name, DWORD value, DWORD flags)
{
    return NCryptSetProperty(object, name, (BYTE *)&value, sizeof(value), flags);
}

static inline SECURITY_STATUS set_text(NCRYPT_HANDLE object, const WCHAR *name, const WCHAR *text, DWORD flags)
{
    return NCryptSetProperty(object, name, (BYTE *)text, (lstrlenW(text) + 1) * sizeof(WCHAR), flags);
}

/* --- providers and keys --- */

static inline BOOL running_on_wine(void)
{
    return !strcmp(winetest_platform, "wine");
}

static inline NCRYPT_PROV_HANDLE open_provider(void)
{
    NCRYPT_PROV_HANDLE provider = 0;

    check_success(NCryptOpenStorageProvider(&provider, NULL, 0));
    return provider;
}

/* A key name of this process. name: at least 128 characters. */
static inline const WCHAR *key_name(WCHAR *name, const WCHAR *what)
{
    _snwprintf(name, 127, L"ncrypt test %lu %ls", GetCurrentProcessId(), what);
    name[127] = 0;
    return name;
}

static inline SECURITY_STATUS open_status(NCRYPT_PROV_HANDLE provider, const WCHAR *name, DWORD flags)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    status = NCryptOpenKey(provider, &key, name, 0, flags);
    if (!status) NCryptFreeObject(key);
    return status;
}

/* Leaves no key of that name behind. */
static inline void remove_key(NCRYPT_PROV_HANDLE provider, const WCHAR *name, DWORD flags)
{
    NCRYPT_KEY_HANDLE key;

    if (!NCryptOpenKey(provider, &key, name, 0, flags) && NCryptDeleteKey(key, 0)) NCryptFreeObject(key);
}

/* name NULL: ephemeral. bits 0: the default. policy 0: not exportable. The result is finalized. */
static inline NCRYPT_KEY_HANDLE make_key(NCRYPT_PROV_HANDLE provider, const WCHAR *alg, const WCHAR *name,
                                         DWORD bits, DWORD policy, DWORD flags)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, alg, name, 0, flags));
    if (bits) check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, bits, 0));
    if (policy) check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, policy, 0));
    check_success(NCryptFinalizeKey(key, 0));
    return key;
}

static inline SECURITY_STATUS import_blob(NCRYPT_PROV_HANDLE provider, const WCHAR *type, const void *blob,
                                          DWORD size, NCRYPT_KEY_HANDLE *key)
{
    *key = 0;
    return NCryptImportKey(provider, 0, type, NULL, key, (BYTE *)blob, size, 0);
}

static inline SECURITY_STATUS export_blob(NCRYPT_KEY_HANDLE key, const WCHAR *type, void *blob, DWORD capacity,
                                          DWORD *size)
{
    *size = 0xdeadbeef;
    return NCryptExportKey(key, 0, type, NULL, blob, capacity, size, 0);
}

/* --- bytes --- */

/* Returns the bytes written. */
static inline DWORD from_hex(BYTE *dst, const char *hex)
{
    static const char digits[] = "0123456789abcdef";
    DWORD size;

    for (size = 0; hex[2 * size]; size++)
        dst[size] = (strchr(digits, hex[2 * size]) - digits) << 4 | (strchr(digits, hex[2 * size + 1]) - digits);
    return size;
}

static inline BOOL equals_hex(const BYTE *data, const char *hex)
{
    BYTE expected[1024];

    return !memcmp(data, expected, from_hex(expected, hex));
}

/* Writes a BCRYPT_RSAKEY_BLOB; magic decides how much of it. blob: at least 2048 bytes. Returns the size. */
static inline DWORD rsa_blob(BYTE *blob, DWORD magic, const char *n, const char *e, const char *p, const char *q,
                             const char *dp, const char *dq, const char *qinv, const char *d)
{
    BCRYPT_RSAKEY_BLOB *header = (BCRYPT_RSAKEY_BLOB *)blob;
    DWORD size = sizeof(*header);

    memset(header, 0, sizeof(*header));
    header->Magic = magic;
    size += header->cbPublicExp = from_hex(blob + size, e);
    size += header->cbModulus = from_hex(blob + size, n);
    header->BitLength = header->cbModulus * 8;
    if (magic == BCRYPT_RSAPUBLIC_MAGIC) return size;
    size += header->cbPrime1 = from_hex(blob + size, p);
    size += header->cbPrime2 = from_hex(blob + size, q);
    if (magic == BCRYPT_RSAPRIVATE_MAGIC) return size;
    size += from_hex(blob + size, dp);
    size += from_hex(blob + size, dq);
    size += from_hex(blob + size, qinv);
    return size + from_hex(blob + size, d);
}
#define make_rsa_blob(blob, magic, k) \
    rsa_blob(blob, magic, (k).n, (k).e, (k).p, (k).q, (k).dp, (k).dq, (k).qinv, (k).d)

/* Writes a BCRYPT_ECCKEY_BLOB; d NULL: public. Returns the size. */
static inline DWORD ec_blob(BYTE *blob, DWORD magic, const char *x, const char *y, const char *d)
{
    BCRYPT_ECCKEY_BLOB *header = (BCRYPT_ECCKEY_BLOB *)blob;
    DWORD size = sizeof(*header);

    header->dwMagic = magic;
    size += header->cbKey = from_hex(blob + size, x);
    size += from_hex(blob + size, y);
    return d ? size + from_hex(blob + size, d) : size;
}

#endif
