/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PKCS #12 files, which GnuTLS takes apart. Keys in them that are encrypted once more stay so until one is chosen. */
#include <gnutls/gnutls.h>
#include <gnutls/pkcs12.h>
#include <gnutls/x509.h>

#include "base/utf8.h"
#include "source.h"

/* UTF-8 with a NUL, for GnuTLS; ended by writer_free. */
static const char *utf8_password(struct bytes password, struct writer *w)
{
    const uint16_t *s = (const uint16_t *)password.data, *end = s + password.size / sizeof(*s);

    while (s < end) utf8_write(w, utf16_read(&s));
    write_u8(w, 0);
    return w->failed ? "" : (const char *)w->data;
}

static int explain(int error)
{
    switch (error)
    {
    case GNUTLS_E_UNKNOWN_CIPHER_TYPE:
    case GNUTLS_E_UNKNOWN_HASH_ALGORITHM:
    case GNUTLS_E_UNIMPLEMENTED_FEATURE:
        return fail(EXIT_FAILED, "PKCS #12 file: its encryption is not supported: %s", gnutls_strerror(error));
    default:
        return fail(EXIT_PASSWORD, "PKCS #12 file: %s", gnutls_strerror(error));
    }
}

static int take_element(struct source *source, gnutls_pkcs12_bag_t bag, int i)
{
    gnutls_pkcs12_bag_type_t type = gnutls_pkcs12_bag_get_type(bag, i);
    char *name = NULL;
    gnutls_datum_t data;

    if (type != GNUTLS_BAG_CERTIFICATE && type != GNUTLS_BAG_PKCS8_KEY && type != GNUTLS_BAG_PKCS8_ENCRYPTED_KEY)
        return EXIT_DONE;
    if (gnutls_pkcs12_bag_get_data(bag, i, &data)) return fail(EXIT_FAILED, "malformed PKCS #12 file");
    if (type == GNUTLS_BAG_CERTIFICATE) return source_add_certificate(source, (struct bytes){data.data, data.size});
    if (gnutls_pkcs12_bag_get_friendly_name(bag, i, &name)) name = NULL;
    return source_add_key(source, (struct bytes){data.data, data.size}, name);
}

static int take_bag(struct source *source, gnutls_pkcs12_bag_t bag, const char *password)
{
    int count, i, error = 0, result = EXIT_DONE;

    if (gnutls_pkcs12_bag_get_type(bag, 0) == GNUTLS_BAG_ENCRYPTED) error = gnutls_pkcs12_bag_decrypt(bag, password);
    if (error) return explain(error);
    if ((count = gnutls_pkcs12_bag_get_count(bag)) < 0) return fail(EXIT_FAILED, "malformed PKCS #12 file");
    for (i = 0; i < count && !result; i++) result = take_element(source, bag, i);
    return result;
}

static int take_bags(struct source *source, gnutls_pkcs12_t p12, const char *password)
{
    gnutls_pkcs12_bag_t bag;
    int i, error, result = EXIT_DONE;

    for (i = 0; !result; i++)
    {
        if (gnutls_pkcs12_bag_init(&bag)) return fail(EXIT_FAILED, "out of memory");
        error = gnutls_pkcs12_get_bag(p12, i, bag);
        if (!error) result = take_bag(source, bag, password);
        gnutls_pkcs12_bag_deinit(bag);
        if (error == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) break;
        if (error) return fail(EXIT_FAILED, "PKCS #12 file: %s", gnutls_strerror(error));
    }
    return result;
}

/* GnuTLS's error for a file without a MAC: its encryption is all that proves a password then. */
#define HAS_NO_MAC GNUTLS_E_ASN1_ELEMENT_NOT_FOUND

/* *text is what the file was made with; of the two forms of the empty password, the one that fits. */
static int verify(gnutls_pkcs12_t p12, struct bytes password, const char **text)
{
    int error = gnutls_pkcs12_verify_mac(p12, *text);

    if (!error || password.size) return error;
    if (!(error = gnutls_pkcs12_verify_mac(p12, NULL))) *text = NULL;
    return error;
}

static int read_bags(struct source *source, gnutls_pkcs12_t p12)
{
    struct writer w = {0};
    const char *text = utf8_password(source->password, &w);
    int error, result;

    if ((error = verify(p12, source->password, &text)) && error != HAS_NO_MAC) result = explain(error);
    else result = take_bags(source, p12, text);
    writer_free(&w);
    if (!result && !source->count) result = fail(EXIT_REFUSED, "PKCS #12 file: contains no private key");
    return result;
}

/* An empty password need not be asked for; its NUL stays behind it. */
static int find_password(struct source *source, gnutls_pkcs12_t p12)
{
    static const uint16_t nul;
    const char *text = "";
    int result;

    if (verify(p12, (struct bytes){NULL, 0}, &text)) return source_need_password(source);
    result = source_keep((struct bytes){(const uint8_t *)&nul, sizeof(nul)}, &source->password);
    source->password.size = 0;
    return result;
}

int pkcs12_read(struct source *source, struct bytes file, int *is_one)
{
    gnutls_datum_t der = {(unsigned char *)file.data, file.size};
    gnutls_pkcs12_t p12;
    int result = EXIT_DONE;

    if (gnutls_pkcs12_init(&p12)) return fail(EXIT_FAILED, "out of memory");
    *is_one = !gnutls_pkcs12_import(p12, &der, GNUTLS_X509_FMT_DER, 0);
    if (*is_one && !(result = find_password(source, p12))) result = read_bags(source, p12);
    gnutls_pkcs12_deinit(p12);
    return result;
}
