/* SPDX-License-Identifier: LGPL-2.1-or-later
 * libFuzzer target: lists of derivation parameters, for keys of derivation functions and for what two keys agreed
 * upon. What is derived twice must be the same, and nothing else may be written.
 *
 * Input: the function (1 byte), flags (1), bytes wanted (2), a sized secret, how many properties (1), for each
 * which one (1) and a sized value, then parameters to the end: type (1) and a sized value. */
#include "fuzz.h"
#include "key/agreement.h"

static const char *const key_functions[] =
{
    "SP800_108_CTR_HMAC", "SP800_56A_CONCAT", "PBKDF2", "CAPI_KDF", "HKDF", "TLS1_1_KDF", "TLS1_2_KDF",
};

static const char *const secret_functions[] =
{
    "HASH", "HMAC", "TLS_PRF", "SP800_56A_CONCAT", "TRUNCATE", "HKDF", "UNKNOWN",
};

#define FUNCTION_COUNT (COUNT(key_functions) + COUNT(secret_functions))
#define MAX_SIZE 600                /* bytes derived: more than any digest, and than two blocks of anything */
#define MAX_PARAMETERS 12
#define MAX_ITERATIONS 50u

static uint64_t make_key(const char *function, struct bytes secret)
{
    struct writer w = {0};
    uint64_t key;

    key_blob_write(&w, MAGIC_KDF_KEY, function, secret.size);
    write_bytes(&w, secret.data, secret.size);
    require(!import("KDFKeyBlob", pool_written(&w), NULL, 0, 0, &key));
    return key;
}

static void free_agreement(struct object *object)
{
    agreement_free((struct agreement *)object);
}

/* The secret is what the input says, whatever two keys might agree upon. */
static uint64_t make_agreement(struct bytes secret)
{
    struct agreement *agreement = secret_alloc(sizeof(*agreement));

    require(agreement && !object_init(&agreement->object, OBJECT_SECRET, free_agreement, &software_provider));
    agreement->alg = algorithm_find_ascii("ECDH_P256");
    agreement->bits = 256;
    write_bytes(&agreement->z, secret.data, secret.size);
    require(!agreement->z.failed);
    return number(agreement);
}

static void take_properties(struct reader *input, uint64_t object)
{
    static const char *const names[] = {"HkdfHashAlgorithm", "HkdfSaltAndFinalize", "HkdfPrkAndFinalize"};
    int count = take_u8(input) % 4;
    const char *name;

    while (count--)
    {
        name = names[take_u8(input) % COUNT(names)];
        set_property(object, wide(name), take_sized(input), 0);
    }
}

/* Fewer iterations, in the first bytes of the number: time is all that they cost. */
static void limit_iterations(struct bytes value)
{
    uint8_t *bytes = (uint8_t *)value.data;
    size_t i;

    for (i = 1; i < value.size && i < 8; i++) bytes[i] = 0;
    if (value.size && bytes[0] > MAX_ITERATIONS) bytes[0] = MAX_ITERATIONS;
}

static uint32_t take_parameters(struct reader *input, struct unix_buffer *list)
{
    struct bytes value;
    uint32_t count;

    for (count = 0; input->left && count < MAX_PARAMETERS; count++)
    {
        list[count].type = take_u8(input);
        value = take_sized(input);
        if (list[count].type == KDF_ITERATION_COUNT) limit_iterations(value);
        list[count].data = number(value.data);
        list[count].size = value.size;
    }
    return count;
}

static nte_status derive_to(enum unix_call code, struct derive_params *params, uint32_t size, struct bytes *output)
{
    nte_status status;

    output->data = pool(size);
    params->output = number(output->data);
    params->output_size = size;
    params->result = 0;
    if (!(status = call(code, params))) require(params->result <= size);
    output->size = params->result;
    return status;
}

static void check_derivation(enum unix_call code, struct derive_params *params, uint32_t size)
{
    nte_status status, again;
    struct bytes first, second, shorter;

    if (!call(code, params)) require(params->result <= MAX_DERIVED);
    status = derive_to(code, params, size, &first);
    again = derive_to(code, params, size, &second);
    require(status == again);
    if (status) return;
    require(same_bytes(first, second));
    if (first.size && !derive_to(code, params, first.size - 1, &shorter))
        require(shorter.size == first.size - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader input = {data, size, 0};
    uint8_t function = take_u8(&input) % FUNCTION_COUNT, flags = take_u8(&input);
    int is_key = function < COUNT(key_functions);
    uint16_t wanted = take_u16(&input) % MAX_SIZE;
    struct bytes secret = take_sized(&input);
    struct derive_params params = {.flags = flags};

    attach();
    if (is_key) params.object = make_key(key_functions[function], secret);
    else
    {
        params.object = make_agreement(secret);
        params.kdf = number(wide(secret_functions[function - COUNT(key_functions)]));
    }
    take_properties(&input, params.object);
    params.buffers = number(pool(MAX_PARAMETERS * sizeof(struct unix_buffer)));
    params.buffer_count = take_parameters(&input, (struct unix_buffer *)(uintptr_t)params.buffers);
    check_derivation(is_key ? unix_key_derivation : unix_derive_key, &params, wanted);
    object_end(params.object);
    pool_free();
    return 0;
}
