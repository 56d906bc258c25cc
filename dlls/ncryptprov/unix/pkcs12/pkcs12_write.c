/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Writing PKCS #12 files; see pkcs12.h. Keys are in a safe in clear, each sealed by itself, certificates in an
 * encrypted one: OpenSSL and Windows write them so, and every reader accepts that. */
#include "format/pkcs8.h"
#include "pkcs12/pkcs12.h"

struct making
{
    struct bytes list;
    const uint16_t *secret, *transfer;
    struct password password;       /* the same secret */
};

/* --- bags --- */

static void write_bmp(struct writer *w, struct bytes utf16)
{
    struct reader r = {utf16.data, utf16.size, 0};
    size_t start = der_open(w, DER_BMP_STRING);
    uint8_t low;

    while (r.left > 1)
    {
        low = read_u8(&r);
        write_u8(w, read_u8(&r));
        write_u8(w, low);
    }
    der_close(w, start);
}

static void write_octets(struct writer *w, struct bytes octets)
{
    der_write(w, DER_OCTET_STRING, octets);
}

static void write_attribute(struct writer *w, const char *oid, struct bytes value,
                            void (*write)(struct writer *w, struct bytes value))
{
    size_t attribute, set;

    if (!value.size) return;
    attribute = der_open(w, DER_SEQUENCE);
    der_write_oid(w, oid);
    set = der_open(w, DER_SET);
    write(w, value);
    der_close(w, set);
    der_close(w, attribute);
}

/* It has no value: its presence is enough. */
static void write_mark(struct writer *w, const char *oid)
{
    size_t attribute = der_open(w, DER_SEQUENCE);

    der_write_oid(w, oid);
    der_close(w, der_open(w, DER_SET));
    der_close(w, attribute);
}

static void write_attributes(struct writer *w, const struct pkcs12_item *item)
{
    size_t set;

    if (!item->name.size && !item->id.size && !item->provider.size && !item->is_machine_key) return;
    set = der_open(w, DER_SET);
    write_attribute(w, OID_FRIENDLY_NAME, item->name, write_bmp);
    write_attribute(w, OID_LOCAL_KEY_ID, item->id, write_octets);
    write_attribute(w, OID_KEY_PROVIDER_NAME, item->provider, write_bmp);
    if (item->is_machine_key) write_mark(w, OID_LOCAL_MACHINE_KEYSET);
    der_close(w, set);
}

static nte_status write_certificate(const struct making *making, const struct pkcs12_item *item, struct writer *w)
{
    size_t bag = der_open(w, DER_SEQUENCE), content;

    (void)making;
    der_write_oid(w, OID_X509_CERTIFICATE);
    content = der_open(w, DER_CONTEXT(0));
    write_octets(w, item->data);
    der_close(w, content);
    der_close(w, bag);
    return NTE_SUCCESS;
}

static nte_status write_key(const struct making *making, const struct pkcs12_item *item, struct writer *w)
{
    /* pkcs8_encrypt and not an export: the content of the key stays unchanged; "" is a password here */
    const struct pbe_choice choice = {0};
    struct bytes pkcs8;
    nte_status status;

    if ((status = pkcs8_decrypt(item->data, making->transfer, &pkcs8))) return status;
    status = pkcs8_encrypt(pkcs8, &choice, making->secret, w);
    secret_free((void *)pkcs8.data);
    return status;
}

static const struct bag
{
    const char *oid;
    nte_status (*write)(const struct making *making, const struct pkcs12_item *item, struct writer *w);
} bags[] =
{
    [UNIX_ARCHIVE_CERTIFICATE] = {OID_CERT_BAG, write_certificate},
    [UNIX_ARCHIVE_KEY] = {OID_SHROUDED_KEY_BAG, write_key},
};

static nte_status write_bag(const struct making *making, const struct pkcs12_item *item, struct writer *w)
{
    size_t bag = der_open(w, DER_SEQUENCE), value;
    nte_status status;

    der_write_oid(w, bags[item->kind].oid);
    value = der_open(w, DER_CONTEXT(0));
    status = bags[item->kind].write(making, item, w);
    der_close(w, value);
    write_attributes(w, item);
    der_close(w, bag);
    return status;
}

