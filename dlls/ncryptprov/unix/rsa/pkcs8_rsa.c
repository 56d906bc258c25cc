/* SPDX-License-Identifier: LGPL-2.1-or-later
 * RSA in PKCS#8: RSAPrivateKey of RFC 8017 A.1.2. */
#include <string.h>

#include "base/oid.h"
#include "format/pkcs8.h"
#include "rsa/rsa.h"

const char *const pkcs8_rsa_oids[] = {OID_RSA, OID_RSASSA_PSS, NULL};

/* NULL or nothing; of RSASSA-PSS, the parameters that the key is meant for, which Windows has no place for. */
static int check_parameters(const struct pkcs8_info *info)
{
    struct reader r = info->parameters;

    if (!r.left) return 1;
    if (!strcmp(info->oid, OID_RSA)) return !der_read(&r, DER_NULL).size && der_done(&r);
    der_read(&r, DER_SEQUENCE);
    return der_done(&r);
}

nte_status pkcs8_import_rsa(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                            struct material **material)
{
    struct reader r = {info->key.data, info->key.size, 0}, key = der_enter(&r, DER_SEQUENCE);
    const struct algorithm *alg = family_algorithm(algorithms, &rsa_family);
    uint32_t version = der_read_small(&key);
    struct rsa_numbers numbers;
    struct rsa_key *made;
    nte_status status;

    if (key.failed || !check_parameters(info)) return NTE_BAD_DATA;
    if (version == 1) return NTE_NOT_SUPPORTED;             /* more than two primes */
    numbers.n = der_read_unsigned(&key);
    numbers.e = der_read_unsigned(&key);
    numbers.d = der_read_unsigned(&key);
    numbers.p = der_read_unsigned(&key);
    numbers.q = der_read_unsigned(&key);
    numbers.dp = der_read_unsigned(&key);
    numbers.dq = der_read_unsigned(&key);
    numbers.qinv = der_read_unsigned(&key);
    der_leave(&r, &key);
    if (version || !der_done(&r)) return NTE_BAD_DATA;
    if (!alg) return NTE_NOT_SUPPORTED;
    if ((status = rsa_import_private(&numbers, &made))) return status;
    made->material.alg = alg;
    *material = &made->material;
    return NTE_SUCCESS;
}

static nte_status write_numbers(struct writer *w, const struct rsa_key *key)
{
    const struct
    {
        const mp_limb_t *limbs;
        mp_size_t count;
    } numbers[] =
    {
        {key->n, key->nn}, {key->e, key->en}, {key->d, key->nn}, {key->p, key->pn}, {key->q, key->qn},
        {key->dp, key->pn}, {key->dq, key->qn}, {key->qinv, key->pn},
    };
    nte_status status = NTE_SUCCESS;
    size_t i;

    for (i = 0; i < sizeof(numbers) / sizeof(*numbers) && !status; i++)
        status = pkcs8_write_number(w, numbers[i].limbs, numbers[i].count);
    return status;
}

nte_status pkcs8_export_rsa(const struct material *material, const struct blob_options *options, struct writer *w)
{
    size_t start = der_open(w, DER_SEQUENCE), key;
    nte_status status;

    (void)options;
    der_write_oid(w, OID_RSA);
    der_write_null(w);
    der_close(w, start);
    start = der_open(w, DER_OCTET_STRING);
    key = der_open(w, DER_SEQUENCE);
    der_write_small(w, 0);
    status = write_numbers(w, (const struct rsa_key *)material);
    der_close(w, key);
    der_close(w, start);
    return status;
}
