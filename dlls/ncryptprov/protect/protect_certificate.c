/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CERTIFICATE= protectors: the certificate and its private key, ours or of a CAPI provider; see protect_private.h. */
#include "certificate_key.h"
#include "late_crypt32.h"
#include "legacy/legacy.h"
#include "protect/protect_private.h"

#define HASH_ID     L"HashId:"
#define CERT_BLOB   L"CertBlob:"
#define ENCODING    (X509_ASN_ENCODING | PKCS_7_ASN_ENCODING)
#define SHA1_SIZE   20

static BOOL has_prefix(const WCHAR *value, const WCHAR *prefix)
{
    return CompareStringOrdinal(value, lstrlenW(prefix), prefix, -1, TRUE) == CSTR_EQUAL;
}

/* data NULL: asks for *size. */
static BOOL decode(const WCHAR *text, DWORD format, BYTE *data, DWORD *size)
{
    return crypt32.CryptStringToBinaryW(text, 0, format, data, size, NULL, NULL);
}

static PCCERT_CONTEXT find_in(DWORD place, DWORD type, const void *what)
{
    HCERTSTORE store;
    PCCERT_CONTEXT found;

    store = crypt32.CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0,
                                  place | CERT_STORE_READONLY_FLAG | CERT_STORE_OPEN_EXISTING_FLAG, L"MY");
    if (!store) return NULL;
    found = crypt32.CertFindCertificateInStore(store, ENCODING, 0, type, what, NULL);
    crypt32.CertCloseStore(store, 0);       /* what was found keeps it */
    return found;
}

static PCCERT_CONTEXT find(DWORD type, const void *what)
{
    PCCERT_CONTEXT found = find_in(CERT_SYSTEM_STORE_CURRENT_USER, type, what);

    return found ? found : find_in(CERT_SYSTEM_STORE_LOCAL_MACHINE, type, what);
}

static PCCERT_CONTEXT find_by_hash(const WCHAR *hex)
{
    BYTE hash[SHA1_SIZE];
    CRYPT_HASH_BLOB blob = {sizeof(hash), hash};

    if (!decode(hex, CRYPT_STRING_HEX, hash, &blob.cbData) || blob.cbData != sizeof(hash)) return NULL;
    return find(CERT_FIND_SHA1_HASH, &blob);
}

static PCCERT_CONTEXT certificate_of_blob(const WCHAR *base64)
{
    PCCERT_CONTEXT certificate = NULL;
    BYTE *data;
    DWORD size;

    if (!decode(base64, CRYPT_STRING_BASE64, NULL, &size)) return NULL;
    if (!(data = HeapAlloc(GetProcessHeap(), 0, size))) return NULL;
    if (decode(base64, CRYPT_STRING_BASE64, data, &size))
        certificate = crypt32.CertCreateCertificateContext(ENCODING, data, size);
    HeapFree(GetProcessHeap(), 0, data);
    return certificate;
}

/* The one in a store, which may have a private key. */
static PCCERT_CONTEXT find_stored(const WCHAR *value)
{
    PCCERT_CONTEXT certificate, stored;

    if (has_prefix(value, HASH_ID)) return find_by_hash(value + lstrlenW(HASH_ID));
    if (!(certificate = certificate_of_blob(value + lstrlenW(CERT_BLOB)))) return NULL;
    stored = find(CERT_FIND_EXISTING, certificate);
    crypt32.CertFreeCertificateContext(certificate);
    return stored;
}

SECURITY_STATUS certificate_answer(const WCHAR *value, struct unix_answer *answer)
{
    PCCERT_CONTEXT certificate;
    SECURITY_STATUS status;

    if (!load_crypt32()) return NTE_NOT_SUPPORTED;
    if (has_prefix(value, HASH_ID)) certificate = find_by_hash(value + lstrlenW(HASH_ID));
    else certificate = certificate_of_blob(value + lstrlenW(CERT_BLOB));
    if (!certificate) return has_prefix(value, HASH_ID) ? NTE_NOT_FOUND : NTE_INVALID_PARAMETER;
    status = answer_data(answer, certificate->pbCertEncoded, certificate->cbCertEncoded);
    crypt32.CertFreeCertificateContext(certificate);
    return status;
}

/* --- private keys. Both decrypt in place; OAEP with SHA-1 --- */

