/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A hand at the keyboard for the dialog of strong key protection: a thread that waits for the dialog, takes its
 * picture, types and presses a button, while the thread that asks is in a call. Include after ncrypt_test.h. */
#ifndef TESTS_DIALOG_HAND_H
#define TESTS_DIALOG_HAND_H

#define WAIT     20000              /* milliseconds for a dialog to appear */

static const char *directory;       /* for pictures */

struct step
{
    const char *picture;            /* NULL: none */
    const WCHAR *title;             /* that the dialog must have */
    const WCHAR *complaint;         /* that it must show; "" for none */
    const WCHAR *first, *second;    /* what is typed; NULL: there is no such field */
    int button;
};

static struct
{
    const struct step *steps;
    int count;
    DWORD thread;                   /* that asks */
} script;

static BOOL CALLBACK find_dialog(HWND window, LPARAM param)
{
    WCHAR class[16];

    if (!IsWindowVisible(window) || !GetClassNameW(window, class, ARRAY_SIZE(class))) return TRUE;
    if (lstrcmpW(class, L"#32770")) return TRUE;
    *(HWND *)param = window;
    return FALSE;
}

static HWND wait_for_dialog(void)
{
    DWORD start = GetTickCount();
    HWND dialog = NULL;

    while (!dialog && GetTickCount() - start < WAIT)
    {
        EnumThreadWindows(script.thread, find_dialog, (LPARAM)&dialog);
        if (!dialog) Sleep(20);
    }
    return dialog;
}

static HWND edit_field(HWND dialog, int which)
{
    HWND edit = FindWindowExW(dialog, NULL, L"Edit", NULL);

    return which && edit ? FindWindowExW(dialog, edit, L"Edit", NULL) : edit;
}

static void type(HWND dialog, int which, const WCHAR *text)
{
    HWND edit = edit_field(dialog, which);

    ok(!text == !edit, "field %d: %s\n", which, edit ? "is there" : "missing");
    if (!text || !edit) return;
    while (*text) SendMessageW(edit, WM_CHAR, *text++, 1);
}

static BOOL CALLBACK find_text(HWND child, LPARAM param)
{
    const WCHAR **wanted = (const WCHAR **)param;
    WCHAR text[256];

    GetWindowTextW(child, text, ARRAY_SIZE(text));
    if (*wanted && !lstrcmpW(text, *wanted)) *wanted = NULL;
    return TRUE;
}

static BOOL shows(HWND dialog, const WCHAR *text)
{
    EnumChildWindows(dialog, find_text, (LPARAM)&text);
    return !text;
}

/* The password must not be readable from another process; Windows answers its owner alone. */
static void check_hidden(HWND dialog)
{
    HWND edit = edit_field(dialog, 0);

    if (edit) ok(GetWindowLongW(edit, GWL_STYLE) & ES_PASSWORD, "the password can be read on the screen\n");
}

static void write_bitmap(const char *path, const BITMAPINFOHEADER *info, const BYTE *pixels, DWORD size)
{
    BITMAPFILEHEADER header = { 0x4d42, sizeof(header) + sizeof(*info) + size, 0, 0, sizeof(header) + sizeof(*info) };
    FILE *file = fopen(path, "wb");

    ok(!!file, "%s cannot be written\n", path);
    if (!file) return;
    fwrite(&header, sizeof(header), 1, file);
    fwrite(info, sizeof(*info), 1, file);
    fwrite(pixels, size, 1, file);
    fclose(file);
}

static DWORD count_colours(const BYTE *pixels, DWORD size)
{
    DWORD first = 0, i, others = 0;

    memcpy(&first, pixels, 3);
    for (i = 0; i + 3 < size; i += 3) others += !!memcmp(pixels + i, &first, 3);
    return others;
}

static void take_picture(HWND dialog, const char *file)
{
    BITMAPINFOHEADER info = { 0 };
    HDC screen = GetDC(NULL), memory = CreateCompatibleDC(screen);
    HBITMAP bitmap;
    char path[512];
    BYTE *pixels;
    RECT rect;

    Sleep(500);                     /* until it is drawn */
    GetWindowRect(dialog, &rect);
    info.biSize = sizeof(info);
    info.biWidth = (rect.right - rect.left) & ~3;
    info.biHeight = rect.bottom - rect.top;
    info.biPlanes = 1;
    info.biBitCount = 24;
    info.biSizeImage = info.biWidth * info.biHeight * 3;
    bitmap = CreateCompatibleBitmap(screen, info.biWidth, info.biHeight);
    SelectObject(memory, bitmap);
    BitBlt(memory, 0, 0, info.biWidth, info.biHeight, screen, rect.left, rect.top, SRCCOPY);
    pixels = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, info.biSizeImage);
    GetDIBits(memory, bitmap, 0, info.biHeight, pixels, (BITMAPINFO *)&info, DIB_RGB_COLORS);
    ok(count_colours(pixels, info.biSizeImage) > info.biSizeImage / 300, "%s: nothing to be seen\n", file);
    _snprintf(path, sizeof(path), "%s\\%s.bmp", directory, file);
    write_bitmap(path, &info, pixels, info.biSizeImage);
    HeapFree(GetProcessHeap(), 0, pixels);
    DeleteDC(memory);
    DeleteObject(bitmap);
    ReleaseDC(NULL, screen);
}

static void play(const struct step *step)
{
    HWND dialog = wait_for_dialog();
    WCHAR title[256];

    ok(!!dialog, "no dialog %s\n", wine_dbgstr_w(step->title));
    if (!dialog) ExitProcess(1);
    GetWindowTextW(dialog, title, ARRAY_SIZE(title));
    ok(!lstrcmpW(title, step->title), "got title %s, expected %s\n", wine_dbgstr_w(title), wine_dbgstr_w(step->title));
    ok(shows(dialog, step->complaint), "%s is not shown\n", wine_dbgstr_w(step->complaint));
    check_hidden(dialog);
    type(dialog, 0, step->first);
    type(dialog, 1, step->second);
    if (step->picture) take_picture(dialog, step->picture);
    SendMessageW(GetDlgItem(dialog, step->button), BM_CLICK, 0, 0);
}

static DWORD WINAPI hand(void *param)
{
    int i;

    (void)param;
    for (i = 0; i < script.count; i++) play(&script.steps[i]);
    return 0;
}

static HANDLE start_hand(const struct step *steps, int count)
{
    script.steps = steps;
    script.count = count;
    script.thread = GetCurrentThreadId();
    return CreateThread(NULL, 0, hand, NULL, 0, NULL);
}

/* The dialogs have all been there when the call returns. */
static void end_hand(HANDLE thread)
{
    ok(!WaitForSingleObject(thread, WAIT), "a dialog did not come\n");
    CloseHandle(thread);
}
#define with_hand(steps, expected, call) \
    do { HANDLE thread_ = start_hand(steps, ARRAY_SIZE(steps)); check_status(expected, call); end_hand(thread_); } \
    while (0)

#endif
