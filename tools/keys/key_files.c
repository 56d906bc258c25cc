/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key files of a store, seen as files: which there are, what each says, which one is meant. Reads only; nothing
 * is moved aside here, as the provider does with a damaged file that it meets. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "algorithm.h"
#include "keys.h"
#include "provider/tpm/tpm_provider.h"

int keystore_open(const struct settings *settings, const struct prefix *prefix, const struct provider_class *provider,
                  struct keystore *keystore)
{
    const char *guid = *prefix->machine_guid ? prefix->machine_guid : "none";
    nte_status status;

    memset(keystore, 0, sizeof(*keystore));
    if ((status = engine_attach(prefix->user_dir, prefix->machine_dir, guid))) return fail_status(status, "engine");
    keystore->provider = provider;
    keystore->flags = settings->flags;
    keystore->machine_guid = prefix->machine_guid;
    if (!(keystore->store = provider_scope(provider, settings->flags))) return fail(EXIT_FAILED, "out of memory");
    keystore->path = store_directory(keystore->store);
    keystore->key_status = store_key_get(keystore->store, &keystore->key);
    return EXIT_DONE;
}

void keystore_close(struct keystore *keystore)
{
    wipe(keystore, sizeof(*keystore));
}

int keystore_make_parents(const struct keystore *keystore)
{
    char *copy = strdup(keystore->path), *slash;
    int error = copy ? 0 : ENOMEM;

    for (slash = copy ? strchr(copy + 1, '/') : NULL; slash && !error; slash = strchr(slash + 1, '/'))
    {
        *slash = 0;
        if (mkdir(copy, 0700) && errno != EEXIST) error = errno;
        *slash = '/';
    }
    free(copy);
    return error ? fail(EXIT_FAILED, "%s: %s", keystore->path, strerror(error)) : EXIT_DONE;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int add_name(struct names *names, const char *name)
{
    void *grown;

    if (!(names->count & (names->count - 1)))               /* full: a power of two, or nothing yet */
    {
        grown = realloc(names->name, (names->count ? 2 * names->count : 1) * sizeof(*names->name));
        if (!grown) return 0;
        names->name = grown;
    }
    strcpy(names->name[names->count++], name);
    return 1;
}

int names_read(const char *path, struct names *names)
{
    DIR *entries = opendir(path);
    struct dirent *entry;
    int good = 1;

    memset(names, 0, sizeof(*names));
    if (!entries) return errno == ENOENT ? EXIT_DONE : fail(EXIT_FAILED, "%s: %s", path, strerror(errno));
    while (good && (errno = 0, entry = readdir(entries)))
        if (is_unique_name(entry->d_name)) good = add_name(names, entry->d_name);
    if (good && errno) good = 0;
    closedir(entries);
    if (!good)
    {
        names_free(names);
        return fail(EXIT_FAILED, "%s: %s", path, strerror(errno ? errno : ENOMEM));
    }
    if (names->count) qsort(names->name, names->count, sizeof(*names->name), compare_names);
    return EXIT_DONE;
}

void names_free(struct names *names)
{
    free(names->name);
    memset(names, 0, sizeof(*names));
}

/* The length, from whatever part tells it. */
static uint32_t find_bits(const struct stored_key *stored)
{
    const struct algorithm *alg = algorithm_find_ascii(stored->algorithm);
    const struct blob_options none = {.algorithms = &all_algorithms};
    struct material *material = NULL;
    uint32_t bits;

    if (!alg) return 0;
    if (stored->public_part.size && alg->family->load_public)
        alg->family->load_public(stored->public_part, &none, &material);
    else if (stored->private_part.size && !stored->locked)
        alg->family->load(&all_algorithms, stored->private_part, &material);
    if (!material) return 0;
    bits = material->bits;
    material->alg->family->free(material);
    return bits;
}

/* What the chip gave out says whether it asks for a password. */
static int needs_password(const struct stored_key *stored)
{
    struct tpm_blob blob;
    int has_auth = 0;

    return stored->private_part.size && !tpm_opaque_read(stored->private_part, &blob, &has_auth) && has_auth;
}

/* Another process may write meanwhile, but never in place: each file is the old one or the new one. */
static nte_status decode(const struct keystore *keystore, struct bytes image, struct key_file *file)
{
    nte_status status = keystore->key_status;

    if (!status) status = keyfile_decode(image, &keystore->key, &file->stored);
    file->readable = !status;
    if (file->readable)
    {
        status = store_fits(keystore->store, file->unique, &file->stored);
        file->misplaced = status == NTE_BAD_DATA;
        return status;
    }
    if (status == NTE_BAD_VER) return status;
    file->readable = !keyfile_decode(image, NULL, &file->stored);
    return file->readable ? status : NTE_BAD_DATA;
}

void key_file_read(const struct keystore *keystore, const char *unique, struct key_file *file)
{
    char *path = store_path(keystore->store, unique);
    struct bytes image;

    memset(file, 0, sizeof(*file));
    strcpy(file->unique, unique);
    file->status = path ? dir_read(AT_FDCWD, path, KEYFILE_MAX, &image) : NTE_NO_MEMORY;
    free(path);
    if (file->status) return;
    file->status = decode(keystore, image, file);
    bytes_free(&image);
    if (!file->readable) return;
    file->bits = find_bits(&file->stored);
    if (keystore->provider == &tpm_provider) file->has_auth = needs_password(&file->stored);
}

void key_file_free(struct key_file *file)
{
    if (file->readable) stored_key_free(&file->stored);
    memset(file, 0, sizeof(*file));
}

const char *key_file_state(const struct key_file *file)
{
    if (file->misplaced) return "misplaced";
    switch (file->status)
    {
    case NTE_SUCCESS: return "ok";
    case NTE_BAD_DATA: return "damaged";
    case NTE_BAD_VER: return "newer version";
    case NTE_BAD_KEY_STATE: return "other store key";
    case NTE_BAD_KEYSET: return "gone";
    case NTE_DEVICE_NOT_READY: return "store key kept elsewhere";
    default: return "unreadable";
    }
}

int is_misplaced(const struct key_file *file)
{
    uint16_t *folded;
    char unique[UNIQUE_NAME_MAX];
    int misplaced = 0;

    if (!(folded = secret_alloc((u16_length(file->stored.name) + 1) * sizeof(*folded)))) return 0;
    if (fold_name(file->stored.name, folded) && !store_unique_name(folded, strchr(file->unique, '_') + 1, unique))
        misplaced = !!strcmp(unique, file->unique);
    secret_free(folded);
    return misplaced;
}

int is_stranger(const struct keystore *keystore, const char *unique)
{
    return *keystore->machine_guid && strcmp(strchr(unique, '_') + 1, keystore->machine_guid);
}

const char *key_file_protection(const struct key_file *file)
{
    const struct property *property;
    uint32_t flags = 0;

    if (!file->readable) return "unknown";
    if (file->stored.locked || file->has_auth) return "password";
    property = property_list_find_ascii(&file->stored.properties, "UI Policy");
    if (property && property->size >= 8) memcpy(&flags, property->data + 4, sizeof(flags));
    return flags ? "consent" : "none";
}

/* How well a file fits a name: 3 its own name, 2 the unique one, 1 but for case, 0 not at all. */
static int rank(const struct key_file *file, const uint16_t *name, const char *text)
{
    if (!strcmp(file->unique, text)) return 2;
    if (!file->readable || file->status == NTE_BAD_DATA) return 0;      /* under this name it is no key */
    if (u16_length(name) != u16_length(file->stored.name)) return 0;
    if (!memcmp(name, file->stored.name, u16_length(name) * sizeof(*name))) return 3;
    return same_folded(name, file->stored.name);
}

static int find_best(const struct keystore *keystore, const struct names *names, const uint16_t *name,
                     const char *text, struct key_file *file)
{
    int best = 0, same = 0, how;
    struct key_file next;
    size_t i;

    for (i = 0; i < names->count; i++)
    {
        key_file_read(keystore, names->name[i], &next);
        how = rank(&next, name, text);
        same = how == best ? same + !!how : how > best ? 1 : same;
        if (how > best)
        {
            key_file_free(file);
            *file = next;
            best = how;
        }
        else key_file_free(&next);
    }
    if (same == 1) return EXIT_DONE;
    key_file_free(file);
    if (!same) return fail(EXIT_NOT_FOUND, "%s: no such key in %s", text, keystore->path);
    return fail(EXIT_NOT_FOUND, "%s: matches %d keys; give the unique name of one (see list)", text, same);
}

int key_file_find(const struct keystore *keystore, const char *name, struct key_file *file)
{
    struct writer w = {0};
    struct names names;
    int result;

    memset(file, 0, sizeof(*file));
    if (!to_utf16(name, &w) || w.used <= 2)
    {
        writer_free(&w);
        return fail(EXIT_USAGE, "a name must have at least one character, in UTF-8");
    }
    if (!(result = names_read(keystore->path, &names)))
        result = find_best(keystore, &names, (const uint16_t *)w.data, name, file);
    names_free(&names);
    writer_free(&w);
    return result;
}

int key_file_open(const struct keystore *keystore, const struct key_file *file, struct key **key)
{
    uint16_t unique[UNIQUE_NAME_MAX];
    struct key_name name = {unique, unique, NULL};
    nte_status status = file->status;

    u16_from_ascii(unique, file->unique);
    if (!status) status = key_open(&software_provider, name, 0, keystore->flags | FLAG_SILENT, key);
    if (status) return fail_status(status, "%s", file->unique);
    if (!strcmp((*key)->unique, file->unique)) return EXIT_DONE;
    key_free(*key);
    return fail(EXIT_FAILED, "%s: another key uses this as its name", file->unique);
}
