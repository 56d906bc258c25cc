/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What an Authenticode signature says of the image: its hash as SpcIndirectDataContent, and the attributes that are
 * signed (Microsoft's "Windows Authenticode Portable Executable Signature Format"). */
#include "mssign32.h"

#define OID_PE_IMAGE        "1.3.6.1.4.1.311.2.1.15"
#define OID_STATEMENT_TYPE  "1.3.6.1.4.1.311.2.1.11"
#define OID_OPUS_INFO       "1.3.6.1.4.1.311.2.1.12"
#define OID_INDIVIDUAL      "1.3.6.1.4.1.311.2.1.21"
#define OID_COMMERCIAL      "1.3.6.1.4.1.311.2.1.22"

#define UNICODE_STRING_TAG 0x80     /* of SpcString: [0], a BMPString */
#define URL_TAG 0x80                /* of SpcLink: [0], an IA5String */

void append_algorithm(const char *oid, struct der *der)
{
    DWORD start = der->used;

    der_oid(der, oid);
    der_value(der, DER_NULL, NULL, 0);
    der_wrap(der, DER_SEQUENCE, start);
}

/* SpcPeImageData: no flags, and a file without a name, which the format calls obsolete and readers want. */
static void append_image_data(struct der *der)
{
    static const BYTE no_flags = 0;
    DWORD start = der->used, link;

    der_value(der, DER_BIT_STRING, &no_flags, 1);
    link = der->used;
    der_value(der, UNICODE_STRING_TAG, NULL, 0);
    der_wrap(der, DER_CONTEXT(2), link);
    der_wrap(der, DER_CONTEXT(0), link);
    der_wrap(der, DER_SEQUENCE, start);
}

void append_indirect_data(const struct hash *hash, const BYTE *image_hash, struct der *der)
{
    DWORD start = der->used, part = start;

    der_oid(der, OID_PE_IMAGE);
    append_image_data(der);
    der_wrap(der, DER_SEQUENCE, part);
    part = der->used;
    append_algorithm(hash->oid, der);
    der_value(der, DER_OCTET_STRING, image_hash, hash->size);
    der_wrap(der, DER_SEQUENCE, part);
    der_wrap(der, DER_SEQUENCE, start);
}

/* --- attributes --- */

#define MOST_ATTRIBUTES 64

/* A SET OF is written in the order of its elements' bytes. */
struct attribute_set
{
    struct der elements;
    DWORD ends[MOST_ATTRIBUTES];
    DWORD count;
};

static DWORD start_of(const struct attribute_set *set, DWORD index)
{
    return index ? set->ends[index - 1] : 0;
}

/* Closes Attribute around the value that has been written since `values`; oid stands in front of it. */
static void end_attribute(struct attribute_set *set, DWORD values)
{
    struct der *der = &set->elements;

    der_wrap(der, DER_SET, values);
    der_wrap(der, DER_SEQUENCE, start_of(set, set->count));
    if (set->count == MOST_ATTRIBUTES) der->failed = TRUE;
    else set->ends[set->count++] = der->used;
}

static DWORD start_attribute(struct attribute_set *set, const char *oid)
{
    der_oid(&set->elements, oid);
    return set->elements.used;
}

static int compare(const struct attribute_set *set, DWORD a, DWORD b)
{
    DWORD a_size = set->ends[a] - start_of(set, a), b_size = set->ends[b] - start_of(set, b);
    int order
        = memcmp(set->elements.data + start_of(set, a), set->elements.data + start_of(set, b), min(a_size, b_size));

    return order ? order : a_size < b_size ? -1 : 1;
}

static void write_set(const struct attribute_set *set, BYTE tag, struct der *der)
{
    DWORD start = der->used, i, j, lowest;
    BOOL done[MOST_ATTRIBUTES] = {FALSE};

    if (set->elements.failed) der->failed = TRUE;
    for (i = 0; !der->failed && i < set->count; i++)
    {
        lowest = set->count;
        for (j = 0; j < set->count; j++)
            if (!done[j] && (lowest == set->count || compare(set, j, lowest) < 0)) lowest = j;
        done[lowest] = TRUE;
        der_bytes(der, set->elements.data + start_of(set, lowest), set->ends[lowest] - start_of(set, lowest));
    }
    der_wrap(der, tag, start);
}

static void add_caller_attributes(const CRYPT_ATTRIBUTES *attributes, struct attribute_set *set)
{
    DWORD i, j, values;

    for (i = 0; attributes && i < attributes->cAttr; i++)
    {
        values = start_attribute(set, attributes->rgAttr[i].pszObjId);
        for (j = 0; j < attributes->rgAttr[i].cValue; j++)
            der_bytes(&set->elements, attributes->rgAttr[i].rgValue[j].pbData, attributes->rgAttr[i].rgValue[j].cbData);
        end_attribute(set, values);
    }
}

void append_attributes(const CRYPT_ATTRIBUTES *attributes, BYTE tag, struct der *der)
{
    struct attribute_set set = {.count = 0};

    if (!attributes || !attributes->cAttr) return;
    add_caller_attributes(attributes, &set);
    write_set(&set, tag, der);
    der_free(&set.elements);
}

static void append_bmp(const WCHAR *text, struct der *der)
{
    DWORD start = der->used;
    BYTE bytes[2];

    for (; *text; text++)
    {
        bytes[0] = *text >> 8;
        bytes[1] = *text;
        der_bytes(der, bytes, sizeof(bytes));
    }
    der_wrap(der, UNICODE_STRING_TAG, start);
}

static void append_url(const WCHAR *text, struct der *der)
{
    DWORD start = der->used;
    BYTE byte;

    for (; *text; text++)
    {
        if (*text > 0x7f) der->failed = TRUE;
        byte = *text;
        der_bytes(der, &byte, 1);
    }
    der_wrap(der, URL_TAG, start);
}

/* What the program is called and where to learn more of it. */
static void append_opus(const SIGNER_ATTR_AUTHCODE *authcode, struct der *der)
{
    DWORD start = der->used, part;

    if (authcode && authcode->pwszName)
    {
        part = der->used;
        append_bmp(authcode->pwszName, der);
        der_wrap(der, DER_CONTEXT(0), part);
    }
    if (authcode && authcode->pwszInfo)
    {
        part = der->used;
        append_url(authcode->pwszInfo, der);
        der_wrap(der, DER_CONTEXT(1), part);
    }
    der_wrap(der, DER_SEQUENCE, start);
}

static void append_statement(const SIGNER_ATTR_AUTHCODE *authcode, struct der *der)
{
    DWORD start = der->used;

    der_oid(der, authcode && authcode->fCommercial ? OID_COMMERCIAL : OID_INDIVIDUAL);
    der_wrap(der, DER_SEQUENCE, start);
}

void append_signed_attributes(const SIGNER_SIGNATURE_INFO *info, const struct hash *hash, const BYTE *content_hash,
                              struct der *der)
{
    const SIGNER_ATTR_AUTHCODE *authcode = info->dwAttrChoice == SIGNER_AUTHCODE_ATTR ? info->pAttrAuthcode : NULL;
    struct attribute_set set = {.count = 0};
    DWORD values;

    values = start_attribute(&set, szOID_RSA_contentType);
    der_oid(&set.elements, OID_INDIRECT_DATA);
    end_attribute(&set, values);
    values = start_attribute(&set, szOID_RSA_messageDigest);
    der_value(&set.elements, DER_OCTET_STRING, content_hash, hash->size);
    end_attribute(&set, values);
    values = start_attribute(&set, OID_OPUS_INFO);
    append_opus(authcode, &set.elements);
    end_attribute(&set, values);
    values = start_attribute(&set, OID_STATEMENT_TYPE);
    append_statement(authcode, &set.elements);
    end_attribute(&set, values);
    add_caller_attributes(info->psAuthenticated, &set);
    write_set(&set, DER_SET, der);
    der_free(&set.elements);
}
