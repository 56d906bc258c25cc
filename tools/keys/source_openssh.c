/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The keys of OpenSSH (its file PROTOCOL.key), in clear: RSA, DSA and ECDSA. Numbers are big-endian, strings are
 * counted by 32 bits. */
#include <string.h>

#include "base/oid.h"
#include "algorithm.h"
#include "base/der.h"
#include "pkcs8_key.h"
#include "rsa/rsa.h"
#include "source.h"

static const char magic[] = "openssh-key-v1";

int openssh_is(struct bytes data)
{
    return data.size >= sizeof(magic) && !memcmp(data.data, magic, sizeof(magic));
}

static uint32_t read_be32(struct reader *r)
{
    struct bytes four = read_bytes(r, 4);

    if (r->failed) return 0;
    return (uint32_t)four.data[0] << 24 | four.data[1] << 16 | four.data[2] << 8 | four.data[3];
}

static struct bytes read_string(struct reader *r)
{
    return read_bytes(r, read_be32(r));
}

static int is_text(struct bytes string, const char *text)
{
    return string.size == strlen(text) && !memcmp(string.data, text, string.size);
}

static void write_dsa(struct reader *r, struct writer *w)
{
    size_t algorithm = der_open(w, DER_SEQUENCE), part;
    int i;

    der_write_oid(w, OID_DSA);
    part = der_open(w, DER_SEQUENCE);
    for (i = 0; i < 3; i++) der_write_unsigned(w, read_string(r));
    der_close(w, part);
    der_close(w, algorithm);
    read_string(r);
    part = der_open(w, DER_OCTET_STRING);
    der_write_unsigned(w, read_string(r));
    der_close(w, part);
}

static const struct
{
    const char *type, *oid;
} curves[] =
{
    {"ecdsa-sha2-nistp256", OID_P256},
    {"ecdsa-sha2-nistp384", OID_P384},
    {"ecdsa-sha2-nistp521", OID_P521},
};

static void write_ec(struct reader *r, const char *oid, struct writer *w)
{
    size_t start = der_open(w, DER_SEQUENCE), octets;
    struct bytes d;

    der_write_oid(w, OID_EC);
    der_write_oid(w, oid);
    der_close(w, start);
    read_string(r);                 /* the name of the curve again, then the public point */
    read_string(r);
    d = read_string(r);
    octets = der_open(w, DER_OCTET_STRING);
    start = der_open(w, DER_SEQUENCE);
    der_write_small(w, 1);
    der_write(w, DER_OCTET_STRING, d);
    der_close(w, start);
    der_close(w, octets);
}

/* The engine computes the numbers that are not there. */
static nte_status write_rsa(struct reader *r, struct writer *w)
{
    const struct blob_options none = {.algorithms = &all_algorithms};
    struct rsa_numbers numbers = {0};
    struct rsa_key *key;
    nte_status status;

    numbers.n = trim_number(read_string(r));
    numbers.e = trim_number(read_string(r));
    read_string(r);                 /* d, and the inverse of q */
    read_string(r);
    numbers.p = trim_number(read_string(r));
    numbers.q = trim_number(read_string(r));
    if (r->failed) return NTE_BAD_DATA;
    if ((status = rsa_import_private(&numbers, &key))) return status;
    key->material.alg = algorithm_find_ascii("RSA");
    status = pkcs8_write_plain(&key->material, &none, w);
    rsa_free(key);
    return status;
}

static nte_status write_known(struct bytes type, struct reader *r, struct writer *w)
{
    nte_status status = NTE_NOT_SUPPORTED;
    size_t info, i;

    if (is_text(type, "ssh-rsa")) return write_rsa(r, w);
    info = der_open(w, DER_SEQUENCE);
    der_write_small(w, 0);
    if (is_text(type, "ssh-dss"))
    {
        write_dsa(r, w);
        status = NTE_SUCCESS;
    }
    for (i = 0; i < sizeof(curves) / sizeof(*curves); i++)
    {
        if (!is_text(type, curves[i].type)) continue;
        write_ec(r, curves[i].oid, w);
        status = NTE_SUCCESS;
    }
    der_close(w, info);
    return status;
}

/* One key, between two equal random numbers and padding. */
static nte_status write_private(struct bytes list, struct writer *w)
{
    struct reader r = {list.data, list.size, 0};
    uint32_t first = read_be32(&r), second = read_be32(&r);
    struct bytes type = read_string(&r);
    nte_status status;

    if (r.failed || first != second) return NTE_BAD_DATA;
    if ((status = write_known(type, &r, w))) return status;
    read_string(&r);                /* the comment */
    return r.failed ? NTE_BAD_DATA : NTE_SUCCESS;
}

int openssh_wrap(const struct source *source, struct bytes data, struct writer *w)
{
    struct reader r = {data.data + sizeof(magic), data.size - sizeof(magic), 0};
    struct bytes cipher = read_string(&r);
    const char *path = source->settings->argument;
    nte_status status = NTE_BAD_DATA;
    uint32_t count;

    read_string(&r);                /* the key derivation, and its parameters */
    read_string(&r);
    count = read_be32(&r);
    if (!r.failed && !is_text(cipher, "none"))
        return fail(EXIT_FAILED, "%s: an encrypted OpenSSH key; ssh-keygen -p -m PKCS8 -f COPY turns a copy of it "
                    "into PKCS #8, which may have a password too", path);
    read_string(&r);                /* the public key */
    if (!r.failed && count == 1) status = write_private(read_string(&r), w);
    if (status == NTE_NOT_SUPPORTED)
        return fail(EXIT_FAILED, "%s: an OpenSSH key of a kind that Windows does not have", path);
    return status ? fail_status(status, "%s", path) : EXIT_DONE;
}
