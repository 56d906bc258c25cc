/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Names in lower case, from which the names of their files are made. The Windows half asks LCMapStringW, which in Wine
 * maps each 16-bit unit by itself; the C library knows the same characters and differs in the ten below. */
#include <locale.h>
#include <pthread.h>
#include <string.h>
#include <wctype.h>

#include "base/utf8.h"
#include "store/store_internal.h"

/* Without LCMAP_LINGUISTIC_CASING these stay as they are (tests/system/check-ncrypt-keys tries every letter). */
static const uint16_t unchanged[] =
{
    0x0130, 0x01c5, 0x01c8, 0x01cb, 0x01f2, 0x03f4, 0x1e9e, 0x2126, 0x212a, 0x212b,
};

static locale_t unicode_locale;

static void find_unicode_locale(void)
{
    unicode_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
}

/* towlower of Unicode, whatever the locale of the user; NULL when the C library has none. */
static locale_t unicode(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, find_unicode_locale);
    return unicode_locale;
}

static uint16_t fold_unit(uint16_t c)
{
    size_t i;

    if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c;
    for (i = 0; i < sizeof(unchanged) / sizeof(*unchanged); i++) if (c == unchanged[i]) return c;
    return unicode() ? towlower_l(c, unicode()) : c;
}

/* Beyond the first 65536 characters, versions of Wine differ in which have a case. */
static int is_certain(int32_t c)
{
    if (c < 0x80) return c >= 0;
    if (!unicode()) return 0;
    if (c < 0x10000) return 1;
    return (int32_t)towlower_l(c, unicode()) == c && (int32_t)towupper_l(c, unicode()) == c;
}

int fold_name(const uint16_t *name, uint16_t *folded)
{
    const uint16_t *s = name;
    size_t i;

    while (*s) if (!is_certain(utf16_read(&s))) return 0;
    for (i = 0; name[i]; i++) folded[i] = fold_unit(name[i]);
    folded[i] = 0;
    return 1;
}

int same_folded(const uint16_t *a, const uint16_t *b)
{
    while (*a && fold_unit(*a) == fold_unit(*b))
    {
        a++;
        b++;
    }
    return fold_unit(*a) == fold_unit(*b);
}
