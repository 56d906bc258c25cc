/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Calls that no careful program makes: a status each time, never a crash, a hang or another status than the caller can
 * tell from success. Windows itself ends in an exception for some of them (windows-behaviour.md D2). */
#include "abuse_calls.h"

#define SEED 20240607u              /* or what NCRYPT_ABUSE_SEED says */
#define RANDOM_CALLS 4000
#define HANG 60000                  /* ms that one call may take */

static struct living living;
static struct memory memory;
static struct abuse_call call;
static NCRYPT_HANDLE stale_key, stale_secret;
static HANDLE event;
static volatile LONG calls;         /* made; a watcher looks at it */

static DWORD WINAPI watch_proc(void *stop)
{
    LONG before = -1;

    while (WaitForSingleObject(stop, HANG) == WAIT_TIMEOUT)
    {
        if (calls != before)
        {
            before = calls;
            continue;
        }
        ok(0, "hangs: %s\n", describe(&call));
        fflush(stdout);
        TerminateProcess(GetCurrentProcess(), 1);
    }
    return 0;
}

static void ready(const struct api *api)
{
    make_ready(&living);
    prepare(&call, api, &living, &memory);
}

/* What the call has made is given back. A handle that was output, too, is one of the API. */
static SECURITY_STATUS run(void)
{
    SECURITY_STATUS status = make_call(&call);
    unsigned int i;

    calls++;
    for (i = 0; i < 2; i++)
    {
        NCryptFreeBuffer((void *)memory.pointer[i]);
        if (NCryptFreeObject(memory.handle[i]) && NCryptStreamClose((NCRYPT_STREAM_HANDLE)memory.handle[i]))
            NCryptCloseProtectionDescriptor((NCRYPT_DESCRIPTOR_HANDLE)memory.handle[i]);
    }
    return status;
}

/* --- each function, one thing wrong at a time --- */

static BOOL is_handle(char kind)
{
    return strchr("VKREUAYSDT", kind) != NULL;
}

static BOOL is_pointer(char kind)
{
    return strchr("HQrwPLMCIO", kind) != NULL;
}

/* Everything that is a handle of something else, or of nothing. */
static unsigned int wrong_handles(char kind, ULONG_PTR *handles)
{
    static BYTE zeros[64];
    ULONG_PTR all[] =
    {
        0, ~(ULONG_PTR)0, 1, 3, (ULONG_PTR)zeros, (ULONG_PTR)&living, (ULONG_PTR)event,
        (ULONG_PTR)GetModuleHandleW(NULL), stale_key, stale_secret,
        living.key & ~(ULONG_PTR)1, living.key | 0xffff, living.key ^ ((ULONG_PTR)1 << (8 * sizeof(ULONG_PTR) - 1)),
    };
    ULONG_PTR typed[] =
    {
        living.provider, living.key, living.secret, (ULONG_PTR)living.descriptor, (ULONG_PTR)living.stream,
    };
    static const char kinds[] = "VKSDT";
    unsigned int count = ARRAYSIZE(all), i;

    memcpy(handles, all, sizeof(all));
    for (i = 0; i < ARRAYSIZE(typed); i++)
        if (kinds[i] != kind && !(kinds[i] == 'K' && strchr("REUAY", kind))) handles[count++] = typed[i];
    return count;
}

/* These three take any object, so that only what is none is wrong. */
static BOOL takes_any_object(const struct api *api)
{
    return api->function == (void *)NCryptFreeObject || api->function == (void *)NCryptGetProperty ||
           api->function == (void *)NCryptSetProperty;
}

static BOOL is_object(ULONG_PTR handle)
{
    return handle == living.provider || handle == living.key || handle == living.secret;
}

static void test_handles(const struct api *api)
{
    ULONG_PTR handles[32];
    SECURITY_STATUS status;
    unsigned int i, j, count;

    for (i = 0; api->arguments[i]; i++)
    {
        if (!is_handle(api->arguments[i])) continue;
        ready(api);
        count = wrong_handles(api->arguments[i], handles);
        for (j = 0; j < count; j++)
        {
            if (takes_any_object(api) && is_object(handles[j])) continue;
            prepare(&call, api, &living, &memory);
            call.arguments[i] = handles[j];
            status = run();
            if (api->function == (void *)NCryptIsKeyHandle) ok(!status, "%s: TRUE\n", describe(&call));
            else ok(status == NTE_INVALID_HANDLE, "%s: got %#lx\n", describe(&call), status);
        }
    }
}

