/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PrivateKeyInfo (RFC 5208, RFC 5958): what all keys have in common. */
#ifndef ENGINE_PKCS8_H
#define ENGINE_PKCS8_H

#include "base/der.h"
#include "format/pbe.h"
#include "number/limbs.h"

/* Attribute 2.5.29.15, first byte of its BIT STRING; Windows stores there what an EC key is for (row 8.34). */
#define PKCS8_DIGITAL_SIGNATURE 0x80u
#define PKCS8_KEY_AGREEMENT     0x08u

/* A PrivateKeyInfo taken apart; it points into what was read. */
struct pkcs8_info
{
    char oid[DER_OID_SIZE];         /* of the algorithm */
    struct reader parameters;       /* what follows it in the AlgorithmIdentifier */
    struct bytes key;               /* content of the OCTET STRING */
    struct bytes public_key;        /* of version 2; data NULL when there is none */
    uint32_t usage;                 /* PKCS8_*, 0 when there is no such attribute */
};

/* Appends a number as INTEGER. Fails only with NTE_NO_MEMORY. */
nte_status pkcs8_write_number(struct writer *w, const mp_limb_t *limbs, mp_size_t count);

/* Checks the outer form alone. Fails only with NTE_BAD_DATA. */
nte_status pkcs8_read_info(struct bytes data, struct pkcs8_info *info);

/* 1 when it begins as an EncryptedPrivateKeyInfo does. */
int pkcs8_is_encrypted(struct bytes data);
/* NTE_BAD_DATA when it is not an EncryptedPrivateKeyInfo. */
nte_status pkcs8_check_encrypted(struct bytes data);
/* The PrivateKeyInfo of an EncryptedPrivateKeyInfo, secret_alloc'ed. secret: UTF-16 with its NUL; NULL: the same as "".
 * On failure plain is unchanged. Statuses as pbe_decrypt: NTE_NOT_SUPPORTED is about the encryption alone. */
nte_status pkcs8_decrypt(struct bytes data, const uint16_t *secret, struct bytes *plain);
/* Appends an EncryptedPrivateKeyInfo. secret: as above. Statuses as pbe_encrypt. */
nte_status pkcs8_encrypt(struct bytes plain, const struct pbe_choice *choice, const uint16_t *secret,
                         struct writer *w);

#endif
