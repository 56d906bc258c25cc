/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Import and export: the table of blob types and the policy that decides who may take a key out. */
#include <string.h>

#include "../unixlib.h"
#include "key.h"

struct blob_type
{
    const char *name;
    const char *magic;              /* how a blob of this type and family begins */
    const struct family *family;
    int is_private;
    blob_import import;
    blob_export export;
};

/* A name may stand in several rows: on import the magic chooses, on export the first row of the key's family. */
static const struct blob_type blob_types[] =
{
    {"RSAPUBLICBLOB", "RSA", &rsa_family, 0, rsa_import_public_blob, rsa_export_public_blob},
    {"RSAPRIVATEBLOB", "RSA", &rsa_family, 1, rsa_import_private_blob, rsa_export_private_blob},
    {"RSAFULLPRIVATEBLOB", "RSA", &rsa_family, 1, rsa_import_full_private_blob, rsa_export_full_private_blob},
    {"ECCPUBLICBLOB", "EC", &ec_family, 0, ec_import_public_blob, ec_export_public_blob},
    {"ECCPRIVATEBLOB", "EC", &ec_family, 1, ec_import_private_blob, ec_export_private_blob},
    {"PUBLICBLOB", "RSA", &rsa_family, 0, rsa_import_public_blob, rsa_export_public_blob},
    {"PUBLICBLOB", "EC", &ec_family, 0, ec_import_public_blob, ec_export_public_blob},
    {"PRIVATEBLOB", "RSA2", &rsa_family, 1, rsa_import_private_blob, rsa_export_private_blob},
    {"PRIVATEBLOB", "RSA3", &rsa_family, 1, rsa_import_full_private_blob, rsa_export_full_private_blob},
    {"PRIVATEBLOB", "EC", &ec_family, 1, ec_import_private_blob, ec_export_private_blob},
};

#define MAGIC_SIZE 4

static int begins_with(struct bytes data, const char *magic)
{
    return data.size >= MAGIC_SIZE && !memcmp(data.data, magic, strlen(magic));
}

static nte_status find_import(const uint16_t *name, struct bytes data, const struct blob_type **found)
{
    nte_status status = NTE_NOT_SUPPORTED;
    size_t i;

    for (i = 0; i < sizeof(blob_types) / sizeof(*blob_types); i++)
    {
        if (!u16_equal(name, blob_types[i].name)) continue;
        if (begins_with(data, blob_types[i].magic))
        {
            *found = &blob_types[i];
            return NTE_SUCCESS;
        }
        status = data.size < MAGIC_SIZE ? NTE_BAD_DATA : NTE_INVALID_PARAMETER;     /* row 8.4 */
    }
    return status;
}

static const struct blob_type *find_export(const uint16_t *name, const struct family *family)
{
    size_t i;

    for (i = 0; i < sizeof(blob_types) / sizeof(*blob_types); i++)
        if (blob_types[i].family == family && u16_equal(name, blob_types[i].name)) return &blob_types[i];
    return NULL;
}

int is_private_blob_type(const uint16_t *name)
{
    size_t i;

    for (i = 0; i < sizeof(blob_types) / sizeof(*blob_types); i++)
        if (blob_types[i].is_private && u16_equal(name, blob_types[i].name)) return 1;
    return 0;
}

nte_status key_set_blob(struct key *key, const uint16_t *blob_type, struct bytes data)
{
    const struct blob_type *type;
    struct material *material, *old;
    nte_status status;

    if ((status = find_import(blob_type, data, &type))) return status;
    if (type->family != key->alg->family) return NTE_INVALID_PARAMETER;
    if ((status = type->import(data, &material))) return status;
    if (material->alg != key->alg)
    {
        type->family->free(material);
        return NTE_INVALID_PARAMETER;
    }
    pthread_mutex_lock(&key->object.mutex);
    if (key->state == KEY_NEW)
    {
        old = key->material;
        key->material = material;
        key->bits = material->bits;
    }
    else
    {
        old = material;
        status = NTE_BAD_KEY_STATE;
    }
    pthread_mutex_unlock(&key->object.mutex);
    if (old) type->family->free(old);
    return status;
}

