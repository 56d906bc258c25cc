/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Private keys in files from elsewhere: finds the keys in a file, picks one, and turns it into a PrivateKeyInfo. */
#include <stdlib.h>
#include <string.h>

#include "algorithm.h"
#include "ec/ec.h"
#include "base/der.h"
#include "pkcs8_key.h"
#include "source.h"

int source_keep(struct bytes data, struct bytes *copy)
{
    uint8_t *block = secret_alloc(data.size);

    if (!block) return fail(EXIT_FAILED, "out of memory");
    if (data.size) memcpy(block, data.data, data.size);
    *copy = (struct bytes){block, data.size};
    return EXIT_DONE;
}

int source_need_password(struct source *source)
{
    if (source->password.data) return EXIT_DONE;
    return read_password(source->settings->password_file, "password of the file", PASSWORD_MAY_BE_EMPTY,
                         &source->password);
}

int source_add_key(struct source *source, struct bytes data, const char *label)
{
    struct source_key *grown = realloc(source->keys, (source->count + 1) * sizeof(*grown)), *key;
    struct bytes text = {NULL, 0};
    int result;

    if (!grown) return fail(EXIT_FAILED, "out of memory");
    source->keys = grown;
    key = &grown[source->count];
    memset(key, 0, sizeof(*key));
    if (label && (result = source_keep((struct bytes){(const uint8_t *)label, strlen(label) + 1}, &text)))
        return result;
    key->label = (char *)text.data;
    source->count++;                /* from here on the caller frees it */
    return source_keep(data, &key->data);
}

int source_add_certificate(struct source *source, struct bytes der)
{
    struct bytes *grown = realloc(source->certificates, (source->certificate_count + 1) * sizeof(*grown));
    int result;

    if (!grown) return fail(EXIT_FAILED, "out of memory");
    source->certificates = grown;
    if ((result = source_keep(der, &grown[source->certificate_count]))) return result;
    source->certificate_count++;
    return EXIT_DONE;
}

static void source_free(struct source *source)
{
    size_t i;

    for (i = 0; i < source->count; i++)
    {
        bytes_free(&source->keys[i].data);
        secret_free(source->keys[i].label);
    }
    for (i = 0; i < source->certificate_count; i++) bytes_free(&source->certificates[i]);
    free(source->keys);
    free(source->certificates);
    bytes_free(&source->password);
}

/* --- one key --- */

/* SEQUENCE { SEQUENCE, OCTET STRING: encrypted; SEQUENCE { INTEGER, SEQUENCE, OCTET STRING: plain. */
static int is_pkcs8(struct bytes der, int *encrypted)
{
    struct reader r = {der.data, der.size, 0}, inside = der_enter(&r, DER_SEQUENCE);

    if (!der_done(&r)) return 0;
    *encrypted = der_next_is(&inside, DER_SEQUENCE);
    if (!*encrypted) der_read_small(&inside);
    if (inside.failed || !der_next_is(&inside, DER_SEQUENCE)) return 0;
    der_read(&inside, DER_SEQUENCE);
    return !inside.failed && der_next_is(&inside, DER_OCTET_STRING);
}

static int decrypt_pkcs8(struct source *source, struct bytes der, struct bytes *pkcs8)
{
    const char *path = source->settings->argument;
    nte_status status;
    int result;

    if ((result = source_need_password(source))) return result;
    status = pkcs8_decrypt(der, (const uint16_t *)source->password.data, pkcs8);
    if (status == NTE_NOT_SUPPORTED)
        return fail(EXIT_FAILED, "%s: the encryption is not supported, but the key itself may be", path);
    if (status == NTE_INVALID_PARAMETER)
        return fail(EXIT_FAILED, "%s: its key derivation needs more work or memory than is allowed", path);
    if (status) return fail_status(status == NTE_BAD_DATA ? NTE_INCORRECT_PASSWORD : status, "%s", path);
    return EXIT_DONE;
}

static int finish_wrap(int result, struct writer *w, struct bytes *pkcs8)
{
    if (!result && w->failed) result = fail(EXIT_FAILED, "out of memory");
    if (result) writer_free(w);
    else *pkcs8 = (struct bytes){w->data, w->used};
    return result;
}

