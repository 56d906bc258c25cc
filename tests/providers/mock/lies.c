/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the mock says of numbers and sizes that is not so. */
#include "lies.h"

#include "control.h"

#include <stdio.h>
#include <stdlib.h>

void lie_count(const char *rule, CK_ULONG *count)
{
    char value[32];

    if (control_value(rule, value, sizeof(value))) *count = strtoul(value, NULL, 0);
}

/* A longer value comes between the two calls, and the second one answers as p11-kit's client does. */
static bool is_growing(CK_ATTRIBUTE_TYPE type)
{
    char text[32];

    snprintf(text, sizeof(text), "0x%lx", type);
    return control_has("growing", text);
}

static bool is_long(CK_ATTRIBUTE_TYPE type, CK_ULONG *length)
{
    char value[64], *rest;

    if (!control_value("long-value", value, sizeof(value)) || strtoul(value, &rest, 0) != type) return false;
    *length = strtoul(rest, NULL, 0);
    return true;
}

void lie_value(CK_ATTRIBUTE *attribute, CK_ULONG room)
{
    CK_ULONG length;

    if (attribute->pValue && is_growing(attribute->type)) attribute->ulValueLen = room + 64;
    if (is_long(attribute->type, &length)) attribute->ulValueLen = length;
}

void lie_written(const CK_BYTE *output, CK_ULONG *size)
{
    CK_ULONG more = 0;

    lie_count("long-results", &more);
    if (output) *size += more;
    else lie_count("long-wrapped", size);
}

void lie_found(CK_OBJECT_HANDLE *list, CK_ULONG count, CK_ULONG *found)
{
    static CK_OBJECT_HANDLE last;
    CK_ULONG i;

    if (*found) last = list[*found - 1];
    lie_count("many-found", found);
    if (!control_has("endless", NULL) || *found) return;
    for (i = 0; i < count; i++) list[i] = last;
    *found = count;
}
