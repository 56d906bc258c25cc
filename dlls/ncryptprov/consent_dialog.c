/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The dialog of strong key protection; see consent_dialog.h. user32 is loaded when it is first needed, which for
 * most programs is never. */
#include "consent_dialog.h"

#include <winerror.h>

#define ID_PASSWORD  101
#define ID_REPEAT    102
#define ID_COMPLAINT 103

/* Dialog units. */
#define WIDTH      270
#define MARGIN     8
#define LABEL      56
#define LINE       9
#define GAP        5
#define EDIT       14
#define BUTTON     56

/* --- user32 --- */

#ifdef _WIN64
#define WINDOW_LONG(which) #which "WindowLongPtrW"
#else
#define WINDOW_LONG(which) #which "WindowLongW"
#endif

static struct
{
    INT_PTR (WINAPI *DialogBoxIndirectParamW)(HINSTANCE, LPCDLGTEMPLATEW, HWND, DLGPROC, LPARAM);
    BOOL (WINAPI *EndDialog)(HWND, INT_PTR);
    UINT (WINAPI *GetDlgItemTextW)(HWND, int, LPWSTR, int);
    BOOL (WINAPI *SetDlgItemTextW)(HWND, int, LPCWSTR);
    HWND (WINAPI *GetDlgItem)(HWND, int);
    HWND (WINAPI *SetFocus)(HWND);
    LRESULT (WINAPI *SendDlgItemMessageW)(HWND, int, UINT, WPARAM, LPARAM);
    LONG_PTR (WINAPI *SetWindowLong)(HWND, int, LONG_PTR);
    LONG_PTR (WINAPI *GetWindowLong)(HWND, int);
    BOOL (WINAPI *IsWindow)(HWND);
    BOOL (WINAPI *MessageBeep)(UINT);
} user;

static BOOL load_user32(void)
{
    HMODULE module = LoadLibraryW(L"user32.dll");

    if (!module) return FALSE;
#define LOAD(name) if (!(user.name = (void *)GetProcAddress(module, #name))) return FALSE
    LOAD(DialogBoxIndirectParamW);
    LOAD(EndDialog);
    LOAD(GetDlgItemTextW);
    LOAD(SetDlgItemTextW);
    LOAD(GetDlgItem);
    LOAD(SetFocus);
    LOAD(SendDlgItemMessageW);
    LOAD(IsWindow);
    LOAD(MessageBeep);
#undef LOAD
    user.SetWindowLong = (void *)GetProcAddress(module, WINDOW_LONG(Set));
    user.GetWindowLong = (void *)GetProcAddress(module, WINDOW_LONG(Get));
    return user.SetWindowLong && user.GetWindowLong;
}

/* --- the template, put together in memory --- */

struct template
{
    WORD words[4096];
    size_t used;
    WORD *count;                    /* where the number of controls stands */
    short y;                        /* of the next control */
};

static void put_word(struct template *t, WORD word)
{
    t->words[t->used++] = word;
}

static void put_dword(struct template *t, DWORD value)
{
    put_word(t, LOWORD(value));
    put_word(t, HIWORD(value));
}

static void put_text(struct template *t, const WCHAR *text)
{
    do put_word(t, *text); while (*text++);
}

static void put_control(struct template *t, WORD class, DWORD style, short x, short width, short height, WORD id,
                        const WCHAR *text)
{
    if (t->used & 1) put_word(t, 0);
    put_dword(t, style | WS_CHILD | WS_VISIBLE);
    put_dword(t, 0);
    put_word(t, x);
    put_word(t, t->y);
    put_word(t, width);
    put_word(t, height);
    put_word(t, id);
    put_word(t, 0xffff);
    put_word(t, class);
    put_text(t, text);
    put_word(t, 0);
    ++*t->count;
}

#define CLASS_BUTTON 0x80
#define CLASS_EDIT   0x81
#define CLASS_STATIC 0x82

static void put_static(struct template *t, short x, short width, short lines, WORD id, const WCHAR *text)
{
    put_control(t, CLASS_STATIC, SS_LEFT | SS_NOPREFIX, x, width, lines * LINE, id, text);
}

static void put_row(struct template *t, const WCHAR *label, const WCHAR *text, short lines)
{
    if (!*text) return;
    put_static(t, MARGIN, LABEL, 1, -1, label);
    put_static(t, MARGIN + LABEL, WIDTH - 2 * MARGIN - LABEL, lines, -1, text);
    t->y += lines * LINE + GAP;
}

