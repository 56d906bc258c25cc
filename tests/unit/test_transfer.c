/* SPDX-License-Identifier: LGPL-2.1-or-later
 * transfer.c: which blob types there are, who may take a key out, and what an import refuses before a family reads the
 * blob. What the blobs look like is said by the tests of the families. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "shared.h"
#include "key/blob_type.h"
#include "key_sample.h"

static const struct blob_options none = {.algorithms = &all_algorithms};

static nte_status export(struct key *key, const char *type, const struct blob_options *options, uint32_t flags)
{
    uint8_t blob[4096];
    uint32_t size;

    return key_export(key, wide(type), options, flags, blob, sizeof(blob), &size);
}

static struct bytes blob_of(struct key *key, const char *type)
{
    uint8_t *blob = take(4096);
    uint32_t size;

    assert_status(key_export(key, wide(type), &none, 0, blob, 4096, &size), NTE_SUCCESS);
    return run(blob, size);
}

static nte_status import(const char *type, struct bytes blob, const char *name, uint32_t flags, struct key **key)
{
    return key_import(&software_provider, wide(type), blob, &none, named(name), flags, key);
}

/* Rows 9.6 to 9.12: for the policies 0, encrypted, in clear. */
static void test_policy(void **state)
{
    static const struct
    {
        const char *alg, *type;
        int sealed_with;            /* 0: nothing; 's': a password; 'w': a key */
        char allowed[4];            /* y or n for each policy */
    } rows[] =
    {
        {"ECDSA_P256", "ECCPUBLICBLOB", 0, "yyy"},
        {"ECDSA_P256", "ECCFULLPUBLICBLOB", 0, "yyy"},
        {"ECDSA_P256", "PUBLICBLOB", 0, "yyy"},
        {"ECDSA_P256", "ECCPRIVATEBLOB", 0, "nny"},
        {"ECDSA_P256", "ECCFULLPRIVATEBLOB", 0, "nny"},
        {"ECDSA_P256", "PRIVATEBLOB", 0, "nny"},
        {"ECDSA_P256", "PKCS8_PRIVATEKEY", 0, "nny"},
        {"ECDSA_P256", "PKCS8_PRIVATEKEY", 's', "nyy"},
        {"ECDSA_P256", "OpaqueTransport", 0, "nyy"},
        {"RSA", "RSAPUBLICBLOB", 0, "yyy"},
        {"RSA", "CAPIPUBLICBLOB", 0, "yyy"},
        {"RSA", "RSAPRIVATEBLOB", 0, "nny"},
        {"RSA", "RSAFULLPRIVATEBLOB", 0, "nny"},
        {"RSA", "CAPIPRIVATEBLOB", 0, "nny"},
        {"AES", "CipherKeyBlob", 0, "nny"},
        {"AES", "Rfc3565KeyWrapBlob", 'w', "nyy"},
    };
    struct key *wrapping = final_key("AES", NULL), *key = NULL;
    const char *alg = "";
    uint32_t policy;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
    {
        struct blob_options options = {.has_secret = rows[i].sealed_with == 's',
                                  .secret = rows[i].sealed_with == 's' ? wide("Sesam") : NULL,
                                  .algorithms = &all_algorithms,
                                       .wrapping = rows[i].sealed_with == 'w' ? wrapping->material : NULL};

        if (strcmp(alg, rows[i].alg))
        {
            if (key) key_free(key);
            key = final_key(alg = rows[i].alg, "policy");
        }
        for (policy = 0; policy < 3; policy++)
        {
            key->export_policy = policy;
            assert_status(export(key, rows[i].type, &options, 0),
                          rows[i].allowed[policy] == 'y' ? NTE_SUCCESS : NTE_NOT_SUPPORTED);
        }
    }
    key_free(key);
    key_free(wrapping);
}

static void test_private_callers(void **state)
{
    struct key *key = final_key("ECDSA_P256", NULL);

    (void)state;
    key->export_policy = 0;
    assert_status(export(key, "ECCPRIVATEBLOB", &none, UNIX_EXPORT_FOR_PFX), NTE_NOT_SUPPORTED);
    assert_status(export(key, "ECCPRIVATEBLOB", &none, UNIX_EXPORT_FOR_SCHANNEL), NTE_SUCCESS);
    key->export_policy = ALLOW_EXPORT;
    assert_status(export(key, "ECCPRIVATEBLOB", &none, UNIX_EXPORT_FOR_PFX), NTE_SUCCESS);
    assert_status(export(key, "ECCPRIVATEBLOB", &none, 0), NTE_NOT_SUPPORTED);
    assert_status(export(key, "ECCPUBLICBLOB", &none, 0x00001000), NTE_BAD_FLAGS);
    assert_status(export(key, "ECCPUBLICBLOB", &none, FLAG_SILENT), NTE_SUCCESS);
    key_free(key);
}

