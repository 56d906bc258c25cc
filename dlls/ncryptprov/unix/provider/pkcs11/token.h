/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Tokens as the engine sees them: raw operations, a table of functions in a module of its own
 * (ncryptprov_pkcs11.so, dlls/ncryptprov/unix_pkcs11), which alone knows PKCS #11 and is loaded when a provider of
 * tokens is first opened. Paddings, blobs, names and policies are the engine's.
 *
 * Strings are UTF-8; numbers are big-endian without leading zeros unless said otherwise; sizes are bytes. Statuses are
 * those of the engine; p11_status.c has the map. Every function may be called from any thread. */
#ifndef ENGINE_TOKEN_H
#define ENGINE_TOKEN_H

#include "base/module.h"

#define TOKEN_INTERFACE 5           /* both sides are built together; a mixture must not load */

/* Which tokens a provider handle can see. Lives as long as the process. */
struct token_scope;

/* A token, whether it is in its slot or not. Lives as long as the process. */
struct token;

/* A private key on a token; counted. */
struct token_key;

struct token_list;

/* Which of the keys of a scope, or of its tokens. A NULL member leaves it open. Padding with spaces does not count. */
struct token_query
{
    const char *uri;                /* RFC 7512, beside that of the scope */
    const char *token;              /* label of the token */
    const char *reader;             /* name of the slot */
    const char *label;              /* of the key: exactly this one */
};

#define TOKEN_READER 65             /* bytes of a slot's name with NUL */

enum token_key_type { TOKEN_RSA, TOKEN_EC, TOKEN_UNKNOWN };   /* unknown: there is only a certificate to ask */

#define FOUND_REMOVABLE     1       /* "Impl Type" */
#define FOUND_SAME_LABEL    2       /* another key in the list has this label */
#define FOUND_AGREES        4       /* EC: the key is for agreement, and may sign as well */

/* One key. Valid until the next call with the list; key may be held longer. */
struct token_found
{
    struct token_key *key;
    const char *label;              /* may be "" */
    const char *token, *reader;     /* labels without their padding */
    const char *uri;                /* the key's unique name: token, serial number, id or label */
    const char *container;          /* of a PIV card: what Windows calls the key; else NULL */
    enum token_key_type type;
    uint32_t flags;                 /* FOUND_* */
    uint32_t usage;                 /* USAGE_* */
    uint32_t export_policy;         /* ALLOW_* */
    struct bytes id;
    struct bytes n, e;              /* RSA; empty when neither the key nor a public one with its id says it */
    struct bytes curve, point;      /* EC: ECParameters in DER; 04, x, y, in an OCTET STRING or not; empty as n and e */
    struct bytes certificate;       /* of equal id, DER; read when the numbers are missing. Else empty */
};

/* A key to be made. */
struct token_new
{
    const char *label;              /* NULL: it goes when its last reference does, and has no name */
    enum token_key_type type;
    uint32_t bits;                  /* RSA */
    struct bytes curve;             /* EC: ECParameters in DER */
    uint32_t usage, export_policy;
    int overwrite;
    /* to be imported: all of these */
    struct bytes n, e, d, p, q, dp, dq, qinv;
    struct bytes point, scalar;     /* 04, x, y in an OCTET STRING */
    struct bytes pkcs8;             /* the same as PrivateKeyInfo; empty: to be generated */
};

#define PIN_HAS_PAD      1           /* it is typed at the reader */
#define PIN_ALWAYS_ASKED 2           /* before each use of the key */

enum token_mechanism
{
    MECHANISM_RSA_RAW,              /* as many bytes as the modulus has */
    MECHANISM_RSA_PKCS1,            /* sign: DigestInfo */
    MECHANISM_RSA_PSS,              /* sign: a digest */
    MECHANISM_RSA_OAEP,
    MECHANISM_ECDSA,                /* a digest, at most as long as the order */
};

struct token_use
{
    enum token_mechanism mechanism;
    const char *hash;               /* PSS, OAEP: as bcrypt.h names it */
    uint32_t salt_size;             /* PSS */
    struct bytes label;             /* OAEP */
};

struct token_calls
{
    uint32_t interface;             /* TOKEN_INTERFACE */

