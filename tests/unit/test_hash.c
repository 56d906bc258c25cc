/* SPDX-License-Identifier: LGPL-2.1-or-later
 * hash.c: digests of "abc" from the standards, parts, prefixes, MGF1 against nettle, and that no system policy
 * takes a hash away. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>
#include <cmocka.h>

#include <gnutls/gnutls.h>
#include <nettle/sha2.h>

#include "crypto_sample.h"
#include "crypto/hash.h"

struct sample
{
    const char *id, *oid, *abc, *empty;
};

/* RFC 1319, 1320, 1321; FIPS 180-4 and FIPS 202 examples. The OIDs are the DER bytes after the tag and length. */
static const struct sample samples[] =
{
    {"MD5", "2a864886f70d0205", "900150983cd24fb0d6963f7d28e17f72", "d41d8cd98f00b204e9800998ecf8427e"},
    {"SHA1", "2b0e03021a", "a9993e364706816aba3e25717850c26c9cd0d89d", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {"SHA256", "608648016503040201",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"SHA384", "608648016503040202",
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
     "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b"},
    {"SHA512", "608648016503040203",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
     "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
    {"SHA3-256", "608648016503040208",
     "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
     "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"},
    {"SHA3-384", "608648016503040209",
     "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25",
     "0c63a75b845e4f7d01107d852e4c2485c51a50aaaa94fc61995e71bbee983a2ac3713831264adb47fb6bd1e058d5f004"},
    {"SHA3-512", "60864801650304020a",
     "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
     "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
     "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a6"
     "15b2123af1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26"},
    {"MD2", "2a864886f70d0202", NULL, NULL},
    {"MD4", "2a864886f70d0204", NULL, NULL},
};

#define SAMPLE_COUNT (sizeof(samples) / sizeof(*samples))

static void check_digest(const struct hash *hash, struct bytes data, const char *expected)
{
    struct bytes digest = hex(expected);
    uint8_t got[HASH_MAX_SIZE];

    assert_int_equal(digest.size, hash->size);
    assert_status(hash_once(hash, data, got), NTE_SUCCESS);
    assert_memory_equal(got, digest.data, digest.size);
}

static void test_digests(void **state)
{
    uint8_t got[HASH_MAX_SIZE];
    const struct hash *hash;
    struct hash_state *s;
    size_t i;

    (void)state;
    for (i = 0; i < SAMPLE_COUNT; i++)
    {
        assert_non_null(hash = hash_find_ascii(samples[i].id));
        assert_string_equal(hash->id, samples[i].id);
        if (samples[i].abc)
        {
            check_digest(hash, text("abc"), samples[i].abc);
            check_digest(hash, run(NULL, 0), samples[i].empty);
            continue;
        }
        assert_int_equal(hash->size, 16);
        assert_status(hash_once(hash, text("abc"), got), NTE_NOT_SUPPORTED);
        assert_status(hash_start(hash, &s), NTE_NOT_SUPPORTED);
        assert_status(hash_mgf1_xor(hash, text("abc"), got, sizeof(got)), NTE_NOT_SUPPORTED);
    }
}

static void test_parts(void **state)
{
    uint8_t whole[HASH_MAX_SIZE], parts[HASH_MAX_SIZE];
    struct bytes data = pattern(300, 1);
    const struct hash *hash;
    struct hash_state *s;
    size_t i, split;

    (void)state;
    for (i = 0; i < SAMPLE_COUNT; i++)
    {
        if (!samples[i].abc) continue;
        hash = hash_find_ascii(samples[i].id);
        assert_status(hash_once(hash, data, whole), NTE_SUCCESS);
        assert_status(hash_start(hash, &s), NTE_SUCCESS);
        for (split = 0; split <= data.size; split++)    /* one state, many rounds */
        {
            hash_add(s, data.data, split);
            hash_add(s, data.data + split, data.size - split);
            assert_status(hash_end(s, parts), NTE_SUCCESS);
            assert_memory_equal(parts, whole, hash->size);
        }
        hash_free(s);
    }
    hash_free(NULL);
}

static void test_names(void **state)
{
    static const char *const unknown[] = {"", "SHA", "SHA2", "SHA224", "SHA2567", "SHA-256", "AES", "SHA3-224"};
    size_t i;

    (void)state;
    assert_ptr_equal(hash_find(wide("sha256")), hash_find_ascii("SHA256"));
    assert_ptr_equal(hash_find(wide("sHa3-512")), hash_find_ascii("SHA3-512"));
    for (i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) assert_null(hash_find(wide(unknown[i])));
    assert_null(hash_find_ascii("a name that is longer than any"));
}

/* SEQUENCE { SEQUENCE { OID, NULL }, OCTET STRING digest }, every length as DER wants it. */
static void test_prefixes(void **state)
{
    const struct hash *hash;
    struct bytes oid;
    const uint8_t *p;
    size_t i;

    (void)state;
    for (i = 0; i < SAMPLE_COUNT; i++)
    {
        hash = hash_find_ascii(samples[i].id);
        oid = hex(samples[i].oid);
        p = hash->prefix;
        assert_int_equal(hash->prefix_size, oid.size + 10);
        assert_int_equal(p[0], 0x30);
        assert_int_equal(p[1], hash->prefix_size - 2 + hash->size);
        assert_int_equal(p[2], 0x30);
        assert_int_equal(p[3], oid.size + 4);
        assert_int_equal(p[4], 0x06);
        assert_int_equal(p[5], oid.size);
        assert_memory_equal(p + 6, oid.data, oid.size);
        assert_memory_equal(p + 6 + oid.size, "\x05\x00\x04", 3);
        assert_int_equal(p[9 + oid.size], hash->size);
    }
}

static void test_mgf1(void **state)
{
    static const size_t sizes[] = {0, 1, 31, 32, 33, 64, 100, 8223};    /* the last needs a second counter byte */
    struct bytes seed = pattern(20, 2);
    struct sha256_ctx ctx;
    uint8_t *expected = take(9000), *got = take(9000), counter[4] = {0};
    size_t i, j, blocks;

    (void)state;
    sha256_init(&ctx);
    for (blocks = 0; blocks < 9000 / 32; blocks++)
    {
        counter[2] = blocks >> 8;
        counter[3] = blocks;
        sha256_update(&ctx, seed.size, seed.data);
        sha256_update(&ctx, 4, counter);
        sha256_digest(&ctx, 32, expected + 32 * blocks);
    }
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
    {
        memset(got, 0xa5, 9000);
        assert_status(hash_mgf1_xor(hash_find_ascii("SHA256"), seed, got, sizes[i]), NTE_SUCCESS);
        for (j = 0; j < sizes[i]; j++) assert_int_equal(got[j], expected[j] ^ 0xa5);
        assert_int_equal(got[sizes[i]], 0xa5);
    }
}

/* What GnuTLS reads at start-up can forbid hashes for TLS and certificates; keys must not notice. */
static void run_under_policy(const char *policy)
{
    char path[] = "/tmp/test_hash.XXXXXX";
    int fd = mkstemp(path), status;
    pid_t pid;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, policy, strlen(policy)), strlen(policy));
    close(fd);
    if (!(pid = fork()))
    {
        setenv("GNUTLS_SYSTEM_PRIORITY_FILE", path, 1);
        execl("/proc/self/exe", "test_hash", "--digests-only", (char *)NULL);
        _exit(126);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    unlink(path);
    assert_int_equal(status, 0);
}

static void test_policy(void **state)
{
    (void)state;
    run_under_policy("[overrides]\ninsecure-hash = md5\ninsecure-hash = sha1\ninsecure-hash = sha512\n"
                     "insecure-sig = rsa-sha1\ninsecure-sig = rsa-md5\n");
    run_under_policy("[global]\noverride-mode = allowlist\n[overrides]\nsecure-hash = sha256\n"
                     "secure-sig = rsa-sha256\n");
}

/* Child of run_under_policy: the policy is in force, and changes nothing. */
static void test_digests_under_policy(void **state)
{
    assert_false(gnutls_sign_is_secure(GNUTLS_SIGN_RSA_SHA512));
    test_digests(state);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_digests, take_back),
        cmocka_unit_test_teardown(test_parts, take_back),
        cmocka_unit_test_teardown(test_names, take_back),
        cmocka_unit_test_teardown(test_prefixes, take_back),
        cmocka_unit_test_teardown(test_mgf1, take_back),
        cmocka_unit_test(test_policy),
    };
    const struct CMUnitTest digests[] = {cmocka_unit_test(test_digests_under_policy)};

    if (argc > 1 && !strcmp(argv[1], "--digests-only"))
    {
        cmocka_set_message_output(CM_OUTPUT_SUBUNIT);
        return freopen("/dev/null", "w", stdout) ? cmocka_run_group_tests(digests, NULL, NULL) : 125;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
