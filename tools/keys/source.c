/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Private keys in files of others. GnuTLS takes PEM and PKCS #12 apart and knows the older forms; what is a PKCS #8
 * structure goes to the engine as it is, which knows more curves and schemes. */
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/pkcs12.h>
#include <gnutls/x509.h>

#include "der.h"
#include "keys.h"
#include "protect.h"

static int keep(const unsigned char *data, size_t size, struct bytes *copy)
{
    uint8_t *block = secret_alloc(size);

    if (!block) return fail(EXIT_FAILED, "out of memory");
    memcpy(block, data, size);
    *copy = (struct bytes){block, size};
    return EXIT_DONE;
}

static int need_password(const struct settings *settings, struct bytes *password)
{
    if (password->data) return EXIT_DONE;
    return read_password(settings->password_file, "password of the file", 0, password);
}

/* UTF-8 with a NUL, for GnuTLS; ended by writer_free. */
static const char *utf8_password(struct bytes password, struct writer *w)
{
    const uint16_t *s = (const uint16_t *)password.data, *end = s + password.size / sizeof(*s);

    while (s < end) utf8_write(w, utf16_read(&s));
    write_u8(w, 0);
    return w->failed ? "" : (const char *)w->data;
}

/* --- PKCS #12 --- */

struct found                        /* in a PKCS #12 file */
{
    struct bytes pkcs8;
    int keys, certificates;
};

static int take_element(gnutls_pkcs12_bag_t bag, int i, struct found *found)
{
    gnutls_pkcs12_bag_type_t type = gnutls_pkcs12_bag_get_type(bag, i);
    gnutls_datum_t data;

    if (type == GNUTLS_BAG_CERTIFICATE) found->certificates++;
    if (type != GNUTLS_BAG_PKCS8_KEY && type != GNUTLS_BAG_PKCS8_ENCRYPTED_KEY) return EXIT_DONE;
    if (found->keys++) return EXIT_DONE;
    if (gnutls_pkcs12_bag_get_data(bag, i, &data)) return fail(EXIT_FAILED, "malformed PKCS #12 file");
    return keep(data.data, data.size, &found->pkcs8);
}

static int take_bag(gnutls_pkcs12_bag_t bag, const char *password, struct found *found)
{
    int count, i, error = 0, result = EXIT_DONE;

    if (gnutls_pkcs12_bag_get_type(bag, 0) == GNUTLS_BAG_ENCRYPTED) error = gnutls_pkcs12_bag_decrypt(bag, password);
    if (error) return fail(EXIT_PASSWORD, "PKCS #12 file: %s", gnutls_strerror(error));
    if ((count = gnutls_pkcs12_bag_get_count(bag)) < 0) return fail(EXIT_FAILED, "malformed PKCS #12 file");
    for (i = 0; i < count && !result; i++) result = take_element(bag, i, found);
    return result;
}

static int take_bags(gnutls_pkcs12_t p12, const char *password, struct found *found)
{
    gnutls_pkcs12_bag_t bag;
    int i, error, result = EXIT_DONE;

    for (i = 0; !result; i++)
    {
        if (gnutls_pkcs12_bag_init(&bag)) return fail(EXIT_FAILED, "out of memory");
        error = gnutls_pkcs12_get_bag(p12, i, bag);
        if (!error) result = take_bag(bag, password, found);
        gnutls_pkcs12_bag_deinit(bag);
        if (error == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) break;
        if (error) return fail(EXIT_FAILED, "PKCS #12 file: %s", gnutls_strerror(error));
    }
    return result;
}

static int read_bags(gnutls_pkcs12_t p12, struct bytes password, struct bytes *pkcs8)
{
    struct found found = {0};
    struct writer w = {0};
    const char *text = utf8_password(password, &w);
    int error, result;

    if ((error = gnutls_pkcs12_verify_mac(p12, text)))
        result = fail(EXIT_PASSWORD, "PKCS #12 file: %s", gnutls_strerror(error));
    else result = take_bags(p12, text, &found);
    writer_free(&w);
    if (!result && found.keys != 1)
        result = fail(EXIT_REFUSED, "PKCS #12 file: %d private keys in it, not one", found.keys);
    if (!result && found.certificates)
        fail(EXIT_DONE, "PKCS #12 file: the key alone is imported, not its %d certificates", found.certificates);
    if (result) secret_free((void *)found.pkcs8.data);
    else *pkcs8 = found.pkcs8;
    return result;
}

/* *is_one tells whether it was a PKCS #12 file at all. */
static int read_pkcs12(const struct settings *settings, const gnutls_datum_t *der, struct bytes *pkcs8,
                       struct bytes *password, int *is_one)
{
    gnutls_pkcs12_t p12;
    int result = EXIT_DONE;

