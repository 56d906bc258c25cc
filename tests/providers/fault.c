/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a provider of tokens answers when the module, the token or the server behind it fails: run by check-token-faults
 * with the mock module, as `fault ROW MODE`. The rules of the mock are in mock/control.h. */
#include "provider_test.h"

#define PKCS1 BCRYPT_PAD_PKCS1

static NCRYPT_PROV_HANDLE provider;
static NCRYPT_KEY_HANDLE rsa, ec;                       /* named; made before anything fails */

/* --- the mock --- */

static const char *windows_path(const char *variable, char path[MAX_PATH])
{
    const char *value = getenv(variable);

    _snprintf(path, MAX_PATH, "z:%s", value ? value : "");
    return path;
}

static void rules(const char *text)
{
    char path[MAX_PATH], made[MAX_PATH + 8];
    FILE *file;

    windows_path("MOCK_PKCS11_RULES", path);
    sprintf(made, "%s.made", path);
    if (!(file = fopen(made, "wb")))
    {
        ok(0, "no file %s\n", made);
        return;
    }
    fprintf(file, "%s\n", text);
    fclose(file);
    ok(MoveFileExA(made, path, MOVEFILE_REPLACE_EXISTING), "error %lu\n", GetLastError());
}

static unsigned int called(const char *line)
{
    char path[MAX_PATH], text[256];
    FILE *file = fopen(windows_path("MOCK_PKCS11_LOG", path), "rb");
    unsigned int count = 0;

    while (file && fgets(text, sizeof(text), file)) count += !strncmp(text, line, strlen(line));
    if (file) fclose(file);
    return count;
}

/* --- what is done with the token --- */

static SECURITY_STATUS sign(void)
{
    BYTE hash[32] = { 1 }, signature[64];
    DWORD size;

    return NCryptSignHash(ec, NULL, hash, 32, signature, 64, &size, 0);
}

static SECURITY_STATUS sign_pss(void)
{
    BCRYPT_PSS_PADDING_INFO info = { BCRYPT_SHA256_ALGORITHM, 20 };
    BYTE hash[32] = { 1 }, signature[256];
    SECURITY_STATUS status;
    DWORD size;

    status = NCryptSignHash(rsa, &info, hash, 32, signature, 256, &size, BCRYPT_PAD_PSS);
    return status ? status : NCryptVerifySignature(rsa, &info, hash, 32, signature, size, BCRYPT_PAD_PSS);
}

static SECURITY_STATUS decrypt(DWORD flags, void *info)
{
    BYTE plain[16] = { 1, 2 }, cipher[256], again[256];
    SECURITY_STATUS status;
    DWORD size;

    if ((status = NCryptEncrypt(rsa, plain, 16, info, cipher, 256, &size, flags))) return status;
    if ((status = NCryptDecrypt(rsa, cipher, size, info, again, 256, &size, flags))) return status;
    ok(size == 16 && !memcmp(plain, again, 16), "another message\n");
    return ERROR_SUCCESS;
}

static SECURITY_STATUS decrypt_pkcs1(void)
{
    return decrypt(PKCS1, NULL);
}

static SECURITY_STATUS decrypt_oaep(void)
{
    BCRYPT_OAEP_PADDING_INFO info = { BCRYPT_SHA256_ALGORITHM, NULL, 0 };

    return decrypt(BCRYPT_PAD_OAEP, &info);
}

static SECURITY_STATUS create(void)
{
    return try_algorithm(provider, L"ECDSA_P256", NULL);
}

static SECURITY_STATUS find(void)
{
    return open_status(provider, L"fault, elliptic", 0);
}

static SECURITY_STATUS list(void)
{
    NCryptKeyName *item;
    SECURITY_STATUS status;
    void *state = NULL;

    while (!(status = NCryptEnumKeys(provider, NULL, &item, &state, NCRYPT_SILENT_FLAG))) NCryptFreeBuffer(item);
    if (state) NCryptFreeBuffer(state);
    return status == NTE_NO_MORE_ITEMS ? ERROR_SUCCESS : status;
}

static const struct
{
    const char *name;
    SECURITY_STATUS (*run)(void);
}
operations[] =
{
    { "sign", sign }, { "sign with PSS", sign_pss }, { "decrypt", decrypt_pkcs1 }, { "create", create },
    { "find", find }, { "list", list },
};

static NCRYPT_KEY_HANDLE named_key(const WCHAR *name, const WCHAR *algorithm)
{
    NCRYPT_KEY_HANDLE key;

    if (!NCryptOpenKey(provider, &key, name, 0, 0)) return key;
    return new_key(provider, algorithm, name, 0);
}

/* --- modes --- */