/* SafeContents with all items of that kind. */
static nte_status write_safe(const struct making *making, uint32_t kind, struct writer *w)
{
    struct reader r = {making->list.data, making->list.size, 0};
    size_t safe = der_open(w, DER_SEQUENCE);
    struct pkcs12_item item;
    nte_status status = NTE_SUCCESS;

    while (!status && pkcs12_list_next(&r, &item))
    {
        if (item.kind != UNIX_ARCHIVE_CERTIFICATE && item.kind != UNIX_ARCHIVE_KEY) return NTE_BAD_DATA;
        if (item.kind == kind) status = write_bag(making, &item, w);
    }
    der_close(w, safe);
    return r.failed ? NTE_BAD_DATA : status;
}

/* --- safes --- */

/* ContentInfo with data in clear. */
static void write_data(struct writer *w, struct bytes data)
{
    size_t info = der_open(w, DER_SEQUENCE), content;

    der_write_oid(w, OID_PKCS7_DATA);
    content = der_open(w, DER_CONTEXT(0));
    write_octets(w, data);
    der_close(w, content);
    der_close(w, info);
}

/* The OCTET STRING that pbe_encrypt ends with becomes one with an implicit tag. */
static nte_status write_sealed(const struct making *making, struct bytes plain, struct writer *w)
{
    const struct pbe_choice choice = {0};
    struct writer sealed = {0};
    struct reader r;
    struct bytes algorithm;
    nte_status status = pbe_encrypt(&choice, &making->password, plain, &sealed);

    r = (struct reader){sealed.data, sealed.used, sealed.failed};
    algorithm = der_read_any(&r);
    write_bytes(w, algorithm.data, algorithm.size);
    der_write(w, DER_IMPLICIT(0), der_read(&r, DER_OCTET_STRING));
    if (!status && r.failed) status = NTE_NO_MEMORY;
    writer_free(&sealed);
    return status;
}

/* ContentInfo with EncryptedData. */
static nte_status write_encrypted(const struct making *making, struct bytes plain, struct writer *w)
{
    size_t outer = der_open(w, DER_SEQUENCE), content, data, info;
    nte_status status;

    der_write_oid(w, OID_PKCS7_ENCRYPTED_DATA);
    content = der_open(w, DER_CONTEXT(0));
    data = der_open(w, DER_SEQUENCE);
    der_write_small(w, 0);
    info = der_open(w, DER_SEQUENCE);
    der_write_oid(w, OID_PKCS7_DATA);
    status = write_sealed(making, plain, w);
    der_close(w, info);
    der_close(w, data);
    der_close(w, content);
    der_close(w, outer);
    return status;
}

static int has_keys(const struct making *making)
{
    struct reader r = {making->list.data, making->list.size, 0};
    struct pkcs12_item item;

    while (pkcs12_list_next(&r, &item)) if (item.kind == UNIX_ARCHIVE_KEY) return 1;
    return 0;
}

static nte_status write_safes(const struct making *making, struct writer *w)
{
    struct writer keys = {0}, certificates = {0};
    size_t safes = der_open(w, DER_SEQUENCE);
    nte_status status;

    status = write_safe(making, UNIX_ARCHIVE_CERTIFICATE, &certificates);
    if (!status) status = write_encrypted(making, (struct bytes){certificates.data, certificates.used}, w);
    if (!status) status = write_safe(making, UNIX_ARCHIVE_KEY, &keys);
    if (!status && has_keys(making)) write_data(w, (struct bytes){keys.data, keys.used});
    if (!status && (keys.failed || certificates.failed)) status = NTE_NO_MEMORY;
    writer_free(&keys);
    writer_free(&certificates);
    der_close(w, safes);
    return status;
}

/* --- the file --- */

static nte_status write_file(const struct making *making, struct writer *w)
{
    size_t pfx = der_open(w, DER_SEQUENCE);
    struct writer content = {0};
    nte_status status = write_safes(making, &content);

    if (!status && content.failed) status = NTE_NO_MEMORY;
    der_write_small(w, 3);
    write_data(w, (struct bytes){content.data, content.used});
    if (!status) status = pkcs12_write_mac(&making->password, (struct bytes){content.data, content.used}, w);
    der_close(w, pfx);
    writer_free(&content);
    return status;
}

nte_status pkcs12_write(struct bytes list, const uint16_t *password, const uint16_t *transfer, struct writer *file)
{
    struct making making = {.list = list, .secret = password, .transfer = transfer};
    nte_status status;

    if ((status = password_make(password, &making.password))) return status;
    status = write_file(&making, file);
    if (!status && file->failed) status = NTE_NO_MEMORY;
    password_free(&making.password);
    return status;
}
