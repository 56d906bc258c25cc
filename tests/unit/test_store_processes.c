/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key store used by many processes and threads at once. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <pthread.h>
#include <sys/file.h>
#include <time.h>
#include <cmocka.h>

#include "store_scratch.h"

#define WORKERS     8
#define PROPERTIES  10

/* What a worker does; its result becomes the exit code of its process. */
typedef int (*worker)(const char *dir, int number);

static int run_worker(worker work, const char *dir, int number, int gate)
{
    char c;

    if (read(gate, &c, 1) != 0) return 99;      /* until the parent closes the other end */
    return work(dir, number);
}

/* Starts all workers at one moment; codes[] is what each came to. */
static void run_processes(worker work, const char *dir, int codes[WORKERS])
{
    pid_t pids[WORKERS];
    int gate[2], i;

    assert_int_equal(pipe(gate), 0);
    for (i = 0; i < WORKERS; i++)
    {
        if ((pids[i] = fork())) continue;
        close(gate[1]);
        _exit(run_worker(work, dir, i, gate[0]));
    }
    close(gate[0]);
    close(gate[1]);
    for (i = 0; i < WORKERS; i++)
    {
        assert_true(pids[i] > 0);
        codes[i] = exit_code(pids[i]);
    }
}

static int count(const int codes[WORKERS], int code)
{
    int i, found = 0;

    for (i = 0; i < WORKERS; i++) found += codes[i] == code;
    return found;
}

/* 0 and the codes of NTE_EXISTS and the like as an exit code can carry them. */
static int short_code(nte_status status)
{
    return status & 0xff;
}

static int create_same_name(const char *dir, int number)
{
    char text[] = {'0' + number, 0};
    struct store *store;

    if (store_open(dir, &store)) return 98;
    return short_code(create_key(store, "same", text, 0));
}

static void test_one_process_wins_a_name(void **state)
{
    struct scratch *scratch = *state;
    int codes[WORKERS], round, i;

    for (round = 0; round < 10; round++)
    {
        run_processes(create_same_name, scratch->dir, codes);
        assert_int_equal(count(codes, 0), 1);
        assert_int_equal(count(codes, short_code(NTE_EXISTS)), WORKERS - 1);
        for (i = 0; i < WORKERS; i++)
        {
            char text[] = {'0' + i, 0};

            assert_int_equal(check_key(scratch->store, "same", text), codes[i] ? NTE_FAIL : NTE_SUCCESS);
        }
        assert_int_equal(count_files(scratch, ".tmp-"), 0);
        assert_int_equal(delete_key(scratch->store, "same"), NTE_SUCCESS);
    }
}

static int create_own_name(const char *dir, int number)
{
    char name[] = {'0' + number, 0};
    struct store *store;

    if (store_open(dir, &store)) return 98;
    return short_code(create_key(store, name, "secret", 0));
}

/* The directory and the store key are made by whoever comes first. */
static void test_first_keys_of_a_store(void **state)
{
    struct scratch *scratch = *state;
    struct store *fresh;
    int codes[WORKERS], round, i;

    for (round = 0; round < 10; round++)
    {
        remove_tree(scratch->dir);
        run_processes(create_own_name, scratch->dir, codes);
        assert_int_equal(count(codes, 0), WORKERS);
        assert_int_equal(store_open(scratch->dir, &fresh), NTE_SUCCESS);
        for (i = 0; i < WORKERS; i++)
        {
            char name[] = {'0' + i, 0};

            assert_int_equal(check_key(fresh, name, "secret"), NTE_SUCCESS);
        }
        store_close(fresh);
    }
}

static int set_own_properties(const char *dir, int number)
{
    struct bytes value = {(const uint8_t *)"value", 5};
    char unique[UNIQUE_NAME_MAX], text[16];
    struct stored_key stored = {0};
    struct store *store;
    uint16_t name[16];
    uint64_t modified;
    nte_status status;
    int i;

    make_unique(unique, "key");
    if (store_open(dir, &store) || store_read(store, unique, &stored)) return 98;
    for (i = 0; i < PROPERTIES; i++)
    {
        snprintf(text, sizeof(text), "%d.%d", number, i);
        status = store_set_property(store, unique, stored.id, u16(name, text), value, &modified);
        if (status) return short_code(status);
    }
    return 0;
}

static void test_no_property_is_lost(void **state)
{
    struct scratch *scratch = *state;
    const struct property *property;
    struct stored_key stored = {0};
    char unique[UNIQUE_NAME_MAX];
    int codes[WORKERS], found = 0;

    make_unique(unique, "key");
    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    run_processes(set_own_properties, scratch->dir, codes);
    assert_int_equal(count(codes, 0), WORKERS);
    assert_int_equal(store_read(scratch->store, unique, &stored), NTE_SUCCESS);
    for (property = stored.properties.first; property; property = property->next) found++;
    assert_int_equal(found, WORKERS * PROPERTIES);
    stored_key_free(&stored);
}

/* A private part of some size and one letter: a mixture of two writings would show. */
static void fill_letter(char text[20001], int letter)
{
    memset(text, letter, 20000);
    text[letter * 100] = 0;
}

static int overwrite_many_times(const char *dir)
{
    static char text[20001];
    struct store *store;
    int i;

    if (store_open(dir, &store)) return 98;
    for (i = 0; i < 300; i++)
    {
        fill_letter(text, 'A' + i % 26);
        if (create_key(store, "key", text, 1)) return 1;
    }
    return 0;
}

