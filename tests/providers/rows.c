/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The providers, a row each, and what the topics share. */
#include "provider_test.h"

static const struct row rows[] =
{
    {
        .word = "software",
        .provider = MS_KEY_STORAGE_PROVIDER,
        .impl_type = NCRYPT_IMPL_SOFTWARE_FLAG,
        .machine_keys = TRUE,
        .keeps_deleted = TRUE,
        .opaque = NTE_BAD_TYPE,
    },
    {
        .word = "pkcs11",
        .provider = L"PKCS#11 Key Storage Provider",
        .impl_type = NCRYPT_IMPL_HARDWARE_FLAG,
        .dsa = NTE_NOT_SUPPORTED,
        .aes = NTE_NOT_SUPPORTED,
        .persistent = NTE_NOT_SUPPORTED,
        .ui_policy = NTE_NOT_SUPPORTED,
        .notify = NTE_NOT_SUPPORTED,
        .archivable = NTE_NOT_SUPPORTED,
        .short_rsa = NTE_INVALID_PARAMETER,
        .legacy_copy = NTE_NOT_SUPPORTED,
        .transport = NTE_NOT_SUPPORTED,
        .opaque = NTE_BAD_TYPE,
        .security = NTE_NOT_SUPPORTED,
    },
    {
        .word = "smartcard",
        .provider = MS_SMART_CARD_KEY_STORAGE_PROVIDER,
        .impl_type = NCRYPT_IMPL_HARDWARE_FLAG | NCRYPT_IMPL_REMOVABLE_FLAG,
        .dsa = NTE_NOT_SUPPORTED,
        .aes = NTE_NOT_SUPPORTED,
        .persistent = NTE_NOT_SUPPORTED,
        .ui_policy = NTE_NOT_SUPPORTED,
        .notify = NTE_NOT_SUPPORTED,
        .archivable = NTE_NOT_SUPPORTED,
        .short_rsa = NTE_INVALID_PARAMETER,
        .legacy_copy = NTE_NOT_SUPPORTED,
        .transport = NTE_NOT_SUPPORTED,
        .opaque = NTE_BAD_TYPE,
        .security = NTE_NOT_SUPPORTED,
    },
    {
        .word = "tpm",
        .provider = MS_PLATFORM_KEY_STORAGE_PROVIDER,
        .impl_type = NCRYPT_IMPL_HARDWARE_FLAG,
        .ecdsa = L"ECDSA",
        .machine_keys = TRUE,
        .keeps_deleted = TRUE,
        .dsa = NTE_NOT_SUPPORTED,
        .aes = NTE_NOT_SUPPORTED,
        .exportable = NTE_NOT_SUPPORTED,
        .notify = NTE_NOT_SUPPORTED,
        .archivable = NTE_NOT_SUPPORTED,
        .short_rsa = NTE_INVALID_PARAMETER,
        .legacy_copy = NTE_NOT_SUPPORTED,
        .transport = NTE_NOT_SUPPORTED,
    },
};

const struct row *row;

NCRYPT_PROV_HANDLE open_row(void)
{
    NCRYPT_PROV_HANDLE provider = 0;
    unsigned int i;
    char **argv;
    int argc = winetest_get_mainargs(&argv);

    for (i = 0; i < ARRAY_SIZE(rows); i++) if (argc > 2 && !strcmp(argv[2], rows[i].word)) row = &rows[i];
    if (!row)
    {
        ok(0, "no such row: %s\n", argc > 2 ? argv[2] : "none");
        return 0;
    }
    check_success(NCryptOpenStorageProvider(&provider, row->provider, 0));
    return provider;
}

NCRYPT_KEY_HANDLE new_key(NCRYPT_PROV_HANDLE provider, const WCHAR *algorithm, const WCHAR *name, DWORD policy)
{
    return make_key(provider, algorithm, name, lstrcmpW(algorithm, L"RSA") ? 0 : 2048, policy, 0);
}

SECURITY_STATUS try_algorithm(NCRYPT_PROV_HANDLE provider, const WCHAR *algorithm, const WCHAR *name)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if ((status = NCryptCreatePersistedKey(provider, &key, algorithm, name, 0, 0))) return status;
    status = NCryptFinalizeKey(key, 0);
    if (status || !name || NCryptDeleteKey(key, 0)) NCryptFreeObject(key);
    return status;
}

NCRYPT_KEY_HANDLE public_half(NCRYPT_KEY_HANDLE key, BOOL rsa)
{
    const WCHAR *type = rsa ? BCRYPT_RSAPUBLIC_BLOB : BCRYPT_ECCPUBLIC_BLOB;
    NCRYPT_PROV_HANDLE software = open_provider();
    NCRYPT_KEY_HANDLE public = 0;
    BYTE blob[1024];
    DWORD size = 0;

    check_success(export_blob(key, type, blob, sizeof(blob), &size));
    check_success(import_blob(software, type, blob, size, &public));
    NCryptFreeObject(software);
    return public;
}

void check_signs_(const char *file, int line, NCRYPT_KEY_HANDLE key, BOOL rsa)
{
    BCRYPT_PKCS1_PADDING_INFO info = { BCRYPT_SHA256_ALGORITHM }, *padding = rsa ? &info : NULL;
    NCRYPT_KEY_HANDLE public = public_half(key, rsa);
    DWORD flags = rsa ? BCRYPT_PAD_PKCS1 : 0, size = 0;
    BYTE hash[32] = { 4, 5, 6 }, signature[512];

    check_status_(file, line, 0, NCryptSignHash(key, padding, hash, 32, signature, sizeof(signature), &size, flags),
                  "NCryptSignHash");
    check_status_(file, line, 0, NCryptVerifySignature(public, padding, hash, 32, signature, size, flags),
                  "NCryptVerifySignature");
    NCryptFreeObject(public);
}

/* --- other processes --- */

HANDLE start_child(const char *topic, const char *mode, const WCHAR *name)
{
    PROCESS_INFORMATION info;
    STARTUPINFOA startup;
    char command[1024], **argv;

    winetest_get_mainargs(&argv);
    memset(&startup, 0, sizeof(startup));
    startup.cb = sizeof(startup);
    _snprintf(command, sizeof(command), "\"%s\" %s %s %s \"%ls\"", argv[0], topic, row->word, mode, name);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &info))
    {
        ok(0, "no child, error %lu\n", GetLastError());
        return NULL;
    }
    CloseHandle(info.hThread);
    return info.hProcess;
}

SECURITY_STATUS end_child(HANDLE process)
{
    DWORD code = 0xdeadbeef;

    ok(!WaitForSingleObject(process, 60000), "child hangs\n");
    GetExitCodeProcess(process, &code);
    CloseHandle(process);
    return code;
}

SECURITY_STATUS run_child(const char *topic, const char *mode, const WCHAR *name)
{
    return end_child(start_child(topic, mode, name));
}

BOOL is_child(const char **mode, WCHAR name[128])
{
    char **argv;

    if (winetest_get_mainargs(&argv) < 5) return FALSE;
    *mode = argv[3];
    MultiByteToWideChar(CP_ACP, 0, argv[4], -1, name, 128);
    return TRUE;
}
