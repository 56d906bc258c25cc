/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Whose rights apply. Root that works on the prefix of a user does so as that user: what it writes there is the user's,
 * and a link that the user has put there leads root nowhere the user could not go. Files named on the command line are
 * root's business, and opened with root's rights. */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys.h"

static struct
{
    int taken;                      /* the owner's rights have been taken, and can be given back */
    uid_t uid;
    gid_t gid, caller_gid;
} owner;

/* The groups of the owner where the system knows them. */
static int take_groups(void)
{
    struct passwd *entry = getpwuid(owner.uid);

    return entry ? initgroups(entry->pw_name, owner.gid) : setgroups(1, &owner.gid);
}

int owner_become(const char *prefix)
{
    struct stat st;

    if (stat(prefix, &st)) return fail(EXIT_NOT_FOUND, "%s: %s", prefix, strerror(errno));
    if (geteuid() || !st.st_uid) return EXIT_DONE;
    owner.uid = st.st_uid;
    owner.gid = st.st_gid;
    owner.caller_gid = getegid();
    if (take_groups() || setegid(owner.gid) || seteuid(owner.uid))
        return fail(EXIT_FAILED, "%s: belongs to user %u, and cannot be changed on behalf of that user: %s", prefix,
                    (unsigned int)owner.uid, strerror(errno));
    owner.taken = 1;
    return EXIT_DONE;
}

/* Only the effective ids change, so that this cannot fail; if it did, nothing would be safe to do. */
void owner_leave(void)
{
    if (owner.taken && (seteuid(0) || setegid(owner.caller_gid))) abort();
}

void owner_return(void)
{
    if (owner.taken && (setegid(owner.gid) || seteuid(owner.uid))) abort();
}

/* HOME is where the owner's configuration of PKCS #11 modules is. */
static void take_home(void)
{
    struct passwd *entry = getpwuid(owner.uid);

    if (entry) setenv("HOME", entry->pw_dir, 1);
    else unsetenv("HOME");
}

int owner_remain(void)
{
    if (!owner.taken) return EXIT_DONE;
    owner.taken = 0;
    take_home();
    if (!seteuid(0) && !setresgid(owner.gid, owner.gid, owner.gid) && !setresuid(owner.uid, owner.uid, owner.uid))
        return EXIT_DONE;
    return fail(EXIT_FAILED, "root's rights cannot be given up: %s", strerror(errno));
}

const char *owner_name(void)
{
    const char *name = getenv("USER");
    struct passwd *entry;

    if (!owner.taken && name && *name) return name;
    return (entry = getpwuid(owner.taken ? owner.uid : getuid())) ? entry->pw_name : "root";
}
