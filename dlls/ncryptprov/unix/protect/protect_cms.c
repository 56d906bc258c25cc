/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CMS EnvelopedData (RFC 5652) of the shape that protected blobs have (doc/facts/windows-api.md 6.3); see protect.h. */
#include <stdio.h>
#include <string.h>

#include "base/oid.h"
#include "base/der.h"
#include "protect/protect.h"

#define PROTECTOR_AND       4           /* below OID_PROTECTION: several protectors, all of them needed */

#define ENVELOPED_VERSION   2
#define KEK_VERSION         4
#define DER_UTF8_STRING     0x0c
#define KEK_RECIPIENT       DER_CONTEXT(2)

/* The OID that says which kind of protectors a clause has. */
static void clause_oid(const struct descriptor *descriptor, uint32_t clause, char oid[DER_OID_SIZE])
{
    uint32_t number = 0, count = 0, i;

    for (i = 0; i < descriptor->count; i++)
    {
        if (descriptor->protectors[i].clause != clause) continue;
        number = protector_oid(descriptor->protectors[i].type);
        count++;
    }
    snprintf(oid, DER_OID_SIZE, OID_PROTECTION ".%u", count > 1 ? PROTECTOR_AND : number);
}

static void write_text(struct writer *w, const char *text, size_t size)
{
    struct bytes content = {(const uint8_t *)text, size};

    der_write(w, DER_UTF8_STRING, content);
}

static void write_protector(struct writer *w, const struct protector *protector)
{
    const char *name = protector_name(protector->type);
    size_t pair = der_open(w, DER_SEQUENCE);

    write_text(w, name, strlen(name));
    write_text(w, (const char *)protector->value, protector->size);
    der_close(w, pair);
}

static void write_clause(struct writer *w, const struct descriptor *descriptor, uint32_t clause)
{
    size_t info = der_open(w, DER_SEQUENCE), any, all;
    char oid[DER_OID_SIZE];
    uint32_t i;

    clause_oid(descriptor, clause, oid);
    der_write_oid(w, oid);
    any = der_open(w, DER_SEQUENCE);
    all = der_open(w, DER_SEQUENCE);
    for (i = 0; i < descriptor->count; i++)
        if (descriptor->protectors[i].clause == clause) write_protector(w, &descriptor->protectors[i]);
    der_close(w, all);
    der_close(w, any);
    der_close(w, info);
}

void cms_write_recipient(struct writer *w, const struct descriptor *descriptor, uint32_t clause,
                         struct bytes identifier, const uint8_t wrapped[PROTECT_WRAPPED_SIZE])
{
    size_t recipient = der_open(w, KEK_RECIPIENT), kekid, other, algorithm;
    struct bytes key = {wrapped, PROTECT_WRAPPED_SIZE};

    der_write_small(w, KEK_VERSION);
    kekid = der_open(w, DER_SEQUENCE);
    der_write(w, DER_OCTET_STRING, identifier);
    other = der_open(w, DER_SEQUENCE);
    der_write_oid(w, OID_PROTECTION);
    write_clause(w, descriptor, clause);
    der_close(w, other);
    der_close(w, kekid);
    algorithm = der_open(w, DER_SEQUENCE);
    der_write_oid(w, OID_AES256_WRAP);
    der_close(w, algorithm);
    der_write(w, DER_OCTET_STRING, key);
    der_close(w, recipient);
}

static void write_gcm(struct writer *w, const uint8_t nonce[PROTECT_NONCE_SIZE])
{
    struct bytes nonce_run = {nonce, PROTECT_NONCE_SIZE};
    size_t algorithm = der_open(w, DER_SEQUENCE), parameters;

    der_write_oid(w, OID_AES256_GCM);
    parameters = der_open(w, DER_SEQUENCE);
    der_write(w, DER_OCTET_STRING, nonce_run);
    der_write_small(w, PROTECT_TAG_SIZE);
    der_close(w, parameters);
    der_close(w, algorithm);
}

