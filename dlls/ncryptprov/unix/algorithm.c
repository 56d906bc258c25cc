/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The table of algorithms (spec/windows-api.md 3), in the order in which NCryptEnumAlgorithms tells them. */
#include <string.h>

#include "ec.h"
#include "engine.h"

#define ECDSA_ROW(id, bits, curve) \
    {id, "ECDSA", INTERFACE_SIGNATURE, OPERATION_SIGNATURE, bits, bits, 0, bits, &ec_family, curve}
#define ECDH_ROW(id, bits, curve) \
    {id, "ECDH", INTERFACE_SECRET_AGREEMENT, OPERATION_SECRET_AGREEMENT, bits, bits, 0, bits, &ec_family, curve}

const struct algorithm algorithms[] =
{
    {"RSA", "RSA", INTERFACE_ASYMMETRIC, OPERATION_ASYMMETRIC | OPERATION_SIGNATURE, 512, 16384, 8, 1024,
     &rsa_family, NULL},
    ECDH_ROW("ECDH_P256", 256, &curve_p256),
    ECDH_ROW("ECDH_P384", 384, &curve_p384),
    ECDH_ROW("ECDH_P521", 521, &curve_p521),
    ECDSA_ROW("ECDSA_P256", 256, &curve_p256),
    ECDSA_ROW("ECDSA_P384", 384, &curve_p384),
    ECDSA_ROW("ECDSA_P521", 521, &curve_p521),
};

const size_t algorithm_count = sizeof(algorithms) / sizeof(*algorithms);

const struct algorithm *algorithm_find(const uint16_t *id)
{
    size_t i;

    for (i = 0; i < algorithm_count; i++)
        if (u16_equal_nocase(id, algorithms[i].id)) return &algorithms[i];
    return NULL;
}

const struct algorithm *algorithm_find_ascii(const char *id)
{
    uint16_t wide[32];

    if (strlen(id) >= sizeof(wide) / sizeof(*wide)) return NULL;
    u16_from_ascii(wide, id);
    return algorithm_find(wide);
}
