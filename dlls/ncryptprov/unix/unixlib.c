/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The engine's side of the border: unpacks each parameter struct and calls the function that does the work. Of the
 * caller's memory the engine gets copies (border.h); strings that the Windows half has made are used as they are. */
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

#include "unixlib.h"
#include "archive_calls.h"
#include "base/utf8.h"
#include "border.h"
#include "key/key.h"
#include "unixlib_calls.h"

/* The longest results, in bytes: what a caller says of its memory beyond that does not matter. */
#define MOST_VALUE     0x200000
#define MOST_BLOB      KEYFILE_MAX

#define EXPORT __attribute__((visibility("default")))

static struct key_name key_name(uint64_t name, uint64_t folded)
{
    struct key_name pair = {border_take_string(name), pointer(folded), NULL};

    return pair;
}

/* What an import or export has no use for is not looked at (row 9.26). */
static struct blob_options options(uint64_t buffers, uint32_t count, uint64_t wrapping_key, nte_status *status)
{
    const struct unix_buffer *buffer = pointer(buffers);
    struct blob_options options = {0};
    uint32_t i;

    *status = wrapping_key ? key_material(pointer(wrapping_key), &options.wrapping) : NTE_SUCCESS;
    for (i = 0; i < count; i++, buffer++)
    {
        switch (buffer->type)
        {
        case BUFFER_PKCS_ALG_OID: options.alg_oid = pointer(buffer->data); break;
        case BUFFER_PKCS_ALG_PARAM: options.alg_param = border_take(buffer->data, buffer->size); break;
        case BUFFER_PKCS_SECRET:
            options.has_secret = 1;
            options.secret = pointer(buffer->data);
            break;
        case BUFFER_CERTIFICATE: options.certificate = border_take(buffer->data, buffer->size); break;
        case BUFFER_ECC_CURVE_NAME: options.curve_name = pointer(buffer->data); break;
        case BUFFER_ECC_PARAMETERS: options.ecc_parameters = border_take(buffer->data, buffer->size); break;
        }
    }
    return options;
}

static int32_t call_attach(void *args)
{
    struct attach_params *p = args;

    snprintf(p->gnutls, sizeof(p->gnutls), "%s", gnutls_check_version(NULL));
    return engine_attach(pointer(p->user_dir), pointer(p->machine_dir), pointer(p->machine_guid));
}

/* Without a handle it is the software provider: protection of data has keys there. */
static const struct provider_class *class_of(uint64_t provider)
{
    return provider ? ((const struct object *)pointer(provider))->provider : &software_provider;
}

