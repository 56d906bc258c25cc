/* SPDX-License-Identifier: LGPL-2.1-or-later
 * hmac.c, kdf.c, kdf_tls.c, kdf_pbkdf2.c: published vectors that are in no file, and answers of OpenSSL 3.0
 * (`openssl kdf`, `openssl mac`). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_sample.h"
#include "crypto/hmac.h"
#include "crypto/kdf.h"

#define MASTER_SECRET "master secret"

static const struct hash *hash(const char *id)
{
    const struct hash *found = hash_find_ascii(id);

    assert_non_null(found);
    return found;
}

static void assert_hex(const uint8_t *data, const char *expected)
{
    struct bytes bytes = hex(expected);

    assert_memory_equal(data, bytes.data, bytes.size);
}

/* --- TLS --- */

/* NIST CAVP, TLS 1.0/1.1 */
static void test_tls10(void **state)
{
    uint8_t *out = take(48);

    (void)state;
    assert_status(kdf_tls10(hex("bded7fa5c1699c010be23dd06ada3a48349f21e5f86263d512c0c5cc379f0e780ec55d9844b2f1db"
                                "02a96453513568d0"), text(MASTER_SECRET),
                            hex("e5acaf549cd25c22d964c0d930fa4b5261d2507fad84c33715b7b9a864020693"
                                "135e4d557fdf3aa6406d82975d5c606a9734c9334b42136e96990fbd5358cdb2"), out, 48),
                  NTE_SUCCESS);
    assert_hex(out, "2f6962dfbc744c4b2138bb6b3d33054c5ecc14f24851d9896395a44ab3964efc2090c5bf51a08912"
                    "09f46c1e1e998f62");
}

/* OpenSSL; the halves share the middle byte, and 80 is no multiple of either digest */
static void test_tls10_odd_secret(void **state)
{
    uint8_t *out = take(80);

    (void)state;
    assert_status(kdf_tls10(hex("0102030405060708090a0b0c0d"), text("key expansion"), hex("00112233445566778899"),
                            out, 80), NTE_SUCCESS);
    assert_hex(out, "9a0a3c94e7677bf64ffae0a3af113e0ba70636630bccfd27a403d605547e7110ae6cb9de255684bd"
                    "a61e89d5c1fb22d27fc68260eac5a31e7be23a30e173b011aa20c5ead9fc469c666786a5ba0339f4");
    assert_status(kdf_tls10(run(NULL, 0), text(""), run(NULL, 0), out, 80), NTE_SUCCESS);
}

/* The vectors that the TLS working group published for the functions of RFC 5246. */
static void test_tls12(void **state)
{
    uint8_t *out = take(148);

    (void)state;
    assert_status(kdf_tls12(hash("SHA256"), hex("9bbe436ba940f017b17652849a71db35"), text("test label"),
                            hex("a0ba9f936cda311827a6f796ffd5198c"), out, 100), NTE_SUCCESS);
    assert_hex(out, "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9"
                    "c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789ba"
                    "a48082d122ee42c5a72e5a5110fff70187347b66");
    assert_status(kdf_tls12(hash("SHA384"), hex("b80b733d6ceefcdc71566ea48e5567df"), text("test label"),
                            hex("cd665cf6a8447dd6ff8b27555edb7465"), out, 148), NTE_SUCCESS);
    assert_hex(out, "7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe3"
                    "4f82b1233c9146a0e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3"
                    "d416d473ebc2c5fd4abfdad05d9184259b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236"
                    "a3e52655c9e9aee691c8f3a26854308d5eaa3be85e0990703d73e56f");
}

/* --- the others --- */

