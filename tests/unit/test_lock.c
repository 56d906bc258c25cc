/* SPDX-License-Identifier: LGPL-2.1-or-later
 * lock.c, key_consent.c and files of version 2: a private part under a password, in the file and behind a handle. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "algorithm.h"
#include "key/key.h"
#include "store_sample.h"
#include "store_scratch.h"

#define ITERATIONS 1000

/* --- the format --- */

/* The private part "a private part" of the sample below under the password "Sesam" and 1000 iterations, written
 * after doc/key-file.md by another program, in Python with the PBKDF2 and AES-GCM of OpenSSL. */
static const char golden[] =
    "01000000e8030000404142434445464748494a4b4c4d4e4f6061626364656667"
    "68696a6b7a334c14f11c4535bddf7224bb5bed5765011559c20ea06c69e97ff1"
    "e835";

static struct bytes password(const char *text)
{
    static uint16_t buffer[64];

    u16_from_ascii(buffer, text);
    return (struct bytes){(const uint8_t *)buffer, strlen(text) * sizeof(*buffer)};
}

static void sample_binding(uint8_t binding[LOCK_BINDING_SIZE])
{
    struct stored_key stored;

    make_sample(&stored, "x", "a private part");
    assert_int_equal(lock_binding(&stored, binding), NTE_SUCCESS);
    stored_key_free(&stored);
}

static struct bytes text(const char *s)
{
    return (struct bytes){(const uint8_t *)s, strlen(s)};
}

static nte_status unlock(struct bytes locked, struct bytes secret, const uint8_t *binding, const char *expected)
{
    struct bytes clear = {NULL, 0};
    nte_status status = unlock_part(locked, secret, binding, &clear);

    if (status) assert_null(clear.data);
    else assert_same_bytes(clear, text(expected));
    secret_free((void *)clear.data);
    return status;
}

static void test_golden(void **state)
{
    uint8_t binding[LOCK_BINDING_SIZE], locked[sizeof(golden) / 2];
    unsigned int byte;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(locked); i++)
    {
        assert_int_equal(sscanf(golden + 2 * i, "%2x", &byte), 1);
        locked[i] = byte;
    }
    sample_binding(binding);
    assert_int_equal(unlock((struct bytes){locked, sizeof(locked)}, password("Sesam"), binding, "a private part"),
                     NTE_SUCCESS);
}

static void lock_sample(struct writer *w, uint8_t binding[LOCK_BINDING_SIZE])
{
    memset(w, 0, sizeof(*w));
    sample_binding(binding);
    assert_int_equal(lock_part(text("a private part"), password("Sesam"), binding, ITERATIONS, w), NTE_SUCCESS);
}

static void test_wrong_passwords(void **state)
{
    static const char *const wrong[] = {"sesam", "Sesam ", "Sesa", "S", "Sesam, open"};
    uint8_t binding[LOCK_BINDING_SIZE];
    struct bytes locked;
    struct writer w;
    size_t i;

    (void)state;
    lock_sample(&w, binding);
    locked = (struct bytes){w.data, w.used};
    assert_null(memmem(w.data, w.used, "a private part", 14));
    assert_int_equal(unlock(locked, password("Sesam"), binding, "a private part"), NTE_SUCCESS);
    for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_int_equal(unlock(locked, password(wrong[i]), binding, ""), NTE_INCORRECT_PASSWORD);
    assert_int_equal(unlock(locked, (struct bytes){NULL, 0}, binding, ""), NTE_INCORRECT_PASSWORD);
    writer_free(&w);
}

/* A count of iterations that is allowed, and that takes too long to try. */
static int costs_too_much(struct bytes locked)
{
    struct reader r = {locked.data + 4, 4, 0};
    uint32_t iterations = read_u32(&r);

    return iterations > 100000 && iterations <= LOCK_MAX_ITERATIONS;
}

