/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Reading PKCS #12 files; see pkcs12.h. A file is a list of safes, each in clear or encrypted; a safe is a list of
 * bags. */
#include <string.h>

#include "algorithm.h"
#include "pkcs8_key.h"
#include "pkcs12/pkcs12.h"

#define MAX_DEPTH 4                 /* of safes within bags */

struct archive
{
    const uint16_t *secret, *transfer;
    struct password password;       /* the same secret */
    uint32_t flags;                 /* UNIX_ARCHIVE_* */
    int has_mac;                    /* it is right, so the password is too */
    struct writer *list;
};

/* What does not open is under another password, unless the password has been proved right. */
static nte_status blame(const struct archive *archive, nte_status status)
{
    return status == NTE_BAD_DATA && !archive->has_mac ? NTE_INCORRECT_PASSWORD : status;
}

/* --- one bag --- */

/* What the attributes of a bag say, in the byte order of this machine. */
struct names
{
    struct writer name, provider;
};

/* A BMPString is big-endian. */
static void read_bmp(struct reader *values, struct writer *name)
{
    struct bytes text = der_read(values, DER_BMP_STRING);
    uint16_t c;
    size_t i;

    for (i = 0; i + 1 < text.size; i += 2)
    {
        c = text.data[i] << 8 | text.data[i + 1];
        write_bytes(name, &c, sizeof(c));
    }
}

static void read_attribute(struct reader *set, struct pkcs12_item *item, struct names *names)
{
    struct reader attribute = der_enter(set, DER_SEQUENCE), values;
    char oid[DER_OID_SIZE];

    der_read_oid(&attribute, oid);
    values = der_enter(&attribute, DER_SET);
    if (!strcmp(oid, OID_FRIENDLY_NAME)) read_bmp(&values, &names->name);
    else if (!strcmp(oid, OID_LOCAL_KEY_ID)) item->id = der_read(&values, DER_OCTET_STRING);
    else if (!strcmp(oid, OID_KEY_PROVIDER_NAME)) read_bmp(&values, &names->provider);
    else if (!strcmp(oid, OID_LOCAL_MACHINE_KEYSET)) item->is_machine_key = 1;      /* it has no value */
    if (values.failed) attribute.failed = 1;
    der_leave(set, &attribute);
}

static nte_status read_attributes(struct reader *bag, struct pkcs12_item *item, struct names *names)
{
    struct reader set;

    if (der_next_is(bag, DER_SET))
    {
        set = der_enter(bag, DER_SET);
        while (!set.failed && set.left) read_attribute(&set, item, names);
        der_leave(bag, &set);
    }
    if (names->name.failed || names->provider.failed) return NTE_NO_MEMORY;
    item->name = (struct bytes){names->name.data, names->name.used};
    item->provider = (struct bytes){names->provider.data, names->provider.used};
    return der_done(bag) ? NTE_SUCCESS : NTE_BAD_DATA;
}

static nte_status add_certificate(struct archive *archive, struct reader value, struct pkcs12_item *item)
{
    struct reader bag = der_enter(&value, DER_SEQUENCE), content;
    char oid[DER_OID_SIZE];

    der_read_oid(&bag, oid);
    content = der_enter(&bag, DER_CONTEXT(0));
    if (content.failed || bag.failed) return NTE_BAD_DATA;
    if (strcmp(oid, OID_X509_CERTIFICATE)) return NTE_SUCCESS;
    item->kind = UNIX_ARCHIVE_CERTIFICATE;
    item->data = der_read(&content, DER_OCTET_STRING);
    if (content.failed) return NTE_BAD_DATA;
    pkcs12_list_add(archive->list, item);
    return NTE_SUCCESS;
}

static nte_status check_key(struct bytes pkcs8)
{
    struct material *material;
    nte_status status = pkcs8_read_plain(pkcs8, &all_algorithms, &material);

    if (!status) material->family->free(material);
    return status;
}

static nte_status add_clear_key(struct archive *archive, struct bytes pkcs8, struct pkcs12_item *item)
{
    nte_status status = archive->flags & UNIX_ARCHIVE_ANY_KEY ? NTE_SUCCESS : check_key(pkcs8);
    struct writer sealed = {0};

    if (!status) status = pkcs12_seal_key(pkcs8, archive->transfer, &sealed);
    if (!status && sealed.failed) status = NTE_NO_MEMORY;
    item->kind = UNIX_ARCHIVE_KEY;
    item->data = (struct bytes){sealed.data, sealed.used};
    if (!status) pkcs12_list_add(archive->list, item);
    writer_free(&sealed);
    return status;
}

static nte_status add_sealed_key(struct archive *archive, struct bytes data, struct pkcs12_item *item)
{
    struct bytes pkcs8;
    nte_status status;

    if ((status = pkcs8_decrypt(data, archive->secret, &pkcs8))) return blame(archive, status);
    status = add_clear_key(archive, pkcs8, item);
    secret_free((void *)pkcs8.data);
    return status;
}