/* RFC 7518 C: algorithm, party U, party V, length, as five runs of which one is empty */
static void test_concat(void **state)
{
    struct bytes runs[] = {hex("000000074131323847434d"), hex("00000005416c696365"), hex("00000003426f62"),
                           hex("00000080"), {NULL, 0}};
    struct chain info = {runs, 5}, whole = {runs, 1};
    uint8_t *out = take(100);

    (void)state;
    assert_status(kdf_concat(hash("SHA256"),
                             hex("9e56d91d817135d372834283bf84269cfb316ea3da806a48f6daa7798cfe90c4"), info, out, 16),
                  NTE_SUCCESS);
    assert_hex(out, "56aa8deaf8236d205c2228cd71a7101a");

    runs[0] = hex("0011223344");                            /* OpenSSL, two blocks */
    assert_status(kdf_concat(hash("SHA512"), hex("9e56d91d817135d372834283bf84269c"), whole, out, 100),
                  NTE_SUCCESS);
    assert_hex(out, "53a2b59e09d13858335a6ab296d31dd3ed5e9040631d9e72f60d6b25cfbd07b3ef18d72dcd9a3b7b"
                    "8c4e96db1d98246caf6e5211d5625d67834803fc1b834a3ffb9348caa48dea94b14797bb23f0a129"
                    "d5c753a3882d768e1bde3fd8119e20b4752dbb5c");
}

static void test_counter(void **state)
{
    struct bytes runs[] = {text("label"), hex("00"), text("context"), hex("000001e0")};
    struct chain fixed = {runs, 4};
    uint8_t *out = take(60);

    (void)state;
    assert_status(kdf_counter(hash("SHA256"), hex("000102030405060708090a0b0c0d0e0f"), fixed, out, 60),
                  NTE_SUCCESS);
    assert_hex(out, "3f7942350594d11b35761ccdb7bf0c0ee33839efb2f2e2e00704bab77ac8df244362f960c0bbbe2b"
                    "64919977a1d69a62e3e65885087b70dd7bcbce23");
}

/* RFC 7914 11 */
static void test_pbkdf2(void **state)
{
    uint8_t *out = take(64), *nothing = take(64);

    (void)state;
    assert_status(kdf_pbkdf2(hash("SHA256"), text("passwd"), text("salt"), 1, out, 64), NTE_SUCCESS);
    assert_hex(out, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645"
                    "991664b39d77ef317c71b845b1e30bd509112041d3a19783");
    assert_status(kdf_pbkdf2(hash("SHA256"), text("Password"), text("NaCl"), 80000, out, 64), NTE_SUCCESS);
    assert_hex(out, "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a122583354"
                    "9adb841b51c9b3176a272bdebba1d078478f62b397f33c8d");
    assert_status(kdf_pbkdf2(hash("SHA3-256"), text("password"), text("salt"), 1000, out, 40), NTE_SUCCESS);
    assert_hex(out, "ee56a9b7311bb081d0bbfa8dc3c2798f30abbbec6344426829d956ed06eaecababea954d5ce17217");

    assert_status(kdf_pbkdf2(hash("SHA256"), text("p"), text("s"), 0, out, 40), NTE_INVALID_PARAMETER);
    assert_status(kdf_pbkdf2(hash("MD4"), text("p"), text("s"), 1, out, 40), NTE_NOT_SUPPORTED);
    assert_status(kdf_pbkdf2(hash("SHA256"), run(NULL, 0), run(NULL, 0), 2, out, 40), NTE_SUCCESS);
    assert_memory_not_equal(out, nothing, 40);
}

/* The rule of CryptDeriveKey, computed apart with Python's hashlib. */
static void test_capi(void **state)
{
    uint8_t *out = take(128);

    (void)state;
    assert_status(kdf_capi(hash("SHA1"), text("password"), 0, out, 16), NTE_SUCCESS);
    assert_hex(out, "5baa61e4c9b93f3f0682250b6cf8331b");
    assert_status(kdf_capi(hash("SHA1"), text("password"), 1, out, 32), NTE_SUCCESS);
    assert_hex(out, "a3bc508753274827cf2515600eaea32c226a7895c0533fcc0a67de054e4822f0");
    assert_status(kdf_capi(hash("SHA1"), text("password"), 1, out, 16), NTE_SUCCESS);
    assert_hex(out, "a3bc508753274827cf2515600eaea32c");
    assert_status(kdf_capi(hash("MD5"), text("password"), 0, out, 24), NTE_SUCCESS);        /* 3DES */
    assert_hex(out, "9181a42f85ca981b6e71333dd231aa3c0febe61d54a40b73");
    assert_status(kdf_capi(hash("SHA1"), text("password"), 1, out, 40), NTE_SUCCESS);
    assert_status(kdf_capi(hash("SHA1"), text("password"), 1, out, 41), NTE_INVALID_PARAMETER);

    assert_status(hash_once(hash("SHA256"), text("password"), out + 64), NTE_SUCCESS);
    assert_status(kdf_capi(hash("SHA256"), text("password"), 1, out, 32), NTE_SUCCESS);
    assert_memory_equal(out, out + 64, 32);
}

