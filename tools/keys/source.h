/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Private keys in files from elsewhere: what the files source*.c share. Functions return exit statuses as keys.h
 * says. */
#ifndef KEYS_SOURCE_H
#define KEYS_SOURCE_H

#include "keys.h"

struct source_key
{
    struct bytes data;              /* as it is in the file, base64 taken off; secret_alloc'ed */
    char sealed[80];                /* DEK-Info of an encrypted PEM block, "" without one */
    char *label;                    /* a name that the file gives it, secret_alloc'ed; may be NULL */
};

struct source
{
    const struct settings *settings;
    struct bytes password;          /* of the whole file, asked for when it is first needed; data NULL before */
    struct source_key *keys;
    size_t count;
    struct bytes *certificates;     /* DER, secret_alloc'ed */
    size_t certificate_count;
};

int source_need_password(struct source *source);
/* Copies what they are given. label may be NULL. */
int source_add_key(struct source *source, struct bytes data, const char *label);
int source_add_certificate(struct source *source, struct bytes der);
int source_keep(struct bytes data, struct bytes *copy);         /* secret_alloc'ed */

/* --- source_pem.c --- */

int pem_is(struct bytes file);
int pem_read(struct source *source, struct bytes file);
/* The content of a block that DEK-Info says is encrypted. */
int pem_decrypt(struct source *source, const struct source_key *key, struct bytes *plain);

/* --- source_pkcs12.c --- */

/* *is_one: whether it was a PKCS #12 file at all. */
int source_pkcs12(struct source *source, struct bytes file, int *is_one);

/* --- source_older.c --- */

/* RSAPrivateKey, DSA's and ECPrivateKey as PrivateKeyInfo; 0 when it is none of them. w fails without memory. */
int older_wrap(struct bytes der, struct writer *w);

/* --- source_openssh.c --- */

int openssh_is(struct bytes data);
int openssh_wrap(const struct source *source, struct bytes data, struct writer *w);

/* --- source_purpose.c --- */

/* Writes into an elliptic key what it is for: what --purpose says, else what it says itself, else the key usage of its
 * certificate in the same file, else signing. */
int purpose_apply(const struct source *source, struct bytes *pkcs8);

#endif
