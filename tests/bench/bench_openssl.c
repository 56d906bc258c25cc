/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The same operations through OpenSSL, which nothing but the bench uses, in microseconds a call.
 *
 * Usage: bench_openssl rsa-sign|rsa-verify|rsa-decrypt|rsa-generate BITS */
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static EVP_PKEY *key;
static EVP_PKEY_CTX *context;
static unsigned int bits;
static unsigned char hash[32], signature[512], message[512];
static size_t signature_size;

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

static const struct operation
{
    const char *name;
    void (*setup)(void);
    void (*op)(void);
}
operations[] =
{
    { "rsa-sign", sign_setup, sign },
    { "rsa-verify", verify_setup, verify },
    { "rsa-decrypt", decrypt_setup, decrypt },
    { "rsa-generate", NULL, generate_and_free },
};

int main(int argc, char **argv)
{
    size_t i;

    bits = argc > 2 ? atoi(argv[2]) : 0;
    for (i = 0; bits && i < sizeof(operations) / sizeof(operations[0]); i++)
    {
        if (strcmp(argv[1], operations[i].name)) continue;
        if (operations[i].setup) operations[i].setup();
        printf("%.4f\n", operations[i].setup ? measure(operations[i].op) : measure_batch(operations[i].op, GENERATED));
        return 0;
    }
    fprintf(stderr, "bench_openssl: which operation, and how many bits?\n");
    return 1;
}
