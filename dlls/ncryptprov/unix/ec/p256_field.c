/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The field of P-256; see p256.h. p = 2^256 - 2^224 + 2^192 + 2^96 - 1, so -1 / p modulo 2^64 is 1, and a product is
 * reduced limb by limb with t + t[0] * p, of which one limb takes a multiplication and the rest are shifts. */
#include <string.h>

#include "ec/p256.h"

#ifdef HAVE_P256

static const p256_element p = {~0ull, 0xffffffff, 0, 0xffffffff00000001};
static const p256_element square_of_r = {3, 0xfffffffbffffffff, ~1ull, 0x4fffffffd};

const p256_element p256_one = {1, 0xffffffff00000000, ~0ull, 0xfffffffe};

int p256_is_element(const mp_limb_t *number)
{
    return limbs_less(number, p, P256_LIMBS);
}

/* hi:lo += a[at] * rdx */
#define PRODUCT(at, lo, hi) \
    "mulx " #at "*8(%[a]), %%rax, %%rcx\n\t" \
    "adcx %%rax, %%" #lo "\n\t" \
    "adox %%rcx, %%" #hi "\n\t"

/* The sum in s0 to s4 += a * b[at]; s5, of the row before, becomes zero. There is no carry out of s4. */
#define ROW(at, s0, s1, s2, s3, s4, s5) \
    "movq " #at "*8(%[b]), %%rdx\n\t" \
    "xorl %%" #s5 "d, %%" #s5 "d\n\t" \
    PRODUCT(0, s0, s1) PRODUCT(1, s1, s2) PRODUCT(2, s2, s3) PRODUCT(3, s3, s4) \
    "adcx %%" #s5 ", %%" #s4 "\n\t"

#define FIRST_ROW \
    "movq (%[b]), %%rdx\n\t" \
    "mulx (%[a]), %%r8, %%r9\n\t" \
    "mulx 8(%[a]), %%rax, %%r10\n\t" \
    "mulx 16(%[a]), %%rcx, %%r11\n\t" \
    "addq %%rax, %%r9\n\t" \
    "adcq %%rcx, %%r10\n\t" \
    "mulx 24(%[a]), %%rax, %%r12\n\t" \
    "adcq %%rax, %%r11\n\t" \
    "adcq $0, %%r12\n\t" \
    "xorl %%r13d, %%r13d\n\t"

/* The sum += s0 * p, which makes s0 zero: it is dropped. */
#define REDUCE(s0, s1, s2, s3, s4, s5) \
    "movq %%" #s0 ", %%rdx\n\t" "movq %%" #s0 ", %%rax\n\t" \
    "shlq $32, %%" #s0 "\n\t" "shrq $32, %%rax\n\t" \
    "addq %%" #s0 ", %%" #s1 "\n\t" "adcq %%rax, %%" #s2 "\n\t" \
    "mulx %[p3], %%rax, %%rcx\n\t" \
    "adcq %%rax, %%" #s3 "\n\t" "adcq %%rcx, %%" #s4 "\n\t" "adcq $0, %%" #s5 "\n\t"

/* s0 to s4, below 2 p, less p unless that is below zero. */
#define SUBTRACT_ONCE(s0, s1, s2, s3, s4, d0, d1, d2, d3) \
    "movq %%" #s0 ", %%" #d0 "\n\t" "movq %%" #s1 ", %%" #d1 "\n\t" \
    "movq %%" #s2 ", %%" #d2 "\n\t" "movq %%" #s3 ", %%" #d3 "\n\t" \
    "subq $-1, %%" #s0 "\n\t" "sbbq %[p1], %%" #s1 "\n\t" \
    "sbbq $0, %%" #s2 "\n\t" "sbbq %[p3], %%" #s3 "\n\t" "sbbq $0, %%" #s4 "\n\t" \
    "cmovc %%" #d0 ", %%" #s0 "\n\t" "cmovc %%" #d1 ", %%" #s1 "\n\t" \
    "cmovc %%" #d2 ", %%" #s2 "\n\t" "cmovc %%" #d3 ", %%" #s3 "\n\t"

