/* SPDX-License-Identifier: LGPL-2.1-or-later
 * libFuzzer target: signatures and messages from anywhere, with any parameters, to a key of each family. What was
 * signed verifies and what was encrypted decrypts; nothing is written past the size that was told.
 *
 * Input: the key (1 byte), what to do (1), the padding scheme (1), its hash (1), the size of its salt (1), a sized
 * label, the cipher's mode (1), flags (1), sized IV, nonce, additional data and tag, a size for the output (2),
 * then the input. */
#include "fuzz.h"

static const char *const algs[] = {"RSA", "AES", "ECDSA_P256", "3DES", "RC2"};
static const char *const hashes[] = {NULL, "SHA1", "SHA256", "SHA512", "MD5", "", "unknown"};
static const char *const modes[] = {"ChainingModeCBC", "ChainingModeECB", "ChainingModeCFB", "ChainingModeCCM",
                                    "ChainingModeGCM"};

enum { ENCRYPT, DECRYPT, SIGN, VERIFY, DECRYPT_ENCODED, ACTION_COUNT };

static uint64_t keys[COUNT(algs)];

static void make_keys(void)
{
    struct key_create_params create = {0};
    struct key_finalize_params finalize = {0};
    size_t i;

    if (*keys) return;
    keys[0] = fixed_rsa();
    for (i = 1; i < COUNT(algs); i++)
    {
        create.alg = number(wide(algs[i]));
        require(!call(unix_key_create, &create));
        finalize.key = keys[i] = create.key;
        require(!call(unix_key_finalize, &finalize));
    }
}

static int is_cipher(uint64_t key)
{
    return ((struct key *)(uintptr_t)key)->alg->family == &cipher_family;
}

static struct unix_cipher_padding take_cipher(struct reader *input, uint64_t key)
{
    const char *mode = modes[take_u8(input) % COUNT(modes)];
    struct unix_cipher_padding cipher = {.flags = take_u8(input) % 4};
    struct bytes iv = take_sized(input), nonce = take_sized(input), aad = take_sized(input);
    struct bytes tag = take_sized(input);

    cipher.iv = iv.size ? number(iv.data) : 0;
    cipher.iv_size = iv.size;
    cipher.authenticated = nonce.size != 0;
    cipher.nonce = number(nonce.data);
    cipher.nonce_size = nonce.size;
    cipher.aad = number(aad.data);
    cipher.aad_size = aad.size;
    cipher.tag = tag.size ? number(tag.data) : 0;
    cipher.tag_size = tag.size;
    if (is_cipher(key))
    {
        set_property(key, wide("Chaining Mode"), pool_copy(wide(mode), 2 * strlen(mode) + 2), 0);
        set_property(key, wide("IV"), iv, 0);
    }
    return cipher;
}

static struct unix_padding take_padding(struct reader *input)
{
    const char *hash = hashes[take_u8(input) % COUNT(hashes)];
    struct unix_padding padding = {.salt_size = take_u8(input), .present = 1};
    struct bytes label = take_sized(input);

    if (hash) padding.alg = number(wide(hash));
    padding.label = number(label.data);
    padding.label_size = label.size;
    return padding;
}

static void check_decrypted(struct key_crypt_params params, struct bytes text)
{
    uint8_t *back = pool(params.result);
    int unpadded = params.flags == PAD_NONE;

    params.input = params.output;
    params.input_size = params.result;
    params.output = number(back);
    params.output_size = params.input_size;
    require(!call(unix_key_decrypt, &params));
    require(unpadded || (params.result == text.size && !memcmp(back, text.data, text.size)));
}

static const struct unix_cipher_padding *cipher_of(const struct key_crypt_params *params)
{
    return (const struct unix_cipher_padding *)(uintptr_t)params->padding.cipher;
}

/* Both directions from the same IV, be it the caller's or the handle's. */
static void set_iv(const struct key_crypt_params *params, struct bytes iv)
{
    const struct unix_cipher_padding *cipher = cipher_of(params);

    if (cipher && cipher->iv) memcpy((void *)(uintptr_t)cipher->iv, iv.data, iv.size);
    else if (is_cipher(params->key) && set_property(params->key, wide("IV"), iv, 0))
        require(!set_property(params->key, wide("IV"), (struct bytes){iv.data, iv.size / 2}, 0));
}

