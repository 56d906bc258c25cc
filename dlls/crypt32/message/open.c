/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptMsgOpenToEncode: which messages are made here. */
#include "message.h"

HCRYPTMSG WINAPI CryptMsgOpenToEncode(DWORD encoding, DWORD flags, DWORD type, void const *info, LPSTR oid,
                                      PCMSG_STREAM_INFO stream)
{
    if (!bridge_is_off && type == CMSG_SIGNED && has_special_signer(info))
        return open_signed(encoding, flags, info, oid, stream);
    if (!bridge_is_off && type == CMSG_ENVELOPED && is_cms_envelope(flags, info))
        return open_enveloped(flags, info, oid, stream);
    return WINE(CryptMsgOpenToEncode)(encoding, flags, type, info, oid, stream);
}
