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
    token->out_count++;
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
static void count_closing(struct token *token, struct p11_session *session)
{
    session->is_closed = 1;
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
    if (!session->handle) return CKR_DEVICE_ERROR;
    if (!p11_is_in_slot(token, slot, NULL))
    {
        p11_f(token)->C_CloseSession(session->handle);
        return CKR_TOKEN_NOT_PRESENT;
    }
    count_open(token, session);
    return CKR_OK;
}

static struct p11_session *new_session(void)
{
    struct p11_session *session = engine.alloc(sizeof(*session));

    if (session) session->refs = 1;
    return session;
}

void p11_session_free(struct p11_session *session)
{
    struct token_key *key, *next;

    for (key = session->dead; key; key = next)
    {
        next = key->next;
        p11_key_free(key);
    }
    engine.free(session);
}

struct want
{
    int can_write;
    struct timespec until;
    unsigned int closings;          /* of the token, before it was asked for a session */
};

/* An idle session, or an empty one to be opened; NULL: no memory. */
static struct p11_session *take_or_new(struct token *token, struct want *want, CK_SLOT_ID *slot)
{
    struct p11_session *session;

    pthread_mutex_lock(&token->mutex);
    if (!(session = take_idle(token, want->can_write)) && (session = new_session())) token->out_count++;
    *slot = token->slot;
    want->closings = token->closings;
    pthread_mutex_unlock(&token->mutex);
    return session;
}

/* Keys that lived in it still refer to it. One that was never opened makes room for nobody. */
static void drop(struct token *token, struct p11_session *session)
{
    unsigned int left;

    pthread_mutex_lock(&token->mutex);
    session->is_closed = 1;
    left = --session->refs;
    token->out_count--;
    if (session->handle) token->closings++;
    if (session->handle || !token->out_count) pthread_cond_signal(&token->given_back);
    pthread_mutex_unlock(&token->mutex);
    if (!left) p11_session_free(session);
}

/* The number of a session of an earlier life may be that of a new one by now. */
static void close_session(struct token *token, struct p11_session *session)
{
    int is_ours;

    pthread_mutex_lock(&token->mutex);
    if ((is_ours = session->life == token->life)) count_closing(token, session);
    pthread_mutex_unlock(&token->mutex);
    if (is_ours) p11_f(token)->C_CloseSession(session->handle);
    drop(token, session);
}

/* --- back into the pool --- */

/* What a module leaves unfinished in a session after a failure is its own secret, but for a mechanism that it does not
 * have. */
static int is_clean(CK_RV rv)
{
    return rv == CKR_OK || rv == CKR_MECHANISM_INVALID;
}

static int leaves_active(CK_RV rv)
{
    return rv == CKR_BUFFER_TOO_SMALL || rv == CKR_OPERATION_ACTIVE;
}

void p11_session_doubt(struct p11_session *session, CK_RV rv)
{
    if (!is_clean(rv)) session->is_doubtful = 1;
    if (leaves_active(rv)) session->is_stuck = 1;
}

/* Where it goes; NULL: it is to be closed. With it keys would go that live there, so that one stays in any case. */
static struct p11_session **place_for(struct token *token, struct p11_session *session)
{
    if (session->life != token->life) return NULL;
    if (session->refs > 1) return &token->homes;
    if (session->is_home || session->is_stuck || session->is_doubtful || token->idle_count >= MOST_IDLE) return NULL;
    token->idle_count++;
    return &token->idle;
}

static int put_back(struct token *token, struct p11_session *session)
{
    struct p11_session **place;

    pthread_mutex_lock(&token->mutex);
    if ((place = place_for(token, session)))
    {
        session->is_doubtful = 0;
        session->next = *place;
        *place = session;
        token->out_count--;
        pthread_cond_signal(&token->given_back);
    }
    pthread_mutex_unlock(&token->mutex);
    return place != NULL;
}

void p11_session_give(struct token *token, struct p11_session *session, CK_RV rv)
{
    p11_session_doubt(session, rv);
    if (!put_back(token, session)) close_session(token, session);
}

/* Keys without a name go with their session. 1: there was one. */
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
        close_session(token, ended);
    }
    return any;
}

/* --- out of the pool --- */

/* An idle one, or a new one. */
static CK_RV take_free(struct token *token, struct want *want, struct p11_session **session)
{
    struct p11_session *new;
    CK_SLOT_ID slot;
    CK_RV rv;

    if (!(new = take_or_new(token, want, &slot))) return CKR_HOST_MEMORY;
    rv = new->handle ? CKR_OK : open_session(token, slot, want->can_write, new);
    if (rv) drop(token, new);
    else *session = new;
    return rv;
}

enum room { NO_ROOM, ROOM, LENT };

/* The token had no more sessions when it was asked. ROOM: one may be had now. LENT: *session, where keys live. What
 * lives in one that is of no use any more, and the last one, cannot be used either: so it goes. token->mutex is held;
 * *close is to be closed after that. */
static enum room find_room(struct token *token, const struct want *want, struct p11_session **session,
                           struct p11_session **close)
{
    if (token->ended || token->closings != want->closings) return ROOM;
    if (find_idle(token, want->can_write) || (*close = take_idle(token, 0))) return ROOM;
    if ((*session = p11_home_take(token, 0))) return LENT;
    if (token->out_count)
        return pthread_cond_timedwait(&token->given_back, &token->mutex, &want->until) ? NO_ROOM : ROOM;
    return (*close = p11_home_take(token, 1)) ? ROOM : NO_ROOM;
}

static enum room make_room(struct token *token, const struct want *want, struct p11_session **session)
{
    struct p11_session *close = NULL;
    enum room room;

    if (close_ended(token)) return ROOM;
    pthread_mutex_lock(&token->mutex);
    room = find_room(token, want, session, &close);
    pthread_mutex_unlock(&token->mutex);
    if (close) close_session(token, close);
    if (room == LENT) p11_home_bury(token, *session);
    return room;
}

CK_RV p11_session_take(struct token *token, int can_write, struct p11_session **session)
{
    struct want want = {.can_write = can_write};
    enum room room = ROOM;
    CK_RV rv;

    clock_gettime(CLOCK_MONOTONIC, &want.until);
    want.until.tv_sec += WAIT_SECONDS;
    do
    {
        rv = take_free(token, &want, session);
        if (rv == CKR_SESSION_COUNT) room = make_room(token, &want, session);
        else close_ended(token);
    }
    while (rv == CKR_SESSION_COUNT && room == ROOM);
    return room == LENT ? CKR_OK : rv;
}

/* --- the end of all --- */

/* All that nobody uses, in one list. */
static struct p11_session *lose_all(struct token *token)
{
    struct p11_session *lost = NULL, *session;

    while ((session = take_idle(token, 0)) || (session = p11_home_take(token, 0)) ||
           (session = p11_home_take(token, 1)))
    {
        session->is_closed = 1;
        session->next = lost;
        lost = session;
    }
    return lost;
}

void p11_token_lost(struct token *token, unsigned int life)
{
    struct p11_session *lost = NULL, *next;

    pthread_mutex_lock(&token->mutex);
    if (token->life == life)
    {
        token->life++;
        token->logged_in = 0;
        token->open_count = 0;
        lost = lose_all(token);
    }
    pthread_mutex_unlock(&token->mutex);
    for (; lost; lost = next)
    {
        next = lost->next;
        p11_f(token)->C_CloseSession(lost->handle);
        drop(token, lost);
    }
}
