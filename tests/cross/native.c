/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The native side of the cross-checks: turns key blobs of bcrypt.h into PEM and back, EC signatures from r||s into
 * DER and back, and does with GnuTLS what openssl does from the command line. Files hold plain bytes.
 *
 *   native public-to-pem BLOB PEM            native private-to-pem BLOB PEM
 *   native pem-to-private PEM BLOB [ECDH]    an EC key becomes one of ECDSA, or of ECDH
 *   native rs-to-der SIGNATURE DER           native der-to-rs DER SIGNATURE BYTES       BYTES of each number
 *   native sign PEM SCHEME HASH DIGEST SIGNATURE
 *   native verify PEM SCHEME HASH DIGEST SIGNATURE
 *   native encrypt PEM INPUT OUTPUT          native decrypt PEM INPUT OUTPUT            PKCS #1 v1.5
 *
 * SCHEME: pkcs1, pss, ecdsa (DER). HASH: sha1, sha256, ..., or - (PKCS #1 v1.5 of the bytes as they are). The exit
 * code is 0 when it worked, or when the signature is right. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#define MAX_BYTES 65536

static void fail(const char *what, int error)
{
    fprintf(stderr, "native: %s: %s\n", what, error ? gnutls_strerror(error) : "failed");
    exit(1);
}

static void check(const char *what, int error)
{
    if (error < 0) fail(what, error);
}

static gnutls_datum_t read_file(const char *name)
{
    gnutls_datum_t datum = { malloc(MAX_BYTES + 1), 0 };
    FILE *file = fopen(name, "rb");

    if (!file || !datum.data) fail(name, 0);
    datum.size = fread(datum.data, 1, MAX_BYTES, file);
    datum.data[datum.size] = 0;
    fclose(file);
    return datum;
}

static void write_file(const char *name, const void *data, size_t size)
{
    FILE *file = fopen(name, "wb");

    if (!file || fwrite(data, 1, size, file) != size || fclose(file)) fail(name, 0);
}

/* --- blobs --- */

#define MAGIC(a, b, c, d) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

static const struct
{
    gnutls_ecc_curve_t curve;
    unsigned int size;
    char digit;                     /* of the public magic; the private one is the next */
}
curves[] =
{
    { GNUTLS_ECC_CURVE_SECP256R1, 32, '1' },
    { GNUTLS_ECC_CURVE_SECP384R1, 48, '3' },
    { GNUTLS_ECC_CURVE_SECP521R1, 66, '5' },
};

static uint32_t get_u32(const gnutls_datum_t *blob, unsigned int index)
{
    if (4 * index + 4 > blob->size) fail("blob", 0);
    return MAGIC(blob->data[4 * index], blob->data[4 * index + 1], blob->data[4 * index + 2],
                 blob->data[4 * index + 3]);
}

/* Cuts the next number off a blob. */
static gnutls_datum_t take(const gnutls_datum_t *blob, unsigned int *offset, unsigned int size)
{
    gnutls_datum_t number = { blob->data + *offset, size };

    if (size > blob->size - *offset) fail("blob", 0);
    *offset += size;
    return number;
}

static unsigned int find_curve(const gnutls_datum_t *blob)
{
    unsigned int i;

    for (i = 0; i < sizeof(curves) / sizeof(*curves); i++)
        if (curves[i].size == get_u32(blob, 1)) return i;
    fail("curve", 0);
    return 0;
}

static void write_pem(const char *name, gnutls_datum_t *pem)
{
    write_file(name, pem->data, pem->size);
    gnutls_free(pem->data);
}

static void public_to_pem(char **args)
{
    gnutls_datum_t blob = read_file(args[0]), e, n, x, y, pem;
    unsigned int offset;
    gnutls_pubkey_t key;

    check("key", gnutls_pubkey_init(&key));
    if (get_u32(&blob, 0) == MAGIC('R', 'S', 'A', '1'))
    {
        offset = 24;
        e = take(&blob, &offset, get_u32(&blob, 2));
        n = take(&blob, &offset, get_u32(&blob, 3));
        check("RSA key", gnutls_pubkey_import_rsa_raw(key, &n, &e));
    }
    else
    {
        offset = 8;
        x = take(&blob, &offset, get_u32(&blob, 1));
        y = take(&blob, &offset, get_u32(&blob, 1));
        check("EC key", gnutls_pubkey_import_ecc_raw(key, curves[find_curve(&blob)].curve, &x, &y));
    }
    check("PEM", gnutls_pubkey_export2(key, GNUTLS_X509_FMT_PEM, &pem));
    write_pem(args[1], &pem);
}

static void private_to_pem(char **args)
{
    gnutls_datum_t blob = read_file(args[0]), e, n, p, q, dp, dq, u, d, x, y, pem;
    gnutls_x509_privkey_t key;
    unsigned int offset;

    check("key", gnutls_x509_privkey_init(&key));
    if (get_u32(&blob, 0) == MAGIC('R', 'S', 'A', '3'))
    {
        offset = 24;
        e = take(&blob, &offset, get_u32(&blob, 2));
        n = take(&blob, &offset, get_u32(&blob, 3));
        p = take(&blob, &offset, get_u32(&blob, 4));
        q = take(&blob, &offset, get_u32(&blob, 5));
        dp = take(&blob, &offset, get_u32(&blob, 4));
        dq = take(&blob, &offset, get_u32(&blob, 5));
        u = take(&blob, &offset, get_u32(&blob, 4));
        d = take(&blob, &offset, get_u32(&blob, 3));
        check("RSA key", gnutls_x509_privkey_import_rsa_raw2(key, &n, &e, &d, &p, &q, &u, &dp, &dq));
    }
    else
    {
        offset = 8;
        x = take(&blob, &offset, get_u32(&blob, 1));
        y = take(&blob, &offset, get_u32(&blob, 1));
        d = take(&blob, &offset, get_u32(&blob, 1));
        check("EC key", gnutls_x509_privkey_import_ecc_raw(key, curves[find_curve(&blob)].curve, &x, &y, &d));
    }
    check("private numbers", gnutls_x509_privkey_verify_params(key));
    check("PEM", gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem));
    write_pem(args[1], &pem);
}

