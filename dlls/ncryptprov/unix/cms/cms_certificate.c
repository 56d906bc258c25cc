/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The few fields of a certificate (RFC 5280) that a message to its holder needs; see cms.h. */
#include <string.h>

#include "base/oid.h"
#include "cms/cms.h"

/* CertSaveStore as CERT_STORE_SAVE_AS_STORE writes: a header of version 0 and "CERT", then elements of id, encoding,
 * length and content. 32 is a certificate, preceded by its properties; 0 is the end. */
#define STORE_MAGIC 0x54524543u
#define STORE_CERTIFICATE 32

static int is_store(struct bytes data)
{
    struct reader r = {data.data, data.size, 0};

    return !read_u32(&r) && read_u32(&r) == STORE_MAGIC;
}

static struct bytes first_of_store(struct bytes data)
{
    static const struct bytes nothing;
    struct reader r = {data.data + 8, data.size - 8, 0};
    struct bytes content;
    uint32_t id;

    while ((id = read_u32(&r)))
    {
        read_u32(&r);
        content = read_bytes(&r, read_u32(&r));
        if (r.failed) break;
        if (id == STORE_CERTIFICATE) return content;
    }
    return nothing;
}

/* SubjectPublicKeyInfo; n and e stay empty for other algorithms. */
static void read_public_key(struct reader *r, struct cms_certificate *certificate)
{
    struct reader info = der_enter(r, DER_SEQUENCE), algorithm = der_enter(&info, DER_SEQUENCE), key, numbers;
    struct bytes bits = der_read_bits(&info);
    char oid[DER_OID_SIZE];

    der_read_oid(&algorithm, oid);
    der_leave(r, &info);
    if (strcmp(oid, OID_RSA)) return;
    key.data = bits.data;
    key.left = bits.size;
    key.failed = 0;
    numbers = der_enter(&key, DER_SEQUENCE);
    certificate->n = der_read_unsigned(&numbers);
    certificate->e = der_read_unsigned(&numbers);
    der_leave(&key, &numbers);
    if (!der_done(&key)) r->failed = 1;
}

nte_status cms_read_certificate(struct bytes der, struct cms_certificate *certificate)
{
    struct bytes one = is_store(der) ? first_of_store(der) : der;
    struct reader r = {one.data, one.size, 0}, outer = der_enter(&r, DER_SEQUENCE);
    struct reader tbs = der_enter(&outer, DER_SEQUENCE);

    memset(certificate, 0, sizeof(*certificate));
    if (der_next_is(&tbs, DER_CONTEXT(0))) der_read_any(&tbs);      /* version */
    if (!der_next_is(&tbs, DER_INTEGER)) return NTE_BAD_DATA;
    certificate->serial = der_read_any(&tbs);
    der_read(&tbs, DER_SEQUENCE);                                   /* signature algorithm */
    if (!der_next_is(&tbs, DER_SEQUENCE)) return NTE_BAD_DATA;
    certificate->issuer = der_read_any(&tbs);
    der_read(&tbs, DER_SEQUENCE);                                   /* validity */
    der_read(&tbs, DER_SEQUENCE);                                   /* subject */
    read_public_key(&tbs, certificate);
    return tbs.failed || outer.failed ? NTE_BAD_DATA : NTE_SUCCESS;
}
