/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Several processes and one store: keys outlive their maker, a name has one winner, the two stores stay apart
 * (rows 3.17, 3.21, 4.12, 5.11, 5.16; G2), "Security Descr" is that of the key (6.88).
 *
 * A child is this program with `process MODE NAME`; its exit code is the status of what it did. */
#include "ncrypt_test.h"

#include <sddl.h>

#define RACERS 8
#define SECURITY "O:BAG:SYD:P(A;;0x120089;;;BA)"
#define SECURITY_FLAGS (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION)

static NCRYPT_PROV_HANDLE provider;

/* --- the children --- */

/* Says that this child is ready and waits for the start that all of them wait for. */
static void wait_for_parent(const char *start)
{
    HANDLE event = OpenEventA(SYNCHRONIZE, FALSE, start), ready;
    char name[80];

    _snprintf(name, sizeof(name), "%s_ready", start);
    ready = OpenSemaphoreA(SEMAPHORE_MODIFY_STATE, FALSE, name);
    ReleaseSemaphore(ready, 1, NULL);
    WaitForSingleObject(event, 30000);
    CloseHandle(ready);
    CloseHandle(event);
}

/* create: handle and key after the start; finalize: the handle before it. */
static SECURITY_STATUS race(const char *mode, const WCHAR *name, const char *start, DWORD flags)
{
    BOOL early = !strcmp(mode, "finalize");
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if (!early) wait_for_parent(start);
    status = NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, flags);
    if (early) wait_for_parent(start);
    if (status) return status;
    status = NCryptFinalizeKey(key, 0);
    NCryptFreeObject(key);
    return status;
}

/* Signs the bytes 0 to 31 and leaves the signature in a file for the parent. */
static SECURITY_STATUS sign(const WCHAR *name, const char *path, DWORD flags)
{
    BCRYPT_PKCS1_PADDING_INFO info = { BCRYPT_SHA256_ALGORITHM };
    NCRYPT_KEY_HANDLE key;
    BYTE hash[32], signature[256];
    SECURITY_STATUS status;
    DWORD size, i, written;
    WCHAR group[16];
    HANDLE file;

    if ((status = NCryptOpenKey(provider, &key, name, 0, 0))) return status;
    for (i = 0; i < sizeof(hash); i++) hash[i] = i;
    status = NCryptGetProperty(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, (BYTE *)group, sizeof(group), &size, 0);
    if (!status && !lstrcmpW(group, L"RSA"))
        status = NCryptSignHash(key, &info, hash, 32, signature, sizeof(signature), &size,
                                flags | BCRYPT_PAD_PKCS1);
    else if (!status)
        status = NCryptSignHash(key, NULL, hash, 32, signature, sizeof(signature), &size, flags);
    NCryptFreeObject(key);
    if (status) return status;
    file = CreateFileA(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    if (!WriteFile(file, signature, size, &written, NULL)) status = NTE_FAIL;
    CloseHandle(file);
    return status;
}

static SECURITY_STATUS delete(const WCHAR *name, DWORD flags)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status = NCryptOpenKey(provider, &key, name, 0, flags);

    return status ? status : NCryptDeleteKey(key, 0);
}

/* Dies with a key half made. */
static SECURITY_STATUS abandon(const WCHAR *name)
{
    NCRYPT_KEY_HANDLE key;

    return NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, 0);
}

