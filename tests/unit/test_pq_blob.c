/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Blobs and PKCS #8 of ML-DSA and ML-KEM: their layout, what of a key can be had in which form, and what is refused. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/der.h"
#include "key_sample.h"
#include "pq_sample.h"

static uint32_t word(struct bytes blob, size_t at)
{
    uint32_t value;

    memcpy(&value, blob.data + at, sizeof(value));
    return value;
}

static void check_layout(const struct pq_set *s, struct bytes blob, const char *magic, size_t key_size)
{
    const size_t name_size = 2 * (strlen(s->set) + 1);

    assert_int_equal(blob.size, 12 + name_size + key_size);
    assert_memory_equal(blob.data, magic, 4);
    assert_int_equal(word(blob, 4), name_size);
    assert_int_equal(word(blob, 8), key_size);
    assert_memory_equal(blob.data + 12, wide(s->set), name_size);
}

static void check_same(struct bytes a, struct bytes b)
{
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
}

static void check_blobs(const struct pq_set *s)
{
    struct key *key = pq_key(s, NULL), *other;
    struct bytes public_blob = pq_blob(key, s->public_type), private_blob = pq_blob(key, s->private_type);
    struct bytes seed_blob = pq_blob(key, s->seed_type), got;

    check_layout(s, public_blob, s->public_magic, s->public_size);
    check_layout(s, private_blob, s->private_magic, s->private_size);
    check_layout(s, seed_blob, s->seed_magic, s->seed_size);
    check_same(pq_blob(key, "PUBLICBLOB"), public_blob);

    assert_status(pq_import(s->seed_type, seed_blob, &other), NTE_SUCCESS);
    assert_status(set_u32(other, "Export Policy", ALLOW_PLAINTEXT_EXPORT), NTE_SUCCESS);
    check_same(pq_blob(other, s->private_type), private_blob);
    key_free(other);

    assert_status(pq_import(s->private_type, private_blob, &other), NTE_SUCCESS);
    assert_status(set_u32(other, "Export Policy", ALLOW_PLAINTEXT_EXPORT), NTE_SUCCESS);
    check_same(pq_blob(other, s->public_type), public_blob);
    check_same(pq_blob(other, s->private_type), private_blob);
    assert_status(pq_export(other, s->seed_type, &got), NTE_NOT_SUPPORTED);             /* A.55 */
    key_free(other);

    assert_status(pq_import("PUBLICBLOB", public_blob, &other), NTE_SUCCESS);
    assert_int_equal(other->bits, 8 * s->public_size);
    check_same(pq_blob(other, s->public_type), public_blob);
    assert_status(pq_export(other, s->private_type, &got), NTE_NOT_SUPPORTED);
    key_free(other);
    key_free(key);
}

static void test_blobs(void **state)
{
    size_t i;

    for (i = 0; i < PQ_SETS; i++)
    {
        check_blobs(&pq_sets[i]);
        take_back(state);
    }
}

/* The name of a type, and that blob. */
static void check_generic(const struct pq_set *s)
{
    struct key *key = pq_key(s, NULL), *other;
    struct bytes seed_blob = pq_blob(key, s->seed_type), private_blob = pq_blob(key, s->private_type);
    struct bytes generic = pq_blob(key, "PQPrivateKeyBlob");
    const size_t name_size = 2 * (strlen(s->seed_type) + 1);

    assert_memory_equal(generic.data, "PQPR", 4);
    assert_int_equal(word(generic, 4), name_size);
    assert_int_equal(word(generic, 8), seed_blob.size);
    assert_memory_equal(generic.data + 12, wide(s->seed_type), name_size);
    check_same(run(generic.data + 12 + name_size, generic.size - 12 - name_size), seed_blob);
    assert_status(pq_import("PQPrivateKeyBlob", generic, &other), NTE_SUCCESS);
    key_free(other);

    assert_status(pq_import(s->private_type, private_blob, &other), NTE_SUCCESS);
    assert_status(set_u32(other, "Export Policy", ALLOW_PLAINTEXT_EXPORT), NTE_SUCCESS);
    generic = pq_blob(other, "PQPrivateKeyBlob");
    assert_memory_equal(generic.data + 12, wide(s->private_type), 2 * (strlen(s->private_type) + 1));
    key_free(other);
    assert_status(pq_import("PQPrivateKeyBlob", generic, &other), NTE_SUCCESS);
    key_free(other);

    ((uint8_t *)generic.data)[12] ^= 1;
    assert_status(pq_import("PQPrivateKeyBlob", generic, &other), NTE_INVALID_PARAMETER);
    ((uint8_t *)generic.data)[12] ^= 1;
    generic.size--;
    assert_status(pq_import("PQPrivateKeyBlob", generic, &other), NTE_BAD_DATA);
    key_free(key);
}

