/* SPDX-License-Identifier: LGPL-2.1-or-later
 * tools/keys/archive.c: what was put into an archive comes out of it; whatever is changed in one, it is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include "../../tools/keys/keys.h"      /* before cmocka.h, which has another meaning of fail */

#include <cmocka.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#define ITERATIONS   LOCK_MIN_ITERATIONS
#define HEADER_SIZE  12
#define OFFSET_ITERATIONS 16

static const uint8_t header[HEADER_SIZE] = {0x89, 'N', 'K', 'B', 'A', 0x0d, 0x0a, 0x1a, 1};
static const uint16_t sesam[] = {'S', 'e', 's', 'a', 'm'}, other[] = {'S', 'e', 's', 'a', 'n'};
static const struct bytes password = {(const uint8_t *)sesam, sizeof(sesam)};

#define NAME_A "0123456789abcdef0123456789abcdef_c682a361-f885"
#define NAME_B "1123456789abcdef0123456789abcdef_c682a361-f885"

static void make_archive(struct archive *archive, struct archive_file files[2])
{
    memset(archive, 0, sizeof(*archive));
    memset(files, 0, 2 * sizeof(*files));
    archive->flags = FLAG_MACHINE_KEY;
    archive->made = 0x0123456789abcdef;
    memset(archive->key.key, 7, STORE_KEY_SIZE);
    strcpy(archive->machine_guid, "c682a361-f885");
    archive->count = 2;
    archive->files = files;
    strcpy(files[0].unique, NAME_A);
    files[0].image = (struct bytes){(const uint8_t *)"image", 5};
    strcpy(files[1].unique, NAME_B);
}

static void encode_sample(struct writer *w)
{
    struct archive_file files[2];
    struct archive archive;

    make_archive(&archive, files);
    assert_int_equal(archive_encode(&archive, password, ITERATIONS, w), NTE_SUCCESS);
}

static nte_status decode(const uint8_t *data, size_t size)
{
    uint8_t *copy = secret_alloc(size);         /* so that the sanitizer sees a read past the end */
    struct archive archive;
    nte_status status;

    memcpy(copy, data, size);
    if (!(status = archive_decode((struct bytes){copy, size}, password, &archive))) archive_free(&archive);
    secret_free(copy);
    return status;
}

static void test_round_trip(void **state)
{
    struct store_key key = {0};
    struct archive archive;
    struct writer w = {0};

    (void)state;
    encode_sample(&w);
    assert_memory_equal(w.data, header, HEADER_SIZE);
    assert_int_equal(archive_decode((struct bytes){w.data, w.used}, password, &archive), NTE_SUCCESS);
    assert_int_equal(archive.flags, FLAG_MACHINE_KEY);
    assert_true(archive.made == 0x0123456789abcdef);
    memset(key.key, 7, STORE_KEY_SIZE);
    assert_int_equal(store_key_derive_id(&key), NTE_SUCCESS);
    assert_memory_equal(&archive.key, &key, sizeof(key));
    assert_string_equal(archive.machine_guid, "c682a361-f885");
    assert_int_equal(archive.count, 2);
    assert_string_equal(archive.files[0].unique, NAME_A);
    assert_int_equal(archive.files[0].image.size, 5);
    assert_memory_equal(archive.files[0].image.data, "image", 5);
    assert_string_equal(archive.files[1].unique, NAME_B);
    assert_int_equal(archive.files[1].image.size, 0);
    archive_free(&archive);
    writer_free(&w);
}

static void test_other_password(void **state)
{
    struct archive archive;
    struct writer w = {0};

    (void)state;
    encode_sample(&w);
    assert_int_equal(archive_decode((struct bytes){w.data, w.used},
                                    (struct bytes){(const uint8_t *)other, sizeof(other)}, &archive),
                     NTE_INCORRECT_PASSWORD);
    writer_free(&w);
}

static void test_truncated_at_every_length(void **state)
{
    struct writer w = {0};
    size_t size;

    (void)state;
    encode_sample(&w);
    for (size = 0; size < w.used; size++) assert_int_not_equal(decode(w.data, size), NTE_SUCCESS);
    write_u8(&w, 0);
    assert_int_equal(decode(w.data, w.used), NTE_INCORRECT_PASSWORD);
    writer_free(&w);
}

/* Iteration counts that are allowed and take long are left out: the derivation is the lock's, and tested there. */
static int is_slow(const struct writer *w, size_t byte)
{
    uint32_t iterations;

    memcpy(&iterations, w->data + OFFSET_ITERATIONS, sizeof(iterations));
    return byte / 4 == OFFSET_ITERATIONS / 4 && iterations > 100000 && iterations <= LOCK_MAX_ITERATIONS;
}

