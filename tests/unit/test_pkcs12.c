/* SPDX-License-Identifier: LGPL-2.1-or-later
 * pkcs12/: files of certificates and keys, read and written. Files of OpenSSL are read in tests/crypt32/pfx.c. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <gnutls/pkcs12.h>

#include "pkcs12/pkcs12.h"
#include "pkcs8_sample.h"
#include "rsa_sample.h"

#define TRANSFER "between us"

static struct bytes content_of(struct writer *w)
{
    struct bytes copy = {take(w->used), w->used};

    assert_false(w->failed);
    memcpy((void *)copy.data, w->data, w->used);
    writer_free(w);
    return copy;
}

static struct bytes sample_key(void)
{
    struct rsa_numbers numbers = published_numbers();
    struct rsa_key *key;
    struct bytes blob;

    assert_status(rsa_import_private(&numbers, &key), NTE_SUCCESS);
    blob = export_with(&key->material, &none);
    rsa_free(key);
    return blob;
}

static struct bytes wide_bytes(const char *text)
{
    return run(wide(text), 2 * strlen(text));
}

static struct bytes sealed(struct bytes pkcs8)
{
    struct writer w = {0};

    assert_status(pkcs12_seal_key(pkcs8, wide(TRANSFER), &w), NTE_SUCCESS);
    return content_of(&w);
}

/* A key, and two certificates that nobody looks into. */
static struct bytes sample_list(void)
{
    struct pkcs12_item key = {.kind = UNIX_ARCHIVE_KEY, .data = sealed(sample_key()), .name = wide_bytes("the key"),
                              .id = hex("01020304"), .provider = wide_bytes("some provider"), .is_machine_key = 1};
    struct pkcs12_item first = {.kind = UNIX_ARCHIVE_CERTIFICATE, .data = hex("3003020101"), .id = hex("01020304"),
                                .name = wide_bytes("first")};
    struct pkcs12_item second = {.kind = UNIX_ARCHIVE_CERTIFICATE, .data = hex("3003020102")};
    struct writer w = {0};

    pkcs12_list_add(&w, &first);
    pkcs12_list_add(&w, &second);
    pkcs12_list_add(&w, &key);
    return content_of(&w);
}

static struct bytes written(struct bytes list, const uint16_t *password)
{
    struct writer w = {0};

    assert_status(pkcs12_write(list, password, wide(TRANSFER), &w), NTE_SUCCESS);
    return content_of(&w);
}

static struct bytes read_back(struct bytes file, const uint16_t *password, uint32_t flags)
{
    struct writer w = {0};

    assert_status(pkcs12_read(file, password, wide(TRANSFER), flags, &w), NTE_SUCCESS);
    return content_of(&w);
}

static nte_status try_read(struct bytes file, const uint16_t *password, uint32_t flags)
{
    struct writer w = {0};
    nte_status status = pkcs12_read(file, password, wide(TRANSFER), flags, &w);

    if (status) assert_int_equal(w.used, 0);
    writer_free(&w);
    return status;
}

static void assert_same(struct bytes a, struct bytes b)
{
    assert_int_equal(a.size, b.size);
    if (a.size) assert_memory_equal(a.data, b.data, a.size);
}

static void assert_same_item(struct pkcs12_item a, struct pkcs12_item b)
{
    struct bytes x, y;

    assert_int_equal(a.kind, b.kind);
    assert_int_equal(a.is_machine_key, b.is_machine_key);
    assert_same(a.name, b.name);
    assert_same(a.id, b.id);
    assert_same(a.provider, b.provider);
    if (a.kind == UNIX_ARCHIVE_CERTIFICATE)
    {
        assert_same(a.data, b.data);
        return;
    }
    assert_status(pkcs8_decrypt(a.data, wide(TRANSFER), &x), NTE_SUCCESS);
    assert_status(pkcs8_decrypt(b.data, wide(TRANSFER), &y), NTE_SUCCESS);
    assert_same(x, y);
    secret_free((void *)x.data);
    secret_free((void *)y.data);
}

static void assert_same_list(struct bytes a, struct bytes b)
{
    struct reader x = {a.data, a.size, 0}, y = {b.data, b.size, 0};
    struct pkcs12_item one, other;

    while (pkcs12_list_next(&x, &one))
    {
        assert_true(pkcs12_list_next(&y, &other));
        assert_same_item(one, other);
    }
    assert_true(der_done(&x) && der_done(&y));
}

