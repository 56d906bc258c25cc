/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What not every provider has. Each status of a row that is not 0 is a line in doc/providers.md. */
#include "provider_test.h"

static NCRYPT_PROV_HANDLE provider;

static void test_notification(void)
{
    HANDLE event = NULL;

    check_status(row->notify, NCryptNotifyChangeKey(provider, &event, NCRYPT_REGISTER_NOTIFY_FLAG));
    if (!row->notify) check_success(NCryptNotifyChangeKey(provider, &event, NCRYPT_UNREGISTER_NOTIFY_FLAG));
}

/* The status of making a key with that property, from whichever call refuses. */
static SECURITY_STATUS try_property(const WCHAR *algorithm, const WCHAR *property, DWORD value)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if ((status = NCryptCreatePersistedKey(provider, &key, algorithm, NULL, 0, 0))) return status;
    if (!(status = set_dword(key, property, value, 0))) status = NCryptFinalizeKey(key, 0);
    NCryptFreeObject(key);
    return status;
}

static void test_policies(void)
{
    check_status(row->archivable, try_property(L"ECDSA_P256", NCRYPT_EXPORT_POLICY_PROPERTY,
                                               NCRYPT_ALLOW_ARCHIVING_FLAG));
    check_status(row->archivable, try_property(L"RSA", NCRYPT_EXPORT_POLICY_PROPERTY,
                                               NCRYPT_ALLOW_PLAINTEXT_ARCHIVING_FLAG));
}

static void test_lengths(void)
{
    check_status(row->short_rsa, try_property(L"RSA", NCRYPT_LENGTH_PROPERTY, 512));
}

/* Some of these want more than a name where they are known. */
static void test_algorithms(void)
{
    static const WCHAR *const others[] = { L"DH", L"3DES", L"HKDF", L"PBKDF2", L"ML-DSA", L"ML-KEM" };
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(others) && row->aes; i++)
        check_status(row->aes, try_algorithm(provider, others[i], NULL));
}

/* The numbers of P-256, in place of its name. */
static DWORD curve_numbers(BYTE *value, DWORD room)
{
    NCRYPT_PROV_HANDLE software = open_provider();
    NCRYPT_KEY_HANDLE key = 0;
    DWORD size = 0;

    check_success(NCryptCreatePersistedKey(software, &key, L"ECDSA", NULL, 0, 0));
    check_success(set_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, L"nistP256", 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(NCryptGetProperty(key, NCRYPT_ECC_PARAMETERS_PROPERTY, value, room, &size, 0));
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(software));
    return size;
}

/* All know it by these. */
static void test_explicit_curve(void)
{
    NCRYPT_KEY_HANDLE key = 0;
    BYTE value[1024];
    DWORD size = curve_numbers(value, sizeof(value));
    SECURITY_STATUS status;

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA", NULL, 0, 0));
    status = NCryptSetProperty(key, NCRYPT_ECC_PARAMETERS_PROPERTY, value, size, 0);
    if (!status) status = NCryptFinalizeKey(key, 0);
    check_status(ERROR_SUCCESS, status);
    check_success(NCryptFreeObject(key));
}

/* The software provider of Wine's CryptoAPI gets a copy. */
static void test_legacy_copy(void)
{
    NCRYPT_KEY_HANDLE key = 0;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"legacy copy");

    remove_key(provider, name, 0);
    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", name, 0, 0));
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 2048, 0));
    check_status(row->legacy_copy, NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
    if (row->legacy_copy) check_success(NCryptFreeObject(key));
    else check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
}

static void check_blob(NCRYPT_KEY_HANDLE key, const WCHAR *type, SECURITY_STATUS expected)
{
    BYTE blob[4096];
    DWORD size;

    check_status(expected, export_blob(key, type, blob, sizeof(blob), &size));
}

static void test_blobs(void)
{
    NCRYPT_KEY_HANDLE key = new_key(provider, L"ECDSA_P256", NULL, row->exportable ? 0 : NCRYPT_ALLOW_EXPORT_FLAG);

    check_blob(key, NCRYPT_OPAQUETRANSPORT_BLOB, row->transport);
    check_blob(key, BCRYPT_OPAQUE_KEY_BLOB, row->opaque);
    check_success(NCryptFreeObject(key));
}

static void test_security(void)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"security");
    DWORD size;

    remove_key(provider, name, 0);
    key = new_key(provider, L"ECDSA_P256", name, 0);
    check_status(row->security, NCryptGetProperty(key, NCRYPT_SECURITY_DESCR_PROPERTY, NULL, 0, &size,
                                                  DACL_SECURITY_INFORMATION));
    check_success(NCryptDeleteKey(key, 0));
}

START_TEST(lacks)
{
    if (!(provider = open_row())) return;
    test_notification();
    test_policies();
    test_lengths();
    test_algorithms();
    test_explicit_curve();
    test_legacy_copy();
    test_blobs();
    test_security();
    check_success(NCryptFreeObject(provider));
}
