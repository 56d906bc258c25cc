/* SPDX-License-Identifier: LGPL-2.1-or-later
 * RSA keys on tokens: a token is asked for the mechanism that fits, and where it has none for the bare operation, with
 * the padding done here (rows C.39 to C.41). What is public never leaves the engine (row C.43). */
#include <string.h>

#include "crypto/hash.h"
#include "provider/pkcs11/token_provider.h"
#include "rsa/rsa.h"
#include "rsa/rsa_pad.h"

static const struct rsa_key *numbers_of(const struct material *material)
{
    return (const struct rsa_key *)token_material_numbers(material);
}

/* --- the bare operation --- */

struct keeper
{
    const struct material *material;
    int decrypts;                   /* a token may let a key decrypt and not sign */
};

static nte_status raw(const void *context, const uint8_t *input, uint8_t *output)
{
    static const struct token_use bare = {.mechanism = MECHANISM_RSA_RAW};
    const struct keeper *keeper = context;
    size_t size = numbers_of(keeper->material)->n_size, written = 0;
    struct token_key *key = token_key_of(keeper->material);
    struct bytes message = {input, size};
    nte_status status;

    if (keeper->decrypts) status = token_calls()->decrypt(key, &bare, message, output, size, &written);
    else status = token_calls()->sign(key, &bare, message, output, size, &written);
    if (status || written == size) return status;
    if (written > size) return NTE_INTERNAL_ERROR;
    memmove(output + size - written, output, written);      /* some leave out leading zeros */
    memset(output, 0, size - written);
    return NTE_SUCCESS;
}

/* --- signing --- */

static nte_status sign_with(const struct material *material, const struct token_use *use, struct bytes input,
                            uint8_t *signature)
{
    size_t size = numbers_of(material)->n_size, written = 0;
    nte_status status;

    if ((status = token_calls()->sign(token_key_of(material), use, input, signature, size, &written))) return status;
    return written == size ? NTE_SUCCESS : NTE_INTERNAL_ERROR;
}

/* The token pads: what it gets is the message without its padding, from the byte after the zero that ends it. */
static nte_status sign_pkcs1(const struct material *material, const struct hash *hash, struct bytes digest,
                             uint8_t *signature)
{
    static const struct token_use pkcs1 = {.mechanism = MECHANISM_RSA_PKCS1};
    size_t size = numbers_of(material)->n_size, info = (hash ? hash->prefix_size : 0) + digest.size;
    nte_status status;
    uint8_t *em;

    if (!(em = secret_alloc(size))) return NTE_NO_MEMORY;
    status = pad_pkcs1_sign(em, size, hash, digest);
    if (!status) status = sign_with(material, &pkcs1, bytes_of(em + size - info, info), signature);
    secret_free(em);
    return status;
}

static nte_status sign_pss(const struct material *material, const struct padding *padding, const struct hash *hash,
                           struct bytes digest, uint8_t *signature)
{
    const struct token_use pss = {.mechanism = MECHANISM_RSA_PSS, .hash = hash->id, .salt_size = padding->salt_size};

    if (digest.size != hash->size) return NTE_INVALID_PARAMETER;
    return sign_with(material, &pss, digest, signature);
}

static nte_status sign(const struct material *material, const struct padding *padding, struct bytes digest,
                       uint8_t *signature)
{
    const struct keeper keeper = {material, 0};
    const struct hash *hash;
    nte_status status;

    if ((status = rsa_signature_hash(padding, &hash))) return status;
    if (padding->scheme == PAD_PSS) status = sign_pss(material, padding, hash, digest, signature);
    else status = sign_pkcs1(material, hash, digest, signature);
    if (status != NTE_NOT_SUPPORTED) return status;
    return rsa_sign_with(numbers_of(material), padding, digest, raw, &keeper, signature);
}

/* --- decrypting --- */

