/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A keeper of store keys outside the prefix. The file ".store-key" then says which key it keeps. */
#ifndef ENGINE_STORE_KEEPER_H
#define ENGINE_STORE_KEEPER_H

#include "store/store.h"

#define KEEPER_TEXT_MAX 256         /* characters with NUL */

/* Both set why, NUL-terminated, when they fail.
 *   NTE_DEVICE_NOT_READY    the keeper cannot be reached, is locked, or refuses; a later call may succeed
 *   NTE_BAD_KEY_STATE       it has no such key */
struct keeper
{
    const char *name;

    /* Looks up key->id and fills in key->key; the caller checks that the two belong together. */
    nte_status (*get)(struct store_key *key, char why[KEEPER_TEXT_MAX]);

    /* Stored permanently once this returns. Storing the same key again is allowed. label is for people to read. */
    nte_status (*put)(const struct store_key *key, const char *label, char why[KEEPER_TEXT_MAX]);
};

/* keeper_secret_service.c: the Secret Service of the desktop (gnome-keyring, KWallet, KeePassXC) through
 * libsecret, which is loaded when it is needed. */
extern const struct keeper secret_service;

#endif
