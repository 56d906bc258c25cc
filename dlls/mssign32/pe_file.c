/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A PE image as Authenticode sees it: what is hashed, and where the signature goes (Microsoft's "Windows Authenticode
 * Portable Executable Signature Format"). */
#include "mssign32.h"

#define LONGEST_IMAGE 0x70000000    /* bytes */
#define ALIGNMENT 8                 /* of signatures in a file */

static DWORD aligned(DWORD size)
{
    return (size + ALIGNMENT - 1) & ~(DWORD)(ALIGNMENT - 1);
}

static HRESULT last_error(void)
{
    DWORD error = GetLastError();

    return error ? HRESULT_FROM_WIN32(error) : E_FAIL;
}

static BOOL is_open(HANDLE file)
{
    return file && file != INVALID_HANDLE_VALUE;
}

static HRESULT open_file(const SIGNER_FILE_INFO *info, struct pe_file *pe)
{
    pe->file = info->hFile;
    if (is_open(pe->file)) return S_OK;
    if (!info->pwszFileName) return E_INVALIDARG;
    pe->file
        = CreateFileW(info->pwszFileName, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    pe->must_close = is_open(pe->file);
    return pe->must_close ? S_OK : last_error();
}

/* Reads all of it, with room for the zeros behind it. */
static HRESULT read_file(struct pe_file *pe)
{
    LARGE_INTEGER size;
    DWORD got;

    if (!GetFileSizeEx(pe->file, &size)) return last_error();
    if (size.QuadPart > LONGEST_IMAGE) return HRESULT_FROM_WIN32(ERROR_FILE_TOO_LARGE);
    pe->size = size.LowPart;
    if (!(pe->data = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, pe->size + ALIGNMENT))) return E_OUTOFMEMORY;
    if (SetFilePointer(pe->file, 0, NULL, FILE_BEGIN) || !ReadFile(pe->file, pe->data, pe->size, &got, NULL))
        return last_error();
    return got == pe->size ? S_OK : HRESULT_FROM_WIN32(ERROR_HANDLE_EOF);
}

/* The two places of the optional header, which is longer in front of them for 64 bits. */
static HRESULT find_places(struct pe_file *pe)
{
    const IMAGE_DOS_HEADER *dos = (const void *)pe->data;
    const IMAGE_NT_HEADERS32 *nt;
    DWORD start, directories;

    if (pe->size < sizeof(*dos) || dos->e_magic != IMAGE_DOS_SIGNATURE) return TRUST_E_SUBJECT_FORM_UNKNOWN;
    if (dos->e_lfanew < 0 || (DWORD)dos->e_lfanew > pe->size || pe->size - dos->e_lfanew < sizeof(IMAGE_NT_HEADERS64))
        return TRUST_E_SUBJECT_FORM_UNKNOWN;
    nt = (const void *)(pe->data + dos->e_lfanew);
    if (nt->Signature != IMAGE_NT_SIGNATURE) return TRUST_E_SUBJECT_FORM_UNKNOWN;
    start = dos->e_lfanew + FIELD_OFFSET(IMAGE_NT_HEADERS32, OptionalHeader);
    if (nt->OptionalHeader.Magic == IMAGE_NT_OPTIONAL_HDR32_MAGIC)
        directories = start + FIELD_OFFSET(IMAGE_OPTIONAL_HEADER32, DataDirectory);
    else if (nt->OptionalHeader.Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC)
        directories = start + FIELD_OFFSET(IMAGE_OPTIONAL_HEADER64, DataDirectory);
    else return TRUST_E_SUBJECT_FORM_UNKNOWN;
    if (*(const DWORD *)(pe->data + directories - sizeof(DWORD)) <= IMAGE_DIRECTORY_ENTRY_SECURITY)
        return TRUST_E_SUBJECT_FORM_UNKNOWN;
    pe->checksum = start + FIELD_OFFSET(IMAGE_OPTIONAL_HEADER32, CheckSum);
    pe->directory = directories + IMAGE_DIRECTORY_ENTRY_SECURITY * sizeof(IMAGE_DATA_DIRECTORY);
    return S_OK;
}

/* An old signature is the end of the file. */
static HRESULT cut_signature(struct pe_file *pe)
{
    const IMAGE_DATA_DIRECTORY *entry = (const void *)(pe->data + pe->directory);
    DWORD offset = entry->VirtualAddress;

    if (offset)
    {
        if (offset < pe->directory + sizeof(*entry) || offset > pe->size || entry->Size > pe->size - offset
            || aligned(offset + entry->Size) < pe->size) return TRUST_E_BAD_DIGEST;
        ZeroMemory(pe->data + offset, pe->size - offset);
        pe->size = offset;
    }
    pe->size = aligned(pe->size);
    return S_OK;
}

HRESULT pe_open(const SIGNER_FILE_INFO *info, struct pe_file *pe)
{
    HRESULT hr;

    ZeroMemory(pe, sizeof(*pe));
    if (FAILED(hr = open_file(info, pe)) || FAILED(hr = read_file(pe))) return hr;
    if (FAILED(hr = find_places(pe))) return hr;
    return cut_signature(pe);
}

void pe_close(struct pe_file *pe)
{
    HeapFree(GetProcessHeap(), 0, pe->data);
    if (pe->must_close) CloseHandle(pe->file);
}

HRESULT pe_hash(const struct pe_file *pe, const struct hash *hash, BYTE *result)
{
    DWORD after_sum = pe->checksum + sizeof(DWORD), after_entry = pe->directory + sizeof(IMAGE_DATA_DIRECTORY);
    const struct span spans[] =
    {
        {pe->data, pe->checksum},
        {pe->data + after_sum, pe->directory - after_sum},
        {pe->data + after_entry, pe->size - after_entry},
    };

    return hash_spans(hash, spans, ARRAYSIZE(spans), result);
}

/* --- writing --- */

/* The sum of PE images: 16 bits with the carry added in, over everything but the sum itself; then the size of the file.
 */
static DWORD add_words(DWORD sum, const BYTE *data, DWORD size)
{
    DWORD i;

    for (i = 0; i < size; i += 2)
    {
        sum += data[i] | data[i + 1] << 8;
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum;
}

static void set_dword(BYTE *data, DWORD value)
{
    CopyMemory(data, &value, sizeof(value));
}

static HRESULT write_at(HANDLE file, DWORD offset, const void *data, DWORD size)
{
    DWORD written;

    if (SetFilePointer(file, offset, NULL, FILE_BEGIN) != offset) return last_error();
    if (!WriteFile(file, data, size, &written, NULL)) return last_error();
    return written == size ? S_OK : HRESULT_FROM_WIN32(ERROR_DISK_FULL);
}

/* WIN_CERTIFICATE: its length, revision 2, PKCS #7. */
static void append_entry(const struct der *signature, struct der *entry)
{
    static const BYTE zeros[ALIGNMENT];
    DWORD length = 8 + signature->used, padded = aligned(length);
    const BYTE kind[] = {0x00, 0x02, 0x02, 0x00};

    der_bytes(entry, &padded, sizeof(padded));
    der_bytes(entry, kind, sizeof(kind));
    der_bytes(entry, signature->data, signature->used);
    der_bytes(entry, zeros, padded - length);
}

/* The headers come last: until then the file says of itself what it said before. */
static HRESULT write_file(struct pe_file *pe, const struct der *entry)
{
    DWORD head = pe->directory + sizeof(IMAGE_DATA_DIRECTORY), sum;
    HRESULT hr;

    set_dword(pe->data + pe->directory, pe->size);
    set_dword(pe->data + pe->directory + sizeof(DWORD), entry->used);
    set_dword(pe->data + pe->checksum, 0);
    sum = add_words(add_words(0, pe->data, pe->size), entry->data, entry->used);
    set_dword(pe->data + pe->checksum, sum + pe->size + entry->used);
    if (FAILED(hr = write_at(pe->file, head, pe->data + head, pe->size - head))) return hr;
    if (FAILED(hr = write_at(pe->file, pe->size, entry->data, entry->used))) return hr;
    if (!SetEndOfFile(pe->file)) return last_error();
    return write_at(pe->file, 0, pe->data, head);
}

HRESULT pe_write(struct pe_file *pe, const struct der *signature)
{
    struct der entry = {0};
    HRESULT hr = E_OUTOFMEMORY;

    append_entry(signature, &entry);
    if (!entry.failed) hr = write_file(pe, &entry);
    der_free(&entry);
    return hr;
}