static BOOL same_security(SECURITY_DESCRIPTOR *a, SECURITY_DESCRIPTOR *b)
{
    BOOL defaulted, present_a = FALSE, present_b = FALSE;
    SID *sid_a = NULL, *sid_b = NULL;
    ACL *acl_a = NULL, *acl_b = NULL;

    if (!GetSecurityDescriptorOwner(a, (PSID *)&sid_a, &defaulted) || !sid_a) return FALSE;
    if (!GetSecurityDescriptorOwner(b, (PSID *)&sid_b, &defaulted) || !sid_b) return FALSE;
    if (!EqualSid(sid_a, sid_b)) return FALSE;
    if (!GetSecurityDescriptorGroup(a, (PSID *)&sid_a, &defaulted) || !sid_a) return FALSE;
    if (!GetSecurityDescriptorGroup(b, (PSID *)&sid_b, &defaulted) || !sid_b) return FALSE;
    if (!EqualSid(sid_a, sid_b)) return FALSE;
    GetSecurityDescriptorDacl(a, &present_a, &acl_a, &defaulted);
    GetSecurityDescriptorDacl(b, &present_b, &acl_b, &defaulted);
    if (!present_a || !present_b || !acl_a || !acl_b || acl_a->AclSize != acl_b->AclSize) return FALSE;
    return !memcmp(acl_a, acl_b, acl_a->AclSize);
}

/* NTE_BAD_DATA: the key has another one than SECURITY. */
static SECURITY_STATUS check_security(const WCHAR *name)
{
    SECURITY_DESCRIPTOR *expected;
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;
    BYTE data[1024];
    DWORD size;

    if ((status = NCryptOpenKey(provider, &key, name, 0, 0))) return status;
    status = NCryptGetProperty(key, NCRYPT_SECURITY_DESCR_PROPERTY, data, sizeof(data), &size, SECURITY_FLAGS);
    NCryptFreeObject(key);
    if (status) return status;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(SECURITY, SDDL_REVISION_1,
                                                              (PSECURITY_DESCRIPTOR *)&expected, NULL))
        return NTE_FAIL;
    status = same_security((SECURITY_DESCRIPTOR *)data, expected) ? ERROR_SUCCESS : NTE_BAD_DATA;
    LocalFree(expected);
    return status;
}

static SECURITY_STATUS child(int argc, char **argv)
{
    const char *mode = argv[2];
    WCHAR name[128];

    MultiByteToWideChar(CP_ACP, 0, argv[3], -1, name, ARRAY_SIZE(name));
    if (!strcmp(mode, "open")) return open_status(provider, name, 0);
    if (!strcmp(mode, "open-machine")) return open_status(provider, name, NCRYPT_MACHINE_KEY_FLAG);
    if (!strcmp(mode, "delete")) return delete(name, 0);
    if (!strcmp(mode, "delete-machine")) return delete(name, NCRYPT_MACHINE_KEY_FLAG);
    if (!strcmp(mode, "abandon")) return abandon(name);
    if (!strcmp(mode, "security")) return check_security(name);
    if (argc > 4 && !strcmp(mode, "sign")) return sign(name, argv[4], 0);
    if (argc > 4 && !strcmp(mode, "sign-silently")) return sign(name, argv[4], NCRYPT_SILENT_FLAG);
    if (argc > 5) return race(mode, name, argv[4], strtoul(argv[5], NULL, 0));
    return NTE_FAIL;
}

/* --- the parent --- */

static HANDLE start_child(const char *mode, const WCHAR *name, const char *more)
{
    char command[1024], **argv;
    PROCESS_INFORMATION info;
    STARTUPINFOA startup;

    winetest_get_mainargs(&argv);
    memset(&startup, 0, sizeof(startup));
    startup.cb = sizeof(startup);
    _snprintf(command, sizeof(command), "\"%s\" process %s \"%ls\" %s", argv[0], mode, name, more);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &info))
    {
        ok(0, "no child, error %lu\n", GetLastError());
        return NULL;
    }
    CloseHandle(info.hThread);
    return info.hProcess;
}

static SECURITY_STATUS end_child(HANDLE process)
{
    DWORD code = 0xdeadbeef;

    ok(!WaitForSingleObject(process, 30000), "child hangs\n");
    GetExitCodeProcess(process, &code);
    CloseHandle(process);
    return code;
}

static SECURITY_STATUS run_child(const char *mode, const WCHAR *name, const char *more)
{
    return end_child(start_child(mode, name, more));
}

