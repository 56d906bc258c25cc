/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The engine's side of check-agree: makes keys and agrees with them.
 *
 *     agree make CURVE FILE        a key on a curve ("ECCCurveName") as PKCS #8
 *     agree with FILE PEER-FILE    prints the secret of two such keys in hexadecimal
 *     agree curves                 prints the names of all curves
 *     agree make-dh BITS FILE      a DH key in the group of this length, as PKCS #8
 *     agree join PEER-FILE FILE    a DH key in the group of another
 *     agree with-dh FILE PEER-FILE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "algorithm.h"
#include "base/der.h"
#include "dh/dh.h"
#include "ec/ec.h"
#include "key/agreement.h"

#define BLOB_MAX 4096
#define OID_DH   "1.2.840.113549.1.3.1"     /* dhKeyAgreement of PKCS #3 */

static const struct key_name no_name;
static const struct blob_options openssl_options =
{
    .algorithms = &all_algorithms,
    .rfc8410 = 1,                   /* which is what OpenSSL reads */
};

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

static void set(struct key *key, const char *name, struct bytes value)
{
    uint16_t buffer[64];

    wide(name, buffer);
    check(name, property_set(&key->object, buffer, value, 0));
}

static struct key *create(const char *alg)
{
    uint32_t policy = ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT;
    struct bytes allow = {(uint8_t *)&policy, sizeof(policy)};
    uint16_t name[64];
    struct key *key;

    wide(alg, name);
    check("create", key_create(&software_provider, name, no_name, 0, 0, &key));
    set(key, "Export Policy", allow);
    return key;
}

static uint32_t export(struct key *key, const char *type, uint8_t blob[BLOB_MAX])
{
    uint16_t name[64];
    uint32_t size;

    wide(type, name);
    check("export", key_export(key, name, &openssl_options, 0, blob, BLOB_MAX, &size));
    return size;
}

static struct key *import(const char *type, struct bytes blob)
{
    uint16_t name[64];
    struct key *key;

    wide(type, name);
    check("import", key_import(&software_provider, name, blob, &openssl_options, no_name, 0, &key));
    return key;
}

static void save(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");

    if (!file || fwrite(data, 1, size, file) != size || fclose(file)) check(path, NTE_FAIL);
}

static struct bytes load(const char *path, uint8_t blob[BLOB_MAX])
{
    struct bytes data = {blob, 0};
    FILE *file;

    if (!(file = fopen(path, "rb"))) check(path, NTE_NOT_FOUND);
    data.size = fread(blob, 1, BLOB_MAX, file);
    fclose(file);
    return data;
}

static void print_secret(struct key *own, struct key *peer)
{
    struct agreement *agreement;
    size_t i;

    check("agree", agreement_make(own, peer, 0, &agreement));
    for (i = 0; i < agreement->z.used; i++) printf("%02x", agreement->z.data[i]);
    putchar('\n');
    object_free(&agreement->object);
    key_free(own);
    key_free(peer);
}

/* --- curves --- */

static void make(const char *curve, const char *path)
{
    struct key *key = create("ECDH");
    uint8_t blob[BLOB_MAX];
    uint16_t name[64];

    set(key, "ECCCurveName", wide(curve, name));
    check("finalize", key_finalize(key, 0));
    save(path, blob, export(key, "PKCS8_PRIVATEKEY", blob));
    key_free(key);
}

static void agree(const char *own, const char *peer)
{
    uint8_t a[BLOB_MAX], b[BLOB_MAX];

    print_secret(import("PKCS8_PRIVATEKEY", load(own, a)), import("PKCS8_PRIVATEKEY", load(peer, b)));
}

/* --- DH: OpenSSL has no file like BCRYPT_DH_KEY_BLOB, and Windows no PKCS #8 for these keys --- */

