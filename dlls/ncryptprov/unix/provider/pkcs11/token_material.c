/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys on tokens as material: the public numbers are those of the engine's own families, and for private operations
 * there is a reference to the token's key. */
#include <string.h>

#include "algorithm.h"
#include "base/der.h"
#include "ec/ec.h"
#include "pkcs8_key.h"
#include "provider/pkcs11/token_provider.h"
#include "rsa/rsa.h"

struct token_key *token_key_of(const struct material *material)
{
    if (!material || !material->family->numbers) return NULL;
    return ((const struct token_material *)material)->key;
}

const struct material *token_material_numbers(const struct material *material)
{
    return ((const struct token_material *)material)->numbers;
}

void token_material_free(struct material *material)
{
    struct token_material *token = (struct token_material *)material;

    if (!token) return;
    token->numbers->family->free(token->numbers);
    token_calls()->key_drop(token->key);
    secret_free(token);
}

static nte_status rsa_numbers(const struct token_found *found, struct material **numbers)
{
    struct rsa_numbers public = {.n = found->n, .e = found->e};
    struct rsa_key *key;
    nte_status status;

    if (!found->n.size || !found->e.size) return NTE_NOT_SUPPORTED;
    if ((status = rsa_import_public(&public, &key))) return status;
    key->material.alg = family_algorithm(token_algorithms(), &rsa_family);
    *numbers = &key->material;
    return NTE_SUCCESS;
}

/* --- EC --- */

static const struct curve *find_curve(struct bytes der)
{
    struct reader r = {der.data, der.size, 0};
    char oid[DER_OID_SIZE];

    if (!der_next_is(&r, DER_OID)) return NULL;
    der_read_oid(&r, oid);
    return der_done(&r) ? curve_find_oid(oid) : NULL;
}

/* Some modules leave out the OCTET STRING around the point (row C.38). */
static struct bytes unwrap_point(struct bytes point, uint32_t size)
{
    struct reader r = {point.data, point.size, 0};

    if (point.size == 2 * size + 1 && point.data[0] == 4) return point;
    point = der_read(&r, DER_OCTET_STRING);
    return der_done(&r) ? point : bytes_of(NULL, 0);
}

/* The row for the curve alone, else the generic one of the group. */
static const struct algorithm *ec_row(const struct curve *curve, int agrees)
{
    const struct algorithm_list *list = token_algorithms();
    const struct algorithm *generic = NULL;
    size_t i;

    for (i = 0; i < list->count; i++)
    {
        if (list->rows[i].family != &ec_family || is_ecdsa(&list->rows[i]) != !agrees) continue;
        if (list->rows[i].curve == curve) return &list->rows[i];
        if (!list->rows[i].curve) generic = &list->rows[i];
    }
    return generic;
}

static nte_status choose_group(const struct algorithm *alg, const struct curve *curve, struct ec_group *group)
{
    const struct bytes none = {NULL, 0};
    uint16_t name[EC_MAX_NAME];

    u16_from_ascii(name, curve->name);
    return ec_group_choose(alg, name, none, group);
}

static nte_status ec_numbers(const struct token_found *found, struct material **numbers)
{
    const struct curve *curve = find_curve(found->curve);
    struct ec_group group;
    struct ec_key *key;
    struct bytes point;
    nte_status status;

    if (!curve) return NTE_NOT_SUPPORTED;
    point = unwrap_point(found->point, curve->size);
    if (point.size != 2 * curve->size + 1 || point.data[0] != 4) return NTE_NOT_SUPPORTED;
    if ((status = choose_group(ec_row(curve, !!(found->flags & FOUND_AGREES)), curve, &group))) return status;
    status = ec_new(&group, point.data + 1, point.data + 1 + curve->size, NULL, EC_CHECKED, &key);
    if (status) return status;
    *numbers = &key->material;
    return NTE_SUCCESS;
}

/* --- both --- */

static nte_status read_numbers(const struct token_found *found, struct material **numbers)
{
    struct token_found from = *found;
    int lacks = found->type == TOKEN_RSA ? !found->n.size || !found->e.size : !found->curve.size || !found->point.size;
    nte_status status;

    if (lacks && (status = token_certificate_read(found->certificate, &from))) return status;
    return from.type == TOKEN_RSA ? rsa_numbers(&from, numbers) : ec_numbers(&from, numbers);
}