static void test_every_flipped_bit(void **state)
{
    uint8_t binding[LOCK_BINDING_SIZE];
    struct bytes locked;
    nte_status status;
    struct writer w;
    size_t bit;

    (void)state;
    lock_sample(&w, binding);
    locked = (struct bytes){w.data, w.used};
    for (bit = 0; bit < w.used * 8; bit++)
    {
        w.data[bit / 8] ^= 1 << bit % 8;
        if (!costs_too_much(locked))
        {
            status = unlock(locked, password("Sesam"), binding, "");
            assert_true(status == NTE_INCORRECT_PASSWORD || (bit < 64 && status == NTE_BAD_DATA));
        }
        w.data[bit / 8] ^= 1 << bit % 8;
    }
    for (bit = 0; bit < LOCK_BINDING_SIZE * 8; bit++)
    {
        binding[bit / 8] ^= 1 << bit % 8;
        assert_int_equal(unlock(locked, password("Sesam"), binding, ""), NTE_INCORRECT_PASSWORD);
        binding[bit / 8] ^= 1 << bit % 8;
    }
    assert_int_equal(unlock(locked, password("Sesam"), binding, "a private part"), NTE_SUCCESS);
    writer_free(&w);
}

static void put_u32(struct writer *w, size_t offset, uint32_t value)
{
    memcpy(w->data + offset, &value, sizeof(value));
}

static void test_not_a_lock(void **state)
{
    uint8_t binding[LOCK_BINDING_SIZE];
    struct bytes part;
    struct writer w;
    size_t size;

    (void)state;
    lock_sample(&w, binding);
    for (size = 0; size < w.used; size++)
    {
        part = copy_bytes(w.data, size);
        assert_int_equal(unlock(part, password("Sesam"), binding, ""),
                         size <= 24 + 12 + 16 ? NTE_BAD_DATA : NTE_INCORRECT_PASSWORD);
        secret_free((void *)part.data);
    }
    put_u32(&w, 4, LOCK_MAX_ITERATIONS + 1);
    assert_int_equal(unlock((struct bytes){w.data, w.used}, password("Sesam"), binding, ""), NTE_BAD_DATA);
    put_u32(&w, 4, LOCK_MIN_ITERATIONS - 1);
    assert_int_equal(unlock((struct bytes){w.data, w.used}, password("Sesam"), binding, ""), NTE_BAD_DATA);
    put_u32(&w, 4, 0);
    assert_int_equal(unlock((struct bytes){w.data, w.used}, password("Sesam"), binding, ""), NTE_BAD_DATA);
    put_u32(&w, 4, 0xffffffff);
    assert_int_equal(unlock((struct bytes){w.data, w.used}, password("Sesam"), binding, ""), NTE_BAD_DATA);
    writer_free(&w);
}

/* doc/key-file.md, in numbers: a file that says less is too weak, one that says more would take minutes. */
static void test_iterations(void **state)
{
    uint8_t binding[LOCK_BINDING_SIZE];
    struct writer w;

    (void)state;
    assert_int_equal(LOCK_ITERATIONS, 600000);
    lock_sample(&w, binding);
    put_u32(&w, 4, 999);
    assert_int_equal(unlock((struct bytes){w.data, w.used}, password("Sesam"), binding, ""), NTE_BAD_DATA);
    put_u32(&w, 4, 10000001);
    assert_int_equal(unlock((struct bytes){w.data, w.used}, password("Sesam"), binding, ""), NTE_BAD_DATA);
    writer_free(&w);
}

