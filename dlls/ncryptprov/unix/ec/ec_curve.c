/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The names of the curves (doc/facts/windows-api.md 3), and questions about a curve; see ec.h. */
#include <string.h>

#include "ec/ec_backend.h"
#include "ec/ec_curve.h"

const struct curve_name curve_names[] =
{
    {"curve25519", &curve_25519},
    {"brainpoolP160r1", &curve_brainpool_p160r1},
    {"brainpoolP160t1", &curve_brainpool_p160t1},
    {"brainpoolP192r1", &curve_brainpool_p192r1},
    {"brainpoolP192t1", &curve_brainpool_p192t1},
    {"brainpoolP224r1", &curve_brainpool_p224r1},
    {"brainpoolP224t1", &curve_brainpool_p224t1},
    {"brainpoolP256r1", &curve_brainpool_p256r1},
    {"brainpoolP256t1", &curve_brainpool_p256t1},
    {"brainpoolP320r1", &curve_brainpool_p320r1},
    {"brainpoolP320t1", &curve_brainpool_p320t1},
    {"brainpoolP384r1", &curve_brainpool_p384r1},
    {"brainpoolP384t1", &curve_brainpool_p384t1},
    {"brainpoolP512r1", &curve_brainpool_p512r1},
    {"brainpoolP512t1", &curve_brainpool_p512t1},
    {"ec192wapi", &curve_wapi192},
    {"nistP192", &curve_p192},
    {"nistP224", &curve_p224},
    {"nistP256", &curve_p256},
    {"nistP384", &curve_p384},
    {"nistP521", &curve_p521},
    {"secP160k1", &curve_secp160k1},
    {"secP160r1", &curve_secp160r1},
    {"secP160r2", &curve_secp160r2},
    {"secP192k1", &curve_secp192k1},
    {"secP192r1", &curve_p192},
    {"secP224k1", &curve_secp224k1},
    {"secP224r1", &curve_p224},
    {"secP256k1", &curve_secp256k1},
    {"secP256r1", &curve_p256},
    {"secP384r1", &curve_p384},
    {"secP521r1", &curve_p521},
    {"wtls7", &curve_secp160r2},
    {"wtls9", &curve_wtls9},
    {"wtls12", &curve_p224},
    {"x962P192v1", &curve_p192},
    {"x962P192v2", &curve_x962_p192v2},
    {"x962P192v3", &curve_x962_p192v3},
    {"x962P239v1", &curve_x962_p239v1},
    {"x962P239v2", &curve_x962_p239v2},
    {"x962P239v3", &curve_x962_p239v3},
    {"x962P256v1", &curve_p256},
};

const size_t curve_name_count = sizeof(curve_names) / sizeof(*curve_names);

const struct curve_name *curve_find(const uint16_t *name)
{
    size_t i;

    for (i = 0; i < curve_name_count; i++)
        if (u16_equal_nocase(name, curve_names[i].name)) return &curve_names[i];
    return NULL;
}

const struct curve *curve_find_oid(const char *oid)
{
    const char *known;
    size_t i;

    for (i = 0; i < curve_name_count; i++)
    {
        known = curve_names[i].curve->oid;
        if (known && !strcmp(oid, known)) return curve_names[i].curve;
    }
    return NULL;
}

static uint8_t digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

static void read_hex(uint8_t *data, const char *hex)
{
    for (; *hex; hex += 2) *data++ = digit(hex[0]) << 4 | digit(hex[1]);
}

void curve_numbers(const struct curve *curve, struct ec_numbers *numbers)
{
    const struct ec_published *published = &curve->published;
    struct bytes order = {numbers->order, 0};

    if (curve->numbers)
    {
        *numbers = *curve->numbers;
        return;
    }
    memset(numbers, 0, sizeof(*numbers));
    read_hex(numbers->p, published->p);
    read_hex(numbers->a, published->a);
    read_hex(numbers->b, published->b);
    read_hex(numbers->x, published->x);
    read_hex(numbers->y, published->y);
    read_hex(numbers->order, published->order);
    numbers->size = curve->size;
    numbers->order_size = strlen(published->order) / 2;
    order.size = numbers->order_size;
    numbers->order_bits = number_bits(order);
}

int curve_has_numbers(const struct curve *curve)
{
    return curve->numbers || curve->published.p;
}

int curve_allowed(const struct algorithm *alg, const struct curve *curve)
{
    if (alg->curve) return alg->curve == curve;
    return !is_ecdsa(alg) || curve->backend->sign;
}

int curve_equal(const struct curve *a, const struct curve *b)
{
    struct ec_numbers x, y;

    if (a == b) return 1;
    if (!curve_has_numbers(a) || !curve_has_numbers(b) || a->size != b->size) return 0;
    curve_numbers(a, &x);
    curve_numbers(b, &y);
    return !memcmp(&x, &y, sizeof(x));
}

static const struct ec_magics generic_ecdh = {0x504b4345, 0x564b4345};      /* "ECKP", "ECKV" */
static const struct ec_magics generic_ecdsa = {0x50444345, 0x56444345};     /* "ECDP", "ECDV" */

int is_ecdsa(const struct algorithm *alg)
{
    return !strcmp(alg->group, "ECDSA");
}

const struct ec_magics *ec_generic_magics(const struct algorithm *alg)
{
    return is_ecdsa(alg) ? &generic_ecdsa : &generic_ecdh;
}

const struct ec_magics *ec_magics(const struct algorithm *alg)
{
    if (!alg->curve) return ec_generic_magics(alg);
    return is_ecdsa(alg) ? &alg->curve->ecdsa : &alg->curve->ecdh;
}
