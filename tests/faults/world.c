/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The scenarios on file systems that are really full or really read-only; see faults.h. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <cmocka.h>

#include "faults.h"

#define NOBODY      65534
#define ROOM_MAX    4               /* pages or inodes that a full file system has left, from 0 */
#define PAGE        4096

struct count { int points, lost; };

static int put_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (!file) return 0;
    fputs(text, file);
    return !fclose(file);
}

/* A name space in which we may mount, as root or with the help of a user name space. */
static int enter_mount_space(void)
{
    unsigned int uid = geteuid(), gid = getegid();
    char uid_map[32], gid_map[32];

    snprintf(uid_map, sizeof(uid_map), "%u %u 1", uid, uid);
    snprintf(gid_map, sizeof(gid_map), "%u %u 1", gid, gid);
    if (unshare(uid ? CLONE_NEWUSER | CLONE_NEWNS : CLONE_NEWNS)) return 0;
    if (uid && (!put_text("/proc/self/uid_map", uid_map) || !put_text("/proc/self/setgroups", "deny")
                || !put_text("/proc/self/gid_map", gid_map))) return 0;
    return !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

/* Runs work in a process of its own and takes over what it counted; work returns 0 when it cannot be done. */
static void run_apart(const char *name, int (*work)(struct scratch *scratch), struct scratch *scratch,
                      const char *reason)
{
    struct count count = {0, 0}, before = {points, lost};
    int channel[2];
    pid_t child;

    assert_int_equal(pipe(channel), 0);
    fflush(stdout);
    if (!(child = fork()))
    {
        if (!freopen("/dev/null", "w", stderr) || !work(scratch)) _exit(77);
        count.points = points - before.points;
        count.lost = lost - before.lost;
        _exit(write(channel[1], &count, sizeof(count)) != sizeof(count));
    }
    close(channel[1]);
    if (read(channel[0], &count, sizeof(count)) != sizeof(count) && exit_code(child) == 77)
    {
        close(channel[0]);
        printf("skipped: %s: %s\n", name, reason);
        return;
    }
    close(channel[0]);
    if (!count.points) count.lost = count.points = 1;           /* it crashed */
    points += count.points;
    lost += count.lost;
    printf("%s: %d points, %d lost\n", name, count.points, count.lost);
}

static void run_steps(const struct scenario *scenario, struct scratch *scratch)
{
    struct store *store;

    memset(report, 0, sizeof(*report));
    assert_int_equal(store_open(scratch->dir, &store), NTE_SUCCESS);
    scenario_run(scenario, store);
    store_close(store);
}

/* --- full --- */

/* Takes all space, then gives back so many pages. */
static int fill_space(const char *path, int room)
{
    static const char zeros[PAGE];
    int fd = open(path, O_WRONLY | O_CREAT, 0600), pages = 0, result;

    if (fd < 0) return 0;
    while (write(fd, zeros, PAGE) == PAGE) pages++;
    result = errno == ENOSPC && pages >= room && !ftruncate(fd, (off_t)(pages - room) * PAGE);
    close(fd);
    return result;
}

static int fill_inodes(const char *parent, int room)
{
    char path[128];
    int i, fd;

    for (i = 0; ; i++)
    {
        snprintf(path, sizeof(path), "%s/junk-%d", parent, i);
        if ((fd = open(path, O_WRONLY | O_CREAT, 0600)) < 0) break;
        close(fd);
    }
    if (errno != ENOSPC || i < room) return 0;
    while (room--)
    {
        snprintf(path, sizeof(path), "%s/junk-%d", parent, --i);
        unlink(path);
    }
    return 1;
}

static int fill(struct scratch *scratch, int inodes, int room)
{
    char junk[96];

    snprintf(junk, sizeof(junk), "%s/junk", scratch->parent);
    return inodes ? fill_inodes(scratch->parent, room) : fill_space(junk, room);
}

static const char *look_when_full(const struct scenario *scenario, struct scratch *scratch)
{
    int done = report->done;

    if (report->status && report->status != NTE_TOKEN_KEYSET_STORAGE_FULL) return "another status";
    if (!scenario_matches(scenario, scratch, done)) return "not as reported";
    if (count_files(scratch, ".tmp-")) return "a temporary file is left";
    return !scenario->matches && count_files(scratch, ".damaged-") ? "a good file was moved aside" : NULL;
}

static int try_full(const struct scenario *scenario, struct scratch *scratch, int inodes, int room)
{
    char what[128];

    if (mount("none", scratch->parent, "tmpfs", 0, "size=96k,nr_inodes=32")) return 0;
    scenario->prepare(scratch);
    if (!fill(scratch, inodes, room)) return 0;
    run_steps(scenario, scratch);
    snprintf(what, sizeof(what), "%s: %d %s left", scenario->name, room, inodes ? "inodes" : "pages");
    count_point(what, look_when_full(scenario, scratch));
    return !umount(scratch->parent);
}

static int run_full(struct scratch *scratch)
{
    size_t i;
    int room;

    if (!enter_mount_space()) return 0;
    remove_tree(scratch->dir);
    for (i = 0; i < scenario_count; i++)
        for (room = 0; room <= ROOM_MAX; room++)
            if (!try_full(&scenarios[i], scratch, 0, room) || !try_full(&scenarios[i], scratch, 1, room)) return 0;
    return 1;
}

void try_full_disk(struct scratch *scratch)
{
    run_apart("full file system", run_full, scratch, "cannot mount a small file system");
}

/* --- read-only --- */

static const char *look_when_read_only(const struct scenario *scenario, struct scratch *scratch)
{
    if (report->status && report->status != NTE_PERM) return "another status";
    if (strcmp(scenario->order, "") && !report->status) return "reported as done";
    if (!scenario_matches(scenario, scratch, report->done)) return "not as it was";
    return NULL;
}

static int try_read_only_mount(const struct scenario *scenario, struct scratch *scratch)
{
    if (mount("none", scratch->parent, "tmpfs", 0, "size=96k")) return 0;
    scenario->prepare(scratch);
    if (mount("none", scratch->parent, NULL, MS_REMOUNT | MS_RDONLY, NULL)) return 0;
    run_steps(scenario, scratch);
    count_point(scenario->name, look_when_read_only(scenario, scratch));
    return !umount(scratch->parent);
}

static int run_read_only_mount(struct scratch *scratch)
{
    size_t i;

    if (!enter_mount_space()) return 0;
    remove_tree(scratch->dir);
    for (i = 0; i < scenario_count; i++) if (!try_read_only_mount(&scenarios[i], scratch)) return 0;
    return 1;
}

/* As somebody whom permissions bind. mode 0: not even to be looked into. */
static int try_mode(const struct scenario *scenario, struct scratch *scratch, mode_t mode)
{
    int first = !strcmp(scenario->name, scenarios[0].name) || scenario->matches;
    nte_status status;
    char what[128];

    if (first && !mode) return 1;
    scenario_prepare(scenario, scratch);
    if (chmod(access(scratch->dir, F_OK) ? scratch->parent : scratch->dir, mode)) return 0;
    run_steps(scenario, scratch);
    status = report->status;
    chmod(scratch->parent, 0700);
    chmod(scratch->dir, 0700);
    snprintf(what, sizeof(what), "%s: mode %o", scenario->name, mode);
    count_point(what, !mode && status != NTE_PERM ? "another status" : look_when_read_only(scenario, scratch));
    return 1;
}

static int run_modes(struct scratch *scratch)
{
    struct scratch own = *scratch;
    size_t i;

    if (!geteuid() && (setgid(NOBODY) || setuid(NOBODY))) return 0;
    strcpy(own.parent, access("/dev/shm", W_OK) ? "/tmp/ncrypt-faults-XXXXXX" : "/dev/shm/ncrypt-faults-XXXXXX");
    if (!mkdtemp(own.parent)) return 0;
    snprintf(own.dir, sizeof(own.dir), "%s/Keys", own.parent);
    for (i = 0; i < scenario_count; i++)
        if (!try_mode(&scenarios[i], &own, 0500) || !try_mode(&scenarios[i], &own, 0)) break;
    remove_tree(own.parent);
    return i == scenario_count;
}

void try_read_only(struct scratch *scratch)
{
    run_apart("read-only file system", run_read_only_mount, scratch, "cannot mount a file system");
    run_apart("directory without permission", run_modes, scratch, "cannot become a user whom permissions bind");
}
