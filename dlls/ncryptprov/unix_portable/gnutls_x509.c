/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The RSA key of a certificate (RFC 5280), all that the engine asks GnuTLS about certificates; see portable.h. */
#include <stdlib.h>
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/der.h"
#include "base/oid.h"

struct gnutls_x509_crt_int
{
    uint8_t *copy;                  /* of the whole certificate */
    int is_rsa;
    struct bytes n, e;              /* in the copy */
};

gnutls_free_function gnutls_free = free;

int gnutls_x509_crt_init(gnutls_x509_crt_t *certificate)
{
    return (*certificate = calloc(1, sizeof(**certificate))) ? 0 : GNUTLS_E_MEMORY_ERROR;
}

void gnutls_x509_crt_deinit(gnutls_x509_crt_t certificate)
{
    if (!certificate) return;
    free(certificate->copy);
    free(certificate);
}

/* SubjectPublicKeyInfo. */
static void read_key(struct reader *tbs, gnutls_x509_crt_t certificate)
{
    struct reader info = der_enter(tbs, DER_SEQUENCE), algorithm = der_enter(&info, DER_SEQUENCE), key, numbers;
    struct bytes bits = der_read_bits(&info);
    char oid[DER_OID_SIZE];

    der_read_oid(&algorithm, oid);
    if (!der_done(&algorithm)) der_read_any(&algorithm);            /* parameters */
    der_leave(&info, &algorithm);
    der_leave(tbs, &info);
    if (tbs->failed || strcmp(oid, OID_RSA)) return;
    certificate->is_rsa = 1;
    key.data = bits.data;
    key.left = bits.size;
    key.failed = 0;
    numbers = der_enter(&key, DER_SEQUENCE);
    certificate->n = der_read_unsigned(&numbers);
    certificate->e = der_read_unsigned(&numbers);
    der_leave(&key, &numbers);
    if (!der_done(&key)) tbs->failed = 1;
}

static void read_tbs(struct reader *outer, gnutls_x509_crt_t certificate)
{
    struct reader tbs = der_enter(outer, DER_SEQUENCE);

    if (der_next_is(&tbs, DER_CONTEXT(0))) der_read_any(&tbs);      /* version */
    der_read(&tbs, DER_INTEGER);                                    /* serial number */
    der_read(&tbs, DER_SEQUENCE);                                   /* signature algorithm */
    der_read(&tbs, DER_SEQUENCE);                                   /* issuer */
    der_read(&tbs, DER_SEQUENCE);                                   /* validity */
    der_read(&tbs, DER_SEQUENCE);                                   /* subject */
    read_key(&tbs, certificate);
    while (!tbs.failed && tbs.left) der_read_any(&tbs);             /* unique identifiers, extensions */
    der_leave(outer, &tbs);
}

int gnutls_x509_crt_import(gnutls_x509_crt_t certificate, const gnutls_datum_t *data, gnutls_x509_crt_fmt_t format)
{
    struct reader r = {NULL, data->size, 0}, outer;

    if (format != GNUTLS_X509_FMT_DER || !data->size || certificate->copy) return GNUTLS_E_INVALID_REQUEST;
    if (!(certificate->copy = malloc(data->size))) return GNUTLS_E_MEMORY_ERROR;
    memcpy(certificate->copy, data->data, data->size);
    r.data = certificate->copy;
    outer = der_enter(&r, DER_SEQUENCE);
    read_tbs(&outer, certificate);
    der_read(&outer, DER_SEQUENCE);                                 /* signature algorithm */
    der_read_bits(&outer);
    der_leave(&r, &outer);
    return der_done(&r) ? 0 : GNUTLS_E_ASN1_DER_ERROR;
}

int gnutls_x509_crt_get_pk_algorithm(gnutls_x509_crt_t certificate, unsigned int *bits)
{
    if (bits) *bits = certificate->n.size * 8;
    return certificate->is_rsa ? GNUTLS_PK_RSA : GNUTLS_PK_UNKNOWN;
}

static int copy_number(struct bytes number, gnutls_datum_t *copy)
{
    if (!(copy->data = malloc(number.size))) return GNUTLS_E_MEMORY_ERROR;
    memcpy(copy->data, number.data, number.size);
    copy->size = number.size;
    return 0;
}

int gnutls_x509_crt_get_pk_rsa_raw(gnutls_x509_crt_t certificate, gnutls_datum_t *n, gnutls_datum_t *e)
{
    int error;

    if (!certificate->is_rsa) return GNUTLS_E_INVALID_REQUEST;
    if ((error = copy_number(certificate->n, n))) return error;
    if ((error = copy_number(certificate->e, e))) free(n->data);
    return error;
}
