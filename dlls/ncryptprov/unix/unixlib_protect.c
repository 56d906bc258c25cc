/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The engine's side of unixlib_protect.h: unpacks each parameter struct and calls the function that does the work. */
#include <string.h>

#include "unixlib.h"
#include "border.h"
#include "base/utf8.h"
#include "protect/protect.h"
#include "unixlib_calls.h"

static void read_answers(uint64_t address, uint32_t count, struct answer answers[PROTECTORS_MAX])
{
    const struct unix_answer *from = pointer(address);
    uint32_t i;

    for (i = 0; i < count; i++)
    {
        answers[i].key = from[i].key;
        answers[i].status = from[i].status;
        answers[i].data = bytes_of(pointer(from[i].data), from[i].size);
    }
}

nte_status give_result(nte_status status, struct writer *w, uint64_t *result, uint64_t *size)
{
    if (!status && w->failed) status = NTE_NO_MEMORY;
    if (status)
    {
        writer_free(w);
        return status;
    }
    *result = number(w->data);
    *size = w->used;
    return NTE_SUCCESS;
}

/* The result ends also when it cannot be written to the program's own memory. */
int32_t call_result_take(void *args)
{
    struct result_take_params *p = args;

    border_begin();
    border_keep(pointer(p->result));
    border_give(p->output, pointer(p->result), p->size);
    border_end(NTE_SUCCESS);
    secret_free(pointer(p->result));
    return NTE_SUCCESS;
}

int32_t call_descriptor_create(void *args)
{
    struct descriptor_create_params *p = args;
    struct descriptor *descriptor;
    const uint16_t *rule;
    nte_status status;

    border_begin();
    rule = border_take_string(p->rule);
    if (!(status = border_status())) status = descriptor_parse(rule, &descriptor);
    border_end(status);
    if (status) return status;
    p->descriptor = number(descriptor);
    p->count = descriptor->count;
    return NTE_SUCCESS;
}

int32_t call_descriptor_free(void *args)
{
    struct object_params *p = args;

    descriptor_free(pointer(p->object));
    return NTE_SUCCESS;
}

int32_t call_descriptor_text(void *args)
{
    struct descriptor_text_params *p = args;
    struct writer w = {0};

    descriptor_text(pointer(p->descriptor), &w);
    return give_result(NTE_SUCCESS, &w, &p->result, &p->size);
}

int32_t call_protector_get(void *args)
{
    struct protector_get_params *p = args;
    const struct descriptor *descriptor = pointer(p->descriptor);
    const struct protector *protector;
    struct writer text = {0}, wrapped = {0};
    uint64_t size;
    nte_status status;

    if (p->index >= descriptor->count) return NTE_NO_MORE_ITEMS;
    protector = &descriptor->protectors[p->index];
    p->type = protector->type;
    p->key = protector->key;
    p->wrapped_size = 0;
    if (p->key == UNIX_KEY_CERTIFICATE) write_bytes(&wrapped, protector->identifier.data, protector->identifier.size);
    utf16_from_utf8(&text, (struct bytes){protector->value, protector->size});
    status = give_result(wrapped.failed ? NTE_NO_MEMORY : NTE_SUCCESS, &text, &p->result, &p->size);
    if (status || !wrapped.used)
    {
        writer_free(&wrapped);
        return status;
    }
    status = give_result(NTE_SUCCESS, &wrapped, &p->wrapped, &size);
    p->wrapped_size = size;
    return status;
}

int32_t call_protect(void *args)
{
    struct protect_params *p = args;
    const struct descriptor *descriptor = pointer(p->descriptor);
    struct answer answers[PROTECTORS_MAX];
    struct writer blob = {0};
    struct bytes data;
    nte_status status;

    border_begin();
    read_answers(p->answers, descriptor->count, answers);
    data = border_take(p->data, p->size);
    if (!(status = border_status())) status = secret_protect(descriptor, answers, data, &blob);
    return border_end(give_result(status, &blob, &p->result, &p->result_size));
}

int32_t call_envelope_open(void *args)
{
    struct envelope_open_params *p = args;
    struct envelope *envelope;
    struct bytes data;
    nte_status status;

    border_begin();
    data = border_take(p->data, p->size);
    if (!(status = border_status())) status = cms_read(data, &envelope);
    border_end(status);
    if (status) return status;
    p->envelope = number(envelope);
    p->descriptor = number(&envelope->descriptor);
    p->count = envelope->descriptor.count;
    return NTE_SUCCESS;
}

int32_t call_envelope_free(void *args)
{
    struct object_params *p = args;

    envelope_free(pointer(p->object));
    return NTE_SUCCESS;
}

int32_t call_unprotect(void *args)
{
    struct unprotect_params *p = args;
    const struct envelope *envelope = pointer(p->envelope);
    struct answer answers[PROTECTORS_MAX];
    struct writer data = {0};
    nte_status status;

    read_answers(p->answers, envelope->descriptor.count, answers);
    status = secret_unprotect(envelope, answers, &data);
    return give_result(status, &data, &p->result, &p->result_size);
}

int32_t call_stream_open(void *args)
{
    struct stream_open_params *p = args;
    const struct descriptor *descriptor = pointer(p->descriptor);
    struct answer answers[PROTECTORS_MAX];
    struct protect_stream *stream;
    nte_status status;

    if (descriptor)
    {
        read_answers(p->answers, descriptor->count, answers);
        status = stream_open_protect(descriptor, answers, &stream);
    }
    else status = stream_open_unprotect(&stream);
    if (!status) p->stream = number(stream);
    return status;
}

int32_t call_stream_update(void *args)
{
    struct stream_update_params *p = args;
    struct protect_stream *stream = pointer(p->stream);
    size_t consumed = 0, produced = 0;
    struct bytes data;
    nte_status status;

    border_begin();
    data = border_take(p->data, p->size);
    if (!(status = border_status()))
        status = stream_update(stream, data, p->final, &consumed, pointer(p->output), &produced, &p->state);
    border_end(status);
    p->consumed = consumed;
    p->produced = produced;
    if (status || p->state != UNIX_STREAM_LOCKED) return status;
    p->descriptor = number(&stream_envelope(stream)->descriptor);
    p->count = stream_envelope(stream)->descriptor.count;
    return NTE_SUCCESS;
}

int32_t call_stream_unlock(void *args)
{
    struct stream_unlock_params *p = args;
    struct protect_stream *stream = pointer(p->stream);
    struct answer answers[PROTECTORS_MAX];

    if (!stream_envelope(stream)) return NTE_INVALID_PARAMETER;
    read_answers(p->answers, stream_envelope(stream)->descriptor.count, answers);
    return stream_unlock(stream, answers);
}

int32_t call_stream_free(void *args)
{
    struct object_params *p = args;

    stream_free(pointer(p->object));
    return NTE_SUCCESS;
}
