/* SPDX-License-Identifier: LGPL-2.1-or-later
 * libFuzzer target: any bytes as a blob of any type, with any parameters. What imports must export, import again
 * and be the same key.
 *
 * Input: the type (1 byte), what to unwrap with (1), how many parameters (1), for each its type (1) and a sized
 * value, then the blob. Or CERTIFICATE_TYPE, then a certificate. */
#include "fuzz.h"
#include "cipher/cipher_key.h"

/* Strings have their NUL, as the Windows half sees to. */
static struct unix_buffer take_buffer(struct reader *input)
{
    struct unix_buffer buffer = {.type = take_u8(input)};
    struct bytes value;

    if (buffer.type == ALG_OID) value = take_string(input, 1);
    else if (buffer.type == PKCS_SECRET || buffer.type == CURVE_NAME) value = take_string(input, sizeof(uint16_t));
    else value = take_sized(input);
    buffer.data = number(value.data);
    buffer.size = value.size;
    return buffer;
}

#define MAX_BUFFERS 4

static struct buffers take_buffers(struct reader *input, int with)
{
    struct buffers buffers = {0, take_u8(input) % (MAX_BUFFERS + 1)};
    struct unix_buffer *list = (struct unix_buffer *)pool((MAX_BUFFERS + 1) * sizeof(*list));
    struct bytes certificate;
    uint32_t i;

    for (i = 0; i < buffers.count; i++) list[i] = take_buffer(input);
    if (with == WITH_RSA)
    {
        certificate = fixed_certificate();
        list[buffers.count++] = (struct unix_buffer){number(certificate.data), certificate.size, CERTIFICATE};
    }
    buffers.list = number(list);
    return buffers;
}

/* What the wrapped key blob would be of these bytes: the check value would keep out anything else. */
static struct bytes wrap(struct bytes clear, uint64_t key)
{
    struct writer w = {0};
    uint8_t *output;

    clear.size = clear.size / 8 * 8;
    if (clear.size < 16 || !(output = write_space(&w, clear.size + WRAP_OVERHEAD))) return clear;
    cipher_wrap((const struct cipher_key *)((struct key *)(uintptr_t)key)->material, clear, output);
    return pool_written(&w);
}

/* Two types do not say whether a key on a curve is of the algorithm of that curve or of the one for all curves, and
 * PKCS#8 does not always say what the key is for. */
static int same_algorithm(const struct key *a, const struct key *b, const char *type)
{
    if (!strcmp(type, "PKCS8_PRIVATEKEY")) return a->alg->family == b->alg->family;
    if (!strncmp(type, "ECCFULL", 7)) return !strcmp(a->alg->group, b->alg->group);
    return a->alg == b->alg;
}

/* The same key under the same parameters. Sealed blobs differ each time; theirs are compared in another type. */
static void check_round_trip(uint64_t key, const char *type, const struct buffers *buffers, uint64_t with)
{
    struct bytes first, second;
    uint64_t again;

    require(!export(key, type, NULL, 0, 0, &first));
    require(!import(type, first, buffers, with, 0, &again));
    require(get_u32(key, "Length") == get_u32(again, "Length"));
    require(same_algorithm((struct key *)(uintptr_t)key, (struct key *)(uintptr_t)again, type));
    require(!set_u32(again, "Export Policy", ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT));
    require(!export(again, type, NULL, 0, 0, &second));
    require(same_bytes(first, second));
    object_end(again);
}

/* What some blobs of keys on any curve do not say. */
static struct buffers curve_of(uint64_t key)
{
    struct unix_buffer *buffer = (struct unix_buffer *)pool(sizeof(*buffer));
    struct buffers buffers = {number(buffer), 1};
    struct bytes value = {NULL, 0};

    buffer->type = CURVE_NAME;
    if (get_property(key, wide("ECCCurveName"), 0, &value) || value.size <= sizeof(uint16_t))
    {
        buffer->type = CURVE_PARAMETERS;
        if (get_property(key, wide("ECCParameters"), 0, &value)) buffers.count = 0;
    }
    buffer->data = number(value.data);
    buffer->size = value.size;
    return buffers;
}

/* Each type that the key has a blob of takes that blob. */
static void check_types(uint64_t key, uint64_t with)
{
    struct buffers buffers = curve_of(key);
    struct bytes blob;
    size_t i;

    for (i = 0; i < COUNT(fuzz_types); i++)
        if (!export(key, fuzz_types[i].name, NULL, 0, 0, &blob))
            check_round_trip(key, fuzz_types[i].name, &buffers, with);
}

static void check_key(uint64_t key, const struct fuzz_type *type, uint64_t with)
{
    struct key *object = (struct key *)(uintptr_t)key;
    struct bytes blob;
    nte_status status;

    require(object->state == KEY_FINAL && object->material->alg == object->alg);
    require(object->material->has_private == type->is_private);
    if (type->is_private)
        require(export(key, type->name, NULL, 0, 0, &blob));        /* the policy forbids it */
    require(!set_u32(key, "Export Policy", ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT));
    status = type->again ? NTE_NOT_SUPPORTED : export(key, type->name, NULL, 0, 0, &blob);
    require(!status || (status == NTE_NOT_SUPPORTED && type->again));
    if (type->again) check_round_trip(key, type->again, NULL, 0);
    check_types(key, with);
}

/* CERTIFICATE_TYPE: the rest is a certificate, or a store of them, to whose holder a key is exported. */
static void export_to_certificate(struct bytes certificate)
{
    static const char oid[] = "2.16.840.1.101.3.4.1.2";
    struct bytes cipher = pool_copy(oid, sizeof(oid)), blob;
    struct unix_buffer list[] =
    {
        {number(certificate.data), certificate.size, CERTIFICATE}, {number(cipher.data), cipher.size, ALG_OID},
    };
    struct buffers buffers = {number(list), COUNT(list)};
    uint64_t key = fixed_rsa();

    require(!set_u32(key, "Export Policy", ALLOW_EXPORT));
    export(key, "PKCS7_ENVELOPE", &buffers, 0, 0, &blob);
    object_end(key);
}

static void import_blob(struct reader *input, const struct fuzz_type *type)
{
    int with = take_u8(input) % WITH_COUNT;
    uint64_t unwrapping = with == WITH_NOTHING ? 0 : with == WITH_RSA ? fixed_rsa() : fixed_aes(), key;
    struct buffers buffers = take_buffers(input, with);
    struct bytes blob = take_rest(input);

    if (with == WITH_AES_SEALING) blob = wrap(blob, unwrapping);
    if (!import(type->name, blob, &buffers, unwrapping, 0, &key))
    {
        check_key(key, type, unwrapping);
        object_end(key);
    }
    if (unwrapping) object_end(unwrapping);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader input = {data, size, 0};
    uint8_t type = take_u8(&input);

    attach();
    if (type == CERTIFICATE_TYPE) export_to_certificate(take_rest(&input));
    else import_blob(&input, &fuzz_types[type % COUNT(fuzz_types)]);
    pool_free();
    return 0;
}