struct blob
{
    uint8_t data[MAX_BYTES];
    size_t size;
};

static void add_u32(struct blob *blob, uint32_t value)
{
    int i;

    for (i = 0; i < 4; i++) blob->data[blob->size++] = value >> (8 * i);
}

/* size bytes, with leading zeros; size 0: as many as the number has. Returns the size. */
static unsigned int add_number(struct blob *blob, gnutls_datum_t number, unsigned int size)
{
    while (number.size && !*number.data)
    {
        number.data++;
        number.size--;
    }
    if (!size) size = number.size;
    if (number.size > size) fail("number", 0);
    memset(blob->data + blob->size, 0, size - number.size);
    memcpy(blob->data + blob->size + size - number.size, number.data, number.size);
    blob->size += size;
    return size;
}

/* RSAPRIVATEBLOB or ECCPRIVATEBLOB */
static void pem_to_private(char **args)
{
    gnutls_datum_t pem = read_file(args[0]), e, n, p, q, x, y, k;
    static struct blob blob, numbers;
    gnutls_x509_privkey_t key;
    gnutls_ecc_curve_t curve;
    unsigned int i, sizes[4];
    const char *group = args[2] ? "ECK" : "ECS";

    check("key", gnutls_x509_privkey_init(&key));
    check("PEM", gnutls_x509_privkey_import2(key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0));
    if (gnutls_x509_privkey_get_pk_algorithm(key) == GNUTLS_PK_RSA)
    {
        check("RSA key", gnutls_x509_privkey_export_rsa_raw2(key, &n, &e, NULL, &p, &q, NULL, NULL, NULL));
        sizes[0] = add_number(&numbers, e, 0);
        sizes[1] = add_number(&numbers, n, 0);
        sizes[2] = add_number(&numbers, p, 0);
        sizes[3] = add_number(&numbers, q, 0);
        add_u32(&blob, MAGIC('R', 'S', 'A', '2'));
        add_u32(&blob, 8 * sizes[1]);
        for (i = 0; i < 4; i++) add_u32(&blob, sizes[i]);
    }
    else
    {
        check("EC key", gnutls_x509_privkey_export_ecc_raw(key, &curve, &x, &y, &k));
        for (i = 0; i < sizeof(curves) / sizeof(*curves) && curves[i].curve != curve; i++);
        if (i == sizeof(curves) / sizeof(*curves)) fail("curve", 0);
        add_number(&numbers, x, curves[i].size);
        add_number(&numbers, y, curves[i].size);
        add_number(&numbers, k, curves[i].size);
        add_u32(&blob, MAGIC(group[0], group[1], group[2], curves[i].digit + 1));
        add_u32(&blob, curves[i].size);
    }
    memcpy(blob.data + blob.size, numbers.data, numbers.size);
    write_file(args[1], blob.data, blob.size + numbers.size);
}

/* --- EC signatures --- */

