/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The IFMA kernel with its vectors in C, as powers_in_c: for processors without those instructions, and for valgrind,
 * which does not know them. */
#ifdef HAVE_IFMA_KERNEL
#define LANES_IN_C
#define powers_ifma      powers_in_c
#define powers_ifma_itch powers_in_c_itch
#include "number/powers_ifma.c"
#undef powers_ifma
#undef powers_ifma_itch
#endif