static void encrypt(struct key_crypt_params params, struct bytes text)
{
    const struct unix_cipher_padding *cipher = cipher_of(&params);
    struct bytes iv = pool_copy("0123456789abcdef", 16);

    if (call(unix_key_encrypt, &params)) return;
    params.output_size = params.result;
    params.output = number(pool(params.output_size));
    if (cipher && cipher->iv) iv = pool_copy((const void *)(uintptr_t)cipher->iv, cipher->iv_size);
    set_iv(&params, iv);
    if (call(unix_key_encrypt, &params)) return;
    require(params.result == params.output_size);
    set_iv(&params, iv);
    check_decrypted(params, text);
}

/* Whatever it is, into exactly as much room as there is. */
static void decrypt(struct key_crypt_params params, uint32_t room)
{
    params.output = number(pool(room));
    params.output_size = room;
    if (!call(unix_key_decrypt, &params)) require(params.result <= room);
}

/* The input is what the padding must be found in: made so by encrypting it without padding. */
static void decrypt_encoded(struct key_crypt_params params, struct bytes text, uint32_t room)
{
    uint8_t *encoded = pool(128);
    struct key_crypt_params raw = {.key = keys[0], .flags = PAD_NONE, .input_size = 128, .output_size = 128};

    memcpy(encoded, text.data, text.size < 128 ? text.size : 128);
    raw.input = number(encoded);
    raw.output = number(pool(128));
    if (call(unix_key_encrypt, &raw)) return;
    params.key = keys[0];
    params.input = raw.output;
    params.input_size = 128;
    decrypt(params, room);
}

static void verify(uint64_t key, const struct unix_padding *padding, uint32_t flags, struct bytes hash,
                   struct bytes signature, nte_status expected)
{
    struct key_verify_params params = {.key = key, .padding = *padding, .flags = flags};
    nte_status status;

    params.hash = number(hash.data);
    params.hash_size = hash.size;
    params.signature = number(signature.data);
    params.signature_size = signature.size;
    status = call(unix_key_verify, &params);
    require(expected ? status : !status);
}

static void sign(uint64_t key, const struct unix_padding *padding, uint32_t flags, struct bytes hash)
{
    struct key_sign_params params = {.key = key, .padding = *padding, .flags = flags};
    struct bytes signature;

    params.hash = number(hash.data);
    params.hash_size = hash.size;
    if (call(unix_key_sign, &params)) return;
    signature.size = params.result;
    signature.data = pool(signature.size);
    params.signature = number(signature.data);
    params.signature_size = signature.size;
    if (call(unix_key_sign, &params)) return;
    require(params.result == signature.size);
    verify(key, padding, flags, hash, signature, NTE_SUCCESS);
    ((uint8_t *)signature.data)[signature.size / 2] ^= 4;
    verify(key, padding, flags, hash, signature, NTE_BAD_SIGNATURE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader input = {data, size, 0};
    uint8_t which = take_u8(&input) % COUNT(algs), action = take_u8(&input) % ACTION_COUNT;
    uint8_t scheme = take_u8(&input);
    uint32_t flags = (1u << scheme % 5) | (scheme & 0x80 ? FLAG_SILENT : 0);
    struct unix_padding padding = take_padding(&input);
    struct unix_cipher_padding cipher;
    struct key_crypt_params params = {0};
    uint32_t room;
    struct bytes text, digest = pool_copy("12345678901234567890", 20);

    attach();
    make_keys();
    if (scheme % 8 == 7) flags = 0;
    cipher = take_cipher(&input, keys[which]);
    if (flags & PAD_CIPHER) padding.cipher = number(&cipher);
    room = take_u16(&input) % 1024;
    text = take_rest(&input);
    params.key = keys[which];
    params.flags = flags;
    params.padding = padding;
    params.input = number(text.data);
    params.input_size = text.size;
    switch (action)
    {
    case ENCRYPT: encrypt(params, text); break;
    case DECRYPT: decrypt(params, room); break;
    case DECRYPT_ENCODED: decrypt_encoded(params, text, room); break;
    case SIGN: sign(keys[which], &padding, flags, text); break;
    case VERIFY: verify(keys[which], &padding, flags, digest, text, NTE_FAIL); break;
    }
    pool_free();
    return 0;
}
