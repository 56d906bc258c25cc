/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The passwords of keys that this process knows, so that the user is asked once per process, not once per handle
 * (rows 18.4, 18.5). The process remembers not the password itself but the key derived from it (lock_key), which opens
 * one private part and nothing else. It is never stored, and no other process sees it.
 *
 * Every handle of one stored key in this process shares one struct known_password. */
#ifndef ENGINE_KNOWN_PASSWORD_H
#define ENGINE_KNOWN_PASSWORD_H

#include "store/password_seal.h"
#include "store/store.h"

struct known_password;

/* A reference to what is known about the stored key with this id; NULL: no memory. All of these functions are
 * thread-safe. */
struct known_password *known_password_get(const struct store *store, const char *unique,
                                          const uint8_t id[KEY_ID_SIZE]);
void known_password_put(struct known_password *known);      /* accepts NULL */

/* How often the password has been forgotten. Keys unlocked before the last time must be unlocked again. */
unsigned int known_password_round(struct known_password *known);

/* Remembers a key that has just opened the private part, unless the password was forgotten after round, or the key
 * deleted. */
void known_password_remember(struct known_password *known, const uint8_t key[LOCK_KEY_SIZE], unsigned int round);
/* 1: there is one; wipe it. */
int known_password_recall(struct known_password *known, uint8_t key[LOCK_KEY_SIZE]);
/* The program wants its user to be asked again. */
void known_password_forget(struct known_password *known);


/* The key was deleted: forgets all about it. Unlocked handles stay unlocked. */
void known_password_gone(struct known_password *known);
/* The same for any key other than id that was stored there before. */
void known_password_replaced(const struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE]);

#endif
