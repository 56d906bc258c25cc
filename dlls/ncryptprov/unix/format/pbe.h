/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Password-based encryption, as EncryptedPrivateKeyInfo (RFC 5958) uses it: PBES2 with PBKDF2 (RFC 8018) or scrypt (RFC
 * 7914), the schemes of PKCS#12 over SHA-1 (RFC 7292 B and C), and, for reading only, PBES1 (RFC 8018 6.1) with MD5 and
 * SHA-1. */
#ifndef ENGINE_PBE_H
#define ENGINE_PBE_H

#include "base/memory.h"
#include "base/status.h"

/* A file from elsewhere sets the cost of its own key; more iterations than this (about ten seconds) are refused. */
#ifndef PBE_MAX_ITERATIONS
#define PBE_MAX_ITERATIONS 10000000
#endif

/* For writing, unless the caller chooses. */
#ifndef PBE_OWN_ITERATIONS
#define PBE_OWN_ITERATIONS 100000
#endif

/* A password in the two forms that are hashed; secret_alloc'ed. */
struct password
{
    struct bytes utf8;              /* PBES1 and PBES2: without NUL */
    struct bytes bmp;               /* PKCS#12: big-endian UTF-16 with its NUL */
};

/* text NULL: the same as "". NTE_INVALID_PARAMETER for half a surrogate pair. */
nte_status password_make(const uint16_t *text, struct password *password);
void password_free(struct password *password);

/* PBKDF2 or the PKCS#12 derivation may be asked to do this. */
int pbe_check_iterations(uint32_t iterations);

/* --- pbe_kdf.c --- */

enum pbe_purpose                    /* the "ID" of RFC 7292 B.3 */
{
    PBE_FOR_KEY = 1,
    PBE_FOR_IV = 2,
    PBE_FOR_MAC = 3,
};

struct nettle_hash;

/* RFC 7292 B.2: fills key. hash: of the SHA-1 and SHA-2 families. */
nte_status pbe_pkcs12_kdf(const struct nettle_hash *hash, enum pbe_purpose purpose, struct bytes bmp, struct bytes salt,
                          uint32_t iterations, uint8_t *key, size_t size);

/* RFC 8018 5.1; size: at most that of a digest. */
nte_status pbe_pbkdf1(const struct nettle_hash *hash, struct bytes utf8, struct bytes salt, uint32_t iterations,
                      uint8_t *key, size_t size);

/* prf: the OID of an HMAC. NTE_NOT_SUPPORTED for an unknown one. */
nte_status pbe_pbkdf2(const char *prf, struct bytes utf8, struct bytes salt, uint32_t iterations, uint8_t *key,
                      size_t size);

/* --- pbe.c --- */

/* algorithm: the inside of an AlgorithmIdentifier. plain: data.size bytes, *size of them are the text.
 * NTE_BAD_DATA         malformed, or the password is wrong as far as the padding can tell
 * NTE_NOT_SUPPORTED    an unknown scheme or part of one
 * NTE_INVALID_PARAMETER  0 or too many iterations, a cost of scrypt beyond its limits */
nte_status pbe_decrypt(struct reader algorithm, const struct password *password, struct bytes data, uint8_t *plain,
                       size_t *size);

struct pbe_choice                   /* of the caller who encrypts; zeros: the defaults */
{
    const char *oid;
    struct bytes param;             /* CRYPT_PKCS12_PBE_PARAMS */
};

/* Appends the AlgorithmIdentifier and the OCTET STRING with plain encrypted. The size is the same in each call.
 * NTE_INVALID_PARAMETER for an impossible param, NTE_NOT_SUPPORTED for schemes that are only read. */
nte_status pbe_encrypt(const struct pbe_choice *choice, const struct password *password, struct bytes plain,
                       struct writer *w);

#endif
