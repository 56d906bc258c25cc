/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Words for people and programs: names, times, policies, statuses, JSON. */
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "keys.h"
#include "base/utf8.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

#define SECONDS_1601_TO_1970 11644473600ull

static const struct meaning
{
    nte_status status;
    int exit;
    const char *text;
} statuses[] =
{
    {NTE_BAD_KEYSET, EXIT_NOT_FOUND, "no such key"},
    {NTE_BAD_DATA, EXIT_FAILED, "malformed or damaged"},
    {NTE_BAD_VER, EXIT_FAILED, "newer than this program supports"},
    {NTE_BAD_KEY_STATE, EXIT_FAILED, "no usable store key"},
    {NTE_NO_MEMORY, EXIT_FAILED, "out of memory"},
    {NTE_EXISTS, EXIT_REFUSED, "a key of that name exists already (--overwrite replaces it)"},
    {NTE_PERM, EXIT_FAILED, "permission denied"},
    {NTE_NOT_FOUND, EXIT_FAILED, "the directory is missing"},
    {NTE_SILENT_CONTEXT, EXIT_PASSWORD, "the key is protected, and the user could not be asked"},
    {NTE_TOKEN_KEYSET_STORAGE_FULL, EXIT_FAILED, "the disk is full"},
    {NTE_INVALID_PARAMETER, EXIT_FAILED, "its numbers are not those of a valid key, or not allowed"},
    {NTE_NOT_SUPPORTED, EXIT_FAILED, "this kind of key is not supported"},
    {NTE_DEVICE_NOT_READY, EXIT_FAILED, "the store key is unavailable, or the store is in use"},
    {NTE_INCORRECT_PASSWORD, EXIT_PASSWORD, "wrong password, or damaged"},
}, of_tokens[] =                    /* where they mean something else, or nothing, for keys in files */
{
    {NTE_PROV_DLL_NOT_FOUND, EXIT_FAILED, "the PKCS #11 module is not there"},
    {NTE_DEVICE_NOT_READY, EXIT_NOT_FOUND, "the token is not there"},
    {NTE_DEVICE_NOT_FOUND, EXIT_NOT_FOUND, "the token is not there"},
    {SCARD_E_NO_SMARTCARD, EXIT_NOT_FOUND, "no card is in a reader"},
    {SCARD_W_REMOVED_CARD, EXIT_NOT_FOUND, "the card was removed"},
    {SCARD_W_WRONG_CHV, EXIT_PASSWORD, "wrong PIN"},
    {SCARD_W_CHV_BLOCKED, EXIT_PASSWORD, "the PIN is blocked"},
    {NTE_SILENT_CONTEXT, EXIT_PASSWORD, "a PIN is needed"},
    {NTE_PERM, EXIT_REFUSED, "the token does not allow it"},
    {NTE_NOT_SUPPORTED, EXIT_REFUSED, "the token does not do that"},
    {NTE_TOKEN_KEYSET_STORAGE_FULL, EXIT_FAILED, "the token is full"},
    {NTE_INVALID_PARAMETER, EXIT_FAILED, "refused: a malformed name, URI, length or key"},
}, of_tpm[] =                       /* the same for its keys, which are in files as well */
{
    {NTE_NOT_SUPPORTED, EXIT_REFUSED, "the TPM does not do that"},
};

static int is_of_tokens, is_of_tpm;

static int say(int status, const char *format, va_list args, const char *why)
{
    fflush(stdout);
    fputs("ncrypt-keys: ", stderr);
    vfprintf(stderr, format, args);
    if (why) fprintf(stderr, ": %s", why);
    fputc('\n', stderr);
    return status;
}

int fail(int status, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(status, format, args, NULL);
    va_end(args);
    return status;
}

void words_of_tokens(void)
{
    is_of_tokens = 1;
}

void words_of_tpm(void)
{
    is_of_tpm = 1;
}

static const struct meaning *find_meaning(const struct meaning *table, size_t count, nte_status status)
{
    while (count--) if (table[count].status == status) return &table[count];
    return NULL;
}

int fail_status(nte_status status, const char *format, ...)
{
    const struct meaning *meaning = NULL;
    int result = EXIT_FAILED;
    char number[32];
    va_list args;

    if (is_of_tokens) meaning = find_meaning(of_tokens, COUNT(of_tokens), status);
    if (is_of_tpm) meaning = find_meaning(of_tpm, COUNT(of_tpm), status);
    if (!meaning) meaning = find_meaning(statuses, COUNT(statuses), status);
    if (meaning) result = meaning->exit;
    else snprintf(number, sizeof(number), "status 0x%08x", (unsigned int)status);
    va_start(args, format);
    say(result, format, args, meaning ? meaning->text : number);
    va_end(args);
    return result;
}

