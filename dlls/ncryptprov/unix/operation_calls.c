/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The engine's side of the border: what keys are used for. Callers' memory is copied in and out here; see border.h. */
#include "unixlib.h"
#include "border.h"
#include "key/claim.h"
#include "key/key.h"
#include "unixlib_calls.h"
#include "key/agreement.h"

/* Of an IV and a tag no more is read than a block: one of another size is refused anyway. */
static struct bytes take_block(uint64_t address, uint32_t size)
{
    return border_take(address, size < CIPHER_MAX_BLOCK ? size : CIPHER_MAX_BLOCK);
}

/* The one place where the scheme is taken out of the flags of a call. */
static struct padding padding(const struct unix_padding *p, uint32_t flags, struct cipher_padding *cipher)
{
    const struct unix_cipher_padding *c = pointer(p->cipher);
    struct padding padding =
    {
        .scheme = flags & (PAD_SCHEMES | PAD_PQDSA),
        .present = p->present,
        .alg = border_take_string(p->alg),
        .label = border_take(p->label, p->label_size),
        .salt_size = p->salt_size,
        .no_lockout = !!p->no_lockout,
    };

    if (!c) return padding;
    cipher->flags = c->flags;
    cipher->iv = (uint8_t *)take_block(c->iv, c->iv_size).data;
    cipher->iv_size = c->iv_size;
    cipher->authenticated = c->authenticated;
    cipher->nonce = border_take(c->nonce, c->nonce_size);
    cipher->aad = border_take(c->aad, c->aad_size);
    cipher->tag = (uint8_t *)take_block(c->tag, c->tag_size).data;
    cipher->tag_size = c->tag_size;
    padding.cipher = cipher;
    return padding;
}

/* The IV for the next call, and what authenticates an encryption. */
static void give_padding(const struct unix_padding *p, const struct cipher_padding *cipher, int encrypt)
{
    const struct unix_cipher_padding *c = pointer(p->cipher);

    if (!c) return;
    if (c->iv_size <= CIPHER_MAX_BLOCK) border_give(c->iv, cipher->iv, c->iv_size);
    if (encrypt && c->tag_size <= CIPHER_MAX_BLOCK) border_give(c->tag, cipher->tag, c->tag_size);
}

int32_t call_key_sign(void *args)
{
    struct key_sign_params *p = args;
    struct cipher_padding cipher;
    struct padding pad;
    struct bytes hash;
    uint8_t *signature;
    nte_status status;

    border_begin();
    pad = padding(&p->padding, p->flags, &cipher);
    hash = border_take(p->hash, p->hash_size);
    signature = border_room(p->signature, p->signature_size, MOST_SIGNATURE);
    if (!(status = border_status()))
        status = key_sign(pointer(p->key), &pad, p->flags, hash, signature, p->signature_size, &p->result);
    if (!status) border_give(p->signature, signature, p->result);
    return border_end(status);
}

int32_t call_key_verify(void *args)
{
    struct key_verify_params *p = args;
    struct cipher_padding cipher;
    struct padding pad;
    struct bytes hash, signature;
    nte_status status;

    border_begin();
    pad = padding(&p->padding, p->flags, &cipher);
    hash = border_take(p->hash, p->hash_size);
    signature = border_take(p->signature, p->signature_size);
    if (!(status = border_status())) status = key_verify(pointer(p->key), &pad, p->flags, hash, signature);
    return border_end(status);
}

typedef nte_status crypt_function(struct key *key, const struct padding *padding, uint32_t flags, struct bytes input,
                                  uint8_t *output, uint32_t size, uint32_t *result);

static nte_status crypt(struct key_crypt_params *p, int encrypt, crypt_function *function)
{
    uint32_t most = p->input_size < MOST_RSA ? MOST_RSA : p->input_size;
    struct cipher_padding cipher;
    struct padding pad;
    struct bytes input;
    uint8_t *output;
    nte_status status;

    if (most > UINT32_MAX - CIPHER_MAX_BLOCK) return NTE_INVALID_PARAMETER;
    pad = padding(&p->padding, p->flags, &cipher);
    input = border_take(p->input, p->input_size);
    output = border_room(p->output, p->output_size, most + CIPHER_MAX_BLOCK);
    pad.caller_input = p->input;
    pad.caller_output = p->output;
    if ((status = border_status())) return status;
    status = function(pointer(p->key), &pad, p->flags, input, output, p->output_size, &p->result);
    if (status || !p->output) return status;
    border_give(p->output, output, p->result);
    give_padding(&p->padding, &cipher, encrypt);
    return NTE_SUCCESS;
}

int32_t call_key_encrypt(void *args)
{
    border_begin();
    return border_end(crypt(args, 1, key_encrypt));
}

int32_t call_key_decrypt(void *args)
{
    border_begin();
    return border_end(crypt(args, 0, key_decrypt));
}

