/* SPDX-License-Identifier: LGPL-2.1-or-later
 * EC in PKCS#8: ECPrivateKey of RFC 5915 on a named curve. What the key is for stands in an attribute. */
#include <string.h>

#include "ec.h"
#include "limbs.h"
#include "pkcs8.h"

#define OID_EC "1.2.840.10045.2.1"
#define OID_KEY_USAGE "2.5.29.15"

/* The key agreement bit, or no attribute at all: ECDH, whose keys sign as well (row 8.34). */
static const char *group_of(uint32_t usage)
{
    return usage & PKCS8_DIGITAL_SIGNATURE && !(usage & PKCS8_KEY_AGREEMENT) ? "ECDSA" : "ECDH";
}

static const struct algorithm *find_algorithm(const char *curve, const char *group)
{
    size_t i;

    for (i = 0; i < algorithm_count; i++)
    {
        if (!algorithms[i].curve || strcmp(algorithms[i].group, group)) continue;
        if (!strcmp(algorithms[i].curve->oid, curve)) return &algorithms[i];
    }
    return NULL;
}

/* A curve by its name is all that we take. */
static nte_status read_curve(struct reader r, char oid[DER_OID_SIZE])
{
    if (der_next_is(&r, DER_SEQUENCE)) return NTE_NOT_SUPPORTED;           /* explicit parameters */
    der_read_oid(&r, oid);
    return der_done(&r) ? NTE_SUCCESS : NTE_BAD_DATA;
}

struct private_key
{
    struct bytes d;                 /* without leading zeros */
    struct bytes point;             /* data NULL when it is not there */
};

/* [0]: the same curve once more */
static void read_same_curve(struct reader *r, const char *curve)
{
    struct reader again = der_enter(r, DER_CONTEXT(0));
    char oid[DER_OID_SIZE];

    der_read_oid(&again, oid);
    if (strcmp(oid, curve)) again.failed = 1;
    der_leave(r, &again);
}

static nte_status read_private_key(struct bytes data, const char *curve, struct private_key *parts)
{
    struct reader r = {data.data, data.size, 0}, key = der_enter(&r, DER_SEQUENCE), point;
    uint32_t version = der_read_small(&key);

    parts->d = trim_number(der_read(&key, DER_OCTET_STRING));
    if (der_next_is(&key, DER_CONTEXT(0))) read_same_curve(&key, curve);
    if (der_next_is(&key, DER_CONTEXT(1)))
    {
        point = der_enter(&key, DER_CONTEXT(1));
        parts->point = der_read_bits(&point);
        der_leave(&key, &point);
    }
    der_leave(&r, &key);
    return version == 1 && der_done(&r) ? NTE_SUCCESS : NTE_BAD_DATA;
}

/* SEC 1, 2.3.3: 04 x y, or 02 or 03 (even or odd y) and x. */
static int is_point_of(const struct ec_key *key, struct bytes point)
{
    size_t size = key->curve->size;

    if (point.size < 1 + size || memcmp(point.data + 1, key->x, size)) return 0;
    if (point.data[0] == 4) return point.size == 1 + 2 * size && !memcmp(point.data + 1 + size, key->y, size);
    return point.size == 1 + size && point.data[0] == (2 | (key->y[size - 1] & 1));
}

static nte_status make_key(const struct algorithm *alg, struct bytes d, struct ec_key **key)
{
    uint8_t padded[EC_MAX_SIZE] = {0};
    nte_status status;

    if (d.size > alg->curve->size) return NTE_INVALID_PARAMETER;
    memcpy(padded + alg->curve->size - d.size, d.data, d.size);
    status = ec_import_scalar(alg, padded, key);
    wipe(padded, sizeof(padded));
    return status;
}

nte_status pkcs8_import_ec(const struct pkcs8_info *info, struct material **material)
{
    struct private_key parts = {0};
    const struct algorithm *alg;
    char curve[DER_OID_SIZE];
    struct ec_key *key;
    nte_status status;

    if ((status = read_curve(info->parameters, curve))) return status;
    if ((status = read_private_key(info->key, curve, &parts))) return status;
    if (!(alg = find_algorithm(curve, group_of(info->usage)))) return NTE_NOT_SUPPORTED;
    if ((status = make_key(alg, parts.d, &key))) return status;
    if ((parts.point.data && !is_point_of(key, parts.point)) ||
        (info->public_key.data && !is_point_of(key, info->public_key)))
    {
        ec_free(key);
        return NTE_INVALID_PARAMETER;
    }
    *material = &key->material;
    return NTE_SUCCESS;
}

static void write_private_key(struct writer *w, const struct ec_key *key)
{
    struct bytes d = {key->d, key->curve->size};
    size_t octets = der_open(w, DER_OCTET_STRING), start = der_open(w, DER_SEQUENCE), point, bits;

    der_write_small(w, 1);
    der_write(w, DER_OCTET_STRING, d);
    point = der_open(w, DER_CONTEXT(1));
    bits = der_open(w, DER_BIT_STRING);
    write_u8(w, 0);                 /* unused bits */
    write_u8(w, 4);
    write_bytes(w, key->x, key->curve->size);
    write_bytes(w, key->y, key->curve->size);
    der_close(w, bits);
    der_close(w, point);
    der_close(w, start);
    der_close(w, octets);
}

/* A list of named bits ends with the last one that is set (X.690 11.2.2). */
static void write_usage(struct writer *w, const char *group)
{
    static const uint8_t agreement[] = {3, PKCS8_KEY_AGREEMENT}, signature[] = {7, PKCS8_DIGITAL_SIGNATURE};
    struct bytes usage = {strcmp(group, "ECDSA") ? agreement : signature, 2};
    size_t attributes = der_open(w, DER_CONTEXT(0)), attribute = der_open(w, DER_SEQUENCE), values;

    der_write_oid(w, OID_KEY_USAGE);
    values = der_open(w, DER_SET);
    der_write(w, DER_BIT_STRING, usage);
    der_close(w, values);
    der_close(w, attribute);
    der_close(w, attributes);
}

nte_status pkcs8_export_ec(const struct material *material, struct writer *w)
{
    const struct ec_key *key = (const struct ec_key *)material;
    size_t algorithm;

    if (!key->curve->oid) return NTE_NOT_SUPPORTED;
    algorithm = der_open(w, DER_SEQUENCE);
    der_write_oid(w, OID_EC);
    der_write_oid(w, key->curve->oid);
    der_close(w, algorithm);
    write_private_key(w, key);
    write_usage(w, material->alg->group);
    return NTE_SUCCESS;
}