static void test_generic(void **state)
{
    size_t i;

    for (i = 0; i < PQ_SETS; i++)
    {
        check_generic(&pq_sets[i]);
        take_back(state);
    }
}

static nte_status import_changed(const char *type, struct bytes blob, size_t at, uint32_t value)
{
    struct key *key = NULL;
    uint32_t kept = word(blob, at);
    nte_status status;

    memcpy((uint8_t *)blob.data + at, &value, sizeof(value));
    status = pq_import(type, blob, &key);
    memcpy((uint8_t *)blob.data + at, &kept, sizeof(kept));
    key_free(key);
    return status;
}

/* A blob that is right in itself, of a key with so many bytes more than the set's have. */
static nte_status import_resized(const char *type, struct bytes blob, int more)
{
    uint32_t key_size = word(blob, 8) + more;
    uint8_t *copy = take(blob.size + 1);
    struct key *key = NULL;
    nte_status status;

    memcpy(copy, blob.data, blob.size);
    copy[blob.size] = 0;
    memcpy(copy + 8, &key_size, sizeof(key_size));
    status = pq_import(type, run(copy, blob.size + more), &key);
    key_free(key);
    return status;
}

/* The same without the NUL at the end of the name. */
static struct bytes without_nul(const struct pq_set *s, struct bytes blob)
{
    const uint32_t name_size = 2 * strlen(s->set);
    uint8_t *copy = take(blob.size);

    memcpy(copy, blob.data, 12 + name_size);
    memcpy(copy + 4, &name_size, sizeof(name_size));
    memcpy(copy + 12 + name_size, blob.data + 14 + name_size, blob.size - 14 - name_size);
    return run(copy, blob.size - 2);
}

/* What a key file must not have as its private part. */
static void check_load(const struct pq_set *s, struct bytes public_blob)
{
    struct material *material;

    assert_status(algorithm_find_ascii(s->alg)->family->load(&all_algorithms, public_blob, &material),
                  NTE_INVALID_PARAMETER);
}

static void check_malformed(const struct pq_set *s)
{
    struct key *key = pq_key(s, NULL), *other;
    struct bytes blob = pq_blob(key, s->seed_type), cut;
    size_t size;

    for (size = 0; size < blob.size; size++)
    {
        cut = run(blob.data, size);
        assert_status(pq_import(s->seed_type, cut, &other), NTE_BAD_DATA);
    }
    check_load(s, pq_blob(key, s->public_type));
    assert_status(pq_import(s->seed_type, without_nul(s, blob), &other), NTE_BAD_DATA);
    cut = run(blob.data, blob.size + 1);
    assert_status(pq_import(s->seed_type, cut, &other), NTE_BAD_DATA);
    assert_status(import_changed(s->seed_type, blob, 0, 0x12345678), NTE_INVALID_PARAMETER);
    assert_status(import_changed(s->seed_type, blob, 4, 0xfffffff0), NTE_BAD_DATA);
    assert_status(import_changed(s->seed_type, blob, 4, 0), NTE_BAD_DATA);
    assert_status(import_changed(s->seed_type, blob, 8, s->seed_size - 1), NTE_BAD_DATA);
    assert_status(import_changed(s->seed_type, blob, 8, 0xffffffff), NTE_BAD_DATA);
    assert_status(import_changed(s->seed_type, blob, 12, '1' | '1' << 16), NTE_INVALID_PARAMETER);
    key_free(key);
}

static void check_sizes(const struct pq_set *s)
{
    const char *types[] = {s->public_type, s->private_type, s->seed_type};
    struct key *key = pq_key(s, NULL);
    struct bytes blob;
    size_t i;

    for (i = 0; i < sizeof(types) / sizeof(*types); i++)
    {
        blob = pq_blob(key, types[i]);
        assert_status(import_resized(types[i], blob, 0), NTE_SUCCESS);
        assert_status(import_resized(types[i], blob, -1), NTE_BAD_DATA);
        assert_status(import_resized(types[i], blob, 1), NTE_BAD_DATA);
    }
    key_free(key);
}

static void test_malformed(void **state)
{
    size_t i;

    for (i = 0; i < PQ_SETS; i++)
    {
        check_malformed(&pq_sets[i]);
        check_sizes(&pq_sets[i]);
        take_back(state);
    }
}

/* --- PKCS #8 --- */

static struct bytes element(uint8_t tag, struct bytes a, struct bytes b)
{
    struct writer w = {0};
    size_t start = der_open(&w, tag);
    uint8_t *copy;

