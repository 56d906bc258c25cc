/* SPDX-License-Identifier: LGPL-2.1-or-later
 * protect_cms.c, protect_key.c, protect_secret.c: protected blobs, and changed ones. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../dlls/ncryptprov/unixlib.h"
#include "unixlib_calls.h"
#include "protect_sample.h"

static const char text[] = "what is to be kept";

/* The documented ones for what is no blob of ours any more. */
static int is_refusal(nte_status status)
{
    return status == NTE_BAD_DATA || status == NTE_DECRYPTION_FAILURE || status == NTE_NOT_SUPPORTED;
}

static void check_opens(struct bytes blob)
{
    struct writer data = {0};

    assert_int_equal(unprotect_blob(blob, &data), NTE_SUCCESS);
    assert_int_equal(data.used, strlen(text));
    assert_memory_equal(data.data, text, strlen(text));
    writer_free(&data);
}

static void check_refused(struct bytes blob)
{
    struct writer data = {0};
    nte_status status = unprotect_blob(blob, &data);

    if (!is_refusal(status)) fail_msg("status %#x", status);
    writer_free(&data);
}

static const char *const rules[] =
{
    "LOCAL=user", "LOCAL=machine", "LOCAL=logon", "LOCAL=user AND LOCAL=logon",
    "LOCAL=user OR LOCAL=machine AND LOCAL=logon OR LOCAL=machine",
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

static struct bytes make_blob(const char *rule, struct writer *w)
{
    struct bytes blob;

    assert_int_equal(protect_text(rule, text, w), NTE_SUCCESS);
    blob.data = w->data;
    blob.size = w->used;
    return blob;
}

static void test_there_and_back(void **state)
{
    struct writer w = {0}, data = {0};
    struct envelope *envelope;
    struct bytes blob;
    uint16_t buffer[512];
    size_t i;

    (void)state;
    for (i = 0; i < RULES; i++)
    {
        blob = make_blob(rules[i], &w);
        check_opens(blob);
        assert_int_equal(cms_read(blob, &envelope), NTE_SUCCESS);
        descriptor_text(&envelope->descriptor, &data);
        assert_same_name((uint16_t *)data.data, u16(buffer, rules[i]));
        envelope_free(envelope);
        writer_free(&data);
        writer_free(&w);
    }
}

/* The key of a protector is derived from all that the protector is. Changed in memory alone: in a blob, the nonce would
 * tell. */
static void test_derivation(void **state)
{
    struct answer answers[PROTECTORS_MAX];
    uint8_t key[PROTECT_KEY_SIZE];
    struct envelope *envelope;
    struct protector *protector;
    struct writer w = {0};
    size_t i;

    (void)state;
    assert_int_equal(cms_read(make_blob("LOCAL=user", &w), &envelope), NTE_SUCCESS);
    protector = &envelope->descriptor.protectors[0];
    answer_local(&envelope->descriptor, answers);
    assert_int_equal(content_key_find(envelope, answers, key), NTE_SUCCESS);

    for (i = 0; i < protector->size; i++)
    {
        protector->value[i] ^= 1;
        assert_int_equal(content_key_find(envelope, answers, key), NTE_DECRYPTION_FAILURE);
        protector->value[i] ^= 1;
    }
    protector->size--;
    assert_int_equal(content_key_find(envelope, answers, key), NTE_DECRYPTION_FAILURE);
    protector->size++;
    protector->type = UNIX_PROTECTOR_SID;
    assert_int_equal(content_key_find(envelope, answers, key), NTE_DECRYPTION_FAILURE);
    protector->type = UNIX_PROTECTOR_LOCAL;
    answers[0].key = protector->key = UNIX_KEY_MACHINE;
    assert_int_not_equal(content_key_find(envelope, answers, key), NTE_SUCCESS);
    answers[0].key = protector->key = UNIX_KEY_USER;
    assert_int_equal(content_key_find(envelope, answers, key), NTE_SUCCESS);
    envelope_free(envelope);
    writer_free(&w);
}

/* The kind of the key goes into the derivation, not only into the choice of the root. */
static void test_kind_of_key(void **state)
{
    struct answer answers[PROTECTORS_MAX];
    uint8_t key[PROTECT_KEY_SIZE];
    struct envelope *envelope;
    struct writer w = {0};

    (void)state;
    assert_int_equal(cms_read(make_blob("LOCAL=logon", &w), &envelope), NTE_SUCCESS);
    answer_local(&envelope->descriptor, answers);
    assert_int_equal(content_key_find(envelope, answers, key), NTE_SUCCESS);
    answers[0].key = envelope->descriptor.protectors[0].key = UNIX_KEY_LOGON + 0x10;
    assert_int_equal(content_key_find(envelope, answers, key), NTE_DECRYPTION_FAILURE);
    envelope_free(envelope);
    writer_free(&w);
}

/* doc/facts/windows-api.md 6.3: the bytes that were observed around what is random. */
static void test_observed_shape(void **state)
{
    static const uint8_t start[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03, 0xa0};
    static const uint8_t protector[] =
    {
        0x30, 0x2c, 0x06, 0x09, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x4a, 0x01,
        0x30, 0x1f, 0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x4a, 0x01, 0x08,
        0x30, 0x11, 0x30, 0x0f, 0x30, 0x0d, 0x0c, 0x05, 'L', 'O', 'C', 'A', 'L', 0x0c, 0x04, 'u', 's', 'e', 'r',
    };
    static const uint8_t wrap[] = {0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2d,
                                   0x04, 0x28};
    static const uint8_t gcm[] = {0x30, 0x1e, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e,
                                  0x30, 0x11, 0x04, 0x0c};
    struct writer w = {0};
    struct bytes blob = make_blob("LOCAL=user", &w);

    (void)state;
    assert_memory_equal(blob.data + 4, start, sizeof(start));
    assert_non_null(memmem(blob.data, blob.size, protector, sizeof(protector)));
    assert_non_null(memmem(blob.data, blob.size, wrap, sizeof(wrap)));
    assert_non_null(memmem(blob.data, blob.size, gcm, sizeof(gcm)));
    assert_int_equal(blob.data[blob.size - strlen(text) - PROTECT_TAG_SIZE - 1], strlen(text) + PROTECT_TAG_SIZE);
    writer_free(&w);
}

static void test_every_bit(void **state)
{
    struct writer w = {0};
    struct bytes blob;
    size_t i, bit;

    (void)state;
    for (i = 0; i < RULES; i++)
    {
        blob = make_blob(rules[i], &w);
        for (bit = 0; bit < 8 * blob.size; bit++)
        {
            w.data[bit / 8] ^= 1 << (bit % 8);
            check_refused(blob);
            w.data[bit / 8] ^= 1 << (bit % 8);
        }
        check_opens(blob);
        writer_free(&w);
    }
}

static void test_every_length(void **state)
{
    struct writer w = {0};
    struct bytes blob, part;
    struct envelope *envelope;
    uint8_t *copy;

    (void)state;
    blob = make_blob("LOCAL=user OR LOCAL=machine", &w);
    for (part.size = 0; part.size < blob.size; part.size++)
    {
        copy = malloc(part.size ? part.size : 1);       /* so that the sanitizer sees each byte too far */
        memcpy(copy, blob.data, part.size);
        part.data = copy;
        assert_int_equal(cms_read(part, &envelope), NTE_BAD_DATA);
        free(copy);
    }
    write_u8(&w, 0);
    part.data = w.data;
    part.size = w.used;
    assert_int_equal(cms_read(part, &envelope), NTE_BAD_DATA);
    writer_free(&w);
}

static void test_size_of_data(void **state)
{
    struct descriptor *descriptor = make_descriptor("LOCAL=user");
    struct answer answers[PROTECTORS_MAX];
    struct bytes data = {(const uint8_t *)text, 0};
    struct writer blob = {0};

    (void)state;
    answer_local(descriptor, answers);
    assert_int_equal(secret_protect(descriptor, answers, data, &blob), NTE_INVALID_PARAMETER);
    data.size = PROTECT_DATA_MAX;
    assert_int_equal(secret_protect(descriptor, answers, data, &blob), NTE_INVALID_PARAMETER);
    assert_int_equal(blob.used, 0);
    descriptor_free(descriptor);
}

/* A clause that cannot be had is never left out. */
static void test_one_refusal_refuses_all(void **state)
{
    struct writer blob = {0};

    (void)state;
    assert_int_equal(protect_text("LOCAL=user OR WEBCREDENTIALS=x", text, &blob), NTE_NOT_SUPPORTED);
    assert_int_equal(protect_text("LOCAL=user AND SID=S-1-5-21-1-2-3-4", text, &blob), NTE_NOT_SUPPORTED);
    assert_int_equal(blob.used, 0);
}

/* Opens with the answers to the protectors in mask only. */
static nte_status open_with(struct bytes blob, unsigned int mask)
{
    struct answer answers[PROTECTORS_MAX];
    struct envelope *envelope;
    struct writer data = {0};
    nte_status status;
    uint32_t i;

    assert_int_equal(cms_read(blob, &envelope), NTE_SUCCESS);
    answer_local(&envelope->descriptor, answers);
    for (i = 0; i < envelope->descriptor.count; i++)
    {
        if (mask & 1u << i) continue;
        answers[i].key = UNIX_KEY_NONE;
        answers[i].status = NTE_DECRYPTION_FAILURE;
    }
    status = secret_unprotect(envelope, answers, &data);
    envelope_free(envelope);
    writer_free(&data);
    return status;
}

static void test_and_or(void **state)
{
    struct writer w = {0};
    struct bytes blob = make_blob("LOCAL=user AND LOCAL=logon OR LOCAL=machine", &w);
    unsigned int mask;

    (void)state;
    for (mask = 0; mask < 8; mask++)
        assert_int_equal(open_with(blob, mask),
                         (mask & 4) || (mask & 3) == 3 ? NTE_SUCCESS : NTE_DECRYPTION_FAILURE);
    writer_free(&w);
}

/* The key of one protector does not do for another one. */
static void test_wrong_answers(void **state)
{
    struct answer answers[PROTECTORS_MAX];
    struct writer w = {0}, data = {0};
    struct bytes blob = make_blob("LOCAL=logon", &w);
    uint8_t other[PROTECT_KEY_SIZE] = {1};
    struct envelope *envelope;

    (void)state;
    assert_int_equal(cms_read(blob, &envelope), NTE_SUCCESS);
    answer_local(&envelope->descriptor, answers);
    answers[0].data.data = other;
    assert_int_equal(secret_unprotect(envelope, answers, &data), NTE_DECRYPTION_FAILURE);
    answers[0].key = UNIX_KEY_USER;
    assert_int_equal(secret_unprotect(envelope, answers, &data), NTE_DECRYPTION_FAILURE);
    answers[0].key = UNIX_KEY_LOGON;
    answers[0].data.size = 31;
    assert_int_equal(secret_unprotect(envelope, answers, &data), NTE_DECRYPTION_FAILURE);
    assert_int_equal(data.used, 0);
    envelope_free(envelope);
    writer_free(&w);
}

/* What is not authentic is not given out: each byte of the content and of its tag. */
static void test_changed_content(void **state)
{
    struct answer answers[PROTECTORS_MAX];
    struct writer w = {0}, data = {0};
    struct bytes blob = make_blob("LOCAL=logon", &w);
    struct envelope *envelope;
    uint8_t *content;
    size_t i;

    (void)state;
    assert_int_equal(cms_read(blob, &envelope), NTE_SUCCESS);
    answer_local(&envelope->descriptor, answers);
    content = (uint8_t *)envelope->content.data;
    for (i = 0; i < envelope->content.size; i++)
    {
        content[i] ^= 1;
        assert_int_equal(secret_unprotect(envelope, answers, &data), NTE_DECRYPTION_FAILURE);
        assert_int_equal(data.used, 0);
        content[i] ^= 1;
    }
    assert_int_equal(secret_unprotect(envelope, answers, &data), NTE_SUCCESS);
    writer_free(&data);
    envelope_free(envelope);
    writer_free(&w);
}

static void test_other_store(void **state)
{
    struct place *place = *state;
    struct writer w = {0}, other = {0}, data = {0};
    struct bytes blob = make_blob("LOCAL=user", &w);
    char path[128];

    check_opens(blob);
    snprintf(path, sizeof(path), "%s/user/.store-key", place->parent);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unprotect_blob(blob, &data), NTE_DECRYPTION_FAILURE);
    store_close(key_store(0));
    store_close(key_store(FLAG_MACHINE_KEY));
    snprintf(path, sizeof(path), "%s/user", place->parent);
    assert_int_equal(engine_attach(path, path, GUID), NTE_SUCCESS);
    make_blob("LOCAL=user", &other);                        /* a new store key */
    assert_int_equal(unprotect_blob(blob, &data), NTE_DECRYPTION_FAILURE);
    writer_free(&w);
    writer_free(&other);
}

