/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Loading ncryptprov_pkcs11.so, which lies beside the engine: so programs that never open a provider of tokens have
 * nothing of p11-kit in their memory. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "provider/pkcs11/token_provider.h"

#define MODULE_FILE "ncryptprov_pkcs11.so"
#define MOST_PATH 4096

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct token_calls *loaded;
static nte_status result;
static int was_tried;
static char test_path[MOST_PATH];

void token_module_is(const char *path)
{
    snprintf(test_path, sizeof(test_path), "%s", path);
}

static void tell(const char *line)
{
    fprintf(stderr, "ncrypt: %s\n", line);
}

static const struct token_engine lent =
{
    .alloc = secret_alloc,
    .free = secret_free,
    .write = write_bytes,
    .tell = tell,
};

/* The engine's own directory. */
static int find_path(char path[MOST_PATH])
{
    const char *slash;
    Dl_info info;

    if (*test_path) return snprintf(path, MOST_PATH, "%s", test_path) < MOST_PATH;
    if (!dladdr((void *)find_path, &info) || !(slash = strrchr(info.dli_fname, '/'))) return 0;
    return snprintf(path, MOST_PATH, "%.*s/" MODULE_FILE, (int)(slash - info.dli_fname), info.dli_fname) < MOST_PATH;
}

static nte_status no_module(const char *path)
{
    char line[MOST_PATH + 80];

    snprintf(line, sizeof(line), "no keys on tokens: %s is not there (package ncrypt-wine-pkcs11)", path);
    tell(line);
    return NTE_PROV_DLL_NOT_FOUND;
}

static nte_status unusable(const char *why)
{
    char line[MOST_PATH];

    snprintf(line, sizeof(line), "no keys on tokens: %s", why);
    tell(line);
    return NTE_DEVICE_NOT_READY;
}

static nte_status load(void)
{
    const struct token_calls *calls;
    token_module_entry *entry;
    char path[MOST_PATH];
    void *module;

    if (!find_path(path)) return unusable("the engine does not find its own directory");
    if (access(path, R_OK)) return no_module(path);
    if (!(module = dlopen(path, RTLD_NOW | RTLD_LOCAL))) return unusable(dlerror());
    if (!(entry = (token_module_entry *)dlsym(module, TOKEN_MODULE_ENTRY))) return unusable(dlerror());
    if (!(calls = entry(&lent)) || calls->interface != TOKEN_INTERFACE)
        return unusable(MODULE_FILE " is of another version");
    loaded = calls;
    return NTE_SUCCESS;
}

nte_status token_module(void)
{
    nte_status status;

    pthread_mutex_lock(&lock);
    if (!was_tried) result = load();
    was_tried = 1;
    status = result;
    pthread_mutex_unlock(&lock);
    return status;
}

const struct token_calls *token_calls(void)
{
    return loaded;
}