int32_t call_key_encapsulate(void *args)
{
    struct key_encapsulate_params *p = args;
    struct encapsulation e = {.secret_size = p->secret_size, .ciphertext_size = p->ciphertext_size};
    nte_status status;

    border_begin();
    e.secret = border_room(p->secret, p->secret_size, MOST_ENCAPSULATED);
    e.ciphertext = border_room(p->ciphertext, p->ciphertext_size, MOST_ENCAPSULATED);
    if (!(status = border_status())) status = key_encapsulate(pointer(p->key), p->flags, &e);
    p->secret_size = e.secret_size;
    p->ciphertext_size = e.ciphertext_size;
    if (!status && e.secret)
    {
        border_give(p->secret, e.secret, e.secret_size);
        border_give(p->ciphertext, e.ciphertext, e.ciphertext_size);
    }
    return border_end(status);
}

int32_t call_key_decapsulate(void *args)
{
    struct key_decapsulate_params *p = args;
    struct bytes ciphertext;
    uint8_t *secret;
    nte_status status;

    border_begin();
    ciphertext = border_take(p->ciphertext, p->ciphertext_size);
    secret = border_room(p->secret, p->secret_size, MOST_ENCAPSULATED);
    if (!(status = border_status()))
        status = key_decapsulate(pointer(p->key), p->flags, ciphertext, secret, p->secret_size, &p->result);
    if (!status && secret) border_give(p->secret, secret, p->result);
    return border_end(status);
}

int32_t call_secret_agree(void *args)
{
    struct secret_agree_params *p = args;
    struct agreement *agreement;
    nte_status status;

    if ((status = agreement_make(pointer(p->own), pointer(p->peer), p->flags, &agreement))) return status;
    p->secret = number(agreement);
    return NTE_SUCCESS;
}

/* The list is a copy as well: nothing of it has to be freed. */
static struct kdf_parameters take_kdf_parameters(const struct derive_params *p)
{
    const struct unix_buffer *buffer = pointer(p->buffers);
    struct kdf_parameters parameters = {NULL, 0};
    struct kdf_parameter *list;
    uint32_t i;

    list = (void *)border_room(p->buffers, p->buffer_count * sizeof(*list), UINT32_MAX);
    if (!list) return parameters;
    for (i = 0; i < p->buffer_count; i++)
    {
        list[i].type = buffer[i].type;
        list[i].value = border_take(buffer[i].data, buffer[i].size);
    }
    parameters.list = list;
    parameters.count = p->buffer_count;
    return parameters;
}

/* One byte more than may be derived is still too much. */
static uint8_t *derived_room(const struct derive_params *p)
{
    return border_room(p->output, p->output_size, MAX_DERIVED + 1);
}

int32_t call_derive_key(void *args)
{
    struct derive_params *p = args;
    struct kdf_parameters parameters;
    const uint16_t *kdf;
    uint8_t *output;
    nte_status status;

    border_begin();
    kdf = border_take_string(p->kdf);
    parameters = take_kdf_parameters(p);
    output = derived_room(p);
    if (!(status = border_status()))
        status = agreement_derive(pointer(p->object), kdf, &parameters, p->flags, output, p->output_size, &p->result);
    if (!status) border_give(p->output, output, p->result);
    return border_end(status);
}

int32_t call_key_derivation(void *args)
{
    struct derive_params *p = args;
    struct kdf_parameters parameters;
    uint8_t *output;
    nte_status status;

    border_begin();
    parameters = take_kdf_parameters(p);
    output = derived_room(p);
    if (!(status = border_status()))
        status = key_derive(pointer(p->object), &parameters, p->flags, output, p->output_size, &p->result);
    if (!status) border_give(p->output, output, p->result);
    return border_end(status);
}

/* What a claim has no use for is not looked at. */
static struct claim claim_of(const struct claim_params *p)
{
    const struct unix_buffer *buffer = pointer(p->buffers);
    struct claim claim = {pointer(p->subject), pointer(p->authority), .type = p->type,
                          .has_parameters = !!p->buffer_count};
    uint32_t i;

    for (i = 0; i < p->buffer_count; i++, buffer++)
    {
        switch (buffer->type)
        {
        case BUFFER_KEYATTESTATION_NONCE: claim.key_nonce = border_take(buffer->data, buffer->size); break;
        case BUFFER_PLATFORM_NONCE: claim.platform_nonce = border_take(buffer->data, buffer->size); break;
        case BUFFER_PLATFORM_PCR_MASK: claim.pcr_mask = border_take(buffer->data, buffer->size); break;
        }
    }
    return claim;
}

#define MOST_CLAIM 0x10000          /* bytes; one of two RSA keys of 4096 bits has 5000 */

int32_t call_claim_create(void *args)
{
    struct claim_params *p = args;
    struct claim claim;
    nte_status status;
    uint8_t *blob;

    border_begin();
    claim = claim_of(p);
    blob = border_room(p->blob, p->blob_size, MOST_CLAIM);
    if (!(status = border_status())) status = claim_create(&claim, p->flags, blob, p->blob_size, &p->result);
    if (!status) border_give(p->blob, blob, p->result);
    if (status == NTE_SILENT_CONTEXT) p->waits_for_subject = claim_waits_for_subject(&claim);
    return border_end(status);
}

int32_t call_claim_verify(void *args)
{
    struct claim_params *p = args;
    struct claim claim;
    struct bytes blob;
    nte_status status;

    border_begin();
    claim = claim_of(p);
    blob = border_take(p->blob, p->blob_size);
    if (!(status = border_status())) status = claim_verify(&claim, p->flags, blob);
    return border_end(status);
}
