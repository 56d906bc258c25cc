/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The curve of an EC key in PKCS#8: an OID, or its numbers (ECParameters of X9.62 and SEC 1 C.2). */
#include <string.h>

#include "base/oid.h"
#include "ec/ec_curve.h"
#include "ec/pkcs8_ec.h"

/* curve25519 as printed in RFC 7748 4.1. Windows puts it into the fields for other curves (row 18.9), whose equation
 * these numbers do not satisfy, so they cannot mean anything else. */
static const struct curve montgomery =
{
    .size = 32,
    .published =
    {
        .p = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed",
        .a = "0000000000000000000000000000000000000000000000000000000000076d06",
        .b = "0000000000000000000000000000000000000000000000000000000000000001",
        .x = "0000000000000000000000000000000000000000000000000000000000000009",
        .y = "20ae19a1b8a086b4e01edd2c7748d14c923d4d7e6d7c61b229e9c5a27eced3d9",
        .order = "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed",
    },
};
#define MONTGOMERY_COFACTOR 8

struct choice
{
    const struct algorithm_list *algorithms;
    const char *group;              /* "ECDSA" or "ECDH" */
};

static const struct algorithm *find_generic(const struct choice *choice)
{
    return family_algorithm_named(choice->algorithms, &ec_family, strcmp(choice->group, "ECDSA") ? u"ECDH" : u"ECDSA");
}

/* The curve's own algorithm if there is one, else the generic one of the group. */
static const struct algorithm *find_algorithm(const struct curve *curve, const struct choice *choice)
{
    const struct algorithm *row;
    size_t i;

    for (i = 0; i < choice->algorithms->count; i++)
    {
        row = &choice->algorithms->rows[i];
        if (row->curve == curve && !strcmp(row->group, choice->group)) return row;
    }
    return find_generic(choice);
}

static nte_status choose(const struct curve *curve, const struct choice *choice, struct ec_group *chosen)
{
    uint16_t name[32];

    chosen->alg = find_algorithm(curve, choice);
    if (!chosen->alg || strlen(curve->name) >= sizeof(name) / sizeof(*name)) return NTE_NOT_SUPPORTED;
    u16_from_ascii(name, curve->name);
    return ec_group_choose(chosen->alg, name, chosen->parameters, chosen);
}

static nte_status read_named(struct reader *r, const struct choice *choice, struct ec_group *chosen)
{
    const struct curve *curve;
    char oid[DER_OID_SIZE];

    der_read_oid(r, oid);
    if (!der_done(r)) return NTE_BAD_DATA;
    return (curve = curve_find_oid(oid)) ? choose(curve, choice, chosen) : NTE_NOT_SUPPORTED;
}

struct domain
{
    struct bytes p, a, b, seed, base, order, cofactor;
};

/* How the seed was used is skipped: nobody checks it. */
static nte_status read_domain(struct reader *r, struct domain *domain)
{
    struct reader params = der_enter(r, DER_SEQUENCE), field, curve;
    uint32_t version = der_read_small(&params);
    char oid[DER_OID_SIZE];

    field = der_enter(&params, DER_SEQUENCE);
    der_read_oid(&field, oid);
    if (field.failed || version < 1 || version > 3) return NTE_BAD_DATA;
    if (strcmp(oid, OID_PRIME_FIELD)) return NTE_NOT_SUPPORTED;
    domain->p = der_read_unsigned(&field);
    der_leave(&params, &field);
    curve = der_enter(&params, DER_SEQUENCE);
    domain->a = der_read(&curve, DER_OCTET_STRING);
    domain->b = der_read(&curve, DER_OCTET_STRING);
    if (der_next_is(&curve, DER_BIT_STRING)) domain->seed = der_read_bits(&curve);
    der_leave(&params, &curve);
    domain->base = der_read(&params, DER_OCTET_STRING);
    domain->order = der_read_unsigned(&params);
    if (der_next_is(&params, DER_INTEGER)) domain->cofactor = der_read_unsigned(&params);
    if (der_next_is(&params, DER_SEQUENCE)) der_read_any(&params);
    der_leave(r, &params);
    return der_done(r) ? NTE_SUCCESS : NTE_BAD_DATA;
}

static void write_padded(struct writer *w, struct bytes number, size_t size)
{
    number = trim_number(number);
    if (number.size > size) w->failed = 1;
    else write_space(w, size - number.size);
    write_bytes(w, number.data, number.size);
}

/* BCRYPT_ECC_PARAMETER_HEADER (doc/facts/windows-api.md 4.1) */
static void write_header(struct writer *w, const struct domain *domain)
{
    write_u32(w, 1);                /* version */
    write_u32(w, 1);                /* short Weierstrass */
    write_u32(w, 0);
    write_u32(w, domain->p.size);
    write_u32(w, domain->order.size);
    write_u32(w, domain->cofactor.size);
    write_u32(w, domain->seed.size);
}

