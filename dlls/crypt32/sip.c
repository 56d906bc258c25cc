/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptSIPLoad: the functions that it gives are exports of Wine's crypt32. A program gets ours in their place, which
 * lead there, as it may ask which module they are in. */
#include "bridge.h"

#include <mssip.h>

/* name, member: WINE(name) in the member becomes the jump of that name (spec2bridge). */
#define SIP_FUNCTIONS(X) \
    X(CryptSIPGetSignedDataMsg, pfGet) \
    X(CryptSIPPutSignedDataMsg, pfPut) \
    X(CryptSIPCreateIndirectData, pfCreate) \
    X(CryptSIPVerifyIndirectData, pfVerify) \
    X(CryptSIPRemoveSignedDataMsg, pfRemove)

#define X(name, member) extern void wine_##name(void);
SIP_FUNCTIONS(X)
#undef X

BOOL WINAPI CryptSIPLoad(const GUID *subject, DWORD flags, SIP_DISPATCH_INFO *info)
{
    if (!WINE(CryptSIPLoad)(subject, flags, info)) return FALSE;
    if (bridge_is_off) return TRUE;
#define X(name, member) \
    if ((FARPROC)(void *)info->member == wine_crypt32[WINE_##name]) info->member = (p##name)(void *)wine_##name;
    SIP_FUNCTIONS(X)
#undef X
    return TRUE;
}
