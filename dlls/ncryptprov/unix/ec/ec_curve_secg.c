/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The curves of SEC 2 that NIST did not adopt, wtls9 of the WAP forum, and that of WAPI. Each row is copied from the
 * standard; see ec.h. */
#include "ec/ec_backend.h"
#include "ec/ec_curve.h"

const struct curve curve_secp160k1 =
{
    .name = "secP160k1",
    .oid = "1.3.132.0.9",
    .bits = 160,
    .size = 20,
    .backend = &ec_backend_weierstrass,
    .published =
    {
        .p = "fffffffffffffffffffffffffffffffeffffac73",
        .a = "0000000000000000000000000000000000000000",
        .b = "0000000000000000000000000000000000000007",
        .x = "3b4c382ce37aa192a4019e763036f4f5dd4d7ebb",
        .y = "938cf935318fdced6bc28286531733c3f03c4fee",
        .order = "0100000000000000000001b8fa16dfab9aca16b6b3",
    },
};

const struct curve curve_secp160r1 =
{
    .name = "secP160r1",
    .oid = "1.3.132.0.8",
    .bits = 160,
    .size = 20,
    .backend = &ec_backend_weierstrass,
    .published =
    {
        .p = "ffffffffffffffffffffffffffffffff7fffffff",
        .a = "ffffffffffffffffffffffffffffffff7ffffffc",
        .b = "1c97befc54bd7a8b65acf89f81d4d4adc565fa45",
        .x = "4a96b5688ef573284664698968c38bb913cbfc82",
        .y = "23a628553168947d59dcc912042351377ac5fb32",
        .order = "0100000000000000000001f4c8f927aed3ca752257",
    },
};

const struct curve curve_secp160r2 =
{
    .name = "secP160r2",
    .oid = "1.3.132.0.30",
    .bits = 160,
    .size = 20,
    .backend = &ec_backend_weierstrass,
    .published =
    {
        .p = "fffffffffffffffffffffffffffffffeffffac73",
        .a = "fffffffffffffffffffffffffffffffeffffac70",
        .b = "b4e134d3fb59eb8bab57274904664d5af50388ba",
        .x = "52dcb034293a117e1f4ff11b30f7199d3144ce6d",
        .y = "feaffef2e331f296e071fa0df9982cfea7d43f2e",
        .order = "0100000000000000000000351ee786a818f3a1a16b",
    },
};

const struct curve curve_secp192k1 =
{
    .name = "secP192k1",
    .oid = "1.3.132.0.31",
    .bits = 192,
    .size = 24,
    .backend = &ec_backend_weierstrass,
    .published =
    {
        .p = "fffffffffffffffffffffffffffffffffffffffeffffee37",
        .a = "000000000000000000000000000000000000000000000000",
        .b = "000000000000000000000000000000000000000000000003",
        .x = "db4ff10ec057e9ae26b07d0280b7f4341da5d1b1eae06c7d",
        .y = "9b2f2f6d9c5628a7844163d015be86344082aa88d95e2f9d",
        .order = "fffffffffffffffffffffffe26f2fc170f69466a74defd8d",
    },
};

const struct curve curve_secp224k1 =
{
    .name = "secP224k1",
    .oid = "1.3.132.0.32",
    .bits = 224,
    .size = 28,
    .backend = &ec_backend_weierstrass,
    .published =
    {
        .p = "fffffffffffffffffffffffffffffffffffffffffffffffeffffe56d",
        .a = "00000000000000000000000000000000000000000000000000000000",
        .b = "00000000000000000000000000000000000000000000000000000005",
        .x = "a1455b334df099df30fc28a169a467e9e47075a90f7e650eb6b7a45c",
        .y = "7e089fed7fba344282cafbd6f7e319f7c0b0bd59e2ca4bdb556d61a5",
        .order = "010000000000000000000000000001dce8d2ec6184caf0a971769fb1f7",
    },
};

const struct curve curve_secp256k1 =
{
    .name = "secP256k1",
    .oid = "1.3.132.0.10",
    .bits = 256,
    .size = 32,
    .backend = &ec_backend_weierstrass,
    .published =
    {
        .p = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
        .a = "0000000000000000000000000000000000000000000000000000000000000000",
        .b = "0000000000000000000000000000000000000000000000000000000000000007",
        .x = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        .y = "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
        .order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
    },
};

const struct curve curve_wtls9 =
{
    .name = "wtls9",
    .oid = "2.23.43.1.4.9",
    .bits = 160,
    .size = 20,
    .backend = &ec_backend_weierstrass,
    .published =
    {
        .p = "fffffffffffffffffffffffffffffffffffc808f",
        .a = "0000000000000000000000000000000000000000",
        .b = "0000000000000000000000000000000000000003",
        .x = "0000000000000000000000000000000000000001",
        .y = "0000000000000000000000000000000000000002",
        .order = "0100000000000000000001cdc98ae0e2de574abf33",
    },
};

const struct curve curve_wapi192 =
{
    .name = "ec192wapi",
    .oid = "1.2.156.11235.1.1.2.1",
    .bits = 192,
    .size = 24,
    .backend = &ec_backend_weierstrass,
    .published =
    {
        .p = "bdb6f4fe3e8b1d9e0da8c0d46f4c318cefe4afe3b6b8551f",
        .a = "bb8e5e8fbc115e139fe6a814fe48aaa6f0ada1aa5df91985",
        .b = "1854bebdc31b21b7aefc80ab0ecd10d5b1b3308e6dbf11c1",
        .x = "4ad5f7048de709ad51236de65e4d4b482c836dc6e4106640",
        .y = "02bb3a02d4aaadacae24817a4ca3a1b014b5270432db27d2",
        .order = "bdb6f4fe3e8b1d9e0da8c0d40fc962195dfae76f56564677",
    },
};
