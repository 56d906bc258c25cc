/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of CryptoAPI (CAPI): containers that programs make with CryptAcquireContext and CryptGenKey, kept by Wine's
 * rsaenh.dll. It holds RSA keys only, one of each key spec in a container. */
#ifndef NCRYPTPROV_LEGACY_H
#define NCRYPTPROV_LEGACY_H

#include <windows.h>
#include <wincrypt.h>

/* --- legacy.c: what a provider does about containers --- */

struct legacy_ops
{
    /* NCryptOpenKey once the provider has no key of that name. NTE_BAD_KEYSET: no container has one either. */
    SECURITY_STATUS (*open)(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *key, const WCHAR *name, DWORD key_spec,
            DWORD flags);

    /* NCryptFinalizeKey with NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG, which may be missing in flags. */
    SECURITY_STATUS (*finalize)(NCRYPT_KEY_HANDLE key, DWORD flags);

    /* Before NCryptDeleteKey deletes the key itself. The handle stays. */
    SECURITY_STATUS (*remove)(NCRYPT_KEY_HANDLE key);

    /* Properties that a container decides. FALSE: ask the engine. */
    BOOL (*get_property)(NCRYPT_KEY_HANDLE key, LPCWSTR name, PBYTE output, DWORD size, DWORD *result, DWORD flags,
            SECURITY_STATUS *status);
    BOOL (*set_property)(NCRYPT_KEY_HANDLE key, LPCWSTR name, DWORD flags, SECURITY_STATUS *status);
};

extern const struct legacy_ops rsa_containers;      /* their keys are keys of the provider */
extern const struct legacy_ops foreign_containers;  /* opened as a CSP whose containers hold no RSA keys: opens none */
extern const struct legacy_ops no_containers;       /* of a provider that has nothing to do with CAPI */

/* --- legacy_container.c: one container, through CAPI --- */

struct container
{
    const WCHAR *name;
    BOOL machine;
};

/* A PRIVATEKEYBLOB, HeapAlloc'ed. pair_free wipes it. */
struct pair
{
    DWORD key_spec;                 /* AT_KEYEXCHANGE or AT_SIGNATURE */
    BOOL exportable;
    BYTE *blob;
    DWORD size;
};

void pair_free(struct pair *pair);

/* Opens the container. flags: CRYPT_NEWKEYSET, CRYPT_DELETEKEYSET (then there is nothing to release) or 0.
 * NTE_BAD_KEYSET: there is none, and none can have this name; NTE_EXISTS. When a context is released, rsaenh.dll
 * writes all its keys as they were when it was opened or as they were changed through it: hold it for moments. */
SECURITY_STATUS container_open(const struct container *container, DWORD flags, HCRYPTPROV *context);

/* Stores a pair into an open container, in place of the one of its key spec. */
SECURITY_STATUS container_write(HCRYPTPROV context, const struct pair *pair);

/* Deletes the container with all that is in it if the pair of this key spec belongs to the public key, which is
 * a PUBLICKEYBLOB. NTE_BAD_KEYSET: there is no such container, or another key is in it now. */
SECURITY_STATUS container_delete(const struct container *container, DWORD key_spec, const BYTE *key, DWORD size);

/* Do two of PUBLICKEYBLOB and PRIVATEKEYBLOB hold the same public key? */
BOOL is_same_key(const BYTE *a, DWORD a_size, const BYTE *b, DWORD b_size);

/* --- legacy_stored.c: containers as rsaenh.dll stores them --- */

/* rsaenh.dll converts names to the ANSI code page and truncates long ones, so different names could share one
 * container: TRUE for names that stay unchanged. */
BOOL can_be_container(const WCHAR *name);

/* The key pair of one key spec, with its private part, whether or not it is exportable. NTE_BAD_KEYSET: there is
 * none; NTE_BAD_KEY_STATE: there is, but it cannot be read. */
SECURITY_STATUS container_read(const struct container *container, DWORD key_spec, struct pair *pair);

/* --- legacy_key.c: a container's key as one of our keys --- */

/* What we know about a key that is in a container and not in one of our files; its numbers are an ephemeral key of
 * the engine. */
struct legacy_key
{
    DWORD key_spec;
    BOOL machine;
    WCHAR name[];
};

/* NCryptOpenKey once there is no key file of that name. key_spec 0: the key-exchange key, or else the signature
 * key. NTE_BAD_KEYSET. */
SECURITY_STATUS legacy_open(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *key, const WCHAR *name, DWORD key_spec,
        DWORD flags);

/* Deletes the container. The handle stays. */
SECURITY_STATUS legacy_delete(NCRYPT_KEY_HANDLE key);

/* Properties whose answer differs from that of the ephemeral key behind it. FALSE: this one does not differ. */
BOOL legacy_get_property(const struct legacy_key *legacy, LPCWSTR name, PBYTE output, DWORD size, DWORD *result,
        DWORD flags, SECURITY_STATUS *status);
BOOL legacy_set_property(LPCWSTR name, DWORD flags, SECURITY_STATUS *status);

/* --- legacy_copy.c: NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG --- */

/* NCryptFinalizeKey with the flag: container and key file, or neither of them. */
SECURITY_STATUS finalize_with_copy(NCRYPT_KEY_HANDLE key, DWORD flags);

/* The container that was made with a key, if one was and still has that key in it. */
SECURITY_STATUS delete_copy(NCRYPT_KEY_HANDLE key);

#endif
