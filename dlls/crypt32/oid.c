/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptFindOIDInfo for what Wine's table lacks: the elliptic curves, AES, PSS, OAEP, ML-DSA, ML-KEM, and the names that
 * it has in another case. Wine is asked first. */
#include "oid.h"

#define PUBLIC_KEY CRYPT_PUBKEY_ALG_OID_GROUP_ID
#define SIGNATURE CRYPT_SIGN_ALG_OID_GROUP_ID
#define CIPHER CRYPT_ENCRYPT_ALG_OID_GROUP_ID

#define ENTRY(oid_, name_, group_, id_, cng_, extra_) \
    {.cbSize = sizeof(CRYPT_OID_INFO), .pszOID = oid_, .pwszName = name_, .dwGroupId = group_, .Algid = id_, \
     .pwszCNGAlgid = cng_, .pwszCNGExtraAlgid = extra_}

/* Algid of what CAPI does not have: CryptoAPI's "ask for the parameters", as Windows has it in these entries. */
#define NO_ID CALG_OID_INFO_CNG_ONLY
#define PARAMETERS CALG_OID_INFO_PARAMETERS

/* The first of an OID is the one that is found by it. */
static const CRYPT_OID_INFO entries[] = {
    ENTRY(szOID_ECC_PUBLIC_KEY, L"ECC", PUBLIC_KEY, PARAMETERS, CRYPT_OID_INFO_ECC_PARAMETERS_ALGORITHM, L""),
    ENTRY(szOID_ECC_CURVE_P256, L"ECDSA_P256", PUBLIC_KEY, NO_ID, BCRYPT_ECDSA_P256_ALGORITHM,
          BCRYPT_ECDH_P256_ALGORITHM),
    ENTRY(szOID_ECC_CURVE_P256, L"ECDH_P256", PUBLIC_KEY, NO_ID, BCRYPT_ECDSA_P256_ALGORITHM,
          BCRYPT_ECDH_P256_ALGORITHM),
    ENTRY(szOID_ECC_CURVE_P384, L"ECDSA_P384", PUBLIC_KEY, NO_ID, BCRYPT_ECDSA_P384_ALGORITHM,
          BCRYPT_ECDH_P384_ALGORITHM),
    ENTRY(szOID_ECC_CURVE_P384, L"ECDH_P384", PUBLIC_KEY, NO_ID, BCRYPT_ECDSA_P384_ALGORITHM,
          BCRYPT_ECDH_P384_ALGORITHM),
    ENTRY(szOID_ECC_CURVE_P521, L"ECDSA_P521", PUBLIC_KEY, NO_ID, BCRYPT_ECDSA_P521_ALGORITHM,
          BCRYPT_ECDH_P521_ALGORITHM),
    ENTRY(szOID_ECC_CURVE_P521, L"ECDH_P521", PUBLIC_KEY, NO_ID, BCRYPT_ECDSA_P521_ALGORITHM,
          BCRYPT_ECDH_P521_ALGORITHM),
    ENTRY(szOID_RSAES_OAEP, L"RSAES_OAEP", PUBLIC_KEY, PARAMETERS, CRYPT_OID_INFO_OAEP_PARAMETERS_ALGORITHM, L""),
    ENTRY(szOID_RSA_SSA_PSS, L"RSASSA-PSS", SIGNATURE, PARAMETERS, CRYPT_OID_INFO_HASH_PARAMETERS_ALGORITHM,
          BCRYPT_RSA_ALGORITHM),
    ENTRY(szOID_RSA_MGF1, L"mgf1", PUBLIC_KEY, PARAMETERS, CRYPT_OID_INFO_MGF1_PARAMETERS_ALGORITHM, L""),
    ENTRY(szOID_NIST_AES128_CBC, L"aes128", CIPHER, CALG_AES_128, BCRYPT_AES_ALGORITHM, L""),
    ENTRY(szOID_NIST_AES192_CBC, L"aes192", CIPHER, CALG_AES_192, BCRYPT_AES_ALGORITHM, L""),
    ENTRY(szOID_NIST_AES256_CBC, L"aes256", CIPHER, CALG_AES_256, BCRYPT_AES_ALGORITHM, L""),
};

