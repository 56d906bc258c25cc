/* SPDX-License-Identifier: LGPL-2.1-or-later
 * EC keys and signatures of RFC 6979 A.2.5 to A.2.7, and keys out of bare numbers, for tests. Include
 * after cmocka.h. */
#ifndef TESTS_EC_SAMPLE_H
#define TESTS_EC_SAMPLE_H

#include "crypto_sample.h"
#include "ec/ec.h"

struct ec_sample
{
    const char *ecdsa, *ecdh;           /* algorithms */
    size_t size;                        /* bytes of a number */
    const char *d, *x, *y;
    const char *prime, *order;          /* FIPS 186-4 D.1.2 */
    const char *hash;                   /* of the message "sample" */
    const char *r, *s;
};

static const struct ec_sample ec_samples[] =
{
    {
        "ECDSA_P256", "ECDH_P256", 32,
        "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
        "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
        "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
        "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "SHA256",
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    },
    {
        "ECDSA_P384", "ECDH_P384", 48,
        "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
        "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13",
        "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720",
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        "SHA384",
        "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46",
        "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
    },
    {
        "ECDSA_P521", "ECDH_P521", 66,
        "00FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75CAA896EB32F1F47C70855836A6D16FCC1466"
        "F6D8FBEC67DB89EC0C08B0E996B83538",
        "01894550D0785932E00EAA23B694F213F8C3121F86DC97A04E5A7167DB4E5BCD371123D46E45DB6B5D5370A7F20FB6331"
        "55D38FFA16D2BD761DCAC474B9A2F5023A4",
        "00493101C962CD4D2FDDF782285E64584139C2F91B47F87FF82354D6630F746A28A0DB25741B5B34A828008B22ACC23F924F"
        "AAFBD4D33F81EA66956DFEAA2BFDFCF5",
        "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        "ffffffffffffffffffffffffffffffff",
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d0"
        "3bb5c9b8899c47aebb6fb71e91386409",
        "SHA512",
        "00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931"
        "D7D4E8455CC91F9B15BF05EC36E377FA",
        "00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A"
        "20F8CCB1DCCC43997F1EE0E44DA4A67A",
    },
};

#define EC_SAMPLE_COUNT (sizeof(ec_samples) / sizeof(*ec_samples))

/* Keys of algorithms that have a single curve. */
static inline struct ec_group own_group(const struct algorithm *alg)
{
    struct ec_group group = {.alg = alg, .curve = alg->curve, .name = alg->curve->name};

    return group;
}

static inline nte_status ec_generate(const struct algorithm *alg, struct ec_key **key)
{
    struct ec_group group = own_group(alg);

    return ec_new_random(&group, key);
}

static inline nte_status ec_import_public(const struct algorithm *alg, const uint8_t *x, const uint8_t *y,
                                          struct ec_key **key)
{
    struct ec_group group = own_group(alg);

    return ec_new(&group, x, y, NULL, EC_CHECKED, key);
}

static inline nte_status ec_import_private(const struct algorithm *alg, const uint8_t *x, const uint8_t *y,
                                           const uint8_t *d, struct ec_key **key)
{
    struct ec_group group = own_group(alg);

    return ec_new(&group, x, y, d, EC_CHECKED, key);
}

static inline nte_status ec_import_scalar(const struct algorithm *alg, const uint8_t *d, struct ec_key **key)
{
    return ec_import_private(alg, NULL, NULL, d, key);
}

static inline nte_status ec_import_trusted(const struct algorithm *alg, const uint8_t *x, const uint8_t *y,
                                           const uint8_t *d, struct ec_key **key)
{
    struct ec_group group = own_group(alg);

    return ec_new(&group, x, y, d, EC_TRUSTED, key);
}

#endif