#define STORE(s0, s1, s2, s3) \
    "movq %%" #s0 ", (%[r])\n\t" "movq %%" #s1 ", 8(%[r])\n\t" \
    "movq %%" #s2 ", 16(%[r])\n\t" "movq %%" #s3 ", 24(%[r])"

#define ARGUMENTS [r] "r" (r), [a] "r" (a), [b] "r" (b), [p1] "m" (p[1]), [p3] "m" (p[3])
#define USED "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "cc", "memory"

void p256_multiply(p256_element r, const p256_element a, const p256_element b)
{
    __asm__ __volatile__(
        FIRST_ROW REDUCE(r8, r9, r10, r11, r12, r13)
        ROW(1, r9, r10, r11, r12, r13, r8) REDUCE(r9, r10, r11, r12, r13, r8)
        ROW(2, r10, r11, r12, r13, r8, r9) REDUCE(r10, r11, r12, r13, r8, r9)
        ROW(3, r11, r12, r13, r8, r9, r10) REDUCE(r11, r12, r13, r8, r9, r10)
        SUBTRACT_ONCE(r12, r13, r8, r9, r10, r11, rax, rcx, rdx)
        STORE(r12, r13, r8, r9)
        : : ARGUMENTS : USED);
}

/* a * a in r8 to r15: the products of different limbs are taken once and doubled along the carry flag, while the
 * squares are added along the overflow flag. */
#define TWICE(reg) "adcx %%" #reg ", %%" #reg "\n\t"
#define SQUARE_OF(at, lo, hi) \
    "movq " #at "*8(%[a]), %%rdx\n\t" "mulx %%rdx, %%rax, %%rcx\n\t" \
    TWICE(lo) "adox %%rax, %%" #lo "\n\t" TWICE(hi) "adox %%rcx, %%" #hi "\n\t"
#define SQUARE \
    "movq (%[a]), %%rdx\n\t" \
    "mulx 8(%[a]), %%r9, %%r10\n\t" \
    "mulx 16(%[a]), %%rax, %%r11\n\t" \
    "mulx 24(%[a]), %%rcx, %%r12\n\t" \
    "xorl %%r13d, %%r13d\n\t" "xorl %%r14d, %%r14d\n\t" "xorl %%r15d, %%r15d\n\t" \
    "adcx %%rax, %%r10\n\t" "adcx %%rcx, %%r11\n\t" \
    "movq 8(%[a]), %%rdx\n\t" \
    "mulx 16(%[a]), %%rax, %%rcx\n\t" "adox %%rax, %%r11\n\t" "adcx %%rcx, %%r12\n\t" \
    "mulx 24(%[a]), %%rax, %%rcx\n\t" "adox %%rax, %%r12\n\t" "adcx %%rcx, %%r13\n\t" \
    "movq 16(%[a]), %%rdx\n\t" \
    "mulx 24(%[a]), %%rax, %%rcx\n\t" "adox %%rax, %%r13\n\t" "adox %%rcx, %%r14\n\t" \
    "movq (%[a]), %%rdx\n\t" \
    "mulx %%rdx, %%r8, %%rax\n\t" \
    "xorl %%ecx, %%ecx\n\t" \
    TWICE(r9) "adox %%rax, %%r9\n\t" \
    SQUARE_OF(1, r10, r11) SQUARE_OF(2, r12, r13) SQUARE_OF(3, r14, r15)

/* s0 to s3 = (the number there + s0 * p) / 2^64. There is no carry out of it. */
#define REDUCE_HALF(s0, s1, s2, s3) \
    "movq %%" #s0 ", %%rdx\n\t" "movq %%" #s0 ", %%rax\n\t" \
    "shlq $32, %%rax\n\t" "shrq $32, %%" #s0 "\n\t" \
    "addq %%rax, %%" #s1 "\n\t" "adcq %%" #s0 ", %%" #s2 "\n\t" \
    "mulx %[p3], %%rax, %%" #s0 "\n\t" \
    "adcq %%rax, %%" #s3 "\n\t" "adcq $0, %%" #s0 "\n\t"

