/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The Secret Service as keeper of store keys; see store_keeper.h. libsecret is loaded when a store key is asked for,
 * and stays loaded: GLib cannot be unloaded. The few declarations that we need are here, so that neither building nor
 * running depends on it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_keeper.h"

#define LIBRARY         "libsecret-1.so.0"
#define ATTRIBUTE       "store-key-id"
#define SESSION_BUS     2
#define DONT_MATCH_NAME 2
#define HEX_ID_SIZE     (2 * STORE_KEY_ID_SIZE + 1)
#define HEX_KEY_SIZE    (2 * STORE_KEY_SIZE + 1)

/* --- libsecret and GLib, as their binary interface has it --- */

struct schema
{
    const char *name;
    int flags;
    struct { const char *name; int type; } attributes[32];
    int reserved;
    void *reserved_pointers[7];
};

struct error
{
    uint32_t domain;
    int code;
    char *message;
};

struct list                         /* the head of a GList */
{
    void *data;
    struct list *next, *previous;
};

/* A locked collection reveals the attributes of its items but not their schema: a search by schema would find nothing
 * there, and the user would not be asked for the password. */
static const struct schema schema =
{
    .name = "ncrypt.StoreKey",
    .flags = DONT_MATCH_NAME,
    .attributes = {{ATTRIBUTE, 0}},
};

static struct
{
    int (*store)(const struct schema *, const char *collection, const char *label, const char *password,
                 void *cancellable, struct error **, ...);
    char *(*lookup)(const struct schema *, void *cancellable, struct error **, ...);
    struct list *(*search)(const struct schema *, int flags, void *cancellable, struct error **, ...);
    void (*free_password)(char *);
    void (*disconnect)(void);
    void (*free_error)(struct error *);
    void (*free_list)(struct list *, void (*)(void *));
    void (*unref)(void *);
    void *(*get_bus)(int type, void *cancellable, struct error **);
    void (*set_exit_on_close)(void *bus, int exit);
} lib;

static char load_error[KEEPER_TEXT_MAX];

static int load_symbol(void *module, const char *name, void *function)
{
    void *symbol = dlsym(module, name);

    if (!symbol) snprintf(load_error, sizeof(load_error), "%s", dlerror());
    memcpy(function, &symbol, sizeof(symbol));
    return symbol != NULL;
}

static void load(void)
{
    void *module = dlopen(LIBRARY, RTLD_NOW);
    int whole;

    if (!module)
    {
        snprintf(load_error, sizeof(load_error), "%s", dlerror());
        return;
    }
    whole = load_symbol(module, "secret_password_store_sync", &lib.store);
    whole = whole && load_symbol(module, "secret_password_lookup_nonpageable_sync", &lib.lookup);
    whole = whole && load_symbol(module, "secret_password_search_sync", &lib.search);
    whole = whole && load_symbol(module, "secret_password_free", &lib.free_password);
    whole = whole && load_symbol(module, "secret_service_disconnect", &lib.disconnect);
    whole = whole && load_symbol(module, "g_error_free", &lib.free_error);
    whole = whole && load_symbol(module, "g_list_free_full", &lib.free_list);
    whole = whole && load_symbol(module, "g_object_unref", &lib.unref);
    whole = whole && load_symbol(module, "g_bus_get_sync", &lib.get_bus);
    if (whole) load_symbol(module, "g_dbus_connection_set_exit_on_close", &lib.set_exit_on_close);
}

/* --- a conversation --- */

struct session
{
    sigset_t signals;
    void *bus;
};

static nte_status fail(char *why, struct error *error, const char *otherwise)
{
    snprintf(why, KEEPER_TEXT_MAX, "%s", error ? error->message : otherwise);
    if (error) lib.free_error(error);
    return NTE_DEVICE_NOT_READY;
}

/* Without one GLib would start a bus of its own, where nobody answers. */
static int has_bus(void)
{
    const char *address = getenv("DBUS_SESSION_BUS_ADDRESS"), *directory = getenv("XDG_RUNTIME_DIR");
    char path[256];
    struct stat st;

    if (address && *address) return 1;
    if (!directory || snprintf(path, sizeof(path), "%s/bus", directory) >= (int)sizeof(path)) return 0;
    return !stat(path, &st);
}

