/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the programs over mlkem.vectors and mldsa.vectors share. The form of those files is told at their top. Include
 * after cmocka.h and vector_check.h. */
#ifndef TESTS_PQ_VECTORS_H
#define TESTS_PQ_VECTORS_H

#include "crypto/keccak.h"

#define SHORT_HASH 16               /* bytes that stand for a long value */

/* The same for a and what follows it. */
static inline struct bytes short_hash(struct bytes a, struct bytes b)
{
    uint8_t *digest = take(SHORT_HASH);
    struct keccak k;

    sha3_256_start(&k);
    keccak_add(&k, a.data, a.size);
    keccak_add(&k, b.data, b.size);
    keccak_give(&k, digest, SHORT_HASH);
    return run(digest, SHORT_HASH);
}

/* The value with the edits of that field. */
static inline struct bytes edited(struct bytes value, const char *name)
{
    size_t room = value.size + strlen(vector_text(name)), offset;
    uint8_t *data = take(room);
    struct bytes change;
    char *rest = NULL, *edit, *text = (char *)take(strlen(vector_text(name)) + 1);

    memcpy(data, value.data, value.size);
    strcpy(text, vector_text(name));
    for (edit = strtok_r(text, " ", &rest); edit; edit = strtok_r(NULL, " ", &rest))
    {
        if (*edit == '/')
        {
            value.size = strtoul(edit + 1, NULL, 10);
            continue;
        }
        offset = strtoul(edit, &edit, 10);
        change = hex(edit);
        if (offset + change.size > room) abort();
        memcpy(data + offset, change.data, change.size);
    }
    return run(data, value.size);
}

struct kind
{
    const char *trigger;            /* the field that ends a vector of this kind */
    void (*handler)(void);
    unsigned int least;             /* so many are in the file, or more */
};

/* Reads PQ_VECTORS, a kind after the other. What main returns. */
static inline int check_kinds(const struct kind *kinds, size_t count)
{
    size_t i;

    current_file = PQ_VECTORS;
    for (i = 0; i < count; i++)
    {
        current_handler = kinds[i].handler;
        checked = 0;
        if (!vector_read(PQ_VECTORS, kinds[i].trigger, handle_vector)) printf("FAIL cannot read %s\n", PQ_VECTORS);
        printf("%5u checked: %s\n", checked, kinds[i].trigger);
        if (checked < kinds[i].least) failures++;
    }
    printf("%u failures\n", failures);
    return failures != 0;
}

#endif
