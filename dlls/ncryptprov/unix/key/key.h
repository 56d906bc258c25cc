/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The objects behind the handles: provider and key, and their operations. Statuses are those of
 * the NCrypt call of the same name (doc/facts/windows-api.md 1.3, doc/facts/windows-behaviour.md A). */
#ifndef ENGINE_KEY_H
#define ENGINE_KEY_H

#include <pthread.h>

#include "cipher/cipher.h"
#include "algorithm.h"
#include "lengths.h"
#include "key/known_password.h"
#include "key/provider.h"
#include "store/password_seal.h"
#include "base/property_list.h"
#include "store/vault.h"

/* Every object begins with this. */
struct object
{
    enum object_type type;
    void (*free)(struct object *object);        /* ends an object of this type, all of it */
    const struct provider_class *provider;      /* whose object it is */
    pthread_mutex_t mutex;          /* guards what can change; held for moments only, never across I/O */
    struct property_list local;     /* values of this handle alone, never stored */
};

struct provider
{
    struct object object;
};

enum key_state
{
    KEY_NEW,                        /* created; material NULL, or imported and not finalized yet */
    KEY_FINALIZING,                 /* one thread generates and stores */
    KEY_FINAL,
};

struct key
{
    struct object object;

    /* fixed at creation */
    const struct algorithm *alg;
    uint32_t key_spec;
    uint32_t flags;                 /* FLAG_MACHINE_KEY, FLAG_OVERWRITE_KEY */
    uint16_t *name;                 /* NULL: ephemeral */
    char unique[UNIQUE_NAME_MAX];
    struct store *store;            /* of the provider's vault; NULL: ephemeral */

    /* guarded by object.mutex */
    enum key_state state;
    int removed;                    /* deleted before it was finalized, which is now impossible */
    uint32_t bits;
    uint32_t export_policy;
    uint32_t key_usage;
    uint64_t modified;              /* 0: never stored */
    struct property_list stored;    /* values for the key file, if it has one */
    struct property_list parameters;/* values of family.parameter_names, until the key is finalized */
    struct cipher_state cipher;     /* symmetric keys: the chain of this handle */
    int carried;                    /* from a transport image: policy_limit, usage_limit and "UI Policy" are final */
    uint32_t policy_limit;          /* bits that export_policy may be set to have */
    uint32_t usage_limit;           /* the same for key_usage */
    int may_archive;                /* this handle made the key, and has not used an archiving bit yet */

    pthread_mutex_t write_mutex;    /* one change of the key file or password attempt at a time; before object.mutex */
    struct material *material;      /* set before state becomes KEY_FINAL; changes once, when a key is unlocked */
    uint8_t id[KEY_ID_SIZE];        /* the same: which stored key this is */

    pthread_mutex_t chain_mutex;    /* one operation at a time on the chain; taken before object.mutex */

    /* strong key protection, key_consent.c */
    int may_use;                    /* guarded by object.mutex: the private part, without asking the user */
    struct bytes password;          /* the same: given but not tried yet; UTF-16 without NUL, or data NULL */
    unsigned int round;             /* the same: known_password_round when it was unlocked */
    struct bytes locked;            /* fixed once final: the private part under a password, or data NULL */
    uint8_t binding[LOCK_BINDING_SIZE];     /* the same: what locked belongs to */
    struct known_password *known;   /* the same: shared by all handles of this key; NULL unless locked */
    int asks_itself;                /* fixed at opening: NCRYPT_NO_CACHED_PASSWORD, known is not used */
    struct material *public_material;       /* material before it was unlocked; other threads may still read it */
};

/* Where the object's provider keeps its keys. */
static inline const struct vault *vault_of(const struct object *object)
{
    return object->provider->vault;
}

/* object.c */
nte_status object_init(struct object *object, enum object_type type, void (*free)(struct object *object),
                       const struct provider_class *provider);
void object_fini(struct object *object);
void object_free(struct object *object);    /* of any type */
nte_status provider_open(const struct provider_class *class, struct provider **provider);

/* key.c */
/* The step that create and import share. NTE_EXISTS: the name is taken, and OVERWRITE is not set. State KEY_NEW. */
nte_status key_new(const struct provider_class *provider, const struct algorithm *alg, struct key_name name,
                   uint32_t key_spec, uint32_t flags, struct key **key);
