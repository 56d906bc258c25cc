/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What ncrypt-wine runs in a prefix to see which crypt32.dll programs get that import it, and what answers there.
 * Lines NAME=VALUE; exits with 0 when it is the certificate bridge, with Wine's crypt32 behind it, and both answer. */
#include "version.h"

#include "../../dlls/ncrypt/wine_directory.h"

#include <psapi.h>
#include <stdio.h>
#include <string.h>
#include <wincrypt.h>

/* The bridge without Wine's crypt32 raises an exception, as a stub of Wine does. */
static LONG WINAPI report_exception(EXCEPTION_POINTERS *pointers)
{
    printf("exception=%08lx\n", pointers->ExceptionRecord->ExceptionCode);
    fflush(stdout);
    ExitProcess(1);
}

static BOOL is_bridge(HMODULE module)
{
    return GetProcAddress(module, "ncrypt_bridge") != NULL;
}

static const WCHAR *path_of(HMODULE module)
{
    static WCHAR path[PATH_MAX_CHARS];

    return GetModuleFileNameW(module, path, ARRAYSIZE(path)) ? path : L"";
}

/* By the end of its path: once Wine's is loaded beside the bridge, its base name is another. */
static BOOL is_crypt32(HMODULE module)
{
    const WCHAR *path = path_of(module), *name = wcsrchr(path, '\\');

    name = name ? name + 1 : path;
    return !lstrcmpiW(name, L"crypt32.dll") || !lstrcmpiW(name, L"crypt32-wine.dll");
}

static HMODULE module_behind(HMODULE front)
{
    HMODULE modules[512];
    DWORD size, i;

    if (!EnumProcessModules(GetCurrentProcess(), modules, sizeof(modules), &size)) return NULL;
    if (size > sizeof(modules)) size = sizeof(modules);
    for (i = 0; i < size / sizeof(*modules); i++)
        if (modules[i] != front && is_crypt32(modules[i]) && !is_bridge(modules[i])) return modules[i];
    return NULL;
}

/* The exports of Wine's that the bridge lacks: a program that imports one of them does not start. */
static unsigned int print_lacking(HMODULE front, HMODULE behind)
{
    const BYTE *base = (const BYTE *)behind;
    const IMAGE_NT_HEADERS *headers = (const void *)(base + ((const IMAGE_DOS_HEADER *)base)->e_lfanew);
    const IMAGE_EXPORT_DIRECTORY *exports = (const void *)
        (base + headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress);
    const DWORD *names = (const DWORD *)(base + exports->AddressOfNames);
    unsigned int lacking = 0;
    DWORD i;

    for (i = 0; i < exports->NumberOfNames; i++)
    {
        const char *name = (const char *)base + names[i];

        if (!GetProcAddress(front, name)) printf("%s%s", lacking++ ? " " : "lacking=", name);
    }
    if (lacking) printf("\n");
    return lacking;
}

/* Where Wine has its own DLLs of this architecture. */
static void print_library(void)
{
    static WCHAR path[PATH_MAX_CHARS];
    unsigned int i;
    DWORD length;

    for (i = 0; (length = wine_directory(i, path)); i++)
    {
        if (length + ARRAYSIZE(L"crypt32.dll") > ARRAYSIZE(path)) continue;
        lstrcpyW(path + length, L"crypt32.dll");
        if (GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES) continue;
        path[length - 1] = 0;
        printf("library=%ls\n", path);
        return;
    }
}

static BOOL wine_answers(void)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, CERT_STORE_CREATE_NEW_FLAG, NULL);
    BYTE encoded[64];
    DWORD size = sizeof(encoded);

    if (!CertStrToNameW(X509_ASN_ENCODING, L"CN=x", CERT_X500_NAME_STR, NULL, encoded, &size, NULL)) return FALSE;
    return store && CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG);
}

/* An encoding that needs no key, and that Wine lacks. */
static BOOL bridge_answers(void)
{
    BYTE one = 1, encoded[64];
    CERT_ECC_SIGNATURE signature = { { 1, &one }, { 1, &one } };
    DWORD size = sizeof(encoded);

    return CryptEncodeObject(X509_ASN_ENCODING, X509_ECC_SIGNATURE, &signature, encoded, &size);
}

int main(void)
{
    HMODULE front = GetModuleHandleW(L"crypt32.dll"), behind = module_behind(front);
    unsigned int lacking = 0;
    BOOL wines, bridges;

    SetUnhandledExceptionFilter(report_exception);
    printf("crypt32=%ls\nproduct=%ls\nbridge=%s\n", path_of(front), version_string(front, L"ProductName"),
           is_bridge(front) ? "yes" : "no");
    print_library();
    if (behind)
    {
        printf("behind=%ls\n", path_of(behind));
        lacking = print_lacking(front, behind);
    }
    fflush(stdout);
    wines = wine_answers();
    bridges = bridge_answers();
    printf("wine_answers=%s\nbridge_answers=%s\n", wines ? "yes" : "no", bridges ? "yes" : "no");
    return !is_bridge(front) || !behind || lacking || !wines || !bridges;
}