/* Whatever a token says of a message, programs hear one thing: more would tell what is wrong with its padding. */
static nte_status one_verdict(nte_status status)
{
    switch (status)
    {
    case NTE_SUCCESS: case NTE_SILENT_CONTEXT: case NTE_NO_MEMORY: case NTE_PERM: case NTE_NOT_SUPPORTED:
    case NTE_BAD_KEYSET: case NTE_DEVICE_NOT_READY: case NTE_DEVICE_NOT_FOUND: case NTE_USER_CANCELLED:
    case SCARD_W_REMOVED_CARD: case SCARD_W_WRONG_CHV: case SCARD_W_CHV_BLOCKED: case SCARD_W_CANCELLED_BY_USER:
        return status;
    default:
        return NTE_INVALID_PARAMETER;
    }
}

static nte_status decrypt_with(const struct material *material, const struct token_use *use, struct bytes input,
                               uint8_t *output, uint32_t size, uint32_t *result)
{
    size_t room = numbers_of(material)->n_size, length = 0;
    nte_status status;
    uint8_t *message;

    if (!(message = secret_alloc(room))) return NTE_NO_MEMORY;
    status = one_verdict(token_calls()->decrypt(token_key_of(material), use, input, message, room, &length));
    if (!status) status = rsa_give_message(message, length, output, size, result);
    secret_free(message);
    return status;
}

/* The token takes off the padding. */
static nte_status decrypt_there(const struct material *material, const struct padding *padding,
                                const struct hash *hash, struct bytes input, uint8_t *output, uint32_t size,
                                uint32_t *result)
{
    struct token_use use = {.mechanism = hash ? MECHANISM_RSA_OAEP : MECHANISM_RSA_PKCS1, .label = padding->label};

    if (padding->scheme == PAD_NONE) return NTE_NOT_SUPPORTED;
    if (hash) use.hash = hash->id;
    return decrypt_with(material, &use, input, output, size, result);
}

/* Padding that is taken off here takes the same time whatever is wrong with it, and every hash and label is understood
 * (SoftHSM ignores labels): so the bare operation comes first. */
static nte_status decrypt(const struct material *material, const struct padding *padding, struct bytes input,
                          uint8_t *output, uint32_t size, uint32_t *result)
{
    const struct rsa_key *numbers = numbers_of(material);
    const struct keeper keeper = {material, 1};
    const struct hash *hash;
    nte_status status;

    if ((status = rsa_decryption_hash(numbers, padding, input, &hash))) return status;
    status = rsa_decrypt_with(numbers, padding, input, raw, &keeper, output, size, result);
    if (status != NTE_NOT_SUPPORTED) return status;
    return decrypt_there(material, padding, hash, input, output, size, result);
}

const struct family token_rsa_family =
{
    .free = token_material_free,
    .numbers = token_material_numbers,
    .extract = token_material_extract,
    .sign = sign,
    .decrypt = decrypt,
};

/* --- into a token --- */

static struct bytes put_number(struct writer *w, const mp_limb_t *limbs, mp_size_t count, size_t size)
{
    struct bytes number = {NULL, size};

    limbs_write(w, size, limbs, count);
    if (!w->failed) number.data = w->data + w->used - size;
    return trim_number(number);
}

/* The numbers are where they are only until the next one is written: room for all of them comes first. */
static nte_status make_room(const struct rsa_key *key, struct writer *w)
{
    if (!write_space(w, 8 * key->n_size)) return NTE_NO_MEMORY;
    w->used = 0;
    return NTE_SUCCESS;
}

nte_status token_new_rsa(const struct material *material, struct token_new *new, struct writer *w)
{
    const struct rsa_key *key = (const struct rsa_key *)material;
    nte_status status;

    if ((status = make_room(key, w))) return status;
    new->type = TOKEN_RSA;
    new->n = put_number(w, key->n, key->nn, key->n_size);
    new->e = put_number(w, key->e, key->en, (key->e_bits + 7) / 8);
    new->d = put_number(w, key->d, key->nn, key->n_size);
    new->p = put_number(w, key->p, key->pn, key->p_size);
    new->q = put_number(w, key->q, key->qn, key->q_size);
    new->dp = put_number(w, key->dp, key->pn, key->p_size);
    new->dq = put_number(w, key->dq, key->qn, key->q_size);
    new->qinv = put_number(w, key->qinv, key->pn, key->p_size);
    return w->failed ? NTE_NO_MEMORY : NTE_SUCCESS;
}
