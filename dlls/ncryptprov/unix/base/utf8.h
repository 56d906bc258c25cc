/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Characters as UTF-8 and UTF-16. */
#ifndef ENGINE_UTF8_H
#define ENGINE_UTF8_H

#include "base/memory.h"

/* The next character; -1 for invalid UTF-8 and for NUL. r->left must not be 0. */
int32_t utf8_read(struct reader *r);
void utf8_write(struct writer *w, uint32_t character);
/* The next character of UTF-16; -1 for an unpaired surrogate. Advances *s. */
int32_t utf16_read(const uint16_t **s);
void utf16_write(struct writer *w, uint32_t character);
/* The UTF-16 before end as UTF-8 with a NUL, as far as w has memory. 0: an unpaired surrogate; w is useless then. */
int utf8_from_utf16(struct writer *w, const uint16_t *s, const uint16_t *end);
/* Valid UTF-8 as UTF-16 with a NUL. */
void utf16_from_utf8(struct writer *w, struct bytes text);

#endif
