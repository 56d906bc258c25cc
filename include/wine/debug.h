/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Values as text, for the messages of tests: only the part of Wine's debug.h that its test files use.
 *
 * Every function returns a string of a ring that belongs to the calling thread: it stays valid for some calls
 * and is never freed. The definitions are compiled in the one file that defines STANDALONE (wine/test.h). */
#ifndef __WINE_WINE_DEBUG_H
#define __WINE_WINE_DEBUG_H

#include <stdarg.h>
#include <windef.h>
#include <winbase.h>

#ifndef __WINE_PRINTF_ATTR
#if defined(__MINGW32__)
#define __WINE_PRINTF_ATTR(fmt, args) __attribute__((format(ms_printf, fmt, args)))
#elif defined(__GNUC__)
#define __WINE_PRINTF_ATTR(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define __WINE_PRINTF_ATTR(fmt, args)
#endif
#endif

/* Lengths are characters; -1 means up to the NUL. */
const char *wine_dbg_sprintf(const char *format, ...) __WINE_PRINTF_ATTR(1, 2);
const char *wine_dbgstr_an(const char *s, int length);
const char *wine_dbgstr_wn(const WCHAR *s, int length);
const char *wine_dbgstr_guid(const GUID *id);
const char *wine_dbgstr_fourcc(unsigned int code);

static inline const char *wine_dbgstr_a(const char *s)
{
    return wine_dbgstr_an(s, -1);
}

static inline const char *wine_dbgstr_w(const WCHAR *s)
{
    return wine_dbgstr_wn(s, -1);
}

/* Plain hexadecimal without a prefix. */
static inline const char *wine_dbgstr_longlong(ULONGLONG value)
{
    unsigned int high = value >> 32, low = value;

    return high ? wine_dbg_sprintf("%x%08x", high, low) : wine_dbg_sprintf("%x", low);
}

static inline const char *wine_dbgstr_point(const POINT *point)
{
    return point ? wine_dbg_sprintf("(%ld,%ld)", (long)point->x, (long)point->y) : "(null)";
}

static inline const char *wine_dbgstr_rect(const RECT *rect)
{
    if (!rect) return "(null)";
    return wine_dbg_sprintf("(%ld,%ld)-(%ld,%ld)", (long)rect->left, (long)rect->top, (long)rect->right,
                            (long)rect->bottom);
}

#if defined(__oaidl_h__) && defined(V_VT)
static inline const char *wine_dbgstr_variant(const VARIANT *variant)
{
    if (!variant) return "(null)";
    switch (V_VT(variant))
    {
    case VT_EMPTY:
        return "{VT_EMPTY}";
    case VT_NULL:
        return "{VT_NULL}";
    case VT_I4:
        return wine_dbg_sprintf("{VT_I4: %ld}", (long)V_I4(variant));
    case VT_BOOL:
        return wine_dbg_sprintf("{VT_BOOL: %d}", V_BOOL(variant));
    case VT_R8:
        return wine_dbg_sprintf("{VT_R8: %f}", V_R8(variant));
    case VT_BSTR:
        return wine_dbg_sprintf("{VT_BSTR: %s}", wine_dbgstr_w(V_BSTR(variant)));
    case VT_DISPATCH:
        return wine_dbg_sprintf("{VT_DISPATCH: %p}", (void *)V_DISPATCH(variant));
    default:
        return wine_dbg_sprintf("{vt %#x}", V_VT(variant));
    }
}
#define debugstr_variant wine_dbgstr_variant
#endif

#define debugstr_a wine_dbgstr_a
#define debugstr_an wine_dbgstr_an
#define debugstr_w wine_dbgstr_w
#define debugstr_wn wine_dbgstr_wn
#define debugstr_guid wine_dbgstr_guid
#define debugstr_fourcc wine_dbgstr_fourcc

#ifdef STANDALONE

#include <stdio.h>
#include <string.h>

#define WINE_DBG_RING 32                /* strings that a thread can hold at once */
#define WINE_DBG_SIZE 320               /* bytes of each, NUL included */
#define WINE_DBG_CUT  290               /* where a quoted string ends in "..." */

