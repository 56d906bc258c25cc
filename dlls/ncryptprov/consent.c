/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Strong key protection, the Windows half: the engine says that the user must be asked; this file asks. What the
 * dialog says comes from "UI Policy", "Use Context" and "HWND Handle" of the key. */
#include "consent_dialog.h"
#include "ksp.h"

#define TRIES 3

static void read_text(UINT64 key, const WCHAR *name, WCHAR text[QUESTION_TEXT])
{
    DWORD size;

    ZeroMemory(text, QUESTION_TEXT * sizeof(*text));
    if (get_property(key, name, (BYTE *)text, (QUESTION_TEXT - 1) * sizeof(*text), &size, 0)) *text = 0;
}

/* The string of size bytes at *offset of the policy, cut to what there is room for. */
static void take_text(const BYTE *policy, DWORD total, DWORD *offset, DWORD size, WCHAR text[QUESTION_TEXT])
{
    DWORD length = min(size, (QUESTION_TEXT - 1) * sizeof(*text));

    ZeroMemory(text, QUESTION_TEXT * sizeof(*text));
    if (*offset > total || size > total - *offset) return;
    CopyMemory(text, policy + *offset, length);
    *offset += size;
}

static SECURITY_STATUS read_policy(UINT64 key, struct question *q)
{
    NCRYPT_UI_POLICY_BLOB header;
    DWORD size, offset = sizeof(header);
    SECURITY_STATUS status;
    BYTE *policy;

    if ((status = get_property(key, NCRYPT_UI_POLICY_PROPERTY, NULL, 0, &size, 0))) return status;
    if (!(policy = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size + sizeof(header)))) return NTE_NO_MEMORY;
    if (!(status = get_property(key, NCRYPT_UI_POLICY_PROPERTY, policy, size, &size, 0)))
    {
        CopyMemory(&header, policy, sizeof(header));
        take_text(policy, size, &offset, header.cbCreationTitle, q->title);
        take_text(policy, size, &offset, header.cbFriendlyName, q->name);
        take_text(policy, size, &offset, header.cbDescription, q->description);
    }
    HeapFree(GetProcessHeap(), 0, policy);
    return status;
}

static BOOL is_pin(DWORD asks_for)
{
    return asks_for == UNIX_ASK_PIN || asks_for == UNIX_ASK_CARD_PIN;
}

#define WIDE_AGAIN(text) L##text
#define WIDE(text) WIDE_AGAIN(text)

static void make_question(UINT64 object, BOOL is_new, DWORD asks_for, struct question *q)
{
    HWND parent;
    DWORD size;

    ZeroMemory(q, sizeof(*q));
    q->is_new = is_new && !is_pin(asks_for);    /* a token has its PIN already */
    q->asks_for = asks_for;
    read_policy(object, q);
    if (is_pin(asks_for)) read_text(object, WIDE(UNIX_TOKEN_PROMPT), q->description);
    if (!q->is_new) *q->title = 0;  /* it is the title of the creation */
    if (!*q->name) read_text(object, NCRYPT_NAME_PROPERTY, q->name);
    read_text(object, NCRYPT_USE_CONTEXT_PROPERTY, q->context);
    if (!get_property(object, NCRYPT_WINDOW_HANDLE_PROPERTY, (BYTE *)&parent, sizeof(parent), &size, 0) &&
        size == sizeof(parent))
        q->parent = parent;
}

static SECURITY_STATUS answer(UINT64 object, const WCHAR *password)
{
    struct key_unlock_params params = {.object = object, .answered = TRUE};

    if (*password) params.password = address(password);
    params.size = lstrlenW(password) * sizeof(*password);
    return engine_call(unix_key_unlock, &params);
}

static SECURITY_STATUS ask_user(UINT64 object, BOOL is_new)
{
    struct key_unlock_params params = {.object = object, .answered = FALSE};
    struct question question;
    SECURITY_STATUS status;
    int tries;

    if ((status = engine_call(unix_key_unlock, &params))) return status;
    make_question(object, is_new, params.asks_for, &question);
    for (tries = 0; tries < TRIES; tries++)
    {
        if ((status = show_question(&question))) break;
        status = answer(object, question.password);
        SecureZeroMemory(question.password, sizeof(question.password));
        if (status != NTE_INCORRECT_PASSWORD && status != SCARD_W_WRONG_CHV) break;
        question.was_wrong = TRUE;
        if (is_pin(params.asks_for)) read_text(object, WIDE(UNIX_TOKEN_PROMPT), question.description);
    }
    if (status == NTE_USER_CANCELLED && params.asks_for == UNIX_ASK_CARD_PIN) return SCARD_W_CANCELLED_BY_USER;
    return status;
}

SECURITY_STATUS engine_call_asking(UINT64 object, enum unix_call code, void *params, DWORD flags)
{
    SECURITY_STATUS status = engine_call(code, params);

    if (status != NTE_SILENT_CONTEXT || (flags & NCRYPT_SILENT_FLAG)) return status;
    if ((status = ask_user(object, code == unix_key_finalize))) return status;
    return engine_call(code, params);
}
