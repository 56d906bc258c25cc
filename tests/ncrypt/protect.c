/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptProtectSecret and its descriptors: arguments, rules, memory, names, principals of this machine. */
#include "ncrypt_test.h"
#include <ncryptprotect.h>
#include <sddl.h>

static const BYTE secret[] = "a secret of the user";

static NCRYPT_DESCRIPTOR_HANDLE make_descriptor_(int line, const WCHAR *rule)
{
    NCRYPT_DESCRIPTOR_HANDLE descriptor = NULL;
    SECURITY_STATUS status = NCryptCreateProtectionDescriptor(rule, 0, &descriptor);

    ok_(__FILE__, line)(!status && descriptor, "%s: got %#lx\n", wine_dbgstr_w(rule), status);
    return descriptor;
}
#define make_descriptor(rule) make_descriptor_(__LINE__, rule)

static BYTE *protect(const WCHAR *rule, ULONG *size)
{
    NCRYPT_DESCRIPTOR_HANDLE descriptor = make_descriptor(rule);
    BYTE *blob = NULL;

    check_success(NCryptProtectSecret(descriptor, NCRYPT_SILENT_FLAG, secret, sizeof(secret), NULL, NULL, &blob, size));
    check_success(NCryptCloseProtectionDescriptor(descriptor));
    return blob;
}

static void check_rule_(int line, NCRYPT_DESCRIPTOR_HANDLE descriptor, const WCHAR *expected)
{
    WCHAR *rule = NULL;
    SECURITY_STATUS status;

    status = NCryptGetProtectionDescriptorInfo(descriptor, NULL, NCRYPT_PROTECTION_INFO_TYPE_DESCRIPTOR_STRING,
                                               (void **)&rule);
    ok_(__FILE__, line)(!status, "got %#lx\n", status);
    if (status) return;
    ok_(__FILE__, line)(!lstrcmpW(rule, expected), "got %s\n", wine_dbgstr_w(rule));
    LocalFree(rule);
}
#define check_rule(descriptor, expected) check_rule_(__LINE__, descriptor, expected)

static SECURITY_STATUS create_status(const WCHAR *rule, DWORD flags)
{
    NCRYPT_DESCRIPTOR_HANDLE descriptor = (NCRYPT_DESCRIPTOR_HANDLE)(ULONG_PTR)0xdeadbeef;
    SECURITY_STATUS status = NCryptCreateProtectionDescriptor(rule, flags, &descriptor);

    if (status) ok(!descriptor, "handle %p after a failure\n", descriptor);
    else check_success(NCryptCloseProtectionDescriptor(descriptor));
    return status;
}

static SECURITY_STATUS protect_status(const WCHAR *rule)
{
    NCRYPT_DESCRIPTOR_HANDLE descriptor = make_descriptor(rule);
    SECURITY_STATUS status;
    BYTE *blob = (BYTE *)1;
    ULONG size = 1;

    status = NCryptProtectSecret(descriptor, 0, secret, sizeof(secret), NULL, NULL, &blob, &size);
    if (status) ok(!blob && !size, "output after a failure\n");
    else LocalFree(blob);
    NCryptCloseProtectionDescriptor(descriptor);
    return status;
}

