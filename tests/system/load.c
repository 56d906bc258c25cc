/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A worker of check-load: creates, opens, overwrites, signs with, enumerates and deletes keys whose names other
 * workers use as well, and keeps a journal of what it was told. It may be killed at any moment.
 *
 *   load.exe fill COUNT JOURNAL            creates fill-0, fill-1, ...
 *   load.exe work ID SECONDS COUNT JOURNAL uses keys; COUNT is how many `fill-` keys every enumeration must show
 *   load.exe list                          each key that there is: "K NAME PUBLIC STATUS", after signing with it
 *   load.exe terminate NAME                a thread overwrites NAME until TerminateThread, then the process waits
 *   load.exe terminate-property NAME       a thread sets a property of NAME until then, and the other one
 *                                          goes on and deletes NAME
 *
 * A line of the journal is written before and after each call that changes something: c/C create, o/O overwrite,
 * d/D delete, n for a call that was refused as it may be. check-load says how they are read. */
#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PUBLIC_CHARS    17          /* of a public part, in hex, with NUL: enough to tell keys apart */

static NCRYPT_PROV_HANDLE provider;
static HANDLE journal;
static unsigned int random_state;
static unsigned int fill_count;
static ULONG_PTR highest_slot;

/* --- what is written down --- */

static void note(const char *format, ...)
{
    char line[256];
    DWORD written;
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(line, sizeof(line) - 1, format, args);
    va_end(args);
    line[length++] = '\n';
    if (!WriteFile(journal, line, length, &written, NULL) || written != (DWORD)length) ExitProcess(3);
}

/* What must not happen ends the worker; the line says what it was. */
static void fail(const char *what, const char *name, SECURITY_STATUS status)
{
    note("x %s %s 0x%08lx", what, name, (unsigned long)status);
    ExitProcess(2);
}

static void check(const char *what, const char *name, SECURITY_STATUS status)
{
    if (status) fail(what, name, status);
}

/* --- keys --- */

static unsigned int pick(unsigned int count)
{
    random_state = random_state * 1103515245 + 12345;
    return (random_state >> 16) % count;
}

static WCHAR *wide(const char *name)
{
    static WCHAR buffer[64];
    int i;

    for (i = 0; (buffer[i] = name[i]); i++);
    return buffer;
}

/* The slot of our table that a handle names (dlls/ncrypt/handle.c): slots are used again, so with a leak of
 * handles the number grows. */
static void see_handle(NCRYPT_HANDLE handle)
{
    ULONG_PTR slot = (handle >> 1) & 0x3fffff;

    if (slot > highest_slot) highest_slot = slot;
}

static SECURITY_STATUS open_key(const char *name, NCRYPT_KEY_HANDLE *key)
{
    SECURITY_STATUS status = NCryptOpenKey(provider, key, wide(name), 0, 0);

    if (!status) see_handle(*key);
    return status;
}

static void public_of(NCRYPT_KEY_HANDLE key, const char *name, char text[PUBLIC_CHARS])
{
    BYTE blob[256];
    DWORD size;
    int i;

    check("export", name, NCryptExportKey(key, 0, BCRYPT_ECCPUBLIC_BLOB, NULL, blob, sizeof(blob), &size, 0));
    for (i = 0; i < PUBLIC_CHARS / 2; i++) sprintf(text + 2 * i, "%02x", blob[sizeof(BCRYPT_ECCKEY_BLOB) + i]);
}

static SECURITY_STATUS sign(NCRYPT_KEY_HANDLE key)
{
    BYTE hash[32], signature[64];
    SECURITY_STATUS status;
    unsigned int i;
    DWORD size;

    for (i = 0; i < sizeof(hash); i++) hash[i] = pick(256);
    status = NCryptSignHash(key, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, 0);
    if (status) return status;
    return NCryptVerifySignature(key, NULL, hash, sizeof(hash), signature, size, 0);
}

