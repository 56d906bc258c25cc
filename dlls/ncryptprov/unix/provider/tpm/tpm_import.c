/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The private numbers of a software key, for the chip that is to wrap them (row T.9). */
#include "ec/ec.h"
#include "provider/tpm/tpm_provider.h"
#include "rsa/rsa.h"

/* The only exponent that every chip takes. */
#define COMMON_EXPONENT 65537

/* A chip wants one prime, and finds the rest itself. */
static nte_status rsa_numbers(const struct rsa_key *key, struct tpm_new *new, struct writer *w)
{
    if (key->en != 1 || key->e[0] != COMMON_EXPONENT || key->p_size != key->n_size / 2) return NTE_NOT_SUPPORTED;
    limbs_write(w, key->n_size, key->n, key->nn);
    limbs_write(w, key->p_size, key->p, key->pn);
    if (w->failed) return NTE_NO_MEMORY;
    new->modulus = bytes_of(w->data, key->n_size);
    new->secret = bytes_of(w->data + key->n_size, key->p_size);
    return NTE_SUCCESS;
}

static nte_status ec_numbers(const struct ec_key *key, struct tpm_new *new)
{
    uint32_t size = key->curve->size;

    if (key->curve != &curve_p256 && key->curve != &curve_p384 && key->curve != &curve_p521) return NTE_NOT_SUPPORTED;
    new->x = bytes_of(key->x, size);
    new->y = bytes_of(key->y, size);
    new->secret = bytes_of(key->d, size);
    return NTE_SUCCESS;
}

nte_status tpm_import_numbers(const struct material *material, struct tpm_new *new, struct writer *w)
{
    if (material->family == &rsa_family) return rsa_numbers((const struct rsa_key *)material, new, w);
    if (material->family == &ec_family) return ec_numbers((const struct ec_key *)material, new);
    return NTE_NOT_SUPPORTED;
}