/* Who has the store key and not the password cannot give the key another policy, or the part to another key. */
static void test_binding(void **state)
{
    uint8_t binding[LOCK_BINDING_SIZE], other[LOCK_BINDING_SIZE];
    struct stored_key stored;

    (void)state;
    sample_binding(binding);
    make_sample(&stored, "another name", "b");
    assert_int_equal(lock_binding(&stored, other), NTE_SUCCESS);
    assert_memory_equal(binding, other, sizeof(binding));
    stored.export_policy ^= 1;
    assert_int_equal(lock_binding(&stored, other), NTE_SUCCESS);
    assert_memory_not_equal(binding, other, sizeof(binding));
    stored.export_policy ^= 1;
    stored.key_usage ^= 1;
    assert_int_equal(lock_binding(&stored, other), NTE_SUCCESS);
    assert_memory_not_equal(binding, other, sizeof(binding));
    stored.key_usage ^= 1;
    ((uint8_t *)stored.public_part.data)[0] ^= 1;
    assert_int_equal(lock_binding(&stored, other), NTE_SUCCESS);
    assert_memory_not_equal(binding, other, sizeof(binding));
    stored_key_free(&stored);
}

static void test_file_with_lock(void **state)
{
    struct store_key key = make_store_key(3), other = make_store_key(4);
    struct stored_key stored, decoded = {0};
    struct bytes image;

    (void)state;
    make_full_sample(&stored);
    stored.locked = 1;
    image = encode(&stored, &key);
    assert_int_equal(image.data[92], 1);
    assert_int_equal(keyfile_decode(image, &key, &decoded), NTE_SUCCESS);
    assert_same_key(&decoded, &stored);
    assert_int_equal(decoded.locked, 1);
    stored_key_free(&decoded);
    assert_int_equal(keyfile_decode(image, &other, &decoded), NTE_BAD_KEY_STATE);
    ((uint8_t *)image.data)[92] = 0;
    assert_int_equal(keyfile_decode(image, &key, &decoded), NTE_BAD_DATA);
    stored_key_free(&stored);
    secret_free((void *)image.data);
}

/* --- the handle --- */

static char root[64];

static uint16_t *wide(const char *s)
{
    static uint16_t ring[4][64];
    static unsigned int next;

    return u16(ring[next++ % 4], s);
}

static struct key_name named(const char *name)
{
    return (struct key_name){wide(name), wide(name), NULL};
}

static nte_status set(struct key *key, const char *name, const void *value, size_t size)
{
    return property_set(&key->object, wide(name), (struct bytes){value, size}, 0);
}

static struct key *create(const char *alg, const char *name, uint32_t flags)
{
    const uint32_t policy[5] = {1, flags};
    struct key *key;

    assert_int_equal(key_create(&software_provider, wide(alg), named(name), 0, FLAG_OVERWRITE_KEY, &key), NTE_SUCCESS);
    assert_int_equal(set(key, "UI Policy", policy, sizeof(policy)), NTE_SUCCESS);
    return key;
}

static struct key *open_key(const char *name)
{
    struct key *key;

    assert_int_equal(key_open(&software_provider, named(name), 0, 0, &key), NTE_SUCCESS);
    return key;
}

static const uint8_t digest[32] = "a digest of thirty-two octets ..";

static nte_status sign(struct key *key, uint8_t signature[64])
{
    struct padding padding = {0};
    uint32_t size;

    return key_sign(key, &padding, 0, (struct bytes){digest, sizeof(digest)}, signature, 64, &size);
}

static nte_status verify(struct key *key, const uint8_t signature[64])
{
    struct padding padding = {0};

    return key_verify(key, &padding, 0, (struct bytes){digest, sizeof(digest)}, (struct bytes){signature, 64});
}

static void give(struct key *key, const char *pin)
{
    assert_int_equal(set(key, "SmartCardPin", wide(pin), (strlen(pin) + 1) * 2), NTE_SUCCESS);
}

