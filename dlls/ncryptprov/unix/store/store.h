/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key store: one directory, one file per key, one file with the store key. The only place where
 * keys touch the disk. doc/key-file.md describes the format; doc/architecture.md the guarantees.
 *
 * Durable and atomic: when a call succeeds, its change is on disk (file and directory synced; store_dir.h has the one
 * exception), and a process killed at any instruction leaves the old state or the new one. Writers of one directory
 * take turns (flock on its lock file); readers take no lock. A writer that waits long reports which process holds
 * the lock, and gives up in the end.
 *
 * Statuses for errors outside the file, the same everywhere:
 *   ENOSPC, EDQUOT           NTE_TOKEN_KEYSET_STORAGE_FULL
 *   EACCES, EPERM, EROFS     NTE_PERM
 *   ENOENT of the directory  NTE_BAD_KEYSET when reading; created when writing, NTE_NOT_FOUND when even its
 *                            parent is missing (doc/facts/windows-behaviour.md 1.8), or NTE_PERM when creating it
 *                            is forbidden
 *   ENOTDIR                  the same when its parent is a file; NTE_SYS_ERR when it is a file itself, on writing
 *   ENOMEM, EMFILE, ENFILE   NTE_NO_MEMORY
 *   anything else            NTE_SYS_ERR
 * When the keeper does not return the store key (store_keeper.h), or another process holds the lock for a minute:
 * NTE_DEVICE_NOT_READY. Writing on a file system without locks: NTE_NOT_SUPPORTED. */
#ifndef ENGINE_STORE_H
#define ENGINE_STORE_H

#include "family.h"
#include "base/property_list.h"

#define KEY_ID_SIZE 16
#define UNIQUE_NAME_MAX 512         /* characters with NUL; "32 hex digits _ GUID" takes 70, the URI of a key on a token
                                       up to 400 */

#define NAME_DIGITS 32              /* hex digits that a unique name begins with */

/* The purpose of an image. */
enum image_kind
{
    IMAGE_KEY_FILE = 1,             /* a file in the directory, under the name that it is bound to */
    IMAGE_TRANSPORT = 2,            /* to be handed to NCryptImportKey */
};

/* The content of one key file. Zero it, fill it, and free it with stored_key_free (which wipes). */
struct stored_key
{
    uint16_t *name;                 /* secret_alloc'ed, NUL-terminated UTF-16 */
    char algorithm[32];             /* struct algorithm.id */
    uint32_t key_spec;              /* dwLegacyKeySpec given at creation */
    uint32_t flags;                 /* FLAG_MACHINE_KEY or 0 */
    uint32_t export_policy;
    uint32_t key_usage;
    uint64_t modified;              /* FILETIME: 100 ns units since 1601-01-01 UTC */
    uint8_t id[KEY_ID_SIZE];        /* random, new for each FinalizeKey: distinguishes a key from its successor */
    struct property_list properties;/* the ones set with PERSIST or PERSIST_ONLY */
    struct bytes public_part;       /* family.save_public; secret_alloc'ed */
    struct bytes private_part;      /* family.save_private, in clear; secret_alloc'ed; size 0 once peeked */
    enum image_kind kind;
    int bound;                      /* 0: read from a file of version 1 or 2, which lacks digits */
    char digits[NAME_DIGITS];       /* of the unique name that the file must have; zeros in a transport image */
    int locked;                     /* private_part is locked with a password instead (password_seal.h) */
    struct material *material;      /* in place of both parts, of a vault that keeps no numbers; or NULL */
};

void stored_key_free(struct stored_key *stored);

/* --- keyfile.c: the format, no file access --- */

#define KEYFILE_MAX 0x4000000       /* bytes; a larger file is damaged */
#define STORE_KEY_SIZE 32
#define STORE_KEY_ID_SIZE 16

struct store_key
{
    uint8_t key[STORE_KEY_SIZE];    /* AES-256-GCM */
    uint8_t id[STORE_KEY_ID_SIZE];  /* which store key sealed a file; reveals nothing about key */
};

/* Sets store_key->id from store_key->key. */
nte_status store_key_derive_id(struct store_key *store_key);

/* Appends the image of stored, sealed under store_key, to w; always of the newest version. NTE_INVALID_PARAMETER when
 * stored exceeds the limits of the format or has no private part, or when a transport image would have a locked
 * one. */
nte_status keyfile_encode(const struct stored_key *stored, const struct store_key *store_key, struct writer *w);

/* Reads a whole file image. With store_key NULL: everything but private_part, unauthenticated, for enumeration.
 *   NTE_BAD_DATA        malformed, or the seal does not verify: the file is damaged
 *   NTE_BAD_VER         a newer format: leave it alone
 *   NTE_BAD_KEY_STATE   sealed under another store key: leave it alone (what Windows answers when the
 *                       user's DPAPI key is gone) */
nte_status keyfile_decode(struct bytes image, const struct store_key *store_key, struct stored_key *stored);

#define KEYFILE_START 32            /* bytes that keyfile_start reads */

/* The store key id in the first KEYFILE_START bytes of an image; 0 when these do not start an image of a known
 * version. */
int keyfile_start(const uint8_t start[KEYFILE_START], uint8_t store_key_id[STORE_KEY_ID_SIZE]);

/* --- store.c, store_list.c, store_name.c, store_stranger.c --- */

struct store;

