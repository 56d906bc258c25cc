/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CertCreateSelfSignCertificate for a CNG key: given as a handle, or named by a CRYPT_KEY_PROV_INFO of type 0. */
#include "bridge.h"

#include <bcrypt.h>

#define SERIAL_SIZE 16

/* Positive, not zero, and of full length: the highest byte comes last here. */
static BOOL make_serial(BYTE *serial)
{
    if (BCryptGenRandom(NULL, serial, SERIAL_SIZE, BCRYPT_USE_SYSTEM_PREFERRED_RNG)) return fail(NTE_FAIL);
    serial[SERIAL_SIZE - 1] = (serial[SERIAL_SIZE - 1] & 0x3f) | 0x40;
    return TRUE;
}

/* From now, for a year, when nothing is said. */
static BOOL set_validity(CERT_INFO *info, const SYSTEMTIME *from, const SYSTEMTIME *to)
{
    SYSTEMTIME time;

    GetSystemTime(&time);
    if (from) time = *from;
    if (!SystemTimeToFileTime(&time, &info->NotBefore)) return FALSE;
    if (to) time = *to;
    else
    {
        time.wYear++;
        if (time.wMonth == 2 && time.wDay == 29) time.wDay = 28;
    }
    return SystemTimeToFileTime(&time, &info->NotAfter);
}

/* The default of Windows for RSA is SHA-1, which verifiers refuse by now; SHA-256 is what they take for both kinds. A
 * key with a parameter set has one algorithm. */
static CRYPT_ALGORITHM_IDENTIFIER default_algorithm(NCRYPT_KEY_HANDLE key)
{
    const struct signature_algorithm *algorithm = signature_algorithm_for(get_key_kind(key), BCRYPT_SHA256_ALGORITHM);
    const struct parameter_set *set = parameter_set_of_key(key);
    CRYPT_ALGORITHM_IDENTIFIER identifier = {NULL, {0, NULL}};

    if (set) identifier.pszObjId = (char *)set->oid;
    if (algorithm) identifier.pszObjId = (char *)algorithm->oid;
    return identifier;
}

/* The algorithm inside of the certificate is the one around it, with the parameters that belong to it. */
static CRYPT_ALGORITHM_IDENTIFIER inner_algorithm(const CRYPT_ALGORITHM_IDENTIFIER *algorithm)
{
    static BYTE null[] = {DER_NULL, 0};
    CRYPT_ALGORITHM_IDENTIFIER inner = *algorithm;
    struct signing signing;

    if (inner.Parameters.cbData || read_signing(algorithm, &signing) || signing.kind != KEY_RSA || signing.is_pss)
        return inner;
    inner.Parameters.cbData = sizeof(null);
    inner.Parameters.pbData = null;
    return inner;
}

/* release it. */
static CERT_PUBLIC_KEY_INFO *public_key_info(NCRYPT_KEY_HANDLE key)
{
    CERT_PUBLIC_KEY_INFO *info;
    DWORD size;

    if (!CryptExportPublicKeyInfo(key, 0, X509_ASN_ENCODING, NULL, &size) || !(info = allocate(size))) return NULL;
    if (CryptExportPublicKeyInfo(key, 0, X509_ASN_ENCODING, info, &size)) return info;
    release(info);
    return NULL;
}

struct request
{
    NCRYPT_KEY_HANDLE key;
    CERT_NAME_BLOB *name;
    CRYPT_ALGORITHM_IDENTIFIER algorithm;
    SYSTEMTIME *from, *to;
    CERT_EXTENSIONS *extensions;
    BOOL is_unsigned;
};

static PCCERT_CONTEXT make_context(const struct request *request, const BYTE *encoded, DWORD size)
{
    struct der content = {0};
    PCCERT_CONTEXT cert = NULL;
    SECURITY_STATUS status;

    if (request->is_unsigned) return WINE(CertCreateCertificateContext)(X509_ASN_ENCODING, encoded, size);
    if ((status = sign_encoded(request->key, &request->algorithm, encoded, size, &content))) SetLastError(status);
    else cert = WINE(CertCreateCertificateContext)(X509_ASN_ENCODING, content.data, content.used);
    der_free(&content);
    return cert;
}

