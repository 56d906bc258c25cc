/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The curves of NIST (FIPS 186-4 D.1.2), which nettle has, and curve25519 (RFC 7748). Each row is copied from the
 * standard; see ec.h. */
#include <nettle/ecc-curve.h>

#include "base/oid.h"
#include "ec/ec_backend.h"
#include "ec/ec_curve.h"

static const void *nettle_p192(void)
{
    return nettle_get_secp_192r1();
}

static const void *nettle_p224(void)
{
    return nettle_get_secp_224r1();
}

static const void *nettle_p256(void)
{
    return nettle_get_secp_256r1();
}

static const void *nettle_p384(void)
{
    return nettle_get_secp_384r1();
}

static const void *nettle_p521(void)
{
    return nettle_get_secp_521r1();
}

const struct curve curve_p192 =
{
    .name = "nistP192",
    .oid = "1.2.840.10045.3.1.1",
    .bits = 192,
    .size = 24,
    .backend = &ec_backend_nettle,
    .nettle = nettle_p192,
    .published =
    {
        .p = "fffffffffffffffffffffffffffffffeffffffffffffffff",
        .a = "fffffffffffffffffffffffffffffffefffffffffffffffc",
        .b = "64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1",
        .x = "188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012",
        .y = "07192b95ffc8da78631011ed6b24cdd573f977a11e794811",
        .order = "ffffffffffffffffffffffff99def836146bc9b1b4d22831",
    },
};

const struct curve curve_p224 =
{
    .name = "nistP224",
    .oid = "1.3.132.0.33",
    .bits = 224,
    .size = 28,
    .backend = &ec_backend_nettle,
    .nettle = nettle_p224,
    .published =
    {
        .p = "ffffffffffffffffffffffffffffffff000000000000000000000001",
        .a = "fffffffffffffffffffffffffffffffefffffffffffffffffffffffe",
        .b = "b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4",
        .x = "b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21",
        .y = "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34",
        .order = "ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d",
    },
};

const struct curve curve_p256 =
{
    .name = "nistP256",
    .oid = OID_P256,
    .bits = 256,
    .size = 32,
    .ecdh = {0x314b4345, 0x324b4345},   /* "ECK1", "ECK2" */
    .ecdsa = {0x31534345, 0x32534345},  /* "ECS1", "ECS2" */
    .backend = &ec_backend_nettle,
    .nettle = nettle_p256,
    .faster = ec_faster_p256,
    .published =
    {
        .p = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        .a = "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc",
        .b = "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
        .x = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        .y = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
        .order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    },
};

const struct curve curve_p384 =
{
    .name = "nistP384",
    .oid = OID_P384,
    .bits = 384,
    .size = 48,
    .ecdh = {0x334b4345, 0x344b4345},   /* "ECK3", "ECK4" */
    .ecdsa = {0x33534345, 0x34534345},  /* "ECS3", "ECS4" */
    .backend = &ec_backend_nettle,
    .nettle = nettle_p384,
    .published =
    {
        .p = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000"
             "ffffffff",
        .a = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000"
             "fffffffc",
        .b = "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8ed"
             "d3ec2aef",
        .x = "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e38"
             "72760ab7",
        .y = "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c"
             "90ea0e5f",
        .order = "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196a"
                 "ccc52973",
    },
};

const struct curve curve_p521 =
{
    .name = "nistP521",
    .oid = OID_P521,
    .bits = 521,
    .size = 66,
    .ecdh = {0x354b4345, 0x364b4345},   /* "ECK5", "ECK6" */
    .ecdsa = {0x35534345, 0x36534345},  /* "ECS5", "ECS6" */
    .backend = &ec_backend_nettle,
    .nettle = nettle_p521,
    .published =
    {
        .p = "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
             "ffffffffffffffffffffffffffffffffffffffffffff",
        .a = "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
             "fffffffffffffffffffffffffffffffffffffffffffc",
        .b = "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652"
             "c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
        .x = "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1d"
             "c127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
        .y = "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550"
             "b9013fad0761353c7086a272c24088be94769fd16650",
        .order = "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc"
                 "0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    },
};

const struct curve curve_25519 =
{
    .name = "curve25519",
    .bits = 255,
    .size = 32,
    .backend = &ec_backend_x25519,
};
