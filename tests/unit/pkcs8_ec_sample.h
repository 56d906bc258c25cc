/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PKCS#8 files of EC keys for tests, in every form. Include after cmocka.h. */
#ifndef TESTS_PKCS8_EC_SAMPLE_H
#define TESTS_PKCS8_EC_SAMPLE_H

#include "ec_sample.h"
#include "pkcs8_sample.h"

/* The key usage attribute as we write it. */
#define SIGNATURE "a00d 300b 0603 551d0f 3104 0302 0780"
#define AGREEMENT "a00d 300b 0603 551d0f 3104 0302 0308"

/* How a file differs from the one that we would write. */
struct form
{
    const char *usage;              /* the attributes, or NULL */
    int no_point, compressed, curve_again;
    struct bytes d, point;          /* in place of the right ones */
    const char *curve;              /* after the OID of EC keys, in place of the right one */
};

static inline struct bytes finished(struct writer *w)
{
    struct bytes result;
    uint8_t *copy = take(w->used);

    assert_int_equal(w->failed, 0);
    memcpy(copy, w->data, w->used);
    result = run(copy, w->used);
    writer_free(w);
    return result;
}

static inline void write_point(struct writer *w, const struct ec_sample *sample, const struct form *form)
{
    struct bytes x = hex(sample->x), y = hex(sample->y);
    size_t outer = der_open(w, DER_CONTEXT(1)), bits = der_open(w, DER_BIT_STRING);

    write_u8(w, 0);
    if (form->point.data) write_bytes(w, form->point.data, form->point.size);
    else
    {
        write_u8(w, form->compressed ? 2 + (y.data[y.size - 1] & 1) : 4);
        write_bytes(w, x.data, x.size);
        if (!form->compressed) write_bytes(w, y.data, y.size);
    }
    der_close(w, bits);
    der_close(w, outer);
}

static inline struct bytes make_file(const struct ec_sample *sample, const struct form *form)
{
    const char *oid = sample->ecdsa ? algorithm_find_ascii(sample->ecdsa)->curve->oid : NULL;
    struct writer w = {0};
    size_t info = der_open(&w, DER_SEQUENCE), part, key;
    struct bytes more;

    der_write_small(&w, 0);
    part = der_open(&w, DER_SEQUENCE);
    der_write_oid(&w, "1.2.840.10045.2.1");
    more = hex(form->curve ? form->curve : "");
    if (form->curve) write_bytes(&w, more.data, more.size);
    else der_write_oid(&w, oid);
    der_close(&w, part);

    part = der_open(&w, DER_OCTET_STRING);
    key = der_open(&w, DER_SEQUENCE);
    der_write_small(&w, 1);
    der_write(&w, DER_OCTET_STRING, form->d.data ? form->d : hex(sample->d));
    if (form->curve_again)
    {
        size_t again = der_open(&w, DER_CONTEXT(0));

        der_write_oid(&w, form->curve_again == 1 ? oid : "1.3.132.0.10");
        der_close(&w, again);
    }
    if (!form->no_point) write_point(&w, sample, form);
    der_close(&w, key);
    der_close(&w, part);
    more = hex(form->usage ? form->usage : "");
    write_bytes(&w, more.data, more.size);
    der_close(&w, info);
    return finished(&w);
}

static inline void assert_key(struct bytes file, const struct ec_sample *sample, const char *alg)
{
    struct material *material = import_with(file, &none);
    struct ec_key *key = (struct ec_key *)material;

    assert_string_equal(material->alg->id, alg);
    assert_memory_equal(key->d, hex(sample->d).data, sample->size);
    assert_memory_equal(key->x, hex(sample->x).data, sample->size);
    assert_memory_equal(key->y, hex(sample->y).data, sample->size);
    ec_family.free(material);
}

#endif
