/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Import of PKCS7_ENVELOPE: the parameter list has a serialized store with certificates (doc/facts/windows-api.md 4.4),
 * and what each of them says about its private key leads to the key of ours that opens the message.
 *
 * The store is read here because Wine's crypt32 wants the properties of a certificate behind it, where neither
 * Windows nor Wine itself writes them. */
#include "ksp.h"

#define STORE_MAGIC 0x54524543          /* "CERT" */
#define CERTIFICATE_ELEMENT 32          /* CERT_CERT_PROP_ID */

struct element
{
    DWORD id, size;
    const BYTE *data;
};

/* Id, encoding, length and content; the store ends with id 0, or is cut off. */
static BOOL next_element(const BYTE **p, const BYTE *end, struct element *element)
{
    DWORD header[3];

    if ((SIZE_T)(end - *p) < sizeof(header)) return FALSE;
    CopyMemory(header, *p, sizeof(header));
    *p += sizeof(header);
    if (!header[0] || header[2] > (SIZE_T)(end - *p)) return FALSE;
    element->id = header[0];
    element->size = header[2];
    element->data = *p;
    *p += header[2];
    return TRUE;
}

/* CRYPT_KEY_PROV_INFO as a store has it: offsets in place of pointers, and the strings behind. */
struct key_info
{
    DWORD container, provider, type, flags, param_count, params, key_spec;
};

/* A copy of the string at offset; NULL when it does not end within the element. Free with HeapFree. */
static WCHAR *copy_text(const struct element *element, DWORD offset)
{
    DWORD size = 0;
    WCHAR *text;

    if (offset < sizeof(struct key_info) || offset >= element->size) return NULL;
    while (size + sizeof(WCHAR) <= element->size - offset)
    {
        size += sizeof(WCHAR);
        if (element->data[offset + size - 2] || element->data[offset + size - 1]) continue;
        if ((text = HeapAlloc(GetProcessHeap(), 0, size))) CopyMemory(text, element->data + offset, size);
        return text;
    }
    return NULL;
}

/* No provider is ours as well. */
static BOOL is_ours(const struct element *element, const struct key_info *info)
{
    WCHAR *provider;
    BOOL ours;

    if (info->type) return FALSE;
    if (!info->provider) return TRUE;
    if (!(provider = copy_text(element, info->provider))) return FALSE;
    ours = !lstrcmpiW(provider, MS_KEY_STORAGE_PROVIDER);
    HeapFree(GetProcessHeap(), 0, provider);
    return ours;
}

static SECURITY_STATUS open_named(UINT64 provider, const WCHAR *name, DWORD flags, UINT64 *key)
{
    struct key_open_params params = {provider, address(name), 0, 0, 0, flags};
    WCHAR *folded = fold_name(name);
    SECURITY_STATUS status;

    if (!folded) return NTE_NO_MEMORY;
    params.folded = address(folded);
    status = engine_call(unix_key_open, &params);
    HeapFree(GetProcessHeap(), 0, folded);
    *key = params.key;
    return status;
}

/* The key that the property names. NTE_NOT_FOUND when it is not ours. */
static SECURITY_STATUS open_recipient(UINT64 provider, const struct element *property, UINT64 *key)
{
    struct key_info info;
    SECURITY_STATUS status;
    WCHAR *name;

    if (property->size < sizeof(info)) return NTE_NOT_FOUND;
    CopyMemory(&info, property->data, sizeof(info));
    if (!is_ours(property, &info) || !(name = copy_text(property, info.container))) return NTE_NOT_FOUND;
    status = open_named(provider, name, info.flags & CRYPT_MACHINE_KEYSET ? NCRYPT_MACHINE_KEY_FLAG : 0, key);
    HeapFree(GetProcessHeap(), 0, name);
    return status == NTE_BAD_KEYSET ? NTE_NOT_FOUND : status;
}

static SECURITY_STATUS try_certificate(struct key_import_params *import, struct unix_buffer *buffer,
                                       const struct element *property, const struct element *certificate)
{
    struct object_params opened;
    SECURITY_STATUS status;

    if ((status = open_recipient(import->provider, property, &opened.object))) return status;
    buffer->data = address(certificate->data);
    buffer->size = certificate->size;
    import->import_key = opened.object;
    status = engine_call_asking(opened.object, unix_key_import, import, import->flags);
    import->import_key = 0;
    engine_call(unix_object_free, &opened);
    return status;
}

static SECURITY_STATUS try_store(struct key_import_params *import, struct unix_buffer *buffer)
{
    const BYTE *p = (const BYTE *)(ULONG_PTR)buffer->data, *end = p + buffer->size;
    struct element element, property = {0};
    SECURITY_STATUS status = NTE_NOT_FOUND;
    DWORD header[2];

    if (buffer->size < sizeof(header)) return NTE_BAD_DATA;
    CopyMemory(header, p, sizeof(header));
    if (header[0] || header[1] != STORE_MAGIC) return NTE_BAD_DATA;
    p += sizeof(header);
    while (status == NTE_NOT_FOUND && next_element(&p, end, &element))
    {
        if (element.id == CERT_KEY_PROV_INFO_PROP_ID) property = element;
        if (element.id != CERTIFICATE_ELEMENT) continue;
        if (property.data) status = try_certificate(import, buffer, &property, &element);
        property.data = NULL;
    }
    return status;
}

SECURITY_STATUS import_envelope(struct key_import_params *import, const struct parameters *params)
{
    DWORD i;

    for (i = 0; i < params->count; i++)
        if (params->buffers[i].type == NCRYPTBUFFER_CERT_BLOB) return try_store(import, &params->buffers[i]);
    return NTE_INVALID_PARAMETER;
}
