/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the programs of the demo print: each call with its status. */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *status_name(SECURITY_STATUS status)
{
    switch (status)
    {
    case ERROR_SUCCESS: return "ERROR_SUCCESS";
    case CRYPT_E_NOT_FOUND: return "CRYPT_E_NOT_FOUND";
    case NTE_BAD_KEYSET: return "NTE_BAD_KEYSET";
    case NTE_BAD_SIGNATURE: return "NTE_BAD_SIGNATURE";
    case NTE_EXISTS: return "NTE_EXISTS";
    case NTE_INVALID_HANDLE: return "NTE_INVALID_HANDLE";
    case NTE_INVALID_PARAMETER: return "NTE_INVALID_PARAMETER";
    case NTE_NO_MORE_ITEMS: return "NTE_NO_MORE_ITEMS";
    case NTE_NOT_SUPPORTED: return "NTE_NOT_SUPPORTED";
    case NTE_PROVIDER_DLL_FAIL: return "NTE_PROVIDER_DLL_FAIL";
    default: return "";
    }
}

void fail(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    exit(1);
}

void report(SECURITY_STATUS status, SECURITY_STATUS expected, const char *format, ...)
{
    va_list args;

    printf("    ");
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf(" = 0x%08lx %s\n", (unsigned long)status, status_name(status));
    if (status != expected) fail("expected 0x%08lx %s", (unsigned long)expected, status_name(expected));
}

void write_file(const char *name, const void *data, size_t size)
{
    FILE *file = fopen(name, "wb");

    if (!file || fwrite(data, 1, size, file) != size || fclose(file)) fail("cannot write %s", name);
}

NCRYPT_PROV_HANDLE open_provider(const WCHAR *name)
{
    NCRYPT_PROV_HANDLE provider;

    report(NCryptOpenStorageProvider(&provider, name, 0), ERROR_SUCCESS, "NCryptOpenStorageProvider(\"%ls\")", name);
    return provider;
}
