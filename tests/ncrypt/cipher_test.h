/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the topics about symmetric keys share. */
#ifndef CIPHER_TEST_H
#define CIPHER_TEST_H

#include "ncrypt_test.h"

/* NIST SP 800-38A, F.2.1, the first two blocks */
#define KEY      "2b7e151628aed2a6abf7158809cf4f3c"
#define IV       "000102030405060708090a0b0c0d0e0f"
#define CLEAR_1  "6bc1bee22e409f96e93d7e117393172a"
#define CLEAR_2  "ae2d8a571e03ac9c9eb76fac45af8e51"
#define CBC_1    "7649abac8119b246cee98e9b12e9197d"
#define CBC_2    "5086cb9b507219ee95db113a917678b2"

/* CipherKeyBlob (8.50). blob: at least 128 bytes. */
static inline DWORD cipher_blob(BYTE *blob, const WCHAR *alg, const char *hex)
{
    NCRYPT_KEY_BLOB_HEADER *header = (NCRYPT_KEY_BLOB_HEADER *)blob;
    DWORD *inner;

    header->cbSize = sizeof(*header);
    header->dwMagic = NCRYPT_CIPHER_KEY_BLOB_MAGIC;
    header->cbAlgName = (lstrlenW(alg) + 1) * sizeof(WCHAR);
    memcpy(header + 1, alg, header->cbAlgName);
    inner = (DWORD *)((BYTE *)(header + 1) + header->cbAlgName);
    inner[0] = BCRYPT_KEY_DATA_BLOB_MAGIC;
    inner[1] = BCRYPT_KEY_DATA_BLOB_VERSION1;
    inner[2] = from_hex((BYTE *)(inner + 3), hex);
    header->cbKeyData = 12 + inner[2];
    return sizeof(*header) + header->cbAlgName + header->cbKeyData;
}

static inline NCRYPT_KEY_HANDLE import_key(NCRYPT_PROV_HANDLE provider, const WCHAR *alg, const char *hex)
{
    DWORD buffer[64];
    NCRYPT_KEY_HANDLE key;
    DWORD size = cipher_blob((BYTE *)buffer, alg, hex);

    check_success(import_blob(provider, NCRYPT_CIPHER_KEY_BLOB, buffer, size, &key));
    return key;
}

static inline void set_mode(NCRYPT_KEY_HANDLE key, const WCHAR *mode)
{
    check_success(set_text(key, NCRYPT_CHAINING_MODE_PROPERTY, mode, 0));               /* 7.29 */
}

#endif
