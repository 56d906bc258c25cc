/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Many threads: one certificate that all acquire the key of, keys that are made, used and deleted at the same time, and
 * messages. */
#include "credentials.h"

#define THREADS 8
#define ROUNDS 25

static struct
{
    struct identity identity;
    HANDLE start;
    LONG next;                      /* gives each thread its number */
    volatile LONG failures;
    DWORD error;                    /* of one of them */
} shared;

static void count(BOOL done)
{
    if (done) return;
    shared.error = GetLastError();
    InterlockedIncrement(&shared.failures);
}

static void run_threads(const char *what, LPTHREAD_START_ROUTINE proc)
{
    HANDLE threads[THREADS];
    unsigned int i;

    shared.next = shared.failures = 0;
    ResetEvent(shared.start);
    for (i = 0; i < THREADS; i++) threads[i] = CreateThread(NULL, 0, proc, NULL, 0, NULL);
    SetEvent(shared.start);
    ok(!WaitForMultipleObjects(THREADS, threads, TRUE, 240000), "%s: threads hang\n", what);
    for (i = 0; i < THREADS; i++) CloseHandle(threads[i]);
    ok(!shared.failures, "%s: %ld failures, such as %#lx\n", what, shared.failures, shared.error);
}

static LONG wait_for_start(void)
{
    WaitForSingleObject(shared.start, INFINITE);
    return InterlockedIncrement(&shared.next) - 1;
}

/* Every second time the handle is kept, by one context that all threads have and by one of their own. */
static DWORD WINAPI acquire_proc(void *arg)
{
    LONG number = wait_for_start();
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key;
    BYTE digest[32] = { 0 }, signature[256];
    PCCERT_CONTEXT cert;
    BOOL must_free;
    DWORD i, spec, flags;

    (void)arg;
    for (i = 0; i < ROUNDS; i++)
    {
        flags
            = CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG | (i & 1 ? CRYPT_ACQUIRE_CACHE_FLAG : CRYPT_ACQUIRE_COMPARE_KEY_FLAG);
        cert = number & 1 ? linked_copy(&shared.identity) : CertDuplicateCertificateContext(shared.identity.cert);
        must_free = FALSE;
        key = 0;
        count(CryptAcquireCertificatePrivateKey(cert, flags, NULL, &key, &spec, &must_free));
        count(sign_digest(key, digest, signature, sizeof(signature)));
        if (must_free) count(!NCryptFreeObject(key));
        CertFreeCertificateContext(cert);
    }
    return 0;
}

/* Each thread its own key; the store is one. */
static DWORD WINAPI whole_life_proc(void *arg)
{
    LONG number = wait_for_start();
    struct identity identity;
    WCHAR what[32];
    DWORD i;

    (void)arg;
    for (i = 0; i < 4; i++)
    {
        _snwprintf(what, ARRAY_SIZE(what), L"life %ld", number);
        make_identity(&identity, number & 1 ? L"RSA" : L"ECDSA_P256", what, 0);
        ok(is_self_signed(identity.cert), "not verified\n");
        remove_identity(&identity);
    }
    return 0;
}

static DWORD WINAPI message_proc(void *arg)
{
    CRYPT_SIGN_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgEncodingType = MESSAGE_ENCODING };
    CRYPT_VERIFY_MESSAGE_PARA verifying = { .cbSize = sizeof(verifying), .dwMsgAndCertEncodingType = MESSAGE_ENCODING };
    const BYTE *parts[] = { (const BYTE *)"a text" };
    DWORD sizes[] = { 6 }, size, i;
    BYTE message[4096];
    PCCERT_CONTEXT cert;

    (void)arg;
    wait_for_start();
    para.HashAlgorithm.pszObjId = (char *)SHA256_OID;
    for (i = 0; i < ROUNDS; i++)
    {
        cert = linked_copy(&shared.identity);
        para.pSigningCert = cert;
        para.cMsgCert = 1;
        para.rgpMsgCert = &cert;
        size = sizeof(message);
        count(CryptSignMessage(&para, FALSE, 1, parts, sizes, message, &size));
        count(CryptVerifyMessageSignature(&verifying, 0, message, size, NULL, NULL, NULL));
        CertFreeCertificateContext(cert);
    }
    return 0;
}

