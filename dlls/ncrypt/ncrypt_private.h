/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The inside of ncrypt.dll: modules (provider DLLs), objects (what handles stand for), buffers (what
 * NCryptFreeBuffer accepts). Every file includes this header and needs no other. */
#ifndef NCRYPT_PRIVATE_H
#define NCRYPT_PRIVATE_H

#include <windows.h>
#include <ncrypt.h>
#include <ncrypt_provider.h>

#include "hold.h"
#include "lock.h"
#include "protection.h"
#include "trace.h"

/* NTSTATUS codes that cross this DLL; winnt.h and ntstatus.h cannot both be included. */
#define NT_NOT_SUPPORTED        ((NTSTATUS)0xc00000bb)
#define NT_INVALID_HANDLE       ((NTSTATUS)0xc0000008)
#define NT_INVALID_PARAMETER    ((NTSTATUS)0xc000000d)

/* --- module.c: the providers; load.c: their DLLs --- */

struct module
{
    struct module *next;                /* among those of module.c */
    const WCHAR *name;                  /* of the provider; compared without case */
    const WCHAR *comment;
    const WCHAR *const *aliases;        /* of ours: other names to open it by, NULL at the end; NULL: none */
    BOOL (*can_open)(void);             /* of ours: one cheap look, never at a device; NULL: it always can be */
    const WCHAR *file;                  /* of the DLL: ours see own_module_find, others in the system directory */
    BOOL own;                           /* our provider, which knows the flags of unixlib.h */
    SRWLOCK lock;                       /* guards what follows, and is never held while the DLL is loaded */
    struct loading *loading;            /* the threads that are loading it */
    volatile LONG loaded;               /* the DLL is there, and what follows is complete */
    unsigned int users;                 /* of others' providers: those that module_leave waits for */
    volatile LONG told;                 /* why it does not work */
    HMODULE dll;
    GetKeyStorageInterfaceFn get_interface;
    GetKeyProtectionInterfaceFn get_protection; /* our provider; NULL: none */
    NCRYPT_KEY_STORAGE_FUNCTION_TABLE table;    /* members past its version are NULL */
};

/* Ours. The first is the default provider, and protects data. */
enum { SOFTWARE_MODULE, OWN_MODULE_COUNT };

extern struct module own_modules[OWN_MODULE_COUNT];

/* The one of ours that has this name, which is no alias; NULL: none. */
struct module *module_own(const WCHAR *name);

/* By the name or an alias, in the registry as it is now; NULL name: the default provider. NULL: no provider has
 * this name. */
struct module *module_find(const WCHAR *name);

/* The names of all providers, the default one first, in one block: each with its NUL, an empty one at the end.
 * HeapFree; NULL: no memory. */
WCHAR *module_names(void);

/* Loads the DLL unless that is done; for our own no lock is taken then. Threads that come together each load it, so
 * that none waits for another one, which might have to wait for the loader's lock. ncrypt.dll stays with it. The first
 * failure leaves one line on stderr, unless our own entry point gave NTE_PROVIDER_DLL_FAIL, which has told it.
 *   NTE_PROV_DLL_NOT_FOUND   somebody else's, not in the system directory
 *   NTE_PROVIDER_DLL_FAIL    it cannot be loaded, has no entry point, or that failed; or it opens itself while this
 *                            thread is loading it
 *   NTE_BAD_PROVIDER         no table, or one of version 0 or without what every provider must have */
SECURITY_STATUS module_load(struct module *module);

/* Takes back a module_load after which nothing of the provider is in use. When it was the last one the DLL is
 * unloaded; ours stays. */
void module_leave(struct module *module);

/* --- own_module.c: where our own provider lies --- */

#define PATH_MAX_CHARS 32768

/* Beside us. When Wine has us from one of its library directories and the prefix is older than our installation
 * there, no copy lies in the system directory: then the file in the library directory, by its full path, because
 * Wine does not look there for a name that no directory of Windows has. path: PATH_MAX_CHARS; where it should be
 * when it is nowhere. FALSE: we do not know where we are ourselves. */
BOOL own_module_find(const WCHAR *file, WCHAR *path);

/* --- handle.c: the table of handles --- */

enum object_type
{
    OBJECT_PROVIDER = 1,
    OBJECT_KEY = 2,
    OBJECT_SECRET = 4,
    OBJECT_DESCRIPTOR = 8,              /* these two are of no provider but the one that protects */
    OBJECT_STREAM = 16,
};
/* What NCryptFreeObject and the property functions take. */
#define OBJECT_ANY (OBJECT_PROVIDER | OBJECT_KEY | OBJECT_SECRET)

/* References: one while the handle is open, one for each running operation, and on a provider one for each of its
 * keys and secrets. Whoever drops the last one ends the provider DLL's own object. */
struct object;
typedef void object_end(struct object *object);

