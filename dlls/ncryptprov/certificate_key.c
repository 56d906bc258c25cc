/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which key of ours belongs to a certificate; see certificate_key.h. */
#include "certificate_key.h"

BOOL certificate_key_is_ours(const struct certificate_key *which)
{
    if (which->type) return FALSE;
    return !which->provider || !lstrcmpiW(which->provider, MS_KEY_STORAGE_PROVIDER);
}

SECURITY_STATUS certificate_key_open(NCRYPT_PROV_HANDLE provider, const struct certificate_key *which, DWORD flags,
                                     NCRYPT_KEY_HANDLE *key)
{
    return ksp_OpenKey(provider, key, which->container, 0, flags | (which->flags & NCRYPT_MACHINE_KEY_FLAG));
}
