/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The scenarios; see scenario.h. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <time.h>
#include <cmocka.h>

#include "store/store_internal.h"
#include "scenario.h"

static const char damage[] = "no key file at all";

struct report *report;

/* --- a keeper of store keys --- */

static nte_status get_kept(struct store_key *key, char why[KEEPER_TEXT_MAX])
{
    strcpy(why, "not kept");
    if (memcmp(report->kept.id, key->id, STORE_KEY_ID_SIZE)) return NTE_BAD_KEY_STATE;
    *key = report->kept;
    return NTE_SUCCESS;
}

static nte_status put_kept(const struct store_key *key, const char *label, char why[KEEPER_TEXT_MAX])
{
    (void)label, (void)why;
    report->kept = *key;
    return NTE_SUCCESS;
}

static const struct keeper keeper = {"keeper of the test", get_kept, put_kept};

nte_status scenario_open(struct scratch *scratch, struct store **store)
{
    nte_status status = store_open(scratch->dir, store);

    if (!status) (*store)->keeper = &keeper;
    return status;
}

/* --- before --- */

static void prepare_nothing(struct scratch *scratch)
{
    (void)scratch;
}

static void prepare_old(struct scratch *scratch)
{
    struct store *store;

    assert_int_equal(store_open(scratch->dir, &store), NTE_SUCCESS);
    assert_int_equal(create_key(store, "old", "old", 0), NTE_SUCCESS);
    store_close(store);
}

static void prepare_damaged(struct scratch *scratch)
{
    char unique[UNIQUE_NAME_MAX];

    make_unique(unique, "old");
    prepare_old(scratch);
    write_file(path_of(scratch, unique), damage, sizeof(damage) - 1);
}

/* What makes a writer look for temporary files of killed ones. */
static void prepare_leftover(struct scratch *scratch)
{
    struct timespec times[2] = {{time(NULL) - 4000, 0}, {time(NULL) - 4000, 0}};

    prepare_old(scratch);
    write_file(path_of(scratch, ".tmp-0123456789abcdef"), "x", 1);
    assert_int_equal(utimensat(AT_FDCWD, path_of(scratch, ".tmp-0123456789abcdef"), times, 0), 0);
    assert_int_equal(utimensat(AT_FDCWD, path_of(scratch, ".lock"), times, 0), 0);
}

/* --- steps --- */

static nte_status create_new(struct store *store)
{
    return create_key(store, "key", "new", 0);
}

static nte_status create_old(struct store *store)
{
    return create_key(store, "old", "old", 0);
}

static nte_status overwrite_old(struct store *store)
{
    return create_key(store, "old", "newer", 1);
}

static nte_status delete_old(struct store *store)
{
    return delete_key(store, "old");
}

static nte_status set_property(struct store *store)
{
    struct bytes value = {(const uint8_t *)"value", 5};
    struct stored_key stored = {0};
    char unique[UNIQUE_NAME_MAX];
    uint16_t name[8];
    uint64_t modified;
    nte_status status;

    make_unique(unique, "old");
    if ((status = store_read(store, unique, &stored))) return status;
    status = store_set_property(store, unique, stored.id, u16(name, "p"), value, &modified);
    stored_key_free(&stored);
    return status;
}

static nte_status create_new_with_keeper(struct store *store)
{
    store->keeper = &keeper;
    store->wish = PLACE_KEEPER;
    return create_new(store);
}

static nte_status set_property_without_keeper(struct store *store)
{
    store->wish = PLACE_FILE;
    return set_property(store);
}

static nte_status read_old(struct store *store)
{
    return check_key(store, "old", "old");
}

static nte_status enumerate(struct store *store)
{
    struct stored_key stored = {0};
    struct store_list *list;
    nte_status status;

    if ((status = store_list_open(store, &list))) return status;
    while (!(status = store_list_next(list, &stored))) stored_key_free(&stored);
    store_list_close(list);
    return status == NTE_NO_MORE_ITEMS ? NTE_SUCCESS : status;
}

static nte_status meet_damage(struct store *store)
{
    nte_status status = check_key(store, "old", "old");

    return status == NTE_BAD_KEYSET ? NTE_SUCCESS : status ? status : NTE_FAIL;
}

static nte_status seal(struct store *store)
{
    struct writer w = {0};
    nte_status status = seal_sample(store, &w);

    if (!status && w.used <= sizeof(report->image))
    {
        memcpy(report->image, w.data, w.used);
        report->image_size = w.used;
    }
    writer_free(&w);
    return status;
}

/* --- after --- */

static int is_damage(const char *path)
{
    char text[sizeof(damage)] = {0};
    FILE *file = fopen(path, "r");
    size_t size;

    if (!file) return 0;
    size = fread(text, 1, sizeof(text), file);
    fclose(file);
    return size == sizeof(damage) - 1 && !memcmp(text, damage, size);
}

/* A damaged file is kept in any case. */
static int matches_aside(struct scratch *scratch, int steps)
{
    char unique[UNIQUE_NAME_MAX], aside[UNIQUE_NAME_MAX + 16];

    make_unique(unique, "old");
    snprintf(aside, sizeof(aside), "%s.damaged-1", unique);
    return steps ? access(path_of(scratch, unique), F_OK) && is_damage(path_of(scratch, aside))
                 : is_damage(path_of(scratch, unique));
}

static int matches_sealed(struct scratch *scratch, int steps)
{
    struct bytes image = {report->image, report->image_size};
    struct stored_key stored = {0};
    struct store *store;
    nte_status status;

    if (!steps) return 1;
    if (scenario_open(scratch, &store)) return 0;
    if (!(status = store_unseal(store, image, &stored))) stored_key_free(&stored);
    store_close(store);
    return !status;
}

