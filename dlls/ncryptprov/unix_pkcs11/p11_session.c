/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Sessions of a token: one for each running operation (row C.52), kept for the next one. */
#include <time.h>

#include "p11.h"

#define MOST_IDLE 8
#define WAIT_SECONDS 60             /* for a session, when the token has no more of them */

/* One that will do: what only reads may be done in any. */
static struct p11_session **find_idle(struct token *token, int can_write)
{
    struct p11_session **link;

    for (link = &token->idle; *link; link = &(*link)->next) if (!can_write || (*link)->can_write) return link;
    return NULL;
}

static struct p11_session *take_idle(struct token *token, int can_write)
{
    struct p11_session **link = find_idle(token, can_write), *session;

    if (!link) return NULL;
    session = *link;
    *link = session->next;
    token->idle_count--;
    return session;
}

/* The life is that of now: while this one was being opened, the last one of another life may have been closed. */
static void count_open(struct token *token, struct p11_session *session)
{
    pthread_mutex_lock(&token->mutex);
    session->life = token->life;
    token->open_count++;
    pthread_mutex_unlock(&token->mutex);
}

/* With the last session of a process its login ends, and so do handles of private objects. token->mutex is held. */
static void count_closing(struct token *token)
{
    if (--token->open_count) return;
    token->life++;
    token->logged_in = 0;
}

/* Another token may be in the slot by now, and it must see neither PINs nor digests that are for this one. */
static CK_RV open_session(struct token *token, CK_SLOT_ID slot, int can_write, struct p11_session *session)
{
    CK_FLAGS flags = CKF_SERIAL_SESSION | (can_write ? CKF_RW_SESSION : 0);
    CK_RV rv;

    session->can_write = can_write;
    if (slot == P11_NO_SLOT) return CKR_TOKEN_NOT_PRESENT;
    if ((rv = p11_f(token)->C_OpenSession(slot, flags, NULL, NULL, &session->handle))) return rv;
    if (!p11_is_in_slot(token, slot, NULL))
    {
        p11_f(token)->C_CloseSession(session->handle);
        return CKR_TOKEN_NOT_PRESENT;
    }
    count_open(token, session);
    return CKR_OK;
}

/* An idle session, or an empty one to be opened; NULL: no memory. */
static struct p11_session *take_or_new(struct token *token, int can_write, CK_SLOT_ID *slot)
{
    struct p11_session *session;

    pthread_mutex_lock(&token->mutex);
    if ((session = take_idle(token, can_write)) || (session = engine.alloc(sizeof(*session)))) token->out_count++;
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
    else if (is_ours) count_closing(token);
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

/* 1: there is room for a session, or one that will do was given back meanwhile. */
static int make_room(struct token *token, int can_write)
{
    struct p11_session *session = NULL;
    struct timespec until;
    int is_there = 0;

    if (close_ended(token)) return 1;
    pthread_mutex_lock(&token->mutex);
    if (find_idle(token, can_write)) is_there = 1;
    else if ((session = take_idle(token, 0))) count_closing(token);
    else if (token->out_count)
    {
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += WAIT_SECONDS;
        is_there = !pthread_cond_timedwait(&token->given_back, &token->mutex, &until);
    }
    pthread_mutex_unlock(&token->mutex);
    if (!session) return is_there;
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
    while (rv == CKR_SESSION_COUNT && make_room(token, can_write));
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
        token->open_count = 0;
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