int to_utf16(const char *text, struct writer *w)
{
    struct reader r = {(const uint8_t *)text, strlen(text), 0};
    int32_t c;

    while (r.left)
    {
        if ((c = utf8_read(&r)) < 0) return 0;
        utf16_write(w, c);
    }
    write_bytes(w, "\0", 2);
    return !w->failed;
}

/* What would move the cursor, or turn the direction of writing. */
static int is_unprintable(int32_t c)
{
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return 1;      /* -1 as well: half a surrogate pair */
    return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static size_t write_name(struct writer *w, const uint16_t *name)
{
    size_t columns = 0;
    char escape[8];
    int32_t c;

    while (*name)
    {
        uint16_t unit = *name;

        c = utf16_read(&name);
        if (is_unprintable(c))
        {
            snprintf(escape, sizeof(escape), "\\u%04x", unit);
            write_bytes(w, escape, strlen(escape));
            columns += strlen(escape);
            continue;
        }
        utf8_write(w, c);
        columns++;
    }
    write_u8(w, 0);
    return columns;
}

size_t print_name(FILE *out, const uint16_t *name)
{
    struct writer w = {0};
    size_t columns = write_name(&w, name);

    if (!w.failed) fputs((const char *)w.data, out);
    writer_free(&w);
    return columns;
}

char *name_text(const uint16_t *name)
{
    struct writer w = {0};

    write_name(&w, name);
    if (w.failed) writer_free(&w);
    return (char *)w.data;          /* moves: secret_free frees it */
}

char *shown_text(const char *utf8)
{
    struct writer wide = {0};
    char *text = to_utf16(utf8, &wide) ? name_text((const uint16_t *)wide.data) : NULL;

    writer_free(&wide);
    return text;
}

static int columns(const char *utf8)
{
    int count = 0;

    for (; *utf8; utf8++) count += (*utf8 & 0xc0) != 0x80;
    return count;
}

void print_padded(const char *utf8, int width)
{
    int wide = columns(utf8);

    printf("%s%*s", utf8, wide < width ? width - wide : 0, "");
}

void usage_text(uint32_t usage, char text[64])
{
    if (usage == USAGE_ALL) strcpy(text, "all");
    else
        snprintf(text, 64, "%s%s%s(0x%x)", usage & USAGE_DECRYPT ? "decrypt " : "",
                 usage & USAGE_SIGNING ? "sign " : "", usage & USAGE_KEY_AGREEMENT ? "agree " : "", usage);
}

void json_name(FILE *out, const uint16_t *name)
{
    fputc('"', out);
    for (; *name; name++)
    {
        if (*name < 0x20 || *name > 0x7e || *name == '"' || *name == '\\') fprintf(out, "\\u%04x", *name);
        else fputc(*name, out);
    }
    fputc('"', out);
}

/* UTF-8, such as paths; what is none stands for itself byte by byte. */
void json_string(FILE *out, const char *text)
{
    struct writer w = {0};

    if (to_utf16(text, &w)) json_name(out, (const uint16_t *)w.data);
    else
    {
        fputc('"', out);
        for (; *text; text++) fprintf(out, "\\u%04x", (uint8_t)*text);
        fputc('"', out);
    }
    writer_free(&w);
}

void print_time(FILE *out, uint64_t filetime)
{
    time_t seconds = (time_t)(filetime / 10000000 - SECONDS_1601_TO_1970);
    struct tm tm;
    char text[40];

    if (!gmtime_r(&seconds, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm)) strcpy(text, "?");
    fputs(text, out);
}

static const struct
{
    uint32_t bit;
    const char *name;
} policies[] =
{
    {ALLOW_EXPORT, "export"},
    {ALLOW_PLAINTEXT_EXPORT, "plaintext"},
    {ALLOW_ARCHIVING, "archive"},
    {ALLOW_PLAINTEXT_ARCHIVING, "plaintext-archive"},
};

void policy_text(uint32_t policy, char text[64])
{
    size_t i;

    *text = 0;
    for (i = 0; i < sizeof(policies) / sizeof(*policies); i++)
    {
        if (!(policy & policies[i].bit)) continue;
        if (*text) strcat(text, ",");
        strcat(text, policies[i].name);
    }
    if (!*text) strcpy(text, "-");
}

void json_policy(FILE *out, uint32_t policy)
{
    const char *comma = "";
    size_t i;

    fputc('[', out);
    for (i = 0; i < sizeof(policies) / sizeof(*policies); i++)
    {
        if (!(policy & policies[i].bit)) continue;
        fprintf(out, "%s\"%s\"", comma, policies[i].name);
        comma = ", ";
    }
    fputc(']', out);
}
