/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The providers: our own, a table, and those in the registry. One row each; once a provider was asked for, its row
 * stays for good, so that pointers to it stay valid. */
#include "ncrypt_private.h"
#include "registry.h"
#include "token_configuration.h"

#define DEFAULT_AGE 1000            /* ms for which the default provider is remembered */

/* The software CSPs of Windows (windows-behaviour.md 1.6): keys of their containers are opened through the handle,
 * and the provider learns which name it was opened by. */
static const WCHAR *const software_csps[] =
{
    MS_DEF_PROV_W,
    MS_ENHANCED_PROV_W,
    MS_STRONG_PROV_W,
    MS_ENH_RSA_AES_PROV_W,
    MS_ENH_RSA_AES_PROV_XP_W,
    MS_DEF_RSA_SIG_PROV_W,
    MS_DEF_RSA_SCHANNEL_PROV_W,
    MS_DEF_DSS_PROV_W,
    MS_DEF_DSS_DH_PROV_W,
    MS_ENH_DSS_DH_PROV_W,
    MS_DEF_DH_SCHANNEL_PROV_W,
    NULL
};

/* No row for the Passport provider: opening it must fail, because programs hide Windows Hello then; a false success is
 * worse (windows-behaviour.md B.17, G.13). */
struct module own_modules[OWN_MODULE_COUNT] =
{
    [SOFTWARE_MODULE] =
    {
        .name = MS_KEY_STORAGE_PROVIDER,
        .comment = L"Keys kept in files of the Wine prefix",
        .aliases = software_csps,
        .file = L"ncryptprov.dll",
        .own = TRUE,
        .lock = SRWLOCK_INIT,
    },
    [TOKEN_MODULE] =
    {
        .name = TOKEN_PROVIDER,
        .comment = L"Keys on tokens and hardware security modules",
        .can_open = tokens_can_be_opened,
        .file = L"ncryptprov.dll",
        .own = TRUE,
        .lock = SRWLOCK_INIT,
    },
    [SMARTCARD_MODULE] =
    {
        .name = MS_SMART_CARD_KEY_STORAGE_PROVIDER,
        .comment = L"Keys on smart cards",
        .can_open = tokens_can_be_opened,
        .file = L"ncryptprov.dll",
        .own = TRUE,
        .lock = SRWLOCK_INIT,
    },
    [TPM_MODULE] =
    {
        .name = MS_PLATFORM_KEY_STORAGE_PROVIDER,
        .comment = L"Keys in the Trusted Platform Module of the machine",
        .can_open = tpm_can_be_opened,
        .file = L"ncryptprov.dll",
        .own = TRUE,
        .lock = SRWLOCK_INIT,
    },
};

static SRWLOCK rows_lock = SRWLOCK_INIT;
static struct module *rows;         /* of registered providers */

struct module *module_own(const WCHAR *name)
{
    unsigned int i;

    for (i = 0; i < OWN_MODULE_COUNT; i++) if (is_same_name(name, own_modules[i].name)) return &own_modules[i];
    return NULL;
}

static BOOL is_alias(const struct module *module, const WCHAR *name)
{
    const WCHAR *const *alias;

    for (alias = module->aliases; alias && *alias; alias++) if (is_same_name(name, *alias)) return TRUE;
    return FALSE;
}

static struct module *find_own(const WCHAR *name)
{
    struct module *found = module_own(name);
    unsigned int i;

    for (i = 0; !found && i < OWN_MODULE_COUNT; i++) if (is_alias(&own_modules[i], name)) found = &own_modules[i];
    return found ? found : token_module_find(name);
}

static WCHAR *copy_string(const WCHAR *s)
{
    WCHAR *copy = HeapAlloc(GetProcessHeap(), 0, (lstrlenW(s) + 1) * sizeof(*s));

    return copy ? lstrcpyW(copy, s) : NULL;
}

static struct module *new_row(const struct registration *registration)
{
    struct module *row = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*row));
    WCHAR *name = copy_string(registration->name), *file = copy_string(registration->image);

    if (row && name && file)
    {
        row->name = row->comment = name;
        row->file = file;
        InitializeSRWLock(&row->lock);
        return row;
    }
    HeapFree(GetProcessHeap(), 0, row);
    HeapFree(GetProcessHeap(), 0, name);
    HeapFree(GetProcessHeap(), 0, file);
    return NULL;
}

