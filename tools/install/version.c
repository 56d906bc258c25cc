/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a loaded module says of itself. */
#include "version.h"

#include <string.h>

const WCHAR *version_string(HMODULE module, const WCHAR *name)
{
    HRSRC resource = FindResourceW(module, MAKEINTRESOURCEW(1), MAKEINTRESOURCEW(16));
    DWORD size = resource ? SizeofResource(module, resource) : 0, length = (lstrlenW(name) + 1) * sizeof(*name), i;
    const BYTE *data = resource ? LockResource(LoadResource(module, resource)) : NULL;

    for (i = 0; data && i + length + sizeof(WCHAR) < size; i += sizeof(WCHAR))
    {
        if (memcmp(data + i, name, length)) continue;
        for (i += length; i + sizeof(WCHAR) < size && !*(const WCHAR *)(data + i);) i += sizeof(WCHAR);
        return (const WCHAR *)(data + i);
    }
    return L"unknown";
}