/* Each acquisition has a token of its own, which is gone afterwards. */
static DWORD WINAPI credentials_proc(void *arg)
{
    PCCERT_CONTEXT cert = linked_copy(&shared.identity);
    SECURITY_STATUS status;
    DWORD i;

    (void)arg;
    wait_for_start();
    for (i = 0; i < ROUNDS; i++)
    {
        status = acquire_credentials(cert);
        SetLastError(status);
        count(!status);
    }
    CertFreeCertificateContext(cert);
    return 0;
}

static DWORD count_containers(void)
{
    DWORD count = 0;
    HKEY key;

    if (RegOpenKeyExW(HKEY_CURRENT_USER, L"Software\\Wine\\Crypto\\RSA", 0, KEY_READ, &key)) return 0;
    RegQueryInfoKeyW(key, NULL, NULL, NULL, &count, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    RegCloseKey(key);
    return count;
}

/* --- the loader's lock --- */

static DWORD WINAPI property_proc(void *arg)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key;
    BYTE buffer[1024];
    DWORD size = sizeof(buffer), spec;
    BOOL must_free = FALSE;

    InterlockedIncrement(&shared.next);
    WaitForSingleObject(shared.start, INFINITE);
    count(CertGetCertificateContextProperty(shared.identity.cert, CERT_KEY_PROV_INFO_PROP_ID, buffer, &size));
    count(CryptAcquireCertificatePrivateKey(shared.identity.cert, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG, NULL, &key, &spec,
                                            &must_free));
    if (must_free) NCryptFreeObject(key);
    SetEvent(arg);
    return 0;
}

/* A DLL that is being loaded may wait for a thread that asks for a certificate's key. */
static void test_loader_lock(void)
{
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    NTSTATUS (WINAPI *lock_loader)(ULONG, ULONG *, ULONG_PTR *) = (void *)GetProcAddress(ntdll, "LdrLockLoaderLock");
    NTSTATUS (WINAPI *unlock_loader)(ULONG, ULONG_PTR) = (void *)GetProcAddress(ntdll, "LdrUnlockLoaderLock");
    ULONG_PTR cookie;
    HANDLE thread, done = CreateEventW(NULL, TRUE, FALSE, NULL);

    shared.next = shared.failures = 0;
    ResetEvent(shared.start);
    thread = CreateThread(NULL, 0, property_proc, done, 0, NULL);
    while (!*(volatile LONG *)&shared.next) Sleep(1);
    lock_loader(0, NULL, &cookie);
    SetEvent(shared.start);
    ok(!WaitForSingleObject(done, 20000), "the thread waits for the loader\n");
    unlock_loader(0, cookie);
    ok(!WaitForSingleObject(thread, 20000), "the thread hangs\n");
    ok(!shared.failures, "%ld failures, such as %#lx\n", shared.failures, shared.error);
    CloseHandle(thread);
    CloseHandle(done);
}

START_TEST(threads)
{
    DWORD containers;

    shared.start = CreateEventW(NULL, TRUE, FALSE, NULL);
    make_identity(&shared.identity, L"RSA", L"threads", 0);
    run_threads("acquire", acquire_proc);
    run_threads("messages", message_proc);
    test_loader_lock();
    containers = count_containers();
    run_threads("credentials", credentials_proc);
    ok(count_containers() == containers, "%lu containers, %lu before\n", count_containers(), containers);
    run_threads("whole lives", whole_life_proc);
    remove_identity(&shared.identity);
    CloseHandle(shared.start);
}
