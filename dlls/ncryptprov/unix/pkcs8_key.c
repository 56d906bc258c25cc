/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PKCS8_PRIVATEKEY: the part of each family in a PrivateKeyInfo, and the EncryptedPrivateKeyInfo when there is a
 * password (doc/facts/windows-api.md 4.3, doc/facts/windows-behaviour.md 8.31 to 8.35, 9.7 to 9.10). */
#include <string.h>

#include "format/pbe.h"
#include "pkcs8_key.h"

/* --- reading --- */

static const struct family *find_family(const struct algorithm_list *algorithms, const char *oid)
{
    const char *const *known;
    size_t i;

    for (i = 0; i < algorithms->count; i++)
        for (known = algorithms->rows[i].family->pkcs8_oids; known && *known; known++)
            if (!strcmp(oid, *known)) return algorithms->rows[i].family;
    return NULL;
}

nte_status pkcs8_read_plain(struct bytes data, const struct algorithm_list *algorithms, struct material **material)
{
    const struct family *family;
    struct pkcs8_info info;
    nte_status status;

    if ((status = pkcs8_read_info(data, &info))) return status;
    if (!(family = find_family(algorithms, info.oid))) return NTE_NOT_SUPPORTED;
    return family->pkcs8_import(&info, algorithms, material);
}

static nte_status import_encrypted(struct bytes data, const struct blob_options *options, struct material **material)
{
    struct bytes plain;
    nte_status status;

    if ((status = pkcs8_check_encrypted(data))) return status;
    if (!options->has_secret) return NTE_INVALID_PARAMETER;
    if ((status = pkcs8_decrypt(data, options->secret, &plain))) return status;
    status = pkcs8_read_plain(plain, options->algorithms, material);
    bytes_free(&plain);
    return status;
}

nte_status pkcs8_import(struct bytes data, const struct blob_options *options, struct material **material)
{
    if (pkcs8_is_encrypted(data)) return import_encrypted(data, options, material);
    return pkcs8_read_plain(data, options->algorithms, material);
}

/* --- writing --- */

nte_status pkcs8_write_plain(const struct material *material, const struct blob_options *options, struct writer *w)
{
    blob_export *export = material->family->pkcs8_export;
    nte_status status;
    size_t info;

    if (!material->has_private) return NTE_INVALID_PARAMETER;
    if (!export) return NTE_NOT_SUPPORTED;
    info = der_open(w, DER_SEQUENCE);
    der_write_small(w, 0);
    status = export(material, options, w);
    der_close(w, info);
    return status;
}

static nte_status export_encrypted(const struct material *material, const struct blob_options *options,
                                   struct writer *w)
{
    struct writer plain = {0};
    struct pbe_choice choice = {options->alg_oid, options->alg_param};
    struct bytes data;
    nte_status status;

    status = pkcs8_write_plain(material, options, &plain);
    if (!status && plain.failed) status = NTE_NO_MEMORY;
    data.data = plain.data;
    data.size = plain.used;
    if (!status) status = pkcs8_encrypt(data, &choice, options->secret, w);
    writer_free(&plain);
    return status;
}

/* A buffer for the password with nothing in it is no password, and the policy was asked for a sealed export:
 * neither may become one in clear, nor may an export that names an algorithm. */
nte_status pkcs8_export(const struct material *material, const struct blob_options *options, struct writer *w)
{
    if (options->wrapping) return NTE_NOT_SUPPORTED;
    if (options->secret) return export_encrypted(material, options, w);
    if (options->has_secret || options->alg_oid) return NTE_INVALID_PARAMETER;
    return pkcs8_write_plain(material, options, w);
}
