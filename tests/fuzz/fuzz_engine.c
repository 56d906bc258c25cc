/* SPDX-License-Identifier: LGPL-2.1-or-later
 * libFuzzer target: sequences of calls, held against a model of what must be true: which names exist and which key
 * each one is, what every handle knows of its key and may do with it, which status each call gives.
 *
 * Input: calls to the end: which one (1 byte), then its choices. */
#include "fuzz_model.h"

#define MAX_CALLS 60

/* --- calls --- */

static void add_handle(struct handle *handle, uint64_t key, struct choice choice, const struct algorithm *alg)
{
    memset(handle, 0, sizeof(*handle));
    handle->key = key;
    handle->stored = choice.stored;
    handle->flags = choice.flags;
    handle->may_archive = 1;
    handle->policy_limit = UINT32_MAX;
    handle->facts.alg = alg;
    handle->facts.usage = USAGE_ALL;
    handle->facts.has_private = 1;
}

static void became_final(struct handle *handle)
{
    handle->is_final = 1;
    handle->facts.id = ++last_id;
    handle->facts.public_blob = get_public(handle);
    if (!handle->stored) return;
    handle->stored->exists = 1;
    handle->stored->facts = handle->facts;
}

static nte_status name_status(struct choice choice)
{
    if (!choice.stored || !choice.stored->exists || choice.flags & FLAG_OVERWRITE_KEY) return NTE_SUCCESS;
    return NTE_EXISTS;
}

static void create(struct reader *input)
{
    const struct algorithm *alg = algorithm_find_ascii(algs[take_u8(input) % RSA]);
    struct choice choice = take_choice(input);
    struct key_create_params params = {.name = name_of(choice), .flags = choice.flags};
    struct handle *handle = free_handle();

    params.alg = number(wide(alg->id));
    params.folded = params.name;
    if (!handle) return;
    require(call(unix_key_create, &params) == name_status(choice));
    if (params.key) add_handle(handle, params.key, choice, alg);
}

static void open_key(struct reader *input)
{
    struct choice choice = take_choice(input);
    uint64_t name = name_of(choice);
    struct key_open_params params = {.name = name, .folded = name, .flags = choice.flags & FLAG_MACHINE_KEY};
    struct handle *handle = free_handle();

    if (!handle || !choice.stored) return;
    require(call(unix_key_open, &params) == (choice.stored->exists ? NTE_SUCCESS : NTE_BAD_KEYSET));
    if (!params.key) return;
    add_handle(handle, params.key, choice, choice.stored->facts.alg);
    handle->facts = choice.stored->facts;
    handle->is_final = 1;
    handle->may_archive = 0;
    check_text(handle->key, "Name", choice.name);
    check_handle(handle);
}

static void finalize(struct reader *input)
{
    struct handle *handle = take_handle(input);
    struct key_finalize_params params = {.key = handle->key};
    struct choice choice = {handle->stored, NULL, handle->flags};
    nte_status expected, status;

    if (!handle->key) return;
    if (handle->is_final) expected = NTE_INVALID_HANDLE;
    else if (handle->facts.alg->family == &kdf_family) expected = NTE_INVALID_PARAMETER;    /* no secret */
    else if (!strcmp(handle->facts.alg->id, "ECDH")) expected = NTE_INVALID_PARAMETER;      /* no curve */
    else expected = name_status(choice);
    status = call(unix_key_finalize, &params);
    require(status == expected);
    if (!status) became_final(handle);
}

static void free_key(struct reader *input)
{
    struct handle *handle = take_handle(input);

    if (handle->key) object_end(handle->key);
    handle->key = 0;
}

static void delete_key(struct reader *input)
{
    struct handle *handle = take_handle(input);
    struct key_delete_params params = {.key = handle->key};
    int on_disk = handle->stored && handle->is_final;

    if (!handle->key) return;
    require(call(unix_key_delete, &params) == (on_disk && !is_current(handle) ? NTE_BAD_KEYSET : NTE_SUCCESS));
    if (on_disk && !is_current(handle)) return;
    handle->key = 0;
    if (on_disk) handle->stored->exists = 0;
}

static void set_policy(struct reader *input)
{
    struct handle *handle = take_handle(input);
    uint32_t policy = take_u8(input) & 15;
    nte_status status;

    if (!handle->key) return;
    status = set_u32(handle->key, "Export Policy", policy);
    if ((handle->stored && handle->is_final) || policy & ~handle->policy_limit) require(status == NTE_NOT_SUPPORTED);
    else require(!status);
    if (!status) handle->facts.policy = policy;
}

