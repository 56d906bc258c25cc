/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Properties: one table, a row per name and kind of object (doc/facts/windows-api.md 2, windows-behaviour.md A.6,
 * A.7). A name that is not in the table is a custom property; NCRYPT_PERSIST_ONLY_FLAG means the custom ones
 * alone. The router answers "Provider Handle", the Windows half the default of "Security Descr". */
#include "key/property_value.h"
#include "key/agreement.h"
#include "key/blob_type.h"

#define MAX_PROPERTY_NAME 64        /* characters */
#define MAX_PROPERTY_DATA 0x100000  /* bytes */

/* --- provider --- */

static nte_status get_provider_name(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_string(w, object->provider->name);
}

static nte_status get_impl_type(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_u32(w, object->provider->impl_type);
}

static nte_status get_version(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_u32(w, object->provider->version);
}

static nte_status get_max_name_length(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name;
    return put_u32(w, MAX_NAME_LENGTH);
}

static nte_status get_one(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name;
    return put_u32(w, 1);
}

static nte_status get_zero(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name;
    return put_u32(w, 0);
}

/* --- values of the handle and values of the key file, for provider and key --- */

static nte_status get_local(struct object *object, const uint16_t *name, struct writer *w)
{
    return copy_value(&object->local, name, w);
}

static nte_status set_local(struct object *object, const uint16_t *name, struct bytes value)
{
    nte_status status;

    pthread_mutex_lock(&object->mutex);
    status = property_list_set(&object->local, name, value.data, value.size);
    pthread_mutex_unlock(&object->mutex);
    return status;
}

static nte_status get_stored(struct object *object, const uint16_t *name, struct writer *w)
{
    return copy_value(&as_key(object)->stored, name, w);
}

static nte_status set_stored(struct object *object, const uint16_t *name, struct bytes value)
{
    return key_set_stored(as_key(object), name, value);
}

/* Kept with stored keys; the Windows half checks it and supplies the default (row 6.88). */
static nte_status get_security_descr(struct object *object, const uint16_t *name, struct writer *w)
{
    return as_key(object)->name ? get_stored(object, name, w) : NTE_NOT_SUPPORTED;
}

static nte_status set_security_descr(struct object *object, const uint16_t *name, struct bytes value)
{
    return as_key(object)->name ? set_stored(object, name, value) : NTE_NOT_SUPPORTED;
}

/* --- HKDF: of what two keys agreed upon, and of keys of that function --- */

static nte_status set_hkdf(struct object *object, const uint16_t *name, struct bytes value)
{
    if (object->type == OBJECT_KEY && strcmp(as_key(object)->alg->id, "HKDF")) return NTE_NOT_SUPPORTED;
    return hkdf_set(object, name, value);
}

