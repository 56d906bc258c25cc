/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Import and export: the table of blob types and the policy that decides whether a key may be exported. */
#include <string.h>

#include "shared.h"
#include "cipher/cipher_key.h"
#include "cms/cms.h"
#include "derive/kdf_key.h"
#include "dh/dh.h"
#include "dsa/dsa.h"
#include "ec/ec.h"
#include "pkcs8_key.h"
#include "key/key.h"
#include "rsa/rsa.h"

/* What a blob reveals of the key. */
enum content
{
    PUBLIC,
    PRIVATE,                        /* in clear: needs ALLOW_PLAINTEXT_EXPORT */
    SEALABLE,                       /* private, and sealed when the options have something to seal it with */
    SEALED,                         /* private, always sealed: ALLOW_EXPORT is enough */
};

struct blob_type
{
    const char *name;
    const char *magic;              /* how a blob of this type and family begins; "" when it has none */
    const struct family *family;    /* NULL: any; export then refuses what it cannot write */
    enum content content;
    unsigned int flags;             /* TYPE_* */
    blob_import *import;            /* NULL: not possible */
    blob_export *export;
};

#define TYPE_PROPERTY      1        /* its name can be used as a property (rows 7.26, 7.27) */
#define TYPE_NOT_PROTECTED 2        /* not exported from a key that needs consent */
#define TYPE_WHOLE_KEY     4        /* holds more of a key than its numbers: transport.c reads and writes it */

/* A name can be in several rows: on import the magic decides, on export the first row of the key's family. */
static const struct blob_type blob_types[] =
{
    {"PKCS8_PRIVATEKEY", "", NULL, SEALABLE, 0, pkcs8_import, pkcs8_export},
    {"PKCS7_ENVELOPE", "", NULL, SEALED, 0, cms_import, cms_export},

    {"RSAPUBLICBLOB", "RSA", &rsa_family, PUBLIC, 0, rsa_import_public_blob, rsa_export_public_blob},
    {"RSAPRIVATEBLOB", "RSA", &rsa_family, PRIVATE, TYPE_PROPERTY, rsa_import_private_blob, rsa_export_private_blob},
    {"RSAFULLPRIVATEBLOB", "RSA", &rsa_family, PRIVATE, TYPE_PROPERTY, rsa_import_full_private_blob,
     rsa_export_full_private_blob},
    {"PUBLICBLOB", "RSA", &rsa_family, PUBLIC, 0, rsa_import_public_blob, rsa_export_public_blob},
    {"PRIVATEBLOB", "RSA2", &rsa_family, PRIVATE, TYPE_PROPERTY, rsa_import_private_blob, rsa_export_private_blob},
    {"PRIVATEBLOB", "RSA3", &rsa_family, PRIVATE, TYPE_PROPERTY, rsa_import_full_private_blob,
     rsa_export_full_private_blob},

    {"ECCPUBLICBLOB", "EC", &ec_family, PUBLIC, 0, ec_import_public_blob, ec_export_public_blob},
    {"ECCPRIVATEBLOB", "EC", &ec_family, PRIVATE, TYPE_PROPERTY, ec_import_private_blob, ec_export_private_blob},
    {"ECCFULLPUBLICBLOB", "EC", &ec_family, PUBLIC, 0, ec_import_full_public_blob, ec_export_full_public_blob},
    {"ECCFULLPRIVATEBLOB", "EC", &ec_family, PRIVATE, TYPE_PROPERTY, ec_import_full_private_blob,
     ec_export_full_private_blob},
    {"PUBLICBLOB", "EC", &ec_family, PUBLIC, 0, ec_import_public_blob, ec_export_public_blob},
    {"PRIVATEBLOB", "EC", &ec_family, PRIVATE, TYPE_PROPERTY, ec_import_private_blob, ec_export_private_blob},

    {"CipherKeyBlob", "", &cipher_family, PRIVATE, TYPE_PROPERTY, cipher_import_blob, cipher_export_blob},
    {"Rfc3565KeyWrapBlob", "", &cipher_family, SEALED, 0, cipher_import_wrapped, cipher_export_wrapped},
    {"KDFKeyBlob", "", &kdf_family, PRIVATE, TYPE_PROPERTY, kdf_import_blob, kdf_export_blob},

    {"OpaqueTransport", "\x89" "NKE", NULL, SEALED, TYPE_NOT_PROTECTED | TYPE_WHOLE_KEY, NULL, NULL},

    {"DSAPUBLICBLOB", "D", &dsa_family, PUBLIC, 0, dsa_import_public_blob, dsa_export_public_blob},
    {"DSAPRIVATEBLOB", "D", &dsa_family, PRIVATE, TYPE_PROPERTY, dsa_import_private_blob, dsa_export_private_blob},
    {"PUBLICBLOB", "DSP", &dsa_family, PUBLIC, 0, dsa_import_public_blob, dsa_export_public_blob},
    {"PUBLICBLOB", "DP", &dsa_family, PUBLIC, 0, dsa_import_public_blob, dsa_export_public_blob},
    {"PRIVATEBLOB", "DSPV", &dsa_family, PRIVATE, TYPE_PROPERTY, dsa_import_private_blob, dsa_export_private_blob},
    {"PRIVATEBLOB", "DP", &dsa_family, PRIVATE, TYPE_PROPERTY, dsa_import_private_blob, dsa_export_private_blob},

    {"DHPUBLICBLOB", "DH", &dh_family, PUBLIC, 0, dh_import_public_blob, dh_export_public_blob},
    {"DHPRIVATEBLOB", "DH", &dh_family, PRIVATE, TYPE_PROPERTY, dh_import_private_blob, dh_export_private_blob},
    {"PUBLICBLOB", "DH", &dh_family, PUBLIC, 0, dh_import_public_blob, dh_export_public_blob},
    {"PRIVATEBLOB", "DH", &dh_family, PRIVATE, TYPE_PROPERTY, dh_import_private_blob, dh_export_private_blob},

    /* these begin with bType: 6 PUBLICKEYBLOB, 7 PRIVATEKEYBLOB */
    {"CAPIPUBLICBLOB", "\6", &rsa_family, PUBLIC, 0, rsa_import_capi_public_blob, rsa_export_capi_public_blob},
    {"CAPIPRIVATEBLOB", "\7", &rsa_family, PRIVATE, TYPE_PROPERTY, rsa_import_capi_private_blob,
     rsa_export_capi_private_blob},
    {"CAPIDSAPUBLICBLOB", "\6", &dsa_family, PUBLIC, 0, dsa_import_capi_public_blob, dsa_export_capi_public_blob},
    {"CAPIDSAPRIVATEBLOB", "\7", &dsa_family, PRIVATE, TYPE_PROPERTY, dsa_import_capi_private_blob,
     dsa_export_capi_private_blob},
    {"V2CAPIDSAPUBLICBLOB", "\6", &dsa_family, PUBLIC, 0, dsa_import_capi_public_blob, dsa_export_capi_v2_public_blob},
    {"V2CAPIDSAPRIVATEBLOB", "\7", &dsa_family, PRIVATE, TYPE_PROPERTY, dsa_import_capi_private_blob,
     dsa_export_capi_v2_private_blob},
    {"CAPIDHPUBLICBLOB", "\6", &dh_family, PUBLIC, 0, dh_import_capi_public_blob, dh_export_capi_public_blob},
    {"CAPIDHPRIVATEBLOB", "\7", &dh_family, PRIVATE, TYPE_PROPERTY, dh_import_capi_private_blob,
     dh_export_capi_private_blob},
};

