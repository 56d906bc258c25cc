/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Curves that are given by their numbers (doc/facts/windows-api.md 4.1); see ec.h. They are kept as they were given,
 * because an export must give back the seed and the sizes too. */
#include <string.h>

#include "ec/ec_backend.h"
#include "ec/ec_validate.h"

#define PARAMETERS_VERSION 1
#define SHORT_WEIERSTRASS  1
#define TWISTED_EDWARDS    2
#define MONTGOMERY         3

struct header                       /* BCRYPT_ECC_PARAMETER_HEADER */
{
    uint32_t version, type, generation, size, order_size, cofactor_size, seed_size;
};

static struct header read_header(struct reader *r)
{
    struct header h;

    h.version = read_u32(r);
    h.type = read_u32(r);
    h.generation = read_u32(r);     /* how the seed was used: nobody checks (row 8.24) */
    h.size = read_u32(r);
    h.order_size = read_u32(r);
    h.cofactor_size = read_u32(r);
    h.seed_size = read_u32(r);
    return h;
}

#define HEADER_SIZE 28

struct bytes ec_explicit_read(struct reader *r)
{
    struct reader ahead = *r;
    struct header h = read_header(&ahead);
    uint64_t size = HEADER_SIZE + 5 * (uint64_t)h.size + h.order_size;

    size += h.cofactor_size;
    size += h.seed_size;
    if (ahead.failed || size > r->left) size = r->left + 1;     /* fails */
    return read_bytes(r, size);
}

static nte_status check_header(const struct header *h)
{
    if (h->version != PARAMETERS_VERSION || !h->size || !h->order_size) return NTE_INVALID_PARAMETER;
    if (h->type == TWISTED_EDWARDS || h->type == MONTGOMERY) return NTE_NOT_SUPPORTED;
    if (h->type != SHORT_WEIERSTRASS) return NTE_INVALID_PARAMETER;
    return h->size > EC_MAX_SIZE ? NTE_NOT_SUPPORTED : NTE_SUCCESS;
}

static void read_coordinate(struct reader *r, uint32_t size, uint8_t *data)
{
    struct bytes bytes = read_bytes(r, size);

    if (bytes.size) memcpy(data, bytes.data, size);
}

/* A missing one is 1: the order allows nothing else then. */
static nte_status check_cofactor(struct bytes cofactor)
{
    int given = cofactor.size != 0;

    cofactor = trim_number(cofactor);
    if (cofactor.size == 1 && *cofactor.data == 1) return NTE_SUCCESS;
    if (cofactor.size) return NTE_NOT_SUPPORTED;
    return given ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

static nte_status read_numbers(struct bytes parameters, struct ec_numbers *numbers)
{
    struct reader r = {parameters.data, parameters.size, 0};
    struct header h = read_header(&r);
    struct bytes order;
    nte_status status;

    if ((status = check_header(&h))) return status;
    numbers->size = h.size;
    read_coordinate(&r, h.size, numbers->p);
    read_coordinate(&r, h.size, numbers->a);
    read_coordinate(&r, h.size, numbers->b);
    read_coordinate(&r, h.size, numbers->x);
    read_coordinate(&r, h.size, numbers->y);
    order = trim_number(read_bytes(&r, h.order_size));
    if (!order.size) return NTE_INVALID_PARAMETER;
    if (order.size > EC_MAX_SIZE) return NTE_NOT_SUPPORTED;
    memcpy(numbers->order, order.data, order.size);
    numbers->order_size = order.size;
    numbers->order_bits = number_bits(order);
    return check_cofactor(read_bytes(&r, h.cofactor_size));
}

static const struct curve *find_known(const struct curve *wanted)
{
    size_t i;

    for (i = 0; i < curve_name_count; i++)
        if (curve_equal(curve_names[i].curve, wanted)) return curve_names[i].curve;
    return NULL;
}

static nte_status fill_curve(struct ec_explicit *e, struct bytes parameters)
{
    struct bytes p = {e->numbers.p, 0};
    nte_status status;

    memcpy(e->parameters, parameters.data, parameters.size);
    if ((status = read_numbers(parameters, &e->numbers))) return status;
    p.size = e->numbers.size;
    if (!*p.data) return NTE_INVALID_PARAMETER;             /* p has that many bytes, not fewer */
    e->curve.name = "";
    e->curve.bits = number_bits(p);
    e->curve.size = p.size;
    e->curve.numbers = &e->numbers;
    e->curve.backend = &ec_backend_weierstrass;
    return NTE_SUCCESS;
}

nte_status ec_explicit_open(const struct algorithm *alg, struct bytes parameters, int trusted,
                            struct ec_group *group)
{
    struct reader r = {parameters.data, parameters.size, 0};
    const struct curve *known = NULL;
    struct ec_explicit *e;
    nte_status status;

    ec_explicit_read(&r);
    if (r.failed || r.left) return NTE_BAD_DATA;
    if (!(e = secret_alloc(sizeof(*e) + parameters.size))) return NTE_NO_MEMORY;
    status = fill_curve(e, parameters);
    if (!status) known = find_known(&e->curve);
    if (!status && !known) status = trusted ? ec_validate_plain(&e->numbers) : ec_validate(&e->numbers);
    if (status)
    {
        secret_free(e);
        return status;
    }
    memset(group, 0, sizeof(*group));
    group->alg = alg;
    group->curve = known ? known : &e->curve;
    group->name = "";
    group->parameters.data = e->parameters;
    group->parameters.size = parameters.size;
    group->owned = e;
    return NTE_SUCCESS;
}

static void write_numbers(const struct ec_numbers *numbers, struct writer *w)
{
    write_u32(w, PARAMETERS_VERSION);
    write_u32(w, SHORT_WEIERSTRASS);
    write_u32(w, 0);
    write_u32(w, numbers->size);
    write_u32(w, numbers->order_size);
    write_u32(w, 1);
    write_u32(w, 0);
    write_bytes(w, numbers->p, numbers->size);
    write_bytes(w, numbers->a, numbers->size);
    write_bytes(w, numbers->b, numbers->size);
    write_bytes(w, numbers->x, numbers->size);
    write_bytes(w, numbers->y, numbers->size);
    write_bytes(w, numbers->order, numbers->order_size);
    write_u8(w, 1);
}

nte_status ec_explicit_write(const struct ec_group *group, struct writer *w)
{
    struct ec_numbers numbers;

    if (group->parameters.data)
    {
        write_bytes(w, group->parameters.data, group->parameters.size);
        return NTE_SUCCESS;
    }
    if (!curve_has_numbers(group->curve)) return NTE_NOT_SUPPORTED;
    curve_numbers(group->curve, &numbers);
    write_numbers(&numbers, w);
    return NTE_SUCCESS;
}

uint32_t ec_explicit_order_size(const struct ec_group *group)
{
    struct reader r = {group->parameters.data, group->parameters.size, 0};
    struct ec_numbers numbers;

    if (r.data) return read_header(&r).order_size;
    curve_numbers(group->curve, &numbers);
    return numbers.order_size;
}

struct bytes ec_explicit_seed(const struct ec_group *group)
{
    struct reader r = {group->parameters.data, group->parameters.size, 0};
    struct bytes seed = {NULL, 0};
    struct header h;

    if (!r.data) return seed;
    h = read_header(&r);
    if (!h.seed_size) return seed;
    read_bytes(&r, r.left - h.seed_size);
    return read_bytes(&r, h.seed_size);
}
