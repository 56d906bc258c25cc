/* SPDX-License-Identifier: LGPL-2.1-or-later
 * libFuzzer target: what lies behind the seal of a key file and of an OpaqueTransport blob. The input is such an
 * image with its private part in clear; it is sealed here, so that the loaders see whatever the fuzzer makes up.
 * Each key that loads is used in every way: statuses are open, memory errors and changed values are not.
 *
 * Input: whether it is a key file or a blob (1 byte), then the image. */
#include "fuzz.h"

#define SEALED_SIZE 84              /* offset of the field that says how long the private part is */
#define TAG_SIZE 16

static int take_stored(struct bytes image, struct stored_key *stored)
{
    struct reader r = {image.data, image.size, 0};
    struct bytes part;
    uint8_t *copy;

    if (keyfile_decode(image, NULL, stored)) return 0;
    read_bytes(&r, SEALED_SIZE);
    part.size = read_u32(&r);
    part.data = image.data + image.size - TAG_SIZE - part.size;
    require((copy = secret_alloc(part.size)));
    memcpy(copy, part.data, part.size);
    stored->private_part.data = copy;
    stored->private_part.size = part.size;
    return 1;
}

static void check_same(const struct key *key, const struct stored_key *stored)
{
    require(!strcmp(key->alg->id, stored->algorithm) || algorithm_find_ascii(stored->algorithm) == key->alg);
    require(key->key_spec == stored->key_spec && key->export_policy == stored->export_policy);
    require(key->key_usage == stored->key_usage && key->state == KEY_FINAL);
}

static struct key_name names(struct stored_key *stored)
{
    struct key_name name = {stored->name, stored->name, NULL};

    return name;
}

static uint64_t open_file(struct stored_key *stored)
{
    struct key_name name = names(stored);
    char unique[UNIQUE_NAME_MAX];
    struct key *key = NULL;

    if (u16_length(stored->name) > MAX_NAME_LENGTH) return 0;
    require(!store_unique_name(name.folded, FUZZ_GUID, unique));
    require(!store_create(key_store(stored->flags), unique, stored, 1));
    if (!key_open(&software_provider, name, 0, stored->flags, &key)) check_same(key, stored);
    require(!store_delete(key_store(stored->flags), unique, stored->id));
    return number(key);
}

static uint64_t open_blob(const struct stored_key *stored)
{
    struct writer w = {0};
    struct bytes blob;
    uint64_t key;

    if (stored->locked) return 0;               /* refused, as test_keyfile_damage has it */
    require(!store_seal(key_store(stored->flags), stored, &w));
    blob = pool_written(&w);
    if (import("OpaqueTransport", blob, NULL, 0, FLAG_OVERWRITE_KEY, &key)) return 0;
    check_same((struct key *)(uintptr_t)key, stored);
    return key;
}

static void sign_verify(uint64_t key)
{
    struct bytes hash = pool_copy("12345678901234567890", 20);
    struct key_sign_params params = {.key = key, .hash = number(hash.data), .hash_size = hash.size};
    struct key_verify_params verify = {.key = key, .hash = number(hash.data), .hash_size = hash.size};

    if (((struct key *)(uintptr_t)key)->alg->family == &rsa_family)
    {
        params.flags = verify.flags = PAD_PKCS1;
        params.padding = verify.padding = (struct unix_padding){.alg = number(wide("SHA1")), .present = 1};
    }
    if (call(unix_key_sign, &params)) return;
    params.signature = number(pool(params.result));
    params.signature_size = params.result;
    verify.signature = params.signature;
    if (call(unix_key_sign, &params)) return;
    verify.signature_size = params.result;
    call(unix_key_verify, &verify);
}

static void encrypt_decrypt(uint64_t key)
{
    struct bytes text = pool_copy("0123456789abcdef", 16);
    struct key_crypt_params params = {.key = key, .input = number(text.data), .input_size = text.size};

    if (((struct key *)(uintptr_t)key)->alg->family == &rsa_family) params.flags = PAD_PKCS1;
    if (call(unix_key_encrypt, &params)) return;
    params.output = number(pool(params.result));
    params.output_size = params.result;
    if (call(unix_key_encrypt, &params)) return;
    params.input = params.output;
    params.input_size = params.result;
    call(unix_key_decrypt, &params);
}

static void agree(uint64_t key)
{
    struct secret_agree_params params = {.own = key, .peer = key};

    if (!call(unix_secret_agree, &params)) object_end(params.secret);
}

/* The password of the seeds whose private part is under one. */
static void unlock(uint64_t key)
{
    if (key_is_protected((struct key *)(uintptr_t)key))
        require(!set_property(key, wide("SmartCardPin"), pool_copy(wide("secret"), 14), 0));
}

static void use(uint64_t key)
{
    static const char *const types[] =
    {
        "PUBLICBLOB", "PRIVATEBLOB", "PKCS8_PRIVATEKEY", "RSAFULLPRIVATEBLOB", "ECCFULLPRIVATEBLOB",
        "CipherKeyBlob", "KDFKeyBlob", "CAPIPRIVATEBLOB", "CAPIDSAPRIVATEBLOB", "CAPIDHPRIVATEBLOB",
    };
    static const char *const properties[] =
    {
        "Length", "Block Length", "SignatureLength", "ECCParameters", "DHParameters",
    };
    struct bytes value;
    size_t i;

    unlock(key);
    for (i = 0; i < COUNT(types); i++) export(key, types[i], NULL, 0, 0, &value);
    for (i = 0; i < COUNT(properties); i++) get_property(key, wide(properties[i]), 0, &value);
    sign_verify(key);
    encrypt_decrypt(key);
    agree(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader input = {data, size, 0};
    int is_blob = take_u8(&input) & 1;
    struct stored_key stored = {0};
    uint64_t key;

    attach();
    if (take_stored(take_rest(&input), &stored))
    {
        if ((key = is_blob ? open_blob(&stored) : open_file(&stored)))
        {
            use(key);
            if (!is_blob || call(unix_key_delete, &(struct key_delete_params){.key = key})) object_end(key);
        }
        stored_key_free(&stored);
    }
    pool_free();
    return 0;
}
