/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files of ncryptprov_pkcs11.so share: modules, tokens, sessions, objects. The engine's side of it is
 * token.h. Rows C.n and D.n are of doc/facts/pkcs11.md and doc/facts/smartcard.md. */
#ifndef NCRYPTPROV_P11_H
#define NCRYPTPROV_P11_H

#include <pthread.h>
#include <time.h>
#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include "p11_session.h"
#include "unix/provider/pkcs11/token.h"

/* --- calls.c --- */

extern struct engine_services engine;

void p11_write_u32(struct writer *w, uint32_t value);
/* A copy in memory that engine.free wipes; NULL: no memory. */
void *p11_copy(const void *data, size_t size);
char *p11_copy_string(const char *s);
/* Without the spaces and NULs behind it that tokens fill up fields with. */
struct bytes p11_trimmed(struct bytes text);
/* 1: these bytes are that text, without its NUL. */
int p11_is_text(struct bytes bytes, const char *text);
/* An array with room for one item more behind the used ones: the same, or a longer one in its place. NULL: no memory,
 * and the array is as it was. */
void *p11_grown(void *array, size_t used, size_t *capacity, size_t item_size);
void p11_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --- p11_status.c --- */

/* The status for a program; is_card: as the smart card provider says it. Unknown codes are told once. */
nte_status p11_status(CK_RV rv, int is_card);
/* The session or the token is gone, or the object: one more try, with new ones (row C.54). */
int p11_is_gone(CK_RV rv);
int p11_is_object_gone(CK_RV rv);
/* The token does not do that mechanism, or not with these parameters. */
int p11_is_refused(CK_RV rv);
/* The PIN is wrong. */
int p11_is_wrong_pin(CK_RV rv);

/* --- p11_modules.c: PKCS #11 modules --- */

struct p11_module
{
    struct p11_module *next;
    CK_FUNCTION_LIST *f;
    char *path;                     /* module-path that it was loaded by; NULL: one that p11-kit knows */
    char *name;                     /* p11-kit's name of it, or NULL */
    pthread_mutex_t starting;       /* guards what follows; held while it starts, which may take for ever */
    enum { MODULE_NEW, MODULE_READY, MODULE_FAILED } state;
    time_t failed_at;               /* last; 0: never. It is tried again later */
};

struct token_scope
{
    struct token_scope *next;
    char *text;                     /* the URI; NULL: none */
    P11KitUri *uri;
    int is_card;
};

nte_status p11_scope_open(const char *uri, int is_card, struct token_scope **scope);

/* The modules of a scope, loaded and initialized once a process; a slow one holds up nobody who does not want it.
 * *modules is a NULL-terminated array to be freed with
 * engine.free. NTE_PROV_DLL_NOT_FOUND: a module-path that cannot be loaded; NTE_DEVICE_NOT_READY: there are none. */
nte_status p11_modules(const struct token_scope *scope, struct p11_module ***modules);

/* --- p11_token.c: looking for tokens in their slots --- */

struct p11_pin;

#define P11_NO_SLOT ((CK_SLOT_ID)-1)

struct p11_mechanisms
{
    CK_ULONG count;
    CK_MECHANISM_TYPE types[];
};

struct token
{
    struct token *next;             /* all that were ever seen */
    struct p11_module *module;
    char label[33], serial[17];

    pthread_mutex_t mutex;          /* guards what follows, up to pin_mutex; never held in a call of the module */
    pthread_cond_t given_back;      /* a session */
    CK_SLOT_ID slot;                /* P11_NO_SLOT: another token was seen in its slot */
    CK_FLAGS flags;                 /* CK_TOKEN_INFO.flags as last read */
    char reader[TOKEN_READER];
    int removable;
    unsigned int life;              /* grows when its sessions and handles are lost */
    int logged_in;                  /* in this life */
    struct p11_session *idle, *ended;
    struct p11_session *homes;      /* keys live in them; one may run an operation when there is no other session */
    unsigned int idle_count;
    unsigned int out_count;         /* in use, or being opened or closed */
    unsigned int open_count;        /* of this life, idle ones among them */
    unsigned int closings;          /* of all sessions so far */

