/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The Windows side of the cross-checks: runs a file of commands, one a line, on keys that stay in the store from
 * one run to the next. tests/cross/run writes the commands and checks natively what comes out.
 *
 * Usage: crosstool COMMANDS. Words are separated by spaces, files hold plain bytes. Prints "ok LINE" or
 * "not ok LINE: status" for each; exit code 1 if one failed.
 *
 *   create KEY ALGORITHM BITS            makes a stored key that may be exported (BITS 0: the default)
 *   import KEY BLOBTYPE FILE             the same from a private blob
 *   export KEY BLOBTYPE FILE
 *   sign KEY PADDING HASH SALT DIGEST SIGNATURE      PADDING: none, pkcs1, pss. HASH: SHA256, ... or - for none
 *   verify KEY PADDING HASH SALT DIGEST SIGNATURE
 *   refuse KEY PADDING HASH SALT DIGEST SIGNATURE    the same; must fail as NTE_BAD_SIGNATURE
 *   encrypt KEY PADDING HASH LABEL INPUT OUTPUT      PADDING: none, pkcs1, oaep. LABEL: a file or - for none
 *   decrypt KEY PADDING HASH LABEL INPUT OUTPUT
 *   delete KEY */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>

#define MAX_WORDS 8
#define MAX_BYTES 4096

struct bytes
{
    BYTE data[MAX_BYTES];
    DWORD size;
};

static NCRYPT_PROV_HANDLE provider;

static BOOL read_file(const char *name, struct bytes *bytes)
{
    FILE *file = fopen(name, "rb");

    bytes->size = 0;
    if (!file) return FALSE;
    bytes->size = fread(bytes->data, 1, MAX_BYTES, file);
    fclose(file);
    return TRUE;
}

static BOOL write_file(const char *name, const struct bytes *bytes)
{
    FILE *file = fopen(name, "wb");
    BOOL done;

    if (!file) return FALSE;
    done = fwrite(bytes->data, 1, bytes->size, file) == bytes->size;
    return !fclose(file) && done;
}

static const WCHAR *wide(const char *word, WCHAR buffer[64])
{
    MultiByteToWideChar(CP_ACP, 0, word, -1, buffer, 64);
    return buffer;
}

static SECURITY_STATUS open_key(const char *name, NCRYPT_KEY_HANDLE *key)
{
    WCHAR buffer[64];

    return NCryptOpenKey(provider, key, wide(name, buffer), 0, 0);
}

static SECURITY_STATUS set_dword(NCRYPT_KEY_HANDLE key, const WCHAR *name, DWORD value)
{
    return NCryptSetProperty(key, name, (BYTE *)&value, sizeof(value), 0);
}

static SECURITY_STATUS finish(NCRYPT_KEY_HANDLE key, DWORD bits)
{
    SECURITY_STATUS status = set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3);

    if (!status && bits) status = set_dword(key, NCRYPT_LENGTH_PROPERTY, bits);
    if (!status) status = NCryptFinalizeKey(key, 0);
    NCryptFreeObject(key);
    return status;
}

/* --- commands; words[0] is the command itself --- */

static SECURITY_STATUS create(char **words)
{
    WCHAR name[64], alg[64];
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    status = NCryptCreatePersistedKey(provider, &key, wide(words[2], alg), wide(words[1], name), 0,
                                      NCRYPT_OVERWRITE_KEY_FLAG);
    return status ? status : finish(key, strtoul(words[3], NULL, 10));
}

static SECURITY_STATUS import(char **words)
{
    NCryptBuffer buffer = { 0, NCRYPTBUFFER_PKCS_KEY_NAME, NULL };
    NCryptBufferDesc list = { NCRYPTBUFFER_VERSION, 1, &buffer };
    WCHAR name[64], type[64];
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;
    struct bytes blob;

    if (!read_file(words[3], &blob)) return NTE_NOT_FOUND;
    buffer.pvBuffer = (void *)wide(words[1], name);
    buffer.cbBuffer = (lstrlenW(name) + 1) * sizeof(WCHAR);
    status = NCryptImportKey(provider, 0, wide(words[2], type), &list, &key, blob.data, blob.size,
                             NCRYPT_OVERWRITE_KEY_FLAG | NCRYPT_DO_NOT_FINALIZE_FLAG);
    return status ? status : finish(key, 0);
}

static SECURITY_STATUS export(char **words)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;
    struct bytes blob;
    WCHAR type[64];

    if ((status = open_key(words[1], &key))) return status;
    status = NCryptExportKey(key, 0, wide(words[2], type), NULL, blob.data, MAX_BYTES, &blob.size, 0);
    NCryptFreeObject(key);
    if (!status && !write_file(words[3], &blob)) status = NTE_FAIL;
    return status;
}

/* Any of the padding structures; flags says which one counts. */
struct padding
{
    union
    {
        BCRYPT_PKCS1_PADDING_INFO pkcs1;
        BCRYPT_PSS_PADDING_INFO pss;
        BCRYPT_OAEP_PADDING_INFO oaep;
    } info;
    void *pointer;
    DWORD flags;
    WCHAR hash[64];
    struct bytes label;
};

/* number_or_label: the salt size for PSS, the label's file for OAEP. none: what the word
 * "none" stands for, nothing for signatures of EC keys, NCRYPT_NO_PADDING_FLAG for encryption. */
