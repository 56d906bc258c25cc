/* SPDX-License-Identifier: LGPL-2.1-or-later
 * pbe.c, pbes2.c, pbe_kdf.c, scrypt.c, bulk.c: passwords, key derivation with published results, padding,
 * parameters. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <nettle/nettle-meta.h>

#include "algorithm.h"
#include "crypto/whole_cipher.h"
#include "crypto_sample.h"
#include "base/der.h"
#include "format/pbe.h"
#include "crypto/scrypt.h"


static void assert_bytes(struct bytes got, const char *digits)
{
    struct bytes expected = hex(digits);

    assert_int_equal(got.size, expected.size);
    if (got.size) assert_memory_equal(got.data, expected.data, got.size);
}

static void test_password(void **state)
{
    static const uint16_t text[] = {'a', 0xe9, 0x20ac, 0xd834, 0xdd1e, 0};
    static const uint16_t halves[][3] = {{0xd834}, {0xd834, 'a'}, {0xdd1e}, {0xdc00, 0xd800}};
    struct password password;
    size_t i;

    (void)state;
    assert_status(password_make(text, &password), NTE_SUCCESS);
    assert_bytes(password.utf8, "61 c3a9 e282ac f09d849e");
    assert_bytes(password.bmp, "0061 00e9 20ac d834 dd1e 0000");
    password_free(&password);
    assert_status(password_make(NULL, &password), NTE_SUCCESS);
    assert_bytes(password.utf8, "");
    assert_bytes(password.bmp, "0000");
    password_free(&password);
    for (i = 0; i < sizeof(halves) / sizeof(*halves); i++)
        assert_status(password_make(halves[i], &password), NTE_INVALID_PARAMETER);
}

/* The results that implementers of PKCS#12 have passed around since 1999: "smeg" and "queeg". */
static void test_pkcs12_kdf(void **state)
{
    static const struct
    {
        const char *password, *salt;
        uint32_t iterations;
        enum pbe_purpose purpose;
        const char *result;
    } cases[] =
    {
        {"smeg", "0a58cf64530d823f", 1, PBE_FOR_KEY, "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3"},
        {"smeg", "0a58cf64530d823f", 1, PBE_FOR_IV, "79993dfe048d3b76"},
        {"smeg", "642b99ab44fb4b1f", 1, PBE_FOR_KEY, "f3a95fec48d7711e985cfe67908c5ab79fa3d7c5caa5d966"},
        {"smeg", "642b99ab44fb4b1f", 1, PBE_FOR_IV, "c0a38d64a79bea1d"},
        {"queeg", "05dec959acff72f7", 1000, PBE_FOR_KEY, "ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4"},
        {"queeg", "05dec959acff72f7", 1000, PBE_FOR_IV, "11dedad7758d4860"},
    };
    struct password password;
    struct bytes expected;
    uint8_t made[32];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
    {
        expected = hex(cases[i].result);
        assert_status(password_make(wide(cases[i].password), &password), NTE_SUCCESS);
        assert_status(pbe_pkcs12_kdf(&nettle_sha1, cases[i].purpose, password.bmp, hex(cases[i].salt),
                                     cases[i].iterations, made, expected.size),
                      NTE_SUCCESS);
        assert_memory_equal(made, expected.data, expected.size);
        password_free(&password);
    }
}