static void test_round_trip(void **state)
{
    static const char *const passwords[] = {"secret", "", NULL};
    struct bytes list = sample_list();
    size_t i;

    (void)state;
    for (i = 0; i < 3; i++)
    {
        const uint16_t *password = passwords[i] ? wide(passwords[i]) : NULL;
        struct bytes file = written(list, password);

        assert_same_list(list, read_back(file, password, 0));
        assert_int_equal(file.size, written(list, password).size);
        assert_status(try_read(file, wide("Secret"), 0), NTE_INCORRECT_PASSWORD);
        assert_status(try_read(file, wide("Secret"), UNIX_ARCHIVE_VERIFY), NTE_INCORRECT_PASSWORD);
        assert_status(try_read(file, password, UNIX_ARCHIVE_VERIFY), NTE_SUCCESS);
        assert_status(try_read(file, NULL, UNIX_ARCHIVE_LOOK), NTE_SUCCESS);
    }
}

/* NULL and "" are one password, whichever of them made the file. */
static void test_empty(void **state)
{
    struct bytes list = sample_list();

    (void)state;
    assert_same_list(list, read_back(written(list, NULL), wide(""), 0));
    assert_same_list(list, read_back(written(list, wide("")), NULL, 0));
}

static void test_parts(void **state)
{
    struct bytes file = written(sample_list(), wide("secret")), list;
    struct reader r;
    struct pkcs12_item item;
    int count = 0;

    (void)state;
    list = read_back(file, wide("secret"), UNIX_ARCHIVE_NO_KEYS);
    for (r = (struct reader){list.data, list.size, 0}; pkcs12_list_next(&r, &item); count++)
        assert_int_equal(item.kind, UNIX_ARCHIVE_CERTIFICATE);
    assert_int_equal(count, 2);
    list = read_back(file, NULL, UNIX_ARCHIVE_NO_KEYS | UNIX_ARCHIVE_CLEAR);
    assert_int_equal(list.size, 0);
}

/* GnuTLS takes the same key out of it. */
static void test_others_read(void **state)
{
    struct bytes file = written(sample_list(), wide("secret"));
    gnutls_datum_t der = {(void *)file.data, file.size}, data;
    gnutls_pkcs12_bag_t bag;
    gnutls_pkcs12_t p12;
    char *name;

    (void)state;
    assert_int_equal(gnutls_pkcs12_init(&p12), 0);
    assert_int_equal(gnutls_pkcs12_import(p12, &der, GNUTLS_X509_FMT_DER, 0), 0);
    assert_int_equal(gnutls_pkcs12_verify_mac(p12, "secret"), 0);
    assert_int_equal(gnutls_pkcs12_bag_init(&bag), 0);
    assert_int_equal(gnutls_pkcs12_get_bag(p12, 0, bag), 0);
    assert_int_equal(gnutls_pkcs12_bag_decrypt(bag, "secret"), 0);
    assert_int_equal(gnutls_pkcs12_bag_get_count(bag), 2);
    assert_int_equal(gnutls_pkcs12_bag_get_friendly_name(bag, 0, &name), 0);
    assert_string_equal(name, "first");
    gnutls_pkcs12_bag_deinit(bag);
    assert_int_equal(gnutls_pkcs12_bag_init(&bag), 0);
    assert_int_equal(gnutls_pkcs12_get_bag(p12, 1, bag), 0);
    assert_int_equal(gnutls_pkcs12_bag_get_type(bag, 0), GNUTLS_BAG_PKCS8_ENCRYPTED_KEY);
    assert_int_equal(gnutls_pkcs12_bag_get_data(bag, 0, &data), 0);
    gnutls_x509_privkey_deinit(peer_read(run(data.data, data.size), "secret"));
    gnutls_pkcs12_bag_deinit(bag);
    gnutls_pkcs12_deinit(p12);
}

/* --- files of GnuTLS: without a MAC, old schemes, a key in clear --- */

/* GnuTLS always writes one. */
static struct bytes without_mac(struct bytes file)
{
    struct reader r = {file.data, file.size, 0}, inside = der_enter(&r, DER_SEQUENCE);
    struct writer w = {0};
    struct bytes content;
    size_t outer = der_open(&w, DER_SEQUENCE);

