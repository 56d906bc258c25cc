/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-DSA and ML-KEM when memory runs out: each allocation of each call fails once. The call says so, has changed
 * nothing, and works when there is memory again. The sanitizer sees what would be lost. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/memory_pool.h"
#include "key_sample.h"
#include "pq_sample.h"

static int until_failure;           /* allocations; 0: all succeed */

void *__real_pool_alloc(size_t size);

void *__wrap_pool_alloc(size_t size)
{
    return until_failure && !--until_failure ? NULL : __real_pool_alloc(size);
}

void *__real_malloc(size_t size);

void *__wrap_malloc(size_t size)
{
    return until_failure && !--until_failure ? NULL : __real_malloc(size);
}

struct call
{
    struct key *key;
    nte_status (*run)(struct call *call);
    void (*check_unchanged)(const struct call *call);
    uint32_t size;                  /* of its signature or ciphertext */
};

/* Returns how many allocations there are. The last run has them all. */
static int try_each(struct call *call)
{
    nte_status status;
    int tried;

    for (tried = 1; ; tried++)
    {
        until_failure = tried;
        status = call->run(call);
        if (until_failure) break;
        assert_status(status, NTE_NO_MEMORY);
        call->check_unchanged(call);
    }
    until_failure = 0;
    assert_status(status, NTE_SUCCESS);
    return tried - 1;
}

/* --- finalizing --- */

static nte_status finalize(struct call *call)
{
    return key_finalize(call->key, 0);
}

static void check_not_stored(const struct call *call)
{
    struct key *key;

    (void)call;
    assert_status(key_open(&software_provider, named("memory"), 0, 0, &key), NTE_BAD_KEYSET);
}

static void test_finalize(void **state)
{
    struct call call = {.run = finalize, .check_unchanged = check_not_stored};
    size_t i;

    for (i = 0; i < PQ_SETS; i++)
    {
        call.key = pq_new_key(&pq_sets[i], "memory");
        assert_true(try_each(&call) > 2);
        assert_status(key_delete(call.key), NTE_SUCCESS);
        take_back(state);
    }
}

/* --- signing and verifying --- */

static const struct padding plain;
static uint8_t signature[MOST_SIGNATURE], before[sizeof(signature)];

static nte_status sign(struct call *call)
{
    uint32_t size;

    return key_sign(call->key, &plain, 0, text("a message"), signature, sizeof(signature), &size);
}

static nte_status verify(struct call *call)
{
    return key_verify(call->key, &plain, 0, text("a message"), run(signature, call->size));
}

static void check_no_signature(const struct call *call)
{
    (void)call;
    assert_memory_equal(signature, before, sizeof(signature));
}

static void test_sign_and_verify(void **state)
{
    struct call call = {.check_unchanged = check_no_signature};
    size_t i;

    for (i = 0; i < 3; i++)
    {
        call.key = pq_key(&pq_sets[i], NULL);
        call.size = get_u32(call.key, "SignatureLength");
        memcpy(before, signature, sizeof(before));
        call.run = sign;
        assert_true(try_each(&call) > 0);
        memcpy(before, signature, sizeof(before));
        call.run = verify;
        assert_true(try_each(&call) > 0);
        key_free(call.key);
        take_back(state);
    }
}

/* --- encapsulation --- */

static uint8_t secret[32], other[32], ciphertext[1568];

static nte_status encapsulate(struct call *call)
{
    struct encapsulation e = {secret, ciphertext, sizeof(secret), sizeof(ciphertext)};

    return key_encapsulate(call->key, 0, &e);
}

static nte_status decapsulate(struct call *call)
{
    uint32_t size;

    return key_decapsulate(call->key, 0, run(ciphertext, call->size), other, sizeof(other), &size);
}

static void check_no_secret(const struct call *call)
{
    const uint8_t none[sizeof(secret)] = {0};

    assert_memory_equal(call->run == encapsulate ? secret : other, none, sizeof(none));
}

/* These two may need no memory at all. */
static void test_encapsulate(void **state)
{
    struct call call = {.check_unchanged = check_no_secret};
    size_t i;

    for (i = 3; i < PQ_SETS; i++)
    {
        memset(secret, 0, sizeof(secret));
        memset(other, 0, sizeof(other));
        call.key = pq_key(&pq_sets[i], NULL);
        call.size = get_u32(call.key, "KEMCiphertextLength");
        call.run = encapsulate;
        try_each(&call);
        call.run = decapsulate;
        try_each(&call);
        assert_memory_equal(secret, other, sizeof(secret));
        key_free(call.key);
        take_back(state);
    }
}

/* --- import --- */

static struct bytes blob;
static const char *blob_type;

static nte_status import(struct call *call)
{
    const struct blob_options none = {.algorithms = &all_algorithms};

    return key_import(&software_provider, wide(blob_type), blob, &none, named(NULL), 0, &call->key);
}

static void check_no_key(const struct call *call)
{
    assert_null(call->key);
}

static void check_imports(const struct pq_set *s)
{
    const char *const types[] = {s->public_type, s->private_type, s->seed_type, "PKCS8_PRIVATEKEY"};
    struct call call = {.run = import, .check_unchanged = check_no_key};
    struct key *key = pq_key(s, NULL);
    size_t i;

    for (i = 0; i < 4; i++)
    {
        blob_type = types[i];
        blob = pq_blob(key, blob_type);
        call.key = NULL;
        assert_true(try_each(&call) > 0);
        key_free(call.key);
    }
    key_free(key);
}

static void test_import(void **state)
{
    size_t i;

    for (i = 0; i < PQ_SETS; i++)
    {
        check_imports(&pq_sets[i]);
        take_back(state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(test_finalize, take_back),
        cmocka_unit_test_setup(test_sign_and_verify, take_back),
        cmocka_unit_test_setup(test_encapsulate, take_back),
        cmocka_unit_test_setup(test_import, take_back),
    };

    return cmocka_run_group_tests(tests, attach_stores, remove_stores);
}
