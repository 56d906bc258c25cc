/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The border between the Windows half and the engine: one call code and one parameter struct per request.
 *
 * Rules (doc/architecture.md): only fixed-width integers, 64-bit members first, pointers carried as UINT64, no
 * implicit padding. So one table serves 64-bit, 32-bit and both WoW64 modes; UNIXLIB_ASSERT states the
 * sizes and is compiled on both sides. Every call returns a SECURITY_STATUS.
 *
 * Strings are UTF-16 with a NUL unless said otherwise; sizes are bytes. The Windows half has touched every
 * page of every buffer before the call, so that a bad pointer is an exception in the caller's own code; memory
 * that vanishes after that ends the call with an exception, and unwinds nothing in the engine (border.h).
 */
#ifndef NCRYPTPROV_UNIXLIB_H
#define NCRYPTPROV_UNIXLIB_H

#include <stdint.h>

#include "shared.h"
#include "unixlib_archive.h"
#include "unixlib_protect.h"

/* Objects of the engine (provider, key, secret, key enumeration) are named by a number; 0 is none. The Windows
 * half owns each one it was given and ends it with unix_object_free, once. */

struct attach_params                /* once a process, before any other call */
{
    uint64_t user_dir;              /* in: char *, Unix path of the user's Crypto/Keys directory */
    uint64_t machine_dir;           /* in: char *, the same for machine keys */
    uint64_t machine_guid;          /* in: char *, ends the file name of each key */
    char gnutls[16];                /* out: version of the library, with NUL */
};

struct provider_open_params
{
    uint64_t name;                  /* in: string, the provider's own name */
    uint64_t opened_as;             /* in: string, the name of its configuration; 0: its own */
    uint64_t uri;                   /* in: string, which tokens are meant; 0: all */
    uint64_t provider;              /* out */
};

struct object_params                /* object_free */
{
    uint64_t object;
};

struct alg_supported_params
{
    uint64_t provider;              /* in; 0, here and below: the software provider */
    uint64_t alg;                   /* in: string */
};

struct alg_info                     /* one algorithm, as NCryptEnumAlgorithms reports it */
{
    uint16_t name[32];              /* with NUL */
    uint32_t alg_class;             /* NCRYPT_*_INTERFACE */
    uint32_t operations;            /* NCRYPT_*_OPERATION bits */
};

struct enum_algorithms_params
{
    uint64_t provider;              /* in */
    uint64_t infos;                 /* out: struct alg_info [capacity] */
    uint32_t capacity;              /* in */
    uint32_t operations;            /* in: filter, 0 for all */
    uint32_t count;                 /* out: rows that match, even past capacity */
    uint32_t reserved;
};

struct key_enum_open_params
{
    uint64_t provider;              /* in */
    uint64_t scope;                 /* in: string in lower case, a part of the keys; 0: all of them */
    uint64_t enumeration;           /* out */
    uint32_t flags;                 /* in: NCRYPT_MACHINE_KEY_FLAG or 0 */
    uint32_t reserved;
};

struct key_enum_next_params
{
    uint64_t enumeration;           /* in */
    uint64_t name;                  /* out: string buffer */
    uint64_t alg;                   /* out: string buffer */
    uint32_t name_size;             /* in: bytes of the buffer */
    uint32_t alg_size;              /* in: bytes of the buffer */
    uint32_t key_spec;              /* out */
    uint32_t flags;                 /* out: 0 or NCRYPT_MACHINE_KEY_FLAG */
};

struct key_create_params
{
    uint64_t provider;              /* in */
    uint64_t alg;                   /* in: string */
    uint64_t name;                  /* in: string, 0 for an ephemeral key */
    uint64_t folded;                /* in: the same string in lower case; decides the file */
    uint64_t key;                   /* out */
    uint32_t key_spec;              /* in */
    uint32_t flags;                 /* in: NCRYPT_*_FLAG */
};

