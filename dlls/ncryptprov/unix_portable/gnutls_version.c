/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which GnuTLS this is, and its FIPS mode: none; see portable.h. */
#include <gnutls/gnutls.h>
#include <nettle/version.h>

#define TEXT(number) TEXT_OF(number)
#define TEXT_OF(number) #number

/* What `ncrypt-wine verify` shows as the version of GnuTLS. */
const char *gnutls_check_version(const char *required)
{
    return required ? NULL : "(nettle " TEXT(NETTLE_VERSION_MAJOR) "." TEXT(NETTLE_VERSION_MINOR) ")";
}

unsigned gnutls_fips140_mode_enabled(void)
{
    return GNUTLS_FIPS140_DISABLED;
}

void gnutls_fips140_set_mode(gnutls_fips_mode_t mode, unsigned flags)
{
    (void)mode;
    (void)flags;
}
