/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Drives the dialog of strong key protection as somebody at the keyboard would: one thread makes or uses a key, a
 * second one waits for the dialog, takes its picture, types and presses a button. check-consent runs this.
 *
 * Usage: consent DIRECTORY    the pictures go there, 24-bit BMP
 *        consent             there is no display: the status says so */
#define STANDALONE
#include "../ncrypt/ncrypt_test.h"

#define PASSWORD L"Correct Horse 9"
#define WAIT     20000              /* milliseconds for a dialog to appear */

static NCRYPT_PROV_HANDLE provider;
static const char *directory;
static WCHAR name[128];

/* --- the hand at the keyboard --- */

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

/* --- what is asked --- */

static BYTE hash[32] = "a digest of thirty-two octets ..";

static SECURITY_STATUS sign(NCRYPT_KEY_HANDLE key, DWORD flags)
{
    BYTE signature[64];
    DWORD size;

    return NCryptSignHash(key, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, flags);
}

static NCRYPT_KEY_HANDLE create(DWORD flags)
{
    NCRYPT_UI_POLICY policy = { NCRYPT_UI_POLICY_VERSION, flags, L"Making the key of the archive", L"Archive key",
                                L"Opens the archive of the last ten years. Whoever has this key can read all that is "
                                L"in it, and nobody can take it back." };
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, NCRYPT_OVERWRITE_KEY_FLAG));
    check_success(NCryptSetProperty(key, NCRYPT_UI_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy),
                                    NCRYPT_PERSIST_FLAG));
    check_success(set_text(key, NCRYPT_USE_CONTEXT_PROPERTY, L"Setting up the archive", 0));
    return key;
}

static NCRYPT_KEY_HANDLE open_key(void)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    return key;
}

/* What the process knows of the key's password. */
static void forget(NCRYPT_KEY_HANDLE key)
{
    check_success(NCryptSetProperty(key, NCRYPT_PIN_PROPERTY, (BYTE *)L"", sizeof(WCHAR), 0));
}

static const WCHAR creating[] = L"Making the key of the archive";
static const WCHAR using[] = L"Use of a protected key";