nte_status key_create(const struct provider_class *provider, const uint16_t *alg, struct key_name name,
                      uint32_t key_spec, uint32_t flags, struct key **key);
nte_status key_open(const struct provider_class *provider, struct key_name name, uint32_t key_spec, uint32_t flags,
                    struct key **key);
/* Deletes the stored key; the object stays for the operations that are still running with it. If another thread is
 * finalizing the key, that call removes what it has written. */
nte_status key_remove(struct key *key);
nte_status key_delete(struct key *key);     /* the same, and success frees the key */
/* From the vault alone. material: what the key has or is about to have. */
nte_status key_remove_stored(const struct key *key, const struct material *material);
void key_free(struct key *key);
/* Changes a stored value: first in the key file, if there is one, then in memory. */
nte_status key_set_stored(struct key *key, const uint16_t *name, struct bytes value);

/* key_finalize.c */
nte_status key_finalize(struct key *key, uint32_t flags);
/* The material of a key that is not finalized yet, generated if there is none; the key cannot change until
 * key_prepared. NTE_INVALID_HANDLE: finalized, or about to be. */
nte_status key_prepare(struct key *key, const struct material **material);
void key_prepared(struct key *key);
/* Fills in everything that a key file holds except id and time. stored is zeroed. The caller makes sure that the key
 * does not change. */
nte_status key_describe(const struct key *key, const struct material *material, struct stored_key *stored);

/* transfer.c */
nte_status key_import(const struct provider_class *provider, const uint16_t *blob_type, struct bytes data,
                      const struct blob_options *options, struct key_name name, uint32_t flags, struct key **key);
nte_status key_export(struct key *key, const uint16_t *blob_type, const struct blob_options *options, uint32_t flags,
                      uint8_t *output, uint32_t size, uint32_t *result);
nte_status key_set_blob(struct key *key, const uint16_t *blob_type, struct bytes data);

/* transport.c: OpaqueTransport. Statuses as blob_import; *carried is to be freed with stored_key_free. */
nte_status transport_import(const struct provider_class *provider, struct bytes data, struct material **material,
                            struct stored_key *carried);
nte_status transport_export(struct key *key, const struct material *material, struct writer *w);
/* key_new with what an OpaqueTransport blob carried. */
nte_status transport_new_key(const struct provider_class *provider, const struct algorithm *alg,
                             const struct stored_key *carried, struct key_name name, uint32_t flags,
                             struct key **key);

/* property.c */
nte_status property_get(struct object *object, const uint16_t *name, uint32_t flags, uint8_t *output,
                        uint32_t size, uint32_t *result);
nte_status property_set(struct object *object, const uint16_t *name, struct bytes value, uint32_t flags);

/* key_consent.c: "UI Policy" with protection. The engine never asks the user: NTE_SILENT_CONTEXT means that
 * the user must be asked, and object_unlock takes the answer. */
int key_is_protected(struct key *key);
/* UNIX_ASK_*: what the user is asked for before this key is used, or before this provider does what it was asked. */
uint32_t object_asks_for(struct object *object);
/* May the key be finalized: NTE_SILENT_CONTEXT when the password or consent that its policy requires is missing. */
nte_status key_check_protection(struct key *key);
/* Prepares stored for store_create. If the policy requires a password and one was given, locks the private part with
 * it, and lock_key is the key derived from it (password_seal.h), which the caller wipes. */
nte_status key_lock_stored(struct key *key, struct stored_key *stored, uint8_t lock_key[LOCK_KEY_SIZE]);
/* After store_create: the handle takes over the locked part, and the process remembers the password. */
void key_keep_lock(struct key *key, struct stored_key *stored, const uint8_t lock_key[LOCK_KEY_SIZE]);
/* After a key was finalized or opened: decides whether its private part is free to use. object.mutex is held. */
void key_settle_protection(struct key *key, int was_opened);
/* Is the private part free to use now? object.mutex is held. */
int key_may_use(const struct key *key);
/* Tries to free it: NTE_SILENT_CONTEXT, or NTE_INCORRECT_PASSWORD for a password that was given; that
 * password is then forgotten. No lock is held. */
