/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What changes on the mock's tokens while the engine does not look. */
#include "change.h"

#include "control.h"

#include <stdlib.h>
#include <string.h>

/* --- another token in its slot --- */

static bool has_label(CK_SLOT_ID slot, const char *label)
{
    CK_TOKEN_INFO info;

    return !real->C_GetTokenInfo(slot, &info) && (info.flags & CKF_TOKEN_INITIALIZED) &&
           !memcmp(info.label, label, strlen(label)) && info.label[strlen(label)] == ' ';
}

static bool slot_of(const char *label, CK_SLOT_ID *slot)
{
    CK_SLOT_ID slots[16];
    CK_ULONG count = 16, i;

    if (real->C_GetSlotList(CK_TRUE, slots, &count)) return false;
    for (i = 0; i < count && !has_label(slots[i], label); i++);
    if (i < count) *slot = slots[i];
    return i < count;
}

/* Of "swapped OUT IN": the slot, and that of the token which is in it instead and has none of its own. */
static bool find_swapped(CK_SLOT_ID *slot, CK_SLOT_ID *instead)
{
    char out[64], *in;

    if (!control_value("swapped", out, sizeof(out)) || !(in = strchr(out, ' '))) return false;
    *in++ = 0;
    return slot_of(out, slot) && slot_of(in, instead);
}

CK_SLOT_ID behind(CK_SLOT_ID slot)
{
    CK_SLOT_ID out, in;

    return find_swapped(&out, &in) && slot == out ? in : slot;
}

bool is_hidden(CK_SLOT_ID slot)
{
    CK_SLOT_ID out, in;

    return find_swapped(&out, &in) && slot == in;
}

void hide_swapped(CK_SLOT_ID *slots, CK_ULONG *count)
{
    CK_SLOT_ID out, in;
    CK_ULONG i, kept = 0;

    if (!slots || !find_swapped(&out, &in)) return;
    for (i = 0; i < *count; i++) if (slots[i] != in) slots[kept++] = slots[i];
    *count = kept;
}

/* --- numbers of handles that come again --- */

static CK_OBJECT_HANDLE highest, highest_lost, first_found;

void note_handle(CK_OBJECT_HANDLE handle)
{
    if (handle > highest) highest = handle;
    if (handle > highest_lost && !first_found) first_found = handle;
}

void lose_handles(void)
{
    highest_lost = highest;
    first_found = 0;
}

CK_OBJECT_HANDLE recycled(CK_OBJECT_HANDLE handle)
{
    return control_has("recycled", NULL) && handle <= highest_lost && first_found ? first_found : handle;
}

/* --- a key that another process makes at the same time --- */

static CK_OBJECT_HANDLE intruder[2];
static unsigned long looks;

static void copy_with_id(CK_ATTRIBUTE *to, const CK_ATTRIBUTE *from, CK_ULONG count, CK_BYTE *id)
{
    CK_ULONG i;

    for (i = 0; i < count; i++)
    {
        to[i] = from[i];
        if (from[i].type == CKA_ID) to[i] = (CK_ATTRIBUTE){ CKA_ID, id, 1 };
    }
}

void intrude(CK_SESSION_HANDLE s, CK_MECHANISM *mechanism, const CK_ATTRIBUTE *public, CK_ULONG public_count,
             const CK_ATTRIBUTE *private, CK_ULONG private_count)
{
    CK_ATTRIBUTE its_public[32], its_private[32];
    char rule[32], *rest;
    CK_BYTE id;

    if (!control_value("intruder", rule, sizeof(rule)) || public_count > 32 || private_count > 32) return;
    id = strtoul(rule, &rest, 0);
    looks = strtoul(rest, NULL, 0);
    copy_with_id(its_public, public, public_count, &id);
    copy_with_id(its_private, private, private_count, &id);
    real->C_GenerateKeyPair(s, mechanism, its_public, public_count, its_private, private_count, &intruder[0],
                            &intruder[1]);
}

static void remove_intruder(CK_SESSION_HANDLE s)
{
    real->C_DestroyObject(s, intruder[0]);
    real->C_DestroyObject(s, intruder[1]);
}

void intruder_vanishes(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE object)
{
    if (object && object == intruder[1] && control_has("intruder-vanishes", NULL)) remove_intruder(s);
}

CK_SESSION_HANDLE intruder_leaves(CK_SESSION_HANDLE s)
{
    if (!looks || --looks) return s;
    remove_intruder(s);
    return s;
}

/* --- changes behind the engine's back --- */

static unsigned int change_in_session(CK_SESSION_HANDLE s, const char *label, CK_ATTRIBUTE *new)
{
    CK_ATTRIBUTE match = { CKA_LABEL, (void *)label, strlen(label) };
    CK_OBJECT_HANDLE found[16];
    CK_ULONG count = 0, i;
    unsigned int changed = 0;

    if (real->C_FindObjectsInit(s, &match, 1)) return 0;
    real->C_FindObjects(s, found, 16, &count);
    real->C_FindObjectsFinal(s);
    for (i = 0; i < count; i++) changed += !real->C_SetAttributeValue(s, found[i], new, 1);
    return changed;
}

__attribute__((visibility("default"))) mock_change mock_change_all;

unsigned int mock_change_all(const char *label, unsigned long type, const void *value, unsigned long size)
{
    CK_ATTRIBUTE new = { type, (void *)value, size };
    CK_SLOT_ID slots[16];
    CK_ULONG count = 16, i;
    unsigned int changed = 0;
    CK_SESSION_HANDLE s;

    if (real->C_GetSlotList(CK_TRUE, slots, &count)) return 0;
    for (i = 0; i < count; i++)
    {
        if (real->C_OpenSession(slots[i], CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &s)) continue;
        changed += change_in_session(s, label, &new);
        real->C_CloseSession(s);
    }
    return changed;
}
