/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PFXImportCertStore, PFXExportCertStoreEx and what belongs to them (rows 9.30, 9.31, 15.6 to 15.10), with files that
 * one of them has made for the other. Files of OpenSSL: pfx_files.c. */
#include "pfx.h"

#define PASSWORD L"p\x00e4ssword"
#define WITH_KEYS (EXPORT_PRIVATE_KEYS | REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY)

static HCERTSTORE new_store(void)
{
    return CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, CERT_STORE_CREATE_NEW_FLAG, NULL);
}

static void add(HCERTSTORE store, PCCERT_CONTEXT cert)
{
    check_capi(CertAddCertificateContextToStore(store, cert, CERT_STORE_ADD_ALWAYS, NULL));
}

/* As make_identity, with a key that may leave sealed. */
static void make_exportable_with(struct identity *identity, const WCHAR *algorithm, const WCHAR *what, DWORD flags)
{
    DWORD bits = !lstrcmpW(algorithm, L"RSA") || !lstrcmpW(algorithm, L"DSA") ? 1024 : 0;

    memset(identity, 0, sizeof(*identity));
    identity->provider = open_provider();
    identity->flags = flags;
    key_name(identity->name, what);
    identity->key = make_key(identity->provider, algorithm, identity->name, bits, NCRYPT_ALLOW_EXPORT_FLAG,
                             flags | NCRYPT_OVERWRITE_KEY_FLAG);
    identity->cert = self_sign(identity->key, L"CN=pfx", usual_signature(algorithm));
    link_to(identity->cert, identity->name, flags);
}

static void make_exportable(struct identity *identity, const WCHAR *algorithm, const WCHAR *what)
{
    make_exportable_with(identity, algorithm, what, 0);
}

/* A file with the key of one identity. */
static CRYPT_DATA_BLOB pfx_of(PCCERT_CONTEXT cert, const WCHAR *password)
{
    HCERTSTORE store = new_store();
    CRYPT_DATA_BLOB pfx;

    add(store, cert);
    pfx = export_store(store, password, WITH_KEYS);
    CertCloseStore(store, 0);
    return pfx;
}

/* --- import --- */

static BOOL goes_to_cng(const WCHAR *algorithm, DWORD flags)
{
    return lstrcmpW(algorithm, L"RSA") || (flags & ANY_CNG);
}

static void check_policy(NCRYPT_KEY_HANDLE key, DWORD flags)
{
    DWORD policy;

    check_success(get_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, &policy));
    ok(policy == (flags & CRYPT_EXPORTABLE ? NCRYPT_ALLOW_EXPORT_FLAG : 0), "flags %#lx: policy %#lx\n", flags, policy);
}

static void check_prov_info(PCCERT_CONTEXT cert, BOOL is_cng, DWORD flags)
{
    CRYPT_KEY_PROV_INFO *info = prov_info(cert);

    ok(!info == !!(flags & IN_MEMORY), "flags %#lx: property 2 %p\n", flags, info);
    if (!info) return;
    ok((info->dwProvType == 0) == is_cng, "flags %#lx: type %lu\n", flags, info->dwProvType);
    ok(info->dwKeySpec == (is_cng ? 0 : AT_KEYEXCHANGE), "flags %#lx: spec %lu\n", flags, info->dwKeySpec);
    ok((info->dwFlags & MACHINE) == (flags & MACHINE), "flags %#lx: %#lx\n", flags, info->dwFlags);
    if (is_cng) ok(!lstrcmpW(info->pwszProvName, MS_KEY_STORAGE_PROVIDER), "provider %ls\n", info->pwszProvName);
}

static void check_cng_key(PCCERT_CONTEXT cert, DWORD flags)
{
    BYTE digest[32] = "digest", signature[512];
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key;
    BOOL must_free;
    DWORD spec;

    check_capi(CryptAcquireCertificatePrivateKey(cert, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG, NULL, &key, &spec,
                                                 &must_free));
    ok(spec == CERT_NCRYPT_KEY_SPEC, "flags %#lx: spec %#lx\n", flags, spec);
    ok(is_public_key_of(cert, key, spec), "flags %#lx: another key\n", flags);
    ok(sign_digest(key, digest, signature, sizeof(signature)), "flags %#lx: does not sign\n", flags);
    check_policy(key, flags);
    ok(has_property(cert, CERT_NCRYPT_KEY_HANDLE_PROP_ID) == !!(flags & IN_MEMORY), "flags %#lx: property 78\n", flags);
    if (must_free) check_success(NCryptFreeObject(key));
}

