/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key file format of doc/key-file.md: a header in clear, authenticated, then the private part sealed with
 * AES-256-GCM. No file access here. */
#define _GNU_SOURCE
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "crypto/seal.h"
#include "lengths.h"
#include "store/store_internal.h"

/* UTF-16 is the same in memory and in the file. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the file is little-endian");

#define VERSION         3
#define VERSION_OLD     1           /* records neither its kind nor the name of its file */
#define VERSION_LOCKED  2           /* the same, and the private part is under a password: password_seal.h */
#define PART_MAX        0x100000u
#define PROPERTIES_MAX  1024

static const uint8_t magic[8] = {0x89, 'N', 'K', 'E', 'Y', 0x0d, 0x0a, 0x1a};
static const char id_label[] = "ncrypt store key id 1";

/* The lengths in the fixed fields; the runs follow in this order. */
struct lengths
{
    uint32_t algorithm;             /* bytes */
    uint32_t name;                  /* characters */
    uint32_t properties;            /* how many */
    uint32_t public_part;           /* bytes */
    uint32_t private_part;          /* bytes in clear */
};

void stored_key_free(struct stored_key *stored)
{
    secret_free(stored->name);
    property_list_free(&stored->properties);
    bytes_free(&stored->public_part);
    bytes_free(&stored->private_part);
    if (stored->material) stored->material->family->free(stored->material);
    wipe(stored, sizeof(*stored));
}

nte_status store_key_derive_id(struct store_key *store_key)
{
    uint8_t text[sizeof(id_label) - 1 + STORE_KEY_SIZE], digest[32];
    int error;

    memcpy(text, id_label, sizeof(id_label) - 1);
    memcpy(text + sizeof(id_label) - 1, store_key->key, STORE_KEY_SIZE);
    error = gnutls_hash_fast(GNUTLS_DIG_SHA256, text, sizeof(text), digest);
    wipe(text, sizeof(text));
    if (error) return NTE_INTERNAL_ERROR;
    memcpy(store_key->id, digest, STORE_KEY_ID_SIZE);
    return NTE_SUCCESS;
}

static int is_algorithm_id(const char *id, size_t length)
{
    size_t i;

    if (!length || length >= sizeof(((struct stored_key *)0)->algorithm)) return 0;
    for (i = 0; i < length; i++) if (id[i] <= ' ' || id[i] > '~') return 0;
    return 1;
}

static int is_name_length(size_t chars)
{
    return chars > 0 && chars <= MAX_STORED_NAME;
}

static int is_part_size(size_t size)
{
    return size > 0 && size <= PART_MAX;
}

/* The first digits of a unique name, or none of a name. */
static int has_digits(const struct stored_key *stored)
{
    char unique[NAME_DIGITS + sizeof("_0")];

    memcpy(unique, stored->digits, NAME_DIGITS);
    strcpy(unique + NAME_DIGITS, "_0");
    return is_unique_name(unique);
}

static int is_kind(const struct stored_key *stored)
{
    static const char none[NAME_DIGITS];

    if (stored->kind == IMAGE_KEY_FILE) return has_digits(stored);
    return stored->kind == IMAGE_TRANSPORT && !stored->locked && !memcmp(stored->digits, none, NAME_DIGITS);
}

/* Measures stored; NTE_INVALID_PARAMETER when something in it is too large for the format. */
static nte_status measure(const struct stored_key *stored, struct lengths *lengths)
{
    const struct property *property;

    lengths->algorithm = strnlen(stored->algorithm, sizeof(stored->algorithm));
    lengths->name = stored->name ? u16_length(stored->name) : 0;
    lengths->properties = 0;
    lengths->public_part = stored->public_part.size;
    lengths->private_part = stored->private_part.size;
    for (property = stored->properties.first; property; property = property->next)
    {
        if (!is_name_length(u16_length(property->name))) return NTE_INVALID_PARAMETER;
        if (property->size > PART_MAX || ++lengths->properties > PROPERTIES_MAX) return NTE_INVALID_PARAMETER;
    }
    if (!is_algorithm_id(stored->algorithm, lengths->algorithm)) return NTE_INVALID_PARAMETER;
    if (!is_name_length(lengths->name)) return NTE_INVALID_PARAMETER;
    if (!is_kind(stored)) return NTE_INVALID_PARAMETER;
    if (stored->public_part.size > PART_MAX) return NTE_INVALID_PARAMETER;
    if (!is_part_size(stored->private_part.size)) return NTE_INVALID_PARAMETER;
    return NTE_SUCCESS;
}