/* The upper half of a square waits until the lower one is reduced. */
void p256_square(p256_element r, const p256_element a)
{
    __asm__ __volatile__(
        SQUARE
        REDUCE_HALF(r8, r9, r10, r11) REDUCE_HALF(r9, r10, r11, r8)
        REDUCE_HALF(r10, r11, r8, r9) REDUCE_HALF(r11, r8, r9, r10)
        "xorl %%eax, %%eax\n\t"
        "addq %%r12, %%r8\n\t" "adcq %%r13, %%r9\n\t" "adcq %%r14, %%r10\n\t" "adcq %%r15, %%r11\n\t"
        "adcq $0, %%rax\n\t"
        SUBTRACT_ONCE(r8, r9, r10, r11, rax, r12, r13, r14, r15)
        STORE(r8, r9, r10, r11)
        : : [r] "r" (r), [a] "r" (a), [p1] "m" (p[1]), [p3] "m" (p[3]) : USED, "r14", "r15");
}

#define LOAD_A \
    "movq (%[a]), %%r8\n\t" "movq 8(%[a]), %%r9\n\t" "movq 16(%[a]), %%r10\n\t" "movq 24(%[a]), %%r11\n\t"

#define ON_B(first, next) \
    first " (%[b]), %%r8\n\t" next " 8(%[b]), %%r9\n\t" next " 16(%[b]), %%r10\n\t" next " 24(%[b]), %%r11\n\t"

void p256_add(p256_element r, const p256_element a, const p256_element b)
{
    __asm__ __volatile__(
        "xorl %%r12d, %%r12d\n\t"
        LOAD_A ON_B("addq", "adcq") "adcq $0, %%r12\n\t"
        SUBTRACT_ONCE(r8, r9, r10, r11, r12, r13, rax, rcx, rdx)
        STORE(r8, r9, r10, r11)
        : : ARGUMENTS : USED);
}

/* The borrow, all ones or zeros, is the lowest limb of what is added. */
void p256_subtract(p256_element r, const p256_element a, const p256_element b)
{
    __asm__ __volatile__(
        LOAD_A ON_B("subq", "sbbq") "sbbq %%rax, %%rax\n\t"
        "movq %[p3], %%rcx\n\t" "movl %%eax, %%edx\n\t" "andq %%rax, %%rcx\n\t"
        "addq %%rax, %%r8\n\t" "adcq %%rdx, %%r9\n\t" "adcq $0, %%r10\n\t" "adcq %%rcx, %%r11\n\t"
        STORE(r8, r9, r10, r11)
        : : ARGUMENTS : USED);
}

void p256_enter(p256_element r, const p256_element plain)
{
    p256_multiply(r, plain, square_of_r);
}

void p256_leave(p256_element plain, const p256_element a)
{
    static const p256_element plain_one = {1};

    p256_multiply(plain, a, plain_one);
}

/* a^(p - 2), four bits at a time: the exponent is public. */
void p256_invert(p256_element r, const p256_element a, p256_element t[17])
{
    mp_limb_t *power = t[16];
    int at, i;

    memcpy(t[0], p256_one, sizeof(p256_one));
    for (i = 1; i < 16; i++) p256_multiply(t[i], t[i - 1], a);
    memcpy(power, p256_one, sizeof(p256_one));
    for (at = 4 * GMP_NUMB_BITS - 4; at >= 0; at -= 4)
    {
        for (i = 0; i < 4; i++) p256_square(power, power);
        i = (p[at / GMP_NUMB_BITS] - (at < GMP_NUMB_BITS ? 2 : 0)) >> at % GMP_NUMB_BITS & 15;
        if (i) p256_multiply(power, power, t[i]);
    }
    memcpy(r, power, sizeof(p256_one));
}
#endif
