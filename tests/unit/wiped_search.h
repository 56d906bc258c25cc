/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The secrets that wiped.c searches for, and the stack and the registers as places to search. */
#ifndef WIPED_SEARCH_H
#define WIPED_SEARCH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/memory.h"

/* --- what is searched for: masked, so that the list is not found itself --- */

#define MASK    0x5a
#define PATTERN 16                  /* bytes; nothing else is like that by accident */
#define SKIPPED 16                  /* bytes before it, which the heap overwrites in a freed block */

static struct
{
    const char *name;
    uint8_t forward[PATTERN], backward[PATTERN];    /* big-endian bytes, little-endian limbs */
    int allowed;                    /* copies that are in use */
    int digits;                     /* see remember_digits */
} secrets[96];
static size_t secret_count;

/* 32 bytes at least */
static void remember(const char *name, const uint8_t *data, int allowed)
{
    size_t i;

    data += SKIPPED;
    secrets[secret_count].name = name;
    secrets[secret_count].allowed = allowed;
    for (i = 0; i < PATTERN; i++)
    {
        secrets[secret_count].forward[i] = data[i] ^ MASK;
        secrets[secret_count].backward[PATTERN - 1 - i] = data[i] ^ MASK;
    }
    secret_count++;
}

#define DIGIT_BITS 52
#define LANES      8                /* digits that are spilled together */

static uint64_t digit_of(const uint8_t *number, size_t size, size_t which)
{
    uint64_t digit = 0;
    size_t i, at;

    for (i = DIGIT_BITS; i-- > 0; )
    {
        at = which * DIGIT_BITS + i;
        digit = digit << 1 | (at < 8 * size ? number[size - 1 - at / 8] >> at % 8 & 1 : 0);
    }
    return digit;
}

/* The number as vectors of AVX-512 IFMA have it, 52 bits in each 64: two digits of every vector. */
static void remember_digits(const char *name, const uint8_t *number, size_t size)
{
    uint64_t digits[2];
    size_t at, i;

    for (at = 1; (at + 2) * DIGIT_BITS <= 8 * size; at += LANES)
    {
        digits[0] = digit_of(number, size, at);
        digits[1] = digit_of(number, size, at + 1);
        secrets[secret_count].name = name;
        secrets[secret_count].digits = 1;
        for (i = 0; i < PATTERN; i++)
            secrets[secret_count].forward[i] = secrets[secret_count].backward[i] = ((uint8_t *)digits)[i] ^ MASK;
        secret_count++;
    }
    wipe(digits, sizeof(digits));
}

static int matches(const uint8_t *p, const uint8_t *masked)
{
    size_t i;

    for (i = 0; i < PATTERN; i++) if ((uint8_t)(p[i] ^ MASK) != masked[i]) return 0;
    return 1;
}

static int count_in(const uint8_t *start, const uint8_t *end, const char *where, size_t which)
{
    const uint8_t *p;
    int found = 0;

    for (p = start; p + PATTERN <= end; p++)
    {
        if (!matches(p, secrets[which].forward) && !matches(p, secrets[which].backward)) continue;
        if (++found > secrets[which].allowed) printf("%s is left at %p in %s\n", secrets[which].name, (void *)p, where);
    }
    return found;
}

/* --- the stack and the registers, before anything overwrites them --- */

#define DEAD_STACK 16384            /* bytes */
#define REGISTERS  (32 * 64)

static uint8_t dead_stack[DEAD_STACK], registers[REGISTERS];
static int left_behind;

#ifdef __x86_64__
#define STORE(n) "vmovdqu64 %%zmm" #n ", 64*" #n "(%0)\n\t"

static void copy_registers(void)
{
    if (!__builtin_cpu_supports("avx512f")) return;
    __asm__ volatile (STORE(0) STORE(1) STORE(2) STORE(3) STORE(4) STORE(5) STORE(6) STORE(7) STORE(8) STORE(9)
                      STORE(10) STORE(11) STORE(12) STORE(13) STORE(14) STORE(15) STORE(16) STORE(17) STORE(18)
                      STORE(19) STORE(20) STORE(21) STORE(22) STORE(23) STORE(24) STORE(25) STORE(26) STORE(27)
                      STORE(28) STORE(29) STORE(30) STORE(31) : : "r" (registers) : "memory");
}
#else
static void copy_registers(void)
{
}
#endif

/* Calls nothing, so that it has next to no stack itself. */
__attribute__((noinline)) static void copy_traces(void)
{
    const volatile uint8_t *top = __builtin_frame_address(0);
    size_t i;

    copy_registers();
    for (i = 0; i < DEAD_STACK; i++) dead_stack[i] = top[(ptrdiff_t)i - DEAD_STACK];
}

/* Of registers only the digits: in others memcpy leaves what it copied last. */
static void search_traces(void)
{
    size_t i;

    for (i = 0; i < secret_count; i++)
    {
        left_behind += count_in(dead_stack, dead_stack + DEAD_STACK, "the dead stack", i);
        if (secrets[i].digits) left_behind += count_in(registers, registers + REGISTERS, "registers", i);
    }
    wipe(dead_stack, DEAD_STACK);
    wipe(registers, REGISTERS);
}

#endif
