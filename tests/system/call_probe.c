/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the scripts here ask of the DLL in one process: a command, sometimes with the name of a key. Prints the
 * status of the last call as 0x%08x, after it what was asked for, and exits with 0 when the status is 0. */
#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include <stdio.h>
#include <string.h>

static NCRYPT_PROV_HANDLE provider;

static SECURITY_STATUS open_provider(void)
{
    return NCryptOpenStorageProvider(&provider, NULL, 0);
}

static SECURITY_STATUS create_key(const WCHAR *name, DWORD flags)
{
    SECURITY_STATUS status;
    NCRYPT_KEY_HANDLE key;

    if ((status = NCryptCreatePersistedKey(provider, &key, BCRYPT_ECDSA_P256_ALGORITHM, name, 0, flags))) return status;
    status = NCryptFinalizeKey(key, 0);
    NCryptFreeObject(key);
    return status;
}

/* Without a name, and nothing of it is stored. */
static SECURITY_STATUS use_ephemeral(void)
{
    BYTE hash[32] = {1}, signature[64];
    SECURITY_STATUS status;
    NCRYPT_KEY_HANDLE key;
    DWORD size;

    if ((status = NCryptCreatePersistedKey(provider, &key, BCRYPT_ECDSA_P256_ALGORITHM, NULL, 0, 0))) return status;
    status = NCryptFinalizeKey(key, 0);
    if (!status) status = NCryptSignHash(key, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, 0);
    if (!status) status = NCryptVerifySignature(key, NULL, hash, sizeof(hash), signature, size, 0);
    NCryptFreeObject(key);
    return status;
}

static SECURITY_STATUS export_key(const WCHAR *name, BYTE blob[256], DWORD *size)
{
    SECURITY_STATUS status;
    NCRYPT_KEY_HANDLE key;

    if ((status = NCryptOpenKey(provider, &key, name, 0, 0))) return status;
    status = NCryptExportKey(key, 0, BCRYPT_ECCPUBLIC_BLOB, NULL, blob, 256, size, 0);
    NCryptFreeObject(key);
    return status;
}

/* Time for the world to change, once the key is known. */
static SECURITY_STATUS export_twice(const WCHAR *name, BYTE blob[256], DWORD *size)
{
    SECURITY_STATUS status;

    if ((status = export_key(name, blob, size))) return status;
    printf("exported\n");
    fflush(stdout);
    Sleep(3000);
    return export_key(name, blob, size);
}

static SECURITY_STATUS delete_key(const WCHAR *name)
{
    SECURITY_STATUS status;
    NCRYPT_KEY_HANDLE key;

    if ((status = NCryptOpenKey(provider, &key, name, 0, 0))) return status;
    return NCryptDeleteKey(key, 0);
}

static SECURITY_STATUS count_keys(DWORD *count)
{
    SECURITY_STATUS status;
    NCryptKeyName *name;
    void *state = NULL;

    for (*count = 0; !(status = NCryptEnumKeys(provider, NULL, &name, &state, 0)); ++*count) NCryptFreeBuffer(name);
    NCryptFreeBuffer(state);
    return status == NTE_NO_MORE_ITEMS ? ERROR_SUCCESS : status;
}

int wmain(int argc, WCHAR **argv)
{
    const WCHAR *command = argc > 1 ? argv[1] : L"", *name = argc > 2 ? argv[2] : L"";
    SECURITY_STATUS status;
    DWORD size = 0, count = 0, i;
    BYTE blob[256];

    status = open_provider();
    if (!wcscmp(command, L"provider-again") && status) status = open_provider();
    if (!wcscmp(command, L"provider-named")) status = NCryptOpenStorageProvider(&provider, name, 0);
    if (!wcscmp(command, L"create") && !status) status = create_key(name, 0);
    if (!wcscmp(command, L"create-machine") && !status) status = create_key(name, NCRYPT_MACHINE_KEY_FLAG);
    if (!wcscmp(command, L"ephemeral") && !status) status = use_ephemeral();
    if (!wcscmp(command, L"public") && !status) status = export_key(name, blob, &size);
    if (!wcscmp(command, L"linger") && !status) status = export_twice(name, blob, &size);
    if (!wcscmp(command, L"delete") && !status) status = delete_key(name);
    if (!wcscmp(command, L"count") && !status) status = count_keys(&count);

    printf("0x%08lx", (unsigned long)status);
    for (i = 0; i < size; i++) printf("%s%02x", i ? "" : " ", blob[i]);
    if (!wcscmp(command, L"count")) printf(" %lu", (unsigned long)count);
    printf("\n");
    return status != 0;
}