/* The status of each answer of a module (doc/facts/pkcs11.md, "Status map"). */
static void test_statuses(void)
{
    static const struct
    {
        const char *rule;
        SECURITY_STATUS (*run)(void);
        SECURITY_STATUS expected;
    }
    rows[] =
    {
        { "fail C_Sign 0x5", sign, NTE_FAIL },                          /* GENERAL_ERROR */
        { "fail C_Sign 0x2", sign, NTE_NO_MEMORY },
        { "fail C_Sign 0x32", sign, NTE_DEVICE_NOT_READY },             /* DEVICE_REMOVED */
        { "fail C_Sign 0x50", sign, NTE_USER_CANCELLED },
        { "fail C_SignInit 0x68", sign, NTE_PERM },                     /* KEY_FUNCTION_NOT_PERMITTED */
        { "fail C_SignInit 0x70", sign, NTE_NOT_SUPPORTED },            /* MECHANISM_INVALID */
        { "fail C_Sign 0x21", sign, NTE_INVALID_PARAMETER },            /* DATA_LEN_RANGE */
        { "fail C_Sign 0x8000abcd", sign, NTE_FAIL },                   /* a vendor's own */
        { "fail C_GenerateKeyPair 0x31", create, NTE_TOKEN_KEYSET_STORAGE_FULL },
        { "fail C_GenerateKeyPair 0xe2", create, NTE_PERM },            /* TOKEN_WRITE_PROTECTED */
        { "fail C_GenerateKeyPair 0xd1", create, NTE_NOT_SUPPORTED },   /* TEMPLATE_INCONSISTENT */
    };
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(rows); i++)
    {
        winetest_push_context("%s", rows[i].rule);
        rules(rows[i].rule);
        check_status(rows[i].expected, rows[i].run());
        rules("");
        check_success(rows[i].run());
        winetest_pop_context();
    }
}

/* Any call may fail in any way: the operation says so or does without it, and all is well as soon as the token is. */
static void test_every_call(void)
{
    static const char *const calls[] =
    {
        "C_GetSlotList", "C_GetSlotInfo", "C_GetTokenInfo", "C_GetMechanismList", "C_OpenSession",
        "C_CloseSession", "C_GetSessionInfo", "C_Login", "C_GetAttributeValue", "C_FindObjectsInit", "C_FindObjects",
        "C_FindObjectsFinal", "C_SignInit", "C_Sign", "C_DecryptInit", "C_Decrypt", "C_GenerateKeyPair",
        "C_DestroyObject",
    };
    static const char *const codes[] = { "0x5", "0x30", "0x32", "0xb3", "0x82", "0x101", "0xe0" };
    unsigned int i, j, k;
    char rule[80];
    DWORD start;

    for (i = 0; i < ARRAY_SIZE(calls); i++) for (j = 0; j < ARRAY_SIZE(codes); j++)
    {
        sprintf(rule, "fail %s %s", calls[i], codes[j]);
        winetest_push_context("%s", rule);
        for (k = 0; k < ARRAY_SIZE(operations); k++)
        {
            rules(rule);
            start = GetTickCount();
            operations[k].run();
            ok(GetTickCount() - start < 20000, "%s took %lu ms\n", operations[k].name, GetTickCount() - start);
            rules("");
            ok(!operations[k].run(), "%s: still does not work\n", operations[k].name);
        }
        winetest_pop_context();
    }
}

static void test_removal(void)
{
    rules("removed");
    check_status(NTE_DEVICE_NOT_READY, sign());
    check_status(NTE_DEVICE_NOT_READY, create());
    check_failure(find());
    rules("");
    check_success(sign());
    check_success(create());
    check_success(find());
}

/* A token that lacks mechanisms: padding is done here where the bare operation is there (C.40, C.41). */
static void test_without(BOOL has_bare)
{
    check_status(has_bare ? ERROR_SUCCESS : NTE_NOT_SUPPORTED, sign_pss());
    check_status(has_bare ? ERROR_SUCCESS : NTE_NOT_SUPPORTED, decrypt_oaep());
    check_success(sign());
}

static DWORD WINAPI sign_often(void *arg)
{
    unsigned int i;

    (void)arg;
    for (i = 0; i < 10; i++) check_success(sign());
    return 0;
}

static void test_threads(void)
{
    HANDLE threads[8];
    unsigned int i;

    for (i = 0; i < 8; i++) threads[i] = CreateThread(NULL, 0, sign_often, NULL, 0, NULL);
    ok(!WaitForMultipleObjects(8, threads, TRUE, 60000), "threads hang\n");
    for (i = 0; i < 8; i++) CloseHandle(threads[i]);
}

static DWORD WINAPI sign_slowly(void *arg)
{
    *(SECURITY_STATUS *)arg = sign();
    return 0;
}

