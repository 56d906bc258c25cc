/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Calls of which several things are wrong at once, chosen at random from a seed: a status each time. */
#include "abuse_one.h"

#define SEED 20240607u              /* or what NCRYPT_ABUSE_SEED says */
#define RANDOM_CALLS 4000

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
        L"", L"RSA", L"AES", L"DH", L"Name", L"Length", L"Provider Handle", L"UI Policy", L"PUBLICBLOB",
        L"PRIVATEBLOB", L"CipherKeyBlob", L"KDFKeyBlob", L"PKCS7_ENVELOPE", L"CAPIPRIVATEBLOB", L"HMAC",
        L"TLS_PRF", L"HKDF",
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
    return api->function != (void *)NCryptRegisterProtectionDescriptorName &&
           api->function != (void *)NCryptStreamClose && api->function != (void *)NCryptCloseProtectionDescriptor;
}

static void test_random(void)
{
    const struct api *api;
    unsigned int i, j;
    char text[16];

    random_state = SEED;
    if (GetEnvironmentVariableA("NCRYPT_ABUSE_SEED", text, sizeof(text))) random_state = strtoul(text, NULL, 0);
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

START_TEST(abuse_random)
{
    begin();
    test_random();
    end();
}
