/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Eight numbers of 64 bits side by side, and the few operations on them that C has no operator for: instructions of
 * AVX-512 with IFMA, or, where LANES_IN_C is defined, the same in C for tests on any processor. They are macros, since
 * without AVX-512 a vector cannot be passed to a function.
 *
 *   all(value)                     value in every lane
 *   all_of_first(x)                what lane 0 has in every lane
 *   carry_of_first(x)              in lane 0, the 52 bits of x there rounded up: (x + 2^52 - 1) / 2^52; zeros elsewhere
 *   moved_up(x, below)             lane 7 of below, then lanes 0 to 6 of x
 *   where_above(x, y)              a bit for each lane: x > y, both below 2^63
 *   where_equal(x, y)              a bit for each lane: x = y
 *   increased(x, where)            x + 1 in the lanes whose bit is set
 *   only(wanted, x)                x with zeros in the lanes that are not wanted
 *
 * These take the number of lanes that are wanted, 4 or 8; what the others have is undefined. Some processors do eight
 * lanes in two halves, so four of them take half the time.
 *
 *   sum_of(wanted, x, y)                   x + y
 *   add_low_products(wanted, sum, a, b)    sum + the low 52 bits of the products of the low 52 bits of a and b
 *   add_high_products(wanted, sum, a, b)   the same with the high 52 bits of the products
 *   moved_down(wanted, x, above)           lanes 1 to wanted - 1 of x, then lane 0 of above
 *   chosen(wanted, x, y, where)            y in the lanes whose bit is set, x in the others
 */
#ifndef ENGINE_LANES_H
#define ENGINE_LANES_H

#include <stdint.h>

#define LANES 8

typedef uint64_t lanes __attribute__((vector_size(8 * LANES), may_alias));

#define DIGIT_BITS 52
#define DIGIT_MASK (((uint64_t)1 << DIGIT_BITS) - 1)

#ifndef LANES_IN_C
#include <immintrin.h>

#define FIRST(x) _mm512_castsi512_si128((__m512i)(x))
#define FOUR(x)  _mm512_castsi512_si256((__m512i)(x))
#define EITHER(wanted, eight, four) ((lanes)((wanted) == LANES ? (eight) : _mm512_castsi256_si512(four)))

#define all(value)        ((lanes)_mm512_set1_epi64(value))
#define all_of_first(x)   ((lanes)_mm512_broadcastq_epi64(FIRST(x)))
#define carry_of_first(x) \
    ((lanes)_mm512_maskz_srli_epi64(1, _mm512_castsi128_si512(_mm_add_epi64(FIRST(x), _mm_set1_epi64x(DIGIT_MASK))), \
                                    DIGIT_BITS))
#define moved_up(x, below) ((lanes)_mm512_alignr_epi64((__m512i)(x), (__m512i)(below), 7))
#define sum_of(wanted, x, y) \
    EITHER(wanted, _mm512_add_epi64((__m512i)(x), (__m512i)(y)), _mm256_add_epi64(FOUR(x), FOUR(y)))
#define add_low_products(wanted, sum, a, b) \
    EITHER(wanted, _mm512_madd52lo_epu64((__m512i)(sum), (__m512i)(a), (__m512i)(b)), \
           _mm256_madd52lo_epu64(FOUR(sum), FOUR(a), FOUR(b)))
#define add_high_products(wanted, sum, a, b) \
    EITHER(wanted, _mm512_madd52hi_epu64((__m512i)(sum), (__m512i)(a), (__m512i)(b)), \
           _mm256_madd52hi_epu64(FOUR(sum), FOUR(a), FOUR(b)))
#define moved_down(wanted, x, above) \
    EITHER(wanted, _mm512_alignr_epi64((__m512i)(above), (__m512i)(x), 1), \
           _mm256_alignr_epi64(FOUR(above), FOUR(x), 1))
#define chosen(wanted, x, y, where) \
    EITHER(wanted, _mm512_mask_mov_epi64((__m512i)(x), (where), (__m512i)(y)), \
           _mm256_mask_mov_epi64(FOUR(x), (where), FOUR(y)))
#define only(wanted, x)    ((lanes)((wanted) == LANES ? (__m512i)(x) : _mm512_zextsi256_si512(FOUR(x))))
#define where_above(x, y) ((uint64_t)_mm512_cmpgt_epu64_mask((__m512i)(x), (__m512i)(y)))
#define where_equal(x, y) ((uint64_t)_mm512_cmpeq_epu64_mask((__m512i)(x), (__m512i)(y)))
#define increased(x, where) \
    ((lanes)_mm512_mask_add_epi64((__m512i)(x), (where), (__m512i)(x), _mm512_set1_epi64(1)))

#else

#define LANE            ((lanes){0, 1, 2, 3, 4, 5, 6, 7})
#define UNWANTED(count) ((lanes)(LANE >= all(count)))       /* all ones, which no result may depend on */

#define all(value)      ((lanes){0} + (uint64_t)(value))
#define all_of_first(x) all((x)[0])
#define carry_of_first(x) ((((x) + DIGIT_MASK) >> DIGIT_BITS) & (lanes){~(uint64_t)0})
#define sum_of(wanted, x, y) (((x) + (y)) | UNWANTED(wanted))
#define add_low_products(wanted, sum, a, b) \
    (((sum) + (((a) & DIGIT_MASK) * ((b) & DIGIT_MASK) & DIGIT_MASK)) | UNWANTED(wanted))

/* From the products of halves: none of the sums has more than 64 bits. */
#define HALF_BITS (DIGIT_BITS / 2)
#define HALF_MASK (DIGIT_MASK >> HALF_BITS)
#define HIGH(x)   (((x) & DIGIT_MASK) >> HALF_BITS)
#define LOW(x)    ((x) & HALF_MASK)
#define MIDDLE(a, b) (HIGH(a) * LOW(b) + LOW(a) * HIGH(b) + (LOW(a) * LOW(b) >> HALF_BITS))
#define add_high_products(wanted, sum, a, b) \
    (((sum) + HIGH(a) * HIGH(b) + (MIDDLE(a, b) >> HALF_BITS)) | UNWANTED(wanted))

/* In the second vector, above, lane 0 has the number 8. */
#define moved_down(wanted, x, above) \
    (__builtin_shuffle((x), (above), (LANE + 1) | (lanes)(LANE + 1 == all(wanted)) << 3) | UNWANTED(wanted))
#define moved_up(x, below)   __builtin_shuffle((below), (x), LANE + 7)
#define increased(x, where)  ((x) + ((all(where) >> LANE) & 1))
#define chosen(wanted, x, y, where) (((x) ^ (((x) ^ (y)) & -(all(where) >> LANE & 1))) | UNWANTED(wanted))
#define only(wanted, x)      ((x) & ~UNWANTED(wanted))
#define where_above(x, y)    top_bits((y) - (x))
#define where_equal(x, y)    top_bits(((x) ^ (y)) - 1)

#define top_bits(x) \
    ({ \
        const lanes bits = (x) >> 63 << LANE; \
        bits[0] | bits[1] | bits[2] | bits[3] | bits[4] | bits[5] | bits[6] | bits[7]; \
    })
#endif

#endif