/* A call that waits holds up no other key, nor the handles that are freed meanwhile. */
static void test_slow(void)
{
    NCRYPT_PROV_HANDLE software = open_provider();
    SECURITY_STATUS status = NTE_FAIL;
    NCRYPT_KEY_HANDLE other;
    HANDLE thread;
    DWORD start;
    int i;

    rules("block C_Sign 12 1");
    thread = CreateThread(NULL, 0, sign_slowly, &status, 0, NULL);
    for (i = 0; i < 500 && !called("blocked"); i++) Sleep(10);
    ok(called("blocked") == 1, "nothing waits\n");
    start = GetTickCount();
    check_success(sign_pss());
    check_success(find());
    check_success(list());
    check_success(create());
    other = new_key(software, L"ECDSA_P256", NULL, 0);
    check_signs(other, FALSE);
    check_success(NCryptFreeObject(other));
    check_success(NCryptFreeObject(rsa));
    ok(GetTickCount() - start < 8000, "held up for %lu ms\n", GetTickCount() - start);
    ok(WaitForSingleObject(thread, 0) == WAIT_TIMEOUT, "it did not wait\n");
    ok(!WaitForSingleObject(thread, 30000), "it hangs\n");
    check_success(status);
    CloseHandle(thread);
    NCryptFreeObject(software);
}

/* Each try counts: a configured PIN that is wrong is tried once in a process, an empty one never (C.57, D.8). */
static void test_wrong_pin(void)
{
    SECURITY_STATUS status;
    unsigned int i;

    for (i = 0; i < 3; i++)
    {
        status = create();
        ok(status == SCARD_W_WRONG_CHV || status == NTE_SILENT_CONTEXT, "got %#lx\n", status);
    }
    ok(called("C_Login 0xa0") == 1, "%u wrong PINs\n", called("C_Login 0xa0"));
    NCryptSetProperty(provider, NCRYPT_PIN_PROPERTY, (BYTE *)L"", sizeof(WCHAR), 0);
    ok(called("C_Login") == 1, "%u tries\n", called("C_Login"));
    check_failure(NCryptSetProperty(provider, NCRYPT_PIN_PROPERTY, (BYTE *)L"999", 4 * sizeof(WCHAR), 0));
    ok(called("C_Login") == 2, "%u tries\n", called("C_Login"));
    check_success(NCryptSetProperty(provider, NCRYPT_PIN_PROPERTY, (BYTE *)L"1234", 5 * sizeof(WCHAR), 0));
    check_success(create());
}

/* The last try is for people, not for a PIN from a file (C.58). */
static void test_final_try(void)
{
    check_failure(create());
    ok(!called("C_Login"), "%u tries\n", called("C_Login"));
}

/* Each use of such a key is a login of its own (C.49). */
static void test_always(void)
{
    NCRYPT_KEY_HANDLE key;
    BYTE hash[32] = { 1 }, signature[64];
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"always");
    unsigned int i;
    DWORD size;

    key = new_key(provider, L"ECDSA_P256", name, 0);
    for (i = 1; i <= 3; i++)
    {
        check_success(NCryptSignHash(key, NULL, hash, 32, signature, 64, &size, 0));
        ok(called("C_Login 0x0 user 2") == i, "%u logins\n", called("C_Login 0x0 user 2"));
    }
    check_success(NCryptDeleteKey(key, 0));
}

/* The process at the other end of the line has ended in the middle of a call. */
static void test_dead_server(void)
{
    NCRYPT_PROV_HANDLE software = open_provider();
    NCRYPT_KEY_HANDLE other = new_key(software, L"ECDSA_P256", NULL, 0);
    unsigned int i;
    DWORD start = GetTickCount();

    for (i = 0; i < ARRAY_SIZE(operations); i++) operations[i].run();
    check_failure(sign());
    ok(GetTickCount() - start < 20000, "took %lu ms\n", GetTickCount() - start);
    check_signs(other, FALSE);
    NCryptFreeObject(other);
    NCryptFreeObject(software);
}

START_TEST(fault)
{
    char **argv;
    int argc = winetest_get_mainargs(&argv);
    const char *mode = argc > 3 ? argv[3] : "";

    if (!(provider = open_row())) return;
    if (!strcmp(mode, "wrong-pin")) test_wrong_pin();
    else if (!strcmp(mode, "final-try")) test_final_try();
    else
    {
        rsa = named_key(L"fault, RSA", L"RSA");
        ec = named_key(L"fault, elliptic", L"ECDSA_P256");
        if (!strcmp(mode, "statuses")) test_statuses();
        else if (!strcmp(mode, "every-call")) test_every_call();
        else if (!strcmp(mode, "removal")) test_removal();
        else if (!strcmp(mode, "padding-here")) test_without(TRUE);
        else if (!strcmp(mode, "no-padding")) test_without(FALSE);
        else if (!strcmp(mode, "threads")) test_threads();
        else if (!strcmp(mode, "slow")) test_slow();
        else if (!strcmp(mode, "always")) test_always();
        else if (!strncmp(mode, "die", 3))
        {
            rules(argv[4]);
            test_dead_server();
            rules("");
        }
        else if (!strcmp(mode, "use")) for (argc = 0; argc < (int)ARRAY_SIZE(operations); argc++)
            check_success(operations[argc].run());
        else ok(0, "no such mode: %s\n", mode);
    }
    NCryptFreeObject(provider);
}
