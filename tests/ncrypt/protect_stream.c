/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Streams of protected data: pieces of any size, callbacks, damage. */
#include "ncrypt_test.h"
#include <ncryptprotect.h>

struct output
{
    BYTE *data;
    SIZE_T size, capacity;
    unsigned int finals, calls, headers;
    unsigned int fail_at;                   /* this call gives a status of its own; 0: none */
    NCRYPT_STREAM_HANDLE update;            /* a stream that the callback tries to update */
};

#define OWN_STATUS ((SECURITY_STATUS)0x80070005)

static void collect(struct output *output, const BYTE *data, SIZE_T size)
{
    if (output->size + size > output->capacity)
    {
        output->capacity = 2 * (output->size + size);
        output->data = output->data ? HeapReAlloc(GetProcessHeap(), 0, output->data, output->capacity)
                                    : HeapAlloc(GetProcessHeap(), 0, output->capacity);
    }
    if (size) memcpy(output->data + output->size, data, size);
    output->size += size;
}

static SECURITY_STATUS WINAPI on_output(void *context, const BYTE *data, SIZE_T size, BOOL final)
{
    struct output *output = context;

    ok(!output->finals, "output after the last\n");
    output->finals += final;
    if (++output->calls == output->fail_at) return OWN_STATUS;
    if (output->update) check_status(NTE_INVALID_PARAMETER, NCryptStreamUpdate(output->update, data, size, FALSE));
    collect(output, data, size);
    return ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI on_output_ex(void *context, const BYTE *data, SIZE_T size,
                                           NCRYPT_DESCRIPTOR_HANDLE descriptor, BOOL final)
{
    struct output *output = context;
    WCHAR *rule = NULL;

    check_success(NCryptGetProtectionDescriptorInfo(descriptor, NULL, 1, (void **)&rule));
    ok(rule && !lstrcmpW(rule, L"LOCAL=user"), "got %s\n", wine_dbgstr_w(rule));
    LocalFree(rule);
    if (!data) output->headers++;
    return on_output(context, data, size, final);
}

static void free_output(struct output *output)
{
    HeapFree(GetProcessHeap(), 0, output->data);
    memset(output, 0, sizeof(*output));
}

static SECURITY_STATUS feed(NCRYPT_STREAM_HANDLE stream, const BYTE *data, SIZE_T size, SIZE_T piece)
{
    SECURITY_STATUS status;

    for (; size > piece; data += piece, size -= piece)
        if ((status = NCryptStreamUpdate(stream, data, piece, FALSE))) return status;
    return NCryptStreamUpdate(stream, data, size, TRUE);
}

static SECURITY_STATUS protect(const BYTE *data, SIZE_T size, SIZE_T piece, struct output *output)
{
    NCRYPT_PROTECT_STREAM_INFO info = {on_output, output};
    NCRYPT_DESCRIPTOR_HANDLE descriptor = NULL;
    NCRYPT_STREAM_HANDLE stream = NULL;
    SECURITY_STATUS status;

    check_success(NCryptCreateProtectionDescriptor(L"LOCAL=user", 0, &descriptor));
    check_success(NCryptStreamOpenToProtect(descriptor, NCRYPT_SILENT_FLAG, NULL, &info, &stream));
    check_success(NCryptCloseProtectionDescriptor(descriptor));
    status = feed(stream, data, size, piece);
    check_success(NCryptStreamClose(stream));
    return status;
}

static SECURITY_STATUS unprotect(const BYTE *data, SIZE_T size, SIZE_T piece, struct output *output)
{
    NCRYPT_PROTECT_STREAM_INFO info = {on_output, output};
    NCRYPT_STREAM_HANDLE stream = NULL;
    SECURITY_STATUS status;

    check_success(NCryptStreamOpenToUnprotect(&info, NCRYPT_SILENT_FLAG, NULL, &stream));
    status = feed(stream, data, size, piece);
    check_success(NCryptStreamClose(stream));
    return status;
}

static BYTE *make_data(SIZE_T size)
{
    BYTE *data = HeapAlloc(GetProcessHeap(), 0, size ? size : 1);
    SIZE_T i;

    for (i = 0; i < size; i++) data[i] = i * 7 + i / 251;
    return data;
}

static void check_round(SIZE_T size, SIZE_T piece)
{
    struct output blob = {0}, clear = {0};
    BYTE *data = make_data(size);

    check_success(protect(data, size, piece, &blob));
    ok(blob.finals == 1, "%u final calls\n", blob.finals);
    check_success(unprotect(blob.data, blob.size, piece, &clear));
    ok(clear.finals == 1, "%u final calls\n", clear.finals);
    ok(clear.size == size && !memcmp(clear.data, data, size), "%Iu bytes, got %Iu\n", size, clear.size);
    free_output(&blob);
    free_output(&clear);
    HeapFree(GetProcessHeap(), 0, data);
}

static void test_sizes(void)
{
    static const SIZE_T sizes[] = { 0, 1, 1000, 65535, 65536, 65537, 131072, 200000, 3000000 };
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(sizes); i++)
    {
        check_round(sizes[i], 4 * 1024 * 1024);
        check_round(sizes[i], 10007);
        if (sizes[i] <= 1000) check_round(sizes[i], 1);
    }
}

