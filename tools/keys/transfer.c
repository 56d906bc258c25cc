/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The commands export, import and delete. What a policy allows is decided by the engine, as for a program. */
#include <string.h>

#include <gnutls/gnutls.h>

#include "algorithm.h"
#include "keys.h"
#include "shared.h"

static const uint16_t pkcs8_type[] = u"PKCS8_PRIVATEKEY";

static int write_pem(const struct settings *settings, const char *label, struct bytes der, int secret)
{
    gnutls_datum_t data = {(unsigned char *)der.data, der.size}, pem;
    const char *path = settings->output ? settings->output : "-";
    int result;

    if (gnutls_pem_base64_encode2(label, &data, &pem)) return fail(EXIT_FAILED, "out of memory");
    result = file_write(settings, path, (struct bytes){pem.data, pem.size}, secret);
    wipe(pem.data, pem.size);
    gnutls_free(pem.data);
    return result;
}

static int export_public(const struct settings *settings, struct key *key)
{
    const struct material *material;
    struct writer w = {0};
    nte_status status = key_material(key, &material);
    int result;

    if (!status) status = public_key_info(material, &w);
    if (status == NTE_NOT_SUPPORTED)
        result = fail(EXIT_REFUSED, "%s: a symmetric key has no public part", settings->argument);
    else if (status) result = fail_status(status, "%s", settings->argument);
    else result = write_pem(settings, "PUBLIC KEY", (struct bytes){w.data, w.used}, 0);
    writer_free(&w);
    return result;
}

/* The password of the key itself, or consent. */
static int unlock(const struct settings *settings, struct key *key)
{
    struct bytes password = {NULL, 0};
    nte_status status;
    int result;

    if (!key_is_protected(key)) return EXIT_DONE;
    if (object_asks_for(&key->object) == UNIX_ASK_PASSWORD)
        result = read_password(settings->key_password_file, "password of the key", PASSWORD_OLD, &password);
    else result = confirm(settings->yes, "%s: may the private key be used?", settings->argument);
    if (result) return result;
    status = object_unlock(&key->object, password);
    bytes_free(&password);
    return status ? fail_status(status, "%s", settings->argument) : EXIT_DONE;
}

static nte_status export_sealed(struct key *key, const struct blob_options *options, struct writer *w)
{
    uint32_t size, used;
    nte_status status = key_export(key, pkcs8_type, options, FLAG_SILENT, NULL, 0, &size);
    uint8_t *space;

    if (status) return status;
    if (!(space = write_space(w, size))) return NTE_NO_MEMORY;
    status = key_export(key, pkcs8_type, options, FLAG_SILENT, space, size, &used);
    if (!status) w->used = used;
    return status;
}

static int export_private(const struct settings *settings, struct key *key)
{
    struct bytes password;
    struct writer w = {0};
    struct blob_options options = {.algorithms = &all_algorithms};
    nte_status status;
    int result;

    if (!(key->export_policy & (ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT)))
        return fail(EXIT_REFUSED, "%s: the export policy of this key does not allow it", settings->argument);
    if ((result = unlock(settings, key))) return result;
    result = read_password(settings->password_file, "password for the exported key", PASSWORD_FRESH, &password);
    if (result) return result;
    options.has_secret = 1;
    options.secret = (const uint16_t *)password.data;
    options.rfc8410 = 1;
    if ((status = export_sealed(key, &options, &w))) result = fail_status(status, "%s", settings->argument);
    else result = write_pem(settings, "ENCRYPTED PRIVATE KEY", (struct bytes){w.data, w.used}, 1);
    bytes_free(&password);
    writer_free(&w);
    return result;
}

int command_export(const struct settings *settings, struct keystore *keystore)
{
    struct key_file file;
    struct key *key;
    int result;

    if ((result = key_file_find(keystore, settings->argument, &file))) return result;
    if (!(result = key_file_open(keystore, &file, &key)))
    {
        result = settings->private ? export_private(settings, key) : export_public(settings, key);
        key_free(key);
    }
    key_file_free(&file);
    return result;
}