static void test_persistence(const WCHAR *alg)
{
    BCRYPT_PKCS1_PADDING_INFO info = { BCRYPT_SHA256_ALGORITHM };
    BOOL rsa = !lstrcmpW(alg, L"RSA");
    char directory[MAX_PATH], path[MAX_PATH], quoted[MAX_PATH + 2];
    WCHAR buffer[128], unique[128];
    const WCHAR *name = key_name(buffer, L"process"), *names[2];
    NCRYPT_KEY_HANDLE key;
    BYTE hash[32], signature[256];
    HANDLE file;
    DWORD size, i;

    winetest_push_context("%s", wine_dbgstr_w(alg));
    for (i = 0; i < sizeof(hash); i++) hash[i] = i;
    GetTempPathA(sizeof(directory), directory);
    GetTempFileNameA(directory, "ncr", 0, path);
    sprintf(quoted, "\"%s\"", path);

    remove_key(provider, name, 0);
    check_status(NTE_BAD_KEYSET, run_child("open", name, ""));
    key = make_key(provider, alg, name, rsa ? 1024 : 0, 0, 0);
    check_success(NCryptGetProperty(key, NCRYPT_UNIQUE_NAME_PROPERTY, (BYTE *)unique, sizeof(unique), &size, 0));
    names[0] = name;
    names[1] = unique;
    for (i = 0; i < 2; i++)                             /* opened by name and by unique name */
    {
        check_success(run_child("sign", names[i], quoted));
        size = 0;
        file = CreateFileA(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
        ok(ReadFile(file, signature, sizeof(signature), &size, NULL), "no signature\n");
        CloseHandle(file);
        ok(size == (rsa ? 128 : 64), "got %lu\n", size);
        check_success(NCryptVerifySignature(key, rsa ? &info : NULL, hash, 32, signature, size,
                                            rsa ? BCRYPT_PAD_PKCS1 : 0));
    }
    DeleteFileA(path);

    check_success(run_child("delete", name, ""));       /* 5.16, 5.21 */
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    check_status(NTE_BAD_KEYSET, run_child("open", name, ""));
    check_success(NCryptFreeObject(key));
    winetest_pop_context();
}

/* 3.17, G2: exactly one of eight makes the key, the others learn that it exists. */
static void test_race(const char *mode, BOOL overwrite)
{
    char start[64], ready_name[80], more[128];
    HANDLE event, ready, children[RACERS];
    unsigned int i, winners = 0, losers = 0;
    SECURITY_STATUS status;
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"race");

    winetest_push_context("%s%s", mode, overwrite ? ", overwriting" : "");
    remove_key(provider, name, 0);
    sprintf(start, "ncrypt_test_race_%lu", GetCurrentProcessId());
    sprintf(ready_name, "%s_ready", start);
    sprintf(more, "%s %#x", start, overwrite ? NCRYPT_OVERWRITE_KEY_FLAG : 0);
    event = CreateEventA(NULL, TRUE, FALSE, start);
    ready = CreateSemaphoreA(NULL, 0, RACERS, ready_name);
    for (i = 0; i < RACERS; i++) children[i] = start_child(mode, name, more);
    for (i = 0; i < RACERS; i++) ok(!WaitForSingleObject(ready, 30000), "child does not get ready\n");
    SetEvent(event);
    for (i = 0; i < RACERS; i++)
    {
        status = end_child(children[i]);
        if (!status) winners++;
        else if (status == NTE_EXISTS) losers++;
        else ok(0, "child got %#lx\n", status);
    }
    CloseHandle(ready);
    CloseHandle(event);
    if (overwrite) ok(winners == RACERS, "%u winners\n", winners);
    else ok(winners == 1 && losers == RACERS - 1, "%u winners, %u losers\n", winners, losers);
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(NCryptDeleteKey(key, 0));
    winetest_pop_context();
}

