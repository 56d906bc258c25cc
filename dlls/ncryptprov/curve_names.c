/* SPDX-License-Identifier: LGPL-2.1-or-later
 * "ECCCurveNameList": BCRYPT_ECC_CURVE_NAMES, with the pointers and the strings behind it in the same buffer
 * (row 6.73). The engine gives the strings, one after the other. */
#include "ksp.h"

static DWORD count_strings(const WCHAR *strings, DWORD size)
{
    DWORD i, count = 0;

    for (i = 0; i < size / sizeof(*strings); i++) if (!strings[i]) count++;
    return count;
}

static void write_names(BCRYPT_ECC_CURVE_NAMES *names, DWORD count, const WCHAR *strings, DWORD size)
{
    WCHAR **pointers = (WCHAR **)(names + 1), *copy = (WCHAR *)(pointers + count);
    DWORD i;

    CopyMemory(copy, strings, size);
    names->dwEccCurveNames = count;
    names->pEccCurveNames = pointers;
    for (i = 0; i < count; i++, copy += lstrlenW(copy) + 1) pointers[i] = copy;
}

static SECURITY_STATUS give_names(const WCHAR *strings, DWORD strings_size, PBYTE output, DWORD size, DWORD *result)
{
    DWORD count = count_strings(strings, strings_size);

    *result = sizeof(BCRYPT_ECC_CURVE_NAMES) + count * sizeof(WCHAR *) + strings_size;
    if (!output) return ERROR_SUCCESS;
    if (size < *result) return NTE_BUFFER_TOO_SMALL;
    write_names((BCRYPT_ECC_CURVE_NAMES *)output, count, strings, strings_size);
    return ERROR_SUCCESS;
}

SECURITY_STATUS get_curve_names(UINT64 object, PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
    SECURITY_STATUS status;
    WCHAR *strings;
    DWORD needed;

    if ((status = get_property(object, NCRYPT_ECC_CURVE_NAME_LIST_PROPERTY, NULL, 0, &needed, flags))) return status;
    if (!(strings = HeapAlloc(GetProcessHeap(), 0, needed))) return NTE_NO_MEMORY;
    status = get_property(object, NCRYPT_ECC_CURVE_NAME_LIST_PROPERTY, (PBYTE)strings, needed, &needed, flags);
    if (!status) status = give_names(strings, needed, output, size, result);
    HeapFree(GetProcessHeap(), 0, strings);
    return status;
}
