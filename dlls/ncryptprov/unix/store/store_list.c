/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Enumeration of a key store: the names at one moment, each file read when its turn comes. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_internal.h"

struct store_list
{
    struct store *store;
    struct writer names;            /* each with its NUL */
    size_t next;                    /* where in names */
};

static int is_key_file(const struct dirent *entry)
{
    return is_unique_name(entry->d_name);
}

/* Mostly the order in which files were made, and lie in memory and on the disk: quicker than that of the directory. */
static int compare_inodes(const struct dirent **a, const struct dirent **b)
{
    return ((*a)->d_ino > (*b)->d_ino) - ((*a)->d_ino < (*b)->d_ino);
}

nte_status store_names_read(const char *path, struct writer *names)
{
    struct dirent **entries;
    int i, count = scandir(path, &entries, is_key_file, compare_inodes);

    if (count < 0) return errno == ENOENT || errno == ENOTDIR ? NTE_SUCCESS : errno_status(errno);
    for (i = 0; i < count; i++)
    {
        write_bytes(names, entries[i]->d_name, strlen(entries[i]->d_name) + 1);
        free(entries[i]);
    }
    free(entries);
    return names->failed ? NTE_NO_MEMORY : NTE_SUCCESS;
}

nte_status store_list_open(struct store *store, struct store_list **list)
{
    struct store_list *opened;
    nte_status status;

    if ((status = trust_directory(store))) return status;
    if (!(opened = secret_alloc(sizeof(*opened)))) return NTE_NO_MEMORY;
    opened->store = store;
    if ((status = store_names_read(store->path, &opened->names))) store_list_close(opened);
    else *list = opened;
    return status;
}

static nte_status peek(const struct store *store, const char *unique, struct stored_key *stored)
{
    char *path = store_path(store, unique);
    struct bytes image;
    nte_status status;

    if (!path) return NTE_NO_MEMORY;
    status = dir_read(AT_FDCWD, path, KEYFILE_MAX, &image);
    free(path);
    if (status) return status;
    if (!(status = keyfile_decode(image, NULL, stored)) && (status = store_fits(store, unique, stored)))
        stored_key_free(stored);
    bytes_free(&image);
    return status;
}

nte_status store_list_next(struct store_list *list, struct stored_key *stored)
{
    const char *unique;
    nte_status status;

    while (list->next < list->names.used)
    {
        unique = (const char *)list->names.data + list->next;
        status = peek(list->store, unique, stored);
        if (status == NTE_NO_MEMORY) return status;     /* the same one again next time */
        list->next += strlen(unique) + 1;
        if (!status) return NTE_SUCCESS;
    }
    return NTE_NO_MORE_ITEMS;
}

void store_list_close(struct store_list *list)
{
    if (!list) return;
    writer_free(&list->names);
    secret_free(list);
}
