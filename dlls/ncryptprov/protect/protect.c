/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Protection of data to principals: descriptors and secrets, for ncrypt.dll; see protection.h. */
#include "protect/protect_private.h"

static void forget(UINT64 result)
{
    struct result_take_params params = {.result = result};

    engine_call(unix_result_take, &params);
}

static void take(UINT64 result, void *output, UINT64 size)
{
    struct result_take_params params = {.result = result, .output = address(output), .size = size};

    engine_call(unix_result_take, &params);
}

/* Moves a result into memory of the program. */
static SECURITY_STATUS take_for_program(UINT64 result, UINT64 size, const NCRYPT_ALLOC_PARA *memory, void **output)
{
    if (size > MAXLONG || !(*output = protection_alloc(memory, size)))
    {
        forget(result);
        return NTE_NO_MEMORY;
    }
    probe_output(*output, size, size);
    take(result, *output, size);
    return ERROR_SUCCESS;
}

static void *take_for_us(UINT64 result, UINT64 size)
{
    void *output = HeapAlloc(GetProcessHeap(), 0, size);

    if (output) take(result, output, size);
    else forget(result);
    return output;
}

/* --- protectors --- */

SECURITY_STATUS get_protector(UINT64 descriptor, DWORD index, struct protector *protector)
{
    struct protector_get_params params = {.descriptor = descriptor, .index = index};
    SECURITY_STATUS status;

    if ((status = engine_call(unix_protector_get, &params))) return status;
    protector->type = params.type;
    protector->key = params.key;
    protector->wrapped_size = params.wrapped_size;
    protector->wrapped = params.wrapped_size ? take_for_us(params.wrapped, params.wrapped_size) : NULL;
    protector->value = take_for_us(params.result, params.size);
    if (protector->value && (protector->wrapped || !protector->wrapped_size)) return ERROR_SUCCESS;
    free_protector(protector);
    return NTE_NO_MEMORY;
}

void free_protector(struct protector *protector)
{
    HeapFree(GetProcessHeap(), 0, protector->value);
    HeapFree(GetProcessHeap(), 0, protector->wrapped);
}

/* --- descriptors --- */

static void free_engine_object(enum unix_call code, UINT64 object)
{
    struct object_params params = {.object = object};

    engine_call(code, &params);
}

static SECURITY_STATUS box_descriptor(UINT64 descriptor, DWORD count, ULONG_PTR *result)
{
    struct descriptor_box *box = HeapAlloc(GetProcessHeap(), 0, sizeof(*box));

    if (!box)
    {
        free_engine_object(unix_descriptor_free, descriptor);
        return NTE_NO_MEMORY;
    }
    box->descriptor = descriptor;
    box->count = count;
    *result = (ULONG_PTR)box;
    return ERROR_SUCCESS;
}

static void free_descriptor(ULONG_PTR descriptor)
{
    struct descriptor_box *box = (struct descriptor_box *)descriptor;

    free_engine_object(unix_descriptor_free, box->descriptor);
    HeapFree(GetProcessHeap(), 0, box);
}

/* What only Windows functions can say about a value. */
static SECURITY_STATUS check_protectors(UINT64 descriptor, DWORD count)
{
    SECURITY_STATUS status = ERROR_SUCCESS;
    struct protector protector;
    DWORD i;

    for (i = 0; i < count && !status; i++)
    {
        if ((status = get_protector(descriptor, i, &protector))) return status;
        if (protector.type == UNIX_PROTECTOR_SID) status = check_sid(protector.value);
        if (protector.type == UNIX_PROTECTOR_SDDL) status = check_sddl(protector.value);
        free_protector(&protector);
    }
    return status;
}

static SECURITY_STATUS parse_rule(const WCHAR *rule, ULONG_PTR *descriptor)
{
    struct descriptor_create_params params = {.rule = address(rule)};
    SECURITY_STATUS status;

    probe_string(rule);
    if ((status = engine_call(unix_descriptor_create, &params))) return status;
    return box_descriptor(params.descriptor, params.count, descriptor);
}