static void rs_to_der(char **args)
{
    gnutls_datum_t rs = read_file(args[0]), r, s, der;

    r.data = rs.data;
    s.data = rs.data + rs.size / 2;
    r.size = s.size = rs.size / 2;
    check("signature", gnutls_encode_rs_value(&der, &r, &s));
    write_file(args[1], der.data, der.size);
}

static void der_to_rs(char **args)
{
    gnutls_datum_t der = read_file(args[0]), r, s;
    unsigned int size = strtoul(args[2], NULL, 10);
    static struct blob rs;

    check("signature", gnutls_decode_rs_value(&der, &r, &s));
    add_number(&rs, r, size);
    add_number(&rs, s, size);
    write_file(args[1], rs.data, rs.size);
}

/* --- operations --- */

static gnutls_privkey_t load_private(const char *name)
{
    gnutls_datum_t pem = read_file(name);
    gnutls_privkey_t key;

    check("key", gnutls_privkey_init(&key));
    check("PEM", gnutls_privkey_import_x509_raw(key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0));
    return key;
}

static gnutls_pubkey_t load_public(const char *name)
{
    gnutls_datum_t pem = read_file(name);
    gnutls_pubkey_t key;

    check("key", gnutls_pubkey_init(&key));
    check("PEM", gnutls_pubkey_import(key, &pem, GNUTLS_X509_FMT_PEM));
    return key;
}

static gnutls_sign_algorithm_t find_algorithm(const char *scheme, const char *hash)
{
    static const gnutls_pk_algorithm_t keys[] = { GNUTLS_PK_RSA, GNUTLS_PK_RSA_PSS, GNUTLS_PK_ECDSA };
    static const char *schemes[] = { "pkcs1", "pss", "ecdsa" };
    unsigned int i;

    for (i = 0; i < 3 && strcmp(scheme, schemes[i]); i++);
    if (i == 3) fail(scheme, 0);
    return gnutls_pk_to_sign(keys[i], gnutls_digest_get_id(hash));
}

static void sign(char **args)
{
    gnutls_datum_t digest = read_file(args[3]), signature;
    gnutls_privkey_t key = load_private(args[0]);
    int bare = !strcmp(args[2], "-");

    if (bare)
        check("sign", gnutls_privkey_sign_hash(key, 0, GNUTLS_PRIVKEY_SIGN_FLAG_TLS1_RSA, &digest, &signature));
    else
        check("sign", gnutls_privkey_sign_hash2(key, find_algorithm(args[1], args[2]), 0, &digest, &signature));
    write_file(args[4], signature.data, signature.size);
}

static void verify(char **args)
{
    gnutls_datum_t digest = read_file(args[3]), signature = read_file(args[4]);
    unsigned int flags = GNUTLS_VERIFY_ALLOW_BROKEN;
    gnutls_sign_algorithm_t alg = GNUTLS_SIGN_UNKNOWN;
    gnutls_pubkey_t key = load_public(args[0]);

    if (!strcmp(args[2], "-")) flags |= GNUTLS_VERIFY_USE_TLS1_RSA;
    else alg = find_algorithm(args[1], args[2]);
    check("verify", gnutls_pubkey_verify_hash2(key, alg, flags, &digest, &signature));
}

static void encrypt(char **args)
{
    gnutls_datum_t input = read_file(args[1]), output;

    check("encrypt", gnutls_pubkey_encrypt_data(load_public(args[0]), 0, &input, &output));
    write_file(args[2], output.data, output.size);
}

static void decrypt(char **args)
{
    gnutls_datum_t input = read_file(args[1]), output;

    check("decrypt", gnutls_privkey_decrypt_data(load_private(args[0]), 0, &input, &output));
    write_file(args[2], output.data, output.size);
}

static const struct
{
    const char *name;
    int least, most;                /* arguments */
    void (*run)(char **args);
}
commands[] =
{
    { "public-to-pem", 2, 2, public_to_pem }, { "private-to-pem", 2, 2, private_to_pem },
    { "pem-to-private", 2, 3, pem_to_private }, { "rs-to-der", 2, 2, rs_to_der }, { "der-to-rs", 3, 3, der_to_rs },
    { "sign", 5, 5, sign }, { "verify", 5, 5, verify }, { "encrypt", 3, 3, encrypt }, { "decrypt", 3, 3, decrypt },
};

int main(int argc, char **argv)
{
    unsigned int i;

    for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
    {
        if (argc < 2 || strcmp(argv[1], commands[i].name)) continue;
        if (argc - 2 < commands[i].least || argc - 2 > commands[i].most) break;
        commands[i].run(argv + 2);
        return 0;
    }
    fprintf(stderr, "Usage: see the top of native.c\n");
    return 2;
}
