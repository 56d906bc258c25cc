/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Sessions of a token: one for each running operation (row C.52), kept for the next one. */
#include <time.h>

#include "p11.h"

#define MOST_IDLE 8
#define WAIT_SECONDS 60             /* for a session, when the token has no more of them */

static struct p11_session *take_idle(struct token *token, int can_write)
{
    struct p11_session **link, *session;

    for (link = &token->idle; (session = *link); link = &session->next)
    {
        if (can_write && !session->can_write) continue;
        *link = session->next;
        token->idle_count--;
        return session;
    }
    return NULL;
}

/* Another token may be in the slot by now, and it must see neither PINs nor digests that are for this one. */
static CK_RV open_session(struct token *token, CK_SLOT_ID slot, int can_write, struct p11_session *session)
{
    CK_FLAGS flags = CKF_SERIAL_SESSION | (can_write ? CKF_RW_SESSION : 0);
    CK_RV rv;

    session->can_write = can_write;
    if (slot == P11_NO_SLOT) return CKR_TOKEN_NOT_PRESENT;
    if ((rv = p11_f(token)->C_OpenSession(slot, flags, NULL, NULL, &session->handle))) return rv;
    if (p11_is_in_slot(token, slot, NULL)) return CKR_OK;
    p11_f(token)->C_CloseSession(session->handle);
    return CKR_TOKEN_NOT_PRESENT;
}

/* An idle session, or an empty one to be opened; NULL: no memory. */
static struct p11_session *take_or_new(struct token *token, int can_write, CK_SLOT_ID *slot)
{
    struct p11_session *session;

    pthread_mutex_lock(&token->mutex);
    if (!(session = take_idle(token, can_write)) && (session = engine.alloc(sizeof(*session))))
        session->life = token->life;
    if (session) token->out_count++;
    *slot = token->slot;
    pthread_mutex_unlock(&token->mutex);
    return session;
}

static void drop(struct token *token, struct p11_session *session)
{
    pthread_mutex_lock(&token->mutex);
    token->out_count--;
    pthread_cond_signal(&token->given_back);
    pthread_mutex_unlock(&token->mutex);
    engine.free(session);
}

/* What a module leaves unfinished in a session after a failure is its own secret, but for a mechanism that it does not
 * have. */
static int is_clean(CK_RV rv)
{
    return rv == CKR_OK || rv == CKR_MECHANISM_INVALID;
}

/* With the last session of a process its login ends, and so do handles of private objects. out: how many that are out
 * are about to be closed. token->mutex is held. */
static void end_life_with_last(struct token *token, unsigned int out)
{
    if (token->idle || token->out_count > out) return;
    token->life++;
    token->logged_in = 0;
}

/* The number of a session of an earlier life may be that of a new one by now. */
void p11_session_give(struct token *token, struct p11_session *session, CK_RV rv)
{
    int keep, is_ours;

    session->next = NULL;
    pthread_mutex_lock(&token->mutex);
    is_ours = session->life == token->life;
    keep = is_ours && is_clean(rv) && !session->is_stuck && token->idle_count < MOST_IDLE;
    if (keep)
    {
        session->next = token->idle;
        token->idle = session;
        token->idle_count++;
        token->out_count--;
        pthread_cond_signal(&token->given_back);
    }
    else if (is_ours) end_life_with_last(token, 1);
    pthread_mutex_unlock(&token->mutex);
    if (keep) return;
    if (is_ours) p11_f(token)->C_CloseSession(session->handle);
    drop(token, session);
}

void p11_session_end(struct token *token, struct p11_session *session)
{
    pthread_mutex_lock(&token->mutex);
    session->next = token->ended;
    token->ended = session;
    pthread_mutex_unlock(&token->mutex);
}

/* Session objects go with their session. 1: there was one. */
static int close_ended(struct token *token)
{
    struct p11_session *ended, *next;
    int any;

    pthread_mutex_lock(&token->mutex);
    ended = token->ended;
    token->ended = NULL;
    pthread_mutex_unlock(&token->mutex);
    for (any = ended != NULL; ended; ended = next)
    {
        next = ended->next;
        p11_session_give(token, ended, CKR_SESSION_CLOSED);
    }
    return any;
}

/* Makes room for a session of the other kind. 1: one was closed, or one was given back meanwhile. */
static int make_room(struct token *token)
{
    struct p11_session *session;
    struct timespec until;
    int waited = 0;

    if (close_ended(token)) return 1;
    pthread_mutex_lock(&token->mutex);
    if ((session = take_idle(token, 0))) end_life_with_last(token, 0);
    else if (token->out_count)
    {
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += WAIT_SECONDS;
        waited = !pthread_cond_timedwait(&token->given_back, &token->mutex, &until);
    }
    pthread_mutex_unlock(&token->mutex);
    if (!session) return waited;
    p11_f(token)->C_CloseSession(session->handle);
    engine.free(session);
    return 1;
}

CK_RV p11_session_take(struct token *token, int can_write, struct p11_session **session)
{
    struct p11_session *new;
    CK_SLOT_ID slot;
    CK_RV rv;

    do
    {
        if (!(new = take_or_new(token, can_write, &slot))) return CKR_HOST_MEMORY;
        *session = new;
        rv = new->handle ? CKR_OK : open_session(token, slot, can_write, new);
        if (rv) drop(token, new);
        else close_ended(token);
    }
    while (rv == CKR_SESSION_COUNT && make_room(token));
    return rv;
}

void p11_token_lost(struct token *token, unsigned int life)
{
    struct p11_session *idle = NULL, *next;

    pthread_mutex_lock(&token->mutex);
    if (token->life == life)
    {
        token->life++;
        token->logged_in = 0;
        idle = token->idle;
        token->idle = NULL;
        token->idle_count = 0;
    }
    pthread_mutex_unlock(&token->mutex);
    for (; idle; idle = next)
    {
        next = idle->next;
        p11_f(token)->C_CloseSession(idle->handle);
        engine.free(idle);
    }
}
