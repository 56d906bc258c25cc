/* SPDX-License-Identifier: LGPL-2.1-or-later
 * libFuzzer target: any bytes as a PKCS #12 file, with every password and flag, and as the list that becomes one. What
 * is accepted comes back the same when it has been written and read once more. */
#include "fuzz.h"
#include "format/pkcs8.h"
#include "pkcs12/pkcs12.h"

static nte_status call_archive(enum unix_call code, struct bytes data, const uint16_t *password, uint32_t flags,
                               struct bytes *result)
{
    struct archive_params params =
    {
        .data = number(data.data), .size = data.size, .password = number(password),
        .transfer = number(wide("transfer")),
        .flags = flags,
    };
    struct result_take_params take = {0};
    nte_status status;

    if ((status = call(code, &params)))
    {
        require(!params.result && !params.result_size);
        return status;
    }
    take.result = params.result;
    take.size = params.result_size;
    *result = (struct bytes){pool(take.size), take.size};
    take.output = number(result->data);
    require(!call(unix_result_take, &take));
    return NTE_SUCCESS;
}

static struct bytes clear_key(struct bytes sealed)
{
    struct bytes pkcs8, copy;

    require(!pkcs8_decrypt(sealed, wide("transfer"), &pkcs8));
    copy = pool_copy(pkcs8.data, pkcs8.size);
    secret_free((void *)pkcs8.data);
    return copy;
}

/* The next item of that kind. */
static int next_of(struct reader *r, uint32_t kind, struct pkcs12_item *item)
{
    while (pkcs12_list_next(r, item)) if (item->kind == kind) return 1;
    return 0;
}

/* A file has certificates before keys. */
static void require_same_kind(struct bytes a, struct bytes b, uint32_t kind)
{
    struct reader x = {a.data, a.size, 0}, y = {b.data, b.size, 0};
    struct pkcs12_item one, other;

    while (next_of(&x, kind, &one))
    {
        require(next_of(&y, kind, &other));
        require(same_bytes(one.name, other.name) && same_bytes(one.id, other.id));
        require(same_bytes(one.provider, other.provider) && one.is_machine_key == other.is_machine_key);
        if (kind == UNIX_ARCHIVE_CERTIFICATE) require(same_bytes(one.data, other.data));
        else require(same_bytes(clear_key(one.data), clear_key(other.data)));
    }
    require(!x.failed && !next_of(&y, kind, &other) && !y.failed);
}

static void check_again(struct bytes list, const uint16_t *password)
{
    struct bytes file, again;

    require(!call_archive(unix_archive_write, list, password, 0, &file));
    require(!call_archive(unix_archive_read, file, password, 0, &again));
    require_same_kind(list, again, UNIX_ARCHIVE_CERTIFICATE);
    require_same_kind(list, again, UNIX_ARCHIVE_KEY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint32_t flags[] = {0, UNIX_ARCHIVE_NO_KEYS, UNIX_ARCHIVE_CLEAR, UNIX_ARCHIVE_LOOK,
                                     UNIX_ARCHIVE_VERIFY};
    struct bytes input = pool_copy(data, size), result;
    const uint16_t *passwords[] = {wide("secret"), NULL};
    size_t i, j;

    attach();
    for (i = 0; i < COUNT(passwords); i++)
    {
        for (j = 0; j < COUNT(flags); j++)
            if (!call_archive(unix_archive_read, input, passwords[i], flags[j], &result) && !flags[j])
                check_again(result, passwords[i]);
        call_archive(unix_archive_write, input, passwords[i], 0, &result);
    }
    pool_free();
    return 0;
}
