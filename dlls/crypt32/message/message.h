/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Messages: what the functions CryptMsg* share. */
#ifndef CRYPT32_MESSAGE_H
#define CRYPT32_MESSAGE_H

#include "envelope.h"

/* --- verify.c: CryptMsgControl for CMSG_CTRL_VERIFY_SIGNATURE and its extended form --- */

BOOL message_verify(HCRYPTMSG message, DWORD flags, const CERT_INFO *cert);
BOOL message_verify_ex(HCRYPTMSG message, DWORD flags, const CMSG_CTRL_VERIFY_SIGNATURE_EX_PARA *para);

/* --- decrypt.c: CryptMsgControl for CMSG_CTRL_DECRYPT --- */

BOOL message_decrypt(HCRYPTMSG message, DWORD flags, const CMSG_CTRL_DECRYPT_PARA *para);

/* CMSG_CTRL_KEY_TRANS_DECRYPT and CMSG_CTRL_KEY_AGREE_DECRYPT: recipients as CMSG_CMS_RECIPIENT_INFO_PARAM counts them.
 */
BOOL message_decrypt_transport(HCRYPTMSG message, DWORD flags, const CMSG_CTRL_KEY_TRANS_DECRYPT_PARA *para);
BOOL message_decrypt_agreement(HCRYPTMSG message, DWORD flags, const CMSG_CTRL_KEY_AGREE_DECRYPT_PARA *para);

/* --- identify.c: certificates as messages name them in CERT_INFO --- */

/* FALSE: no key identifier, but an issuer. */
BOOL read_key_id(const CERT_NAME_BLOB *issuer, CRYPT_HASH_BLOB *key_id);

/* Points into the certificate, or to hash (LONGEST_HASH bytes). */
SECURITY_STATUS get_key_id(const CERT_INFO *cert, BYTE *hash, CRYPT_HASH_BLOB *key_id);

BOOL is_named_certificate(CERT_INFO *named, const CERT_INFO *cert);

/* NULL: it is not there. CertFreeCertificateContext. */
PCCERT_CONTEXT find_named_certificate(HCERTSTORE store, DWORD encoding, CERT_INFO *named);

/* --- sign.c: a message with signatures that Wine cannot make --- */

BOOL has_special_signer(const CMSG_SIGNED_ENCODE_INFO *info);
HCRYPTMSG open_signed(DWORD encoding, DWORD flags, const CMSG_SIGNED_ENCODE_INFO *info, LPSTR type,
                      CMSG_STREAM_INFO *stream);

/* --- enveloping.c: a message that is being encrypted; Wine has an empty one in its place --- */

struct enveloping
{
    struct envelope envelope;
    char *type;                     /* OID of the content */
    BOOL is_bare, is_done;
    CMSG_STREAM_INFO stream;        /* pfnStreamOutput NULL: none */
    struct der content, message;
};

/* Are these arguments of CryptMsgOpenToEncode for such a message: recipients of CMS, and a cipher that we know? */
BOOL is_cms_envelope(DWORD flags, const void *info);

/* type: the OID of the content; NULL: data. */
HCRYPTMSG open_enveloped(DWORD flags, const void *info, const char *type, const CMSG_STREAM_INFO *stream);

BOOL enveloping_update(struct enveloping *enveloping, const BYTE *data, DWORD size, BOOL final);
BOOL enveloping_get(const struct enveloping *enveloping, DWORD type, void *output, DWORD *size);
void enveloping_free(struct enveloping *enveloping);

/* --- envelope_read.c: EnvelopedData that came --- */

struct envelope_parts
{
    BYTE version;
    struct der_reader certificates, crls;       /* of the originator; data NULL: none, as for the rest */
    struct der_reader recipients;
    struct der_reader content;                  /* EncryptedContentInfo */
    struct der_reader attributes;               /* that are not protected */
};

/* data: the contents of EnvelopedData. */
BOOL read_envelope(struct der_reader data, struct envelope_parts *parts);

/* The next recipient with a key of its own: key transport and key agreement. Those who need a password or a key of both
 * sides are left out: there is none here who could open for them. whole: with tag and length; info: what is inside. */
BOOL next_recipient(struct der_reader *recipients, struct der_reader *whole, BYTE *tag, struct der_reader *info);

/* The encrypted keys of a key agreement. */
struct der_reader agreement_keys(struct der_reader info);

/* Which of CMSG_RECIPIENT_INFO_PARAM's is meant by one of CMSG_CMS_RECIPIENT_INFO_PARAM's, and which of its keys. */
BOOL find_recipient(const struct envelope_parts *parts, BYTE tag, DWORD recipient, DWORD key, DWORD *index);

/* --- get_param.c --- */

/* What Wine says of the message; release it. NULL: nothing. */
void *get_parameter(HCRYPTMSG message, DWORD type, DWORD index);

/* The same, with its size in bytes. */
void *get_sized_parameter(HCRYPTMSG message, DWORD type, DWORD index, DWORD *size);

/* --- recipient_info.c --- */

/* As CryptMsgGetParam for CMSG_CMS_RECIPIENT_INFO_PARAM, and for CMSG_ENVELOPE_ALGORITHM_PARAM. */
BOOL give_recipient_info(const struct envelope_parts *parts, DWORD index, void *output, DWORD *size);
BOOL give_algorithm(struct der_reader algorithm, void *output, DWORD *size);

/* --- ber.c --- */

/* Appends the first value at data as DER. FALSE: it is malformed, or there is no memory. */
BOOL ber_to_der(const BYTE *data, DWORD size, struct der *der);

/* Does this look like an encrypted message, be it bare? */
BOOL begins_envelope(const BYTE *data, DWORD size);

/* --- update.c --- */

/* A whole message that begins_envelope, for a handle that has got nothing yet. */
BOOL decode_message(HCRYPTMSG message, const BYTE *data, DWORD size);

/* --- stream.c --- */

struct message_state;

/* CryptMsgUpdate for a handle with a stream. */
BOOL stream_update(struct message_state *state, const BYTE *data, DWORD size, BOOL final);

/* The message that has the answers for this handle: itself, or what has come in pieces. */
HCRYPTMSG answering_message(HCRYPTMSG message);

/* Gives what was decrypted to the stream of the handle, if it has one. */
BOOL stream_output(HCRYPTMSG message);

/* --- state.c: what the bridge keeps of a message beside Wine --- */

struct message_state
{
    struct message_state *next;
    HCRYPTMSG message;
    LONG references;
    struct enveloping *enveloping;  /* NULL: none */
    struct der envelope;            /* the contents of EnvelopedData as it came; nothing: none */
    CMSG_STREAM_INFO stream;        /* of a message that comes in pieces; pfnStreamOutput NULL: none */
    DWORD encoding, type;           /* of its handle */
    struct der pieces;
    HCRYPTMSG whole;                /* what they were; NULL: not yet, or no encrypted message */
};

/* NULL: there is none. It lasts until the message is closed. */
struct message_state *find_state(HCRYPTMSG message);

/* The one that is there, or a new one; NULL: no memory. */
struct message_state *need_state(HCRYPTMSG message);

#endif
