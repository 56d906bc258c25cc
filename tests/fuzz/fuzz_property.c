/* SPDX-License-Identifier: LGPL-2.1-or-later
 * libFuzzer target: any bytes as the value of any property, on a provider and on a key of any algorithm. What was
 * accepted must be what is read back where the property says what was set, and a refusal changes nothing.
 *
 * Input: the object (1 byte), then steps to the end: which property (1), flags (1), a sized value. Property 255 is
 * one of any name (a sized string before the flags); property 254 finalizes the key instead. */
#include "fuzz.h"

static const char *const names[] =
{
    "Length", "Export Policy", "Key Usage", "UI Policy", "SmartCardKeyCertificate", "Security Descr",
    "HWND Handle", "Use Context", "SmartCardPin", "ECCCurveName", "ECCParameters", "DHParameters",
    "KDFKeySecret", "Chaining Mode", "IV", "HkdfHashAlgorithm", "HkdfSaltAndFinalize", "HkdfPrkAndFinalize",
    "CipherKeyBlob", "KDFKeyBlob", "RSAPRIVATEBLOB", "RSAFULLPRIVATEBLOB", "ECCPRIVATEBLOB",
    "ECCFULLPRIVATEBLOB", "PRIVATEBLOB", "DSAPRIVATEBLOB", "DHPRIVATEBLOB", "CAPIPRIVATEBLOB",
    "CAPIDHPRIVATEBLOB", "CAPIDSAPRIVATEBLOB", "Name", "Unique Name", "Algorithm Name", "Algorithm Group",
    "Lengths", "PublicKeyLength", "Block Length", "SignatureLength", "ECCCurveNameList", "AuthTagLength",
    "Key Type", "Modified", "Impl Type", "Version", "Max Name Length", "Security Descr Support",
    "Enabled Use Count", "Provider Handle", "Custom", "ParameterSetName", "PQDSAPRIVATEBLOB", "PQDSAPRIVATESEEDBLOB",
    "MLKEMPRIVATEBLOB", "MLKEMPRIVATESEEDBLOB", "PQPrivateKeyBlob", "KEMSharedSecretLength", "KEMCiphertextLength",
};

/* Read back as they were set; the others are transformed, write-only or refused. */
static const char *const plain[] =
{
    "Export Policy", "Key Usage", "UI Policy", "SmartCardKeyCertificate", "Security Descr", "HWND Handle",
    "Use Context", "Custom",
};

enum { FINALIZE = 254, ANY_NAME = 255 };

#define MAX_STEPS 12

static int is_plain(const uint16_t *name)
{
    size_t i;

    for (i = 0; i < COUNT(plain); i++) if (u16_equal(name, plain[i])) return 1;
    return 0;
}

static uint32_t take_flags(struct reader *input)
{
    uint8_t byte = take_u8(input);

    return (byte & 1 ? FLAG_PERSIST : 0) | (byte & 2 ? FLAG_PERSIST_ONLY : 0) | (byte & 4 ? FLAG_SILENT : 0) |
           (byte & 8 ? 4 : 0) | (byte & 0xf0) << 8;
}

/* Every property reads without harm, always with the size that it says it has. */
static void read_all(uint64_t object)
{
    struct bytes value;
    size_t i;

    for (i = 0; i < COUNT(names); i++)
        if (get_property(object, wide(names[i]), 0, &value) == NTE_BAD_FLAGS)
            get_property(object, wide(names[i]), 4, &value);
}

static void set(uint64_t object, const uint16_t *name, uint32_t flags, struct bytes value)
{
    uint32_t read_flags = flags & (FLAG_PERSIST_ONLY | FLAG_SILENT | 4);
    struct bytes before = {NULL, 0}, after = {NULL, 0};
    nte_status had, has, status;

    had = get_property(object, name, read_flags, &before);
    status = set_property(object, name, value, flags);
    has = get_property(object, name, read_flags, &after);
    if (status) require(had == has && same_bytes(before, after));
    else if (is_plain(name) && !(flags & FLAG_PERSIST_ONLY)) require(!has && same_bytes(after, value));
}

/* The length of what would be made, where making it takes long. */
static int is_cheap(const struct key *key)
{
    if (key->material || key->alg->family == &kdf_family || key->alg->family == &cipher_family) return 1;
    if (key->alg->family == &ec_family) return !property_list_find(&key->parameters, wide("ECCParameters"));
    if (key->alg->family == &dh_family) return !!property_list_find(&key->parameters, wide("DHParameters"));
    return 0;
}

static void finalize(uint64_t object)
{
    struct key *key = (struct key *)(uintptr_t)object;
    struct key_finalize_params params = {.key = object};
    nte_status status;

    if (key->object.type != OBJECT_KEY || !is_cheap(key)) return;
    status = call(unix_key_finalize, &params);
    require(key->state == (!status || status == NTE_INVALID_HANDLE ? KEY_FINAL : KEY_NEW));
    read_all(object);
}

static void step(struct reader *input, uint64_t object)
{
    uint8_t which = take_u8(input);
    const uint16_t *name;
    uint32_t flags;

    if (which == FINALIZE)
    {
        finalize(object);
        return;
    }
    name = which == ANY_NAME ? (const uint16_t *)take_string(input, sizeof(*name)).data
                             : wide(names[which % COUNT(names)]);
    flags = take_flags(input);
    set(object, name, flags, take_sized(input));
}

/* 0: the provider; else each algorithm twice, the second time with a name. */
static uint64_t make_object(uint8_t which)
{
    const uint16_t *name = which & 1 ? wide("name") : NULL;
    struct key_create_params params = {.name = number(name), .folded = number(name), .flags = FLAG_OVERWRITE_KEY};
    struct provider_open_params provider = {.name = number(wide("Microsoft Software Key Storage Provider"))};

    if (!which)
    {
        require(!call(unix_provider_open, &provider));
        return provider.provider;
    }
    params.alg = number(wide(algorithms[which / 2 % algorithm_count].id));
    require(!call(unix_key_create, &params));
    return params.key;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader input = {data, size, 0};
    uint64_t object;
    int steps;

    attach();
    object = make_object(take_u8(&input));
    for (steps = 0; input.left && steps < MAX_STEPS; steps++) step(&input, object);
    read_all(object);
    if (((struct object *)(uintptr_t)object)->type != OBJECT_KEY ||
        call(unix_key_delete, &(struct key_delete_params){.key = object}))
        object_end(object);
    pool_free();
    return 0;
}
