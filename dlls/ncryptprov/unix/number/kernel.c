/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which kernel this processor can run; see montgomery.h. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "number/montgomery.h"

#ifdef __x86_64__
#include <cpuid.h>

/* NCRYPT_TEST_KERNEL names the one that a test wants, whether or not the processor is said to have it. */
#define WANTED "NCRYPT_TEST_KERNEL"

/* AVX2 needs the operating system too, so that the compiler's own test is asked; ADX is registers alone. */
static int has_adx(void)
{
    unsigned int a, b = 0, c, d;

    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    return b & bit_ADX && b & bit_BMI2 && __builtin_cpu_supports("avx2");
}

const struct montgomery_kernel *montgomery_kernel(mp_size_t count)
{
    const char *wanted = secure_getenv(WANTED);

    if (count % ADX_BLOCK) return &montgomery_portable;
    if (wanted) return strcmp(wanted, "portable") ? &montgomery_adx : &montgomery_portable;
    return has_adx() ? &montgomery_adx : &montgomery_portable;
}
#else
const struct montgomery_kernel *montgomery_kernel(mp_size_t count)
{
    (void)count;
    return &montgomery_portable;
}
#endif
