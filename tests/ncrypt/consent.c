/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Strong key protection as far as no dialog is needed: "UI Policy" with a password from "SmartCardPin"
 * (rows 7.19, 7.20, 7.22, 6.80, 6.81, 18.4, 18.5; B.19 StrongKeyProtection). The dialog: tests/system/check-consent.
 * Which statuses a missing and a wrong password give is an open question. */
#include "ncrypt_test.h"

static NCRYPT_PROV_HANDLE provider;

static SECURITY_STATUS set_policy(NCRYPT_KEY_HANDLE key, DWORD flags)
{
    NCRYPT_UI_POLICY policy = { NCRYPT_UI_POLICY_VERSION, flags, L"Title", L"Friendly", NULL };

    return NCryptSetProperty(key, NCRYPT_UI_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy), NCRYPT_PERSIST_FLAG);
}

static SECURITY_STATUS set_pin(NCRYPT_KEY_HANDLE key, const WCHAR *pin)
{
    return set_text(key, NCRYPT_PIN_PROPERTY, pin, 0);
}

static NCRYPT_KEY_HANDLE create(const WCHAR *alg, const WCHAR *name, DWORD flags)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, alg, name, AT_SIGNATURE, NCRYPT_OVERWRITE_KEY_FLAG));
    check_success(set_policy(key, flags));
    return key;
}

static NCRYPT_KEY_HANDLE open_key(const WCHAR *name)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptOpenKey(provider, &key, name, AT_SIGNATURE, 0));
    return key;
}

static BYTE hash[32] = "a digest of thirty-two octets ..";

static SECURITY_STATUS sign(NCRYPT_KEY_HANDLE key, BYTE signature[64])
{
    DWORD size;

    return NCryptSignHash(key, NULL, hash, sizeof(hash), signature, 64, &size, NCRYPT_SILENT_FLAG);
}

static void check_policy(NCRYPT_KEY_HANDLE key, DWORD flags)
{
    BYTE buffer[256];
    const NCRYPT_UI_POLICY *policy = (const NCRYPT_UI_POLICY *)buffer;
    DWORD size;

    check_success(NCryptGetProperty(key, NCRYPT_UI_POLICY_PROPERTY, buffer, sizeof(buffer), &size, 0));
    ok(policy->dwFlags == flags, "got flags %#lx\n", policy->dwFlags);
    ok(!lstrcmpW(policy->pszCreationTitle, L"Title"), "got title %s\n", wine_dbgstr_w(policy->pszCreationTitle));
    ok(!lstrcmpW(policy->pszFriendlyName, L"Friendly"), "got name %s\n", wine_dbgstr_w(policy->pszFriendlyName));
    ok(!policy->pszDescription, "got a description\n");
}