static SECURITY_STATUS decrypt_cng(const CRYPT_KEY_PROV_INFO *info, DWORD flags, BYTE *data, DWORD *size)
{
    BCRYPT_OAEP_PADDING_INFO padding = {BCRYPT_SHA1_ALGORITHM, NULL, 0};
    struct certificate_key which =
    {
        .container = info->pwszContainerName,
        .provider = info->pwszProvName,
        .type = info->dwProvType,
        .flags = info->dwFlags,
    };
    struct ksp_object nobody = {.containers = &rsa_containers};     /* stands for the software provider */
    NCRYPT_PROV_HANDLE provider = (ULONG_PTR)&nobody;
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if (!certificate_key_is_ours(&which)) return NTE_NOT_SUPPORTED;
    flags &= NCRYPT_SILENT_FLAG;
    status = certificate_key_open(provider, &which, flags, &key);
    if (status) return NTE_DECRYPTION_FAILURE;
    status = ksp_Decrypt(provider, key, data, *size, &padding, data, *size, size, flags | BCRYPT_PAD_OAEP);
    ksp_FreeKey(provider, key);
    return status ? NTE_DECRYPTION_FAILURE : ERROR_SUCCESS;
}

static void reverse(BYTE *data, DWORD size)
{
    DWORD i;
    BYTE byte;

    for (i = 0; i < size / 2; i++)
    {
        byte = data[i];
        data[i] = data[size - 1 - i];
        data[size - 1 - i] = byte;
    }
}

/* Without a key spec, the key that NCryptOpenKey would open. */
static BOOL get_user_key(HCRYPTPROV provider, DWORD key_spec, HCRYPTKEY *key)
{
    if (key_spec) return CryptGetUserKey(provider, key_spec, key);
    return CryptGetUserKey(provider, AT_KEYEXCHANGE, key) || CryptGetUserKey(provider, AT_SIGNATURE, key);
}

static SECURITY_STATUS decrypt_capi(const CRYPT_KEY_PROV_INFO *info, BYTE *data, DWORD *size)
{
    DWORD flags = CRYPT_SILENT | (info->dwFlags & CRYPT_MACHINE_KEYSET);
    SECURITY_STATUS status = NTE_DECRYPTION_FAILURE;
    HCRYPTPROV provider;
    HCRYPTKEY key;

    if (!CryptAcquireContextW(&provider, info->pwszContainerName, info->pwszProvName, info->dwProvType, flags))
        return NTE_DECRYPTION_FAILURE;
    if (get_user_key(provider, plain_key_spec(info->dwKeySpec), &key))
    {
        reverse(data, *size);
        if (CryptDecrypt(key, 0, TRUE, CRYPT_OAEP, data, size)) status = ERROR_SUCCESS;
        CryptDestroyKey(key);
    }
    CryptReleaseContext(provider, 0);
    return status;
}

static CRYPT_KEY_PROV_INFO *key_info(PCCERT_CONTEXT certificate)
{
    CRYPT_KEY_PROV_INFO *info;
    DWORD size;

    if (!crypt32.CertGetCertificateContextProperty(certificate, CERT_KEY_PROV_INFO_PROP_ID, NULL, &size)) return NULL;
    if (!(info = HeapAlloc(GetProcessHeap(), 0, size))) return NULL;
    if (crypt32.CertGetCertificateContextProperty(certificate, CERT_KEY_PROV_INFO_PROP_ID, info, &size)) return info;
    HeapFree(GetProcessHeap(), 0, info);
    return NULL;
}

static SECURITY_STATUS decrypt(PCCERT_CONTEXT certificate, DWORD flags, BYTE *data, DWORD *size)
{
    CRYPT_KEY_PROV_INFO *info = key_info(certificate);
    SECURITY_STATUS status;

    if (!info) return NTE_DECRYPTION_FAILURE;
    if (info->dwProvType) status = decrypt_capi(info, data, size);
    else status = decrypt_cng(info, flags, data, size);
    HeapFree(GetProcessHeap(), 0, info);
    return status;
}

SECURITY_STATUS certificate_unwrap(const WCHAR *value, const BYTE *wrapped, DWORD size, DWORD flags,
                                   struct unix_answer *answer)
{
    PCCERT_CONTEXT certificate;
    SECURITY_STATUS status;
    DWORD clear_size = size;

    if (!load_crypt32()) return NTE_NOT_SUPPORTED;
    if (!wrapped || !(certificate = find_stored(value))) return NTE_DECRYPTION_FAILURE;
    if (!(status = answer_data(answer, wrapped, size)))
    {
        status = decrypt(certificate, flags, (BYTE *)(ULONG_PTR)answer->data, &clear_size);
        if (!status) answer->size = clear_size;
    }
    crypt32.CertFreeCertificateContext(certificate);
    return status;
}
