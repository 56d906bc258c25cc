/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Sessions in which keys live that go with them, those without a name. While a token has other sessions to give, each
 * such key has one for itself. On a token that has no more, operations run in these as well, and new keys come to live
 * there: a token of one session can do everything then. */
#include "p11.h"

void p11_home_enter(struct token_key *key, struct p11_session *session)
{
    pthread_mutex_lock(&key->token->mutex);
    session->refs++;
    session->is_home = 1;
    pthread_mutex_unlock(&key->token->mutex);
    key->home = session;
}

int p11_home_is_there(struct token_key *key, unsigned int life)
{
    int is_there;

    pthread_mutex_lock(&key->token->mutex);
    is_there = !key->home->is_closed && key->home->life == life;
    pthread_mutex_unlock(&key->token->mutex);
    return is_there;
}

static struct p11_session *unlink_home(struct token *token, struct p11_session **link)
{
    struct p11_session *session = *link;

    *link = session->next;
    token->out_count++;
    return session;
}

/* It is to be closed, and counts as in use until then. An operation that runs in it sees to that itself. */
static void end_home(struct token *token, const struct p11_session *session)
{
    struct p11_session **link = &token->homes, *ended;

    while (*link && *link != session) link = &(*link)->next;
    if (!*link) return;
    ended = unlink_home(token, link);
    ended->next = token->ended;
    token->ended = ended;
    pthread_cond_signal(&token->given_back);
}

int p11_home_leave(struct token_key *key)
{
    struct p11_session *home = key->home;
    struct token *token = key->token;
    unsigned int left;
    int is_dead;

    pthread_mutex_lock(&token->mutex);
    left = --home->refs;
    is_dead = !home->is_closed && left > 1;
    if (is_dead)
    {
        key->next = home->dead;
        home->dead = key;
    }
    else if (!home->is_closed) end_home(token, home);
    pthread_mutex_unlock(&token->mutex);
    if (!left) p11_session_free(home);
    return is_dead;
}

struct p11_session *p11_home_take(struct token *token, int stuck)
{
    struct p11_session **link = &token->homes;

    while (*link && (*link)->is_stuck != stuck) link = &(*link)->next;
    return *link ? unlink_home(token, link) : NULL;
}

static struct token_key *take_dead(struct token *token, struct p11_session *session)
{
    struct token_key *dead;

    pthread_mutex_lock(&token->mutex);
    dead = session->dead;
    session->dead = NULL;
    pthread_mutex_unlock(&token->mutex);
    return dead;
}

/* The id was made for this key alone. What cannot be destroyed goes with the session. */
static void destroy(struct p11_use *use, struct token_key *key)
{
    CK_BBOOL no = CK_FALSE;
    CK_ATTRIBUTE match[] = {{CKA_TOKEN, &no, sizeof(no)}, {CKA_ID, (void *)key->id.data, key->id.size}};

    p11_destroy_all(use, match, 2);
}

void p11_home_bury(struct token *token, struct p11_session *session)
{
    struct p11_use use = {.token = token, .f = p11_f(token), .session = session};
    struct token_key *key, *next;

    for (key = take_dead(token, session); key; key = next)
    {
        next = key->next;
        destroy(&use, key);
        p11_key_free(key);
    }
}
