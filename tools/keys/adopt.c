/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The command adopt: keys that lie in the store under another MachineGuid get the name by which this prefix finds them.
 * A prefix that was copied has such keys, or one whose registry was made anew. */
#include <stdlib.h>
#include <string.h>

#include "keys.h"

struct outcome
{
    size_t adopted, left;
};

static int leave(struct outcome *outcome, const char *unique, const char *why)
{
    outcome->left++;
    return fail(EXIT_REFUSED, "not adopted: %s: %s", unique, why);
}

/* Two of other machines would get one name. */
static int is_rivalled(const struct keystore *keystore, const struct names *names, const char *unique)
{
    size_t i, digits = strchr(unique, '_') - unique;
    int strangers = 0;

    for (i = 0; i < names->count; i++)
        strangers += !strncmp(names->name[i], unique, digits) && is_stranger(keystore, names->name[i]);
    return strangers > 1;
}

static void own_name(const struct keystore *keystore, const char *unique, char own[UNIQUE_NAME_MAX])
{
    snprintf(own, UNIQUE_NAME_MAX, "%.*s%s", (int)(strchr(unique, '_') + 1 - unique), unique, keystore->machine_guid);
}

/* The lock is held for the renaming alone. */
static int rename_file(const struct settings *settings, const struct keystore *keystore, const char *unique,
                       struct outcome *outcome)
{
    char own[UNIQUE_NAME_MAX];
    struct dir_lock held;
    nte_status status;

    own_name(keystore, unique, own);
    if (!(status = dir_lock(keystore->path, 0, &held)))
    {
        status = dir_rename(&held, unique, own);
        dir_unlock(&held);
    }
    if (status == NTE_EXISTS) return leave(outcome, unique, "a key of that name exists already");
    if (status)
    {
        outcome->left++;
        return fail_status(status, "not adopted: %s", unique);
    }
    outcome->adopted++;
    if (!settings->json) printf("%s\n", own);
    return EXIT_DONE;
}

/* Only what would be found and opened then. */
static int adopt(const struct settings *settings, const struct keystore *keystore, const struct key_file *file,
                 struct outcome *outcome)
{
    if (file->status)
    {
        outcome->left++;
        fail_status(file->status, "not adopted: %s", file->unique);
        return EXIT_DAMAGED;
    }
    if (is_misplaced(file)) return leave(outcome, file->unique, "the file belongs to another name");
    return rename_file(settings, keystore, file->unique, outcome);
}

static int adopt_named(const struct settings *settings, const struct keystore *keystore, struct outcome *outcome)
{
    struct key_file file;
    int result;

    if ((result = key_file_find(keystore, settings->argument, &file))) return result;
    if (is_stranger(keystore, file.unique)) result = adopt(settings, keystore, &file, outcome);
    key_file_free(&file);
    return result;
}

static int adopt_all(const struct settings *settings, const struct keystore *keystore, const struct names *names,
                     struct outcome *outcome)
{
    struct key_file file;
    int result = EXIT_DONE, one;
    size_t i;

    for (i = 0; i < names->count; i++)
    {
        if (!is_stranger(keystore, names->name[i])) continue;
        key_file_read(keystore, names->name[i], &file);
        if (is_rivalled(keystore, names, names->name[i]))
            one = leave(outcome, names->name[i], "several keys have that name; give the unique name of one");
        else one = adopt(settings, keystore, &file, outcome);
        if (one > result) result = one;
        key_file_free(&file);
    }
    return result;
}

int command_adopt(const struct settings *settings, struct keystore *keystore)
{
    struct outcome outcome = {0};
    struct names names;
    int result;

    if (!*keystore->machine_guid)
        return fail(EXIT_FAILED, "this prefix has no MachineGuid yet; the first use of ncrypt.dll creates it");
    if ((result = names_read(keystore->path, &names))) return result;
    if (settings->argument) result = adopt_named(settings, keystore, &outcome);
    else result = adopt_all(settings, keystore, &names, &outcome);
    names_free(&names);
    if (result == EXIT_NOT_FOUND) return result;
    if (settings->json) printf("{\"adopted\": %zu, \"left\": %zu}\n", outcome.adopted, outcome.left);
    else fprintf(stderr, "%zu keys adopted, %zu left as they are\n", outcome.adopted, outcome.left);
    return result;
}
