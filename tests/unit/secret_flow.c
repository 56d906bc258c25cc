/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which branches and addresses depend on a secret, as valgrind's memcheck sees it: scalars are marked as
 * undefined memory, and memcheck complains wherever a jump or an address is made of them. check-secret-flow
 * runs this.
 *
 * Usage: secret_flow CURVE | pkcs1 | oaep | compare | leak
 *                                        (leak: a branch on a secret, so that the check can be seen to fail)
 * Exit code 77: built without valgrind's header. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rsa_pad.h"
#include "weierstrass.h"

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#define SKIP 0
#else
#define VALGRIND_MAKE_MEM_UNDEFINED(data, size) ((void)0)
#define VALGRIND_MAKE_MEM_DEFINED(data, size) ((void)0)
#define SKIP 77
#endif

static void fill(number scalar, uint32_t bits, unsigned int seed)
{
    uint32_t i;

    memset(scalar, 0, sizeof(number));
    for (i = 0; i + 2 < bits; i++)
    {
        seed = seed * 1103515245 + 12345;
        scalar[i / GMP_NUMB_BITS] |= (mp_limb_t)(seed >> 30 & 1) << i % GMP_NUMB_BITS;
    }
    VALGRIND_MAKE_MEM_UNDEFINED(scalar, sizeof(number));
}

static void reveal(const void *data, size_t size)
{
    VALGRIND_MAKE_MEM_DEFINED(data, size);
}

static void multiply(struct weierstrass *w)
{
    number k, x, y;
    const struct term term = {&w->base, k};
    int finite;

    fill(k, w->order_bits, 1);
    finite = weierstrass_multiply(w, &term, 1, x, y);
    reveal(x, sizeof(x));
    reveal(&finite, sizeof(finite));
    printf("multiplied: %d %lx\n", finite, (unsigned long)x[0]);
}

static void sign(struct weierstrass *w)
{
    number d, k, e, r, s;
    const struct bytes digest = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

    fill(d, w->order_bits, 2);
    fill(k, w->order_bits, 3);
    ecdsa_digest(w, digest, e);
    ecdsa_sign(w, d, k, e, r, s);
    reveal(r, sizeof(r));
    reveal(s, sizeof(s));
    printf("signed: %lx %lx\n", (unsigned long)r[0], (unsigned long)s[0]);
}

/* --- what RSA decrypted: padding that is right, wrong at its start, without an end, with too early an end --- */

#define MODULUS 256                 /* bytes */

static const char *const damages[] = {"none", "start", "no end", "early end"};

static void damage(uint8_t em[MODULUS], size_t how)
{
    size_t i;

    if (how == 1) em[0] = 1;
    if (how == 2) for (i = 2; i < MODULUS; i++) em[i] |= 1;
    if (how == 3) em[4] = 0;
}

static int remove_padding(int is_oaep)
{
    const struct hash *hash = hash_find_ascii("SHA256");
    const struct bytes message = {(const uint8_t *)"a message", 9}, label = {NULL, 0};
    uint8_t em[MODULUS];
    nte_status status;
    size_t how, size;

    for (how = 0; how < sizeof(damages) / sizeof(*damages); how++)
    {
        if (is_oaep) status = pad_oaep_encrypt(em, MODULUS, hash, label, message);
        else status = pad_pkcs1_encrypt(em, MODULUS, message);
        if (status) return 2;
        damage(em, how);
        VALGRIND_MAKE_MEM_UNDEFINED(em, sizeof(em));
        size = 0;
        if (is_oaep) status = pad_oaep_decrypt(em, MODULUS, hash, label, &size);
        else status = pad_pkcs1_decrypt(em, MODULUS, &size);
        reveal(&status, sizeof(status));
        reveal(&size, sizeof(size));
        printf("%s: %#x, %zu bytes\n", damages[how], (unsigned int)status, size);
        if (!status != !how) return 2;
    }
    return 0;
}

/* Tags, digests and passwords are compared so. */
static int compare(void)
{
    uint8_t a[32], b[32];
    int same, where;

    for (where = 0; where <= 32; where++)
    {
        memset(a, 7, sizeof(a));
        memset(b, 7, sizeof(b));
        if (where < 32) b[where] ^= 1;
        VALGRIND_MAKE_MEM_UNDEFINED(a, sizeof(a));
        VALGRIND_MAKE_MEM_UNDEFINED(b, sizeof(b));
        same = equal_secret(a, b, sizeof(a));
        reveal(&same, sizeof(same));
        if (same != (where == 32)) return 2;
    }
    return 0;
}

static int leak(void)
{
    number k;

    fill(k, 128, 4);
    return k[0] % 3 ? puts("one branch") : puts("the other");
}

int main(int argc, char **argv)
{
    const struct curve_name *name;
    struct ec_numbers numbers;
    struct weierstrass *w;
    uint16_t wide[64];

    if (SKIP) return SKIP;
    if (argc != 2 || strlen(argv[1]) >= 64) return 2;
    if (!strcmp(argv[1], "leak")) return leak() < 0;
    if (!strcmp(argv[1], "pkcs1")) return remove_padding(0);
    if (!strcmp(argv[1], "oaep")) return remove_padding(1);
    if (!strcmp(argv[1], "compare")) return compare();
    u16_from_ascii(wide, argv[1]);
    if (!(name = curve_find(wide)) || !curve_has_numbers(name->curve)) return 2;
    curve_numbers(name->curve, &numbers);
    if (!(w = weierstrass_open(&numbers))) return 2;
    multiply(w);
    sign(w);
    VALGRIND_MAKE_MEM_DEFINED(w, sizeof(*w));
    weierstrass_close(w);
    return 0;
}
