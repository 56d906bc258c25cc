/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a function of ours has to say to the calls that Wine's crypt32 makes while it works for it: both run in one
 * thread, the one inside of the other. */
#include "bridge.h"

static DWORD index = TLS_OUT_OF_INDEXES;

BOOL scope_start(void)
{
    return (index = TlsAlloc()) != TLS_OUT_OF_INDEXES;
}

void scope_enter(struct scope *scope)
{
    scope->outer = TlsGetValue(index);
    TlsSetValue(index, scope);
}

void scope_leave(const struct scope *scope)
{
    DWORD error = GetLastError();

    TlsSetValue(index, (void *)scope->outer);
    SetLastError(error);
}

const struct scope *scope_current(void)
{
    DWORD error = GetLastError();
    const struct scope *scope = TlsGetValue(index);

    SetLastError(error);
    return scope;
}