    struct p11_mechanisms *mechanisms;      /* atomic; NULL: not read yet; does not change then */

    pthread_mutex_t write_mutex;    /* one change of objects at a time; before all others */
    pthread_mutex_t pin_mutex;      /* one try of a PIN at a time; before mutex */
    char *pin;                      /* has worked; NULL: none */
    char *unproven;                 /* given while the process was logged in, so that nobody knows; NULL: none */
    int is_doubted;                 /* atomic: pin and unproven may be of another token */
    int is_typed;                   /* pin was given since it was last used: that may be the last try */
    struct p11_pin *wrong;          /* have not */
    unsigned int keys;              /* atomic: references to its keys are open */
};

/* The tokens of a scope that query describes and that are in their slots: an array to be freed with engine.free. uri:
 * that of query, parsed; NULL: it has none. */
nte_status p11_tokens(struct token_scope *scope, const struct token_query *query, P11KitUri *uri,
                      struct token ***tokens, size_t *count);
/* Looks for the token again, in whatever slot; 0: it is not there. */
int p11_token_return(struct token *token);
nte_status p11_token_find(struct token_scope *scope, const struct token_query *query, int only, struct token **token);

/* p11_known.c: the token that was found in a slot, new or known; NULL: no memory. */
struct token *p11_token_seen(struct p11_module *module, CK_SLOT_ID slot, const CK_SLOT_INFO *where,
                             const CK_TOKEN_INFO *info);
CK_SLOT_ID p11_slot_of(struct token *token);
/* The name of the slot that it was last seen in. 1: it can be taken out. */
int p11_where(struct token *token, char reader[TOKEN_READER]);
/* 1: the token in that slot is this one, now. flags: CK_TOKEN_INFO.flags then; or NULL. */
int p11_is_in_slot(struct token *token, CK_SLOT_ID slot, CK_FLAGS *flags);

/* p11_mechanism.c */
int p11_has_mechanism(struct token *token, CK_MECHANISM_TYPE type);

static inline CK_FUNCTION_LIST *p11_f(const struct token *token)
{
    return token->module->f;
}

/* --- p11_pin.c: logging in --- */

struct p11_use;

/* Nothing when the token wants none, or the process is logged in. CKR_FUNCTION_CANCELED: use->status says why not,
 * NTE_SILENT_CONTEXT: no PIN is known. Else what the token said that is gone. */
CK_RV p11_login(struct token_scope *scope, struct p11_use *use);
/* p11_pin_source.c: 0: it has none, or one that does not fit with its NUL. pin is the caller's to wipe. */
int p11_configured_pin(const struct token_scope *scope, char *pin, size_t size);
/* For a key that wants the PIN again after each C_SignInit (row C.49). */
CK_RV p11_login_again(struct token_scope *scope, struct p11_use *use);
/* 1: nothing private is hidden from this session. */
int p11_is_open(struct token *token, struct p11_session *session);
nte_status p11_pin(struct token_scope *scope, struct token *token, const char *pin);
uint32_t p11_pin_kind(struct token *token, struct token_key *key);
const char *p11_pin_warning(struct token *token, int *is_last);
/* The token was out of its slot. What comes back without a serial number may be another one, which is to see no PIN of
 * this one. */
void p11_pin_doubt(struct token *token);
/* Told by an operation that the process is not logged in any more. */
void p11_logged_out(struct token *token);

/* --- p11_object.c: finding and reading objects --- */

/* Handles of the objects that match; an array to be freed with engine.free. */
CK_RV p11_find(struct token *token, struct p11_session *session, CK_ATTRIBUTE *match, CK_ULONG match_count,
               CK_OBJECT_HANDLE **handles, size_t *count);