static void test_password(void)
{
    NCRYPT_KEY_HANDLE key, again;
    BYTE signature[64], value[128];
    WCHAR name[128];
    DWORD size;

    key_name(name, L"password");
    key = create(L"ECDSA_P256", name, NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG);
    check_status(NTE_SILENT_CONTEXT, NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    check_success(set_pin(key, L""));                               /* what NC does with every key (7.22) */
    check_status(NTE_SILENT_CONTEXT, NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    check_success(set_pin(key, L"Sesam \x00f6ffne dich"));
    check_success(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    check_success(sign(key, signature));
    check_failure(set_policy(key, 0));                              /* read-only now */

    again = open_key(name);
    check_success(NCryptVerifySignature(again, NULL, hash, sizeof(hash), signature, 64, 0));
    check_success(NCryptExportKey(again, 0, BCRYPT_ECCPUBLIC_BLOB, NULL, value, sizeof(value), &size, 0));
    check_dword(again, NCRYPT_LENGTH_PROPERTY, 256);
    check_policy(again, NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG);
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(again, NCRYPT_PIN_PROPERTY, value, sizeof(value), &size, 0));
    check_success(set_pin(again, L""));                             /* 18.4 */
    check_status(NTE_SILENT_CONTEXT, sign(again, signature));
    check_status(NTE_SILENT_CONTEXT, sign(key, signature));
    check_success(set_pin(again, L"sesam"));
    check_status(NTE_INCORRECT_PASSWORD, sign(again, signature));
    check_status(NTE_SILENT_CONTEXT, sign(again, signature));
    check_success(set_pin(again, L"Sesam \x00f6ffne dich"));
    check_success(sign(again, signature));
    check_success(NCryptVerifySignature(key, NULL, hash, sizeof(hash), signature, 64, 0));
    NCryptFreeObject(again);

    again = open_key(name);                                         /* neither needs the password */
    check_success(set_text(again, L"note", L"kept", NCRYPT_PERSIST_FLAG));
    check_success(NCryptDeleteKey(again, NCRYPT_SILENT_FLAG));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    NCryptFreeObject(key);
}

/* The calls of Microsoft's sample, with the password where its user would type it. */
static void test_sample(void)
{
    BCRYPT_PKCS1_PADDING_INFO padding = { BCRYPT_SHA256_ALGORITHM };
    NCRYPT_KEY_HANDLE key;
    BYTE signature[256];
    WCHAR name[128];
    HWND window = NULL;
    DWORD size;

    key_name(name, L"sample");
    key = create(L"RSA", name, NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG);
    check_success(NCryptSetProperty(key, NCRYPT_WINDOW_HANDLE_PROPERTY, (BYTE *)&window, sizeof(window), 0));
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 2048, 0));
    check_success(set_pin(key, L"password"));
    check_success(NCryptFinalizeKey(key, 0));
    NCryptFreeObject(key);
    key = open_key(name);
    check_success(set_pin(key, L"password"));
    check_success(NCryptSignHash(key, &padding, hash, sizeof(hash), signature, sizeof(signature), &size,
                                 BCRYPT_PAD_PKCS1));
    check_success(NCryptVerifySignature(key, &padding, hash, sizeof(hash), signature, size, BCRYPT_PAD_PKCS1));
    check_success(NCryptDeleteKey(key, 0));
}