static BOOL parse_padding(struct padding *padding, const char *name, const char *hash, const char *number_or_label,
                          DWORD none)
{
    const WCHAR *alg = strcmp(hash, "-") ? wide(hash, padding->hash) : NULL;

    memset(&padding->info, 0, sizeof(padding->info));
    padding->pointer = &padding->info;
    if (!strcmp(name, "none"))
    {
        padding->pointer = NULL;
        padding->flags = none;
    }
    else if (!strcmp(name, "pkcs1"))
    {
        padding->info.pkcs1.pszAlgId = alg;
        padding->flags = BCRYPT_PAD_PKCS1;
    }
    else if (!strcmp(name, "pss"))
    {
        padding->info.pss.pszAlgId = alg;
        padding->info.pss.cbSalt = strtoul(number_or_label, NULL, 10);
        padding->flags = BCRYPT_PAD_PSS;
    }
    else if (!strcmp(name, "oaep"))
    {
        padding->info.oaep.pszAlgId = alg;
        padding->flags = BCRYPT_PAD_OAEP;
        if (!strcmp(number_or_label, "-")) return TRUE;
        if (!read_file(number_or_label, &padding->label)) return FALSE;
        padding->info.oaep.pbLabel = padding->label.data;
        padding->info.oaep.cbLabel = padding->label.size;
    }
    else return FALSE;
    return TRUE;
}

static SECURITY_STATUS sign(char **words)
{
    struct bytes digest, signature;
    struct padding padding;
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if (!parse_padding(&padding, words[2], words[3], words[4], 0)) return NTE_FAIL;
    if (!read_file(words[5], &digest)) return NTE_NOT_FOUND;
    if ((status = open_key(words[1], &key))) return status;
    status = NCryptSignHash(key, padding.pointer, digest.data, digest.size, signature.data, MAX_BYTES,
                            &signature.size, padding.flags);
    NCryptFreeObject(key);
    if (!status && !write_file(words[6], &signature)) status = NTE_FAIL;
    return status;
}

static SECURITY_STATUS verify(char **words)
{
    struct bytes digest, signature;
    struct padding padding;
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if (!parse_padding(&padding, words[2], words[3], words[4], 0)) return NTE_FAIL;
    if (!read_file(words[5], &digest) || !read_file(words[6], &signature)) return NTE_NOT_FOUND;
    if ((status = open_key(words[1], &key))) return status;
    status = NCryptVerifySignature(key, padding.pointer, digest.data, digest.size, signature.data, signature.size,
                                   padding.flags);
    NCryptFreeObject(key);
    return status;
}

static SECURITY_STATUS refuse(char **words)
{
    SECURITY_STATUS status = verify(words);

    if (status == NTE_BAD_SIGNATURE) return ERROR_SUCCESS;
    return status ? status : NTE_FAIL;
}

static SECURITY_STATUS crypt(char **words)
{
    BOOL encrypting = !strcmp(words[0], "encrypt");
    struct bytes input, output;
    struct padding padding;
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if (!parse_padding(&padding, words[2], words[3], words[4], BCRYPT_PAD_NONE)) return NTE_FAIL;
    if (!read_file(words[5], &input)) return NTE_NOT_FOUND;
    if ((status = open_key(words[1], &key))) return status;
    if (encrypting)
        status = NCryptEncrypt(key, input.data, input.size, padding.pointer, output.data, MAX_BYTES, &output.size,
                               padding.flags);
    else
        status = NCryptDecrypt(key, input.data, input.size, padding.pointer, output.data, MAX_BYTES, &output.size,
                               padding.flags);
    NCryptFreeObject(key);
    if (!status && !write_file(words[6], &output)) status = NTE_FAIL;
    return status;
}

static SECURITY_STATUS delete(char **words)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status = open_key(words[1], &key);

    return status ? status : NCryptDeleteKey(key, 0);
}

static const struct
{
    const char *name;
    int words;
    SECURITY_STATUS (*run)(char **words);
}
commands[] =
{
    { "create", 4, create }, { "import", 4, import }, { "export", 4, export }, { "sign", 7, sign },
    { "verify", 7, verify }, { "refuse", 7, refuse }, { "encrypt", 7, crypt }, { "decrypt", 7, crypt },
    { "delete", 2, delete },
};

static SECURITY_STATUS run_line(char *line)
{
    char *words[MAX_WORDS], *word;
    unsigned int i;
    int count = 0;

    for (word = strtok(line, " \r\n"); word && count < MAX_WORDS; word = strtok(NULL, " \r\n"))
        words[count++] = word;
    for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        if (count == commands[i].words && !strcmp(words[0], commands[i].name)) return commands[i].run(words);
    return NTE_NOT_SUPPORTED;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    char line[512], copy[512];
    SECURITY_STATUS status;
    int failures = 0;

    if (!file)
    {
        fprintf(stderr, "Usage: %s COMMANDS\n", argv[0]);
        return 2;
    }
    if ((status = NCryptOpenStorageProvider(&provider, NULL, 0)))
    {
        fprintf(stderr, "no provider: %#lx\n", status);
        return 2;
    }
    while (fgets(line, sizeof(line), file))
    {
        line[strcspn(line, "\r\n")] = 0;
        strcpy(copy, line);
        status = run_line(copy);
        if (status) printf("not ok %s: %#lx\n", line, status);
        else printf("ok %s\n", line);
        failures += status != ERROR_SUCCESS;
    }
    fclose(file);
    NCryptFreeObject(provider);
    return failures != 0;
}
