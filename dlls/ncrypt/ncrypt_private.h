/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Internals of ncrypt.dll: modules (provider DLLs), objects (behind handles), buffers (what NCryptFreeBuffer
 * accepts). Every file includes this header and needs no other. */
#ifndef NCRYPT_PRIVATE_H
#define NCRYPT_PRIVATE_H

#include <windows.h>
#include <ncrypt.h>
#include <ncrypt_provider.h>

#include "encapsulation.h"
#include "hold.h"
#include "lock.h"
#include "protection.h"
#include "trace.h"
#include "wine_directory.h"

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
    const WCHAR *file;                  /* the DLL: for ours see own_module_find, others are in the system directory */
    BOOL own;                           /* our provider, which knows the flags of unixlib.h */
    SRWLOCK lock;                       /* guards what follows, and is never held while the DLL is loaded */
    struct loading *loading;            /* the threads that are loading it */
    volatile LONG loaded;               /* the DLL is there, and what follows is complete */
    unsigned int users;                 /* third-party providers: users that module_leave waits for */
    volatile LONG told;                 /* the reason why it does not work was printed */
    HMODULE dll;
    GetKeyStorageInterfaceFn get_interface;
    GetKeyProtectionInterfaceFn get_protection; /* our provider; NULL: none */
    const struct encapsulation_table *encapsulation;    /* the same */
    NCRYPT_KEY_STORAGE_FUNCTION_TABLE table;    /* members past its version are NULL */
};

/* Ours. The first is the default provider, and protects data. */
enum { SOFTWARE_MODULE, TOKEN_MODULE, SMARTCARD_MODULE, TPM_MODULE, OWN_MODULE_COUNT };

extern struct module own_modules[OWN_MODULE_COUNT];

/* The one of ours that has this name, which is no alias; NULL: none. */
struct module *module_own(const WCHAR *name);

/* Finds a provider by its name or an alias, in the registry as it is now; NULL name: the default provider. Returns
 * NULL if no provider has this name. */
struct module *module_find(const WCHAR *name);

/* The names of all providers, the default one first, in one block: each with its NUL, an empty one at the end.
 * HeapFree; NULL: no memory. */
WCHAR *module_names(void);

/* Loads the DLL unless it is loaded; once it is, our own needs no lock. Threads that arrive together each load it, so
 * that none waits for another, which might have to wait for the loader's lock. ncrypt.dll stays loaded as long as it.
 * The first failure prints one line on stderr, unless our own entry point returned NTE_PROVIDER_DLL_FAIL, because that
 * has printed one.
 *   NTE_PROV_DLL_NOT_FOUND   a third-party DLL is not in the system directory
 *   NTE_PROVIDER_DLL_FAIL    it cannot be loaded, has no entry point, or the entry point failed; or it opens itself
 *                            while this thread is loading it
 *   NTE_BAD_PROVIDER         no table, or a table of version 0 or without what every provider must have */
SECURITY_STATUS module_load(struct module *module);

/* Undoes a module_load, when nothing of the provider is in use because of it. The last one unloads the DLL; ours
 * stays loaded. */
void module_leave(struct module *module);

/* --- engine_part.c: what of the engine is installed beside it; no more is looked at --- */

BOOL tokens_can_be_opened(void);
/* And there is a TPM, or the environment names one. */
BOOL tpm_can_be_opened(void);

/* --- token_module.c: the providers of tokens --- */

/* The one of ours that the prefix has configured under that name; NULL: none. */
struct module *token_module_find(const WCHAR *name);

/* Name number index of those configurations; PROVIDER_NAME_CHARS. FALSE: no more. */
BOOL token_module_name(DWORD index, WCHAR *name);

/* --- own_module.c: where our own provider is --- */

/* The file in our own directory. If Wine loaded us from one of its library directories and the prefix is older than
 * our installation there, the system directory has no copy: then the file in the library directory, by its full path,
 * because Wine does not look there for a name that is in no Windows directory. path: PATH_MAX_CHARS; if the file does
 * not exist, where it should be. FALSE: we do not know where we are ourselves. */
