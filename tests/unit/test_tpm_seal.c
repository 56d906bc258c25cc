/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Secrets that a TPM seals for itself: with a password or without, damaged, of another chip (rows T.40 to
 * T.42a). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tpm_sample.h"

#define LOCKED_OUT ((nte_status)0x80280921)
#define ROOM 4096

static const struct padding unpadded;

static struct key *seal_key(void)
{
    struct key *key = NULL;

    assert_status(open_tpm_key(TPM_SEAL_KEY, &key), NTE_SUCCESS);
    return key;
}

static struct padding with_password(const char *password)
{
    return (struct padding){.label = text(password)};
}

/* password "": none. */
static struct bytes sealed(struct key *key, struct bytes secret, const struct padding *padding)
{
    uint8_t *blob = take(ROOM);
    uint32_t size = 0, used = 0;

    assert_status(key_encrypt(key, padding, FLAG_SEALING, secret, NULL, 0, &size), NTE_SUCCESS);
    assert_status(key_encrypt(key, padding, FLAG_SEALING | FLAG_SILENT, secret, blob, size - 1, &used),
                  NTE_BUFFER_TOO_SMALL);
    assert_status(key_encrypt(key, padding, FLAG_SEALING | FLAG_SILENT, secret, blob, size, &used), NTE_SUCCESS);
    assert_int_equal(used, size);
    return bytes_of(blob, size);
}

static nte_status open_sealed(struct key *key, struct bytes blob, const char *password, uint8_t *secret, uint32_t *size)
{
    struct padding padding = with_password(password);

    return key_decrypt(key, &padding, FLAG_SEALING, blob, secret, *size, size);
}

static nte_status try(struct key *key, struct bytes blob, const char *password)
{
    uint8_t secret[ROOM];
    uint32_t size = sizeof(secret);

    return open_sealed(key, blob, password, secret, &size);
}

static void check_opens(struct key *key, struct bytes blob, const char *password, struct bytes expected)
{
    uint8_t secret[ROOM];
    uint32_t size = 0;

    assert_status(open_sealed(key, blob, password, NULL, &size), NTE_SUCCESS);
    assert_int_equal(size, expected.size);
    size--;
    assert_status(open_sealed(key, blob, password, secret, &size), NTE_BUFFER_TOO_SMALL);
    assert_status(open_sealed(key, blob, password, secret, &size), NTE_SUCCESS);
    assert_int_equal(size, expected.size);
    assert_memory_equal(secret, expected.data, size);
}

static void of_every_size(void **state)
{
    static const size_t sizes[] = {1, 31, 32, 128, 129, TPM_MOST_SEALED};
    uint8_t secret[TPM_MOST_SEALED + 1] = {0};
    struct padding password = with_password("open sesame");
    struct key *key = seal_key();
    uint32_t size;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(secret); i++) secret[i] = i * 7;
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
    {
        check_opens(key, sealed(key, run(secret, sizes[i]), &unpadded), "", run(secret, sizes[i]));
        check_opens(key, sealed(key, run(secret, sizes[i]), &password), "open sesame", run(secret, sizes[i]));
    }
    assert_status(key_encrypt(key, &unpadded, FLAG_SEALING, run(secret, sizeof(secret)), NULL, 0, &size),
                  NTE_INVALID_PARAMETER);
    assert_status(key_encrypt(key, &unpadded, FLAG_SEALING, run(secret, 0), NULL, 0, &size), NTE_INVALID_PARAMETER);
    assert_status(key_decrypt(key, &unpadded, FLAG_SEALING, run(secret, 0), NULL, 0, &size), NTE_INVALID_PARAMETER);
    key_free(key);
}

/* Nothing of the secret is in clear, and no two blobs have anything of it in common. */
static void hidden(void **state)
{
    static const char secret[] = "a secret that nobody is to read";
    struct key *key = seal_key();
    struct bytes one = sealed(key, text(secret), &unpadded), other = sealed(key, text(secret), &unpadded);

    (void)state;
    assert_null(memmem(one.data, one.size, secret, 8));
    assert_int_equal(one.size, other.size);
    assert_memory_not_equal(one.data + one.size - 40, other.data + one.size - 40, 40);
    key_free(key);
}

/* One that is missing or was wrong before is not tried, so the chip does not lock; one that has a meaning for no
 * password of the blob is ignored. */
static void passwords(void **state)
{
    struct padding password = with_password("right");
    struct key *key = seal_key();
    struct bytes guarded = sealed(key, text("secret"), &password), plain = sealed(key, text("secret"), &unpadded);
    int i;

    (void)state;
    for (i = 0; i < 6; i++)
    {
        assert_status(try(key, guarded, ""), NTE_PERM);
        assert_status(try(key, guarded, "wrong"), NTE_PERM);
    }
    check_opens(key, guarded, "right", text("secret"));
    assert_status(try(key, guarded, "right, and more than a digest has of bytes"), NTE_PERM);
    check_opens(key, plain, "whatever", text("secret"));
    key_free(key);
}