/* RFC 6070, and RFC 7914 11 for SHA-256 */
static void test_pbkdf2(void **state)
{
    struct bytes expected = hex("4b007901b765489abead49d926f721d065a429c1");
    uint8_t made[64];

    (void)state;
    assert_status(pbe_pbkdf2("1.2.840.113549.2.7", text("password"), text("salt"), 4096, made, 20), NTE_SUCCESS);
    assert_memory_equal(made, expected.data, 20);
    expected = hex("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                   "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
    assert_status(pbe_pbkdf2("1.2.840.113549.2.9", text("passwd"), text("salt"), 1, made, 64), NTE_SUCCESS);
    assert_memory_equal(made, expected.data, 64);
    assert_status(pbe_pbkdf2("1.2.840.113549.2.6", text("p"), text("s"), 1, made, 20), NTE_NOT_SUPPORTED);
}

/* RFC 7914 12, without the vector that takes a gigabyte */
static void test_scrypt(void **state)
{
    static const struct
    {
        const char *password, *salt;
        struct scrypt_cost cost;
        const char *result;
    } cases[] =
    {
        {"", "", {16, 1, 1}, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                             "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"},
        {"password", "NaCl", {1024, 8, 16}, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                                            "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"},
        {"pleaseletmein", "SodiumChloride", {16384, 8, 1},
         "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
         "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"},
    };
    struct bytes expected;
    uint8_t made[64];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
    {
        expected = hex(cases[i].result);
        assert_status(scrypt(text(cases[i].password), text(cases[i].salt), &cases[i].cost, made, 64), NTE_SUCCESS);
        assert_memory_equal(made, expected.data, 64);
    }
}

/* What a foreign file may not ask for: each is refused at once, before any memory is taken. */
static void test_scrypt_limits(void **state)
{
    static const struct scrypt_cost costs[] =
    {
        {0, 1, 1}, {1, 1, 1}, {3, 1, 1}, {16, 0, 1}, {16, 1, 0},
        {SCRYPT_MAX_WORK * 2, 1, 1}, {2, SCRYPT_MAX_WORK, 1}, {2, 1, SCRYPT_MAX_WORK},
        {SCRYPT_MAX_MEMORY / 128, 1, 1}, {2, SCRYPT_MAX_MEMORY / 512 + 1, 1}, {2, 1, SCRYPT_MAX_MEMORY / 128},
        {0x10000, 1, 2 * SCRYPT_MAX_WORK / 0x10000},
        {0x40000000, 0x7fffffff, 0x7fffffff}, {0x80000000, 0xffffffff, 0xffffffff}, {2, 0x80000000, 0x80000000},
    };
    uint8_t made[16];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(costs) / sizeof(*costs); i++)
        assert_status(scrypt(text("p"), text("s"), &costs[i], made, sizeof(made)), NTE_INVALID_PARAMETER);
}

static void test_bulk(void **state)
{
    static const struct bulk_cipher *const ciphers[] =
    {
        &bulk_aes128, &bulk_aes192, &bulk_aes256, &bulk_des, &bulk_3des, &bulk_3des_112, &bulk_rc2_40,
        &bulk_rc2_64, &bulk_rc2_128, &bulk_rc4_40, &bulk_rc4_128,
    };
    uint8_t sealed[64], opened[64];
    struct bytes key = pattern(32, 1), iv = pattern(16, 2), input;
    size_t i, n, size, total;

    (void)state;
    for (i = 0; i < sizeof(ciphers) / sizeof(*ciphers); i++)
        for (n = 0; n < 40; n++)
        {
            input = pattern(n, 3);
            total = bulk_encrypted_size(ciphers[i], n);
            assert_in_range(total - n, !!ciphers[i]->block_size, ciphers[i]->block_size);
            assert_status(bulk_encrypt(ciphers[i], key.data, iv.data, input, sealed), NTE_SUCCESS);
            if (!total) continue;
            assert_status(bulk_decrypt(ciphers[i], key.data, iv.data, run(sealed, total), opened, &size),
                          NTE_SUCCESS);
            assert_int_equal(size, n);
            assert_memory_equal(opened, input.data, n);
            if (ciphers[i]->block_size)
                assert_status(bulk_decrypt(ciphers[i], key.data, iv.data, run(sealed, total - 1), opened, &size),
                              NTE_BAD_DATA);
        }
    assert_status(bulk_decrypt(&bulk_3des, key.data, iv.data, run(sealed, 0), opened, &size), NTE_BAD_DATA);
}