static BOOL is_exportable(HCRYPTPROV context, DWORD spec)
{
    DWORD size = 0;
    HCRYPTKEY key;
    BOOL exportable;

    check_capi(CryptGetUserKey(context, spec, &key));
    exportable = CryptExportKey(key, 0, PRIVATEKEYBLOB, 0, NULL, &size);
    CryptDestroyKey(key);
    return exportable;
}

static void check_capi_key(PCCERT_CONTEXT cert, DWORD flags)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE context;
    BOOL must_free;
    DWORD spec;

    check_capi(CryptAcquireCertificatePrivateKey(cert, 0, NULL, &context, &spec, &must_free));
    ok(spec == AT_KEYEXCHANGE, "flags %#lx: spec %#lx\n", flags, spec);
    ok(is_public_key_of(cert, context, spec), "flags %#lx: another key\n", flags);
    ok(is_exportable(context, spec) == !!(flags & CRYPT_EXPORTABLE), "flags %#lx: exportable\n", flags);
    if (must_free) check_capi(CryptReleaseContext(context, 0));
}

static void check_import(const CRYPT_DATA_BLOB *pfx, const WCHAR *algorithm, DWORD flags)
{
    BOOL is_cng = goes_to_cng(algorithm, flags);
    DWORD before = count_all_keys(), expected = before + !(flags & IN_MEMORY), after;
    HCERTSTORE store = import_pfx(pfx, PASSWORD, flags);
    PCCERT_CONTEXT cert;

    ok(store != NULL, "%ls, flags %#lx: error %#lx\n", algorithm, flags, GetLastError());
    if (!store) return;
    after = count_all_keys();
    ok(after == expected, "%ls, flags %#lx: %lu keys, expected %lu\n", algorithm, flags, after, expected);
    cert = cert_with_key(store);
    ok(cert != NULL, "%ls, flags %#lx: no key\n", algorithm, flags);
    check_prov_info(cert, is_cng, flags);
    if (is_cng) check_cng_key(cert, flags);
    else check_capi_key(cert, flags);
    CertFreeCertificateContext(cert);
    end_import(store);
    ok(count_all_keys() == before, "%ls, flags %#lx: keys are left\n", algorithm, flags);
}

static const WCHAR *const algorithms[] = { L"RSA", L"ECDSA_P256", L"ECDSA_P384", L"ECDSA_P521", L"ECDH_P256", L"DSA" };

/* The key whose file it is goes first, or its name would be in use. A file that names our provider is for CNG; this
 * one is to name none. */
static CRYPT_DATA_BLOB anonymous_pfx(const WCHAR *algorithm)
{
    struct identity identity;
    CRYPT_DATA_BLOB pfx;

    make_exportable(&identity, algorithm, L"pfx");
    check_capi(CertSetCertificateContextProperty(identity.cert, CERT_KEY_PROV_INFO_PROP_ID, 0, NULL));
    check_capi(CertSetCertificateContextProperty(identity.cert, CERT_NCRYPT_KEY_HANDLE_PROP_ID,
                                                 CERT_STORE_NO_CRYPT_RELEASE_FLAG, (void *)identity.key));
    pfx = pfx_of(identity.cert, PASSWORD);
    remove_identity(&identity);
    return pfx;
}

static void test_import(void)
{
    DWORD flags;
    unsigned int i, j;

    for (i = 0; i < ARRAY_SIZE(algorithms); i++)
    {
        CRYPT_DATA_BLOB pfx = anonymous_pfx(algorithms[i]);

        for (j = 0; j < ARRAY_SIZE(import_flags); j++)
        {
            flags = import_flags[j];
            if (!lstrcmpW(algorithms[i], L"RSA") && !(flags & PKCS12_PREFER_CNG_KSP)) flags |= PKCS12_ALWAYS_CNG_KSP;
            check_import(&pfx, algorithms[i], flags);
        }
        free(pfx.pbData);
    }
}

