/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PKCS7_ENVELOPE in and out; see cms.h. */
#include <string.h>

#include "base/oid.h"
#include "crypto/whole_cipher.h"
#include "cms/cms.h"
#include "pkcs8_key.h"
#include "base/random.h"
#include "rsa/rsa.h"

/* --- reading --- */

struct envelope
{
    struct reader recipients;
    const struct bulk_cipher *cipher;
    struct bytes iv, content;
};

static nte_status read_content(struct reader *r, struct envelope *envelope)
{
    struct reader info = der_enter(r, DER_SEQUENCE), algorithm;
    char type[DER_OID_SIZE], oid[DER_OID_SIZE];

    der_read_oid(&info, type);
    algorithm = der_enter(&info, DER_SEQUENCE);
    der_read_oid(&algorithm, oid);
    if (algorithm.failed) return NTE_BAD_DATA;
    if (strcmp(type, OID_DATA) || !(envelope->cipher = bulk_find(oid))) return NTE_NOT_SUPPORTED;
    envelope->iv = der_read(&algorithm, DER_OCTET_STRING);
    der_leave(&info, &algorithm);
    envelope->content = der_read(&info, DER_IMPLICIT(0));
    der_leave(r, &info);
    return r->failed || envelope->iv.size != envelope->cipher->block_size ? NTE_BAD_DATA : NTE_SUCCESS;
}

static nte_status read_envelope(struct bytes data, struct envelope *envelope)
{
    struct reader r = {data.data, data.size, 0}, info = der_enter(&r, DER_SEQUENCE), explicit, enveloped;
    char oid[DER_OID_SIZE];
    nte_status status;

    der_read_oid(&info, oid);
    if (info.failed) return NTE_BAD_DATA;
    if (strcmp(oid, OID_ENVELOPED_DATA)) return NTE_NOT_SUPPORTED;
    explicit = der_enter(&info, DER_CONTEXT(0));
    enveloped = der_enter(&explicit, DER_SEQUENCE);
    der_read_small(&enveloped);     /* the version follows from the rest */
    if (der_next_is(&enveloped, DER_CONTEXT(0))) der_read_any(&enveloped);      /* originator */
    envelope->recipients = der_enter(&enveloped, DER_SET);
    if ((status = read_content(&enveloped, envelope))) return status;
    if (der_next_is(&enveloped, DER_CONTEXT(1))) der_read_any(&enveloped);      /* attributes */
    der_leave(&explicit, &enveloped);
    der_leave(&info, &explicit);
    der_leave(&r, &info);
    return der_done(&r) ? NTE_SUCCESS : NTE_BAD_DATA;
}

static int same(struct bytes a, struct bytes b)
{
    return a.size == b.size && a.size && !memcmp(a.data, b.data, a.size);
}

/* *found: the recipient is the certificate. Other recipients are skipped. */
static void read_recipient(struct reader *r, const struct cms_certificate *certificate, struct bytes *key,
                           int *found)
{
    struct reader info = der_enter(r, DER_SEQUENCE), id, algorithm;
    struct bytes issuer, serial;
    char oid[DER_OID_SIZE];

    der_read_small(&info);
    if (!der_next_is(&info, DER_SEQUENCE)) return;          /* not by issuer and serial number */
    id = der_enter(&info, DER_SEQUENCE);
    issuer = der_read_any(&id);
    serial = der_read_any(&id);
    der_leave(&info, &id);
    algorithm = der_enter(&info, DER_SEQUENCE);
    der_read_oid(&algorithm, oid);
    if (strcmp(oid, OID_RSA)) return;
    *key = der_read(&info, DER_OCTET_STRING);
    if (!der_done(&info)) r->failed = 1;
    *found = same(issuer, certificate->issuer) && same(serial, certificate->serial);
}

