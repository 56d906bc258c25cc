/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Handles that belong to certificates; see owner.h. */
#include "owner.h"

#include "capi/capi.h"
#include "imports.h"

struct owned_key
{
    struct owned_key *next;
    const CERT_INFO *owner;
    NCRYPT_KEY_HANDLE key;
};

static SRWLOCK lock = SRWLOCK_INIT;
static struct owned_key *owned_keys;

/* The caller holds the lock; this and the next two. */
static struct owned_key **find_place(const CERT_INFO *owner)
{
    struct owned_key **place = &owned_keys;

    while (*place && (*place)->owner != owner) place = &(*place)->next;
    return place;
}

static BOOL has_owner(NCRYPT_KEY_HANDLE key)
{
    const struct owned_key *row;

    for (row = owned_keys; row; row = row->next) if (row->key == key) return TRUE;
    return FALSE;
}

static struct owned_key *take_row(const CERT_INFO *owner)
{
    struct owned_key **place = find_place(owner), *row = *place;

    if (row) __atomic_store_n(place, row->next, __ATOMIC_RELEASE);
    return row;
}

/* new: NULL, or what becomes the row of the owner. The key that it had is freed unless another certificate has it. */
static void replace_row(const CERT_INFO *owner, struct owned_key *new)
{
    struct owned_key *old;
    BOOL is_last;

    enter_lock(&lock);
    old = take_row(owner);
    if (new)
    {
        new->next = owned_keys;
        __atomic_store_n(&owned_keys, new, __ATOMIC_RELEASE);
    }
    is_last = old && !has_owner(old->key);
    leave_lock(&lock);
    if (is_last) free_key(old->key);
    release(old);
}

/* Without memory for a row the handle stays open, as it does in Wine. */
void give_key_to(PCCERT_CONTEXT cert, NCRYPT_KEY_HANDLE key)
{
    struct owned_key *row = key ? allocate(sizeof(*row)) : NULL;

    if (row)
    {
        row->owner = cert->pCertInfo;
        row->key = key;
    }
    replace_row(cert->pCertInfo, row);
}

NCRYPT_KEY_HANDLE owned_key(PCCERT_CONTEXT cert)
{
    const struct owned_key *row;
    NCRYPT_KEY_HANDLE key;

    enter_lock(&lock);
    key = (row = *find_place(cert->pCertInfo)) ? row->key : 0;
    leave_lock(&lock);
    return key;
}

void disown_key(NCRYPT_KEY_HANDLE key)
{
    struct owned_key **place = &owned_keys, *row;

    enter_lock(&lock);
    while ((row = *place))
    {
        if (row->key != key)
        {
            place = &row->next;
            continue;
        }
        __atomic_store_n(place, row->next, __ATOMIC_RELEASE);
        release(row);
    }
    leave_lock(&lock);
}

void share_key(PCCERT_CONTEXT cert, PCCERT_CONTEXT copy)
{
    NCRYPT_KEY_HANDLE key = owned_key(cert);
    CERT_KEY_CONTEXT context;

    if (!key || copy->pCertInfo == cert->pCertInfo) return;
    if (get_key_context(copy, &context) && context.hNCryptKey == key) give_key_to(copy, key);
}

/* Every block that Wine's crypt32 frees this way passes here. Without any owned key, that is one look at a pointer. */
static HLOCAL WINAPI free_local(HLOCAL memory)
{
    if (memory && __atomic_load_n(&owned_keys, __ATOMIC_ACQUIRE)) replace_row(memory, NULL);
    return LocalFree(memory);
}

void watch_certificates(HMODULE wine_crypt32)
{
    static const struct import imports[] = {{"LocalFree", free_local}};

    if (!replace_imports(wine_crypt32, "kernel32.dll", imports, ARRAYSIZE(imports)))
        TRACE("the keys of certificates are not freed");
}
