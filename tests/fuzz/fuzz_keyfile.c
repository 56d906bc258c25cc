/* SPDX-License-Identifier: LGPL-2.1-or-later
 * libFuzzer target: any bytes as a key file. What peeking accepts must survive being written and read again. */
#include <stdlib.h>
#include <string.h>

#include "store/store.h"

#define FIXED_SIZE     128
#define OLD_FIXED_SIZE 88           /* of versions 1 and 2 */

static const uint8_t secret[] = "private part";

static const struct store_key *fixed_store_key(void)
{
    static struct store_key key;

    if (!key.id[0] && store_key_derive_id(&key)) abort();
    return &key;
}

static struct bytes encode(const struct stored_key *stored, struct writer *w)
{
    struct bytes image;

    if (keyfile_encode(stored, fixed_store_key(), w)) abort();
    image.data = w->data;
    image.size = w->used;
    return image;
}

static void check_decoded(struct bytes image, size_t header_size, struct bytes first, size_t first_fixed)
{
    struct stored_key decoded = {0};
    struct writer w = {0};
    struct bytes again;

    if (keyfile_decode(image, fixed_store_key(), &decoded)) abort();
    if (decoded.private_part.size != sizeof(secret)) abort();
    if (memcmp(decoded.private_part.data, secret, sizeof(secret))) abort();
    again = encode(&decoded, &w);
    if (again.size != image.size || memcmp(again.data, image.data, header_size)) abort();
    /* The runs after the fixed fields are what the input said: nothing was dropped or changed on the way. */
    if (memcmp(image.data + FIXED_SIZE, first.data + first_fixed, header_size - FIXED_SIZE)) abort();
    stored_key_free(&decoded);
    writer_free(&w);
}

/* stored was peeked from input, so it has no private part yet. */
static void check_peeked(struct stored_key *stored, struct bytes input)
{
    size_t overhead = 12 + sizeof(secret) + 16;
    struct writer w = {0};
    struct bytes image;
    uint8_t *data;
    int old;

    if (stored->private_part.size || !(data = secret_alloc(sizeof(secret)))) abort();
    memcpy(data, secret, sizeof(secret));
    stored->private_part.data = data;
    stored->private_part.size = sizeof(secret);
    old = !stored->bound;
    if (old && stored->kind == IMAGE_KEY_FILE) memset(stored->digits, '0', NAME_DIGITS);
    image = encode(stored, &w);
    check_decoded(image, image.size - overhead, input, old ? OLD_FIXED_SIZE : FIXED_SIZE);
    writer_free(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = {data, size};
    struct stored_key stored = {0};

    if (!keyfile_decode(input, fixed_store_key(), &stored)) stored_key_free(&stored);
    if (!keyfile_decode(input, NULL, &stored))
    {
        check_peeked(&stored, input);
        stored_key_free(&stored);
    }
    return 0;
}
