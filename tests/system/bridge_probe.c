/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a program meets that loads crypt32.dll. One line on stdout for each mode:
 *   who                            bridge or wine: which one answers, and whether it works
 *   crowded N                      the same, when no more than N TLS indices are left
 *   together                       with other DLLs that use it, loaded, freed and loaded again
 *   lazy                           is ncrypt.dll loaded: at the start, after calls without a CNG key, after one with
 *                                  such a key
 *   missing                        what a function does that Wine's crypt32 does not have
 *   load FILE                      the file as a DLL beside the one that is loaded already
 *   with VARIABLE=VALUE ... MODE   the mode, with these variables before crypt32.dll is loaded; VARIABLE= removes one,
 *                                  ! removes all */
#define WINIMPM                     /* wincrypt.h and dpapi.h: what is called here is found at run time */
#define DPAPI_IMP
#include <windows.h>
#include <wincrypt.h>
#include <stdio.h>
#include <stdlib.h>

/* Loaded by its first call, when the environment is as it is to be. */
static HMODULE crypt32(void)
{
    HMODULE module = LoadLibraryA("crypt32.dll");

    if (module) return module;
    printf("no crypt32.dll: error %lu\n", GetLastError());
    fflush(stdout);
    ExitProcess(1);
}

#define CALL(name) ((__typeof__(&name))(void *)GetProcAddress(crypt32(), #name))

static const char *answering(HMODULE module)
{
    if (!module) return "none";
    return GetProcAddress(module, "ncrypt_bridge") ? "bridge" : "wine";
}

/* Stores, encoding and DPAPI: what most programs want of it. */
static BOOL works(void)
{
    HCERTSTORE store = CALL(CertOpenStore)(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, L"ROOT");
    DATA_BLOB in = { 6, (BYTE *)"secret" }, sealed, out;
    BYTE encoded[256];
    DWORD size = sizeof(encoded);

    if (!store || !CALL(CertCloseStore)(store, 0)) return FALSE;
    if (!CALL(CertStrToNameW)(X509_ASN_ENCODING, L"CN=x", CERT_X500_NAME_STR, NULL, encoded, &size, NULL)) return FALSE;
    if (!CALL(CryptProtectData)(&in, L"", NULL, NULL, NULL, 0, &sealed)) return FALSE;
    return CALL(CryptUnprotectData)(&sealed, NULL, NULL, NULL, NULL, 0, &out) && out.cbData == 6;
}

static void who(void)
{
    printf("%s %s\n", answering(crypt32()), works() ? "works" : "does not work");
}

static void crowded(int left)
{
    DWORD index, last = 0;

    while ((index = TlsAlloc()) != TLS_OUT_OF_INDEXES) last = index;
    while (left--) TlsFree(last--);
    who();
}

static void together(void)
{
    static const char *const names[] = { "wininet.dll", "secur32.dll", "winhttp.dll", "wintrust.dll", "cryptui.dll" };
    HMODULE first = crypt32(), again = NULL;
    char path[MAX_PATH];
    unsigned int i;

    for (i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (!LoadLibraryA(names[i])) printf("no %s: %lu ", names[i], GetLastError());
    for (i = 0; i < 3; i++) again = LoadLibraryA("crypt32.dll");
    for (i = 0; i < 9; i++) FreeLibrary(again);
    GetModuleFileNameA(first, path, sizeof(path));
    printf("%s %s %s %s\n", answering(first), again == first && LoadLibraryA(path) == first ? "one" : "two",
           GetModuleHandleA("crypt32.dll") == first ? "found" : "lost", works() ? "works" : "does not work");
}

static const char *has_ncrypt(void)
{
    return GetModuleHandleA("ncrypt.dll") ? "yes" : "no";
}

static PCCERT_CONTEXT any_certificate(void)
{
    HCERTSTORE store = CALL(CertOpenStore)(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, L"ROOT");

    return CALL(CertEnumCertificatesInStore)(store, NULL);
}

static void lazy(void)
{
    CRYPT_KEY_PROV_INFO info = { .pwszContainerName = (WCHAR *)L"no such key",
                                 .pwszProvName = (WCHAR *)L"Microsoft Software Key Storage Provider" };
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key;
    PCCERT_CONTEXT cert = any_certificate();
    DWORD spec, size = 0;
    BOOL must_free;

    printf("%s ", has_ncrypt());
    works();
    CALL(CertGetCertificateContextProperty)(cert, CERT_KEY_CONTEXT_PROP_ID, NULL, &size);
    CALL(CryptAcquireCertificatePrivateKey)(cert, 0, NULL, &key, &spec, &must_free);
    CALL(CryptExportPublicKeyInfo)(0, AT_SIGNATURE, X509_ASN_ENCODING, NULL, &size);
    printf("%s ", has_ncrypt());
    CALL(CertSetCertificateContextProperty)
    (cert, CERT_KEY_PROV_INFO_PROP_ID, CERT_SET_PROPERTY_INHIBIT_PERSIST_FLAG, &info);
    CALL(CryptAcquireCertificatePrivateKey)(cert, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG, NULL, &key, &spec, &must_free);
    printf("%s\n", has_ncrypt());
}

static LONG WINAPI report_exception(EXCEPTION_POINTERS *pointers)
{
    printf("exception %08lx\n", pointers->ExceptionRecord->ExceptionCode);
    fflush(stdout);
    ExitProcess(0);
}

static void missing(void)
{
    AddVectoredExceptionHandler(TRUE, report_exception);
    CALL(CertOpenStore)(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    printf("store: %08lx, ", GetLastError());
    CALL(CryptMemAlloc)(1);
    printf("nothing\n");
}

static void clear_environment(void)
{
    char *all = GetEnvironmentStringsA(), *entry, name[256], *end;

    for (entry = all; *entry; entry += strlen(entry) + 1)
    {
        snprintf(name, sizeof(name), "%s", entry);
        if ((end = strchr(name + 1, '='))) *end = 0;
        SetEnvironmentVariableA(name, NULL);
    }
    FreeEnvironmentStringsA(all);
}

static void set_environment(int count, char **settings)
{
    char *value;
    int i;

    for (i = 0; i < count; i++)
    {
        if (!strcmp(settings[i], "!")) clear_environment();
        else if ((value = strchr(settings[i], '=')))
        {
            *value++ = 0;
            SetEnvironmentVariableA(settings[i], *value ? value : NULL);
        }
    }
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";

    if (!strcmp(mode, "with") && argc > 3)
    {
        set_environment(argc - 3, argv + 2);
        mode = argv[argc - 1];
    }
    if (!strcmp(mode, "who")) who();
    else if (!strcmp(mode, "crowded") && argc > 2) crowded(atoi(argv[2]));
    else if (!strcmp(mode, "together")) together();
    else if (!strcmp(mode, "lazy")) lazy();
    else if (!strcmp(mode, "missing")) missing();
    else if (!strcmp(mode, "load") && argc > 2)
        printf("%s %s\n", answering(LoadLibraryA(argv[2])), works() ? "works" : "does not work");
    else printf("no such mode\n");
    return 0;
}
