/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Modules beside the engine, each for what needs a library that not everybody has: one is loaded when a program first
 * asks for what it does, so the others have nothing of it in their memory. */
#ifndef ENGINE_MODULE_H
#define ENGINE_MODULE_H

#include <pthread.h>

#include "base/memory.h"
#include "base/status.h"

/* What the engine lends a module. */
struct engine_services
{
    void *(*alloc)(size_t size);    /* secret_alloc, secret_free */
    void (*free)(void *block);
    void (*write)(struct writer *w, const void *data, size_t size);
    void (*tell)(const char *line); /* to stderr */
};

/* The one symbol of a module: its table of functions, which begins with the number of the interface (uint32_t). */
typedef const void *module_entry(const struct engine_services *services);

struct module
{
    const char *file;               /* in the engine's own directory */
    const char *entry;              /* name of its symbol */
    const char *subject;            /* what there is none of without it, for the user */
    const char *package;            /* that has it */
    uint32_t interface;             /* both sides are built together; a mixture must not load */
    nte_status missing;             /* the status when the file is not there */
    char test_path[4096];           /* the file itself, for tests; or "" */

    pthread_mutex_t mutex;          /* PTHREAD_MUTEX_INITIALIZER; guards what follows */
    int was_tried;
    nte_status result;
    const void *calls;
};

/* The module's file, in place of the one beside the engine: for tests, and for tools that are not beside it. */
void module_is(struct module *module, const char *path);

/* Loads the module when this is first called; the answer is the same ever after. NTE_DEVICE_NOT_READY: it does not
 * load. One line on stderr says why, once. */
nte_status module_load(struct module *module);

/* The module's table, once module_load has succeeded. */
static inline const void *module_calls(const struct module *module)
{
    return module->calls;
}

/* Writes a line for the user to stderr. */
void module_tell(const char *line);

#endif
