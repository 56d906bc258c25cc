/* SPDX-License-Identifier: LGPL-2.1-or-later
 * For secret_flow: functions of GMP of which memcheck has to be told what is secret after them, or before. */
#define _GNU_SOURCE
#include <dlfcn.h>

#include <gmp.h>

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define VALGRIND_GET_VBITS(data, bits, size) ((void)(bits))
#define VALGRIND_MAKE_MEM_UNDEFINED(data, size) ((void)0)
#define VALGRIND_MAKE_MEM_DEFINED(data, size) ((void)0)
#endif

#define STRING(x) #x
#define SYMBOL(x) STRING(x)             /* gmp.h renames its functions by macros */
#define GMP_OWN(function)                                                   \
    ({                                                                      \
        static __typeof__(&function) own;                                   \
                                                                            \
        if (!own) own = dlsym(RTLD_NEXT, SYMBOL(function));                 \
        own;                                                                \
    })

/* What is inverted for the blinding is a product with a random number that is used for nothing else: anyone may know
 * it. */
int mpz_invert(mpz_ptr result, mpz_srcptr x, mpz_srcptr modulus)
{
    VALGRIND_MAKE_MEM_DEFINED(&x->_mp_size, sizeof(x->_mp_size));
    VALGRIND_MAKE_MEM_DEFINED(x->_mp_d, mpz_size(x) * sizeof(mp_limb_t));
    return GMP_OWN(mpz_invert)(result, x, modulus);
}

/* --- additions and subtractions: a carry that comes of a secret is one. GMP counts its loops down between two limbs,
 * and memcheck does not follow the carry through that instruction. --- */

static int is_secret(const mp_limb_t *limb)
{
    mp_limb_t hidden = 0;

    VALGRIND_GET_VBITS(limb, &hidden, sizeof(hidden));
    return hidden != 0;
}

/* The lowest limb that is secret, in part at least; n: none. */
static mp_size_t first_secret(mp_srcptr a, mp_srcptr b, mp_size_t n)
{
    mp_size_t i;

    for (i = 0; i < n; i++)
        if (is_secret(&a[i]) || is_secret(&b[i])) return i;
    return n;
}

/* From limb first on. */
static mp_limb_t hide(mp_ptr result, mp_size_t first, mp_size_t n, mp_limb_t carry)
{
    if (first == n) return carry;
    VALGRIND_MAKE_MEM_UNDEFINED(result + first, (n - first) * sizeof(*result));
    VALGRIND_MAKE_MEM_UNDEFINED(&carry, sizeof(carry));
    return carry;
}

mp_limb_t mpn_add_n(mp_ptr result, mp_srcptr a, mp_srcptr b, mp_size_t n)
{
    mp_size_t first = first_secret(a, b, n);

    return hide(result, first, n, GMP_OWN(mpn_add_n)(result, a, b, n));
}

mp_limb_t mpn_sub_n(mp_ptr result, mp_srcptr a, mp_srcptr b, mp_size_t n)
{
    mp_size_t first = first_secret(a, b, n);

    return hide(result, first, n, GMP_OWN(mpn_sub_n)(result, a, b, n));
}

mp_limb_t mpn_cnd_add_n(mp_limb_t condition, mp_ptr result, mp_srcptr a, mp_srcptr b, mp_size_t n)
{
    mp_size_t first = is_secret(&condition) ? 0 : first_secret(a, b, n);

    return hide(result, first, n, GMP_OWN(mpn_cnd_add_n)(condition, result, a, b, n));
}

mp_limb_t mpn_cnd_sub_n(mp_limb_t condition, mp_ptr result, mp_srcptr a, mp_srcptr b, mp_size_t n)
{
    mp_size_t first = is_secret(&condition) ? 0 : first_secret(a, b, n);

    return hide(result, first, n, GMP_OWN(mpn_cnd_sub_n)(condition, result, a, b, n));
}