/* NIST SP 800-38A F.2.5, one block, and the padding block of our own */
static void test_aes_vector(void **state)
{
    struct bytes key = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
    struct bytes iv = hex("000102030405060708090a0b0c0d0e0f"), expected = hex("f58c4c04d6e5f1ba779eabfb5f7bfbd6");
    uint8_t sealed[32];

    (void)state;
    assert_status(bulk_encrypt(&bulk_aes256, key.data, iv.data, hex("6bc1bee22e409f96e93d7e117393172a"), sealed),
                  NTE_SUCCESS);
    assert_memory_equal(sealed, expected.data, 16);
}

/* Every last byte, with the bytes before it as they should be, or the one at distance wrong from the end not. */
static void test_padding(void **state)
{
    uint8_t plain[32], sealed[48], opened[32], key[32] = {0}, iv[16] = {0};
    size_t last, wrong, size;
    nte_status expected;

    (void)state;
    for (last = 0; last < 256; last++)
        for (wrong = 0; wrong < 17; wrong++)
        {
            memset(plain, last, sizeof(plain));
            if (wrong) plain[31 - wrong] ^= 0x40;
            /* cut off before its own padding, a message ends as we want it to */
            assert_status(bulk_encrypt(&bulk_aes256, key, iv, run(plain, 32), sealed), NTE_SUCCESS);
            expected = last >= 1 && last <= 16 && (!wrong || wrong >= last) ? NTE_SUCCESS : NTE_BAD_DATA;
            assert_status(bulk_decrypt(&bulk_aes256, key, iv, run(sealed, 32), opened, &size), expected);
            if (!expected) assert_int_equal(size, 32 - last);
        }
}

/* An algorithm whose parameters are digits, over 16 bytes of data. */
static nte_status decrypt_with(const char *digits)
{
    struct bytes algorithm = hex(digits);
    struct reader r = {algorithm.data, algorithm.size, 0};
    uint8_t plain[16];
    struct password password;
    nte_status status;
    size_t size;

    assert_status(password_make(wide("password"), &password), NTE_SUCCESS);
    status = pbe_decrypt(r, &password, pattern(16, 5), plain, &size);
    password_free(&password);
    return status;
}

/* RFC 2268 5: 64-bit keys with 63 and 64 effective bits, an 88-bit and a 128-bit key with 64 and 128 */
static void test_rc2_vectors(void **state)
{
    static const struct
    {
        const char *key;
        uint32_t bits;
        const char *plain, *sealed;
    } cases[] =
    {
        {"0000000000000000", 63, "0000000000000000", "ebb773f993278eff"},
        {"ffffffffffffffff", 64, "ffffffffffffffff", "278b27e42e2f0d49"},
        {"3000000000000000", 64, "1000000000000001", "30649edf9be7d2c2"},
        {"88bca90e90875a", 64, "0000000000000000", "6ccf4308974c267f"},
        {"88bca90e90875a7f0f79c384627bafb2", 64, "0000000000000000", "1a807d272bbe5db1"},
        {"88bca90e90875a7f0f79c384627bafb2", 128, "0000000000000000", "2269552ab0f85ca6"},
    };
    struct bulk_cipher cipher = bulk_rc2_128;
    uint8_t sealed[16], iv[8] = {0};
    struct bytes key, expected;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
    {
        key = hex(cases[i].key);
        expected = hex(cases[i].sealed);
        cipher.key_size = key.size;
        cipher.effective_bits = cases[i].bits;
        assert_status(bulk_encrypt(&cipher, key.data, iv, hex(cases[i].plain), sealed), NTE_SUCCESS);
        assert_memory_equal(sealed, expected.data, 8);
    }
}

#define PKCS12_3DES "060a 2a864886f70d010c0103 "
#define PBES2 "0609 2a864886f70d01050d "
#define PBKDF2 "0609 2a864886f70d01050c "
#define SCRYPT "0609 2b06010401da47040b "
#define PBES1_MD5_DES "0609 2a864886f70d010503 "
#define AES128 "301d 0609 608648016503040102 0410 000102030405060708090a0b0c0d0e0f"