/* The first; CK_INVALID_HANDLE: none. */
CK_RV p11_find_one(struct token *token, struct p11_session *session, CK_ATTRIBUTE *match, CK_ULONG match_count,
                   CK_OBJECT_HANDLE *handle);

/* Reads attributes: pValue of each becomes memory that p11_free_attributes frees, NULL where the object has or gives
 * none. type of each is set before. */
CK_RV p11_read(struct token *token, struct p11_session *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *attributes,
               CK_ULONG count);
void p11_free_attributes(CK_ATTRIBUTE *attributes, CK_ULONG count);
static inline struct bytes p11_value(const CK_ATTRIBUTE *attribute)
{
    return bytes_of(attribute->pValue, attribute->pValue ? attribute->ulValueLen : 0);
}
CK_ULONG p11_number(const CK_ATTRIBUTE *attribute, CK_ULONG missing);
int p11_flag(const CK_ATTRIBUTE *attribute, int missing);

/* --- p11_key.c: references to keys --- */

struct token_key
{
    unsigned int refs;              /* atomic, as the next two */
    struct token_scope *scope;
    struct token *token;
    struct bytes id;                /* CKA_ID; or empty, then the label finds the key */
    char *label;
    struct bytes number;            /* RSA: the modulus; EC: the point; as the token said it, or empty */
    enum token_key_type type;
    int always_asks;                /* CKA_ALWAYS_AUTHENTICATE */
    struct p11_session *home;       /* of a key that lives no longer than this session; else NULL */
    struct token_key *next;         /* in the list of dead ones of its home */

    pthread_mutex_t mutex;          /* guards what follows */
    CK_OBJECT_HANDLE handle;        /* of the private key, in that life; CK_INVALID_HANDLE: not found yet */
    unsigned int life;
};

struct token_key *p11_key_new(struct token_scope *scope, struct token *token, struct bytes id, const char *label,
                              enum token_key_type type);
struct token_key *p11_key_hold(struct token_key *key);
void p11_key_drop(struct token_key *key);
void p11_key_free(struct token_key *key);

/* One operation with a key: a session that is logged in, and the private key's handle. */
struct p11_use
{
    struct token_key *key;
    struct token *token;
    CK_FUNCTION_LIST *f;
    struct p11_session *session;
    CK_OBJECT_HANDLE object;
    int once;                       /* run was done, maybe: it must not be done again when its answer is lost */
    nte_status status;              /* of run, when it is none of PKCS #11; rv is CKR_FUNCTION_CANCELED then */
};

typedef CK_RV p11_run(struct p11_use *use, void *context);

/* Runs it, and once more after the token was lost and is back, or the login was. */
nte_status p11_with_key(struct token_key *key, int can_write, p11_run *run, void *context);

/* The same with no key but a session, logged in if login is set. */
nte_status p11_with_token(struct token_scope *scope, struct token *token, int can_write, int login, p11_run *run,
                          void *context);

/* Attributes that find the objects of a key: class, id or label. match has room for 3. Returns how many there are. */
CK_ULONG p11_key_match(struct token_key *key, CK_OBJECT_CLASS *class, CK_ATTRIBUTE *match);

/* --- p11_identity.c: which object a reference means --- */

/* Its public number, before anybody else has the reference. Nothing happens if one is known. */
void p11_key_has_number(struct token_key *key, struct bytes number);
/* CK_INVALID_HANDLE: it is not there, or nothing tells it from another one. */
CK_RV p11_find_private(struct token_key *key, struct p11_session *session, CK_OBJECT_HANDLE *handle);

/* --- the rest, as token.h has it --- */

/* p11_list.c */
nte_status p11_list_open(struct token_scope *scope, const struct token_query *query, struct token_list **list);
/* p11_found.c */
nte_status p11_list_next(struct token_list *list, struct token_found *found);
void p11_list_close(struct token_list *list);
/* p11_list.c: a list of one key, which has just been made. */
nte_status p11_list_of(struct token_key *key, struct token_list **list);