/* 3.21, 5.11 */
static void test_stores(void)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"stores");

    remove_key(provider, name, 0);
    remove_key(provider, name, NCRYPT_MACHINE_KEY_FLAG);
    check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", name, 0, 0, 0)));
    check_success(run_child("open", name, ""));
    check_status(NTE_BAD_KEYSET, run_child("open-machine", name, ""));
    check_success(NCryptFreeObject(make_key(provider, L"ECDH_P384", name, 0, 0, NCRYPT_MACHINE_KEY_FLAG)));
    check_success(run_child("open-machine", name, ""));
    check_success(run_child("delete", name, ""));
    check_success(NCryptOpenKey(provider, &key, name, 0, NCRYPT_MACHINE_KEY_FLAG));
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"ECDH_P384");
    check_success(NCryptFreeObject(key));
    check_success(run_child("delete-machine", name, ""));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, NCRYPT_MACHINE_KEY_FLAG));
}

/* 1.18, 4.12: a process that ends before NCryptFinalizeKey leaves nothing. */
static void test_abandoned(void)
{
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"abandoned");

    check_success(run_child("abandon", name, ""));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", name, 0, 0, 0)));
    remove_key(provider, name, 0);
}

static void test_security(void)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"security");
    SECURITY_DESCRIPTOR *sd;
    ULONG size;

    remove_key(provider, name, 0);
    check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", name, 0, 0, 0)));
    check_status(NTE_BAD_DATA, run_child("security", name, ""));
    ok(ConvertStringSecurityDescriptorToSecurityDescriptorA(SECURITY, SDDL_REVISION_1, (PSECURITY_DESCRIPTOR *)&sd,
                                                            &size), "error %lu\n", GetLastError());
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(NCryptSetProperty(key, NCRYPT_SECURITY_DESCR_PROPERTY, (BYTE *)sd, size,
                                    SECURITY_FLAGS | NCRYPT_PERSIST_FLAG));
    check_success(NCryptFreeObject(key));
    LocalFree(sd);
    check_success(run_child("security", name, ""));
    check_success(run_child("sign", name, "NUL"));          /* kept, and not enforced: nobody may by that ACL */
    remove_key(provider, name, 0);
}

/* 18.5: once a process, and no other process learns of it. */
static void test_password(void)
{
    NCRYPT_UI_POLICY policy = { NCRYPT_UI_POLICY_VERSION, NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG, NULL, NULL, NULL };
    BYTE hash[32] = { 1 }, signature[64];
    NCRYPT_KEY_HANDLE key = 0, again;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"password of a process");
    DWORD size;

    remove_key(provider, name, 0);
    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, 0));
    check_success(NCryptSetProperty(key, NCRYPT_UI_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy),
                                    NCRYPT_PERSIST_FLAG));
    check_success(set_text(key, NCRYPT_PIN_PROPERTY, L"password", 0));
    check_success(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    check_success(NCryptOpenKey(provider, &again, name, 0, 0));
    check_success(NCryptSignHash(again, NULL, hash, 32, signature, 64, &size, NCRYPT_SILENT_FLAG));
    check_status(NTE_SILENT_CONTEXT, run_child("sign-silently", name, "NUL"));
    check_success(NCryptSignHash(again, NULL, hash, 32, signature, 64, &size, NCRYPT_SILENT_FLAG));
    check_success(NCryptFreeObject(again));
    check_success(NCryptDeleteKey(key, 0));
}

START_TEST(process)
{
    char **argv;
    int argc = winetest_get_mainargs(&argv);

    provider = open_provider();
    if (argc > 3) ExitProcess(child(argc, argv));

    test_persistence(L"RSA");
    test_persistence(L"ECDSA_P256");
    test_race("create", FALSE);
    test_race("finalize", FALSE);
    test_race("create", TRUE);
    test_stores();
    test_abandoned();
    test_security();
    test_password();
    check_success(NCryptFreeObject(provider));
}
