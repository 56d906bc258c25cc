/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PKCS #11 modules, loaded when a key or token is first looked for, and never finalized (row C.56). */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "p11.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;    /* guards the lists; held while a file is loaded */
static struct p11_module *all;
static int has_configured;          /* those that p11-kit knows are among all */
static struct token_scope *scopes;

/* --- scopes --- */

static int same_text(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static struct token_scope *known_scope(const char *uri, int is_card)
{
    struct token_scope *scope = scopes;

    while (scope && (!same_text(scope->text, uri) || scope->is_card != is_card)) scope = scope->next;
    return scope;
}

static nte_status new_scope(const char *uri, int is_card, struct token_scope **scope)
{
    struct token_scope *new = engine.alloc(sizeof(*new));
    nte_status status;

    if (!new) return NTE_NO_MEMORY;
    new->is_card = is_card;
    status = p11_uri_parse(uri, &new->uri);
    if (!status && uri && !(new->text = p11_copy_string(uri))) status = NTE_NO_MEMORY;
    if (status)
    {
        if (new->uri) p11_uri_free(new->uri);
        engine.free(new);
        return status;
    }
    new->next = scopes;
    scopes = new;
    *scope = new;
    return NTE_SUCCESS;
}

static nte_status check_path(const struct token_scope *scope)
{
    const char *path = p11_kit_uri_get_module_path(scope->uri);

    if (!path || !access(path, R_OK)) return NTE_SUCCESS;
    p11_tell("the PKCS #11 module %s cannot be read", path);
    return NTE_PROV_DLL_NOT_FOUND;
}

nte_status p11_scope_open(const char *uri, int is_card, struct token_scope **scope)
{
    nte_status status = NTE_SUCCESS;

    pthread_mutex_lock(&lock);
    if (!(*scope = known_scope(uri, is_card))) status = new_scope(uri, is_card, scope);
    pthread_mutex_unlock(&lock);
    return status ? status : check_path(*scope);
}

/* --- modules --- */

static struct p11_module *add_module(CK_FUNCTION_LIST *f, const char *path, const char *name)
{
    struct p11_module *module = engine.alloc(sizeof(*module)), **end = &all;

    if (!module) return NULL;
    pthread_mutex_init(&module->starting, NULL);
    module->f = f;
    module->path = path ? p11_copy_string(path) : NULL;
    module->name = name ? p11_copy_string(name) : NULL;
    while (*end) end = &(*end)->next;               /* p11-kit sorts them by priority */
    *end = module;
    return module;
}

static void add_configured(void)
{
    CK_FUNCTION_LIST **list, **f;
    char *name;

    if (has_configured) return;
    has_configured = 1;
    if (!(list = p11_kit_modules_load(NULL, 0))) return;
    for (f = list; *f; f++)
    {
        if (p11_kit_module_get_flags(*f) & P11_KIT_MODULE_TRUSTED) continue;    /* certificates and nothing else */
        name = p11_kit_module_get_name(*f);
        add_module(*f, NULL, name);
        free(name);
    }
    free(list);
}

static struct p11_module *module_at(const char *path)
{
    struct p11_module *module = all;
    CK_FUNCTION_LIST *f;

    while (module && (!module->path || strcmp(module->path, path))) module = module->next;
    if (module) return module;
    if ((f = p11_kit_module_load(path, 0))) return add_module(f, path, NULL);
    p11_tell("the PKCS #11 module %s does not load: %s", path, p11_kit_message());
    return NULL;
}

#define RETRY_SECONDS 2

/* What it needs, a server or pcscd, may have come up since. */
static int may_start(const struct p11_module *module)
{
    if (module->state == MODULE_FAILED) return time(NULL) - module->failed_at >= RETRY_SECONDS;
    return module->state == MODULE_NEW;
}

static void start(struct p11_module *module)
{
    CK_RV rv = p11_kit_module_initialize(module->f);

    module->state = rv ? MODULE_FAILED : MODULE_READY;
    if (rv && !module->failed_at)
        p11_tell("the PKCS #11 module %s does not start: %s", module->path ? module->path : module->name,
                 p11_kit_strerror(rv));
    if (rv) module->failed_at = time(NULL);
}

static int is_ready(struct p11_module *module)
{
    int ready;

    pthread_mutex_lock(&module->starting);
    if (may_start(module)) start(module);
    ready = module->state == MODULE_READY;
    pthread_mutex_unlock(&module->starting);
    return ready;
}

static int belongs(const struct p11_module *module, const char *path, const char *name)
{
    if (path) return module->path && !strcmp(module->path, path);
    if (module->path) return 0;
    return !name || (module->name && !strcmp(module->name, name));
}

/* Whether they have started or not. lock is held. */
static nte_status find_modules(const char *path, const char *name, struct p11_module ***modules)
{
    struct p11_module *module;
    size_t count = 0;

    if (!path) add_configured();
    else if (!module_at(path)) return NTE_PROV_DLL_NOT_FOUND;
    for (module = all; module; module = module->next) count++;
    if (!(*modules = engine.alloc((count + 1) * sizeof(**modules)))) return NTE_NO_MEMORY;
    for (count = 0, module = all; module; module = module->next)
        if (belongs(module, path, name)) (*modules)[count++] = module;
    return NTE_SUCCESS;
}

/* Takes those out of the array that are not; how many are left. */
static size_t keep_ready(struct p11_module **modules)
{
    size_t count = 0, i;

    for (i = 0; modules[i]; i++) if (is_ready(modules[i])) modules[count++] = modules[i];
    modules[count] = NULL;
    return count;
}

nte_status p11_modules(const struct token_scope *scope, struct p11_module ***modules)
{
    nte_status status;

    pthread_mutex_lock(&lock);
    status = find_modules(p11_kit_uri_get_module_path(scope->uri), p11_kit_uri_get_module_name(scope->uri), modules);
    pthread_mutex_unlock(&lock);
    if (status || keep_ready(*modules)) return status;
    engine.free(*modules);
    return NTE_DEVICE_NOT_READY;
}