static int is_one_letter(struct bytes text)
{
    size_t i;

    if (!text.size || text.size != text.data[0] * 100u) return 0;
    for (i = 0; i < text.size; i++) if (text.data[i] != text.data[0]) return 0;
    return 1;
}

static void test_readers_see_whole_keys(void **state)
{
    static char text[20001];
    struct scratch *scratch = *state;
    struct stored_key stored = {0};
    char unique[UNIQUE_NAME_MAX];
    int reads = 0, status;
    pid_t pid;

    make_unique(unique, "key");
    fill_letter(text, 'A');
    assert_int_equal(create_key(scratch->store, "key", text, 0), NTE_SUCCESS);
    if (!(pid = fork())) _exit(overwrite_many_times(scratch->dir));
    while (!waitpid(pid, &status, WNOHANG))
    {
        assert_int_equal(store_read(scratch->store, unique, &stored), NTE_SUCCESS);
        assert_true(is_one_letter(stored.private_part));
        stored_key_free(&stored);
        reads++;
    }
    assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
    assert_true(reads > 0);
}

static int read_damaged(const char *dir, int number)
{
    struct store *store;

    (void)number;
    if (store_open(dir, &store)) return 98;
    close(2);
    return short_code(check_key(store, "key", "secret"));
}

static void test_damage_is_moved_once(void **state)
{
    struct scratch *scratch = *state;
    char unique[UNIQUE_NAME_MAX];
    int codes[WORKERS];

    make_unique(unique, "key");
    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    write_file(path_of(scratch, unique), "damaged", 7);
    run_processes(read_damaged, scratch->dir, codes);
    assert_int_equal(count(codes, short_code(NTE_BAD_KEYSET)), WORKERS);
    assert_int_equal(count_files(scratch, unique), 1);
    assert_int_equal(count_files(scratch, ".damaged-1"), 1);
}

static void hold_lock(const char *path, int *lock)
{
    *lock = open(path, O_RDWR | O_CLOEXEC);
    assert_true(*lock >= 0);
    assert_int_equal(flock(*lock, LOCK_EX), 0);
}

/* Who waited for the lock of a directory that is gone must not write where nobody will look. */
static void test_directory_replaced_while_waiting(void **state)
{
    struct scratch *scratch = *state;
    struct timespec pause = {0, 200000000};
    char moved[96];
    int lock;
    pid_t pid;

    snprintf(moved, sizeof(moved), "%s/moved", scratch->parent);
    assert_int_equal(create_key(scratch->store, "first", "x", 0), NTE_SUCCESS);
    hold_lock(path_of(scratch, ".lock"), &lock);
    if (!(pid = fork()))
    {
        close(lock);
        _exit(create_own_name(scratch->dir, 7));
    }
    nanosleep(&pause, NULL);                    /* it waits by now, or the test shows nothing */
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    assert_int_equal(rename(scratch->dir, moved), 0);
    assert_int_equal(create_key(scratch->store, "second", "x", 0), NTE_SUCCESS);
    close(lock);
    assert_int_equal(exit_code(pid), 0);
    assert_int_equal(check_key(scratch->store, "second", "x"), NTE_SUCCESS);
    assert_int_equal(check_key(scratch->store, "7", "secret"), NTE_SUCCESS);
    assert_int_equal(count_files(scratch, GUID), 2);
}

struct thread
{
    pthread_t id;
    struct store *store;
    int number;
    int failures;
    int won;
};

static void *use_store(void *arg)
{
    struct thread *thread = arg;
    struct stored_key stored = {0};
    struct store_list *list;
    char name[24];
    int i;

    for (i = 0; i < 10; i++)
    {
        snprintf(name, sizeof(name), "shared %d", i);
        thread->won += !create_key(thread->store, name, "shared", 0);
        thread->failures += check_key(thread->store, name, "shared") != NTE_SUCCESS;
        snprintf(name, sizeof(name), "own %d", thread->number);
        thread->failures += create_key(thread->store, name, "own", 0) != NTE_SUCCESS;
        if (store_list_open(thread->store, &list)) thread->failures++;
        else
        {
            while (!store_list_next(list, &stored)) stored_key_free(&stored);
            store_list_close(list);
        }
        thread->failures += delete_key(thread->store, name) != NTE_SUCCESS;
        thread->failures += check_key(thread->store, name, "own") != NTE_BAD_KEYSET;
    }
    return NULL;
}

static void test_threads_of_one_process(void **state)
{
    struct scratch *scratch = *state;
    struct thread threads[WORKERS] = {0};
    int i, won = 0;

    for (i = 0; i < WORKERS; i++)
    {
        threads[i].store = scratch->store;
        threads[i].number = i;
        assert_int_equal(pthread_create(&threads[i].id, NULL, use_store, &threads[i]), 0);
    }
    for (i = 0; i < WORKERS; i++)
    {
        assert_int_equal(pthread_join(threads[i].id, NULL), 0);
        assert_int_equal(threads[i].failures, 0);
        won += threads[i].won;
    }
    assert_int_equal(won, 10);
    assert_int_equal(count_files(scratch, GUID), 10);
    assert_int_equal(count_files(scratch, ".tmp-"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        store_test(test_one_process_wins_a_name),
        store_test(test_first_keys_of_a_store),
        store_test(test_directory_replaced_while_waiting),
        store_test(test_no_property_is_lost),
        store_test(test_readers_see_whole_keys),
        store_test(test_damage_is_moved_once),
        store_test(test_threads_of_one_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