/* A decryption, an agreement and a private export need the password as well. */
static void test_operations(void)
{
    static BYTE message[] = "a message";
    BYTE sealed[256], opened[256], blob[1024];
    NCRYPT_SECRET_HANDLE secret;
    NCRYPT_KEY_HANDLE key;
    WCHAR name[128];
    DWORD size;

    key_name(name, L"decrypt");
    key = create(L"RSA", name, NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG);
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 2048, 0));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, 0));
    check_success(set_pin(key, L"password"));
    check_success(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    check_success(set_pin(key, L""));
    NCryptFreeObject(key);
    key = open_key(name);
    check_success(NCryptEncrypt(key, message, sizeof(message), NULL, sealed, sizeof(sealed), &size,
                                NCRYPT_PAD_PKCS1_FLAG));
    check_status(NTE_SILENT_CONTEXT, NCryptDecrypt(key, sealed, sizeof(sealed), NULL, opened, sizeof(opened), &size,
                                                   NCRYPT_PAD_PKCS1_FLAG | NCRYPT_SILENT_FLAG));
    check_status(NTE_SILENT_CONTEXT, NCryptExportKey(key, 0, BCRYPT_RSAPRIVATE_BLOB, NULL, blob, sizeof(blob), &size,
                                                     NCRYPT_SILENT_FLAG));
    check_success(set_pin(key, L"password"));
    check_success(NCryptDecrypt(key, sealed, sizeof(sealed), NULL, opened, sizeof(opened), &size,
                                NCRYPT_PAD_PKCS1_FLAG | NCRYPT_SILENT_FLAG));
    ok(size == sizeof(message) && !memcmp(opened, message, size), "another message\n");
    check_success(NCryptExportKey(key, 0, BCRYPT_RSAPRIVATE_BLOB, NULL, blob, sizeof(blob), &size,
                                  NCRYPT_SILENT_FLAG));
    check_success(NCryptDeleteKey(key, 0));

    key_name(name, L"agree");
    key = create(L"ECDH_P256", name, NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG);
    check_success(set_pin(key, L"password"));
    check_success(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    check_success(set_pin(key, L""));
    NCryptFreeObject(key);
    key = open_key(name);
    check_status(NTE_SILENT_CONTEXT, NCryptSecretAgreement(key, key, &secret, NCRYPT_SILENT_FLAG));
    check_success(set_pin(key, L"password"));
    check_success(NCryptSecretAgreement(key, key, &secret, NCRYPT_SILENT_FLAG));
    NCryptFreeObject(secret);
    check_success(NCryptDeleteKey(key, 0));
}

/* Consent cannot be given by a program, and a password that was never set is none. */
static void test_consent(void)
{
    NCRYPT_KEY_HANDLE key;
    BYTE signature[64];
    WCHAR name[128];

    key_name(name, L"consent");
    key = create(L"ECDSA_P256", name, NCRYPT_UI_PROTECT_KEY_FLAG);
    check_status(NTE_SILENT_CONTEXT, NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    check_success(set_pin(key, L"password"));
    check_success(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    check_success(set_pin(key, L""));
    NCryptFreeObject(key);
    key = open_key(name);
    check_policy(key, NCRYPT_UI_PROTECT_KEY_FLAG);
    check_status(NTE_SILENT_CONTEXT, sign(key, signature));
    check_success(set_pin(key, L"password"));
    check_success(sign(key, signature));
    NCryptFreeObject(key);

    key = 0;                                                        /* overwriting needs no password */
    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, NCRYPT_OVERWRITE_KEY_FLAG));
    check_success(set_pin(key, L"ignored"));                        /* 7.22 */
    check_success(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    NCryptFreeObject(key);
    key = open_key(name);
    check_success(set_pin(key, L""));
    check_success(sign(key, signature));
    check_success(NCryptDeleteKey(key, 0));
}

static NCRYPT_KEY_HANDLE create_under(const WCHAR *name, const WCHAR *password)
{
    NCRYPT_KEY_HANDLE key = create(L"ECDSA_P256", name, NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG);

    check_success(set_pin(key, password));
    check_success(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    return key;
}

static SECURITY_STATUS sign_new_handle(const WCHAR *name)
{
    NCRYPT_KEY_HANDLE key = open_key(name);
    BYTE signature[64];
    SECURITY_STATUS status = sign(key, signature);

    NCryptFreeObject(key);
    return status;
}

/* 18.5: a password that was given once serves the process, and a wrong one serves nobody. */
static void test_process(void)
{
    NCRYPT_KEY_HANDLE key, again;
    WCHAR name[128], other_name[128];
    BYTE signature[64];

    key_name(name, L"process");
    key_name(other_name, L"other");
    key = create_under(name, L"password");
    check_success(sign_new_handle(name));
    NCryptFreeObject(key);
    check_success(sign_new_handle(name));                           /* no handle is left */

    again = create_under(other_name, L"password");                  /* a password is known of one key, not of all */
    check_success(set_pin(again, L""));
    check_status(NTE_SILENT_CONTEXT, sign_new_handle(other_name));
    check_success(sign_new_handle(name));
    NCryptFreeObject(again);

    key = open_key(name);
    check_success(set_pin(key, L"wrong"));
    check_status(NTE_INCORRECT_PASSWORD, sign(key, signature));     /* what was given is tried, whatever is known */
    check_success(sign(key, signature));                            /* open question: known is what is right */
    NCryptFreeObject(key);

    check_success(NCryptOpenKey(provider, &key, name, AT_SIGNATURE, NCRYPT_NO_CACHED_PASSWORD));    /* open question */
    check_status(NTE_SILENT_CONTEXT, sign(key, signature));
    check_success(set_pin(key, L"password"));
    check_success(sign(key, signature));
    check_success(NCryptDeleteKey(key, 0));

    key = open_key(other_name);
    check_success(set_pin(key, L"password"));
    check_success(sign(key, signature));
    check_success(sign_new_handle(other_name));                     /* given to an opened key, known as well */
    check_success(NCryptDeleteKey(key, 0));
}

/* 18.4: on any handle, for every handle. */
static void test_forgotten(void)
{
    NCRYPT_KEY_HANDLE key, again;
    BYTE signature[64], blob[128];
    WCHAR name[128];
    DWORD size;

    key_name(name, L"forgotten");
    key = create_under(name, L"password");
    again = open_key(name);
    check_success(sign(again, signature));
    check_success(NCryptSetProperty(again, NCRYPT_PIN_PROPERTY, (BYTE *)L"", 0, 0));
    check_status(NTE_SILENT_CONTEXT, sign(key, signature));
    check_status(NTE_SILENT_CONTEXT, sign(again, signature));
    check_status(NTE_SILENT_CONTEXT, sign_new_handle(name));
    check_success(NCryptVerifySignature(key, NULL, hash, sizeof(hash), signature, 64, 0));
    check_success(NCryptExportKey(key, 0, BCRYPT_ECCPUBLIC_BLOB, NULL, blob, sizeof(blob), &size, 0));

    check_success(set_pin(key, L"wrong"));
    check_status(NTE_INCORRECT_PASSWORD, sign(key, signature));
    check_status(NTE_SILENT_CONTEXT, sign_new_handle(name));        /* nobody knows it from that */
    check_success(set_pin(key, L"password"));
    check_success(set_pin(key, L""));                               /* taken back before it was tried */
    check_status(NTE_SILENT_CONTEXT, sign(key, signature));
    check_success(set_pin(key, L"password"));
    check_success(sign(key, signature));
    check_success(sign(again, signature));
    check_success(NCryptVerifySignature(key, NULL, hash, sizeof(hash), signature, 64, 0));
    NCryptFreeObject(again);
    check_success(NCryptDeleteKey(key, 0));
}

/* A new key has a name, but not the password, of one that was there before. Handles of the old one go on. */
static void test_successor(void)
{
    NCRYPT_KEY_HANDLE key, old;
    BYTE signature[64];
    WCHAR name[128];

    key_name(name, L"successor");
    key = create_under(name, L"first");
    old = open_key(name);
    check_success(sign(old, signature));
    check_success(NCryptDeleteKey(key, 0));
    check_success(sign(old, signature));

    key = create_under(name, L"second");
    check_success(set_pin(key, L""));
    check_status(NTE_SILENT_CONTEXT, sign_new_handle(name));
    check_success(sign(old, signature));
    NCryptFreeObject(old);
    NCryptFreeObject(key);

    key = create_under(name, L"third");                             /* overwrites */
    check_success(sign_new_handle(name));
    check_success(set_pin(key, L""));
    check_status(NTE_SILENT_CONTEXT, sign_new_handle(name));
    check_success(NCryptDeleteKey(key, 0));
}

/* What cannot be protected is not made at all. */
static void test_refused(void)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR name[128];

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", NULL, 0, 0));
    check_status(NTE_NOT_SUPPORTED, set_policy(key, NCRYPT_UI_PROTECT_KEY_FLAG));
    check_success(set_policy(key, 0));
    NCryptFreeObject(key);
    key_name(name, L"refused");
    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, 0));
    check_status(NTE_NOT_SUPPORTED, set_policy(key, 4));
    check_status(NTE_NOT_SUPPORTED, set_policy(key, 8 | NCRYPT_UI_PROTECT_KEY_FLAG));
    check_status(NTE_NOT_SUPPORTED, set_policy(key, 0x80000000));
    NCryptFreeObject(key);
    check_success(NCryptCreatePersistedKey(provider, &key, L"AES", name, 0, 0));
    check_status(NTE_NOT_SUPPORTED, set_policy(key, NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG));
    NCryptFreeObject(key);
}

START_TEST(consent)
{
    provider = open_provider();
    test_password();
    test_sample();
    test_operations();
    test_consent();
    test_process();
    test_forgotten();
    test_successor();
    test_refused();
    NCryptFreeObject(provider);
}