static const struct property_row rows[] =
{
    {"Name", OBJECT_PROVIDER, get_provider_name, NULL, 0},
    {"Impl Type", OBJECT_PROVIDER, get_impl_type, NULL, 0},
    {"Version", OBJECT_PROVIDER, get_version, NULL, 0},
    {"Max Name Length", OBJECT_PROVIDER, get_max_name_length, NULL, 0},
    {"Security Descr Support", OBJECT_PROVIDER, get_one, NULL, 0},
    {"Enabled Use Count", OBJECT_PROVIDER, get_zero, NULL, 0},
    {"ECCCurveNameList", OBJECT_PROVIDER, get_curve_names, NULL, 0},
    {"HWND Handle", OBJECT_PROVIDER, get_local, set_local, 0},
    {"Use Context", OBJECT_PROVIDER, get_local, set_local, 0},
    {"SmartCardPin", OBJECT_PROVIDER, NULL, set_password, 0},

    {"Name", OBJECT_KEY, get_name, NULL, 0},
    {"Unique Name", OBJECT_KEY, get_unique_name, NULL, 0},
    {"Algorithm Name", OBJECT_KEY, get_algorithm, NULL, 0},
    {"Algorithm Group", OBJECT_KEY, get_group, NULL, 0},
    {"Length", OBJECT_KEY, get_length, set_length, 0},
    {"Lengths", OBJECT_KEY, get_lengths, NULL, 0},
    {"PublicKeyLength", OBJECT_KEY, get_length, NULL, 0},
    {"Block Length", OBJECT_KEY, get_block_length, NULL, 0},
    {"SignatureLength", OBJECT_KEY, get_signature_length, NULL, 0},
    {"ECCCurveName", OBJECT_KEY, get_parameter, set_parameter, 0},
    {"ECCParameters", OBJECT_KEY, get_parameter, set_parameter, 0},
    {"ECCCurveNameList", OBJECT_KEY, get_curve_names, NULL, 0},
    {"DHParameters", OBJECT_KEY, get_parameter, set_parameter, 0},
    {"ParameterSetName", OBJECT_KEY, get_parameter, set_parameter, 0},
    {"KEMSharedSecretLength", OBJECT_KEY, get_kem_secret_length, NULL, 0},
    {"KEMCiphertextLength", OBJECT_KEY, get_kem_ciphertext_length, NULL, 0},
    {"KDFKeySecret", OBJECT_KEY, NULL, set_parameter, 0},
    {"Chaining Mode", OBJECT_KEY, get_chaining_mode, set_chaining_mode, 0},
    {"IV", OBJECT_KEY, NULL, set_iv, 0},
    {"AuthTagLength", OBJECT_KEY, get_auth_tag_length, NULL, 0},
    {"Export Policy", OBJECT_KEY, get_export_policy, set_export_policy, 0},
    {"Key Usage", OBJECT_KEY, get_key_usage, set_key_usage, 0},
    {"Key Type", OBJECT_KEY, get_key_type, NULL, 0},
    {"Modified", OBJECT_KEY, get_modified, NULL, 0},
    {"UI Policy", OBJECT_KEY, get_stored, set_ui_policy, 0},
    {"SmartCardKeyCertificate", OBJECT_KEY, get_stored, set_stored, 0},
    {"Security Descr", OBJECT_KEY, get_security_descr, set_security_descr, ROW_PARTS},
    {"HWND Handle", OBJECT_KEY, get_local, set_local, 0},
    {"Use Context", OBJECT_KEY, get_local, set_local, 0},
    {"SmartCardPin", OBJECT_KEY, NULL, set_password, 0},
    {"HkdfHashAlgorithm", OBJECT_KEY, NULL, set_hkdf, ROW_MAY_BE_MISSING},
    {"HkdfSaltAndFinalize", OBJECT_KEY, NULL, set_hkdf, ROW_MAY_BE_MISSING},
    {"HkdfPrkAndFinalize", OBJECT_KEY, NULL, set_hkdf, ROW_MAY_BE_MISSING},

    {"HkdfHashAlgorithm", OBJECT_SECRET, NULL, set_hkdf, ROW_MAY_BE_MISSING},
    {"HkdfSaltAndFinalize", OBJECT_SECRET, NULL, set_hkdf, ROW_MAY_BE_MISSING},
    {"HkdfPrkAndFinalize", OBJECT_SECRET, NULL, set_hkdf, ROW_MAY_BE_MISSING},
};

static const struct property_row *find_in(const struct property_row *list, size_t count, const uint16_t *name,
                                          enum object_type type)
{
    size_t i;

    for (i = 0; i < count; i++) if (list[i].type == type && u16_equal(name, list[i].name)) return &list[i];
    return NULL;
}

/* A provider's own row comes first. */
static const struct property_row *find_row(const uint16_t *name, const struct object *object)
{
    const struct provider_class *provider = object->provider;
    const struct property_row *row;

    if ((row = find_in(provider->properties, provider->property_count, name, object->type))) return row;
    return find_in(rows, sizeof(rows) / sizeof(*rows), name, object->type);
}

