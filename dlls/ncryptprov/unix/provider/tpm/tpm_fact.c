/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Properties of the provider that say which chip it is, and what it has measured (rows T.14 to T.18). */
#include <stdio.h>

#include "base/der.h"
#include "ec/ec.h"
#include "key/property_value.h"
#include "provider/tpm/tpm_provider.h"
#include "rsa/rsa.h"

#define VERSION "Microsoft Platform Crypto Provider 10.0 (ncrypt for Wine)"

nte_status tpm_get_platform_type(struct object *object, const uint16_t *name, struct writer *w)
{
    struct tpm_version version;
    char text[160];
    nte_status status;

    (void)object, (void)name;
    if ((status = tpm_calls()->version(&version))) return status;
    snprintf(text, sizeof(text), "TPM-Version:2.0 -Level:%u-Revision:%u.%02u-VendorID:'%s'-Firmware:%u.%u",
             version.level, version.revision / 100, version.revision % 100, version.vendor, version.firmware[0],
             version.firmware[1]);
    return put_string(w, text);
}

nte_status tpm_get_provider_version(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name;
    return put_string(w, VERSION);
}

/* --- public keys of the chip, as blobs --- */

static nte_status write_blob(struct bytes public, struct writer *w)
{
    const struct blob_options none = {0};
    struct material *numbers;
    nte_status status;

    if ((status = tpm_public_numbers(NULL, public, &numbers))) return status;
    if (numbers->family == &rsa_family) status = rsa_export_public_blob(numbers, &none, w);
    else status = ec_export_public_blob(numbers, &none, w);
    numbers->family->free(numbers);
    return status;
}

static nte_status put_endorsement(enum tpm_kind kind, struct writer *w)
{
    struct writer public = {0};
    nte_status status;

    status = tpm_calls()->endorsement(kind, &public);
    if (!status && public.failed) status = NTE_NO_MEMORY;
    if (!status) status = write_blob(bytes_of(public.data, public.used), w);
    writer_free(&public);
    return status;
}

nte_status tpm_get_rsa_endorsement(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name;
    return put_endorsement(TPM_RSA, w);
}

nte_status tpm_get_ec_endorsement(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name;
    return put_endorsement(TPM_EC, w);
}

nte_status tpm_get_root(struct object *object, const uint16_t *name, struct writer *w)
{
    struct writer public = {0};
    nte_status status;

    (void)object, (void)name;
    status = tpm_calls()->root(&public);
    if (!status && public.failed) status = NTE_NO_MEMORY;
    if (!status) status = write_blob(bytes_of(public.data, public.used), w);
    writer_free(&public);
    return status;
}

/* --- certificates of these, in DER; the Windows half makes a store of one --- */

/* What is behind it is the rest of the room that it has there. */
static nte_status take_certificate(const struct writer *from, struct writer *w)
{
    struct reader r = {from->data, from->used, 0};
    struct bytes certificate;

    if (from->failed) return NTE_NO_MEMORY;
    if (!from->used || *from->data != DER_SEQUENCE) return NTE_NOT_FOUND;
    certificate = der_read_any(&r);
    if (r.failed) return NTE_BAD_DATA;
    write_bytes(w, from->data, certificate.data + certificate.size - from->data);
    return NTE_SUCCESS;
}

static nte_status put_certificate(enum tpm_kind kind, struct writer *w)
{
    struct writer read = {0};
    nte_status status = tpm_calls()->certificate(kind, &read);

    if (!status) status = take_certificate(&read, w);
    writer_free(&read);
    return status;
}

nte_status tpm_get_rsa_certificate(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name;
    return put_certificate(TPM_RSA, w);
}

nte_status tpm_get_ec_certificate(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name;
    return put_certificate(TPM_EC, w);
}

/* --- what it has measured --- */

/* The bank of SHA-1, as Windows has it unless told otherwise; chips that have none any more have one of SHA-256. */
nte_status tpm_get_pcrs(struct object *object, const uint16_t *name, struct writer *w)
{
    nte_status status;

    (void)object, (void)name;
    status = tpm_calls()->pcrs(TPM_SHA1, w);
    return status == NTE_NOT_SUPPORTED ? tpm_calls()->pcrs(TPM_SHA256, w) : status;
}