#define IMPORT_FLAGS (FLAG_NO_KEY_VALIDATION | FLAG_MACHINE_KEY | FLAG_SILENT | FLAG_OVERWRITE_KEY | \
                      FLAG_WRITE_TO_LEGACY_STORE | FLAG_DO_NOT_FINALIZE | FLAG_PREFER_VBS | FLAG_REQUIRE_VBS | \
                      FLAG_PER_BOOT_KEY)

/* Public keys are never stored by themselves, and there is nothing to finalize about them (rows 8.44, F.12). */
static nte_status check_import(const struct blob_type *type, struct key_name name, uint32_t flags)
{
    if (flags & (FLAG_REQUIRE_VBS | FLAG_PER_BOOT_KEY)) return NTE_VBS_UNAVAILABLE;
    if (type->is_private) return NTE_SUCCESS;
    if (flags & FLAG_DO_NOT_FINALIZE) return NTE_BAD_FLAGS;
    return name.name ? NTE_NOT_SUPPORTED : NTE_SUCCESS;
}

nte_status key_import(const uint16_t *blob_type, struct bytes data, struct key_name name, uint32_t flags,
                      struct key **key)
{
    const struct blob_type *type;
    struct material *material;
    struct key *new;
    nte_status status;

    if (flags & ~IMPORT_FLAGS) return NTE_BAD_FLAGS;
    if (!data.data) return NTE_INVALID_PARAMETER;
    if ((status = find_import(blob_type, data, &type))) return status;
    if ((status = check_import(type, name, flags))) return status;
    if ((status = type->import(data, &material))) return status;
    if ((status = key_new(material->alg, name, 0, flags, &new)))
    {
        type->family->free(material);
        return status;
    }
    new->material = material;
    new->bits = material->bits;
    if (!(flags & FLAG_DO_NOT_FINALIZE))
        status = key_finalize(new, flags & (FLAG_NO_KEY_VALIDATION | FLAG_WRITE_TO_LEGACY_STORE));
    if (status)
    {
        key_free(new);
        return status;
    }
    *key = new;
    return NTE_SUCCESS;
}

/* The policy bits of which one must be set (rows 9.6 to 9.12); 0: nothing is needed. */
static uint32_t needed_policy(const struct blob_type *type, uint32_t flags)
{
    if (!type->is_private || (flags & UNIX_EXPORT_FOR_SCHANNEL)) return 0;
    if (flags & UNIX_EXPORT_FOR_PFX) return ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT;
    return ALLOW_PLAINTEXT_EXPORT;
}

static nte_status check_policy(struct key *key, const struct blob_type *type, uint32_t flags)
{
    uint32_t needed = needed_policy(type, flags), policy;

    pthread_mutex_lock(&key->object.mutex);
    policy = key->export_policy;
    pthread_mutex_unlock(&key->object.mutex);
    return !needed || (policy & needed) ? NTE_SUCCESS : NTE_NOT_SUPPORTED;
}

#define FLAG_EXPORT_LEGACY 0x00000800u
#define EXPORT_FLAGS (FLAG_SILENT | FLAG_EXPORT_LEGACY | UNIX_EXPORT_FOR_PFX | UNIX_EXPORT_FOR_SCHANNEL)

nte_status key_export(struct key *key, const uint16_t *blob_type, int wrapped, uint32_t flags, uint8_t *output,
                      uint32_t size, uint32_t *result)
{
    const struct material *material;
    const struct blob_type *type;
    struct writer w = {0};
    nte_status status;

    if (flags & ~EXPORT_FLAGS) return NTE_BAD_FLAGS;
    if ((status = key_material(key, &material))) return status;
    if (!(type = find_export(blob_type, key->alg->family))) return NTE_BAD_TYPE;
    if ((status = check_policy(key, type, flags))) return status;
    if (type->is_private && (wrapped || !material->has_private)) return NTE_NOT_SUPPORTED;

    status = type->export(material, &w);
    if (!status && w.failed) status = NTE_NO_MEMORY;
    if (!status)
    {
        *result = w.used;
        if (output && size < w.used) status = NTE_BUFFER_TOO_SMALL;
        else if (output) memcpy(output, w.data, w.used);
    }
    writer_free(&w);
    return status;
}