static nte_status open_domain(const struct domain *domain, const struct algorithm *alg, struct ec_group *chosen)
{
    struct writer w = {0};
    struct bytes parameters;
    nte_status status;

    write_header(&w, domain);
    write_bytes(&w, domain->p.data, domain->p.size);
    write_padded(&w, domain->a, domain->p.size);
    write_padded(&w, domain->b, domain->p.size);
    write_bytes(&w, domain->base.data + 1, 2 * domain->p.size);
    write_bytes(&w, domain->order.data, domain->order.size);
    write_bytes(&w, domain->cofactor.data, domain->cofactor.size);
    write_bytes(&w, domain->seed.data, domain->seed.size);
    parameters.data = w.data;
    parameters.size = w.used;
    status = w.failed ? NTE_NO_MEMORY : ec_explicit_open(alg, parameters, 0, chosen);
    writer_free(&w);
    return status;
}

static int fits(struct bytes number, size_t size)
{
    return trim_number(number).size <= size;
}

static int is_number(struct bytes number, const uint8_t *data, size_t size)
{
    struct bytes wanted = {data, size};

    number = trim_number(number);
    wanted = trim_number(wanted);
    return number.size == wanted.size && !memcmp(number.data, wanted.data, wanted.size);
}

/* Its base point is x and y without the byte in front. */
static int is_montgomery(const struct domain *domain)
{
    const struct bytes x = {domain->base.data + 1, domain->p.size}, y = {x.data + x.size, x.size};
    const uint8_t cofactor = MONTGOMERY_COFACTOR;
    struct ec_numbers n;

    curve_numbers(&montgomery, &n);
    return is_number(domain->p, n.p, n.size) && is_number(domain->a, n.a, n.size) &&
           is_number(domain->b, n.b, n.size) && is_number(x, n.x, n.size) && is_number(y, n.y, n.size) &&
           is_number(domain->order, n.order, n.order_size) && is_number(domain->cofactor, &cofactor, 1);
}

static nte_status read_explicit(struct reader *r, const struct choice *choice, struct ec_group *chosen)
{
    const struct algorithm *alg = find_generic(choice);
    struct domain domain = {0};
    nte_status status;

    if (!alg) return NTE_NOT_SUPPORTED;
    if ((status = read_domain(r, &domain))) return status;
    if (!fits(domain.a, domain.p.size) || !fits(domain.b, domain.p.size) || !domain.base.size) return NTE_BAD_DATA;
    if (domain.base.data[0] != 4) return NTE_NOT_SUPPORTED;         /* compressed */
    if (domain.base.size != 1 + 2 * domain.p.size) return NTE_BAD_DATA;
    return is_montgomery(&domain) ? choose(&curve_25519, choice, chosen) : open_domain(&domain, alg, chosen);
}

nte_status pkcs8_read_curve(const struct algorithm_list *algorithms, struct reader parameters, const char *group,
                            struct ec_group *chosen)
{
    const struct choice choice = {algorithms, group};

    memset(chosen, 0, sizeof(*chosen));
    if (der_next_is(&parameters, DER_SEQUENCE)) return read_explicit(&parameters, &choice, chosen);
    return read_named(&parameters, &choice, chosen);
}

static void write_octets(struct writer *w, const uint8_t *data, size_t size)
{
    struct bytes octets = {data, size};

    der_write(w, DER_OCTET_STRING, octets);
}

static void write_unsigned(struct writer *w, const uint8_t *data, size_t size)
{
    struct bytes number = {data, size};

    der_write_unsigned(w, number);
}

static void write_seed(struct writer *w, struct bytes seed)
{
    size_t start;

    if (!seed.size) return;
    start = der_open_bits(w);
    write_bytes(w, seed.data, seed.size);
    der_close(w, start);
}

static void write_explicit(struct writer *w, const struct ec_numbers *numbers, struct bytes seed, uint32_t cofactor)
{
    size_t params = der_open(w, DER_SEQUENCE), part;

    der_write_small(w, 1);
    part = der_open(w, DER_SEQUENCE);
    der_write_oid(w, OID_PRIME_FIELD);
    write_unsigned(w, numbers->p, numbers->size);
    der_close(w, part);
    part = der_open(w, DER_SEQUENCE);
    write_octets(w, numbers->a, numbers->size);
    write_octets(w, numbers->b, numbers->size);
    write_seed(w, seed);
    der_close(w, part);
    part = der_open(w, DER_OCTET_STRING);
    write_u8(w, 4);
    write_bytes(w, numbers->x, numbers->size);
    write_bytes(w, numbers->y, numbers->size);
    der_close(w, part);
    write_unsigned(w, numbers->order, numbers->order_size);
    der_write_small(w, cofactor);
    der_close(w, params);
}

void pkcs8_write_curve(const struct ec_group *group, struct writer *w)
{
    int numbered = curve_has_numbers(group->curve);
    struct ec_numbers numbers;

    if (group->curve->oid && !group->parameters.data)
    {
        der_write_oid(w, group->curve->oid);
        return;
    }
    curve_numbers(numbered ? group->curve : &montgomery, &numbers);
    write_explicit(w, &numbers, ec_explicit_seed(group), numbered ? 1 : MONTGOMERY_COFACTOR);
}