static void test_parameters(void **state)
{
    (void)state;
    assert_status(decrypt_with(PKCS12_3DES "3009 0404 01020304 0201 01"), NTE_BAD_DATA);        /* the padding */
    assert_status(decrypt_with(PKCS12_3DES "3009 0404 01020304 0201 00"), NTE_INVALID_PARAMETER);
    assert_status(decrypt_with(PKCS12_3DES "300c 0404 01020304 0204 00989681"), NTE_INVALID_PARAMETER);
    assert_status(decrypt_with(PKCS12_3DES "300c 0404 01020304 0204 7fffffff"), NTE_INVALID_PARAMETER);
    assert_status(decrypt_with(PKCS12_3DES "300b 0404 01020304 0203 989681"), NTE_BAD_DATA);  /* negative */
    assert_status(decrypt_with(PKCS12_3DES "3009 0404 01020304 0201 01 00"), NTE_BAD_DATA);
    assert_status(decrypt_with("060a 2a864886f70d010c0107 0500"), NTE_NOT_SUPPORTED);
    assert_status(decrypt_with("060a 2a864886f70d010c01"), NTE_BAD_DATA);

    /* PBES2: without prf; key length right and wrong; HMAC-SHA256; unknown prf and kdf; salt elsewhere */
    assert_status(decrypt_with(PBES2 "3037 3016" PBKDF2 "3009 0404 01020304 0201 01" AES128), NTE_BAD_DATA);
    assert_status(decrypt_with(PBES2 "303a 3019" PBKDF2 "300c 0404 01020304 0204 00989681" AES128),
                  NTE_INVALID_PARAMETER);
    assert_status(decrypt_with(PBES2 "303a 3019" PBKDF2 "300c 0404 01020304 0201 00 0201 10" AES128),
                  NTE_INVALID_PARAMETER);
    assert_status(decrypt_with(PBES2 "303a 3019" PBKDF2 "300c 0404 01020304 0201 00 0201 11" AES128),
                  NTE_BAD_DATA);
    assert_status(decrypt_with(PBES2 "3045 3024" PBKDF2
                               "3017 0404 01020304 0201 01 300c 0608 2a864886f70d0209 0500" AES128), NTE_BAD_DATA);
    assert_status(decrypt_with(PBES2 "3043 3022" PBKDF2 "3015 0404 01020304 0201 01 300a 0608 2a864886f70d020f"
                               AES128), NTE_NOT_SUPPORTED);
    assert_status(decrypt_with(PBES2 "3037 3016" "0609 2b06010401da47040c" "3009 0404 01020304 0201 01" AES128),
                  NTE_NOT_SUPPORTED);
    assert_status(decrypt_with(PBES2 "3039 3018" PBKDF2 "300b 3006 0604 2a030405 0201 01" AES128),
                  NTE_NOT_SUPPORTED);
    /* IV too short; cipher unknown */
    assert_status(decrypt_with(PBES2 "3036 3016" PBKDF2 "3009 0404 01020304 0201 01"
                               "301c 0609 608648016503040102 040f 000102030405060708090a0b0c0d0e"), NTE_BAD_DATA);
    assert_status(decrypt_with(PBES2 "3037 3016" PBKDF2 "3009 0404 01020304 0201 01"
                               "301d 0609 608648016503040106 0410 000102030405060708090a0b0c0d0e0f"),
                  NTE_NOT_SUPPORTED);
}

