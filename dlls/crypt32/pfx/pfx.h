/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PKCS #12 files (PFX): what the files of this folder share. The engine of the key store takes archives apart and puts
 * them together (ncryptprov/archive.h); private keys are seen here only as it has sealed them. */
#ifndef CRYPT32_PFX_H
#define CRYPT32_PFX_H

#include "../bridge.h"

#include "../../ncryptprov/archive.h"

/* --- archive.c --- */

#define TRANSFER_SIZE 33            /* characters with NUL */

/* Keys on a list are sealed under this; random, and new for each import or export. */
struct transfer
{
    WCHAR secret[TRANSFER_SIZE];
};

SECURITY_STATUS make_transfer(struct transfer *transfer);

struct pfx_item
{
    DWORD kind;                     /* UNIX_ARCHIVE_* */
    const BYTE *data, *name, *id, *provider;    /* of the list; texts are UTF-16 without NUL, not aligned */
    DWORD data_size, name_size, id_size, provider_size;
    BOOL is_machine_key;            /* its place is the store of the machine */
};

/* The next item at *position of a list from the engine; FALSE at its end. */
BOOL next_item(const BYTE *list, DWORD size, DWORD *position, struct pfx_item *item);
void append_item(struct der *list, const struct pfx_item *item);

/* A copy with a NUL, to be released; NULL for an empty text. */
WCHAR *copy_text(const BYTE *text, DWORD size);

/* As archive.h. NTE_PROVIDER_DLL_FAIL: there is no engine, or ncrypt.dll is not ours. */
SECURITY_STATUS archive_read(const CRYPT_DATA_BLOB *file, const WCHAR *password, const struct transfer *transfer,
                             DWORD flags, BYTE **list, DWORD *size);
SECURITY_STATUS archive_write(const struct der *list, const WCHAR *password, const struct transfer *transfer,
                              BYTE **file, DWORD *size);

/* The last error of the PFX functions for a status of these. */
DWORD pfx_error(SECURITY_STATUS status);

/* --- key.c: one key of a file --- */

struct pfx_key
{
    struct pfx_item item;
    DWORD flags;                    /* of the import; CRYPT_MACHINE_KEYSET where the file asks for it */
    NCRYPT_KEY_HANDLE key;          /* ephemeral, of our provider */
    BOOL is_cng;                    /* where it goes: key store, or a container of CAPI */
    BOOL is_wanted;                 /* a certificate has it */
    BOOL has_own_name;              /* no key before it has the same friendly name */
    BOOL is_stored;                 /* all below is there */
    NCRYPT_KEY_HANDLE stored;       /* in the key store */
    HCRYPTPROV context;             /* of CAPI, when it is not to persist */
    WCHAR *name;                    /* of key or container; NULL: it does not persist */
};

/* Reads the key; nothing is stored yet. flags: those of PFXImportCertStore, which become key->flags. */
SECURITY_STATUS pfx_key_open(struct pfx_key *key, const struct pfx_item *item, const struct transfer *transfer,
                             DWORD flags);

/* Puts it where it belongs. */
SECURITY_STATUS pfx_key_store(struct pfx_key *key, const struct transfer *transfer);

/* Tells a certificate of it. What does not persist belongs to the certificate from then on. */
BOOL pfx_key_name(struct pfx_key *key, PCCERT_CONTEXT cert);

/* undo: what was stored goes as well. */
void pfx_key_close(struct pfx_key *key, BOOL undo);

/* --- container.c: RSA keys in CAPI containers --- */

/* Into a container of a fresh name, which is key->name then, or into a context that keeps nothing. */
SECURITY_STATUS container_store(struct pfx_key *key);
void container_remove(const struct pfx_key *key);
BOOL container_name(const struct pfx_key *key, PCCERT_CONTEXT cert);

/* "{GUID}"; release it. */
WCHAR *fresh_name(void);

#endif
