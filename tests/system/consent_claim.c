/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A claim of a TPM uses two keys, and the user is asked about each of them that is protected. check-consent runs this,
 * with a TPM. */
#define STANDALONE
#include "../ncrypt/ncrypt_test.h"
#include "dialog_hand.h"

#define SUBJECT  L"The key that is spoken of"
#define IDENTITY L"The key that speaks"

static NCRYPT_PROV_HANDLE provider;

static const WCHAR creating[] = L"Making a key of the TPM";
static const WCHAR using[] = L"Use of a protected key";

/* Protected, with the words that the dialog shows; identity: it speaks for the chip. */
static NCRYPT_KEY_HANDLE make_protected(WCHAR *name, const WCHAR *words, DWORD usage)
{
    const struct step make[] = { { NULL, creating, words, NULL, NULL, IDOK } };
    NCRYPT_UI_POLICY policy = { NCRYPT_UI_POLICY_VERSION, NCRYPT_UI_PROTECT_KEY_FLAG, creating, words, L"" };
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, BCRYPT_ECDSA_P256_ALGORITHM, name, 0,
                                           NCRYPT_OVERWRITE_KEY_FLAG));
    check_success(NCryptSetProperty(key, NCRYPT_PCP_KEY_USAGE_POLICY_PROPERTY, (BYTE *)&usage, sizeof(usage), 0));
    check_success(NCryptSetProperty(key, NCRYPT_UI_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy),
                                    NCRYPT_PERSIST_FLAG));
    with_hand(make, ERROR_SUCCESS, NCryptFinalizeKey(key, 0));
    check_success(NCryptFreeObject(key));
    key = 0;
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));       /* which is to ask anew */
    return key;
}

static SECURITY_STATUS claim(NCRYPT_KEY_HANDLE subject, NCRYPT_KEY_HANDLE identity, DWORD flags)
{
    BYTE nonce[32] = { 1 }, blob[4096];
    NCryptBuffer buffer = { sizeof(nonce), NCRYPTBUFFER_CLAIM_KEYATTESTATION_NONCE, nonce };
    NCryptBufferDesc desc = { NCRYPTBUFFER_VERSION, 1, &buffer };
    DWORD size;

    return NCryptCreateClaim(subject, identity, NCRYPT_CLAIM_AUTHORITY_AND_SUBJECT, &desc, blob, sizeof(blob), &size,
                             flags);
}

static void test_two_keys(NCRYPT_KEY_HANDLE subject, NCRYPT_KEY_HANDLE identity)
{
    static const struct step first_no[] = { { NULL, using, SUBJECT, NULL, NULL, IDCANCEL } };
    static const struct step second_no[] =
    {
        { NULL, using, SUBJECT, NULL, NULL, IDOK }, { NULL, using, IDENTITY, NULL, NULL, IDCANCEL },
    };
    static const struct step second_yes[] = { { NULL, using, IDENTITY, NULL, NULL, IDOK } };

    check_status(NTE_SILENT_CONTEXT, claim(subject, identity, NCRYPT_SILENT_FLAG));
    with_hand(first_no, NTE_USER_CANCELLED, claim(subject, identity, 0));
    with_hand(second_no, NTE_USER_CANCELLED, claim(subject, identity, 0));
    check_status(NTE_SILENT_CONTEXT, claim(subject, identity, NCRYPT_SILENT_FLAG));
    with_hand(second_yes, ERROR_SUCCESS, claim(subject, identity, 0));      /* the subject has been asked about */
    check_success(claim(subject, identity, NCRYPT_SILENT_FLAG));
}

START_TEST(consent_claim)
{
    static const struct step both[] =
    {
        { NULL, using, SUBJECT, NULL, NULL, IDOK }, { NULL, using, IDENTITY, NULL, NULL, IDOK },
    };
    NCRYPT_KEY_HANDLE subject, identity;
    WCHAR names[2][128];

    directory = "";
    check_success(NCryptOpenStorageProvider(&provider, MS_PLATFORM_CRYPTO_PROVIDER, 0));
    key_name(names[0], L"subject");
    key_name(names[1], L"identity");
    subject = make_protected(names[0], SUBJECT, NCRYPT_PCP_SIGNATURE_KEY);
    identity = make_protected(names[1], IDENTITY, NCRYPT_PCP_IDENTITY_KEY);
    test_two_keys(subject, identity);
    check_success(NCryptFreeObject(subject));
    check_success(NCryptFreeObject(identity));
    check_success(NCryptOpenKey(provider, &subject, names[0], 0, 0));
    check_success(NCryptOpenKey(provider, &identity, names[1], 0, 0));
    with_hand(both, ERROR_SUCCESS, claim(subject, identity, 0));
    check_success(NCryptDeleteKey(subject, 0));
    check_success(NCryptDeleteKey(identity, 0));
    check_success(NCryptFreeObject(provider));
}