int command_delete(const struct settings *settings, struct keystore *keystore)
{
    struct key_file file;
    struct key *key;
    nte_status status;
    char *name;
    int result;

    if ((result = key_file_find(keystore, settings->argument, &file))) return result;
    if ((result = key_file_open(keystore, &file, &key)))
    {
        key_file_free(&file);
        return result;
    }
    name = name_text(file.stored.name);
    result = confirm(settings->yes, "Permanently delete the key \"%s\" (%s, %s)?", name ? name : "?",
                     file.stored.algorithm, file.unique);
    if (result) key_free(key);
    else if ((status = key_delete(key)))
    {
        key_free(key);
        result = fail_status(status, "%s", settings->argument);
    }
    else if (settings->json) printf("{\"deleted\": \"%s\"}\n", file.unique);
    secret_free(name);
    key_file_free(&file);
    return result;
}

/* --- import --- */

static nte_status finish(struct key *key, uint32_t policy)
{
    static const uint16_t name[] = u"Export Policy";
    struct bytes value = {(const uint8_t *)&policy, sizeof(policy)};
    nte_status status = property_set(&key->object, name, value, FLAG_SILENT);

    return status ? status : key_finalize(key, FLAG_SILENT);
}

static int store_key(const struct settings *settings, const struct keystore *keystore, struct key_name name,
                     struct bytes pkcs8)
{
    uint32_t flags = FLAG_DO_NOT_FINALIZE | FLAG_SILENT | keystore->flags;
    const struct blob_options options = {.algorithms = &all_algorithms};
    struct key *key;
    nte_status status;

    if (settings->overwrite) flags |= FLAG_OVERWRITE_KEY;
    if ((status = key_import(&software_provider, pkcs8_type, pkcs8, &options, name, flags, &key)))
        return fail_status(status, "%s", status == NTE_EXISTS ? settings->name : settings->argument);
    if ((status = finish(key, settings->policy))) fail_status(status, "%s", settings->name);
    else if (settings->json) printf("{\"imported\": \"%s\"}\n", key->unique);
    key_free(key);
    return !status ? EXIT_DONE : status == NTE_EXISTS ? EXIT_REFUSED : EXIT_FAILED;
}

/* A key that the name has already is lost for ever. */
static int confirm_overwrite(const struct settings *settings, const struct keystore *keystore, const char *unique)
{
    if (!settings->overwrite || store_exists(keystore->store, unique)) return EXIT_DONE;
    return confirm(settings->yes, "Replace the key \"%s\" (%s)?", settings->name, unique);
}

static int import_named(const struct settings *settings, const struct keystore *keystore, const uint16_t *name,
                        uint16_t *folded)
{
    struct bytes pkcs8 = {NULL, 0};
    char unique[UNIQUE_NAME_MAX];
    nte_status status;
    int result;

    if (!fold_name(name, folded))
        return fail(EXIT_REFUSED, "%s: outside Wine the file of this name is uncertain, because it is not known how "
                    "Wine writes a letter of it in lower case", settings->name);
    if ((status = store_unique_name(folded, keystore->machine_guid, unique)))
        return fail_status(status, "MachineGuid of the prefix");
    if ((result = confirm_overwrite(settings, keystore, unique))) return result;
    result = source_read(settings, &pkcs8);
    if (!result) result = keystore_make_parents(keystore);
    if (!result) result = store_key(settings, keystore, (struct key_name){name, folded, unique}, pkcs8);
    bytes_free(&pkcs8);
    return result;
}

int command_import(const struct settings *settings, struct keystore *keystore)
{
    uint16_t folded[MAX_NAME_LENGTH + 1];
    struct writer w = {0};
    int result;

    if (!*keystore->machine_guid)
        return fail(EXIT_FAILED, "this prefix has no MachineGuid yet; the first use of ncrypt.dll creates it");
    if (!to_utf16(settings->name, &w) || w.used <= 2 || w.used / 2 - 1 > MAX_NAME_LENGTH)
        result = fail(EXIT_USAGE, "a name has 1 to %d characters, in UTF-8", MAX_NAME_LENGTH);
    else result = import_named(settings, keystore, (const uint16_t *)w.data, folded);
    writer_free(&w);
    return result;
}
