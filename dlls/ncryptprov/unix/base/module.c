/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Loading a module that lies beside the engine; see module.h. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/module.h"

#define MOST_PATH 4096

void module_tell(const char *line)
{
    fprintf(stderr, "ncrypt: %s\n", line);
}

static const struct engine_services services =
{
    .alloc = secret_alloc,
    .free = secret_free,
    .write = write_bytes,
    .tell = module_tell,
};

void module_is(struct module *module, const char *path)
{
    snprintf(module->test_path, sizeof(module->test_path), "%s", path);
}

/* In the engine's own directory. */
static int find_path(const struct module *module, char path[MOST_PATH])
{
    const char *slash;
    Dl_info info;

    if (*module->test_path) return snprintf(path, MOST_PATH, "%s", module->test_path) < MOST_PATH;
    if (!dladdr((void *)find_path, &info) || !(slash = strrchr(info.dli_fname, '/'))) return 0;
    return snprintf(path, MOST_PATH, "%.*s/%s", (int)(slash - info.dli_fname), info.dli_fname,
                    module->file) < MOST_PATH;
}

static nte_status not_there(const struct module *module, const char *path)
{
    char line[MOST_PATH + 160];

    snprintf(line, sizeof(line), "no %s: %s is not there (package %s)", module->subject, path, module->package);
    module_tell(line);
    return module->missing;
}

static nte_status unusable(const struct module *module, const char *why)
{
    char line[MOST_PATH];

    snprintf(line, sizeof(line), "no %s: %s", module->subject, why);
    module_tell(line);
    return NTE_DEVICE_NOT_READY;
}

static nte_status load(struct module *module)
{
    const uint32_t *calls;
    module_entry *entry;
    char path[MOST_PATH];
    void *library;

    if (!find_path(module, path)) return unusable(module, "the engine does not find its own directory");
    if (access(path, R_OK)) return not_there(module, path);
    if (!(library = dlopen(path, RTLD_NOW | RTLD_LOCAL))) return unusable(module, dlerror());
    if (!(entry = (module_entry *)dlsym(library, module->entry))) return unusable(module, dlerror());
    if (!(calls = entry(&services)) || *calls != module->interface)
        return unusable(module, "the module is of another version");
    module->calls = calls;
    return NTE_SUCCESS;
}

nte_status module_load(struct module *module)
{
    nte_status status;

    pthread_mutex_lock(&module->mutex);
    if (!module->was_tried) module->result = load(module);
    module->was_tried = 1;
    status = module->result;
    pthread_mutex_unlock(&module->mutex);
    return status;
}
