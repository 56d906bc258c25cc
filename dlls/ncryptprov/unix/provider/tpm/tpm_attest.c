/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a chip has said, and whether it was that chip: structures of the TPM 2.0 Library Specification, part 2. */
#include <string.h>

#include "crypto/hash.h"
#include "ec/ec.h"
#include "provider/tpm/tpm_statement.h"
#include "rsa/rsa.h"

#define OF_A_CHIP   0xff544347u     /* TPM_GENERATED_VALUE */
#define SIGNED_RSA  0x0014u         /* TPM_ALG_RSASSA */
#define SIGNED_EC   0x0018u         /* TPM_ALG_ECDSA */
#define CLOCK_SIZE  17              /* TPMS_CLOCK_INFO */

/* The last byte of TPMA_OBJECT in TPM2B_PUBLIC. */
#define LAST_ATTRIBUTES 9
#define GENERATED       0x32        /* fixedTPM, fixedParent, sensitiveDataOrigin */

static uint32_t next_u16(struct reader *r)
{
    uint32_t high = read_u8(r);

    return high << 8 | read_u8(r);
}

static uint32_t next_u32(struct reader *r)
{
    uint32_t high = next_u16(r);

    return high << 16 | next_u16(r);
}

/* TPM2B_... */
static struct bytes next_sized(struct reader *r)
{
    return read_bytes(r, next_u16(r));
}

static void read_quote(struct reader *r, struct attest *attest)
{
    uint32_t banks = next_u32(r), size, i;

    attest->hash = next_u16(r);
    size = read_u8(r);
    for (i = 0; i < 3; i++) attest->pcrs |= (uint32_t)read_u8(r) << (8 * i);
    attest->digest = next_sized(r);
    r->failed |= banks != 1 || size != 3;
}

nte_status tpm_attest_read(struct bytes data, struct attest *attest)
{
    struct reader r = {data.data, data.size, 0};

    memset(attest, 0, sizeof(*attest));
    if (next_u32(&r) != OF_A_CHIP) return NTE_BAD_DATA;
    attest->kind = next_u16(&r);
    next_sized(&r);                 /* who says it */
    attest->nonce = next_sized(&r);
    read_bytes(&r, CLOCK_SIZE);
    read_u64(&r);                   /* version of the firmware */
    if (attest->kind == ATTEST_CERTIFY)
    {
        attest->name = next_sized(&r);
        next_sized(&r);             /* qualified by its parents' */
    }
    else if (attest->kind == ATTEST_QUOTE) read_quote(&r, attest);
    else return NTE_BAD_DATA;
    return r.failed || r.left ? NTE_BAD_DATA : NTE_SUCCESS;
}

nte_status tpm_check_generated(struct bytes public)
{
    return public.size > LAST_ATTRIBUTES && (public.data[LAST_ATTRIBUTES] & GENERATED) == GENERATED
         ? NTE_SUCCESS : NTE_NOT_SUPPORTED;
}

nte_status tpm_check_identity(const struct material *material)
{
    if (!is_tpm_material(material) || !tpm_material_of(material)->is_identity) return NTE_NOT_SUPPORTED;
    return tpm_check_generated(tpm_material_of(material)->blob.public);
}

nte_status tpm_name_of(struct bytes public, uint8_t name[34])
{
    if (public.size < 6 || public.data[4] << 8 != (TPM_SHA256 & 0xff00) || public.data[5] != TPM_SHA256)
        return NTE_NOT_SUPPORTED;
    name[0] = TPM_SHA256 >> 8;
    name[1] = TPM_SHA256 & 0xff;
    return hash_once(hash_find_ascii("SHA256"), bytes_of(public.data + 2, public.size - 2), name + 2);
}

nte_status tpm_same_numbers(const struct material *a, const struct material *b)
{
    const struct blob_options none = {0};
    struct writer one = {0}, other = {0};
    nte_status status = NTE_BAD_SIGNATURE;

    if (a->family != b->family) return status;
    if (!(status = a->family->save_public(a, &none, &one))) status = b->family->save_public(b, &none, &other);
    if (!status && (one.failed || other.failed)) status = NTE_NO_MEMORY;
    if (!status && (one.used != other.used || memcmp(one.data, other.data, one.used))) status = NTE_BAD_SIGNATURE;
    writer_free(&one);
    writer_free(&other);
    return status;
}

