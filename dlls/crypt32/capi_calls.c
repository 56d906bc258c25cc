/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The calls of CryptoAPI that Wine's crypt32 makes inside of its own functions: CryptSignMessage, CryptMsgUpdate and
 * the like hash, sign and unwrap keys with the handle that they have. An NCRYPT handle is answered here; hashing and
 * the content of messages are done by the software CSP, as for any other message. */
#include "capi_calls.h"

#include "bridge.h"
#include "imports.h"
#include "message/recipient.h"

/* --- the software CSP --- */

/* Once for the process; another thread's comes first and is kept. 0: there is none. */
static HCRYPTPROV software_csp(void)
{
    static HCRYPTPROV csp;
    HCRYPTPROV new, none = 0;

    if (__atomic_load_n(&csp, __ATOMIC_ACQUIRE)) return csp;
    if (!CryptAcquireContextW(&new, NULL, MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES, CRYPT_VERIFYCONTEXT)) return 0;
    if (!__atomic_compare_exchange_n(&csp, &none, new, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        CryptReleaseContext(new, 0);
    return csp;
}

/* --- hashes that belong to a key, and handles that are held more than once --- */

struct row
{
    struct row *next;
    ULONG_PTR handle;               /* the hash, or the key */
    ULONG_PTR value;                /* the key of the hash; how many references of the key there are beside the first */
    struct signing signing;         /* of the hash: how its message is to be signed; kind and hash are not filled in */
};

static SRWLOCK lock = SRWLOCK_INIT;
static struct row *hashes, *references;

/* The caller holds the lock; this and the next two. */
static struct row **find_row(struct row **rows, ULONG_PTR handle)
{
    while (*rows && (*rows)->handle != handle) rows = &(*rows)->next;
    return rows;
}

static void remove_row(struct row **place)
{
    struct row *row = *place;

    *place = row->next;
    release(row);
}

static BOOL add_row(struct row **rows, ULONG_PTR handle, ULONG_PTR value)
{
    struct row *row = allocate(sizeof(*row));

    if (!row) return FALSE;
    row->handle = handle;
    row->value = value;
    row->next = *rows;
    *rows = row;
    return TRUE;
}

/* The signer of the message that is being opened whose key this is. */
static const struct signing *signing_in_scope(NCRYPT_KEY_HANDLE key)
{
    const struct scope *scope = scope_current();
    DWORD i;

    for (i = 0; scope && i < scope->signer_count; i++)
        if (scope->signers[i].key == key) return &scope->signers[i].signing;
    return NULL;
}

static BOOL remember_hash(HCRYPTHASH hash, NCRYPT_KEY_HANDLE key)
{
    const struct signing *signing = signing_in_scope(key);
    BOOL added;

    AcquireSRWLockExclusive(&lock);
    added = add_row(&hashes, hash, key);
    if (added && signing) hashes->signing = *signing;
    ReleaseSRWLockExclusive(&lock);
    return added;
}

/* 0: it is no hash of ours. */
static NCRYPT_KEY_HANDLE key_of_hash(HCRYPTHASH hash, struct signing *signing)
{
    struct row **place;
    NCRYPT_KEY_HANDLE key = 0;

    AcquireSRWLockShared(&lock);
    place = find_row(&hashes, hash);
    if (*place)
    {
        key = (*place)->value;
        *signing = (*place)->signing;
    }
    ReleaseSRWLockShared(&lock);
    return key;
}

/* The key that it belonged to; 0: it was none of ours. */
static NCRYPT_KEY_HANDLE forget_hash(HCRYPTHASH hash)
{
    NCRYPT_KEY_HANDLE key = 0;
    struct row **place;

    AcquireSRWLockExclusive(&lock);
    place = find_row(&hashes, hash);
    if (*place)
    {
        key = (*place)->value;
        remove_row(place);
    }
    ReleaseSRWLockExclusive(&lock);
    return key;
}

static BOOL add_reference(NCRYPT_KEY_HANDLE key)
{
    struct row **place;
    BOOL added = TRUE;

    AcquireSRWLockExclusive(&lock);
    place = find_row(&references, key);
    if (*place) (*place)->value++;
    else added = add_row(&references, key, 1);
    ReleaseSRWLockExclusive(&lock);
    return added;
}

/* FALSE: there was none beside the first, which is the caller's to free. */
static BOOL drop_reference(NCRYPT_KEY_HANDLE key)
{
    struct row **place;
    BOOL dropped;

    AcquireSRWLockExclusive(&lock);
    place = find_row(&references, key);
    dropped = *place != NULL;
    if (dropped && !--(*place)->value) remove_row(place);
    ReleaseSRWLockExclusive(&lock);
    return dropped;
}

/* --- contexts --- */

/* Wine before 10.13 drops CRYPT_MACHINE_KEYSET when it opens the container that a certificate names. */
static BOOL open_csp(HCRYPTPROV *handle, const WCHAR *container, const WCHAR *provider, DWORD type, DWORD flags)
{
    if (CryptAcquireContextW(handle, container, provider, type, flags)) return TRUE;
    if (!container || (flags & ~CRYPT_SILENT) || GetLastError() != (DWORD)NTE_BAD_KEYSET) return FALSE;
    return CryptAcquireContextW(handle, container, provider, type, flags | CRYPT_MACHINE_KEYSET);
}

/* Provider type 0 is a key storage provider, and CryptoAPI has none of that type. */
static BOOL WINAPI acquire_context(HCRYPTPROV *handle, const WCHAR *container, const WCHAR *provider, DWORD type,
                                   DWORD flags)
{
    CRYPT_KEY_PROV_INFO info = {.pwszContainerName = (WCHAR *)container, .pwszProvName = (WCHAR *)provider,
                                .dwFlags = flags & CRYPT_MACHINE_KEYSET};
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if (type || bridge_is_off) return open_csp(handle, container, provider, type, flags);
    if ((status = open_named_key(&info, flags & CRYPT_SILENT ? NCRYPT_SILENT_FLAG : 0, &key))) return fail(status);
    *handle = key;
    return TRUE;
}

static BOOL WINAPI add_context_reference(HCRYPTPROV handle, DWORD *reserved, DWORD flags)
{
    return is_ncrypt_key(handle) ? add_reference(handle) : CryptContextAddRef(handle, reserved, flags);
}

static BOOL WINAPI release_context(HCRYPTPROV handle, DWORD flags)
{
    SECURITY_STATUS status;

    if (!is_ncrypt_key(handle)) return CryptReleaseContext(handle, flags);
    if (drop_reference(handle)) return TRUE;
    return (status = ncrypt()->NCryptFreeObject(handle)) ? fail(status) : TRUE;
}

/* --- keys: the one of an NCRYPT handle is the handle itself --- */

static BOOL WINAPI get_user_key(HCRYPTPROV handle, DWORD spec, HCRYPTKEY *key)
{
    if (!is_ncrypt_key(handle)) return CryptGetUserKey(handle, spec, key);
    *key = handle;
    return TRUE;
}

static BOOL WINAPI destroy_key(HCRYPTKEY key)
{
    return is_ncrypt_key(key) ? TRUE : CryptDestroyKey(key);
}

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

static BOOL WINAPI import_key(HCRYPTPROV handle, const BYTE *blob, DWORD size, HCRYPTKEY wrapping, DWORD flags,
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

/* --- hashes and signatures --- */

/* As in CAPI, the hash keeps the key: crypt32 releases the caller's handle between hashing and signing. */
static BOOL WINAPI create_hash(HCRYPTPROV handle, ALG_ID algorithm, HCRYPTKEY key, DWORD flags, HCRYPTHASH *hash)
{
    if (!is_ncrypt_key(handle)) return CryptCreateHash(handle, algorithm, key, flags, hash);
    if (!CryptCreateHash(software_csp(), algorithm, 0, flags, hash)) return FALSE;
    if (remember_hash(*hash, handle))
    {
        if (add_reference(handle)) return TRUE;
        forget_hash(*hash);
    }
    CryptDestroyHash(*hash);
    return FALSE;
}

/* The program may have freed the key by itself meanwhile. */
static BOOL WINAPI destroy_hash(HCRYPTHASH hash)
{
    NCRYPT_KEY_HANDLE key = forget_hash(hash);

    if (key && !drop_reference(key) && is_ncrypt_key(key)) ncrypt()->NCryptFreeObject(key);
    return CryptDestroyHash(hash);
}

/* value: LONGEST_HASH bytes. */
static SECURITY_STATUS get_hash(HCRYPTHASH hash, const WCHAR **name, BYTE *value, DWORD *value_size)
{
    DWORD size = sizeof(ALG_ID);
    ALG_ID algorithm;

    *value_size = LONGEST_HASH;
    if (!CryptGetHashParam(hash, HP_ALGID, (BYTE *)&algorithm, &size, 0)) return GetLastError();
    if (!(*name = hash_by_alg_id(algorithm))) return NTE_BAD_ALGID;
    return CryptGetHashParam(hash, HP_HASHVAL, value, value_size, 0) ? ERROR_SUCCESS : (SECURITY_STATUS)GetLastError();
}

static SECURITY_STATUS sign(NCRYPT_KEY_HANDLE key, HCRYPTHASH hash, struct signing *signing, struct der *signature)
{
    BYTE value[LONGEST_HASH];
    SECURITY_STATUS status;
    DWORD size;

    signing->kind = get_key_kind(key);
    if ((status = get_hash(hash, &signing->hash, value, &size))) return status;
    return sign_hash(key, signing, value, size, signature);
}

static BOOL WINAPI sign_hash_w(HCRYPTHASH hash, DWORD spec, const WCHAR *description, DWORD flags, BYTE *output,
                               DWORD *size)
{
    struct signing signing;
    NCRYPT_KEY_HANDLE key = key_of_hash(hash, &signing);
    struct der signature = {0};
    SECURITY_STATUS status;
    BOOL given = FALSE;

    if (!key) return CryptSignHashW(hash, spec, description, flags, output, size);
    if (!output) return (status = longest_signature(key, size)) ? fail(status) : TRUE;
    if ((status = sign(key, hash, &signing, &signature))) fail(status);
    else given = give_reversed(&signature, output, size);
    der_free(&signature);
    return given;
}

/* The message says how it was signed, and the scope has the key: the one that Wine has put into the CSP is a stand-in.
 */
static SECURITY_STATUS verify(const struct scope *scope, HCRYPTHASH hash, const BYTE *reversed, DWORD size)
{
    BYTE value[LONGEST_HASH], *signature;
    const WCHAR *name;
    SECURITY_STATUS status;
    DWORD value_size, i;

    if ((status = get_hash(hash, &name, value, &value_size))) return status;
    if (lstrcmpW(name, scope->signing->hash)) return NTE_BAD_ALGID;
    if (!(signature = allocate(size))) return NTE_NO_MEMORY;
    for (i = 0; i < size; i++) signature[i] = reversed[size - 1 - i];
    status = verify_hash(scope->verifying, scope->signing, value, value_size, signature, size);
    release(signature);
    return status;
}

static BOOL WINAPI verify_signature_w(HCRYPTHASH hash, const BYTE *signature, DWORD size, HCRYPTKEY key,
                                      const WCHAR *description, DWORD flags)
{
    const struct scope *scope = scope_current();
    SECURITY_STATUS status;

    if (!scope || !scope->verifying) return CryptVerifySignatureW(hash, signature, size, key, description, flags);
    return (status = verify(scope, hash, signature, size)) ? fail(status) : TRUE;
}

void answer_capi_calls(HMODULE wine_crypt32)
{
    static const struct import imports[] =
    {
        {"CryptAcquireContextW", acquire_context},
        {"CryptContextAddRef", add_context_reference},
        {"CryptCreateHash", create_hash},
        {"CryptDestroyHash", destroy_hash},
        {"CryptDestroyKey", destroy_key},
        {"CryptGetUserKey", get_user_key},
        {"CryptImportKey", import_key},
        {"CryptReleaseContext", release_context},
        {"CryptSignHashW", sign_hash_w},
        {"CryptVerifySignatureW", verify_signature_w},
    };
    unsigned int done = replace_imports(wine_crypt32, "advapi32.dll", imports, ARRAYSIZE(imports));

    TRACE("%u of %u calls of Wine's crypt32 are answered here", done, (unsigned int)ARRAYSIZE(imports));
}
