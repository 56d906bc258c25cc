/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The inside of symmetric keys: block ciphers over nettle, and their modes. */
#ifndef ENGINE_CIPHER_KEY_H
#define ENGINE_CIPHER_KEY_H

#include <nettle/aes.h>
#include <nettle/arctwo.h>
#include <nettle/des.h>

#include "cipher/cipher.h"

#define CIPHER_MAX_KEY 32           /* bytes */

struct desx_context
{
    struct des_ctx des;
    uint8_t before[DES_BLOCK_SIZE], after[DES_BLOCK_SIZE];
};

union block_context
{
    struct aes128_ctx aes128;
    struct aes192_ctx aes192;
    struct aes256_ctx aes256;
    struct des_ctx des;
    struct des3_ctx des3;
    struct desx_context desx;
    struct arctwo_ctx arctwo;
};

/* One row for each algorithm and size of key. */
struct block_cipher
{
    const char *alg;                /* struct algorithm.id */
    uint32_t key_size;              /* bytes; 0: every size that the algorithm has */
    uint32_t block_size;            /* bytes */
    uint32_t des_keys;              /* number of DES keys, with parity, at the start of the key */
    void (*set_key)(struct bytes key, union block_context *encrypt, union block_context *decrypt);
    nettle_cipher_func *encrypt, *decrypt;  /* whole blocks, each with the context of its name; dst may be src */
};

struct cipher_key
{
    struct material material;       /* first: families cast */
    const struct block_cipher *cipher;
    union block_context encrypt, decrypt;
    uint8_t key[CIPHER_MAX_KEY];    /* as given, parity bits included */
    uint32_t key_size;              /* bytes */
};

/* cipher_block.c. NULL when alg has no keys of that size. */
const struct block_cipher *block_cipher_find(const struct algorithm *alg, size_t key_size);
uint32_t block_cipher_length(const struct algorithm *alg);      /* bytes of a block */
/* Sets the parity of the DES keys at the start of key. 0 when one of them is weak or semi-weak, or two are the same: it
 * must not be used as a random key then. */
int block_cipher_settle(const struct block_cipher *cipher, uint8_t *key);

/* cipher_family.c. NTE_INVALID_PARAMETER when alg has no keys of that size. Weak keys are accepted. */
nte_status cipher_key_make(const struct algorithm *alg, struct bytes key, struct cipher_key **made);

/* One call of NCryptEncrypt or NCryptDecrypt. */
struct cipher_operation
{
    const struct cipher_key *key;
    int encrypt;
    const struct cipher_padding *info;  /* NULL: a call without NCRYPT_PAD_CIPHER_FLAG */
    struct bytes input;
    uint8_t *output;                /* NULL: asks for the size */
    uint32_t size;                  /* bytes of output */
    uintptr_t input_at, output_at;  /* their addresses in the caller's memory */
};

/* NTE_BUFFERS_OVERLAP when the caller's input and the first size bytes of its output overlap without starting at the
 * same address. */
nte_status cipher_check_overlap(const struct cipher_operation *op, size_t size);

/* cipher_chain.c: ECB, CBC and CFB, the latter with a feedback of 8 bits, as in BCrypt. The chain continues in
 * op->info->iv if there is one, else in state->iv. NTE_INVALID_PARAMETER for an input that must be whole blocks and is
 * not; NTE_BAD_DATA for any wrong block padding. The size query of a decryption with padding returns the size of the
 * input. */
nte_status cipher_chain(const struct cipher_operation *op, struct cipher_state *state, uint32_t *result);

/* cipher_auth.c: GCM with nonces of 12 bytes and tags of 12 to 16, CCM with nonces of 7 to 13 and even tags of
 * 4 to 16; anything else is NTE_INVALID_PARAMETER. Writes the tag (encryption) or checks it (decryption:
 * NTE_BAD_DATA and nothing written when it is wrong). */
nte_status cipher_authenticated(const struct cipher_operation *op, enum chaining_mode mode, uint32_t *result);

/* cipher_wrap.c: RFC 3394, the key wrap of RFC 3565. key is an AES key. output: clear.size + 8 bytes; clear.size
 * is 16 or more, in eights. */
#define WRAP_OVERHEAD 8
void cipher_wrap(const struct cipher_key *key, struct bytes clear, uint8_t *output);
/* output: wrapped.size - 8 bytes, at least 16. NTE_BAD_DATA, and output wiped, when the check value is wrong. */
nte_status cipher_unwrap(const struct cipher_key *key, struct bytes wrapped, uint8_t *output);

/* cipher_blob.c: CipherKeyBlob, and Rfc3565KeyWrapBlob under the AES key options->wrapping. */
blob_import cipher_import_blob, cipher_import_wrapped;
blob_export cipher_export_blob, cipher_export_wrapped;
nte_status cipher_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material);

extern const struct family cipher_family;

#endif
