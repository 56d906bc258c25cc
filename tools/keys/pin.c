/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The PIN of a token: the first line of a file, or typed at the terminal, and tried once. */
#include <string.h>

#include "keys.h"
#include "provider/pkcs11/token_provider.h"
#include "shared.h"

#define PROMPT_CHARS 300

/* "PIN of LABEL, READER", and what there is to know before one is typed; secret_alloc'ed. NULL: no memory. */
static char *prompt_text(struct object *object)
{
    static const uint16_t pin_of[] = u"PIN of ";
    uint16_t text[PROMPT_CHARS] = {0};
    size_t start = sizeof(pin_of) / sizeof(*pin_of) - 1;
    uint32_t size;

    memcpy(text, pin_of, sizeof(pin_of));
    property_get(object, u"" UNIX_TOKEN_PROMPT, 0, (uint8_t *)(text + start), sizeof(text) - sizeof(pin_of), &size);
    return name_text(text);
}

/* A file is read by whatever script runs next, so the last try is left to somebody who reads the warning. */
static int check_last(const struct settings *settings, struct object *object)
{
    struct token *token;
    int is_last = 0;

    if (!settings->pin_file || token_of(object, &token)) return EXIT_DONE;
    token_calls()->pin_warning(token, &is_last);
    if (!is_last) return EXIT_DONE;
    return fail(EXIT_PASSWORD, "another wrong PIN blocks the token: this one is not taken from a file, type it");
}

static int has_pad(struct object *object)
{
    struct token *token;

    return !token_of(object, &token) && (token_calls()->pin_kind(token, NULL) & PIN_HAS_PAD);
}

/* A reader with a pad takes the PIN itself, and none from here: something that is one by its form stands for it. */
static int read_pin(const struct settings *settings, struct object *object, const char *prompt, struct bytes *pin)
{
    struct writer w = {0};

    if (!has_pad(object)) return read_password(settings->pin_file, prompt, PASSWORD_OLD, pin);
    fprintf(stderr, "ncrypt-keys: %s: type it at the reader\n", prompt);
    if (!to_utf16("0", &w)) return fail(EXIT_FAILED, "out of memory");
    *pin = bytes_of(w.data, w.used - 2);
    return EXIT_DONE;
}

int pin_give(const struct settings *settings, struct object *object)
{
    struct bytes pin = {NULL, 0};
    nte_status status;
    char *prompt;
    int result;

    if ((result = check_last(settings, object))) return result;
    if (!(prompt = prompt_text(object))) return fail(EXIT_FAILED, "out of memory");
    if (!(result = read_pin(settings, object, prompt, &pin)))
    {
        status = object_unlock(object, pin);
        if (status == NTE_NOT_SUPPORTED) result = fail(EXIT_FAILED, "the provider has several tokens: which one is the "
                                                       "PIN for? (token= in its URI)");
        else if (status) result = fail_status(status, "%s", prompt);
    }
    bytes_free(&pin);
    secret_free(prompt);
    return result;
}

int with_pin(const struct settings *settings, struct object *object, const char *what, pin_attempt *attempt,
             void *context)
{
    nte_status status = attempt(context);
    int result;

    if (status == NTE_SILENT_CONTEXT && object->provider->login)
    {
        if ((result = pin_give(settings, object))) return result;
        status = attempt(context);
    }
    return status ? fail_status(status, "%s", what) : EXIT_DONE;
}
