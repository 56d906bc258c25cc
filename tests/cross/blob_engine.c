/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The engine's blobs of RSA, DSA and DH, for check-blobs. Types are the names of the blobs.
 *
 *   blob_engine copy TYPE IN TYPE OUT           import, then export
 *   blob_engine dsa OUT P Q G Y X               DSAPRIVATEBLOB of numbers in hexadecimal
 *   blob_engine dh OUT P G Y X                  DHPRIVATEBLOB, likewise
 *   blob_engine numbers IN                      the x and y of a DHPRIVATEBLOB, a line each, in hexadecimal
 *   blob_engine sign TYPE IN DIGEST             r and s of a signature, a line each, in hexadecimal
 *   blob_engine verify TYPE IN DIGEST R S       r and s in hexadecimal
 *   blob_engine generate ALGORITHM BITS OUT     DSAPRIVATEBLOB or DHPRIVATEBLOB
 *   blob_engine agree IN PEER OUT               DHPRIVATEBLOB, DHPUBLICBLOB
 *
 * The exit code is 0 when it worked; the status is printed when not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "algorithm.h"
#include "rsa/rsa.h"
#include "dh/dh.h"
#include "dsa/dsa.h"
#include "base/property_list.h"

static const struct blob_options none = {.algorithms = &all_algorithms};
static const struct padding no_scheme;

static const struct type
{
    const char *name;
    blob_import *import;
    blob_export *export;
}
types[] =
{
    {"RSAFULLPRIVATEBLOB", rsa_import_full_private_blob, rsa_export_full_private_blob},
    {"CAPIPUBLICBLOB", rsa_import_capi_public_blob, rsa_export_capi_public_blob},
    {"CAPIPRIVATEBLOB", rsa_import_capi_private_blob, rsa_export_capi_private_blob},
    {"DSAPUBLICBLOB", dsa_import_public_blob, dsa_export_public_blob},
    {"DSAPRIVATEBLOB", dsa_import_private_blob, dsa_export_private_blob},
    {"CAPIDSAPUBLICBLOB", dsa_import_capi_public_blob, dsa_export_capi_public_blob},
    {"CAPIDSAPRIVATEBLOB", dsa_import_capi_private_blob, dsa_export_capi_private_blob},
    {"V2CAPIDSAPUBLICBLOB", dsa_import_capi_public_blob, dsa_export_capi_v2_public_blob},
    {"V2CAPIDSAPRIVATEBLOB", dsa_import_capi_private_blob, dsa_export_capi_v2_private_blob},
    {"DHPUBLICBLOB", dh_import_public_blob, dh_export_public_blob},
    {"DHPRIVATEBLOB", dh_import_private_blob, dh_export_private_blob},
    {"CAPIDHPUBLICBLOB", dh_import_capi_public_blob, dh_export_capi_public_blob},
    {"CAPIDHPRIVATEBLOB", dh_import_capi_private_blob, dh_export_capi_private_blob},
};

static void check(const char *what, nte_status status)
{
    if (!status) return;
    fprintf(stderr, "blob_engine: %s: %#x\n", what, (unsigned int)status);
    exit(1);
}

static const struct type *find_type(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(types) / sizeof(*types); i++) if (!strcmp(types[i].name, name)) return &types[i];
    check(name, NTE_BAD_TYPE);
    return NULL;
}

#define MAX_BYTES 65536

static struct bytes read_file(const char *name)
{
    uint8_t *data = malloc(MAX_BYTES);
    struct bytes bytes = {data, 0};
    FILE *file = fopen(name, "rb");

    check(name, file && data ? NTE_SUCCESS : NTE_NOT_FOUND);
    bytes.size = fread(data, 1, MAX_BYTES, file);
    fclose(file);
    return bytes;
}

static void write_file(const char *name, const void *data, size_t size)
{
    FILE *file = fopen(name, "wb");

    check(name, file && fwrite(data, 1, size, file) == size && !fclose(file) ? NTE_SUCCESS : NTE_SYS_ERR);
}

static int digit(char c)
{
    return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static struct bytes from_hex(const char *text)
{
    size_t size = strlen(text), i;
    uint8_t *data = calloc(1, size / 2 + 1);
    struct bytes number = {data, (size + 1) / 2};

    check("memory", data ? NTE_SUCCESS : NTE_NO_MEMORY);
    for (i = size % 2; i < size + size % 2; i++) data[i / 2] = data[i / 2] << 4 | digit(text[i - size % 2]);
    return number;
}

static void print_hex(const uint8_t *data, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++) printf("%02x", data[i]);
    printf("\n");
}

static struct material *import(const char *type, const char *file)
{
    struct material *key;

