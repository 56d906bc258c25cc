/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Montgomery products in blocks of eight limbs, for x86-64 with MULX, ADCX and ADOX; see montgomery.h.
 *
 * A row multiplies a block of eight limbs by one limb and adds it to a sum in r8 to r15. MULX leaves the flags alone,
 * so two chains of carries run beside each other: the low halves of the products along the carry flag, the high halves
 * along the overflow flag. The lowest register of the sum is then finished; it is stored, and becomes the highest one
 * of the next row. A block times a block is eight rows, after which each register is back at its place.
 *
 * Every loop runs over blocks, so nothing but the count decides what is executed, and where memory is touched. */
#include "number/montgomery.h"

#ifdef __x86_64__
#include <immintrin.h>

/* hi:lo += a[at] * rdx */
#define PRODUCT(at, lo, hi) \
    "mulx " #at "*8(%[a]), %%rax, %%rcx\n\t" \
    "adcx %%rax, %%" #lo "\n\t" \
    "adox %%rcx, %%" #hi "\n\t"

/* A row's last product: the register that the row has finished takes the highest limb. All of this is bound by the
 * units that add, and a constant would take one of them, so the zero comes from memory. */
#define LAST_PRODUCT(lo, done) \
    "mulx 7*8(%[a]), %%rax, %%" #done "\n\t" \
    "adcx %%rax, %%" #lo "\n\t" \
    "adox %[zero], %%" #done "\n\t" \
    "adcx %[zero], %%" #done "\n\t"

#define STORE(at, reg) "movq %%" #reg ", " #at "*8(%[t])\n\t"
#define NO_CARRIES     "xorl %%eax, %%eax\n\t"

/* The sum += t[at] + a * b[at]; t[at] is its lowest limb. */
#define ROW(at, s0, s1, s2, s3, s4, s5, s6, s7) \
    "movq " #at "*8(%[b]), %%rdx\n\t" \
    NO_CARRIES \
    "adox " #at "*8(%[t]), %%" #s0 "\n\t" \
    PRODUCT(0, s0, s1) \
    STORE(at, s0) \
    PRODUCT(1, s1, s2) PRODUCT(2, s2, s3) PRODUCT(3, s3, s4) PRODUCT(4, s4, s5) PRODUCT(5, s5, s6) PRODUCT(6, s6, s7) \
    LAST_PRODUCT(s7, s0)

/* A block: eight rows, each with the registers one further. */
#define EIGHT(row) \
    row(0, r8, r9, r10, r11, r12, r13, r14, r15) \
    row(1, r9, r10, r11, r12, r13, r14, r15, r8) \
    row(2, r10, r11, r12, r13, r14, r15, r8, r9) \
    row(3, r11, r12, r13, r14, r15, r8, r9, r10) \
    row(4, r12, r13, r14, r15, r8, r9, r10, r11) \
    row(5, r13, r14, r15, r8, r9, r10, r11, r12) \
    row(6, r14, r15, r8, r9, r10, r11, r12, r13) \
    row(7, r15, r8, r9, r10, r11, r12, r13, r14)

#define BLOCK EIGHT(ROW)

/* With k such that the sum's lowest limb becomes zero: the sum += a * k. k takes the place of t[at]. */
#define REDUCING_ROW(at, s0, s1, s2, s3, s4, s5, s6, s7) \
    "movq %%" #s0 ", %%rdx\n\t" \
    "imulq %[inverse], %%rdx\n\t" \
    "movq %%rdx, " #at "*8(%[t])\n\t" \
    NO_CARRIES \
    PRODUCT(0, s0, s1) PRODUCT(1, s1, s2) PRODUCT(2, s2, s3) PRODUCT(3, s3, s4) PRODUCT(4, s4, s5) PRODUCT(5, s5, s6) \
    PRODUCT(6, s6, s7) LAST_PRODUCT(s7, s0)

#define REDUCING_BLOCK EIGHT(REDUCING_ROW)

