/* SPDX-License-Identifier: LGPL-2.1-or-later
 * protect_stream.c: pieces of any size, and nothing but the whole. That memory stays flat is for
 * tests/system/check-stream-memory to see. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protect_sample.h"

#define SEALED (STREAM_SEGMENT + PROTECT_TAG_SIZE)

static struct protect_stream *open_protect(void)
{
    struct descriptor *descriptor = make_descriptor("LOCAL=user");
    struct answer answers[PROTECTORS_MAX];
    struct protect_stream *stream;

    answer_local(descriptor, answers);
    assert_int_equal(stream_open_protect(descriptor, answers, &stream), NTE_SUCCESS);
    descriptor_free(descriptor);
    return stream;
}

static nte_status unlock(struct protect_stream *stream)
{
    struct answer answers[PROTECTORS_MAX];

    answer_local(&stream_envelope(stream)->descriptor, answers);
    return stream_unlock(stream, answers);
}

/* One update with all that the engine asks for; output goes to w. */
static nte_status feed(struct protect_stream *stream, struct bytes input, int final, struct writer *w)
{
    static uint8_t output[UNIX_STREAM_OUTPUT];
    size_t consumed, produced;
    nte_status status;
    uint32_t state;

    do
    {
        if ((status = stream_update(stream, input, final, &consumed, output, &produced, &state))) return status;
        input.data += consumed;
        input.size -= consumed;
        write_bytes(w, output, produced);
        if (state == UNIX_STREAM_LOCKED && (status = unlock(stream))) return status;
    }
    while (state == UNIX_STREAM_MORE || state == UNIX_STREAM_LOCKED);
    assert_int_equal(input.size, 0);
    assert_int_equal(state, final ? UNIX_STREAM_DONE : UNIX_STREAM_WANTS);
    return NTE_SUCCESS;
}

static void protect(struct bytes clear, struct writer *blob)
{
    struct protect_stream *stream = open_protect();

    assert_int_equal(feed(stream, clear, 1, blob), NTE_SUCCESS);
    stream_free(stream);
}

static nte_status unprotect(struct bytes blob, struct writer *clear)
{
    struct protect_stream *stream;
    nte_status status;

    assert_int_equal(stream_open_unprotect(&stream), NTE_SUCCESS);
    status = feed(stream, blob, 1, clear);
    stream_free(stream);
    return status;
}

static struct bytes make_clear(size_t size)
{
    uint8_t *data = malloc(size ? size : 1);
    struct bytes clear = {data, size};
    size_t i;

    for (i = 0; i < size; i++) data[i] = i / STREAM_SEGMENT + i;
    return clear;
}

static struct bytes written(const struct writer *w)
{
    struct bytes run = {w->data, w->used};

    return run;
}

/* Of the three segments: what a stream of some of them, in some order, is answered. */
static void check_segments(const struct writer *blob, size_t header, const char *order, nte_status expected)
{
    struct writer other = {0}, clear = {0};
    size_t last = blob->used - header - 2 * SEALED;

    write_bytes(&other, blob->data, header);
    for (; *order; order++)
        write_bytes(&other, blob->data + header + (*order - '0') * SEALED, *order == '2' ? last : SEALED);
    assert_int_equal(unprotect(written(&other), &clear), expected);
    writer_free(&other);
    writer_free(&clear);
}

static void test_order_of_segments(void **state)
{
    struct bytes clear = make_clear(2 * STREAM_SEGMENT + 100);
    struct writer blob = {0};
    size_t header;

    (void)state;
    protect(clear, &blob);
    header = blob.used - clear.size - 3 * PROTECT_TAG_SIZE;
    check_segments(&blob, header, "012", NTE_SUCCESS);
    check_segments(&blob, header, "", NTE_BAD_DATA);
    check_segments(&blob, header, "0", NTE_BAD_DATA);
    check_segments(&blob, header, "01", NTE_BAD_DATA);
    check_segments(&blob, header, "2", NTE_BAD_DATA);
    check_segments(&blob, header, "02", NTE_BAD_DATA);
    check_segments(&blob, header, "12", NTE_BAD_DATA);
    check_segments(&blob, header, "102", NTE_BAD_DATA);
    check_segments(&blob, header, "0112", NTE_BAD_DATA);
    check_segments(&blob, header, "0122", NTE_BAD_DATA);
    writer_free(&blob);
    free((void *)clear.data);
}

