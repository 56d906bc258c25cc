/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What ncrypt.dll asks of our provider's DLL for key encapsulation, a table like the public one of key storage, whose
 * last public version (3) has no place for it. Arguments and statuses are those of NCryptEncapsulate and
 * NCryptDecapsulate; pointers to sizes are not NULL. */
#ifndef NCRYPTPROV_ENCAPSULATION_H
#define NCRYPTPROV_ENCAPSULATION_H

#include <windows.h>
#include <ncrypt.h>

struct encapsulation_table
{
    /* The sizes are set on success and with NTE_BUFFER_TOO_SMALL. */
    SECURITY_STATUS (*Encapsulate)(NCRYPT_KEY_HANDLE key, BYTE *secret, DWORD secret_size, DWORD *secret_result,
                                   BYTE *ciphertext, DWORD size, DWORD *result, DWORD flags);
    SECURITY_STATUS (*Decapsulate)(NCRYPT_KEY_HANDLE key, BYTE *ciphertext, DWORD ciphertext_size, BYTE *secret,
                                   DWORD size, DWORD *result, DWORD flags);
};

/* The entry of ncryptprov.dll. */
typedef const struct encapsulation_table *(WINAPI *GetKeyEncapsulationInterfaceFn)(void);
const struct encapsulation_table *WINAPI GetKeyEncapsulationInterface(void);

#endif