/* The products of two different limbs of one block, each once: row i has those of a[i] with the limbs above it. */
#define TRIANGLE_ROW(at, s0, products, lo) \
    "movq " #at "*8(%[a]), %%rdx\n\t" \
    NO_CARRIES \
    STORE(at, s0) \
    products \
    LAST_PRODUCT(lo, s0)

#define TRIANGLE \
    TRIANGLE_ROW(0, r8, PRODUCT(1, r9, r10) PRODUCT(2, r10, r11) PRODUCT(3, r11, r12) PRODUCT(4, r12, r13) \
                        PRODUCT(5, r13, r14) PRODUCT(6, r14, r15), r15) \
    TRIANGLE_ROW(1, r9, PRODUCT(2, r11, r12) PRODUCT(3, r12, r13) PRODUCT(4, r13, r14) PRODUCT(5, r14, r15) \
                        PRODUCT(6, r15, r8), r8) \
    TRIANGLE_ROW(2, r10, PRODUCT(3, r13, r14) PRODUCT(4, r14, r15) PRODUCT(5, r15, r8) PRODUCT(6, r8, r9), r9) \
    TRIANGLE_ROW(3, r11, PRODUCT(4, r15, r8) PRODUCT(5, r8, r9) PRODUCT(6, r9, r10), r10) \
    TRIANGLE_ROW(4, r12, PRODUCT(5, r9, r10) PRODUCT(6, r10, r11), r11) \
    TRIANGLE_ROW(5, r13, PRODUCT(6, r11, r12), r12) \
    TRIANGLE_ROW(6, r14, , r13) \
    STORE(7, r15) \
    "movl $0, %%r15d\n\t"

#define FOR_EACH(reg_of) \
    reg_of(0, r8) reg_of(1, r9) reg_of(2, r10) reg_of(3, r11) \
    reg_of(4, r12) reg_of(5, r13) reg_of(6, r14) reg_of(7, r15)
#define ZERO(at, reg)      "xorl %%" #reg "d, %%" #reg "d\n\t"
#define LOAD(at, reg)      "movq " #at "*8(%[t]), %%" #reg "\n\t"
#define ADD_CARRY(at, reg) "adcq %%" #reg ", " #at "*8(%[t])\n\t"

#define NEXT_BLOCK "addq $64, %[t]\n\taddq $64, %[a]\n\t"

/* The rest of the row of blocks, which may be none. */
#define BLOCKS \
    "jmp 2f\n" \
    "1:\n\t" BLOCK NEXT_BLOCK \
    "2:\n\t" \
    "subq $1, %[blocks]\n\t" \
    "jns 1b\n\t"

/* Eleven registers and three pointers are all there is beside stack and frame: no sanitizer may want one more. */
#define KERNEL __attribute__((noinline, no_sanitize("address", "undefined")))

static const mp_limb_t zero_limb;

#define ZERO_LIMB [zero] "m" (zero_limb)
#define OPERANDS  [t] "+&r" (t), [a] "+&r" (a), [blocks] "+m" (blocks)
#define CLOBBERED "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory"

/* t[0 .. 8 * blocks + 7] = t[0 .. 8 * blocks - 1] + a[0 .. 8 * blocks - 1] * b[0 .. 7] */
KERNEL static void multiply_blocks(mp_limb_t *t, const mp_limb_t *a, const mp_limb_t *b, mp_size_t blocks)
{
    __asm__ volatile (FOR_EACH(ZERO) BLOCKS FOR_EACH(STORE)
                      : OPERANDS : [b] "r" (b), ZERO_LIMB : CLOBBERED);
}

/* The same with the first block as b, of whose products among itself each is taken once, and no squares; blocks counts
 * those behind it. */
KERNEL static void triangle_blocks(mp_limb_t *t, const mp_limb_t *a, mp_size_t blocks)
{
    __asm__ volatile (FOR_EACH(LOAD) TRIANGLE NEXT_BLOCK BLOCKS FOR_EACH(STORE)
                      : OPERANDS : [b] "r" (a), ZERO_LIMB : CLOBBERED);
}