/* Open question: whether more bytes than the hash has are expanded by the rule for AES and 3DES with SHA-2 too. */
static void test_capi_expands_sha2(void **state)
{
    static const struct
    {
        const char *hash;
        size_t size;
        const char *all;            /* of the bytes that there can be */
    } cases[] =
    {
        {"SHA256", 32,
         "06b2ccc39856c9782f61307b98dfb987abdf0858bebca394df2ec4d01c286ae783599c019315e4511ea97ebf425c58ac"
         "bb5f1091a312d2631e5ee684b7eba004"},
        {"SHA384", 48,
         "219bd18c2d902923aa52cb70a510b53b1ccaa5ac93d9aa9a7a740ab9ed3a0a9f58889d9247afd69ddfb4417dd2ea8afe"
         "cfff52362db756a4ef32446aa1dac691106e11f1356e6986425f80b37a4be20428394d7d74d22c9a2eab44badacc2f28"},
        {"SHA512", 64,
         "768b8d581365d90afd65dceb7b523524ad849cf2f07a0d57f8dada01fbed22b594f6bd0f3d25217bfe3e973fc0e43036"
         "be4a4943c1b6c016e6ba7c9821fc17621cbc7c816a6b39e426dc98c9ba5fe4953579549547e80113dd8eb665c898ceb7"
         "c879ca3fa9b29f72f6706fbe0cd82b6f8481e679bbe479dabe9eadfc7cfd43b0"},
    };
    uint8_t *out = take(129), *digest = take(64);
    struct bytes all;
    size_t i, n;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
    {
        all = hex(cases[i].all);
        assert_int_equal(all.size, 2 * cases[i].size);
        assert_status(hash_once(hash(cases[i].hash), text("password"), digest), NTE_SUCCESS);
        for (n = 1; n <= all.size; n++)
        {
            memset(out, 0xcc, 129);
            assert_status(kdf_capi(hash(cases[i].hash), text("password"), n % 2, out, n), NTE_SUCCESS);
            assert_memory_equal(out, n > cases[i].size ? all.data : digest, n);
            assert_int_equal(out[n], 0xcc);
        }
        assert_status(kdf_capi(hash(cases[i].hash), text("password"), n % 2, out, n), NTE_INVALID_PARAMETER);
    }
}

static void test_hkdf(void **state)
{
    uint8_t *out = take(256 * 64), *prk = take(64);

    (void)state;
    assert_status(kdf_hkdf_extract(hash("SHA3-512"), hex("000102030405"), hex("0b0b0b0b0b0b0b0b0b0b0b"), prk),
                  NTE_SUCCESS);
    assert_status(kdf_hkdf_expand(hash("SHA3-512"), run(prk, 64), hex("f0f1f2"), out, 100), NTE_SUCCESS);
    assert_hex(out, "4a62b7b339ff9b8cd3eae2fc2145f0e1257f9f92a1ccb97c3707e252ffac978a7af51394e244f4a2"
                    "7fa0b649f7e993e910f65c6291cc615e1d68db5da79388b3f0638e2f4191dfa2708c63c2f0ce7c9b"
                    "7f4ba84b335d5702c27e447ef97386c0d1b11bd5");
    assert_status(kdf_hkdf_expand(hash("SHA512"), run(prk, 64), hex("f0"), out, 255 * 64), NTE_SUCCESS);
    assert_status(kdf_hkdf_expand(hash("SHA512"), run(prk, 64), hex("f0"), out, 255 * 64 + 1),
                  NTE_INVALID_PARAMETER);
}

