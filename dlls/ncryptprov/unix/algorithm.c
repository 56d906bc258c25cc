/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The table of algorithms (doc/facts/windows-api.md 3), in the order in which NCryptEnumAlgorithms tells them. */
#include <string.h>

#include "algorithm.h"
#include "cipher/cipher_key.h"
#include "derive/kdf_key.h"
#include "dh/dh.h"
#include "dsa/dsa.h"
#include "ec/ec.h"
#include "mldsa/mldsa_material.h"
#include "mlkem/mlkem_key.h"
#include "rsa/rsa.h"

#define ECDSA_ROW(id, bits, curve) \
    {id, "ECDSA", INTERFACE_SIGNATURE, OPERATION_SIGNATURE, bits, bits, 0, bits, &ec_family, curve}
#define ECDH_ROW(id, bits, curve) \
    {id, "ECDH", INTERFACE_SECRET_AGREEMENT, OPERATION_SECRET_AGREEMENT, bits, bits, 0, bits, &ec_family, curve}
#define CIPHER_ROW(id, group, min, max, step, bits) \
    {id, group, INTERFACE_CIPHER, OPERATION_CIPHER, min, max, step, bits, &cipher_family, NULL}
#define KDF_ROW(id) \
    {id, "KEY_DERIVATION", INTERFACE_KEY_DERIVATION, OPERATION_KEY_DERIVATION, 0, KDF_MAX_SECRET * 8, 8, 0, \
     &kdf_family, NULL}
/* Keys say which curve they are on. The lengths are those of the shortest and the longest curve. */
#define ECC_ROW(group, interface, operations) \
    {group, group, interface, operations, 160, 521, 1, 256, &ec_family, NULL}

/* Of keys with a parameter set the lengths are those of the public keys; a new one has none until its set is chosen. */
const struct algorithm algorithms[] =
{
    {"RSA", "RSA", INTERFACE_ASYMMETRIC, OPERATION_ASYMMETRIC | OPERATION_SIGNATURE, 512, 16384, 8, 1024,
     &rsa_family, NULL},
    {"DH", "DH", INTERFACE_SECRET_AGREEMENT, OPERATION_SECRET_AGREEMENT, 512, 4096, 64, 2048, &dh_family, NULL},
    {"DSA", "DSA", INTERFACE_SIGNATURE, OPERATION_SIGNATURE, 512, 3072, 64, 2048, &dsa_family, NULL},
    ECDH_ROW("ECDH_P256", 256, &curve_p256),
    ECDH_ROW("ECDH_P384", 384, &curve_p384),
    ECDH_ROW("ECDH_P521", 521, &curve_p521),
    ECDSA_ROW("ECDSA_P256", 256, &curve_p256),
    ECDSA_ROW("ECDSA_P384", 384, &curve_p384),
    ECDSA_ROW("ECDSA_P521", 521, &curve_p521),
    ECC_ROW("ECDH", INTERFACE_SECRET_AGREEMENT, OPERATION_SECRET_AGREEMENT),
    ECC_ROW("ECDSA", INTERFACE_SIGNATURE, OPERATION_SIGNATURE),
    CIPHER_ROW("AES", "AES", 128, 256, 64, 256),
    CIPHER_ROW("3DES", "DES", 192, 192, 0, 192),
    CIPHER_ROW("3DES_112", "DES", 128, 128, 0, 128),
    CIPHER_ROW("DES", "DES", 64, 64, 0, 64),
    CIPHER_ROW("DESX", "DES", 192, 192, 0, 192),
    CIPHER_ROW("RC2", "RC2", 16, 128, 8, 128),
    KDF_ROW("SP800_108_CTR_HMAC"),
    KDF_ROW("SP800_56A_CONCAT"),
    KDF_ROW("PBKDF2"),
    KDF_ROW("CAPI_KDF"),
    KDF_ROW("HKDF"),
    KDF_ROW("TLS1_1_KDF"),
    KDF_ROW("TLS1_2_KDF"),
    {"ML-DSA", "MLDSA", INTERFACE_SIGNATURE, OPERATION_SIGNATURE, 10496, 20736, 5120, 0, &mldsa_family.family, NULL},
    {"ML-KEM", "MLKEM", INTERFACE_KEY_ENCAPSULATION, OPERATION_KEY_ENCAPSULATION, 6400, 12544, 3072, 0,
     &mlkem_family.family, NULL},
};

const size_t algorithm_count = sizeof(algorithms) / sizeof(*algorithms);
const struct algorithm_list all_algorithms = {algorithms, sizeof(algorithms) / sizeof(*algorithms)};

const struct algorithm *algorithm_in(const struct algorithm_list *list, const uint16_t *id)
{
    size_t i;

    for (i = 0; i < list->count; i++) if (u16_equal_nocase(id, list->rows[i].id)) return &list->rows[i];
    return NULL;
}

const struct algorithm *algorithm_in_ascii(const struct algorithm_list *list, const char *id)
{
    uint16_t wide[32];

    if (strlen(id) >= sizeof(wide) / sizeof(*wide)) return NULL;
    u16_from_ascii(wide, id);
    return algorithm_in(list, wide);
}

const struct algorithm *algorithm_find(const uint16_t *id)
{
    return algorithm_in(&all_algorithms, id);
}

const struct algorithm *algorithm_find_ascii(const char *id)
{
    return algorithm_in_ascii(&all_algorithms, id);
}
