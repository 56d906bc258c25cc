/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a provider does about CAPI containers: a row of ksp.c points to one of these. */
#include "ksp.h"
#include "legacy/legacy.h"

static SECURITY_STATUS remove_container(NCRYPT_KEY_HANDLE key)
{
    return ksp_object(key)->legacy ? legacy_delete(key) : delete_copy(key);
}

static BOOL get_property_of_container(NCRYPT_KEY_HANDLE key, LPCWSTR name, PBYTE output, DWORD size, DWORD *result,
        DWORD flags, SECURITY_STATUS *status)
{
    const struct legacy_key *legacy = ksp_object(key)->legacy;

    return legacy && legacy_get_property(legacy, name, output, size, result, flags, status);
}

static BOOL set_property_of_container(NCRYPT_KEY_HANDLE key, LPCWSTR name, DWORD flags, SECURITY_STATUS *status)
{
    return ksp_object(key)->legacy && legacy_set_property(name, flags, status);
}

const struct legacy_ops rsa_containers =
{
    .open = legacy_open,
    .finalize = finalize_with_copy,
    .remove = remove_container,
    .get_property = get_property_of_container,
    .set_property = set_property_of_container,
};

static SECURITY_STATUS open_none(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *key, const WCHAR *name,
        DWORD key_spec, DWORD flags)
{
    (void)provider, (void)key, (void)name, (void)key_spec, (void)flags;
    return NTE_BAD_KEYSET;
}

/* The keys of the software provider have their copies all the same. */
const struct legacy_ops foreign_containers =
{
    .open = open_none,
    .finalize = finalize_with_copy,
    .remove = remove_container,
    .get_property = get_property_of_container,
    .set_property = set_property_of_container,
};

static SECURITY_STATUS finalize_none(NCRYPT_KEY_HANDLE key, DWORD flags)
{
    (void)key, (void)flags;
    return NTE_NOT_SUPPORTED;
}

static SECURITY_STATUS remove_none(NCRYPT_KEY_HANDLE key)
{
    (void)key;
    return ERROR_SUCCESS;
}

static BOOL get_no_property(NCRYPT_KEY_HANDLE key, LPCWSTR name, PBYTE output, DWORD size, DWORD *result, DWORD flags,
        SECURITY_STATUS *status)
{
    (void)key, (void)name, (void)output, (void)size, (void)result, (void)flags, (void)status;
    return FALSE;
}

static BOOL set_no_property(NCRYPT_KEY_HANDLE key, LPCWSTR name, DWORD flags, SECURITY_STATUS *status)
{
    (void)key, (void)name, (void)flags, (void)status;
    return FALSE;
}

const struct legacy_ops no_containers =
{
    .open = open_none,
    .finalize = finalize_none,
    .remove = remove_none,
    .get_property = get_no_property,
    .set_property = set_no_property,
};