/* As another process: nothing is protected under a store key that is not that of the key files. */
static void test_planted_store_key(void **state)
{
    struct place *place = *state;
    struct capture capture;
    struct writer w = {0};
    char user[80], machine[80], from[96], to[96];

    snprintf(user, sizeof(user), "%s/user", place->parent);
    snprintf(machine, sizeof(machine), "%s/machine", place->parent);
    snprintf(from, sizeof(from), "%s/.store-key", machine);
    snprintf(to, sizeof(to), "%s/.store-key", user);
    assert_int_equal(create_key(key_store(0), "key", "secret", 0), NTE_SUCCESS);
    assert_int_equal(protect_text("LOCAL=machine", text, &w), NTE_SUCCESS);
    writer_free(&w);
    assert_int_equal(rename(from, to), 0);
    store_close(key_store(0));
    store_close(key_store(FLAG_MACHINE_KEY));
    assert_int_equal(engine_attach(user, machine, GUID), NTE_SUCCESS);
    begin_capture(&capture);
    assert_int_equal(protect_text("LOCAL=user", text, &w), NTE_BAD_KEY_STATE);
    assert_int_equal(count_lines(end_capture(&capture)), 1);
    assert_int_equal(protect_text("LOCAL=machine", text, &w), NTE_SUCCESS);
    writer_free(&w);
}