/* Row 15.6; and each import has a container of its own: the one before keeps its key. */
static void test_containers(void)
{
    struct capi_identity identity;
    CRYPT_DATA_BLOB pfx;
    HCERTSTORE first, second;
    PCCERT_CONTEXT cert;
    unsigned int i;

    make_capi_identity(&identity, L"pfx container");
    pfx = pfx_of(identity.cert, PASSWORD);
    remove_capi_identity(&identity);
    for (i = 0; i < ARRAY_SIZE(import_flags); i++)
        if (!(import_flags[i] & PKCS12_PREFER_CNG_KSP)) check_import(&pfx, L"RSA", import_flags[i]);
    first = import_pfx(&pfx, PASSWORD, 0);
    second = import_pfx(&pfx, PASSWORD, 0);
    end_import(second);
    cert = cert_with_key(first);
    check_capi_key(cert, 0);
    CertFreeCertificateContext(cert);
    end_import(first);
    free(pfx.pbData);
}

/* A file that says which provider its key is for: our provider without being asked for; a CSP though CNG is
 * preferred. */
static void test_provider_name(void)
{
    struct capi_identity capi;
    struct identity cng;
    CRYPT_DATA_BLOB pfx;
    HCERTSTORE store;
    PCCERT_CONTEXT cert;

    make_exportable(&cng, L"RSA", L"pfx provider");
    pfx = pfx_of(cng.cert, PASSWORD);
    remove_identity(&cng);
    store = import_pfx(&pfx, PASSWORD, 0);
    cert = cert_with_key(store);
    check_prov_info(cert, TRUE, 0);
    CertFreeCertificateContext(cert);
    end_import(store);
    free(pfx.pbData);

    make_capi_identity(&capi, L"pfx CSP");
    pfx = pfx_of(capi.cert, PASSWORD);
    remove_capi_identity(&capi);
    store = import_pfx(&pfx, PASSWORD, PKCS12_PREFER_CNG_KSP);
    cert = cert_with_key(store);
    check_prov_info(cert, FALSE, 0);
    CertFreeCertificateContext(cert);
    end_import(store);
    free(pfx.pbData);
}

static BOOL has_key_name(HCERTSTORE store, const WCHAR *name)
{
    PCCERT_CONTEXT cert = cert_with_key(store);
    CRYPT_KEY_PROV_INFO *info = prov_info(cert);
    BOOL has = info && !lstrcmpW(info->pwszContainerName, name);

    CertFreeCertificateContext(cert);
    return has;
}

/* Rows 15.7, 15.8. Open question: what becomes of a name in use when it may not be overwritten. The key there stays. */
static void test_key_name(void)
{
    struct identity identity;
    CRYPT_DATA_BLOB pfx;
    HCERTSTORE first, second, third;
    DWORD count;

    make_exportable(&identity, L"ECDSA_P256", L"pfx name");
    pfx = pfx_of(identity.cert, PASSWORD);
    check_success(NCryptDeleteKey(identity.key, 0));
    count = count_all_keys();
    first = import_pfx(&pfx, PASSWORD, 0);
    ok(has_key_name(first, identity.name), "not the name of the file\n");
    second = import_pfx(&pfx, PASSWORD, 0);
    ok(!has_key_name(second, identity.name), "a name in use\n");
    ok(count_all_keys() == count + 2, "%lu keys, were %lu\n", count_all_keys(), count);
    end_import(second);
    third = import_pfx(&pfx, PASSWORD, PKCS12_ALLOW_OVERWRITE_KEY);
    ok(has_key_name(third, identity.name), "not overwritten\n");
    ok(count_all_keys() == count + 1, "%lu keys, were %lu\n", count_all_keys(), count);
    CertCloseStore(first, 0);
    end_import(third);
    ok(count_all_keys() == count, "%lu keys, were %lu\n", count_all_keys(), count);
    CertFreeCertificateContext(identity.cert);
    NCryptFreeObject(identity.provider);
    free(pfx.pbData);
}