/* Handles that may be missing: wrong ones are refused, or not looked at. */
static void test_other_handles(const struct api *api)
{
    ULONG_PTR handles[32];
    unsigned int i, j, count;

    for (i = 0; api->arguments[i]; i++)
    {
        if (api->arguments[i] != '0') continue;
        ready(api);
        count = wrong_handles('D', handles);
        for (j = 0; j < count; j++)
        {
            prepare(&call, api, &living, &memory);
            call.arguments[i] = handles[j];
            if (api->function == (void *)NCryptStreamClose && handles[j] == (ULONG_PTR)living.stream) continue;
            run();
        }
    }
}

static void test_nulls(const struct api *api)
{
    unsigned int i, j;

    for (i = 0; api->arguments[i]; i++)
    {
        if (!is_pointer(api->arguments[i])) continue;
        ready(api);
        call.arguments[i] = 0;
        run();
        ready(api);                 /* sizes of nothing, too */
        for (j = 0; api->arguments[j]; j++)
            if (j == i || strchr("nm", api->arguments[j])) call.arguments[j] = 0;
        run();
    }
    ready(api);
    for (i = 0; api->arguments[i]; i++) if (is_pointer(api->arguments[i])) call.arguments[i] = 0;
    run();
}

static void test_flags(const struct api *api)
{
    unsigned int i, bit;

    for (i = 0; api->arguments[i]; i++)
    {
        if (!strchr("fd", api->arguments[i])) continue;
        for (bit = 0; bit <= 32; bit++)
        {
            ready(api);
            call.arguments[i] = bit < 32 ? call.arguments[i] | 1u << bit : 0xffffffff;
            run();
        }
    }
}

/* These take inputs of any length: a wrong size is a bad pointer to them, and an exception as on Windows. */
static BOOL takes_any_size(const struct api *api)
{
    return api->function == (void *)NCryptEncrypt || api->function == (void *)NCryptDecrypt ||
           api->function == (void *)NCryptProtectSecret || api->function == (void *)NCryptUnprotectSecret ||
           api->function == (void *)NCryptStreamUpdate;
}

/* Outputs may claim to be longer than they are, as long as what is written fits. */
static void test_sizes(const struct api *api)
{
    static const DWORD output_sizes[] = { 0, 1, 7, 63, 64, 65, BUFFER_SIZE - 1, 0x7fffffff, 0xffffffff };
    static const DWORD input_sizes[] = { 0, 1, 7, 8, 15, 16, 17, 31, 33, 1000, BUFFER_SIZE, 0x7fffffff, 0xffffffff };
    SECURITY_STATUS status;
    unsigned int i, j;

    for (i = 0; api->arguments[i]; i++)
    {
        if (api->arguments[i] == 'm')
            for (j = 0; j < ARRAYSIZE(output_sizes); j++)
            {
                ready(api);
                call.arguments[i] = output_sizes[j];
                memset(memory.output, 0xcc, sizeof(memory.output));
                status = run();
                if (status && output_sizes[j] < 64)
                    ok(memory.output[64] == 0xcc, "%s: written past the end\n", describe(&call));
            }
        if (api->arguments[i] == 'n')
            for (j = 0; j < ARRAYSIZE(input_sizes) + 2; j++)
            {
                ready(api);
                if (j < ARRAYSIZE(input_sizes)) call.arguments[i] = input_sizes[j];
                else call.arguments[i] += j > ARRAYSIZE(input_sizes) ? 1 : -1;
                if (call.arguments[i] > BUFFER_SIZE && takes_any_size(api)) continue;
                run();
            }
    }
}