static SECURITY_STATUS create_descriptor(const WCHAR *rule, ULONG_PTR *descriptor)
{
    struct descriptor_box *box;
    SECURITY_STATUS status;

    if ((status = parse_rule(rule, descriptor))) return status;
    box = (struct descriptor_box *)*descriptor;
    if ((status = check_protectors(box->descriptor, box->count))) free_descriptor(*descriptor);
    return status;
}

SECURITY_STATUS copy_descriptor(UINT64 descriptor, ULONG_PTR *copy)
{
    struct descriptor_text_params params = {.descriptor = descriptor};
    SECURITY_STATUS status;
    WCHAR *rule;

    if ((status = engine_call(unix_descriptor_text, &params))) return status;
    if (!(rule = take_for_us(params.result, params.size))) return NTE_NO_MEMORY;
    status = parse_rule(rule, copy);
    HeapFree(GetProcessHeap(), 0, rule);
    return status;
}

static SECURITY_STATUS get_rule(ULONG_PTR descriptor, const NCRYPT_ALLOC_PARA *memory, WCHAR **rule)
{
    struct descriptor_text_params params = {.descriptor = ((struct descriptor_box *)descriptor)->descriptor};
    SECURITY_STATUS status;

    if ((status = engine_call(unix_descriptor_text, &params))) return status;
    return take_for_program(params.result, params.size, memory, (void **)rule);
}

/* --- secrets --- */

static SECURITY_STATUS protect(ULONG_PTR descriptor, const BYTE *data, DWORD size, const NCRYPT_ALLOC_PARA *memory,
                               BYTE **blob, DWORD *blob_size, DWORD flags)
{
    struct descriptor_box *box = (struct descriptor_box *)descriptor;
    struct protect_params params = {.descriptor = box->descriptor, .data = address(data), .size = size};
    struct answers answers;
    SECURITY_STATUS status;

    probe_input(data, size);
    if ((status = answer_all(box->descriptor, box->count, TRUE, flags, &answers))) return status;
    params.answers = address(answers.list);
    status = engine_call(unix_protect, &params);
    free_answers(&answers);
    if (status) return status;
    status = take_for_program(params.result, params.result_size, memory, (void **)blob);
    if (!status) *blob_size = params.result_size;
    return status;
}

static SECURITY_STATUS decrypt(const struct envelope_open_params *envelope, const NCRYPT_ALLOC_PARA *memory,
                               BYTE **data, DWORD *size, DWORD flags)
{
    struct unprotect_params params = {.envelope = envelope->envelope};
    struct answers answers;
    SECURITY_STATUS status;

    if ((status = answer_all(envelope->descriptor, envelope->count, FALSE, flags, &answers))) return status;
    params.answers = address(answers.list);
    status = engine_call(unix_unprotect, &params);
    free_answers(&answers);
    if (status) return status;
    status = take_for_program(params.result, params.result_size, memory, (void **)data);
    if (!status) *size = params.result_size;
    return status;
}

static SECURITY_STATUS unprotect(const BYTE *blob, DWORD blob_size, ULONG_PTR *descriptor,
                                 const NCRYPT_ALLOC_PARA *memory, BYTE **data, DWORD *size, DWORD flags)
{
    struct envelope_open_params envelope = {.data = address(blob), .size = blob_size};
    SECURITY_STATUS status;

    probe_input(blob, blob_size);
    if ((status = engine_call(unix_envelope_open, &envelope))) return status;
    if (descriptor) status = copy_descriptor(envelope.descriptor, descriptor);
    if (!status && data)
    {
        status = decrypt(&envelope, memory, data, size, flags);
        if (status && descriptor) free_descriptor(*descriptor);
    }
    free_engine_object(unix_envelope_free, envelope.envelope);
    return status;
}

static const struct protection_table protection_table =
{
    .version = PROTECTION_TABLE_VERSION,
    .CreateDescriptor = create_descriptor,
    .FreeDescriptor = free_descriptor,
    .GetRule = get_rule,
    .Protect = protect,
    .Unprotect = unprotect,
    .OpenStream = open_stream,
    .UpdateStream = update_stream,
    .FreeStream = free_stream,
};

SECURITY_STATUS WINAPI GetKeyProtectionInterface(const struct protection_table **table)
{
    SECURITY_STATUS status = engine_attach();

    if (!status) *table = &protection_table;
    return status;
}