static void create(const char *name, BOOL overwrite)
{
    char text[PUBLIC_CHARS];
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    note("%c %s", overwrite ? 'o' : 'c', name);
    status = NCryptCreatePersistedKey(provider, &key, BCRYPT_ECDSA_P256_ALGORITHM, wide(name), 0,
                                      overwrite ? NCRYPT_OVERWRITE_KEY_FLAG : 0);
    if (!status)
    {
        see_handle(key);
        if (!(status = NCryptFinalizeKey(key, 0)))
        {
            public_of(key, name, text);
            note("%c %s %s", overwrite ? 'O' : 'C', name, text);
        }
        check("free", name, NCryptFreeObject(key));
    }
    if (status == NTE_EXISTS && !overwrite) note("n %s", name);
    else check("create", name, status);
}

static void delete(const char *name)
{
    char text[PUBLIC_CHARS];
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status = open_key(name, &key);

    if (status == NTE_BAD_KEYSET) return;
    check("open to delete", name, status);
    public_of(key, name, text);
    note("d %s %s", name, text);
    if (!(status = NCryptDeleteKey(key, 0)))
    {
        note("D %s %s", name, text);
        return;
    }
    if (status != NTE_BAD_KEYSET) fail("delete", name, status);
    note("n %s", name);
    check("free", name, NCryptFreeObject(key));
}

static void use(const char *name)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status = open_key(name, &key);

    if (status == NTE_BAD_KEYSET) return;
    check("open", name, status);
    check("sign", name, sign(key));
    check("free", name, NCryptFreeObject(key));
    note("s %s", name);
}

/* Keeps the public part with the key; whoever opens it later sees whether one goes with the other. */
static void label(const char *name)
{
    char text[PUBLIC_CHARS], found[PUBLIC_CHARS];
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status = open_key(name, &key);
    DWORD size;

    if (status == NTE_BAD_KEYSET) return;
    check("open", name, status);
    public_of(key, name, text);
    status = NCryptGetProperty(key, L"Load", (BYTE *)found, sizeof(found), &size, 0);
    if (!status && (size != sizeof(found) || memcmp(found, text, size))) fail("label", name, NTE_BAD_DATA);
    status = NCryptSetProperty(key, L"Load", (BYTE *)text, sizeof(text), NCRYPT_PERSIST_FLAG);
    if (status != NTE_BAD_KEYSET) check("set property", name, status);
    check("free", name, NCryptFreeObject(key));
    note("p %s", name);
}

static void enumerate(void)
{
    unsigned int count = 0, fill = 0;
    NCryptKeyName *name;
    SECURITY_STATUS status;
    void *state = NULL;

    while (!(status = NCryptEnumKeys(provider, NULL, &name, &state, 0)))
    {
        count++;
        if (!wcsncmp(name->pszName, L"fill-", 5)) fill++;
        NCryptFreeBuffer(name);
    }
    NCryptFreeBuffer(state);
    if (status != NTE_NO_MORE_ITEMS) fail("enumerate", "-", status);
    if (fill != fill_count) fail("enumeration leaves out keys", "-", fill);
    note("e %u", count);
}

/* --- commands --- */

static void fill(unsigned int count)
{
    char name[32];
    unsigned int i;

    for (i = 0; i < count; i++)
    {
        sprintf(name, "fill-%u", i);
        create(name, FALSE);
    }
}

static void one_operation(int id)
{
    unsigned int choice = pick(100);
    char name[32];

    if (choice < 45) sprintf(name, "shared-%u", pick(16));
    else if (choice < 75) sprintf(name, "own-%d-%u", id, pick(8));
    else if (choice < 90) sprintf(name, "over-%u", pick(4));
    else sprintf(name, "fill-%u", pick(fill_count));

    if (choice == 99) enumerate();
    else if (choice >= 90) use(name);
    else if (choice >= 75) choice % 2 ? create(name, TRUE) : use(name);
    else if (choice >= 45 && !pick(4)) label(name);
    else if (choice % 3 == 0) create(name, FALSE);
    else if (choice % 3 == 1) delete(name);
    else use(name);
}

/* Wine gives out the lowest handle that is free: with a leak the next one is a higher one each time. */
static unsigned int next_handle(void)
{
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);

    CloseHandle(event);
    return (ULONG_PTR)event / 4;
}