/* A unique name that does not have the form of one is NTE_INVALID_PARAMETER everywhere: only that form ever
 * becomes part of a path. */

/* path: the directory, absolute, copied. Touches no file. */
nte_status store_open(const char *path, struct store **store);
void store_close(struct store *store);

/* From now on every file there must hold a user's key (0) or a machine key (FLAG_MACHINE_KEY); any other counts as
 * damaged. */
void store_expect(struct store *store, uint32_t flags);

/* Creates the directory if it is missing; NTE_NOT_FOUND without its parent. */
nte_status store_make(struct store *store);

/* The file name of a key: MD5 of the lower-cased UTF-16LE name with its NUL, printed as four 32-bit words, "_",
 * machine_guid (doc/facts/windows-api.md 8.2). NTE_INVALID_PARAMETER for a GUID that store_is_unique_name
 * would reject. */
nte_status store_unique_name(const uint16_t *folded, const char *machine_guid, char unique[UNIQUE_NAME_MAX]);

/* 1 when s has the form of a unique name: 32 lower-case hex digits, "_", 1 to 64 of 0-9 A-Z a-z and "-"; and
 * then its ASCII in unique. */
int store_is_unique_name(const uint16_t *s, char unique[UNIQUE_NAME_MAX]);

/* NTE_BAD_KEYSET: no such key. A file that is damaged, or belongs to another name, is moved aside, reported once on
 * stderr, and counts as missing; if it cannot be moved (a read-only directory), the status says why. */
nte_status store_read(struct store *store, const char *unique, struct stored_key *stored);

/* NTE_SUCCESS when there is a key of this name, even one that store_read would refuse with NTE_BAD_VER,
 * NTE_BAD_KEY_STATE or NTE_DEVICE_NOT_READY (damaged ones are moved aside first); else NTE_BAD_KEYSET.
 * A file that is there is unsealed for that: nothing but its seal tells a damaged file, which must not keep its name
 * from a program that wants to make its key anew. Where there is no file, nothing is read. */
nte_status store_exists(struct store *store, const char *unique);

/* After NTE_BAD_KEYSET: if the key is stored there under another MachineGuid, says so on stderr and names command,
 * which recovers it; once per store. */
void store_mention_stranger(struct store *store, const char *unique, const char *command);

/* Writes a new key; fills in stored->modified and stored->id. NTE_EXISTS when the name is taken and
 * overwrite is 0, even when two processes race. */
nte_status store_create(struct store *store, const char *unique, struct stored_key *stored, int overwrite);

/* Sets one property of a stored key, read anew under the lock so that no other writer's change is lost.
 * NTE_BAD_KEYSET when the file is gone or holds another key than id. *modified is the new time. */
nte_status store_set_property(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE],
                              const uint16_t *name, struct bytes value, uint64_t *modified);

/* NTE_BAD_KEYSET when the file is gone or holds another key than id. */
nte_status store_delete(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE]);

/* Enumeration: a snapshot of the names, each file is read when its turn comes; files that have vanished or
 * are damaged are skipped. store_list_next fills *stored with everything but the private part and ends with
 * NTE_NO_MORE_ITEMS. A missing directory is an empty store. */
struct store_list;
nte_status store_list_open(struct store *store, struct store_list **list);
nte_status store_list_next(struct store_list *list, struct stored_key *stored);
void store_list_close(struct store_list *list);

/* --- the store's files as files, for ncrypt-keys --- */

/* store.c: the full path of a file in the directory; free it. NULL when out of memory. */
char *store_path(const struct store *store, const char *name);

/* The directory itself. */
const char *store_directory(const struct store *store);

/* store_bind.c: does a decoded or peeked image belong under this file name. NTE_BAD_DATA: it is the file of another
 * name or of another store, or not a key file. */
nte_status store_fits(const struct store *store, const char *unique, const struct stored_key *stored);

/* store_name.c: 1 when unique has the form that store_is_unique_name accepts. */
int is_unique_name(const char *unique);

/* store_fold.c: in lower case as the provider's Windows half has it, for a buffer of the same size; 0 when that is not
 * certain. */
int fold_name(const uint16_t *name, uint16_t *folded);
/* 1 when the two differ in nothing but case. */
int same_folded(const uint16_t *a, const uint16_t *b);

/* --- key_files.c: the two stores of the process --- */

/* Sets where they are; call once, before anything else. Unix paths of the two Crypto/Keys directories, and the
 * MachineGuid; "": there is none, and calls with a key name return NTE_SYS_ERR. */
nte_status engine_attach(const char *user_dir, const char *machine_dir, const char *machine_guid);

/* The user's store (0) or the machine's (FLAG_MACHINE_KEY), for anything sealed under its store key. */
struct store *key_store(uint32_t flags);

/* A store in a directory of that name beside the one of key_store; to be opened once, and never closed. */
nte_status key_store_beside(uint32_t flags, const char *directory, struct store **store);

/* --- store_seal.c: transport images --- */

/* Appends the image, sealed under the store key, which is created if there is none. stored's kind and id are
 * ignored. */
nte_status store_seal(struct store *store, const struct stored_key *stored, struct writer *w);
/* Statuses of keyfile_decode; NTE_BAD_DATA also for a key file, NTE_BAD_KEY_STATE also when there is no store key. */
nte_status store_unseal(struct store *store, struct bytes image, struct stored_key *stored);

#endif
