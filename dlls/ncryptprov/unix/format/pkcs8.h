/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PrivateKeyInfo (RFC 5208, RFC 5958): what all keys have in common, and the part of each family. */
#ifndef ENGINE_PKCS8_H
#define ENGINE_PKCS8_H

#include "base/der.h"
#include "family.h"
#include "number/limbs.h"

/* Attribute 2.5.29.15, first byte of its BIT STRING; Windows keeps there what an EC key is for (row 8.34). */
#define PKCS8_DIGITAL_SIGNATURE 0x80u
#define PKCS8_KEY_AGREEMENT     0x08u

/* A PrivateKeyInfo taken apart; it points into what was read. */
struct pkcs8_info
{
    char oid[DER_OID_SIZE];         /* of the algorithm */
    struct reader parameters;       /* what stands behind it in the AlgorithmIdentifier */
    struct bytes key;               /* content of the OCTET STRING */
    struct bytes public_key;        /* of version 2; data NULL when there is none */
    uint32_t usage;                 /* PKCS8_*, 0 when there is no such attribute */
};

/* Statuses as blob_import. */
typedef nte_status pkcs8_importer(const struct pkcs8_info *info, struct material **material);

/* Appends the AlgorithmIdentifier, the OCTET STRING and the attributes, if any; the material is private. */
typedef nte_status pkcs8_exporter(const struct material *material, const struct blob_options *options, struct writer *w);

pkcs8_importer pkcs8_import_rsa, pkcs8_import_ec, pkcs8_import_x25519, pkcs8_import_dsa;
pkcs8_exporter pkcs8_export_rsa, pkcs8_export_ec, pkcs8_export_dsa;

/* For them: appends a number as INTEGER. NTE_NO_MEMORY is all that can happen. */
nte_status pkcs8_write_number(struct writer *w, const mp_limb_t *limbs, mp_size_t count);

/* The AlgorithmIdentifier of a DSA key, with its parameters. NTE_NO_MEMORY is all that can happen. */
struct dsa_key;
nte_status pkcs8_write_dsa_algorithm(const struct dsa_key *key, struct writer *w);

/* The attributes that say what an EC key of this group, "ECDSA" or "ECDH", is for. */
void pkcs8_write_usage(struct writer *w, const char *group);

/* The outer form alone. NTE_BAD_DATA is all that can happen. */
nte_status pkcs8_read_info(struct bytes data, struct pkcs8_info *info);

/* A whole PrivateKeyInfo in clear. NTE_BAD_DATA when it is none, NTE_NOT_SUPPORTED for an algorithm that no family
 * knows. */
nte_status pkcs8_read_plain(struct bytes data, struct material **material);
nte_status pkcs8_write_plain(const struct material *material, const struct blob_options *options, struct writer *w);
/* The PrivateKeyInfo of an EncryptedPrivateKeyInfo, secret_alloc'ed. secret: UTF-16 with its NUL; NULL: the same as "".
 * A failure leaves plain alone. Statuses as pbe_decrypt: NTE_NOT_SUPPORTED is about the encryption alone. */
nte_status pkcs8_decrypt(struct bytes data, const uint16_t *secret, struct bytes *plain);

/* PKCS8_PRIVATEKEY: in clear, or encrypted under options->secret. */
blob_import pkcs8_import;
blob_export pkcs8_export;

#endif
