/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Streams: the CMS structure without content, then the content in sealed segments (doc/protection.md). A segment is
 * sealed or opened only once it is known whether it is the last one; see protect.h. */
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "protect/protect.h"

#define SEALED_SEGMENT (STREAM_SEGMENT + PROTECT_TAG_SIZE)
#define PREFIX_SIZE    7            /* bytes of a nonce that are the same in a whole stream */

_Static_assert(SEALED_SEGMENT == UNIX_STREAM_OUTPUT, "a segment is the longest piece of output");

enum phase
{
    PHASE_HEADER,                   /* written out, or read in */
    PHASE_LOCKED,
    PHASE_CONTENT,
    PHASE_DONE,
};

struct protect_stream
{
    int protect;
    enum phase phase;
    nte_status failed;              /* what every later call gets */
    struct writer header;
    size_t header_given;            /* bytes of it that have been returned */
    struct envelope *envelope;      /* unprotect only */
    gnutls_aead_cipher_hd_t cipher; /* from PHASE_CONTENT on */
    uint8_t nonce[PROTECT_NONCE_SIZE];
    uint32_t counter;               /* of segments */
    size_t used;                    /* bytes of segment */
    uint8_t segment[SEALED_SEGMENT];
};

/* The content key itself seals nothing here, so no segment can pass for the content of a blob. */
static nte_status start_content(struct protect_stream *stream, const uint8_t key[PROTECT_KEY_SIZE],
                                const uint8_t *nonce)
{
    static const char label[] = "ncrypt protection: stream 1";
    struct bytes secret = {key, PROTECT_KEY_SIZE}, info = {(const uint8_t *)label, strlen(label)}, salt = {NULL, 0};
    uint8_t stream_key[PROTECT_KEY_SIZE];
    gnutls_datum_t datum = {stream_key, sizeof(stream_key)};
    nte_status status;

    if ((status = protect_derive(secret, salt, info, stream_key))) return status;
    if (gnutls_aead_cipher_init(&stream->cipher, GNUTLS_CIPHER_AES_256_GCM, &datum)) status = NTE_INTERNAL_ERROR;
    memcpy(stream->nonce, nonce, PREFIX_SIZE);
    wipe(stream_key, sizeof(stream_key));
    return status;
}

static nte_status write_header(struct protect_stream *stream, const struct descriptor *descriptor,
                               const struct answer *answers)
{
    uint8_t key[PROTECT_KEY_SIZE], nonce[PROTECT_NONCE_SIZE];
    struct writer w = {0};
    struct bytes recipients;
    nte_status status;

    status = content_key_make(descriptor, answers, key, &w);
    recipients.data = w.data;
    recipients.size = w.used;
    if (!status && !(status = content_nonce(key, recipients, nonce)))
    {
        cms_write(&stream->header, recipients, nonce, NULL);
        if (stream->header.failed) status = NTE_NO_MEMORY;
        else if (stream->header.used > PROTECT_HEADER_MAX) status = NTE_INVALID_PARAMETER;
    }
    if (!status) status = start_content(stream, key, nonce);
    wipe(key, sizeof(key));
    writer_free(&w);
    return status;
}

nte_status stream_open_protect(const struct descriptor *descriptor, const struct answer *answers,
                               struct protect_stream **stream)
{
    struct protect_stream *new = secret_alloc(sizeof(*new));
    nte_status status;

    if (!new) return NTE_NO_MEMORY;
    new->protect = 1;
    if ((status = write_header(new, descriptor, answers))) stream_free(new);
    else *stream = new;
    return status;
}

nte_status stream_open_unprotect(struct protect_stream **stream)
{
    *stream = secret_alloc(sizeof(**stream));
    return *stream ? NTE_SUCCESS : NTE_NO_MEMORY;
}

void stream_free(struct protect_stream *stream)
{
    if (!stream) return;
    if (stream->cipher) gnutls_aead_cipher_deinit(stream->cipher);
    envelope_free(stream->envelope);
    writer_free(&stream->header);
    secret_free(stream);
}

const struct envelope *stream_envelope(const struct protect_stream *stream)
{
    return stream->envelope;
}

nte_status stream_unlock(struct protect_stream *stream, const struct answer *answers)
{
    uint8_t key[PROTECT_KEY_SIZE];

    if (stream->failed) return stream->failed;
    if (stream->phase != PHASE_LOCKED) return NTE_INVALID_PARAMETER;
    if (!(stream->failed = content_key_find(stream->envelope, answers, key)))
        stream->failed = start_content(stream, key, stream->envelope->nonce.data);
    wipe(key, sizeof(key));
    if (!stream->failed) stream->phase = PHASE_CONTENT;
    return stream->failed;
}

/* What one call of stream_update works on. */
struct step
{
    struct bytes input;             /* the rest of it */
    int final;
    uint8_t *output;
    size_t produced;
    uint32_t state;
};

static size_t take(struct step *step, uint8_t *target, size_t size)
{
    if (size > step->input.size) size = step->input.size;
    if (size) memcpy(target, step->input.data, size);
    step->input.data += size;
    step->input.size -= size;
    return size;
}

