/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Sessions of a token: one for each running operation (row C.52), and those in which keys live that go with them. */
#ifndef NCRYPTPROV_P11_SESSION_H
#define NCRYPTPROV_P11_SESSION_H

#include <p11-kit/pkcs11.h>

struct token;
struct token_key;

/* Guarded by the mutex of its token, but for what only its user touches: handle, can_write, is_stuck, is_doubtful. */
struct p11_session
{
    struct p11_session *next;
    CK_SESSION_HANDLE handle;
    unsigned int life;              /* of the token, when it was opened */
    int can_write;
    int is_stuck;                   /* an operation is active in it: not for another one */
    int is_doubtful;                /* a call in it failed, and its caller went on */
    unsigned int refs;              /* one while it is open, and one of each key that lives in it */
    int is_home;                    /* keys live in it, or did */
    int is_closed;                  /* or lost: what lived in it is gone */
    struct token_key *dead;         /* keys that lived in it and are still to be destroyed */
};

/* --- p11_session.c --- */

/* CKR_SESSION_COUNT: the token has no more of them, and none was given back in a minute. */
CK_RV p11_session_take(struct token *token, int can_write, struct p11_session **session);
/* rv: what the last call with it said. */
void p11_session_give(struct token *token, struct p11_session *session, CK_RV rv);
/* One that has no references any more, with its dead keys. */
void p11_session_free(struct p11_session *session);
/* What its user is not told of: a call in it answered rv, and may have left something active there. */
void p11_session_doubt(struct p11_session *session, CK_RV rv);
/* After p11_is_gone: what was open in that life is forgotten. */
void p11_token_lost(struct token *token, unsigned int life);

/* --- p11_home.c: sessions in which keys live --- */

/* The key, which was just made in that session, lives there from now on. */
void p11_home_enter(struct token_key *key, struct p11_session *session);
/* Nobody has the key any more. Calls nothing: whoever takes a session next closes this one, or destroys the key when
 * others live there. 1: the key is freed then, and not by the caller. */
int p11_home_leave(struct token_key *key);
/* 1: in that life of the token the session was neither closed nor lost, so the key is there. */
int p11_home_is_there(struct token_key *key, unsigned int life);
/* Destroys the dead keys in it. The caller has the session. */
void p11_home_bury(struct token *token, struct p11_session *session);
/* With the token's mutex held: one that nobody uses, out of the pool; stuck: such a one, else one that will do. NULL:
 * none. */
struct p11_session *p11_home_take(struct token *token, int stuck);

#endif