nte_status key_open_private(struct key *key);
/* "SmartCardPin" of a key: kept until the private part is needed; once it has opened that, every handle of the key in
 * this process knows it (row 18.5). Ends at the first NUL; an empty one withdraws it and makes the whole
 * process forget it (row 18.4). NTE_INVALID_PARAMETER when too long. A provider ignores its own, as there is no card
 * (row 7.22); one that asks for a PIN has it checked at once. */
nte_status object_give_password(struct object *object, struct bytes password);
/* The user's answer: a password or PIN, or consent if there is none. A finalized key tries it at once. */
nte_status object_unlock(struct object *object, struct bytes answer);

/* --- key_use.c: one lock and one look at the key for an operation with it --- */

#define USE_CHAIN 0x80000000u       /* beside a usage, for symmetric keys: one such operation at a time, in turn */

/* What key_begin saw. It holds for the whole operation, whatever others set meanwhile. */
struct key_use
{
    struct key *key;
    uint32_t usage;                 /* USAGE_* bit of the operation; 0: it does not need the private part */
    const struct material *material;
    const struct family *family;    /* of material */
    uint32_t allowed;               /* "Key Usage" */
    int may_use;                    /* the private part is free to use */
    int chained;                    /* this operation has its turn, and changes: */
    struct cipher_state chain;
};

/* NTE_BAD_KEY_STATE: not finalized; do not call key_end then. After a success key_end ends the operation; it returns
 * status, and gives the key its new chain if that is a success. */
nte_status key_begin(struct key *key, uint32_t usage, struct key_use *use);
nte_status key_end(struct key_use *use, nte_status status);
/* From here on material is private. NTE_PERM: the usage is not allowed; NTE_INVALID_PARAMETER: a public key; also the
 * statuses of key_open_private. */
nte_status key_use_private(struct key_use *use);

/* The material of a finalized key, else NTE_BAD_KEY_STATE, for uses that are not operations. The second: with its
 * private part, if it has one; also the statuses of key_open_private. */
nte_status key_material(struct key *key, const struct material **material);
nte_status key_private(struct key *key, const struct material **material);

/* operation.c */
nte_status key_sign(struct key *key, const struct padding *padding, uint32_t flags, struct bytes hash,
                    uint8_t *signature, uint32_t size, uint32_t *result);
nte_status key_verify(struct key *key, const struct padding *padding, uint32_t flags, struct bytes hash,
                      struct bytes signature);
nte_status key_encrypt(struct key *key, const struct padding *padding, uint32_t flags, struct bytes input,
                       uint8_t *output, uint32_t size, uint32_t *result);
nte_status key_decrypt(struct key *key, const struct padding *padding, uint32_t flags, struct bytes input,
                       uint8_t *output, uint32_t size, uint32_t *result);

/* sealing.c: what these two do with FLAG_SEALING. NTE_BAD_FLAGS: the key does not seal. */
nte_status key_seal(struct key *key, const struct padding *padding, uint32_t flags, struct bytes input,
                    uint8_t *output, uint32_t size, uint32_t *result);
nte_status key_unseal(struct key *key, const struct padding *padding, uint32_t flags, struct bytes input,
                      uint8_t *output, uint32_t size, uint32_t *result);

/* Where key_encapsulate writes. Both addresses NULL ask for the sizes. */
struct encapsulation
{
    uint8_t *secret, *ciphertext;
    uint32_t secret_size, ciphertext_size;      /* in: bytes there; out: bytes written or needed */
};

/* flags: none is known. NTE_INVALID_PARAMETER: one address is NULL and the other is not. */
nte_status key_encapsulate(struct key *key, uint32_t flags, struct encapsulation *e);
/* secret NULL asks for the size. NTE_INVALID_PARAMETER: a ciphertext of another size than such keys have. */
nte_status key_decapsulate(struct key *key, uint32_t flags, struct bytes ciphertext, uint8_t *secret, uint32_t size,
                           uint32_t *result);

/* enumerate.c */
struct key_enum;
/* part: what NCryptEnumKeys calls a scope, in lower case; NULL: all keys. */
nte_status key_enum_open(const struct provider_class *provider, const uint16_t *part, uint32_t flags,
                         struct key_enum **key_enum);
nte_status key_enum_next(struct key_enum *key_enum, struct stored_key *stored);
void key_enum_free(struct key_enum *key_enum);

#endif