static void test_every_flipped_bit(void **state)
{
    struct writer w = {0};
    nte_status status;
    size_t bit;

    (void)state;
    encode_sample(&w);
    for (bit = 0; bit < 8 * w.used; bit++)
    {
        w.data[bit / 8] ^= 1 << bit % 8;
        status = is_slow(&w, bit / 8) ? NTE_INCORRECT_PASSWORD : decode(w.data, w.used);
        w.data[bit / 8] ^= 1 << bit % 8;
        if (bit / 8 < 8) assert_int_equal(status, NTE_BAD_DATA);
        else if (bit / 8 < HEADER_SIZE) assert_int_equal(status, NTE_BAD_VER);
        else if (bit / 8 >= OFFSET_ITERATIONS + 4) assert_int_equal(status, NTE_INCORRECT_PASSWORD);
        else assert_int_not_equal(status, NTE_SUCCESS);
    }
    assert_int_equal(decode(w.data, w.used), NTE_SUCCESS);
    writer_free(&w);
}

/* --- content that was sealed by somebody who knows the password --- */

static nte_status decode_content(const struct writer *content, size_t size)
{
    uint8_t binding[LOCK_BINDING_SIZE];
    struct writer w = {0};
    nte_status status;

    assert_false(content->failed);
    assert_int_equal(gnutls_hash_fast(GNUTLS_DIG_SHA256, header, HEADER_SIZE, binding), 0);
    write_bytes(&w, header, HEADER_SIZE);
    assert_int_equal(lock_part((struct bytes){content->data, size}, password, binding, ITERATIONS, &w), NTE_SUCCESS);
    status = decode(w.data, w.used);
    writer_free(&w);
    return status;
}

static void write_text(struct writer *w, const char *text)
{
    write_u32(w, strlen(text));
    write_bytes(w, text, strlen(text));
}

static void write_content(struct writer *w, uint32_t flags, const char *guid, uint32_t count, const char *first,
                          const char *second)
{
    static const uint8_t key[STORE_KEY_SIZE];

    write_u32(w, flags);
    write_u64(w, 1);
    write_bytes(w, key, sizeof(key));
    write_text(w, guid);
    write_u32(w, count);
    write_text(w, first);
    write_text(w, "image");
    write_text(w, second);
    write_text(w, "");
}

static nte_status status_of(uint32_t flags, const char *guid, uint32_t count, const char *first, const char *second)
{
    struct writer w = {0};
    nte_status status;

    write_content(&w, flags, guid, count, first, second);
    status = decode_content(&w, w.used);
    writer_free(&w);
    return status;
}

static void test_malformed_content(void **state)
{
    static const char long_guid[] = "0123456789012345678901234567890123456789012345678901234567890123";

    (void)state;
    assert_int_equal(status_of(0, "guid", 2, NAME_A, NAME_B), NTE_SUCCESS);
    assert_int_equal(status_of(1, "guid", 2, NAME_A, NAME_B), NTE_BAD_DATA);
    assert_int_equal(status_of(0, long_guid, 2, NAME_A, NAME_B), NTE_BAD_DATA);
    assert_int_equal(status_of(0, "guid", 1, NAME_A, NAME_B), NTE_BAD_DATA);
    assert_int_equal(status_of(0, "guid", 3, NAME_A, NAME_B), NTE_BAD_DATA);
    assert_int_equal(status_of(0, "guid", 0xffffffff, NAME_A, NAME_B), NTE_BAD_DATA);
    assert_int_equal(status_of(0, "guid", 2, NAME_B, NAME_A), NTE_BAD_DATA);
    assert_int_equal(status_of(0, "guid", 2, NAME_A, NAME_A), NTE_BAD_DATA);
    assert_int_equal(status_of(0, "guid", 2, ".store-key", NAME_B), NTE_BAD_DATA);
    assert_int_equal(status_of(0, "guid", 2, "../" NAME_A, NAME_B), NTE_BAD_DATA);
    assert_int_equal(status_of(0, "guid", 2, "", NAME_B), NTE_BAD_DATA);
}

static void test_content_truncated_at_every_length(void **state)
{
    struct writer w = {0};
    size_t size;

    (void)state;
    write_content(&w, 0, "guid", 2, NAME_A, NAME_B);
    for (size = 1; size < w.used; size++) assert_int_equal(decode_content(&w, size), NTE_BAD_DATA);
    assert_int_equal(decode_content(&w, w.used), NTE_SUCCESS);
    writer_free(&w);
}

int main(void)
{
    static const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_other_password),
        cmocka_unit_test(test_truncated_at_every_length),
        cmocka_unit_test(test_every_flipped_bit),
        cmocka_unit_test(test_malformed_content),
        cmocka_unit_test(test_content_truncated_at_every_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
