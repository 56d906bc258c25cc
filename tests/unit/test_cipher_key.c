/* SPDX-License-Identifier: LGPL-2.1-or-later
 * cipher_family.c, cipher_blob.c, cipher_wrap.c, key_blob.c: making symmetric keys, their blobs whole and broken,
 * and the ciphers of OpenSSL's command. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "algorithm.h"
#include "crypto_sample.h"
#include "cipher_sample.h"
#include "base/property_list.h"

static const struct blob_options no_options = {.algorithms = &all_algorithms};
static const struct property_list no_parameters;

/* --- generation --- */

static nte_status generate(const char *alg, uint32_t bits, struct material **key)
{
    return cipher_family.generate(algorithm_find_ascii(alg), bits, &no_parameters, key);
}

static void check_parity(const uint8_t *key, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++) assert_int_equal(__builtin_parity(key[i]), 1);
}

static void check_generated(const char *alg, uint32_t bits, size_t parity)
{
    struct cipher_key *key, *other;
    struct material *made;

    assert_status(generate(alg, bits, &made), NTE_SUCCESS);
    key = (struct cipher_key *)made;
    assert_int_equal(made->bits, bits);
    assert_true(made->has_private);
    assert_string_equal(made->alg->id, alg);
    check_parity(key->key, parity);
    assert_status(generate(alg, bits, &made), NTE_SUCCESS);
    other = (struct cipher_key *)made;
    if (bits > 32) assert_memory_not_equal(key->key, other->key, bits / 8);
    cipher_family.free(&key->material);
    cipher_family.free(&other->material);
}

static void generated(void **state)
{
    static const struct { const char *alg; uint32_t bits; } refused[] =
    {
        {"AES", 0}, {"AES", 64}, {"AES", 129}, {"AES", 160}, {"AES", 320}, {"AES", 0x80000000}, {"DES", 56},
        {"DES", 128}, {"3DES", 128}, {"3DES", 168}, {"3DES_112", 112}, {"3DES_112", 192}, {"DESX", 64}, {"RC2", 8},
        {"RC2", 12}, {"RC2", 136},
    };
    struct material *made;
    uint32_t bits;
    size_t i;

    (void)state;
    for (i = 0; i < 50; i++)
    {
        check_generated("DES", 64, 8);
        check_generated("3DES", 192, 24);
        check_generated("3DES_112", 128, 16);
        check_generated("DESX", 192, 8);
    }
    for (bits = 128; bits <= 256; bits += 64) check_generated("AES", bits, 0);
    for (bits = 16; bits <= 128; bits += 8) check_generated("RC2", bits, 0);
    for (i = 0; i < sizeof(refused) / sizeof(*refused); i++)
        assert_status(generate(refused[i].alg, refused[i].bits, &made), NTE_INVALID_PARAMETER);
}

/* FIPS 74: weak keys and some of the semi-weak ones; keys that undo each other's work. */
static void weak(void **state)
{
    static const char *const keys[] =
    {
        "0101010101010101", "fefefefefefefefe", "e0e0e0e0f1f1f1f1", "1f1f1f1f0e0e0e0e", "011f011f010e010e",
        "1f011f010e010e01", "01e001e001f101f1", "01fe01fe01fe01fe", "e0fee0fef1fef1fe", "0000000000000000",
    };
    const struct block_cipher *des = block_cipher_find(algorithm_find_ascii("DES"), 8);
    const struct block_cipher *des3 = block_cipher_find(algorithm_find_ascii("3DES"), 24);
    uint8_t key[24];
    size_t i, j;

    (void)state;
    for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
    {
        memcpy(key, hex(keys[i]).data, 8);
        assert_false(block_cipher_settle(des, key));
        for (j = 0; j < 3; j++)
        {
            memcpy(key, hex("0123456789abcdef 23456789abcdef01 456789abcdef0123").data, 24);
            assert_true(block_cipher_settle(des3, key));
            memcpy(key + 8 * j, hex(keys[i]).data, 8);
            assert_false(block_cipher_settle(des3, key));
        }
    }
    for (j = 0; j < 3; j++)
    {
        memcpy(key, hex("0123456789abcdef 23456789abcdef01 456789abcdef0123").data, 24);
        memcpy(key + 8 * j, key + 8 * ((j + 1) % 3), 8);
        key[8 * j] ^= 1;                /* the parity bit alone makes no other key */
        assert_false(block_cipher_settle(des3, key));
    }
}