nte_status tpm_claim_registers(const struct claim *claim, uint32_t *mask)
{
    const uint32_t all = (1u << PCR_COUNT) - 1;
    size_t size = claim->platform_nonce.size;

    *mask = all;
    if (size < LEAST_PLATFORM_NONCE || size > MOST_NONCE) return NTE_INVALID_PARAMETER;
    if (!claim->pcr_mask.size) return NTE_SUCCESS;
    return bytes_are_u32(claim->pcr_mask, mask) && *mask && !(*mask & ~all) ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

/* --- signatures --- */

const struct hash *tpm_find_hash(uint32_t id)
{
    switch (id)
    {
    case 0x0004: return hash_find_ascii("SHA1");
    case 0x000b: return hash_find_ascii("SHA256");
    case 0x000c: return hash_find_ascii("SHA384");
    case 0x000d: return hash_find_ascii("SHA512");
    default: return NULL;
    }
}

/* Of a TPMT_SIGNATURE. */
static const struct hash *read_scheme(struct reader *r, uint32_t *scheme)
{
    const struct hash *hash;

    *scheme = next_u16(r);
    hash = tpm_find_hash(next_u16(r));
    return r->failed ? NULL : hash;
}

static nte_status verify_rsa(const struct material *numbers, const struct hash *hash, struct bytes digest,
                             struct reader *r)
{
    struct padding padding = {.scheme = PAD_PKCS1, .present = 1};
    struct bytes signature = next_sized(r);
    uint16_t name[32];

    if (r->failed || r->left || numbers->family != &rsa_family) return NTE_BAD_DATA;
    u16_from_ascii(name, hash->id);
    padding.alg = name;
    return numbers->family->verify(numbers, &padding, digest, signature);
}

/* A chip may leave out leading zeros. */
static int put_number(uint8_t *output, size_t size, struct bytes number)
{
    number = trim_number(number);
    if (number.size > size) return 0;
    memset(output, 0, size - number.size);
    if (number.size) memcpy(output + size - number.size, number.data, number.size);
    return 1;
}

static nte_status verify_ec(const struct material *numbers, struct bytes digest, struct reader *r)
{
    const struct padding unpadded = {0};
    struct bytes first = next_sized(r), second = next_sized(r);
    uint8_t signature[2 * EC_MAX_SIZE];
    uint32_t size;

    if (r->failed || r->left || numbers->family != &ec_family) return NTE_BAD_DATA;
    size = ((const struct ec_key *)numbers)->curve->size;
    if (!put_number(signature, size, first) || !put_number(signature + size, size, second)) return NTE_BAD_SIGNATURE;
    return numbers->family->verify(numbers, &unpadded, digest, bytes_of(signature, 2 * size));
}

nte_status tpm_signature_verify(const struct material *numbers, struct bytes data, struct bytes signature)
{
    struct reader r = {signature.data, signature.size, 0};
    const struct hash *hash;
    uint8_t digest[64];
    nte_status status;
    uint32_t scheme;

    if (!(hash = read_scheme(&r, &scheme))) return NTE_BAD_DATA;
    if ((status = hash_once(hash, data, digest))) return status;
    if (scheme == SIGNED_RSA) return verify_rsa(numbers, hash, bytes_of(digest, hash->size), &r);
    if (scheme == SIGNED_EC) return verify_ec(numbers, bytes_of(digest, hash->size), &r);
    return NTE_BAD_DATA;
}

/* --- registers --- */

nte_status tpm_registers_verify(const struct attest *attest, struct bytes values, uint32_t size, struct bytes signature)
{
    struct reader r = {signature.data, signature.size, 0};
    nte_status status = NTE_NO_MEMORY;
    const struct hash *hash;
    struct writer w = {0};
    uint32_t scheme, i;
    uint8_t digest[64];

    if (!(hash = read_scheme(&r, &scheme))) return NTE_BAD_DATA;
    for (i = 0; i < PCR_COUNT && (i + 1) * size <= values.size; i++)
        if (attest->pcrs & 1u << i) write_bytes(&w, values.data + i * size, size);
    if (!w.failed) status = hash_once(hash, bytes_of(w.data, w.used), digest);
    writer_free(&w);
    if (status) return status;
    return is_same(attest->digest, bytes_of(digest, hash->size)) ? NTE_SUCCESS : NTE_BAD_SIGNATURE;
}