static void test_places(const struct api *api)
{
    unsigned int i, j, offset;

    for (offset = 1; offset < 8; offset++)          /* unaligned, whatever it is */
    {
        ready(api);
        for (i = 0; api->arguments[i]; i++)
        {
            if (!strchr("IOrHQ", api->arguments[i])) continue;
            call.arguments[i] = (ULONG_PTR)memory.input + 1024 * i + offset;
        }
        run();
        memset(&memory.handle, 0, sizeof(memory.handle));
    }
    for (i = 0; api->arguments[i]; i++)             /* all of them in the same place, or a byte apart */
    {
        for (j = 0; api->arguments[j]; j++)
        {
            if (i == j || !strchr("IOr", api->arguments[i]) || !strchr("IOr", api->arguments[j])) continue;
            for (offset = 0; offset < 3; offset++)
            {
                ready(api);
                call.arguments[i] = (ULONG_PTR)memory.input + 16;
                call.arguments[j] = (ULONG_PTR)memory.input + 15 + offset;
                run();
            }
        }
    }
}

/* A key that is not finalized can do nothing but take properties. */
static void test_unfinalized(const struct api *api)
{
    SECURITY_STATUS status;

    if (!strchr("KREAY", api->arguments[0]) || takes_any_object(api) || api->function == (void *)NCryptIsKeyHandle)
        return;
    ready(api);
    call.arguments[0] = living.fresh;
    status = run();
    ok(status == NTE_BAD_KEY_STATE || status == NTE_NOT_SUPPORTED, "%s: got %#lx\n", describe(&call), status);
}

/* --- everything at once, from a fixed beginning --- */

static unsigned int random_state;

static unsigned int random_below(unsigned int limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % limit;
}

static ULONG_PTR random_handle(void)
{
    ULONG_PTR handles[32];
    unsigned int count = wrong_handles('\0', handles);

    return handles[random_below(count)];
}

static ULONG_PTR random_number(void)
{
    static const DWORD numbers[] = { 0, 1, 2, 4, 8, 16, 32, 64, 128, 255, 256, 1024, BUFFER_SIZE / 2 };

    return numbers[random_below(ARRAYSIZE(numbers))];
}

static const WCHAR *random_string(void)
{
    static const WCHAR *const strings[] =
    {
        L"", L"RSA", L"AES", L"DH", L"Name", L"Length", L"Provider Handle", L"UI Policy", L"PUBLICBLOB", L"PRIVATEBLOB",
        L"CipherKeyBlob", L"KDFKeyBlob", L"PKCS7_ENVELOPE", L"CAPIPRIVATEBLOB", L"HMAC", L"TLS_PRF", L"HKDF",
        L"ECCCurveName", L"SmartCardKeyCertificate", L"Unique Name", L"\xd800", L"LOCAL=machine",
    };

    return strings[random_below(ARRAYSIZE(strings))];
}

/* Lists that are empty, too long, of no buffers, or of any type with little data. */
static void random_list(NCryptBufferDesc *list)
{
    static NCryptBuffer buffers[3];
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(buffers); i++)
    {
        buffers[i].BufferType = random_below(64);
        buffers[i].cbBuffer = random_below(40);
        buffers[i].pvBuffer = random_below(8) ? memory.input + random_below(8) : NULL;
    }
    list->ulVersion = random_below(3);
    list->cBuffers = random_below(5);
    if (list->cBuffers == 4) list->cBuffers = 0xffffffff;
    list->pBuffers = random_below(4) ? buffers : NULL;
}

static void *random_memory(void)
{
    return random_below(5) ? memory.input + random_below(64) : NULL;
}

/* The padding structure that goes with the flag: as another one it would have wrong pointers. */
static const void *random_padding(DWORD flag)
{
    static const WCHAR *const hashes[] = { NULL, L"SHA1", L"SHA256", L"MD5", L"", L"SHA3-256" };
    static BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO mode;
    static NCRYPT_CIPHER_PADDING_INFO cipher;
    static BCRYPT_OAEP_PADDING_INFO oaep;       /* the other two begin like it */

    oaep.pszAlgId = hashes[random_below(ARRAYSIZE(hashes))];
    oaep.pbLabel = flag == NCRYPT_PAD_OAEP_FLAG ? random_memory() : (BYTE *)(ULONG_PTR)random_below(600);
    oaep.cbLabel = random_below(64);
    if (flag != NCRYPT_PAD_CIPHER_FLAG) return &oaep;

    BCRYPT_INIT_AUTH_MODE_INFO(mode);
    mode.pbNonce = random_memory();
    mode.cbNonce = random_below(17);
    mode.pbAuthData = random_memory();
    mode.cbAuthData = random_below(64);
    mode.pbTag = random_memory();
    mode.cbTag = random_below(20);
    if (!random_below(8)) mode.dwFlags = random_below(4);
    cipher.cbSize = sizeof(cipher) - !random_below(8);
    cipher.dwFlags = random_below(5);
    cipher.pbIV = random_memory();
    cipher.cbIV = random_below(2) ? 16 : random_below(20);
    cipher.pbOtherInfo = random_below(2) ? (BYTE *)&mode : NULL;
    cipher.cbOtherInfo = sizeof(mode) - !random_below(8);
    return &cipher;
}

