/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of the key store for Wine's Schannel.
 *
 * Up to Wine 11.7 secur32 knows RSA keys of CAPI containers alone: it takes the container's name from the certificate,
 * reads the sealed key out of the registry and unseals it with CryptUnprotectData. For a key of ours it is told the
 * name of a volatile container that holds a token instead of a key, and unsealing the token gives the numbers of the
 * key. They go from the engine to GnuTLS within the process; nothing secret is in the registry. Newer ones ask
 * ncrypt.dll. Nobody else can unseal a token. */
#ifndef CRYPT32_SCHANNEL_H
#define CRYPT32_SCHANNEL_H

#include "bridge.h"

/* Is it Schannel of that kind that calls? */
BOOL is_old_schannel(const void *return_address);

/* Does it ask for a property that needs another answer? */
BOOL schannel_is_caller(PCCERT_CONTEXT cert, DWORD property, const void *return_address);

/* What that Schannel is told: as CertGetCertificateContextProperty. */
BOOL schannel_get_property(PCCERT_CONTEXT cert, DWORD property, void *data, DWORD *size);

#endif