static nte_status check_flags(const struct property_row *row, uint32_t flags, uint32_t general)
{
    uint32_t needed = row && row->flags & ROW_PARTS ? SECURITY_INFORMATION_FLAGS : 0;

    if (flags & ~(general | needed)) return NTE_BAD_FLAGS;
    return !needed || (flags & needed) ? NTE_SUCCESS : NTE_BAD_FLAGS;       /* row 6.17 */
}

/* Flag 0: an unknown name is not supported. PERSIST_ONLY: it is merely missing (E2). */
static nte_status get_custom(struct object *object, const uint16_t *name, uint32_t flags, struct writer *w)
{
    nte_status missing = flags & FLAG_PERSIST_ONLY ? NTE_NOT_FOUND : NTE_NOT_SUPPORTED;

    if (object->type != OBJECT_KEY) return missing;
    return get_stored(object, name, w) ? missing : NTE_SUCCESS;
}

static nte_status get_locked(struct object *object, const struct property_row *row, const uint16_t *name,
                             uint32_t flags, struct writer *w)
{
    nte_status status;

    pthread_mutex_lock(&object->mutex);
    status = row ? row->get(object, name, w) : get_custom(object, name, flags, w);
    pthread_mutex_unlock(&object->mutex);
    return status;
}

static nte_status get_value(struct object *object, const uint16_t *name, uint32_t flags, struct writer *w)
{
    const struct property_row *row = flags & FLAG_PERSIST_ONLY ? NULL : find_row(name, object);
    nte_status status;

    if ((status = check_flags(row, flags, FLAG_SILENT | FLAG_PERSIST_ONLY))) return status;
    if (row && !row->get) return NTE_NOT_SUPPORTED;
    status = row && row->flags & ROW_OWN_LOCK ? row->get(object, name, w) : get_locked(object, row, name, flags, w);
    return !status && w->failed ? NTE_NO_MEMORY : status;
}

nte_status property_get(struct object *object, const uint16_t *name, uint32_t flags, uint8_t *output,
                        uint32_t size, uint32_t *result)
{
    struct writer w = {0};
    nte_status status;

    status = get_value(object, name, flags, &w);
    if (!status)
    {
        *result = w.used;
        if (output && size < w.used) status = NTE_BUFFER_TOO_SMALL;
        else if (output && w.used) memcpy(output, w.data, w.used);
    }
    writer_free(&w);
    return status;
}

static nte_status set_custom(struct object *object, const uint16_t *name, struct bytes value)
{
    if (object->type != OBJECT_KEY) return NTE_NOT_SUPPORTED;
    if (!*name || u16_length(name) > MAX_PROPERTY_NAME) return NTE_INVALID_PARAMETER;
    if (u16_equal(name, "UI Policy")) return find_row(name, object)->set(object, name, value);  /* both are one value */
    return key_set_stored(as_key(object), name, value);
}

static int is_missing(const struct property_row *row, struct bytes value)
{
    return !value.data && (value.size || !row || !(row->flags & ROW_MAY_BE_MISSING));
}

nte_status property_set(struct object *object, const uint16_t *name, struct bytes value, uint32_t flags)
{
    const struct property_row *row = flags & FLAG_PERSIST_ONLY ? NULL : find_row(name, object);
    nte_status status;

    if ((status = check_flags(row, flags, FLAG_SILENT | FLAG_PERSIST | FLAG_PERSIST_ONLY))) return status;
    if (is_missing(row, value) || value.size > MAX_PROPERTY_DATA) return NTE_INVALID_PARAMETER;
    if (row) return row->set ? row->set(object, name, value) : NTE_NOT_SUPPORTED;
    if (flags & FLAG_PERSIST_ONLY) return set_custom(object, name, value);
    if (object->type == OBJECT_KEY && is_blob_property(name)) return key_set_blob(as_key(object), name, value);
    if (flags & FLAG_PERSIST && !is_blob_type(name)) return set_custom(object, name, value);
    return NTE_NOT_SUPPORTED;                               /* row 7.6 */
}