    check("import", find_type(type)->import(read_file(file), &none, &key));
    return key;
}

static void export(const struct material *key, const char *type, const char *file)
{
    struct writer w = {0};

    check("export", find_type(type)->export(key, &none, &w));
    write_file(file, w.data, w.used);
    writer_free(&w);
}

static void export_dsa(char **numbers, const char *file)
{
    struct dsa_numbers n = {.p = from_hex(numbers[0]), .q = from_hex(numbers[1]), .g = from_hex(numbers[2])};
    struct dsa_key *key;

    n.y = from_hex(numbers[3]);
    n.x = from_hex(numbers[4]);
    check("import", dsa_import_private(&n, NULL, &key));
    export(&key->material, "DSAPRIVATEBLOB", file);
}

static void export_dh(char **numbers, const char *file)
{
    struct dh_numbers n = {.p = from_hex(numbers[0]), .g = from_hex(numbers[1])};
    struct dh_key *key;

    n.y = from_hex(numbers[2]);
    n.x = from_hex(numbers[3]);
    check("import", dh_import_private(&n, &key));
    export(&key->material, "DHPRIVATEBLOB", file);
}

static void print_numbers(const struct material *material)
{
    const struct dh_key *key = (const struct dh_key *)material;
    uint8_t data[DH_MAX_BITS / 8];

    limbs_to_bytes(data, key->size, key->x, key->count);
    print_hex(data, key->size);
    limbs_to_bytes(data, key->size, key->y, key->count);
    print_hex(data, key->size);
}

static void sign(const struct material *key, const char *digest_file)
{
    uint8_t signature[2 * DSA_MAX_Q_SIZE];
    size_t half = key->alg->family->own_signature_length(key) / 2;

    check("sign", key->alg->family->sign(key, &no_scheme, read_file(digest_file), signature));
    print_hex(signature, half);
    print_hex(signature + half, half);
}

static void verify(const struct material *key, const char *digest_file, const char *r, const char *s)
{
    size_t half = key->alg->family->own_signature_length(key) / 2;
    uint8_t signature[2 * DSA_MAX_Q_SIZE] = {0};
    struct bytes r_bytes = trim_number(from_hex(r)), s_bytes = trim_number(from_hex(s)), both = {signature, 2 * half};

    check("signature", r_bytes.size <= half && s_bytes.size <= half ? NTE_SUCCESS : NTE_BAD_SIGNATURE);
    memcpy(signature + half - r_bytes.size, r_bytes.data, r_bytes.size);
    memcpy(signature + 2 * half - s_bytes.size, s_bytes.data, s_bytes.size);
    check("verify", key->alg->family->verify(key, &no_scheme, read_file(digest_file), both));
}

static void generate(const char *name, uint32_t bits, const char *file)
{
    const struct algorithm *alg = algorithm_find_ascii(name);
    const struct property_list no_parameters = {0};
    struct material *key;

    check(name, alg ? NTE_SUCCESS : NTE_BAD_ALGID);
    check("generate", alg->family->generate(alg, bits, &no_parameters, &key));
    export(key, alg->family == &dsa_family ? "DSAPRIVATEBLOB" : "DHPRIVATEBLOB", file);
}

static void agree(const struct material *own, const struct material *peer, const char *file)
{
    uint8_t secret[DH_MAX_BITS / 8];

    check("agree", dh_agree(own, peer, secret));
    write_file(file, secret, dh_secret_size(own));
}

int main(int argc, char **argv)
{
    const char *command = argc > 2 ? argv[1] : "";

    if (!strcmp(command, "copy") && argc == 6) export(import(argv[2], argv[3]), argv[4], argv[5]);
    else if (!strcmp(command, "dsa") && argc == 8) export_dsa(argv + 3, argv[2]);
    else if (!strcmp(command, "dh") && argc == 7) export_dh(argv + 3, argv[2]);
    else if (!strcmp(command, "numbers") && argc == 3) print_numbers(import("DHPRIVATEBLOB", argv[2]));
    else if (!strcmp(command, "sign") && argc == 5) sign(import(argv[2], argv[3]), argv[4]);
    else if (!strcmp(command, "verify") && argc == 7) verify(import(argv[2], argv[3]), argv[4], argv[5], argv[6]);
    else if (!strcmp(command, "generate") && argc == 5) generate(argv[2], atoi(argv[3]), argv[4]);
    else if (!strcmp(command, "agree") && argc == 5)
        agree(import("DHPRIVATEBLOB", argv[2]), import("DHPUBLICBLOB", argv[3]), argv[4]);
    else
    {
        fprintf(stderr, "blob_engine: see the source for its arguments\n");
        return 2;
    }
    return 0;
}
