/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The engine's side of check-stream-memory: so many MiB through a stream there and back, and how many KiB more than
 * 16 MiB it took at most (VmHWM).
 *
 *     stream_native DIRECTORY MIB      the directory is for the store; prints "MIB GROWTH" */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "key/key.h"
#include "protect/protect.h"

#define MIB 0x100000

static void check(const char *what, nte_status status)
{
    if (!status) return;
    fprintf(stderr, "%s: %08x\n", what, (unsigned int)status);
    exit(1);
}

static struct protect_stream *open_to_protect(void)
{
    static const uint16_t rule[] = {'L', 'O', 'C', 'A', 'L', '=', 'u', 's', 'e', 'r', 0};
    struct answer answers[PROTECTORS_MAX] = {{UNIX_KEY_USER, NTE_SUCCESS, {NULL, 0}}};
    struct descriptor *descriptor;
    struct protect_stream *stream;

    check("rule", descriptor_parse(rule, &descriptor));
    check("open", stream_open_protect(descriptor, answers, &stream));
    descriptor_free(descriptor);
    return stream;
}

/* What comes out goes into sink, or is counted when there is none. */
static void feed(struct protect_stream *stream, struct bytes input, int final, struct protect_stream *sink,
                 uint64_t *passed)
{
    struct answer answers[PROTECTORS_MAX] = {{UNIX_KEY_USER, NTE_SUCCESS, {NULL, 0}}};
    uint8_t output[UNIX_STREAM_OUTPUT];
    struct bytes piece = {output, 0};
    uint32_t state;
    size_t consumed;

    do
    {
        check("update", stream_update(stream, input, final, &consumed, output, &piece.size, &state));
        input.data += consumed;
        input.size -= consumed;
        if (state == UNIX_STREAM_LOCKED) check("unlock", stream_unlock(stream, answers));
        if (sink) feed(sink, piece, state == UNIX_STREAM_DONE, NULL, passed);
        else *passed += piece.size;
    }
    while (state == UNIX_STREAM_MORE || state == UNIX_STREAM_LOCKED);
}

static void pass(size_t mib)
{
    static uint8_t data[MIB];
    struct protect_stream *in = open_to_protect(), *out;
    struct bytes input = {data, MIB};
    uint64_t passed = 0;
    size_t i;

    check("open", stream_open_unprotect(&out));
    for (i = 0; i < mib; i++) feed(in, input, i + 1 == mib, out, &passed);
    if (passed != (uint64_t)mib * MIB) check("size", NTE_FAIL);
    stream_free(in);
    stream_free(out);
}

static long peak_kib(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    long peak = 0;

    while (file && fgets(line, sizeof(line), file)) if (sscanf(line, "VmHWM: %ld", &peak) == 1) break;
    if (file) fclose(file);
    if (!peak) check("VmHWM", NTE_FAIL);
    return peak;
}

int main(int argc, char **argv)
{
    size_t mib = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    long before;

    if (!mib) return 2;
    check("attach", engine_attach(argv[1], argv[1], "01234567-89ab-cdef-0123-456789abcdef"));
    pass(16);
    before = peak_kib();
    pass(mib);
    printf("%zu %ld\n", mib, peak_kib() - before);
    return 0;
}