static void test_every_bit_and_length(void **state)
{
    struct bytes clear = make_clear(40), part;
    struct writer blob = {0}, out = {0};
    nte_status status;
    size_t i;

    (void)state;
    protect(clear, &blob);
    for (i = 0; i < 8 * blob.used; i++)
    {
        blob.data[i / 8] ^= 1 << i % 8;
        status = unprotect(written(&blob), &out);
        if (status != NTE_BAD_DATA && status != NTE_DECRYPTION_FAILURE && status != NTE_NOT_SUPPORTED)
            fail_msg("bit %zu: %#x", i, status);
        assert_int_equal(out.used, 0);
        blob.data[i / 8] ^= 1 << i % 8;
    }
    for (part = written(&blob); part.size; )
    {
        part.size--;
        assert_int_equal(unprotect(part, &out), NTE_BAD_DATA);
        assert_int_equal(out.used, 0);
    }
    assert_int_equal(unprotect(written(&blob), &out), NTE_SUCCESS);
    assert_int_equal(out.used, clear.size);
    assert_memory_equal(out.data, clear.data, clear.size);
    writer_free(&out);
    writer_free(&blob);
    free((void *)clear.data);
}

static void test_after_the_end_and_a_failure(void **state)
{
    struct protect_stream *stream = open_protect();
    struct bytes nothing = {NULL, 0}, junk = {(const uint8_t *)"1junk", 5};
    struct writer w = {0};

    (void)state;
    assert_int_equal(feed(stream, nothing, 1, &w), NTE_SUCCESS);
    assert_int_equal(feed(stream, nothing, 1, &w), NTE_INVALID_PARAMETER);
    stream_free(stream);
    assert_int_equal(stream_open_unprotect(&stream), NTE_SUCCESS);
    assert_int_equal(feed(stream, junk, 0, &w), NTE_BAD_DATA);
    assert_int_equal(feed(stream, written(&w), 1, &w), NTE_BAD_DATA);
    stream_free(stream);
    writer_free(&w);
}

/* The same bytes in pieces of sizes that follow from seed: of one byte, around a segment, and in between. */
static nte_status feed_pieces(struct protect_stream *stream, struct bytes input, uint32_t seed, struct writer *w)
{
    nte_status status = NTE_SUCCESS;
    struct bytes piece;

    while (!status && input.size)
    {
        seed = seed * 1664525 + 1013904223;
        piece.data = input.data;
        piece.size = seed >> 30 ? seed >> 14 & 0x1ffff : seed >> 20 & 3;
        if (piece.size > input.size) piece.size = input.size;
        input.data += piece.size;
        input.size -= piece.size;
        status = feed(stream, piece, 0, w);
    }
    return status ? status : feed(stream, input, 1, w);
}

/* Where the pieces are cut changes neither side's output: what comes of the same stream is the same. */
static void test_pieces(void **state)
{
    static const size_t sizes[] =
    {
        0, 1, STREAM_SEGMENT - 1, STREAM_SEGMENT, STREAM_SEGMENT + 1, 5 * STREAM_SEGMENT, 400000,
    };
    struct writer blob = {0}, out = {0};
    struct protect_stream *stream;
    struct bytes clear;
    uint32_t i, seed;

    (void)state;
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
    {
        clear = make_clear(sizes[i]);
        for (seed = 0; seed < 8; seed++)
        {
            stream = open_protect();
            assert_int_equal(feed_pieces(stream, clear, seed, &blob), NTE_SUCCESS);
            stream_free(stream);
            assert_int_equal(stream_open_unprotect(&stream), NTE_SUCCESS);
            assert_int_equal(feed_pieces(stream, written(&blob), 99 - seed, &out), NTE_SUCCESS);
            stream_free(stream);
            assert_int_equal(out.used, clear.size);
            if (clear.size) assert_memory_equal(out.data, clear.data, clear.size);
            blob.used = out.used = 0;
        }
        free((void *)clear.data);
    }
    writer_free(&blob);
    writer_free(&out);
}

/* One segment more or less than whole ones: the end is where it was said to be, whatever the pieces. */
static void test_cut_in_pieces(void **state)
{
    struct bytes clear = make_clear(2 * STREAM_SEGMENT), part;
    struct writer blob = {0}, out = {0};
    struct protect_stream *stream;
    nte_status status;

    (void)state;
    protect(clear, &blob);
    for (part = written(&blob); part.size > 97; part.size -= 97)
    {
        if (part.size == blob.used) continue;
        assert_int_equal(stream_open_unprotect(&stream), NTE_SUCCESS);
        status = feed_pieces(stream, part, part.size, &out);
        assert_int_equal(status, NTE_BAD_DATA);
        assert_true(out.used < clear.size);
        if (out.used) assert_memory_equal(out.data, clear.data, out.used);
        stream_free(stream);
        out.used = 0;
    }
    writer_free(&blob);
    writer_free(&out);
    free((void *)clear.data);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        place_test(test_pieces),
        place_test(test_order_of_segments),
        place_test(test_every_bit_and_length),
        place_test(test_cut_in_pieces),
        place_test(test_after_the_end_and_a_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
