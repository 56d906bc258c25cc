/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Protection of data to principals (DPAPI-NG): rules, the CMS that carries them, keys, streams. The format and
 * its guarantees: doc/protection.md. Facts: doc/facts/windows-api.md 6.
 *
 * Statuses of everything that reads a protected blob:
 *   NTE_BAD_DATA            not a protected blob, or a modified one
 *   NTE_DECRYPTION_FAILURE  none of its recipients can be opened here, or the content was modified
 *   NTE_NOT_SUPPORTED       only a principal that this machine cannot answer for could open it
 * and those of store.h if a store cannot be read. */
#ifndef ENGINE_PROTECT_H
#define ENGINE_PROTECT_H

#include "shared.h"
#include "base/memory.h"
#include "base/status.h"

#define PROTECTORS_MAX      UNIX_PROTECTORS_MAX
#define RULE_MAX            32767   /* characters of a rule */
#define PROTECT_KEY_SIZE    32
#define PROTECT_NONCE_SIZE  12
#define PROTECT_TAG_SIZE    16
#define PROTECT_WRAPPED_SIZE 40     /* a key under AES key wrap */
#define PROTECT_HEADER_MAX  0x40000 /* bytes of the CMS structure of a stream */
#define PROTECT_DATA_MAX    0x7fff0000u /* bytes of a secret, and of a blob */
#define STREAM_SEGMENT      0x10000 /* bytes of clear text in one segment */

/* --- descriptor.c: rules. Pure: no keys, no files --- */

struct protector
{
    uint32_t type;                  /* UNIX_PROTECTOR_* */
    uint32_t clause;                /* clauses are joined by OR, the protectors of one by AND */
    uint8_t *value;                 /* UTF-8 with a NUL, escapes resolved; secret_alloc'ed */
    size_t size;                    /* bytes without the NUL */
    uint32_t key;                   /* UNIX_KEY_*, only when read from a blob */
    struct bytes identifier;        /* of that key, in the blob; points into the blob */
};

struct descriptor
{
    uint32_t count, clauses;
    struct protector protectors[PROTECTORS_MAX];    /* those of one clause are adjacent */
};

/* clause OR clause ..., clause: NAME=value AND NAME=value ...; operators in upper case with blanks around them.
 * NTE_INVALID_PARAMETER: malformed, an unknown name, an impossible value, or past the limits above. */
nte_status descriptor_parse(const uint16_t *rule, struct descriptor **descriptor);
/* Adds a protector to the last clause or to a new one; name is UTF-8, and value has no escapes. */
nte_status descriptor_add(struct descriptor *descriptor, int new_clause, struct bytes name, struct bytes value);
/* Appends the canonical spelling of a rule, UTF-16 with a NUL; parsing it gives the same protectors. */
void descriptor_text(const struct descriptor *descriptor, struct writer *w);
void descriptor_fini(struct descriptor *descriptor);        /* its values */
void descriptor_free(struct descriptor *descriptor);        /* accepts NULL */

/* --- protector.c: the kinds of protectors --- */

/* "LOCAL", and the last part of its OID below 1.3.6.1.4.1.311.74.1. */
const char *protector_name(uint32_t type);
uint32_t protector_oid(uint32_t type);
/* 0 when no kind has this name; ignores case. */
uint32_t protector_find(struct bytes name);
/* 1 when value is valid; rewrites it in its canonical spelling. */
int protector_check(uint32_t type, uint8_t *value, size_t size);

/* --- protect_cms.c: EnvelopedData --- */

struct envelope
{
    struct descriptor descriptor;
    struct bytes wrapped[PROTECTORS_MAX];   /* for each clause: the content key under its key */
    struct bytes recipients;        /* the RecipientInfos, whole: what the nonce authenticates */
    struct bytes nonce;
    int has_content;
    struct bytes content;           /* with its tag */
    uint8_t *image;                 /* the memory that all of these point into; secret_alloc'ed */
};

/* An identifier of ours: this magic, then for each protector of the clause the key (1 byte), a size (4 bytes,
 * little-endian) and that many bytes. Any other identifier is foreign: we do not have its keys. */
#define IDENTIFIER_MAGIC "NPK\1"
#define IDENTIFIER_MAGIC_SIZE 4

