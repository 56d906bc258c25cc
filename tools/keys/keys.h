/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ncrypt-keys, a native program for the keys of a Wine prefix: what its files share. Everything that is known of key
 * files, keys and blobs is the engine's; here is what a person at a terminal needs besides.
 *
 * Functions that can fail have said why on stderr and return an exit status, 0 for success. */
#ifndef KEYS_H
#define KEYS_H

#include <stdio.h>

#include "key/key.h"
#include "store/store_key.h"

/* Exit statuses; also in doc/man/ncrypt-keys.1. */
enum exit_status
{
    EXIT_DONE = 0,
    EXIT_FAILED = 1,                /* trouble with files or memory, or something malformed */
    EXIT_USAGE = 2,
    EXIT_NOT_FOUND = 3,             /* no such prefix, key or file */
    EXIT_REFUSED = 4,               /* the key does not allow it, or the name is taken */
    EXIT_PASSWORD = 5,              /* wrong, or none to be had */
    EXIT_DAMAGED = 6,               /* done, but some key file cannot be used */
    EXIT_DECLINED = 7,              /* nobody said yes */
};

struct settings
{
    const char *prefix, *user;      /* NULL: the usual ones */
    const char *provider;           /* NULL: keys in files */
    const char *argument;           /* NAME or FILE of the command; NULL: none given */
    const char *name;               /* --name */
    const char *algorithm;          /* of a key to create, as NCryptCreatePersistedKey calls it */
    const char *output;             /* --out */
    const char *password_file, *key_password_file, *pin_file;
    uint32_t flags;                 /* FLAG_MACHINE_KEY or 0 */
    uint32_t policy;                /* ALLOW_* of a new key */
    uint32_t purpose;               /* PKCS8_* of an elliptic key to import; 0: not said */
    size_t key_number;              /* which key of the file, from 1; 0: not said */
    size_t bits;                    /* of a key to create; 0: not said */
    int private, overwrite, protect, json, yes;
};

/* --- text.c --- */