static void work(int id, unsigned int seconds)
{
    ULONGLONG start = GetTickCount64(), now;
    unsigned int handles = 0;

    random_state = GetCurrentProcessId() * 2654435761u + (unsigned int)start;
    while ((now = GetTickCount64()) - start < seconds * 1000)
    {
        one_operation(id);
        if (!handles && now - start > seconds * 1000 / 3) handles = next_handle();
    }
    note("r %u %u %lu", handles, next_handle(), (unsigned long)highest_slot);
}

static SECURITY_STATUS open_and_sign(const char *name, char text[PUBLIC_CHARS])
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status = open_key(name, &key);

    strcpy(text, "-");
    if (status) return status;
    public_of(key, name, text);
    status = sign(key);
    NCryptFreeObject(key);
    return status;
}

static void list(void)
{
    char text[PUBLIC_CHARS], narrow[64];
    NCryptKeyName *name;
    SECURITY_STATUS status;
    void *state = NULL;

    while (!NCryptEnumKeys(provider, NULL, &name, &state, 0))
    {
        sprintf(narrow, "%.60ls", name->pszName);
        NCryptFreeBuffer(name);
        status = open_and_sign(narrow, text);
        note("K %s %s 0x%08lx", narrow, text, (unsigned long)status);
    }
    NCryptFreeBuffer(state);
}

static DWORD WINAPI overwrite_forever(void *name)
{
    for (;;) create(name, TRUE);
    return 0;
}

static void terminate(char *name)
{
    HANDLE thread = CreateThread(NULL, 0, overwrite_forever, name, 0, NULL);

    random_state = GetCurrentProcessId() * 2654435761u + GetTickCount();
    Sleep(100 + pick(100));
    TerminateThread(thread, 0);
    WaitForSingleObject(thread, INFINITE);
    note("terminated");
    Sleep(INFINITE);
}

static DWORD WINAPI set_forever(void *key)
{
    while (!NCryptSetProperty((NCRYPT_KEY_HANDLE)key, L"Load", (BYTE *)"1", 1, NCRYPT_PERSIST_FLAG));
    return 0;
}

static void terminate_property(const char *name)
{
    NCRYPT_KEY_HANDLE key;
    HANDLE thread;

    create(name, TRUE);
    check("open", name, open_key(name, &key));
    note("ready");
    Sleep(1000);                        /* check-terminated-thread takes the lock of the store meanwhile */
    thread = CreateThread(NULL, 0, set_forever, (void *)key, 0, NULL);
    Sleep(500);
    TerminateThread(thread, 0);
    WaitForSingleObject(thread, INFINITE);
    note("terminated");
    note("set 0x%08lx", (unsigned long)NCryptSetProperty(key, L"Load", (BYTE *)"2", 1, NCRYPT_PERSIST_FLAG));
    note("deleted 0x%08lx", (unsigned long)NCryptDeleteKey(key, 0));
}

static HANDLE open_journal(const char *path)
{
    HANDLE file = CreateFileA(path, FILE_APPEND_DATA, FILE_SHARE_READ, NULL, CREATE_ALWAYS, 0, NULL);

    if (file == INVALID_HANDLE_VALUE) ExitProcess(3);
    return file;
}

int main(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";

    journal = GetStdHandle(STD_OUTPUT_HANDLE);
    if (!strcmp(command, "fill") && argc > 3) journal = open_journal(argv[3]);
    if (!strcmp(command, "work") && argc > 5) journal = open_journal(argv[5]);
    check("provider", "-", NCryptOpenStorageProvider(&provider, NULL, 0));

    if (!strcmp(command, "fill") && argc > 3) fill(atoi(argv[2]));
    else if (!strcmp(command, "work") && argc > 5)
    {
        fill_count = atoi(argv[4]);
        work(atoi(argv[2]), atoi(argv[3]));
    }
    else if (!strcmp(command, "list")) list();
    else if (!strcmp(command, "terminate") && argc > 2) terminate(argv[2]);
    else if (!strcmp(command, "terminate-property") && argc > 2) terminate_property(argv[2]);
    else return 1;
    return 0;
}