static void test_damage(void)
{
    struct output blob = {0}, clear = {0};
    BYTE *data = make_data(140000);
    SECURITY_STATUS status;
    SIZE_T i, step;

    check_success(protect(data, 140000, 140000, &blob));
    for (i = 0; i < blob.size; i += step)
    {
        step = i < 400 || i > blob.size - 40 ? 1 : 4001;
        blob.data[i] ^= 1 << i % 8;
        status = unprotect(blob.data, blob.size, 65536, &clear);
        ok(status == NTE_BAD_DATA || status == NTE_DECRYPTION_FAILURE || status == NTE_NOT_SUPPORTED,
           "byte %Iu: got %#lx\n", i, status);
        ok(!clear.finals, "byte %Iu: a last piece\n", i);
        ok(clear.size <= 140000 && !memcmp(clear.data, data, clear.size), "byte %Iu: altered data\n", i);
        free_output(&clear);
        blob.data[i] ^= 1 << i % 8;
    }
    for (i = 0; i < blob.size; i += step)
    {
        step = i < 400 || i > blob.size - 40 ? 1 : 4001;
        check_status(NTE_BAD_DATA, unprotect(blob.data, i, 65536, &clear));
        ok(!clear.finals, "%Iu bytes: a last piece\n", i);
        free_output(&clear);
    }
    collect(&blob, (const BYTE *)"x", 1);
    check_status(NTE_BAD_DATA, unprotect(blob.data, blob.size, 65536, &clear));
    free_output(&clear);
    free_output(&blob);
    HeapFree(GetProcessHeap(), 0, data);
}

static void test_ex(void)
{
    struct output blob = {0}, clear = {0};
    NCRYPT_PROTECT_STREAM_INFO_EX info = {on_output_ex, &clear};
    NCRYPT_STREAM_HANDLE stream = NULL;
    BYTE *data = make_data(70000);

    check_success(protect(data, 70000, 70000, &blob));
    check_success(NCryptStreamOpenToUnprotectEx(&info, 0, NULL, &stream));
    check_success(feed(stream, blob.data, blob.size, 100));
    check_success(NCryptStreamClose(stream));
    ok(clear.headers == 1 && clear.finals == 1, "%u headers, %u finals\n", clear.headers, clear.finals);
    ok(clear.size == 70000 && !memcmp(clear.data, data, 70000), "got %Iu bytes\n", clear.size);
    free_output(&clear);
    free_output(&blob);
    HeapFree(GetProcessHeap(), 0, data);
}

