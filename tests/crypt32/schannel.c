/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A key that must not leave the store serves Wine's Schannel, and nobody else gets it on that road: not by the private
 * flags of NCryptExportKey, and not with the token that stands in the registry while Schannel asks for the key. */
#include "credentials.h"

static void test_private_flags(const struct identity *identity)
{
    BYTE blob[4096];
    DWORD size, bit;

    for (bit = 0x01000000; bit; bit <<= 1)
        ok(NCryptExportKey(identity->key, 0, LEGACY_RSAPRIVATE_BLOB, NULL, blob, sizeof(blob), &size, bit),
           "flag %#lx: exported\n", bit);
}

/* --- who reads what Schannel reads --- */

static LSTATUS (WINAPI *query_value)(HKEY, const WCHAR *, DWORD *, DWORD *, BYTE *, DWORD *);
static unsigned int tokens;

/* In place of the function that Schannel calls: what it reads is tried here first. */
static LSTATUS WINAPI query_and_try(HKEY key, const WCHAR *value, DWORD *reserved, DWORD *type, BYTE *data, DWORD *size)
{
    LSTATUS error = query_value(key, value, reserved, type, data, size);
    DATA_BLOB in = { error || !data ? 0 : *size, data }, out = { 0, NULL };

    if (!in.cbData) return error;
    tokens++;
    ok(!CryptUnprotectData(&in, NULL, NULL, NULL, NULL, 0, &out), "the program has the key: %lu bytes\n", out.cbData);
    return error;
}

static IMAGE_THUNK_DATA *find_import(HMODULE module, const void *function)
{
    const char *base = (const char *)module;
    const IMAGE_NT_HEADERS *headers = (const void *)(base + ((const IMAGE_DOS_HEADER *)base)->e_lfanew);
    const IMAGE_DATA_DIRECTORY *table = &headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT];
    const IMAGE_IMPORT_DESCRIPTOR *descriptor = (const void *)(base + table->VirtualAddress);
    IMAGE_THUNK_DATA *slot;

    for (; descriptor->Name; descriptor++)
        for (slot = (void *)((char *)module + descriptor->FirstThunk); slot->u1.Function; slot++)
            if (slot->u1.Function == (ULONG_PTR)function) return slot;
    return NULL;
}

static void replace(IMAGE_THUNK_DATA *slot, const void *function)
{
    DWORD protection;

    VirtualProtect(slot, sizeof(*slot), PAGE_READWRITE, &protection);
    slot->u1.Function = (ULONG_PTR)function;
    VirtualProtect(slot, sizeof(*slot), protection, &protection);
}

/* Newer ones than those of Wine 11.7 do not read the registry. */
static void test_token(const struct identity *identity)
{
    IMAGE_THUNK_DATA *slot;

    query_value = (void *)GetProcAddress(GetModuleHandleW(L"advapi32.dll"), "RegQueryValueExW");
    slot = find_import(GetModuleHandleW(L"secur32.dll"), query_value);
    if (slot) replace(slot, query_and_try);
    check_success(acquire_credentials(identity->cert));
    if (slot) replace(slot, query_value);
    trace("%u tokens seen\n", tokens);
}

START_TEST(schannel)
{
    DWORD policy = 42, size;
    struct identity identity;

    make_identity(&identity, L"RSA", L"schannel", 0);
    check_success(NCryptGetProperty(identity.key, NCRYPT_EXPORT_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy), &size,
                                    0));
    ok(!policy, "policy %#lx\n", policy);
    test_private_flags(&identity);
    test_token(&identity);
    remove_identity(&identity);
}
