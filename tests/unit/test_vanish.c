/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Callers' memory that vanishes in the middle of a call. Each call is made over and over; its memory is gone at the
 * first touch, then at the second one, until the call gets through. The exception leaves the engine as it does under
 * Wine, without unwinding anything, and must find no lock taken. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "vanish.h"

/* --- the calls --- */

static uint64_t create(const char *alg, const char *name)
{
    struct key_create_params p = {.alg = text(alg), .flags = FLAG_OVERWRITE_KEY};

    if (name) p.name = text(name);
    if (name) p.folded = steady(name);
    vanishing(unix_key_create, p, 0);
    return p.key;
}

static void finalize(uint64_t key)
{
    assert_int_equal(call(unix_key_finalize, &(struct key_finalize_params){.key = key}), NTE_SUCCESS);
}

static uint64_t make_key(const char *alg)
{
    uint64_t key = create(alg, NULL);

    finalize(key);
    return key;
}

static void set(uint64_t object, const char *name, const void *value, uint32_t size, uint32_t flags)
{
    struct property_set_params p = {.object = object, .name = text(name), .input = given(value, size), .size = size,
                                    .flags = flags};

    vanishing(unix_property_set, p, object);
}

static void set_text(uint64_t object, const char *name, const char *value)
{
    uint64_t string = text(value);
    struct property_set_params p = {.object = object, .name = text(name), .input = string,
                                    .size = 2 * strlen(value) + 2};

    vanishing(unix_property_set, p, object);
}

static void get(uint64_t object, const char *name, uint32_t flags)
{
    struct property_get_params p = {.object = object, .name = text(name), .output = given(NULL, 4096),
                                    .output_size = 4096, .flags = flags};

    vanishing(unix_property_get, p, object);
}

static void stored_key(void **state)
{
    struct key_open_params open = {0};
    uint64_t key = create("ECDSA_P256", "vanish");
    uint8_t value[300] = {7};

    (void)state;
    set(key, "Use Context", value, 20, 0);
    set(key, "Export Policy", "\3\0\0", 4, 0);
    set(key, "Anything", value, sizeof(value), FLAG_PERSIST_ONLY);
    finalize(key);
    set(key, "Anything", value, sizeof(value), FLAG_PERSIST_ONLY);
    get(key, "Anything", FLAG_PERSIST_ONLY);
    get(key, "Use Context", 0);
    get(key, "Unique Name", 0);
    free_object(key);

    open.name = text("vanish");
    open.folded = steady("vanish");
    vanishing(unix_key_open, open, 0);
    assert_int_equal(call(unix_key_delete, &(struct key_delete_params){.key = open.key}), NTE_SUCCESS);
}

static void signatures(void **state)
{
    uint64_t key = create("RSA", NULL);
    uint8_t hash[32] = {1}, *signature = malloc(64);
    struct key_sign_params sign = {0};
    struct key_verify_params verify = {0};

    (void)state;
    set(key, "Length", "\0\2\0", 4, 0);
    finalize(key);
    sign.key = verify.key = key;
    sign.padding.present = verify.padding.present = 1;
    sign.flags = verify.flags = PAD_PKCS1;
    sign.padding.alg = text("SHA256");
    sign.hash = given(hash, sizeof(hash));
    sign.hash_size = verify.hash_size = sizeof(hash);
    sign.signature = (uintptr_t)hand(NULL, 64);
    sign.signature_size = verify.signature_size = 64;
    vanishing(unix_key_sign, sign, key);
    memcpy(signature, (void *)(uintptr_t)sign.signature, 64);

    verify.padding.alg = text("SHA256");
    verify.hash = given(hash, sizeof(hash));
    verify.signature = given(signature, 64);
    vanishing(unix_key_verify, verify, key);
    free(signature);
    free_object(key);
}

static void encapsulation(void **state)
{
    uint64_t key = create("ML-KEM", NULL);
    struct key_encapsulate_params encapsulate = {.secret_size = 32, .ciphertext_size = 768};
    struct key_decapsulate_params decapsulate = {.ciphertext_size = 768, .secret_size = 32};
    uint8_t ciphertext[768];

    (void)state;
    set_text(key, "ParameterSetName", "512");
    finalize(key);
    encapsulate.key = decapsulate.key = key;
    encapsulate.secret = given(NULL, 32);
    encapsulate.ciphertext = given(NULL, 768);
    vanishing(unix_key_encapsulate, encapsulate, key);
    memcpy(ciphertext, (void *)(uintptr_t)encapsulate.ciphertext, sizeof(ciphertext));

    decapsulate.ciphertext = given(ciphertext, sizeof(ciphertext));
    decapsulate.secret = given(NULL, 32);
    vanishing(unix_key_decapsulate, decapsulate, key);
    free_object(key);
}