void cms_write(struct writer *w, struct bytes recipients, const uint8_t nonce[PROTECT_NONCE_SIZE],
               const struct bytes *content)
{
    size_t info = der_open(w, DER_SEQUENCE), tagged, enveloped, encrypted;

    der_write_oid(w, OID_ENVELOPED_DATA);
    tagged = der_open(w, DER_CONTEXT(0));
    enveloped = der_open(w, DER_SEQUENCE);
    der_write_small(w, ENVELOPED_VERSION);
    write_bytes(w, recipients.data, recipients.size);
    encrypted = der_open(w, DER_SEQUENCE);
    der_write_oid(w, OID_DATA);
    write_gcm(w, nonce);
    if (content) der_write(w, DER_IMPLICIT(0), *content);
    der_close(w, encrypted);
    der_close(w, enveloped);
    der_close(w, tagged);
    der_close(w, info);
}

static void expect_oid(struct reader *r, const char *expected)
{
    char oid[DER_OID_SIZE];

    der_read_oid(r, oid);
    if (strcmp(oid, expected)) r->failed = 1;
}

static void expect_small(struct reader *r, uint32_t expected)
{
    if (der_read_small(r) != expected) r->failed = 1;
}

static void expect_size(struct reader *r, struct bytes run, size_t size)
{
    if (run.size != size) r->failed = 1;
}

/* A name that is not ours, or not in our spelling, fails like everything else. */
static void read_protector(struct reader *all, struct descriptor *descriptor, int new_clause)
{
    struct reader pair = der_enter(all, DER_SEQUENCE);
    struct bytes name = der_read(&pair, DER_UTF8_STRING), value = der_read(&pair, DER_UTF8_STRING);
    const struct protector *added;

    der_leave(all, &pair);
    if (all->failed) return;
    if (descriptor_add(descriptor, new_clause, name, value))
    {
        all->failed = 1;
        return;
    }
    added = &descriptor->protectors[descriptor->count - 1];
    if (memcmp(protector_name(added->type), name.data, name.size)) all->failed = 1;
    if (added->size && memcmp(added->value, value.data, value.size)) all->failed = 1;
}

static void read_clause(struct reader *r, struct descriptor *descriptor)
{
    struct reader info = der_enter(r, DER_SEQUENCE), any, all;
    char oid[DER_OID_SIZE], expected[DER_OID_SIZE];
    int first = 1;

    der_read_oid(&info, oid);
    any = der_enter(&info, DER_SEQUENCE);
    all = der_enter(&any, DER_SEQUENCE);
    do
    {
        read_protector(&all, descriptor, first);
        first = 0;
    }
    while (!all.failed && all.left);
    der_leave(&any, &all);
    der_leave(&info, &any);
    der_leave(r, &info);
    if (r->failed) return;
    clause_oid(descriptor, descriptor->clauses - 1, expected);
    if (strcmp(oid, expected)) r->failed = 1;
}

static void read_identifier(struct reader *r, struct bytes identifier, struct descriptor *descriptor, uint32_t first)
{
    struct reader inner = {identifier.data, identifier.size, 0};
    struct bytes magic = read_bytes(&inner, IDENTIFIER_MAGIC_SIZE);
    uint32_t i;

    if (r->failed || magic.size != IDENTIFIER_MAGIC_SIZE) return;
    if (memcmp(magic.data, IDENTIFIER_MAGIC, IDENTIFIER_MAGIC_SIZE)) return;
    for (i = first; i < descriptor->count; i++)
    {
        struct protector *protector = &descriptor->protectors[i];

        protector->key = read_u8(&inner);
        protector->identifier = read_bytes(&inner, read_u32(&inner));
        if (protector->key < UNIX_KEY_USER || protector->key > UNIX_KEY_CERTIFICATE) r->failed = 1;
    }
    if (inner.failed || inner.left) r->failed = 1;
}

static void read_recipient(struct reader *set, struct envelope *envelope)
{
    struct descriptor *descriptor = &envelope->descriptor;
    uint32_t first = descriptor->count;
    struct reader recipient = der_enter(set, KEK_RECIPIENT), kekid, other, algorithm;
    struct bytes identifier, wrapped;

    expect_small(&recipient, KEK_VERSION);
    kekid = der_enter(&recipient, DER_SEQUENCE);
    identifier = der_read(&kekid, DER_OCTET_STRING);
    other = der_enter(&kekid, DER_SEQUENCE);
    expect_oid(&other, OID_PROTECTION);
    read_clause(&other, descriptor);
    der_leave(&kekid, &other);
    der_leave(&recipient, &kekid);
    algorithm = der_enter(&recipient, DER_SEQUENCE);
    expect_oid(&algorithm, OID_AES256_WRAP);
    der_leave(&recipient, &algorithm);
    wrapped = der_read(&recipient, DER_OCTET_STRING);
    expect_size(&recipient, wrapped, PROTECT_WRAPPED_SIZE);
    der_leave(set, &recipient);
    read_identifier(set, identifier, descriptor, first);
    if (!set->failed) envelope->wrapped[descriptor->clauses - 1] = wrapped;
}

