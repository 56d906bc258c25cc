/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The engine's PKCS#8, for check-pkcs8. Files hold DER.
 *
 *   pkcs8_engine copy IN SECRET OUT SECRET [OID]     import, then export; SECRET - is none; OID of the encryption
 *   pkcs8_engine sign IN SECRET DIGEST SIGNATURE     the digest is a SHA-256; r||s becomes DER
 *   pkcs8_engine public IN SECRET OUT                the public key of curve25519
 *   pkcs8_engine envelop IN CERTIFICATE OID OUT      as PKCS7_ENVELOPE, OID of the content encryption
 *   pkcs8_engine open IN CERTIFICATE KEY OUT         KEY, a PKCS#8, is the recipient's
 *
 * The exit code is 0 when it worked; the status is printed when not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "algorithm.h"
#include "cms/cms.h"
#include "pkcs8_key.h"
#include "rsa/rsa.h"
#include "base/der.h"
#include "ec/ec.h"
#include "family.h"

#define MAX_BYTES 65536

static void fail(const char *what, nte_status status)
{
    fprintf(stderr, "pkcs8_engine: %s: %#x\n", what, (unsigned int)status);
    exit(1);
}

static struct bytes read_file(const char *name)
{
    uint8_t *data = malloc(MAX_BYTES);
    struct bytes bytes = {data, 0};
    FILE *file = fopen(name, "rb");

    if (!file || !data) fail(name, 0);
    bytes.size = fread(data, 1, MAX_BYTES, file);
    fclose(file);
    return bytes;
}

static void write_file(const char *name, const void *data, size_t size)
{
    FILE *file = fopen(name, "wb");

    if (!file || fwrite(data, 1, size, file) != size || fclose(file)) fail(name, 0);
}

static struct blob_options options_for(const char *secret, uint16_t *wide)
{
    struct blob_options options = {.algorithms = &all_algorithms, .rfc8410 = 1};

    if (!strcmp(secret, "-")) return options;
    u16_from_ascii(wide, secret);
    options.has_secret = 1;
    options.secret = wide;
    return options;
}

static struct material *import(const char *name, const char *secret)
{
    struct bytes data = read_file(name);
    struct material *key;
    struct blob_options options;
    uint16_t wide[128];
    nte_status status;

    options = options_for(secret, wide);
    if ((status = pkcs8_import(data, &options, &key))) fail("import", status);
    free((void *)data.data);
    return key;
}

static void copy(char **argv, const char *oid)
{
    struct material *key = import(argv[0], argv[1]);
    struct blob_options options;
    struct writer w = {0};
    uint16_t wide[128];
    nte_status status;

    options = options_for(argv[3], wide);
    options.alg_oid = oid;
    if ((status = pkcs8_export(key, &options, &w)) || w.failed) fail("export", status);
    write_file(argv[2], w.data, w.used);
    writer_free(&w);
    key->alg->family->free(key);
}

static void write_half(struct writer *w, const uint8_t *data, size_t size)
{
    struct bytes number = {data, size};

    der_write_unsigned(w, number);
}

static void write_signature(const char *name, const struct material *key, const uint8_t *data, size_t size)
{
    struct writer w = {0};
    size_t start;

    if (key->alg->family == &rsa_family) write_bytes(&w, data, size);
    else
    {
        start = der_open(&w, DER_SEQUENCE);
        write_half(&w, data, size / 2);
        write_half(&w, data + size / 2, size / 2);
        der_close(&w, start);
    }
    if (w.failed) fail("signature", 0);
    write_file(name, w.data, w.used);
    writer_free(&w);
}

static size_t signature_size(const struct material *key)
{
    const struct family *family = key->alg->family;

    return family->own_signature_length ? family->own_signature_length(key) : family->signature_length(key->bits);
}

static void sign(char **argv)
{
    struct material *key = import(argv[0], argv[1]);
    struct bytes digest = read_file(argv[2]);
    struct padding padding = {0};
    uint8_t signature[2048];
    uint16_t hash[16];
    nte_status status;

    u16_from_ascii(hash, "SHA256");
    if (key->alg->family == &rsa_family)
    {
        padding.scheme = PAD_PKCS1;
        padding.present = 1;
        padding.alg = hash;
    }
    if ((status = key->alg->family->sign(key, &padding, digest, signature))) fail("sign", status);
    write_signature(argv[3], key, signature, signature_size(key));
    key->alg->family->free(key);
    free((void *)digest.data);
}

static void public(char **argv)
{
    struct material *key = import(argv[0], argv[1]);
    const struct ec_key *ec = (const struct ec_key *)key;

    if (key->alg->family != &ec_family) fail("kind of key", 0);
    write_file(argv[2], ec->x, ec->curve->size);
    key->alg->family->free(key);
}

static void envelop(char **argv)
{
    struct material *key = import(argv[0], "-");
    struct blob_options options = {.algorithms = &all_algorithms};
    struct writer w = {0};
    nte_status status;

    options.certificate = read_file(argv[1]);
    options.alg_oid = argv[2];
    if ((status = cms_export(key, &options, &w)) || w.failed) fail("export", status);
    write_file(argv[3], w.data, w.used);
    writer_free(&w);
    key->alg->family->free(key);
    free((void *)options.certificate.data);
}

static void open_envelope(char **argv)
{
    struct material *recipient = import(argv[2], "-"), *key;
    struct bytes data = read_file(argv[0]);
    const struct blob_options none = {.algorithms = &all_algorithms};
    struct blob_options options = {.algorithms = &all_algorithms};
    struct writer w = {0};
    nte_status status;

    options.certificate = read_file(argv[1]);
    options.wrapping = recipient;
    if ((status = cms_import(data, &options, &key))) fail("import", status);
    if ((status = pkcs8_export(key, &none, &w)) || w.failed) fail("export", status);
    write_file(argv[3], w.data, w.used);
    writer_free(&w);
    key->alg->family->free(key);
    recipient->alg->family->free(recipient);
    free((void *)options.certificate.data);
    free((void *)data.data);
}

int main(int argc, char **argv)
{
    if (argc >= 6 && argc <= 7 && !strcmp(argv[1], "copy")) copy(argv + 2, argc == 7 ? argv[6] : NULL);
    else if (argc == 6 && !strcmp(argv[1], "sign")) sign(argv + 2);
    else if (argc == 5 && !strcmp(argv[1], "public")) public(argv + 2);
    else if (argc == 6 && !strcmp(argv[1], "envelop")) envelop(argv + 2);
    else if (argc == 6 && !strcmp(argv[1], "open")) open_envelope(argv + 2);
    else return 2;
    return 0;
}
