/* SPDX-License-Identifier: LGPL-2.1-or-later
 * DSA in PKCS#8 (RFC 3279 2.3.2, RFC 5958): the parameters are with the algorithm, the key is x alone. */
#include "base/oid.h"
#include "dsa/dsa.h"
#include "format/pkcs8.h"

const char *const pkcs8_dsa_oids[] = {OID_DSA, NULL};

nte_status pkcs8_import_dsa(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                            struct material **material)
{
    struct reader algorithm = info->parameters, params = der_enter(&algorithm, DER_SEQUENCE);
    struct reader r = {info->key.data, info->key.size, 0};
    const struct algorithm *alg = family_algorithm(algorithms, &dsa_family);
    struct dsa_numbers numbers = {0};
    struct dsa_key *key;
    nte_status status;

    numbers.p = der_read_unsigned(&params);
    numbers.q = der_read_unsigned(&params);
    numbers.g = der_read_unsigned(&params);
    der_leave(&algorithm, &params);
    numbers.x = der_read_unsigned(&r);
    if (!der_done(&algorithm) || !der_done(&r)) return NTE_BAD_DATA;
    if (!alg) return NTE_NOT_SUPPORTED;
    if ((status = dsa_import_private(&numbers, NULL, &key))) return status;
    key->material.alg = alg;
    *material = &key->material;
    return NTE_SUCCESS;
}

nte_status pkcs8_write_dsa_algorithm(const struct dsa_key *key, struct writer *w)
{
    size_t algorithm = der_open(w, DER_SEQUENCE), params;
    nte_status status;

    der_write_oid(w, OID_DSA);
    params = der_open(w, DER_SEQUENCE);
    status = pkcs8_write_number(w, key->p, key->pn);
    if (!status) status = pkcs8_write_number(w, key->q, key->qn);
    if (!status) status = pkcs8_write_number(w, key->g, key->pn);
    der_close(w, params);
    der_close(w, algorithm);
    return status;
}

nte_status pkcs8_export_dsa(const struct material *material, const struct blob_options *options, struct writer *w)
{
    const struct dsa_key *key = (const struct dsa_key *)material;
    nte_status status = pkcs8_write_dsa_algorithm(key, w);
    size_t octets = der_open(w, DER_OCTET_STRING);

    (void)options;
    if (!status) status = pkcs8_write_number(w, key->x, key->qn);
    der_close(w, octets);
    return status;
}