/* Row 15.9, 9.31: sealed at once, in clear when the policy has been raised. */
static void test_in_memory(void)
{
    CRYPT_DATA_BLOB pfx = anonymous_pfx(L"ECDSA_P256");
    HCERTSTORE store = import_pfx(&pfx, PASSWORD, PKCS12_ALWAYS_CNG_KSP | IN_MEMORY | CRYPT_EXPORTABLE);
    PCCERT_CONTEXT cert = cert_with_key(store);
    NCRYPT_KEY_HANDLE key = 0;
    DWORD size = sizeof(key);
    BYTE blob[512];

    check_capi(CertGetCertificateContextProperty(cert, CERT_NCRYPT_KEY_HANDLE_PROP_ID, &key, &size));
    check_status(NTE_NOT_SUPPORTED, export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_SILENT_FLAG));
    check_success(export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
    CertFreeCertificateContext(cert);
    CertCloseStore(store, 0);
    free(pfx.pbData);
}

static void check_parts(const CRYPT_DATA_BLOB *pfx, const WCHAR *password, DWORD flags, DWORD expected)
{
    DWORD count = count_all_keys(), certs;
    HCERTSTORE store = import_pfx(pfx, password, flags);
    PCCERT_CONTEXT cert;

    ok(store != NULL, "flags %#lx: error %#lx\n", flags, GetLastError());
    if (!store) return;
    certs = count_certs(store);
    ok(certs == expected, "flags %#lx: %lu certificates\n", flags, certs);
    cert = cert_with_key(store);
    ok(!cert, "flags %#lx: a key\n", flags);
    ok(count_all_keys() == count, "flags %#lx: a key is stored\n", flags);
    if (cert) CertFreeCertificateContext(cert);
    CertCloseStore(store, 0);
}

static void test_parts(void)
{
    CRYPT_DATA_BLOB pfx = anonymous_pfx(L"ECDSA_P256");

    check_parts(&pfx, PASSWORD, PKCS12_ONLY_CERTIFICATES, 1);
    check_parts(&pfx, NULL, PKCS12_ONLY_NOT_ENCRYPTED_CERTIFICATES, 0);
    check_fails(ERROR_INVALID_PARAMETER, import_pfx(&pfx, PASSWORD, 0x80000000));
    check_fails(ERROR_INVALID_PARAMETER, import_pfx(&pfx, PASSWORD, 0x80000 | ANY_CNG));
    free(pfx.pbData);
}

/* --- passwords, and what is no file --- */

static void test_password(void)
{
    CRYPT_DATA_BLOB pfx = anonymous_pfx(L"ECDSA_P256");
    DWORD count = count_all_keys();

    ok(PFXIsPFXBlob(&pfx), "no PFX\n");
    check_capi(PFXVerifyPassword(&pfx, PASSWORD, 0));
    check_fails(ERROR_INVALID_PASSWORD, PFXVerifyPassword(&pfx, L"password", 0));
    check_fails(ERROR_INVALID_PASSWORD, PFXVerifyPassword(&pfx, NULL, 0));
    check_fails(ERROR_INVALID_PASSWORD, import_pfx(&pfx, L"password", 0));
    check_fails(ERROR_INVALID_PASSWORD, import_pfx(&pfx, NULL, 0));
    ok(count_all_keys() == count, "keys are left\n");
    free(pfx.pbData);
}

static void check_empty(PCCERT_CONTEXT cert, const WCHAR *written, const WCHAR *read)
{
    CRYPT_DATA_BLOB pfx = pfx_of(cert, written);
    HCERTSTORE store = import_pfx(&pfx, read, PKCS12_ALWAYS_CNG_KSP);

    ok(store != NULL, "%s, %s: error %#lx\n", wine_dbgstr_w(written), wine_dbgstr_w(read), GetLastError());
    check_capi(PFXVerifyPassword(&pfx, read, 0));
    end_import(store);
    free(pfx.pbData);
}

static void test_empty_password(void)
{
    struct identity identity;

    make_exportable(&identity, L"RSA", L"pfx empty");
    check_empty(identity.cert, NULL, NULL);
    check_empty(identity.cert, NULL, L"");
    check_empty(identity.cert, L"", NULL);
    check_empty(identity.cert, L"", L"");
    remove_identity(&identity);
}

