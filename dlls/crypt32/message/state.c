/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which message has what: from the first thing to keep until it is closed. Wine's own copies of a handle do not count:
 * nobody can ask about those. */
#include "message.h"

static SRWLOCK lock = SRWLOCK_INIT;
static struct message_state *states;

/* The caller holds the lock. */
static struct message_state **find_place(HCRYPTMSG message)
{
    struct message_state **place = &states;

    while (*place && (*place)->message != message) place = &(*place)->next;
    return place;
}

struct message_state *find_state(HCRYPTMSG message)
{
    struct message_state *state;

    enter_lock(&lock);
    state = *find_place(message);
    leave_lock(&lock);
    return state;
}

struct message_state *need_state(HCRYPTMSG message)
{
    struct message_state *state = find_state(message);

    if (state || !(state = allocate(sizeof(*state)))) return state;
    state->message = message;
    state->references = 1;
    enter_lock(&lock);
    state->next = states;
    states = state;
    leave_lock(&lock);
    return state;
}

static void free_state(struct message_state *state)
{
    if (state->enveloping) enveloping_free(state->enveloping);
    if (state->whole) CryptMsgClose(state->whole);
    der_free(&state->envelope);
    der_free(&state->pieces);
    release(state);
}

static void drop_reference(HCRYPTMSG message)
{
    struct message_state **place, *dropped = NULL;

    enter_lock(&lock);
    place = find_place(message);
    if (*place && !--(*place)->references)
    {
        dropped = *place;
        *place = dropped->next;
    }
    leave_lock(&lock);
    if (dropped) free_state(dropped);
}

static void add_reference(HCRYPTMSG message)
{
    struct message_state *state;

    enter_lock(&lock);
    if ((state = *find_place(message))) state->references++;
    leave_lock(&lock);
}

HCRYPTMSG WINAPI CryptMsgDuplicate(HCRYPTMSG message)
{
    add_reference(message);
    return WINE(CryptMsgDuplicate)(message);
}

BOOL WINAPI CryptMsgClose(HCRYPTMSG message)
{
    DWORD error = GetLastError();

    drop_reference(message);
    SetLastError(error);
    return WINE(CryptMsgClose)(message);
}