/* NTE_NOT_FOUND: the message is not for this certificate. */
static nte_status find_recipient(const struct envelope *envelope, const struct blob_options *options, struct bytes *key)
{
    struct reader all = envelope->recipients, next;
    struct cms_certificate certificate;
    struct bytes element;
    nte_status status;
    int found = 0;

    if ((status = cms_read_certificate(options->certificate, &certificate))) return status;
    while (!all.failed && all.left && !found)
    {
        element = der_read_any(&all);
        next.data = element.data;
        next.left = element.size;
        next.failed = 0;
        if (!der_next_is(&next, DER_SEQUENCE)) continue;    /* agreed keys, passwords */
        read_recipient(&next, &certificate, key, &found);
        if (next.failed) return NTE_BAD_DATA;
    }
    if (all.failed) return NTE_BAD_DATA;
    return found ? NTE_SUCCESS : NTE_NOT_FOUND;
}

/* Removes the PKCS#1 padding from a message of key_size bytes, or leaves key unchanged, in the same time: the author of
 * a forged message learns only that the content does not decrypt. em: k bytes. */
static void take_key(const uint8_t *em, size_t k, uint8_t *key, size_t key_size)
{
    uint32_t wrong = em[0] | (em[1] ^ 2u) | em[k - key_size - 1];
    size_t i;

    for (i = 2; i < k - key_size - 1; i++) wrong |= (em[i] - 1u) >> 31;
    wrong = 0u - ((wrong | (0u - wrong)) >> 31);
    __asm__("" : "+r" (wrong));
    for (i = 0; i < key_size; i++) key[i] = (key[i] & wrong) | (em[k - key_size + i] & ~wrong);
}

static nte_status unwrap(const struct rsa_key *rsa, struct bytes wrapped, uint8_t *key, size_t key_size)
{
    struct random_source random = {.for_key = 1};
    uint8_t *em;
    nte_status status;

    if (wrapped.size != rsa->n_size || rsa->n_size < key_size + 11) return NTE_BAD_DATA;
    random_fill(&random, key_size, key);
    if (random.failed) return NTE_INTERNAL_ERROR;
    if (!(em = secret_alloc(rsa->n_size))) return NTE_NO_MEMORY;
    status = rsa_private(rsa, wrapped.data, em);
    if (!status) take_key(em, rsa->n_size, key, key_size);
    secret_free(em);
    return status == NTE_INVALID_PARAMETER ? NTE_BAD_DATA : status;
}

static nte_status open_content(const struct envelope *envelope, const struct algorithm_list *algorithms,
                               const uint8_t *key, struct material **material)
{
    struct bytes plain = {NULL, 0};
    uint8_t *buffer;
    nte_status status;

    if (!(buffer = secret_alloc(envelope->content.size))) return NTE_NO_MEMORY;
    plain.data = buffer;
    status = bulk_decrypt(envelope->cipher, key, envelope->iv.data, envelope->content, buffer, &plain.size);
    if (!status) status = pkcs8_read_plain(plain, algorithms, material);
    secret_free(buffer);
    return status;
}

/* options: certificate, and wrapping, which is its private key. */
nte_status cms_import(struct bytes data, const struct blob_options *options, struct material **material)
{
    uint8_t key[BULK_MAX_KEY];
    struct envelope envelope;
    struct bytes wrapped;
    nte_status status;

    if (!options->certificate.size || !options->wrapping) return NTE_INVALID_PARAMETER;
    if (options->wrapping->family != &rsa_family || !options->wrapping->has_private) return NTE_NOT_SUPPORTED;
    if ((status = read_envelope(data, &envelope))) return status;
    if ((status = find_recipient(&envelope, options, &wrapped))) return status;
    status = unwrap((const struct rsa_key *)options->wrapping, wrapped, key, envelope.cipher->key_size);
    if (!status) status = open_content(&envelope, options->algorithms, key, material);
    wipe(key, sizeof(key));
    return status;
}

/* --- writing --- */

struct content_key
{
    uint8_t key[BULK_MAX_KEY], iv[BULK_MAX_BLOCK];
};

