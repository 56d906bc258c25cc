/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Logging in. A token has few tries: each PIN is tried once, on the token that it was given for, and only one that has
 * worked is kept (rows C.57 to C.59). */
#include <string.h>

#include "p11.h"

#define MOST_PIN 256                /* bytes with NUL */

struct p11_pin
{
    struct p11_pin *next;
    char *text;
    int maybe;                      /* the token did not say so: who types it may try it again */
};

/* The time that it takes says how long they are, and nothing else. */
static int same_pin(const char *a, const char *b)
{
    size_t size = strlen(a), i;
    uint8_t difference = 0;

    if (size != strlen(b)) return 0;
    for (i = 0; i < size; i++) difference |= a[i] ^ b[i];
    return !difference;
}

static int is_wrong(const struct token *token, const char *pin, int unasked)
{
    const struct p11_pin *wrong;

    for (wrong = token->wrong; wrong; wrong = wrong->next)
        if ((unasked || !wrong->maybe) && same_pin(wrong->text, pin)) return 1;
    return 0;
}

static void keep_wrong(struct token *token, const char *pin, int maybe)
{
    struct p11_pin *wrong = engine.alloc(sizeof(*wrong));

    if (!wrong) return;
    wrong->text = p11_copy_string(pin);
    wrong->maybe = maybe;
    wrong->next = token->wrong;
    if (wrong->text) token->wrong = wrong;
    else engine.free(wrong);
}

static void forget(struct token *token)
{
    engine.free(token->pin);
    engine.free(token->unproven);
    token->pin = token->unproven = NULL;
}

void p11_pin_doubt(struct token *token)
{
    if (!*token->serial) __atomic_store_n(&token->is_doubted, 1, __ATOMIC_RELEASE);
}

/* Before a PIN that is kept is used, or another one is kept. */
static void forget_doubted(struct token *token)
{
    if (__atomic_exchange_n(&token->is_doubted, 0, __ATOMIC_ACQ_REL)) forget(token);
}

static void keep_unproven(struct token *token, const char *pin)
{
    if (token->pin) return;
    engine.free(token->unproven);
    token->unproven = p11_copy_string(pin);
}

/* A PIN that works now may have been wrong before it was changed. */
static void keep_right(struct token *token, const char *pin)
{
    struct p11_pin *wrong;

    while ((wrong = token->wrong))
    {
        token->wrong = wrong->next;
        engine.free(wrong->text);
        engine.free(wrong);
    }
    if (pin == token->pin) return;
    forget(token);
    token->pin = p11_copy_string(pin);
}

static void set_logged_in(struct token *token, int logged_in)
{
    pthread_mutex_lock(&token->mutex);
    token->logged_in = logged_in;
    pthread_mutex_unlock(&token->mutex);
}

void p11_logged_out(struct token *token)
{
    set_logged_in(token, 0);
}

static CK_FLAGS read_flags(struct token *token)
{
    CK_FLAGS flags;
    CK_SLOT_ID slot = p11_slot_of(token);
    int is_read;

    is_read = slot != P11_NO_SLOT && p11_is_in_slot(token, slot, &flags);
    pthread_mutex_lock(&token->mutex);
    if (is_read) token->flags = flags;
    flags = token->flags;
    pthread_mutex_unlock(&token->mutex);
    return flags;
}

static int wants_login(struct token *token)
{
    int wants;

    pthread_mutex_lock(&token->mutex);
    wants = (token->flags & CKF_LOGIN_REQUIRED) && !token->logged_in;
    pthread_mutex_unlock(&token->mutex);
    return wants;
}

/* Others in this process may have logged in (row C.51). */
int p11_is_open(struct token *token, struct p11_session *session)
{
    CK_SESSION_INFO info;

    if (!wants_login(token)) return 1;
    if (p11_f(token)->C_GetSessionInfo(session->handle, &info)) return 0;
    if (info.state != CKS_RO_USER_FUNCTIONS && info.state != CKS_RW_USER_FUNCTIONS) return 0;
    set_logged_in(token, 1);
    return 1;
}

static int is_vague(CK_RV rv)
{
    return rv == CKR_GENERAL_ERROR || rv == CKR_FUNCTION_FAILED;
}

/* Some cards say no more than that something failed (row C.59), and have one try less. */
static int means_wrong(struct token *token, CK_FLAGS before, CK_RV rv)
{
    if (p11_is_wrong_pin(rv)) return 1;
    if (!is_vague(rv)) return 0;
    return !!(read_flags(token) & ~before & (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED));
}

