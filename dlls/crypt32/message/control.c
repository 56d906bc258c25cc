/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptMsgControl: which of its tasks are done here. */
#include "message.h"

static BOOL control(HCRYPTMSG message, DWORD flags, DWORD type, const void *para)
{
    switch (type)
    {
    case CMSG_CTRL_DECRYPT: return message_decrypt(message, flags, para);
    case CMSG_CTRL_KEY_AGREE_DECRYPT: return message_decrypt_agreement(message, flags, para);
    case CMSG_CTRL_KEY_TRANS_DECRYPT: return message_decrypt_transport(message, flags, para);
    case CMSG_CTRL_VERIFY_SIGNATURE: return message_verify(message, flags, para);
    case CMSG_CTRL_VERIFY_SIGNATURE_EX: return message_verify_ex(message, flags, para);
    }
    return WINE(CryptMsgControl)(message, flags, type, para);
}

static BOOL decrypts(DWORD type)
{
    return type == CMSG_CTRL_DECRYPT || type == CMSG_CTRL_KEY_AGREE_DECRYPT || type == CMSG_CTRL_KEY_TRANS_DECRYPT;
}

BOOL WINAPI CryptMsgControl(HCRYPTMSG message, DWORD flags, DWORD type, const void *para)
{
    if (bridge_is_off) return WINE(CryptMsgControl)(message, flags, type, para);
    if (!control(answering_message(message), flags, type, para)) return FALSE;
    return !decrypts(type) || stream_output(message);
}
