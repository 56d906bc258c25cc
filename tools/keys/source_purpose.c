/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What an elliptic key is for, ECDSA or ECDH. Windows writes it into the PKCS #8 (row 8.34) and takes a key without it
 * for ECDH, which programs that sign refuse. A certificate in the same file says it, too. */
#include <string.h>

#include "base/oid.h"
#include "algorithm.h"
#include "ec/ec.h"
#include "pkcs8_key.h"
#include "source.h"

#define SIGNING (0x80u | 0x40u | 0x04u | 0x02u)     /* signatures, non-repudiation, certificates, lists of them */

/* Extensions (RFC 5280 4.2); 0 when there is no key usage among them. */
static uint32_t read_key_usage(struct reader r)
{
    struct reader list = der_enter(&r, DER_SEQUENCE), extension, value;
    char oid[DER_OID_SIZE];
    struct bytes octets, bits;

    while (!list.failed && list.left)
    {
        extension = der_enter(&list, DER_SEQUENCE);
        der_read_oid(&extension, oid);
        if (der_next_is(&extension, 0x01)) der_read_any(&extension);       /* critical */
        octets = der_read(&extension, DER_OCTET_STRING);
        der_leave(&list, &extension);
        if (list.failed || strcmp(oid, OID_KEY_USAGE)) continue;
        value = (struct reader){octets.data, octets.size, 0};
        bits = der_read(&value, DER_BIT_STRING);
        return bits.size >= 2 ? bits.data[1] : 0;
    }
    return 0;
}

/* The public key of a certificate, and what it is for. */
static int read_certificate(struct bytes der, struct bytes *point, uint32_t *usage)
{
    struct reader r = {der.data, der.size, 0}, outer = der_enter(&r, DER_SEQUENCE);
    struct reader tbs = der_enter(&outer, DER_SEQUENCE), info;
    int i;

    if (der_next_is(&tbs, DER_CONTEXT(0))) der_read_any(&tbs);              /* version */
    der_read(&tbs, DER_INTEGER);
    for (i = 0; i < 4; i++) der_read(&tbs, DER_SEQUENCE);   /* signature algorithm, issuer, validity, subject */
    info = der_enter(&tbs, DER_SEQUENCE);
    der_read_any(&info);
    *point = der_read_bits(&info);
    while (!tbs.failed && tbs.left && !der_next_is(&tbs, DER_CONTEXT(3))) der_read_any(&tbs);
    *usage = tbs.failed || !tbs.left ? 0 : read_key_usage(der_enter(&tbs, DER_CONTEXT(3)));
    return !info.failed;
}

static int is_point_of(const struct ec_key *key, struct bytes point)
{
    size_t size = key->curve->size;

    if (point.size < 1 + size || memcmp(point.data + 1, key->x, size)) return 0;
    if (point.data[0] == 4) return point.size == 1 + 2 * size && !memcmp(point.data + 1 + size, key->y, size);
    return point.size == 1 + size && point.data[0] == (2 | (key->y[size - 1] & 1));
}

/* Of the certificate of this key in the same file; 0 without one, or when it does not say. */
static uint32_t certified_usage(const struct source *source, struct bytes pkcs8)
{
    struct material *material;
    struct bytes point;
    uint32_t usage = 0, found = 0;
    size_t i;

    if (!source->certificate_count || pkcs8_read_plain(pkcs8, &all_algorithms, &material)) return 0;
    for (i = 0; i < source->certificate_count && !found; i++)
        if (read_certificate(source->certificates[i], &point, &usage) &&
            is_point_of((const struct ec_key *)material, point))
            found = usage;
    material->alg->family->free(material);
    return found;
}

static nte_status rewrite(const struct pkcs8_info *info, uint32_t usage, struct writer *w)
{
    const char *group = usage & SIGNING && !(usage & PKCS8_KEY_AGREEMENT) ? "ECDSA" : "ECDH";
    size_t start = der_open(w, DER_SEQUENCE), algorithm;

    der_write_small(w, 0);
    algorithm = der_open(w, DER_SEQUENCE);
    der_write_oid(w, info->oid);
    write_bytes(w, info->parameters.data, info->parameters.left);
    der_close(w, algorithm);
    der_write(w, DER_OCTET_STRING, info->key);
    pkcs8_write_usage(w, group);
    der_close(w, start);
    return w->failed ? NTE_NO_MEMORY : NTE_SUCCESS;
}

int purpose_apply(const struct source *source, struct bytes *pkcs8)
{
    uint32_t usage = source->settings->purpose;
    struct pkcs8_info info;
    struct writer w = {0};
    nte_status status;

    if ((status = pkcs8_read_info(*pkcs8, &info))) return fail_status(status, "%s", source->settings->argument);
    if (strcmp(info.oid, OID_EC))
        return usage ? fail(EXIT_REFUSED, "%s: not an elliptic key; --purpose applies to those only",
                            source->settings->argument) : EXIT_DONE;
    if (!usage && info.usage) return EXIT_DONE;
    if (!usage) usage = certified_usage(source, *pkcs8);
    if (!usage) usage = PKCS8_DIGITAL_SIGNATURE;
    if ((status = rewrite(&info, usage, &w)))
    {
        writer_free(&w);
        return fail_status(status, "%s", source->settings->argument);
    }
    bytes_free(pkcs8);
    *pkcs8 = (struct bytes){w.data, w.used};
    return EXIT_DONE;
}
