/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What ncrypt.dll asks of the provider's DLL for DPAPI-NG, a table like the public one of key storage. It is ours:
 * no header of Windows says what its own (NCRYPT_KEY_PROTECTION_INTERFACE) looks like.
 *
 * Descriptors and streams are numbers of the provider. Arguments were checked: pointers that must not be NULL are
 * not. What is given to the program comes from memory, see protection_alloc. */
#ifndef NCRYPTPROV_PROTECTION_H
#define NCRYPTPROV_PROTECTION_H

#include <windows.h>
#include <ncrypt.h>

#define PROTECTION_TABLE_VERSION 1

/* Takes the output of a stream, in the thread that updates it. A failure ends the stream. */
struct protection_sink
{
    SECURITY_STATUS (*write)(void *context, const BYTE *data, SIZE_T size, BOOL final);
    SECURITY_STATUS (*header)(void *context, ULONG_PTR descriptor);     /* takes it over; NULL: not wanted */
    void *context;
};

struct protection_table
{
    DWORD version;
    SECURITY_STATUS (*CreateDescriptor)(const WCHAR *rule, ULONG_PTR *descriptor);
    void (*FreeDescriptor)(ULONG_PTR descriptor);
    SECURITY_STATUS (*GetRule)(ULONG_PTR descriptor, const NCRYPT_ALLOC_PARA *memory, WCHAR **rule);
    SECURITY_STATUS (*Protect)(ULONG_PTR descriptor, const BYTE *data, DWORD size, const NCRYPT_ALLOC_PARA *memory,
                               BYTE **blob, DWORD *blob_size, DWORD flags);
    /* descriptor NULL: not wanted. data NULL: nothing is to be decrypted. */
    SECURITY_STATUS (*Unprotect)(const BYTE *blob, DWORD blob_size, ULONG_PTR *descriptor,
                                 const NCRYPT_ALLOC_PARA *memory, BYTE **data, DWORD *size, DWORD flags);
    /* descriptor 0: to unprotect. */
    SECURITY_STATUS (*OpenStream)(ULONG_PTR descriptor, const struct protection_sink *sink, DWORD flags,
                                  ULONG_PTR *stream);
    SECURITY_STATUS (*UpdateStream)(ULONG_PTR stream, const BYTE *data, SIZE_T size, BOOL final);
    void (*FreeStream)(ULONG_PTR stream);
};

/* The entry of ncryptprov.dll. */
typedef SECURITY_STATUS (WINAPI *GetKeyProtectionInterfaceFn)(const struct protection_table **table);
SECURITY_STATUS WINAPI GetKeyProtectionInterface(const struct protection_table **table);

static inline void *protection_alloc(const NCRYPT_ALLOC_PARA *memory, SIZE_T size)
{
    return memory ? memory->pfnAlloc(size) : LocalAlloc(LMEM_FIXED, size);
}

static inline void protection_free(const NCRYPT_ALLOC_PARA *memory, void *data)
{
    if (memory) memory->pfnFree(data);
    else LocalFree(data);
}

#endif