static void spoil_padding(unsigned int i)
{
    static const DWORD flags[] =
    {
        NCRYPT_PAD_PKCS1_FLAG, NCRYPT_PAD_OAEP_FLAG, NCRYPT_PAD_PSS_FLAG, NCRYPT_PAD_CIPHER_FLAG,
    };
    DWORD flag = flags[random_below(ARRAYSIZE(flags))];

    call.arguments[i] = (ULONG_PTR)random_padding(flag);
    call.arguments[strlen(call.api->arguments) - 1] = flag | (random_below(8) ? 0 : NCRYPT_SILENT_FLAG);
}

static void spoil(unsigned int i)
{
    ULONG_PTR *argument = &call.arguments[i];
    char kind = call.api->arguments[i];

    if (is_handle(kind) || kind == '0') *argument = random_handle();
    else if (kind == 'L' && random_below(4)) random_list(&memory.list);
    else if (kind == 'w' && random_below(4)) *argument = (ULONG_PTR)random_string();
    else if (is_pointer(kind) && random_below(2)) *argument = 0;
    else if (kind == 'I') *argument += random_below(64);
    else if (kind == 'f') *argument = random_below(2) ? 1u << random_below(32) : random_number();
    else if (strchr("nmd", kind)) *argument = random_number();
}

static void fill_random(BYTE *data, unsigned int size)
{
    unsigned int i;

    for (i = 0; i < size; i++) data[i] = random_below(256);
}

/* What would wait for somebody, or take an object away that is looked at meanwhile, is tested above. */
static BOOL is_quiet(const struct api *api)
{
    return api->function != (void *)NCryptRegisterProtectionDescriptorName && api->function != (void *)NCryptStreamClose
           && api->function != (void *)NCryptCloseProtectionDescriptor;
}

static void test_random(void)
{
    const struct api *api;
    unsigned int i, j;
    char text[16];

    random_state = GetEnvironmentVariableA("NCRYPT_ABUSE_SEED", text, sizeof(text)) ? strtoul(text, NULL, 0) : SEED;
    trace("seed %u\n", random_state);
    for (i = 0; i < RANDOM_CALLS; i++)
    {
        api = &apis[random_below(API_COUNT)];
        if (!is_quiet(api)) continue;
        ready(api);
        fill_random(memory.input, random_below(2) ? 256 : 0);
        for (j = 0; api->arguments[j]; j++) if (!random_below(3)) spoil(j);
        for (j = 0; api->arguments[j]; j++) if (api->arguments[j] == 'P') spoil_padding(j);
        run();
    }
}

START_TEST(abuse)
{
    HANDLE stop = CreateEventW(NULL, TRUE, FALSE, NULL), watcher;
    unsigned int i;

    SetUnhandledExceptionFilter(report_crash);
    SetErrorMode(SEM_NOGPFAULTERRORBOX);
    event = CreateEventW(NULL, TRUE, FALSE, NULL);
    watcher = CreateThread(NULL, 0, watch_proc, stop, 0, NULL);
    make_ready(&living);
    stale_key = living.key;
    stale_secret = living.secret;
    check_success(NCryptFreeObject(stale_key));
    check_success(NCryptFreeObject(stale_secret));
    for (i = 0; i < API_COUNT; i++)
    {
        test_handles(&apis[i]);
        test_other_handles(&apis[i]);
        test_nulls(&apis[i]);
        test_flags(&apis[i]);
        test_sizes(&apis[i]);
        test_places(&apis[i]);
        test_unfinalized(&apis[i]);
    }
    test_random();
    trace("%ld calls\n", calls);
    end_living(&living);
    SetEvent(stop);
    ok(!WaitForSingleObject(watcher, 10000), "the watcher hangs\n");
}