static void test_calls(void)
{
    struct output blob = {0};
    NCRYPT_PROTECT_STREAM_INFO info = {on_output, &blob}, empty = {NULL, NULL};
    NCRYPT_DESCRIPTOR_HANDLE descriptor = NULL;
    NCRYPT_STREAM_HANDLE stream = NULL;
    BYTE data[100] = {0};

    check_success(NCryptCreateProtectionDescriptor(L"LOCAL=user", 0, &descriptor));
    check_status(NTE_INVALID_HANDLE, NCryptStreamOpenToProtect(NULL, 0, NULL, &info, &stream));
    check_status(NTE_INVALID_PARAMETER, NCryptStreamOpenToProtect(descriptor, 0, NULL, NULL, &stream));
    check_status(NTE_INVALID_PARAMETER, NCryptStreamOpenToProtect(descriptor, 0, NULL, &empty, &stream));
    check_status(NTE_INVALID_PARAMETER, NCryptStreamOpenToProtect(descriptor, 0, NULL, &info, NULL));
    check_status(NTE_BAD_FLAGS, NCryptStreamOpenToProtect(descriptor, 1, NULL, &info, &stream));
    check_status(NTE_INVALID_PARAMETER, NCryptStreamOpenToUnprotect(NULL, 0, NULL, &stream));
    check_status(NTE_BAD_FLAGS, NCryptStreamOpenToUnprotect(&info, 1, NULL, &stream));
    check_status(NTE_INVALID_PARAMETER, NCryptStreamOpenToUnprotectEx(NULL, 0, NULL, &stream));

    /* a callback's status ends the stream and is the answer from then on */
    check_success(NCryptStreamOpenToProtect(descriptor, 0, NULL, &info, &stream));
    check_status(NTE_INVALID_HANDLE, NCryptCloseProtectionDescriptor((NCRYPT_DESCRIPTOR_HANDLE)stream));
    check_status(NTE_INVALID_PARAMETER, NCryptStreamUpdate(stream, NULL, 1, FALSE));
    blob.fail_at = 1;
    check_status(OWN_STATUS, NCryptStreamUpdate(stream, data, sizeof(data), TRUE));
    check_status(OWN_STATUS, NCryptStreamUpdate(stream, data, sizeof(data), TRUE));
    check_success(NCryptStreamClose(stream));
    check_status(NTE_INVALID_HANDLE, NCryptStreamClose(stream));
    check_status(NTE_INVALID_HANDLE, NCryptStreamUpdate(stream, data, sizeof(data), TRUE));
    free_output(&blob);

    /* nothing after the end, and not from within a callback */
    check_success(NCryptStreamOpenToProtect(descriptor, 0, NULL, &info, &stream));
    blob.update = stream;
    check_success(NCryptStreamUpdate(stream, data, sizeof(data), TRUE));
    check_status(NTE_INVALID_PARAMETER, NCryptStreamUpdate(stream, data, sizeof(data), TRUE));
    check_success(NCryptStreamClose(stream));
    free_output(&blob);

    /* closed early */
    check_success(NCryptStreamOpenToProtect(descriptor, 0, NULL, &info, &stream));
    check_success(NCryptStreamUpdate(stream, data, sizeof(data), FALSE));
    check_success(NCryptStreamClose(stream));
    ok(!blob.finals, "a last piece\n");
    free_output(&blob);
    check_success(NCryptCloseProtectionDescriptor(descriptor));
}

/* A blob of NCryptProtectSecret is no stream, nor the other way round. */
static void test_kinds(void)
{
    NCRYPT_DESCRIPTOR_HANDLE descriptor = NULL;
    struct output stream = {0}, clear = {0};
    BYTE *blob = NULL, *data;
    ULONG size = 0, data_size;

    check_success(NCryptCreateProtectionDescriptor(L"LOCAL=user", 0, &descriptor));
    check_success(NCryptProtectSecret(descriptor, 0, (const BYTE *)"x", 1, NULL, NULL, &blob, &size));
    check_success(NCryptCloseProtectionDescriptor(descriptor));
    check_status(NTE_BAD_DATA, unprotect(blob, size, size, &clear));
    check_success(protect((const BYTE *)"x", 1, 1, &stream));
    check_status(NTE_BAD_DATA, NCryptUnprotectSecret(NULL, 0, stream.data, stream.size, NULL, NULL, &data, &data_size));
    free_output(&stream);
    free_output(&clear);
    LocalFree(blob);
}

START_TEST(protect_stream)
{
    test_sizes();
    test_damage();
    test_ex();
    test_calls();
    test_kinds();
}
