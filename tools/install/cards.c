/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What `ncrypt-wine cards` runs in a prefix, in place of Windows' certificate propagation service (rows D.31, D.32).
 * Certificates of the keys on cards go into CurrentUser\MY, each with the name of its key. Those that were put there
 * this way go out again when their card is gone. A certificate that the user has put there is left alone.
 *
 *   sync            once; prints a line `added: SUBJECT` or `removed: SUBJECT` for each change
 *   dry             the same, and changes nothing
 *   remove          takes out all that were put there
 *   watch           sync every two seconds, until it is ended
 *
 * Last line but of watch: `status=0x...`, of the smart card provider. Nobody is asked for a PIN. */
#include <windows.h>
#include <wincrypt.h>
#include <ncrypt.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <string.h>

#define INTERVAL 2000               /* milliseconds */
#define ENCODING X509_ASN_ENCODING

typedef SECURITY_STATUS (WINAPI *open_provider_function)(NCRYPT_PROV_HANDLE *, const WCHAR *, DWORD);
typedef SECURITY_STATUS (WINAPI *enum_keys_function)(NCRYPT_PROV_HANDLE, const WCHAR *, NCryptKeyName **, void **,
        DWORD);
typedef SECURITY_STATUS (WINAPI *open_key_function)(NCRYPT_PROV_HANDLE, NCRYPT_KEY_HANDLE *, const WCHAR *, DWORD,
        DWORD);
typedef SECURITY_STATUS (WINAPI *get_property_function)(NCRYPT_HANDLE, const WCHAR *, BYTE *, DWORD, DWORD *, DWORD);
typedef SECURITY_STATUS (WINAPI *free_function)(NCRYPT_HANDLE);
typedef SECURITY_STATUS (WINAPI *free_buffer_function)(void *);

/* By name and not by import: the program shall start even when Wine has no such DLL. */
static struct
{
    open_provider_function NCryptOpenStorageProvider;
    enum_keys_function NCryptEnumKeys;
    open_key_function NCryptOpenKey;
    get_property_function NCryptGetProperty;
    free_function NCryptFreeObject;
    free_buffer_function NCryptFreeBuffer;
} api;

static BOOL load_api(void)
{
    HMODULE dll = LoadLibraryW(L"ncrypt.dll");

#define LOAD(type, name) ((api.name = (type)(void *)GetProcAddress(dll, #name)) != NULL)
    return dll && LOAD(open_provider_function, NCryptOpenStorageProvider) && LOAD(enum_keys_function, NCryptEnumKeys) &&
           LOAD(open_key_function, NCryptOpenKey) && LOAD(get_property_function, NCryptGetProperty) &&
           LOAD(free_function, NCryptFreeObject) && LOAD(free_buffer_function, NCryptFreeBuffer);
}

static BOOL dry;

/* The description of a certificate that was put there here. (Wine keeps no property that it does not know.) */
static const WCHAR mark[] = L"of a smart card (ncrypt-wine cards)";

/* --- what is said --- */

/* What would move the cursor, or turn the direction of writing. */
static BOOL is_unprintable(WCHAR c)
{
    if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200e || c == 0x200f) return TRUE;
    return (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Whatever a card calls its owner, it is one line of a terminal. */
static void print_subject(const char *what, PCCERT_CONTEXT cert)
{
    WCHAR subject[256] = {0}, *c;
    char text[1024];

    CertGetNameStringW(cert, CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, NULL, subject, ARRAYSIZE(subject));
    for (c = subject; *c; c++) if (is_unprintable(*c)) *c = '?';
    if (!WideCharToMultiByte(CP_UTF8, 0, subject, -1, text, sizeof(text), NULL, NULL)) *text = 0;
    printf("%s%s: %s\n", dry ? "would be " : "", what, text);
    fflush(stdout);
}

/* --- the certificates of the cards, in a store in memory --- */

static BOOL add_seen(HCERTSTORE seen, const BYTE *der, DWORD size, const NCryptKeyName *item)
{
    WCHAR provider[] = MS_SMART_CARD_KEY_STORAGE_PROVIDER;
    CRYPT_KEY_PROV_INFO info = {item->pszName, provider, 0, 0, 0, NULL, item->dwLegacyKeySpec};
    CRYPT_DATA_BLOB description = {sizeof(mark), (BYTE *)mark};
    PCCERT_CONTEXT cert;
    BOOL added;

    if (!CertAddEncodedCertificateToStore(seen, ENCODING, der, size, CERT_STORE_ADD_REPLACE_EXISTING, &cert))
        return FALSE;
    added = CertSetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, 0, &info) &&
            CertSetCertificateContextProperty(cert, CERT_DESCRIPTION_PROP_ID, 0, &description);
    CertFreeCertificateContext(cert);
    return added;
}

