/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Properties: one table, a row per name and kind of object (spec/windows-api.md 2, windows-behaviour.md A.6,
 * A.7). A name that is not in the table is a custom property; NCRYPT_PERSIST_ONLY_FLAG means the custom ones
 * alone. The router answers "Provider Handle", the Windows half the default of "Security Descr". */
#include <string.h>

#include "ec.h"
#include "key.h"
#include "secret.h"

#define MAX_PROPERTY_NAME 64        /* characters */
#define MAX_PROPERTY_DATA 0x100000  /* bytes */

#define PROVIDER_NAME    "Microsoft Software Key Storage Provider"
#define PROVIDER_VERSION 0x00010000u
#define IMPL_SOFTWARE    0x00000002u

#define SECURITY_INFORMATION_FLAGS 0x0000001fu  /* owner, group, DACL, SACL, label */

struct row
{
    const char *name;
    enum object_type type;
    nte_status (*get)(struct object *object, const uint16_t *name, struct writer *w);
    nte_status (*set)(struct object *object, const uint16_t *name, struct bytes value);
    uint32_t needed_flags;          /* one of these must be given */
};

static struct key *as_key(struct object *object)
{
    return (struct key *)object;
}

static nte_status put_string(struct writer *w, const char *s)
{
    uint8_t *p = write_space(w, (strlen(s) + 1) * sizeof(uint16_t));

    if (p) u16_from_ascii((uint16_t *)p, s);
    return NTE_SUCCESS;
}

static nte_status put_u32(struct writer *w, uint32_t value)
{
    write_u32(w, value);
    return NTE_SUCCESS;
}