#define MAGIC_SIZE 4

static int begins_with(struct bytes data, const char *magic)
{
    return !*magic || (data.size >= MAGIC_SIZE && !memcmp(data.data, magic, strlen(magic)));
}

static int can_import(const struct blob_type *type)
{
    return type->import || (type->flags & TYPE_WHOLE_KEY);
}

static int can_export(const struct blob_type *type)
{
    return type->export || (type->flags & TYPE_WHOLE_KEY);
}

static nte_status find_import(const uint16_t *name, struct bytes data, const struct blob_type **found)
{
    nte_status status = NTE_NOT_SUPPORTED;
    size_t i;

    for (i = 0; i < sizeof(blob_types) / sizeof(*blob_types); i++)
    {
        if (!can_import(&blob_types[i]) || !u16_equal(name, blob_types[i].name)) continue;
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
    const struct blob_type *type;
    size_t i;

    for (i = 0; i < sizeof(blob_types) / sizeof(*blob_types); i++)
    {
        type = &blob_types[i];
        if (type->family && type->family != family) continue;
        if (can_export(type) && u16_equal(name, type->name)) return type;
    }
    return NULL;
}

int is_blob_property(const uint16_t *name)
{
    size_t i;

    for (i = 0; i < sizeof(blob_types) / sizeof(*blob_types); i++)
        if ((blob_types[i].flags & TYPE_PROPERTY) && u16_equal(name, blob_types[i].name)) return 1;
    return 0;
}

struct set_parameters               /* what was set on a key that a blob is set on now */
{
    struct property_list list;
    uint16_t curve_name[EC_MAX_NAME];
    struct blob_options options;
};

static nte_status copy_parameters(struct key *key, struct set_parameters *set)
{
    const struct property *value;
    nte_status status;

    pthread_mutex_lock(&key->object.mutex);
    status = property_list_copy(&set->list, &key->parameters);
    pthread_mutex_unlock(&key->object.mutex);
    if (status) return status;
    value = property_list_find_ascii(&set->list, "ECCCurveName");
    if (value && value->size < sizeof(set->curve_name))
    {
        memcpy(set->curve_name, value->data, value->size);
        set->options.curve_name = set->curve_name;
    }
    if ((value = property_list_find_ascii(&set->list, "ECCParameters")))
    {
        set->options.ecc_parameters.data = value->data;
        set->options.ecc_parameters.size = value->size;
    }
    return NTE_SUCCESS;
}

int is_blob_type(const uint16_t *name)
{
    size_t i;

    for (i = 0; i < sizeof(blob_types) / sizeof(*blob_types); i++)
        if (u16_equal(name, blob_types[i].name)) return 1;
    return 0;
}

nte_status key_set_blob(struct key *key, const uint16_t *blob_type, struct bytes data)
{
    struct set_parameters set = {0};
    const struct blob_type *type;
    struct material *material, *old;
    nte_status status;

    if ((status = find_import(blob_type, data, &type))) return status;
    set.options.algorithms = key->object.provider->algorithms;
    if (!(status = copy_parameters(key, &set))) status = type->import(data, &set.options, &material);
    property_list_free(&set.list);
    if (status) return status;
    if (material->alg != key->alg)
    {
        material->family->free(material);
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
    if (old) old->family->free(old);
    return status;
}

#define IMPORT_FLAGS (FLAG_NO_KEY_VALIDATION | FLAG_MACHINE_KEY | FLAG_SILENT | FLAG_OVERWRITE_KEY | \
                      FLAG_DO_NOT_FINALIZE | FLAG_PREFER_VBS | FLAG_REQUIRE_VBS | FLAG_PER_BOOT_KEY)

/* Public keys are never stored by themselves, and there is nothing to finalize about them (rows 8.44, F.12). */
static nte_status check_import(const struct blob_type *type, struct key_name name, uint32_t flags)
{
    if (flags & (FLAG_REQUIRE_VBS | FLAG_PER_BOOT_KEY)) return NTE_VBS_UNAVAILABLE;
    if (type->content != PUBLIC) return NTE_SUCCESS;
    if (flags & FLAG_DO_NOT_FINALIZE) return NTE_BAD_FLAGS;
    return name.name ? NTE_NOT_SUPPORTED : NTE_SUCCESS;
}

static nte_status import_new_key(const struct provider_class *provider, const struct algorithm *alg,
                                 const struct stored_key *carried, struct key_name name, uint32_t flags,
                                 struct key **key)
{
    if (carried->name) return transport_new_key(provider, alg, carried, name, flags, key);
    return key_new(provider, alg, name, 0, flags, key);
}

nte_status key_import(const struct provider_class *provider, const uint16_t *blob_type, struct bytes data,
                      const struct blob_options *options, struct key_name name, uint32_t flags, struct key **key)
{
    const struct blob_type *type;
    struct blob_options with = *options;
    struct stored_key carried = {0};
    struct material *material;
    struct key *new;
    nte_status status;

    with.algorithms = provider->algorithms;
    if (flags & ~IMPORT_FLAGS) return NTE_BAD_FLAGS;
    if (!data.data) return NTE_INVALID_PARAMETER;
    if ((status = find_import(blob_type, data, &type))) return status;
    if ((status = check_import(type, name, flags))) return status;
    if (type->flags & TYPE_WHOLE_KEY) status = transport_import(provider, data, &material, &carried);
    else status = type->import(data, &with, &material);
    if (status) return status;
    status = import_new_key(provider, material->alg, &carried, name, flags, &new);
    stored_key_free(&carried);
    if (status)
    {
        material->family->free(material);
        return status;
    }
    new->material = material;
    new->bits = material->bits;
    if (!(flags & FLAG_DO_NOT_FINALIZE)) status = key_finalize(new, flags & FLAG_NO_KEY_VALIDATION);
    if (status)
    {
        key_free(new);
        return status;
    }
    *key = new;
    return NTE_SUCCESS;
}

static int is_sealed(const struct blob_type *type, const struct blob_options *options)
{
    return type->content == SEALED || (type->content == SEALABLE && (options->has_secret || options->wrapping));
}

/* The policy bits of which one must be set (rows 9.6 to 9.12); 0: nothing is needed. */
static uint32_t needed_policy(const struct blob_type *type, const struct blob_options *options, uint32_t flags)
{
    if (type->content == PUBLIC || (flags & (UNIX_EXPORT_FOR_SCHANNEL | UNIX_EXPORT_UNFINISHED))) return 0;
    if (is_sealed(type, options) || (flags & UNIX_EXPORT_FOR_PFX)) return ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT;
    return ALLOW_PLAINTEXT_EXPORT;
}

/* The archiving bits allow one export, by the handle that made the key (row 9.34). */
static uint32_t archiving_policy(uint32_t needed)
{
    return (needed & ALLOW_EXPORT ? ALLOW_ARCHIVING : 0) |
           (needed & ALLOW_PLAINTEXT_EXPORT ? ALLOW_PLAINTEXT_ARCHIVING : 0);
}

/* *archiving: the export uses up the one that the archiving bits allow. */
static nte_status check_policy(struct key *key, uint32_t needed, int *archiving)
{
    nte_status status = NTE_SUCCESS;

    *archiving = 0;
    pthread_mutex_lock(&key->object.mutex);
    if (needed && !(key->export_policy & needed))
    {
        *archiving = key->may_archive && (key->export_policy & archiving_policy(needed));
        if (!*archiving) status = NTE_NOT_SUPPORTED;
    }
    pthread_mutex_unlock(&key->object.mutex);
    return status;
}

/* Two threads may get here; the first one wins. */
static nte_status use_archiving(struct key *key)
{
    nte_status status;

    pthread_mutex_lock(&key->object.mutex);
    status = key->may_archive ? NTE_SUCCESS : NTE_NOT_SUPPORTED;
    key->may_archive = 0;
    pthread_mutex_unlock(&key->object.mutex);
    return status;
}

static nte_status give_blob(struct key *key, const struct writer *w, int archiving, uint8_t *output, uint32_t size,
                            uint32_t *result)
{
    nte_status status;

    *result = w->used;
    if (!output) return NTE_SUCCESS;
    if (size < w->used) return NTE_BUFFER_TOO_SMALL;
    if (archiving && (status = use_archiving(key))) return status;
    memcpy(output, w->data, w->used);
    return NTE_SUCCESS;
}

/* Numbers that are in a token come out of it for the blob alone. */
static nte_status write_extracted(const struct blob_type *type, const struct material *material,
                                  const struct blob_options *options, struct writer *w)
{
    struct material *whole;
    nte_status status;

    if ((status = material->family->extract(material, &whole))) return status;
    status = type->export(whole, options, w);
    whole->family->free(whole);
    return status;
}

static nte_status write_blob(const struct blob_type *type, struct key *key, const struct material *material,
                             const struct blob_options *options, struct writer *w)
{
    nte_status status;

    if (type->flags & TYPE_WHOLE_KEY) status = transport_export(key, material, w);
    else if (type->content == PUBLIC) status = type->export(material_numbers(material), options, w);
    else if (material->family->extract) status = write_extracted(type, material, options, w);
    else status = type->export(material, options, w);
    return !status && w->failed ? NTE_NO_MEMORY : status;
}

#define EXPORT_FLAGS (FLAG_SILENT | FLAG_EXPORT_LEGACY | UNIX_EXPORT_FOR_PFX | UNIX_EXPORT_FOR_SCHANNEL | \
                      UNIX_EXPORT_UNFINISHED)

