/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of protected blobs: from the store key, the logon session or a certificate to the content key; see
 * protect.h and doc/protection.md. */
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>

#include "cipher/cipher_key.h"
#include "crypto/hash.h"
#include "key/key.h"
#include "base/der.h"
#include "protect/protect.h"
#include "rsa/rsa.h"
#include "store/store_key.h"

#define SALT_SIZE 32

static const struct bytes nothing;

static struct bytes bytes_of_text(const char *text)
{
    return bytes_of(text, strlen(text));
}

nte_status protect_derive(struct bytes secret, struct bytes salt, struct bytes info, uint8_t key[PROTECT_KEY_SIZE])
{
    gnutls_datum_t secret_datum = {(void *)secret.data, secret.size}, salt_datum = {(void *)salt.data, salt.size};
    gnutls_datum_t info_datum = {(void *)info.data, info.size}, prk_datum;
    uint8_t prk[PROTECT_KEY_SIZE];
    int failed;

    prk_datum.data = prk;
    prk_datum.size = sizeof(prk);
    failed = gnutls_hkdf_extract(GNUTLS_MAC_SHA256, &secret_datum, &salt_datum, prk) ||
             gnutls_hkdf_expand(GNUTLS_MAC_SHA256, &prk_datum, &info_datum, key, PROTECT_KEY_SIZE);
    wipe(prk, sizeof(prk));
    return failed ? NTE_INTERNAL_ERROR : NTE_SUCCESS;
}

/* A key derived from a store's key, for protection and nothing else. */
static nte_status derive_root(struct store_key *store_key, uint8_t root[PROTECT_KEY_SIZE])
{
    nte_status status = protect_derive(bytes_of(store_key->key, STORE_KEY_SIZE), nothing,
                                       bytes_of_text("ncrypt protection: root 1"), root);

    wipe(store_key, sizeof(*store_key));
    return status;
}

/* For protecting, the key must be on disk; a missing one is made. */
static nte_status root_for_write(struct store *store, uint8_t root[PROTECT_KEY_SIZE])
{
    struct store_key store_key;
    nte_status status;

    if (!store) return NTE_INTERNAL_ERROR;
    status = store_key_make(store, &store_key);
    return status ? status : derive_root(&store_key, root);
}

/* Without the store key, what was protected under it stays closed. */
static nte_status root_for_read(struct store *store, uint8_t root[PROTECT_KEY_SIZE])
{
    struct store_key store_key;
    nte_status status;

    if (!store) return NTE_INTERNAL_ERROR;
    status = store_key_reread(store, &store_key);
    if (status == NTE_BAD_KEY_STATE) return NTE_DECRYPTION_FAILURE;
    return status ? status : derive_root(&store_key, root);
}

static nte_status find_root(const struct answer *answer, int write, uint8_t root[PROTECT_KEY_SIZE])
{
    struct store *store;

    if (answer->key == UNIX_KEY_USER || answer->key == UNIX_KEY_MACHINE)
    {
        store = key_store(answer->key == UNIX_KEY_MACHINE ? FLAG_MACHINE_KEY : 0);
        return write ? root_for_write(store, root) : root_for_read(store, root);
    }
    if (answer->data.size != PROTECT_KEY_SIZE) return write ? NTE_INVALID_PARAMETER : NTE_DECRYPTION_FAILURE;
    memcpy(root, answer->data.data, PROTECT_KEY_SIZE);
    return NTE_SUCCESS;
}

/* The protector's own key: derived from the root, for this protector and no other. */
static nte_status derive_protector_key(const struct protector *protector, uint32_t key, const uint8_t *root,
                                       struct bytes salt, uint8_t result[PROTECT_KEY_SIZE])
{
    const char *name = protector_name(protector->type);
    struct writer info = {0};
    nte_status status = NTE_NO_MEMORY;

    write_bytes(&info, "ncrypt protection: protector 1", strlen("ncrypt protection: protector 1") + 1);
    write_u8(&info, key);
    write_bytes(&info, name, strlen(name) + 1);
    write_bytes(&info, protector->value, protector->size);
    if (!info.failed)
        status = protect_derive(bytes_of(root, PROTECT_KEY_SIZE), salt, bytes_of(info.data, info.used), result);
    writer_free(&info);
    return status;
}

