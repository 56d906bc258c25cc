/* SPDX-License-Identifier: LGPL-2.1-or-later
 * libFuzzer target: any bytes as PKCS#8, without a password, with one and with an empty one. What is accepted must
 * come back the same from an export and another import, in clear and encrypted in each scheme that is written. */
#include "fuzz.h"
#include "pkcs8_key.h"

static struct bytes written(const struct material *key, const struct blob_options *options)
{
    struct writer w = {0};

    require(!pkcs8_export(key, options, &w) && !w.failed);
    return pool_written(&w);
}

static void check_again(struct bytes blob, const struct blob_options *options, const struct material *key,
                        struct bytes clear)
{
    const struct blob_options none = {.algorithms = &all_algorithms};
    struct material *again;

    require(!pkcs8_import(blob, options, &again));
    require(again->alg == key->alg && again->bits == key->bits && again->has_private);
    require(same_bytes(written(again, &none), clear));
    again->alg->family->free(again);
}

static void check_round_trip(const struct material *key, size_t choice)
{
    static const char *const oids[] =
    {
        "1.2.840.113549.1.12.1.3", "1.2.840.113549.1.12.1.6", "1.2.840.113549.1.5.13",
    };
    static const uint8_t cost[] = {1, 0, 0, 0, 8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};     /* iterations, salt */
    const struct blob_options none = {.algorithms = &all_algorithms};
    struct blob_options encrypted = {.algorithms = &all_algorithms, .has_secret = 1, .secret = wide("another"),
                                     .alg_oid = oids[choice % COUNT(oids)]};
    struct bytes clear = written(key, &none);

    encrypted.alg_param = (struct bytes){cost, sizeof(cost)};
    check_again(clear, &none, key, clear);
    check_again(written(key, &encrypted), &encrypted, key, clear);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct blob_options options[] =
    {
        {.algorithms = &all_algorithms},
        {.algorithms = &all_algorithms, .has_secret = 1, .secret = wide("secret")},
        {.algorithms = &all_algorithms, .has_secret = 1, .secret = NULL},
    };
    struct bytes input = pool_copy(data, size);
    struct material *key;
    size_t i;

    for (i = 0; i < COUNT(options); i++)
    {
        if (pkcs8_import(input, &options[i], &key)) continue;
        require(key->has_private);
        check_round_trip(key, size);
        key->alg->family->free(key);
    }
    pool_free();
    return 0;
}
