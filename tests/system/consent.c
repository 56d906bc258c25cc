/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The dialog of strong key protection, as somebody at the keyboard sees it: what it asks, what the buttons do, what
 * stays in memory. check-consent runs this.
 *
 * Usage: consent DIRECTORY    the pictures go there, 24-bit BMP
 *        consent             there is no display: the status says so */
#define STANDALONE
#include "../ncrypt/ncrypt_test.h"
#include "dialog_hand.h"

#define PASSWORD L"Correct Horse 9"

static NCRYPT_PROV_HANDLE provider;
static WCHAR name[128];

/* --- what is asked --- */

static BYTE hash[32] = "a digest of thirty-two octets ..";

static SECURITY_STATUS sign(NCRYPT_KEY_HANDLE key, DWORD flags)
{
    BYTE signature[64];
    DWORD size;

    return NCryptSignHash(key, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, flags);
}

static NCRYPT_KEY_HANDLE create(DWORD flags)
{
    NCRYPT_UI_POLICY policy = { NCRYPT_UI_POLICY_VERSION, flags, L"Making the key of the archive", L"Archive key",
                                L"Opens the archive of the last ten years. Whoever has this key can read all that is "
                                L"in it, and nobody can take it back." };
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, NCRYPT_OVERWRITE_KEY_FLAG));
    check_success(NCryptSetProperty(key, NCRYPT_UI_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy),
                                    NCRYPT_PERSIST_FLAG));
    check_success(set_text(key, NCRYPT_USE_CONTEXT_PROPERTY, L"Setting up the archive", 0));
    return key;
}

static NCRYPT_KEY_HANDLE open_key(void)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    return key;
}

/* What the process knows of the key's password. */
static void forget(NCRYPT_KEY_HANDLE key)
{
    check_success(NCryptSetProperty(key, NCRYPT_PIN_PROPERTY, (BYTE *)L"", sizeof(WCHAR), 0));
}

static const WCHAR creating[] = L"Making the key of the archive";
static const WCHAR using[] = L"Use of a protected key";

