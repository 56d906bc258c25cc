/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PrivateKeyInfo, and EncryptedPrivateKeyInfo, whatever they contain; see pkcs8.h. */
#include <string.h>

#include "base/oid.h"
#include "format/pbe.h"
#include "format/pkcs8.h"

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

int pkcs8_is_encrypted(struct bytes data)
{
    struct reader r = {data.data, data.size, 0}, inside = der_enter(&r, DER_SEQUENCE);

    return der_next_is(&inside, DER_SEQUENCE);
}

nte_status pkcs8_check_encrypted(struct bytes data)
{
    struct encrypted_info info;

    return read_encrypted_info(data, &info);
}

/* NTE_BAD_DATA also when the result is not a PrivateKeyInfo: a wrong password sometimes yields valid padding. */
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

nte_status pkcs8_encrypt(struct bytes plain, const struct pbe_choice *choice, const uint16_t *secret,
                         struct writer *w)
{
    struct password password;
    nte_status status;
    size_t info;

    if ((status = password_make(secret, &password))) return status;
    info = der_open(w, DER_SEQUENCE);
    status = pbe_encrypt(choice, &password, plain, w);
    der_close(w, info);
    password_free(&password);
    return status;
}
