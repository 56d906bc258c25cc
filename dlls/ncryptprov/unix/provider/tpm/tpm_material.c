/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of the TPM as material: the public numbers are those of the engine's own families, and the private ones are
 * wrapped by the chip, which gets them back for each operation. */
#include <string.h>

#include "algorithm.h"
#include "ec/ec.h"
#include "provider/tpm/tpm_provider.h"
#include "rsa/rsa.h"

#define ATTRIBUTE_DECRYPT 0x20000u  /* TPMA_OBJECT */

const struct material *tpm_material_numbers(const struct material *material)
{
    return tpm_material_of(material)->numbers;
}

int is_tpm_material(const struct material *material)
{
    return material && (material->family == &tpm_rsa_family || material->family == &tpm_ec_family);
}

void tpm_material_free(struct material *material)
{
    struct tpm_material *tpm = (struct tpm_material *)material;

    if (!tpm) return;
    if (tpm->numbers) tpm->numbers->family->free(tpm->numbers);
    bytes_free(&tpm->opaque);
    bytes_free(&tpm->binding);
    secret_free(tpm->auth);
    secret_free(tpm);
}

/* Never: that is what the chip is for (row T.8). */
nte_status tpm_material_extract(const struct material *material, struct material **whole)
{
    (void)material, (void)whole;
    return NTE_NOT_SUPPORTED;
}

/* --- public numbers --- */

static nte_status rsa_numbers(const struct algorithm *alg, const struct tpm_public *public, struct material **numbers)
{
    uint8_t e[4] = {public->exponent >> 24, public->exponent >> 16, public->exponent >> 8, public->exponent};
    struct rsa_numbers from = {.n = public->modulus, .e = bytes_of(e, sizeof(e))};
    struct rsa_key *key;
    nte_status status;

    if ((status = rsa_import_public(&from, &key))) return NTE_BAD_DATA;
    key->material.alg = alg;
    *numbers = &key->material;
    return NTE_SUCCESS;
}

static const struct curve *find_curve(uint32_t bits)
{
    static const struct curve *const curves[] = {&curve_p256, &curve_p384, &curve_p521};
    size_t i;

    for (i = 0; i < sizeof(curves) / sizeof(*curves); i++) if (curves[i]->bits == bits) return curves[i];
    return NULL;
}

static nte_status ec_numbers(const struct algorithm *alg, const struct tpm_public *public, struct material **numbers)
{
    const struct curve *curve = find_curve(public->bits);
    const struct bytes none = {NULL, 0};
    uint16_t name[EC_MAX_NAME];
    struct ec_group group;
    struct ec_key *key;

    if (alg->curve && alg->curve != curve) return NTE_BAD_DATA;
    u16_from_ascii(name, curve->name);
    if (ec_group_choose(alg, name, none, &group)) return NTE_NOT_SUPPORTED;
    if (ec_new(&group, public->x, public->y, NULL, EC_CHECKED, &key)) return NTE_BAD_DATA;
    *numbers = &key->material;
    return NTE_SUCCESS;
}

/* The row of the curve for what the key was made for. */
static const struct algorithm *ec_row(const struct tpm_public *public)
{
    const char *group = public->attributes & ATTRIBUTE_DECRYPT ? "ECDH" : "ECDSA";
    const struct algorithm_list *list = tpm_algorithms();
    size_t i;

    for (i = 0; i < list->count; i++)
        if (list->rows[i].curve && list->rows[i].curve->bits == public->bits && !strcmp(list->rows[i].group, group))
            return &list->rows[i];
    return NULL;
}

static nte_status make_numbers(const struct algorithm *alg, const struct tpm_public *from, struct material **numbers)
{
    if (!alg) alg = from->kind == TPM_RSA ? family_algorithm(tpm_algorithms(), &rsa_family) : ec_row(from);
    if (!alg) return NTE_NOT_SUPPORTED;
    if ((from->kind == TPM_RSA) != (alg->family == &rsa_family)) return NTE_BAD_DATA;
    return from->kind == TPM_RSA ? rsa_numbers(alg, from, numbers) : ec_numbers(alg, from, numbers);
}

nte_status tpm_public_numbers(const struct algorithm *alg, struct bytes public, struct material **numbers)
{
    struct tpm_public from;
    nte_status status;

    if ((status = tpm_calls()->read_public(public, &from))) return status;
    return make_numbers(alg, &from, numbers);
}

/* --- all of it --- */

static nte_status copy_opaque(struct tpm_material *tpm, struct bytes opaque)
{
    uint8_t *copy = secret_alloc(opaque.size);

    if (!copy) return NTE_NO_MEMORY;
    if (opaque.size) memcpy(copy, opaque.data, opaque.size);
    tpm->opaque = bytes_of(copy, opaque.size);
    return tpm_opaque_read(tpm->opaque, &tpm->blob, &tpm->has_auth);
}

static nte_status make_auth(struct tpm_material *tpm)
{
    if (!(tpm->auth = secret_alloc(sizeof(*tpm->auth)))) return NTE_NO_MEMORY;
    pthread_mutex_init(&tpm->auth->mutex, NULL);    /* cannot fail with glibc */
    return NTE_SUCCESS;
}

static nte_status read_public_part(struct tpm_material *tpm, const struct algorithm *alg)
{
    struct tpm_public from;
    nte_status status;

    if ((status = tpm_calls()->read_public(tpm->blob.public, &from))) return status;
    tpm->is_identity = from.is_identity;
    return make_numbers(alg, &from, &tpm->numbers);
}

static void describe(struct tpm_material *tpm)
{
    tpm->material.alg = tpm->numbers->alg;
    tpm->material.bits = tpm->numbers->bits;
    tpm->material.family = tpm->numbers->family == &rsa_family ? &tpm_rsa_family : &tpm_ec_family;
    tpm->material.has_private = 1;
}

nte_status tpm_material_new(const struct algorithm *alg, struct bytes opaque, struct material **material)
{
    struct tpm_material *new = secret_alloc(sizeof(*new));
    nte_status status;

    if (!new) return NTE_NO_MEMORY;
    if (!(status = make_auth(new))) status = copy_opaque(new, opaque);
    if (!status) status = read_public_part(new, alg);
    if (status)
    {
        tpm_material_free(&new->material);
        return status;
    }
    describe(new);
    *material = &new->material;
    return NTE_SUCCESS;
}
