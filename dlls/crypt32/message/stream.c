/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Encrypted messages that come in pieces, to a handle with a stream. When the last one has come they are decoded as one
 * message, which answers for the handle from then on; Wine never gets the last one. The content goes to the program's
 * function when it is decrypted. */
#include "message.h"

HCRYPTMSG WINAPI CryptMsgOpenToDecode(DWORD encoding, DWORD flags, DWORD type, HCRYPTPROV_LEGACY provider,
                                      PCERT_INFO recipient, PCMSG_STREAM_INFO stream)
{
    HCRYPTMSG message = WINE(CryptMsgOpenToDecode)(encoding, flags, type, provider, recipient, stream);
    struct message_state *state = message && stream && !bridge_is_off ? need_state(message) : NULL;

    if (!state) return message;
    state->stream = *stream;
    state->encoding = encoding;
    state->type = type;
    return message;
}

/* The pieces are not needed any more, whatever is in them. */
static BOOL decode_pieces(struct message_state *state)
{
    HCRYPTMSG whole;
    BOOL decoded;

    if (state->pieces.failed) return fail(ERROR_OUTOFMEMORY);
    if (!(whole = WINE(CryptMsgOpenToDecode)(state->encoding, 0, state->type, 0, NULL, NULL))) return FALSE;
    decoded = decode_message(whole, state->pieces.data, state->pieces.used);
    if (decoded) state->whole = whole;
    else CryptMsgClose(whole);
    return decoded;
}

BOOL stream_update(struct message_state *state, const BYTE *data, DWORD size, BOOL final)
{
    BOOL updated;

    if (state->whole) return fail(CRYPT_E_MSG_ERROR);
    der_bytes(&state->pieces, data, size);
    if (!final) return WINE(CryptMsgUpdate)(state->message, data, size, FALSE);
    if (begins_envelope(state->pieces.data, state->pieces.used)) updated = decode_pieces(state);
    else updated = WINE(CryptMsgUpdate)(state->message, data, size, TRUE);
    der_free(&state->pieces);
    return updated;
}

HCRYPTMSG answering_message(HCRYPTMSG message)
{
    const struct message_state *state = bridge_is_off ? NULL : find_state(message);

    return state && state->whole ? state->whole : message;
}

BOOL stream_output(HCRYPTMSG message)
{
    const struct message_state *state = find_state(message);
    DWORD size;
    BYTE *content;
    BOOL taken;

    if (!state || !state->whole) return TRUE;
    if (!(content = get_sized_parameter(state->whole, CMSG_CONTENT_PARAM, 0, &size))) return FALSE;
    taken = state->stream.pfnStreamOutput(state->stream.pvArg, content, size, TRUE);
    SecureZeroMemory(content, size);
    release(content);
    return taken;
}