/* *text: to be freed with secret_free; NULL for address 0. */
static nte_status narrow(uint64_t string, char **text)
{
    const uint16_t *s = pointer(string);
    struct writer w = {0};

    *text = NULL;
    if (!s) return NTE_SUCCESS;
    if (utf8_from_utf16(&w, s, s + u16_length(s)) && !w.failed) *text = (char *)w.data;
    else writer_free(&w);
    return *text ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

static nte_status choose_class(const struct provider_open_params *p, const struct provider_class **class)
{
    const struct provider_class *base = provider_find(pointer(p->name));
    char *opened_as = NULL, *uri = NULL;
    nte_status status;

    if (!(*class = base)) return NTE_BAD_PROVIDER;
    if (!base->open) return NTE_SUCCESS;
    status = narrow(p->opened_as, &opened_as);
    if (!status) status = narrow(p->uri, &uri);
    if (!status) status = base->open(base, opened_as ? opened_as : base->name, uri, class);
    secret_free(opened_as);
    secret_free(uri);
    return status;
}

static int32_t call_provider_open(void *args)
{
    struct provider_open_params *p = args;
    const struct provider_class *class;
    struct provider *provider;
    nte_status status;

    if ((status = choose_class(p, &class))) return status;
    if ((status = provider_open(class, &provider))) return status;
    p->provider = number(provider);
    return NTE_SUCCESS;
}

static int32_t call_object_free(void *args)
{
    struct object_params *p = args;

    object_free(pointer(p->object));
    return NTE_SUCCESS;
}

static int32_t call_store_make(void *args)
{
    struct store_make_params *p = args;
    const struct provider_class *provider = class_of(p->provider);

    if (!provider->vault->watch) return NTE_NOT_SUPPORTED;
    return provider->vault->watch(provider_scope(provider, p->flags));
}

static int32_t call_alg_supported(void *args)
{
    struct alg_supported_params *p = args;
    const uint16_t *alg;
    nte_status status;

    border_begin();
    alg = border_take_string(p->alg);
    if (!(status = border_status()) && !provider_algorithm(class_of(p->provider), alg)) status = NTE_NOT_SUPPORTED;
    return border_end(status);
}

static int32_t call_enum_algorithms(void *args)
{
    struct enum_algorithms_params *p = args;
    const struct algorithm_list *list = class_of(p->provider)->algorithms;
    const struct algorithm *alg = list->rows;
    struct alg_info *infos = pointer(p->infos);
    size_t i;

    p->count = 0;
    for (i = 0; i < list->count; i++, alg++)
    {
        if (p->operations && !(p->operations & alg->operations)) continue;
        if (p->count++ >= p->capacity) continue;
        u16_from_ascii(infos->name, alg->id);
        infos->alg_class = alg->interface;
        infos->operations = alg->operations;
        infos++;
    }
    return NTE_SUCCESS;
}

static int32_t call_key_enum_open(void *args)
{
    struct key_enum_open_params *p = args;
    struct key_enum *key_enum;
    nte_status status;

    if ((status = key_enum_open(class_of(p->provider), pointer(p->scope), p->flags, &key_enum))) return status;
    p->enumeration = number(key_enum);
    return NTE_SUCCESS;
}

static int32_t call_key_enum_next(void *args)
{
    struct key_enum_next_params *p = args;
    struct stored_key stored = {0};
    size_t name_size, alg_size;
    nte_status status;

    if ((status = key_enum_next(pointer(p->enumeration), &stored))) return status;
    name_size = (u16_length(stored.name) + 1) * sizeof(uint16_t);
    alg_size = (strlen(stored.algorithm) + 1) * sizeof(uint16_t);
    if (name_size > p->name_size || alg_size > p->alg_size)
    {
        stored_key_free(&stored);
        return NTE_INTERNAL_ERROR;
    }
    memcpy(pointer(p->name), stored.name, name_size);
    u16_from_ascii(pointer(p->alg), stored.algorithm);
    p->key_spec = stored.key_spec;
    p->flags = stored.flags;
    stored_key_free(&stored);
    return NTE_SUCCESS;
}

static int32_t call_key_create(void *args)
{
    struct key_create_params *p = args;
    const uint16_t *alg;
    struct key_name name;
    struct key *key;
    nte_status status;

    border_begin();
    alg = border_take_string(p->alg);
    name = key_name(p->name, p->folded);
    if (!(status = border_status()))
        status = key_create(class_of(p->provider), alg, name, p->key_spec, p->flags, &key);
    if (!status) p->key = number(key);
    return border_end(status);
}

static int32_t call_key_open(void *args)
{
    struct key_open_params *p = args;
    struct key_name name;
    struct key *key;
    nte_status status;

    border_begin();
    name = key_name(p->name, p->folded);
    if (!(status = border_status())) status = key_open(class_of(p->provider), name, p->key_spec, p->flags, &key);
    if (!status) p->key = number(key);
    return border_end(status);
}

static int32_t call_key_finalize(void *args)
{
    struct key_finalize_params *p = args;

    return key_finalize(pointer(p->key), p->flags);
}

static int32_t call_key_delete(void *args)
{
    struct key_delete_params *p = args;

    return p->keep ? key_remove(pointer(p->key)) : key_delete(pointer(p->key));
}

static nte_status import(struct key_import_params *p)
{
    const uint16_t *type = border_take_string(p->blob_type);
    struct bytes data = border_take(p->data, p->size);
    struct key_name name = key_name(p->name, p->folded);
    struct blob_options opts;
    struct key *key;
    nte_status status;

    opts = options(p->buffers, p->buffer_count, p->import_key, &status);
    if (!status && p->import_key) status = key_private(pointer(p->import_key), &opts.wrapping);
    if (!status) status = border_status();
    if (!status) status = key_import(class_of(p->provider), type, data, &opts, name, p->flags, &key);
    if (!status) p->key = number(key);
    return status;
}

static int32_t call_key_import(void *args)
{
    border_begin();
    return border_end(import(args));
}

static nte_status export(struct key_export_params *p)
{
    const uint16_t *type = border_take_string(p->blob_type);
    uint8_t *output = border_room(p->output, p->output_size, MOST_BLOB);
    struct blob_options opts;
    nte_status status;

    opts = options(p->buffers, p->buffer_count, p->export_key, &status);
    if (!status) status = border_status();
    if (status) return status;
    status = key_export(pointer(p->key), type, &opts, p->flags, output, p->output_size, &p->result);
    if (!status) border_give(p->output, output, p->result);
    return status;
}

static int32_t call_key_export(void *args)
{
    border_begin();
    return border_end(export(args));
}

static int32_t call_key_unlock(void *args)
{
    struct key_unlock_params *p = args;

    p->asks_for = object_asks_for(pointer(p->object));
    return p->answered ? object_unlock(pointer(p->object), bytes_of(pointer(p->password), p->size)) : NTE_SUCCESS;
}

static int32_t call_property_get(void *args)
{
    struct property_get_params *p = args;
    const uint16_t *name;
    uint8_t *output;
    nte_status status;

    border_begin();
    name = border_take_string(p->name);
    output = border_room(p->output, p->output_size, MOST_VALUE);
    if (!(status = border_status()))
        status = property_get(pointer(p->object), name, p->flags, output, p->output_size, &p->result);
    if (!status) border_give(p->output, output, p->result);
    return border_end(status);
}

static int32_t call_property_set(void *args)
{
    struct property_set_params *p = args;
    const uint16_t *name;
    struct bytes value;
    nte_status status;

    border_begin();
    name = border_take_string(p->name);
    value = border_take(p->input, p->size);
    if (!(status = border_status())) status = property_set(pointer(p->object), name, value, p->flags);
    return border_end(status);
}

typedef int32_t (*unix_entry)(void *args);

/* In the order of enum unix_call. */
EXPORT const unix_entry __wine_unix_call_funcs[] =
{
    call_attach,
    call_provider_open,
    call_object_free,
    call_alg_supported,
    call_enum_algorithms,
    call_key_enum_open,
    call_key_enum_next,
    call_key_create,
    call_key_open,
    call_key_finalize,
    call_key_delete,
    call_key_import,
    call_key_export,
    call_key_unlock,
    call_property_get,
    call_property_set,
    call_key_sign,
    call_key_verify,
    call_key_encrypt,
    call_key_decrypt,
    call_key_encapsulate,
    call_key_decapsulate,
    call_secret_agree,
    call_derive_key,
    call_key_derivation,
    call_descriptor_create,
    call_descriptor_free,
    call_descriptor_text,
    call_protector_get,
    call_result_take,
    call_protect,
    call_envelope_open,
    call_envelope_free,
    call_unprotect,
    call_stream_open,
    call_stream_update,
    call_stream_unlock,
    call_stream_free,
    call_store_make,
    call_archive_read,
    call_archive_write,
    call_claim_create,
    call_claim_verify,
};

_Static_assert(sizeof(__wine_unix_call_funcs) / sizeof(unix_entry) == unix_call_count, "one entry a call");

/* The parameter structs are the same for 32-bit code in a 64-bit process, so the table is as well. */
EXPORT extern const unix_entry __wine_unix_call_wow64_funcs[unix_call_count]
    __attribute__((alias("__wine_unix_call_funcs")));

#ifdef __x86_64__
#define WINDOWS_ABI __attribute__((ms_abi))
#else
#define WINDOWS_ABI __attribute__((stdcall))
#endif

/* The winelib route has no loader that finds the table by name: the Windows half asks for it. */
EXPORT WINDOWS_ABI const void *ncryptprov_unix_funcs(void)
{
    return __wine_unix_call_funcs;
}
