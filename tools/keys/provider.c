/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which provider --provider means: keys in files, the TPM, or the tokens that its name stands for in the prefix, as
 * ncryptprov.dll reads it (token_configuration.c). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "keys.h"
#include "provider/pkcs11/token_provider.h"
#include "provider/tpm/tpm_provider.h"

#define CONFIGURATIONS "Software\\ncrypt for Wine\\Providers\\"
#define MOST_NAME 255               /* characters, all of them ASCII */
#define MOST_URI  0x2000            /* bytes */
#define MOST_PATH 4096

#define MODULES "/x86_64-unix/"
#define MOST_MODULE sizeof(INSTALLED MODULES "ncryptprov_pkcs11.so")

/* This program's own place ends in `end`: then the module is in `folder` there. */
static int find_beside(const char *end, const char *folder, const char *file, char path[MOST_PATH + MOST_MODULE])
{
    ssize_t length = readlink("/proc/self/exe", path, MOST_PATH), directory = length - (ssize_t)strlen(end);

    if (directory <= 0 || memcmp(path + directory, end, strlen(end))) return 0;
    strcat(strcpy(path + directory, folder), file);
    return !access(path, R_OK);
}

/* Where the tokens, or the TPM, are reached: in the build directory, in an unpacked archive, or where all is
 * installed. */
static void find_module(const char *file, void (*module_is)(const char *path))
{
    char path[MOST_PATH + MOST_MODULE];

    if (!find_beside("/tools/keys/ncrypt-keys", MODULES, file, path) &&
        !find_beside("/ncrypt-keys", "/lib" MODULES, file, path))
        strcat(strcpy(path, INSTALLED MODULES), file);
    module_is(path);
}

struct configuration
{
    int is_card, has_uri;
    char uri[MOST_URI];
};

static int read_configuration(const struct prefix *prefix, const char *name, struct configuration *configuration)
{
    char key[sizeof(CONFIGURATIONS) + MOST_NAME], class[16];
    int result;

    snprintf(key, sizeof(key), CONFIGURATIONS "%s", name);
    if ((result = prefix_value(prefix, key, "Uri", configuration->uri, sizeof(configuration->uri)))) return result;
    if ((result = prefix_value(prefix, key, "Class", class, sizeof(class)))) return result;
    configuration->has_uri = *configuration->uri != 0;
    configuration->is_card = !strcasecmp(class, "smartcard");
    return EXIT_DONE;
}

/* The row of that name, in any case; NULL: a name that only a configuration can have. */
static const struct provider_class *row_of(const char *name)
{
    const struct provider_class *row;
    struct writer wide = {0};

    row = to_utf16(name, &wide) ? provider_find((const uint16_t *)wide.data) : NULL;
    writer_free(&wide);
    return row;
}

static int open_tokens(const struct provider_class *row, const char *name, const char *uri,
                       const struct provider_class **provider)
{
    nte_status status;

    find_module("ncryptprov_pkcs11.so", token_module_is);
    status = row->open(row, name, uri, provider);
    return status ? fail_status(status, "%s", name) : EXIT_DONE;
}

static int is_name(const char *name)
{
    size_t i;

    for (i = 0; name[i]; i++) if (name[i] < ' ' || name[i] > '~' || name[i] == '\\') return 0;
    return i && i <= MOST_NAME;
}

static int find_tokens(const struct prefix *prefix, const char *name, const struct provider_class **provider)
{
    struct configuration *configuration = calloc(1, sizeof(*configuration));
    const struct provider_class *row = row_of(name);
    int result;

    if (!configuration) return fail(EXIT_FAILED, "out of memory");
    if (!(result = read_configuration(prefix, name, configuration)))
    {
        if (!row && configuration->has_uri) row = configuration->is_card ? &card_provider : &token_provider;
        if (!row) result = fail(EXIT_NOT_FOUND, "%s: no provider of ours in this prefix (ncrypt-wine provider list; "
                                "Wine writes what was just added after half a minute)", name);
        else if (!(result = owner_remain()))
            result = open_tokens(row, name, configuration->has_uri ? configuration->uri : NULL, provider);
    }
    wipe(configuration, sizeof(*configuration));
    free(configuration);
    return result;
}

/* Its keys are files of the prefix, which can be looked at without it. */
static int is_tpm(const char *name)
{
    return !strcasecmp(name, "tpm") || row_of(name) == &tpm_provider;
}

int provider_open_tpm(void)
{
    const struct provider_class *opened;
    nte_status status;

    find_module("ncryptprov_tpm.so", tpm_module_is);
    if (!(status = tpm_provider.open(&tpm_provider, tpm_provider.name, NULL, &opened))) return EXIT_DONE;
    if (status == NTE_DEVICE_NOT_READY) return fail(EXIT_NOT_FOUND, "the TPM cannot be reached");
    return fail_status(status, "%s", tpm_provider.name);
}

int provider_choose(const struct settings *settings, const struct prefix *prefix,
                    const struct provider_class **provider)
{
    const char *name = settings->provider;

    *provider = &software_provider;
    if (!name) return EXIT_DONE;
    if (!is_name(name)) return fail(EXIT_USAGE, "%s: not the name of a provider", name);
    if (row_of(name) == &software_provider) return EXIT_DONE;
    if (is_tpm(name))
    {
        words_of_tpm();
        *provider = &tpm_provider;
        return EXIT_DONE;
    }
    if (settings->flags || settings->user)
        return fail(EXIT_USAGE, "--%s means nothing to %s: a token has the same keys for every user",
                    settings->user ? "user" : "machine", name);
    words_of_tokens();
    return find_tokens(prefix, name, provider);
}
