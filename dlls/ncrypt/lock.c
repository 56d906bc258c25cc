/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Locks for which no thread waits once the process is ending; see lock.h. */
#include "lock.h"

BOOLEAN NTAPI RtlDllShutdownInProgress(void);

BOOL is_process_ending(void)
{
    return RtlDllShutdownInProgress();
}

BOOL lock_shared(SRWLOCK *lock)
{
    if (is_process_ending()) return TryAcquireSRWLockShared(lock);
    AcquireSRWLockShared(lock);
    return TRUE;
}

BOOL lock_exclusive(SRWLOCK *lock)
{
    if (is_process_ending()) return TryAcquireSRWLockExclusive(lock);
    AcquireSRWLockExclusive(lock);
    return TRUE;
}
