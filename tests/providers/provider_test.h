/* SPDX-License-Identifier: LGPL-2.1-or-later
 * One list of tests for every key storage provider of ours: each topic asks the row of the provider what to expect.
 * The program is run as `providers_test.exe TOPIC ROW`. Numbers like 6.17 and C.29 are rows of doc/facts. */
#ifndef PROVIDER_TEST_H
#define PROVIDER_TEST_H

#include "../ncrypt/ncrypt_test.h"

/* What a provider can do. A status is that of the call that fails where the provider cannot; 0: it can. Each one that
 * is not 0 is a row in doc/providers.md. */
struct row
{
    const char *word;                   /* on the command line */
    const WCHAR *provider;
    DWORD impl_type;                    /* "Impl Type" */
    const WCHAR *ecdsa;                 /* "Algorithm Name" of a key of ECDSA_P256; NULL: that (T.6) */
    BOOL machine_keys;                  /* the user's and the machine's keys are two stores */
    BOOL keeps_deleted;                 /* a handle outlives the key that another process deletes (5.16) */
    SECURITY_STATUS dsa, aes;           /* creating or finalizing such a key, whichever refuses */
    SECURITY_STATUS persistent;         /* a custom property that is to outlive its handle */
    SECURITY_STATUS ui_policy;          /* a UI Policy that protects */
    SECURITY_STATUS exportable;         /* an export policy that allows anything */
    SECURITY_STATUS import;             /* a private key */
    SECURITY_STATUS plain_export;       /* a key whose policy allows it */
    SECURITY_STATUS notify;             /* NCryptNotifyChangeKey */
    SECURITY_STATUS archivable;         /* a policy that lets a new key out once */
    SECURITY_STATUS short_rsa;          /* RSA keys of 512 bits */
    SECURITY_STATUS legacy_copy;        /* a copy of a key for programs of CryptoAPI */
    SECURITY_STATUS transport, opaque;  /* blobs of these types */
    SECURITY_STATUS security;           /* "Security Descr" */
};

/* The row that the command line names, and its provider, open. */
extern const struct row *row;
NCRYPT_PROV_HANDLE open_row(void);

/* A finalized RSA-2048 or P-256 key; name NULL: ephemeral; policy and usage 0: the provider's default. 0: no key, which
 * is a failure of the test. */
NCRYPT_KEY_HANDLE new_key(NCRYPT_PROV_HANDLE provider, const WCHAR *algorithm, const WCHAR *name, DWORD policy);

/* The status of making such a key, from whichever call refuses; the key is gone afterwards. */
SECURITY_STATUS try_algorithm(NCRYPT_PROV_HANDLE provider, const WCHAR *algorithm, const WCHAR *name);

/* The public half as a key of the software provider: what a provider signs, or is to decrypt, another one checks. */
NCRYPT_KEY_HANDLE public_half(NCRYPT_KEY_HANDLE key, BOOL rsa);

/* The public half of key verifies what it signs: PKCS #1 with SHA-256, or ECDSA. */
void check_signs_(const char *file, int line, NCRYPT_KEY_HANDLE key, BOOL rsa);
#define check_signs(key, rsa) check_signs_(__FILE__, __LINE__, key, rsa)

/* This program as a process of its own: TOPIC ROW MODE NAME. Its exit code. */
SECURITY_STATUS run_child(const char *topic, const char *mode, const WCHAR *name);
HANDLE start_child(const char *topic, const char *mode, const WCHAR *name);
SECURITY_STATUS end_child(HANDLE process);

/* In a child: its mode and its key's name. FALSE: this is not a child. */
BOOL is_child(const char **mode, WCHAR name[128]);

#endif
