/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The commands export and delete. What a policy allows is decided by the engine, as for a program. */
#include <string.h>

#include <nettle/base64.h>

#include "algorithm.h"
#include "keys.h"
#include "shared.h"

#define PEM_BYTES 48                /* of a line: 64 characters (RFC 7468) */

static void write_rule(struct writer *pem, const char *edge, const char *label)
{
    char line[80];

    write_bytes(pem, line, snprintf(line, sizeof(line), "-----%s %s-----\n", edge, label));
}

static int write_pem(const struct settings *settings, const char *label, struct bytes der, int secret)
{
    char line[BASE64_ENCODE_RAW_LENGTH(PEM_BYTES)];
    struct writer pem = {0};
    size_t done, size;
    int result;

    write_rule(&pem, "BEGIN", label);
    for (done = 0; done < der.size; done += size)
    {
        size = der.size - done < PEM_BYTES ? der.size - done : PEM_BYTES;
        base64_encode_raw(line, size, der.data + done);
        write_bytes(&pem, line, BASE64_ENCODE_RAW_LENGTH(size));
        write_u8(&pem, '\n');
    }
    write_rule(&pem, "END", label);
    wipe(line, sizeof(line));
    if (pem.failed) result = fail(EXIT_FAILED, "out of memory");
    else result = file_write(settings, settings->output ? settings->output : "-", bytes_of(pem.data, pem.used), secret);
    writer_free(&pem);
    return result;
}

int export_public(const struct settings *settings, const struct material *material)
{
    struct writer w = {0};
    nte_status status = public_key_info(material, &w);
    int result;

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
    nte_status status = key_export(key, PKCS8_TYPE, options, FLAG_SILENT, NULL, 0, &size);
    uint8_t *space;

    if (status) return status;
    if (!(space = write_space(w, size))) return NTE_NO_MEMORY;
    status = key_export(key, PKCS8_TYPE, options, FLAG_SILENT, space, size, &used);
    if (!status) w->used = used;
    return status;
}

struct sealing
{
    struct key *key;
    struct blob_options options;
    struct writer w;
};

static nte_status run_sealing(void *context)
{
    struct sealing *sealing = context;

    return export_sealed(sealing->key, &sealing->options, &sealing->w);
}

static int export_private(const struct settings *settings, struct key *key)
{
    struct sealing sealing = {.key = key, .options = {.algorithms = &all_algorithms}};
    struct bytes password;
    int result;

    if (!(key->export_policy & (ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT)))
        return fail(EXIT_REFUSED, "%s: the export policy of this key does not allow it", settings->argument);
    if ((result = unlock(settings, key))) return result;
    result = read_password(settings->password_file, "password for the exported key", PASSWORD_FRESH, &password);
    if (result) return result;
    sealing.options.has_secret = 1;
    sealing.options.secret = (const uint16_t *)password.data;
    sealing.options.rfc8410 = 1;
    if (!(result = with_pin(settings, &key->object, settings->argument, run_sealing, &sealing)))
        result = write_pem(settings, "ENCRYPTED PRIVATE KEY", bytes_of(sealing.w.data, sealing.w.used), 1);
    bytes_free(&password);
    writer_free(&sealing.w);
    return result;
}

int export_key(const struct settings *settings, struct key *key)
{
    const struct material *material;
    nte_status status;

    if (settings->private) return export_private(settings, key);
    if ((status = key_material(key, &material))) return fail_status(status, "%s", settings->argument);
    return export_public(settings, material);
}

int command_export(const struct settings *settings, struct keystore *keystore)
{
    struct key_file file;
    struct key *key;
    int result;

    if ((result = key_file_find(keystore, settings->argument, &file))) return result;
    if (!(result = key_file_open(keystore, &file, &key)))
    {
        result = export_key(settings, key);
        key_free(key);
    }
    key_file_free(&file);
    return result;
}

static nte_status run_delete(void *key)
{
    return key_delete(key);
}

int confirm_delete(const struct settings *settings, const uint16_t *name, const char *algorithm, const char *unique)
{
    char *text = name_text(name), *shown = shown_text(unique);
    int result = confirm(settings->yes, "Permanently delete the key \"%s\" (%s, %s)?", text ? text : "?", algorithm,
                         shown ? shown : "?");

    secret_free(text);
    secret_free(shown);
    return result;
}

void print_done(const struct settings *settings, const char *done, const char *unique)
{
    if (!settings->json) return;
    printf("{\"%s\": ", done);
    json_string(stdout, unique);
    printf("}\n");
}

int remove_key(const struct settings *settings, struct key *key)
{
    char unique[UNIQUE_NAME_MAX];
    int result;

    strcpy(unique, key->unique);
    if (!(result = confirm_delete(settings, key->name, key->alg->id, key->unique)))
        result = with_pin(settings, &key->object, settings->argument, run_delete, key);
    if (result)
    {
        key_free(key);
        return result;
    }
    print_done(settings, "deleted", unique);
    return EXIT_DONE;
}

int command_delete(const struct settings *settings, struct keystore *keystore)
{
    struct key_file file;
    struct key *key;
    int result;

    if ((result = key_file_find(keystore, settings->argument, &file))) return result;
    if (!(result = key_file_open(keystore, &file, &key))) result = remove_key(settings, key);
    key_file_free(&file);
    return result;
}