static void write_header(struct writer *w, const struct stored_key *stored, const struct lengths *lengths,
                         const struct store_key *store_key)
{
    const struct property *property;

    write_bytes(w, magic, sizeof(magic));
    write_u32(w, VERSION);
    write_u32(w, stored->key_spec);
    write_bytes(w, store_key->id, STORE_KEY_ID_SIZE);
    write_bytes(w, stored->id, KEY_ID_SIZE);
    write_u64(w, stored->modified);
    write_u32(w, stored->flags);
    write_u32(w, stored->export_policy);
    write_u32(w, stored->key_usage);
    write_u32(w, lengths->algorithm);
    write_u32(w, lengths->name);
    write_u32(w, lengths->properties);
    write_u32(w, lengths->public_part);
    write_u32(w, lengths->private_part);
    write_u32(w, stored->kind);
    write_u32(w, stored->locked);
    write_bytes(w, stored->digits, NAME_DIGITS);
    write_bytes(w, stored->algorithm, lengths->algorithm);
    write_bytes(w, stored->name, lengths->name * sizeof(*stored->name));
    for (property = stored->properties.first; property; property = property->next)
    {
        write_u32(w, u16_length(property->name));
        write_u32(w, property->size);
        write_bytes(w, property->name, u16_length(property->name) * sizeof(*property->name));
        write_bytes(w, property->data, property->size);
    }
    write_bytes(w, stored->public_part.data, stored->public_part.size);
}

nte_status keyfile_encode(const struct stored_key *stored, const struct store_key *store_key, struct writer *w)
{
    size_t start = w->used, end;
    struct lengths lengths;
    struct bytes header;
    nte_status status;
    uint8_t *sealed;

    if ((status = measure(stored, &lengths))) return status;
    write_header(w, stored, &lengths, store_key);
    end = w->used;
    if (!(sealed = write_space(w, lengths.private_part + SEAL_OVERHEAD))) return NTE_NO_MEMORY;
    header.data = w->data + start;
    header.size = end - start;
    status = w->used - start > KEYFILE_MAX ? NTE_INVALID_PARAMETER
                                           : seal(store_key->key, header, stored->private_part, sealed);
    if (status) w->used = start;
    return status;
}

/* What the newest version says about the image itself. */
static nte_status read_kind(struct reader *r, struct stored_key *stored)
{
    uint32_t kind = read_u32(r), locked = read_u32(r);
    struct bytes digits = read_bytes(r, NAME_DIGITS);

    if (r->failed || locked > 1) return NTE_BAD_DATA;
    stored->kind = kind;
    stored->locked = locked;
    stored->bound = 1;
    memcpy(stored->digits, digits.data, NAME_DIGITS);
    return is_kind(stored) ? NTE_SUCCESS : NTE_BAD_DATA;
}

/* The kind of an image of an older version: the key id of a file is random, that of a transport image has always been
 * zero. */
static nte_status find_kind(struct stored_key *stored)
{
    static const uint8_t none[KEY_ID_SIZE];

    stored->kind = memcmp(stored->id, none, KEY_ID_SIZE) ? IMAGE_KEY_FILE : IMAGE_TRANSPORT;
    return stored->kind == IMAGE_TRANSPORT && stored->locked ? NTE_BAD_DATA : NTE_SUCCESS;
}

static int is_version(uint32_t version)
{
    return version >= VERSION_OLD && version <= VERSION;
}

/* The fixed fields. */
static nte_status read_fields(struct reader *r, struct stored_key *stored, uint8_t store_key_id[STORE_KEY_ID_SIZE],
                              struct lengths *lengths)
{
    struct bytes run = read_bytes(r, sizeof(magic));
    uint32_t version;

    if (r->failed || memcmp(run.data, magic, sizeof(magic))) return NTE_BAD_DATA;
    version = read_u32(r);
    if (!is_version(version)) return r->failed ? NTE_BAD_DATA : NTE_BAD_VER;
    stored->locked = version == VERSION_LOCKED;
    stored->key_spec = read_u32(r);
    run = read_bytes(r, STORE_KEY_ID_SIZE);
    if (!r->failed) memcpy(store_key_id, run.data, STORE_KEY_ID_SIZE);
    run = read_bytes(r, KEY_ID_SIZE);
    if (!r->failed) memcpy(stored->id, run.data, KEY_ID_SIZE);
    stored->modified = read_u64(r);
    stored->flags = read_u32(r);
    stored->export_policy = read_u32(r);
    stored->key_usage = read_u32(r);
    lengths->algorithm = read_u32(r);
    lengths->name = read_u32(r);
    lengths->properties = read_u32(r);
    lengths->public_part = read_u32(r);
    lengths->private_part = read_u32(r);
    if (r->failed || lengths->properties > PROPERTIES_MAX) return NTE_BAD_DATA;
    if (lengths->public_part > PART_MAX || !is_part_size(lengths->private_part)) return NTE_BAD_DATA;
    return version == VERSION ? read_kind(r, stored) : find_kind(stored);
}

