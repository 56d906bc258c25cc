/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The same operations through OpenSSL, which nothing but the bench uses, in microseconds a call.
 *
 * Usage: bench_openssl rsa-sign|rsa-verify|rsa-decrypt|rsa-generate BITS
 *        bench_openssl mldsa-generate|mldsa-sign|mldsa-verify 44|65|87                   since OpenSSL 3.5, as the next
 *        bench_openssl mlkem-generate|mlkem-encapsulate|mlkem-decapsulate 512|768|1024 */
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static EVP_PKEY *key;
static EVP_PKEY_CTX *context;
static unsigned int bits;
static unsigned char hash[32], signature[8192], message[512];
static size_t signature_size;
static char set_name[32];           /* "ML-DSA-65" */

static void check(int ok, const char *what)
{
    if (ok) return;
    fprintf(stderr, "bench_openssl: %s failed\n", what);
    exit(1);
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

#include "measure.h"

static void generate(void)
{
    check((key = EVP_RSA_gen(bits)) != NULL, "EVP_RSA_gen");
}

static void generate_and_free(void)
{
    generate();
    EVP_PKEY_free(key);
}

static void open_context(int (*init)(EVP_PKEY_CTX *))
{
    EVP_PKEY_CTX_free(context);
    check((context = EVP_PKEY_CTX_new(key, NULL)) != NULL, "EVP_PKEY_CTX_new");
    check(init(context) > 0, "init");
    check(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0, "EVP_PKEY_CTX_set_rsa_padding");
}

static void sign(void)
{
    signature_size = sizeof(signature);
    check(EVP_PKEY_sign(context, signature, &signature_size, hash, sizeof(hash)) > 0, "EVP_PKEY_sign");
}

static void sign_setup(void)
{
    generate();
    open_context(EVP_PKEY_sign_init);
    check(EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) > 0, "EVP_PKEY_CTX_set_signature_md");
    sign();
}

static void verify(void)
{
    check(EVP_PKEY_verify(context, signature, signature_size, hash, sizeof(hash)) > 0, "EVP_PKEY_verify");
}

static void verify_setup(void)
{
    sign_setup();
    open_context(EVP_PKEY_verify_init);
    check(EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) > 0, "EVP_PKEY_CTX_set_signature_md");
}

static void decrypt(void)
{
    size_t size = sizeof(message);

    check(EVP_PKEY_decrypt(context, message, &size, signature, signature_size) > 0, "EVP_PKEY_decrypt");
}

static void decrypt_setup(void)
{
    generate();
    open_context(EVP_PKEY_encrypt_init);
    signature_size = sizeof(signature);
    check(EVP_PKEY_encrypt(context, signature, &signature_size, hash, sizeof(hash)) > 0, "EVP_PKEY_encrypt");
    open_context(EVP_PKEY_decrypt_init);
}

/* --- ML-DSA, ML-KEM --- */

static void generate_set(void)
{
    check((key = EVP_PKEY_Q_keygen(NULL, NULL, set_name)) != NULL, set_name);
}

static void generate_set_and_free(void)
{
    generate_set();
    EVP_PKEY_free(key);
}

static void sign_message(void)
{
    EVP_MD_CTX *signing = EVP_MD_CTX_new();

    signature_size = sizeof(signature);
    check(EVP_DigestSignInit_ex(signing, NULL, NULL, NULL, NULL, key, NULL) > 0, "EVP_DigestSignInit_ex");
    check(EVP_DigestSign(signing, signature, &signature_size, hash, sizeof(hash)) > 0, "EVP_DigestSign");
    EVP_MD_CTX_free(signing);
}

static void sign_message_setup(void)
{
    generate_set();
    sign_message();
}

static void verify_message(void)
{
    EVP_MD_CTX *verifying = EVP_MD_CTX_new();

    check(EVP_DigestVerifyInit_ex(verifying, NULL, NULL, NULL, NULL, key, NULL) > 0, "EVP_DigestVerifyInit_ex");
    check(EVP_DigestVerify(verifying, signature, signature_size, hash, sizeof(hash)) > 0, "EVP_DigestVerify");
    EVP_MD_CTX_free(verifying);
}

static void encapsulate(void)
{
    size_t secret_size = sizeof(message);

    signature_size = sizeof(signature);
    check(EVP_PKEY_encapsulate(context, signature, &signature_size, message, &secret_size) > 0, "EVP_PKEY_encapsulate");
}

static void encapsulate_setup(void)
{
    generate_set();
    check((context = EVP_PKEY_CTX_new(key, NULL)) != NULL, "EVP_PKEY_CTX_new");
    check(EVP_PKEY_encapsulate_init(context, NULL) > 0, "EVP_PKEY_encapsulate_init");
    encapsulate();
}

static void decapsulate(void)
{
    size_t secret_size = sizeof(message);

    check(EVP_PKEY_decapsulate(context, message, &secret_size, signature, signature_size) > 0, "EVP_PKEY_decapsulate");
}

static void decapsulate_setup(void)
{
    encapsulate_setup();
    check(EVP_PKEY_decapsulate_init(context, NULL) > 0, "EVP_PKEY_decapsulate_init");
}

static const struct operation operations[] =
{
    { "rsa-sign", .setup = sign_setup, .op = sign },
    { "rsa-verify", .setup = verify_setup, .op = verify },
    { "rsa-decrypt", .setup = decrypt_setup, .op = decrypt },
    { "rsa-generate", .op = generate_and_free, .batch = GENERATED },
    { "mldsa-generate", .op = generate_set_and_free },
    { "mldsa-sign", .setup = sign_message_setup, .op = sign_message, .batch = SIGNED },
    { "mldsa-verify", .setup = sign_message_setup, .op = verify_message },
    { "mlkem-generate", .op = generate_set_and_free },
    { "mlkem-encapsulate", .setup = encapsulate_setup, .op = encapsulate },
    { "mlkem-decapsulate", .setup = decapsulate_setup, .op = decapsulate },
};

int main(int argc, char **argv)
{
    bits = argc > 2 ? atoi(argv[2]) : 0;
    if (bits) snprintf(set_name, sizeof(set_name), "%s-%u", strncmp(argv[1], "mldsa", 5) ? "ML-KEM" : "ML-DSA", bits);
    if (bits && RUN_OPERATION(operations, argv[1])) return 0;
    fprintf(stderr, "bench_openssl: which operation, and how many bits or which set?\n");
    return 1;
}