static void write_identifier(struct writer *w, uint32_t key, struct bytes data)
{
    write_u8(w, key);
    write_u32(w, data.size);
    write_bytes(w, data.data, data.size);
}

/* --- certificates: the root is random, and encrypted to the certificate's RSA key --- */

/* Numbers of the certificate's key; gnutls_free both. */
static nte_status certificate_numbers(struct bytes der, gnutls_datum_t *n, gnutls_datum_t *e)
{
    gnutls_datum_t data = {(void *)der.data, der.size};
    gnutls_x509_crt_t certificate;
    nte_status status = NTE_SUCCESS;

    if (gnutls_x509_crt_init(&certificate)) return NTE_NO_MEMORY;
    if (gnutls_x509_crt_import(certificate, &data, GNUTLS_X509_FMT_DER)) status = NTE_INVALID_PARAMETER;
    else if (gnutls_x509_crt_get_pk_algorithm(certificate, NULL) != GNUTLS_PK_RSA) status = NTE_NOT_SUPPORTED;
    else if (gnutls_x509_crt_get_pk_rsa_raw(certificate, n, e)) status = NTE_INVALID_PARAMETER;
    gnutls_x509_crt_deinit(certificate);
    return status;
}

static nte_status certificate_key(struct bytes der, struct rsa_key **key)
{
    struct rsa_numbers numbers = {0};
    gnutls_datum_t n, e;
    nte_status status;

    if ((status = certificate_numbers(der, &n, &e))) return status;
    numbers.n = bytes_of(n.data, n.size);
    numbers.e = bytes_of(e.data, e.size);
    status = rsa_import_public(&numbers, key);
    gnutls_free(n.data);
    gnutls_free(e.data);
    return status;
}

/* OAEP with SHA-1, which keys of CAPI providers can also decrypt. */
static nte_status encrypt_root(struct bytes der, const uint8_t *root, struct writer *w)
{
    struct padding padding = {.scheme = PAD_OAEP, .present = 1, .alg = u"SHA1"};
    struct rsa_key *key;
    nte_status status;
    uint32_t size;
    uint8_t *out;

    if ((status = certificate_key(der, &key))) return status;
    size = key->n_size;
    if (!(out = write_space(w, size))) status = NTE_NO_MEMORY;
    else status = rsa_family.encrypt(&key->material, &padding, bytes_of(root, PROTECT_KEY_SIZE), out, size, &size);
    rsa_free(key);
    return status;
}

static nte_status make_certificate_key(const struct protector *protector, const struct answer *answer,
                                       uint8_t key[PROTECT_KEY_SIZE], struct writer *identifier)
{
    uint8_t root[PROTECT_KEY_SIZE];
    struct writer encrypted = {0};
    nte_status status;

    if (gnutls_rnd(GNUTLS_RND_KEY, root, sizeof(root))) return NTE_INTERNAL_ERROR;
    if (!(status = encrypt_root(answer->data, root, &encrypted)))
    {
        write_identifier(identifier, answer->key, bytes_of(encrypted.data, encrypted.used));
        status = derive_protector_key(protector, answer->key, root, nothing, key);
    }
    writer_free(&encrypted);
    wipe(root, sizeof(root));
    return status;
}

/* --- the key of one protector --- */

static nte_status make_salted_key(const struct protector *protector, const struct answer *answer,
                                  uint8_t key[PROTECT_KEY_SIZE], struct writer *identifier)
{
    uint8_t root[PROTECT_KEY_SIZE], salt[SALT_SIZE];
    nte_status status;

    if (gnutls_rnd(GNUTLS_RND_RANDOM, salt, sizeof(salt))) return NTE_INTERNAL_ERROR;
    if ((status = find_root(answer, 1, root))) return status;
    write_identifier(identifier, answer->key, bytes_of(salt, sizeof(salt)));
    status = derive_protector_key(protector, answer->key, root, bytes_of(salt, sizeof(salt)), key);
    wipe(root, sizeof(root));
    return status;
}