static void end(struct session *session)
{
    if (session->bus)
    {
        lib.disconnect();
        lib.unref(session->bus);
    }
    pthread_sigmask(SIG_SETMASK, &session->signals, NULL);
}

/* GLib makes threads, which inherit the mask: Wine's signal handlers must not run in threads that it does not know. Nor
 * may a program end when the bus does, as GLib would have it. */
static nte_status begin(struct session *session, char *why)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct error *error = NULL;
    sigset_t all;

    session->bus = NULL;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &session->signals);
    pthread_once(&once, load);
    if (!lib.set_exit_on_close) return fail(why, NULL, load_error);
    if (!has_bus()) return fail(why, NULL, "there is no D-Bus session bus");
    if (!(session->bus = lib.get_bus(SESSION_BUS, NULL, &error))) return fail(why, error, "no session bus");
    lib.set_exit_on_close(session->bus, 0);
    return NTE_SUCCESS;
}

/* --- numbers as text --- */

static void to_hex(char *text, const uint8_t *data, size_t size)
{
    static const char digits[] = "0123456789abcdef";

    for (; size; size--, data++)
    {
        *text++ = digits[*data >> 4];
        *text++ = digits[*data & 15];
    }
    *text = 0;
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int from_hex(uint8_t *data, size_t size, const char *text)
{
    if (strlen(text) != 2 * size) return 0;
    for (; size; size--, text += 2)
    {
        if (digit(text[0]) < 0 || digit(text[1]) < 0) return 0;
        *data++ = digit(text[0]) << 4 | digit(text[1]);
    }
    return 1;
}

/* --- the keeper --- */

/* No key and no error: the key is in a locked collection that nobody opened. */
static nte_status explain_nothing(const char *id, char *why)
{
    struct error *error = NULL;
    struct list *found = lib.search(&schema, 0, NULL, &error, ATTRIBUTE, id, NULL);

    if (error) return fail(why, error, "");
    if (found)
    {
        lib.free_list(found, lib.unref);
        return fail(why, NULL, "it is locked");
    }
    snprintf(why, KEEPER_TEXT_MAX, "it has no key " ATTRIBUTE "=%s", id);
    return NTE_BAD_KEY_STATE;
}

static nte_status look_up(struct store_key *key, char *why)
{
    struct error *error = NULL;
    char id[HEX_ID_SIZE], *text;
    nte_status status = NTE_SUCCESS;

    to_hex(id, key->id, STORE_KEY_ID_SIZE);
    text = lib.lookup(&schema, NULL, &error, ATTRIBUTE, id, NULL);
    if (error) return fail(why, error, "");
    if (!text) return explain_nothing(id, why);
    if (!from_hex(key->key, STORE_KEY_SIZE, text))
    {
        snprintf(why, KEEPER_TEXT_MAX, "its item " ATTRIBUTE "=%s is not a store key", id);
        status = NTE_BAD_KEY_STATE;
    }
    lib.free_password(text);
    return status;
}

static nte_status get(struct store_key *key, char why[KEEPER_TEXT_MAX])
{
    struct session session;
    nte_status status;

    if (!(status = begin(&session, why))) status = look_up(key, why);
    end(&session);
    return status;
}

static nte_status store(const struct store_key *key, const char *label, char *why)
{
    char id[HEX_ID_SIZE], text[HEX_KEY_SIZE], title[KEEPER_TEXT_MAX];
    struct error *error = NULL;
    int stored;

    to_hex(id, key->id, STORE_KEY_ID_SIZE);
    to_hex(text, key->key, STORE_KEY_SIZE);
    snprintf(title, sizeof(title), "Wine key store %s", label);
    stored = lib.store(&schema, "default", title, text, NULL, &error, ATTRIBUTE, id, NULL);
    wipe(text, sizeof(text));
    return stored ? NTE_SUCCESS : fail(why, error, "it did not take the key");
}

/* The service has written its file but may not have synced it, and the caller is about to delete its own copy. */
static nte_status put(const struct store_key *key, const char *label, char why[KEEPER_TEXT_MAX])
{
    struct session session;
    nte_status status;

    if (!(status = begin(&session, why))) status = store(key, label, why);
    end(&session);
    if (!status) sync();
    return status;
}

const struct keeper secret_service = {"Secret Service", get, put};
