/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The engine's side of unixlib_archive.h. */
#include "archive_calls.h"
#include "border.h"
#include "pkcs12/pkcs12.h"
#include "unixlib_archive.h"
#include "unixlib_calls.h"

typedef nte_status convert(const struct archive_params *p, struct bytes data, const uint16_t *password,
                           const uint16_t *transfer, struct writer *result);

static nte_status read_file(const struct archive_params *p, struct bytes data, const uint16_t *password,
                            const uint16_t *transfer, struct writer *list)
{
    return pkcs12_read(data, password, transfer, p->flags, list);
}

static nte_status write_file(const struct archive_params *p, struct bytes data, const uint16_t *password,
                             const uint16_t *transfer, struct writer *file)
{
    (void)p;
    return pkcs12_write(data, password, transfer, file);
}

static int32_t call(struct archive_params *p, convert *convert)
{
    const uint16_t *password, *transfer;
    struct writer result = {0};
    struct bytes data;
    nte_status status;

    border_begin();
    data = border_take(p->data, p->size);
    password = border_take_string(p->password);
    transfer = border_take_string(p->transfer);
    if (!(status = border_status())) status = convert(p, data, password, transfer, &result);
    return border_end(give_result(status, &result, &p->result, &p->result_size));
}

int32_t call_archive_read(void *args)
{
    return call(args, read_file);
}

int32_t call_archive_write(void *args)
{
    return call(args, write_file);
}