    if (gnutls_pkcs12_init(&p12)) return fail(EXIT_FAILED, "out of memory");
    *is_one = !gnutls_pkcs12_import(p12, der, GNUTLS_X509_FMT_DER, 0);
    if (*is_one && !(result = need_password(settings, password))) result = read_bags(p12, *password, pkcs8);
    gnutls_pkcs12_deinit(p12);
    return result;
}

/* --- RSAPrivateKey, ECPrivateKey and the like --- */

static int read_older(const struct settings *settings, const gnutls_datum_t *file, gnutls_x509_crt_fmt_t format,
                      struct bytes *pkcs8, struct bytes *password)
{
    gnutls_datum_t der = {NULL, 0};
    gnutls_x509_privkey_t key;
    struct writer w = {0};
    int error, result = EXIT_DONE;

    if (gnutls_x509_privkey_init(&key)) return fail(EXIT_FAILED, "out of memory");
    error = gnutls_x509_privkey_import2(key, file, format, NULL, 0);
    if (error == GNUTLS_E_DECRYPTION_FAILED && !(result = need_password(settings, password)))
        error = gnutls_x509_privkey_import2(key, file, format, utf8_password(*password, &w), 0);
    if (!error) error = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN, &der);
    if (!result && error == GNUTLS_E_DECRYPTION_FAILED)
        result = fail(EXIT_PASSWORD, "%s: wrong password, or damaged", settings->argument);
    if (!result && error)
        result = fail(EXIT_FAILED, "%s: no private key to be read: %s", settings->argument, gnutls_strerror(error));
    if (!result) result = keep(der.data, der.size, pkcs8);
    if (der.data) wipe(der.data, der.size);
    gnutls_free(der.data);
    gnutls_x509_privkey_deinit(key);
    writer_free(&w);
    return result;
}

/* --- PKCS #8 --- */

/* SEQUENCE { SEQUENCE ...: encrypted; SEQUENCE { INTEGER, SEQUENCE ...: plain. */
static int is_pkcs8(const gnutls_datum_t *der, int *encrypted)
{
    struct reader r = {der->data, der->size, 0}, inside = der_enter(&r, DER_SEQUENCE);

    if (!der_done(&r)) return 0;
    if ((*encrypted = der_next_is(&inside, DER_SEQUENCE)))
    {
        der_read(&inside, DER_SEQUENCE);
        return !inside.failed && der_next_is(&inside, DER_OCTET_STRING);
    }
    der_read_small(&inside);
    if (inside.failed || !der_next_is(&inside, DER_SEQUENCE)) return 0;
    der_read(&inside, DER_SEQUENCE);
    return der_next_is(&inside, DER_OCTET_STRING);
}

static int read_der(const struct settings *settings, const gnutls_datum_t *der, struct bytes *pkcs8,
                    struct bytes *password)
{
    int encrypted, is_one = 0, result;

    if (is_pkcs8(der, &encrypted))
    {
        if (encrypted && (result = need_password(settings, password))) return result;
        return keep(der->data, der->size, pkcs8);
    }
    if ((result = read_pkcs12(settings, der, pkcs8, password, &is_one)) || is_one) return result;
    return read_older(settings, der, GNUTLS_X509_FMT_DER, pkcs8, password);
}

static int decode_pem(const char *label, const gnutls_datum_t *file, gnutls_datum_t *der)
{
    return !gnutls_pem_base64_decode2(label, file, der);
}

static int read_pem(const struct settings *settings, const gnutls_datum_t *file, struct bytes *pkcs8,
                    struct bytes *password)
{
    gnutls_datum_t der;
    int result;

    if (!decode_pem("ENCRYPTED PRIVATE KEY", file, &der) && !decode_pem("PRIVATE KEY", file, &der))
        return read_older(settings, file, GNUTLS_X509_FMT_PEM, pkcs8, password);
    result = read_der(settings, &der, pkcs8, password);
    wipe(der.data, der.size);
    gnutls_free(der.data);
    return result;
}

static int is_pem(struct bytes file)
{
    static const char begin[] = "-----BEGIN ";
    size_t i;

    for (i = 0; i + sizeof(begin) - 1 <= file.size; i++)
        if (!memcmp(file.data + i, begin, sizeof(begin) - 1)) return 1;
    return 0;
}

int source_read(const struct settings *settings, struct bytes *pkcs8, struct bytes *password)
{
    gnutls_datum_t data;
    struct bytes file;
    int result;

    if ((result = file_read(settings->argument, &file))) return result;
    data = (gnutls_datum_t){(unsigned char *)file.data, file.size};
    result = file.size && *file.data != DER_SEQUENCE && is_pem(file) ? read_pem(settings, &data, pkcs8, password)
                                                       : read_der(settings, &data, pkcs8, password);
    secret_free((void *)file.data);
    return result;
}