/* t += a * k, with k of eight limbs such that the lowest eight of t become zero; k is stored there in their place.
 * blocks counts those of a behind the first. carry is what the block before left over; returns what this one does. */
KERNEL static mp_limb_t reduce_blocks(mp_limb_t *t, const mp_limb_t *a, mp_limb_t inverse, mp_size_t blocks,
                                      mp_limb_t carry)
{
    __asm__ volatile (FOR_EACH(LOAD) REDUCING_BLOCK NEXT_BLOCK BLOCKS
                      "movq %[carry], %%rax\n\t"
                      "negq %%rax\n\t"
                      FOR_EACH(ADD_CARRY)
                      "movl $0, %%eax\n\t"
                      "adcq %%rax, %%rax\n\t"
                      "movq %%rax, %[carry]\n\t"
                      : OPERANDS, [carry] "+m" (carry) : [b] "r" (t), [inverse] "m" (inverse), ZERO_LIMB
                      : CLOBBERED);
    return carry;
}

/* t[2 * at .. 2 * at + 1] = 2 * t[...] + a[at]^2, doubling along the carry flag and adding along the overflow flag */
#define DOUBLE_AND_SQUARE(at) \
    "movq " #at "*8(%[a]), %%rdx\n\t" \
    "mulx %%rdx, %%rax, %%r8\n\t" \
    "movq " #at "*16(%[t]), %%r9\n\t" \
    "movq " #at "*16+8(%[t]), %%r10\n\t" \
    "adcx %%r9, %%r9\n\t" \
    "adox %%rax, %%r9\n\t" \
    "adcx %%r10, %%r10\n\t" \
    "adox %%r8, %%r10\n\t" \
    "movq %%r9, " #at "*16(%[t])\n\t" \
    "movq %%r10, " #at "*16+8(%[t])\n\t"

/* t[0 .. 16 * blocks - 1] = 2 * t + the squares of the limbs of a. Nothing in the loop touches the flags. */
KERNEL static void double_and_square(mp_limb_t *t, const mp_limb_t *a, mp_size_t blocks)
{
    __asm__ volatile (NO_CARRIES
                      "1:\n\t"
                      DOUBLE_AND_SQUARE(0) DOUBLE_AND_SQUARE(1) DOUBLE_AND_SQUARE(2) DOUBLE_AND_SQUARE(3)
                      DOUBLE_AND_SQUARE(4) DOUBLE_AND_SQUARE(5) DOUBLE_AND_SQUARE(6) DOUBLE_AND_SQUARE(7)
                      "leaq 128(%[t]), %[t]\n\t"
                      "leaq 64(%[a]), %[a]\n\t"
                      "leaq -1(%[blocks]), %[blocks]\n\t"
                      "jrcxz 2f\n\t"
                      "jmp 1b\n"
                      "2:\n\t"
                      : [t] "+r" (t), [a] "+r" (a), [blocks] "+c" (blocks)
                      : : "rax", "rdx", "r8", "r9", "r10", "cc", "memory");
}

/* Eight limbs of r = t - (m & mask). Ands have flags of their own, so the borrow of the block before waits in rdx. */
#define MASKED(at, reg) \
    "movq " #at "*8(%[m]), %%" #reg "\n\t" \
    "andq %[mask], %%" #reg "\n\t"
#define SUBTRACT(at, reg) \
    "movq " #at "*8(%[t]), %%rax\n\t" \
    "sbbq %%" #reg ", %%rax\n\t" \
    "movq %%rax, " #at "*8(%[r])\n\t"

