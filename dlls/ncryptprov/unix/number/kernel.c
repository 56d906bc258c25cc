/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which kernel this processor can run; see montgomery.h. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "number/montgomery.h"

#ifdef __x86_64__
#include <cpuid.h>

/* Vectors need the operating system too, so the compiler's own test is asked; ADX needs general registers alone. */
static int has_adx(void)
{
    unsigned int a, b = 0, c, d;

    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    return b & bit_ADX && b & bit_BMI2 && __builtin_cpu_supports("avx2");
}

#ifdef HAVE_IFMA_KERNEL
static int has_ifma(void)
{
    return has_adx() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512ifma");
}
#endif

/* The fastest first. */
static const struct
{
    const struct montgomery_kernel *kernel;
    int (*is_there)(void);
}
kernels[] =
{
#ifdef HAVE_IFMA_KERNEL
    {&montgomery_ifma, has_ifma},
#endif
    {&montgomery_adx, has_adx},
};

/* NCRYPT_TEST_KERNEL names the one that a test wants, whether or not the processor says that it is there. */
const struct montgomery_kernel *montgomery_kernel(mp_size_t count)
{
    const char *wanted = secure_getenv("NCRYPT_TEST_KERNEL");
    size_t i;

    for (i = 0; i < sizeof(kernels) / sizeof(*kernels) && count % ADX_BLOCK == 0; i++)
        if (wanted ? !strcmp(wanted, kernels[i].kernel->name) : kernels[i].is_there()) return kernels[i].kernel;
    return &montgomery_portable;
}
#else
const struct montgomery_kernel *montgomery_kernel(mp_size_t count)
{
    (void)count;
    return &montgomery_portable;
}
#endif
