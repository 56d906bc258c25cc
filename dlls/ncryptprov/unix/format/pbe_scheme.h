/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files of password-based encryption share; see pbe.h. */
#ifndef ENGINE_PBE_SCHEME_H
#define ENGINE_PBE_SCHEME_H

#include "crypto/bulk.h"
#include "base/der.h"
#include "format/pbe.h"
#include "crypto/scrypt.h"

#define OID_PBES2 "1.2.840.113549.1.5.13"
#define OID_PBKDF2 "1.2.840.113549.1.5.12"
#define OID_SCRYPT "1.3.6.1.4.1.11591.4.11"
#define OID_HMAC_SHA1 "1.2.840.113549.2.7"
#define OID_HMAC_SHA256 "1.2.840.113549.2.9"
#define OID_AES256_CBC "2.16.840.1.101.3.4.1.42"

struct key_and_iv
{
    uint8_t key[BULK_MAX_KEY], iv[BULK_MAX_BLOCK];
};

/* What PBES2 and its parameters say. */
struct pbes2
{
    struct bulk_cipher cipher;
    struct bytes salt, iv;
    char prf[DER_OID_SIZE];         /* of PBKDF2; "" for scrypt */
    uint32_t iterations;            /* of PBKDF2 */
    struct scrypt_cost cost;        /* of scrypt */
};

/* --- pbes2.c --- */

/* r: what stands behind the OID. Statuses as pbe_decrypt. */
nte_status pbes2_read(struct reader *r, struct pbes2 *scheme);
nte_status pbes2_derive(const struct pbes2 *scheme, const struct password *password, struct key_and_iv *made);

#endif