/* A damaged file gives nothing and leaves nothing, and the error says what it is. */
static void test_malformed(void)
{
    CRYPT_DATA_BLOB pfx = anonymous_pfx(L"ECDSA_P256"), part = pfx;
    DWORD count = count_all_keys(), i;
    BYTE garbage[64] = "no file of that kind";
    CRYPT_DATA_BLOB other = { sizeof(garbage), garbage };

    for (i = 0; i < pfx.cbData; i += i < 40 ? 1 : 37)
    {
        part.cbData = i;
        ok(!PFXIsPFXBlob(&part), "%lu bytes are a PFX\n", i);
        check_fails(CRYPT_E_BAD_ENCODE, import_pfx(&part, PASSWORD, 0));
    }
    for (i = 0; i < pfx.cbData - 60; i += 53)
    {
        pfx.pbData[i] ^= 0x10;
        ok(!import_pfx(&pfx, PASSWORD, 0), "byte %lu does not matter\n", i);
        ok(GetLastError() != ERROR_SUCCESS, "byte %lu: no error\n", i);
        pfx.pbData[i] ^= 0x10;
    }
    ok(!PFXIsPFXBlob(&other), "garbage is a PFX\n");
    check_fails(CRYPT_E_BAD_ENCODE, import_pfx(&other, NULL, ANY_CNG));
    check_fails(CRYPT_E_BAD_ENCODE, PFXVerifyPassword(&other, NULL, 0));
    ok(count_all_keys() == count, "keys are left\n");
    free(pfx.pbData);
}

/* --- export --- */

struct all
{
    struct identity rsa, ec, dsa;
    struct capi_identity capi;
    HCERTSTORE store;
};

static void make_all(struct all *all)
{
    make_exportable(&all->rsa, L"RSA", L"pfx all rsa");
    make_exportable(&all->ec, L"ECDSA_P384", L"pfx all ec");
    make_exportable(&all->dsa, L"DSA", L"pfx all dsa");
    make_capi_identity(&all->capi, L"pfx all capi");
    all->store = new_store();
    add(all->store, all->rsa.cert);
    add(all->store, all->ec.cert);
    add(all->store, all->dsa.cert);
    add(all->store, all->capi.cert);
}

static void remove_all(struct all *all)
{
    CertCloseStore(all->store, 0);
    remove_identity(&all->rsa);
    remove_identity(&all->ec);
    remove_identity(&all->dsa);
    remove_capi_identity(&all->capi);
}

/* Each certificate has its own key again. */
static void test_several(void)
{
    DWORD count, keys = 0;
    CRYPT_DATA_BLOB pfx;
    HCERTSTORE store;
    PCCERT_CONTEXT cert = NULL;
    struct all all;

    make_all(&all);
    pfx = export_store(all.store, PASSWORD, WITH_KEYS);
    remove_all(&all);
    count = count_all_keys();
    store = import_pfx(&pfx, PASSWORD, CRYPT_EXPORTABLE);
    ok(count_all_keys() == count + 4, "%lu keys, were %lu\n", count_all_keys(), count);
    while ((cert = CertEnumCertificatesInStore(store, cert)))
    {
        keys++;
        if (prov_info(cert)->dwProvType) check_capi_key(cert, CRYPT_EXPORTABLE);
        else check_cng_key(cert, CRYPT_EXPORTABLE);
    }
    ok(keys == 4, "%lu certificates\n", keys);
    end_import(store);
    ok(count_all_keys() == count, "%lu keys, were %lu\n", count_all_keys(), count);
    free(pfx.pbData);
}

/* Two keys of one file that have one name do not replace each other. */
static void test_same_name(void)
{
    struct identity user, machine;
    HCERTSTORE store = new_store();
    PCCERT_CONTEXT cert = NULL;
    CRYPT_DATA_BLOB pfx;
    DWORD count;

    make_exportable_with(&user, L"RSA", L"pfx same", 0);
    make_exportable_with(&machine, L"ECDSA_P256", L"pfx same", MACHINE);
    add(store, user.cert);
    add(store, machine.cert);
    pfx = export_store(store, PASSWORD, WITH_KEYS);
    CertCloseStore(store, 0);
    remove_identity(&user);
    remove_identity(&machine);
    count = count_all_keys();
    store = import_pfx(&pfx, PASSWORD, PKCS12_ALWAYS_CNG_KSP | PKCS12_ALLOW_OVERWRITE_KEY);
    ok(count_all_keys() == count + 2, "%lu keys, were %lu\n", count_all_keys(), count);
    while ((cert = CertEnumCertificatesInStore(store, cert))) check_cng_key(cert, 0);
    end_import(store);
    free(pfx.pbData);
}