/* p11_uri.c: to be freed with p11_uri_free, which wipes the PIN in it; text NULL: a URI that means everything.
 * NTE_INVALID_PARAMETER: not a URI. *uri is NULL after any failure. */
nte_status p11_uri_parse(const char *text, P11KitUri **uri);
void p11_uri_free(P11KitUri *uri);
/* 1: by label or serial number; so a PIN beside it is for that token and no other. */
int p11_names_token(P11KitUri *uri);
/* The unique name of a key; to be freed with engine.free. */
char *p11_key_uri(const struct token *token, struct bytes id, const char *label);

/* p11_piv.c: the GUID of a PIV card, and the name that Windows gives a key of it (row D.36); "" when it is none. */
#define P11_GUID_SIZE 16

struct p11_guid
{
    int is_there;
    uint8_t bytes[P11_GUID_SIZE];
};

CK_RV p11_piv_guid(struct token *token, struct p11_session *session, struct p11_guid *guid);
void p11_piv_name(const struct p11_guid *guid, struct bytes id, char name[40]);
nte_status p11_card_guid(struct token_scope *scope, struct token *token, uint8_t guid[P11_GUID_SIZE]);

/* p11_use.c */
nte_status p11_sign(struct token_key *key, const struct token_use *use, struct bytes input, uint8_t *output,
                    size_t size, size_t *result);
nte_status p11_decrypt(struct token_key *key, const struct token_use *use, struct bytes input, uint8_t *output,
                       size_t size, size_t *result);
nte_status p11_derive(struct token_key *key, struct bytes point, size_t size, struct writer *z);

/* p11_make.c */
nte_status p11_make(struct token_scope *scope, struct token *token, const struct token_new *new,
                    struct token_list **made);
nte_status p11_settle(struct token_list *made, int keep);

/* Templates of the two objects of a pair, for p11_make.c and p11_import.c; made by p11_template.c. */
#define P11_MOST_ATTRIBUTES 24

struct p11_template
{
    CK_ATTRIBUTE list[P11_MOST_ATTRIBUTES];
    CK_ULONG count;
};

struct p11_pair
{
    struct p11_template public, private;
    CK_OBJECT_CLASS public_class, private_class;
    CK_KEY_TYPE type;
    CK_ULONG bits;
    uint8_t id[20];
};

/* attempt 0: all that new asks for; 1: what tokens with narrow minds take (row C.36). It points into new and pair. */
void p11_pair_make(struct p11_pair *pair, const struct token_new *new, int attempt);
void p11_template_add(struct p11_template *template, CK_ATTRIBUTE_TYPE type, const void *data, size_t size);

/* p11_import.c: the numbers of new become a pair, that of pair's templates. */
CK_RV p11_import(struct p11_use *use, const struct token_new *new, struct p11_pair *pair, CK_OBJECT_HANDLE *private);

/* p11_wrap.c: a private key into the token, or out of it, under a key that exists for that alone (row C.35). */
CK_RV p11_unwrap(struct p11_use *use, struct bytes pkcs8, struct p11_template *private, CK_OBJECT_HANDLE *handle);
CK_RV p11_wrap(struct p11_use *use, struct writer *pkcs8);

/* p11_extract.c */
nte_status p11_extract(struct token_key *key, struct writer *numbers, int *is_pkcs8);

/* p11_remove.c */
nte_status p11_remove(struct token_key *key);
/* Destroys this private key; and the public keys and certificates that have its id, or its label if there is none, when
 * no other private key has it, too. */
CK_RV p11_destroy(struct p11_use *use, CK_OBJECT_HANDLE private);
/* Every object with these attributes; stops at the first that stays. */
CK_RV p11_destroy_all(struct p11_use *use, CK_ATTRIBUTE *match, CK_ULONG match_count);

/* p11_certificate.c */
nte_status p11_certificate_get(struct token_key *key, struct writer *w);
nte_status p11_certificate_set(struct token_key *key, struct bytes der, struct bytes subject);

#endif
