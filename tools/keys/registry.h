/* SPDX-License-Identifier: LGPL-2.1-or-later
 * One value out of a registry file of Wine (system.reg, user.reg), while no Wine need run. */
#ifndef KEYS_REGISTRY_H
#define KEYS_REGISTRY_H

#include "base/memory.h"

enum registry_result
{
    REGISTRY_FOUND,
    REGISTRY_MISSING,               /* no such key or value, or one of another type than REG_SZ, or empty */
    REGISTRY_MALFORMED,             /* not what Wine writes; nothing in it is believed */
};

/* key and value: ASCII, their case does not matter. The string is UTF-8, with a NUL, in text of size bytes; a longer
 * one is malformed. The whole file is looked at in any case. */
enum registry_result registry_read(struct bytes file, const char *key, const char *value, char *text, size_t size);

#endif
