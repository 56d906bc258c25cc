/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The first use of ncrypt.dll in a process: loads it, opens the software provider and prints how many microseconds that
 * took. It is not linked to ncrypt.dll, which would be loaded before it can look at a clock. */
#include <windows.h>
#include <ncrypt.h>
#include <stdio.h>

typedef SECURITY_STATUS WINAPI open_provider(NCRYPT_PROV_HANDLE *, const WCHAR *, DWORD);

int main(void)
{
    LARGE_INTEGER before, after, frequency;
    NCRYPT_PROV_HANDLE provider = 0;
    open_provider *open = NULL;
    HMODULE module;

    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&before);
    if ((module = LoadLibraryW(L"ncrypt.dll")))
        open = (open_provider *)(void *)GetProcAddress(module, "NCryptOpenStorageProvider");
    if (!open || open(&provider, MS_KEY_STORAGE_PROVIDER, 0))
    {
        fprintf(stderr, "bench_first: no provider\n");
        return 1;
    }
    QueryPerformanceCounter(&after);
    printf("%.1f\n", 1e6 * (after.QuadPart - before.QuadPart) / frequency.QuadPart);
    return 0;
}