static nte_status read_safe(struct archive *archive, struct bytes safe, unsigned int depth);

static nte_status add_bag(struct archive *archive, const char *oid, struct reader value, struct pkcs12_item *item,
                          unsigned int depth)
{
    struct reader whole = value;
    struct bytes element = der_read_any(&whole);

    if (!der_done(&whole)) return NTE_BAD_DATA;
    if (!strcmp(oid, OID_CERT_BAG)) return add_certificate(archive, value, item);
    if (!strcmp(oid, OID_SAFE_CONTENTS_BAG)) return read_safe(archive, element, depth + 1);
    if (archive->flags & UNIX_ARCHIVE_NO_KEYS) return NTE_SUCCESS;
    if (!strcmp(oid, OID_KEY_BAG)) return add_clear_key(archive, element, item);
    if (strcmp(oid, OID_SHROUDED_KEY_BAG)) return NTE_SUCCESS;
    return archive->flags & UNIX_ARCHIVE_CLEAR ? NTE_SUCCESS : add_sealed_key(archive, element, item);
}

static nte_status read_bag(struct archive *archive, struct reader *bags, unsigned int depth)
{
    struct reader bag = der_enter(bags, DER_SEQUENCE), value;
    struct pkcs12_item item = {0};
    struct names names = {0};
    char oid[DER_OID_SIZE];
    nte_status status;

    der_read_oid(&bag, oid);
    value = der_enter(&bag, DER_CONTEXT(0));
    status = read_attributes(&bag, &item, &names);
    if (!status) status = add_bag(archive, oid, value, &item, depth);
    writer_free(&names.name);
    writer_free(&names.provider);
    return status;
}

/* --- a safe --- */

static nte_status read_safe(struct archive *archive, struct bytes safe, unsigned int depth)
{
    struct reader r = {safe.data, safe.size, 0}, bags = der_enter(&r, DER_SEQUENCE);
    nte_status status = NTE_SUCCESS;

    if (!der_done(&r) || depth > MAX_DEPTH) return NTE_BAD_DATA;
    while (!status && bags.left) status = read_bag(archive, &bags, depth);
    return status;
}

static nte_status read_ber_safe(struct archive *archive, struct bytes safe)
{
    struct writer der = {0};
    nte_status status = ber_to_der(safe, &der);

    if (!status) status = read_safe(archive, (struct bytes){der.data, der.used}, 0);
    writer_free(&der);
    return status;
}

/* Size 0 when the result is not a safe: a wrong password sometimes yields valid padding. */
static nte_status decrypt(struct reader algorithm, const struct password *password, struct bytes data, uint8_t *buffer,
                          struct bytes *plain)
{
    size_t size = 0;
    nte_status status = pbe_decrypt(algorithm, password, data, buffer, &size);

    *plain = (struct bytes){buffer, size};
    return !status && (!size || *buffer != DER_SEQUENCE) ? NTE_BAD_DATA : status;
}

/* The empty password in its other form, as pkcs8_decrypt does for keys. */
static nte_status open_safe(struct archive *archive, struct reader algorithm, struct bytes data)
{
    struct password bare = archive->password;
    struct bytes plain;
    uint8_t *buffer;
    nte_status status;

    if (!(buffer = secret_alloc(data.size))) return NTE_NO_MEMORY;
    status = decrypt(algorithm, &archive->password, data, buffer, &plain);
    bare.bmp.size = 0;
    if (status == NTE_BAD_DATA && !bare.utf8.size) status = decrypt(algorithm, &bare, data, buffer, &plain);
    if (!status) status = read_ber_safe(archive, plain);
    secret_free(buffer);
    return blame(archive, status);
}

/* encryptedContent, [0] IMPLICIT OCTET STRING, may be in parts. */
static nte_status read_parts(struct reader *info, struct writer *w)
{
    struct bytes part = {NULL, 0};
    struct reader parts;

    if (!der_next_is(info, DER_CONTEXT(0))) part = der_read(info, DER_IMPLICIT(0));
    write_bytes(w, part.data, part.size);
    if (part.data || info->failed) return info->failed ? NTE_BAD_DATA : NTE_SUCCESS;
    parts = der_enter(info, DER_CONTEXT(0));
    while (!parts.failed && parts.left)
    {
        part = der_read(&parts, DER_OCTET_STRING);
        write_bytes(w, part.data, part.size);
    }
    return parts.failed ? NTE_BAD_DATA : NTE_SUCCESS;
}

