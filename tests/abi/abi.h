/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Checks that the compiler makes: a file that compiles has passed. Figures are for 32 and for 64 bits. */
#ifndef TESTS_ABI_H
#define TESTS_ABI_H

#include <stddef.h>
#include <ncrypt.h>
#include <ncrypt_provider.h>
#include <ncryptprotect.h>

#ifdef _WIN64
#define BITS(on32, on64) (on64)
#else
#define BITS(on32, on64) (on32)
#endif

#define CHECK(condition)                    extern char checked[(condition) ? 1 : -1]
#define SIZE(type, on32, on64)              CHECK(sizeof(type) == BITS(on32, on64))
#define OFFSET(type, member, on32, on64)    CHECK(offsetof(type, member) == BITS(on32, on64))

#endif