static void crypt_with(enum unix_call code, uint64_t key, uint8_t data[32], struct unix_cipher_padding *cipher)
{
    struct key_crypt_params p = {.key = key, .input_size = 32, .output_size = 32, .flags = PAD_CIPHER};

    p.padding.cipher = (uintptr_t)cipher;
    p.padding.present = 1;
    p.input = given(data, 32);
    p.output = (uintptr_t)hand(NULL, 32);
    vanishing(code, p, key);
    memcpy(data, (void *)(uintptr_t)p.output, 32);
}

static void ciphers(void **state)
{
    uint64_t key = make_key("AES");
    struct unix_cipher_padding chained = {.iv_size = 16}, sealed = {.authenticated = 1, .nonce_size = 12,
                                                                   .aad_size = 20, .tag_size = 16};
    uint8_t data[32] = "what is to be encrypted........", bytes[20] = {5}, tag[16];

    (void)state;
    set(key, "IV", bytes, 16, 0);
    chained.iv = given(bytes, 16);
    crypt_with(unix_key_encrypt, key, data, &chained);
    chained.iv = given(bytes, 16);
    crypt_with(unix_key_decrypt, key, data, &chained);
    assert_memory_equal(data, "what is to be", 13);

    set_text(key, "Chaining Mode", "ChainingModeGCM");
    sealed.nonce = given(bytes, 12);
    sealed.aad = given(bytes, 20);
    sealed.tag = given(NULL, 16);
    crypt_with(unix_key_encrypt, key, data, &sealed);
    memcpy(tag, (void *)(uintptr_t)sealed.tag, 16);
    sealed.nonce = given(bytes, 12);
    sealed.aad = given(bytes, 20);
    sealed.tag = given(tag, 16);
    crypt_with(unix_key_decrypt, key, data, &sealed);
    assert_memory_equal(data, "what is to be", 13);
    free_object(key);
}

static void blobs(void **state)
{
    uint64_t key = create("ECDSA_P256", NULL);
    struct key_export_params export = {.output_size = 200};
    struct key_import_params import = {.flags = FLAG_OVERWRITE_KEY};
    uint8_t blob[200];

    (void)state;
    set(key, "Export Policy", "\3\0\0", 4, 0);
    finalize(key);
    export.key = key;
    export.blob_type = text("ECCPRIVATEBLOB");
    export.output = (uintptr_t)hand(NULL, 200);
    vanishing(unix_key_export, export, key);
    memcpy(blob, (void *)(uintptr_t)export.output, export.result);
    free_object(key);

    import.blob_type = text("ECCPRIVATEBLOB");
    import.data = given(blob, export.result);
    import.size = export.result;
    import.name = steady("vanish");
    import.folded = import.name;
    vanishing(unix_key_import, import, 0);
    assert_int_equal(call(unix_key_delete, &(struct key_delete_params){.key = import.key}), NTE_SUCCESS);

    key = create("ECDSA_P256", NULL);
    set(key, "ECCPRIVATEBLOB", blob, export.result, 0);
    finalize(key);
    free_object(key);
}

