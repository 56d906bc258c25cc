/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Properties of engine objects, for the rest of this DLL. */
#include "ksp.h"

SECURITY_STATUS get_property(UINT64 object, LPCWSTR name, PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
    struct property_get_params params =
    {
        .object = object,
        .name = address(name),
        .output = address(output),
        .output_size = size,
        .flags = flags,
    };
    SECURITY_STATUS status;

    status = engine_call(unix_property_get, &params);
    *result = params.result;
    return status;
}

SECURITY_STATUS set_property(UINT64 object, LPCWSTR name, PBYTE input, DWORD size, DWORD flags)
{
    struct property_set_params params =
    {
        .object = object,
        .name = address(name),
        .input = address(input),
        .size = size,
        .flags = flags,
    };

    return engine_call(unix_property_set, &params);
}