struct wine_dbg_ring
{
    unsigned int next;
    char strings[WINE_DBG_RING][WINE_DBG_SIZE];
};

/* A lost race for the index only wastes one. Falls back to a ring that all threads share. Keeps the last error,
 * which the test may look at next. */
static char *wine_dbg_next(void)
{
    static struct wine_dbg_ring shared;
    static LONG tls = -1;
    struct wine_dbg_ring *ring = NULL;
    DWORD error = GetLastError();

    if (tls == -1) InterlockedCompareExchange(&tls, TlsAlloc(), -1);
    if (tls != -1 && !(ring = TlsGetValue(tls)))
    {
        ring = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*ring));
        TlsSetValue(tls, ring);
    }
    if (!ring) ring = &shared;
    SetLastError(error);
    return ring->strings[ring->next++ % WINE_DBG_RING];
}

const char *wine_dbg_sprintf(const char *format, ...)
{
    char *string = wine_dbg_next();
    va_list args;

    va_start(args, format);
    _vsnprintf(string, WINE_DBG_SIZE - 1, format, args);
    va_end(args);
    string[WINE_DBG_SIZE - 1] = 0;
    return string;
}

/* Writes one character the way a C string literal would show it; returns its length. */
static int wine_dbg_escape(char *dst, unsigned int c, int wide)
{
    static const char names[] = "\nn\rr\tt\"\"\\\\";
    int i;

    for (i = 0; names[i]; i += 2)
        if (c == (unsigned char)names[i]) return sprintf(dst, "\\%c", names[i + 1]);
    if (c >= ' ' && c < 127) return sprintf(dst, "%c", (char)c);
    return sprintf(dst, wide ? "\\%04x" : "\\x%02x", c);
}

static const char *wine_dbg_quote(const void *s, int length, int wide)
{
    char *string, *dst;
    unsigned int c;
    int i;

    if (!s) return "(null)";
    if ((ULONG_PTR)s < 0x10000) return wine_dbg_sprintf("#%04x", (unsigned int)(ULONG_PTR)s);
    if (length < 0 && (wide ? IsBadStringPtrW(s, ~0u) : IsBadStringPtrA(s, ~0u))) return "(invalid)";
    if (length > 0 && IsBadReadPtr(s, wide ? length * sizeof(WCHAR) : (SIZE_T)length)) return "(invalid)";

    string = dst = wine_dbg_next();
    if (wide) *dst++ = 'L';
    *dst++ = '"';
    for (i = 0; i != length; i++)
    {
        c = wide ? ((const WCHAR *)s)[i] : ((const unsigned char *)s)[i];
        if (length < 0 && !c) break;
        if (dst - string > WINE_DBG_CUT)
        {
            strcpy(dst, "\"...");
            return string;
        }
        dst += wine_dbg_escape(dst, c, wide);
    }
    strcpy(dst, "\"");
    return string;
}

const char *wine_dbgstr_an(const char *s, int length)
{
    return wine_dbg_quote(s, length, 0);
}

const char *wine_dbgstr_wn(const WCHAR *s, int length)
{
    return wine_dbg_quote(s, length, 1);
}

const char *wine_dbgstr_guid(const GUID *id)
{
    const unsigned char *b;

    if (!id) return "(null)";
    if ((ULONG_PTR)id < 0x10000) return wine_dbg_sprintf("#%04x", (unsigned int)(ULONG_PTR)id);
    b = id->Data4;
    return wine_dbg_sprintf("{%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x}", (unsigned int)id->Data1,
                            id->Data2, id->Data3, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]);
}

const char *wine_dbgstr_fourcc(unsigned int code)
{
    char c[4];
    int i;

    for (i = 0; i < 4; i++)
    {
        c[i] = code >> (8 * i);
        if (c[i] < ' ' || c[i] > '~') return wine_dbg_sprintf("0x%08x", code);
    }
    return wine_dbg_sprintf("'%c%c%c%c'", c[0], c[1], c[2], c[3]);
}

#endif /* STANDALONE */
#endif
