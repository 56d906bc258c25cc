/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The commands for keys on tokens, where they are not the same as for keys in files: list and show. */
#include <stdlib.h>
#include <string.h>

#include "keys.h"
#include "provider/pkcs11/token_provider.h"

#define MOST_TEXT 600               /* bytes of a property */

/* --- what the lists of one key have in common --- */

struct row
{
    struct stored_key stored;
    char *name;
};

static void free_rows(struct row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
    {
        secret_free(rows[i].name);
        stored_key_free(&rows[i].stored);
    }
    free(rows);
}

static int compare_rows(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->name, ((const struct row *)b)->name);
}

static void print_row(const struct row *row)
{
    const struct stored_key *stored = &row->stored;
    char policy[64], usage[64];

    policy_text(stored->export_policy, policy);
    usage_text(stored->key_usage, usage);
    print_padded(row->name, 32);
    printf(" %-14s %6u %-18s %s\n", stored->algorithm, stored->material->bits, policy, usage);
}

static void print_json_fields(const uint16_t *name, const char *algorithm, uint32_t bits, uint32_t policy,
                              uint32_t usage)
{
    printf("\"name\": ");
    json_name(stdout, name);
    printf(", \"algorithm\": \"%s\", \"length\": %u, \"policy\": ", algorithm, bits);
    json_policy(stdout, policy);
    printf(", \"usage\": %u", usage);
}

static void print_json_row(const struct row *row)
{
    const struct stored_key *stored = &row->stored;

    print_json_fields(stored->name, stored->algorithm, stored->material->bits, stored->export_policy,
                      stored->key_usage);
}

/* --- list --- */

/* 0: no memory. */
static int add_row(struct row **rows, size_t *count, struct stored_key *stored)
{
    struct row *longer = realloc(*rows, (*count + 1) * sizeof(*longer));

    if (longer) *rows = longer;
    if (!longer || !(longer[*count].name = name_text(stored->name)))
    {
        stored_key_free(stored);
        return 0;
    }
    longer[(*count)++].stored = *stored;
    return 1;
}

static nte_status read_rows(const struct provider_class *provider, struct row **rows, size_t *count)
{
    struct stored_key stored = {0};
    struct key_enum *keys;
    nte_status status;

    if ((status = key_enum_open(provider, NULL, 0, &keys))) return status;
    while (!(status = key_enum_next(keys, &stored)))
    {
        if (!add_row(rows, count, &stored)) status = NTE_NO_MEMORY;
        memset(&stored, 0, sizeof(stored));
        if (status) break;
    }
    key_enum_free(keys);
    return status == NTE_NO_MORE_ITEMS ? NTE_SUCCESS : status;
}

static void print_rows(const struct settings *settings, const struct row *rows, size_t count)
{
    size_t i;

    if (settings->json) printf("[");
    else if (count) printf("%-32s %-14s %6s %-18s %s\n", "NAME", "ALGORITHM", "LENGTH", "POLICY", "USAGE");
    for (i = 0; i < count; i++)
    {
        if (!settings->json) print_row(&rows[i]);
        else
        {
            printf("%s\n  {", i ? "," : "");
            print_json_row(&rows[i]);
            printf("}");
        }
    }
    if (settings->json) printf("%s]\n", count ? "\n" : "");
}

typedef int provider_use(const struct settings *settings, struct object *object);

static int with_provider(const struct settings *settings, const struct provider_class *class, provider_use *use)
{
    struct provider *provider;
    nte_status status;
    int result;

    if ((status = provider_open(class, &provider))) return fail_status(status, "%s", settings->provider);
    result = use(settings, &provider->object);
    object_free(&provider->object);
    return result;
}

/* Some tokens show nothing before somebody logs in. */
static int log_in(const struct settings *settings, const struct provider_class *class)
{
    return settings->pin_file ? with_provider(settings, class, pin_give) : EXIT_DONE;
}

/* A list is empty as well when the token is in no slot. */
static int check_presence(const struct settings *settings, struct object *object)
{
    struct token *token;
    nte_status status = token_of(object, &token);

    return !status || status == NTE_NOT_SUPPORTED ? EXIT_DONE : fail_status(status, "%s", settings->provider);
}

int token_list(const struct settings *settings, const struct provider_class *provider)
{
    struct row *rows = NULL;
    size_t count = 0;
    nte_status status;
    int result;

    if ((result = log_in(settings, provider))) return result;
    if ((status = read_rows(provider, &rows, &count))) result = fail_status(status, "%s", settings->provider);
    else if (!count) result = with_provider(settings, provider, check_presence);
    if (!result)
    {
        if (count) qsort(rows, count, sizeof(*rows), compare_rows);
        print_rows(settings, rows, count);
    }
    free_rows(rows, count);
    return result;
}

