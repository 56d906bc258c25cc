/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Getters and setters behind the table of property.c, and how they read and write values. See
 * property_row.h. */
#ifndef ENGINE_PROPERTY_VALUE_H
#define ENGINE_PROPERTY_VALUE_H

#include <string.h>

#include "key/key.h"

/* property_key.c: what a key is and what may be done with it */
property_getter
    get_name, get_unique_name, get_algorithm, get_group, get_length, get_lengths, get_block_length,
    get_signature_length, get_kem_secret_length, get_kem_ciphertext_length, get_export_policy, get_key_usage,
    get_key_type, get_modified;
property_setter
    set_length, set_export_policy, set_key_usage, set_ui_policy, set_password;

/* property_parameter.c: what shapes a key before it is finalized, and the chain of a symmetric key */
property_getter
    get_parameter, get_curve_names, get_chaining_mode, get_auth_tag_length;
property_setter
    set_parameter, set_chaining_mode, set_iv;

static inline struct key *as_key(struct object *object)
{
    return (struct key *)object;
}

static inline nte_status put_string(struct writer *w, const char *s)
{
    uint8_t *p = write_space(w, (strlen(s) + 1) * sizeof(uint16_t));

    if (p) u16_from_ascii((uint16_t *)p, s);
    return NTE_SUCCESS;
}

static inline nte_status put_u32(struct writer *w, uint32_t value)
{
    write_u32(w, value);
    return NTE_SUCCESS;
}

static inline nte_status copy_value(const struct property_list *list, const uint16_t *name, struct writer *w)
{
    const struct property *property = property_list_find(list, name);

    if (!property) return NTE_NOT_FOUND;
    write_bytes(w, property->data, property->size);
    return NTE_SUCCESS;
}

#endif
