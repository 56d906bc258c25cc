/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Passwords in parameter lists: when the call is over, no copy of them is left in the memory of the process, freed heap
 * included, whether the call succeeded or not. That memory includes the frame in which Wine saves the vector registers
 * for each system call, such as those that the search itself makes. (tests/unit/wiped.c looks at what the engine
 * keeps.) */
#include "ncrypt_test.h"

#define MASK     0x5a
#define LENGTH   40                 /* characters of the password */
#define SKIPPED  32                 /* bytes of its start, which the heap overwrites in a freed block */
#define PATTERN  16                 /* bytes that are searched for: what goes into the smallest vector register */

static BYTE masked[PATTERN];        /* so that the pattern is not found itself */
static WCHAR *password;             /* the one copy that is allowed, until it is wiped */

/* One character at a time: a loop in vector registers would leave the password there. */
static void make_password(unsigned int seed)
{
    volatile WCHAR *made = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, (LENGTH + 1) * sizeof(*made));
    volatile BYTE *bytes = (volatile BYTE *)made;
    unsigned int i;

    for (i = 0; i < LENGTH; i++) made[i] = 'A' + (i * 7 + seed * (i + 3)) % 50;
    for (i = 0; i < PATTERN; i++) masked[i] = bytes[SKIPPED + i] ^ MASK;
    password = (WCHAR *)made;
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

/* The engine answers at once, with next to no work that would overwrite registers. */
static SECURITY_STATUS export_as(NCRYPT_KEY_HANDLE key, const WCHAR *type, BYTE *blob, DWORD *size)
{
    NCryptBuffer buffers[2];
    NCryptBufferDesc desc;

    fill(&desc, buffers, "1.2.840.113549.1.12.1.3");
    return NCryptExportKey(key, 0, type, &desc, blob, *size, size, 0);
}

/* Refused before the engine sees it: a name that is not there. */
static SECURITY_STATUS export_without_name(NCRYPT_KEY_HANDLE key, BYTE *blob, DWORD *size)
{
    NCryptBuffer buffers[2];
    NCryptBufferDesc desc;

    fill(&desc, buffers, "1.2.3.4");
    buffers[1].BufferType = NCRYPTBUFFER_PKCS_KEY_NAME;
    buffers[1].cbBuffer = 0;
    buffers[1].pvBuffer = NULL;
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

/* The engine copies the value before it finds that nobody may set it. */
static SECURITY_STATUS set_read_only(NCRYPT_KEY_HANDLE key)
{
    return NCryptSetProperty(key, NCRYPT_UNIQUE_NAME_PROPERTY, (BYTE *)password, LENGTH * sizeof(*password), 0);
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
    volatile WCHAR *copy;
    unsigned int i;

    make_password(1);
    ok(count_copies() == 1, "the password is not found\n");
    copy = HeapAlloc(GetProcessHeap(), 0, LENGTH * sizeof(*copy));
    for (i = 0; i < LENGTH; i++) copy[i] = password[i];
    HeapFree(GetProcessHeap(), 0, (void *)copy);
    ok(count_copies() == 2, "a copy in freed memory is not found\n");
    copy = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, LENGTH * sizeof(*copy));
    HeapFree(GetProcessHeap(), 0, (void *)copy);
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

    make_password(5);
    check_failure(export_as(key, L"NoSuchBlob", blob, &size));
    check_nothing_left("a blob that nobody knows");

    make_password(6);
    check_failure(export_without_name(key, blob, &size));
    check_nothing_left("a list that is refused");

    make_password(7);
    check_failure(set_read_only(key));
    check_nothing_left("a property that is refused");

    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(provider));
}
