/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Unique names: what a key's file is called. Nothing else ever becomes part of a path. */
#include <stdio.h>
#include <string.h>

#include "crypto/hash.h"
#include "store/store_internal.h"

#define HASH_DIGITS     32
#define GUID_MAX        64

static int is_hash_digit(uint16_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static int is_guid_char(uint16_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

/* Whether c is allowed at that place. */
static int is_unique_char(size_t place, uint16_t c)
{
    if (place < HASH_DIGITS) return is_hash_digit(c);
    return place == HASH_DIGITS ? c == '_' : is_guid_char(c);
}

static int is_unique_length(size_t length)
{
    return length > HASH_DIGITS + 1 && length <= HASH_DIGITS + 1 + GUID_MAX;
}

int is_unique_name(const char *unique)
{
    size_t i;

    for (i = 0; unique[i]; i++) if (!is_unique_char(i, (uint8_t)unique[i])) return 0;
    return is_unique_length(i);
}

int store_is_unique_name(const uint16_t *s, char unique[UNIQUE_NAME_MAX])
{
    char ascii[UNIQUE_NAME_MAX];
    size_t i;

    for (i = 0; s[i]; i++)
    {
        if (i >= HASH_DIGITS + 1 + GUID_MAX || !is_unique_char(i, s[i])) return 0;
        ascii[i] = s[i];
    }
    if (!is_unique_length(i)) return 0;
    ascii[i] = 0;
    memcpy(unique, ascii, i + 1);
    return 1;
}

nte_status store_unique_name(const uint16_t *folded, const char *machine_guid, char unique[UNIQUE_NAME_MAX])
{
    struct bytes hashed = {(const uint8_t *)folded, (u16_length(folded) + 1) * sizeof(*folded)};
    char name[UNIQUE_NAME_MAX];
    uint32_t words[4];
    nte_status status;
    int length;

    /* The digest is four little-endian words, and every host of Wine is little-endian. */
    if ((status = hash_once(hash_find_ascii("MD5"), hashed, (uint8_t *)words))) return status;
    length = snprintf(name, sizeof(name), "%08x%08x%08x%08x_%s", words[0], words[1], words[2], words[3],
                      machine_guid);
    if (length >= (int)sizeof(name) || !is_unique_name(name)) return NTE_INVALID_PARAMETER;
    memcpy(unique, name, length + 1);
    return NTE_SUCCESS;
}