static void test_high(void **state)
{
    struct key *key = create("ECDSA_P256", "high", UI_FORCE_HIGH_PROTECTION), *second;
    uint8_t signature[64], value[64];
    uint32_t size;

    (void)state;
    assert_int_equal(key_finalize(key, 0), NTE_SILENT_CONTEXT);
    assert_int_equal(key_unlock(key, (struct bytes){NULL, 0}), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_SILENT_CONTEXT);     /* consent is no password */
    give(key, "");
    assert_int_equal(key_finalize(key, 0), NTE_SILENT_CONTEXT);
    give(key, "Sesam");
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(sign(key, signature), NTE_SUCCESS);            /* who made it may use it */

    second = open_key("high");
    assert_int_equal(verify(second, signature), NTE_SUCCESS);
    assert_int_equal(property_get(&second->object, wide("Length"), 0, value, sizeof(value), &size), NTE_SUCCESS);
    give(second, "");                                               /* or the process would know it (row 18.5) */
    assert_int_equal(sign(second, signature), NTE_SILENT_CONTEXT);
    assert_int_equal(key_unlock(second, (struct bytes){NULL, 0}), NTE_SUCCESS);
    assert_int_equal(sign(second, signature), NTE_SILENT_CONTEXT);
    give(second, "sesam");
    assert_int_equal(sign(second, signature), NTE_INCORRECT_PASSWORD);
    assert_int_equal(sign(second, signature), NTE_SILENT_CONTEXT);  /* a wrong one is forgotten */
    assert_int_equal(key_unlock(second, password("wrong")), NTE_INCORRECT_PASSWORD);
    assert_int_equal(key_unlock(second, password("Sesam")), NTE_SUCCESS);
    assert_int_equal(sign(second, signature), NTE_SUCCESS);
    assert_int_equal(verify(key, signature), NTE_SUCCESS);
    give(second, "wrong");
    assert_int_equal(sign(second, signature), NTE_SUCCESS);
    key_free(second);

    second = open_key("high");
    assert_int_equal(property_set(&second->object, wide("note"), text("kept"), FLAG_PERSIST_ONLY), NTE_SUCCESS);
    key_free(second);
    second = open_key("high");                                      /* written anew, without the password */
    assert_int_equal(property_get(&second->object, wide("note"), 0, value, sizeof(value), &size), NTE_SUCCESS);
    give(second, "Sesam");
    assert_int_equal(sign(second, signature), NTE_SUCCESS);
    assert_int_equal(verify(key, signature), NTE_SUCCESS);
    assert_int_equal(key_delete(second), NTE_SUCCESS);
    key_free(key);
}

