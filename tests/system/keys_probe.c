/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What check-ncrypt-keys asks of ncrypt.dll: keys of other kinds than probe.c makes, and signatures. Prints the status
 * as 0x%08x, after it the signature in hex, and exits with 0 when the status is 0. */
#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static NCRYPT_PROV_HANDLE provider;

static SECURITY_STATUS set_dword(NCRYPT_KEY_HANDLE key, const WCHAR *name, DWORD value)
{
    return NCryptSetProperty(key, name, (BYTE *)&value, sizeof(value), NCRYPT_PERSIST_FLAG);
}

/* Under a password that nobody is asked for: it was given before. */
static SECURITY_STATUS lock(NCRYPT_KEY_HANDLE key, const WCHAR *password)
{
    NCRYPT_UI_POLICY policy = {1, NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG, NULL, NULL, NULL};
    SECURITY_STATUS status;

    status = NCryptSetProperty(key, NCRYPT_UI_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy), NCRYPT_PERSIST_FLAG);
    if (status) return status;
    return NCryptSetProperty(key, NCRYPT_PIN_PROPERTY, (BYTE *)password, (lstrlenW(password) + 1) * sizeof(WCHAR), 0);
}

/* make NAME ALGORITHM BITS POLICY MACHINE [PASSWORD] */
static SECURITY_STATUS make_key(int argc, WCHAR **argv)
{
    DWORD flags = argc > 6 && _wtoi(argv[6]) ? NCRYPT_MACHINE_KEY_FLAG : 0;
    SECURITY_STATUS status;
    NCRYPT_KEY_HANDLE key;

    if (argc < 7) return NTE_INVALID_PARAMETER;
    if ((status = NCryptCreatePersistedKey(provider, &key, argv[3], argv[2], 0, flags))) return status;
    if (_wtoi(argv[4])) status = set_dword(key, NCRYPT_LENGTH_PROPERTY, _wtoi(argv[4]));
    if (!status) status = set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, _wtoi(argv[5]));
    if (!status && argc > 7) status = lock(key, argv[7]);
    if (!status) status = NCryptFinalizeKey(key, 0);
    NCryptFreeObject(key);
    return status;
}

/* names NAME...: a key of each name */
static SECURITY_STATUS make_names(int argc, WCHAR **argv)
{
    SECURITY_STATUS status = ERROR_SUCCESS;
    NCRYPT_KEY_HANDLE key;
    int i;

    for (i = 2; i < argc && !status; i++)
    {
        if ((status = NCryptCreatePersistedKey(provider, &key, BCRYPT_ECDSA_P256_ALGORITHM, argv[i], 0, 0))) break;
        status = NCryptFinalizeKey(key, 0);
        NCryptFreeObject(key);
    }
    return status;
}

/* sign NAME rsa|ec: 32 bytes, 00 01 02 ..., as if they were a SHA-256 */
static SECURITY_STATUS sign(const WCHAR *name, const WCHAR *kind, BYTE signature[1024], DWORD *size)
{
    BCRYPT_PKCS1_PADDING_INFO padding = {BCRYPT_SHA256_ALGORITHM};
    int rsa = !wcscmp(kind, L"rsa");
    SECURITY_STATUS status;
    NCRYPT_KEY_HANDLE key;
    BYTE hash[32];
    int i;

    for (i = 0; i < 32; i++) hash[i] = i;
    if ((status = NCryptOpenKey(provider, &key, name, 0, NCRYPT_SILENT_FLAG))) return status;
    status = NCryptSignHash(key, rsa ? &padding : NULL, hash, sizeof(hash), signature, 1024, size,
                            NCRYPT_SILENT_FLAG | (rsa ? BCRYPT_PAD_PKCS1 : 0));
    NCryptFreeObject(key);
    return status;
}

int wmain(int argc, WCHAR **argv)
{
    SECURITY_STATUS status = NCryptOpenStorageProvider(&provider, NULL, 0);
    BYTE signature[1024];
    DWORD size = 0, i;

    if (!status && argc > 1 && !wcscmp(argv[1], L"make")) status = make_key(argc, argv);
    else if (!status && argc > 1 && !wcscmp(argv[1], L"names")) status = make_names(argc, argv);
    else if (!status && argc > 3 && !wcscmp(argv[1], L"sign")) status = sign(argv[2], argv[3], signature, &size);
    else if (!status) status = NTE_INVALID_PARAMETER;

    printf("0x%08lx", (unsigned long)status);
    for (i = 0; !status && i < size; i++) printf("%s%02x", i ? "" : " ", signature[i]);
    printf("\n");
    return status != 0;
}
