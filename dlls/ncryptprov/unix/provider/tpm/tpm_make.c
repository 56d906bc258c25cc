/* SPDX-License-Identifier: LGPL-2.1-or-later
 * New keys of the TPM: the chip makes them, and their files keep what it gives out. */
#include "ec/ec.h"
#include "provider/tpm/tpm_provider.h"
#include "rsa/rsa.h"

/* Bits of the curve that was asked for; 0: of none that chips have. */
static nte_status choose_curve(const struct new_key *new, uint32_t *bits)
{
    struct ec_group group;
    nte_status status;

    if ((status = ec_group_of_parameters(new->alg, new->parameters, &group))) return status;
    *bits = group.curve == &curve_p256 || group.curve == &curve_p384 || group.curve == &curve_p521
          ? group.curve->bits : 0;
    ec_group_free(&group);
    return NTE_SUCCESS;
}

static void describe_identity(const struct property_list *parameters, struct tpm_new *request)
{
    const struct property *policy = property_list_find_ascii(parameters, TPM_USAGE_POLICY);
    const struct property *nonce = property_list_find_ascii(parameters, TPM_BINDING);
    uint32_t value;

    request->is_identity = policy && bytes_are_u32(bytes_of(policy->data, policy->size), &value) &&
                           value == TPM_IDENTITY;
    if (nonce) request->nonce = bytes_of(nonce->data, nonce->size);
}

/* What the chip is told; numbers holds those of a key that is imported. */
static nte_status describe(const struct new_key *new, struct tpm_new *request, struct writer *numbers)
{
    const struct property *auth = property_list_find_ascii(new->parameters, TPM_USAGE_AUTH);

    request->bits = new->bits;
    request->kind = new->alg->family == &rsa_family ? TPM_RSA : TPM_EC;
    request->agrees = !!(new->alg->operations & OPERATION_SECRET_AGREEMENT);
    if (auth) request->auth = bytes_of(auth->data, auth->size);
    describe_identity(new->parameters, request);
    if (new->imported && request->is_identity) return NTE_NOT_SUPPORTED;
    if (new->imported) return tpm_import_numbers(new->imported, request, numbers);
    return request->kind == TPM_RSA ? NTE_SUCCESS : choose_curve(new, &request->bits);
}

static nte_status make_opaque(const struct tpm_new *request, struct writer *opaque, struct writer *binding)
{
    struct writer public = {0}, private = {0};
    struct tpm_blob blob;
    nte_status status;

    if (request->is_identity) status = tpm_calls()->identity(request, &public, &private, binding);
    else status = tpm_calls()->create(request, &public, &private);
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

static nte_status make_new(const struct new_key *new, struct writer *opaque, struct writer *binding)
{
    struct tpm_new request = {0};
    struct writer numbers = {0};
    nte_status status;

    if (!(status = describe(new, &request, &numbers))) status = make_opaque(&request, opaque, binding);
    writer_free(&numbers);
    return status;
}

/* The chip has made it before. */
static nte_status take_wrapped(const struct material *material, struct writer *opaque)
{
    write_bytes(opaque, tpm_material_of(material)->opaque.data, tpm_material_of(material)->opaque.size);
    return opaque->failed ? NTE_NO_MEMORY : NTE_SUCCESS;
}

/* The binding moves. */
static nte_status keep_binding(struct material *material, struct writer *binding)
{
    if (binding->failed) return NTE_NO_MEMORY;
    ((struct tpm_material *)material)->binding = bytes_of(binding->data, binding->used);
    *binding = (struct writer){0};
    return NTE_SUCCESS;
}

/* Who has set a password need not set it again on this handle. */
static nte_status use_password(const struct new_key *new, const struct material *material)
{
    const struct property *auth = property_list_find_ascii(new->parameters, TPM_USAGE_AUTH);

    return auth ? tpm_auth_set(material, bytes_of(auth->data, auth->size)) : NTE_SUCCESS;
}

nte_status tpm_make(struct store *store, const struct new_key *new, char unique[UNIQUE_NAME_MAX],
                    struct stored_key *stored)
{
    struct writer opaque = {0}, binding = {0};
    nte_status status;

    if (stored->name && tpm_is_seal_key(stored->name)) return NTE_EXISTS;
    status = is_tpm_material(new->imported) ? take_wrapped(new->imported, &opaque) : make_new(new, &opaque, &binding);
    if (!status) status = tpm_material_new(new->alg, bytes_of(opaque.data, opaque.used), &stored->material);
    if (!status) status = keep_binding(stored->material, &binding);
    if (!status) status = use_password(new, stored->material);
    if (!status && stored->name) status = store_key(store, unique, new->overwrite, &opaque, stored);
    writer_free(&opaque);
    writer_free(&binding);
    return status;
}