static void test_descriptors(void)
{
    NCRYPT_DESCRIPTOR_HANDLE descriptor;
    void *info = NULL;

    descriptor = make_descriptor(L" local = User  OR  LOCAL=machine AND SID=S-1-1-0");
    check_rule(descriptor, L"LOCAL=user OR LOCAL=machine AND SID=S-1-1-0");
    check_status(NTE_BAD_TYPE, NCryptGetProtectionDescriptorInfo(descriptor, NULL, 2, &info));
    check_status(NTE_INVALID_PARAMETER, NCryptGetProtectionDescriptorInfo(descriptor, NULL, 1, NULL));
    check_status(NTE_INVALID_HANDLE, NCryptFreeObject((NCRYPT_HANDLE)descriptor));
    check_success(NCryptCloseProtectionDescriptor(descriptor));
    check_status(NTE_INVALID_HANDLE, NCryptCloseProtectionDescriptor(descriptor));
    check_status(NTE_INVALID_HANDLE, NCryptGetProtectionDescriptorInfo(descriptor, NULL, 1, &info));
    check_status(NTE_INVALID_HANDLE, NCryptCloseProtectionDescriptor(NULL));

    check_status(NTE_INVALID_PARAMETER, NCryptCreateProtectionDescriptor(NULL, 0, &descriptor));
    check_status(NTE_INVALID_PARAMETER, NCryptCreateProtectionDescriptor(L"LOCAL=user", 0, NULL));
    check_status(NTE_BAD_FLAGS, create_status(L"LOCAL=user", NCRYPT_MACHINE_KEY_FLAG));
    check_status(NTE_BAD_FLAGS, create_status(L"LOCAL=user", 0x10));
    check_status(NTE_INVALID_PARAMETER, create_status(L"", 0));
    check_status(NTE_INVALID_PARAMETER, create_status(L"LOCAL=nobody", 0));
    check_status(NTE_INVALID_PARAMETER, create_status(L"LOCAL=user or LOCAL=machine", 0));
    check_status(NTE_INVALID_PARAMETER, create_status(L"SID=S-1-5-99999999999", 0));
    check_status(NTE_INVALID_PARAMETER, create_status(L"SDDL=no descriptor", 0));
    check_status(NTE_INVALID_PARAMETER, create_status(L"NOBODY=x", 0));
}

static void test_arguments(void)
{
    NCRYPT_DESCRIPTOR_HANDLE descriptor = make_descriptor(L"LOCAL=user");
    NCRYPT_ALLOC_PARA bad = {sizeof(bad), NULL, NULL};
    BYTE *blob = NULL, *data;
    ULONG size = 0, data_size;

    check_status(NTE_INVALID_PARAMETER, NCryptProtectSecret(descriptor, 0, secret, 0, NULL, NULL, &blob, &size));
    check_status(NTE_INVALID_PARAMETER, NCryptProtectSecret(descriptor, 0, NULL, 1, NULL, NULL, &blob, &size));
    check_status(NTE_INVALID_PARAMETER, NCryptProtectSecret(descriptor, 0, secret, 1, NULL, NULL, NULL, &size));
    check_status(NTE_INVALID_PARAMETER, NCryptProtectSecret(descriptor, 0, secret, 1, NULL, NULL, &blob, NULL));
    check_status(NTE_INVALID_PARAMETER, NCryptProtectSecret(descriptor, 0, secret, 1, &bad, NULL, &blob, &size));
    check_status(NTE_BAD_FLAGS, NCryptProtectSecret(descriptor, 1, secret, 1, NULL, NULL, &blob, &size));
    check_status(NTE_INVALID_HANDLE, NCryptProtectSecret(NULL, 0, secret, 1, NULL, NULL, &blob, &size));
    check_success(NCryptProtectSecret(descriptor, 0, secret, 1, NULL, NULL, &blob, &size));
    check_success(NCryptCloseProtectionDescriptor(descriptor));

    check_status(NTE_INVALID_PARAMETER, NCryptUnprotectSecret(NULL, 0, NULL, size, NULL, NULL, &data, &data_size));
    check_status(NTE_INVALID_PARAMETER, NCryptUnprotectSecret(NULL, 0, blob, 0, NULL, NULL, &data, &data_size));
    check_status(NTE_INVALID_PARAMETER, NCryptUnprotectSecret(NULL, 0, blob, size, NULL, NULL, NULL, &data_size));
    check_status(NTE_INVALID_PARAMETER, NCryptUnprotectSecret(NULL, 0, blob, size, NULL, NULL, &data, NULL));
    check_status(NTE_INVALID_PARAMETER, NCryptUnprotectSecret(NULL, 1, blob, size, NULL, NULL, &data, &data_size));
    check_status(NTE_BAD_FLAGS, NCryptUnprotectSecret(NULL, 2, blob, size, NULL, NULL, &data, &data_size));
    check_status(NTE_BAD_DATA, NCryptUnprotectSecret(NULL, 0, blob, size - 1, NULL, NULL, &data, &data_size));
    check_status(NTE_BAD_DATA, NCryptUnprotectSecret(NULL, 0, secret, sizeof(secret), NULL, NULL, &data, &data_size));
    check_success(NCryptUnprotectSecret(NULL, 0, blob, size, NULL, NULL, &data, &data_size));
    ok(data_size == 1 && data[0] == secret[0], "got %lu bytes\n", data_size);
    LocalFree(data);
    LocalFree(blob);
}

