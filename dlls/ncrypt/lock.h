/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Locks that nobody waits for once the process is ending. All other threads are gone then, and what one of them held
 * when it was ended is never released; a DLL's cleanup still may call us. */
#ifndef NCRYPT_LOCK_H
#define NCRYPT_LOCK_H

#include <windows.h>

/* DLL_PROCESS_DETACH of somebody is running: there are no other threads any more. */
BOOL is_process_ending(void);

/* For a few instructions, never over a call into another DLL: the loader's lock may be taken before this one, so it
 * must not be asked for after it. FALSE: the process is ending and the lock was held; what it guards may be half
 * changed. */
BOOL lock_shared(SRWLOCK *lock);
BOOL lock_exclusive(SRWLOCK *lock);

static inline void unlock_shared(SRWLOCK *lock)
{
    ReleaseSRWLockShared(lock);
}

static inline void unlock_exclusive(SRWLOCK *lock)
{
    ReleaseSRWLockExclusive(lock);
}

#endif