static void derivations(void **state)
{
    uint64_t key = make_key("ECDH_P256"), kdf = create("HKDF", NULL);
    struct secret_agree_params agree = {.own = key, .peer = key};
    struct unix_buffer buffers[2] = {{.size = 14, .type = KDF_HASH_ALGORITHM}, {.size = 5, .type = KDF_SECRET_APPEND}};
    struct unix_buffer info = {.size = 5, .type = KDF_HKDF_INFO};
    struct derive_params derive = {.buffers = (uintptr_t)buffers, .output_size = 32, .buffer_count = 2};

    (void)state;
    assert_int_equal(call(unix_secret_agree, &agree), NTE_SUCCESS);
    derive.object = agree.secret;
    derive.kdf = text("HASH");
    buffers[0].data = text("SHA256");
    buffers[1].data = given("more", 5);
    derive.output = (uintptr_t)hand(NULL, 32);
    vanishing(unix_derive_key, derive, agree.secret);
    set_text(agree.secret, "HkdfHashAlgorithm", "SHA256");
    set(agree.secret, "HkdfSaltAndFinalize", "salt", 4, 0);
    free_object(agree.secret);

    set(kdf, "KDFKeySecret", "secret", 6, 0);
    finalize(kdf);
    set_text(kdf, "HkdfHashAlgorithm", "SHA256");
    set(kdf, "HkdfSaltAndFinalize", "salt", 4, 0);
    derive.object = kdf;
    derive.kdf = 0;
    derive.buffers = (uintptr_t)&info;
    derive.buffer_count = 1;
    info.data = given("info", 5);
    derive.output = (uintptr_t)hand(NULL, 32);
    vanishing(unix_key_derivation, derive, kdf);
    free_object(kdf);
    free_object(key);
}

static void algorithms_and_parameters(void **state)
{
    struct alg_supported_params supported = {.alg = text("RSA")};
    uint64_t key;

    (void)state;
    vanishing(unix_alg_supported, supported, 0);
    key = create("ECDSA", NULL);
    set_text(key, "ECCCurveName", "secP256k1");
    get(key, "ECCCurveName", 0);
    free_object(key);
}

static void protection(void **state)
{
    struct descriptor_create_params create = {.rule = text("LOCAL=user")};
    struct unix_answer answer = {.key = UNIX_KEY_USER};
    struct protect_params protect = {.answers = (uintptr_t)&answer, .size = 6};
    struct envelope_open_params envelope = {0};
    struct unprotect_params unprotect = {.answers = (uintptr_t)&answer};
    struct result_take_params take = {0};
    uint8_t blob[1000];

    (void)state;
    vanishing(unix_descriptor_create, create, 0);
    protect.descriptor = create.descriptor;
    protect.data = given("secret", 6);
    vanishing(unix_protect, protect, 0);
    assert_true(protect.result_size <= sizeof(blob));
    take.result = protect.result;
    take.size = protect.result_size;
    take.output = (uintptr_t)blob;
    assert_int_equal(call(unix_result_take, &take), NTE_SUCCESS);

    envelope.data = given(blob, take.size);
    envelope.size = take.size;
    vanishing(unix_envelope_open, envelope, 0);
    unprotect.envelope = envelope.envelope;
    assert_int_equal(call(unix_unprotect, &unprotect), NTE_SUCCESS);
    take.result = unprotect.result;
    take.size = unprotect.result_size;
    take.output = (uintptr_t)blob;
    assert_int_equal(call(unix_result_take, &take), NTE_SUCCESS);
    assert_memory_equal(blob, "secret", 6);
    call(unix_envelope_free, &(struct object_params){envelope.envelope});
    call(unix_descriptor_free, &(struct object_params){create.descriptor});
}

static void take_result(uint64_t result, uint64_t size, uint8_t *data)
{
    struct result_take_params take = {.result = result, .output = (uintptr_t)data, .size = size};

    assert_int_equal(call(unix_result_take, &take), NTE_SUCCESS);
}

static void archives(void **state)
{
    static const uint8_t list[]
        = {1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x30, 3, 2, 1, 1, 7};
    struct archive_params write = {.data = given(list, sizeof(list)), .size = sizeof(list)}, read = {0};
    uint8_t file[1000];

    (void)state;
    write.password = text("secret");
    write.transfer = text("transfer");
    vanishing(unix_archive_write, write, 0);
    assert_true(write.result_size <= sizeof(file));
    take_result(write.result, write.result_size, file);

    read.data = given(file, write.result_size);
    read.size = write.result_size;
    read.password = text("secret");
    read.transfer = text("transfer");
    vanishing(unix_archive_read, read, 0);
    assert_int_equal(read.result_size, sizeof(list));
    take_result(read.result, read.result_size, file);
    assert_memory_equal(file, list, sizeof(list));
}

