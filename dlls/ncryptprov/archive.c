/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PKCS #12 files for the certificate bridge; see archive.h. The engine takes them apart. */
#include "archive.h"
#include "ksp.h"

static SECURITY_STATUS take(const struct archive_params *params, BYTE **data, DWORD *size)
{
    struct result_take_params result = {.result = params->result, .size = params->result_size};
    BYTE *memory = NULL;

    if (params->result_size <= LONGEST_BLOB)
        memory = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, params->result_size + 1);
    result.output = address(memory);
    engine_call(unix_result_take, &result);
    *data = memory;
    *size = params->result_size;
    return memory ? ERROR_SUCCESS : NTE_NO_MEMORY;
}

static SECURITY_STATUS call(enum unix_call code, struct archive_params *params, const BYTE *input, DWORD size,
                            BYTE **output, DWORD *output_size)
{
    SECURITY_STATUS status;

    if (output) *output = NULL;
    if (!probe_limited_input(input, size, LONGEST_BLOB)) return NTE_BAD_DATA;
    probe_string((const WCHAR *)(ULONG_PTR)params->password);
    params->data = address(input);
    params->size = size;
    if ((status = engine_call(code, params))) return status;
    return output ? take(params, output, output_size) : ERROR_SUCCESS;
}

static SECURITY_STATUS read_archive(const BYTE *file, DWORD size, const WCHAR *password, const WCHAR *transfer,
                                    DWORD flags, BYTE **list, DWORD *list_size)
{
    struct archive_params params = {.password = address(password), .transfer = address(transfer), .flags = flags};

    return call(unix_archive_read, &params, file, size, list, list_size);
}

static SECURITY_STATUS write_archive(const BYTE *list, DWORD size, const WCHAR *password, const WCHAR *transfer,
                                     BYTE **file, DWORD *file_size)
{
    struct archive_params params = {.password = address(password), .transfer = address(transfer)};

    return call(unix_archive_write, &params, list, size, file, file_size);
}

static const struct archive_table archive_table =
{
    .version = ARCHIVE_TABLE_VERSION,
    .Read = read_archive,
    .Write = write_archive,
};

SECURITY_STATUS WINAPI GetKeyArchiveInterface(const struct archive_table **table)
{
    SECURITY_STATUS status = engine_attach();

    if (!status) *table = &archive_table;
    return status;
}
