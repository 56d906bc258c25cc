/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The curves of ANSI X9.62 that NIST did not adopt. Each row is copied from the standard; see ec.h. */
#include "ec/ec_backend.h"
#include "ec/ec_curve.h"

const struct curve curve_x962_p192v2 =
{
    .name = "x962P192v2",
    .oid = "1.2.840.10045.3.1.2",
    .bits = 192,
    .size = 24,
    .backend = &ec_backend_weierstrass,
    .published =
    {
        .p = "fffffffffffffffffffffffffffffffeffffffffffffffff",
        .a = "fffffffffffffffffffffffffffffffefffffffffffffffc",
        .b = "cc22d6dfb95c6b25e49c0d6364a4e5980c393aa21668d953",
        .x = "eea2bae7e1497842f2de7769cfe9c989c072ad696f48034a",
        .y = "6574d11d69b6ec7a672bb82a083df2f2b0847de970b2de15",
        .order = "fffffffffffffffffffffffe5fb1a724dc80418648d8dd31",
    },
};

const struct curve curve_x962_p192v3 =
{
    .name = "x962P192v3",
    .oid = "1.2.840.10045.3.1.3",
    .bits = 192,
    .size = 24,
    .backend = &ec_backend_weierstrass,
    .published =
    {
        .p = "fffffffffffffffffffffffffffffffeffffffffffffffff",
        .a = "fffffffffffffffffffffffffffffffefffffffffffffffc",
        .b = "22123dc2395a05caa7423daeccc94760a7d462256bd56916",
        .x = "7d29778100c65a1da1783716588dce2b8b4aee8e228f1896",
        .y = "38a90f22637337334b49dcb66a6dc8f9978aca7648a943b0",
        .order = "ffffffffffffffffffffffff7a62d031c83f4294f640ec13",
    },
};

const struct curve curve_x962_p239v1 =
{
    .name = "x962P239v1",
    .oid = "1.2.840.10045.3.1.4",
    .bits = 239,
    .size = 30,
    .backend = &ec_backend_weierstrass,
    .published =
    {
        .p = "7fffffffffffffffffffffff7fffffffffff8000000000007fffffffffff",
        .a = "7fffffffffffffffffffffff7fffffffffff8000000000007ffffffffffc",
        .b = "6b016c3bdcf18941d0d654921475ca71a9db2fb27d1d37796185c2942c0a",
        .x = "0ffa963cdca8816ccc33b8642bedf905c3d358573d3f27fbbd3b3cb9aaaf",
        .y = "7debe8e4e90a5dae6e4054ca530ba04654b36818ce226b39fccb7b02f1ae",
        .order = "7fffffffffffffffffffffff7fffff9e5e9a9f5d9071fbd1522688909d0b",
    },
};

const struct curve curve_x962_p239v2 =
{
    .name = "x962P239v2",
    .oid = "1.2.840.10045.3.1.5",
    .bits = 239,
    .size = 30,
    .backend = &ec_backend_weierstrass,
    .published =
    {
        .p = "7fffffffffffffffffffffff7fffffffffff8000000000007fffffffffff",
        .a = "7fffffffffffffffffffffff7fffffffffff8000000000007ffffffffffc",
        .b = "617fab6832576cbbfed50d99f0249c3fee58b94ba0038c7ae84c8c832f2c",
        .x = "38af09d98727705120c921bb5e9e26296a3cdcf2f35757a0eafd87b830e7",
        .y = "5b0125e4dbea0ec7206da0fc01d9b081329fb555de6ef460237dff8be4ba",
        .order = "7fffffffffffffffffffffff800000cfa7e8594377d414c03821bc582063",
    },
};

const struct curve curve_x962_p239v3 =
{
    .name = "x962P239v3",
    .oid = "1.2.840.10045.3.1.6",
    .bits = 239,
    .size = 30,
    .backend = &ec_backend_weierstrass,
    .published =
    {
        .p = "7fffffffffffffffffffffff7fffffffffff8000000000007fffffffffff",
        .a = "7fffffffffffffffffffffff7fffffffffff8000000000007ffffffffffc",
        .b = "255705fa2a306654b1f4cb03d6a750a30c250102d4988717d9ba15ab6d3e",
        .x = "6768ae8e18bb92cfcf005c949aa2c6d94853d0e660bbf854b1c9505fe95a",
        .y = "1607e6898f390c06bc1d552bad226f3b6fcfe48b6e818499af18e3ed6cf3",
        .order = "7fffffffffffffffffffffff7fffff975deb41b3a6057c3c432146526551",
    },
};