static nte_status get_u32(struct bytes value, uint32_t *number)
{
    struct reader r = {value.data, value.size, 0};

    *number = read_u32(&r);
    return r.failed || r.left ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

/* --- provider --- */

static nte_status get_provider_name(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name;
    return put_string(w, PROVIDER_NAME);
}

static nte_status get_impl_type(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name;
    return put_u32(w, IMPL_SOFTWARE);
}

static nte_status get_version(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name;
    return put_u32(w, PROVIDER_VERSION);
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

static nte_status copy_value(const struct property_list *list, const uint16_t *name, struct writer *w)
{
    const struct property *property = property_list_find(list, name);

    if (!property) return NTE_NOT_FOUND;
    write_bytes(w, property->data, property->size);
    return NTE_SUCCESS;
}

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

/* There is no card; programs set the PIN of a software key and ignore the answer (row 7.22). */
static nte_status ignore_value(struct object *object, const uint16_t *name, struct bytes value)
{
    (void)object, (void)name, (void)value;
    return NTE_SUCCESS;
}

static nte_status get_stored(struct object *object, const uint16_t *name, struct writer *w)
{
    return copy_value(&as_key(object)->stored, name, w);
}

static nte_status set_stored(struct object *object, const uint16_t *name, struct bytes value)
{
    return key_set_stored(as_key(object), name, value);
}

/* --- HKDF: of what two keys agreed upon, and of keys of that function --- */

static nte_status set_hkdf(struct object *object, const uint16_t *name, struct bytes value)
{
    if (object->type == OBJECT_KEY && strcmp(as_key(object)->alg->id, "HKDF")) return NTE_NOT_SUPPORTED;
    return hkdf_set(object, name, value);
}

/* --- key --- */

static nte_status get_name(struct object *object, const uint16_t *name, struct writer *w)
{
    const uint16_t *key_name = as_key(object)->name;

    (void)name;
    if (!key_name) return NTE_NOT_SUPPORTED;                /* row 6.1 */
    write_bytes(w, key_name, (u16_length(key_name) + 1) * sizeof(*key_name));
    return NTE_SUCCESS;
}

static nte_status get_unique_name(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return as_key(object)->name ? put_string(w, as_key(object)->unique) : NTE_NOT_SUPPORTED;
}

static nte_status get_algorithm(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_string(w, as_key(object)->alg->id);
}

static nte_status get_group(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_string(w, as_key(object)->alg->group);
}

static nte_status get_length(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_u32(w, as_key(object)->bits);
}

static int length_allowed(const struct algorithm *alg, uint32_t bits)
{
    if (bits < alg->min_bits || bits > alg->max_bits) return 0;
    return !alg->step_bits || !((bits - alg->min_bits) % alg->step_bits);
}

static nte_status set_length(struct object *object, const uint16_t *name, struct bytes value)
{
    struct key *key = as_key(object);
    uint32_t bits;

    (void)name;
    if (get_u32(value, &bits) || !length_allowed(key->alg, bits)) return NTE_INVALID_PARAMETER;
    pthread_mutex_lock(&object->mutex);
    if (key->state == KEY_NEW && !key->material) key->bits = bits;  /* later: success, no effect (row 7.1) */
    pthread_mutex_unlock(&object->mutex);
    return NTE_SUCCESS;
}

static nte_status get_lengths(struct object *object, const uint16_t *name, struct writer *w)
{
    const struct algorithm *alg = as_key(object)->alg;

    (void)name;
    write_u32(w, alg->min_bits);
    write_u32(w, alg->max_bits);
    write_u32(w, alg->step_bits);
    return put_u32(w, alg->default_bits);
}

static nte_status get_block_length(struct object *object, const uint16_t *name, struct writer *w)
{
    struct key *key = as_key(object);

    (void)name;
    if (!key->alg->family->block_length) return NTE_NOT_SUPPORTED;
    return put_u32(w, key->alg->family->block_length(key->alg, key->bits));
}

static nte_status get_signature_length(struct object *object, const uint16_t *name, struct writer *w)
{
    struct key *key = as_key(object);
    const struct family *family = key->alg->family;

    (void)name;
    if (!family->sign) return NTE_NOT_SUPPORTED;
    if (!key->material || !family->own_signature_length) return put_u32(w, family->signature_length(key->bits));
    return put_u32(w, family->own_signature_length(key->material));
}

static int is_parameter(const struct family *family, const uint16_t *name)
{
    const char *const *names = family->parameter_names;

    while (names && *names) if (u16_equal(name, *names++)) return 1;
    return 0;
}

/* Of a finished key what its numbers say, before that what was set. */
static nte_status get_parameter(struct object *object, const uint16_t *name, struct writer *w)
{
    struct key *key = as_key(object);
    const struct family *family = key->alg->family;
    nte_status status;

    if (!is_parameter(family, name)) return NTE_NOT_SUPPORTED;
    if (key->material && family->get_parameter) return family->get_parameter(key->material, name, w);
    if (key->alg->curve && u16_equal(name, "ECCCurveName")) return put_string(w, key->alg->curve->name);
    status = copy_value(&key->parameters, name, w);
    return status == NTE_NOT_FOUND ? NTE_NOT_SUPPORTED : status;
}

static nte_status keep_parameter(struct key *key, const uint16_t *name, struct bytes value, uint32_t bits)
{
    nte_status status;

    if (key->state != KEY_NEW || key->material) return NTE_BAD_KEY_STATE;           /* row 7.24 */
    if ((status = property_list_set(&key->parameters, name, value.data, value.size))) return status;
    key->bits = bits;
    return NTE_SUCCESS;
}

static nte_status set_parameter(struct object *object, const uint16_t *name, struct bytes value)
{
    struct key *key = as_key(object);
    const struct family *family = key->alg->family;
    uint32_t bits = key->bits;
    nte_status status;

    if (!is_parameter(family, name) || !family->check_parameter) return NTE_NOT_SUPPORTED;
    if ((status = family->check_parameter(key->alg, name, value, &bits))) return status;
    pthread_mutex_lock(&object->mutex);
    status = keep_parameter(key, name, value, bits);
    pthread_mutex_unlock(&object->mutex);
    return status;
}

/* The names one after the other; the Windows half makes BCRYPT_ECC_CURVE_NAMES of them. */
static nte_status get_curve_names(struct object *object, const uint16_t *name, struct writer *w)
{
    const struct algorithm *alg = object->type == OBJECT_KEY ? as_key(object)->alg : NULL;
    size_t i;

    (void)name;
    if (alg && alg->family != &ec_family) return NTE_NOT_SUPPORTED;
    for (i = 0; i < curve_name_count; i++)
        if (!alg || curve_allowed(alg, curve_names[i].curve)) put_string(w, curve_names[i].name);
    return NTE_SUCCESS;
}

static nte_status get_chaining_mode(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return as_key(object)->alg->family->cipher ? cipher_get_mode(&as_key(object)->cipher, w) : NTE_NOT_SUPPORTED;
}

static nte_status get_auth_tag_length(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return as_key(object)->alg->family->cipher ? cipher_get_tag_length(&as_key(object)->cipher, w)
                                               : NTE_NOT_SUPPORTED;
}

static nte_status set_chain(struct key *key, struct bytes value,
                            nte_status (*set)(const struct algorithm *, struct cipher_state *, struct bytes))
{
    nte_status status;

    if (!key->alg->family->cipher) return NTE_NOT_SUPPORTED;
    pthread_mutex_lock(&key->object.mutex);
    status = set(key->alg, &key->cipher, value);
    pthread_mutex_unlock(&key->object.mutex);
    return status;
}

static nte_status set_chaining_mode(struct object *object, const uint16_t *name, struct bytes value)
{
    (void)name;
    return set_chain(as_key(object), value, cipher_set_mode);
}

static nte_status set_iv(struct object *object, const uint16_t *name, struct bytes value)
{
    (void)name;
    return set_chain(as_key(object), value, cipher_set_iv);
}

static nte_status get_export_policy(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_u32(w, as_key(object)->export_policy);
}

/* Any time on an ephemeral key, never on one that is stored (rows 7.12 to 7.16). */
static nte_status set_export_policy(struct object *object, const uint16_t *name, struct bytes value)
{
    struct key *key = as_key(object);
    nte_status status = NTE_SUCCESS;
    uint32_t policy;

    (void)name;
    if (get_u32(value, &policy)) return NTE_INVALID_PARAMETER;
    pthread_mutex_lock(&object->mutex);
    if (key->store && key->state != KEY_NEW) status = NTE_NOT_SUPPORTED;
    else key->export_policy = policy;
    pthread_mutex_unlock(&object->mutex);
    return status;
}

static nte_status get_key_usage(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_u32(w, as_key(object)->key_usage);
}

static nte_status set_key_usage(struct object *object, const uint16_t *name, struct bytes value)
{
    struct key *key = as_key(object);
    nte_status status = NTE_SUCCESS;
    uint32_t usage;

    (void)name;
    if (get_u32(value, &usage)) return NTE_INVALID_PARAMETER;
    pthread_mutex_lock(&object->mutex);
    if (key->state == KEY_NEW) key->key_usage = usage;
    else status = NTE_BAD_KEY_STATE;
    pthread_mutex_unlock(&object->mutex);
    return status;
}

static nte_status get_key_type(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    return put_u32(w, as_key(object)->flags & FLAG_MACHINE_KEY);
}

static nte_status get_modified(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)name;
    if (!as_key(object)->modified) return NTE_NOT_FOUND;    /* row 6.15 */
    write_u64(w, as_key(object)->modified);
    return NTE_SUCCESS;
}

/* NCRYPT_UI_POLICY_BLOB: five numbers and three strings. Protection by password is not built yet, and a key
 * that was asked to be protected is not made unprotected. */
static nte_status set_ui_policy(struct object *object, const uint16_t *name, struct bytes value)
{
    struct key *key = as_key(object);
    struct reader r = {value.data, value.size, 0};
    uint32_t version = read_u32(&r), flags = read_u32(&r);
    uint64_t strings = read_u32(&r);
    enum key_state state;

    strings += read_u32(&r);
    strings += read_u32(&r);
    if (r.failed || version != 1 || strings != r.left) return NTE_INVALID_PARAMETER;
    if (flags) return NTE_NOT_SUPPORTED;

    pthread_mutex_lock(&object->mutex);
    state = key->state;
    pthread_mutex_unlock(&object->mutex);
    return state == KEY_NEW ? key_set_stored(key, name, value) : NTE_BAD_KEY_STATE;
}

/* Kept with stored keys; the Windows half checks it and answers the default (row 6.88). */
static nte_status get_security_descr(struct object *object, const uint16_t *name, struct writer *w)
{
    return as_key(object)->name ? get_stored(object, name, w) : NTE_NOT_SUPPORTED;
}

static nte_status set_security_descr(struct object *object, const uint16_t *name, struct bytes value)
{
    return as_key(object)->name ? set_stored(object, name, value) : NTE_NOT_SUPPORTED;
}

static const struct row rows[] =
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
    {"SmartCardPin", OBJECT_PROVIDER, NULL, ignore_value, 0},

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
    {"Security Descr", OBJECT_KEY, get_security_descr, set_security_descr, SECURITY_INFORMATION_FLAGS},
    {"HWND Handle", OBJECT_KEY, get_local, set_local, 0},
    {"Use Context", OBJECT_KEY, get_local, set_local, 0},
    {"SmartCardPin", OBJECT_KEY, NULL, ignore_value, 0},
    {"HkdfHashAlgorithm", OBJECT_KEY, NULL, set_hkdf, 0},
    {"HkdfSaltAndFinalize", OBJECT_KEY, NULL, set_hkdf, 0},
    {"HkdfPrkAndFinalize", OBJECT_KEY, NULL, set_hkdf, 0},

    {"HkdfHashAlgorithm", OBJECT_SECRET, NULL, set_hkdf, 0},
    {"HkdfSaltAndFinalize", OBJECT_SECRET, NULL, set_hkdf, 0},
    {"HkdfPrkAndFinalize", OBJECT_SECRET, NULL, set_hkdf, 0},
};