/* Row 9.34: one export, by the handle that made the key. */
static void test_archiving(void **state)
{
    struct key *key = final_key("ECDSA_P256", NULL);
    uint8_t blob[256];
    uint32_t size;

    (void)state;
    key->export_policy = ALLOW_ARCHIVING;
    assert_status(export(key, "ECCPRIVATEBLOB", &none, 0), NTE_NOT_SUPPORTED);
    key->export_policy = ALLOW_PLAINTEXT_ARCHIVING;
    assert_status(key_export(key, wide("ECCPRIVATEBLOB"), &none, 0, NULL, 0, &size), NTE_SUCCESS);
    assert_status(key_export(key, wide("ECCPRIVATEBLOB"), &none, 0, blob, size - 1, &size), NTE_BUFFER_TOO_SMALL);
    assert_status(export(key, "ECCPRIVATEBLOB", &none, 0), NTE_SUCCESS);
    assert_status(export(key, "ECCPRIVATEBLOB", &none, 0), NTE_NOT_SUPPORTED);
    key_free(key);
}

static void test_sizes(void **state)
{
    struct key *key = final_key("ECDSA_P256", NULL);
    uint8_t blob[72], untouched[72];
    uint32_t size = 0;

    (void)state;
    assert_status(key_export(key, wide("ECCPUBLICBLOB"), &none, 0, NULL, 0, &size), NTE_SUCCESS);
    assert_int_equal(size, sizeof(blob));
    memset(blob, 0x55, sizeof(blob));
    memset(untouched, 0x55, sizeof(untouched));
    size = 0;
    assert_status(key_export(key, wide("ECCPUBLICBLOB"), &none, 0, blob, sizeof(blob) - 1, &size),
                  NTE_BUFFER_TOO_SMALL);
    assert_int_equal(size, sizeof(blob));
    assert_memory_equal(blob, untouched, sizeof(blob));
    assert_status(key_export(key, wide("ECCPUBLICBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_SUCCESS);
    assert_int_equal(size, sizeof(blob));
    key_free(key);
}

static void test_refused_exports(void **state)
{
    struct key *key = final_key("ECDSA_P256", NULL), *wrapping = final_key("AES", NULL), *public, *new;
    struct blob_options wrapped = {.algorithms = &all_algorithms, .wrapping = wrapping->material};

    (void)state;
    key->export_policy = ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT;
    assert_status(export(key, "no such blob", &none, 0), NTE_BAD_TYPE);
    assert_status(export(key, "RSAPUBLICBLOB", &none, 0), NTE_BAD_TYPE);
    assert_status(export(key, "ECCPRIVATEBLOB", &wrapped, 0), NTE_NOT_SUPPORTED);   /* never in clear instead */
    assert_status(import("ECCPUBLICBLOB", blob_of(key, "ECCPUBLICBLOB"), NULL, 0, &public), NTE_SUCCESS);
    public->export_policy = ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT;
    assert_status(export(public, "ECCPRIVATEBLOB", &none, 0), NTE_NOT_SUPPORTED);
    new = new_key("ECDSA_P256", NULL);
    assert_status(export(new, "ECCPUBLICBLOB", &none, 0), NTE_BAD_KEY_STATE);
    key_free(new);
    key_free(public);
    key_free(wrapping);
    key_free(key);
}

static void test_magic_chooses(void **state)
{
    struct key *ec = final_key("ECDSA_P256", NULL), *rsa = final_key("RSA", NULL), *key;
    struct bytes blob;

    (void)state;
    ec->export_policy = rsa->export_policy = ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT;
    assert_status(import("PRIVATEBLOB", blob_of(ec, "ECCPRIVATEBLOB"), NULL, 0, &key), NTE_SUCCESS);
    assert_ptr_equal(key->alg, ec->alg);
    key_free(key);
    assert_status(import("PRIVATEBLOB", blob_of(rsa, "RSAPRIVATEBLOB"), NULL, 0, &key), NTE_SUCCESS);
    assert_ptr_equal(key->alg, rsa->alg);
    key_free(key);
    assert_status(import("PRIVATEBLOB", blob_of(rsa, "RSAFULLPRIVATEBLOB"), NULL, 0, &key), NTE_SUCCESS);
    key_free(key);

    blob = blob_of(ec, "ECCPRIVATEBLOB");
    assert_status(import("RSAPRIVATEBLOB", blob, NULL, 0, &key), NTE_INVALID_PARAMETER);        /* row 8.4 */
    assert_status(import("PRIVATEBLOB", text("XYZ1...."), NULL, 0, &key), NTE_INVALID_PARAMETER);
    blob = exact(run(blob.data, 3));
    assert_status(import("PRIVATEBLOB", blob, NULL, 0, &key), NTE_BAD_DATA);
    free((void *)blob.data);
    assert_status(import("no such blob", text("ECS2"), NULL, 0, &key), NTE_NOT_SUPPORTED);
    assert_status(import("PRIVATEBLOB", run(NULL, 4), NULL, 0, &key), NTE_INVALID_PARAMETER);
    key_free(ec);
    key_free(rsa);
}

static void test_import_flags(void **state)
{
    struct key *key = final_key("ECDSA_P256", NULL), *new;
    struct bytes public, private;

    (void)state;
    key->export_policy = ALLOW_PLAINTEXT_EXPORT;
    public = blob_of(key, "ECCPUBLICBLOB");
    private = blob_of(key, "ECCPRIVATEBLOB");
    assert_status(import("ECCPRIVATEBLOB", private, NULL, 0x00001000, &new), NTE_BAD_FLAGS);
    assert_status(import("ECCPRIVATEBLOB", private, NULL, FLAG_REQUIRE_VBS, &new), NTE_VBS_UNAVAILABLE);
    assert_status(import("ECCPRIVATEBLOB", private, NULL, FLAG_PER_BOOT_KEY, &new), NTE_VBS_UNAVAILABLE);
    assert_status(import("ECCPUBLICBLOB", public, NULL, FLAG_DO_NOT_FINALIZE, &new), NTE_BAD_FLAGS);
    assert_status(import("ECCPUBLICBLOB", public, "a name", 0, &new), NTE_NOT_SUPPORTED);
    assert_status(import("ECCPRIVATEBLOB", private, NULL, FLAG_PREFER_VBS | FLAG_SILENT, &new), NTE_SUCCESS);
    assert_int_equal(new->state, KEY_FINAL);
    key_free(new);
    assert_status(import("ECCPRIVATEBLOB", private, NULL, FLAG_DO_NOT_FINALIZE, &new), NTE_SUCCESS);
    assert_int_equal(new->state, KEY_NEW);
    key_free(new);
    key_free(key);
}

/* A blob as a property, until the key is finalized. */
static void test_set_blob(void **state)
{
    struct key *key = final_key("ECDSA_P256", NULL), *new = new_key("ECDSA_P256", NULL);
    struct key *other = new_key("ECDSA_P384", NULL);
    struct bytes blob;

    (void)state;
    key->export_policy = ALLOW_PLAINTEXT_EXPORT;
    blob = blob_of(key, "ECCPRIVATEBLOB");
    assert_status(key_set_blob(other, wide("ECCPRIVATEBLOB"), blob), NTE_INVALID_PARAMETER);
    assert_null(other->material);
    assert_status(key_set_blob(new, wide("ECCPRIVATEBLOB"), blob), NTE_SUCCESS);
    assert_status(key_set_blob(new, wide("ECCPRIVATEBLOB"), blob), NTE_SUCCESS);
    assert_status(key_finalize(new, 0), NTE_SUCCESS);
    assert_status(key_set_blob(new, wide("ECCPRIVATEBLOB"), blob), NTE_BAD_KEY_STATE);
    new->export_policy = ALLOW_PLAINTEXT_EXPORT;
    assert_memory_equal(blob_of(new, "ECCPRIVATEBLOB").data, blob.data, blob.size);
    key_free(other);
    key_free(new);
    key_free(key);
}

static void test_names(void **state)
{
    (void)state;
    assert_true(is_blob_property(wide("ECCPRIVATEBLOB")));
    assert_true(is_blob_property(wide("KDFKeyBlob")));
    assert_false(is_blob_property(wide("ECCPUBLICBLOB")));
    assert_false(is_blob_property(wide("PKCS8_PRIVATEKEY")));
    assert_true(is_blob_type(wide("ECCPUBLICBLOB")));
    assert_true(is_blob_type(wide("OpaqueTransport")));
    assert_false(is_blob_type(wide("eccpublicblob")));
    assert_false(is_blob_type(wide("Length")));
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_policy, take_back),
        cmocka_unit_test_teardown(test_private_callers, take_back),
        cmocka_unit_test_teardown(test_archiving, take_back),
        cmocka_unit_test_teardown(test_sizes, take_back),
        cmocka_unit_test_teardown(test_refused_exports, take_back),
        cmocka_unit_test_teardown(test_magic_chooses, take_back),
        cmocka_unit_test_teardown(test_import_flags, take_back),
        cmocka_unit_test_teardown(test_set_blob, take_back),
        cmocka_unit_test_teardown(test_names, take_back),
    };

    return cmocka_run_group_tests(tests, attach_stores, remove_stores);
}