static nte_status export_material(struct key *key, const struct material *material, const uint16_t *blob_type,
                                  const struct blob_options *options, uint32_t flags, uint8_t *output, uint32_t size,
                                  uint32_t *result)
{
    const struct blob_type *type;
    struct writer w = {0};
    nte_status status;
    int archiving;

    if (!(type = find_export(blob_type, material_numbers(material)->family))) return NTE_BAD_TYPE;
    if ((status = check_policy(key, needed_policy(type, options, flags), &archiving))) return status;
    if ((type->flags & TYPE_NOT_PROTECTED) && key_is_protected(key)) return NTE_NOT_SUPPORTED;
    if (type->content != PUBLIC && !(flags & UNIX_EXPORT_UNFINISHED) && (status = key_private(key, &material)))
        return status;
    if (type->content != PUBLIC && !material->has_private) return NTE_NOT_SUPPORTED;
    if (type->content == PRIVATE && options->wrapping) return NTE_NOT_SUPPORTED;    /* never in clear instead */

    status = write_blob(type, key, material, options, &w);
    if (!status) status = give_blob(key, &w, archiving, output, size, result);
    writer_free(&w);
    return status;
}

nte_status key_export(struct key *key, const uint16_t *blob_type, const struct blob_options *options, uint32_t flags,
                      uint8_t *output, uint32_t size, uint32_t *result)
{
    const struct material *material;
    nte_status status;

    if (flags & ~EXPORT_FLAGS) return NTE_BAD_FLAGS;
    if (flags & UNIX_EXPORT_UNFINISHED) status = key_prepare(key, &material);
    else status = key_material(key, &material);
    if (status) return status;
    status = export_material(key, material, blob_type, options, flags, output, size, result);
    if (flags & UNIX_EXPORT_UNFINISHED) key_prepared(key);
    return status;
}
