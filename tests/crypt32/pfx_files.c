/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PKCS #12 files of OpenSSL, and files for OpenSSL. check-pfx makes the first and reads the second; without it this
 * topic has nothing to do. A file KIND-WHAT.pfx has a key of KIND under the password "secret" (WHAT begins with
 * "empty": under ""), with a certificate that has the friendly name "the name", and is written anew as
 * KIND-WHAT.out. */
#include "pfx.h"

static CRYPT_DATA_BLOB read_file(const WCHAR *path)
{
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    CRYPT_DATA_BLOB blob = { 0, NULL };

    ok(file != INVALID_HANDLE_VALUE, "%ls: error %lu\n", path, GetLastError());
    if (file == INVALID_HANDLE_VALUE) return blob;
    blob.pbData = malloc(blob.cbData = GetFileSize(file, NULL));
    check_capi(ReadFile(file, blob.pbData, blob.cbData, &blob.cbData, NULL));
    CloseHandle(file);
    return blob;
}

static void write_file(const WCHAR *path, const CRYPT_DATA_BLOB *blob)
{
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD written;

    ok(file != INVALID_HANDLE_VALUE, "%ls: error %lu\n", path, GetLastError());
    check_capi(WriteFile(file, blob->pbData, blob->cbData, &written, NULL));
    CloseHandle(file);
}

static void check_name(PCCERT_CONTEXT cert, const WCHAR *path)
{
    WCHAR name[64] = L"";
    DWORD size = sizeof(name);

    check_capi(CertGetCertificateContextProperty(cert, CERT_FRIENDLY_NAME_PROP_ID, name, &size));
    ok(!lstrcmpW(name, L"the name"), "%ls: name %s\n", path, wine_dbgstr_w(name));
}

static BOOL signs(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key, DWORD spec)
{
    static BYTE signature[8192];
    BYTE digest[32] = "digest";
    DWORD size = sizeof(signature);
    HCRYPTHASH hash;
    BOOL signs;

    if (spec == CERT_NCRYPT_KEY_SPEC) return sign_digest(key, digest, signature, sizeof(signature)) != 0;
    hash = capi_hash(key, CALG_SHA1, digest);
    signs = CryptSignHashW(hash, spec, NULL, 0, signature, &size);
    CryptDestroyHash(hash);
    return signs;
}

static void check_key(PCCERT_CONTEXT cert, const WCHAR *path, BOOL is_cng, DWORD flags)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key = 0;
    DWORD spec = 0;
    BOOL must_free = FALSE;

    check_capi(CryptAcquireCertificatePrivateKey(cert, CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG, NULL, &key, &spec,
                                                 &must_free));
    ok((spec == CERT_NCRYPT_KEY_SPEC) == is_cng, "%ls, flags %#lx: spec %#lx\n", path, flags, spec);
    ok(is_public_key_of(cert, key, spec), "%ls, flags %#lx: another key\n", path, flags);
    ok(signs(key, spec), "%ls, flags %#lx: does not sign: %#lx\n", path, flags, GetLastError());
    if (must_free && spec == CERT_NCRYPT_KEY_SPEC) NCryptFreeObject(key);
    else if (must_free) CryptReleaseContext(key, 0);
}

static void test_import(const WCHAR *path, BOOL is_rsa, const WCHAR *password, DWORD flags)
{
    BOOL is_cng = !is_rsa || (flags & ANY_CNG) || wcsstr(path, L"-ksp");
    CRYPT_DATA_BLOB pfx = read_file(path);
    DWORD count = count_all_keys(), expected = count + !(flags & IN_MEMORY);
    HCERTSTORE store = import_pfx(&pfx, password, flags);
    PCCERT_CONTEXT cert;

    ok(store != NULL, "%ls, flags %#lx: error %#lx\n", path, flags, GetLastError());
    if (store && (cert = cert_with_key(store)))
    {
        ok(count_all_keys() == expected, "%ls, flags %#lx: %lu keys\n", path, flags, count_all_keys());
        check_name(cert, path);
        check_key(cert, path, is_cng, flags);
        if (wcsstr(path, L"\\mldsa")) ok(is_self_signed(cert), "%ls: not verified: %#lx\n", path, GetLastError());
        CertFreeCertificateContext(cert);
    }
    else ok(!store, "%ls, flags %#lx: no key\n", path, flags);
    ok(count_certs(store) == (wcsstr(path, L"-chain") ? 2 : 1), "%ls: %lu certificates\n", path, count_certs(store));
    end_import(store);
    ok(count_all_keys() == count, "%ls, flags %#lx: keys are left\n", path, flags);
    free(pfx.pbData);
}

/* No password but the right one. */
static void test_passwords(const WCHAR *path, const WCHAR *password)
{
    CRYPT_DATA_BLOB pfx = read_file(path);
    DWORD count = count_all_keys();

    ok(PFXIsPFXBlob(&pfx), "%ls: no PFX\n", path);
    check_capi(PFXVerifyPassword(&pfx, password, 0));
    if (!wcsstr(path, L"-clear"))
    {
        check_fails(ERROR_INVALID_PASSWORD, import_pfx(&pfx, L"other", 0));
        check_fails(ERROR_INVALID_PASSWORD, PFXVerifyPassword(&pfx, L"other", 0));
        if (*password) check_fails(ERROR_INVALID_PASSWORD, import_pfx(&pfx, NULL, 0));
    }
    ok(count_all_keys() == count, "%ls: keys are left\n", path);
    free(pfx.pbData);
}

static void test_export(const WCHAR *path, const WCHAR *password)
{
    CRYPT_DATA_BLOB pfx = read_file(path), out;
    HCERTSTORE store = import_pfx(&pfx, password, CRYPT_EXPORTABLE);
    WCHAR name[MAX_PATH];

    lstrcpyW(name, path);
    lstrcpyW(wcsrchr(name, '.'), L".out");
    out = export_store(store, password, EXPORT_PRIVATE_KEYS | REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY);
    write_file(name, &out);
    free(out.pbData);
    free(pfx.pbData);
    end_import(store);
}

static void test_file(const WCHAR *directory, const WCHAR *file)
{
    const WCHAR *password = wcsstr(file, L"-empty") ? L"" : L"secret";
    WCHAR path[MAX_PATH];
    unsigned int i;

    _snwprintf(path, ARRAY_SIZE(path), L"%ls\\%ls", directory, file);
    trace("%s\n", wine_dbgstr_w(file));
    test_passwords(path, password);
    for (i = 0; i < ARRAY_SIZE(import_flags); i++)
        test_import(path, !wcsncmp(file, L"rsa", 3), password, import_flags[i]);
    test_export(path, password);
}

START_TEST(pfx_files)
{
    WCHAR directory[MAX_PATH], pattern[MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE search;
    DWORD count = 0;

    if (!GetEnvironmentVariableW(L"PFX_FILES", directory, ARRAY_SIZE(directory)))
    {
        skip("PFX_FILES names no directory\n");
        return;
    }
    _snwprintf(pattern, ARRAY_SIZE(pattern), L"%ls\\*.pfx", directory);
    search = FindFirstFileW(pattern, &found);
    ok(search != INVALID_HANDLE_VALUE, "%ls: error %lu\n", pattern, GetLastError());
    if (search == INVALID_HANDLE_VALUE) return;
    do test_file(directory, found.cFileName), count++;
    while (FindNextFileW(search, &found));
    FindClose(search);
    trace("%lu files\n", count);
}
