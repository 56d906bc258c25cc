/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The content key of a message: CryptImportKey with an NCRYPT handle, or with a recipient that we have marked. */
#include "capi.h"

#include "../message/recipient.h"

/* A SIMPLEBLOB has the encrypted key behind two headers, last byte first. */
#define SIMPLE_HEADER (sizeof(BLOBHEADER) + sizeof(ALG_ID))

/* release it. */
static BYTE *encrypted_key(const BYTE *blob, DWORD size)
{
    DWORD i, count = size - SIMPLE_HEADER;
    BYTE *encrypted = allocate(count);

    for (i = 0; encrypted && i < count; i++) encrypted[i] = blob[size - 1 - i];
    return encrypted;
}

static BOOL import_plain(ALG_ID algorithm, const BYTE *plain, DWORD size, HCRYPTKEY *key)
{
    struct
    {
        BLOBHEADER header;
        DWORD size;
        BYTE key[LONGEST_CONTENT_KEY];
    } blob = {.header = {.bType = PLAINTEXTKEYBLOB, .bVersion = CUR_BLOB_VERSION, .aiKeyAlg = algorithm}, .size = size};
    BOOL imported;

    CopyMemory(blob.key, plain, size);
    imported = CryptImportKey(software_csp(), (BYTE *)&blob, sizeof(blob.header) + sizeof(blob.size) + size, 0, 0, key);
    SecureZeroMemory(&blob, sizeof(blob));
    return imported;
}

/* A key that did not open is replaced by one that nobody knows. */
static void use_other_key(SECURITY_STATUS status, DWORD size, BYTE *plain)
{
    const struct scope *scope = scope_current();

    BCryptGenRandom(NULL, plain, size, BCRYPT_USE_SYSTEM_PREFERRED_RNG);
    if (scope && scope->status) *scope->status = status;
}

/* A key of another size than the cipher's is as good as one that did not open. */
static BOOL import_marked(NCRYPT_KEY_HANDLE key, const struct marked_recipient *marked, HCRYPTKEY *imported)
{
    BYTE plain[LONGEST_CONTENT_KEY];
    DWORD size = 0;
    SECURITY_STATUS status = open_content_key(key, marked, plain, &size);
    BOOL done;

    if (!status && size != marked->cipher->key_size) status = NTE_BAD_DATA;
    if (status) use_other_key(status, marked->cipher->key_size, plain);
    done = import_plain(marked->cipher->id, plain, marked->cipher->key_size, imported)
           && CryptSetKeyParam(*imported, KP_IV, marked->iv.data, 0);
    SecureZeroMemory(plain, sizeof(plain));
    return done;
}

static BOOL import_unmarked(NCRYPT_KEY_HANDLE key, const BYTE *encrypted, DWORD size, ALG_ID algorithm,
                            HCRYPTKEY *imported)
{
    BYTE plain[LONGEST_CONTENT_KEY];
    DWORD plain_size = 0;
    SECURITY_STATUS status = open_plain_content_key(key, encrypted, size, plain, &plain_size);
    BOOL done;

    if (status) use_other_key(status, plain_size = 16, plain);
    done = import_plain(algorithm, plain, plain_size, imported);
    SecureZeroMemory(plain, sizeof(plain));
    return done;
}

/* A key of CAPI opens what it always did, by the blob that it wants; then the cipher gets its vector. */
static BOOL import_with_capi(HCRYPTPROV handle, const struct marked_recipient *marked, HCRYPTKEY wrapping, DWORD flags,
                             HCRYPTKEY *key)
{
    BLOBHEADER header = {.bType = SIMPLEBLOB, .bVersion = CUR_BLOB_VERSION, .aiKeyAlg = marked->cipher->id};
    ALG_ID transport = CALG_RSA_KEYX;
    struct der_reader encrypted;
    struct der blob = {0};
    BOOL imported = FALSE;

    if (!read_plain_transport(marked, &encrypted)) return fail(NTE_NOT_SUPPORTED);
    der_bytes(&blob, &header, sizeof(header));
    der_bytes(&blob, &transport, sizeof(transport));
    while (encrypted.left) der_bytes(&blob, encrypted.data + --encrypted.left, 1);
    imported = !blob.failed && CryptImportKey(handle, blob.data, blob.used, wrapping, flags, key)
               && CryptSetKeyParam(*key, KP_IV, marked->iv.data, 0);
    der_free(&blob);
    return imported;
}

static BOOL import_encrypted(HCRYPTPROV handle, const BYTE *encrypted, DWORD size, ALG_ID algorithm, HCRYPTKEY wrapping,
                             DWORD flags, HCRYPTKEY *key)
{
    struct marked_recipient marked;
    BOOL is_marked = read_marked_recipient(encrypted, size, &marked);

    if (!is_marked)
        return is_ncrypt_key(handle) ? import_unmarked(handle, encrypted, size, algorithm, key) : fail(NTE_BAD_DATA);
    if (!marked.cipher) return fail(NTE_NOT_SUPPORTED);
    if (is_ncrypt_key(handle)) return import_marked(handle, &marked, key);
    return import_with_capi(handle, &marked, wrapping, flags, key);
}

static BOOL is_marked_blob(const BYTE *blob, DWORD size)
{
    static const char mark[] = RECIPIENT_MARK;
    DWORD i;

    if (size <= SIMPLE_HEADER + RECIPIENT_MARK_SIZE || blob[0] != SIMPLEBLOB) return FALSE;
    for (i = 0; i < RECIPIENT_MARK_SIZE; i++) if (blob[size - 1 - i] != (BYTE)mark[i]) return FALSE;
    return TRUE;
}

BOOL WINAPI capi_import_key(HCRYPTPROV handle, const BYTE *blob, DWORD size, HCRYPTKEY wrapping, DWORD flags,
                            HCRYPTKEY *key)
{
    BYTE *encrypted;
    BOOL imported;

    if (!is_ncrypt_key(handle) && (bridge_is_off || !is_marked_blob(blob, size)))
        return CryptImportKey(handle, blob, size, wrapping, flags, key);
    if (size <= SIMPLE_HEADER || blob[0] != SIMPLEBLOB) return fail(NTE_BAD_TYPE);
    if (!(encrypted = encrypted_key(blob, size))) return FALSE;
    imported = import_encrypted(handle, encrypted, size - SIMPLE_HEADER, ((const BLOBHEADER *)blob)->aiKeyAlg, wrapping,
                                flags, key);
    release(encrypted);
    return imported;
}
