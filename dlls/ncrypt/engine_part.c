/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which providers of ours can be opened: those whose part of the engine is installed. See ncrypt_private.h. */
#include "ncrypt_private.h"

static BOOL is_there(const WCHAR *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

/* A Unix file in one of Wine's library directories. folder: that of an architecture, with a backslash. */
static BOOL is_in_wine(const WCHAR *folder, const WCHAR *file, WCHAR *path)
{
    unsigned int i;
    DWORD length;

    for (i = 0; (length = wine_directory(i, path)); i++)
    {
        length -= ARRAYSIZE(WINE_ARCHITECTURE L"\\") - 1;
        if (length + lstrlenW(folder) + lstrlenW(file) >= PATH_MAX_CHARS) continue;
        lstrcpyW(path + length, folder);
        lstrcatW(path, file);
        if (is_there(path)) return TRUE;
    }
    return FALSE;
}

/* Beside the engine of the builtin route. A 32-bit program in a Wine without 32-bit Unix libraries has the 64-bit
 * engine. */
static BOOL is_with_engine(const WCHAR *file, WCHAR *path)
{
#ifndef _WIN64
    if (is_in_wine(L"i386-unix\\", L"ntdll.so", path)) return is_in_wine(L"i386-unix\\", file, path);
#endif
    return is_in_wine(L"x86_64-unix\\", file, path);
}

/* On the winelib route the engine is in our own directory. */
static BOOL is_installed(const WCHAR *file)
{
    WCHAR *path = HeapAlloc(GetProcessHeap(), 0, PATH_MAX_CHARS * sizeof(*path));
    BOOL there;

    if (!path) return FALSE;
    there = (own_module_find(file, path) && is_there(path)) || is_with_engine(file, path);
    HeapFree(GetProcessHeap(), 0, path);
    return there;
}

BOOL tokens_can_be_opened(void)
{
    return is_installed(L"ncryptprov_pkcs11.so");
}

/* The device is not opened for that. */
static BOOL has_tpm(void)
{
    WCHAR way[8];
    DWORD length = GetEnvironmentVariableW(L"NCRYPT_TPM_TCTI", way, ARRAYSIZE(way));

    if (!length) return is_there(L"\\\\?\\unix\\dev\\tpmrm0");
    return length >= ARRAYSIZE(way) || lstrcmpW(way, L"none");
}

BOOL tpm_can_be_opened(void)
{
    return is_installed(L"ncryptprov_tpm.so") && has_tpm();
}