/* A certificate that cannot be read is left out, and so is a key that has none. */
static SECURITY_STATUS see_key(NCRYPT_KEY_HANDLE key, const NCryptKeyName *item, HCERTSTORE seen)
{
    SECURITY_STATUS status;
    DWORD size;
    BYTE *der;

    status = api.NCryptGetProperty(key, NCRYPT_CERTIFICATE_PROPERTY, NULL, 0, &size, NCRYPT_SILENT_FLAG);
    if (status) return status == NTE_NOT_FOUND || status == NTE_NOT_SUPPORTED ? ERROR_SUCCESS : status;
    if (!(der = HeapAlloc(GetProcessHeap(), 0, size))) return NTE_NO_MEMORY;
    status = api.NCryptGetProperty(key, NCRYPT_CERTIFICATE_PROPERTY, der, size, &size, NCRYPT_SILENT_FLAG);
    if (!status) add_seen(seen, der, size, item);
    HeapFree(GetProcessHeap(), 0, der);
    return status;
}

static SECURITY_STATUS see_item(NCRYPT_PROV_HANDLE provider, const NCryptKeyName *item, HCERTSTORE seen)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    status = api.NCryptOpenKey(provider, &key, item->pszName, item->dwLegacyKeySpec, NCRYPT_SILENT_FLAG);
    if (status) return status;
    status = see_key(key, item, seen);
    api.NCryptFreeObject(key);
    return status;
}

static BOOL means_no_card(SECURITY_STATUS status)
{
    return status == NTE_NO_MORE_ITEMS || status == (SECURITY_STATUS)SCARD_E_NO_SMARTCARD ||
           status == (SECURITY_STATUS)SCARD_E_NO_READERS_AVAILABLE ||
           status == (SECURITY_STATUS)SCARD_W_REMOVED_CARD;
}

static SECURITY_STATUS see_cards(NCRYPT_PROV_HANDLE provider, HCERTSTORE seen)
{
    SECURITY_STATUS status, failed = ERROR_SUCCESS;
    NCryptKeyName *item;
    void *state = NULL;

    while (!failed && !(status = api.NCryptEnumKeys(provider, NULL, &item, &state, NCRYPT_SILENT_FLAG)))
    {
        failed = see_item(provider, item, seen);
        api.NCryptFreeBuffer(item);
    }
    if (state) api.NCryptFreeBuffer(state);
    return failed || means_no_card(status) ? failed : status;
}

/* --- CurrentUser\MY --- */

static BOOL is_marked(PCCERT_CONTEXT cert)
{
    BYTE description[sizeof(mark)];
    DWORD size = sizeof(description);

    return CertGetCertificateContextProperty(cert, CERT_DESCRIPTION_PROP_ID, description, &size) &&
           size == sizeof(mark) && !memcmp(description, mark, sizeof(mark));
}

/* NULL: it has none. To be freed. */
static CRYPT_KEY_PROV_INFO *key_of(PCCERT_CONTEXT cert)
{
    CRYPT_KEY_PROV_INFO *info;
    DWORD size = 0;

    if (!CertGetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, NULL, &size)) return NULL;
    if (!(info = HeapAlloc(GetProcessHeap(), 0, size))) return NULL;
    if (CertGetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, info, &size)) return info;
    HeapFree(GetProcessHeap(), 0, info);
    return NULL;
}

static BOOL same_key(PCCERT_CONTEXT a, PCCERT_CONTEXT b)
{
    CRYPT_KEY_PROV_INFO *one = key_of(a), *two = key_of(b);
    BOOL same = one && two && one->pwszContainerName && two->pwszContainerName &&
                !wcscmp(one->pwszContainerName, two->pwszContainerName);

    HeapFree(GetProcessHeap(), 0, one);
    HeapFree(GetProcessHeap(), 0, two);
    return same;
}

