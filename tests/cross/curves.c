/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Our side of check-curves: one operation on one named curve, all numbers in hex.
 *
 *   curves list                          name, OID and bits of each
 *   curves numbers NAME                  p, a, b, x, y, order, one a line
 *   curves generate NAME                 prints d x y
 *   curves sign NAME D X Y DIGEST        prints r s
 *   curves verify NAME X Y DIGEST R S    exit code 0: valid, 1: not valid
 *   curves agree NAME D X Y PX PY        prints the secret
 *   curves time NAME COUNT               seconds that COUNT signatures take */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "algorithm.h"
#include "ec/ec.h"
#include "number/limbs.h"

static void die(const char *what)
{
    fprintf(stderr, "curves: %s\n", what);
    exit(2);
}

static int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    die("not hex");
    return 0;
}

static struct bytes read_hex(const char *text)
{
    size_t i, size = strlen(text) / 2;
    uint8_t *data = malloc(size + 1);
    struct bytes bytes = {data, size};

    if (!data || strlen(text) % 2) die("not hex");
    for (i = 0; i < size; i++) data[i] = digit(text[2 * i]) << 4 | digit(text[2 * i + 1]);
    return bytes;
}

static const uint8_t *sized(const char *text, uint32_t size)
{
    struct bytes number = trim_number(read_hex(text));
    uint8_t *data = calloc(1, size);

    if (!data || number.size > size) die("number too large");
    memcpy(data + size - number.size, number.data, number.size);
    return data;
}

static void print_hex(const uint8_t *data, size_t size, const char *end)
{
    while (size--) printf("%02x", *data++);
    fputs(end, stdout);
}

static struct ec_group choose(const char *alg, const char *name)
{
    const struct bytes none = {NULL, 0};
    struct ec_group group;
    uint16_t wide[64];

    if (strlen(name) >= 64) die("name too long");
    u16_from_ascii(wide, name);
    if (ec_group_choose(algorithm_find_ascii(alg), wide, none, &group)) die("no such curve");
    return group;
}

static struct ec_key *open_key(const char *alg, const char *name, const char *d, const char *x, const char *y)
{
    struct ec_group group = choose(alg, name);
    uint32_t size = group.curve->size;
    struct ec_key *key;

    if (ec_new(&group, sized(x, size), sized(y, size), d ? sized(d, size) : NULL, EC_CHECKED, &key))
        die("key refused");
    return key;
}

static int list(char **args)
{
    const struct curve *curve;
    size_t i;

    (void)args;
    for (i = 0; i < curve_name_count; i++)
    {
        curve = curve_names[i].curve;
        printf("%s %s %u\n", curve_names[i].name, curve->oid ? curve->oid : "-", curve->bits);
    }
    return 0;
}

static int numbers(char **args)
{
    struct ec_group group = choose("ECDSA", args[0]);
    struct ec_numbers n;

    curve_numbers(group.curve, &n);
    print_hex(n.p, n.size, "\n");
    print_hex(n.a, n.size, "\n");
    print_hex(n.b, n.size, "\n");
    print_hex(n.x, n.size, "\n");
    print_hex(n.y, n.size, "\n");
    print_hex(n.order, n.order_size, "\n");
    return 0;
}

static struct ec_key *generate_key(const char *name)
{
    struct ec_group group = choose("ECDSA", name);
    struct ec_key *key;

    if (ec_new_random(&group, &key)) die("not generated");
    return key;
}

static int generate(char **args)
{
    struct ec_key *key = generate_key(args[0]);

    print_hex(key->d, key->curve->size, " ");
    print_hex(key->x, key->curve->size, " ");
    print_hex(key->y, key->curve->size, "\n");
    ec_free(key);
    return 0;
}

static int sign(char **args)
{
    struct ec_key *key = open_key("ECDSA", args[0], args[1], args[2], args[3]);
    uint8_t signature[2 * EC_MAX_SIZE];

    if (ec_sign(key, read_hex(args[4]), signature)) die("not signed");
    print_hex(signature, key->curve->size, " ");
    print_hex(signature + key->curve->size, key->curve->size, "\n");
    ec_free(key);
    return 0;
}

static int verify(char **args)
{
    struct ec_key *key = open_key("ECDSA", args[0], NULL, args[1], args[2]);
    uint8_t signature[2 * EC_MAX_SIZE];
    uint32_t size = key->curve->size;
    nte_status status;

    memcpy(signature, sized(args[4], size), size);
    memcpy(signature + size, sized(args[5], size), size);
    status = ec_verify(key, read_hex(args[3]), signature);
    ec_free(key);
    return status ? 1 : 0;
}

static int agree(char **args)
{
    struct ec_key *key = open_key("ECDH", args[0], args[1], args[2], args[3]);
    struct ec_key *peer = open_key("ECDH", args[0], NULL, args[4], args[5]);
    uint8_t secret[EC_MAX_SIZE];

    if (ec_agree(key, peer, secret)) die("not agreed");
    print_hex(secret, key->curve->size, "\n");
    ec_free(key);
    ec_free(peer);
    return 0;
}

static int measure(char **args)
{
    struct ec_key *key = generate_key(args[0]);
    uint8_t digest[32] = {1}, signature[2 * EC_MAX_SIZE];
    struct bytes bytes = {digest, sizeof(digest)};
    int i, count = atoi(args[1]);
    clock_t start = clock();

    for (i = 0; i < count; i++) if (ec_sign(key, bytes, signature)) die("not signed");
    printf("%.6f\n", (double)(clock() - start) / CLOCKS_PER_SEC);
    ec_free(key);
    return 0;
}

static const struct
{
    const char *name;
    int count;
    int (*run)(char **args);
} commands[] =
{
    {"list", 0, list},
    {"numbers", 1, numbers},
    {"generate", 1, generate},
    {"sign", 5, sign},
    {"verify", 6, verify},
    {"agree", 6, agree},
    {"time", 2, measure},
};

int main(int argc, char **argv)
{
    size_t i;

    for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        if (argc >= 2 && argc - 2 == commands[i].count && !strcmp(argv[1], commands[i].name))
            return commands[i].run(argv + 2);
    die("no such command");
}
