/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key store when the world fails: each scenario is run again and again, and each time something else goes
 * wrong at another of its system calls. What was reported as done must be there afterwards; what was not is done
 * whole or not at all. Prints a line for each scenario, then "N points, N lost".
 *
 * Usage: faults [--all | SCENARIO]
 * Without --all the long scenario is left out but for being killed: half the time. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <cmocka.h>

#include "store/store_dir.h"
#include "faults.h"
#include "tracer.h"

#define CHILD_SECONDS 60

static const int errors[] = {ENOSPC, EIO, EACCES, EMFILE, EINTR};
#define ERRORS (sizeof(errors) / sizeof(errors[0]))

int points, lost;

/* NFS, FUSE, old kernels, sandboxes. */
static const struct refusal no_rename_flags[] =
{
    {SYS_renameat2, EINVAL},
    {SYS_renameat2, ENOSYS},
    {SYS_renameat2, EOPNOTSUPP},
    {SYS_renameat2, EPERM},
};
static const struct refusal no_flock[] =
{
    {SYS_flock, EOPNOTSUPP},
    {SYS_flock, ENOLCK},
    {SYS_flock, ENOSYS},
    {SYS_flock, EINVAL},
};
static const struct refusal nothing;

static int all_points;
static struct trace trace;
static struct scratch *scratch;

void count_point(const char *what, const char *text)
{
    points++;
    if (!text) return;
    lost++;
    printf("lost: %s: %s (%d reported, status %#x)\n", what, text, report->done, report->status);
}

/* --- afterwards --- */

const char *look_at_new_key(struct scratch *scratch)
{
    const char *text = NULL;
    struct store *store;

    if (scenario_open(scratch, &store)) return "the store does not open";
    if (create_key(store, "after", "after", 0)) text = "no key can be created afterwards";
    else if (check_key(store, "after", "after")) text = "a key created afterwards is not there";
    store_close(store);
    return text;
}

const char *look_at_disk(const struct scenario *scenario, struct scratch *scratch, int exact, int temps)
{
    int next = report->done < scenario_steps(scenario);

    if (!scenario_matches(scenario, scratch, report->done))
    {
        if (!next || !scenario_matches(scenario, scratch, report->done + 1)) return "neither old state nor new";
        if (exact) return "a step that failed has happened";
    }
    if (count_files(scratch, ".tmp-") > temps) return "a temporary file is left";
    if (!scenario->matches && count_files(scratch, ".damaged-")) return "a good file was moved aside";
    return look_at_new_key(scratch);
}

/* --- the child --- */

static int count_descriptors(void)
{
    int fd, count = 0;

    for (fd = 0; fd < 64; fd++) count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void run_child(const struct scenario *scenario)
{
    struct store *store;
    int descriptors;
    size_t bytes;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(CHILD_SECONDS);
    close(2);
    if (open("/dev/null", O_WRONLY) != 2) _exit(1);
    descriptors = count_descriptors();
    bytes = mallinfo2().uordblks;
    if (store_open(scratch->dir, &store)) _exit(1);
    trace_begin();
    scenario_run(scenario, store);
    trace_end();
    store_close(store);
    report->descriptors = count_descriptors() - descriptors;
    report->bytes = mallinfo2().uordblks - bytes;
    _exit(0);
}

/* 0: the fault did not come about, because the scenario makes fewer calls or one that it does not fit. */
static int run(const struct scenario *scenario, const struct fault *fault, int *status)
{
    pid_t child;

    scenario_prepare(scenario, scratch);
    memset(report, 0, sizeof(*report));
    fflush(stdout);
    child = fork();
    assert_true(child >= 0);
    if (!child) run_child(scenario);
    *status = trace_child(child, fault, &trace);
    return trace.met;
}

static const char *how_it_ended(const struct fault *fault, int status)
{
    int killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;

    if (fault->kind == KILL_AFTER) return killed ? NULL : "was not killed";
    if (status == -1) return "endless";
    if (WIFSIGNALED(status)) return "crashed or hung";
    if (!WIFEXITED(status) || WEXITSTATUS(status)) return "did not end as it should";
    if (report->descriptors) return "file descriptor leaked";
    return report->bytes ? "memory leaked" : NULL;
}

/* --- what may be reported --- */

/* Not memory and random numbers, which have statuses of their own, and not what never fails. */
static int is_about_files(long number)
{
    static const long others[] = {SYS_brk, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_mlock,
                                  SYS_munlock, SYS_getrandom, SYS_geteuid};
    size_t i;

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) if (number == others[i]) return 0;
    return 1;
}