struct key_open_params
{
    uint64_t provider;              /* in */
    uint64_t name;                  /* in: string, a key name or a unique name */
    uint64_t folded;                /* in: the same string in lower case */
    uint64_t key;                   /* out */
    uint32_t key_spec;              /* in */
    uint32_t flags;                 /* in */
};

struct key_finalize_params
{
    uint64_t key;                   /* in */
    uint32_t flags;                 /* in */
    uint32_t reserved;
};

struct key_delete_params            /* success ends the object unless it is kept, failure leaves it */
{
    uint64_t key;                   /* in */
    uint32_t keep;                  /* in: only what is stored goes; object_free ends the object */
    uint32_t reserved;
};

struct unix_buffer                  /* one NCryptBuffer */
{
    uint64_t data;
    uint32_t size;                  /* bytes */
    uint32_t type;                  /* NCRYPTBUFFER_*, of a derivation KDF_*; strings have a NUL, in size or not */
};

struct key_import_params
{
    uint64_t provider;              /* in */
    uint64_t import_key;            /* in: the key that unwraps, or 0 */
    uint64_t blob_type;             /* in: string */
    uint64_t buffers;               /* in: struct unix_buffer [buffer_count] */
    uint64_t data;                  /* in */
    uint64_t name;                  /* in: string from NCRYPTBUFFER_PKCS_KEY_NAME, or 0 */
    uint64_t folded;                /* in: the same string in lower case */
    uint64_t key;                   /* out */
    uint32_t size;                  /* in: bytes of data */
    uint32_t buffer_count;          /* in */
    uint32_t flags;                 /* in */
    uint32_t reserved;
};

struct key_export_params
{
    uint64_t key;                   /* in */
    uint64_t export_key;            /* in: the key to wrap under, or 0 */
    uint64_t blob_type;             /* in: string */
    uint64_t buffers;               /* in: struct unix_buffer [buffer_count] */
    uint64_t output;                /* out, 0 to ask for the size */
    uint32_t output_size;           /* in: bytes */
    uint32_t result;                /* out: bytes written or needed */
    uint32_t buffer_count;          /* in */
    uint32_t flags;                 /* in: NCRYPT_SILENT_FLAG and UNIX_EXPORT_* */
};

struct key_unlock_params            /* after NTE_SILENT_CONTEXT from another call */
{
    uint64_t object;                /* in: the key; its provider, when there is no key yet */
    uint64_t password;              /* in: UTF-16, or 0: the user agrees */
    uint32_t size;                  /* in: bytes of it, without NUL */
    uint32_t answered;              /* in: 0: the user was not asked yet, only set asks_for */
    uint32_t asks_for;              /* out: UNIX_ASK_* */
    uint32_t reserved;
};

struct property_get_params
{
    uint64_t object;                /* in: provider, key or secret */
    uint64_t name;                  /* in: string */
    uint64_t output;                /* out, 0 to ask for the size */
    uint32_t output_size;           /* in: bytes */
    uint32_t result;                /* out: bytes written or needed */
    uint32_t flags;                 /* in */
    uint32_t reserved;
};

struct property_set_params
{
    uint64_t object;                /* in: provider, key or secret */
    uint64_t name;                  /* in: string */
    uint64_t input;                 /* in */
    uint32_t size;                  /* in: bytes */
    uint32_t flags;                 /* in */
};

struct unix_cipher_padding          /* NCRYPT_CIPHER_PADDING_INFO, with the structure that it may hold */
{
    uint64_t iv;                    /* in and out, or 0 */
    uint64_t nonce;
    uint64_t aad;
    uint64_t tag;                   /* in (decryption) or out (encryption) */
    uint32_t iv_size;               /* bytes, as the next three */
    uint32_t nonce_size;
    uint32_t aad_size;
    uint32_t tag_size;
    uint32_t flags;                 /* NCRYPT_CIPHER_*_PADDING_FLAG */
    uint32_t authenticated;         /* nonce, aad and tag were given */
};