/* Copies a name of that many characters into a string of its own. */
static nte_status read_name(struct reader *r, uint32_t chars, uint16_t **name)
{
    struct bytes run;

    if (!is_name_length(chars)) return NTE_BAD_DATA;
    run = read_bytes(r, chars * sizeof(**name));
    if (r->failed) return NTE_BAD_DATA;
    if (!(*name = secret_alloc(run.size + sizeof(**name)))) return NTE_NO_MEMORY;
    memcpy(*name, run.data, run.size);
    return u16_length(*name) == chars ? NTE_SUCCESS : NTE_BAD_DATA;
}

static nte_status read_property(struct reader *r, struct property_list *list)
{
    uint32_t chars = read_u32(r), size = read_u32(r);
    uint16_t *name = NULL;
    struct bytes value;
    nte_status status;

    if (!(status = read_name(r, chars, &name)))
    {
        value = read_bytes(r, size);
        if (r->failed || size > PART_MAX || property_list_find(list, name)) status = NTE_BAD_DATA;
        else status = property_list_set(list, name, value.data, size);
    }
    secret_free(name);
    return status;
}

static nte_status read_public_part(struct reader *r, uint32_t size, struct bytes *part)
{
    struct bytes run = read_bytes(r, size);
    uint8_t *data;

    if (r->failed) return NTE_BAD_DATA;
    if (!(data = secret_alloc(size))) return NTE_NO_MEMORY;
    if (size) memcpy(data, run.data, size);
    part->data = data;
    part->size = size;
    return NTE_SUCCESS;
}

/* What follows the fixed fields, up to the seal. */
static nte_status read_runs(struct reader *r, const struct lengths *lengths, struct stored_key *stored)
{
    struct bytes run = read_bytes(r, lengths->algorithm);
    nte_status status;
    uint32_t i;

    if (r->failed || !is_algorithm_id((const char *)run.data, run.size)) return NTE_BAD_DATA;
    memcpy(stored->algorithm, run.data, run.size);
    if ((status = read_name(r, lengths->name, &stored->name))) return status;
    for (i = 0; i < lengths->properties; i++)
        if ((status = read_property(r, &stored->properties))) return status;
    return read_public_part(r, lengths->public_part, &stored->public_part);
}

int keyfile_start(const uint8_t start[KEYFILE_START], uint8_t store_key_id[STORE_KEY_ID_SIZE])
{
    struct reader r = {start, KEYFILE_START, 0};

    if (memcmp(read_bytes(&r, sizeof(magic)).data, magic, sizeof(magic)) || !is_version(read_u32(&r))) return 0;
    read_u32(&r);                   /* the key spec */
    memcpy(store_key_id, read_bytes(&r, STORE_KEY_ID_SIZE).data, STORE_KEY_ID_SIZE);
    return 1;
}

static nte_status decode(struct bytes image, const struct store_key *store_key, struct stored_key *stored)
{
    struct reader r = {image.data, image.size, 0};
    struct bytes header = image, sealed;
    uint8_t store_key_id[STORE_KEY_ID_SIZE];
    struct lengths lengths;
    nte_status status;

    if (image.size > KEYFILE_MAX) return NTE_BAD_DATA;
    if ((status = read_fields(&r, stored, store_key_id, &lengths))) return status;
    if ((status = read_runs(&r, &lengths, stored))) return status;
    header.size = image.size - r.left;
    sealed = read_bytes(&r, lengths.private_part + SEAL_OVERHEAD);
    if (r.failed || r.left) return NTE_BAD_DATA;
    if (!store_key) return NTE_SUCCESS;
    if (memcmp(store_key_id, store_key->id, STORE_KEY_ID_SIZE)) return NTE_BAD_KEY_STATE;
    return unseal(store_key->key, header, sealed, &stored->private_part);
}

nte_status keyfile_decode(struct bytes image, const struct store_key *store_key, struct stored_key *stored)
{
    struct stored_key decoded = {0};
    nte_status status = decode(image, store_key, &decoded);

    if (status) stored_key_free(&decoded);
    else *stored = decoded;
    return status;
}