/* No key of the software provider says anything; what it was asked is read all the same. */
static void claims(void **state)
{
    struct unix_buffer buffers[3] = {{0, 20, BUFFER_KEYATTESTATION_NONCE}, {0, 16, BUFFER_PLATFORM_NONCE},
                                     {0, 4, BUFFER_PLATFORM_PCR_MASK}};
    struct claim_params claim = {.type = CLAIM_PLATFORM, .blob_size = 100, .buffer_count = 3};

    (void)state;
    claim.subject = make_key("ECDSA_P256");
    claim.buffers = (uintptr_t)buffers;
    buffers[0].data = given(NULL, 20);
    buffers[1].data = given(NULL, 16);
    buffers[2].data = given(NULL, 4);
    vanishing_to(NTE_NOT_SUPPORTED, unix_claim_create, claim, claim.subject);
    buffers[0].data = given(NULL, 20);
    buffers[1].data = given(NULL, 16);
    buffers[2].data = given(NULL, 4);
    claim.blob = given(NULL, 100);
    vanishing_to(NTE_NOT_SUPPORTED, unix_claim_verify, claim, claim.subject);
    free_object(claim.subject);
}

/* The result of such a call is gone with the memory that it was to be written to. */
static void results(void **state)
{
    struct descriptor_create_params create = {.rule = text("LOCAL=user")};
    struct descriptor_text_params rule = {0};
    struct result_take_params take = {0};
    int32_t status;

    (void)state;
    vanishing(unix_descriptor_create, create, 0);
    rule.descriptor = create.descriptor;
    assert_int_equal(call(unix_descriptor_text, &rule), NTE_SUCCESS);
    take.result = rule.result;
    take.size = rule.size;
    take.output = (uintptr_t)hand(NULL, rule.size);
    was_called[unix_result_take] = 1;
    assert_false(call_once(unix_result_take, &take, 0, &status));
    check_locks(0);
    call(unix_descriptor_free, &(struct object_params){create.descriptor});
    memory.used = 0;
}

static void streams(void **state)
{
    static uint8_t output[UNIX_STREAM_OUTPUT];
    struct descriptor_create_params create = {.rule = text("LOCAL=user")};
    struct unix_answer answer = {.key = UNIX_KEY_USER};
    struct stream_open_params open = {.answers = (uintptr_t)&answer};
    struct stream_update_params update = {.size = 40, .output = (uintptr_t)output};

    (void)state;
    vanishing(unix_descriptor_create, create, 0);
    open.descriptor = create.descriptor;
    assert_int_equal(call(unix_stream_open, &open), NTE_SUCCESS);
    update.stream = open.stream;
    update.data = given(NULL, 40);
    vanishing(unix_stream_update, update, 0);
    call(unix_stream_free, &(struct object_params){open.stream});
    call(unix_descriptor_free, &(struct object_params){create.descriptor});
}

/* These get no memory of the caller: the Windows half reads or writes nothing but its own there. */
static const enum unix_call without_memory[] =
{
    unix_attach, unix_provider_open, unix_enum_algorithms, unix_key_enum_open, unix_key_enum_next, unix_key_unlock,
    unix_protector_get, unix_stream_unlock, unix_store_make,
};

static void every_call_was_tried(void **state)
{
    size_t i;
    int code;

    (void)state;
    for (i = 0; i < sizeof(without_memory) / sizeof(*without_memory); i++) was_called[without_memory[i]] = 1;
    for (code = 0; code < unix_call_count; code++)
        if (!was_called[code]) fail_msg("call %d is not in this test", code);
}

static int make_stores(void **state)
{
    (void)state;
    alarm(240);                     /* a lock that was left taken is a hang */
    memory.start = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory.start == MAP_FAILED || !mkdtemp(root)) return -1;
    snprintf(user_dir, sizeof(user_dir), "%s/user", root);
    snprintf(machine_dir, sizeof(machine_dir), "%s/machine", root);
    return engine_attach(user_dir, machine_dir, GUID);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static int remove_stores(void **state)
{
    (void)state;
    return nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(stored_key),
        cmocka_unit_test(signatures),
        cmocka_unit_test(encapsulation),
        cmocka_unit_test(ciphers),
        cmocka_unit_test(blobs),
        cmocka_unit_test(derivations),
        cmocka_unit_test(algorithms_and_parameters),
        cmocka_unit_test(protection),
        cmocka_unit_test(archives),
        cmocka_unit_test(results),
        cmocka_unit_test(streams),
        cmocka_unit_test(claims),
        cmocka_unit_test(every_call_was_tried),
    };

    return cmocka_run_group_tests(tests, make_stores, remove_stores);
}
