/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Locks for which no thread waits once the process is ending. All other threads are gone then, and a lock that one of
 * them held when it was ended is never released; a DLL's cleanup may still call us. */
#ifndef NCRYPT_LOCK_H
#define NCRYPT_LOCK_H

#include <windows.h>

/* DLL_PROCESS_DETACH of some DLL is running: there are no other threads any more. */
BOOL is_process_ending(void);

/* Hold it for a few instructions, never across a call into another DLL: a thread may take this lock while it has the
 * loader's lock, so the reverse order could deadlock. FALSE: the process is ending and the lock was held; what it
 * guards may be half changed. */
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
