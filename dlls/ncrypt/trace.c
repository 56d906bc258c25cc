/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Traces, the last error and complaints. See trace.h. */
#include <stdarg.h>

#include "trace.h"

#define STRING_MAX 290          /* characters of one string argument */

/* ABI of Wine's debug channels: ntdll keeps the flags of a channel up to date from WINEDEBUG. */
struct channel
{
    unsigned char flags;        /* one bit for each class; the highest: not yet asked for */
    char name[15];
};

#define CLASS_TRACE 3

static unsigned char (__cdecl *get_channel_flags)(struct channel *);
static int (__cdecl *debug_header)(int class, struct channel *, const char *function);
static int (__cdecl *debug_output)(const char *text);
static struct channel channel = { 0xff, "" };

BOOL trace_is_on;

void trace_init(const char *name)
{
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");

    get_channel_flags = (void *)GetProcAddress(ntdll, "__wine_dbg_get_channel_flags");
    debug_header = (void *)GetProcAddress(ntdll, "__wine_dbg_header");
    debug_output = (void *)GetProcAddress(ntdll, "__wine_dbg_output");
    lstrcpynA(channel.name, name, sizeof(channel.name));
    if (!get_channel_flags || !debug_header || !debug_output) return;
    trace_is_on = (get_channel_flags(&channel) >> CLASS_TRACE) & 1;
}

/* A line being put together; what does not fit is left out, the line end always fits. */
struct line
{
    BOOL for_people;            /* strings as they are, not quoted and escaped */
    char text[1024];
    size_t used;
};

static void put_char(struct line *line, char c)
{
    if (line->used < sizeof(line->text) - 2) line->text[line->used++] = c;
}

static void put_text(struct line *line, const char *text)
{
    while (*text) put_char(line, *text++);
}

static void put_number(struct line *line, ULONG_PTR value, unsigned int base, int min_digits)
{
    char digits[24];
    int count = 0;

    while (value || count < min_digits)
    {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    }
    while (count) put_char(line, digits[--count]);
}

static void put_wide_char(struct line *line, WCHAR c)
{
    switch (c)
    {
    case '\n': put_text(line, "\\n"); return;
    case '\r': put_text(line, "\\r"); return;
    case '\t': put_text(line, "\\t"); return;
    case '"': put_text(line, "\\\""); return;
    case '\\': put_text(line, "\\\\"); return;
    }
    if (c >= ' ' && c <= '~')
    {
        put_char(line, (char)c);
        return;
    }
    put_char(line, '\\');
    put_number(line, c, 16, 4);
}

static void put_utf8(struct line *line, const WCHAR *s)
{
    char text[3 * MAX_PATH];

    if (WideCharToMultiByte(CP_UTF8, 0, s, -1, text, sizeof(text), NULL, NULL)) put_text(line, text);
    else put_text(line, "(a long name)");
}

/* The name of a key on a token may contain the PIN, after the question mark of its URI. */
static WCHAR end_of(const WCHAR *s)
{
    static const char scheme[] = "pkcs11:";
    unsigned int i;

    for (i = 0; scheme[i]; i++) if (s[i] != scheme[i] && s[i] + 0x20 != scheme[i]) return 0;
    return '?';
}

static void put_wide(struct line *line, const WCHAR *s)
{
    unsigned int i;
    WCHAR end;

    if (line->for_people)
    {
        put_utf8(line, s);
        return;
    }
    if (!s)
    {
        put_text(line, "(null)");
        return;
    }
    if ((ULONG_PTR)s < 0x10000)
    {
        put_char(line, '#');
        put_number(line, (ULONG_PTR)s, 16, 4);
        return;
    }
    if (IsBadStringPtrW(s, STRING_MAX))
    {
        put_text(line, "(invalid)");
        return;
    }
    put_text(line, "L\"");
    end = end_of(s);
    for (i = 0; s[i] && s[i] != end && i < STRING_MAX; i++) put_wide_char(line, s[i]);
    put_char(line, '"');
    if (s[i]) put_text(line, "...");
}

/* format stands behind the '%'; returns the end of the conversion. */
static const char *put_argument(struct line *line, const char *format, va_list *args)
{
    int digits = 1;

    if (format[0] == 'l' && format[1] == 's')
    {
        put_wide(line, va_arg(*args, const WCHAR *));
        return format + 2;
    }
    if (*format == '#')
    {
        put_text(line, "0x");
        format++;
    }
    if (format[0] == '0' && format[1] == '8')
    {
        digits = 8;
        format += 2;
    }
    if (*format == 'l') format++;           /* long and int have one size here */
    switch (*format)
    {
    case 'p': put_number(line, va_arg(*args, ULONG_PTR), 16, 2 * sizeof(void *)); break;
    case 's': put_text(line, va_arg(*args, const char *)); break;
    case 'u': put_number(line, va_arg(*args, unsigned int), 10, 1); break;
    case 'x': put_number(line, va_arg(*args, unsigned int), 16, digits); break;
    default: put_char(line, *format); break;
    }
    return format + 1;
}

static void put_line(struct line *line, const char *format, va_list *args)
{
    while (*format)
    {
        if (*format == '%') format = put_argument(line, format + 1, args);
        else put_char(line, *format++);
    }
    line->text[line->used++] = '\n';
    line->text[line->used] = 0;
}

void trace_line(const char *function, const char *format, ...)
{
    DWORD last_error = GetLastError();
    struct line line;
    va_list args;

    line.for_people = FALSE;
    line.used = 0;
    va_start(args, format);
    put_line(&line, format, &args);
    va_end(args);
    if (debug_header(CLASS_TRACE, &channel, function) != -1) debug_output(line.text);
    SetLastError(last_error);
}

LONG finish(const char *function, LONG status)
{
    if (trace_is_on) trace_line(function, "-> %08lx", status);
    SetLastError(status);
    return status;
}

BOOL finish_bool(const char *function, BOOL result)
{
    if (trace_is_on) trace_line(function, "-> %u", result);
    SetLastError(0);
    return result;
}

void complain(const char *format, ...)
{
    struct line line;
    va_list args;
    DWORD written;

    line.for_people = TRUE;
    line.used = 0;
    put_text(&line, "ncrypt: ");
    va_start(args, format);
    put_line(&line, format, &args);
    va_end(args);

    /* A program without a console has no standard error handle; Wine's debug output is there all the same. */
    if (debug_output) debug_output(line.text);
    else WriteFile(GetStdHandle(STD_ERROR_HANDLE), line.text, (DWORD)line.used, &written, NULL);
}
