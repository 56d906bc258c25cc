/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Published test vectors of NIST (CAVP) against symmetric keys: every mode, in one call and in two that go on
 * from each other in place, in both directions; and AES key wrap. */
#define _GNU_SOURCE
#include <strings.h>

#include "algorithm.h"
#include "vector_check.h"
#include "cipher_sample.h"
#include "vector_blocks.h"

static unsigned int block_of(const struct material *key)
{
    return cipher_family.block_length(key->alg, key->bits);
}

/* In two calls, the second of which needs what the first left in the chain. */
static void check_in_two(struct material *key, struct cipher_state state, int encrypt, struct bytes input,
                         struct bytes output)
{
    unsigned int unit = state.mode == CHAINING_CFB ? 1 : block_of(key);
    size_t first = input.size / unit / 2 * unit;
    uint8_t *data = take(input.size);
    uint32_t result = 0;

    memcpy(data, input.data, input.size);
    expect("first part", crypt_to(key, &state, encrypt, NULL, run(data, first), data, first, &result),
           NTE_SUCCESS);
    expect("second part", crypt_to(key, &state, encrypt, NULL, run(data + first, input.size - first), data + first,
                                   input.size - first, &result), NTE_SUCCESS);
    expect_bytes("both parts", run(data, input.size), output);
}

static void check_direction(struct material *key, enum chaining_mode mode, struct bytes iv, int encrypt,
                            struct bytes input, struct bytes output)
{
    struct cipher_state state = chain(mode, iv);
    nte_status status;
    struct bytes got = crypt_once(key, &state, encrypt, NULL, input, &status);

    expect("crypt", status, NTE_SUCCESS);
    expect_bytes("result", got, output);
    check_in_two(key, chain(mode, iv), encrypt, input, output);
}

static void check_key(const char *alg, struct bytes bytes, enum chaining_mode mode)
{
    struct material *key = cipher_material(alg, bytes);
    struct bytes clear = field("PLAINTEXT"), sealed = field("CIPHERTEXT"), iv = {0};

    if (mode != CHAINING_ECB) iv = field("IV");
    if (!key)
    {
        expect("make key", NTE_INVALID_PARAMETER, NTE_SUCCESS);
        return;
    }
    check_direction(key, mode, iv, ENCRYPT, clear, sealed);
    check_direction(key, mode, iv, DECRYPT, sealed, clear);
    cipher_family.free(key);
    checked++;
}

static void check_aes_ecb(void)
{
    check_key("AES", field("KEY"), CHAINING_ECB);
}

static void check_aes_cbc(void)
{
    check_key("AES", field("KEY"), CHAINING_CBC);
}

static void check_aes_cfb(void)
{
    check_key("AES", field("KEY"), CHAINING_CFB);
}

static struct bytes join(const char *first, const char *second, const char *third)
{
    uint8_t *data = take(24);

    memcpy(data, field(first).data, 8);
    memcpy(data + 8, field(second).data, 8);
    memcpy(data + 16, field(third).data, 8);
    return run(data, 24);
}

/* KEYs is one DES key, used three times; KEY1, KEY2, KEY3 may be two different ones. */
static void check_des(enum chaining_mode mode)
{
    struct bytes three;

    if (*vector_text("KEYs"))
    {
        check_key("DES", field("KEYs"), mode);
        three = join("KEYs", "KEYs", "KEYs");
    }
    else three = join("KEY1", "KEY2", "KEY3");
    check_key("3DES", three, mode);
    if (!memcmp(three.data, three.data + 16, 8)) check_key("3DES_112", run(three.data, 16), mode);
}

static void check_des_ecb(void)
{
    check_des(CHAINING_ECB);
}

static void check_des_cbc(void)
{
    check_des(CHAINING_CBC);
}

static void check_des_cfb(void)
{
    check_des(CHAINING_CFB);
}

/* --- GCM and CCM --- */

static void check_unseal(struct material *key, enum chaining_mode mode, struct cipher_padding info,
                         struct bytes sealed, struct bytes clear, int good)
{
    struct cipher_state state = chain(mode, run(NULL, 0));
    nte_status status;
    struct bytes got = crypt_once(key, &state, DECRYPT, &info, sealed, &status);

    expect("unseal", status, good ? NTE_SUCCESS : NTE_BAD_DATA);
    if (good && !status) expect_bytes("message", got, clear);
}

static void check_seal(struct material *key, enum chaining_mode mode, struct cipher_padding info,
                       struct bytes clear, struct bytes sealed)
{
    struct cipher_state state = chain(mode, run(NULL, 0));
    struct bytes tag = run(info.tag, info.tag_size), got;
    nte_status status;

    info.tag = take(info.tag_size);
    got = crypt_once(key, &state, ENCRYPT, &info, clear, &status);
    expect("seal", status, NTE_SUCCESS);
    expect_bytes("ciphertext", got, sealed);
    expect_bytes("tag", run(info.tag, info.tag_size), tag);
}

static void check_authenticated(enum chaining_mode mode, struct cipher_padding info, struct bytes clear,
                                struct bytes sealed, int good)
{
    struct material *key = cipher_material("AES", field("Key"));

    if (!key)
    {
        expect("make key", NTE_INVALID_PARAMETER, NTE_SUCCESS);
        return;
    }
    check_unseal(key, mode, info, sealed, clear, good);
    if (good)
    {
        check_seal(key, mode, info, clear, sealed);
        info.tag[0] ^= 1;
        check_unseal(key, mode, info, sealed, clear, 0);
    }
    cipher_family.free(key);
    checked++;
}

