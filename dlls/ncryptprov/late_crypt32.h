/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Functions of crypt32.dll, which is loaded when one is first needed: few programs do, and crypt32.dll itself loads
 * ncrypt.dll. */
#ifndef NCRYPTPROV_LATE_CRYPT32_H
#define NCRYPTPROV_LATE_CRYPT32_H

#include <windows.h>
#include <wincrypt.h>

#define CRYPT32_FUNCTIONS \
    FUNCTION(CertOpenStore) \
    FUNCTION(CertCloseStore) \
    FUNCTION(CertFindCertificateInStore) \
    FUNCTION(CertAddEncodedCertificateToStore) \
    FUNCTION(CertCreateCertificateContext) \
    FUNCTION(CertFreeCertificateContext) \
    FUNCTION(CertGetCertificateContextProperty) \
    FUNCTION(CertSetCertificateContextProperty) \
    FUNCTION(CryptStringToBinaryW) \
    FUNCTION(CryptUnprotectData)

struct crypt32_functions
{
#define FUNCTION(name) typeof(name) *name;
    CRYPT32_FUNCTIONS
#undef FUNCTION
};

/* Complete once load_crypt32 has returned TRUE; the DLL stays loaded then. FALSE: it is not there, or lacks one. */
extern struct crypt32_functions crypt32;
BOOL load_crypt32(void);

#endif
