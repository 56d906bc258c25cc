/* SPDX-License-Identifier: LGPL-2.1-or-later
 * HMAC (RFC 2104) with every hash that can be computed; GnuTLS lacks it for SHA-3. */
#ifndef ENGINE_HMAC_H
#define ENGINE_HMAC_H

#include "crypto/hash.h"

/* A key in use, by one thread; hmac_end gives the code of what was added since the start or the last hmac_end, and
 * keeps the key for another round. Statuses as in hash.h; a failure of hmac_add is reported by hmac_end. */
struct hmac;
nte_status hmac_start(const struct hash *hash, struct bytes key, struct hmac **hmac);
void hmac_add(struct hmac *hmac, const void *data, size_t size);
nte_status hmac_end(struct hmac *hmac, uint8_t *code);      /* hash->size bytes */
void hmac_free(struct hmac *hmac);                          /* wipes; accepts NULL */

#endif
