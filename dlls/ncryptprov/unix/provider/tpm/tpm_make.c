/* SPDX-License-Identifier: LGPL-2.1-or-later
 * New keys of the TPM: the chip makes them, and their files keep what it gives out. */
#include "ec/ec.h"
#include "provider/tpm/tpm_provider.h"
#include "rsa/rsa.h"

/* Of another key the chip knows no private numbers yet. */
static nte_status describe(const struct new_key *new, struct tpm_new *request)
{
    struct ec_group group;
    nte_status status;

    if (new->imported) return NTE_NOT_SUPPORTED;
    request->bits = new->bits;
    request->kind = new->alg->family == &rsa_family ? TPM_RSA : TPM_EC;
    request->agrees = !!(new->alg->operations & OPERATION_SECRET_AGREEMENT);
    if (request->kind == TPM_RSA) return NTE_SUCCESS;
    if ((status = ec_group_of_parameters(new->alg, new->parameters, &group))) return status;
    request->bits = group.curve == &curve_p256 || group.curve == &curve_p384 || group.curve == &curve_p521
                  ? group.curve->bits : 0;
    ec_group_free(&group);
    return NTE_SUCCESS;
}

static nte_status make_opaque(const struct tpm_new *request, struct writer *opaque)
{
    struct writer public = {0}, private = {0};
    struct tpm_blob blob;
    nte_status status;

    status = tpm_calls()->create(request, &public, &private);
    if (!status && (public.failed || private.failed)) status = NTE_NO_MEMORY;
    if (!status)
    {
        blob = (struct tpm_blob){bytes_of(public.data, public.used), bytes_of(private.data, private.used)};
        tpm_opaque_write(opaque, &blob, !!request->auth.size);
        if (opaque->failed) status = NTE_NO_MEMORY;
    }
    writer_free(&public);
    writer_free(&private);
    return status;
}

/* The public part is that of a software key, which the tools read. */
static nte_status write_public(const struct material *material, struct bytes *part)
{
    const struct material *numbers = material_numbers(material);
    const struct blob_options none = {0};
    struct writer w = {0};
    nte_status status;

    status = numbers->family->save_public(numbers, &none, &w);
    if (!status && w.failed) status = NTE_NO_MEMORY;
    if (status)
    {
        writer_free(&w);
        return status;
    }
    *part = bytes_of(w.data, w.used);   /* moves: stored_key_free frees it */
    return NTE_SUCCESS;
}

/* opaque moves. */
static nte_status store_key(struct store *store, const char *unique, int overwrite, struct writer *opaque,
                            struct stored_key *stored)
{
    nte_status status;

    if ((status = write_public(stored->material, &stored->public_part))) return status;
    stored->private_part = bytes_of(opaque->data, opaque->used);
    *opaque = (struct writer){0};
    return store_create(store, unique, stored, overwrite);
}

nte_status tpm_make(struct store *store, const struct new_key *new, char unique[UNIQUE_NAME_MAX],
                    struct stored_key *stored)
{
    struct tpm_new request = {0};
    struct writer opaque = {0};
    nte_status status;

    status = describe(new, &request);
    if (!status) status = make_opaque(&request, &opaque);
    if (!status) status = tpm_material_new(new->alg, bytes_of(opaque.data, opaque.used), &stored->material);
    if (!status && stored->name) status = store_key(store, unique, new->overwrite, &opaque, stored);
    writer_free(&opaque);
    return status;
}
