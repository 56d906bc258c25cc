/* SPDX-License-Identifier: LGPL-2.1-or-later
 * URIs, and the unique name of a key: one of RFC 7512 with its token and its id, or its label if it has no id (row
 * C.28). */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "p11.h"

nte_status p11_uri_parse(const char *text, P11KitUri **uri)
{
    if (!(*uri = p11_kit_uri_new())) return NTE_NO_MEMORY;
    if (!text || p11_kit_uri_parse(text, P11_KIT_URI_FOR_ANY, *uri) == P11_KIT_URI_OK) return NTE_SUCCESS;
    p11_uri_free(*uri);
    *uri = NULL;
    return NTE_INVALID_PARAMETER;
}

void p11_uri_free(P11KitUri *uri)
{
    char *pin = uri ? (char *)p11_kit_uri_get_pin_value(uri) : NULL;

    if (pin) explicit_bzero(pin, strlen(pin));
    p11_kit_uri_free(uri);
}

static void put(CK_UTF8CHAR *field, size_t size, const char *text)
{
    size_t length = strlen(text);

    memset(field, ' ', size);
    memcpy(field, text, length < size ? length : size);
}

static void set_attribute(P11KitUri *uri, CK_ATTRIBUTE_TYPE type, const void *data, size_t size)
{
    CK_ATTRIBUTE attribute = {type, (void *)data, size};

    p11_kit_uri_set_attribute(uri, &attribute);
}

int p11_names_token(P11KitUri *uri)
{
    const CK_TOKEN_INFO *info = p11_kit_uri_get_token_info(uri);

    return *info->label || *info->serialNumber;
}

char *p11_key_uri(const struct token *token, struct bytes id, const char *label)
{
    P11KitUri *uri = p11_kit_uri_new();
    char *text = NULL, *copy = NULL;
    CK_TOKEN_INFO *info;

    if (!uri) return NULL;
    info = p11_kit_uri_get_token_info(uri);
    if (*token->label) put(info->label, sizeof(info->label), token->label);
    if (*token->serial) put(info->serialNumber, sizeof(info->serialNumber), token->serial);
    if (id.size) set_attribute(uri, CKA_ID, id.data, id.size);
    else set_attribute(uri, CKA_LABEL, label, strlen(label));
    if (!p11_kit_uri_format(uri, P11_KIT_URI_FOR_OBJECT_ON_TOKEN, &text)) copy = p11_copy_string(text);
    free(text);
    p11_kit_uri_free(uri);
    return copy;
}