/* Appends one RecipientInfo. identifier: of the whole clause. */
void cms_write_recipient(struct writer *w, const struct descriptor *descriptor, uint32_t clause,
                         struct bytes identifier, const uint8_t wrapped[PROTECT_WRAPPED_SIZE]);
/* Appends the whole. recipients: a SET with its tag. content NULL: it follows separately, as in a stream. */
void cms_write(struct writer *w, struct bytes recipients, const uint8_t nonce[PROTECT_NONCE_SIZE],
               const struct bytes *content);
/* Checks every byte: NTE_BAD_DATA for anything that cms_write would not have written. */
nte_status cms_read(struct bytes data, struct envelope **envelope);
void envelope_free(struct envelope *envelope);              /* accepts NULL */

/* Bytes of the structure that data begins with; 0 when more data is needed to tell.
 * NTE_BAD_DATA when it is not one, or is longer than PROTECT_HEADER_MAX. */
nte_status cms_measure(struct bytes data, size_t *size);

/* --- protect_key.c: from protectors to the content key --- */

struct answer
{
    uint32_t key;                   /* UNIX_KEY_* */
    nte_status status;              /* why UNIX_KEY_NONE */
    struct bytes data;              /* see struct unix_answer */
};

/* Wraps a new content key for every clause of descriptor and appends the RecipientInfos, a SET with its tag. One
 * refused answer fails the whole call: data is protected exactly as asked, or not at all. */
nte_status content_key_make(const struct descriptor *descriptor, const struct answer *answers,
                            uint8_t key[PROTECT_KEY_SIZE], struct writer *recipients);
/* The first clause that opens. */
nte_status content_key_find(const struct envelope *envelope, const struct answer *answers,
                            uint8_t key[PROTECT_KEY_SIZE]);

/* The nonce for key and recipients: it authenticates every byte of them. */
nte_status content_nonce(const uint8_t key[PROTECT_KEY_SIZE], struct bytes recipients,
                         uint8_t nonce[PROTECT_NONCE_SIZE]);

/* HKDF-SHA-256; label is the info. */
nte_status protect_derive(struct bytes secret, struct bytes salt, struct bytes info, uint8_t key[PROTECT_KEY_SIZE]);

/* --- protect_secret.c --- */

/* Appends the blob. data.size: 1 to PROTECT_DATA_MAX, else NTE_INVALID_PARAMETER. */
nte_status secret_protect(const struct descriptor *descriptor, const struct answer *answers, struct bytes data,
                          struct writer *blob);
nte_status secret_unprotect(const struct envelope *envelope, const struct answer *answers, struct writer *data);

/* AES-256-GCM without associated data; output: the tag adds PROTECT_TAG_SIZE bytes, opening removes them. */
nte_status gcm_seal(const uint8_t key[PROTECT_KEY_SIZE], const uint8_t nonce[PROTECT_NONCE_SIZE], struct bytes data,
                    uint8_t *output);
nte_status gcm_open(const uint8_t key[PROTECT_KEY_SIZE], const uint8_t nonce[PROTECT_NONCE_SIZE], struct bytes data,
                    uint8_t *output);

/* --- protect_stream.c: any length in constant memory --- */

struct protect_stream;

nte_status stream_open_protect(const struct descriptor *descriptor, const struct answer *answers,
                               struct protect_stream **stream);
nte_status stream_open_unprotect(struct protect_stream **stream);
/* Consumes some of input, produces some output (capacity UNIX_STREAM_OUTPUT) and sets *state to the next step.
 * Clear text is returned only after its segment was authenticated, and UNIX_STREAM_DONE only after the whole was.
 * A failure is final: later calls return it again. After the end: NTE_INVALID_PARAMETER. */
nte_status stream_update(struct protect_stream *stream, struct bytes input, int final, size_t *consumed,
                         uint8_t *output, size_t *produced, uint32_t *state);
/* Valid from UNIX_STREAM_LOCKED on, else NULL. */
const struct envelope *stream_envelope(const struct protect_stream *stream);
nte_status stream_unlock(struct protect_stream *stream, const struct answer *answers);
void stream_free(struct protect_stream *stream);            /* accepts NULL */

#endif
