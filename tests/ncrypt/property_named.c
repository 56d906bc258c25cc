/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptGetProperty on stored keys (rows 6.78, 6.83 to 6.88): names, the file, the time, who may use it. */
#include "ncrypt_test.h"

/* The file name as Windows makes it: MD5 of the lower-cased UTF-16 name with its NUL as four numbers, and the
 * number of the machine (windows-api 8.2). */
static void expected_unique_name(const WCHAR *name, WCHAR unique[128])
{
    WCHAR lower[261], machine[64] = L"";
    DWORD hash[4] = { 0 }, size = sizeof(machine);
    BCRYPT_ALG_HANDLE alg;
    BCRYPT_HASH_HANDLE md5;

    CharLowerW(lstrcpyW(lower, name));
    BCryptOpenAlgorithmProvider(&alg, BCRYPT_MD5_ALGORITHM, NULL, 0);
    BCryptCreateHash(alg, &md5, NULL, 0, NULL, 0, 0);
    BCryptHashData(md5, (UCHAR *)lower, (lstrlenW(lower) + 1) * sizeof(WCHAR), 0);
    BCryptFinishHash(md5, (UCHAR *)hash, sizeof(hash), 0);
    BCryptDestroyHash(md5);
    BCryptCloseAlgorithmProvider(alg, 0);

    ok(!RegGetValueW(HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Cryptography", L"MachineGuid",
                     RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY, NULL, machine, &size), "no MachineGuid\n");
    _snwprintf(unique, 128, L"%08lx%08lx%08lx%08lx_%ls", hash[0], hash[1], hash[2], hash[3], machine);
}

/* 6.86: the unique name is a file of the directory where programs look for it. */
static void check_file(const WCHAR *variable, const WCHAR *unique, BOOL present)
{
    WCHAR path[MAX_PATH];
    DWORD attributes, length;

    length = GetEnvironmentVariableW(variable, path, MAX_PATH - 128);
    ok(length > 0, "no %s\n", wine_dbgstr_w(variable));
    lstrcatW(path, L"\\Microsoft\\Crypto\\Keys\\");
    lstrcatW(path, unique);
    attributes = GetFileAttributesW(path);
    ok((attributes != INVALID_FILE_ATTRIBUTES) == present, "%s: attributes %#lx\n", wine_dbgstr_w(path),
       attributes);
}

static void test_named(NCRYPT_PROV_HANDLE provider, DWORD flags)
{
    const WCHAR *directory = flags & NCRYPT_MACHINE_KEY_FLAG ? L"ProgramData" : L"APPDATA";
    WCHAR buffer[128], unique[128], *underscore;
    const WCHAR *name = key_name(buffer, L"Get {Property}");
    ULARGE_INTEGER start, end, modified;
    NCRYPT_KEY_HANDLE key;
    DWORD size, i;

    winetest_push_context("flags %#lx", flags);
    remove_key(provider, name, flags);
    expected_unique_name(name, unique);
    GetSystemTimeAsFileTime((FILETIME *)&start);
    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", name, 0, flags));
    check_text(key, NCRYPT_NAME_PROPERTY, name);
    check_file(directory, unique, FALSE);
    check_success(NCryptFinalizeKey(key, 0));
    GetSystemTimeAsFileTime((FILETIME *)&end);

    for (i = 0; i < 2; i++)                 /* the handle that made it, then one that opened it */
    {
        check_text(key, NCRYPT_NAME_PROPERTY, name);                                            /* 6.83 */
        ok(lstrlenW(unique) == 69, "length %d\n", lstrlenW(unique));                            /* 6.84 */
        underscore = wcschr(unique, '_');
        ok(underscore == unique + 32, "got %s\n", wine_dbgstr_w(unique));                       /* 6.84 */
        check_text(key, NCRYPT_UNIQUE_NAME_PROPERTY, unique);                                   /* 6.84, 6.85 */
        check_file(directory, unique, TRUE);                                                    /* 6.86 */
        check_dword(key, NCRYPT_LENGTH_PROPERTY, 1024);
        check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);
        check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_ALL_USAGES);
        check_dword(key, NCRYPT_KEY_TYPE_PROPERTY, flags & NCRYPT_MACHINE_KEY_FLAG);            /* 6.78, E15 */

        modified.QuadPart = 0;
        check_success(NCryptGetProperty(key, NCRYPT_LAST_MODIFIED_PROPERTY, (BYTE *)&modified, 8, &size, 0));
        ok(size == 8, "got %lu\n", size);                                                       /* 6.87 */
        ok(modified.QuadPart + 20000000 > start.QuadPart && modified.QuadPart < end.QuadPart + 20000000,
           "got %s\n", wine_dbgstr_longlong(modified.QuadPart));
        check_status(NTE_NOT_FOUND, NCryptGetProperty(key, NCRYPT_UI_POLICY_PROPERTY, NULL, 0, &size, 0));
        check_status(NTE_NOT_FOUND, NCryptGetProperty(key, NCRYPT_USE_CONTEXT_PROPERTY, NULL, 0, &size, 0));

        check_success(NCryptFreeObject(key));
        check_success(NCryptOpenKey(provider, &key, name, 0, flags));
    }
    check_success(NCryptDeleteKey(key, 0));
    check_file(directory, unique, FALSE);
    winetest_pop_context();
}

/* 6.88 */
static void test_security_descriptor(NCRYPT_PROV_HANDLE provider, DWORD flags)
{
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"security");
    DWORD size, again, revision;
    BOOL present, defaulted;
    NCRYPT_KEY_HANDLE key;
    BYTE data[2048];
    ACL *acl;

    remove_key(provider, name, flags);
    key = make_key(provider, L"ECDSA_P256", name, 0, 0, flags);
    check_status(NTE_BAD_FLAGS, NCryptGetProperty(key, L"Security Descr", NULL, 0, &size, 0));   /* 6.17 */
    check_success(NCryptGetProperty(key, L"Security Descr", NULL, 0, &size, DACL_SECURITY_INFORMATION));
    ok(size >= SECURITY_DESCRIPTOR_MIN_LENGTH && size <= sizeof(data), "got %lu\n", size);
    check_success(NCryptGetProperty(key, NCRYPT_SECURITY_DESCR_PROPERTY, data, sizeof(data), &again,
                                    DACL_SECURITY_INFORMATION));
    ok(again == size, "got %lu, then %lu\n", size, again);
    ok(IsValidSecurityDescriptor(data), "not valid\n");
    ok(GetSecurityDescriptorLength(data) == size, "got %lu of %lu\n", GetSecurityDescriptorLength(data), size);
    ok(GetSecurityDescriptorControl(data, &control, &revision), "no control\n");
    ok(control & SE_SELF_RELATIVE, "got %#x\n", control);
    ok(GetSecurityDescriptorDacl(data, &present, &acl, &defaulted) && present, "no DACL\n");
    check_success(NCryptDeleteKey(key, 0));

    key = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);         /* open question: which status */
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, NCRYPT_SECURITY_DESCR_PROPERTY, NULL, 0, &size,
                                                      DACL_SECURITY_INFORMATION));
    check_success(NCryptFreeObject(key));
}

START_TEST(property_named)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_named(provider, 0);
    test_named(provider, NCRYPT_MACHINE_KEY_FLAG);
    test_security_descriptor(provider, 0);
    test_security_descriptor(provider, NCRYPT_MACHINE_KEY_FLAG);
    check_success(NCryptFreeObject(provider));
}
