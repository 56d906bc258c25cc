/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PKCS8_PRIVATEKEY: PrivateKeyInfo, and EncryptedPrivateKeyInfo when there is a password (doc/facts/windows-api.md 4.3,
 * doc/facts/windows-behaviour.md 8.31 to 8.35, 9.7 to 9.10). */
#include <string.h>

#include "dsa/dsa.h"
#include "ec/ec.h"
#include "rsa/rsa.h"
#include "format/pbe.h"
#include "format/pkcs8.h"

#define OID_KEY_USAGE "2.5.29.15"

static const struct
{
    const char *oid;
    const struct family *family;
    pkcs8_importer *import;
    pkcs8_exporter *export;         /* NULL: the family writes another identifier */
} formats[] =
{
    {"1.2.840.113549.1.1.1", &rsa_family, pkcs8_import_rsa, pkcs8_export_rsa},
    {"1.2.840.113549.1.1.10", &rsa_family, pkcs8_import_rsa, NULL},        /* RSASSA-PSS */
    {"1.2.840.10045.2.1", &ec_family, pkcs8_import_ec, pkcs8_export_ec},
    {"1.3.101.110", &ec_family, pkcs8_import_x25519, NULL},
    {"1.2.840.10040.4.1", &dsa_family, pkcs8_import_dsa, pkcs8_export_dsa},
};
#define FORMAT_COUNT (sizeof(formats) / sizeof(*formats))

/* --- reading --- */

/* One value, a BIT STRING of one byte or more; its first byte is all that we act on. */
static void read_usage(struct reader *r, uint32_t *usage)
{
    struct reader values = der_enter(r, DER_SET);
    struct bytes bits = der_read(&values, DER_BIT_STRING);

    if (bits.size < 2 || bits.data[0] > 7) values.failed = 1;
    else *usage = bits.data[1];
    der_leave(r, &values);
}

static void read_attributes(struct reader *r, uint32_t *usage)
{
    struct reader set = der_enter(r, DER_CONTEXT(0)), attribute;
    char oid[DER_OID_SIZE];

    while (!set.failed && set.left)
    {
        attribute = der_enter(&set, DER_SEQUENCE);
        der_read_oid(&attribute, oid);
        if (!strcmp(oid, OID_KEY_USAGE)) read_usage(&attribute, usage);
        else der_read(&attribute, DER_SET);
        der_leave(&set, &attribute);
    }
    der_leave(r, &set);
}

/* [1] IMPLICIT BIT STRING of whole bytes */
static void read_public_key(struct reader *r, struct bytes *key)
{
    *key = der_read(r, DER_IMPLICIT(1));
    if (!key->size || key->data[0])
    {
        r->failed = 1;
        return;
    }
    key->data++;
    key->size--;
}

nte_status pkcs8_read_info(struct bytes data, struct pkcs8_info *info)
{
    struct reader r = {data.data, data.size, 0}, inside = der_enter(&r, DER_SEQUENCE);
    uint32_t version = der_read_small(&inside);

    memset(info, 0, sizeof(*info));
    if (version > 1) return NTE_BAD_DATA;
    info->parameters = der_enter(&inside, DER_SEQUENCE);
    der_read_oid(&info->parameters, info->oid);
    if (info->parameters.failed) return NTE_BAD_DATA;
    info->key = der_read(&inside, DER_OCTET_STRING);
    if (der_next_is(&inside, DER_CONTEXT(0))) read_attributes(&inside, &info->usage);
    if (version && der_next_is(&inside, DER_IMPLICIT(1))) read_public_key(&inside, &info->public_key);
    der_leave(&r, &inside);
    return der_done(&r) ? NTE_SUCCESS : NTE_BAD_DATA;
}

nte_status pkcs8_read_plain(struct bytes data, struct material **material)
{
    struct pkcs8_info info;
    nte_status status;
    size_t i;

    if ((status = pkcs8_read_info(data, &info))) return status;
    for (i = 0; i < FORMAT_COUNT; i++)
        if (!strcmp(info.oid, formats[i].oid)) return formats[i].import(&info, material);
    return NTE_NOT_SUPPORTED;
}

struct encrypted_info
{
    struct reader algorithm;
    struct bytes data;
};