/* --- blobs --- */

struct shape
{
    const char *alg;
    size_t key_size;
};

static const struct shape shapes[] =
{
    {"AES", 16}, {"AES", 24}, {"AES", 32}, {"3DES", 24}, {"3DES_112", 16}, {"DES", 8}, {"DESX", 24}, {"RC2", 2},
    {"RC2", 16},
};

/* As doc/facts/windows-api.md 4.3 writes it; independent of the code that is tested. */
static struct bytes cipher_blob(const char *alg, struct bytes key)
{
    size_t name = (strlen(alg) + 1) * 2, size = 16 + name + 12 + key.size;
    uint8_t *blob = take(size);
    uint32_t header[4] = {16, 0x52485043, name, 12 + key.size}, inner[3] = {0x4d42444b, 1, key.size};

    memcpy(blob, header, 16);
    memcpy(blob + 16, wide(alg), name);
    memcpy(blob + 16 + name, inner, 12);
    memcpy(blob + 28 + name, key.data, key.size);
    return run(blob, size);
}

/* From memory with nothing behind it, and at an odd address. */
static nte_status import_cipher(struct bytes blob, struct material **key)
{
    struct bytes copy = exact(blob);
    uint8_t *odd = malloc(blob.size + 1);
    struct material *other;
    nte_status status, again;

    memcpy(odd + 1, blob.data, blob.size);
    status = cipher_import_blob(copy, &no_options, key);
    again = cipher_import_blob(run(odd + 1, blob.size), &no_options, &other);
    assert_status(status, again);
    if (!again) cipher_family.free(other);
    free((void *)copy.data);
    free(odd);
    return status;
}

static void check_refused(struct bytes blob, nte_status status)
{
    struct material *key;

    assert_status(import_cipher(blob, &key), status);
}

static void check_broken(struct bytes blob, size_t name)
{
    uint8_t *data = (uint8_t *)blob.data;
    size_t n;

    for (n = 0; n < blob.size; n++) check_refused(run(data, n), NTE_BAD_DATA);
#define CHANGED(at, bits, status) (data[at] ^= (bits), check_refused(blob, status), data[at] ^= (bits))
    CHANGED(0, 1, NTE_BAD_DATA);                    /* cbSize */
    CHANGED(4, 1, NTE_INVALID_PARAMETER);           /* magic */
    CHANGED(8, 2, NTE_BAD_DATA);                    /* cbAlgName */
    CHANGED(8, 1, NTE_BAD_DATA);
    CHANGED(11, 0x80, NTE_BAD_DATA);
    CHANGED(12, 1, NTE_BAD_DATA);                   /* cbKeyData */
    CHANGED(15, 0x80, NTE_BAD_DATA);
    CHANGED(16, 0x40, NTE_NOT_SUPPORTED);           /* name */
    CHANGED(16 + name - 2, 1, NTE_BAD_DATA);        /* its NUL */
    CHANGED(16 + name, 1, NTE_INVALID_PARAMETER);   /* magic of the inner blob */
    CHANGED(20 + name, 1, NTE_INVALID_PARAMETER);   /* version */
    CHANGED(24 + name, 1, NTE_BAD_DATA);            /* cbKeyData */
    CHANGED(27 + name, 0x80, NTE_BAD_DATA);
#undef CHANGED
}

