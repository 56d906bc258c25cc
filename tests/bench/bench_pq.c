/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-DSA and ML-KEM on the Wine side of the bench: one operation, in microseconds a call.
 *
 * Usage: bench_pq mldsa-generate|mldsa-sign|mldsa-verify 44|65|87
 *        bench_pq mlkem-generate|mlkem-encapsulate|mlkem-decapsulate 512|768|1024 */
#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static NCRYPT_PROV_HANDLE provider;
static NCRYPT_KEY_HANDLE key;
static const WCHAR *algorithm;
static WCHAR set[8];
static BYTE message[32], secret[32], output[8192];
static DWORD output_size;

static void check(SECURITY_STATUS status, const char *what)
{
    if (!status) return;
    fprintf(stderr, "bench_pq: %s: 0x%08lx\n", what, (unsigned long)status);
    exit(1);
}

static double now(void)
{
    LARGE_INTEGER count, frequency;

    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (double)count.QuadPart / frequency.QuadPart;
}

#include "measure.h"

static void generate(void)
{
    check(NCryptCreatePersistedKey(provider, &key, algorithm, NULL, 0, 0), "NCryptCreatePersistedKey");
    check(NCryptSetProperty(key, NCRYPT_PARAMETER_SET_NAME_PROPERTY, (BYTE *)set, (lstrlenW(set) + 1) * sizeof(*set),
                            0), "NCryptSetProperty");
    check(NCryptFinalizeKey(key, 0), "NCryptFinalizeKey");
}

static void generate_and_free(void)
{
    generate();
    NCryptFreeObject(key);
}

static void sign(void)
{
    check(NCryptSignHash(key, NULL, message, sizeof(message), output, sizeof(output), &output_size, 0),
          "NCryptSignHash");
}

static void sign_setup(void)
{
    generate();
    sign();
}

static void verify(void)
{
    check(NCryptVerifySignature(key, NULL, message, sizeof(message), output, output_size, 0), "NCryptVerifySignature");
}

static void encapsulate(void)
{
    ULONG secret_size;

    check(NCryptEncapsulate(key, secret, sizeof(secret), &secret_size, output, sizeof(output), &output_size, 0),
          "NCryptEncapsulate");
}

static void encapsulate_setup(void)
{
    generate();
    encapsulate();
}

static void decapsulate(void)
{
    ULONG size;

    check(NCryptDecapsulate(key, output, output_size, secret, sizeof(secret), &size, 0), "NCryptDecapsulate");
}

static const struct operation operations[] =
{
    { "mldsa-generate", .op = generate_and_free },
    { "mldsa-sign", .setup = sign_setup, .op = sign, .batch = SIGNED },
    { "mldsa-verify", .setup = sign_setup, .op = verify },
    { "mlkem-generate", .op = generate_and_free },
    { "mlkem-encapsulate", .setup = encapsulate_setup, .op = encapsulate },
    { "mlkem-decapsulate", .setup = encapsulate_setup, .op = decapsulate },
};

int main(int argc, char **argv)
{
    check(NCryptOpenStorageProvider(&provider, NULL, 0), "NCryptOpenStorageProvider");
    if (argc == 3)
    {
        algorithm = strncmp(argv[1], "mldsa", 5) ? NCRYPT_MLKEM_ALGORITHM : NCRYPT_MLDSA_ALGORITHM;
        MultiByteToWideChar(CP_ACP, 0, argv[2], -1, set, 8);
        if (RUN_OPERATION(operations, argv[1])) return 0;
    }
    fprintf(stderr, "bench_pq: which operation, with which set?\n");
    return 1;
}
