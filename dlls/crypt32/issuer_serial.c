/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Certificates by their issuer and serial number, as messages name them. */
#include "issuer_serial.h"

void append_issuer_serial(const CERT_NAME_BLOB *issuer, const CRYPT_INTEGER_BLOB *serial, struct der *der)
{
    DWORD start = der->used, number, i = serial->cbData;

    der_bytes(der, issuer->pbData, issuer->cbData);
    number = der->used;
    while (i) der_bytes(der, &serial->pbData[--i], 1);
    der_wrap(der, DER_INTEGER, number);
    der_wrap(der, DER_SEQUENCE, start);
}
