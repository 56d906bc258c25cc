/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a handle of a symmetric key remembers; see cipher.h. */
#include <string.h>

#include "cipher/cipher.h"

static const char *const mode_names[] =
{
    [CHAINING_CBC] = "ChainingModeCBC",
    [CHAINING_ECB] = "ChainingModeECB",
    [CHAINING_CFB] = "ChainingModeCFB",
    [CHAINING_CCM] = "ChainingModeCCM",
    [CHAINING_GCM] = "ChainingModeGCM",
};

#define LONGEST_MODE_NAME 16        /* characters with NUL */

static uint32_t block_length(const struct algorithm *alg)
{
    return alg->family->block_length(alg, alg->default_bits);
}

static int authenticates(enum chaining_mode mode)
{
    return mode == CHAINING_CCM || mode == CHAINING_GCM;
}

nte_status cipher_set_mode(const struct algorithm *alg, struct cipher_state *state, struct bytes value)
{
    uint16_t name[LONGEST_MODE_NAME] = {0};
    size_t i;

    if (value.size % sizeof(*name) || value.size > sizeof(name)) return NTE_NOT_SUPPORTED;
    memcpy(name, value.data, value.size);
    if (name[LONGEST_MODE_NAME - 1]) return NTE_NOT_SUPPORTED;
    for (i = 0; i < sizeof(mode_names) / sizeof(*mode_names); i++)
    {
        if (!u16_equal(name, mode_names[i])) continue;
        if (authenticates(i) && block_length(alg) != CIPHER_MAX_BLOCK) return NTE_NOT_SUPPORTED;
        state->mode = i;
        return NTE_SUCCESS;
    }
    return NTE_NOT_SUPPORTED;
}

nte_status cipher_get_mode(const struct cipher_state *state, struct writer *w)
{
    const char *name = mode_names[state->mode];
    uint8_t *p = write_space(w, (strlen(name) + 1) * sizeof(uint16_t));

    if (p) u16_from_ascii((uint16_t *)p, name);
    return NTE_SUCCESS;
}

nte_status cipher_set_iv(const struct algorithm *alg, struct cipher_state *state, struct bytes value)
{
    if (value.size != block_length(alg)) return NTE_INVALID_PARAMETER;
    memcpy(state->iv, value.data, value.size);
    return NTE_SUCCESS;
}

nte_status cipher_get_tag_length(const struct cipher_state *state, struct writer *w)
{
    if (!authenticates(state->mode)) return NTE_NOT_SUPPORTED;
    write_u32(w, state->mode == CHAINING_CCM ? 4 : 12);
    write_u32(w, 16);
    write_u32(w, state->mode == CHAINING_CCM ? 2 : 1);
    return NTE_SUCCESS;
}
