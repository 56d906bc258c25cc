/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Hashes of messages, and their signatures: by an NCRYPT handle, or checked against the key in the scope. */
#include "capi.h"

/* --- hashes that belong to a key --- */

struct key_hash
{
    struct key_hash *next;
    HCRYPTHASH hash;
    NCRYPT_KEY_HANDLE key;
    struct signing signing;         /* how its message is to be signed; kind and hash are not filled in */
};

static SRWLOCK lock = SRWLOCK_INIT;
static struct key_hash *hashes;

/* The caller holds the lock. */
static struct key_hash **find_hash(HCRYPTHASH hash)
{
    struct key_hash **place = &hashes;

    while (*place && (*place)->hash != hash) place = &(*place)->next;
    return place;
}

/* The signer of the message that is being opened whose key this is. */
static const struct signing *signing_in_scope(NCRYPT_KEY_HANDLE key)
{
    const struct scope *scope = scope_current();
    DWORD i;

    for (i = 0; scope && i < scope->signer_count; i++)
        if (scope->signers[i].key == key) return &scope->signers[i].signing;
    return NULL;
}

static BOOL remember_hash(HCRYPTHASH hash, NCRYPT_KEY_HANDLE key)
{
    const struct signing *signing = signing_in_scope(key);
    struct key_hash *new = allocate(sizeof(*new));

    if (!new) return FALSE;
    new->hash = hash;
    new->key = key;
    if (signing) new->signing = *signing;
    enter_lock(&lock);
    new->next = hashes;
    hashes = new;
    leave_lock(&lock);
    return TRUE;
}

/* 0: it is no hash of ours. */
static NCRYPT_KEY_HANDLE key_of_hash(HCRYPTHASH hash, struct signing *signing)
{
    const struct key_hash *found;
    NCRYPT_KEY_HANDLE key = 0;

    enter_lock(&lock);
    if ((found = *find_hash(hash)))
    {
        key = found->key;
        *signing = found->signing;
    }
    leave_lock(&lock);
    return key;
}

/* The key that it belonged to; 0: it was none of ours. */
static NCRYPT_KEY_HANDLE forget_hash(HCRYPTHASH hash)
{
    struct key_hash **place, *found;
    NCRYPT_KEY_HANDLE key;

    enter_lock(&lock);
    place = find_hash(hash);
    if ((found = *place)) *place = found->next;
    leave_lock(&lock);
    key = found ? found->key : 0;
    release(found);
    return key;
}

/* --- hashing --- */

/* As in CAPI, the hash keeps the key: crypt32 releases the caller's handle between hashing and signing. */
BOOL WINAPI capi_create_hash(HCRYPTPROV handle, ALG_ID algorithm, HCRYPTKEY key, DWORD flags, HCRYPTHASH *hash)
{
    if (!is_ncrypt_key(handle)) return CryptCreateHash(handle, algorithm, key, flags, hash);
    if (!CryptCreateHash(software_csp(), algorithm, 0, flags, hash)) return FALSE;
    if (remember_hash(*hash, handle))
    {
        if (add_reference(handle)) return TRUE;
        forget_hash(*hash);
    }
    CryptDestroyHash(*hash);
    return FALSE;
}

BOOL WINAPI capi_destroy_hash(HCRYPTHASH hash)
{
    NCRYPT_KEY_HANDLE key = forget_hash(hash);

    if (key) free_key(key);
    return CryptDestroyHash(hash);
}

/* --- signatures --- */

/* value: LONGEST_HASH bytes. */
static SECURITY_STATUS get_hash(HCRYPTHASH hash, const WCHAR **name, BYTE *value, DWORD *value_size)
{
    DWORD size = sizeof(ALG_ID);
    ALG_ID algorithm;

    *value_size = LONGEST_HASH;
    if (!CryptGetHashParam(hash, HP_ALGID, (BYTE *)&algorithm, &size, 0)) return GetLastError();
    if (!(*name = hash_by_alg_id(algorithm))) return NTE_BAD_ALGID;
    return CryptGetHashParam(hash, HP_HASHVAL, value, value_size, 0) ? ERROR_SUCCESS : (SECURITY_STATUS)GetLastError();
}

static SECURITY_STATUS sign(NCRYPT_KEY_HANDLE key, HCRYPTHASH hash, struct signing *signing, struct der *signature)
{
    BYTE value[LONGEST_HASH];
    SECURITY_STATUS status;
    DWORD size;

    signing->kind = get_key_kind(key);
    if ((status = get_hash(hash, &signing->hash, value, &size))) return status;
    return sign_hash(key, signing, value, size, signature);
}

BOOL WINAPI capi_sign_hash(HCRYPTHASH hash, DWORD spec, const WCHAR *description, DWORD flags, BYTE *output,
                           DWORD *size)
{
    struct signing signing;
    NCRYPT_KEY_HANDLE key = key_of_hash(hash, &signing);
    struct der signature = {0};
    SECURITY_STATUS status;
    BOOL given = FALSE;

    if (!key) return CryptSignHashW(hash, spec, description, flags, output, size);
    if (get_key_kind(key) == KEY_MLDSA) return fail(NTE_BAD_ALGID);     /* it signs what was hashed, not the hash */
    if (!output) return (status = longest_signature(key, size)) ? fail(status) : TRUE;
    if ((status = sign(key, hash, &signing, &signature))) fail(status);
    else given = give_reversed(&signature, output, size);
    der_free(&signature);
    return given;
}

/* The message says how it was signed, and the scope has the key: the one that Wine has put into the CSP is a stand-in.
 */
static SECURITY_STATUS verify(const struct scope *scope, HCRYPTHASH hash, const BYTE *reversed, DWORD size)
{
    BYTE value[LONGEST_HASH], *signature;
    const WCHAR *name;
    SECURITY_STATUS status;
    DWORD value_size, i;

    if ((status = get_hash(hash, &name, value, &value_size))) return status;
    if (lstrcmpW(name, scope->signing->hash)) return NTE_BAD_ALGID;
    if (!(signature = allocate(size))) return NTE_NO_MEMORY;
    for (i = 0; i < size; i++) signature[i] = reversed[size - 1 - i];
    status = verify_hash(scope->verifying, scope->signing, value, value_size, signature, size);
    release(signature);
    return status;
}

BOOL WINAPI capi_verify_signature(HCRYPTHASH hash, const BYTE *signature, DWORD size, HCRYPTKEY key,
                                  const WCHAR *description, DWORD flags)
{
    const struct scope *scope = scope_current();
    SECURITY_STATUS status;

    if (!scope || !scope->verifying) return CryptVerifySignatureW(hash, signature, size, key, description, flags);
    return (status = verify(scope, hash, signature, size)) ? fail(status) : TRUE;
}
