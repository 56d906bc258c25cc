/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The providers of tokens. Each configuration (a URI, under a name of its own) is one more row, made when it is first
 * opened and kept as long as the process: objects point to it. */
#include <string.h>

#include "algorithm.h"
#include "provider/pkcs11/token_provider.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;    /* guards the list */
static struct token_class *classes;

/* --- algorithms --- */

static const char *const names[] =
{
    "RSA", "ECDH_P256", "ECDH_P384", "ECDH_P521", "ECDSA_P256", "ECDSA_P384", "ECDSA_P521", "ECDH", "ECDSA",
};

#define NAME_COUNT (sizeof(names) / sizeof(*names))
#define RSA_LEAST  1024             /* bits: what tokens still make, and what they all make */
#define RSA_COMMON 2048

static struct algorithm rows[NAME_COUNT];
static const struct algorithm_list list = {rows, NAME_COUNT};

static void make_rows(void)
{
    size_t i;

    for (i = 0; i < NAME_COUNT; i++) rows[i] = *algorithm_find_ascii(names[i]);
    rows[0].min_bits = RSA_LEAST;
    rows[0].default_bits = RSA_COMMON;
}

const struct algorithm_list *token_algorithms(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, make_rows);
    return &list;
}

/* --- rows --- */

static int same_text(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static struct token_class *find(const struct provider_class *base, const char *name, const char *uri)
{
    struct token_class *class = classes;

    while (class && (strcmp(class->name, name) || !same_text(class->uri, uri) || class->class.vault != base->vault ||
                     class->class.impl_type != base->impl_type))
        class = class->next;
    return class;
}

static char *copy(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copied = secret_alloc(size);

    return copied ? memcpy(copied, text, size) : NULL;
}

static void free_class(struct token_class *class)
{
    secret_free(class->name);
    secret_free(class->uri);
    secret_free(class);
}

static struct token_class *new_class(const struct provider_class *base, const char *name, const char *uri)
{
    struct token_class *class = secret_alloc(sizeof(*class));

    if (!class) return NULL;
    class->class = *base;
    class->class.algorithms = token_algorithms();
    class->class.scope = (struct store *)class;
    class->is_card = !!(base->impl_type & IMPL_REMOVABLE);
    class->class.name = class->name = copy(name);
    class->uri = uri ? copy(uri) : NULL;
    if (class->name && (class->uri || !uri)) return class;
    free_class(class);
    return NULL;
}

static nte_status add_class(const struct provider_class *base, const char *name, const char *uri,
                            const struct provider_class **opened)
{
    struct token_class *class = new_class(base, name, uri);
    nte_status status;

    if (!class) return NTE_NO_MEMORY;
    if ((status = token_calls()->scope_open(uri, class->is_card, &class->scope)))
    {
        free_class(class);
        return status;
    }
    class->next = classes;
    classes = class;
    *opened = &class->class;
    return NTE_SUCCESS;
}

static nte_status open_class(const struct provider_class *base, const char *name, const char *uri,
                             const struct provider_class **opened)
{
    struct token_class *class;
    nte_status status;

    if ((status = token_module())) return status;
    pthread_mutex_lock(&lock);
    if ((class = find(base, name, uri))) *opened = &class->class;
    else status = add_class(base, name, uri, opened);
    pthread_mutex_unlock(&lock);
    return status;
}

const struct provider_class token_provider =
{
    .name = "PKCS#11 Key Storage Provider",
    .impl_type = IMPL_HARDWARE,
    .version = 0x00010000u,
    .vault = &tokens,
    .properties = token_rows,
    .property_count = TOKEN_ROW_COUNT,
    .login = token_login,
    .open = open_class,
};

const struct provider_class card_provider =
{
    .name = "Microsoft Smart Card Key Storage Provider",
    .impl_type = IMPL_HARDWARE | IMPL_REMOVABLE,
    .version = 0x00010000u,
    .vault = &tokens,
    .properties = card_rows,
    .property_count = CARD_ROW_COUNT,
    .login = token_login,
    .open = open_class,
};
