/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The kinds of protectors (doc/facts/windows-api.md 6.2): a row each; see protect.h. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "protect/protect.h"

#define HASH_ID   "HashId:"
#define CERT_BLOB "CertBlob:"
#define SHA1_HEX_SIZE 40
#define SUBAUTHORITIES_MAX 15
#define AUTHORITY_MAX 0xffffffffffff    /* six bytes */

static int is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static int is_hex(uint8_t c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static int is_base64(uint8_t c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '+' || c == '/';
}

static int check_local(uint8_t *value, size_t size)
{
    static const char *const scopes[] = {"logon", "user", "machine"};
    size_t i;

    for (i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++)
    {
        if (strlen(scopes[i]) != size || strncasecmp((const char *)value, scopes[i], size)) continue;
        memcpy(value, scopes[i], size);
        return 1;
    }
    return 0;
}

/* A number up to most, in decimal or, as large authorities are written, in hexadecimal; returns its end, or NULL. */
static const uint8_t *skip_number(const uint8_t *p, uint64_t most)
{
    int base = p[0] == '0' && (p[1] | 0x20) == 'x' ? 16 : 10;
    const char *start = (const char *)p + (base == 16 ? 2 : 0);
    char *end;

    if (!is_hex(*start)) return NULL;           /* neither blanks nor signs */
    return strtoull(start, &end, base) <= most && end != start ? (const uint8_t *)end : NULL;
}

/* S-1-AUTHORITY and one or more -NUMBER. */
static int check_sid(uint8_t *value, size_t size)
{
    const uint8_t *p = value;
    int parts = 0;

    if (size < 4 || (value[0] | 0x20) != 's' || memcmp(value + 1, "-1-", 3)) return 0;
    value[0] = 'S';
    for (p += 3; *p == '-'; parts++) if (!(p = skip_number(p + 1, parts ? UINT32_MAX : AUTHORITY_MAX))) return 0;
    return !*p && parts >= 2 && parts <= 1 + SUBAUTHORITIES_MAX;
}

static int check_base64(const uint8_t *text, size_t size)
{
    size_t padding = 0, i;

    if (!size || size % 4) return 0;
    while (padding < 2 && text[size - 1 - padding] == '=') padding++;
    for (i = 0; i < size - padding; i++) if (!is_base64(text[i])) return 0;
    return 1;
}

static int has_prefix(uint8_t *value, size_t size, const char *prefix)
{
    if (size <= strlen(prefix) || strncasecmp((const char *)value, prefix, strlen(prefix))) return 0;
    memcpy(value, prefix, strlen(prefix));
    return 1;
}

static int check_certificate(uint8_t *value, size_t size)
{
    size_t i;

    if (has_prefix(value, size, CERT_BLOB)) return check_base64(value + strlen(CERT_BLOB), size - strlen(CERT_BLOB));
    if (!has_prefix(value, size, HASH_ID) || size != strlen(HASH_ID) + SHA1_HEX_SIZE) return 0;
    for (i = strlen(HASH_ID); i < size; i++) if (!is_hex(value[i])) return 0;
    return 1;
}

static int check_any(uint8_t *value, size_t size)
{
    (void)value;
    return size > 0;
}

static const struct row
{
    uint32_t type;
    const char *name;
    uint32_t oid;
    int (*check)(uint8_t *value, size_t size);
}
rows[] =
{
    {UNIX_PROTECTOR_SID, "SID", 1, check_sid},
    {UNIX_PROTECTOR_SDDL, "SDDL", 5, check_any},
    {UNIX_PROTECTOR_LOCAL, "LOCAL", 8, check_local},
    {UNIX_PROTECTOR_CERTIFICATE, "CERTIFICATE", 11, check_certificate},
    {UNIX_PROTECTOR_WEBCREDENTIALS, "WEBCREDENTIALS", 7, check_any},
    {UNIX_PROTECTOR_LOCKEDCREDENTIALS, "LOCKEDCREDENTIALS", 10, check_any},
    {UNIX_PROTECTOR_KEYFILE, "KEYFILE", 12, check_any},
};

static const struct row *find_row(uint32_t type)
{
    size_t i;

    for (i = 0; rows[i].type != type;) i++;
    return &rows[i];
}

const char *protector_name(uint32_t type)
{
    return find_row(type)->name;
}

uint32_t protector_oid(uint32_t type)
{
    return find_row(type)->oid;
}

uint32_t protector_find(struct bytes name)
{
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    {
        if (strlen(rows[i].name) != name.size) continue;
        if (!strncasecmp(rows[i].name, (const char *)name.data, name.size)) return rows[i].type;
    }
    return 0;
}

int protector_check(uint32_t type, uint8_t *value, size_t size)
{
    return find_row(type)->check(value, size);
}
