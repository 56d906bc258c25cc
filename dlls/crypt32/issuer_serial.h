/* SPDX-License-Identifier: LGPL-2.1-or-later
 * IssuerAndSerialNumber (RFC 5652 10.2.4): how messages name a certificate. For crypt32.dll and mssign32.dll. */
#ifndef CRYPT32_ISSUER_SERIAL_H
#define CRYPT32_ISSUER_SERIAL_H

#include <windows.h>
#include <wincrypt.h>

#include "der.h"

/* issuer: a Name (DER); serial: last byte first, as CERT_INFO has both. */
void append_issuer_serial(const CERT_NAME_BLOB *issuer, const CRYPT_INTEGER_BLOB *serial, struct der *der);

#endif