/* The content key, encrypted to the recipient: n_size bytes. */
static nte_status wrap(const struct cms_certificate *certificate, struct bytes key, struct writer *w)
{
    struct padding padding = {.scheme = PAD_PKCS1};
    struct rsa_numbers numbers = {0};
    struct rsa_key *rsa;
    uint32_t size;
    uint8_t *output;
    nte_status status;

    numbers.n = certificate->n;
    numbers.e = certificate->e;
    if ((status = rsa_import_public(&numbers, &rsa))) return status;
    size = rsa->n_size;
    output = write_space(w, size);
    status = output ? rsa_family.encrypt(&rsa->material, &padding, key, output, size, &size) : NTE_NO_MEMORY;
    rsa_free(rsa);
    return status;
}

static nte_status write_recipient(struct writer *w, const struct cms_certificate *certificate, struct bytes key)
{
    size_t set = der_open(w, DER_SET), info = der_open(w, DER_SEQUENCE), part;
    nte_status status;

    der_write_small(w, 0);
    part = der_open(w, DER_SEQUENCE);
    write_bytes(w, certificate->issuer.data, certificate->issuer.size);
    write_bytes(w, certificate->serial.data, certificate->serial.size);
    der_close(w, part);
    part = der_open(w, DER_SEQUENCE);
    der_write_oid(w, OID_RSA);
    der_write_null(w);
    der_close(w, part);
    part = der_open(w, DER_OCTET_STRING);
    status = wrap(certificate, key, w);
    der_close(w, part);
    der_close(w, info);
    der_close(w, set);
    return status;
}

static nte_status write_content(struct writer *w, const char *oid, const struct content_key *made,
                                struct bytes plain)
{
    const struct bulk_cipher *cipher = bulk_find(oid);
    struct bytes iv = {made->iv, cipher->block_size};
    size_t info = der_open(w, DER_SEQUENCE), part;
    uint8_t *output;
    nte_status status;

    der_write_oid(w, OID_DATA);
    part = der_open(w, DER_SEQUENCE);
    der_write_oid(w, oid);
    der_write(w, DER_OCTET_STRING, iv);
    der_close(w, part);
    part = der_open(w, DER_IMPLICIT(0));
    output = write_space(w, bulk_encrypted_size(cipher, plain.size));
    status = output ? bulk_encrypt(cipher, made->key, made->iv, plain, output) : NTE_NO_MEMORY;
    der_close(w, part);
    der_close(w, info);
    return status;
}

static nte_status write_envelope(struct writer *w, const struct cms_certificate *certificate, const char *oid,
                                 const struct content_key *made, struct bytes plain)
{
    struct bytes key = {made->key, bulk_find(oid)->key_size};
    size_t info = der_open(w, DER_SEQUENCE), explicit, enveloped;
    nte_status status;

    der_write_oid(w, OID_ENVELOPED_DATA);
    explicit = der_open(w, DER_CONTEXT(0));
    enveloped = der_open(w, DER_SEQUENCE);
    der_write_small(w, 0);
    status = write_recipient(w, certificate, key);
    if (!status) status = write_content(w, oid, made, plain);
    der_close(w, enveloped);
    der_close(w, explicit);
    der_close(w, info);
    return status;
}

/* options: certificate, alg_oid of the content encryption. */
nte_status cms_export(const struct material *material, const struct blob_options *options, struct writer *w)
{
    struct random_source random = {.for_key = 1};
    struct cms_certificate certificate;
    struct content_key made;
    struct writer plain = {0};
    struct bytes data;
    nte_status status;

    if (!options->certificate.size || !options->alg_oid) return NTE_INVALID_PARAMETER;
    if (options->wrapping || options->alg_param.size || !bulk_find(options->alg_oid)) return NTE_NOT_SUPPORTED;
    if ((status = cms_read_certificate(options->certificate, &certificate))) return status;
    if (!certificate.n.size) return NTE_NOT_SUPPORTED;
    random_fill(&random, sizeof(made), (uint8_t *)&made);
    if (random.failed) return NTE_INTERNAL_ERROR;
    status = pkcs8_write_plain(material, options, &plain);
    if (!status && plain.failed) status = NTE_NO_MEMORY;
    data.data = plain.data;
    data.size = plain.used;
    if (!status) status = write_envelope(w, &certificate, options->alg_oid, &made, data);
    writer_free(&plain);
    wipe(&made, sizeof(made));
    return status;
}