struct unix_padding                 /* any of the padding structures */
{
    uint64_t alg;                   /* string, or 0 */
    uint64_t label;                 /* OAEP: the label; ML-DSA: the context; NCRYPT_SEALING_FLAG: the password */
    uint64_t cipher;                /* NCRYPT_PAD_CIPHER_FLAG: struct unix_cipher_padding, or 0 */
    uint32_t label_size;            /* bytes */
    uint32_t salt_size;             /* PSS: bytes */
    uint32_t present;               /* 0: the caller gave no structure */
    uint32_t no_lockout;            /* NCRYPT_SEALING_FLAG: wrong passwords do not count */
};

struct key_sign_params
{
    uint64_t key;                   /* in */
    struct unix_padding padding;    /* in */
    uint64_t hash;                  /* in */
    uint64_t signature;             /* out, 0 to ask for the size */
    uint32_t hash_size;             /* in: bytes; more than LONGEST_HASH for keys that sign messages */
    uint32_t signature_size;        /* in: bytes */
    uint32_t result;                /* out: bytes written or needed */
    uint32_t flags;                 /* in: NCRYPT_PAD_* | NCRYPT_SILENT_FLAG */
};

struct key_verify_params
{
    uint64_t key;                   /* in */
    struct unix_padding padding;    /* in */
    uint64_t hash;                  /* in */
    uint64_t signature;             /* in */
    uint32_t hash_size;             /* in: bytes */
    uint32_t signature_size;        /* in: bytes */
    uint32_t flags;                 /* in */
    uint32_t reserved;
};

struct key_crypt_params             /* key_encrypt and key_decrypt; input and output may be the same memory */
{
    uint64_t key;                   /* in */
    struct unix_padding padding;    /* in */
    uint64_t input;                 /* in */
    uint64_t output;                /* out, 0 to ask for the size */
    uint32_t input_size;            /* in: bytes */
    uint32_t output_size;           /* in: bytes */
    uint32_t result;                /* out: bytes written or needed */
    uint32_t flags;                 /* in */
};

struct key_encapsulate_params
{
    uint64_t key;                   /* in */
    uint64_t secret;                /* out; this and the next 0 to ask for the sizes */
    uint64_t ciphertext;            /* out */
    uint32_t secret_size;           /* in and out: bytes there are, and written or needed */
    uint32_t ciphertext_size;       /* the same */
    uint32_t flags;                 /* in */
    uint32_t reserved;
};

struct key_decapsulate_params
{
    uint64_t key;                   /* in */
    uint64_t ciphertext;            /* in */
    uint64_t secret;                /* out, 0 to ask for the size */
    uint32_t ciphertext_size;       /* in: bytes */
    uint32_t secret_size;           /* in: bytes */
    uint32_t result;                /* out: bytes written or needed */
    uint32_t flags;                 /* in */
};

struct secret_agree_params
{
    uint64_t own;                   /* in: key with a private part */
    uint64_t peer;                  /* in: key */
    uint64_t secret;                /* out */
    uint32_t flags;                 /* in */
    uint32_t reserved;
};

struct derive_params                /* derive_key and key_derivation */
{
    uint64_t object;                /* in: derive_key a secret, key_derivation a key */
    uint64_t kdf;                   /* in: string; key_derivation 0 */
    uint64_t buffers;               /* in: struct unix_buffer [buffer_count], in the caller's order */
    uint64_t output;                /* out, 0 to ask for the size */
    uint32_t output_size;           /* in: bytes */
    uint32_t result;                /* out: bytes written or needed */
    uint32_t buffer_count;          /* in */
    uint32_t flags;                 /* in */
};