    der_write_small(&w, der_read_small(&inside));
    content = der_read_any(&inside);
    write_bytes(&w, content.data, content.size);
    der_close(&w, outer);
    return content_of(&w);
}

/* GnuTLS 3.8 crashes when it makes a MAC without a password, so there are no such files. */
static struct bytes gnutls_file(unsigned int seal, const char *password, int with_mac, int key_in_clear)
{
    struct bytes pkcs8 = sample_key();
    gnutls_datum_t der = {(void *)pkcs8.data, pkcs8.size}, out;
    gnutls_pkcs12_bag_t bag;
    gnutls_pkcs12_t p12;
    struct bytes file;

    assert_int_equal(gnutls_pkcs12_init(&p12), 0);
    assert_int_equal(gnutls_pkcs12_bag_init(&bag), 0);
    assert_true(gnutls_pkcs12_bag_set_data(bag, GNUTLS_BAG_PKCS8_KEY, &der) >= 0);
    if (!key_in_clear) assert_int_equal(gnutls_pkcs12_bag_encrypt(bag, password, seal), 0);
    assert_int_equal(gnutls_pkcs12_set_bag(p12, bag), 0);
    assert_true(password || !with_mac);
    assert_int_equal(gnutls_pkcs12_generate_mac(p12, password ? password : ""), 0);
    assert_int_equal(gnutls_pkcs12_export2(p12, GNUTLS_X509_FMT_DER, &out), 0);
    memcpy((void *)(file.data = take(out.size)), out.data, file.size = out.size);
    gnutls_free(out.data);
    gnutls_pkcs12_bag_deinit(bag);
    gnutls_pkcs12_deinit(p12);
    return with_mac ? file : without_mac(file);
}

static void assert_one_key(struct bytes list)
{
    struct pkcs12_item key = {.kind = UNIX_ARCHIVE_KEY, .data = sealed(sample_key())}, got;
    struct reader r = {list.data, list.size, 0};

    assert_true(pkcs12_list_next(&r, &got));
    assert_same_item(key, got);
    assert_true(der_done(&r));
}

static void test_read_others(void **state)
{
    static const unsigned int seals[] =
    {
        GNUTLS_PKCS_PKCS12_3DES, GNUTLS_PKCS_PKCS12_ARCFOUR, GNUTLS_PKCS_PKCS12_RC2_40, GNUTLS_PKCS_PBES2_AES_128,
        GNUTLS_PKCS_PBES2_3DES, GNUTLS_PKCS_PKCS12_3DES | GNUTLS_PKCS_NULL_PASSWORD,
    };
    size_t i, with_mac;

    (void)state;
    for (i = 0; i < sizeof(seals) / sizeof(*seals); i++)
    {
        const char *password = seals[i] & GNUTLS_PKCS_NULL_PASSWORD ? NULL : "secret";

        for (with_mac = 0; with_mac < (password ? 2 : 1); with_mac++)
        {
            struct bytes file = gnutls_file(seals[i], password, with_mac, 0);

            assert_one_key(read_back(file, password ? wide(password) : NULL, 0));
            assert_status(try_read(file, wide("other"), 0), NTE_INCORRECT_PASSWORD);
            take_back(NULL);
        }
    }
    assert_one_key(read_back(gnutls_file(0, "secret", 1, 1), wide("secret"), 0));
    assert_one_key(read_back(gnutls_file(0, NULL, 0, 1), NULL, UNIX_ARCHIVE_CLEAR));
}

/* --- BER --- */

/* The element once more with lengths that are not known beforehand, and strings in parts of 5 bytes. */
static void loosen(struct reader *r, struct writer *w)
{
    uint8_t tag = *r->data;
    struct bytes content = der_read(r, tag), part;
    struct reader inside = {content.data, content.size, 0};

    if (!(tag & 0x20) && tag != DER_OCTET_STRING)
    {
        der_write(w, tag, content);
        return;
    }
    write_u8(w, tag | 0x20);
    write_u8(w, 0x80);
    while (inside.left && tag & 0x20) loosen(&inside, w);
    while (inside.left)
    {
        part = read_bytes(&inside, inside.left < 5 ? inside.left : 5);
        der_write(w, DER_OCTET_STRING, part);
    }
    write_bytes(w, "\0", 2);
}

