/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Import of PKCS7_ENVELOPE: the parameter list has a serialized store with certificates (doc/facts/windows-api.md 4.4),
 * and what each of them says about its private key leads to the key of ours that opens the message.
 *
 * The store is read here because Wine's crypt32 wants the properties of a certificate behind it, where neither
 * Windows nor Wine itself writes them. */
#include "certificate_key.h"
#include "legacy/legacy.h"

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

static void free_key_info(struct certificate_key *which)
{
    HeapFree(GetProcessHeap(), 0, which->container);
    HeapFree(GetProcessHeap(), 0, which->provider);
}

/* FALSE when a string is malformed or there is no memory; otherwise call free_key_info. */
static BOOL read_key_info(const struct element *property, struct certificate_key *which)
{
    struct key_info info;

    if (property->size < sizeof(info)) return FALSE;
    CopyMemory(&info, property->data, sizeof(info));
    which->container = copy_text(property, info.container);
    which->provider = info.provider ? copy_text(property, info.provider) : NULL;
    which->type = info.type;
    which->flags = info.flags;
    if (which->container && (which->provider || !info.provider)) return TRUE;
    free_key_info(which);
    return FALSE;
}

/* The key that the property names. NTE_NOT_FOUND when it is not ours. */
static SECURITY_STATUS open_recipient(UINT64 provider, const struct element *property, NCRYPT_KEY_HANDLE *key)
{
    struct ksp_object ours = {.object = provider, .containers = &no_containers};
    SECURITY_STATUS status = NTE_NOT_FOUND;
    struct certificate_key which;

    if (!read_key_info(property, &which)) return NTE_NOT_FOUND;
    if (certificate_key_is_ours(&which)) status = certificate_key_open((ULONG_PTR)&ours, &which, 0, key);
    free_key_info(&which);
    return status == NTE_BAD_KEYSET ? NTE_NOT_FOUND : status;
}

static SECURITY_STATUS try_certificate(struct key_import_params *import, struct unix_buffer *buffer,
                                       const struct element *property, const struct element *certificate)
{
    SECURITY_STATUS status;
    NCRYPT_KEY_HANDLE key;

    if ((status = open_recipient(import->provider, property, &key))) return status;
    buffer->data = address(certificate->data);
    buffer->size = certificate->size;
    import->import_key = engine_object(key);
    status = engine_call_asking(import->import_key, unix_key_import, import, import->flags);
    import->import_key = 0;
    ksp_object_close(key);
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