struct claim_params                 /* claim_create and claim_verify */
{
    uint64_t subject;               /* in: key, or 0 */
    uint64_t authority;             /* in: key, or 0, but not both */
    uint64_t buffers;               /* in: struct unix_buffer [buffer_count] */
    uint64_t blob;                  /* claim_create: out, 0 to ask for the size; claim_verify: in */
    uint32_t blob_size;             /* in: bytes */
    uint32_t result;                /* claim_create: out: bytes written or needed */
    uint32_t buffer_count;          /* in */
    uint32_t type;                  /* in: NCRYPT_CLAIM_* */
    uint32_t flags;                 /* in */
    uint32_t waits_for_subject;     /* out, after NTE_SILENT_CONTEXT: which key to ask the user about; 0: authority */
};

struct store_make_params            /* what is watched for changes of keys is there afterwards */
{
    uint64_t provider;              /* in */
    uint32_t flags;                 /* in: NCRYPT_MACHINE_KEY_FLAG or 0 */
    uint32_t reserved;
};

enum unix_call
{
    unix_attach,
    unix_provider_open,
    unix_object_free,
    unix_alg_supported,
    unix_enum_algorithms,
    unix_key_enum_open,
    unix_key_enum_next,
    unix_key_create,
    unix_key_open,
    unix_key_finalize,
    unix_key_delete,
    unix_key_import,
    unix_key_export,
    unix_key_unlock,
    unix_property_get,
    unix_property_set,
    unix_key_sign,
    unix_key_verify,
    unix_key_encrypt,
    unix_key_decrypt,
    unix_key_encapsulate,
    unix_key_decapsulate,
    unix_secret_agree,
    unix_derive_key,
    unix_key_derivation,
    unix_descriptor_create,
    unix_descriptor_free,
    unix_descriptor_text,
    unix_protector_get,
    unix_result_take,
    unix_protect,
    unix_envelope_open,
    unix_envelope_free,
    unix_unprotect,
    unix_stream_open,
    unix_stream_update,
    unix_stream_unlock,
    unix_stream_free,
    unix_store_make,
    unix_archive_read,
    unix_archive_write,
    unix_claim_create,
    unix_claim_verify,
    unix_call_count,
};

#define UNIXLIB_ASSERT(type, size) _Static_assert(sizeof(struct type) == (size), #type)
UNIXLIB_ASSERT(attach_params, 40);
UNIXLIB_ASSERT(provider_open_params, 32);
UNIXLIB_ASSERT(object_params, 8);
UNIXLIB_ASSERT(alg_supported_params, 16);
UNIXLIB_ASSERT(alg_info, 72);
UNIXLIB_ASSERT(enum_algorithms_params, 32);
UNIXLIB_ASSERT(key_enum_open_params, 32);
UNIXLIB_ASSERT(key_enum_next_params, 40);
UNIXLIB_ASSERT(key_create_params, 48);
UNIXLIB_ASSERT(key_open_params, 40);
UNIXLIB_ASSERT(key_finalize_params, 16);
UNIXLIB_ASSERT(key_delete_params, 16);
UNIXLIB_ASSERT(unix_buffer, 16);
UNIXLIB_ASSERT(key_import_params, 80);
UNIXLIB_ASSERT(key_export_params, 56);
UNIXLIB_ASSERT(key_unlock_params, 32);
UNIXLIB_ASSERT(property_get_params, 40);
UNIXLIB_ASSERT(property_set_params, 32);
UNIXLIB_ASSERT(unix_cipher_padding, 56);
UNIXLIB_ASSERT(unix_padding, 40);
UNIXLIB_ASSERT(key_sign_params, 80);
UNIXLIB_ASSERT(key_verify_params, 80);
UNIXLIB_ASSERT(key_crypt_params, 80);
UNIXLIB_ASSERT(key_encapsulate_params, 40);
UNIXLIB_ASSERT(key_decapsulate_params, 40);
UNIXLIB_ASSERT(secret_agree_params, 32);
UNIXLIB_ASSERT(derive_params, 48);
UNIXLIB_ASSERT(claim_params, 56);
UNIXLIB_ASSERT(store_make_params, 16);

#endif
