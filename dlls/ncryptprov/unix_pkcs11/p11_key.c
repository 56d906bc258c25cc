/* SPDX-License-Identifier: LGPL-2.1-or-later
 * References to keys, and operations with them. A key is known by its token, its CKA_ID and its public number, which
 * outlive handles and sessions: when those are gone, one more try finds it again (row C.54). */
#include <string.h>

#include "p11.h"

struct token_key *p11_key_new(struct token_scope *scope, struct token *token, struct bytes id, const char *label,
                              enum token_key_type type)
{
    struct token_key *key = engine.alloc(sizeof(*key));

    if (!key) return NULL;
    key->refs = 1;
    key->scope = scope;
    key->token = token;
    key->id = bytes_of(p11_copy(id.data, id.size), id.size);
    key->label = p11_copy_string(label);
    key->type = type;
    key->handle = CK_INVALID_HANDLE;
    pthread_mutex_init(&key->mutex, NULL);
    __atomic_add_fetch(&token->keys, 1, __ATOMIC_RELEASE);
    if (key->id.data && key->label) return key;
    p11_key_drop(key);
    return NULL;
}

struct token_key *p11_key_hold(struct token_key *key)
{
    __atomic_add_fetch(&key->refs, 1, __ATOMIC_RELAXED);
    return key;
}

void p11_key_drop(struct token_key *key)
{
    if (__atomic_sub_fetch(&key->refs, 1, __ATOMIC_ACQ_REL)) return;
    __atomic_sub_fetch(&key->token->keys, 1, __ATOMIC_RELEASE);
    if (!key->home || !p11_home_leave(key)) p11_key_free(key);
}

void p11_key_free(struct token_key *key)
{
    pthread_mutex_destroy(&key->mutex);
    engine.free((void *)key->id.data);
    engine.free((void *)key->number.data);
    engine.free(key->label);
    engine.free(key);
}

CK_ULONG p11_key_match(struct token_key *key, CK_OBJECT_CLASS *class, CK_ATTRIBUTE *match)
{
    match[0] = (CK_ATTRIBUTE){CKA_CLASS, class, sizeof(*class)};
    if (key->id.size) match[1] = (CK_ATTRIBUTE){CKA_ID, (void *)key->id.data, key->id.size};
    else match[1] = (CK_ATTRIBUTE){CKA_LABEL, key->label, strlen(key->label)};
    return 2;
}

/* --- the handle of the private key --- */

static unsigned int life_of(struct token *token)
{
    unsigned int life;

    pthread_mutex_lock(&token->mutex);
    life = token->life;
    pthread_mutex_unlock(&token->mutex);
    return life;
}

static CK_OBJECT_HANDLE known_handle(struct token_key *key, unsigned int life)
{
    CK_OBJECT_HANDLE handle;

    pthread_mutex_lock(&key->mutex);
    handle = key->life == life ? key->handle : CK_INVALID_HANDLE;
    pthread_mutex_unlock(&key->mutex);
    return handle;
}

static void set_handle(struct token_key *key, CK_OBJECT_HANDLE handle, unsigned int life)
{
    pthread_mutex_lock(&key->mutex);
    key->handle = handle;
    key->life = life;
    pthread_mutex_unlock(&key->mutex);
}

/* CKR_OBJECT_HANDLE_INVALID: it is not there. */
static CK_RV find_handle(struct p11_use *use)
{
    struct token_key *key = use->key;
    CK_RV rv;

    if (key->home)
    {
        use->object = key->handle;
        return p11_home_is_there(key, use->session->life) ? CKR_OK : CKR_OBJECT_HANDLE_INVALID;
    }
    use->object = known_handle(key, use->session->life);
    if (use->object != CK_INVALID_HANDLE) return CKR_OK;
    if ((rv = p11_find_private(key, use->session, &use->object))) return rv;
    if (use->object == CK_INVALID_HANDLE) return CKR_OBJECT_HANDLE_INVALID;
    set_handle(key, use->object, use->session->life);
    return CKR_OK;
}

/* --- one try, and one more --- */

struct attempt
{
    struct p11_use use;
    struct token_scope *scope;
    int can_write, login;
    p11_run *run;
    void *context;
};

static CK_RV run_in_session(struct attempt *attempt)
{
    struct p11_use *use = &attempt->use;
    CK_RV rv;

    if (attempt->login && (rv = p11_login(attempt->scope, use))) return rv;
    if (use->key && (rv = find_handle(use))) return rv;
    return attempt->run(use, attempt->context);
}

static CK_RV try(struct attempt *attempt, unsigned int *life)
{
    struct p11_use *use = &attempt->use;
    CK_RV rv;

    use->status = NTE_SUCCESS;
    *life = life_of(use->token);
    if ((rv = p11_session_take(use->token, attempt->can_write, &use->session))) return rv;
    *life = use->session->life;
    rv = run_in_session(attempt);
    p11_session_give(use->token, use->session, use->status ? CKR_OK : rv);
    return rv;
}

/* 1: what was in the way may be gone now. */
static int may_help(struct attempt *attempt, CK_RV rv, unsigned int life)
{
    struct p11_use *use = &attempt->use;

    if (rv == CKR_USER_NOT_LOGGED_IN)
    {
        if (use->key && !use->key->home) set_handle(use->key, CK_INVALID_HANDLE, life);
        p11_logged_out(use->token);
        return attempt->login;
    }
    if (p11_is_object_gone(rv))
    {
        if (use->key && use->key->home) return 0;   /* it went with its session */
        if (use->key) set_handle(use->key, CK_INVALID_HANDLE, life);
        p11_logged_out(use->token);                 /* hidden, if it was that */
        return use->key != NULL;
    }
    if (rv == CKR_OPERATION_ACTIVE) return !use->once;  /* that session is not used again */
    if (!p11_is_gone(rv)) return 0;
    p11_token_lost(use->token, life);
    p11_pin_doubt(use->token);
    return p11_token_return(use->token) && !use->once && !(use->key && use->key->home);
}

static nte_status run(struct attempt *attempt)
{
    unsigned int life;
    CK_RV rv = try(attempt, &life);

    if (rv && !attempt->use.status && may_help(attempt, rv, life)) rv = try(attempt, &life);
    if (rv && attempt->use.status) return attempt->use.status;
    return p11_status(rv, attempt->scope->is_card);
}

/* What changes objects takes turns: SoftHSM fails now and then when two threads make keys at once. Using keys does
 * not. */
static nte_status run_in_turn(struct attempt *attempt)
{
    nte_status status;

    if (!attempt->can_write) return run(attempt);
    pthread_mutex_lock(&attempt->use.token->write_mutex);
    status = run(attempt);
    pthread_mutex_unlock(&attempt->use.token->write_mutex);
    return status;
}

nte_status p11_with_key(struct token_key *key, int can_write, p11_run *function, void *context)
{
    struct attempt attempt =
    {
        .use = {.key = key, .token = key->token, .f = p11_f(key->token)},
        .scope = key->scope,
        .can_write = can_write,
        .login = 1,
        .run = function,
        .context = context,
    };

    return run_in_turn(&attempt);
}

nte_status p11_with_token(struct token_scope *scope, struct token *token, int can_write, int login, p11_run *function,
                          void *context)
{
    struct attempt attempt =
    {
        .use = {.token = token, .f = p11_f(token)},
        .scope = scope,
        .can_write = can_write,
        .login = login,
        .run = function,
        .context = context,
    };

    return run_in_turn(&attempt);
}