static void put_password(struct template *t, const WCHAR *label, WORD id)
{
    t->y += 2;
    put_static(t, MARGIN, LABEL, 1, -1, label);
    t->y -= 2;
    put_control(t, CLASS_EDIT, ES_PASSWORD | ES_AUTOHSCROLL | WS_BORDER | WS_TABSTOP, MARGIN + LABEL,
                WIDTH - 2 * MARGIN - LABEL, EDIT, id, L"");
    t->y += EDIT + GAP;
}

static void put_buttons(struct template *t)
{
    put_control(t, CLASS_BUTTON, BS_DEFPUSHBUTTON | WS_TABSTOP, WIDTH - MARGIN - 2 * BUTTON - GAP, BUTTON, EDIT, IDOK,
                L"OK");
    put_control(t, CLASS_BUTTON, BS_PUSHBUTTON | WS_TABSTOP, WIDTH - MARGIN - BUTTON, BUTTON, EDIT, IDCANCEL,
                L"Cancel");
    t->y += EDIT + MARGIN;
}

#define PIN_WORDS .label = L"PIN:", .missing = L"Please type the PIN.", .wrong = L"That is not the PIN."

static const struct wording
{
    const WCHAR *making, *using;
    const WCHAR *label, *missing, *wrong;       /* of what is typed */
} wordings[] =
{
    [UNIX_ASK_CONSENT] =
    {
        .making = L"This program is making a key. You will be asked each time a program wants to use it.",
        .using = L"This program wants to use a key that is protected. Do you allow that?",
    },
    [UNIX_ASK_PASSWORD] =
    {
        .making = L"This program is making a key. Choose the password that will be asked for when the key is used.",
        .using = L"This program wants to use a key that is protected by a password.",
        .label = L"Password:",
        .missing = L"Please type a password.",
        .wrong = L"That is not the password.",
    },
    [UNIX_ASK_PIN] =
    {
        .using = L"This program wants to use a token or card that is protected by a PIN.",
        PIN_WORDS,
    },
    [UNIX_ASK_CARD_PIN] =
    {
        .using = L"This program wants to use a smart card that is protected by a PIN.",
        PIN_WORDS,
    },
};

static BOOL is_typed(const struct question *q)
{
    return q->asks_for != UNIX_ASK_CONSENT;
}

static const WCHAR *window_title(const struct question *q)
{
    if (*q->title) return q->title;
    return q->is_new ? L"New protected key" : L"Use of a protected key";
}

static const WCHAR *program_name(WCHAR path[MAX_PATH])
{
    const WCHAR *name = path, *p;

    path[GetModuleFileNameW(NULL, path, MAX_PATH - 1)] = 0;
    for (p = path; *p; p++) if (*p == '\\') name = p + 1;
    return name;
}

static void make_template(struct template *t, const struct question *q)
{
    const struct wording *wording = &wordings[q->asks_for];
    DLGTEMPLATE *header = (DLGTEMPLATE *)t->words;
    WCHAR path[MAX_PATH];

    ZeroMemory(t, sizeof(*t));
    t->count = &header->cdit;
    t->used = sizeof(*header) / sizeof(WORD);
    put_word(t, 0);                 /* no menu, the class of dialogs */
    put_word(t, 0);
    put_text(t, window_title(q));
    put_word(t, 8);
    put_text(t, L"MS Shell Dlg");

    t->y = MARGIN;
    put_static(t, MARGIN, WIDTH - 2 * MARGIN, 2, -1, q->is_new ? wording->making : wording->using);
    t->y += 2 * LINE + GAP;
    put_row(t, L"Program:", program_name(path), 1);
    put_row(t, L"Key:", q->name, 1);
    put_row(t, L"Description:", q->description, 3);
    put_row(t, L"Use:", q->context, 2);
    if (is_typed(q)) put_password(t, wording->label, ID_PASSWORD);
    if (is_typed(q) && q->is_new) put_password(t, L"Repeat:", ID_REPEAT);
    put_static(t, MARGIN, WIDTH - 2 * MARGIN, 1, ID_COMPLAINT, q->was_wrong ? wording->wrong : L"");
    t->y += LINE + GAP;
    put_buttons(t);

    header->style = DS_SETFONT | DS_MODALFRAME | DS_CENTER | DS_SETFOREGROUND | WS_POPUP | WS_CAPTION | WS_SYSMENU;
    header->cx = WIDTH;
    header->cy = t->y;
}

