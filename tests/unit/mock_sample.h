/* SPDX-License-Identifier: LGPL-2.1-or-later
 * For tests of one token behind the mock module: its provider, and a key on it that they share. */
#ifndef TESTS_UNIT_MOCK_SAMPLE_H
#define TESTS_UNIT_MOCK_SAMPLE_H

#include "token_sample.h"

static const struct provider_class *provider;
static struct key *shared;          /* P-256, on the token */

static inline int set_up_provider(void **state)
{
    static const char *const labels[] = {"first", NULL};

    (void)state;
    if (make_tokens(labels, 1)) return -1;
    use_mock();
    set_rules("");
    provider = open_tokens(&token_provider, "token=first", "&pin-value=" TOKEN_PIN);
    return 0;
}

static inline int set_up_shared(void **state)
{
    if (set_up_provider(state)) return -1;
    shared = token_key(provider, "ECDSA_P256", "shared");
    return 0;
}

static inline int remove_shared(void **state)
{
    key_free(shared);
    return remove_tokens(state);
}

#endif
