/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a test asks of the mock module: a file of rules, named by MOCK_PKCS11_RULES, that is read again whenever it was
 * replaced; a test replaces it by rename while a program runs. One rule a line:
 *
 *   fail CALL CODE [COUNT]  the call does nothing and answers CODE, a number; the first COUNT times in each process
 *   block CALL SECONDS [COUNT]  it waits first; nothing else waits with it; the first COUNT times in each process
 *   die CALL                the process ends in the middle of it
 *   no-mechanism CODE       the token lacks it: not listed, and refused when used
 *   sessions COUNT          how many may be open at once, over all slots
 *   late-refusal SECONDS    that there is no session left is answered so much later
 *   removed                 the token is out of its slot; what was open is lost when it returns
 *   swapped OUT IN          the token with the label OUT is out, and that with the label IN is in its slot instead
 *   recycled                handles of before the token was out mean the object now that was found first since
 *   intruder BYTE LOOKS     another process makes the same pair with the id BYTE just before, and removes it at
 *                           that many searches later; 0: never
 *   intruder-vanishes       that pair is removed at the moment when its private key is read
 *   lose-answer CODE        C_GenerateKeyPair does its work and answers CODE
 *   growing TYPE            that attribute has grown by 64 bytes when it is read, and is not written
 *   long-value TYPE LENGTH  that attribute is said to be so long, and is not written
 *   long-results COUNT      what was written to a buffer is said to be so many bytes more than it was
 *   long-wrapped COUNT      the same of the size of a wrapped key, when that is asked for
 *   endless                 a search never ends, and finds the last object again and again
 *   many-listed COUNT       that many slots and mechanisms are to come, when their number is asked for
 *   many-found COUNT        each step of a search says that it gave so many handles
 *   raw-point               CKA_EC_POINT without the OCTET STRING around it (pkcs11.md C.38)
 *   padded-labels           CKA_LABEL of each object ends in two spaces (pkcs11.md C.6)
 *   reader NAME             the slot's description; longer names are cut at 64 bytes, shorter ones padded
 *   always-authenticate     new private keys get CKA_ALWAYS_AUTHENTICATE
 *   pad PIN                 the reader has a pad, on which somebody types this
 *   count-low               the token says that a wrong PIN was tried before
 *   same-tokens LABEL       every token has this label, and no serial number
 *   final-try               the token says that one wrong PIN more locks it
 *
 * Each call is appended to the file MOCK_PKCS11_LOG: its name, its answer in hexadecimal, and for C_Login the type of
 * user and the number of bytes of the PIN. */
#ifndef MOCK_CONTROL_H
#define MOCK_CONTROL_H

#define CRYPTOKI_COMPAT
#include <p11-kit/pkcs11.h>
#include <stdbool.h>
#include <stddef.h>

/* Called first in each call. Waits, or ends the process, as the rules say. CKR_OK: the call is to be made. */
CK_RV control_enter(const char *call);

/* Whether there is such a rule; NULL: any value. */
bool control_has(const char *rule, const char *value);

/* The value of the first such rule, at most size - 1 bytes. False: there is none. */
bool control_value(const char *rule, char *value, size_t size);

/* Writes the line of a call that ended, and returns its answer. */
CK_RV control_leave(const char *call, CK_RV answer);
CK_RV control_leave_login(CK_USER_TYPE user, CK_ULONG pin_bytes, CK_RV answer);

#endif
