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
#endif

#ifdef HAVE_IFMA_KERNEL
static int has_ifma(void)
{
    return has_adx() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512ifma");
}
#endif

static int always(void)
{
    return 1;
}

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
#ifdef __x86_64__
    {&montgomery_adx, has_adx},
#endif
    {&montgomery_portable, always},
};

const struct montgomery_kernel *montgomery_fastest(const char *limit)
{
    size_t i, count = sizeof(kernels) / sizeof(*kernels), first = 0;

    for (i = 0; limit && i < count; i++) if (!strcmp(limit, kernels[i].kernel->name)) first = i;
    while (!kernels[first].is_there()) first++;
    return kernels[first].kernel;
}

static const struct montgomery_kernel *chosen = &montgomery_portable;

/* Once, since a virtual machine takes microseconds to say what its processor has; and when the engine is loaded, so
 * that a program which changes its environment later disturbs nothing. */
__attribute__((constructor)) static void choose(void)
{
#ifdef __x86_64__
    __builtin_cpu_init();
#endif
    chosen = montgomery_fastest(secure_getenv("NCRYPT_TEST_KERNEL"));
}

const struct montgomery_kernel *montgomery_kernel(mp_size_t count)
{
    return count % ADX_BLOCK ? &montgomery_portable : chosen;
}