/* A password that ends with zeros is all of it. The last one has a digest that ends with one: chips leave that out. */
static void every_byte_counts(void **state)
{
    static const uint8_t zeros[3] = {'a', 0, 0};
    struct padding padding = {.label = run(zeros, 3), .no_lockout = 1}, other = {.label = run(zeros, 2)};
    struct padding cut = with_password("pin 21");
    struct key *key = seal_key();
    struct bytes blob = sealed(key, text("secret"), &padding);
    uint8_t secret[16];
    uint32_t size;

    (void)state;
    assert_status(key_decrypt(key, &other, FLAG_SEALING, blob, secret, sizeof(secret), &size), NTE_PERM);
    assert_status(key_decrypt(key, &padding, FLAG_SEALING, blob, secret, sizeof(secret), &size), NTE_SUCCESS);
    check_opens(key, sealed(key, text("secret"), &cut), "pin 21", text("secret"));
    key_free(key);
}

static void damaged(void **state)
{
    struct key *key = seal_key();
    struct bytes blob = sealed(key, text("secret"), &unpadded), other = sealed(key, text("others"), &unpadded);
    uint8_t *bytes = take(blob.size);
    size_t i, last = blob.size - 34;

    (void)state;
    memcpy(bytes, blob.data, blob.size);
    for (i = 0; i < blob.size; i += i < 20 ? 1 : 9)
    {
        bytes[i] ^= i == 8 ? 2 : 0x40;              /* the flag of a password alone is another trouble */
        assert_status(try(key, run(bytes, blob.size), ""), NTE_BAD_DATA);
        bytes[i] = blob.data[i];
        assert_status(try(key, run(blob.data, i ? i : 1), ""), NTE_BAD_DATA);
    }
    memcpy(bytes + last, other.data + last, 34);    /* the secret of one under the key of the other */
    assert_status(try(key, run(bytes, blob.size), ""), NTE_BAD_DATA);
    check_opens(key, blob, "", text("secret"));
    key_free(key);
}

/* A wrapped key is no secret that could be opened. */
static void of_another_kind(void **state)
{
    struct tpm_new new = {.kind = TPM_EC, .bits = 256};
    struct writer public = {0}, private = {0}, w = {0};
    struct key *key = seal_key();

    (void)state;
    assert_status(tpm_calls()->create(&new, &public, &private), NTE_SUCCESS);
    write_u32(&w, 0x4c535054);
    write_u32(&w, 1);
    write_u32(&w, 0);
    write_u32(&w, public.used);
    write_u32(&w, private.used);
    write_bytes(&w, public.data, public.used);
    write_bytes(&w, private.data, private.used);
    assert_non_null(write_space(&w, 40));
    assert_status(try(key, run(w.data, w.used), ""), NTE_BAD_DATA);
    writer_free(&w);
    writer_free(&public);
    writer_free(&private);
    key_free(key);
}

static void of_another_chip(void **state)
{
    struct key *key = seal_key();
    struct bytes blob = sealed(key, text("secret"), &unpadded);
    struct swtpm other = {0};

    (void)state;
    stop_swtpm(&tpm);
    assert_status(try(key, blob, ""), NTE_DEVICE_NOT_READY);
    assert_int_equal(start_swtpm(&other), 0);
    assert_status(try(key, blob, ""), NTE_BAD_DATA);
    assert_int_equal(remove_swtpm(&other), 0);
    assert_int_equal(start_swtpm(&tpm), 0);
    check_opens(key, blob, "", text("secret"));
    key_free(key);
}

/* The last one: from then on no password is taken. */
static void lockout(void **state)
{
    static const char *const wrong[] = {"1", "2", "3", "4", "5", "6"};
    struct padding counted = with_password("right"), uncounted = {.label = text("right"), .no_lockout = 1};
    struct key *key = seal_key();
    struct bytes one = sealed(key, text("secret"), &counted), other = sealed(key, text("secret"), &uncounted);
    nte_status status = NTE_PERM;
    size_t i;

    (void)state;
    for (i = 0; i < 6; i++) assert_status(try(key, other, wrong[i]), NTE_PERM);
    check_opens(key, other, "right", text("secret"));
    for (i = 0; i < 6 && status == NTE_PERM; i++) status = try(key, one, wrong[i]);
    assert_status(status, LOCKED_OUT);
    assert_status(try(key, one, "right"), LOCKED_OUT);
    check_opens(key, other, "right", text("secret"));
    key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(of_every_size, take_back),
        cmocka_unit_test_teardown(hidden, take_back),
        cmocka_unit_test_teardown(passwords, take_back),
        cmocka_unit_test_teardown(every_byte_counts, take_back),
        cmocka_unit_test_teardown(damaged, take_back),
        cmocka_unit_test_teardown(of_another_kind, take_back),
        cmocka_unit_test_teardown(of_another_chip, take_back),
        cmocka_unit_test_teardown(lockout, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_provider, remove_provider);
}
