/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the tests of PINs share: two tokens behind the mock, the first with an EC key "key", and each test in a process
 * of its own. Include after cmocka.h. */
#ifndef TESTS_PIN_SAMPLE_H
#define TESTS_PIN_SAMPLE_H

#include <sys/wait.h>

#include "token_sample.h"

static const char *const labels[] = {"first", "second", NULL};

/* Each test is a process of its own: what a process knows of PINs does not end before it. */
static inline void in_child(void (*test)(void))
{
    int status;
    pid_t child = fork();

    if (!child)
    {
        test();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static inline void expect(int line, uint32_t got, uint32_t expected)
{
    if (got == expected) return;
    printf("line %d: %#x, expected %#x\n", line, got, expected);
    fflush(stdout);
    _exit(1);
}
#define EXPECT(got, expected) expect(__LINE__, got, expected)

static inline const struct provider_class *class_for(const struct provider_class *base, const char *attributes,
                                                     const char *query)
{
    const struct provider_class *class;
    char uri[1024];

    snprintf(uri, sizeof(uri), "pkcs11:%s?module-path=%s%s", attributes, softhsm, query);
    EXPECT(base->open(base, base->name, uri, &class), NTE_SUCCESS);
    return class;
}

static inline struct key *opened(const struct provider_class *class)
{
    struct key *key;

    EXPECT(key_open(class, named("key"), 0, 0, &key), NTE_SUCCESS);
    return key;
}

static inline void make_key(void)
{
    token_key(class_for(&token_provider, "token=first", "&pin-value=" TOKEN_PIN), "ECDSA_P256", "key");
}

static inline int set_up(void **state)
{
    (void)state;
    if (make_tokens(labels, 1)) return -1;
    use_mock();
    set_rules("");
    in_child(make_key);
    return 0;
}

/* test_NAME runs NAME, with these rules of the mock. */
#define PIN_TEST(name, rules) static void test_##name(void **state) { (void)state; set_rules(rules); in_child(name); }

#endif
