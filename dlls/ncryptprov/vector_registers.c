/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a secret leaves in vector registers on its way to the engine and in it; see ksp.h. */
#include "ksp.h"

#define CLEAR_SSE(n) "pxor %%xmm" #n ", %%xmm" #n "\n\t"

#ifdef __x86_64__
#define CLEAR_EXTRA(n) "vpxord %%zmm" #n ", %%zmm" #n ", %%zmm" #n "\n\t"

static void clear_extra(void)
{
    if (!__builtin_cpu_supports("avx512f")) return;
    __asm__ volatile (CLEAR_EXTRA(16) CLEAR_EXTRA(17) CLEAR_EXTRA(18) CLEAR_EXTRA(19) CLEAR_EXTRA(20) CLEAR_EXTRA(21)
                      CLEAR_EXTRA(22) CLEAR_EXTRA(23) CLEAR_EXTRA(24) CLEAR_EXTRA(25) CLEAR_EXTRA(26) CLEAR_EXTRA(27)
                      CLEAR_EXTRA(28) CLEAR_EXTRA(29) CLEAR_EXTRA(30) CLEAR_EXTRA(31) : : );
}
#else
static void clear_extra(void)
{
}
#endif

/* Those that a function may change: on x86-64 the lower halves of the others are the caller's. */
void clear_vector_registers(void)
{
    __builtin_cpu_init();
    if (__builtin_cpu_supports("sse2"))
        __asm__ volatile (CLEAR_SSE(0) CLEAR_SSE(1) CLEAR_SSE(2) CLEAR_SSE(3) CLEAR_SSE(4) CLEAR_SSE(5) : : );
#ifdef __i386__
    if (__builtin_cpu_supports("sse2")) __asm__ volatile (CLEAR_SSE(6) CLEAR_SSE(7) : : );
#endif
    if (__builtin_cpu_supports("avx")) __asm__ volatile ("vzeroupper");
    clear_extra();
}