struct login
{
    struct token_scope *scope;
    struct token *token;
    struct p11_session *session;
    CK_USER_TYPE user;
    CK_FLAGS before;                /* of the token, before C_Login */
    int has_flags;                  /* before is what the token says now */
    CK_RV gone;                     /* C_Login has seen that the token or the session is */
};

static CK_FLAGS flags_of(struct login *login)
{
    if (!login->has_flags) login->before = read_flags(login->token);
    login->has_flags = 1;
    return login->before;
}

static nte_status after_login(struct login *login, const char *pin, CK_RV rv)
{
    struct token *token = login->token;

    if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN)
    {
        set_logged_in(token, 1);
        if (pin && rv == CKR_OK) keep_right(token, pin);
        else if (pin) keep_unproven(token, pin);
        return NTE_SUCCESS;
    }
    if (p11_is_gone(rv)) login->gone = rv;
    if (!means_wrong(token, login->before, rv))
    {
        if (pin && is_vague(rv)) keep_wrong(token, pin, 1);
        return p11_status(rv, login->scope->is_card);
    }
    if (pin) keep_wrong(token, pin, 0);
    forget(token);
    return read_flags(token) & CKF_USER_PIN_LOCKED ? SCARD_W_CHV_BLOCKED : SCARD_W_WRONG_CHV;
}

/* pin NULL: the token has a pad of its own. unasked: nobody has just typed it. pin_mutex is held. */
static nte_status try_pin(struct login *login, const char *pin, int unasked)
{
    struct token *token = login->token;
    CK_FLAGS flags = flags_of(login);
    CK_RV rv;

    if (pin && (!*pin || is_wrong(token, pin, unasked))) return SCARD_W_WRONG_CHV;
    if (flags & CKF_USER_PIN_LOCKED) return SCARD_W_CHV_BLOCKED;
    if (unasked && (flags & CKF_USER_PIN_FINAL_TRY)) return NTE_SILENT_CONTEXT;
    login->has_flags = 0;
    rv = p11_f(token)->C_Login(login->session->handle, login->user, (CK_UTF8CHAR *)pin, pin ? strlen(pin) : 0);
    return after_login(login, pin, rv);
}

/* --- the PIN that the configuration has --- */

/* It is for the token that the configuration names. Where several have the name nobody knows for which; and whichever
 * happens to be there alone is none that was named. */
static int is_only_token(struct token_scope *scope, const struct token *token)
{
    static const struct token_query anything;
    struct token **tokens;
    size_t count;
    int only;

    if (!p11_names_token(scope->uri)) return 0;
    if (p11_tokens(scope, &anything, NULL, &tokens, &count)) return 0;
    only = count == 1 && *tokens == token;
    engine.free(tokens);
    return only;
}

/* Adds nothing to what the program is told: a PIN of the configuration that is wrong is as good as none. */
static nte_status try_configured(struct login *login)
{
    nte_status status = NTE_SILENT_CONTEXT;
    char *pin = engine.alloc(MOST_PIN);

    if (!pin) return NTE_NO_MEMORY;
    if (p11_configured_pin(login->scope, pin, MOST_PIN) && is_only_token(login->scope, login->token))
        status = try_pin(login, pin, 1);
    engine.free(pin);
    return status == SCARD_W_WRONG_CHV ? NTE_SILENT_CONTEXT : status;
}

/* Somebody typed it for this, and it is tried once. */
static nte_status try_unproven(struct login *login)
{
    char *pin = login->token->unproven;
    nte_status status;

    if (!pin) return NTE_SILENT_CONTEXT;
    login->token->unproven = NULL;
    status = try_pin(login, pin, 0);
    engine.free(pin);
    return status;
}

static nte_status try_kept(struct login *login)
{
    struct token *token = login->token;
    int asked = token->is_typed && login->user == CKU_CONTEXT_SPECIFIC;

    forget_doubted(token);
    if (!token->pin) return try_unproven(login);
    token->is_typed = 0;
    return try_pin(login, token->pin, !asked);
}

static nte_status try_known(struct login *login)
{
    nte_status status;

    if (login->user == CKU_CONTEXT_SPECIFIC && (flags_of(login) & CKF_PROTECTED_AUTHENTICATION_PATH))
        return try_pin(login, NULL, 0);
    status = try_kept(login);
    if (status != NTE_SILENT_CONTEXT && status != SCARD_W_WRONG_CHV) return status;
    return try_configured(login);
}

