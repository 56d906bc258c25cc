/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Numbers that our ncrypt.dll, the Windows half of our provider and the engine agree upon: flags beside those of
 * Windows, which no program can pass, and what protection of data (doc/protection.md) numbers. */
#ifndef NCRYPTPROV_SHARED_H
#define NCRYPTPROV_SHARED_H

#include <stdint.h>

/* The caller decides what the export policy must allow; see doc/architecture.md, "Wine's own callers". */
#define UNIX_EXPORT_FOR_PFX      0x01000000 /* crypt32: the result leaves encrypted, so ALLOW_EXPORT is enough */
#define UNIX_EXPORT_FOR_SCHANNEL 0x02000000 /* secur32: the result stays in the process, no policy needed */
#define UNIX_EXPORT_UNFINISHED   0x04000000 /* our Windows half, of a key that it is about to finalize: what the key
                                               has not got yet is generated now, and no policy is asked */

/* Beside the flags of NCryptOpenKey, from our ncrypt.dll to our provider: the key of a CAPI container is meant, even
 * if there is a key file of that name. */
#define UNIX_OPEN_CONTAINER      0x01000000

/* The key spec that a caller passes on, as NCryptOpenKey expects it. Wine's PFXImportCertStore stores 3,
 * AT_KEYEXCHANGE | AT_SIGNATURE, with each certificate that it imports (row 18.7): it means whichever key the
 * container has, as 0 does. */
static inline uint32_t plain_key_spec(uint32_t key_spec)
{
    return key_spec == 3 ? 0 : key_spec;
}

/* Beside the flags of NCryptDeleteKey, from our ncrypt.dll to our provider: the key is deleted and its handle stays
 * until FreeKey, because operations may still be running with it. */
#define UNIX_DELETE_KEEP         0x01000000

/* What the user is asked for before the private part of a key is used. */
#define UNIX_ASK_CONSENT         0
#define UNIX_ASK_PASSWORD        1
#define UNIX_ASK_PIN             2
#define UNIX_ASK_CARD_PIN        3   /* whose refusal has another status (row D.23) */

/* A property of what asks for a PIN: which token that is, and whether it is the last try. For the dialog. */
#define UNIX_TOKEN_PROMPT        "Token Prompt"

/* --- protection of data --- */

#define UNIX_PROTECTORS_MAX     32  /* of one descriptor */
#define UNIX_STREAM_OUTPUT      0x10010 /* bytes that stream_update may give at once */

#define UNIX_PROTECTOR_SID              1
#define UNIX_PROTECTOR_SDDL             2
#define UNIX_PROTECTOR_LOCAL            3
#define UNIX_PROTECTOR_CERTIFICATE      4
#define UNIX_PROTECTOR_WEBCREDENTIALS   5
#define UNIX_PROTECTOR_LOCKEDCREDENTIALS 6
#define UNIX_PROTECTOR_KEYFILE          7

/* Whose key a protector is under. These numbers are in blobs. */
#define UNIX_KEY_NONE           0   /* protector_get: a blob that is not ours; answer: refused with status */
#define UNIX_KEY_USER           1   /* the store key of the user */
#define UNIX_KEY_MACHINE        2   /* the store key of the machine */
#define UNIX_KEY_LOGON          3   /* answer: data is the key of the logon session, 32 bytes */
#define UNIX_KEY_CERTIFICATE    4   /* answer: data is the certificate (protect), the decrypted key (unprotect) */

/* What is next in a stream, see unixlib_protect.h. */
#define UNIX_STREAM_WANTS       0   /* all input is consumed, more is to come */
#define UNIX_STREAM_MORE        1   /* call again with what is left */
#define UNIX_STREAM_LOCKED      2   /* the header is read: stream_unlock, then call again */
#define UNIX_STREAM_DONE        3   /* that was the end */

#endif
