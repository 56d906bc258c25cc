/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Properties, the Windows half: what is not answered here goes to the engine, which has the table. */
#include "ksp.h"
#include "legacy/legacy.h"

static BOOL is_curve_name_list(LPCWSTR name)
{
    return name && !lstrcmpW(name, NCRYPT_ECC_CURVE_NAME_LIST_PROPERTY);
}

static BOOL is_card_store(NCRYPT_PROV_HANDLE provider, LPCWSTR name, DWORD flags)
{
    return ksp_object(provider)->is_card && name && !(flags & NCRYPT_PERSIST_ONLY_FLAG) &&
           !lstrcmpW(name, NCRYPT_USER_CERTSTORE_PROPERTY);
}

SECURITY_STATUS WINAPI ksp_GetProviderProperty(NCRYPT_PROV_HANDLE provider, LPCWSTR name, PBYTE output,
        DWORD size, DWORD *result, DWORD flags)
{
    probe_string(name);
    probe_output(output, size, MOST_VALUE);
    if (is_curve_name_list(name)) return get_curve_names(engine_object(provider), output, size, result, flags);
    if (is_certificate_store(name))
        return get_certificate_store(engine_object(provider), name, output, size, result, flags);
    if (is_card_store(provider, name, flags)) return get_card_store(provider, 0, output, size, result, flags);
    return get_property(engine_object(provider), name, output, size, result, flags);
}

SECURITY_STATUS WINAPI ksp_SetProviderProperty(NCRYPT_PROV_HANDLE provider, LPCWSTR name, PBYTE input, DWORD size,
        DWORD flags)
{
    probe_string(name);
    if (!probe_limited_input(input, size, LONGEST_VALUE)) return NTE_INVALID_PARAMETER;
    return set_property(engine_object(provider), name, input, size, flags);
}

static BOOL is_security_descr(LPCWSTR name, DWORD flags)
{
    return (flags & SECURITY_INFORMATION_PARTS) && !lstrcmpW(name, NCRYPT_SECURITY_DESCR_PROPERTY);
}

SECURITY_STATUS WINAPI ksp_GetKeyProperty(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, LPCWSTR name,
        PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
    SECURITY_STATUS status;

    probe_output(output, size, MOST_VALUE);
    if (ksp_object(provider)->containers->get_property(key, name, output, size, result, flags, &status)) return status;
    if (is_security_descr(name, flags)) return get_security_descr(engine_object(key), output, size, result, flags);
    if (is_curve_name_list(name)) return get_curve_names(engine_object(key), output, size, result, flags);
    if (is_card_store(provider, name, flags)) return get_card_store(provider, key, output, size, result, flags);
    return get_property(engine_object(key), name, output, size, result, flags);
}

SECURITY_STATUS WINAPI ksp_SetKeyProperty(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, LPCWSTR name,
        PBYTE input, DWORD size, DWORD flags)
{
    struct property_set_params params =
    {
        .object = engine_object(key),
        .name = address(name),
        .input = address(input),
        .size = size,
        .flags = flags,
    };
    SECURITY_STATUS status;

    if (!probe_limited_input(input, size, LONGEST_VALUE)) return NTE_INVALID_PARAMETER;
    if (ksp_object(provider)->containers->set_property(key, name, flags, &status)) return status;
    if (is_security_descr(name, flags)) return set_security_descr(engine_object(key), input, size, flags);
    return engine_call_asking(params.object, unix_property_set, &params, flags);
}