static void check_round_(int line, const WCHAR *rule)
{
    NCRYPT_DESCRIPTOR_HANDLE descriptor = NULL;
    BYTE *blob, *data = NULL;
    ULONG size = 0, data_size = 0;
    SECURITY_STATUS status;

    blob = protect(rule, &size);
    status = NCryptUnprotectSecret(&descriptor, NCRYPT_SILENT_FLAG, blob, size, NULL, NULL, &data, &data_size);
    ok_(__FILE__, line)(!status, "%s: got %#lx\n", wine_dbgstr_w(rule), status);
    ok_(__FILE__, line)(data_size == sizeof(secret), "got %lu bytes\n", data_size);
    if (data) ok_(__FILE__, line)(!memcmp(data, secret, sizeof(secret)), "other data\n");
    if (descriptor) check_rule_(line, descriptor, rule);
    if (descriptor) check_success(NCryptCloseProtectionDescriptor(descriptor));
    LocalFree(data);
    LocalFree(blob);
}
#define check_round(rule) check_round_(__LINE__, rule)

static void user_sid(WCHAR *text, DWORD size)
{
    BYTE buffer[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    WCHAR *sid = NULL;
    HANDLE token;

    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
    GetTokenInformation(token, TokenUser, buffer, sizeof(buffer), &size);
    ConvertSidToStringSidW(((TOKEN_USER *)buffer)->User.Sid, &sid);
    lstrcpyW(text, sid);
    LocalFree(sid);
    CloseHandle(token);
}

static void test_principals(void)
{
    WCHAR sid[SECURITY_MAX_SID_SIZE * 4], rule[1024];

    user_sid(sid, sizeof(sid));
    check_round(L"LOCAL=user");
    check_round(L"LOCAL=machine");
    check_round(L"LOCAL=logon");
    check_round(L"LOCAL=user AND LOCAL=machine");
    check_round(L"LOCAL=logon OR LOCAL=user AND SID=S-1-1-0");
    check_round(L"SID=S-1-1-0");
    swprintf(rule, ARRAYSIZE(rule), L"SID=%ls", sid);
    check_round(rule);
    swprintf(rule, ARRAYSIZE(rule), L"SDDL=O:%lsG:%lsD:(A;;CCDC;;;%ls)(A;;DC;;;WD)", sid, sid, sid);
    check_round(rule);
    check_round(L"SDDL=D:(A;;CCDC;;;WD)");

    /* only a domain could answer for these; open question: which status */
    check_status(NTE_NOT_SUPPORTED, protect_status(L"SID=S-1-5-21-1-2-3-1104"));
    check_status(NTE_NOT_SUPPORTED, protect_status(L"SDDL=D:(A;;CCDC;;;S-1-5-21-1-2-3-1104)(A;;DC;;;WD)"));
    check_status(NTE_NOT_SUPPORTED, protect_status(L"SDDL=D:(A;;DC;;;WD)"));     /* open question: DC to protect */
    check_status(NTE_NOT_SUPPORTED, protect_status(L"SID=S-1-5-21-1-2-3-1104 OR LOCAL=user"));
    check_status(NTE_NOT_SUPPORTED, protect_status(L"WEBCREDENTIALS=name,example.com"));
    check_status(NTE_NOT_SUPPORTED, protect_status(L"LOCKEDCREDENTIALS=example.com"));
}

static void test_no_decrypt(void)
{
    NCRYPT_DESCRIPTOR_HANDLE descriptor = NULL;
    ULONG size = 0, data_size = 5;
    BYTE *blob = protect(L"LOCAL=user", &size), *data = (BYTE *)5;

    check_success(NCryptUnprotectSecret(&descriptor, NCRYPT_UNPROTECT_NO_DECRYPT, blob, size, NULL, NULL, &data,
                                        &data_size));
    ok(!data && !data_size, "something was decrypted\n");
    check_rule(descriptor, L"LOCAL=user");
    check_success(NCryptCloseProtectionDescriptor(descriptor));
    check_success(NCryptUnprotectSecret(&descriptor, NCRYPT_UNPROTECT_NO_DECRYPT, blob, size, NULL, NULL, NULL, NULL));
    check_success(NCryptCloseProtectionDescriptor(descriptor));
    check_status(NTE_INVALID_PARAMETER, NCryptUnprotectSecret(NULL, NCRYPT_UNPROTECT_NO_DECRYPT, blob, size, NULL,
                                                              NULL, &data, &data_size));
    LocalFree(blob);
}

/* Every byte, one bit each here; the native tests turn every bit. */
static void test_damage(void)
{
    NCRYPT_DESCRIPTOR_HANDLE descriptor;
    ULONG size = 0, data_size, i;
    BYTE *blob = protect(L"LOCAL=user OR LOCAL=machine", &size), *data;
    SECURITY_STATUS status;

    for (i = 0; i < size; i++)
    {
        blob[i] ^= 1 << i % 8;
        descriptor = (NCRYPT_DESCRIPTOR_HANDLE)(ULONG_PTR)1;
        status = NCryptUnprotectSecret(&descriptor, 0, blob, size, NULL, NULL, &data, &data_size);
        ok(status == NTE_BAD_DATA || status == NTE_DECRYPTION_FAILURE || status == NTE_NOT_SUPPORTED,
           "byte %lu: got %#lx\n", i, status);
        ok(!descriptor && !data && !data_size, "byte %lu: output after a failure\n", i);
        blob[i] ^= 1 << i % 8;
    }
    LocalFree(blob);
}

static LONG allocations;

static void *WINAPI count_alloc(SIZE_T size)
{
    InterlockedIncrement(&allocations);
    return HeapAlloc(GetProcessHeap(), 0, size);
}

static void WINAPI count_free(void *data)
{
    InterlockedDecrement(&allocations);
    HeapFree(GetProcessHeap(), 0, data);
}

static void *WINAPI no_alloc(SIZE_T size)
{
    (void)size;
    return NULL;
}

static void test_memory(void)
{
    NCRYPT_ALLOC_PARA memory = {sizeof(memory), count_alloc, count_free}, none = {sizeof(none), no_alloc, count_free};
    NCRYPT_DESCRIPTOR_HANDLE descriptor = make_descriptor(L"LOCAL=user");
    BYTE *blob = NULL, *data = NULL;
    ULONG size, data_size;
    void *rule = NULL;

    check_success(NCryptProtectSecret(descriptor, 0, secret, sizeof(secret), &memory, NULL, &blob, &size));
    check_success(NCryptUnprotectSecret(NULL, 0, blob, size, &memory, NULL, &data, &data_size));
    check_success(NCryptGetProtectionDescriptorInfo(descriptor, &memory, 1, &rule));
    ok(allocations == 3, "got %ld allocations\n", allocations);
    ok(data_size == sizeof(secret) && !memcmp(data, secret, sizeof(secret)), "other data\n");
    check_status(NTE_NO_MEMORY, NCryptUnprotectSecret(NULL, 0, blob, size, &none, NULL, &data, &data_size));
    check_status(NTE_NO_MEMORY, NCryptProtectSecret(descriptor, 0, secret, 1, &none, NULL, &data, &data_size));
    count_free(blob);
    count_free(rule);
    NCryptCloseProtectionDescriptor(descriptor);
}

static void test_names(void)
{
    static const WCHAR name[] = L"ncrypt test name";
    NCRYPT_DESCRIPTOR_HANDLE descriptor;
    WCHAR text[64];
    SIZE_T size = 0;

    NCryptRegisterProtectionDescriptorName(name, NULL, 0);
    check_status(NTE_NOT_FOUND, NCryptQueryProtectionDescriptorName(name, NULL, &size, 0));
    check_status(NTE_NOT_FOUND, create_status(name, NCRYPT_NAMED_DESCRIPTOR_FLAG));
    check_success(NCryptRegisterProtectionDescriptorName(name, L"LOCAL=user", 0));
    check_success(NCryptQueryProtectionDescriptorName(name, NULL, &size, 0));
    ok(size == 11, "got %Iu characters\n", size);
    size = 10;
    check_status(NTE_BUFFER_TOO_SMALL, NCryptQueryProtectionDescriptorName(name, text, &size, 0));
    ok(size == 11, "got %Iu characters\n", size);
    check_success(NCryptQueryProtectionDescriptorName(name, text, &size, 0));
    ok(!lstrcmpW(text, L"LOCAL=user"), "got %s\n", wine_dbgstr_w(text));
    check_status(NTE_NOT_FOUND, NCryptQueryProtectionDescriptorName(name, NULL, &size, NCRYPT_MACHINE_KEY_FLAG));

    check_success(NCryptRegisterProtectionDescriptorName(name, L"LOCAL=machine", NCRYPT_MACHINE_KEY_FLAG));
    check_success(NCryptCreateProtectionDescriptor(name, NCRYPT_NAMED_DESCRIPTOR_FLAG, &descriptor));
    check_rule(descriptor, L"LOCAL=user");
    NCryptCloseProtectionDescriptor(descriptor);
    check_success(NCryptCreateProtectionDescriptor(name, NCRYPT_NAMED_DESCRIPTOR_FLAG | NCRYPT_MACHINE_KEY_FLAG,
                                                   &descriptor));
    check_rule(descriptor, L"LOCAL=machine");
    NCryptCloseProtectionDescriptor(descriptor);

    check_success(NCryptRegisterProtectionDescriptorName(name, L"", 0));
    check_success(NCryptRegisterProtectionDescriptorName(name, NULL, NCRYPT_MACHINE_KEY_FLAG));
    check_status(NTE_NOT_FOUND, NCryptQueryProtectionDescriptorName(name, NULL, &size, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptRegisterProtectionDescriptorName(name, L"LOCAL=x", 0));
    check_status(NTE_INVALID_PARAMETER, NCryptRegisterProtectionDescriptorName(NULL, L"LOCAL=user", 0));
    check_status(NTE_INVALID_PARAMETER, NCryptRegisterProtectionDescriptorName(L"", L"LOCAL=user", 0));
    check_status(NTE_BAD_FLAGS, NCryptRegisterProtectionDescriptorName(name, L"LOCAL=user", 1));
    check_status(NTE_INVALID_PARAMETER, NCryptQueryProtectionDescriptorName(name, NULL, NULL, 0));
    check_status(NTE_BAD_FLAGS, NCryptQueryProtectionDescriptorName(name, NULL, &size, 1));
}

START_TEST(protect)
{
    test_descriptors();
    test_arguments();
    test_principals();
    test_no_decrypt();
    test_damage();
    test_memory();
    test_names();
}
