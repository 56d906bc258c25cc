/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key that seals, which every provider of a TPM has (row T.40). Nothing is known of it but its name: it stands for
 * the key under which the chip wraps all others. */
#include <string.h>

#include "algorithm.h"
#include "provider/tpm/tpm_provider.h"
#include "rsa/rsa.h"

#define SEAL_KEY_BITS 2048

static void free_material(struct material *material)
{
    secret_free(material);
}

static const struct family tpm_seal_family =
{
    .free = free_material,
    .seal = tpm_seal,
    .unseal = tpm_unseal,
};

int tpm_is_seal_key(const uint16_t *name)
{
    return u16_equal_nocase(name, TPM_SEAL_KEY);
}

static struct material *new_material(const struct algorithm *alg)
{
    struct material *new = secret_alloc(sizeof(*new));

    if (new) *new = (struct material){alg, &tpm_seal_family, SEAL_KEY_BITS, 0};
    return new;
}

nte_status tpm_open_seal_key(uint32_t flags, char unique[UNIQUE_NAME_MAX], struct stored_key *stored)
{
    const struct algorithm *alg = algorithm_in_ascii(tpm_algorithms(), "RSA");
    uint16_t name[sizeof(TPM_SEAL_KEY)];

    if (!alg) return NTE_NOT_SUPPORTED;
    u16_from_ascii(name, TPM_SEAL_KEY);
    *stored = (struct stored_key){.flags = flags & FLAG_MACHINE_KEY, .key_usage = USAGE_DECRYPT};
    strcpy(stored->algorithm, alg->id);
    strcpy(unique, TPM_SEAL_KEY);
    stored->name = u16_copy(name);
    stored->material = new_material(alg);
    if (stored->name && stored->material) return NTE_SUCCESS;
    stored_key_free(stored);
    return NTE_NO_MEMORY;
}