/* A single failure is overcome, or told as what it is. */
static const char *is_right_status(const struct fault *fault)
{
    if (fault->kind != FAIL_ONE || !report->status) return NULL;
    if (!is_about_files(trace.calls[fault->call - 1])) return NULL;
    return report->status == errno_status(fault->error) ? NULL : "another status than that of the failure";
}

static int temps_allowed(const struct scenario *scenario, const struct fault *fault)
{
    int own = fault->kind == KILL_AFTER || fault->kind == FAIL_FROM;

    if (fault->kind == FAIL_ONE) own = trace.calls[fault->call - 1] == SYS_unlinkat;
    return scenario->leftovers + own;
}

/* --- one scenario --- */

static void name_point(char text[128], const struct scenario *scenario, const struct fault *fault)
{
    static const char *const kinds[] = {"none", "fails", "fails from there", "is cut short",
                                        "is cut short, then full", "is the last", "vanished before"};

    snprintf(text, 128, "%s: call %d (%s) %s%s%s%s%s", scenario->name, fault->call,
             call_name(trace.calls[fault->call - 1]), kinds[fault->kind], fault->error ? ", " : "",
             fault->error ? strerrorname_np(fault->error) : "",
             fault->refused.number ? ", without " : "",
             fault->refused.number ? call_name(fault->refused.number) : "");
}

/* 0: there is no such call. */
static int try_point(const struct scenario *scenario, const struct fault *fault)
{
    int single = fault->kind == FAIL_ONE || fault->kind == SHORTEN || fault->kind == SHORTEN_AND_FAIL;
    int status;
    const char *text;
    char what[128];

    if (!run(scenario, fault, &status)) return trace.count >= fault->call;
    name_point(what, scenario, fault);
    text = how_it_ended(fault, status);
    if (!text) text = is_right_status(fault);
    if (!text) text = look_at_disk(scenario, scratch, single, temps_allowed(scenario, fault));
    count_point(what, text);
    return 1;
}

static void try_calls(const struct scenario *scenario, enum fault_kind kind, int error, struct refusal refused)
{
    struct fault fault = {kind, 1, error, refused, NULL};

    while (try_point(scenario, &fault)) fault.call++;
}

static void try_faults(const struct scenario *scenario, struct refusal refused)
{
    size_t i;

    try_calls(scenario, KILL_AFTER, 0, refused);
    if (!all_points && scenario_steps(scenario) > 2) return;    /* each of its steps has a scenario of its own */
    for (i = 0; i < ERRORS; i++)
    {
        try_calls(scenario, FAIL_ONE, errors[i], refused);
        if (errors[i] != EINTR) try_calls(scenario, FAIL_FROM, errors[i], refused);
    }
    try_calls(scenario, SHORTEN, 0, refused);
    try_calls(scenario, SHORTEN_AND_FAIL, ENOSPC, refused);
}

/* Without a fault: everything is done, in the right order. */
static int check_order(const struct scenario *scenario, struct refusal refused)
{
    struct fault none = {NO_FAULT, 0, 0, refused, NULL};
    const char *expected = scenario->order, *text;
    char what[128], order[256];
    int status;

    if (refused.number == SYS_renameat2 && scenario->order_two_steps) expected = scenario->order_two_steps;
    run(scenario, &none, &status);
    text = how_it_ended(&none, status);
    trace_letters(&trace, order, sizeof(order));
    if (!text && report->done < scenario_steps(scenario)) text = "fails by itself";
    if (!text && strcmp(order, expected)) text = order;
    if (!text) text = look_at_disk(scenario, scratch, 1, 0);
    snprintf(what, sizeof(what), "%s: calls%s%s %s", scenario->name, refused.number ? " without " : "",
             refused.number ? call_name(refused.number) : "", refused.error ? strerrorname_np(refused.error) : "");
    count_point(what, text);
    return trace.count;
}

/* --- a directory that vanishes --- */

static char moved[96];

static void move_away(void)
{
    rename(scratch->dir, moved);
}

static void remove_all(void)
{
    remove_tree(scratch->dir);
}

/* What was moved away keeps what it had, or has what was asked for; no piece of it is lost. */
static const char *look_at_moved(const struct scenario *scenario)
{
    struct scratch there = *scratch;

    if (access(moved, F_OK)) return NULL;                       /* there was no directory yet */
    strcpy(there.dir, moved);
    if (!scenario_matches(scenario, &there, 0) && !scenario_matches(scenario, &there, scenario_steps(scenario)))
        return "the directory that was moved away is neither as it was nor as it should be";
    return count_files(&there, ".tmp-") > scenario->leftovers ? "a temporary file is left" : NULL;
}