/* The example of NIST for HMAC-SHA3-256, and one key for two messages. */
static void test_hmac(void **state)
{
    struct bytes key = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    struct bytes message = text("Sample message for keylen<blocklen");
    uint8_t *code = take(64);
    struct hmac *hmac;
    int i;

    (void)state;
    assert_status(hmac_start(hash("SHA3-256"), key, &hmac), NTE_SUCCESS);
    for (i = 0; i < 2; i++)
    {
        hmac_add(hmac, message.data, 7);
        hmac_add(hmac, NULL, 0);
        hmac_add(hmac, message.data + 7, message.size - 7);
        assert_status(hmac_end(hmac, code), NTE_SUCCESS);
        assert_hex(code, "4fe8e202c4f058e8dddc23d8c34e467343e23555e24fc2f025d598f558f67205");
    }
    hmac_free(hmac);
    assert_status(hmac_start(hash("MD2"), key, &hmac), NTE_NOT_SUPPORTED);
    hmac_free(NULL);
}

/* What comes short is the beginning of what comes long, and nothing is written past it. */
static void check_prefix(const uint8_t *all, const uint8_t *part, size_t size)
{
    assert_memory_equal(all, part, size);
    assert_int_equal(part[size], 0xcc);
}

static void test_every_size(void **state)
{
    struct bytes secret = pattern(40, 1), label = text("label"), seed = pattern(64, 2);
    struct chain info = {&seed, 1};
    uint8_t *all = take(6 * 100), *part = take(101);
    size_t size;

    (void)state;
    kdf_tls10(secret, label, seed, all, 100);
    kdf_tls12(hash("SHA256"), secret, label, seed, all + 100, 100);
    kdf_concat(hash("SHA1"), secret, info, all + 200, 100);
    kdf_counter(hash("SHA256"), secret, info, all + 300, 100);
    kdf_pbkdf2(hash("SHA1"), secret, seed, 3, all + 400, 100);
    kdf_hkdf_expand(hash("SHA256"), secret, seed, all + 500, 100);
    for (size = 0; size < 100; size++)
    {
        memset(part, 0xcc, 101);
        assert_status(kdf_tls10(secret, label, seed, part, size), NTE_SUCCESS);
        check_prefix(all, part, size);
        memset(part, 0xcc, 101);
        assert_status(kdf_tls12(hash("SHA256"), secret, label, seed, part, size), NTE_SUCCESS);
        check_prefix(all + 100, part, size);
        memset(part, 0xcc, 101);
        assert_status(kdf_concat(hash("SHA1"), secret, info, part, size), NTE_SUCCESS);
        check_prefix(all + 200, part, size);
        memset(part, 0xcc, 101);
        assert_status(kdf_counter(hash("SHA256"), secret, info, part, size), NTE_SUCCESS);
        check_prefix(all + 300, part, size);
        memset(part, 0xcc, 101);
        assert_status(kdf_pbkdf2(hash("SHA1"), secret, seed, 3, part, size), NTE_SUCCESS);
        check_prefix(all + 400, part, size);
        memset(part, 0xcc, 101);
        assert_status(kdf_hkdf_expand(hash("SHA256"), secret, seed, part, size), NTE_SUCCESS);
        check_prefix(all + 500, part, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(test_tls10, take_back),
        cmocka_unit_test_setup(test_tls10_odd_secret, take_back),
        cmocka_unit_test_setup(test_tls12, take_back),
        cmocka_unit_test_setup(test_concat, take_back),
        cmocka_unit_test_setup(test_counter, take_back),
        cmocka_unit_test_setup(test_pbkdf2, take_back),
        cmocka_unit_test_setup(test_capi, take_back),
        cmocka_unit_test_setup(test_capi_expands_sha2, take_back),
        cmocka_unit_test_setup(test_hkdf, take_back),
        cmocka_unit_test_setup(test_hmac, take_back),
        cmocka_unit_test_setup(test_every_size, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
