/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The commands create and import: keys that are new, by the way that programs make theirs. */
#include <string.h>

#include "algorithm.h"
#include "keys.h"

/* Where a new key goes, and what it is called there. */
struct destination
{
    const struct provider_class *provider;
    uint32_t flags;                 /* FLAG_MACHINE_KEY or 0 */
    struct key_name name;           /* points to what follows */
    struct writer wide;
    uint16_t folded[MAX_NAME_LENGTH + 1];
    char unique[UNIQUE_NAME_MAX];
};

/* A key in state KEY_NEW, with settings->name. */
typedef int maker(const struct settings *settings, const struct destination *to, struct key **key);

static uint32_t flags_of(const struct settings *settings, const struct destination *to)
{
    return to->flags | FLAG_SILENT | (settings->overwrite ? FLAG_OVERWRITE_KEY : 0);
}

static int make_import(const struct settings *settings, const struct destination *to, struct key **key)
{
    const struct blob_options options = {.algorithms = &all_algorithms};
    uint32_t flags = flags_of(settings, to) | FLAG_DO_NOT_FINALIZE;
    struct bytes pkcs8 = {NULL, 0};
    nte_status status;
    int result;

    if ((result = source_read(settings, &pkcs8))) return result;
    status = key_import(to->provider, PKCS8_TYPE, pkcs8, &options, to->name, flags, key);
    bytes_free(&pkcs8);
    return status ? fail_status(status, "%s", status == NTE_EXISTS ? settings->name : settings->argument) : EXIT_DONE;
}

static int make_create(const struct settings *settings, const struct destination *to, struct key **key)
{
    struct writer algorithm = {0};
    nte_status status = NTE_NOT_SUPPORTED;

    if (to_utf16(settings->algorithm, &algorithm))
        status = key_create(to->provider, (const uint16_t *)algorithm.data, to->name, 0,
                            flags_of(settings, to), key);
    writer_free(&algorithm);
    return status ? fail_status(status, "%s", status == NTE_EXISTS ? settings->name : settings->algorithm) : EXIT_DONE;
}

/* --- the key gets its policy, and its place --- */

struct finish
{
    struct key *key;
    uint32_t policy, bits;          /* bits 0: as many as the algorithm has by itself */
    struct bytes password;          /* empty: none */
};

static nte_status set_number(struct key *key, const uint16_t *name, uint32_t value)
{
    return property_set(&key->object, name, bytes_of(&value, sizeof(value)), FLAG_SILENT);
}

static nte_status run_finish(void *context)
{
    const struct finish *finish = context;
    struct bytes password = finish->password;
    nte_status status = set_number(finish->key, u"Export Policy", finish->policy);

    if (!status && finish->bits) status = set_number(finish->key, u"Length", finish->bits);
    if (!status && password.size) status = property_set(&finish->key->object, u"SmartCardPin", password, FLAG_SILENT);
    return status ? status : key_finalize(finish->key, FLAG_SILENT);
}

/* Of a new key of the TPM, which then asks for it whenever it is used. */
static int read_new_password(const struct settings *settings, const struct key *key, struct bytes *password)
{
    *password = bytes_of(NULL, 0);
    if (key->object.provider != &tpm_provider || !(settings->protect || settings->pin_file)) return EXIT_DONE;
    return read_password(settings->pin_file, "password for the new key", PASSWORD_FRESH, password);
}

static int finish_key(const struct settings *settings, struct key *key, const char *done)
{
    struct finish new = {key, settings->policy, settings->bits > UINT32_MAX ? UINT32_MAX : settings->bits, {NULL, 0}};
    int result;

    if ((result = read_new_password(settings, key, &new.password))) return result;
    result = with_pin(settings, &key->object, settings->name, run_finish, &new);
    bytes_free(&new.password);
    if (!result) print_done(settings, done, key->unique);
    return result;
}

/* --- its name --- */

/* A key that the name has already is lost for ever. */
static int confirm_overwrite(const struct settings *settings, const struct destination *to)
{
    struct store *store = provider_scope(to->provider, to->flags);

    if (!settings->overwrite || to->provider->vault->exists(store, to->name)) return EXIT_DONE;
    return confirm(settings->yes, "Replace the key \"%s\" (%s)?", settings->name,
                   to->name.unique ? to->unique : settings->provider);
}

static int name_wide(const struct settings *settings, struct destination *to)
{
    if (!to_utf16(settings->name, &to->wide) || to->wide.used <= 2 ||
        to->wide.used / 2 - 1 > MAX_NAME_LENGTH)
        return fail(EXIT_USAGE, "a name has 1 to %d characters, in UTF-8", MAX_NAME_LENGTH);
    to->name.name = to->name.folded = (const uint16_t *)to->wide.data;
    return EXIT_DONE;
}

static int name_file(const struct settings *settings, const struct keystore *keystore, struct destination *to)
{
    nte_status status;

    if (!fold_name(to->name.name, to->folded))
        return fail(EXIT_REFUSED, "%s: outside Wine the file of this name is uncertain, because it is not known how "
                    "Wine writes a letter of it in lower case", settings->name);
    if ((status = store_unique_name(to->folded, keystore->machine_guid, to->unique)))
        return fail_status(status, "MachineGuid of the prefix");
    to->name.folded = to->folded;
    to->name.unique = to->unique;
    return EXIT_DONE;
}

/* keystore NULL: on a token. */
static int make_in(const struct settings *settings, const struct keystore *keystore, struct destination *to,
                   maker *make, const char *done)
{
    struct key *key;
    int result;

    if ((result = name_wide(settings, to))) return result;
    if (keystore && (result = name_file(settings, keystore, to))) return result;
    if ((result = confirm_overwrite(settings, to))) return result;
    if ((result = make(settings, to, &key))) return result;
    if (!keystore || !(result = keystore_make_parents(keystore))) result = finish_key(settings, key, done);
    key_free(key);
    return result;
}

static int new_file(const struct settings *settings, const struct keystore *keystore, maker *make, const char *done)
{
    struct destination to = {.provider = keystore->provider, .flags = keystore->flags};
    int result;

    if (!*keystore->machine_guid)
        return fail(EXIT_FAILED, "this prefix has no MachineGuid yet; the first use of ncrypt.dll creates it");
    result = make_in(settings, keystore, &to, make, done);
    writer_free(&to.wide);
    return result;
}

static int new_on_token(const struct settings *settings, const struct provider_class *provider, maker *make,
                        const char *done)
{
    struct destination to = {.provider = provider};
    int result = make_in(settings, NULL, &to, make, done);

    writer_free(&to.wide);
    return result;
}

int command_import(const struct settings *settings, struct keystore *keystore)
{
    return new_file(settings, keystore, make_import, "imported");
}

int command_create(const struct settings *settings, struct keystore *keystore)
{
    return new_file(settings, keystore, make_create, "created");
}

int token_import(const struct settings *settings, const struct provider_class *provider)
{
    return new_on_token(settings, provider, make_import, "imported");
}

int token_create(const struct settings *settings, const struct provider_class *provider)
{
    return new_on_token(settings, provider, make_create, "created");
}
