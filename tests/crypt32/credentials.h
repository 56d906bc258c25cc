/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a certificate is to Schannel. */
#ifndef CRYPT32_TEST_CREDENTIALS_H
#define CRYPT32_TEST_CREDENTIALS_H

#define SECURITY_WIN32
#include "crypt32_test.h"

#include <security.h>
#include <schannel.h>

/* The status of AcquireCredentialsHandle for a TLS client with that certificate. */
static inline SECURITY_STATUS acquire_credentials(PCCERT_CONTEXT cert)
{
    SCHANNEL_CRED data = { .dwVersion = SCHANNEL_CRED_VERSION, .cCreds = 1, .paCred = &cert };
    CredHandle credentials;
    SECURITY_STATUS status;
    TimeStamp expiry;

    data.dwFlags = SCH_CRED_NO_DEFAULT_CREDS | SCH_CRED_MANUAL_CRED_VALIDATION;
    status = AcquireCredentialsHandleW(NULL, (WCHAR *)UNISP_NAME_W, SECPKG_CRED_OUTBOUND, NULL, &data, NULL, NULL,
                                       &credentials, &expiry);
    if (!status) FreeCredentialsHandle(&credentials);
    return status;
}

#endif