/* r = t, less m if mask is all ones and not zero; what is borrowed at the end is dropped. */
KERNEL static void subtract_masked(mp_limb_t *r, const mp_limb_t *t, const mp_limb_t *m, mp_limb_t mask,
                                   mp_size_t blocks)
{
    __asm__ volatile ("xorl %%edx, %%edx\n"
                      "1:\n\t"
                      FOR_EACH(MASKED)
                      "negq %%rdx\n\t"
                      FOR_EACH(SUBTRACT)
                      "sbbq %%rdx, %%rdx\n\t"
                      "addq $64, %[r]\n\taddq $64, %[t]\n\taddq $64, %[m]\n\t"
                      "decq %%rcx\n\t"
                      "jnz 1b\n\t"
                      : [r] "+r" (r), [t] "+r" (t), [m] "+r" (m), "+c" (blocks)
                      : [mask] "m" (mask)
                      : "rax", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
}

/* r = t / R, modulo m */
static void reduce(const struct montgomery *mod, mp_limb_t *r, mp_limb_t *t)
{
    mp_size_t i, n = mod->count;
    mp_limb_t carry = 0;

    for (i = 0; i < n; i += ADX_BLOCK) carry = reduce_blocks(t + i, mod->m, mod->inverse, n / ADX_BLOCK - 1, carry);
    subtract_masked(r, t + n, mod->m, -carry, n / ADX_BLOCK);
}

/* For so few limbs, the call of memset would take longer. */
static void clear_blocks(mp_limb_t *t, mp_size_t blocks)
{
    const __m128i zero = _mm_setzero_si128();

    for (; blocks; blocks--, t += ADX_BLOCK)
    {
        _mm_storeu_si128((__m128i *)t, zero);
        _mm_storeu_si128((__m128i *)(t + 2), zero);
        _mm_storeu_si128((__m128i *)(t + 4), zero);
        _mm_storeu_si128((__m128i *)(t + 6), zero);
    }
}

static void adx_multiply(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b,
                         mp_limb_t *t)
{
    mp_size_t i, n = mod->count;

    clear_blocks(t, n / ADX_BLOCK);
    for (i = 0; i < n; i += ADX_BLOCK) multiply_blocks(t + i, a, b + i, n / ADX_BLOCK);
    reduce(mod, r, t);
}

static void adx_square(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *a, mp_limb_t *t)
{
    mp_size_t i, n = mod->count;

    clear_blocks(t, n / ADX_BLOCK);
    for (i = 0; i < n; i += ADX_BLOCK) triangle_blocks(t + 2 * i, a + i, (n - i) / ADX_BLOCK - 1);
    double_and_square(t, a, n / ADX_BLOCK);
    reduce(mod, r, t);
}

/* Every entry is read, and the one that is wanted let through. */
__attribute__((target("avx2")))
static void adx_gather(mp_limb_t *r, const mp_limb_t *table, mp_size_t count, mp_limb_t entry)
{
    const __m256i wanted = _mm256_set1_epi64x(entry), one = _mm256_set1_epi64x(1);
    const mp_limb_t *from;
    mp_size_t i, j;

    for (i = 0; i < count; i += ADX_BLOCK)
    {
        __m256i low = _mm256_setzero_si256(), high = low, at = low, mask;

        for (j = 0, from = table + i; j < POWER_TABLE; j++, from += count)
        {
            mask = _mm256_cmpeq_epi64(at, wanted);
            low = _mm256_or_si256(low, _mm256_and_si256(mask, _mm256_loadu_si256((const __m256i *)from)));
            high = _mm256_or_si256(high, _mm256_and_si256(mask, _mm256_loadu_si256((const __m256i *)(from + 4))));
            at = _mm256_add_epi64(at, one);
        }
        _mm256_storeu_si256((__m256i *)(r + i), low);
        _mm256_storeu_si256((__m256i *)(r + i + 4), high);
    }
}

static void adx_power(const struct power *power, mp_limb_t *tp)
{
    window_power(power, adx_gather, tp);
}

const struct montgomery_kernel montgomery_adx =
{
    "adx", adx_multiply, adx_square, adx_power, NULL,
};

#ifdef HAVE_IFMA_KERNEL
const struct montgomery_kernel montgomery_ifma =
{
    "ifma", adx_multiply, adx_square, adx_power, powers_ifma,
};
#endif
#endif
