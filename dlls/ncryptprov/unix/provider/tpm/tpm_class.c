/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The provider of the TPM. Which algorithms it has, the chip says. */
#include "algorithm.h"
#include "provider/tpm/tpm_provider.h"
#include "provider/tpm/tpm_statement.h"
#include "rsa/rsa.h"

#define RSA_COMMON 2048             /* bits */

static const struct
{
    const char *name;
    uint32_t bits;                  /* of the curve that the chip must have; 0: RSA */
}
names[] =
{
    {"RSA", 0},
    {"ECDH_P256", 256}, {"ECDH_P384", 384}, {"ECDH_P521", 521},
    {"ECDSA_P256", 256}, {"ECDSA_P384", 384}, {"ECDSA_P521", 521},
    {"ECDH", 256}, {"ECDSA", 256},
};

#define NAME_COUNT (sizeof(names) / sizeof(*names))

static struct algorithm rows[NAME_COUNT];
static struct algorithm_list list = {rows, 0};

static void set_lengths(struct algorithm *rsa)
{
    static const uint32_t lengths[] = {1024, 2048, 3072, 4096};
    size_t i;

    rsa->min_bits = rsa->max_bits = rsa->default_bits = RSA_COMMON;
    rsa->step_bits = 1024;
    for (i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
    {
        if (!tpm_calls()->can(TPM_RSA, lengths[i])) continue;
        if (lengths[i] < rsa->min_bits) rsa->min_bits = lengths[i];
        if (lengths[i] > rsa->max_bits) rsa->max_bits = lengths[i];
    }
}

static void make_rows(void)
{
    size_t i;

    for (i = 0; i < NAME_COUNT; i++)
    {
        if (!tpm_calls()->can(names[i].bits ? TPM_EC : TPM_RSA, names[i].bits ? names[i].bits : RSA_COMMON)) continue;
        rows[list.count] = *algorithm_find_ascii(names[i].name);
        if (!names[i].bits) set_lengths(&rows[list.count]);
        list.count++;
    }
}

const struct algorithm_list *tpm_algorithms(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, make_rows);
    return &list;
}

/* There is one chip, and one row. */
static nte_status open_class(const struct provider_class *base, const char *name, const char *uri,
                             const struct provider_class **opened)
{
    nte_status status;

    (void)name, (void)uri;
    if ((status = tpm_module())) return status;
    if (!tpm_keys.scope(0) || !tpm_keys.scope(FLAG_MACHINE_KEY)) return NTE_NO_MEMORY;
    tpm_algorithms();
    *opened = base;
    return NTE_SUCCESS;
}

const struct provider_class tpm_provider =
{
    .name = "Microsoft Platform Crypto Provider",
    .impl_type = IMPL_HARDWARE,
    .version = 0x00010000u,
    .algorithms = &list,
    .vault = &tpm_keys,
    .properties = tpm_rows,
    .property_count = TPM_ROW_COUNT,
    .blobs = tpm_blobs,
    .blob_count = TPM_BLOB_COUNT,
    .may_ignore_salt = 1,
    .claim_create = tpm_claim_create,
    .claim_verify = tpm_claim_verify,
    .open = open_class,
};
