/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Transport images: sealed like key files, but meant to leave the directory and come back. */
#include <string.h>

#include "store/store_key.h"

nte_status store_seal(struct store *store, const struct stored_key *stored, struct writer *w)
{
    struct stored_key image = *stored;
    struct store_key key;
    nte_status status = store_key_make(store, &key);

    image.kind = IMAGE_TRANSPORT;
    memset(image.digits, 0, sizeof(image.digits));
    memset(image.id, 0, sizeof(image.id));
    if (!status) status = keyfile_encode(&image, &key, w);
    wipe(&key, sizeof(key));
    return status;
}

/* The cached store key may be one that another process has replaced. */
static nte_status decode(struct store *store, struct bytes image, struct stored_key *stored)
{
    struct store_key key;
    nte_status status = store_key_get(store, &key);

    if (!status) status = keyfile_decode(image, &key, stored);
    if (status == NTE_BAD_KEY_STATE && !(status = store_key_reread(store, &key)))
        status = keyfile_decode(image, &key, stored);
    wipe(&key, sizeof(key));
    return status;
}

nte_status store_unseal(struct store *store, struct bytes image, struct stored_key *stored)
{
    nte_status status = decode(store, image, stored);

    if (status || stored->kind == IMAGE_TRANSPORT) return status;
    stored_key_free(stored);
    return NTE_BAD_DATA;
}
