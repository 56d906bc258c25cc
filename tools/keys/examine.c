/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Whether what a key file says holds together. The provider believes what its seal authenticates and proves no number
 * again when it opens a key; here everything is proved, as for a key from a stranger. */
#include <string.h>

#include "algorithm.h"
#include "rsa/rsa.h"
#include "dh/dh.h"
#include "dsa/dsa.h"
#include "ec/ec.h"
#include "keys.h"
#include "pkcs8_key.h"

static const struct blob_options none = {.algorithms = &all_algorithms};

static nte_status same_public(const struct material *material, const struct stored_key *stored)
{
    const struct family *family = material->alg->family;
    struct writer w = {0};
    nte_status status;

    if (!family->save_public) return stored->public_part.size ? NTE_BAD_DATA : NTE_SUCCESS;
    status = family->save_public(material, &none, &w);
    if (!status && w.failed) status = NTE_NO_MEMORY;
    if (!status && (w.used != stored->public_part.size || memcmp(w.data, stored->public_part.data, w.used)))
        status = NTE_BAD_DATA;
    writer_free(&w);
    return status;
}

/* Once more from its private number alone. */
static nte_status prove_ec(const struct material *material)
{
    const struct ec_key *key = (const struct ec_key *)material, *again;
    struct material *made = NULL;
    struct writer w = {0};
    nte_status status = pkcs8_write_plain(material, &none, &w);

    if (!status && w.failed) status = NTE_NO_MEMORY;
    if (!status) status = pkcs8_read_plain((struct bytes){w.data, w.used}, &all_algorithms, &made);
    writer_free(&w);
    if (status) return status;
    again = (const struct ec_key *)made;
    if (memcmp(key->x, again->x, sizeof(key->x)) || memcmp(key->y, again->y, sizeof(key->y))) status = NTE_BAD_DATA;
    made->alg->family->free(made);
    return status;
}

static nte_status prove_blob(blob_import *import, struct bytes blob)
{
    struct material *made;
    nte_status status = import(blob, &none, &made);

    if (!status) made->alg->family->free(made);
    return status;
}

static nte_status prove(const struct material *material, const struct stored_key *stored)
{
    const struct family *family = material->alg->family;

    if (family == &ec_family) return prove_ec(material);
    if (family == &rsa_family) return prove_blob(rsa_import_full_private_blob, stored->private_part);
    if (family == &dsa_family) return prove_blob(dsa_import_private_blob, stored->private_part);
    if (family == &dh_family) return prove_blob(dh_import_private_blob, stored->private_part);
    return NTE_SUCCESS;             /* any bytes are a symmetric key */
}

nte_status examine_stored(const struct stored_key *stored)
{
    const struct algorithm *alg = algorithm_find_ascii(stored->algorithm);
    struct material *material;
    nte_status status;

    if (!alg) return NTE_BAD_VER;
    if (!stored->locked) status = alg->family->load(&all_algorithms, stored->private_part, &material);
    else if (alg->family->load_public) status = alg->family->load_public(stored->public_part, &none, &material);
    else return NTE_BAD_DATA;
    if (status) return status;
    if (material->alg != alg) status = NTE_BAD_DATA;
    if (!status) status = same_public(material, stored);
    if (!status && !stored->locked) status = prove(material, stored);
    material->alg->family->free(material);
    return status;
}

nte_status examine_image(const struct store *store, const char *unique, struct bytes image,
                         const struct store_key *key)
{
    struct stored_key stored = {0};
    nte_status status;

    if ((status = keyfile_decode(image, key, &stored))) return status;
    if (!(status = store_fits(store, unique, &stored))) status = examine_stored(&stored);
    stored_key_free(&stored);
    return status;
}