static nte_status make_protector_key(const struct protector *protector, const struct answer *answer,
                                     uint8_t key[PROTECT_KEY_SIZE], struct writer *identifier)
{
    switch (answer->key)
    {
    case UNIX_KEY_NONE: return answer->status ? answer->status : NTE_INTERNAL_ERROR;
    case UNIX_KEY_CERTIFICATE: return make_certificate_key(protector, answer, key, identifier);
    default: return make_salted_key(protector, answer, key, identifier);
    }
}

static nte_status find_protector_key(const struct protector *protector, const struct answer *answer,
                                     uint8_t key[PROTECT_KEY_SIZE])
{
    struct bytes salt = protector->identifier;
    uint8_t root[PROTECT_KEY_SIZE];
    nte_status status;

    if (answer->key == UNIX_KEY_NONE) return answer->status ? answer->status : NTE_DECRYPTION_FAILURE;
    if (answer->key != protector->key) return NTE_DECRYPTION_FAILURE;
    if (answer->key == UNIX_KEY_CERTIFICATE) salt = nothing;
    else if (salt.size != SALT_SIZE) return NTE_BAD_DATA;
    if ((status = find_root(answer, 0, root))) return status;
    status = derive_protector_key(protector, answer->key, root, salt, key);
    wipe(root, sizeof(root));
    return status;
}

/* --- the key of a clause: it takes the keys of all its protectors --- */

static nte_status join_keys(const struct writer *keys, uint8_t kek[PROTECT_KEY_SIZE])
{
    if (keys->failed) return NTE_NO_MEMORY;
    return protect_derive(bytes_of(keys->data, keys->used), nothing, bytes_of_text("ncrypt protection: clause 1"), kek);
}

static nte_status make_clause_key(const struct descriptor *descriptor, const struct answer *answers, uint32_t clause,
                                  uint8_t kek[PROTECT_KEY_SIZE], struct writer *identifier)
{
    uint8_t key[PROTECT_KEY_SIZE];
    nte_status status = NTE_SUCCESS;
    struct writer keys = {0};
    uint32_t i;

    write_bytes(identifier, IDENTIFIER_MAGIC, IDENTIFIER_MAGIC_SIZE);
    for (i = 0; i < descriptor->count && !status; i++)
    {
        if (descriptor->protectors[i].clause != clause) continue;
        status = make_protector_key(&descriptor->protectors[i], &answers[i], key, identifier);
        if (!status) write_bytes(&keys, key, sizeof(key));
    }
    if (!status) status = join_keys(&keys, kek);
    writer_free(&keys);
    wipe(key, sizeof(key));
    return status;
}

static nte_status find_clause_key(const struct descriptor *descriptor, const struct answer *answers, uint32_t clause,
                                  uint8_t kek[PROTECT_KEY_SIZE])
{
    uint8_t key[PROTECT_KEY_SIZE];
    nte_status status = NTE_SUCCESS;
    struct writer keys = {0};
    uint32_t i;

    for (i = 0; i < descriptor->count && !status; i++)
    {
        if (descriptor->protectors[i].clause != clause) continue;
        status = find_protector_key(&descriptor->protectors[i], &answers[i], key);
        if (!status) write_bytes(&keys, key, sizeof(key));
    }
    if (!status) status = join_keys(&keys, kek);
    writer_free(&keys);
    wipe(key, sizeof(key));
    return status;
}

/* --- the content key --- */

static nte_status aes_key(uint8_t kek[PROTECT_KEY_SIZE], struct cipher_key **key)
{
    nte_status status = cipher_key_make(algorithm_find_ascii("AES"), bytes_of(kek, PROTECT_KEY_SIZE), key);

    wipe(kek, PROTECT_KEY_SIZE);
    return status;
}

static nte_status wrap(uint8_t kek[PROTECT_KEY_SIZE], const uint8_t key[PROTECT_KEY_SIZE], uint8_t *wrapped)
{
    struct cipher_key *aes;
    nte_status status;

    if ((status = aes_key(kek, &aes))) return status;
    cipher_wrap(aes, bytes_of(key, PROTECT_KEY_SIZE), wrapped);
    cipher_family.free(&aes->material);
    return NTE_SUCCESS;
}

