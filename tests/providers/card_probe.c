/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the engine sees of a card, natively: a line for each key with its name, its algorithm, and the statuses of
 * signing without a PIN, of an empty PIN, of the PIN, and of signing twice then; a line with the GUID of its card and
 * when it wants its PIN. Usage: card_probe MODULE PIN; the
 * working directory is the build's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "key/key.h"
#include "provider/pkcs11/token_provider.h"

static nte_status sign(struct key *key)
{
    static const uint8_t digest[32];
    struct padding padding = {.scheme = key->alg->group[0] == 'R' ? PAD_PKCS1 : 0, .present = 1};
    struct bytes hash = {digest, sizeof(digest)};
    uint8_t signature[512];
    uint32_t size;
    nte_status status;

    status = key_sign(key, &padding, padding.scheme, hash, signature, sizeof(signature), &size);
    return status ? status : key_verify(key, &padding, padding.scheme, hash, bytes_of(signature, size));
}

static nte_status set_pin(struct key *key, const char *pin)
{
    uint16_t text[64];
    size_t size = u16_from_ascii(text, pin);

    return property_set(&key->object, u"SmartCardPin", bytes_of(text, size), 0);
}

static void print_ascii(const uint16_t *s)
{
    while (*s) putchar(*s++);
}

/* "SmartCardGuid", and the cache policy of "SmartCardPinInfo". */
static void show_card(struct key *key)
{
    uint32_t info[9], size, i;
    uint8_t guid[16];

    printf("card ");
    if (property_get(&key->object, u"SmartCardGuid", 0, guid, sizeof(guid), &size)) size = 0;
    for (i = 0; i < size; i++) printf("%02x", guid[i]);
    if (property_get(&key->object, u"SmartCardPinInfo", 0, (uint8_t *)info, sizeof(info), &size)) size = 0;
    if (size == sizeof(info)) printf(" PIN_INFO %u: %u", info[0], info[6]);
    printf("\n");
}

static void show(const struct provider_class *class, const struct stored_key *stored, const char *pin)
{
    struct key *key;
    nte_status status;

    print_ascii(stored->name);
    printf(" %s", stored->algorithm);
    status = key_open(class, (struct key_name){stored->name, stored->name, NULL}, 0, 0, &key);
    if (status)
    {
        printf(" not opened: %#x\n", (unsigned)status);
        return;
    }
    printf(" %#x", (unsigned)sign(key));
    printf(" %#x", (unsigned)set_pin(key, ""));
    printf(" %#x", (unsigned)set_pin(key, pin));
    printf(" %#x", (unsigned)sign(key));
    printf(" %#x\n", (unsigned)sign(key));
    show_card(key);
    key_free(key);
}

static nte_status list(const struct provider_class *class, const char *pin)
{
    struct stored_key stored = {0};
    struct key_enum *keys;
    nte_status status;

    if ((status = key_enum_open(class, NULL, 0, &keys))) return status;
    while (!(status = key_enum_next(keys, &stored)))
    {
        show(class, &stored, pin);
        stored_key_free(&stored);
    }
    key_enum_free(keys);
    return status;
}

int main(int argc, char **argv)
{
    const struct provider_class *class;
    char cwd[512], path[600], uri[600];
    nte_status status;

    if (argc != 3 || !getcwd(cwd, sizeof(cwd))) return 2;
    snprintf(path, sizeof(path), "%s/x86_64-unix/ncryptprov_pkcs11.so", cwd);
    snprintf(uri, sizeof(uri), "pkcs11:?module-path=%s", argv[1]);
    token_module_is(path);
    if (!(status = card_provider.open(&card_provider, card_provider.name, uri, &class))) status = list(class, argv[2]);
    printf("end %#x\n", (unsigned)status);
    return 0;
}