static PCCERT_CONTEXT make_certificate(const struct request *request, const CERT_PUBLIC_KEY_INFO *public_key)
{
    BYTE serial[SERIAL_SIZE], *encoded;
    CERT_INFO info = {.dwVersion = CERT_V3, .SerialNumber = {SERIAL_SIZE, serial}};
    PCCERT_CONTEXT cert;
    DWORD size;

    if (!make_serial(serial) || !set_validity(&info, request->from, request->to)) return NULL;
    info.SignatureAlgorithm = inner_algorithm(&request->algorithm);
    info.Issuer = info.Subject = *request->name;
    info.SubjectPublicKeyInfo = *public_key;
    if (request->extensions)
    {
        info.cExtension = request->extensions->cExtension;
        info.rgExtension = request->extensions->rgExtension;
    }
    if (!WINE(CryptEncodeObjectEx)(X509_ASN_ENCODING, X509_CERT_TO_BE_SIGNED, &info, CRYPT_ENCODE_ALLOC_FLAG, NULL,
                                   &encoded, &size))
        return NULL;
    cert = make_context(request, encoded, size);
    LocalFree(encoded);
    return cert;
}

/* --- the property that leads from the certificate to its key --- */

static BOOL get_provider_name(NCRYPT_KEY_HANDLE key, WCHAR *name, DWORD size)
{
    NCRYPT_PROV_HANDLE provider;
    SECURITY_STATUS status;
    DWORD got;

    if (ncrypt()->NCryptGetProperty(key, NCRYPT_PROVIDER_HANDLE_PROPERTY, (BYTE *)&provider, sizeof(provider), &got, 0))
        return FALSE;
    status = ncrypt()->NCryptGetProperty(provider, NCRYPT_NAME_PROPERTY, (BYTE *)name, size, &got, 0);
    ncrypt()->NCryptFreeObject(provider);
    return !status;
}

#define NAME_CHARS 512

/* An ephemeral key has no name, and its certificate no such property. */
static void link_by_name(PCCERT_CONTEXT cert, NCRYPT_KEY_HANDLE key)
{
    WCHAR name[NAME_CHARS], provider[NAME_CHARS];
    CRYPT_KEY_PROV_INFO info = {.pwszContainerName = name, .pwszProvName = provider};
    DWORD got, type = 0;

    if (ncrypt()->NCryptGetProperty(key, NCRYPT_NAME_PROPERTY, (BYTE *)name, sizeof(name), &got, 0)) return;
    if (!get_provider_name(key, provider, sizeof(provider))) return;
    ncrypt()->NCryptGetProperty(key, NCRYPT_KEY_TYPE_PROPERTY, (BYTE *)&type, sizeof(type), &got, 0);
    info.dwFlags = type & CRYPT_MACHINE_KEYSET;
    WINE(CertSetCertificateContextProperty)(cert, CERT_KEY_PROV_INFO_PROP_ID, 0, &info);
}

static PCCERT_CONTEXT create(const struct request *request, DWORD flags, const CRYPT_KEY_PROV_INFO *info)
{
    CERT_PUBLIC_KEY_INFO *public_key = public_key_info(request->key);
    PCCERT_CONTEXT cert;

    if (!public_key) return NULL;
    cert = make_certificate(request, public_key);
    release(public_key);
    if (!cert || (flags & CERT_CREATE_SELFSIGN_NO_KEY_INFO)) return cert;
    if (info) WINE(CertSetCertificateContextProperty)(cert, CERT_KEY_PROV_INFO_PROP_ID, 0, info);
    else link_by_name(cert, request->key);
    return cert;
}

PCCERT_CONTEXT WINAPI CertCreateSelfSignCertificate(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key, PCERT_NAME_BLOB name,
                                                    DWORD flags, PCRYPT_KEY_PROV_INFO info,
                                                    PCRYPT_ALGORITHM_IDENTIFIER algorithm, PSYSTEMTIME from,
                                                    PSYSTEMTIME to, PCERT_EXTENSIONS extensions)
{
    struct request request = {.key = key, .name = name, .from = from, .to = to, .extensions = extensions};
    NCRYPT_KEY_HANDLE opened = 0;
    PCCERT_CONTEXT cert;
    SECURITY_STATUS status;

    if (bridge_is_off || !name || !(is_ncrypt_key(key) || (!key && info && !info->dwProvType)))
        return WINE(CertCreateSelfSignCertificate)(key, name, flags, info, algorithm, from, to, extensions);
    if (!key && (status = open_named_key(info, 0, &opened)))
    {
        SetLastError(status);
        return NULL;
    }
    if (opened) request.key = opened;
    request.algorithm = algorithm ? *algorithm : default_algorithm(request.key);
    request.is_unsigned = !!(flags & CERT_CREATE_SELFSIGN_NO_SIGN);
    cert = create(&request, flags, info);
    if (opened) ncrypt()->NCryptFreeObject(opened);
    return cert;
}
