/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The public key of a certificate (RFC 5280), for tokens that show nothing else before somebody logs in. */
#include <string.h>

#include "base/der.h"
#include "base/oid.h"
#include "provider/pkcs11/token_provider.h"

static nte_status read_rsa(struct bytes key, struct token_found *found)
{
    struct reader r = {key.data, key.size, 0}, numbers = der_enter(&r, DER_SEQUENCE);

    found->type = TOKEN_RSA;
    found->n = der_read_unsigned(&numbers);
    found->e = der_read_unsigned(&numbers);
    der_leave(&r, &numbers);
    return der_done(&r) ? NTE_SUCCESS : NTE_BAD_DATA;
}

static nte_status read_key(struct reader *info, struct token_found *found)
{
    struct reader algorithm = der_enter(info, DER_SEQUENCE);
    struct bytes key = der_read_bits(info);
    char oid[DER_OID_SIZE];

    der_read_oid(&algorithm, oid);
    if (algorithm.failed || info->failed) return NTE_BAD_DATA;
    if (!strcmp(oid, OID_RSA)) return read_rsa(key, found);
    if (strcmp(oid, OID_EC)) return NTE_NOT_SUPPORTED;
    found->type = TOKEN_EC;
    found->curve = der_read_any(&algorithm);
    found->point = key;
    return algorithm.failed ? NTE_BAD_DATA : NTE_SUCCESS;
}

/* In the body of a certificate: number, signature, issuer and validity are before the subject. */
static struct bytes read_subject(struct reader *tbs)
{
    int i;

    if (der_next_is(tbs, DER_CONTEXT(0))) der_read_any(tbs);        /* version */
    for (i = 0; i < 4; i++) der_read_any(tbs);
    return der_read_any(tbs);
}

nte_status token_certificate_read(struct bytes der, struct token_found *found)
{
    struct reader r = {der.data, der.size, 0}, outer = der_enter(&r, DER_SEQUENCE);
    struct reader tbs = der_enter(&outer, DER_SEQUENCE), info;

    read_subject(&tbs);
    info = der_enter(&tbs, DER_SEQUENCE);
    return tbs.failed ? NTE_BAD_DATA : read_key(&info, found);
}

struct bytes token_certificate_subject(struct bytes der)
{
    struct reader r = {der.data, der.size, 0}, outer = der_enter(&r, DER_SEQUENCE);
    struct reader tbs = der_enter(&outer, DER_SEQUENCE);
    struct bytes subject = read_subject(&tbs);

    return tbs.failed ? bytes_of(NULL, 0) : subject;
}
