/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Every token that was ever seen. One is known by its serial number and label: its slot changes when readers come and
 * go. */
#include <string.h>

#include "p11.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;    /* guards the list */
static struct token *all;

/* A field of a fixed width, without padding. field: size + 1 bytes. */
static void trim(char *field, const CK_UTF8CHAR *data, size_t size)
{
    struct bytes text = p11_trimmed(bytes_of(data, size));

    memcpy(field, text.data, text.size);
    field[text.size] = 0;
}

/* The clock of a machine may be set back. */
static void init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

static struct token *new_token(struct p11_module *module, CK_SLOT_ID slot, const CK_TOKEN_INFO *info)
{
    struct token *token = engine.alloc(sizeof(*token));

    if (!token) return NULL;
    token->module = module;
    token->slot = slot;
    trim(token->label, info->label, sizeof(info->label));
    trim(token->serial, info->serialNumber, sizeof(info->serialNumber));
    pthread_mutex_init(&token->mutex, NULL);
    pthread_mutex_init(&token->pin_mutex, NULL);
    pthread_mutex_init(&token->write_mutex, NULL);
    init_condition(&token->given_back);
    return token;
}

/* One that nobody else has seen. */
static void free_token(struct token *token)
{
    pthread_mutex_destroy(&token->mutex);
    pthread_mutex_destroy(&token->pin_mutex);
    pthread_mutex_destroy(&token->write_mutex);
    pthread_cond_destroy(&token->given_back);
    engine.free(token);
}

static int is_token(const struct token *token, const struct p11_module *module, const CK_TOKEN_INFO *info)
{
    char label[33], serial[17];

    trim(label, info->label, sizeof(info->label));
    trim(serial, info->serialNumber, sizeof(info->serialNumber));
    return token->module == module && !strcmp(token->label, label) && !strcmp(token->serial, serial);
}

CK_SLOT_ID p11_slot_of(struct token *token)
{
    CK_SLOT_ID slot;

    pthread_mutex_lock(&token->mutex);
    slot = token->slot;
    pthread_mutex_unlock(&token->mutex);
    return slot;
}

int p11_where(struct token *token, char reader[TOKEN_READER])
{
    int removable;

    pthread_mutex_lock(&token->mutex);
    memcpy(reader, token->reader, TOKEN_READER);
    removable = token->removable;
    pthread_mutex_unlock(&token->mutex);
    return removable;
}

/* Two cards may have the same label and serial number, or none: the one in another slot is not this one. */
static int is_elsewhere(struct token *token, CK_SLOT_ID slot)
{
    CK_SLOT_ID last = p11_slot_of(token);

    return last != P11_NO_SLOT && last != slot && p11_is_in_slot(token, last, NULL);
}

static struct token *find_known(struct token *first, struct p11_module *module, CK_SLOT_ID slot,
                                const CK_TOKEN_INFO *info)
{
    struct token *token, *moved = NULL;

    for (token = first; token; token = token->next)
    {
        if (!is_token(token, module, info)) continue;
        if (p11_slot_of(token) == slot) return token;
        if (!moved && !is_elsewhere(token, slot)) moved = token;
    }
    return moved;
}

static struct token *first_token(void)
{
    struct token *first;

    pthread_mutex_lock(&lock);
    first = all;
    pthread_mutex_unlock(&lock);
    return first;
}

/* 0: others came in between, and it may be known by now. */
static int add_token(struct token *token, struct token *first)
{
    int added;

    pthread_mutex_lock(&lock);
    if ((added = all == first))
    {
        token->next = first;
        all = token;
    }
    pthread_mutex_unlock(&lock);
    return added;
}

/* No lock is held while the module is asked. */
static struct token *intern(struct p11_module *module, CK_SLOT_ID slot, const CK_TOKEN_INFO *info)
{
    struct token *new = NULL, *token = NULL, *first;

    while (!token)
    {
        first = first_token();
        if ((token = find_known(first, module, slot, info))) break;
        if (!new && !(new = new_token(module, slot, info))) return NULL;
        if (add_token(new, first)) return new;
    }
    if (new) free_token(new);
    return token;
}

static void lost(struct token *token, unsigned int life)
{
    p11_token_lost(token, life);
    p11_pin_doubt(token);
}

/* A token that went to another slot has new sessions. */
static void seen_in(struct token *token, CK_SLOT_ID slot, const CK_SLOT_INFO *where, const CK_TOKEN_INFO *info)
{
    unsigned int life;
    int moved;

    pthread_mutex_lock(&token->mutex);
    moved = token->slot != P11_NO_SLOT && token->slot != slot;
    life = token->life;
    token->slot = slot;
    token->flags = info->flags;
    token->removable = !!(where->flags & CKF_REMOVABLE_DEVICE);
    trim(token->reader, where->slotDescription, sizeof(where->slotDescription));
    pthread_mutex_unlock(&token->mutex);
    if (moved) lost(token, life);
}

/* Whichever token was there before: numbers of its sessions may be those of the new one's. */
static void others_left(const struct token *token, CK_SLOT_ID slot)
{
    struct token *other;
    unsigned int life;
    int was_there;

    for (other = first_token(); other; other = other->next)
    {
        if (other == token || other->module != token->module) continue;
        pthread_mutex_lock(&other->mutex);
        was_there = other->slot == slot;
        life = other->life;
        if (was_there) other->slot = P11_NO_SLOT;
        pthread_mutex_unlock(&other->mutex);
        if (was_there) lost(other, life);
    }
}

int p11_is_in_slot(struct token *token, CK_SLOT_ID slot, CK_FLAGS *flags)
{
    CK_TOKEN_INFO info;

    if (p11_f(token)->C_GetTokenInfo(slot, &info) || !is_token(token, token->module, &info)) return 0;
    if (flags) *flags = info.flags;
    return 1;
}

struct token *p11_token_seen(struct p11_module *module, CK_SLOT_ID slot, const CK_SLOT_INFO *where,
                             const CK_TOKEN_INFO *info)
{
    struct token *token = intern(module, slot, info);

    if (!token) return NULL;
    others_left(token, slot);
    seen_in(token, slot, where, info);
    return token;
}
