/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A crypt32.dll of a Wine with another list of exports: check-bridge-safety puts it in the place of Wine's. */
#define WINIMPM
#include <windows.h>
#include <wincrypt.h>

__declspec(dllexport) HCERTSTORE WINAPI
    CertOpenStore(LPCSTR provider, DWORD encoding, HCRYPTPROV_LEGACY handle, DWORD flags, const void *parameter)
{
    (void)provider, (void)encoding, (void)handle, (void)flags, (void)parameter;
    SetLastError(0x1234);
    return NULL;
}

__declspec(dllexport) int WINAPI CertOfTheFuture(void)
{
    return 42;
}