static void test_password(void)
{
    static const struct step cancel[] = { { NULL, creating, L"", L"", L"", IDCANCEL } };
    static const struct step make[] =
    {
        { NULL, creating, L"", L"", L"", IDOK },
        { NULL, creating, L"Please type a password.", PASSWORD, L"correct", IDOK },
        { "create-complaint", creating, L"The two are not the same. Please type the password twice.", PASSWORD,
          PASSWORD, IDOK },
    };
    static const struct step cancel_use[] = { { NULL, using, L"", L"", NULL, IDCANCEL } };
    static const struct step use[] =
    {
        { "use-password", using, L"", L"a wrong one", NULL, IDOK },
        { NULL, using, L"That is not the password.", PASSWORD, NULL, IDOK },
    };
    static const struct step wrong[] =
    {
        { NULL, using, L"", L"1", NULL, IDOK },
        { NULL, using, L"That is not the password.", L"2", NULL, IDOK },
        { "use-wrong", using, L"That is not the password.", L"3", NULL, IDOK },
    };
    NCRYPT_KEY_HANDLE key = create(NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG);

    with_hand(cancel, NTE_USER_CANCELLED, NCryptFinalizeKey(key, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    with_hand(make, ERROR_SUCCESS, NCryptFinalizeKey(key, 0));
    check_success(sign(key, 0));
    forget(key);
    NCryptFreeObject(key);

    key = open_key();
    check_status(NTE_SILENT_CONTEXT, sign(key, NCRYPT_SILENT_FLAG));
    with_hand(cancel_use, NTE_USER_CANCELLED, sign(key, 0));
    with_hand(wrong, NTE_INCORRECT_PASSWORD, sign(key, 0));
    with_hand(use, ERROR_SUCCESS, sign(key, 0));
    check_success(sign(key, 0));
    NCryptFreeObject(key);
    key = open_key();
    check_success(sign(key, NCRYPT_SILENT_FLAG));   /* asked once a process (row 18.5) */
    forget(key);                                    /* unless it wants that (18.4) */
    with_hand(use, ERROR_SUCCESS, sign(key, 0));
    NCryptFreeObject(key);
}

static void test_consent(void)
{
    static const struct step make[] = { { "create-consent", creating, L"", NULL, NULL, IDOK } };
    static const struct step cancel[] = { { NULL, using, L"", NULL, NULL, IDCANCEL } };
    static const struct step use[] = { { "use-consent", using, L"", NULL, NULL, IDOK } };
    NCRYPT_KEY_HANDLE key = create(NCRYPT_UI_PROTECT_KEY_FLAG);

    with_hand(make, ERROR_SUCCESS, NCryptFinalizeKey(key, 0));
    NCryptFreeObject(key);
    key = open_key();
    check_status(NTE_SILENT_CONTEXT, sign(key, NCRYPT_SILENT_FLAG));
    with_hand(cancel, NTE_USER_CANCELLED, sign(key, 0));
    with_hand(use, ERROR_SUCCESS, sign(key, 0));
    check_success(sign(key, NCRYPT_SILENT_FLAG));
    check_success(NCryptDeleteKey(key, 0));
}

/* --- what is left in memory --- */

/* A password that is not in this program as it is written here. */
static void make_secret(WCHAR *secret)
{
    static const WCHAR mixed[] = L"YvkeZc\x7fk\\kxbk`zyOfsh";
    int i;

    for (i = 0; mixed[i]; i++) secret[i] = mixed[i] ^ 5;
    secret[i] = 0;
}

static int count_in(const BYTE *data, SIZE_T size, const BYTE *wanted, SIZE_T length)
{
    int found = 0;
    SIZE_T i;

    for (i = 0; i + length <= size; i++) found += data[i] == *wanted && !memcmp(data + i, wanted, length);
    return found;
}

/* Copies in the memory of this process, but for the one at password itself. The end of it is searched for: what
 * the heap keeps in freed blocks overwrites their beginning. */
static int count_copies(const WCHAR *password)
{
    const WCHAR *wanted = password + 10;
    MEMORY_BASIC_INFORMATION info;
    const BYTE *p = NULL;
    int found = 0;

    while (VirtualQuery(p, &info, sizeof(info)))
    {
        p = (const BYTE *)info.BaseAddress;
        if (info.State == MEM_COMMIT && !(info.Protect & PAGE_GUARD) &&
            (info.Protect & (PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE)))
            found += count_in(p, info.RegionSize, (const BYTE *)wanted, lstrlenW(wanted) * sizeof(*wanted));
        p += info.RegionSize;
    }
    return found - 1;
}

static void test_memory(void)
{
    WCHAR *secret = VirtualAlloc(NULL, 4096, MEM_COMMIT, PAGE_READWRITE), *copy;
    struct step make = { NULL, creating, L"", secret, secret, IDOK }, use = { NULL, using, L"", secret, NULL, IDOK };
    NCRYPT_KEY_HANDLE key;
    HANDLE thread;
    int before;

    make_secret(secret);
    copy = HeapAlloc(GetProcessHeap(), 0, 256);
    lstrcpyW(copy, secret);
    before = count_copies(secret);
    ok(before >= 1, "the search does not find what is there\n");
    SecureZeroMemory(copy, 256);
    before = count_copies(secret);

    key = create(NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG);
    thread = start_hand(&make, 1);
    check_success(NCryptFinalizeKey(key, 0));
    end_hand(thread);
    forget(key);
    NCryptFreeObject(key);
    key = open_key();
    thread = start_hand(&use, 1);
    check_success(sign(key, 0));
    end_hand(thread);
    ok(count_copies(secret) <= before, "the password was left in memory %d times\n", count_copies(secret) - before);
    check_success(NCryptDeleteKey(key, 0));
    HeapFree(GetProcessHeap(), 0, copy);
    VirtualFree(secret, 0, MEM_RELEASE);
}

static void test_without_display(void)
{
    NCRYPT_KEY_HANDLE key = create(NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG);

    check_status(NTE_SILENT_CONTEXT, NCryptFinalizeKey(key, 0));
    NCryptFreeObject(key);
}

START_TEST(consent)
{
    char **argv;

    provider = open_provider();
    key_name(name, L"dialog");
    if (winetest_get_mainargs(&argv) < 2) test_without_display();
    else
    {
        directory = argv[1];
        test_password();
        test_consent();
        test_memory();
    }
    NCryptFreeObject(provider);
}
