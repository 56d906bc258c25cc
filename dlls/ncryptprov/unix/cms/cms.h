/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PKCS7_ENVELOPE: a PrivateKeyInfo in the EnvelopedData of RFC 5652, its content key under the RSA key of a
 * certificate, which the message names by issuer and serial number. Shared by the files of cms/. */
#ifndef ENGINE_CMS_H
#define ENGINE_CMS_H

#include "base/oid.h"
#include "base/der.h"
#include "family.h"

/* What we need from a certificate; points into the certificate. */
struct cms_certificate
{
    struct bytes issuer;            /* a Name, whole */
    struct bytes serial;            /* an INTEGER, whole */
    struct bytes n, e;              /* size 0: no RSA key */
};

/* der: one certificate, or a serialized store, of which the first is taken (doc/facts/windows-api.md 4.4).
 * NTE_BAD_DATA when it is neither. */
nte_status cms_read_certificate(struct bytes der, struct cms_certificate *certificate);

blob_import cms_import;
blob_export cms_export;

#endif