struct object
{
    enum object_type type;
    object_end *end;                    /* ends inner: the last reference is gone */
    volatile LONG refs;
    unsigned int opens;                 /* times that FreeObject takes; the handle is valid while not 0 */
    unsigned int slot;
    NCRYPT_HANDLE handle;               /* what the program sees; stays the same as long as the object lives */
    struct module *module;
    const NCRYPT_KEY_STORAGE_FUNCTION_TABLE *table;     /* of module */
    struct object *provider;            /* keys and secrets: theirs; a provider: itself */
    ULONG_PTR inner;                    /* what the provider DLL calls it */
    void *sink;                         /* streams: where the output goes */
};

/* An object that has no valid handle yet, to be filled in (inner) and then either published, which gives the
 * program's handle, or discarded, which frees it without telling the provider DLL. So nothing can fail once the
 * DLL has made its own object. provider NULL: this is one. NULL: no memory, too many handles, or the process is ending
 * with the table locked; object_shortage says which. */
struct object *object_new(enum object_type type, object_end *end, struct module *module, struct object *provider);
/* key.c: one for a key of provider. */
struct object *key_object_new(struct object *provider);
NCRYPT_HANDLE object_publish(struct object *object);
void object_discard(struct object *object);

static inline SECURITY_STATUS object_shortage(void)
{
    return is_process_ending() ? NTE_DEVICE_NOT_READY : NTE_NO_MEMORY;
}

/* The object of a handle, with a reference that object_release drops; NULL unless the handle is valid and of one
 * of types. */
struct object *object_grab(NCRYPT_HANDLE handle, unsigned int types);
void object_release(struct object *object);

/* Calls a function with a reference or with an object that is not published yet, which an exception gives back.
 * Whatever touches the program's memory or runs a provider's code is called like this. */
#define WITH_OBJECT(object, function, ...) HOLDING(object_release, object, function, __VA_ARGS__)
#define WITH_NEW_OBJECT(object, function, ...) HOLDING(object_discard, object, function, __VA_ARGS__)

/* NCryptFreeObject. The object itself lives on until its last operation and its last key are gone. */
SECURITY_STATUS object_close(NCRYPT_HANDLE handle);

/* The same for handles of one of types, which have a function of their own. */
SECURITY_STATUS object_close_type(NCRYPT_HANDLE handle, unsigned int types);

/* Makes the handle of a living object need one object_close more, reviving it if it was closed, and returns it. */
NCRYPT_HANDLE object_reopen(struct object *object);

/* For NCryptDeleteKey: the handle becomes invalid, and its reference is the caller's, who publishes the object again
 * (the same handle), releases it or discards it. Nothing is waited for: running operations keep their references, but
 * for a provider of others there must be none, since its DeleteKey frees the key.
 *   NTE_INVALID_HANDLE     where object_grab gives NULL
 *   NTE_DEVICE_NOT_READY   a provider of others, and an operation with the object is running */
SECURITY_STATUS object_withdraw(NCRYPT_HANDLE handle, unsigned int types, struct object **object);

/* Calls a function of the provider that object belongs to; NTE_NOT_SUPPORTED when it lacks that function. */
#define CALL(object, function, ...) \
    ((object)->table->function ? (object)->table->function(__VA_ARGS__) : NTE_NOT_SUPPORTED)

/* *result of a call that says how much it wrote or needs; untouched unless status means that. */
static inline SECURITY_STATUS give_size(SECURITY_STATUS status, DWORD size, DWORD *result)
{
    if (!status || status == NTE_BUFFER_TOO_SMALL) *result = size;
    return status;
}

/* --- key.c --- */

/* NCryptOpenKey, with the flags that are between us and our provider; *result is 0 before. */
SECURITY_STATUS object_open_key(struct object *provider, NCRYPT_KEY_HANDLE *result, const WCHAR *name, DWORD key_spec,
                                DWORD flags);

/* --- buffer.c: memory that the program gives back through NCryptFreeBuffer --- */

struct buffer
{
    struct buffer *next;
    void *data;
    struct module *module;              /* whose FreeBuffer ends data; NULL: HeapFree */
    BOOL is_state;                      /* enumeration state of EnumKeys */
};

/* A record not yet known to NCryptFreeBuffer; NULL: no memory. buffer_drop frees the record only. */
struct buffer *buffer_new(struct module *module, BOOL is_state);
void buffer_drop(struct buffer *buffer);

/* Makes data known. Takes the record over. */
void buffer_put(struct buffer *buffer, void *data);

/* Takes the record of data out: from then on nobody else can. NULL: not known. */
struct buffer *buffer_take(void *data);

/* The same if data is an enumeration state of module, and otherwise nothing. */
struct buffer *buffer_take_state(void *data, const struct module *module);

/* Ends data, and the record. */
SECURITY_STATUS buffer_end(struct buffer *buffer);

/* --- ui_policy.c: "UI Policy", a struct with pointers for programs and a flat blob for providers --- */

SECURITY_STATUS ui_policy_get(struct object *key, PBYTE output, DWORD size, DWORD *result, DWORD flags);
SECURITY_STATUS ui_policy_set(struct object *key, const BYTE *input, DWORD size, DWORD flags);

#endif