static void save_dh(struct key *key, const char *path)
{
    uint8_t blob[BLOB_MAX];
    struct reader r = {blob, export(key, "DHPRIVATEBLOB", blob), 0};
    size_t size, whole, algorithm, group, private;
    struct writer w = {0};
    struct bytes p, g;

    read_u32(&r);
    size = read_u32(&r);
    p = read_bytes(&r, size);
    g = read_bytes(&r, size);
    read_bytes(&r, size);

    whole = der_open(&w, DER_SEQUENCE);
    der_write_small(&w, 0);
    algorithm = der_open(&w, DER_SEQUENCE);
    der_write_oid(&w, OID_DH);
    group = der_open(&w, DER_SEQUENCE);
    der_write_unsigned(&w, p);
    der_write_unsigned(&w, g);
    der_close(&w, group);
    der_close(&w, algorithm);
    private = der_open(&w, DER_OCTET_STRING);
    der_write_unsigned(&w, read_bytes(&r, size));
    der_close(&w, private);
    der_close(&w, whole);
    if (r.failed || r.left || w.failed) check("blob", NTE_FAIL);
    save(path, w.data, w.used);
    writer_free(&w);
    key_free(key);
}

static void read_dh(const char *path, uint8_t blob[BLOB_MAX], struct dh_numbers *numbers)
{
    struct bytes data = load(path, blob);
    struct reader r = {data.data, data.size, 0}, whole = der_enter(&r, DER_SEQUENCE), algorithm, group, private;
    char oid[DER_OID_SIZE];

    der_read_small(&whole);
    algorithm = der_enter(&whole, DER_SEQUENCE);
    der_read_oid(&algorithm, oid);
    group = der_enter(&algorithm, DER_SEQUENCE);
    numbers->p = der_read_unsigned(&group);
    numbers->g = der_read_unsigned(&group);
    private = der_enter(&whole, DER_OCTET_STRING);
    numbers->x = der_read_unsigned(&private);
    if (group.failed || private.failed || strcmp(oid, OID_DH)) check(path, NTE_BAD_DATA);
}

static struct key *load_dh(const char *path)
{
    struct dh_numbers numbers = {0};
    struct writer w = {0};
    uint8_t blob[BLOB_MAX];
    struct dh_key *key;
    struct bytes data;
    struct key *result;

    read_dh(path, blob, &numbers);
    check(path, dh_import_private(&numbers, &key));
    check(path, dh_export_private_blob(&key->material, &openssl_options, &w));
    dh_free(key);
    data.data = w.data;
    data.size = w.used;
    result = import("DHPRIVATEBLOB", data);
    writer_free(&w);
    return result;
}

static void make_dh(const char *bits, const char *path)
{
    uint32_t length = strtoul(bits, NULL, 10);
    struct bytes value = {(uint8_t *)&length, sizeof(length)};
    struct key *key = create("DH");

    set(key, "Length", value);
    check("finalize", key_finalize(key, 0));
    save_dh(key, path);
}

static void join(const char *peer, const char *path)
{
    struct dh_numbers numbers = {0};
    struct key *key = create("DH");
    struct writer w = {0};
    uint8_t blob[BLOB_MAX];
    struct dh_key *other;
    struct bytes value;

    read_dh(peer, blob, &numbers);
    check(peer, dh_import_private(&numbers, &other));
    dh_write_parameters(&w, other);
    dh_free(other);
    value.data = w.data;
    value.size = w.used;
    set(key, "DHParameters", value);
    writer_free(&w);
    check("finalize", key_finalize(key, 0));
    save_dh(key, path);
}

int main(int argc, char **argv)
{
    size_t i;

    if (argc == 4 && !strcmp(argv[1], "make")) make(argv[2], argv[3]);
    else if (argc == 4 && !strcmp(argv[1], "with")) agree(argv[2], argv[3]);
    else if (argc == 4 && !strcmp(argv[1], "make-dh")) make_dh(argv[2], argv[3]);
    else if (argc == 4 && !strcmp(argv[1], "join")) join(argv[2], argv[3]);
    else if (argc == 4 && !strcmp(argv[1], "with-dh")) print_secret(load_dh(argv[2]), load_dh(argv[3]));
    else if (argc == 2 && !strcmp(argv[1], "curves"))
        for (i = 0; i < curve_name_count; i++) puts(curve_names[i].name);
    else return 2;
    return 0;
}