static void test_medium(void **state)
{
    const uint32_t none[5] = {1};
    struct key *key = create("ECDSA_P256", "medium", UI_PROTECT_KEY), *second;
    uint8_t signature[64];

    (void)state;
    assert_int_equal(key_finalize(key, 0), NTE_SILENT_CONTEXT);
    assert_int_equal(key_unlock(key, (struct bytes){NULL, 0}), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(sign(key, signature), NTE_SUCCESS);

    second = open_key("medium");
    assert_int_equal(verify(second, signature), NTE_SUCCESS);
    assert_int_equal(sign(second, signature), NTE_SILENT_CONTEXT);
    give(second, "a password is not consent");
    assert_int_equal(sign(second, signature), NTE_SILENT_CONTEXT);
    assert_int_equal(property_set(&second->object, wide("UI Policy"), (struct bytes){(const uint8_t *)none, 20},
                                  FLAG_PERSIST_ONLY), NTE_BAD_KEY_STATE);
    assert_int_equal(key_unlock(second, (struct bytes){NULL, 0}), NTE_SUCCESS);
    assert_int_equal(sign(second, signature), NTE_SUCCESS);
    assert_int_equal(key_delete(second), NTE_SUCCESS);
    key_free(key);

    key = create("ECDSA_P256", "medium", UI_PROTECT_KEY);           /* with a password it is under the password */
    give(key, "Sesam");
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    give(key, "");
    second = open_key("medium");
    assert_int_equal(key_unlock(second, (struct bytes){NULL, 0}), NTE_SUCCESS);
    assert_int_equal(sign(second, signature), NTE_SILENT_CONTEXT);
    give(second, "Sesam");
    assert_int_equal(sign(second, signature), NTE_SUCCESS);
    assert_int_equal(key_delete(second), NTE_SUCCESS);
    key_free(key);
}

static void test_every_family(void **state)
{
    static const char *const algs[] = {"RSA", "ECDSA_P521", "ECDH_P256", "ECDSA", "DH", "DSA"};
    const uint32_t policy[5] = {1, UI_FORCE_HIGH_PROTECTION}, bits = 1024;
    struct key *key, *second;
    const struct material *material;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(algs) / sizeof(*algs); i++)
    {
        key = create(algs[i], "family", UI_FORCE_HIGH_PROTECTION);
        if (!strcmp(algs[i], "ECDSA"))
            assert_int_equal(set(key, "ECCCurveName", wide("brainpoolP256r1"), 32), NTE_SUCCESS);
        else set(key, "Length", &bits, sizeof(bits));
        give(key, "Sesam");
        assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
        give(key, "");
        second = open_key("family");
        assert_ptr_equal(second->alg, key->alg);
        assert_int_equal(second->bits, key->bits);
        assert_false(second->material->has_private);
        assert_int_equal(key_private(second, &material), NTE_SILENT_CONTEXT);
        assert_int_equal(key_unlock(second, password("Sesam")), NTE_SUCCESS);
        assert_int_equal(key_private(second, &material), NTE_SUCCESS);
        assert_true(material->has_private);
        assert_int_equal(key_delete(second), NTE_SUCCESS);
        key_free(key);
    }
    assert_int_equal(key_create(&software_provider, wide("AES"), named("aes"), 0, 0, &key), NTE_SUCCESS);
    assert_int_equal(set(key, "UI Policy", policy, sizeof(policy)), NTE_NOT_SUPPORTED);
    key_free(key);
}

static void test_export(void **state)
{
    const struct blob_options none = {.algorithms = &all_algorithms};
    const uint32_t both = 3;
    struct key *key = create("ECDSA_P256", "export", UI_FORCE_HIGH_PROTECTION), *second;
    uint8_t blob[512];
    uint32_t size;

    (void)state;
    assert_int_equal(set(key, "Export Policy", &both, sizeof(both)), NTE_SUCCESS);
    give(key, "Sesam");
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    give(key, "");
    key_free(key);
    second = open_key("export");
    assert_int_equal(key_export(second, wide("ECCPUBLICBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_SUCCESS);
    assert_int_equal(key_export(second, wide("ECCPRIVATEBLOB"), &none, 0, blob, sizeof(blob), &size),
                     NTE_SILENT_CONTEXT);
    assert_int_equal(key_export(second, wide("OpaqueTransport"), &none, 0, blob, sizeof(blob), &size),
                     NTE_NOT_SUPPORTED);
    give(second, "Sesam");
    assert_int_equal(key_export(second, wide("ECCPRIVATEBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_SUCCESS);
    assert_int_equal(key_delete(second), NTE_SUCCESS);
}

static int setup(void **state)
{
    char user[80], machine[80];

    (void)state;
    strcpy(root, "/tmp/ncrypt-lock-XXXXXX");
    if (!mkdtemp(root)) return -1;
    snprintf(user, sizeof(user), "%s/user", root);
    snprintf(machine, sizeof(machine), "%s/machine", root);
    return engine_attach(user, machine, GUID);
}

static int teardown(void **state)
{
    (void)state;
    return nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_wrong_passwords),
        cmocka_unit_test(test_every_flipped_bit),
        cmocka_unit_test(test_not_a_lock),
        cmocka_unit_test(test_iterations),
        cmocka_unit_test(test_binding),
        cmocka_unit_test(test_file_with_lock),
        cmocka_unit_test(test_high),
        cmocka_unit_test(test_medium),
        cmocka_unit_test(test_every_family),
        cmocka_unit_test(test_export),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