static void test_password(void)
{
    static const struct step cancel[] = { { NULL, creating, L"", L"", L"", IDCANCEL } };
    static const struct step make[] =
    {
        { NULL, creating, L"", L"", L"", IDOK },
        { NULL, creating, L"Please type a password.", PASSWORD, L"correct", IDOK },
        { "create-complaint", creating, L"The two are not the same. Please type the password twice.", PASSWORD,
          PASSWORD, IDOK },
    };
    static const struct step cancel_use[] = { { NULL, using, L"", L"", NULL, IDCANCEL } };
    static const struct step use[] =
    {
        { "use-password", using, L"", L"a wrong one", NULL, IDOK },
        { NULL, using, L"That is not the password.", PASSWORD, NULL, IDOK },
    };
    static const struct step wrong[] =
    {
        { NULL, using, L"", L"1", NULL, IDOK },
        { NULL, using, L"That is not the password.", L"2", NULL, IDOK },
        { "use-wrong", using, L"That is not the password.", L"3", NULL, IDOK },
    };
    NCRYPT_KEY_HANDLE key = create(NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG);

    with_hand(cancel, NTE_USER_CANCELLED, NCryptFinalizeKey(key, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    with_hand(make, ERROR_SUCCESS, NCryptFinalizeKey(key, 0));
    check_success(sign(key, 0));
    forget(key);
    NCryptFreeObject(key);

    key = open_key();
    check_status(NTE_SILENT_CONTEXT, sign(key, NCRYPT_SILENT_FLAG));
    with_hand(cancel_use, NTE_USER_CANCELLED, sign(key, 0));
    with_hand(wrong, NTE_INCORRECT_PASSWORD, sign(key, 0));
    with_hand(use, ERROR_SUCCESS, sign(key, 0));
    check_success(sign(key, 0));
    NCryptFreeObject(key);
    key = open_key();
    check_success(sign(key, NCRYPT_SILENT_FLAG));   /* asked once a process (row 18.5) */
    forget(key);                                    /* unless it wants that (18.4) */
    with_hand(use, ERROR_SUCCESS, sign(key, 0));
    NCryptFreeObject(key);
}

static void test_consent(void)
{
    static const struct step make[] = { { "create-consent", creating, L"", NULL, NULL, IDOK } };
    static const struct step cancel[] = { { NULL, using, L"", NULL, NULL, IDCANCEL } };
    static const struct step use[] = { { "use-consent", using, L"", NULL, NULL, IDOK } };
    NCRYPT_KEY_HANDLE key = create(NCRYPT_UI_PROTECT_KEY_FLAG);

    with_hand(make, ERROR_SUCCESS, NCryptFinalizeKey(key, 0));
    NCryptFreeObject(key);
    key = open_key();
    check_status(NTE_SILENT_CONTEXT, sign(key, NCRYPT_SILENT_FLAG));
    with_hand(cancel, NTE_USER_CANCELLED, sign(key, 0));
    with_hand(use, ERROR_SUCCESS, sign(key, 0));
    check_success(sign(key, NCRYPT_SILENT_FLAG));
    check_success(NCryptDeleteKey(key, 0));
}

/* --- what is left in memory --- */

/* A password that is not in this program as it is written here. */
static void make_secret(WCHAR *secret)
{
    static const WCHAR mixed[] = L"YvkeZc\x7fk\\kxbk`zyOfsh";
    int i;

    for (i = 0; mixed[i]; i++) secret[i] = mixed[i] ^ 5;
    secret[i] = 0;
}

static int count_in(const BYTE *data, SIZE_T size, const BYTE *wanted, SIZE_T length)
{
    int found = 0;
    SIZE_T i;

    for (i = 0; i + length <= size; i++) found += data[i] == *wanted && !memcmp(data + i, wanted, length);
    return found;
}

/* Copies in the memory of this process, but for the one at password itself. The end of it is searched for: what
 * the heap keeps in freed blocks overwrites their beginning. */
static int count_copies(const WCHAR *password)
{
    const WCHAR *wanted = password + 10;
    MEMORY_BASIC_INFORMATION info;
    const BYTE *p = NULL;
    int found = 0;

    while (VirtualQuery(p, &info, sizeof(info)))
    {
        p = (const BYTE *)info.BaseAddress;
        if (info.State == MEM_COMMIT && !(info.Protect & PAGE_GUARD) &&
            (info.Protect & (PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE)))
            found += count_in(p, info.RegionSize, (const BYTE *)wanted, lstrlenW(wanted) * sizeof(*wanted));
        p += info.RegionSize;
    }
    return found - 1;
}

static void test_memory(void)
{
    WCHAR *secret = VirtualAlloc(NULL, 4096, MEM_COMMIT, PAGE_READWRITE), *copy;
    struct step make = { NULL, creating, L"", secret, secret, IDOK }, use = { NULL, using, L"", secret, NULL, IDOK };
    NCRYPT_KEY_HANDLE key;
    HANDLE thread;
    int before;

    make_secret(secret);
    copy = HeapAlloc(GetProcessHeap(), 0, 256);
    lstrcpyW(copy, secret);
    before = count_copies(secret);
    ok(before >= 1, "the search does not find what is there\n");
    SecureZeroMemory(copy, 256);
    before = count_copies(secret);

    key = create(NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG);
    thread = start_hand(&make, 1);
    check_success(NCryptFinalizeKey(key, 0));
    end_hand(thread);
    forget(key);
    NCryptFreeObject(key);
    key = open_key();
    thread = start_hand(&use, 1);
    check_success(sign(key, 0));
    end_hand(thread);
    ok(count_copies(secret) <= before, "the password was left in memory %d times\n", count_copies(secret) - before);
    check_success(NCryptDeleteKey(key, 0));
    HeapFree(GetProcessHeap(), 0, copy);
    VirtualFree(secret, 0, MEM_RELEASE);
}

static void test_without_display(void)
{
    NCRYPT_KEY_HANDLE key = create(NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG);

    check_status(NTE_SILENT_CONTEXT, NCryptFinalizeKey(key, 0));
    NCryptFreeObject(key);
}

START_TEST(consent)
{
    char **argv;

    provider = open_provider();
    key_name(name, L"dialog");
    if (winetest_get_mainargs(&argv) < 2) test_without_display();
    else
    {
        directory = argv[1];
        test_password();
        test_consent();
        test_memory();
    }
    NCryptFreeObject(provider);
}