/* --- what it does --- */

/* An edit control keeps its buffer when the text gets shorter, and wipes nothing: so the buffer is overwritten. Done
 * at the start as well, the buffer has its full size before the user types and leaves no copies behind. */
static void overwrite(HWND dialog, int id)
{
    WCHAR filler[TYPED_MAX + 1];
    int i;

    if (!user.GetDlgItem(dialog, id)) return;
    for (i = 0; i < TYPED_MAX; i++) filler[i] = '*';
    filler[TYPED_MAX] = 0;
    user.SetDlgItemTextW(dialog, id, filler);
    user.SetDlgItemTextW(dialog, id, L"");
}

static void start_typing(HWND dialog)
{
    overwrite(dialog, ID_PASSWORD);
    overwrite(dialog, ID_REPEAT);
    user.SetFocus(user.GetDlgItem(dialog, ID_PASSWORD));
}

static void complain_about(HWND dialog, const WCHAR *text)
{
    user.SetDlgItemTextW(dialog, ID_COMPLAINT, text);
    user.MessageBeep(MB_ICONEXCLAMATION);
    start_typing(dialog);
}

/* NULL: fine. */
static const WCHAR *read_password(HWND dialog, struct question *q)
{
    WCHAR repeated[TYPED_MAX + 1];
    BOOL same;

    user.GetDlgItemTextW(dialog, ID_PASSWORD, q->password, TYPED_MAX + 1);
    if (!*q->password) return wordings[q->asks_for].missing;
    if (!q->is_new) return NULL;
    user.GetDlgItemTextW(dialog, ID_REPEAT, repeated, TYPED_MAX + 1);
    same = !lstrcmpW(q->password, repeated);
    SecureZeroMemory(repeated, sizeof(repeated));
    return same ? NULL : L"The two are not the same. Please type the password twice.";
}

static void end(HWND dialog, INT_PTR result)
{
    overwrite(dialog, ID_PASSWORD);
    overwrite(dialog, ID_REPEAT);
    user.EndDialog(dialog, result);
}

static void accept_answer(HWND dialog, struct question *q)
{
    const WCHAR *complaint = is_typed(q) ? read_password(dialog, q) : NULL;

    if (complaint) complain_about(dialog, complaint);
    else end(dialog, IDOK);
}

static BOOL init(HWND dialog, LPARAM param)
{
    const struct question *q = (const struct question *)param;

    user.SetWindowLong(dialog, DWLP_USER, param);
    if (!is_typed(q)) return TRUE;
    user.SendDlgItemMessageW(dialog, ID_PASSWORD, EM_LIMITTEXT, TYPED_MAX, 0);
    user.SendDlgItemMessageW(dialog, ID_REPEAT, EM_LIMITTEXT, TYPED_MAX, 0);
    start_typing(dialog);
    return FALSE;                   /* the focus is set */
}

static INT_PTR CALLBACK dialog_proc(HWND dialog, UINT message, WPARAM wparam, LPARAM lparam)
{
    if (message == WM_INITDIALOG) return init(dialog, lparam);
    if (message != WM_COMMAND) return FALSE;
    switch (LOWORD(wparam))
    {
    case IDOK: accept_answer(dialog, (struct question *)user.GetWindowLong(dialog, DWLP_USER)); return TRUE;
    case IDCANCEL: end(dialog, IDCANCEL); return TRUE;
    default: return FALSE;
    }
}

SECURITY_STATUS show_question(struct question *q)
{
    struct template *template;
    INT_PTR result;

    if (!load_user32()) return NTE_SILENT_CONTEXT;
    if (!(template = HeapAlloc(GetProcessHeap(), 0, sizeof(*template)))) return NTE_NO_MEMORY;
    make_template(template, q);
    if (q->parent && !user.IsWindow(q->parent)) q->parent = NULL;
    result = user.DialogBoxIndirectParamW(NULL, (DLGTEMPLATE *)template->words, q->parent, dialog_proc, (LPARAM)q);
    HeapFree(GetProcessHeap(), 0, template);
    if (result == IDOK) return ERROR_SUCCESS;
    SecureZeroMemory(q->password, sizeof(q->password));
    return result == IDCANCEL ? NTE_USER_CANCELLED : NTE_SILENT_CONTEXT;
}