BOOL own_module_find(const WCHAR *file, WCHAR *path);

/* --- handle.c: the table of handles --- */

enum object_type
{
    OBJECT_PROVIDER = 1,
    OBJECT_KEY = 2,
    OBJECT_SECRET = 4,
    OBJECT_DESCRIPTOR = 8,              /* these two exist only for the provider that protects data */
    OBJECT_STREAM = 16,
};
/* What NCryptFreeObject and the property functions take. */
#define OBJECT_ANY (OBJECT_PROVIDER | OBJECT_KEY | OBJECT_SECRET)

/* References: one while the handle is open, one for each running operation, and on a provider one for each of its
 * keys and secrets. Dropping the last one frees the provider DLL's own object. */
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

/* An object that has no valid handle yet. The caller fills it in (inner) and then either publishes it, which returns
 * the program's handle, or discards it, which frees it without a call to the provider DLL. So nothing can fail once
 * the DLL has made its own object. provider is NULL if this is one. Returns NULL for lack of memory or handles, or when
 * the process is ending with the table locked; object_shortage says which. */
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

/* Calls a function while holding a reference or an unpublished object; an exception releases it. Use this for
 * everything that touches the program's memory or runs a provider's code. */
#define WITH_OBJECT(object, function, ...) HOLDING(object_release, object, function, __VA_ARGS__)
#define WITH_NEW_OBJECT(object, function, ...) HOLDING(object_discard, object, function, __VA_ARGS__)

/* NCryptFreeObject. The object itself lives on until its last operation and its last key are gone. */
SECURITY_STATUS object_close(NCRYPT_HANDLE handle);

/* As object_close, for handles of types that have their own function to free them. */
SECURITY_STATUS object_close_type(NCRYPT_HANDLE handle, unsigned int types);

/* Makes the handle of a live object require one more object_close, reviving it if it was closed, and returns it. */
NCRYPT_HANDLE object_reopen(struct object *object);

/* For NCryptDeleteKey: makes the handle invalid and passes its reference to the caller, who publishes the object again
 * (with the same handle), releases it or discards it. Does not wait: running operations keep their references. A
 * third-party provider must have none, because its DeleteKey frees the key.
 *   NTE_INVALID_HANDLE     where object_grab returns NULL
 *   NTE_DEVICE_NOT_READY   third-party provider, and an operation with the object is running */
SECURITY_STATUS object_withdraw(NCRYPT_HANDLE handle, unsigned int types, struct object **object);

/* Calls a function of the provider that object belongs to; NTE_NOT_SUPPORTED when it lacks that function. */
#define CALL(object, function, ...) \
    ((object)->table->function ? (object)->table->function(__VA_ARGS__) : NTE_NOT_SUPPORTED)

/* Sets *result of a call that reports how much it wrote or needs, if status is one that reports it. */
static inline SECURITY_STATUS give_size(SECURITY_STATUS status, DWORD size, DWORD *result)
{
    if (!status || status == NTE_BUFFER_TOO_SMALL) *result = size;
    return status;
}

/* --- key.c --- */

/* NCryptOpenKey, with the private flags between us and our provider; *result is 0 before. */
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

/* Makes data known. Takes ownership of the record. */
void buffer_put(struct buffer *buffer, void *data);

/* Takes the record of data out, so that no other caller can. NULL: not known. */
struct buffer *buffer_take(void *data);

/* As buffer_take if data is an enumeration state of module, else NULL. */
struct buffer *buffer_take_state(void *data, const struct module *module);

/* Frees data and the record. */
SECURITY_STATUS buffer_end(struct buffer *buffer);

/* --- ui_policy.c: "UI Policy", a struct with pointers for programs and a flat blob for providers --- */

SECURITY_STATUS ui_policy_get(struct object *key, PBYTE output, DWORD size, DWORD *result, DWORD flags);
SECURITY_STATUS ui_policy_set(struct object *key, const BYTE *input, DWORD size, DWORD flags);

#endif