static int open_clear(struct source *source, struct bytes data, struct bytes *pkcs8)
{
    struct writer w = {0};
    int encrypted;

    if (is_pkcs8(data, &encrypted))
        return encrypted ? decrypt_pkcs8(source, data, pkcs8) : source_keep(data, pkcs8);
    if (openssh_is(data)) return finish_wrap(openssh_wrap(source, data, &w), &w, pkcs8);
    if (older_wrap(data, &w)) return finish_wrap(EXIT_DONE, &w, pkcs8);
    writer_free(&w);
    return fail(EXIT_FAILED, "%s: contains no readable private key", source->settings->argument);
}

/* The PrivateKeyInfo of a key, secret_alloc'ed. */
static int open_key(struct source *source, const struct source_key *key, struct bytes *pkcs8)
{
    struct bytes plain;
    int result;

    if (!*key->sealed) return open_clear(source, key->data, pkcs8);
    if ((result = pem_decrypt(source, key, &plain))) return result;
    result = open_clear(source, plain, pkcs8);
    bytes_free(&plain);
    return result;
}

/* --- which key --- */

static void describe(const struct source_key *key, char text[64])
{
    struct material *material = NULL;
    struct writer w = {0};
    struct bytes pkcs8 = key->data;
    int encrypted = 0;

    if (!is_pkcs8(pkcs8, &encrypted) && !*key->sealed && older_wrap(pkcs8, &w)) pkcs8 = (struct bytes){w.data, w.used};
    if (*key->sealed || encrypted) strcpy(text, "encrypted");
    else if (openssh_is(key->data)) strcpy(text, "OpenSSH");
    else if (!w.failed && !pkcs8_read_plain(pkcs8, &all_algorithms, &material))
        snprintf(text, 64, "%s %u", material->alg->family == &ec_family ? "EC" : material->alg->group, material->bits);
    else strcpy(text, "unknown kind");
    if (material) material->alg->family->free(material);
    writer_free(&w);
}

/* What a stranger's file says goes to the terminal like the names of keys. */
static void print_label(const char *label)
{
    struct writer w = {0};

    if (label && to_utf16(label, &w)) print_name(stderr, (const uint16_t *)w.data);
    writer_free(&w);
}

static int list_keys(const struct source *source)
{
    char text[64];
    size_t i;

    fail(EXIT_REFUSED, "%s: contains %zu private keys; choose one with --key N:", source->settings->argument,
         source->count);
    for (i = 0; i < source->count; i++)
    {
        describe(&source->keys[i], text);
        fprintf(stderr, "%6zu  %-14s ", i + 1, text);
        print_label(source->keys[i].label);
        fputc('\n', stderr);
    }
    return EXIT_REFUSED;
}

static int choose(const struct source *source, const struct source_key **key)
{
    size_t number = source->settings->key_number;

    if (!source->count) return fail(EXIT_FAILED, "%s: contains no private key", source->settings->argument);
    if (!number && source->count > 1) return list_keys(source);
    if (number > source->count)
        return fail(EXIT_NOT_FOUND, "%s: no key %zu; the file has %zu", source->settings->argument, number,
                    source->count);
    *key = &source->keys[number ? number - 1 : 0];
    return EXIT_DONE;
}

/* --- the file --- */

static int read_keys(struct source *source, struct bytes file)
{
    int is_one = 0, encrypted, result;

    if (file.size && *file.data != DER_SEQUENCE && pem_is(file)) return pem_read(source, file);
    if (file.size > 20 && !memcmp(file.data, "PuTTY-User-Key-File-", 20))
        return fail(EXIT_FAILED, "%s: a PuTTY key; puttygen %s -O private-openssh-new -o FILE writes one that can "
                    "be imported", source->settings->argument, source->settings->argument);
    if (is_pkcs8(file, &encrypted)) return source_add_key(source, file, NULL);
    if ((result = source_pkcs12(source, file, &is_one)) || is_one) return result;
    return source_add_key(source, file, NULL);
}

int source_read(const struct settings *settings, struct bytes *pkcs8)
{
    struct source source = {.settings = settings};
    const struct source_key *key = NULL;
    struct bytes file;
    int result;

    if ((result = file_read(settings->argument, &file))) return result;
    result = read_keys(&source, file);
    bytes_free(&file);
    if (!result) result = choose(&source, &key);
    if (!result) result = open_key(&source, key, pkcs8);
    if (!result) result = purpose_apply(&source, pkcs8);
    if (!result && source.certificate_count)
        fail(EXIT_DONE, "%s: only the key is imported, not its %zu certificates", settings->argument,
             source.certificate_count);
    source_free(&source);
    return result;
}
