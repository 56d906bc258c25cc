/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The engine's side of check-agree: makes keys and agrees with them.
 *
 *     agree make CURVE FILE        a key on a curve ("ECCCurveName") as PKCS #8
 *     agree with FILE PEER-FILE    prints the secret of two such keys in hexadecimal
 *     agree curves                 prints the names of all curves */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ec.h"
#include "secret.h"

static const struct key_name no_name;
static const struct options no_options;

static void check(const char *what, nte_status status)
{
    if (!status) return;
    fprintf(stderr, "%s: %08x\n", what, (unsigned int)status);
    exit(1);
}

static struct bytes wide(const char *s, uint16_t buffer[64])
{
    struct bytes result = {(uint8_t *)buffer, u16_from_ascii(buffer, s)};

    return result;
}

static void make(const char *curve, const char *path)
{
    uint16_t name[64], value[64], type[64];
    uint32_t policy = ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT, size;
    struct bytes allow = {(uint8_t *)&policy, sizeof(policy)};
    uint8_t blob[1024];
    struct key *key;
    FILE *file;

    wide("ECDH", name);
    check("create", key_create(name, no_name, 0, 0, &key));
    wide("ECCCurveName", name);
    check("curve", property_set(&key->object, name, wide(curve, value), 0));
    wide("Export Policy", name);
    check("policy", property_set(&key->object, name, allow, 0));
    check("finalize", key_finalize(key, 0));
    wide("PKCS8_PRIVATEKEY", type);
    check("export", key_export(key, type, &no_options, 0, blob, sizeof(blob), &size));
    key_free(key);
    file = fopen(path, "wb");
    if (!file || fwrite(blob, 1, size, file) != size || fclose(file)) check("write", NTE_FAIL);
}

static struct key *load(const char *path)
{
    uint8_t blob[1024];
    struct bytes data = {blob, 0};
    uint16_t type[64];
    struct key *key;
    FILE *file;

    if (!(file = fopen(path, "rb"))) check(path, NTE_NOT_FOUND);
    data.size = fread(blob, 1, sizeof(blob), file);
    fclose(file);
    wide("PKCS8_PRIVATEKEY", type);
    check(path, key_import(type, data, &no_options, no_name, 0, &key));
    return key;
}

static void agree(const char *own_path, const char *peer_path)
{
    struct key *own = load(own_path), *peer = load(peer_path);
    struct agreement *agreement;
    size_t i;

    check("agree", agreement_make(own, peer, 0, &agreement));
    for (i = 0; i < agreement->z.used; i++) printf("%02x", agreement->z.data[i]);
    putchar('\n');
    object_free(&agreement->object);
    key_free(own);
    key_free(peer);
}

int main(int argc, char **argv)
{
    size_t i;

    if (argc == 4 && !strcmp(argv[1], "make")) make(argv[2], argv[3]);
    else if (argc == 4 && !strcmp(argv[1], "with")) agree(argv[2], argv[3]);
    else if (argc == 2 && !strcmp(argv[1], "curves"))
        for (i = 0; i < curve_name_count; i++) puts(curve_names[i].name);
    else return 2;
    return 0;
}