static void set_usage(struct reader *input)
{
    struct handle *handle = take_handle(input);
    uint32_t usage = take_u8(input) & 7;
    nte_status status;

    if (!handle->key) return;
    status = set_u32(handle->key, "Key Usage", usage);
    require(status == (handle->is_final ? NTE_BAD_KEY_STATE : NTE_SUCCESS));
    if (!status) handle->facts.usage = usage;
}

static void set_custom(struct reader *input)
{
    struct handle *handle = take_handle(input);
    size_t i = take_u8(input) % CUSTOM_COUNT;
    struct bytes value = take_run(input, take_u8(input) % 16);
    int on_disk = handle->stored && handle->is_final;
    nte_status status;

    if (!handle->key) return;
    status = set_property(handle->key, custom_name(i), value, FLAG_PERSIST_ONLY);
    require(status == (on_disk && !is_current(handle) ? NTE_BAD_KEYSET : NTE_SUCCESS));
    if (status) return;
    handle->facts.custom[i] = value;
    if (on_disk) handle->stored->facts.custom[i] = value;
}

static void look(struct reader *input)
{
    struct handle *handle = take_handle(input);

    if (handle->key) check_handle(handle);
}

/* --- blobs --- */

static const char *private_type(const struct algorithm *alg)
{
    if (alg->family == &cipher_family) return "CipherKeyBlob";
    return alg->family == &kdf_family ? "KDFKeyBlob" : "PRIVATEBLOB";
}

/* The archiving bit allows one export, which asking for the size is not. */
static nte_status expected_export(struct handle *handle)
{
    if (!handle->is_final) return NTE_BAD_KEY_STATE;
    if (!(handle->facts.policy & ALLOW_PLAINTEXT_EXPORT) &&
        !(handle->may_archive && handle->facts.policy & ALLOW_PLAINTEXT_ARCHIVING)) return NTE_NOT_SUPPORTED;
    return handle->facts.has_private ? NTE_SUCCESS : NTE_NOT_SUPPORTED;
}

/* The private blob: out when it may be, and in again under another name or none. */
static void copy_key(struct reader *input)
{
    struct handle *handle = take_handle(input), *copy = free_handle();
    struct choice choice = take_choice(input);
    struct key_import_params params = {.name = name_of(choice), .flags = choice.flags};
    const char *type;
    struct bytes blob;
    nte_status status;

    if (!handle->key) return;
    type = private_type(handle->facts.alg);
    status = export(handle->key, type, NULL, 0, 0, &blob);
    require(status == expected_export(handle));
    if (status) return;
    if (!(handle->facts.policy & ALLOW_PLAINTEXT_EXPORT)) handle->may_archive = 0;
    if (!copy) return;
    params.blob_type = number(wide(type));
    params.data = number(blob.data);
    params.size = blob.size;
    params.folded = params.name;
    if (!strcmp(handle->facts.alg->id, "ECDH")) return;     /* says nothing of its curve */
    require(call(unix_key_import, &params) == name_status(choice));
    if (!params.key) return;
    add_handle(copy, params.key, choice, handle->facts.alg);
    became_final(copy);
    require(same_bytes(copy->facts.public_blob, handle->facts.public_blob));
}

static void import_rsa(struct reader *input)
{
    struct choice choice = take_choice(input);
    struct bytes blob = fixed_rsa_blob();
    struct key_import_params params = {.name = name_of(choice), .flags = choice.flags};
    struct handle *handle = free_handle();

    params.blob_type = number(wide("RSAPRIVATEBLOB"));
    params.data = number(blob.data);
    params.size = blob.size;
    params.folded = params.name;
    if (!handle) return;
    require(call(unix_key_import, &params) == name_status(choice));
    if (!params.key) return;
    add_handle(handle, params.key, choice, algorithm_find_ascii(algs[RSA]));
    became_final(handle);
}

/* The public blob is the same key in another handle, which can do less. */
static void copy_public(struct reader *input)
{
    struct handle *handle = take_handle(input), *copy = free_handle();
    struct choice none = {NULL, NULL, 0};
    uint64_t key;

    if (!handle->key || !handle->is_final || !handle->facts.public_blob.size || !copy) return;
    require(!import("PUBLICBLOB", handle->facts.public_blob, NULL, 0, 0, &key));
    add_handle(copy, key, none, handle->facts.alg);
    became_final(copy);
    copy->facts.has_private = 0;
    require(same_bytes(copy->facts.public_blob, handle->facts.public_blob));
}

