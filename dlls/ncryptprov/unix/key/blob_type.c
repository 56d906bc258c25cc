/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The table of blob types, and finding a row of it; see blob_type.h. */
#include <string.h>

#include "cipher/cipher_key.h"
#include "cms/cms.h"
#include "derive/kdf_key.h"
#include "dh/dh.h"
#include "dsa/dsa.h"
#include "ec/ec.h"
#include "mldsa/mldsa_material.h"
#include "mlkem/mlkem_key.h"
#include "pkcs8_key.h"
#include "key/blob_type.h"
#include "rsa/rsa.h"

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

    /* before those of DSA, whose magic begins as that of ML-DSA does */
    {"PQDSAPUBLICBLOB", "DSPK", &mldsa_family.family, PUBLIC, 0, mldsa_import_public_blob, set_export_public},
    {"PQDSAPRIVATEBLOB", "DSSK", &mldsa_family.family, PRIVATE, TYPE_PROPERTY, mldsa_import_private_blob,
     set_export_private},
    {"PQDSAPRIVATESEEDBLOB", "DSSS", &mldsa_family.family, PRIVATE, TYPE_PROPERTY, mldsa_import_seed_blob,
     set_export_seed},
    {"PUBLICBLOB", "DSPK", &mldsa_family.family, PUBLIC, 0, mldsa_import_public_blob, set_export_public},
    {"MLKEMPUBLICBLOB", "MLKP", &mlkem_family.family, PUBLIC, 0, mlkem_import_public_blob, set_export_public},
    {"MLKEMPRIVATEBLOB", "MLKR", &mlkem_family.family, PRIVATE, TYPE_PROPERTY, mlkem_import_private_blob,
     set_export_private},
    {"MLKEMPRIVATESEEDBLOB", "MLKS", &mlkem_family.family, PRIVATE, TYPE_PROPERTY, mlkem_import_seed_blob,
     set_export_seed},
    {"PUBLICBLOB", "MLKP", &mlkem_family.family, PUBLIC, 0, mlkem_import_public_blob, set_export_public},
    {"PQPrivateKeyBlob", "PQPR", &mldsa_family.family, PRIVATE, TYPE_PROPERTY, pq_import_private_blob,
     pq_export_private_blob},
    {"PQPrivateKeyBlob", "PQPR", &mlkem_family.family, PRIVATE, TYPE_PROPERTY, pq_import_private_blob,
     pq_export_private_blob},

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

#define TYPE_COUNT (sizeof(blob_types) / sizeof(*blob_types))

/* *status: why the rows of that name do not fit; untouched when there is none. */
static const struct blob_type *find_import(const struct blob_type *list, size_t count, const uint16_t *name,
                                           struct bytes data, nte_status *status)
{
    size_t i;

    for (i = 0; i < count; i++)
    {
        if (!can_import(&list[i]) || !u16_equal(name, list[i].name)) continue;
        if (begins_with(data, list[i].magic)) return &list[i];
        *status = data.size < MAGIC_SIZE ? NTE_BAD_DATA : NTE_INVALID_PARAMETER;    /* row 8.4 */
    }
    return NULL;
}

nte_status blob_find_import(const struct provider_class *provider, const uint16_t *name, struct bytes data,
                            const struct blob_type **found)
{
    nte_status status = NTE_NOT_SUPPORTED;

    *found = provider ? find_import(provider->blobs, provider->blob_count, name, data, &status) : NULL;
    if (!*found) *found = find_import(blob_types, TYPE_COUNT, name, data, &status);
    return *found ? NTE_SUCCESS : status;
}

static const struct blob_type *find_export(const struct blob_type *list, size_t count, const uint16_t *name,
                                           const struct family *family)
{
    size_t i;

    for (i = 0; i < count; i++)
    {
        if (list[i].family && list[i].family != family) continue;
        if (can_export(&list[i]) && u16_equal(name, list[i].name)) return &list[i];
    }
    return NULL;
}

const struct blob_type *blob_find_export(const struct provider_class *provider, const uint16_t *name,
                                         const struct family *family)
{
    const struct blob_type *own;

    own = provider ? find_export(provider->blobs, provider->blob_count, name, family) : NULL;
    return own ? own : find_export(blob_types, TYPE_COUNT, name, family);
}

int is_blob_property(const uint16_t *name)
{
    size_t i;

    for (i = 0; i < TYPE_COUNT; i++)
        if ((blob_types[i].flags & TYPE_PROPERTY) && u16_equal(name, blob_types[i].name)) return 1;
    return 0;
}

int is_blob_type(const uint16_t *name)
{
    size_t i;

    for (i = 0; i < TYPE_COUNT; i++)
        if (u16_equal(name, blob_types[i].name)) return 1;
    return 0;
}