/* Prefix, counter, whether it is the last: no segment fits into another place. */
static nte_status next_nonce(struct protect_stream *stream, int last)
{
    size_t i;

    if (stream->counter == UINT32_MAX) return NTE_BAD_DATA;
    for (i = 0; i < sizeof(stream->counter); i++) stream->nonce[PREFIX_SIZE + i] = stream->counter >> (24 - 8 * i);
    stream->nonce[PROTECT_NONCE_SIZE - 1] = last;
    stream->counter++;
    return NTE_SUCCESS;
}

static nte_status seal_segment(struct protect_stream *stream, struct step *step, int last)
{
    size_t size = SEALED_SEGMENT;
    nte_status status;

    if ((status = next_nonce(stream, last))) return status;
    if (gnutls_aead_cipher_encrypt(stream->cipher, stream->nonce, PROTECT_NONCE_SIZE, NULL, 0, PROTECT_TAG_SIZE,
                                   stream->segment, stream->used, step->output, &size))
        return NTE_INTERNAL_ERROR;
    step->produced = size;
    return NTE_SUCCESS;
}

/* Only a stream without content ends with a segment without content. */
static nte_status open_segment(struct protect_stream *stream, struct step *step, int last)
{
    size_t size = STREAM_SEGMENT;
    nte_status status;

    if (stream->used < PROTECT_TAG_SIZE || (stream->used == PROTECT_TAG_SIZE && stream->counter)) return NTE_BAD_DATA;
    if ((status = next_nonce(stream, last))) return status;
    if (gnutls_aead_cipher_decrypt(stream->cipher, stream->nonce, PROTECT_NONCE_SIZE, NULL, 0, PROTECT_TAG_SIZE,
                                   stream->segment, stream->used, step->output, &size))
        return NTE_BAD_DATA;
    step->produced = size;
    return NTE_SUCCESS;
}

static nte_status update_content(struct protect_stream *stream, struct step *step)
{
    size_t full = stream->protect ? STREAM_SEGMENT : SEALED_SEGMENT;
    nte_status status;
    int last;

    stream->used += take(step, stream->segment + stream->used, full - stream->used);
    step->state = UNIX_STREAM_WANTS;
    if (!step->input.size && !step->final) return NTE_SUCCESS;
    last = !step->input.size;
    status = stream->protect ? seal_segment(stream, step, last) : open_segment(stream, step, last);
    if (status) return status;
    stream->used = 0;
    if (last) stream->phase = PHASE_DONE;
    step->state = last ? UNIX_STREAM_DONE : UNIX_STREAM_MORE;
    return NTE_SUCCESS;
}

static nte_status give_header(struct protect_stream *stream, struct step *step)
{
    size_t left = stream->header.used - stream->header_given;

    step->produced = left < UNIX_STREAM_OUTPUT ? left : UNIX_STREAM_OUTPUT;
    memcpy(step->output, stream->header.data + stream->header_given, step->produced);
    stream->header_given += step->produced;
    if (step->produced == left) stream->phase = PHASE_CONTENT;
    step->state = UNIX_STREAM_MORE;
    return NTE_SUCCESS;
}

/* Takes no more bytes than the structure is known to have. */
static nte_status take_header(struct protect_stream *stream, struct step *step, size_t *missing)
{
    struct bytes have;
    nte_status status;
    size_t size;
    uint8_t *more;

    do
    {
        have.data = stream->header.data;
        have.size = stream->header.used;
        if ((status = cms_measure(have, &size))) return status;
        *missing = size ? size - have.size : 1;
        if (!*missing || !step->input.size) return NTE_SUCCESS;
        if (*missing > step->input.size) *missing = step->input.size;
        if (!(more = write_space(&stream->header, *missing))) return NTE_NO_MEMORY;
        take(step, more, *missing);
    }
    while (1);
}

static nte_status read_header(struct protect_stream *stream, struct step *step)
{
    struct bytes header;
    nte_status status;
    size_t missing;

    if ((status = take_header(stream, step, &missing))) return status;
    step->state = UNIX_STREAM_WANTS;
    if (missing) return step->final ? NTE_BAD_DATA : NTE_SUCCESS;
    header.data = stream->header.data;
    header.size = stream->header.used;
    if ((status = cms_read(header, &stream->envelope))) return status;
    if (stream->envelope->has_content) return NTE_BAD_DATA;
    writer_free(&stream->header);
    stream->phase = PHASE_LOCKED;
    step->state = UNIX_STREAM_LOCKED;
    return NTE_SUCCESS;
}

static nte_status update(struct protect_stream *stream, struct step *step)
{
    switch (stream->phase)
    {
    case PHASE_HEADER: return stream->protect ? give_header(stream, step) : read_header(stream, step);
    case PHASE_CONTENT: return update_content(stream, step);
    default: return NTE_INVALID_PARAMETER;
    }
}

nte_status stream_update(struct protect_stream *stream, struct bytes input, int final, size_t *consumed,
                         uint8_t *output, size_t *produced, uint32_t *state)
{
    struct step step = {input, final, output, 0, UNIX_STREAM_WANTS};
    nte_status status = stream->failed;

    if (!status && (status = update(stream, &step)) && stream->phase != PHASE_DONE) stream->failed = status;
    *consumed = input.size - step.input.size;
    *produced = status ? 0 : step.produced;
    *state = step.state;
    return status;
}