static int try_vanish_at(const struct scenario *scenario, int call, void (*hook)(void))
{
    struct fault fault = {VANISH, call, 0, {0, 0}, hook};
    const char *text;
    char what[128];
    int status;

    if (!run(scenario, &fault, &status)) return trace.count >= call;
    name_point(what, scenario, &fault);
    text = how_it_ended(&fault, status);
    if (!text && report->done && !scenario_matches_part(scenario, scratch, report->done))
        text = "reported as done, and is not there";
    if (!text && hook == move_away) text = look_at_moved(scenario);
    if (!text) text = look_at_new_key(scratch);
    count_point(what, text);
    return 1;
}

static void try_vanish(const struct scenario *scenario)
{
    int call;

    if (scenario->matches || scenario_steps(scenario) != 1) return;
    snprintf(moved, sizeof(moved), "%s/moved", scratch->parent);
    for (call = 1; try_vanish_at(scenario, call, move_away); call++);
    for (call = 1; try_vanish_at(scenario, call, remove_all); call++);
}

/* --- all --- */

static void try_scenario(const struct scenario *scenario)
{
    int points_before = points, lost_before = lost, calls = check_order(scenario, nothing);
    size_t i;

    try_faults(scenario, nothing);
    try_vanish(scenario);
    for (i = 0; i < sizeof(no_flock) / sizeof(no_flock[0]); i++) check_order(scenario, no_flock[i]);
    for (i = 0; i < sizeof(no_rename_flags) / sizeof(no_rename_flags[0]); i++)
        check_order(scenario, no_rename_flags[i]);
    if (scenario->order_two_steps) try_faults(scenario, no_rename_flags[0]);
    printf("%s: %d system calls, %d points, %d lost\n", scenario->name, calls, points - points_before,
           lost - lost_before);
}

static int make_scratch(void)
{
    const char *base = getenv("TMPDIR");

    if (!base) base = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";
    if (!(scratch = calloc(1, sizeof(*scratch)))) return 0;
    if (snprintf(scratch->parent, sizeof(scratch->parent), "%s/ncrypt-faults-XXXXXX", base) >=
        (int)sizeof(scratch->parent)) return 0;
    if (!mkdtemp(scratch->parent)) return 0;
    snprintf(scratch->dir, sizeof(scratch->dir), "%s/Keys", scratch->parent);
    return 1;
}

/* What a process does once in its life is no leak. */
static void warm_up(void)
{
    const struct scenario *all = &scenarios[scenario_count - 1];
    struct store *store;

    scenario_prepare(all, scratch);
    assert_int_equal(store_open(scratch->dir, &store), NTE_SUCCESS);
    scenario_run(all, store);
    assert_int_equal(report->done, scenario_steps(all));
    store_close(store);
}

/* Blocks that malloc keeps at hand count as in use, so it must keep none; and that it reads at its start. */
static void without_malloc_cache(char **argv)
{
    const char *const name = "GLIBC_TUNABLES", *const value = "glibc.malloc.tcache_count=0";

    mallopt(M_MXFAST, 0);
    if (getenv(name) && !strcmp(getenv(name), value)) return;
    setenv(name, value, 1);
    execv("/proc/self/exe", argv);
}

static int can_trace(void)
{
    pid_t child = fork();

    if (!child) _exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) ? 1 : 0);
    return child > 0 && !exit_code(child);
}

static void try_all(const char *only)
{
    size_t i;

    for (i = 0; i < scenario_count; i++)
        if (!only || !strcmp(only, scenarios[i].name)) try_scenario(&scenarios[i]);
    if (only) return;
    try_full_disk(scratch);
    try_read_only(scratch);
}

int main(int argc, char **argv)
{
    without_malloc_cache(argv);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!can_trace())
    {
        printf("skipped: not allowed to trace a process\n");
        return 77;
    }
    report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (report == MAP_FAILED || !make_scratch())
    {
        perror("faults");
        return 1;
    }
    all_points = argc > 1;
    warm_up();
    try_all(argc > 1 && strcmp(argv[1], "--all") ? argv[1] : NULL);
    remove_tree(scratch->parent);
    free(scratch);
    printf("%d points, %d lost\n", points, lost);
    return points == 0 || lost != 0;
}
