/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the certificate bridge (crypt32.dll) asks of the provider's DLL for PKCS #12 files: a table of ours, as that of
 * protection.h. The lists are those of archive_list.h. */
#ifndef NCRYPTPROV_ARCHIVE_H
#define NCRYPTPROV_ARCHIVE_H

#include <windows.h>
#include <ncrypt.h>

#include "archive_list.h"

#define ARCHIVE_TABLE_VERSION 1

struct archive_table
{
    DWORD version;
    /* flags: UNIX_ARCHIVE_*. *list: HeapFree it; NULL when it is not wanted. NTE_BAD_DATA: no such file, or malformed;
     * NTE_INCORRECT_PASSWORD; NTE_NOT_SUPPORTED: an encryption or a kind of key that is not known. */
    SECURITY_STATUS (*Read)(const BYTE *file, DWORD size, const WCHAR *password, const WCHAR *transfer, DWORD flags,
                            BYTE **list, DWORD *list_size);
    /* *file: HeapFree it. */
    SECURITY_STATUS (*Write)(const BYTE *list, DWORD size, const WCHAR *password, const WCHAR *transfer, BYTE **file,
                             DWORD *file_size);
};

/* The entry of ncryptprov.dll. NTE_PROVIDER_DLL_FAIL: there is no engine. */
typedef SECURITY_STATUS (WINAPI *GetKeyArchiveInterfaceFn)(const struct archive_table **table);
SECURITY_STATUS WINAPI GetKeyArchiveInterface(const struct archive_table **table);

#endif