    /* uri NULL: every module that p11-kit knows. is_card: tokens that can be taken out, and the statuses of smart
     * cards. Touches no token. NTE_INVALID_PARAMETER: not a URI; NTE_PROV_DLL_NOT_FOUND: its module-path is no file. */
    nte_status (*scope_open)(const char *uri, int is_card, struct token_scope **scope);

    /* All keys that query describes, in the order of tokens. Never asks for a PIN. list_next ends with
     * NTE_NO_MORE_ITEMS. */
    nte_status (*list_open)(struct token_scope *scope, const struct token_query *query, struct token_list **list);
    nte_status (*list_next)(struct token_list *list, struct token_found *found);
    void (*list_close)(struct token_list *list);

    struct token_key *(*key_hold)(struct token_key *key);
    void (*key_drop)(struct token_key *key);                /* waits for no operation */

    /* The token of a key, and the first one that query describes: where a new key goes. only: NTE_NOT_SUPPORTED when
     * there are several. NTE_DEVICE_NOT_READY, SCARD_E_NO_SMARTCARD: there is none. */
    struct token *(*key_token)(struct token_key *key);
    nte_status (*token_find)(struct token_scope *scope, const struct token_query *query, int only,
                             struct token **token);

    /* Tries a PIN at once. Wrong: SCARD_W_WRONG_CHV, and that one is never tried again; SCARD_W_CHV_BLOCKED. NULL pin:
     * forgets the one that the process knows. */
    nte_status (*pin)(struct token_scope *scope, struct token *token, const char *pin);
    const char *(*token_label)(struct token *token);
    /* The slot that it was last seen in, without padding; "" when that has no name. */
    void (*token_reader)(struct token *token, char reader[TOKEN_READER]);
    /* PIN_*; key NULL: whichever. */
    uint32_t (*pin_kind)(struct token *token, struct token_key *key);
    /* The GUID of a PIV card: 16 bytes, in the order in which the card has them. NTE_NOT_FOUND: it has none. */
    nte_status (*card_guid)(struct token_scope *scope, struct token *token, uint8_t guid[16]);
    /* One line for the user: tries left, or NULL. *is_last: another wrong PIN blocks the token. */
    const char *(*pin_warning)(struct token *token, int *is_last);

    /* NTE_SILENT_CONTEXT: a PIN is needed. NTE_NOT_SUPPORTED: the token does not do that mechanism with that
     * parameter. output: size bytes; *result: written. */
    nte_status (*sign)(struct token_key *key, const struct token_use *use, struct bytes input, uint8_t *output,
                       size_t size, size_t *result);
    nte_status (*decrypt)(struct token_key *key, const struct token_use *use, struct bytes input, uint8_t *output,
                          size_t size, size_t *result);
    /* point: 04, x, y. x coordinate with its leading zeros. */
    nte_status (*derive)(struct token_key *key, struct bytes point, size_t size, struct writer *z);

    /* made: a list of this one key, with which settle must be called. NTE_EXISTS. */
    nte_status (*make)(struct token_scope *scope, struct token *token, const struct token_new *new,
                       struct token_list **made);
    /* keep: other keys of that name are destroyed when new->overwrite was set; else another process may have made one
     * meanwhile, NTE_EXISTS. Not keep, or a failure: the new key is destroyed, and others stay. */
    nte_status (*settle)(struct token_list *made, int keep);
    nte_status (*remove)(struct token_key *key);
    /* The private numbers of an extractable key: *is_pkcs8 PrivateKeyInfo, else each number after its size (32 bits):
     * RSA n, e, d, p, q, dp, dq, qinv; EC the scalar. NTE_NOT_SUPPORTED: they do not leave the token. */
    nte_status (*extract)(struct token_key *key, struct writer *numbers, int *is_pkcs8);

    /* The certificate of equal id. NTE_NOT_FOUND. set replaces it. subject: its Name, in DER; empty: unknown. */
    nte_status (*certificate_get)(struct token_key *key, struct writer *w);
    nte_status (*certificate_set)(struct token_key *key, struct bytes der, struct bytes subject);
};

/* The one symbol of the module, a module_entry that gives out a struct token_calls. */
#define TOKEN_MODULE_ENTRY "ncryptprov_pkcs11"

#endif
