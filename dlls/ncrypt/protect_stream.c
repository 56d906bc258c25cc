/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Protection of data to principals: streams. The program's callbacks are called here. */
#include "ncrypt_private.h"
#include "protect.h"

struct stream_sink
{
    struct protection_sink sink;
    PFNCryptStreamOutputCallback callback;          /* one of the two */
    PFNCryptStreamOutputCallbackEx callback_ex;
    void *context;
    NCRYPT_HANDLE descriptor;                       /* that callback_ex is told; ended with the stream */
};

static SECURITY_STATUS write_output(void *context, const BYTE *data, SIZE_T size, BOOL final)
{
    struct stream_sink *sink = context;

    if (sink->callback) return sink->callback(sink->context, data, size, final);
    return sink->callback_ex(sink->context, data, size, (NCRYPT_DESCRIPTOR_HANDLE)sink->descriptor, final);
}

/* The program learns of the descriptor before there is output. */
static SECURITY_STATUS tell_descriptor(void *context, ULONG_PTR descriptor)
{
    struct stream_sink *sink = context;
    SECURITY_STATUS status;

    if ((status = protect_publish(OBJECT_DESCRIPTOR, descriptor, &sink->descriptor))) return status;
    return sink->callback_ex(sink->context, NULL, 0, (NCRYPT_DESCRIPTOR_HANDLE)sink->descriptor, FALSE);
}

void protect_free_sink(void *context)
{
    struct stream_sink *sink = context;

    if (sink->descriptor) object_close_type(sink->descriptor, OBJECT_DESCRIPTOR);
    HeapFree(GetProcessHeap(), 0, sink);
}

static struct stream_sink *new_sink(PFNCryptStreamOutputCallback callback, PFNCryptStreamOutputCallbackEx callback_ex,
                                    void *context)
{
    struct stream_sink *sink = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*sink));

    if (!sink) return NULL;
    sink->callback = callback;
    sink->callback_ex = callback_ex;
    sink->context = context;
    sink->sink.write = write_output;
    sink->sink.header = callback_ex ? tell_descriptor : NULL;
    sink->sink.context = sink;
    return sink;
}

/* Takes the sink over. descriptor 0: to unprotect. */
static SECURITY_STATUS open_stream(ULONG_PTR descriptor, struct stream_sink *sink, DWORD flags,
                                   NCRYPT_STREAM_HANDLE *result)
{
    const struct protection_table *table;
    SECURITY_STATUS status;
    NCRYPT_HANDLE handle;
    ULONG_PTR stream;

    if (!sink) return NTE_NO_MEMORY;
    if (!(status = protect_load(&table))) status = table->OpenStream(descriptor, &sink->sink, flags, &stream);
    if (status)
    {
        protect_free_sink(sink);
        return status;
    }
    if ((status = protect_publish_stream(stream, sink, &handle))) return status;
    *result = (NCRYPT_STREAM_HANDLE)handle;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS open_to_protect(struct object *descriptor, const NCRYPT_PROTECT_STREAM_INFO *info, DWORD flags,
                                       NCRYPT_STREAM_HANDLE *result)
{
    if (!result || !info || !info->pfnStreamOutput) return NTE_INVALID_PARAMETER;
    if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
    return open_stream(descriptor->inner, new_sink(info->pfnStreamOutput, NULL, info->pvCallbackCtxt), flags, result);
}

SECURITY_STATUS WINAPI NCryptStreamOpenToProtect(NCRYPT_DESCRIPTOR_HANDLE hDescriptor, DWORD dwFlags, HWND hWnd,
        NCRYPT_PROTECT_STREAM_INFO *pStreamInfo, NCRYPT_STREAM_HANDLE *phStream)
{
    struct object *descriptor;
    SECURITY_STATUS status;

    TRACE("(%p, %#lx, %p, %p, %p)", hDescriptor, dwFlags, hWnd, pStreamInfo, phStream);
    if (phStream) *phStream = NULL;
    if (!(descriptor = object_grab((NCRYPT_HANDLE)hDescriptor, OBJECT_DESCRIPTOR)))
        return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(descriptor, open_to_protect, descriptor, pStreamInfo, dwFlags, phStream);
    object_release(descriptor);
    return finish(__func__, status);
}

SECURITY_STATUS WINAPI NCryptStreamOpenToUnprotect(NCRYPT_PROTECT_STREAM_INFO *pStreamInfo, DWORD dwFlags,
        HWND hWnd, NCRYPT_STREAM_HANDLE *phStream)
{
    TRACE("(%p, %#lx, %p, %p)", pStreamInfo, dwFlags, hWnd, phStream);
    if (phStream) *phStream = NULL;
    if (!phStream || !pStreamInfo || !pStreamInfo->pfnStreamOutput) return finish(__func__, NTE_INVALID_PARAMETER);
    if (dwFlags & ~NCRYPT_SILENT_FLAG) return finish(__func__, NTE_BAD_FLAGS);
    return finish(__func__, open_stream(0, new_sink(pStreamInfo->pfnStreamOutput, NULL, pStreamInfo->pvCallbackCtxt),
                                        dwFlags, phStream));
}

SECURITY_STATUS WINAPI NCryptStreamOpenToUnprotectEx(NCRYPT_PROTECT_STREAM_INFO_EX *pStreamInfo, DWORD dwFlags,
        HWND hWnd, NCRYPT_STREAM_HANDLE *phStream)
{
    TRACE("(%p, %#lx, %p, %p)", pStreamInfo, dwFlags, hWnd, phStream);
    if (phStream) *phStream = NULL;
    if (!phStream || !pStreamInfo || !pStreamInfo->pfnStreamOutput) return finish(__func__, NTE_INVALID_PARAMETER);
    if (dwFlags & ~NCRYPT_SILENT_FLAG) return finish(__func__, NTE_BAD_FLAGS);
    return finish(__func__, open_stream(0, new_sink(NULL, pStreamInfo->pfnStreamOutput, pStreamInfo->pvCallbackCtxt),
                                        dwFlags, phStream));
}

static SECURITY_STATUS update(struct object *stream, const BYTE *data, SIZE_T size, BOOL final)
{
    const struct protection_table *table;
    SECURITY_STATUS status;

    if (!data && size) return NTE_INVALID_PARAMETER;
    if ((status = protect_load(&table))) return status;
    return table->UpdateStream(stream->inner, data, size, final);
}

SECURITY_STATUS WINAPI NCryptStreamUpdate(NCRYPT_STREAM_HANDLE hStream, const BYTE *pbData, SIZE_T cbData,
        BOOL fFinal)
{
    struct object *stream;
    SECURITY_STATUS status;

    TRACE("(%p, %p, %p, %u)", hStream, pbData, (void *)cbData, fFinal);
    if (!(stream = object_grab((NCRYPT_HANDLE)hStream, OBJECT_STREAM))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(stream, update, stream, pbData, cbData, fFinal);
    object_release(stream);
    return finish(__func__, status);
}

SECURITY_STATUS WINAPI NCryptStreamClose(NCRYPT_STREAM_HANDLE hStream)
{
    TRACE("(%p)", hStream);
    return finish(__func__, object_close_type((NCRYPT_HANDLE)hStream, OBJECT_STREAM));
}
