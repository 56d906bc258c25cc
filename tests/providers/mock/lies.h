/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the mock says of numbers and sizes that is not so: a module may be a server elsewhere, and no friend. */
#ifndef MOCK_LIES_H
#define MOCK_LIES_H

#define CRYPTOKI_COMPAT
#include <p11-kit/pkcs11.h>

/* As the rule has it, of that name. */
void lie_count(const char *rule, CK_ULONG *count);

/* "growing" and "long-value": of an attribute that was asked for; room: before, what the caller said there was. */
void lie_value(CK_ATTRIBUTE *attribute, CK_ULONG room);

/* "long-results": of what was written to a buffer; output NULL: its size was asked for. */
void lie_written(const CK_BYTE *output, CK_ULONG *size);

/* "many-found" and "endless": of a step of a search. list: room for count handles. */
void lie_found(CK_OBJECT_HANDLE *list, CK_ULONG count, CK_ULONG *found);

#endif