/* --- what the others call --- */

static CK_RV told(struct p11_use *use, const struct login *login, nte_status status)
{
    if (login->gone) return login->gone;
    use->status = status;
    return status ? CKR_FUNCTION_CANCELED : CKR_OK;
}

CK_RV p11_login(struct token_scope *scope, struct p11_use *use)
{
    struct login login = {.scope = scope, .token = use->token, .session = use->session, .user = CKU_USER};
    nte_status status = NTE_SUCCESS;

    if (p11_is_open(use->token, use->session)) return CKR_OK;
    pthread_mutex_lock(&use->token->pin_mutex);
    if (!p11_is_open(use->token, use->session)) status = try_known(&login);
    pthread_mutex_unlock(&use->token->pin_mutex);
    return told(use, &login, status);
}

CK_RV p11_login_again(struct token_scope *scope, struct p11_use *use)
{
    struct login login = {.scope = scope, .token = use->token, .session = use->session, .user = CKU_CONTEXT_SPECIFIC};
    nte_status status;

    pthread_mutex_lock(&use->token->pin_mutex);
    status = try_known(&login);
    pthread_mutex_unlock(&use->token->pin_mutex);
    return told(use, &login, status);
}

/* The process is logged in already, so the token has no say: the PIN that it took then is the right one. */
static nte_status compare(struct token *token, const char *pin)
{
    if (is_wrong(token, pin, 0) || (token->pin && !same_pin(token->pin, pin))) return SCARD_W_WRONG_CHV;
    keep_unproven(token, pin);
    return NTE_SUCCESS;
}

static nte_status give_pin(struct login *login, const char *pin)
{
    struct token *token = login->token;
    int has_pad = !!(flags_of(login) & CKF_PROTECTED_AUTHENTICATION_PATH);
    nte_status status;

    forget_doubted(token);
    if (!has_pad && !*pin) return SCARD_W_WRONG_CHV;
    if (has_pad) return p11_is_open(token, login->session) ? NTE_SUCCESS : try_pin(login, NULL, 0);
    status = p11_is_open(token, login->session) ? compare(token, pin) : try_pin(login, pin, 0);
    if (!status) token->is_typed = 1;
    return status;
}

/* Other handles may rely on the login (row C.51). */
static void forget_login(struct token *token, struct p11_session *session)
{
    forget(token);
    if (__atomic_load_n(&token->keys, __ATOMIC_ACQUIRE) > 1) return;
    p11_f(token)->C_Logout(session->handle);
    set_logged_in(token, 0);
}

struct pin_run
{
    struct token_scope *scope;
    const char *pin;
};

static CK_RV run_pin(struct p11_use *use, void *context)
{
    struct pin_run *run = context;
    struct login login = {.scope = run->scope, .token = use->token, .session = use->session, .user = CKU_USER};
    nte_status status = NTE_SUCCESS;

    pthread_mutex_lock(&use->token->pin_mutex);
    if (!run->pin) forget_login(use->token, use->session);
    else status = give_pin(&login, run->pin);
    pthread_mutex_unlock(&use->token->pin_mutex);
    return told(use, &login, status);
}

nte_status p11_pin(struct token_scope *scope, struct token *token, const char *pin)
{
    struct pin_run run = {scope, pin};

    return p11_with_token(scope, token, 0, 0, run_pin, &run);
}

uint32_t p11_pin_kind(struct token *token, struct token_key *key)
{
    uint32_t kind = read_flags(token) & CKF_PROTECTED_AUTHENTICATION_PATH ? PIN_HAS_PAD : 0;

    return kind | (key && __atomic_load_n(&key->always_asks, __ATOMIC_RELAXED) ? PIN_ALWAYS_ASKED : 0);
}

const char *p11_pin_warning(struct token *token, int *is_last)
{
    CK_FLAGS flags = read_flags(token);

    *is_last = (flags & CKF_USER_PIN_FINAL_TRY) && !(flags & CKF_USER_PIN_LOCKED);
    if (flags & CKF_USER_PIN_LOCKED) return "The PIN is blocked.";
    if (flags & CKF_USER_PIN_FINAL_TRY) return "This is the last try: another wrong PIN blocks it.";
    if (flags & CKF_USER_PIN_COUNT_LOW) return "A wrong PIN was typed before.";
    return NULL;
}