/* The index is looked at before what it leads to. */
static void test_index_of_a_protector(void **state)
{
    static const uint32_t beyond[] = {1, PROTECTORS_MAX, 0x7fffffff, UINT32_MAX};
    struct descriptor *descriptor = make_descriptor("LOCAL=user");
    struct protector_get_params get = {.descriptor = (uintptr_t)descriptor};
    struct result_take_params take = {0};
    size_t i;

    (void)state;
    assert_int_equal(call_protector_get(&get), NTE_SUCCESS);
    assert_int_equal(get.type, UNIX_PROTECTOR_LOCAL);
    take.result = get.result;
    take.size = get.size;
    assert_int_equal(call_result_take(&take), NTE_SUCCESS);
    for (i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++)
    {
        get.index = beyond[i];
        assert_int_equal(call_protector_get(&get), NTE_NO_MORE_ITEMS);
    }
    descriptor_free(descriptor);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        place_test(test_there_and_back),
        place_test(test_derivation),
        place_test(test_kind_of_key),
        place_test(test_observed_shape),
        place_test(test_every_bit),
        place_test(test_every_length),
        place_test(test_size_of_data),
        place_test(test_one_refusal_refuses_all),
        place_test(test_and_or),
        place_test(test_wrong_answers),
        place_test(test_changed_content),
        place_test(test_other_store),
        place_test(test_planted_store_key),
        place_test(test_index_of_a_protector),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
