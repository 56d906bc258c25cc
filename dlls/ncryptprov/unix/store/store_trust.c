/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Checks that the store is as its owner made it: the directory and the store key belong to the owner alone, and the key
 * files there are sealed under that store key. Otherwise somebody who planted a store key could read what is sealed
 * now. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_internal.h"

#define FOREIGN_ACCESS 077

nte_status trust_directory(struct store *store)
{
    uid_t user = geteuid();
    struct stat st;

    if (stat(store->path, &st)) return errno == ENOENT || errno == ENOTDIR ? NTE_SUCCESS : errno_status(errno);
    if (user && st.st_uid != user)
    {
        store_complain(store, "not used, its directory is another user's", "");
        return NTE_PERM;
    }
    /* Where that is impossible, the mode of the store key decides. */
    if (st.st_mode & FOREIGN_ACCESS) chmod(store->path, st.st_mode & 07777 & ~FOREIGN_ACCESS);
    return NTE_SUCCESS;
}

/* The superuser works in other users' stores as they would. */
static int is_owner(const struct store *store, uid_t owner)
{
    struct stat st;

    if (owner == geteuid()) return 1;
    return !geteuid() && !stat(store->path, &st) && owner == st.st_uid;
}

nte_status trust_store_key(struct store *store, int dir, const char *name)
{
    char mode[32];
    struct stat st;

    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW)) return errno_status(errno);
    if (!S_ISREG(st.st_mode)) return NTE_SYS_ERR;
    if (!is_owner(store, st.st_uid))
    {
        store_complain(store, "not used, it is another user's", "");
        return NTE_BAD_KEY_STATE;
    }
    if (!(st.st_mode & FOREIGN_ACCESS)) return NTE_SUCCESS;
    snprintf(mode, sizeof(mode), " (mode %04o, not 0600)", st.st_mode & 07777);
    store_complain(store, "not used, other users have access to it", mode);
    return NTE_BAD_KEY_STATE;
}

/* A file that cannot be read is not a key that could be lost; one that went unread for lack of a resource may be. */
static nte_status check_file(int dir, const char *name, const uint8_t *id)
{
    uint8_t start[KEYFILE_START], found[STORE_KEY_ID_SIZE];
    nte_status status = NTE_SUCCESS;
    int fd = TEMP_FAILURE_RETRY(openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));

    if (fd < 0) return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? NTE_NO_MEMORY : NTE_SUCCESS;
    if (TEMP_FAILURE_RETRY(pread(fd, start, sizeof(start), 0)) == sizeof(start) && keyfile_start(start, found) &&
        (!id || memcmp(found, id, STORE_KEY_ID_SIZE))) status = NTE_BAD_KEY_STATE;
    close(fd);
    return status;
}

static nte_status check_files(DIR *entries, const uint8_t *id, char unique[UNIQUE_NAME_MAX])
{
    struct dirent *entry;
    nte_status status;

    while (errno = 0, (entry = readdir(entries)))
    {
        if (!is_unique_name(entry->d_name)) continue;
        if (!(status = check_file(dirfd(entries), entry->d_name, id))) continue;
        strcpy(unique, entry->d_name);
        return status;
    }
    return errno ? errno_status(errno) : NTE_SUCCESS;
}

static nte_status check_directory(int dir, const uint8_t *id, char unique[UNIQUE_NAME_MAX])
{
    int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    nte_status status;
    DIR *entries;

    if (fd < 0) return errno_status(errno);
    if (!(entries = fdopendir(fd)))
    {
        status = errno_status(errno);
        close(fd);
        return status;
    }
    status = check_files(entries, id, unique);
    closedir(entries);
    return status;
}

static int is_trusted(struct store *store, const uint8_t *id)
{
    int trusted;

    pthread_mutex_lock(&store->mutex);
    trusted = id && store->trusts && !memcmp(store->trusted_id, id, STORE_KEY_ID_SIZE);
    pthread_mutex_unlock(&store->mutex);
    return trusted;
}

static void trust(struct store *store, const uint8_t *id)
{
    pthread_mutex_lock(&store->mutex);
    store->doubted = 0;
    store->trusts = !!id;
    if (id) memcpy(store->trusted_id, id, STORE_KEY_ID_SIZE);
    pthread_mutex_unlock(&store->mutex);
}

static int is_first_doubt(struct store *store)
{
    int first;

    pthread_mutex_lock(&store->mutex);
    first = !store->doubted;
    store->doubted = 1;
    pthread_mutex_unlock(&store->mutex);
    return first;
}

nte_status trust_key_files(struct store *store, const struct dir_lock *held, const uint8_t *id)
{
    char unique[UNIQUE_NAME_MAX], text[UNIQUE_NAME_MAX + 16];
    nte_status status;

    if (is_trusted(store, id)) return NTE_SUCCESS;
    if (!(status = check_directory(held->dir, id, unique))) trust(store, id);
    if (status != NTE_BAD_KEY_STATE || !is_first_doubt(store)) return status;
    snprintf(text, sizeof(text), " (such as %s)", unique);
    store_complain(store, id ? "is not that of all key files there, nothing is written"
                             : "is missing where there are key files, nothing is written", text);
    return status;
}