static void read_recipients(struct reader *r, struct envelope *envelope)
{
    struct reader whole, set;

    envelope->recipients = der_read_any(r);
    whole.data = envelope->recipients.data;
    whole.left = envelope->recipients.size;
    whole.failed = r->failed;
    set = der_enter(&whole, DER_SET);
    do read_recipient(&set, envelope);
    while (!set.failed && set.left);
    der_leave(&whole, &set);
    der_leave(r, &whole);
}

static void read_encrypted(struct reader *r, struct envelope *envelope)
{
    struct reader encrypted = der_enter(r, DER_SEQUENCE), algorithm, parameters;

    expect_oid(&encrypted, OID_DATA);
    algorithm = der_enter(&encrypted, DER_SEQUENCE);
    expect_oid(&algorithm, OID_AES256_GCM);
    parameters = der_enter(&algorithm, DER_SEQUENCE);
    envelope->nonce = der_read(&parameters, DER_OCTET_STRING);
    expect_size(&parameters, envelope->nonce, PROTECT_NONCE_SIZE);
    expect_small(&parameters, PROTECT_TAG_SIZE);
    der_leave(&algorithm, &parameters);
    der_leave(&encrypted, &algorithm);
    envelope->has_content = encrypted.left > 0;
    if (envelope->has_content) envelope->content = der_read(&encrypted, DER_IMPLICIT(0));
    der_leave(r, &encrypted);
}

static int read_all(struct reader r, struct envelope *envelope)
{
    struct reader info = der_enter(&r, DER_SEQUENCE), tagged, enveloped;

    expect_oid(&info, OID_ENVELOPED_DATA);
    tagged = der_enter(&info, DER_CONTEXT(0));
    enveloped = der_enter(&tagged, DER_SEQUENCE);
    expect_small(&enveloped, ENVELOPED_VERSION);
    read_recipients(&enveloped, envelope);
    read_encrypted(&enveloped, envelope);
    der_leave(&tagged, &enveloped);
    der_leave(&info, &tagged);
    der_leave(&r, &info);
    return der_done(&r);
}

nte_status cms_read(struct bytes data, struct envelope **envelope)
{
    struct reader r = {NULL, data.size, 0};
    struct envelope *new;

    if (!data.size || data.size > PROTECT_DATA_MAX) return NTE_BAD_DATA;
    if (!(new = secret_alloc(sizeof(*new)))) return NTE_NO_MEMORY;
    if (!(new->image = secret_alloc(data.size)))
    {
        secret_free(new);
        return NTE_NO_MEMORY;
    }
    memcpy(new->image, data.data, data.size);
    r.data = new->image;
    if (read_all(r, new))
    {
        *envelope = new;
        return NTE_SUCCESS;
    }
    envelope_free(new);
    return NTE_BAD_DATA;
}

void envelope_free(struct envelope *envelope)
{
    if (!envelope) return;
    descriptor_fini(&envelope->descriptor);
    secret_free(envelope->image);
    secret_free(envelope);
}

nte_status cms_measure(struct bytes data, size_t *size)
{
    size_t octets, length = 0, i;

    *size = 0;
    if (data.size && data.data[0] != DER_SEQUENCE) return NTE_BAD_DATA;
    if (data.size < 2) return NTE_SUCCESS;
    if (data.data[1] <= 0x80 || data.data[1] > 0x83) return NTE_BAD_DATA;  /* the shortest one has over 127 bytes */
    octets = data.data[1] & 0x7f;
    if (data.size < 2 + octets) return NTE_SUCCESS;
    for (i = 0; i < octets; i++) length = length << 8 | data.data[2 + i];
    if (length > PROTECT_HEADER_MAX) return NTE_BAD_DATA;
    *size = 2 + octets + length;
    return NTE_SUCCESS;
}
