/* SPDX-License-Identifier: LGPL-2.1-or-later
 * libFuzzer target: any bytes as PKCS#8, with and without a password. What is accepted must come back the same from
 * an export and another import. */
#include <stdlib.h>
#include <string.h>

#include "engine.h"

static void export(const struct material *key, const struct options *options, struct writer *w)
{
    if (pkcs8_export(key, options, w) || w->failed) abort();
}

static void check_round_trip(const struct material *key)
{
    const struct options none = {0};
    struct writer first = {0}, second = {0};
    struct material *again;
    struct bytes data;

    if (!key->has_private) abort();
    export(key, &none, &first);
    data.data = first.data;
    data.size = first.used;
    if (pkcs8_import(data, &none, &again)) abort();
    if (again->alg != key->alg || again->bits != key->bits) abort();
    export(again, &none, &second);
    if (first.used != second.used || memcmp(first.data, second.data, first.used)) abort();
    again->alg->family->free(again);
    writer_free(&first);
    writer_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t secret[] = {'s', 'e', 'c', 'r', 'e', 't', 0};
    struct options options = {0};
    struct bytes input = {data, size};
    struct material *key;
    int i;

    for (i = 0; i < 2; i++)
    {
        options.has_secret = i;
        options.secret = i ? secret : NULL;
        if (pkcs8_import(input, &options, &key)) continue;
        check_round_trip(key);
        key->alg->family->free(key);
    }
    return 0;
}