/* Prints "ncrypt-keys: ..." on stderr and returns status. */
int fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same with what an engine's status means in words after it; picks the exit status. */
int fail_status(nte_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* From now on statuses are those of tokens, or of the TPM. */
void words_of_tokens(void);
void words_of_tpm(void);

/* UTF-8 into NUL-terminated UTF-16 in w; 0 for what is no UTF-8 and when there is no memory. */
int to_utf16(const char *text, struct writer *w);
/* A name as one line of a terminal can take it, whatever is in it; returns the columns, characters that is. */
size_t print_name(FILE *out, const uint16_t *name);
/* The same in memory, secret_alloc'ed; NULL without memory. */
char *name_text(const uint16_t *name);
char *shown_text(const char *utf8);
/* What name_text or shown_text gave, in at least width columns. */
void print_padded(const char *text, int width);
void json_string(FILE *out, const char *ascii);
void json_name(FILE *out, const uint16_t *name);
void print_time(FILE *out, uint64_t filetime);              /* 2026-11-22T20:15:00Z */
void usage_text(uint32_t usage, char text[64]);             /* "sign (0x2)" or "all" */
/* "export, plaintext" or "-"; for JSON an array of strings. */
void policy_text(uint32_t policy, char text[64]);
void json_policy(FILE *out, uint32_t policy);

#define PKCS8_TYPE u"PKCS8_PRIVATEKEY"     /* the blob that private keys come and go in */

/* --- ask.c --- */

enum password_kind
{
    PASSWORD_OLD,                   /* of something that is there; not empty */
    PASSWORD_FRESH,                 /* for something new; not empty, and typed twice */
    PASSWORD_MAY_BE_EMPTY,          /* of a file from elsewhere */
};

/* The first line of file, or what is typed at the terminal without being shown. UTF-16, secret_alloc'ed; a NUL that
 * size does not count follows it. */
int read_password(const char *file, const char *prompt, enum password_kind kind, struct bytes *password);
/* Asks on the terminal, unless yes is set. EXIT_DECLINED also when there is no terminal. */
int confirm(int yes, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A bar on stderr, when that is a terminal and there is work for longer than a moment. */
struct progress
{
    const char *what;
    size_t all, done;
    int64_t started, shown;         /* milliseconds */
};
void progress_start(struct progress *progress, const char *what, size_t all);
void progress_step(struct progress *progress);
void progress_end(struct progress *progress);

/* --- pin.c --- */

/* The PIN of the token that object is on, or that it will be made on: from settings->pin_file or typed. Whatever it
 * is, it is tried at once, and once. */
int pin_give(const struct settings *settings, struct object *object);

/* Something that may need the PIN. If it does, the PIN is asked for and it runs once more; what names it in a failure.
 * For keys in files it just runs. */
typedef nte_status pin_attempt(void *context);
int with_pin(const struct settings *settings, struct object *object, const char *what, pin_attempt *attempt,
             void *context);

/* --- owner.c: whose rights apply --- */

/* When root works on a prefix of somebody else: from now on with the rights of its owner. */
int owner_become(const char *prefix);
/* The caller's own rights, for the files that the command line names, and back; not nested. */
void owner_leave(void);
void owner_return(void);
/* Only the owner's rights from now on, for good: what comes next is the code of a PKCS #11 module that the prefix
 * names. Files that the command line names are opened with the owner's rights then, too. */
int owner_remain(void);
/* Who the user of the prefix is: $USER, or the owner when that is somebody else. */
const char *owner_name(void);

/* --- prefix.c --- */

struct prefix
{
    char *dir;
    char *user_dir, *machine_dir;   /* Unix paths of the two stores, which need not exist */
    char machine_guid[64];          /* "" when the prefix has none yet */
};
int prefix_find(const struct settings *settings, struct prefix *prefix);
void prefix_free(struct prefix *prefix);
/* A string below HKEY_LOCAL_MACHINE, as registry_read has it; "" when there is none. */
int prefix_value(const struct prefix *prefix, const char *key, const char *value, char *text, size_t size);

/* --- provider.c --- */

/* The provider that settings->provider means: tokens, open; &tpm_provider, not open yet; &software_provider for keys in
 * files. */
int provider_choose(const struct settings *settings, const struct prefix *prefix,
                    const struct provider_class **provider);
/* Connects to the TPM. */
int provider_open_tpm(void);

/* --- key_files.c: the key files of one store --- */

/* The store that a command works on, attached to the engine. */
struct keystore
{
    const struct provider_class *provider;      /* whose keys are there: &software_provider or &tpm_provider */
    const char *path, *machine_guid;
    uint32_t flags;
    struct store *store;
    struct store_key key;
    nte_status key_status;          /* of key */
};
int keystore_open(const struct settings *settings, const struct prefix *prefix, const struct provider_class *provider,
                  struct keystore *keystore);
/* The folders above the store, which a prefix may not have yet. */
int keystore_make_parents(const struct keystore *keystore);
void keystore_close(struct keystore *keystore);

struct names                        /* of files, sorted */
{
    char (*name)[UNIQUE_NAME_MAX];
    size_t count;
};
int names_read(const char *path, struct names *names);      /* a missing directory has none */
void names_free(struct names *names);

/* One key file, read and not trusted: what could be read, and why not more. */
struct key_file
{
    char unique[UNIQUE_NAME_MAX];
    nte_status status;              /* 0: its seal has been opened with the store key */
    int misplaced;                  /* intact, and the file of another name or store: NTE_BAD_DATA */
    int readable;                   /* stored says something; only with status 0 something authenticated */
    int has_auth;                   /* a key of the TPM, which asks for its password */
    struct stored_key stored;
    uint32_t bits;                  /* 0: unknown */
};
void key_file_read(const struct keystore *keystore, const char *unique, struct key_file *file);
void key_file_free(struct key_file *file);
const char *key_file_state(const struct key_file *file);    /* "ok", or what is wrong with it */
/* 1 when the file is not called what the name of its key makes, whatever the MachineGuid: nobody would find it. */
int is_misplaced(const struct key_file *file);
/* 1 when it is called so for another MachineGuid than that of the prefix. */
int is_stranger(const struct keystore *keystore, const char *unique);
/* "none", "consent" or "password" */
const char *key_file_protection(const struct key_file *file);

/* By name, by unique name, or by name in any case when that is but one. */
int key_file_find(const struct keystore *keystore, const char *name, struct key_file *file);
/* The engine's handle of it; free it with key_free or key_delete. Not of keys of the TPM. */
int key_file_open(const struct keystore *keystore, const struct key_file *file, struct key **key);

/* --- examine.c --- */

/* Does everything in it hold together: the parts parse, the numbers are those of a key, the public part belongs to
 * the private one (only its form is looked at when that is under a password). */
nte_status examine_stored(const struct stored_key *stored);
/* The whole image of the file that is called unique in that store. */
nte_status examine_image(const struct store *store, const char *unique, struct bytes image,
                         const struct store_key *key);

/* --- public_key.c --- */

/* Appends the SubjectPublicKeyInfo (RFC 5280); NTE_NOT_SUPPORTED for keys without a public part. */
nte_status public_key_info(const struct material *material, struct writer *w);
/* SHA-256 of it in hexadecimal digits; 0 when there is none. */
int fingerprint(const struct material *material, char text[65]);

/* --- source.c: keys in files from elsewhere --- */

/* The private key of settings->argument, or the one of its keys that settings->key_number picks, as a PrivateKeyInfo
 * in clear, secret_alloc'ed. Reads a password when it needs one. */
int source_read(const struct settings *settings, struct bytes *pkcs8);

/* --- archive.c: the format of backups, doc/backup.md; no file access --- */

struct archive
{
    uint32_t flags;                 /* FLAG_MACHINE_KEY or 0: which store */
    uint64_t made;                  /* FILETIME */
    struct store_key key;
    char machine_guid[64];
    uint32_t count;
    struct archive_file { char unique[UNIQUE_NAME_MAX]; struct bytes image; } *files;  /* in clear */
    struct bytes clear;
};
/* Appends it, under a password as lock.h has them; archive->clear is not looked at. */
nte_status archive_encode(const struct archive *archive, struct bytes password, uint32_t iterations, struct writer *w);
/* NTE_BAD_DATA no archive or a damaged one; NTE_BAD_VER of a newer format; NTE_INCORRECT_PASSWORD also for a damaged
 * one. End a success with archive_free. */
nte_status archive_decode(struct bytes data, struct bytes password, struct archive *archive);
void archive_free(struct archive *archive);

/* --- read_file.c: files of the user, read and written with the caller's rights --- */

#define FILE_MAX_SIZE 0x40000000    /* bytes */

int file_read(const char *path, struct bytes *data);        /* secret_alloc'ed */
int file_read_in_prefix(const char *path, struct bytes *data);      /* the same, with the owner's rights */
/* A new file of mode 0600, or 0644; in place of an old one only when that was confirmed. "-": standard output. */
int file_write(const struct settings *settings, const char *path, struct bytes data, int secret);

/* --- transfer.c: what is the same for keys in files, on tokens and of the TPM --- */

int export_key(const struct settings *settings, struct key *key);
int export_public(const struct settings *settings, const struct material *material);
/* EXIT_DECLINED: nobody said that the key may go for good. */
int confirm_delete(const struct settings *settings, const uint16_t *name, const char *algorithm, const char *unique);
/* With --json: done, as "created", and the unique name. */
void print_done(const struct settings *settings, const char *done, const char *unique);
int remove_key(const struct settings *settings, struct key *key);      /* ends the handle */

/* --- the commands --- */

int token_list(const struct settings *settings, const struct provider_class *provider);
int token_show(const struct settings *settings, const struct provider_class *provider);
int token_export(const struct settings *settings, const struct provider_class *provider);
int token_create(const struct settings *settings, const struct provider_class *provider);
int token_import(const struct settings *settings, const struct provider_class *provider);
int token_delete(const struct settings *settings, const struct provider_class *provider);

int tpm_export(const struct settings *settings, struct keystore *keystore);
int tpm_create(const struct settings *settings, struct keystore *keystore);
int tpm_import(const struct settings *settings, struct keystore *keystore);
int tpm_delete(const struct settings *settings, struct keystore *keystore);

int command_list(const struct settings *settings, struct keystore *keystore);
int command_show(const struct settings *settings, struct keystore *keystore);
int command_export(const struct settings *settings, struct keystore *keystore);
int command_create(const struct settings *settings, struct keystore *keystore);
int command_import(const struct settings *settings, struct keystore *keystore);
int command_delete(const struct settings *settings, struct keystore *keystore);
int command_check(const struct settings *settings, struct keystore *keystore);
int command_backup(const struct settings *settings, struct keystore *keystore);
int command_adopt(const struct settings *settings, struct keystore *keystore);
int command_restore(const struct settings *settings, struct keystore *keystore);

#endif