static const struct row *find_row(const uint16_t *name, enum object_type type)
{
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (rows[i].type == type && u16_equal(name, rows[i].name)) return &rows[i];
    return NULL;
}

static nte_status check_flags(const struct row *row, uint32_t flags, uint32_t general)
{
    uint32_t needed = row ? row->needed_flags : 0;

    if (flags & ~(general | needed)) return NTE_BAD_FLAGS;
    return !needed || (flags & needed) ? NTE_SUCCESS : NTE_BAD_FLAGS;       /* row 6.17 */
}

/* Flag 0: a name nobody knows is not supported. PERSIST_ONLY: it is just not there (E2). */
static nte_status get_custom(struct object *object, const uint16_t *name, uint32_t flags, struct writer *w)
{
    nte_status missing = flags & FLAG_PERSIST_ONLY ? NTE_NOT_FOUND : NTE_NOT_SUPPORTED;

    if (object->type != OBJECT_KEY) return missing;
    return get_stored(object, name, w) ? missing : NTE_SUCCESS;
}

static nte_status get_value(struct object *object, const uint16_t *name, uint32_t flags, struct writer *w)
{
    const struct row *row = flags & FLAG_PERSIST_ONLY ? NULL : find_row(name, object->type);
    nte_status status;

    if ((status = check_flags(row, flags, FLAG_SILENT | FLAG_PERSIST_ONLY))) return status;
    if (row && !row->get) return NTE_NOT_SUPPORTED;
    pthread_mutex_lock(&object->mutex);
    status = row ? row->get(object, name, w) : get_custom(object, name, flags, w);
    pthread_mutex_unlock(&object->mutex);
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
    return key_set_stored(as_key(object), name, value);
}

/* A salt may be missing, everything else not (row 7.9). */
static int is_missing(const struct row *row, struct bytes value)
{
    return !value.data && (value.size || !row || row->set != set_hkdf);
}

nte_status property_set(struct object *object, const uint16_t *name, struct bytes value, uint32_t flags)
{
    const struct row *row = flags & FLAG_PERSIST_ONLY ? NULL : find_row(name, object->type);
    nte_status status;

    if ((status = check_flags(row, flags, FLAG_SILENT | FLAG_PERSIST | FLAG_PERSIST_ONLY))) return status;
    if (is_missing(row, value) || value.size > MAX_PROPERTY_DATA) return NTE_INVALID_PARAMETER;
    if (row) return row->set ? row->set(object, name, value) : NTE_NOT_SUPPORTED;
    if (flags & FLAG_PERSIST_ONLY) return set_custom(object, name, value);
    if (object->type == OBJECT_KEY && is_blob_property(name)) return key_set_blob(as_key(object), name, value);
    if (flags & FLAG_PERSIST && !is_blob_type(name)) return set_custom(object, name, value);
    return NTE_NOT_SUPPORTED;                               /* row 7.6 */
}
