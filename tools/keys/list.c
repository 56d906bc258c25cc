/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The commands list and show. */
#include <stdlib.h>
#include <string.h>

#include "algorithm.h"
#include "keys.h"

struct row                          /* one line of the table */
{
    struct key_file file;
    char *name;
};

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order ? order : strcmp(x->file.unique, y->file.unique);
}

/* The private parts are not needed any more. */
static void forget_private(struct stored_key *stored)
{
    bytes_free(&stored->private_part);
}

static int read_row(const struct keystore *keystore, const char *unique, struct row *row)
{
    static const uint16_t unknown[] = {'?', 0};

    key_file_read(keystore, unique, &row->file);
    if (row->file.readable) forget_private(&row->file.stored);
    row->name = name_text(row->file.readable ? row->file.stored.name : unknown);
    return row->name != NULL;
}

static void free_row(struct row *row)
{
    secret_free(row->name);
    key_file_free(&row->file);
}

static void print_header(void)
{
    printf("%-32s %-14s %6s %-18s %-20s %s\n", "NAME", "ALGORITHM", "LENGTH", "POLICY", "MODIFIED", "UNIQUE NAME");
}

static void print_row(const struct row *row)
{
    const struct key_file *file = &row->file;
    char policy[64], bits[16] = "-";

    print_padded(row->name, 32);
    printf(" ");
    if (!file->readable)
    {
        printf("%-14s %6s %-18s %-20s %s\n", key_file_state(file), "-", "-", "-", file->unique);
        return;
    }
    policy_text(file->stored.export_policy, policy);
    if (file->bits) snprintf(bits, sizeof(bits), "%u", file->bits);
    printf("%-14s %6s %-18s ", file->stored.algorithm, bits, policy);
    print_time(stdout, file->stored.modified);
    printf(" %s", file->unique);
    if (file->status) printf(" (%s)", key_file_state(file));
    printf("\n");
}

static void print_json_fields(const struct key_file *file)
{
    printf("\"unique_name\": \"%s\", \"state\": \"%s\"", file->unique, key_file_state(file));
    if (!file->readable) return;
    printf(", \"name\": ");
    json_name(stdout, file->stored.name);
    printf(", \"algorithm\": \"%s\", \"length\": ", file->stored.algorithm);
    if (file->bits) printf("%u", file->bits);
    else printf("null");
    printf(", \"policy\": ");
    json_policy(stdout, file->stored.export_policy);
    printf(", \"modified\": \"");
    print_time(stdout, file->stored.modified);
    printf("\", \"machine\": %s", file->stored.flags & FLAG_MACHINE_KEY ? "true" : "false");
    printf(", \"protection\": \"%s\"", key_file_protection(file));
}

static void print_rows(const struct settings *settings, const struct row *rows, size_t count)
{
    size_t i;

    if (!settings->json && count) print_header();
    if (settings->json) printf("[");
    for (i = 0; i < count; i++)
    {
        if (!settings->json)
        {
            print_row(&rows[i]);
            continue;
        }
        printf("%s\n  {", i ? "," : "");
        print_json_fields(&rows[i].file);
        printf("}");
    }
    if (settings->json) printf("%s]\n", count ? "\n" : "");
}

/* How many rows were read; a key that was deleted meanwhile has none. Fewer than there are names also without memory,
 * which *result then says. */
static size_t read_rows(const struct keystore *keystore, const struct names *names, struct row *rows, int *result)
{
    struct progress progress;
    size_t count = 0, i;

    progress_start(&progress, "reading", names->count);
    for (i = 0; i < names->count && !*result; i++)
    {
        if (!read_row(keystore, names->name[i], &rows[count])) *result = EXIT_FAILED;
        if (rows[count].file.status != NTE_BAD_KEYSET) count++;
        else free_row(&rows[count]);
        progress_step(&progress);
    }
    progress_end(&progress);
    return count;
}

int command_list(const struct settings *settings, struct keystore *keystore)
{
    struct names names;
    struct row *rows;
    size_t i, count;
    int result;

    if ((result = names_read(keystore->path, &names))) return result;
    if (!(rows = calloc(names.count + 1, sizeof(*rows))))
    {
        names_free(&names);
        return fail(EXIT_FAILED, "out of memory");
    }
    count = read_rows(keystore, &names, rows, &result);
    if (result) fail(result, "out of memory");
    else
    {
        qsort(rows, count, sizeof(*rows), compare_rows);
        print_rows(settings, rows, count);
    }
    for (i = 0; i < count; i++) free_row(&rows[i]);
    free(rows);
    names_free(&names);
    return result;
}

/* --- show --- */

static int stored_fingerprint(const struct stored_key *stored, char text[65])
{
    const struct algorithm *alg = algorithm_find_ascii(stored->algorithm);
    const struct blob_options none = {.algorithms = &all_algorithms};
    struct material *material = NULL;
    int good;

    if (!alg || !alg->family->load_public) return 0;
    if (alg->family->load_public(stored->public_part, &none, &material)) return 0;
    good = fingerprint(material, text);
    alg->family->free(material);
    return good;
}

static void print_properties(const struct stored_key *stored)
{
    const struct property *property;

    for (property = stored->properties.first; property; property = property->next)
    {
        printf("property:     ");
        print_name(stdout, property->name);
        printf(" (%u bytes)\n", property->size);
    }
}

static void print_key(const struct keystore *keystore, const struct key_file *file)
{
    const struct stored_key *stored = &file->stored;
    char text[65];

    printf("name:         ");
    print_name(stdout, stored->name);
    printf("\nunique name:  %s\nstate:        %s\n", file->unique, key_file_state(file));
    printf("algorithm:    %s\nlength:       ", stored->algorithm);
    if (file->bits) printf("%u\n", file->bits);
    else printf("unknown\n");
    policy_text(stored->export_policy, text);
    printf("policy:       %s\n", text);
    usage_text(stored->key_usage, text);
    printf("usage:        %s\n", text);
    printf("key spec:     %u\nprotection:   %s\nmodified:     ", stored->key_spec, key_file_protection(file));
    print_time(stdout, stored->modified);
    printf("\n");
    if (stored_fingerprint(stored, text)) printf("public key:   SHA-256 %s\n", text);
    print_properties(stored);
    printf("file:         %s/%s\n", keystore->path, file->unique);
}

static void print_json_key(const struct keystore *keystore, const struct key_file *file)
{
    const struct property *property;
    char text[65];

    printf("{");
    print_json_fields(file);
    printf(", \"usage\": %u, \"key_spec\": %u", file->stored.key_usage, file->stored.key_spec);
    if (stored_fingerprint(&file->stored, text)) printf(", \"public_key_sha256\": \"%s\"", text);
    printf(", \"properties\": [");
    for (property = file->stored.properties.first; property; property = property->next)
    {
        printf("{\"name\": ");
        json_name(stdout, property->name);
        printf(", \"size\": %u}%s", property->size, property->next ? ", " : "");
    }
    printf("], \"directory\": ");
    json_string(stdout, keystore->path);
    printf("}\n");
}

int command_show(const struct settings *settings, struct keystore *keystore)
{
    struct key_file file;
    int result;

    if ((result = key_file_find(keystore, settings->argument, &file))) return result;
    if (!file.readable) result = fail_status(file.status, "%s", file.unique);
    else if (settings->json) print_json_key(keystore, &file);
    else print_key(keystore, &file);
    if (!result && file.status) result = EXIT_DAMAGED;
    key_file_free(&file);
    return result;
}
