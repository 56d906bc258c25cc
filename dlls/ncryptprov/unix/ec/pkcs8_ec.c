/* SPDX-License-Identifier: LGPL-2.1-or-later
 * EC in PKCS#8: ECPrivateKey of RFC 5915. An attribute says what the key is for. Windows writes a key on curve25519
 * with explicit parameters (row 18.9), RFC 8410 as an OCTET STRING; both are read. */
#include <string.h>

#include "base/oid.h"
#include "ec/pkcs8_ec.h"

const char *const pkcs8_ec_oids[] = {OID_EC, OID_X25519, NULL};

/* The key agreement bit, or no attribute at all: ECDH, whose keys sign as well (row 8.34). */
static const char *group_of(uint32_t usage)
{
    return usage & PKCS8_DIGITAL_SIGNATURE && !(usage & PKCS8_KEY_AGREEMENT) ? "ECDSA" : "ECDH";
}

struct private_key
{
    struct bytes d;                 /* without leading zeros */
    struct bytes point;             /* data NULL when it is missing */
};

/* [0]: the same curve once more */
static void read_same_curve(struct reader *r, struct reader curve)
{
    struct bytes again = der_read(r, DER_CONTEXT(0));

    if (again.size != curve.left || (again.size && memcmp(again.data, curve.data, again.size))) r->failed = 1;
}

static nte_status read_private_key(const struct pkcs8_info *info, struct private_key *parts)
{
    struct reader r = {info->key.data, info->key.size, 0}, key = der_enter(&r, DER_SEQUENCE), point;
    uint32_t version = der_read_small(&key);

    parts->d = trim_number(der_read(&key, DER_OCTET_STRING));
    if (der_next_is(&key, DER_CONTEXT(0))) read_same_curve(&key, info->parameters);
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
static int is_point(struct bytes point, size_t size)
{
    if (!point.size) return 0;
    if (point.data[0] == 4) return point.size == 1 + 2 * size;
    return point.size == 1 + size && (point.data[0] | 1) == 3;
}

/* The point is only for ec_new to check. The key gets the point that ec_new computes, so a compressed one need not be
 * expanded. */
static nte_status make_key(struct ec_group *group, const struct private_key *parts, struct ec_key **key)
{
    const uint8_t *x = NULL, *y = NULL;
    uint8_t padded[EC_MAX_SIZE] = {0};
    size_t size = group->curve->size;
    nte_status status;

    if (parts->d.size > size || (parts->point.data && !is_point(parts->point, size)))
    {
        ec_group_free(group);
        return NTE_INVALID_PARAMETER;
    }
    if (parts->point.data && parts->point.data[0] == 4)
    {
        x = parts->point.data + 1;
        y = x + size;
    }
    if (parts->d.size) memcpy(padded + size - parts->d.size, parts->d.data, parts->d.size);
    status = ec_new(group, x, y, padded, EC_CHECKED, key);
    wipe(padded, sizeof(padded));
    return status;
}

static nte_status import_ec(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                            struct material **material)
{
    struct private_key parts = {0};
    struct ec_group group;
    struct ec_key *key;
    nte_status status;

    if ((status = read_private_key(info, &parts))) return status;
    if ((status = pkcs8_read_curve(algorithms, info->parameters, group_of(info->usage), &group))) return status;
    if (!parts.point.data) parts.point = info->public_key;
    if (!curve_has_numbers(group.curve)) parts.point.data = NULL;   /* how it is written is not specified */
    if ((status = make_key(&group, &parts, &key))) return status;
    *material = &key->material;
    return NTE_SUCCESS;
}

/* The key is an OCTET STRING, without parameters. */
static nte_status import_x25519(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                                struct material **material)
{
    struct reader r = {info->key.data, info->key.size, 0};
    const struct algorithm *alg = family_algorithm_named(algorithms, &ec_family, u"ECDH");
    struct bytes d = der_read(&r, DER_OCTET_STRING), none = {NULL, 0};
    struct ec_group group;
    struct ec_key *key;
    nte_status status;

    if (!der_done(&r) || info->parameters.left) return NTE_BAD_DATA;
    if (!alg) return NTE_NOT_SUPPORTED;
    if ((status = ec_group_choose(alg, u"curve25519", none, &group))) return status;
    if (d.size != group.curve->size || (info->public_key.data && info->public_key.size != d.size))
    {
        ec_group_free(&group);
        return NTE_BAD_DATA;
    }
    if ((status = ec_new(&group, NULL, NULL, d.data, EC_CHECKED, &key))) return status;
    *material = &key->material;
    return NTE_SUCCESS;
}

nte_status pkcs8_import_ec(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                           struct material **material)
{
    return strcmp(info->oid, OID_X25519) ? import_ec(info, algorithms, material)
                                         : import_x25519(info, algorithms, material);
}

/* As many bytes as the order has (RFC 5915 3). */
static void write_scalar(struct writer *w, const struct ec_key *key)
{
    size_t start = der_open(w, DER_OCTET_STRING), size = key->curve->size;
    struct ec_numbers numbers = {.order_size = size};

    if (curve_has_numbers(key->curve)) curve_numbers(key->curve, &numbers);
    if (numbers.order_size > size) write_space(w, numbers.order_size - size);
    if (numbers.order_size >= size) write_bytes(w, key->d, size);
    else write_bytes(w, key->d + size - numbers.order_size, numbers.order_size);
    der_close(w, start);
}

static void write_point(struct writer *w, const struct ec_key *key)
{
    size_t point = der_open(w, DER_CONTEXT(1)), bits = der_open_bits(w);

    write_u8(w, 4);
    write_bytes(w, key->x, key->curve->size);
    write_bytes(w, key->y, key->curve->size);
    der_close(w, bits);
    der_close(w, point);
}

static void write_private_key(struct writer *w, const struct ec_key *key)
{
    size_t octets = der_open(w, DER_OCTET_STRING), start = der_open(w, DER_SEQUENCE);

    der_write_small(w, 1);
    write_scalar(w, key);
    if (curve_has_numbers(key->curve)) write_point(w, key);
    der_close(w, start);
    der_close(w, octets);
}

/* A list of named bits ends with the last bit that is set (X.690 11.2.2). */
void pkcs8_write_usage(struct writer *w, const char *group)
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

static void write_rfc8410(struct writer *w, const struct ec_key *key)
{
    struct bytes d = {key->d, key->curve->size};
    size_t start = der_open(w, DER_SEQUENCE);

    der_write_oid(w, OID_X25519);
    der_close(w, start);
    start = der_open(w, DER_OCTET_STRING);
    der_write(w, DER_OCTET_STRING, d);
    der_close(w, start);
}

nte_status pkcs8_export_ec(const struct material *material, const struct blob_options *options, struct writer *w)
{
    const struct ec_key *key = (const struct ec_key *)material;
    size_t algorithm;

    if (options->rfc8410 && !curve_has_numbers(key->curve))
    {
        write_rfc8410(w, key);
        return NTE_SUCCESS;
    }
    algorithm = der_open(w, DER_SEQUENCE);
    der_write_oid(w, OID_EC);
    pkcs8_write_curve(&key->group, w);
    der_close(w, algorithm);
    write_private_key(w, key);
    pkcs8_write_usage(w, material->alg->group);
    return NTE_SUCCESS;
}
