/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files of password-based encryption share; see pbe.h. */
#ifndef ENGINE_PBE_SCHEME_H
#define ENGINE_PBE_SCHEME_H

#include "base/oid.h"
#include "crypto/whole_cipher.h"
#include "base/der.h"
#include "format/pbe.h"
#include "crypto/scrypt.h"

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

/* r: what follows the OID. Statuses as pbe_decrypt. */
nte_status pbes2_read(struct reader *r, struct pbes2 *scheme);
nte_status pbes2_derive(const struct pbes2 *scheme, const struct password *password, struct key_and_iv *made);

#endif
