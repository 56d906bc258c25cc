/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The command check: every key file of the store is opened and proved. Nothing is changed. */
#include <string.h>

#include "keys.h"

struct outcome
{
    size_t good, bad;
    size_t unreachable;             /* of the bad ones */
};

/* The state of the file, or of what is in it. */
static const char *examine(const struct key_file *file)
{
    if (file->status) return key_file_state(file);
    switch (examine_stored(&file->stored))
    {
    case NTE_SUCCESS: return file->stored.locked ? "ok, private part under a password" : "ok";
    case NTE_BAD_VER: return "unknown algorithm";
    case NTE_NO_MEMORY: return "out of memory";
    default: return "inconsistent";
    }
}

static void report(const struct settings *settings, const struct key_file *file, const char *state, int first)
{
    if (settings->json)
    {
        printf("%s\n  {\"unique_name\": \"%s\", ", first ? "" : ",", file->unique);
        if (file->readable)
        {
            printf("\"name\": ");
            json_name(stdout, file->stored.name);
            printf(", ");
        }
        printf("\"state\": \"%s\"}", state);
        return;
    }
    printf("%s: ", state);
    if (file->readable)
    {
        print_name(stdout, file->stored.name);
        printf(", ");
    }
    printf("%s\n", file->unique);
}

static void check_all(const struct settings *settings, const struct keystore *keystore, const struct names *names,
                      struct outcome *outcome)
{
    struct progress progress;
    struct key_file file;
    const char *state;
    size_t i;

    progress_start(&progress, "checking", names->count);
    for (i = 0; i < names->count; i++)
    {
        key_file_read(keystore, names->name[i], &file);
        if (file.status == NTE_BAD_KEYSET) continue;        /* deleted meanwhile; there is nothing to free */
        state = examine(&file);
        if (!file.status && is_misplaced(&file)) state = "misplaced";
        else if (!strncmp(state, "ok", 2) && is_stranger(keystore, file.unique))
        {
            state = "unreachable";
            outcome->unreachable++;
        }
        if (strncmp(state, "ok", 2)) outcome->bad++;
        else outcome->good++;
        report(settings, &file, state, outcome->good + outcome->bad == 1);
        key_file_free(&file);
        progress_step(&progress);
    }
    progress_end(&progress);
}

int command_check(const struct settings *settings, struct keystore *keystore)
{
    struct outcome outcome = {0};
    struct names names;
    int result;

    if ((result = names_read(keystore->path, &names))) return result;
    if (settings->json) printf("{\"keys\": [");
    check_all(settings, keystore, &names, &outcome);
    if (settings->json) printf("%s], ", names.count ? "\n" : "");
    if (settings->json)
        printf("\"good\": %zu, \"bad\": %zu, \"unreachable\": %zu}\n", outcome.good, outcome.bad, outcome.unreachable);
    else printf("%zu good, %zu bad\n", outcome.good, outcome.bad);
    if (outcome.unreachable)
        fprintf(stderr, "%zu keys are stored under another MachineGuid; ncrypt-keys adopt%s makes them reachable\n",
                outcome.unreachable, keystore->flags ? " --machine" : "");
    names_free(&names);
    return outcome.bad ? EXIT_DAMAGED : EXIT_DONE;
}
