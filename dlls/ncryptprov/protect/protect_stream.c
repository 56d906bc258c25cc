/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Streams: input to the engine, its output to the program's callback; see protection.h. */
#include "protect/protect_private.h"
#include "../../ncrypt/hold.h"

#define PIECE 0x100000              /* bytes that go to the engine at once */

struct stream_box
{
    UINT64 stream;
    struct protection_sink sink;
    DWORD flags;
    volatile LONG busy;             /* a callback, or another thread, may come back */
    SECURITY_STATUS failed;
    BYTE output[UNIX_STREAM_OUTPUT];
};

static SECURITY_STATUS open_engine_stream(struct descriptor_box *descriptor, DWORD flags, UINT64 *stream)
{
    struct stream_open_params params = {0};
    struct answers answers = {0};
    SECURITY_STATUS status;

    if (descriptor)
    {
        status = answer_all(descriptor->descriptor, descriptor->count, TRUE, flags, &answers);
        if (status) return status;
        params.descriptor = descriptor->descriptor;
        params.answers = address(answers.list);
    }
    status = engine_call(unix_stream_open, &params);
    free_answers(&answers);
    *stream = params.stream;
    return status;
}

SECURITY_STATUS open_stream(ULONG_PTR descriptor, const struct protection_sink *sink, DWORD flags, ULONG_PTR *stream)
{
    struct stream_box *box = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*box));
    SECURITY_STATUS status;

    if (!box) return NTE_NO_MEMORY;
    box->sink = *sink;
    box->flags = flags;
    if ((status = open_engine_stream((struct descriptor_box *)descriptor, flags, &box->stream)))
    {
        HeapFree(GetProcessHeap(), 0, box);
        return status;
    }
    *stream = (ULONG_PTR)box;
    return ERROR_SUCCESS;
}

void free_stream(ULONG_PTR stream)
{
    struct stream_box *box = (struct stream_box *)stream;
    struct object_params params = {.object = box->stream};

    engine_call(unix_stream_free, &params);
    SecureZeroMemory(box, sizeof(*box));
    HeapFree(GetProcessHeap(), 0, box);
}

static SECURITY_STATUS tell_header(struct stream_box *box, UINT64 descriptor)
{
    SECURITY_STATUS status;
    ULONG_PTR copy;

    if (!box->sink.header) return ERROR_SUCCESS;
    if ((status = copy_descriptor(descriptor, &copy))) return status;
    return box->sink.header(box->sink.context, copy);
}

static SECURITY_STATUS unlock(struct stream_box *box, UINT64 descriptor, DWORD count)
{
    struct stream_unlock_params params = {.stream = box->stream};
    struct answers answers;
    SECURITY_STATUS status;

    if ((status = tell_header(box, descriptor))) return status;
    if ((status = answer_all(descriptor, count, FALSE, box->flags, &answers))) return status;
    params.answers = address(answers.list);
    status = engine_call(unix_stream_unlock, &params);
    free_answers(&answers);
    return status;
}

/* Does what the engine asks for after a step. */
static SECURITY_STATUS handle(struct stream_box *box, const struct stream_update_params *step)
{
    BOOL done = step->state == UNIX_STREAM_DONE;

    if (step->state == UNIX_STREAM_LOCKED) return unlock(box, step->descriptor, step->count);
    if (!step->produced && !done) return ERROR_SUCCESS;
    return box->sink.write(box->sink.context, box->output, step->produced, done);
}

static SECURITY_STATUS update_piece(struct stream_box *box, const BYTE *data, DWORD size, BOOL final)
{
    struct stream_update_params step = {.stream = box->stream, .output = address(box->output), .final = final};
    SECURITY_STATUS status;

    probe_input(data, size);
    do
    {
        step.data = address(data);
        step.size = size;
        if ((status = engine_call(unix_stream_update, &step))) return status;
        data += step.consumed;
        size -= step.consumed;
        if ((status = handle(box, &step))) return status;
    }
    while (step.state == UNIX_STREAM_MORE || step.state == UNIX_STREAM_LOCKED);
    return ERROR_SUCCESS;
}

static SECURITY_STATUS update(struct stream_box *box, const BYTE *data, SIZE_T size, BOOL final)
{
    SECURITY_STATUS status;

    for (; size > PIECE; data += PIECE, size -= PIECE)
        if ((status = update_piece(box, data, PIECE, FALSE))) return status;
    return update_piece(box, data, size, final);
}

/* A stream that an exception interrupted has lost bytes, and is of no use any more. */
static SECURITY_STATUS update_unless_failed(struct stream_box *box, const BYTE *data, SIZE_T size, BOOL final)
{
    if (box->failed) return box->failed;
    box->failed = NTE_FAIL;
    return box->failed = update(box, data, size, final);
}

static void end_update(struct stream_box *box)
{
    InterlockedExchange(&box->busy, FALSE);
}

SECURITY_STATUS update_stream(ULONG_PTR stream, const BYTE *data, SIZE_T size, BOOL final)
{
    struct stream_box *box = (struct stream_box *)stream;
    SECURITY_STATUS status;

    if (InterlockedExchange(&box->busy, TRUE)) return NTE_INVALID_PARAMETER;
    status = HOLDING(end_update, box, update_unless_failed, box, data, size, final);
    end_update(box);
    return status;
}
