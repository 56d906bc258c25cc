/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Passwords in parameter lists: when the call is over, no copy of them is left in the memory of the process, freed heap
 * included, whether the call succeeded or not. (tests/unit/wiped.c looks at what the engine keeps.) */
#include "ncrypt_test.h"

#define MASK     0x5a
#define LENGTH   40                 /* characters of the password */
#define SKIPPED  32                 /* bytes of its start, which the heap overwrites in a freed block */
#define PATTERN  32                 /* bytes that are searched for */

static BYTE masked[PATTERN];        /* so that the pattern is not found itself */
static WCHAR *password;             /* the one copy that is allowed, until it is wiped */

static void make_password(unsigned int seed)
{
    unsigned int i;

    password = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, (LENGTH + 1) * sizeof(*password));
    for (i = 0; i < LENGTH; i++) password[i] = 'A' + (i * 7 + seed * (i + 3)) % 50;
    for (i = 0; i < PATTERN; i++) masked[i] = ((BYTE *)password)[SKIPPED + i] ^ MASK;
}

static void wipe_password(void)
{
    SecureZeroMemory(password, LENGTH * sizeof(*password));
    HeapFree(GetProcessHeap(), 0, password);
}

static unsigned int count_in(const BYTE *start, SIZE_T size)
{
    const BYTE first = masked[0] ^ MASK;
    unsigned int found = 0, i;
    const BYTE *p;

    for (p = start; p + PATTERN <= start + size; p++)
    {
        if (*p != first) continue;
        for (i = 1; i < PATTERN; i++) if ((p[i] ^ MASK) != masked[i]) break;
        found += i == PATTERN;
    }
    return found;
}

static unsigned int count_copies(void)
{
    const DWORD writable = PAGE_READWRITE | PAGE_EXECUTE_READWRITE;
    MEMORY_BASIC_INFORMATION info;
    unsigned int found = 0;
    const BYTE *p = NULL;

    for (; VirtualQuery(p, &info, sizeof(info)); p = (const BYTE *)info.BaseAddress + info.RegionSize)
    {
        if (info.State != MEM_COMMIT || !(info.Protect & writable) || (info.Protect & PAGE_GUARD)) continue;
        found += count_in(info.BaseAddress, info.RegionSize);
    }
    return found;
}

static void fill(NCryptBufferDesc *desc, NCryptBuffer buffers[2], const char *oid)
{
    const NCryptBuffer secret = { (LENGTH + 1) * sizeof(*password), NCRYPTBUFFER_PKCS_SECRET, password };
    const NCryptBuffer alg = { strlen(oid) + 1, NCRYPTBUFFER_PKCS_ALG_OID, (void *)oid };

    buffers[0] = secret;
    buffers[1] = alg;
    desc->ulVersion = NCRYPTBUFFER_VERSION;
    desc->cBuffers = 2;
    desc->pBuffers = buffers;
}

static SECURITY_STATUS export_encrypted(NCRYPT_KEY_HANDLE key, const char *oid, BYTE *blob, DWORD *size)
{
    NCryptBuffer buffers[2];
    NCryptBufferDesc desc;

    fill(&desc, buffers, oid);
    return NCryptExportKey(key, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, &desc, blob, *size, size, 0);
}

static SECURITY_STATUS import_encrypted(NCRYPT_PROV_HANDLE provider, BYTE *blob, DWORD size)
{
    NCryptBuffer buffers[2];
    NCryptBufferDesc desc;
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    fill(&desc, buffers, "1.2.840.113549.1.12.1.3");
    desc.cBuffers = 1;
    status = NCryptImportKey(provider, 0, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, &desc, &key, blob, size, 0);
    if (!status) check_success(NCryptFreeObject(key));
    return status;
}

static void check_nothing_left(const char *what)
{
    unsigned int copies;

    wipe_password();
    copies = count_copies();
    ok(!copies, "%s: %u copies of the password\n", what, copies);
}

/* Else what follows would be worth nothing. */
static void test_search(void)
{
    WCHAR *copy;

    make_password(1);
    ok(count_copies() == 1, "the password is not found\n");
    copy = HeapAlloc(GetProcessHeap(), 0, LENGTH * sizeof(*copy));
    memcpy(copy, password, LENGTH * sizeof(*copy));
    HeapFree(GetProcessHeap(), 0, copy);
    ok(count_copies() == 2, "a copy in freed memory is not found\n");
    copy = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, LENGTH * sizeof(*copy));
    HeapFree(GetProcessHeap(), 0, copy);
    wipe_password();
}

START_TEST(wiped)
{
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    BYTE blob[1024];
    DWORD size;

    if (strcmp(winetest_platform, "wine"))
    {
        skip("what Windows wipes is not ours to test\n");
        return;
    }
    test_search();
    provider = open_provider();
    key = make_key(provider, BCRYPT_ECDSA_P256_ALGORITHM, NULL, 0, NCRYPT_ALLOW_EXPORT_FLAG, 0);

    make_password(2);
    size = sizeof(blob);
    check_success(export_encrypted(key, "1.2.840.113549.1.12.1.3", blob, &size));
    check_success(import_encrypted(provider, blob, size));
    check_nothing_left("there and back");

    make_password(3);
    check_failure(import_encrypted(provider, blob, size));
    check_nothing_left("a wrong password");

    make_password(4);
    check_failure(export_encrypted(key, "1.2.3.4", blob, &size));
    check_nothing_left("an algorithm that nobody knows");

    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(provider));
}
