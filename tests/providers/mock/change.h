/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What changes on the mock's tokens while the engine does not look: another token in a slot, other attributes. */
#ifndef MOCK_CHANGE_H
#define MOCK_CHANGE_H

#define CRYPTOKI_COMPAT
#include <p11-kit/pkcs11.h>
#include <stdbool.h>

/* The module behind the mock. */
extern CK_FUNCTION_LIST *real;

/* The real slot behind this one, as the rule "swapped" has it. */
CK_SLOT_ID behind(CK_SLOT_ID slot);
/* Takes the one out of the list that is behind another. */
void hide_swapped(CK_SLOT_ID *slots, CK_ULONG *count);
/* It is that one, and so there is no token in it. */
bool is_hidden(CK_SLOT_ID slot);

/* Which object a handle is. After the rule "recycled" a handle of before the token was out is the first object that is
 * found afterwards. Not for several threads. */
CK_OBJECT_HANDLE recycled(CK_OBJECT_HANDLE handle);
/* Each handle that the module gives; and all of them are lost. */
void note_handle(CK_OBJECT_HANDLE handle);
void lose_handles(void);

/* As the rule "intruder" has it: before a pair is made, and before each search. Returns s. */
void intrude(CK_SESSION_HANDLE s, CK_MECHANISM *mechanism, const CK_ATTRIBUTE *public, CK_ULONG public_count,
             const CK_ATTRIBUTE *private, CK_ULONG private_count);
CK_SESSION_HANDLE intruder_leaves(CK_SESSION_HANDLE s);

/* "intruder-vanishes": before an object is read. */
void intruder_vanishes(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE object);

/* Exported, for tests in the same process: changes an attribute of all objects that have this label, on every token
 * that the process is logged in to. Returns how many it changed. */
typedef unsigned int mock_change(const char *label, unsigned long type, const void *value, unsigned long size);

#endif
