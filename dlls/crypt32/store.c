/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Certificates of CNG keys that go into a store, or out of it, or are told of their keys there, are written at once,
 * as Windows does. Wine before 11.1 writes a store when it is closed for the last time, and a context that somebody
 * still has, Wine itself included, keeps it from that: the certificate is lost when the process ends
 * (doc/facts/certificates.md 8). */
#include "bridge.h"
#include "owner.h"

void write_store(HCERTSTORE store)
{
    DWORD error = GetLastError();

    if (!WINE(CertControlStore)(store, 0, CERT_STORE_CTRL_COMMIT, NULL)) TRACE("store %p: %#lx", store, GetLastError());
    SetLastError(error);
}

static BOOL add_with_key(HCERTSTORE store, PCCERT_CONTEXT cert, DWORD disposition, PCCERT_CONTEXT *added)
{
    PCCERT_CONTEXT copy = NULL;

    if (!WINE(CertAddCertificateContextToStore)(store, cert, disposition, &copy)) return FALSE;
    share_key(cert, copy);
    if (added) *added = copy;
    else WINE(CertFreeCertificateContext)(copy);
    return TRUE;
}

BOOL WINAPI CertAddCertificateContextToStore(HCERTSTORE store, PCCERT_CONTEXT cert, DWORD disposition,
                                             PCCERT_CONTEXT *added)
{
    BOOL is_cng = !bridge_is_off && store && cert && names_cng_key(cert), done;

    if (!bridge_is_off && cert && owned_key(cert)) done = add_with_key(store, cert, disposition, added);
    else done = WINE(CertAddCertificateContextToStore)(store, cert, disposition, added);
    if (done && is_cng) write_store(store);
    return done;
}

/* The context is freed by the call, and the store may be closed along with it. */
BOOL WINAPI CertDeleteCertificateFromStore(PCCERT_CONTEXT cert)
{
    HCERTSTORE store = NULL;
    DWORD error;
    BOOL done;

    if (!bridge_is_off && cert && cert->hCertStore && names_cng_key(cert))
        store = WINE(CertDuplicateStore)(cert->hCertStore);
    done = WINE(CertDeleteCertificateFromStore)(cert);
    if (!store) return done;
    if (done) write_store(store);
    error = GetLastError();
    WINE(CertCloseStore)(store, 0);
    SetLastError(error);
    return done;
}