/* Salts are of 8 bytes (RFC 8018 A.3); MD2 is not known. */
static void test_pbes1_parameters(void **state)
{
    (void)state;
    assert_status(decrypt_with(PBES1_MD5_DES "300d 0408 0102030405060708 0201 01"), NTE_BAD_DATA);  /* the padding */
    assert_status(decrypt_with(PBES1_MD5_DES "300c 0407 01020304050607 0201 00"), NTE_BAD_DATA);    /* not the 0 */
    assert_status(decrypt_with(PBES1_MD5_DES "300e 0409 010203040506070809 0201 00"), NTE_BAD_DATA);
    assert_status(decrypt_with(PBES1_MD5_DES "300d 0408 0102030405060708 0201 00"), NTE_INVALID_PARAMETER);
    assert_status(decrypt_with(PBES1_MD5_DES "3010 0408 0102030405060708 0204 00989681"), NTE_INVALID_PARAMETER);
    assert_status(decrypt_with(PBES1_MD5_DES "0500"), NTE_BAD_DATA);
    assert_status(decrypt_with("0609 2a864886f70d010501 300d 0408 0102030405060708 0201 01"), NTE_NOT_SUPPORTED);
    assert_status(decrypt_with("0609 2a864886f70d010504 300d 0408 0102030405060708 0201 01"), NTE_NOT_SUPPORTED);
}

/* scrypt: what is missing, what is left over, what costs too much. The salt is "abcd". */
static void test_scrypt_parameters(void **state)
{
    (void)state;
    assert_status(decrypt_with(PBES2 "303d 301c" SCRYPT "300f 0404 61626364 0201 02 0201 01 0201 01" AES128),
                  NTE_BAD_DATA);                                                                /* the padding */
    assert_status(decrypt_with(PBES2 "3040 301f" SCRYPT "3012 0404 61626364 0201 03 0201 01 0201 01 0201 10" AES128),
                  NTE_INVALID_PARAMETER);
    assert_status(decrypt_with(PBES2 "3040 301f" SCRYPT "3012 0404 61626364 0201 02 0201 01 0201 01 0201 11" AES128),
                  NTE_BAD_DATA);
    assert_status(decrypt_with(PBES2 "303a 3019" SCRYPT "300c 0404 61626364 0201 02 0201 01" AES128), NTE_BAD_DATA);
    assert_status(decrypt_with(PBES2 "3040 301f" SCRYPT "3012 0404 61626364 0204 40000000 0201 01 0201 01" AES128),
                  NTE_INVALID_PARAMETER);
}

#define RC2_KDF(key_size) "3019" PBKDF2 "300c 0404 01020304 0201 01 0201 " key_size
#define RC2_IV "0408 0102030405060708"

/* RC2: a code, 256 and more, no version, no version nor SEQUENCE, and what nobody writes or we do not hold. */
static void test_rc2_parameters(void **state)
{
    (void)state;
    assert_status(decrypt_with(PBES2 "3038" RC2_KDF("10") "301b 0608 2a864886f70d0302 300f 0203 0000a0" RC2_IV),
                  NTE_BAD_DATA);
    assert_status(decrypt_with(PBES2 "3037" RC2_KDF("10") "301a 0608 2a864886f70d0302 300e 0202 00a0" RC2_IV),
                  NTE_BAD_DATA);
    assert_status(decrypt_with(PBES2 "3036" RC2_KDF("10") "3019 0608 2a864886f70d0302 300d 0201 78" RC2_IV),
                  NTE_BAD_DATA);
    assert_status(decrypt_with(PBES2 "3036" RC2_KDF("10") "3019 0608 2a864886f70d0302 300d 0201 79" RC2_IV),
                  NTE_NOT_SUPPORTED);
    assert_status(decrypt_with(PBES2 "3036" RC2_KDF("10") "3019 0608 2a864886f70d0302 300d 0201 00" RC2_IV),
                  NTE_NOT_SUPPORTED);
    assert_status(decrypt_with(PBES2 "3037" RC2_KDF("10") "301a 0608 2a864886f70d0302 300e 0202 0400" RC2_IV),
                  NTE_BAD_DATA);
    assert_status(decrypt_with(PBES2 "3037" RC2_KDF("10") "301a 0608 2a864886f70d0302 300e 0202 0401" RC2_IV),
                  NTE_NOT_SUPPORTED);
    assert_status(decrypt_with(PBES2 "3033" RC2_KDF("10") "3016 0608 2a864886f70d0302 300a" RC2_IV),
                  NTE_BAD_DATA);
    assert_status(decrypt_with(PBES2 "3031" RC2_KDF("10") "3014 0608 2a864886f70d0302" RC2_IV), NTE_BAD_DATA);
    assert_status(decrypt_with(PBES2 "3031" RC2_KDF("21") "3014 0608 2a864886f70d0302" RC2_IV), NTE_NOT_SUPPORTED);
    assert_status(decrypt_with(PBES2 "3030" RC2_KDF("10") "3013 0608 2a864886f70d0302 0407 01020304050607"),
                  NTE_BAD_DATA);
}

