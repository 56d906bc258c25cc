/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Strangers: keys that are in the store under another MachineGuid, where no name finds them. They exist in a copied
 * prefix, and in one whose registry was created anew. */
#include <string.h>

#include "store/store_internal.h"

static const char *guid_of(const char *unique)
{
    return strchr(unique, '_') + 1;
}

static int is_same_key(const char *a, const char *b)
{
    return !strncmp(a, b, guid_of(a) - a);
}

/* A file name for the same key on another machine. *any: there is some stranger. */
static const char *find_stranger(const struct writer *names, const char *unique, int *any)
{
    const char *name = (const char *)names->data, *end = names->used ? name + names->used : name;

    for (*any = 0; name < end; name += strlen(name) + 1)
    {
        if (!strcmp(guid_of(name), guid_of(unique))) continue;
        *any = 1;
        if (is_same_key(name, unique)) return name;
    }
    return NULL;
}

static int set_strangers(struct store *store, enum strangers strangers)
{
    enum strangers before;

    pthread_mutex_lock(&store->mutex);
    before = store->strangers;
    store->strangers = strangers;
    pthread_mutex_unlock(&store->mutex);
    return before != strangers;
}

/* A store without any is not searched again: a program that makes many keys may first ask for each of them. */
static int should_look(struct store *store)
{
    int should;

    pthread_mutex_lock(&store->mutex);
    should = store->strangers == STRANGERS_UNKNOWN;
    pthread_mutex_unlock(&store->mutex);
    return should;
}

void store_mention_stranger(struct store *store, const char *unique, const char *command)
{
    struct writer names = {0};
    const char *stranger;
    int any;

    if (!should_look(store)) return;
    if (!store_names_read(store->path, &names))
    {
        stranger = find_stranger(&names, unique, &any);
        if (stranger && set_strangers(store, STRANGERS_MENTIONED))
            store_tell("ncrypt: the key is there under another MachineGuid: %s/%s; \"%s\" makes it reachable\n",
                       store->path, stranger, command);
        else if (!any) set_strangers(store, STRANGERS_NONE);
    }
    writer_free(&names);
}
