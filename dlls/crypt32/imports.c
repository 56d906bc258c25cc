/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a module of Wine says that it imports, and what its name is. */
#include "imports.h"

static const void *directory(HMODULE module, unsigned int index)
{
    const char *base = (const char *)module;
    const IMAGE_NT_HEADERS *headers = (const void *)(base + ((const IMAGE_DOS_HEADER *)base)->e_lfanew);
    DWORD offset = headers->OptionalHeader.DataDirectory[index].VirtualAddress;

    return offset ? base + offset : NULL;
}

static const IMAGE_IMPORT_DESCRIPTOR *find_descriptor(HMODULE module, const char *dll)
{
    const IMAGE_IMPORT_DESCRIPTOR *descriptor = directory(module, IMAGE_DIRECTORY_ENTRY_IMPORT);

    for (; descriptor && descriptor->Name; descriptor++)
        if (!lstrcmpiA((const char *)module + descriptor->Name, dll)) return descriptor;
    return NULL;
}

static BOOL is_delayed(HMODULE module, const char *dll)
{
    const IMAGE_DELAYLOAD_DESCRIPTOR *descriptor = directory(module, IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT);

    for (; descriptor && descriptor->DllNameRVA; descriptor++)
        if (!lstrcmpiA((const char *)module + descriptor->DllNameRVA, dll)) return TRUE;
    return FALSE;
}

const char *export_name(HMODULE module)
{
    const IMAGE_EXPORT_DIRECTORY *exports = directory(module, IMAGE_DIRECTORY_ENTRY_EXPORT);

    return exports && exports->Name ? (const char *)module + exports->Name : NULL;
}

BOOL imports_from(HMODULE module, const char *dll)
{
    return find_descriptor(module, dll) || is_delayed(module, dll);
}

static BOOL replace(IMAGE_THUNK_DATA *slot, void *replacement)
{
    DWORD protection;

    if (!VirtualProtect(slot, sizeof(*slot), PAGE_READWRITE, &protection)) return FALSE;
    slot->u1.Function = (ULONG_PTR)replacement;
    VirtualProtect(slot, sizeof(*slot), protection, &protection);
    return TRUE;
}

static BOOL replace_one(IMAGE_THUNK_DATA *slot, const char *name, const struct import *imports, unsigned int count)
{
    unsigned int i;

    for (i = 0; i < count; i++)
        if (!lstrcmpA(imports[i].name, name)) return replace(slot, imports[i].replacement);
    return FALSE;
}

unsigned int replace_imports(HMODULE module, const char *dll, const struct import *imports, unsigned int count)
{
    const IMAGE_IMPORT_DESCRIPTOR *descriptor = find_descriptor(module, dll);
    const IMAGE_IMPORT_BY_NAME *by_name;
    IMAGE_THUNK_DATA *names, *slots;
    unsigned int done = 0;

    if (!descriptor) return 0;
    names = (void *)((char *)module + descriptor->OriginalFirstThunk);
    slots = (void *)((char *)module + descriptor->FirstThunk);
    for (; names->u1.AddressOfData; names++, slots++)
    {
        if (IMAGE_SNAP_BY_ORDINAL(names->u1.Ordinal)) continue;
        by_name = (const void *)((char *)module + names->u1.AddressOfData);
        if (replace_one(slots, (const char *)by_name->Name, imports, count)) done++;
    }
    return done;
}
