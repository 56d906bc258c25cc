/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What every file here needs: errors, memory, giving bytes to a caller, locks. */
#include "bridge.h"

#include "../ncrypt/lock.h"

BOOL fail(DWORD error)
{
    SetLastError(error);
    return FALSE;
}

void *allocate(SIZE_T size)
{
    void *memory = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size ? size : 1);

    if (!memory) SetLastError(ERROR_OUTOFMEMORY);
    return memory;
}

void release(void *memory)
{
    HeapFree(GetProcessHeap(), 0, memory);
}

BOOL give_bytes(const void *data, DWORD size, void *output, DWORD *output_size)
{
    DWORD room = *output_size;

    *output_size = size;
    if (!output) return TRUE;
    if (room < size) return fail(ERROR_MORE_DATA);
    CopyMemory(output, data, size);
    return TRUE;
}

void enter_lock(SRWLOCK *lock)
{
    if (!is_process_ending()) AcquireSRWLockExclusive(lock);
}

void leave_lock(SRWLOCK *lock)
{
    if (!is_process_ending()) ReleaseSRWLockExclusive(lock);
}
