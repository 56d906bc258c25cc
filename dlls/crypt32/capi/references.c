/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Handles that are held more than once, as CryptContextAddRef does it: NCRYPT has nothing like it. */
#include "capi.h"

struct reference
{
    struct reference *next;
    NCRYPT_KEY_HANDLE key;
    DWORD count;                    /* beside the first */
};

static SRWLOCK lock = SRWLOCK_INIT;
static struct reference *references;

/* The caller holds the lock. */
static struct reference **find_reference(NCRYPT_KEY_HANDLE key)
{
    struct reference **place = &references;

    while (*place && (*place)->key != key) place = &(*place)->next;
    return place;
}

BOOL add_reference(NCRYPT_KEY_HANDLE key)
{
    struct reference *new = allocate(sizeof(*new)), *found;

    if (!new) return FALSE;
    enter_lock(&lock);
    if ((found = *find_reference(key))) found->count++;
    else
    {
        new->next = references;
        new->key = key;
        new->count = 1;
        references = new;
    }
    leave_lock(&lock);
    if (found) release(new);
    return TRUE;
}

BOOL drop_reference(NCRYPT_KEY_HANDLE key)
{
    struct reference **place, *last = NULL;
    BOOL dropped;

    enter_lock(&lock);
    place = find_reference(key);
    dropped = *place != NULL;
    if (dropped && !--(*place)->count)
    {
        last = *place;
        *place = last->next;
    }
    leave_lock(&lock);
    release(last);
    return dropped;
}

void free_key(NCRYPT_KEY_HANDLE key)
{
    DWORD error = GetLastError();

    if (!drop_reference(key) && is_ncrypt_key(key)) ncrypt()->NCryptFreeObject(key);
    SetLastError(error);
}
