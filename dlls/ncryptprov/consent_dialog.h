/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The dialog that asks whether a protected key may be made or used. */
#ifndef NCRYPTPROV_CONSENT_DIALOG_H
#define NCRYPTPROV_CONSENT_DIALOG_H

#include <windows.h>
#include <ncrypt.h>

#include "shared.h"

#define QUESTION_TEXT 256           /* characters with NUL; what is longer is cut */
#define TYPED_MAX     127           /* characters of a password or PIN */

struct question
{
    HWND parent;
    BOOL is_new;                    /* the key is being made, and a password is asked for twice */
    DWORD asks_for;                 /* UNIX_ASK_* */
    BOOL was_wrong;                 /* the password or PIN of the last time */
    WCHAR title[QUESTION_TEXT];     /* of these four each may be empty */
    WCHAR name[QUESTION_TEXT];
    WCHAR description[QUESTION_TEXT];
    WCHAR context[QUESTION_TEXT];
    WCHAR password[TYPED_MAX + 1];  /* out: it or the PIN; the caller wipes it */
};

/* ERROR_SUCCESS; NTE_USER_CANCELLED; NTE_SILENT_CONTEXT when no window can be shown. */
SECURITY_STATUS show_question(struct question *question);

#endif