/* Out and in as a whole: the name comes along, and so do policies and properties. */
static void transport(struct reader *input)
{
    struct handle *handle = take_handle(input), *copy = free_handle();
    uint32_t flags = take_u8(input) & 1 ? FLAG_OVERWRITE_KEY : 0;
    struct choice choice = {handle->stored, NULL, flags};
    nte_status status;
    struct bytes blob;
    uint64_t key;

    if (!handle->key || !copy) return;
    status = export(handle->key, "OpaqueTransport", NULL, 0, 0, &blob);
    if (!handle->is_final) require(status == NTE_BAD_KEY_STATE);
    if (status) return;
    if (!(handle->facts.policy & (ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT)))
    {
        require(handle->may_archive && handle->facts.policy & (ALLOW_ARCHIVING | ALLOW_PLAINTEXT_ARCHIVING));
        handle->may_archive = 0;
    }
    require(import("OpaqueTransport", blob, NULL, 0, flags, &key) == name_status(choice));
    if (!key) return;
    add_handle(copy, key, choice, handle->facts.alg);
    copy->facts = handle->facts;
    copy->policy_limit = handle->facts.policy;
    copy->may_archive = 0;
    became_final(copy);
    check_handle(copy);
}

/* --- operations --- */

static struct unix_padding hash_padding(void)
{
    return (struct unix_padding){.alg = number(wide("SHA1")), .present = 1};
}

static uint32_t pad_flags(const struct handle *handle)
{
    return handle->facts.alg->family == &rsa_family ? PAD_PKCS1 : 0;
}

