/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Encrypted messages that come in pieces, and those whose lengths are not said before the end (BER). */
#include "recipients.h"

#define AES128 "2.16.840.1.101.3.4.1.2"

static const BYTE content[] = "what is meant for one recipient alone, over more than one block";

static void encrypt(const struct recipient *recipient, struct message *message)
{
    CRYPT_ENCRYPT_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgEncodingType = MESSAGE_ENCODING,
                                        .ContentEncryptionAlgorithm.pszObjId = (char *)AES128 };
    PCCERT_CONTEXT cert = recipient->cert;

    message->size = sizeof(message->data);
    check_capi(CryptEncryptMessage(&para, 1, &cert, content, sizeof(content), message->data, &message->size));
}

/* --- the same message in BER --- */

static void append(struct message *message, const void *data, DWORD size)
{
    memcpy(message->data + message->size, data, size);
    message->size += size;
}

/* The length at *p, which is passed over. */
static DWORD read_length(const BYTE **p)
{
    DWORD length = *(*p)++, bytes = length & 0x7f;

    if (length < 0x80) return length;
    for (length = 0; bytes; bytes--) length = length << 8 | *(*p)++;
    return length;
}

/* Two strings in one, one of them with one inside. */
static void append_pieces(const BYTE *data, DWORD size, struct message *ber)
{
    const BYTE first[] = { 0x04, 1, data[0], 0x24, 0x80, 0x04, size - 1 };

    append(ber, first, sizeof(first));
    append(ber, data + 1, size - 1);
    append(ber, "\0", 2);
}

static void append_ber(const BYTE *data, DWORD size, struct message *ber)
{
    const BYTE *end = data + size, *start;
    DWORD length;

    while (data < end)
    {
        start = data++;
        length = read_length(&data);
        if (*start == 0x80 && length < 0x80)            /* the content */
        {
            append(ber, "\xa0\x80", 2);
            append_pieces(data, length, ber);
            append(ber, "\0", 2);
        }
        else if (*start & 0x20)
        {
            append(ber, start, 1);
            append(ber, "\x80", 1);
            append_ber(data, length, ber);
            append(ber, "\0", 2);
        }
        else append(ber, start, data + length - start);
        data += length;
    }
}

/* --- in one piece, and in several --- */

static BOOL open_first(HCRYPTMSG message, NCRYPT_KEY_HANDLE key)
{
    CMSG_CTRL_DECRYPT_PARA para = { .cbSize = sizeof(para), .hNCryptKey = key };

    return CryptMsgControl(message, 0, CMSG_CTRL_DECRYPT, &para);
}

static void check_content(HCRYPTMSG message)
{
    BYTE output[256];
    DWORD size = sizeof(output);

    check_capi(CryptMsgGetParam(message, CMSG_CONTENT_PARAM, 0, output, &size));
    ok(size == sizeof(content) && !memcmp(output, content, size), "%lu bytes of other content\n", size);
}

static void test_ber(const struct recipient *recipient)
{
    struct message der, ber = { .size = 0 };
    HCRYPTMSG message;
    DWORD i;

    encrypt(recipient, &der);
    append_ber(der.data, der.size, &ber);
    message = decode(&ber);
    check_capi(open_first(message, recipient->key));
    check_content(message);
    CryptMsgClose(message);
    for (i = 0; i < ber.size; i++)
    {
        message = CryptMsgOpenToDecode(MESSAGE_ENCODING, 0, 0, 0, NULL, NULL);
        ok(!CryptMsgUpdate(message, ber.data, i, TRUE), "%lu of %lu bytes are a message\n", i, ber.size);
        CryptMsgClose(message);
        ber.data[i] ^= 0x80;
        message = CryptMsgOpenToDecode(MESSAGE_ENCODING, 0, 0, 0, NULL, NULL);
        CryptMsgUpdate(message, ber.data, ber.size, TRUE);
        CryptMsgClose(message);
        ber.data[i] ^= 0x80;
    }
}

struct output
{
    struct message message;
    unsigned int calls;
};

static BOOL WINAPI take_output(const void *argument, BYTE *data, DWORD size, BOOL final)
{
    struct output *output = (struct output *)argument;

    ok(final, "not the last\n");
    output->calls++;
    append(&output->message, data, size);
    return TRUE;
}

static HCRYPTMSG feed(const struct message *message, DWORD piece, CMSG_STREAM_INFO *stream)
{
    HCRYPTMSG handle = CryptMsgOpenToDecode(MESSAGE_ENCODING, 0, 0, 0, NULL, stream);
    DWORD i, size;

    for (i = 0; i < message->size; i += size)
    {
        size = min(piece, message->size - i);
        check_capi(CryptMsgUpdate(handle, message->data + i, size, i + size == message->size));
    }
    return handle;
}

/* open question: in how many calls the content goes to the stream, and whether before the last piece has come */
static void test_pieces(const struct recipient *recipient, const struct recipient *stranger, DWORD piece)
{
    struct output output = { .calls = 0 };
    CMSG_STREAM_INFO stream = { 0xffffffff, take_output, &output };
    DWORD count = 0, size = sizeof(count);
    struct message message;
    HCRYPTMSG handle;

    winetest_push_context("pieces of %lu bytes", piece);
    encrypt(recipient, &message);
    handle = feed(&message, piece, &stream);
    check_capi(CryptMsgGetParam(handle, CMSG_CMS_RECIPIENT_COUNT_PARAM, 0, &count, &size));
    ok(count == 1, "%lu recipients\n", count);
    ok(!output.calls, "content without a key\n");
    check_capi(open_first(handle, recipient->key));
    ok(output.calls == 1, "%u calls\n", output.calls);
    ok(output.message.size == sizeof(content) && !memcmp(output.message.data, content, sizeof(content)),
       "%lu bytes of other content\n", output.message.size);
    check_content(handle);
    check_fails(CRYPT_E_MSG_ERROR, CryptMsgUpdate(handle, content, 1, TRUE));
    CryptMsgClose(handle);
    handle = feed(&message, piece, &stream);
    check_fails(NTE_BAD_DATA, open_first(handle, stranger->key));
    ok(output.calls == 1, "content for a stranger\n");
    CryptMsgClose(handle);
    winetest_pop_context();
}

START_TEST(message_pieces)
{
    static const WCHAR *const names[] = { L"pieces rsa", L"pieces other rsa", L"pieces ec", L"pieces other ec" };
    struct recipient recipients[ARRAY_SIZE(names)];
    struct identity authority;
    DWORD i;

    make_identity(&authority, L"RSA", L"pieces authority", 0);
    for (i = 0; i < 4; i++) make_recipient(&authority, i < 2 ? L"RSA" : L"ECDH_P256", names[i], &recipients[i]);
    for (i = 0; i < 4; i += 2)
    {
        test_ber(&recipients[i]);
        test_pieces(&recipients[i], &recipients[i + 1], 1);
        test_pieces(&recipients[i], &recipients[i + 1], 100);
        test_pieces(&recipients[i], &recipients[i + 1], 4096);
    }
    for (i = 0; i < 4; i++) remove_recipient(&recipients[i]);
    remove_identity(&authority);
}