static void test_ber(void **state)
{
    struct bytes list = sample_list(), file = written(list, wide("secret")), loose;
    struct reader r = {file.data, file.size, 0};
    struct writer w = {0};

    (void)state;
    loosen(&r, &w);
    loose = content_of(&w);
    assert_true(loose.size > file.size);
    assert_same_list(list, read_back(loose, wide("secret"), 0));
    assert_status(ber_to_der(loose, &w), NTE_SUCCESS);
    assert_same(content_of(&w), file);
}

static void test_malformed_ber(void **state)
{
    static const char *const cases[] =
    {
        "", "30", "3080", "308000", "0480000000", "30800201", "3003020100ff", "3005020100", "24030201ff", "1f0100",
        "3084ffffffff00", "3089010000000000000000", "2480040101008000",
    };
    struct writer w = {0}, deep = {0};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
    {
        assert_status(ber_to_der(hex(cases[i]), &w), NTE_BAD_DATA);
        writer_free(&w);
        memset(&w, 0, sizeof(w));
    }
    for (i = 0; i < 100000; i++) write_bytes(&deep, "\x30\x80", 2);
    assert_status(ber_to_der(run(deep.data, deep.used), &w), NTE_BAD_DATA);
    writer_free(&w);
    writer_free(&deep);
}

/* --- what is not right --- */

/* Cut off or changed anywhere, a file gives nothing at all. Each step costs a derivation, so not every byte is
 * tried. */
static void test_damaged(void **state)
{
    struct bytes file = gnutls_file(GNUTLS_PKCS_PKCS12_3DES, "secret", 1, 0), copy = {take(file.size), file.size};
    size_t i;

    (void)state;
    for (i = 0; i < file.size; i++) assert_int_not_equal(try_read(run(file.data, i), wide("secret"), 0), 0);
    for (i = 0; i < file.size - 60; i += 7)
    {
        memcpy((void *)copy.data, file.data, file.size);
        ((uint8_t *)copy.data)[i] ^= 1;
        assert_int_not_equal(try_read(copy, wide("secret"), 0), 0);
    }
}

/* A key whose numbers do not fit is found before anything is given out. */
static void test_bad_key(void **state)
{
    struct bytes pkcs8 = sample_key();
    struct pkcs12_item key = {.kind = UNIX_ARCHIVE_KEY};
    struct writer w = {0};

    (void)state;
    ((uint8_t *)pkcs8.data)[pkcs8.size / 2] ^= 4;
    key.data = sealed(pkcs8);
    pkcs12_list_add(&w, &key);
    assert_status(try_read(written(content_of(&w), wide("secret")), wide("secret"), 0), NTE_INVALID_PARAMETER);
}

static void test_bad_list(void **state)
{
    struct bytes list = sample_list();
    struct writer w = {0};
    size_t i;

    (void)state;
    for (i = 1; i < 60; i++)
    {
        assert_status(pkcs12_write(run(list.data, list.size - i), wide("secret"), wide(TRANSFER), &w), NTE_BAD_DATA);
        writer_free(&w);
        memset(&w, 0, sizeof(w));
    }
    assert_status(pkcs12_write(list, wide("secret"), wide("another"), &w), NTE_BAD_DATA);
    writer_free(&w);
    memset(&w, 0, sizeof(w));
    assert_status(pkcs12_seal_key(sample_key(), wide(""), &w), NTE_INVALID_PARAMETER);
    *(uint8_t *)list.data = 7;
    assert_status(pkcs12_write(list, wide("secret"), wide(TRANSFER), &w), NTE_BAD_DATA);
    writer_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_round_trip, take_back),
        cmocka_unit_test_teardown(test_empty, take_back),
        cmocka_unit_test_teardown(test_parts, take_back),
        cmocka_unit_test_teardown(test_others_read, take_back),
        cmocka_unit_test_teardown(test_read_others, take_back),
        cmocka_unit_test_teardown(test_ber, take_back),
        cmocka_unit_test_teardown(test_malformed_ber, take_back),
        cmocka_unit_test_teardown(test_damaged, take_back),
        cmocka_unit_test_teardown(test_bad_key, take_back),
        cmocka_unit_test_teardown(test_bad_list, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