static void blobs(void **state)
{
    struct bytes bytes, blob;
    struct material *key;
    struct writer w = {0};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
    {
        bytes = pattern(shapes[i].key_size, i);
        blob = cipher_blob(shapes[i].alg, bytes);
        assert_status(import_cipher(blob, &key), NTE_SUCCESS);
        assert_string_equal(key->alg->id, shapes[i].alg);
        assert_int_equal(key->bits, bytes.size * 8);
        assert_status(cipher_export_blob(key, &no_options, &w), NTE_SUCCESS);
        assert_int_equal(w.used, blob.size);
        assert_memory_equal(w.data, blob.data, blob.size);
        writer_free(&w);
        cipher_family.free(key);
        check_broken(blob, (strlen(shapes[i].alg) + 1) * 2);
    }
    check_refused(cipher_blob("AES", pattern(0, 1)), NTE_INVALID_PARAMETER);
    check_refused(cipher_blob("AES", pattern(8, 1)), NTE_INVALID_PARAMETER);
    check_refused(cipher_blob("AES", pattern(40, 1)), NTE_INVALID_PARAMETER);
    check_refused(cipher_blob("3DES", pattern(16, 1)), NTE_INVALID_PARAMETER);
    check_refused(cipher_blob("RC2", pattern(1, 1)), NTE_INVALID_PARAMETER);
    check_refused(cipher_blob("RC2", pattern(17, 1)), NTE_INVALID_PARAMETER);
    check_refused(cipher_blob("RSA", pattern(16, 1)), NTE_NOT_SUPPORTED);
    check_refused(cipher_blob("PBKDF2", pattern(16, 1)), NTE_NOT_SUPPORTED);
    check_refused(cipher_blob("", pattern(16, 1)), NTE_NOT_SUPPORTED);
    check_refused(cipher_blob("A name of more than thirty-two characters", pattern(16, 1)), NTE_NOT_SUPPORTED);
}

static void wrapped(void **state)
{
    struct material *key = cipher_material("AES", pattern(32, 1));
    struct material *kek = cipher_material("AES", pattern(16, 2));
    struct material *other = cipher_material("AES", pattern(16, 3));
    struct material *des = cipher_material("3DES", pattern(24, 4));
    struct blob_options options = {.algorithms = &all_algorithms, .wrapping = kek};
    struct blob_options wrong = {.algorithms = &all_algorithms, .wrapping = other};
    struct blob_options with_des = {.algorithms = &all_algorithms, .wrapping = des};
    struct material *made;
    struct writer w = {0};
    struct bytes blob;
    size_t n;

    (void)state;
    assert_status(cipher_export_wrapped(key, &options, &w), NTE_SUCCESS);
    assert_int_equal(w.used, 40);
    assert_status(cipher_export_wrapped(key, &no_options, &w), NTE_INVALID_PARAMETER);
    assert_status(cipher_export_wrapped(key, &with_des, &w), NTE_INVALID_PARAMETER);
    assert_status(cipher_export_wrapped(des, &options, &w), NTE_NOT_SUPPORTED);
    assert_int_equal(w.used, 40);

    assert_status(cipher_import_wrapped(run(w.data, 40), &options, &made), NTE_SUCCESS);
    assert_int_equal(made->bits, 256);
    assert_memory_equal(((struct cipher_key *)made)->key, pattern(32, 1).data, 32);
    cipher_family.free(made);
    assert_status(cipher_import_wrapped(run(w.data, 40), &no_options, &made), NTE_INVALID_PARAMETER);
    assert_status(cipher_import_wrapped(run(w.data, 40), &with_des, &made), NTE_INVALID_PARAMETER);
    assert_status(cipher_import_wrapped(run(w.data, 40), &wrong, &made), NTE_BAD_DATA);
    for (n = 0; n < 40; n++)
    {
        blob = exact(run(w.data, n));
        assert_status(cipher_import_wrapped(blob, &options, &made), NTE_BAD_DATA);
        free((void *)blob.data);
        w.data[n] ^= 1;
        assert_status(cipher_import_wrapped(run(w.data, 40), &options, &made), NTE_BAD_DATA);
        w.data[n] ^= 1;
    }
    writer_free(&w);
    cipher_family.free(key);
    cipher_family.free(kek);
    cipher_family.free(other);
    cipher_family.free(des);
}

/* --- OpenSSL --- */

struct command
{
    const char *name, *alg;
    size_t key_size;
    enum chaining_mode mode;
};