static PCCERT_CONTEXT find_in(HCERTSTORE store, PCCERT_CONTEXT cert)
{
    return CertFindCertificateInStore(store, ENCODING, 0, CERT_FIND_EXISTING, cert, NULL);
}

static BOOL put(HCERTSTORE my, PCCERT_CONTEXT cert)
{
    PCCERT_CONTEXT there = find_in(my, cert);
    BOOL stays = there && (!is_marked(there) || same_key(there, cert)), good = TRUE;

    if (there) CertFreeCertificateContext(there);
    if (stays) return TRUE;
    if (!dry) good = CertAddCertificateContextToStore(my, cert, CERT_STORE_ADD_REPLACE_EXISTING, NULL);
    if (good) print_subject("added", cert);
    return good;
}

static BOOL put_all(HCERTSTORE my, HCERTSTORE seen)
{
    PCCERT_CONTEXT cert = NULL;
    BOOL good = TRUE;

    while ((cert = CertEnumCertificatesInStore(seen, cert))) good = put(my, cert) && good;
    return good;
}

/* CertDeleteCertificateFromStore frees its argument. */
static BOOL take_out(PCCERT_CONTEXT cert)
{
    if (!dry && !CertDeleteCertificateFromStore(CertDuplicateCertificateContext(cert))) return FALSE;
    print_subject("removed", cert);
    return TRUE;
}

static BOOL is_gone(PCCERT_CONTEXT cert, HCERTSTORE seen)
{
    PCCERT_CONTEXT there;

    if (!is_marked(cert)) return FALSE;
    if (!(there = find_in(seen, cert))) return TRUE;
    CertFreeCertificateContext(there);
    return FALSE;
}

/* The first that is gone after each removal anew: the list is another one then. */
static BOOL take_out_gone(HCERTSTORE my, HCERTSTORE seen)
{
    PCCERT_CONTEXT cert = NULL;

    while ((cert = CertEnumCertificatesInStore(my, cert)))
    {
        if (!is_gone(cert, seen)) continue;
        if (!take_out(cert))
        {
            CertFreeCertificateContext(cert);
            return FALSE;
        }
        if (dry) continue;
        CertFreeCertificateContext(cert);
        cert = NULL;
    }
    return TRUE;
}

/* --- one look --- */

static SECURITY_STATUS update(HCERTSTORE seen)
{
    HCERTSTORE my = CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, L"MY");
    BOOL good;

    if (!my) return NTE_FAIL;
    good = put_all(my, seen);
    good = take_out_gone(my, seen) && good;
    CertCloseStore(my, 0);
    return good ? ERROR_SUCCESS : NTE_FAIL;
}

/* provider 0: no card is seen. After a failure nothing is changed. */
static SECURITY_STATUS synchronize(NCRYPT_PROV_HANDLE provider)
{
    HCERTSTORE seen = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, CERT_STORE_CREATE_NEW_FLAG, NULL);
    SECURITY_STATUS status = ERROR_SUCCESS;

    if (!seen) return NTE_NO_MEMORY;
    if (provider) status = see_cards(provider, seen);
    if (!status) status = update(seen);
    CertCloseStore(seen, 0);
    return status;
}

static SECURITY_STATUS with_cards(BOOL again)
{
    NCRYPT_PROV_HANDLE provider;
    SECURITY_STATUS status;

    if (!load_api()) return NTE_NOT_SUPPORTED;
    status = api.NCryptOpenStorageProvider(&provider, MS_SMART_CARD_KEY_STORAGE_PROVIDER, NCRYPT_SILENT_FLAG);
    if (status) return status;
    while (!(status = synchronize(provider)) && again) Sleep(INTERVAL);
    api.NCryptFreeObject(provider);
    return status;
}

int main(int argc, char **argv)
{
    const char *mode = argc == 2 ? argv[1] : "";
    SECURITY_STATUS status;

    _setmode(_fileno(stdout), _O_BINARY);
    dry = !strcmp(mode, "dry");
    if (!strcmp(mode, "remove")) status = synchronize(0);
    else if (dry || !strcmp(mode, "sync") || !strcmp(mode, "watch")) status = with_cards(!strcmp(mode, "watch"));
    else return 2;
    printf("status=0x%08lx\n", (unsigned long)status);
    return status != 0;
}
