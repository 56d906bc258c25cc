/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Symmetric keys: what a handle remembers between calls, and the properties that set it
 * (doc/facts/windows-api.md 1.4, doc/facts/windows-behaviour.md A.12). */
#ifndef ENGINE_CIPHER_H
#define ENGINE_CIPHER_H

#include "family.h"

#define CIPHER_MAX_BLOCK 16         /* bytes */

enum chaining_mode
{
    CHAINING_CBC,
    CHAINING_ECB,
    CHAINING_CFB,
    CHAINING_CCM,
    CHAINING_GCM,
};

/* Mode and running IV of one handle, never stored. Starts as zeros: CBC with an IV of zeros. A plain value: an
 * operation works on a copy, which replaces the handle's when it has succeeded. */
struct cipher_state
{
    enum chaining_mode mode;
    uint8_t iv[CIPHER_MAX_BLOCK];
};

/* "Chaining Mode": a UTF-16 string with its NUL. NTE_NOT_SUPPORTED for a mode that alg does not have. */
nte_status cipher_set_mode(const struct algorithm *alg, struct cipher_state *state, struct bytes value);
nte_status cipher_get_mode(const struct cipher_state *state, struct writer *w);

/* "IV": one block; restarts the chain. */
nte_status cipher_set_iv(const struct algorithm *alg, struct cipher_state *state, struct bytes value);

/* "AuthTagLength": three words: minimum, maximum, step; NTE_NOT_SUPPORTED unless the mode authenticates. */
nte_status cipher_get_tag_length(const struct cipher_state *state, struct writer *w);

#endif