    write_bytes(&w, a.data, a.size);
    if (b.data) write_bytes(&w, b.data, b.size);
    der_close(&w, start);
    copy = take(w.used);
    memcpy(copy, w.data, w.used);
    a = run(copy, w.used);
    writer_free(&w);
    return a;
}

static const struct bytes nothing;

/* A PrivateKeyInfo around content of the OCTET STRING. */
static struct bytes private_key_info(const struct pq_set *s, struct bytes parameters, struct bytes content)
{
    struct bytes algorithm = element(DER_SEQUENCE, hex(s->oid), parameters);
    struct bytes version = hex("020100"), octets = element(DER_OCTET_STRING, content, nothing);
    struct bytes inner = element(0xff, algorithm, octets);
    size_t header = inner.data[1] & 0x80 ? 2 + (inner.data[1] & 0x7f) : 2;

    return element(DER_SEQUENCE, version, run(inner.data + header, inner.size - header));
}

struct parts
{
    struct bytes seed, expanded, public_blob;
};

static struct parts parts_of(const struct pq_set *s, struct key *key)
{
    struct parts parts;

    parts.seed = pq_number(s, pq_blob(key, s->seed_type));
    parts.expanded = pq_number(s, pq_blob(key, s->private_type));
    parts.public_blob = pq_blob(key, s->public_type);
    return parts;
}

static void check_form(const struct pq_set *s, const struct parts *parts, struct bytes content, int has_seed)
{
    struct key *key;
    struct bytes got;

    assert_status(pq_import("PKCS8_PRIVATEKEY", private_key_info(s, nothing, content), &key), NTE_SUCCESS);
    assert_status(set_u32(key, "Export Policy", ALLOW_PLAINTEXT_EXPORT), NTE_SUCCESS);
    check_same(pq_blob(key, s->public_type), parts->public_blob);
    assert_status(pq_export(key, s->seed_type, &got), has_seed ? NTE_SUCCESS : NTE_NOT_SUPPORTED);
    key_free(key);
}

static void check_refused(const struct pq_set *s, struct bytes parameters, struct bytes content, nte_status expected)
{
    struct key *key;

    assert_status(pq_import("PKCS8_PRIVATEKEY", private_key_info(s, parameters, content), &key), expected);
}

static void check_pkcs8(const struct pq_set *s)
{
    struct key *key = pq_key(s, NULL), *other;
    struct parts parts = parts_of(s, key);
    struct bytes seed = element(DER_IMPLICIT(0), parts.seed, nothing);
    struct bytes expanded = element(DER_OCTET_STRING, parts.expanded, nothing);
    struct bytes both = element(DER_SEQUENCE, element(DER_OCTET_STRING, parts.seed, nothing), expanded);

    check_same(pq_blob(key, "PKCS8_PRIVATEKEY"), private_key_info(s, nothing, seed));
    check_form(s, &parts, seed, 1);
    check_form(s, &parts, expanded, 0);
    check_form(s, &parts, both, 1);
    check_form(s, &parts, parts.seed, 1);                                               /* A.63 */
    check_form(s, &parts, parts.expanded, 0);

    assert_status(pq_import(s->private_type, pq_blob(key, s->private_type), &other), NTE_SUCCESS);
    assert_status(set_u32(other, "Export Policy", ALLOW_PLAINTEXT_EXPORT), NTE_SUCCESS);
    check_same(pq_blob(other, "PKCS8_PRIVATEKEY"), private_key_info(s, nothing, expanded));
    key_free(other);

    check_refused(s, hex("0500"), seed, NTE_BAD_DATA);                                  /* A.59 */
    check_refused(s, nothing, element(DER_IMPLICIT(0), run(parts.seed.data, s->seed_size - 1), nothing), NTE_BAD_DATA);
    check_refused(s, nothing, element(DER_OCTET_STRING, parts.seed, nothing), NTE_BAD_DATA);
    check_refused(s, nothing, element(DER_SEQUENCE, seed, expanded), NTE_BAD_DATA);
    check_refused(s, nothing, nothing, NTE_BAD_DATA);
    ((uint8_t *)both.data)[10] ^= 1;                                                    /* the seed is of another key */
    check_refused(s, nothing, both, NTE_BAD_DATA);
    key_free(key);
}

static void test_pkcs8(void **state)
{
    size_t i;

    for (i = 0; i < PQ_SETS; i++)
    {
        check_pkcs8(&pq_sets[i]);
        take_back(state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(test_blobs, take_back),
        cmocka_unit_test_setup(test_generic, take_back),
        cmocka_unit_test_setup(test_malformed, take_back),
        cmocka_unit_test_setup(test_pkcs8, take_back),
    };

    return cmocka_run_group_tests(tests, attach_stores, remove_stores);
}