nte_status token_material_new(const struct token_found *found, struct material **material)
{
    struct token_material *new = secret_alloc(sizeof(*new));
    nte_status status;

    if (!new) return NTE_NO_MEMORY;
    if ((status = read_numbers(found, &new->numbers)))
    {
        secret_free(new);
        return status;
    }
    new->key = token_calls()->key_hold(found->key);
    new->material.alg = new->numbers->alg;
    new->material.bits = new->numbers->bits;
    new->material.family = new->numbers->family == &rsa_family ? &token_rsa_family : &token_ec_family;
    new->material.has_private = 1;
    *material = &new->material;
    return NTE_SUCCESS;
}

/* --- out of the token --- */

static struct bytes next_number(struct reader *r)
{
    return read_bytes(r, read_u32(r));
}

static nte_status make_rsa(struct bytes data, struct material **whole)
{
    struct reader r = {data.data, data.size, 0};
    struct rsa_numbers numbers = {0};
    struct rsa_key *key;
    nte_status status;

    numbers.n = next_number(&r);
    numbers.e = next_number(&r);
    numbers.d = next_number(&r);
    numbers.p = next_number(&r);
    numbers.q = next_number(&r);
    if (r.failed) return NTE_BAD_DATA;
    if ((status = rsa_import_private(&numbers, &key))) return status;
    key->material.alg = family_algorithm(token_algorithms(), &rsa_family);
    *whole = &key->material;
    return NTE_SUCCESS;
}

/* The token may leave out leading zeros, or have one more. */
static nte_status make_ec(const struct ec_key *public, struct bytes data, struct material **whole)
{
    struct reader r = {data.data, data.size, 0};
    struct bytes scalar = trim_number(next_number(&r));
    uint8_t d[EC_MAX_SIZE] = {0};
    struct ec_group group;
    struct ec_key *key;
    nte_status status;

    if (r.failed || scalar.size > public->curve->size) return NTE_BAD_DATA;
    memcpy(d + public->curve->size - scalar.size, scalar.data, scalar.size);
    if (!(status = choose_group(public->material.alg, public->curve, &group)))
        status = ec_new(&group, public->x, public->y, d, EC_CHECKED, &key);
    wipe(d, sizeof(d));
    if (status) return status;
    *whole = &key->material;
    return NTE_SUCCESS;
}

/* PKCS #8 does not say what an EC key is for: the numbers are those of the key. */
static nte_status same_key(const struct material *numbers, struct material *read)
{
    if (read->family == numbers->family && read->bits == numbers->bits)
    {
        read->alg = numbers->alg;
        return NTE_SUCCESS;
    }
    read->family->free(read);
    return NTE_BAD_DATA;
}

/* SoftHSM leaves the padding of the key wrap behind the structure. */
static struct bytes without_padding(struct bytes data)
{
    struct reader r = {data.data, data.size, 0};
    struct bytes whole = der_read_any(&r);

    return r.failed ? data : whole;
}

static nte_status make_whole(const struct material *numbers, struct bytes data, int is_pkcs8, struct material **whole)
{
    nte_status status;

    if (!is_pkcs8 && numbers->family == &rsa_family) return make_rsa(data, whole);
    if (!is_pkcs8) return make_ec((const struct ec_key *)numbers, data, whole);
    if ((status = pkcs8_read_plain(without_padding(data), token_algorithms(), whole))) return status;
    return same_key(numbers, *whole);
}

nte_status token_material_extract(const struct material *material, struct material **whole)
{
    const struct token_material *token = (const struct token_material *)material;
    struct writer w = {0};
    nte_status status;
    int is_pkcs8;

    status = token_calls()->extract(token->key, &w, &is_pkcs8);
    if (!status && w.failed) status = NTE_NO_MEMORY;
    if (!status) status = make_whole(token->numbers, bytes_of(w.data, w.used), is_pkcs8, whole);
    writer_free(&w);
    return status;
}