static nte_status read_encrypted_info(struct bytes data, struct encrypted_info *info)
{
    struct reader r = {data.data, data.size, 0}, inside = der_enter(&r, DER_SEQUENCE);

    info->algorithm = der_enter(&inside, DER_SEQUENCE);
    info->data = der_read(&inside, DER_OCTET_STRING);
    der_leave(&r, &inside);
    return der_done(&r) && !info->algorithm.failed ? NTE_SUCCESS : NTE_BAD_DATA;
}

/* NTE_BAD_DATA also when what comes out is no PrivateKeyInfo: a wrong password gives good padding now and then. */
static nte_status decrypt_info(const struct encrypted_info *info, const struct password *password,
                               struct bytes *plain)
{
    struct bytes made = {NULL, 0};
    struct pkcs8_info inside;
    uint8_t *buffer;
    nte_status status;

    if (!(buffer = secret_alloc(info->data.size))) return NTE_NO_MEMORY;
    made.data = buffer;
    status = pbe_decrypt(info->algorithm, password, info->data, buffer, &made.size);
    if (!status) status = pkcs8_read_info(made, &inside);
    if (status) secret_free(buffer);
    else *plain = made;
    return status;
}

nte_status pkcs8_decrypt(struct bytes data, const uint16_t *secret, struct bytes *plain)
{
    struct encrypted_info info;
    struct password password;
    nte_status status;

    if ((status = read_encrypted_info(data, &info))) return status;
    if ((status = password_make(secret, &password))) return status;
    status = decrypt_info(&info, &password, plain);
    if (status == NTE_BAD_DATA && !password.utf8.size)
    {
        password.bmp.size = 0;      /* some writers hash the empty password of PKCS#12 without its NUL */
        status = decrypt_info(&info, &password, plain);
    }
    password_free(&password);
    return status;
}

static nte_status import_encrypted(struct bytes data, const struct blob_options *options, struct material **material)
{
    struct encrypted_info info;
    struct bytes plain;
    nte_status status;

    if ((status = read_encrypted_info(data, &info))) return status;
    if (!options->has_secret) return NTE_INVALID_PARAMETER;
    if ((status = pkcs8_decrypt(data, options->secret, &plain))) return status;
    status = pkcs8_read_plain(plain, material);
    secret_free((void *)plain.data);
    return status;
}

nte_status pkcs8_import(struct bytes data, const struct blob_options *options, struct material **material)
{
    struct reader r = {data.data, data.size, 0}, inside = der_enter(&r, DER_SEQUENCE);

    if (der_next_is(&inside, DER_SEQUENCE)) return import_encrypted(data, options, material);
    return pkcs8_read_plain(data, material);
}

/* --- writing --- */

nte_status pkcs8_write_number(struct writer *w, const mp_limb_t *limbs, mp_size_t count)
{
    struct bytes number = {NULL, count * LIMB_BYTES};
    uint8_t *data;

    if (!(data = secret_alloc(number.size))) return NTE_NO_MEMORY;
    limbs_to_bytes(data, number.size, limbs, count);
    number.data = data;
    der_write_unsigned(w, number);
    secret_free(data);
    return NTE_SUCCESS;
}

nte_status pkcs8_write_plain(const struct material *material, const struct blob_options *options, struct writer *w)
{
    nte_status status = NTE_NOT_SUPPORTED;
    size_t info, i;

    if (!material->has_private) return NTE_INVALID_PARAMETER;
    for (i = 0; i < FORMAT_COUNT; i++)
    {
        if (formats[i].family != material->family || !formats[i].export) continue;
        info = der_open(w, DER_SEQUENCE);
        der_write_small(w, 0);
        status = formats[i].export(material, options, w);
        der_close(w, info);
        break;
    }
    return status;
}

static nte_status write_encrypted_info(struct bytes plain, const struct blob_options *options, struct writer *w)
{
    struct password password;
    nte_status status;
    size_t info;

    if ((status = password_make(options->secret, &password))) return status;
    info = der_open(w, DER_SEQUENCE);
    status = pbe_encrypt(options, &password, plain, w);
    der_close(w, info);
    password_free(&password);
    return status;
}

static nte_status export_encrypted(const struct material *material, const struct blob_options *options,
                                   struct writer *w)
{
    struct writer plain = {0};
    struct bytes data;
    nte_status status;

    status = pkcs8_write_plain(material, options, &plain);
    if (!status && plain.failed) status = NTE_NO_MEMORY;
    data.data = plain.data;
    data.size = plain.used;
    if (!status) status = write_encrypted_info(data, options, w);
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