/* A file from a machine key brings one, unless the user's is demanded. */
static void test_machine_key(void)
{
    struct identity identity;
    CRYPT_DATA_BLOB pfx;
    HCERTSTORE store;
    PCCERT_CONTEXT cert;
    unsigned int i;

    make_exportable_with(&identity, L"ECDSA_P256", L"pfx machine", MACHINE);
    pfx = pfx_of(identity.cert, PASSWORD);
    remove_identity(&identity);
    for (i = 0; i < 2; i++)
    {
        store = import_pfx(&pfx, PASSWORD, i ? CRYPT_USER_KEYSET : 0);
        cert = cert_with_key(store);
        check_prov_info(cert, TRUE, i ? 0 : MACHINE);
        check_cng_key(cert, 0);
        CertFreeCertificateContext(cert);
        end_import(store);
    }
    free(pfx.pbData);
}

/* What was stored before another key failed goes again: this one would have to ask the user. */
static void test_undo(void)
{
    DWORD count, flags = CRYPT_USER_PROTECTED | PKCS12_IMPORT_SILENT;
    CRYPT_DATA_BLOB pfx;
    struct all all;

    make_all(&all);
    pfx = export_store(all.store, PASSWORD, WITH_KEYS);
    remove_all(&all);
    count = count_all_keys();
    check_fails(NTE_SILENT_CONTEXT, import_pfx(&pfx, PASSWORD, flags));
    ok(count_all_keys() == count, "%lu keys, were %lu\n", count_all_keys(), count);
    free(pfx.pbData);
}

static void test_friendly_name(void)
{
    static const WCHAR name[] = L"a friendly n\x00e4me \xd83d\xde00";
    CRYPT_DATA_BLOB blob = { sizeof(name), (BYTE *)name }, pfx;
    struct identity identity;
    WCHAR got[64] = L"";
    DWORD size = sizeof(got);
    HCERTSTORE store;
    PCCERT_CONTEXT cert;

    make_exportable(&identity, L"ECDSA_P256", L"pfx friendly");
    check_capi(CertSetCertificateContextProperty(identity.cert, CERT_FRIENDLY_NAME_PROP_ID, 0, &blob));
    pfx = pfx_of(identity.cert, PASSWORD);
    store = import_pfx(&pfx, PASSWORD, IN_MEMORY);
    cert = cert_with_key(store);
    check_capi(CertGetCertificateContextProperty(cert, CERT_FRIENDLY_NAME_PROP_ID, got, &size));
    ok(!lstrcmpW(got, name), "name %s\n", wine_dbgstr_w(got));
    CertFreeCertificateContext(cert);
    CertCloseStore(store, 0);
    remove_identity(&identity);
    free(pfx.pbData);
}

static void check_export(HCERTSTORE store, DWORD flags, DWORD error, DWORD certs, BOOL has_key)
{
    CRYPT_DATA_BLOB pfx = { 0, NULL };
    HCERTSTORE back;
    PCCERT_CONTEXT cert;

    if (error)
    {
        check_fails(error, PFXExportCertStoreEx(store, &pfx, PASSWORD, NULL, flags));
        return;
    }
    pfx = export_store(store, PASSWORD, flags);
    back = import_pfx(&pfx, PASSWORD, PKCS12_ALWAYS_CNG_KSP | IN_MEMORY);
    ok(back != NULL, "flags %#lx: error %#lx\n", flags, GetLastError());
    ok(count_certs(back) == certs, "flags %#lx: %lu certificates\n", flags, count_certs(back));
    cert = cert_with_key(back);
    ok(!cert == !has_key, "flags %#lx: key %p\n", flags, cert);
    if (cert) CertFreeCertificateContext(cert);
    CertCloseStore(back, 0);
    free(pfx.pbData);
}

