/* SPDX-License-Identifier: LGPL-2.1-or-later
 * libFuzzer target: any bytes as a rule, as a protected blob, and as a stream. What is read must survive being
 * written and read again; what opens was made with the session's key. */
#include <stdlib.h>
#include <string.h>

#include "protect/protect.h"

static void check_rule(const struct descriptor *descriptor)
{
    struct descriptor *again;
    struct writer text = {0}, text_again = {0};

    descriptor_text(descriptor, &text);
    if (text.used / sizeof(uint16_t) <= RULE_MAX)
    {
        if (descriptor_parse((const uint16_t *)text.data, &again)) abort();
        descriptor_text(again, &text_again);
        if (again->count != descriptor->count || again->clauses != descriptor->clauses) abort();
        if (text.used != text_again.used || memcmp(text.data, text_again.data, text.used)) abort();
        descriptor_free(again);
    }
    writer_free(&text);
    writer_free(&text_again);
}

static void try_rule(const uint8_t *data, size_t size)
{
    uint16_t *rule = calloc(size / 2 + 1, sizeof(*rule));
    struct descriptor *descriptor;

    if (!rule) return;
    memcpy(rule, data, size / 2 * 2);
    if (!descriptor_parse(rule, &descriptor))
    {
        check_rule(descriptor);
        descriptor_free(descriptor);
    }
    free(rule);
}

/* Whatever the protectors are, the caller is said to have the same session key. */
static void answer_session(const struct descriptor *descriptor, struct answer answers[PROTECTORS_MAX])
{
    static const uint8_t session[PROTECT_KEY_SIZE] = "the key of this logon session  ";
    uint32_t i;

    memset(answers, 0, PROTECTORS_MAX * sizeof(*answers));
    for (i = 0; i < descriptor->count; i++)
    {
        answers[i].key = UNIX_KEY_LOGON;
        answers[i].data.data = session;
        answers[i].data.size = sizeof(session);
    }
}

static void try_blob(const uint8_t *data, size_t size)
{
    struct answer answers[PROTECTORS_MAX];
    struct bytes blob = {data, size};
    struct writer w = {0}, clear = {0};
    struct envelope *envelope;

    if (cms_read(blob, &envelope)) return;
    check_rule(&envelope->descriptor);
    cms_write(&w, envelope->recipients, envelope->nonce.data, envelope->has_content ? &envelope->content : NULL);
    if (w.used != size || memcmp(w.data, data, size)) abort();
    answer_session(&envelope->descriptor, answers);
    if (secret_unprotect(envelope, answers, &clear) && clear.used) abort();
    writer_free(&clear);
    writer_free(&w);
    envelope_free(envelope);
}

/* In pieces of the size that the first byte says. */
static void try_stream(const uint8_t *data, size_t size)
{
    static uint8_t output[UNIX_STREAM_OUTPUT];
    size_t step = 1 + (size ? *data : 0), consumed, produced;
    struct answer answers[PROTECTORS_MAX];
    struct protect_stream *stream;
    uint32_t state = UNIX_STREAM_WANTS;
    struct bytes piece;
    int final;

    if (stream_open_unprotect(&stream)) return;
    do
    {
        piece.data = data;
        piece.size = size < step ? size : step;
        final = piece.size == size;
        if (stream_update(stream, piece, final, &consumed, output, &produced, &state)) break;
        if (consumed > piece.size || produced > sizeof(output)) abort();
        if (state == UNIX_STREAM_WANTS && consumed < piece.size) abort();
        if (state == UNIX_STREAM_DONE && !final) abort();
        data += consumed;
        size -= consumed;
        if (state != UNIX_STREAM_LOCKED) continue;
        answer_session(&stream_envelope(stream)->descriptor, answers);
        if (stream_unlock(stream, answers)) break;
    }
    while (state != UNIX_STREAM_DONE);
    stream_free(stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_rule(data, size);
    try_blob(data, size);
    try_stream(data, size);
    return 0;
}
