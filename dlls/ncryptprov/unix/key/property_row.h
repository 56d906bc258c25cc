/* SPDX-License-Identifier: LGPL-2.1-or-later
 * One property of one kind of object; property.c has those of all providers. */
#ifndef ENGINE_PROPERTY_ROW_H
#define ENGINE_PROPERTY_ROW_H

#include "base/memory.h"
#include "base/status.h"

enum object_type
{
    OBJECT_PROVIDER = 1,
    OBJECT_KEY,
    OBJECT_KEY_ENUM,
    OBJECT_SECRET,
};

struct object;

/* A getter runs with the object's mutex held, unless its row says otherwise, and appends to w; a setter takes it
 * itself. */
typedef nte_status property_getter(struct object *object, const uint16_t *name, struct writer *w);
typedef nte_status property_setter(struct object *object, const uint16_t *name, struct bytes value);

#define ROW_PARTS          1        /* the call must say which parts are meant, of a security descriptor */
#define ROW_MAY_BE_MISSING 2        /* a value of NULL and 0 bytes is one (row 7.9) */
#define ROW_OWN_LOCK       4        /* the getter takes the mutex itself: it may have to wait for a device */

struct property_row
{
    const char *name;
    enum object_type type;
    property_getter *get;
    property_setter *set;
    uint32_t flags;                 /* ROW_* */
};

#endif
