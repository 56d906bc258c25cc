/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A call that an exception ends, which the program catches, leaves nothing behind that later calls would stumble over.
 */
#include <setjmp.h>

#include "crypt32_test.h"

#define DEPTH 65536                 /* bytes of the stack: more than a call uses */

static jmp_buf caught;

static LONG CALLBACK catch_violation(EXCEPTION_POINTERS *exception)
{
    if (exception->ExceptionRecord->ExceptionCode != EXCEPTION_ACCESS_VIOLATION) return EXCEPTION_CONTINUE_SEARCH;
    longjmp(caught, 1);
}

static HCRYPTMSG open_message(const struct identity *identity, CERT_BLOB *certificates, DWORD count)
{
    CMSG_SIGNER_ENCODE_INFO signer = { .cbSize = sizeof(signer), .pCertInfo = identity->cert->pCertInfo };
    CMSG_SIGNED_ENCODE_INFO info = { .cbSize = sizeof(info), .cSigners = 1, .rgSigners = &signer };

    signer.hNCryptKey = identity->key;
    signer.HashAlgorithm.pszObjId = (char *)SHA256_OID;
    info.cCertEncoded = count;
    info.rgCertEncoded = certificates;
    return CryptMsgOpenToEncode(MESSAGE_ENCODING, 0, CMSG_SIGNED, &info, NULL, NULL);
}

/* Not to be inlined: this is what is on the stack where the call was that an exception ended. */
static void __attribute__((noinline)) fill_stack(void)
{
    volatile BYTE bytes[2 * DEPTH];
    unsigned int i;

    for (i = 0; i < sizeof(bytes); i++) bytes[i] = 0xee;
}

/* Volatile: a longjmp may come between. */
static void open_violated(const struct identity *identity)
{
    void *volatile handler = AddVectoredExceptionHandler(1, catch_violation);
    volatile int violated = setjmp(caught);

    if (!violated) ok(!open_message(identity, (CERT_BLOB *)16, 1), "a message\n");
    RemoveVectoredExceptionHandler(handler);
    ok(violated, "no exception\n");
}

static void __attribute__((noinline)) open_violated_below(const struct identity *identity)
{
    volatile BYTE bytes[DEPTH];

    bytes[0] = 0;
    open_violated(identity);
    bytes[DEPTH - 1] = bytes[0];
}

static void check_message(const struct identity *identity)
{
    HCRYPTMSG message = open_message(identity, NULL, 0);
    BYTE encoded[4096];
    DWORD size = sizeof(encoded);

    ok(message != NULL, "error %#lx\n", GetLastError());
    check_capi(CryptMsgUpdate(message, (const BYTE *)"text", 4, TRUE));
    check_capi(CryptMsgGetParam(message, CMSG_CONTENT_PARAM, 0, encoded, &size));
    check_capi(CryptMsgClose(message));
}

START_TEST(unwound)
{
    struct identity rsa, ec;

    make_identity(&rsa, L"RSA", L"unwound rsa", 0);
    make_identity(&ec, L"ECDSA_P256", L"unwound ec", 0);
    open_violated_below(&ec);
    fill_stack();
    check_message(&rsa);
    check_message(&ec);
    remove_identity(&rsa);
    remove_identity(&ec);
}
