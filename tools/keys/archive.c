/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The archive of a store: what is in it, and its one lock, which is the engine's lock of private parts. The format is
 * described in doc/backup.md. */
#include <stdlib.h>
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "keys.h"

#define VERSION     1
#define HEADER_SIZE 12              /* magic, version */
#define FILE_LEAST  9               /* bytes that a file takes at least: two lengths and a name */

static const uint8_t magic[8] = {0x89, 'N', 'K', 'B', 'A', 0x0d, 0x0a, 0x1a};

/* What the lock authenticates besides. */
static nte_status bind_header(const uint8_t *header, uint8_t binding[LOCK_BINDING_SIZE])
{
    return gnutls_hash_fast(GNUTLS_DIG_SHA256, header, HEADER_SIZE, binding) ? NTE_INTERNAL_ERROR : NTE_SUCCESS;
}

static void write_run(struct writer *w, const void *data, size_t size)
{
    write_u32(w, size);
    write_bytes(w, data, size);
}

static void write_clear(const struct archive *archive, struct writer *w)
{
    const struct archive_file *file;
    uint32_t i;

    write_u32(w, archive->flags);
    write_u64(w, archive->made);
    write_bytes(w, archive->key.key, STORE_KEY_SIZE);
    write_run(w, archive->machine_guid, strlen(archive->machine_guid));
    write_u32(w, archive->count);
    for (i = 0; i < archive->count; i++)
    {
        file = &archive->files[i];
        write_run(w, file->unique, strlen(file->unique));
        write_run(w, file->image.data, file->image.size);
    }
}

nte_status archive_encode(const struct archive *archive, struct bytes password, uint32_t iterations, struct writer *w)
{
    uint8_t binding[LOCK_BINDING_SIZE];
    size_t start = w->used;
    struct writer clear = {0};
    nte_status status;

    write_bytes(w, magic, sizeof(magic));
    write_u32(w, VERSION);
    write_clear(archive, &clear);
    if (w->failed || clear.failed) status = NTE_NO_MEMORY;
    else if (!(status = bind_header(w->data + start, binding)))
        status = lock_part((struct bytes){clear.data, clear.used}, password, binding, iterations, w);
    writer_free(&clear);
    return status;
}

/* A run as text with its NUL in size bytes. */
static void read_text(struct reader *r, char *text, uint32_t size)
{
    struct bytes run = read_bytes(r, read_u32(r));

    if (run.size >= size || (run.size && memchr(run.data, 0, run.size))) r->failed = 1;
    if (r->failed) return;
    if (run.size) memcpy(text, run.data, run.size);
    text[run.size] = 0;
}

static void read_file(struct reader *r, struct archive_file *file)
{
    read_text(r, file->unique, sizeof(file->unique));
    file->image.size = read_u32(r);
    file->image = read_bytes(r, file->image.size);
    if (r->failed) return;
    if (!is_unique_name(file->unique) || file->image.size > KEYFILE_MAX) r->failed = 1;
}

/* In ascending order, so that no name comes twice. */
static nte_status read_files(struct reader *r, struct archive *archive)
{
    uint32_t count = read_u32(r), i;

    if (r->failed || count > r->left / FILE_LEAST) return NTE_BAD_DATA;
    if (!(archive->files = calloc((size_t)count + 1, sizeof(*archive->files)))) return NTE_NO_MEMORY;
    archive->count = count;
    for (i = 0; i < count && !r->failed; i++)
    {
        read_file(r, &archive->files[i]);
        if (i && strcmp(archive->files[i - 1].unique, archive->files[i].unique) >= 0) r->failed = 1;
    }
    return r->failed || r->left ? NTE_BAD_DATA : NTE_SUCCESS;
}

static nte_status read_clear(struct archive *archive)
{
    struct reader r = {archive->clear.data, archive->clear.size, 0};
    struct bytes key;
    nte_status status;

    archive->flags = read_u32(&r);
    archive->made = read_u64(&r);
    key = read_bytes(&r, STORE_KEY_SIZE);
    read_text(&r, archive->machine_guid, sizeof(archive->machine_guid));
    if (r.failed || (archive->flags & ~FLAG_MACHINE_KEY)) return NTE_BAD_DATA;
    memcpy(archive->key.key, key.data, STORE_KEY_SIZE);
    if ((status = store_key_derive_id(&archive->key))) return status;
    return read_files(&r, archive);
}

nte_status archive_decode(struct bytes data, struct bytes password, struct archive *archive)
{
    struct reader r = {data.data, data.size, 0};
    struct bytes start = read_bytes(&r, sizeof(magic));
    uint8_t binding[LOCK_BINDING_SIZE];
    uint32_t version = read_u32(&r);
    nte_status status;

    memset(archive, 0, sizeof(*archive));
    if (r.failed || memcmp(start.data, magic, sizeof(magic))) return NTE_BAD_DATA;
    if (version != VERSION) return NTE_BAD_VER;
    if ((status = bind_header(data.data, binding))) return status;
    if ((status = unlock_part((struct bytes){r.data, r.left}, password, binding, &archive->clear))) return status;
    if ((status = read_clear(archive))) archive_free(archive);
    return status;
}

void archive_free(struct archive *archive)
{
    free(archive->files);
    bytes_free(&archive->clear);
    wipe(archive, sizeof(*archive));
}
