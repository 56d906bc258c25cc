/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PKCS #12 files, which the engine takes apart. It hands keys over under a password that lasts as long as the list. */
#include "base/random.h"
#include "base/utf8.h"
#include "format/pkcs8.h"
#include "pkcs12/pkcs12.h"
#include "source.h"

#define TRANSFER_LENGTH 32          /* characters */

static int explain(const struct source *source, nte_status status)
{
    const char *path = source->settings->argument;

    switch (status)
    {
    case NTE_BAD_DATA: return fail(EXIT_FAILED, "%s: malformed PKCS #12 file", path);
    case NTE_NOT_SUPPORTED:
        return fail(EXIT_FAILED, "%s: the encryption of this PKCS #12 file, or a key in it, is not supported", path);
    case NTE_INVALID_PARAMETER:
        return fail(EXIT_FAILED, "%s: its key derivation needs more work or memory than is allowed", path);
    default: return fail_status(status, "%s", path);
    }
}

static int make_transfer(uint16_t transfer[TRANSFER_LENGTH + 1])
{
    struct random_source random = {.for_key = 1};
    uint8_t bytes[TRANSFER_LENGTH];
    int i;

    random_fill(&random, sizeof(bytes), bytes);
    for (i = 0; i < TRANSFER_LENGTH; i++) transfer[i] = 'A' + bytes[i] % 32;
    transfer[TRANSFER_LENGTH] = 0;
    wipe(bytes, sizeof(bytes));
    return random.failed ? fail(EXIT_FAILED, "no random numbers") : EXIT_DONE;
}

static int take_key(struct source *source, const struct pkcs12_item *item, const uint16_t *transfer)
{
    struct writer name = {0};
    struct bytes pkcs8;
    nte_status status;
    int result;

    if ((status = pkcs8_decrypt(item->data, transfer, &pkcs8))) return explain(source, status);
    if (item->name.size && !utf8_from_utf16(&name, (const uint16_t *)item->name.data,
                                            (const uint16_t *)(item->name.data + item->name.size)))
        writer_free(&name);
    result = source_add_key(source, pkcs8, name.data && !name.failed ? (const char *)name.data : NULL);
    writer_free(&name);
    bytes_free(&pkcs8);
    return result;
}

static int take_items(struct source *source, struct bytes list, const uint16_t *transfer)
{
    struct reader r = {list.data, list.size, 0};
    struct pkcs12_item item;
    int result = EXIT_DONE;

    while (!result && pkcs12_list_next(&r, &item))
        result = item.kind == UNIX_ARCHIVE_KEY ? take_key(source, &item, transfer) :
                                                 source_add_certificate(source, item.data);
    return result;
}

static int read_items(struct source *source, struct bytes file)
{
    uint16_t transfer[TRANSFER_LENGTH + 1];
    struct writer list = {0};
    nte_status status;
    int result;

    if ((result = make_transfer(transfer))) return result;
    status = pkcs12_read(file, (const uint16_t *)source->password.data, transfer, UNIX_ARCHIVE_ANY_KEY,
                         &list);
    result = status ? explain(source, status) : take_items(source, bytes_of(list.data, list.used), transfer);
    writer_free(&list);
    wipe(transfer, sizeof(transfer));
    if (!result && !source->count) result = fail(EXIT_REFUSED, "PKCS #12 file: contains no private key");
    return result;
}

/* An empty password need not be asked for; its NUL stays behind it. */
static int find_password(struct source *source, struct bytes file)
{
    static const uint16_t nul;
    int result;

    if (pkcs12_read(file, &nul, NULL, UNIX_ARCHIVE_VERIFY, NULL)) return source_need_password(source);
    result = source_keep(bytes_of(&nul, sizeof(nul)), &source->password);
    source->password.size = 0;
    return result;
}

int source_pkcs12(struct source *source, struct bytes file, int *is_one)
{
    struct writer nothing = {0};
    nte_status status = pkcs12_read(file, NULL, NULL, UNIX_ARCHIVE_LOOK, &nothing);
    int result;

    if (status == NTE_NO_MEMORY) return fail_status(status, "%s", source->settings->argument);
    *is_one = status != NTE_BAD_DATA;
    if (!*is_one) return EXIT_DONE;
    if (status) return explain(source, status);
    if ((result = find_password(source, file))) return result;
    return read_items(source, file);
}
