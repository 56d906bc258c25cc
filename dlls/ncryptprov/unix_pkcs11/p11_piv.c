/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Names of keys on PIV cards, which have none: Windows makes them of the card's GUID and of the tag of the certificate
 * (rows D.36 to D.38). The card's own list of names (MSCMAP) is not to be had through PKCS #11. */
#include <stdio.h>
#include <string.h>

#include "p11.h"

/* 2.16.840.1.101.3.7.2.48.0, Card Holder Unique Identifier; OpenSC leaves out the tag and the length of the DER. */
static const CK_BYTE chuid_oid[] = {0x06, 0x0a, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x07, 0x02, 0x30, 0x00};
#define OID_HEADER 2

#define GUID_TAG 0x34

/* The tag of the certificate object 5FC1xx: of OpenSC's ids 01 to 04, and of the retired keys from 05. 0: none. */
static uint8_t certificate_tag(struct bytes id)
{
    static const uint8_t first[] = {0x05, 0x0a, 0x0b, 0x01};

    if (id.size != 1 || !id.data[0] || id.data[0] > 24) return 0;
    return id.data[0] <= 4 ? first[id.data[0] - 1] : 0x0d + id.data[0] - 5;
}

/* Simple TLV: tags and lengths of one byte, or a length of two after 82 or one after 81. */
static const uint8_t *find_guid(struct bytes chuid)
{
    const uint8_t *p = chuid.data, *end = p + chuid.size;
    size_t size;
    uint8_t tag;

    if (chuid.size > 4 && *p == 0x53) p += p[1] == 0x82 ? 4 : p[1] == 0x81 ? 3 : 2;
    while (end - p > 2)
    {
        tag = *p++;
        size = *p++;
        if (size == 0x81) size = *p++;
        else if (size == 0x82 && end - p > 2) size = p[0] << 8 | p[1], p += 2;
        if (size > (size_t)(end - p)) return NULL;
        if (tag == GUID_TAG && size == P11_GUID_SIZE) return p;
        p += size;
    }
    return NULL;
}

static void print_guid(const uint8_t *g, char name[40])
{
    snprintf(name, 40, "{%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x}", g[3], g[2], g[1], g[0],
             g[5], g[4], g[7], g[6], g[8], g[9], g[10], g[11], g[12], g[13], g[14], g[15]);
}

static CK_RV find_chuid(struct token *token, struct p11_session *session, size_t from, CK_OBJECT_HANDLE *handle)
{
    CK_OBJECT_CLASS class = CKO_DATA;
    CK_ATTRIBUTE match[] =
    {
        {CKA_CLASS, &class, sizeof(class)},
        {CKA_OBJECT_ID, (void *)(chuid_oid + from), sizeof(chuid_oid) - from},
    };

    return p11_find_one(token, session, match, 2, handle);
}

/* Without a value where the card has none. */
static CK_RV read_chuid(struct token *token, struct p11_session *session, CK_ATTRIBUTE *value)
{
    CK_OBJECT_HANDLE handle;
    CK_RV rv;

    if ((rv = find_chuid(token, session, OID_HEADER, &handle))) return rv;
    if (handle == CK_INVALID_HANDLE && (rv = find_chuid(token, session, 0, &handle))) return rv;
    return handle == CK_INVALID_HANDLE ? CKR_OK : p11_read(token, session, handle, value, 1);
}

CK_RV p11_piv_guid(struct token *token, struct p11_session *session, struct p11_guid *guid)
{
    CK_ATTRIBUTE value = {CKA_VALUE, NULL, 0};
    const uint8_t *found;
    CK_RV rv;

    guid->is_there = 0;
    if ((rv = read_chuid(token, session, &value))) return rv;
    if ((found = value.ulValueLen ? find_guid(p11_value(&value)) : NULL))
    {
        memcpy(guid->bytes, found, sizeof(guid->bytes));
        guid->is_there = 1;
    }
    p11_free_attributes(&value, 1);
    return CKR_OK;
}

void p11_piv_name(const struct p11_guid *guid, struct bytes id, char name[40])
{
    uint8_t tag = certificate_tag(id), bytes[P11_GUID_SIZE];

    *name = 0;
    if (!tag || !guid->is_there) return;
    memcpy(bytes, guid->bytes, sizeof(bytes));
    bytes[13] = 0x5f;
    bytes[14] = 0xc1;
    bytes[15] = tag;
    print_guid(bytes, name);
}

static CK_RV run_guid(struct p11_use *use, void *context)
{
    return p11_piv_guid(use->token, use->session, context);
}

nte_status p11_card_guid(struct token_scope *scope, struct token *token, uint8_t bytes[P11_GUID_SIZE])
{
    struct p11_guid guid;
    nte_status status;

    if ((status = p11_with_token(scope, token, 0, 0, run_guid, &guid))) return status;
    if (!guid.is_there) return NTE_NOT_FOUND;
    memcpy(bytes, guid.bytes, sizeof(guid.bytes));
    return NTE_SUCCESS;
}