static nte_status unwrap(uint8_t kek[PROTECT_KEY_SIZE], struct bytes wrapped, uint8_t key[PROTECT_KEY_SIZE])
{
    struct cipher_key *aes;
    nte_status status;

    if ((status = aes_key(kek, &aes))) return status;
    status = cipher_unwrap(aes, wrapped, key);
    cipher_family.free(&aes->material);
    return status ? NTE_DECRYPTION_FAILURE : NTE_SUCCESS;
}

static nte_status make_recipient(const struct descriptor *descriptor, const struct answer *answers, uint32_t clause,
                                 const uint8_t key[PROTECT_KEY_SIZE], struct writer *w)
{
    uint8_t kek[PROTECT_KEY_SIZE], wrapped[PROTECT_WRAPPED_SIZE];
    struct writer identifier = {0};
    nte_status status;

    status = make_clause_key(descriptor, answers, clause, kek, &identifier);
    if (!status && !(status = wrap(kek, key, wrapped)))
    {
        if (identifier.failed) status = NTE_NO_MEMORY;
        else cms_write_recipient(w, descriptor, clause, bytes_of(identifier.data, identifier.used), wrapped);
    }
    writer_free(&identifier);
    return status;
}

nte_status content_key_make(const struct descriptor *descriptor, const struct answer *answers,
                            uint8_t key[PROTECT_KEY_SIZE], struct writer *recipients)
{
    size_t set = der_open(recipients, DER_SET);
    nte_status status = NTE_SUCCESS;
    uint32_t clause;

    if (gnutls_rnd(GNUTLS_RND_KEY, key, PROTECT_KEY_SIZE)) return NTE_INTERNAL_ERROR;
    for (clause = 0; clause < descriptor->clauses && !status; clause++)
        status = make_recipient(descriptor, answers, clause, key, recipients);
    der_close(recipients, set);
    return !status && recipients->failed ? NTE_NO_MEMORY : status;
}

static nte_status open_clause(const struct envelope *envelope, const struct answer *answers, uint32_t clause,
                              uint8_t key[PROTECT_KEY_SIZE])
{
    uint8_t kek[PROTECT_KEY_SIZE], nonce[PROTECT_NONCE_SIZE];
    nte_status status;

    if ((status = find_clause_key(&envelope->descriptor, answers, clause, kek))) return status;
    if ((status = unwrap(kek, envelope->wrapped[clause], key))) return status;
    if ((status = content_nonce(key, envelope->recipients, nonce))) return status;
    return equal_secret(nonce, envelope->nonce.data, sizeof(nonce)) ? NTE_SUCCESS : NTE_BAD_DATA;
}

nte_status content_key_find(const struct envelope *envelope, const struct answer *answers,
                            uint8_t key[PROTECT_KEY_SIZE])
{
    nte_status result = NTE_DECRYPTION_FAILURE, status;
    uint32_t clause;

    for (clause = 0; clause < envelope->descriptor.clauses; clause++)
    {
        if (!(status = open_clause(envelope, answers, clause, key))) return NTE_SUCCESS;
        if (result == NTE_DECRYPTION_FAILURE) result = status;
    }
    wipe(key, PROTECT_KEY_SIZE);
    return result;
}

nte_status content_nonce(const uint8_t key[PROTECT_KEY_SIZE], struct bytes recipients,
                         uint8_t nonce[PROTECT_NONCE_SIZE])
{
    uint8_t mac_key[PROTECT_KEY_SIZE], mac[PROTECT_KEY_SIZE];
    nte_status status;

    status = protect_derive(bytes_of(key, PROTECT_KEY_SIZE), nothing, bytes_of_text("ncrypt protection: header 1"),
                            mac_key);
    if (status) return status;
    if (gnutls_hmac_fast(GNUTLS_MAC_SHA256, mac_key, sizeof(mac_key), recipients.data, recipients.size, mac))
        status = NTE_INTERNAL_ERROR;
    else memcpy(nonce, mac, PROTECT_NONCE_SIZE);
    wipe(mac_key, sizeof(mac_key));
    return status;
}
