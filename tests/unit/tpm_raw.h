/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of a TPM as its module has them, without names and files. Include after cmocka.h. */
#ifndef TESTS_TPM_RAW_H
#define TESTS_TPM_RAW_H

#include "tpm_sample.h"

static inline int set_up_module(void **state)
{
    (void)state;
    return start_swtpm(&tpm) || tpm_module() ? -1 : 0;
}

static inline int remove_chip(void **state)
{
    (void)state;
    return remove_swtpm(&tpm);
}

struct made
{
    struct writer public, private, binding;
    struct tpm_use use;
    struct tpm_public numbers;
};

static inline void describe_made(struct made *made, struct bytes auth)
{
    made->use.blob.public = bytes_of(made->public.data, made->public.used);
    made->use.blob.private = bytes_of(made->private.data, made->private.used);
    made->use.auth = auth;
    assert_status(tpm_calls()->read_public(made->use.blob.public, &made->numbers), NTE_SUCCESS);
}

static inline struct made *make(enum tpm_kind kind, uint32_t bits, int agrees, const char *auth)
{
    struct tpm_new new = {.kind = kind, .bits = bits, .agrees = agrees, .auth = text(auth)};
    struct made *made = (struct made *)take(sizeof(*made));

    assert_status(tpm_calls()->create(&new, &made->public, &made->private), NTE_SUCCESS);
    describe_made(made, new.auth);
    return made;
}

static inline void unmake(struct made *made)
{
    writer_free(&made->public);
    writer_free(&made->private);
    writer_free(&made->binding);
}

/* In words of tpm2-tools, which see the same chip; 0 without them. */
static inline int tool_does(const char *arguments)
{
    char command[256];

    if (access("/usr/bin/tpm2_getcap", X_OK)) return 0;
    snprintf(command, sizeof(command), "TPM2TOOLS_TCTI=\"$NCRYPT_TPM_TCTI\" tpm2_%s > /dev/null", arguments);
    return !system(command);
}

#endif
