/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which key of ours belongs to a certificate, as its property CERT_KEY_PROV_INFO_PROP_ID says. */
#ifndef NCRYPTPROV_CERTIFICATE_KEY_H
#define NCRYPTPROV_CERTIFICATE_KEY_H

#include "ksp.h"

struct certificate_key              /* from CRYPT_KEY_PROV_INFO */
{
    WCHAR *container;               /* the key's name */
    WCHAR *provider;                /* NULL: absent */
    DWORD type, flags;              /* type 0: a CNG provider, else a CSP */
};

/* TRUE if the property names a key of the software provider; an absent provider name also means ours. */
BOOL certificate_key_is_ours(const struct certificate_key *which);

/* NCryptOpenKey for a key that is ours, in the user's or the machine's store as the property says; flags:
 * NCRYPT_SILENT_FLAG or 0. Close it with ksp_object_close. */
SECURITY_STATUS certificate_key_open(NCRYPT_PROV_HANDLE provider, const struct certificate_key *which, DWORD flags,
                                     NCRYPT_KEY_HANDLE *key);

#endif