/* Windows has nonces of 96 bits and tags of 96 bits or more. */
static void check_gcm(void)
{
    struct cipher_padding info = {.authenticated = 1, .nonce = field("IV"), .aad = field("AAD")};
    struct bytes tag = field("Tag");

    if (info.nonce.size != 12 || tag.size < 12) return;
    info.tag = (uint8_t *)tag.data;
    info.tag_size = tag.size;
    check_authenticated(CHAINING_GCM, info, field("PT"), field("CT"), !*vector_text("FAIL"));
}

/* CT ends with the tag; the fields of an empty run hold a byte all the same. */
static void check_ccm(void)
{
    struct cipher_padding info = {.authenticated = 1, .nonce = field("Nonce"), .aad = field("Adata")};
    struct bytes sealed = field("CT"), clear = field("Payload");

    info.aad.size = atoi(vector_text("Alen"));
    clear.size = atoi(vector_text("Plen"));
    info.tag_size = atoi(vector_text("Tlen"));
    info.tag = (uint8_t *)sealed.data + sealed.size - info.tag_size;
    sealed.size -= info.tag_size;
    check_authenticated(CHAINING_CCM, info, clear, sealed, *vector_text("Result") != 'F');
}

/* --- key wrap --- */

static void check_wrap(void)
{
    struct material *wrapping = cipher_material("AES", field("K")), *key = NULL;
    struct blob_options options = {.algorithms = &all_algorithms, .wrapping = wrapping};
    struct bytes wrapped = field("C"), clear = field("P");
    int good = !*vector_text("FAIL"), fits = wrapped.size == 24 || wrapped.size == 32 || wrapped.size == 40;
    struct writer w = {0};

    expect("import", cipher_import_wrapped(wrapped, &options, &key),
           good && fits ? NTE_SUCCESS : NTE_BAD_DATA);
    if (key)
    {
        expect_bytes("key", run(((struct cipher_key *)key)->key, key->bits / 8), clear);
        expect("export", cipher_export_wrapped(key, &options, &w), NTE_SUCCESS);
        expect_bytes("wrapped", run(w.data, w.used), wrapped);
    }
    checked++;
    writer_free(&w);
    cipher_family.free(key);
    cipher_family.free(wrapping);
}

#define AES_FILES(mode, kind, handler) \
    {"AES/" mode kind "128.rsp", NULL, handler}, \
    {"AES/" mode kind "192.rsp", NULL, handler}, \
    {"AES/" mode kind "256.rsp", NULL, handler}
#define AES_MODE(mode, handler) \
    AES_FILES(mode, "GFSbox", handler), AES_FILES(mode, "KeySbox", handler), AES_FILES(mode, "MMT", handler), \
    AES_FILES(mode, "VarKey", handler), AES_FILES(mode, "VarTxt", handler)
#define DES_MODE(mode, handler) \
    {"3DES/" mode "MMT1.rsp", NULL, handler}, {"3DES/" mode "MMT2.rsp", NULL, handler}, \
    {"3DES/" mode "MMT3.rsp", NULL, handler}, {"3DES/" mode "invperm.rsp", NULL, handler}, \
    {"3DES/" mode "permop.rsp", NULL, handler}, {"3DES/" mode "subtab.rsp", NULL, handler}, \
    {"3DES/" mode "varkey.rsp", NULL, handler}, {"3DES/" mode "vartext.rsp", NULL, handler}

static const struct vector_file files[] =
{
    AES_MODE("ECB/ECB", check_aes_ecb),
    AES_MODE("CBC/CBC", check_aes_cbc),
    AES_MODE("CFB/CFB8", check_aes_cfb),
    DES_MODE("ECB/TECB", check_des_ecb),
    DES_MODE("CBC/TCBC", check_des_cbc),
    DES_MODE("CFB/TCFB8", check_des_cfb),
    AES_FILES("GCM/gcm", "EncryptExtIV", check_gcm),
    AES_FILES("GCM/gcm", "Decrypt", check_gcm),
    AES_FILES("CCM/", "DVPT", check_ccm),
    AES_FILES("CCM/", "VADT", check_ccm),
    AES_FILES("CCM/", "VNT", check_ccm),
    AES_FILES("CCM/", "VPT", check_ccm),
    AES_FILES("CCM/", "VTT", check_ccm),
    {"../keywrap/kwtestvectors/KW_AE_128.txt", NULL, check_wrap},
    {"../keywrap/kwtestvectors/KW_AE_192.txt", NULL, check_wrap},
    {"../keywrap/kwtestvectors/KW_AE_256.txt", NULL, check_wrap},
    {"../keywrap/kwtestvectors/KW_AD_128.txt", NULL, check_wrap},
    {"../keywrap/kwtestvectors/KW_AD_192.txt", NULL, check_wrap},
    {"../keywrap/kwtestvectors/KW_AD_256.txt", NULL, check_wrap},
};

static void check_blocks(const char *directory, const struct vector_file *file)
{
    char path[4096];

    current_file = file->path;
    current_handler = file->handler;
    checked = 0;
    snprintf(path, sizeof(path), "%s/ciphers/%s", directory, file->path);
    if (!vector_read_blocks(path, handle_vector)) printf("FAIL cannot read %s\n", path);
    printf("%5u checked: %s\n", checked, file->path);
    if (!checked) failures++;
}

int main(int argc, char **argv)
{
    size_t i;
    int status;

    if ((status = check_files(argc, argv, NULL, 0))) return status;     /* 77: no vectors */
    for (i = 0; i < sizeof(files) / sizeof(*files); i++)
        check_blocks(argc > 1 ? argv[1] : VECTOR_DIRECTORY, &files[i]);
    printf("%u failures\n", failures);
    return failures != 0;
}
