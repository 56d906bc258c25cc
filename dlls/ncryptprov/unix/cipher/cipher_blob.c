/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Blobs of symmetric keys: CipherKeyBlob, which key files also contain, and Rfc3565KeyWrapBlob. */
#include <string.h>

#include "cipher/cipher_key.h"
#include "format/key_blob.h"

#define MAGIC_KEY_DATA  0x4d42444bu /* "KDBM" */
#define KEY_DATA_HEADER 12          /* bytes */

static nte_status make_material(const struct algorithm *alg, struct bytes key, struct material **material)
{
    struct cipher_key *made;
    nte_status status;

    if ((status = cipher_key_make(alg, key, &made))) return status;
    *material = &made->material;
    return NTE_SUCCESS;
}

/* BCRYPT_KEY_DATA_BLOB_HEADER: magic, version, size, then the key. */
static nte_status read_key_data(struct bytes data, struct bytes *key)
{
    struct reader r = {data.data, data.size, 0};
    uint32_t magic = read_u32(&r), version = read_u32(&r), size = read_u32(&r);

    if (r.failed) return NTE_BAD_DATA;
    if (magic != MAGIC_KEY_DATA || version != 1) return NTE_INVALID_PARAMETER;
    *key = read_bytes(&r, size);
    return r.failed || r.left ? NTE_BAD_DATA : NTE_SUCCESS;
}

nte_status cipher_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material)
{
    uint16_t name[KEY_BLOB_NAME_MAX];
    const struct algorithm *alg;
    struct bytes payload, key;
    nte_status status;

    if ((status = key_blob_read(data, MAGIC_CIPHER_KEY, name, &payload))) return status;
    if (!(alg = family_algorithm_named(algorithms, &cipher_family, name))) return NTE_NOT_SUPPORTED;
    if ((status = read_key_data(payload, &key))) return status;
    return make_material(alg, key, material);
}

/* The blob is in clear, even when the caller names a key to unwrap it with (row 8.52). */
nte_status cipher_import_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return cipher_load(options->algorithms, data, material);
}

nte_status cipher_export_blob(const struct material *material, const struct blob_options *options, struct writer *w)
{
    const struct cipher_key *key = (const struct cipher_key *)material;

    (void)options;
    key_blob_write(w, MAGIC_CIPHER_KEY, material->alg->id, KEY_DATA_HEADER + key->key_size);
    write_u32(w, MAGIC_KEY_DATA);
    write_u32(w, 1);
    write_u32(w, key->key_size);
    write_bytes(w, key->key, key->key_size);
    return NTE_SUCCESS;
}

static int is_aes(const struct material *material)
{
    return material && material->alg->family == &cipher_family && !strcmp(material->alg->id, "AES");
}

/* The blob does not say what it contains; it is taken for an AES key, as in RFC 3565. */
nte_status cipher_import_wrapped(struct bytes data, const struct blob_options *options, struct material **material)
{
    const struct algorithm *aes;
    uint8_t key[CIPHER_MAX_KEY];
    nte_status status;

    if (!is_aes(options->wrapping)) return NTE_INVALID_PARAMETER;
    aes = options->wrapping->alg;
    if (data.size < WRAP_OVERHEAD || !block_cipher_find(aes, data.size - WRAP_OVERHEAD)) return NTE_BAD_DATA;
    status = cipher_unwrap((const struct cipher_key *)options->wrapping, data, key);
    if (!status) status = make_material(aes, (struct bytes){key, data.size - WRAP_OVERHEAD}, material);
    wipe(key, sizeof(key));
    return status;
}

nte_status cipher_export_wrapped(const struct material *material, const struct blob_options *options, struct writer *w)
{
    const struct cipher_key *key = (const struct cipher_key *)material;
    uint8_t *output;

    if (!is_aes(material)) return NTE_NOT_SUPPORTED;
    if (!is_aes(options->wrapping)) return NTE_INVALID_PARAMETER;
    if (!(output = write_space(w, key->key_size + WRAP_OVERHEAD))) return NTE_NO_MEMORY;
    cipher_wrap((const struct cipher_key *)options->wrapping, (struct bytes){key->key, key->key_size}, output);
    return NTE_SUCCESS;
}
