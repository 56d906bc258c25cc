/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The native side of the bench: the same operations through GnuTLS and plain file calls, in microseconds a call.
 *
 * Usage: bench_native rsa-sign|rsa-verify|rsa-generate [BITS]
 *        bench_native ec-sign|ec-verify
 *        bench_native read-file FILE             open, read, close
 *        bench_native create-file FILE DIRECTORY
 *                                                makes a P-256 key; writes a file of the same size, fsync, rename */
#define _GNU_SOURCE
#include <fcntl.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static gnutls_privkey_t private_key;
static gnutls_pubkey_t public_key;
static gnutls_sign_algorithm_t algorithm;
static unsigned char hash_bytes[32];
static const gnutls_datum_t hash = { hash_bytes, sizeof(hash_bytes) };
static gnutls_datum_t signature;
static unsigned int bits = 2048;

static const char *file_name, *directory;
static char contents[65536];
static size_t contents_size;
static unsigned int created;

static void check(int ok, const char *what)
{
    if (ok) return;
    fprintf(stderr, "bench_native: %s failed\n", what);
    exit(1);
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

#include "measure.h"

static void generate(gnutls_pk_algorithm_t type, unsigned int bits)
{
    check(!gnutls_privkey_init(&private_key), "gnutls_privkey_init");
    check(!gnutls_privkey_generate2(private_key, type, bits, 0, NULL, 0), "gnutls_privkey_generate2");
}

static void sign(void)
{
    gnutls_datum_t result;

    check(!gnutls_privkey_sign_hash2(private_key, algorithm, 0, &hash, &result), "gnutls_privkey_sign_hash2");
    gnutls_free(result.data);
}

static void verify(void)
{
    int result = gnutls_pubkey_verify_hash2(public_key, algorithm, 0, &hash, &signature);

    check(result >= 0, "gnutls_pubkey_verify_hash2");
}

static void signing_setup(void)
{
    check(!gnutls_pubkey_init(&public_key), "gnutls_pubkey_init");
    check(!gnutls_pubkey_import_privkey(public_key, private_key, 0, 0), "gnutls_pubkey_import_privkey");
    check(!gnutls_privkey_sign_hash2(private_key, algorithm, 0, &hash, &signature), "gnutls_privkey_sign_hash2");
}

static void generate_rsa(void)
{
    generate(GNUTLS_PK_RSA, bits);
    gnutls_privkey_deinit(private_key);
}

static void rsa_setup(void)
{
    algorithm = GNUTLS_SIGN_RSA_SHA256;
    generate(GNUTLS_PK_RSA, bits);
    signing_setup();
}

static void ec_setup(void)
{
    algorithm = GNUTLS_SIGN_ECDSA_SHA256;
    generate(GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
    signing_setup();
}

static void read_file(void)
{
    int fd = open(file_name, O_RDONLY | O_CLOEXEC);
    ssize_t size;

    check(fd >= 0, file_name);
    size = read(fd, contents, sizeof(contents));
    check(size > 0 && (size_t)size < sizeof(contents), "read");
    contents_size = size;
    close(fd);
}

static void file_path(char path[4096], const char *prefix, unsigned int number)
{
    snprintf(path, 4096, "%s/%s%u", directory, prefix, number);
}

static void create_file(void)
{
    char temporary[4096], final[4096];
    int fd;

    generate(GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
    gnutls_privkey_deinit(private_key);
    file_path(temporary, "temporary-", created);
    file_path(final, "key-", created++);
    fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    check(fd >= 0, temporary);
    check(write(fd, contents, contents_size) == (ssize_t)contents_size, "write");
    check(!fsync(fd), "fsync");
    close(fd);
    check(!rename(temporary, final), "rename");
}

static void create_cleanup(void)
{
    char path[4096];

    while (created)
    {
        file_path(path, "key-", --created);
        unlink(path);
    }
}

static const struct operation operations[] =
{
    { "rsa-sign", .setup = rsa_setup, .op = sign },
    { "rsa-verify", .setup = rsa_setup, .op = verify },
    { "rsa-generate", .op = generate_rsa, .batch = GENERATED },
    { "ec-sign", .setup = ec_setup, .op = sign },
    { "ec-verify", .setup = ec_setup, .op = verify },
    { "read-file", .op = read_file },
    { "create-file", .setup = read_file, .op = create_file, .cleanup = create_cleanup },
};

int main(int argc, char **argv)
{
    file_name = argc > 2 ? argv[2] : "";
    if (atoi(file_name)) bits = atoi(file_name);
    directory = argc > 3 ? argv[3] : "";
    if (argc > 1 && RUN_OPERATION(operations, argv[1])) return 0;
    fprintf(stderr, "bench_native: which operation?\n");
    return 1;
}