/* --- one key --- */

static int open_key(const struct settings *settings, const struct provider_class *provider, struct key **key)
{
    struct writer wide = {0};
    nte_status status = NTE_INVALID_PARAMETER;
    struct key_name name = {0};

    if (to_utf16(settings->argument, &wide) && wide.used > 2)
    {
        name.name = name.folded = (const uint16_t *)wide.data;
        status = key_open(provider, name, 0, FLAG_SILENT, key);
    }
    writer_free(&wide);
    if (status == NTE_INVALID_PARAMETER) return fail(EXIT_USAGE, "%s: not the name of a key", settings->argument);
    return status ? fail_status(status, "%s", settings->argument) : EXIT_DONE;
}

/* A string of the key; "" when it has none. */
static const uint16_t *text_property(struct key *key, const uint16_t *name, uint16_t text[MOST_TEXT])
{
    uint32_t size;

    memset(text, 0, MOST_TEXT * sizeof(*text));
    if (property_get(&key->object, name, 0, (uint8_t *)text, (MOST_TEXT - 1) * sizeof(*text), &size)) *text = 0;
    return text;
}

static int has_certificate(struct key *key)
{
    uint32_t size;

    return !property_get(&key->object, u"SmartCardKeyCertificate", 0, NULL, 0, &size) && size;
}

static void print_key(struct key *key)
{
    uint16_t value[MOST_TEXT];
    char text[65];

    printf("name:         ");
    print_name(stdout, key->name);
    printf("\nunique name:  ");
    print_name(stdout, text_property(key, u"Unique Name", value));
    printf("\nalgorithm:    %s\nlength:       %u\n", key->alg->id, key->bits);
    policy_text(key->export_policy, text);
    printf("policy:       %s\n", text);
    usage_text(key->key_usage, text);
    printf("usage:        %s\nreader:       ", text);
    print_name(stdout, text_property(key, u"SmartCardReader", value));
    printf("\ncertificate:  %s\n", has_certificate(key) ? "yes" : "no");
    if (fingerprint(key->material, text)) printf("public key:   SHA-256 %s\n", text);
}

static void print_json_key(struct key *key)
{
    uint16_t value[MOST_TEXT];
    char text[65];

    printf("{");
    print_json_fields(key->name, key->alg->id, key->bits, key->export_policy, key->key_usage);
    printf(", \"unique_name\": ");
    json_name(stdout, text_property(key, u"Unique Name", value));
    printf(", \"reader\": ");
    json_name(stdout, text_property(key, u"SmartCardReader", value));
    printf(", \"certificate\": %s", has_certificate(key) ? "true" : "false");
    if (fingerprint(key->material, text)) printf(", \"public_key_sha256\": \"%s\"", text);
    printf("}\n");
}

int token_show(const struct settings *settings, const struct provider_class *provider)
{
    struct key *key;
    int result;

    if ((result = log_in(settings, provider)) || (result = open_key(settings, provider, &key))) return result;
    if (settings->json) print_json_key(key);
    else print_key(key);
    key_free(key);
    return EXIT_DONE;
}

/* --- export and delete --- */

/* Before somebody logs in a token may not show what the policy of a key is. */
static int hides_policy(const struct key *key)
{
    struct material *whole;
    nte_status status = key->material->family->extract(key->material, &whole);

    if (!status) whole->family->free(whole);
    return status == NTE_SILENT_CONTEXT;
}

static int open_again(const struct settings *settings, const struct provider_class *provider, struct key **key)
{
    int result = pin_give(settings, &(*key)->object);

    key_free(*key);
    *key = NULL;
    return result ? result : open_key(settings, provider, key);
}

int token_export(const struct settings *settings, const struct provider_class *provider)
{
    struct key *key;
    int result;

    if ((result = open_key(settings, provider, &key))) return result;
    if (settings->private && !(key->export_policy & (ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT)) && hides_policy(key))
        result = open_again(settings, provider, &key);
    if (!result) result = export_key(settings, key);
    key_free(key);
    return result;
}

int token_delete(const struct settings *settings, const struct provider_class *provider)
{
    struct key *key;
    int result;

    if ((result = open_key(settings, provider, &key))) return result;
    return remove_key(settings, key);
}