static nte_status encrypt_with(const char *oid, const char *param, struct writer *w)
{
    struct pbe_choice choice = {oid, hex(param)};
    struct password password;
    nte_status status;

    assert_status(password_make(wide("password"), &password), NTE_SUCCESS);
    status = pbe_encrypt(&choice, &password, text("plain"), w);
    password_free(&password);
    return status;
}

/* CRYPT_PKCS12_PBE_PARAMS is taken as it is (row 9.9). */
static void test_write_parameters(void **state)
{
    static const char *const bad[] =
    {
        "01", "01000000 04000000 010203", "00000000 01000000 01", "01000000 00000000", "ffffffff 01000000 01",
        "01000000 ffffffff 01", "81969800 01000000 01",
    };
    static const char *const oids[] = {NULL, "1.2.840.113549.1.5.13", "1.2.840.113549.1.12.1.3"};
    struct bytes expected = hex("301c 060a 2a864886f70d010c0103 300e 0408 0102030405060708 0202 07d0 0408");
    struct writer w = {0};
    size_t i, j;

    (void)state;
    assert_status(encrypt_with("1.2.840.113549.1.12.1.3", "d0070000 08000000 0102030405060708", &w), NTE_SUCCESS);
    assert_int_equal(w.used, expected.size + 8);
    assert_memory_equal(w.data, expected.data, expected.size);
    writer_free(&w);
    assert_status(encrypt_with("1.2.840.113549.1.12.1.3", "", &w), NTE_SUCCESS);            /* doc/choices.md */
    assert_non_null(memmem(w.data, w.used, "\x02\x03\x01\x86\xa0", 5));                   /* INTEGER 100000 */
    writer_free(&w);
    for (i = 0; i < 3; i++)
        for (j = 0; j < sizeof(bad) / sizeof(*bad); j++)
        {
            assert_status(encrypt_with(oids[i], bad[j], &w), NTE_INVALID_PARAMETER);
            writer_free(&w);
        }
    assert_status(encrypt_with("1.2.840.113549.1.12.1.1", "", &w), NTE_NOT_SUPPORTED);      /* RC4 */
    assert_status(encrypt_with("1.2.840.113549.1.5.3", "", &w), NTE_NOT_SUPPORTED);
    assert_status(encrypt_with("", "", &w), NTE_NOT_SUPPORTED);
    writer_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_password, take_back),
        cmocka_unit_test_teardown(test_pkcs12_kdf, take_back),
        cmocka_unit_test_teardown(test_pbkdf2, take_back),
        cmocka_unit_test_teardown(test_scrypt, take_back),
        cmocka_unit_test_teardown(test_scrypt_limits, take_back),
        cmocka_unit_test_teardown(test_bulk, take_back),
        cmocka_unit_test_teardown(test_aes_vector, take_back),
        cmocka_unit_test_teardown(test_rc2_vectors, take_back),
        cmocka_unit_test_teardown(test_padding, take_back),
        cmocka_unit_test_teardown(test_parameters, take_back),
        cmocka_unit_test_teardown(test_pbes1_parameters, take_back),
        cmocka_unit_test_teardown(test_scrypt_parameters, take_back),
        cmocka_unit_test_teardown(test_rc2_parameters, take_back),
        cmocka_unit_test_teardown(test_write_parameters, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