static int has_key(struct store *store, const char *name, const char *private_part)
{
    if (!private_part) return check_key(store, name, "") == NTE_BAD_KEYSET;
    return check_key(store, name, private_part) == NTE_SUCCESS;
}

static int has_property(struct store *store)
{
    struct stored_key stored = {0};
    char unique[UNIQUE_NAME_MAX];
    uint16_t name[8];
    int found;

    make_unique(unique, "old");
    if (store_read(store, unique, &stored)) return 0;
    found = property_list_find(&stored.properties, u16(name, "p")) != NULL;
    stored_key_free(&stored);
    return found;
}

static int has_old(struct store *store, const struct disk_state *state)
{
    return has_key(store, "old", state->old) && has_property(store) == state->property;
}

static int matches(const struct scenario *scenario, struct scratch *scratch, int steps, int part)
{
    const struct disk_state *state = &scenario->states[steps];
    struct store *store;
    int result = 1;

    if (scenario->matches) return scenario->matches(scratch, steps);
    if (scenario_open(scratch, &store)) return 0;
    if (!part || !scenario->keeps_old) result = has_old(store, state);
    if (!part || scenario->keeps_old) result = result && has_key(store, "key", state->key);
    store_close(store);
    return result;
}

int scenario_matches(const struct scenario *scenario, struct scratch *scratch, int steps)
{
    return matches(scenario, scratch, steps, 0);
}

int scenario_matches_part(const struct scenario *scenario, struct scratch *scratch, int steps)
{
    return matches(scenario, scratch, steps, 1);
}

/* --- all of it --- */

#define WHOLE           "cwsrs"     /* a file */
#define TWO_STEPS       "cwsrrs"    /* a new one, where that takes two */
#define LOCKED(calls)   "f" calls "f"
#define WRITE           LOCKED(WHOLE)
#define DELETE          LOCKED("us")

const struct scenario scenarios[] =
{
    {"create, first in a directory", prepare_nothing, {create_new}, {{NULL, NULL, 0}, {NULL, "new", 0}}, NULL,
     "ms" LOCKED(WHOLE WHOLE), "ms" LOCKED(TWO_STEPS TWO_STEPS), 1, 0},
    {"create", prepare_old, {create_new}, {{"old", NULL, 0}, {"old", "new", 0}}, NULL,
     WRITE, LOCKED(TWO_STEPS), 1, 0},
    {"create, clearing up", prepare_leftover, {create_new}, {{"old", NULL, 0}, {"old", "new", 0}}, NULL,
     LOCKED("u" WHOLE), LOCKED("u" TWO_STEPS), 1, 1},
    {"overwrite", prepare_old, {overwrite_old}, {{"old", NULL, 0}, {"newer", NULL, 0}}, NULL,
     WRITE, NULL, 0, 0},
    {"set property", prepare_old, {set_property}, {{"old", NULL, 0}, {"old", NULL, 1}}, NULL,
     WRITE, NULL, 0, 0},
    {"delete", prepare_old, {delete_old}, {{"old", NULL, 0}, {NULL, NULL, 0}}, NULL, DELETE, NULL, 0, 0},
    {"store key alone", prepare_nothing, {seal}, {{NULL, NULL, 0}}, matches_sealed,
     "ms" WRITE, "ms" LOCKED(TWO_STEPS), 0, 0},
    {"store key to a keeper and back", prepare_old, {create_new_with_keeper, set_property_without_keeper},
     {{"old", NULL, 0}, {"old", "new", 0}, {"old", "new", 1}}, NULL,
     LOCKED(WHOLE WHOLE) WRITE WRITE, LOCKED(WHOLE TWO_STEPS) WRITE WRITE, 0, 0},
    {"damaged file", prepare_damaged, {meet_damage}, {{NULL, NULL, 0}}, matches_aside,
     LOCKED("rsw"), LOCKED("rrsw"), 0, 0},
    {"read and enumerate", prepare_old, {read_old, enumerate},
     {{"old", NULL, 0}, {"old", NULL, 0}, {"old", NULL, 0}}, NULL, "", NULL, 0, 0},
    {"all in a row", prepare_nothing, {create_old, create_new, set_property, overwrite_old, delete_old},
     {{NULL, NULL, 0}, {"old", NULL, 0}, {"old", "new", 0}, {"old", "new", 1}, {"newer", "new", 0},
      {NULL, "new", 0}}, NULL,
     "ms" LOCKED(WHOLE WHOLE) WRITE WRITE WRITE DELETE,
     "ms" LOCKED(TWO_STEPS TWO_STEPS) LOCKED(TWO_STEPS) WRITE WRITE DELETE, 0, 0},
};
const size_t scenario_count = sizeof(scenarios) / sizeof(scenarios[0]);

int scenario_steps(const struct scenario *scenario)
{
    int i;

    for (i = 0; i < STEPS_MAX && scenario->steps[i]; i++);
    return i;
}

void scenario_prepare(const struct scenario *scenario, struct scratch *scratch)
{
    remove_tree(scratch->parent);
    assert_int_equal(mkdir(scratch->parent, 0700), 0);
    scenario->prepare(scratch);
}

void scenario_run(const struct scenario *scenario, struct store *store)
{
    int i;

    for (i = 0; i < STEPS_MAX && scenario->steps[i]; i++)
    {
        if ((report->status = scenario->steps[i](store))) return;
        report->done++;
    }
}
