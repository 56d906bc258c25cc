/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Sealing: the chip wraps a new key for itself, under a password if there is one, and AES-256-GCM with that key keeps
 * the secret, which may be longer than what chips take. What Windows writes nobody reads but Windows; this is ours:
 *
 *   magic, version, flags, bytes of both parts    u32 little-endian each
 *   TPM2B_PUBLIC, TPM2B_PRIVATE                   the new key, as the chip wraps it
 *   nonce, ciphertext, tag                        all of the above is authenticated */
#include <string.h>

#include "crypto/hash.h"
#include "crypto/seal.h"
#include "base/random.h"
#include "provider/tpm/tpm_provider.h"

#define MAGIC      0x4c535054u      /* TPSL */
#define VERSION    1u
#define HAS_AUTH   1u               /* flag: there is a password */
#define PARTS_MOST 0x400u           /* bytes of a part */
#define AUTH_SIZE  32

struct sealed
{
    struct bytes header;            /* all but: */
    struct bytes secret;            /* nonce, ciphertext, tag */
    struct tpm_blob blob;
    int has_auth;
};

/* A password of any length; chips take digests, and make nothing of zeros at the end. */
static nte_status digest_password(struct bytes password, uint8_t auth[AUTH_SIZE])
{
    return hash_once(hash_find_ascii("SHA256"), password, auth);
}

/* --- seal --- */

static void write_header(struct writer *w, const struct writer *public, const struct writer *private, int has_auth)
{
    write_u32(w, MAGIC);
    write_u32(w, VERSION);
    write_u32(w, has_auth ? HAS_AUTH : 0);
    write_u32(w, public->used);
    write_u32(w, private->used);
    write_bytes(w, public->data, public->used);
    write_bytes(w, private->data, private->used);
}

static nte_status wrap_key(const uint8_t key[SEAL_KEY_SIZE], const struct padding *padding, struct writer *w)
{
    struct tpm_secret secret = {.clear = bytes_of(key, SEAL_KEY_SIZE), .no_lockout = padding->no_lockout};
    struct writer public = {0}, private = {0};
    nte_status status = NTE_SUCCESS;
    uint8_t auth[AUTH_SIZE];

    if (padding->label.size && !(status = digest_password(padding->label, auth)))
        secret.auth = bytes_of(auth, AUTH_SIZE);
    if (!status) status = tpm_calls()->seal(&secret, &public, &private);
    if (!status && (public.failed || private.failed)) status = NTE_NO_MEMORY;
    if (!status) write_header(w, &public, &private, !!secret.auth.size);
    writer_free(&public);
    writer_free(&private);
    wipe(auth, sizeof(auth));
    return status;
}

static nte_status write_secret(const uint8_t key[SEAL_KEY_SIZE], struct bytes input, struct writer *w)
{
    size_t header = w->used;
    uint8_t *sealed = write_space(w, input.size + SEAL_OVERHEAD);

    return sealed ? seal(key, bytes_of(w->data, header), input, sealed) : NTE_NO_MEMORY;
}

nte_status tpm_seal(const struct material *material, const struct padding *padding, struct bytes input,
                    struct writer *w)
{
    struct random_source random = {.for_key = 1};
    uint8_t key[SEAL_KEY_SIZE];
    nte_status status;

    (void)material;
    if (input.size > TPM_MOST_SEALED) return NTE_INVALID_PARAMETER;
    random_fill(&random, sizeof(key), key);
    status = random.failed ? NTE_INTERNAL_ERROR : wrap_key(key, padding, w);
    if (!status) status = write_secret(key, input, w);
    wipe(key, sizeof(key));
    return status;
}

/* --- unseal --- */

static nte_status read_sealed(struct bytes data, struct sealed *sealed)
{
    struct reader r = {data.data, data.size, 0};
    uint32_t magic = read_u32(&r), version = read_u32(&r), flags = read_u32(&r);
    uint32_t public_size = read_u32(&r), private_size = read_u32(&r);

    if (r.failed || magic != MAGIC || version != VERSION || flags & ~HAS_AUTH) return NTE_BAD_DATA;
    if (public_size > PARTS_MOST || private_size > PARTS_MOST) return NTE_BAD_DATA;
    sealed->blob.public = read_bytes(&r, public_size);
    sealed->blob.private = read_bytes(&r, private_size);
    if (r.failed || r.left <= SEAL_OVERHEAD) return NTE_BAD_DATA;
    sealed->header = bytes_of(data.data, data.size - r.left);
    sealed->secret = bytes_of(r.data, r.left);
    sealed->has_auth = !!(flags & HAS_AUTH);
    return NTE_SUCCESS;
}

/* A password that is missing is not tried: that would count as a wrong one. */
static nte_status unwrap_key(const struct sealed *sealed, const struct padding *padding, struct writer *key)
{
    struct tpm_use use = {.blob = sealed->blob};
    nte_status status = NTE_SUCCESS;
    uint8_t auth[AUTH_SIZE];

    if (sealed->has_auth && !padding->label.size) return NTE_PERM;
    if (sealed->has_auth && !(status = digest_password(padding->label, auth))) use.auth = bytes_of(auth, AUTH_SIZE);
    if (!status) status = tpm_calls()->unseal(&use, key);
    wipe(auth, sizeof(auth));
    if (!status && key->failed) status = NTE_NO_MEMORY;
    return !status && key->used != SEAL_KEY_SIZE ? NTE_BAD_DATA : status;
}

static nte_status open_sealed(const struct sealed *sealed, const struct padding *padding, uint8_t *output)
{
    struct bytes clear = {NULL, 0};
    struct writer key = {0};
    nte_status status;

    if (!(status = unwrap_key(sealed, padding, &key)))
        status = unseal(key.data, sealed->header, sealed->secret, &clear);
    if (!status) memcpy(output, clear.data, clear.size);
    bytes_free(&clear);
    writer_free(&key);
    return status;
}

nte_status tpm_unseal(const struct material *material, const struct padding *padding, struct bytes input,
                      uint8_t *output, uint32_t size, uint32_t *result)
{
    struct sealed sealed;
    uint32_t needed;
    nte_status status;

    (void)material;
    if ((status = read_sealed(input, &sealed))) return status;
    *result = needed = sealed.secret.size - SEAL_OVERHEAD;
    if (!output) return NTE_SUCCESS;
    return size < needed ? NTE_BUFFER_TOO_SMALL : open_sealed(&sealed, padding, output);
}