/* Row 9.30 */
static void test_export_policy(void)
{
    struct identity identity;
    HCERTSTORE store = new_store();

    make_identity(&identity, L"RSA", L"pfx policy", 0);
    add(store, identity.cert);
    check_export(store, WITH_KEYS, NTE_BAD_KEY_STATE, 0, FALSE);
    check_export(store, EXPORT_PRIVATE_KEYS, 0, 1, FALSE);
    check_export(store, REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY, 0, 1, FALSE);
    CertCloseStore(store, 0);
    remove_identity(&identity);

    store = new_store();
    make_exportable(&identity, L"RSA", L"pfx policy");
    add(store, identity.cert);
    check_export(store, WITH_KEYS, 0, 1, TRUE);
    check_export(store, WITH_KEYS | PKCS12_EXPORT_SILENT, 0, 1, TRUE);
    check_export(store, 0, 0, 1, FALSE);
    check_export(store, WITH_KEYS | PKCS12_PROTECT_TO_DOMAIN_SIDS, NTE_NOT_SUPPORTED, 0, FALSE);
    CertCloseStore(store, 0);
    remove_identity(&identity);
}

static void test_export_without_key(void)
{
    struct identity identity;
    HCERTSTORE store = new_store();
    PCCERT_CONTEXT bare;

    make_exportable(&identity, L"ECDSA_P256", L"pfx without");
    add(store, bare = bare_copy(identity.cert));
    check_export(store, WITH_KEYS, 0, 1, FALSE);
    check_export(store, EXPORT_PRIVATE_KEYS | REPORT_NO_PRIVATE_KEY, CRYPT_E_NOT_FOUND, 0, FALSE);
    CertCloseStore(store, 0);
    store = new_store();
    add(store, identity.cert);
    check_success(NCryptDeleteKey(identity.key, 0));
    check_export(store, WITH_KEYS, 0, 1, FALSE);
    check_export(store, EXPORT_PRIVATE_KEYS | REPORT_NO_PRIVATE_KEY, NTE_NO_KEY, 0, FALSE);
    CertCloseStore(store, 0);
    CertFreeCertificateContext(bare);
    CertFreeCertificateContext(identity.cert);
    NCryptFreeObject(identity.provider);
}

/* A container's key that CAPI does not let go, and one that lies in no container. */
static void test_export_capi(void)
{
    struct capi_identity identity;
    CRYPT_DATA_BLOB pfx;
    HCERTSTORE store;
    WCHAR name[128];

    make_capi_identity(&identity, L"pfx from");
    pfx = pfx_of(identity.cert, PASSWORD);
    store = import_pfx(&pfx, PASSWORD, 0);
    check_export(store, WITH_KEYS, NTE_BAD_KEY_STATE, 0, FALSE);
    end_import(store);
    store = import_pfx(&pfx, PASSWORD, IN_MEMORY | CRYPT_EXPORTABLE);
    check_export(store, WITH_KEYS, 0, 1, TRUE);
    CertCloseStore(store, 0);
    remove_container(key_name(name, L"pfx from"), 0);
    remove_capi_identity(&identity);
    free(pfx.pbData);
}

static void test_export_sizes(void)
{
    CRYPT_DATA_BLOB small = { 100, NULL };
    HCERTSTORE store = new_store();
    struct identity identity;
    BYTE buffer[100];

    make_exportable(&identity, L"ECDSA_P256", L"pfx sizes");
    add(store, identity.cert);
    small.pbData = buffer;
    check_fails(ERROR_MORE_DATA, PFXExportCertStore(store, &small, PASSWORD, WITH_KEYS));
    ok(small.cbData > sizeof(buffer), "size %lu\n", small.cbData);
    CertCloseStore(store, 0);
    store = new_store();
    check_export(store, WITH_KEYS, 0, 0, FALSE);
    CertCloseStore(store, 0);
    remove_identity(&identity);
}

START_TEST(pfx)
{
    test_import();
    test_containers();
    test_provider_name();
    test_key_name();
    test_in_memory();
    test_parts();
    test_password();
    test_empty_password();
    test_malformed();
    test_several();
    test_same_name();
    test_machine_key();
    test_undo();
    test_friendly_name();
    test_export_policy();
    test_export_without_key();
    test_export_capi();
    test_export_sizes();
}
