/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files of the Windows half that protect data share. */
#ifndef NCRYPTPROV_PROTECT_PRIVATE_H
#define NCRYPTPROV_PROTECT_PRIVATE_H

#include "ksp.h"
#include "protection.h"

#define SESSION_KEY_SIZE 32

/* --- protect_answer.c: who the caller is --- */

struct answers
{
    DWORD count;
    struct unix_answer list[UNIX_PROTECTORS_MAX];
};

/* Answers for each protector of a descriptor that is to protect, or that a blob came with. "No protector
 * available" is a valid answer; an error status means that the query itself failed. After success call free_answers. */
SECURITY_STATUS answer_all(UINT64 descriptor, DWORD count, BOOL protect, DWORD flags, struct answers *answers);
void free_answers(struct answers *answers);

/* Puts a copy of data into the answer; NTE_NO_MEMORY. */
SECURITY_STATUS answer_data(struct unix_answer *answer, const void *data, DWORD size);

/* NTE_INVALID_PARAMETER: not a SID, or not a security descriptor, although it passed the engine's check. */
SECURITY_STATUS check_sid(const WCHAR *value);
SECURITY_STATUS check_sddl(const WCHAR *value);

/* --- protect_session.c --- */

/* The key of this logon session, made when there is none and create is set, else NTE_DECRYPTION_FAILURE. */
SECURITY_STATUS session_key(BYTE key[SESSION_KEY_SIZE], BOOL create);

/* --- protect_certificate.c --- */

/* value: "HashId:..." or "CertBlob:...". Gives the certificate itself; NTE_NOT_FOUND when the user has no such
 * certificate. */
SECURITY_STATUS certificate_answer(const WCHAR *value, struct unix_answer *answer);

/* Decrypts wrapped with the certificate's private key. NTE_DECRYPTION_FAILURE when there is no such
 * certificate or key, or it does not fit; NTE_NOT_SUPPORTED for a key of a provider that cannot be reached. */
SECURITY_STATUS certificate_unwrap(const WCHAR *value, const BYTE *wrapped, DWORD size, DWORD flags,
                                   struct unix_answer *answer);

/* --- protect.c --- */

/* One protector, as the engine describes it; end it with free_protector. */
struct protector
{
    DWORD type, key;                /* UNIX_PROTECTOR_*, UNIX_KEY_* */
    WCHAR *value;
    BYTE *wrapped;                  /* or NULL */
    DWORD wrapped_size;
};

SECURITY_STATUS get_protector(UINT64 descriptor, DWORD index, struct protector *protector);
void free_protector(struct protector *protector);

/* A separate descriptor with the same rule as one that is part of a blob or a stream. */
SECURITY_STATUS copy_descriptor(UINT64 descriptor, ULONG_PTR *copy);

struct descriptor_box
{
    UINT64 descriptor;
    DWORD count;
};

/* --- protect_stream.c --- */

SECURITY_STATUS open_stream(ULONG_PTR descriptor, const struct protection_sink *sink, DWORD flags, ULONG_PTR *stream);
SECURITY_STATUS update_stream(ULONG_PTR stream, const BYTE *data, SIZE_T size, BOOL final);
void free_stream(ULONG_PTR stream);

#endif