/* One that was registered again with another DLL is a row of its own: handles to the old one may be open. */
static struct module *row_of(const struct registration *registration)
{
    struct module *row;

    if (!lock_exclusive(&rows_lock)) return NULL;
    for (row = rows; row; row = row->next)
        if (is_same_name(row->name, registration->name) && is_same_name(row->file, registration->image)) break;
    if (!row && (row = new_row(registration)))
    {
        row->next = rows;
        rows = row;
    }
    unlock_exclusive(&rows_lock);
    return row;
}

static struct module *find_registered(const WCHAR *name)
{
    struct registration registration;
    struct module *row;

    if (!registry_find(name, &registration)) return NULL;
    row = row_of(&registration);
    HeapFree(GetProcessHeap(), 0, registration.image);
    return row;
}

/* An installer that finds no list makes one of its own provider alone: that does not put ours off. */
static struct module *find_default(void)
{
    struct module *ours = &own_modules[SOFTWARE_MODULE], *found = NULL;
    const WCHAR *name;
    WCHAR *order = registry_order();

    if (has_string(order, ours->name))
        for (name = order; *name && !found; name = next_string(name))
            if (!(found = module_own(name))) found = find_registered(name);
    HeapFree(GetProcessHeap(), 0, order);
    return found ? found : ours;
}

/* Programs open the default provider for each key, and each look into the registry asks Wine's server. */
static struct module *remembered_default(void)
{
    static struct module *volatile last;
    static volatile DWORD since;
    DWORD now = GetTickCount();
    struct module *found = last;

    if (found && now - since < DEFAULT_AGE) return found;
    found = find_default();
    since = now;
    last = found;
    return found;
}

struct module *module_find(const WCHAR *name)
{
    struct module *own;

    if (!name) return remembered_default();
    return (own = find_own(name)) ? own : find_registered(name);
}

/* Adds a name that the list lacks. FALSE: no memory. */
static BOOL add_name(WCHAR **list, SIZE_T *chars, const WCHAR *name)
{
    SIZE_T length = lstrlenW(name) + 1;
    WCHAR *longer;

    if (has_string(*list, name)) return TRUE;
    if (*list) longer = HeapReAlloc(GetProcessHeap(), 0, *list, (*chars + length + 1) * sizeof(*name));
    else longer = HeapAlloc(GetProcessHeap(), 0, (length + 1) * sizeof(*name));
    if (!longer) return FALSE;
    lstrcpyW(longer + *chars, name);
    *chars += length;
    longer[*chars] = 0;
    *list = longer;
    return TRUE;
}

/* One of ours that cannot be opened is not told of. */
static BOOL can_open(const struct module *own)
{
    return !own->can_open || own->can_open();
}

static BOOL is_there(const WCHAR *name)
{
    const struct module *own = module_own(name);
    struct registration registration;

    if (own || (own = token_module_find(name))) return can_open(own);
    if (!registry_find(name, &registration)) return FALSE;
    HeapFree(GetProcessHeap(), 0, registration.image);
    return TRUE;
}

static BOOL add_own_names(WCHAR **list, SIZE_T *chars)
{
    BOOL whole = TRUE;
    unsigned int i;

    for (i = 0; i < OWN_MODULE_COUNT && whole; i++)
        if (can_open(&own_modules[i])) whole = add_name(list, chars, own_modules[i].name);
    return whole;
}

/* In the order of the list in the registry. Of what that lacks, the software provider comes first and the others last:
 * some programs take the first one. */
WCHAR *module_names(void)
{
    const WCHAR *ours = own_modules[SOFTWARE_MODULE].name, *s;
    WCHAR *order = registry_order(), *list = NULL, name[PROVIDER_NAME_CHARS];
    SIZE_T chars = 0;
    BOOL whole;
    DWORD i;

    whole = has_string(order, ours) || add_name(&list, &chars, ours);
    for (s = order; s && *s; s = next_string(s)) if (is_there(s)) whole = whole && add_name(&list, &chars, s);
    whole = whole && add_own_names(&list, &chars);
    if (tokens_can_be_opened())
        for (i = 0; token_module_name(i, name); i++) whole = whole && add_name(&list, &chars, name);
    for (i = 0; registry_name(i, name); i++) if (is_there(name)) whole = whole && add_name(&list, &chars, name);
    HeapFree(GetProcessHeap(), 0, order);
    if (whole) return list;
    HeapFree(GetProcessHeap(), 0, list);
    return NULL;
}