static const struct command commands[] =
{
    {"aes-128-ecb", "AES", 16, CHAINING_ECB}, {"aes-192-cbc", "AES", 24, CHAINING_CBC},
    {"aes-256-cfb8", "AES", 32, CHAINING_CFB}, {"des-ecb", "DES", 8, CHAINING_ECB},
    {"des-cbc", "DES", 8, CHAINING_CBC}, {"des-cfb8", "DES", 8, CHAINING_CFB},
    {"des-ede3-cbc", "3DES", 24, CHAINING_CBC}, {"des-ede3-cfb8", "3DES", 24, CHAINING_CFB},
    {"des-ede-cbc", "3DES_112", 16, CHAINING_CBC}, {"desx-cbc", "DESX", 24, CHAINING_CBC},
    {"rc2-cbc", "RC2", 16, CHAINING_CBC}, {"rc2-64-cbc", "RC2", 8, CHAINING_CBC},
    {"rc2-40-cbc", "RC2", 5, CHAINING_CBC}, {"rc2-ecb", "RC2", 16, CHAINING_ECB},
};

static const char *hex_text(struct bytes bytes)
{
    char *text = (char *)take(bytes.size * 2 + 1);
    size_t i;

    for (i = 0; i < bytes.size; i++) sprintf(text + 2 * i, "%02x", bytes.data[i]);
    return text;
}

/* openssl enc with block padding, which it always adds but to CFB. */
static struct bytes openssl(const struct command *command, struct bytes key, struct bytes iv, struct bytes clear)
{
    uint8_t *output = take(clear.size + CIPHER_MAX_BLOCK);
    char line[512], path[] = "/tmp/test_cipher_key.XXXXXX";
    int file = mkstemp(path);
    size_t size;
    FILE *pipe;

    assert_true(file >= 0 && write(file, clear.data, clear.size) == (ssize_t)clear.size);
    close(file);
    snprintf(line, sizeof(line), "openssl enc -provider legacy -provider default -%s -K %s %s%s -in %s 2>&1",
             command->name, hex_text(key), iv.size ? "-iv " : "", iv.size ? hex_text(iv) : "", path);
    assert_non_null(pipe = popen(line, "r"));
    size = fread(output, 1, clear.size + CIPHER_MAX_BLOCK, pipe);
    assert_int_equal(pclose(pipe), 0);
    unlink(path);
    return run(output, size);
}

static void check_command(const struct command *command, size_t size)
{
    struct bytes bytes = pattern(command->key_size, size), clear = pattern(size, 2), iv = {0}, theirs, ours;
    struct material *key = cipher_material(command->alg, bytes);
    struct cipher_padding info = {.flags = command->mode == CHAINING_CFB ? 0 : CIPHER_BLOCK_PADDING};
    struct cipher_state state;
    nte_status status;

    if (command->mode != CHAINING_ECB) iv = pattern(cipher_family.block_length(key->alg, key->bits), 3);
    state = chain(command->mode, iv);
    theirs = openssl(command, bytes, iv, clear);
    ours = crypt_once(key, &state, ENCRYPT, &info, clear, &status);
    assert_status(status, NTE_SUCCESS);
    assert_int_equal(ours.size, theirs.size);
    assert_memory_equal(ours.data, theirs.data, ours.size);
    state = chain(command->mode, iv);
    ours = crypt_once(key, &state, DECRYPT, &info, theirs, &status);
    assert_status(status, NTE_SUCCESS);
    assert_int_equal(ours.size, clear.size);
    assert_memory_equal(ours.data, clear.data, clear.size);
    cipher_family.free(key);
}

static void openssl_agrees(void **state)
{
    size_t i;

    (void)state;
    if (system("openssl list -providers -provider legacy > /dev/null 2>&1")) skip();
    for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
    {
        check_command(&commands[i], 1);
        check_command(&commands[i], 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(generated, take_back),
        cmocka_unit_test_setup(weak, take_back),
        cmocka_unit_test_setup(blobs, take_back),
        cmocka_unit_test_setup(wrapped, take_back),
        cmocka_unit_test_setup(openssl_agrees, take_back),
    };

    return cmocka_run_group_tests_name("cipher keys", tests, NULL, NULL);
}