/* --- the curves, from curve.c --- */

#define MOST_CURVES 64

static CRYPT_OID_INFO curves[MOST_CURVES];
static INIT_ONCE curves_once = INIT_ONCE_STATIC_INIT;

/* The curves with algorithms of their own have them; the others share ECDSA and ECDH. */
static BOOL WINAPI make_curves(INIT_ONCE *once, void *parameter, void **context)
{
    const WCHAR *name;
    const char *oid;
    unsigned int i, j;

    (void)once, (void)parameter, (void)context;
    for (i = 0; i < MOST_CURVES && curve_at(i, &name, &oid); i++)
    {
        CRYPT_OID_INFO info = ENTRY(oid, name, PUBLIC_KEY, NO_ID, L"ECDSA", L"ECDH");

        for (j = 0; j < ARRAYSIZE(entries); j++)
            if (!lstrcmpA(entries[j].pszOID, oid))
            {
                info.pwszCNGAlgid = entries[j].pwszCNGAlgid;
                info.pwszCNGExtraAlgid = entries[j].pwszCNGExtraAlgid;
            }
        curves[i] = info;
    }
    return TRUE;
}

/* --- the search --- */

static BOOL matches(const CRYPT_OID_INFO *info, DWORD type, const void *key, DWORD group)
{
    if (!info->cbSize || (group & 0xffff && (group & 0xffff) != info->dwGroupId)) return FALSE;
    switch (type)
    {
    case CRYPT_OID_INFO_OID_KEY: return !lstrcmpA(info->pszOID, key);
    case CRYPT_OID_INFO_NAME_KEY: return !lstrcmpiW(info->pwszName, key);
    case CRYPT_OID_INFO_ALGID_KEY: return info->Algid == *(const ALG_ID *)key && info->Algid < PARAMETERS;
    case CRYPT_OID_INFO_CNG_ALGID_KEY: return !lstrcmpW(info->pwszCNGAlgid, key);
    }
    return FALSE;
}

static PCCRYPT_OID_INFO find_in(const CRYPT_OID_INFO *infos, unsigned int count, DWORD type, const void *key,
                                DWORD group)
{
    unsigned int i;

    for (i = 0; i < count; i++) if (matches(&infos[i], type, key, group)) return &infos[i];
    return NULL;
}

struct search
{
    const WCHAR *name;
    PCCRYPT_OID_INFO found;
};

static BOOL WINAPI compare_name(PCCRYPT_OID_INFO info, void *parameter)
{
    struct search *search = parameter;

    if (!info->pwszName || lstrcmpiW(info->pwszName, search->name)) return TRUE;
    search->found = info;
    return FALSE;
}

/* Wine compares names as they are written, Windows in any case. */
static PCCRYPT_OID_INFO find_name(const WCHAR *name, DWORD group)
{
    struct search search = {name, NULL};

    WINE(CryptEnumOIDInfo)(group & 0xffff, 0, &search, compare_name);
    return search.found;
}

PCCRYPT_OID_INFO WINAPI CryptFindOIDInfo(DWORD type, void *key, DWORD group)
{
    DWORD kind = type & CRYPT_OID_INFO_OID_KEY_FLAGS_MASK ? type & ~CRYPT_OID_INFO_OID_KEY_FLAGS_MASK : type;
    PCCRYPT_OID_INFO info = WINE(CryptFindOIDInfo)(type, key, group);
    DWORD error = GetLastError();

    if (info || bridge_is_off || !key) return info;
    if (kind == CRYPT_OID_INFO_NAME_KEY) info = find_name(key, group);
    if (!info) info = find_in(entries, ARRAYSIZE(entries), kind, key, group);
    if (!info) info = find_in(set_oids, SET_OID_COUNT, kind, key, group);
    if (!info && InitOnceExecuteOnce(&curves_once, make_curves, NULL, NULL))
        info = find_in(curves, MOST_CURVES, kind, key, group);
    SetLastError(error);
    return info;
}