/* EncryptedData (RFC 5652 8): { version, { type, algorithm, content } } */
static nte_status read_encrypted(struct archive *archive, struct reader content)
{
    struct reader data = der_enter(&content, DER_SEQUENCE), info, algorithm;
    struct writer sealed = {0};
    char oid[DER_OID_SIZE];
    nte_status status;

    der_read_small(&data);
    info = der_enter(&data, DER_SEQUENCE);
    der_read_oid(&info, oid);
    algorithm = der_enter(&info, DER_SEQUENCE);
    if (info.failed || strcmp(oid, OID_PKCS7_DATA)) return NTE_BAD_DATA;
    status = read_parts(&info, &sealed);
    if (!status && sealed.failed) status = NTE_NO_MEMORY;
    if (!status) status = open_safe(archive, algorithm, (struct bytes){sealed.data, sealed.used});
    writer_free(&sealed);
    return status;
}

static nte_status read_content(struct archive *archive, struct reader *safes)
{
    struct reader info = der_enter(safes, DER_SEQUENCE), content;
    char oid[DER_OID_SIZE];
    struct bytes safe;

    der_read_oid(&info, oid);
    content = der_enter(&info, DER_CONTEXT(0));
    if (content.failed) return NTE_BAD_DATA;
    if (!strcmp(oid, OID_PKCS7_ENCRYPTED_DATA))
        return archive->flags & UNIX_ARCHIVE_CLEAR ? NTE_SUCCESS : read_encrypted(archive, content);
    if (strcmp(oid, OID_PKCS7_DATA)) return NTE_NOT_SUPPORTED;      /* sealed with a public key */
    safe = der_read(&content, DER_OCTET_STRING);
    return content.failed ? NTE_BAD_DATA : read_ber_safe(archive, safe);
}

static nte_status read_safes(struct archive *archive, struct bytes content)
{
    struct reader r, safes;
    struct writer der = {0};
    nte_status status = ber_to_der(content, &der);

    r = (struct reader){der.data, der.used, 0};
    safes = der_enter(&r, DER_SEQUENCE);
    if (!status && !der_done(&r)) status = NTE_BAD_DATA;
    while (!status && safes.left) status = read_content(archive, &safes);
    writer_free(&der);
    return status;
}

/* --- the file --- */

struct outer
{
    struct bytes content;
    struct pkcs12_mac mac;
    int has_mac;
};

/* { 3, { data, [0] OCTET STRING }, MacData OPTIONAL } */
static nte_status read_outer(struct bytes der, struct outer *outer)
{
    struct reader r = {der.data, der.size, 0}, pfx = der_enter(&r, DER_SEQUENCE), info, content;
    char oid[DER_OID_SIZE];

    memset(outer, 0, sizeof(*outer));
    if (der_read_small(&pfx) != 3) return NTE_BAD_DATA;
    info = der_enter(&pfx, DER_SEQUENCE);
    der_read_oid(&info, oid);
    content = der_enter(&info, DER_CONTEXT(0));
    if (info.failed) return NTE_BAD_DATA;
    if (strcmp(oid, OID_PKCS7_DATA)) return NTE_NOT_SUPPORTED;      /* signed instead of a MAC */
    outer->content = der_read(&content, DER_OCTET_STRING);
    if (content.failed) return NTE_BAD_DATA;
    if ((outer->has_mac = !!pfx.left)) outer->mac = pkcs12_read_mac(&pfx);
    der_leave(&r, &pfx);
    return der_done(&r) ? NTE_SUCCESS : NTE_BAD_DATA;
}

static nte_status read_archive(struct archive *archive, const struct outer *outer)
{
    nte_status status = NTE_SUCCESS;

    if (archive->flags & UNIX_ARCHIVE_LOOK) return NTE_SUCCESS;
    if (outer->has_mac && !(archive->flags & UNIX_ARCHIVE_CLEAR))
        status = pkcs12_verify_mac(&outer->mac, &archive->password, outer->content);
    if (status || (outer->has_mac && archive->flags & UNIX_ARCHIVE_VERIFY)) return status;
    archive->has_mac = outer->has_mac;
    return read_safes(archive, outer->content);
}

static nte_status open_archive(struct archive *archive, struct bytes file)
{
    struct writer der = {0};
    struct outer outer;
    nte_status status;

    if ((status = password_make(archive->secret, &archive->password))) return status;
    status = ber_to_der(file, &der);
    if (!status) status = read_outer((struct bytes){der.data, der.used}, &outer);
    if (!status) status = read_archive(archive, &outer);
    password_free(&archive->password);
    writer_free(&der);
    return status;
}

nte_status pkcs12_read(struct bytes file, const uint16_t *password, const uint16_t *transfer, uint32_t flags,
                       struct writer *list)
{
    static const uint16_t nobody[] = {'-', 0};      /* for a list that is thrown away */
    struct writer made = {0};
    struct archive archive = {.secret = password, .transfer = transfer, .flags = flags, .list = &made};
    nte_status status;

    if (flags & UNIX_ARCHIVE_VERIFY) archive.transfer = nobody;
    status = open_archive(&archive, file);
    if (!status && made.failed) status = NTE_NO_MEMORY;
    if (!status && !(flags & UNIX_ARCHIVE_VERIFY)) write_bytes(list, made.data, made.used);
    writer_free(&made);
    return status;
}