static nte_status expected_private(const struct handle *handle, uint32_t usage)
{
    if (!(handle->facts.usage & usage)) return NTE_PERM;
    return handle->facts.has_private ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

/* What one handle signs every handle of the same key verifies, and no other. */
static void verify_everywhere(const struct handle *signer, struct bytes hash, struct bytes signature)
{
    struct key_verify_params params = {.hash = number(hash.data), .hash_size = hash.size};
    const struct handle *handle;
    int same;

    params.flags = pad_flags(signer);
    if (params.flags) params.padding = hash_padding();
    params.signature = number(signature.data);
    params.signature_size = signature.size;
    for (handle = handles; handle < handles + HANDLE_COUNT; handle++)
    {
        if (!handle->key || !handle->is_final || handle->facts.alg != signer->facts.alg) continue;
        params.key = handle->key;
        same = same_bytes(handle->facts.public_blob, signer->facts.public_blob);
        require(call(unix_key_verify, &params) == (same ? NTE_SUCCESS : NTE_BAD_SIGNATURE));
    }
    ((uint8_t *)signature.data)[signature.size - 1] ^= 1;
    params.key = signer->key;
    require(call(unix_key_verify, &params) == NTE_BAD_SIGNATURE);
}

static void sign(struct reader *input)
{
    struct handle *handle = take_handle(input);
    struct bytes hash = pool_copy("0123456789abcdefghij", 20), signature;
    struct key_sign_params params = {.key = handle->key, .hash = number(hash.data), .hash_size = hash.size};
    nte_status status;

    if (!handle->key) return;
    params.flags = pad_flags(handle);
    if (params.flags) params.padding = hash_padding();
    status = call(unix_key_sign, &params);
    if (!handle->is_final) require(status == NTE_BAD_KEY_STATE);
    else require(status == (handle->facts.alg->family->sign ? NTE_SUCCESS : NTE_NOT_SUPPORTED) ||
                 handle->facts.alg->interface == INTERFACE_SECRET_AGREEMENT);
    if (status || handle->facts.alg->interface == INTERFACE_SECRET_AGREEMENT) return;
    signature.size = params.result;
    signature.data = pool(signature.size);
    params.signature = number(signature.data);
    params.signature_size = signature.size;
    status = call(unix_key_sign, &params);
    require(status == expected_private(handle, USAGE_SIGNING));
    if (!status) verify_everywhere(handle, hash, signature);
}

static void encrypt(struct reader *input)
{
    struct handle *handle = take_handle(input);
    struct bytes text = take_run(input, 16 * (1 + take_u8(input) % 3));
    struct key_crypt_params params = {.key = handle->key};
    struct bytes iv = pool_copy("iv of a block ..", 16), back;
    int is_rsa = handle->key && handle->facts.alg->family == &rsa_family;
    int is_cipher = handle->key && handle->facts.alg->family == &cipher_family;
    nte_status status;

    if (!handle->key || (is_cipher && text.size % 16) || !text.size) return;
    params.flags = pad_flags(handle);
    params.input = number(text.data);
    params.input_size = text.size;
    if (is_cipher && handle->is_final) require(!set_property(handle->key, wide("IV"), iv, 0));
    status = call(unix_key_encrypt, &params);
    if (!handle->is_final) require(status == NTE_BAD_KEY_STATE);
    else require(status == (is_rsa || is_cipher ? NTE_SUCCESS : NTE_NOT_SUPPORTED));
    if (status) return;
    params.output_size = params.result;
    params.output = number(pool(params.output_size));
    require(!call(unix_key_encrypt, &params));

    if (is_cipher) require(!set_property(handle->key, wide("IV"), iv, 0));
    back.data = pool(params.output_size);
    params.input = params.output;
    params.input_size = params.result;
    params.output = number(back.data);
    status = call(unix_key_decrypt, &params);
    require(status == expected_private(handle, USAGE_DECRYPT));
    back.size = params.result;
    if (!status) require(same_bytes(text, back));
}

static struct bytes derived(uint64_t secret)
{
    struct bytes output = {pool(32), 32};
    struct derive_params params = {.object = secret, .output = number(output.data), .output_size = output.size};

    params.kdf = number(wide("TRUNCATE"));
    require(!call(unix_derive_key, &params) && params.result == output.size);
    return output;
}

/* Both sides, when both have private parts: the same secret. */
static void agree(struct reader *input)
{
    struct handle *own = take_handle(input), *peer = take_handle(input);
    struct secret_agree_params params = {.own = own->key, .peer = peer->key};
    struct secret_agree_params other = {.own = peer->key, .peer = own->key};
    nte_status status;

    if (!own->key || !peer->key) return;
    status = call(unix_secret_agree, &params);
    if (!own->is_final || !peer->is_final) require(status == NTE_BAD_KEY_STATE);
    else if (own->facts.alg->interface != INTERFACE_SECRET_AGREEMENT) require(status == NTE_NOT_SUPPORTED);
    else if (own->facts.alg == peer->facts.alg)
        require(status == expected_private(own, USAGE_KEY_AGREEMENT));
    else require(status);
    if (status) return;
    if (!call(unix_secret_agree, &other))
    {
        require(same_bytes(derived(params.secret), derived(other.secret)));
        object_end(other.secret);
    }
    object_end(params.secret);
}

/* --- enumeration --- */

static size_t find_name(const uint16_t *name)
{
    size_t i;

    for (i = 0; i < NAME_COUNT && !u16_equal(name, names[i]); i++) { }
    return i;
}

static void enumerate_store(unsigned int machine)
{
    uint16_t name[MAX_NAME_LENGTH + 1], alg[64];
    struct key_enum_open_params open = {.flags = machine ? FLAG_MACHINE_KEY : 0};
    struct key_enum_next_params next = {.name = number(name), .alg = number(alg)};
    unsigned int seen = 0;
    nte_status status;
    size_t i;

    require(!call(unix_key_enum_open, &open));
    next.enumeration = open.enumeration;
    next.name_size = sizeof(name);
    next.alg_size = sizeof(alg);
    while (!(status = call(unix_key_enum_next, &next)))
    {
        require((i = find_name(name)) < NAME_COUNT && !(seen & 1u << i));
        require(stores[machine][i].exists && u16_equal(alg, stores[machine][i].facts.alg->id));
        require(next.flags == open.flags);
        seen |= 1u << i;
    }
    require(status == NTE_NO_MORE_ITEMS);
    for (i = 0; i < NAME_COUNT; i++) require(stores[machine][i].exists == (int)(seen >> i & 1));
    object_end(open.enumeration);
}

static void enumerate(struct reader *input)
{
    enumerate_store(take_u8(input) & 1);
}

static void (*const calls[])(struct reader *input) =
{
    create, create, finalize, finalize, open_key, import_rsa, free_key, delete_key, set_policy, set_usage,
    set_custom, look, copy_key, copy_public, transport, sign, encrypt, agree, enumerate,
};

/* Everything that is left goes, and nothing must be left then. */
static void clean_up(void)
{
    static const uint8_t choices[STORE_COUNT * NAME_COUNT] = {0, 1, 2, 0x10, 0x11, 0x12};
    struct reader input;
    size_t i;

    for (i = 0; i < HANDLE_COUNT; i++) if (handles[i].key) object_end(handles[i].key);
    memset(handles, 0, sizeof(handles));
    for (i = 0; i < COUNT(choices); i++)
    {
        input = (struct reader){&choices[i], 1, 0};
        open_key(&input);
        delete_key(&input);         /* past the end: handle 0 */
        require(!handles[0].key && !stores[i / NAME_COUNT][i % NAME_COUNT].exists);
    }
    enumerate_store(0);
    enumerate_store(1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader input = {data, size, 0};
    int count;

    attach();
    last_id = 0;
    for (count = 0; input.left && count < MAX_CALLS; count++) calls[take_u8(&input) % COUNT(calls)](&input);
    clean_up();
    pool_free();
    return 0;
}
