/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The engine's side of unixlib_archive.h. */
#include "archive_calls.h"
#include "border.h"
#include "pkcs12/pkcs12.h"
#include "protect_calls.h"

static nte_status read_file(const struct archive_params *p, struct writer *list)
{
    struct bytes file = border_take(p->data, p->size);
    const uint16_t *password = border_take_string(p->password), *transfer = border_take_string(p->transfer);
    nte_status status = border_status();

    return status ? status : pkcs12_read(file, password, transfer, p->flags, list);
}

static nte_status write_file(const struct archive_params *p, struct writer *file)
{
    struct bytes list = border_take(p->data, p->size);
    const uint16_t *password = border_take_string(p->password), *transfer = border_take_string(p->transfer);
    nte_status status = border_status();

    return status ? status : pkcs12_write(list, password, transfer, file);
}

int32_t call_archive_read(void *args)
{
    struct archive_params *p = args;
    struct writer list = {0};
    nte_status status;

    border_begin();
    status = read_file(p, &list);
    return border_end(give_result(status, &list, &p->result, &p->result_size));
}

int32_t call_archive_write(void *args)
{
    struct archive_params *p = args;
    struct writer file = {0};
    nte_status status;

    border_begin();
    status = write_file(p, &file);
    return border_end(give_result(status, &file, &p->result, &p->result_size));
}
